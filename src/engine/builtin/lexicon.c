#include "lexicon.h"

#include <stdbool.h>
#include <string.h>

/* Words of a class, blank-separated. */
struct word_list {
    uint32_t classes;
    const char *words;
};

static const struct word_list lists[] = {
    { WORD_STOP | WORD_LINK,
        "of the de la le van von der den del da di du el al bin ibn and for on to dos das y e" },
    { WORD_STOP,
        "a an in at by with from as is was are were be been being has have had do does did it its "
        "he she his her "
        "him they them their there this that these those or not but if than then so into over "
        "under about after before "
        "during between through also such who whom whose which what when where why how many much "
        "very can could will would shall should may might must i you we us our your my me own same "
        "both each any all "
        "some other another more most few only just while until since because up down out off upon "
        "within without along "
        "one name called known term particular given located" },
    { WORD_QUESTION, "who whom whose which what when where why how" },
    { WORD_PERSON, "person man woman boy girl people someone actor actress singer songwriter "
                   "writer author novelist poet playwright "
                   "director filmmaker producer composer musician artist painter sculptor player "
                   "footballer politician president "
                   "king queen emperor prince princess duke earl baron lord lady knight monarch "
                   "ruler leader chief founder "
                   "co-founder owner inventor scientist physicist chemist biologist mathematician "
                   "astronomer philosopher historian "
                   "economist engineer architect designer explorer astronaut general admiral "
                   "officer soldier commander captain "
                   "pilot driver coach manager wrestler boxer cricketer golfer swimmer athlete "
                   "model comedian comic host "
                   "presenter journalist editor screenwriter dancer choreographer rapper guitarist "
                   "drummer bassist pianist "
                   "vocalist frontman conductor lawyer judge senator governor mayor minister "
                   "secretary chancellor ambassador "
                   "bishop pope priest saint cardinal monk theologian professor teacher doctor "
                   "physician surgeon nurse criminal "
                   "murderer killer activist businessman businesswoman entrepreneur executive "
                   "father mother son daughter brother "
                   "sister husband wife uncle aunt cousin nephew niece grandfather grandmother "
                   "star celebrity winner champion "
                   "creator author lyricist illustrator cartoonist animator photographer "
                   "cinematographer critic dj youtuber "
                   "quarterback goalkeeper striker midfielder defender pitcher goaltender chef ceo "
                   "chairman heir candidate "
                   "librarian cartographer surveyor merchant sailor navigator miner weaver potter "
                   "botanist geologist" },
    { WORD_PLACE, "place country nation state city town village county province region district "
                  "borough suburb neighborhood "
                  "neighbourhood municipality capital continent island archipelago peninsula river "
                  "lake sea ocean bay gulf strait "
                  "mountain hill valley canyon desert forest park street road avenue location area "
                  "territory commune settlement "
                  "building tower castle palace bridge stadium arena airport station theatre "
                  "theater museum hall venue hotel "
                  "ridge range plateau coast harbour harbor port canal dam waterfall cape beach "
                  "square house garden temple "
                  "cathedral church abbey monastery hamlet parish prefecture department republic "
                  "kingdom empire" },
    { WORD_ORG, "company corporation organisation organization firm business band group team club "
                "university college school "
                "institute academy agency association society party league federation union label "
                "studio network channel "
                "publisher newspaper brand manufacturer airline bank franchise orchestra army navy "
                "force regiment division "
                "church order committee council court government department foundation museum "
                "conference institution guild" },
    { WORD_WORK, "film movie song single album book novel poem play musical opera series show "
                 "sitcom program programme game "
                 "magazine journal newspaper painting sculpture documentary comic manga anime "
                 "soundtrack track episode "
                 "story tale trilogy franchise publication work anthem ballet symphony" },
    { WORD_TIME, "year date day month century decade time age birthday birthdate" },
    { WORD_UNIT, "km kilometre kilometer metre meter m ft foot feet mile inch cm kg ton tonne "
                 "pound dollar euro percent acre "
                 "hectare hour minute second degree km2 square species member inhabitant people "
                 "season episode time title" },
    { WORD_TITLE, "sir dr mr mrs ms lord lady president king queen prince princess general colonel "
                  "captain saint st pope "
                  "professor senator governor emperor count baron" },
};

/* Words that mean the same; the first one's stem stands for all. */
static const char *const groups[] = {
    "born birth birthday birthdate birthplace",
    "die death dead deceased",
    "parent father mother",
    "child son daughter children",
    "sibling brother sister",
    "marry wife husband spouse married marriage",
    "found establish form create creation open incorporate launch",
    "found start begin began begun inaugurate inception formation foundation origin originate",
    "situate base headquarter headquarters lie lies lay",
    "write wrote written writer author pen",
    "direct filmmaker director",
    "star starring cast appear co-star costar feature featured",
    "portray role roll character play played player plays",
    "compose composer music",
    "sing sang sung singer vocalist",
    "release premiere debut issue",
    "publish publisher publication",
    "win won winner",
    "receive recipient",
    "lead led leader",
    "own owner",
    "film movie",
    "song single track",
    "album record",
    "band group",
    "novel book",
    "television tv",
    "series show sitcom program programme",
    "company corporation firm",
    "football footballer soccer",
    "magazine periodical",
    "big large huge biggest largest",
    "long longest length longer",
    "high tall height highest tallest higher taller elevation",
    "old older oldest",
    "population inhabitant populated",
    "nickname alias dub",
    "beat defeat defeated",
    "live reside residence",
    "teach taught teacher professor",
    "study educated attend graduate alumnus",
    "fight fought",
    "kill murder assassinate",
    "design designer architect",
    "make made maker",
    "build built construct construction builder",
    "hold held host",
    "former formerly previously",
    "original originally",
    "speak spoke spoken",
    "run ran",
    "draw drew drawn",
    "lawyer attorney",
    "city town",
    "car automobile",
    "boat ship vessel",
    "theater theatre",
    "reservoir resevoir",
    "develop developer",
    "distribute distributor",
    "invent inventor",
    "discover discoverer discovery",
    "employ employer work worked",
    "succeed successor",
    "precede predecessor",
    "occupy occupation profession",
    "nationality nation country",
    "serve service",
    "near close",
    "big-league major",
    "end ended cease ceased",
    "sport sports",
    "act actor actress",
    "photograph photographer",
    "paint painter",
    "sculpt sculptor",
    "flow flows empties mouth",
    "area size",
    "cross crosses span spans",
    "weekly week",
    "monthly month",
};

/* A country and its adjectives: one group, of the class WORD_NATION. */
static const char *const nations[] = {
    "usa american america u.s u.s.a",
    "uk british britain briton u.k",
    "england english",
    "scotland scottish",
    "wales welsh",
    "ireland irish",
    "france french",
    "germany german",
    "italy italian",
    "spain spanish",
    "portugal portuguese",
    "netherlands dutch",
    "belgium belgian",
    "switzerland swiss",
    "austria austrian",
    "sweden swedish",
    "norway norwegian",
    "denmark danish",
    "finland finnish",
    "iceland icelandic",
    "poland polish",
    "russia russian",
    "soviet ussr",
    "ukraine ukrainian",
    "czech czechoslovak",
    "hungary hungarian",
    "romania romanian",
    "bulgaria bulgarian",
    "greece greek",
    "turkey turkish",
    "serbia serbian",
    "croatia croatian",
    "slovenia slovenian",
    "albania albanian",
    "israel israeli",
    "egypt egyptian",
    "iran iranian persian",
    "iraq iraqi",
    "india indian",
    "pakistan pakistani",
    "bangladesh bangladeshi",
    "nepal nepali",
    "china chinese",
    "japan japanese",
    "korea korean",
    "vietnam vietnamese",
    "thailand thai",
    "indonesia indonesian",
    "malaysia malaysian",
    "philippines filipino",
    "singapore singaporean",
    "australia australian",
    "canada canadian",
    "mexico mexican",
    "brazil brazilian",
    "argentina argentine argentinian",
    "chile chilean",
    "colombia colombian",
    "peru peruvian",
    "venezuela venezuelan",
    "cuba cuban",
    "jamaica jamaican",
    "kenya kenyan",
    "nigeria nigerian",
    "ghana ghanaian",
    "ethiopia ethiopian",
    "morocco moroccan",
    "algeria algerian",
    "tunisia tunisian",
    "lebanon lebanese",
    "syria syrian",
    "tanzania tanzanian",
    "uganda ugandan",
    "zimbabwe zimbabwean",
    "georgia georgian",
    "armenia armenian",
    "estonia estonian",
    "latvia latvian",
    "lithuania lithuanian",
};

static const char *const months =
    "january february march april may june july august september october november december";
static const char *const numbers = "zero one two three four five six seven eight nine ten eleven "
                                   "twelve thirteen fourteen fifteen sixteen seventeen "
                                   "eighteen nineteen twenty";
static const char *const tens = "ten twenty thirty forty fifty sixty seventy eighty ninety";

/* --- stems --- */

/* The letters of Latin-1 and Latin Extended-A without their marks, from U+00C0 on; '?' where there
 * is none. */
static const char folded[] = "aaaaaaaceeeeiiiidnooooo?ouuuuyts" /* C0-DF */
                             "aaaaaaaceeeeiiiidnooooo?ouuuuyty" /* E0-FF */
                             "aaaaaaccccccccdd"                 /* 100-10F */
                             "ddeeeeeeeeeegggg"                 /* 110-11F */
                             "gggghhhhiiiiiiii"                 /* 120-12F */
                             "iiiijjkkklllllll"                 /* 130-13F */
                             "lllnnnnnnnnnoooo"                 /* 140-14F */
                             "oooorrrrrrssssss"                 /* 150-15F */
                             "ssttttttuuuuuuuu"                 /* 160-16F */
                             "uuuuwwyyyzzzzzzs";                /* 170-17F */

/* Writes the folded letter of a two-byte sequence; false where it is none of the table's. */
static bool fold_pair(unsigned char first, unsigned char second, char *out)
{
    unsigned code = ((first & 0x1FU) << 6) | (second & 0x3FU);

    if (first < 0xC3 || first > 0xC5 || (second & 0xC0) != 0x80)
        return false;
    *out = folded[code - 0xC0];
    return *out != '?';
}

static size_t fold(const char *word, size_t len, char out[STEM_TEXT_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < len && n < STEM_TEXT_MAX; i++) {
        unsigned char c = (unsigned char)word[i];
        char letter;

        if (c >= 0xC3 && c <= 0xC5 && i + 1 < len &&
            fold_pair(c, (unsigned char)word[i + 1], &letter)) {
            out[n++] = letter;
            i++;
        } else if (c != '.' && c != '\'') {
            out[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        }
    }
    return n;
}

struct ending {
    const char *text;
    size_t keep; /* the stem must have at least so many bytes */
};

/* Tried in order; the first that fits is cut. */
static const struct ending endings[] = { { "ings", 4 }, { "ations", 4 }, { "ation", 4 },
    { "ions", 5 }, { "ion", 5 }, { "ating", 4 }, { "ated", 4 }, { "ates", 4 }, { "ate", 4 },
    { "ing", 3 }, { "ied", 3 }, { "ies", 3 }, { "ers", 4 }, { "ors", 4 }, { "er", 4 }, { "or", 4 },
    { "ed", 3 }, { "es", 3 }, { "ly", 4 } };

static size_t cut_ending(const char *word, size_t len)
{
    if (len > 3 && word[len - 1] == 's' && word[len - 2] == 's')
        return len;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t tail = strlen(endings[i].text);

        if (len >= tail + endings[i].keep && memcmp(word + len - tail, endings[i].text, tail) == 0)
            return len - tail;
    }
    return len > 3 && word[len - 1] == 's' ? len - 1 : len;
}

uint32_t stem_of(const char *word, size_t len)
{
    char text[STEM_TEXT_MAX] = { 0 };
    size_t n = cut_ending(text, fold(word, len, text));
    uint32_t hash = 2166136261U;

    if (n > 3 && (text[n - 1] == 'e' || text[n - 1] == 'y' || text[n - 1] == 'i'))
        n--;
    if (n > 3 && text[n - 1] == text[n - 2] && text[n - 1] >= 'b' && text[n - 1] != 's' &&
        text[n - 1] != 'l')
        n--;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619U;
    return hash != 0 ? hash : 1;
}

/* --- the table --- */

static struct lexicon_word *slot_of(struct lexicon *lexicon, uint32_t key)
{
    size_t i = key % LEXICON_SLOTS;

    while (lexicon->slots[i].key != 0 && lexicon->slots[i].key != key)
        i = (i + 1) % LEXICON_SLOTS;
    return &lexicon->slots[i];
}

const struct lexicon_word *lexicon_find(const struct lexicon *lexicon, uint32_t key)
{
    size_t i = key % LEXICON_SLOTS;

    while (lexicon->slots[i].key != 0 && lexicon->slots[i].key != key)
        i = (i + 1) % LEXICON_SLOTS;
    return lexicon->slots[i].key != 0 ? &lexicon->slots[i] : NULL;
}

static struct lexicon_word *add_word(struct lexicon *lexicon, uint32_t key, uint32_t classes)
{
    struct lexicon_word *word = slot_of(lexicon, key);

    if (word->key == 0)
        *word = (struct lexicon_word){ .key = key, .stem = key };
    word->classes |= classes;
    return word;
}

/* Adds blank-separated words. `group`: all get the first one's stem; `step`: values first, first +
 * step, … */
static void add_words(struct lexicon *lexicon, const char *words, uint32_t classes, bool group,
    const uint32_t values[2])
{
    uint32_t first = 0;
    uint32_t value = values != NULL ? values[0] : 0;

    while (*words != '\0') {
        size_t len = strcspn(words, " ");
        uint32_t key = stem_of(words, len);
        struct lexicon_word *word = add_word(lexicon, key, classes);

        first = first != 0 ? first : word->stem;
        if (group)
            word->stem = first;
        if (values != NULL) {
            word->value = value;
            value += values[1];
        }
        words += len;
        words += strspn(words, " ");
    }
}

static void add_magnitudes(struct lexicon *lexicon)
{
    static const struct {
        const char *word;
        uint32_t power;
    } magnitudes[] = { { "hundred", 2 }, { "thousand", 3 }, { "million", 6 }, { "billion", 9 },
        { "trillion", 12 } };

    for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++)
        add_word(lexicon, stem_of(magnitudes[i].word, strlen(magnitudes[i].word)), WORD_MAGNITUDE)
            ->value = magnitudes[i].power;
}

void lexicon_build(struct lexicon *lexicon)
{
    memset(lexicon, 0, sizeof *lexicon);
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        add_words(lexicon, groups[i], 0, true, NULL);
    for (size_t i = 0; i < sizeof nations / sizeof *nations; i++)
        add_words(lexicon, nations[i], WORD_NATION, true, NULL);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        add_words(lexicon, lists[i].words, lists[i].classes, false, NULL);
    add_words(lexicon, months, WORD_MONTH, false, (const uint32_t[]){ 1, 1 });
    add_words(lexicon, tens, WORD_NUMBER, false, (const uint32_t[]){ 10, 10 });
    add_words(lexicon, numbers, WORD_NUMBER, false, (const uint32_t[]){ 0, 1 });
    add_magnitudes(lexicon);
}
