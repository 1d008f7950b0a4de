/* Reads the instructions of a prompt: word patterns over one sentence at a time. */
#include <string.h>

#include "vocabulary.h"

enum {
    PROMPT_READ_MAX = 65536,
    SENTENCE_WORDS = 64,
    WORD_SIZE = 32,
    GAP_MAX = 4,
    NEGATION_REACH = 6
};

/* The words of one sentence in lower case; "," stands for itself, since it ends a negation's reach.
 */
struct sentence {
    char words[SENTENCE_WORDS][WORD_SIZE];
    size_t count;
};

static bool is_word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '\'' || c == '-' || c == '_' || (c & 0x80) != 0;
}

static bool ends_sentence(const char *at)
{
    if (*at == '\n' || *at == ';' || *at == ':')
        return true;
    return (*at == '.' || *at == '!' || *at == '?') && !is_word_char(at[1]);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Adds the word at `at`, cut to the word size; returns what follows it. */
static const char *add_word(struct sentence *sentence, const char *at, const char *end)
{
    char word[WORD_SIZE];
    size_t len = 0;

    for (; at < end && is_word_char(*at); at++)
        if (len < WORD_SIZE - 1)
            word[len++] = lower(*at);
    word[len] = '\0';
    if (sentence->count < SENTENCE_WORDS)
        memcpy(sentence->words[sentence->count++], word, len + 1);
    return at;
}

/* Fills the next sentence; returns what follows it, or NULL at the end of the prompt. */
static const char *next_sentence(const char *at, const char *end, struct sentence *sentence)
{
    sentence->count = 0;
    if (at >= end)
        return NULL;
    while (at < end && !ends_sentence(at)) {
        if (is_word_char(*at)) {
            at = add_word(sentence, at, end);
            continue;
        }
        if ((*at == ',' || *at == '(') && sentence->count < SENTENCE_WORDS)
            memcpy(sentence->words[sentence->count++], ",", 2);
        at++;
    }
    return at < end ? at + 1 : at;
}

/* True where `word` is one of the alternatives "a|b*|c" of pattern[0..len). */
static bool fits(const char *word, const char *pattern, size_t len)
{
    size_t word_len = strlen(word);

    for (size_t start = 0; start <= len;) {
        const char *bar = memchr(pattern + start, '|', len - start);
        size_t part = bar != NULL ? (size_t)(bar - pattern) - start : len - start;
        bool prefix = part > 0 && pattern[start + part - 1] == '*';

        if (prefix ? word_len >= part - 1 && memcmp(word, pattern + start, part - 1) == 0
                   : word_len == part && memcmp(word, pattern + start, part) == 0)
            return true;
        start += part + 1;
    }
    return false;
}

/* The number of words that the pattern takes from word `at` on, 0 where it does not fit there. */
static size_t match_from(const struct sentence *sentence, size_t at, const char *pattern)
{
    const char *rest = pattern;
    size_t gap = 0;
    size_t i = at;

    while (*rest != '\0') {
        size_t len = strcspn(rest, " ");
        size_t tried = 0;

        if (len == 1 && *rest == '~') {
            gap = GAP_MAX;
        } else {
            while (i < sentence->count && tried <= gap && !fits(sentence->words[i], rest, len)) {
                i++;
                tried++;
            }
            if (i >= sentence->count || tried > gap)
                return 0;
            i++;
            gap = 0;
        }
        rest += len;
        rest += strspn(rest, " ");
    }
    return i - at;
}

static bool is_negator(const struct sentence *sentence, size_t i)
{
    static const char *const negators =
        "not|never|no|without|avoid|avoiding|cannot|neither|nor|don't|doesn't|mustn't|stop";
    const char *next = i + 1 < sentence->count ? sentence->words[i + 1] : "";
    const char *word = sentence->words[i];

    if (strcmp(next, "only") == 0 || strcmp(next, "matter") == 0)
        return false;
    if (strcmp(next, "of") == 0)
        return strcmp(word, "instead") == 0;
    if (strcmp(next, "than") == 0)
        return strcmp(word, "rather") == 0;
    return fits(word, negators, strlen(negators));
}

/* A negation stands before word `at`, in its clause. */
static bool is_negated(const struct sentence *sentence, size_t at)
{
    size_t from = at > NEGATION_REACH ? at - NEGATION_REACH : 0;

    for (size_t i = at; i > from; i--) {
        const char *word = sentence->words[i - 1];

        if (fits(word, ",|but|then|instead", 18) && !is_negator(sentence, i - 1))
            return false;
        if (is_negator(sentence, i - 1))
            return true;
    }
    return false;
}

struct match {
    size_t at, len; /* len 0: none */
};

/* The first place where one of the instruction's patterns fits; of several there, the longest. */
static struct match find_match(const struct sentence *sentence, enum instruction id)
{
    const struct instruction_entry *entry = vocabulary_entry(id);
    struct match best = { 0, 0 };

    for (size_t at = 0; at < sentence->count && best.len == 0; at++)
        for (size_t i = 0; i < INSTRUCTION_MAX_PATTERNS && entry->patterns[i] != NULL; i++) {
            size_t len = match_from(sentence, at, entry->patterns[i]);

            if (len > best.len)
                best = (struct match){ at, len };
        }
    return best;
}

/* "… the section NAME …": the name, else "". */
static void find_section(const struct sentence *sentence, char section[INSTRUCTION_SECTION_MAX])
{
    section[0] = '\0';
    for (size_t i = 0; i + 1 < sentence->count; i++)
        if (strcmp(sentence->words[i], "section") == 0 &&
            !fits(sentence->words[i + 1], "unchanged|on|as|,", 17))
            memcpy(section, sentence->words[i + 1], WORD_SIZE);
}

static void set(struct instructions *out, enum instruction id, bool on)
{
    enum instruction_group group = vocabulary_entry(id)->group;

    for (unsigned i = 0; on && group != GROUP_NONE && i < INSTRUCTION_COUNT; i++)
        if (vocabulary_entry((enum instruction)i)->group == group)
            out->on[i] = false;
    out->on[id] = on;
}

/* One task a sentence: the earliest match, of two at one place the longer. */
static void read_task(const struct sentence *sentence, struct instructions *out)
{
    enum instruction task = INSTRUCTION_COUNT;
    struct match best = { 0, 0 };

    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        struct match match;

        if (vocabulary_entry((enum instruction)i)->group != GROUP_TASK)
            continue;
        match = find_match(sentence, (enum instruction)i);
        if (match.len == 0 || (best.len > 0 && (match.at > best.at ||
                                                   (match.at == best.at && match.len <= best.len))))
            continue;
        best = match;
        task = (enum instruction)i;
    }
    if (task == INSTRUCTION_COUNT)
        return;
    if (!is_negated(sentence, best.at)) {
        set(out, task, true);
        out->task = task;
        if (task == INSTRUCTION_COPY)
            find_section(sentence, out->section);
    } else if (out->task == task) {
        set(out, INSTRUCTION_ANSWER, true);
        out->task = INSTRUCTION_ANSWER;
    }
}

/* All other instructions of the sentence, in the order in which they stand in it. */
static void read_others(const struct sentence *sentence, struct instructions *out)
{
    struct match matches[INSTRUCTION_COUNT];

    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        matches[i] = vocabulary_entry((enum instruction)i)->group == GROUP_TASK
                         ? (struct match){ 0, 0 }
                         : find_match(sentence, (enum instruction)i);
    for (size_t at = 0; at < sentence->count; at++)
        for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
            if (matches[i].len > 0 && matches[i].at == at)
                set(out, (enum instruction)i, !is_negated(sentence, at));
}

void vocabulary_read(const char *prompt, struct instructions *out)
{
    const char *end = prompt + strnlen(prompt, PROMPT_READ_MAX);
    struct sentence sentence;

    *out = (struct instructions){ .task = INSTRUCTION_ANSWER };
    out->on[INSTRUCTION_ANSWER] = true;
    while ((prompt = next_sentence(prompt, end, &sentence)) != NULL) {
        read_task(&sentence, out);
        read_others(&sentence, out);
    }
}
