#include "search_words.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

/* English words that tell no passages apart: Lucene's 33, question words, auxiliaries, and what an
 * apostrophe cuts off. Sorted. */
static const char *const STOP_WORDS[] = { "a", "also", "an", "and", "are", "as", "at", "be", "been",
    "between", "both", "but", "by", "did", "do", "does", "for", "from", "had", "has", "have", "he",
    "her", "his", "how", "if", "in", "into", "is", "it", "its", "no", "not", "of", "on", "one",
    "or", "s", "she", "such", "t", "than", "that", "the", "their", "then", "there", "these", "they",
    "this", "to", "was", "were", "what", "when", "where", "which", "who", "whom", "whose", "why",
    "will", "with" };

struct word_list {
    char *items[SEARCH_WORDS_MAX];
    size_t count;
};

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_stop_word(const char *word)
{
    return bsearch(&word, STOP_WORDS, sizeof STOP_WORDS / sizeof STOP_WORDS[0],
               sizeof STOP_WORDS[0], compare_words) != NULL;
}

/* The index drops combining marks inside words, so that they must not part a word here. */
static bool is_part_of_word(uint32_t code)
{
    return code != '_' && (utf8_is_word(code) || (code >= 0x300 && code <= 0x36F));
}

/* Finds the next word at or after *at; returns its length, 0 at the end of the text. */
static size_t find_word(const char *text, size_t len, size_t *at)
{
    size_t end = *at;
    uint32_t code;

    while (end < len) {
        size_t step = utf8_next(text + end, len - end, &code);

        if (is_part_of_word(code))
            end += step;
        else if (end > *at)
            break;
        else
            *at = end += step;
    }
    return end - *at;
}

static bool has_word(const struct word_list *words, const char *word)
{
    for (size_t i = 0; i < words->count; i++) {
        if (strcmp(words->items[i], word) == 0)
            return true;
    }
    return false;
}

static void add_word(struct word_list *words, char *take_word)
{
    if (words->count < SEARCH_WORDS_MAX && !has_word(words, take_word))
        words->items[words->count++] = take_word;
    else
        free(take_word);
}

static void collect(const char *text, struct word_list *words, struct word_list *stops)
{
    size_t len = strlen(text);
    size_t word_len;

    for (size_t at = 0;
         words->count < SEARCH_WORDS_MAX && (word_len = find_word(text, len, &at)) > 0;
         at += word_len) {
        struct str lower = STR_INIT;
        char *word;

        if (word_len > SEARCH_WORD_BYTES_MAX)
            continue;
        utf8_lower(text + at, word_len, &lower);
        word = str_take(&lower);
        add_word(is_stop_word(word) ? stops : words, word);
    }
}

static void words_free(struct word_list *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
}

static char *quote(const char *word)
{
    return mem_printf("\"%s\"", word);
}

void search_words_of(const char *text, struct search_words *words)
{
    struct word_list found = { { NULL }, 0 }, stops = { { NULL }, 0 };
    const struct word_list *used;

    collect(text, &found, &stops);
    used = found.count > 0 ? &found : &stops;
    words->count = used->count;
    for (size_t i = 0; i < used->count; i++)
        words->items[i] = quote(used->items[i]);
    words_free(&found);
    words_free(&stops);
}

void search_words_free(struct search_words *words)
{
    for (size_t i = 0; i < words->count; i++)
        free(words->items[i]);
    words->count = 0;
}
