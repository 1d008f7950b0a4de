#ifndef TOKENS_H
#define TOKENS_H

/* Text as words, numbers and marks. Tokens point into the text, which must outlive them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lexicon.h"

struct slice {
    const char *at;
    size_t len;
};

enum token_kind { TOKEN_WORD, TOKEN_NUMBER, TOKEN_MARK };

enum token_flag {
    TOKEN_CAPITAL = 1,
    TOKEN_GLUED = 2,  /* no blank before it */
    TOKEN_CLOSES = 4, /* a full stop that ends a sentence */
};

struct token {
    const char *at;
    uint32_t len;
    uint32_t stem;    /* 0 for marks; the group's stem where the word is in one (lexicon.h) */
    uint32_t plain;   /* the word's own stem */
    uint32_t classes; /* enum word_class */
    uint32_t value;   /* of the lexicon's entry */
    uint8_t kind, flags;
    char mark; /* '"' for every double quote, '-' for every dash, 's' for a possessive, else the
                  first byte */
};

struct tokens {
    struct token *items;
    size_t count, cap;
};

/* Appends at most `max` tokens of the text. */
void tokens_add(
    struct tokens *tokens, const struct lexicon *lexicon, struct slice text, size_t max);

bool token_is_mark(const struct token *token, char mark);
bool token_is_name(const struct token *token);    /* a capitalised word (months are none) */
bool token_is_content(const struct token *token); /* a word or number that is no stop word */
bool token_is_word(const struct token *token, const char *word); /* the same word in any case */
bool token_is_month(const struct token *token);
unsigned token_year(const struct token *token);    /* 1000 … 2199, or 0 */
bool token_is_quantity(const struct token *token); /* a number in digits or words */
double token_number(const struct token *token);

/* The text from the first to the last token of tokens[from..to), `to` > `from`. */
struct slice tokens_slice(const struct token *tokens, size_t from, size_t to);
struct slice slice_of(const char *text);
struct slice slice_trim(struct slice slice);
bool slice_is(struct slice slice, const char *text); /* equal but for ASCII case */
bool slice_equal(struct slice a, struct slice b);    /* equal but for ASCII case */

#endif
