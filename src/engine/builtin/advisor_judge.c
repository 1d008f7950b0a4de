#include "advisor_judge.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static const char months[] =
    "january|february|march|april|may|june|july|august|september|october|november|december";
static const char auxiliaries[] =
    "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should";
static const char asking[] = "who|whom|whose|which|what|when|where|how|why";
static const char numbers[] = "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
                              "thirteen|fourteen|fifteen|sixteen|seventeen|"
                              "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|"
                              "ninety|hundred|thousand|million|billion";
static const char amounts[] =
    "many|much|old|long|tall|high|far|large|big|deep|wide|often|fast|heavy";
static const char amount_nouns[] = "number|population|percentage|percent|length|height|amount|"
                                   "total|score|age|distance|elevation|area";

static bool has_near(const struct words *words, size_t from, size_t reach, const char *alternatives)
{
    for (size_t i = from; i < words->count && i < from + reach; i++)
        if (word_is(&words->items[i], alternatives))
            return true;
    return false;
}

static enum asked judge_asking_word(const struct words *question, size_t at)
{
    const struct word *word = &question->items[at];

    if (word_is(word, "when") || has_near(question, at + 1, 3, "date|day|birthday"))
        return ASKED_DATE;
    if (has_near(question, at + 1, 2, "year|decade"))
        return ASKED_YEAR;
    if (word_is(word, "how"))
        return has_near(question, at + 1, 1, amounts) ? ASKED_NUMBER : ASKED_ANYTHING;
    if (word_is(word, "what|which") && has_near(question, at + 1, 3, amount_nouns))
        return ASKED_NUMBER;
    if (word_is(word, "who|whom|where"))
        return ASKED_NAME;
    return ASKED_ANYTHING;
}

/* "… who died in what year": of several asking words one that asks for a measure decides; else
 * the first does where it heads the question, and nothing is certain where none does. */
static enum asked judge_asking_words(const struct words *question, bool *found)
{
    enum asked first = ASKED_ANYTHING;

    *found = false;
    for (size_t i = 0; i < question->count; i++) {
        enum asked asked;
        bool measures;

        if (!word_is(&question->items[i], asking))
            continue;
        asked = judge_asking_word(question, i);
        measures = word_is(&question->items[i], "what|which|how") && asked != ASKED_ANYTHING;
        if (measures || (!*found && (i == 0 || asked == ASKED_NAME)))
            first = asked;
        else if (first == ASKED_NAME)
            first = ASKED_ANYTHING;
        *found = true;
    }
    return first;
}

/* The comparison's "A or B": "or" with a name or a number right before or after it. */
static bool offers_options(const struct words *question)
{
    for (size_t i = 1; i + 1 < question->count; i++)
        if (word_is(&question->items[i], "or") &&
            (question->items[i + 1].capital || question->items[i + 1].digit ||
                question->items[i - 1].digit))
            return true;
    return false;
}

enum asked judge_question(const struct words *question)
{
    bool asks;
    enum asked asked = judge_asking_words(question, &asks);

    if (question->count == 0)
        return ASKED_ANYTHING;
    if (offers_options(question) && (asked == ASKED_ANYTHING || asked == ASKED_NAME))
        return ASKED_OPTION;
    if (word_is(&question->items[0], auxiliaries) ||
        (!asks && words_have_any(question, auxiliaries)))
        return ASKED_YES_NO;
    return asked;
}

static bool is_year(const struct word *word)
{
    return word->digit && word->len == 4 &&
           (word->at[0] == '1' || (word->at[0] == '2' && word->at[1] == '0')) &&
           strspn(word->at, "0123456789") >= 4;
}

static size_t count_plain(const struct words *text)
{
    size_t plain = 0;

    for (size_t i = 0; i < text->count; i++)
        plain += !text->items[i].capital && !text->items[i].digit && !text->items[i].stop;
    return plain;
}

enum shape judge_shape(const struct words *text)
{
    size_t digits = 0, capitals = 0;

    if (text->count == 0)
        return SHAPE_EMPTY;
    for (size_t i = 0; i < text->count; i++) {
        digits += text->items[i].digit;
        capitals += text->items[i].capital;
    }
    if (text->count == 1 && word_is(&text->items[0], "yes|no"))
        return SHAPE_YES_NO;
    if (text->count >= 7 && count_plain(text) >= 2)
        return SHAPE_SENTENCE;
    if (text->count == 1 && is_year(&text->items[0]))
        return SHAPE_YEAR;
    if (digits > 0 && text->count <= 6 && words_have_any(text, months))
        return SHAPE_DATE;
    if (text->items[0].digit || word_is(&text->items[0], numbers))
        return SHAPE_NUMBER;
    return 2 * capitals >= text->count ? SHAPE_NAME : SHAPE_WORDS;
}

bool judge_is_unknown(const struct words *output)
{
    return output->count == 0 ||
           (output->count <= 6 && words_have_any(output, "unknown|unclear|unanswerable|none")) ||
           (output->count <= 8 && words_have_any(output, "not") &&
               words_have_any(output, "know|known|answer|found"));
}

/* By kinds alone. */
static enum fit fit_kinds(enum asked asked, enum shape shape, bool in_question)
{
    switch (asked) {
    case ASKED_YES_NO:
        return shape == SHAPE_YES_NO ? FIT_TYPE : FIT_NOT;
    case ASKED_OPTION:
        return in_question ? FIT_OPTION : FIT_NOT;
    case ASKED_DATE:
        return shape == SHAPE_DATE ? FIT_TYPE : shape == SHAPE_YEAR ? FIT_WEAK : FIT_NOT;
    case ASKED_YEAR:
        return shape == SHAPE_YEAR ? FIT_TYPE : shape == SHAPE_DATE ? FIT_WEAK : FIT_NOT;
    case ASKED_NUMBER:
        return shape == SHAPE_NUMBER ? FIT_TYPE : shape == SHAPE_YEAR ? FIT_WEAK : FIT_NOT;
    case ASKED_NAME:
        return shape == SHAPE_NAME ? FIT_WEAK : FIT_NOT;
    case ASKED_ANYTHING:
        break;
    }
    return shape == SHAPE_YES_NO || shape == SHAPE_EMPTY ? FIT_NOT : FIT_WEAK;
}

enum { SENTENCE_REACH = 600 }; /* bytes to either side */

/* The sentence around [at, at + len) of the text. */
static struct piece sentence_around(struct piece text, const char *at, size_t len)
{
    const char *from = at, *to = at + len;
    const char *start = at - text.at > SENTENCE_REACH ? at - SENTENCE_REACH : text.at;
    const char *end =
        text.at + text.len - to > SENTENCE_REACH ? to + SENTENCE_REACH : text.at + text.len;

    while (from > start && from[-1] != '\n' &&
           !(from - start > 1 && from[-1] == ' ' && from[-2] == '.'))
        from--;
    while (to < end && *to != '\n' && !(*to == '.' && (to + 1 == end || to[1] == ' ')))
        to++;
    return (struct piece){ from, (size_t)(to - from) };
}

struct source_words {
    struct words title, text;
    size_t near; /* content words shared with the question */
};

static struct spot look_at(const struct evidence_text *text, const struct source_words *words,
    size_t source, const struct word *at)
{
    struct words sentence =
        words_of(sentence_around(text->sources.items[source].text, at->at, at->len));
    size_t in_sentence = words_shared(&text->question, &sentence, &text->target);
    size_t in_title = words_shared(&text->question, &words[source].title, &text->target);
    struct spot spot = { source, in_sentence + in_title, false, false };

    spot.subject_only_in_title = in_title > 0 && words[source].title.count > 0 &&
                                 words_shared(&words[source].title, &sentence, NULL) == 0;
    words_free(&sentence);
    return spot;
}

/* Another passage that the question leads to names this one, and the question does not. */
static bool is_behind_bridge(
    const struct evidence_text *text, const struct source_words *words, size_t source)
{
    const struct words *title = &words[source].title;

    if (title->count == 0 || words_find(&text->question, title, 0) != WORDS_NONE)
        return false;
    for (size_t i = 0; i < text->sources.count; i++)
        if (i != source && words_find(&words[i].text, title, 0) != WORDS_NONE && words[i].near >= 3)
            return true;
    return false;
}

static void find_spots(
    const struct evidence_text *text, const struct source_words *words, struct spots *spots)
{
    for (size_t i = 0; i < text->sources.count; i++) {
        bool bridge_known = false, bridge = false;

        if (words_equal(&words[i].title, &text->target)) {
            spots->anywhere = true;
            spots->as_title |= words[i].near >= 2;
        }
        for (size_t at = 0; spots->count < SPOTS_MAX; at++) {
            at = words_find(&words[i].text, &text->target, at);
            if (at == WORDS_NONE)
                break;
            if (!bridge_known)
                bridge = is_behind_bridge(text, words, i);
            bridge_known = true;
            spots->items[spots->count] = look_at(text, words, i, &words[i].text.items[at]);
            spots->items[spots->count++].through_bridge = bridge;
            spots->anywhere = true;
        }
    }
}

/* The place that the question leads to best; a bridge counts like two words. */
static void choose_spot(struct spots *spots)
{
    size_t best = 1; /* less than two shared words is chance */

    for (size_t i = 0; i < spots->count; i++) {
        size_t value = spots->items[i].near + (spots->items[i].through_bridge ? 2 : 0);

        if (value > best) {
            best = value;
            spots->best = &spots->items[i];
        }
    }
}

static void search_sources(const struct evidence_text *text, struct spots *spots)
{
    struct source_words *words = mem_zalloc(text->sources.count + 1, sizeof *words);

    for (size_t i = 0; i < text->sources.count; i++) {
        words[i].title = words_of(text->sources.items[i].title);
        words[i].text = words_of(text->sources.items[i].text);
        words[i].near = words_shared(&text->question, &words[i].title, NULL) +
                        words_shared(&text->question, &words[i].text, NULL);
    }
    find_spots(text, words, spots);
    for (size_t i = 0; i < text->sources.count; i++) {
        words_free(&words[i].title);
        words_free(&words[i].text);
    }
    free(words);
    choose_spot(spots);
}

enum fit judge_fit(const struct evidence_text *text, struct spots *spots)
{
    enum asked asked = judge_question(&text->question);
    enum shape shape = judge_shape(&text->target);
    enum fit fit;

    *spots = (struct spots){ 0 };
    if (shape != SHAPE_YES_NO)
        search_sources(text, spots);
    if (!text->has_question)
        return spots->anywhere ? FIT_TEXT : FIT_UNSEEN;
    /* a sentence as the target answers in words of its own: it must speak of what the question
     * speaks of */
    if (shape == SHAPE_SENTENCE)
        return words_shared(&text->question, &text->target, NULL) >= 2 ? FIT_TEXT : FIT_NOT;
    if (spots->as_title)
        return FIT_TEXT;
    fit = fit_kinds(asked, shape, words_find(&text->question, &text->target, 0) != WORDS_NONE);
    if (fit == FIT_NOT)
        return FIT_NOT;
    return spots->best != NULL ? FIT_TEXT : fit;
}

void evidence_text_free(struct evidence_text *text)
{
    words_free(&text->question);
    words_free(&text->target);
    words_free(&text->output);
    free(text->sources.items);
    *text = (struct evidence_text){ 0 };
}
