#include "advisor_words.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hash.h"
#include "str.h"
#include "utf8.h"

static const char stop_words[] =
    "|of|in|on|at|by|for|with|from|to|and|or|as|is|are|was|were|be|been|did|do|does|has|have|had|"
    "it|its|he|his|she|her|they|their|that|this|these|those|who|whom|whose|which|what|when|where|"
    "how|why|not|also|both|s|into|than|then|there|but|about|after|before|one|between|";

static bool in_list(const char *list, const char *word, size_t len)
{
    for (const char *at = list; (at = strchr(at, '|')) != NULL; at++)
        if (strncmp(at + 1, word, len) == 0 && (at[1 + len] == '|' || at[1 + len] == '\0'))
            return true;
    return false;
}

static bool is_article(const char *word, size_t len)
{
    return (len == 1 && word[0] == 'a') || (len == 2 && memcmp(word, "an", 2) == 0) ||
           (len == 3 && memcmp(word, "the", 3) == 0);
}

/* Bytes of the word that starts at text.at + at; 0 where none starts there (*skip: bytes to pass
 * over). */
static size_t word_length(struct piece text, size_t at, size_t *skip)
{
    size_t len = 0;

    *skip = 0;
    while (at + len < text.len) {
        uint32_t code;
        size_t step = utf8_next(text.at + at + len, text.len - at - len, &code);

        if (!utf8_is_word(code)) {
            *skip = step;
            break;
        }
        len += step;
    }
    return len;
}

static struct word read_word(const char *at, size_t len, struct str *lower)
{
    struct word word = { .at = at, .len = len };
    uint32_t code = 0;

    (void)utf8_next(at, len, &code);
    word.capital = utf8_is_upper(code);
    for (size_t i = 0; i < len; i++)
        word.digit = word.digit || (at[i] >= '0' && at[i] <= '9');
    str_clear(lower);
    utf8_lower(at, len, lower);
    word.hash = hash_bytes(str_text(lower), lower->len).low;
    word.stop = lower->len < 8 && in_list(stop_words, str_text(lower), lower->len);
    return word;
}

struct words words_of(struct piece text)
{
    struct words words = { 0 };
    struct str lower = STR_INIT;
    bool first = true;

    for (size_t at = 0; at < text.len && words.count < WORDS_MAX;) {
        size_t skip = 0;
        size_t len = word_length(text, at, &skip);

        if (len > 0) {
            struct word word = read_word(text.at + at, len, &lower);

            word.first = first;
            first = false;
            if (!is_article(str_text(&lower), lower.len))
                ARRAY_PUSH(&words, word);
        }
        if (skip > 0 && strchr(".?!\n", text.at[at + len]) != NULL)
            first = true;
        at += len + skip;
    }
    str_free(&lower);
    return words;
}

void words_free(struct words *words)
{
    free(words->items);
    *words = (struct words){ 0 };
}

size_t words_find(const struct words *in, const struct words *what, size_t from)
{
    if (what->count == 0)
        return WORDS_NONE;
    for (size_t i = from; i + what->count <= in->count; i++) {
        size_t k = 0;

        while (k < what->count && in->items[i + k].hash == what->items[k].hash)
            k++;
        if (k == what->count)
            return i;
    }
    return WORDS_NONE;
}

bool words_equal(const struct words *a, const struct words *b)
{
    return a->count == b->count && words_find(a, b, 0) == 0;
}

bool words_have(const struct words *in, uint64_t hash)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->items[i].hash == hash)
            return true;
    return false;
}

static bool all_in(const struct words *a, const struct words *b)
{
    for (size_t i = 0; i < a->count; i++)
        if (!words_have(b, a->items[i].hash))
            return false;
    return true;
}

/* Both are short wherever this is asked; the bound keeps a hostile text from making it slow. */
bool words_same_set(const struct words *a, const struct words *b)
{
    return a->count > 0 && a->count == b->count && a->count <= 64 && all_in(a, b) && all_in(b, a);
}

bool word_is(const struct word *word, const char *alternatives)
{
    char lower[24];
    size_t len = word->len;

    if (len >= sizeof lower)
        return false;
    for (size_t i = 0; i < len; i++)
        lower[i] =
            (char)(word->at[i] >= 'A' && word->at[i] <= 'Z' ? word->at[i] + 32 : word->at[i]);
    if (strncmp(alternatives, lower, len) == 0 &&
        (alternatives[len] == '|' || alternatives[len] == '\0'))
        return true;
    return in_list(alternatives, lower, len);
}

bool words_have_any(const struct words *in, const char *alternatives)
{
    for (size_t i = 0; i < in->count; i++)
        if (word_is(&in->items[i], alternatives))
            return true;
    return false;
}

/* True where an earlier word of the same text is the same. */
static bool seen_before(const struct words *words, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (words->items[k].hash == words->items[i].hash)
            return true;
    return false;
}

enum { COMPARED_MAX = 200 }; /* words of a that are looked up */

size_t words_shared(const struct words *a, const struct words *b, const struct words *but)
{
    size_t shared = 0;

    for (size_t i = 0; i < a->count && i < COMPARED_MAX; i++) {
        const struct word *word = &a->items[i];

        if (word->stop || seen_before(a, i) || !words_have(b, word->hash) ||
            (but != NULL && words_have(but, word->hash)))
            continue;
        shared += word->digit || (word->capital && !word->first) ? 2 : 1;
    }
    return shared;
}

size_t words_names(const struct words *a, const struct words *b, size_t *in_b)
{
    size_t names = 0;

    *in_b = 0;
    for (size_t i = 0; i < a->count && i < COMPARED_MAX; i++) {
        const struct word *word = &a->items[i];

        if (word->stop || word->first || !(word->capital || word->digit) || seen_before(a, i))
            continue;
        names++;
        if (words_have(b, word->hash))
            (*in_b)++;
    }
    return names;
}
