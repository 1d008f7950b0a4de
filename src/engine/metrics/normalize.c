#include "normalize.h"

#include <string.h>

#include "utf8.h"

bool is_punctuation(char c)
{
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
           (c >= '{' && c <= '~');
}

void drop_punctuation(struct str *text)
{
    size_t kept = 0;

    for (size_t i = 0; i < text->len; i++)
        if (!is_punctuation(text->data[i]))
            text->data[kept++] = text->data[i];
    str_truncate(text, kept);
}

/* The length of the article at the start of text[0..len), whatever follows it; 0 where there is
 * none. */
static size_t article_length(const char *text, size_t len)
{
    static const char *const articles[] = { "a", "an", "the" };

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++) {
        size_t article = strlen(articles[i]);
        uint32_t next = ' ';

        if (len < article || memcmp(text, articles[i], article) != 0)
            continue;
        if (len > article)
            (void)utf8_next(text + article, len - article, &next);
        if (!utf8_is_word(next))
            return article;
    }
    return 0;
}

void blank_articles(struct str *text)
{
    bool inside_word = false; /* the character before this one is a word letter */

    for (size_t i = 0; i < text->len;) {
        size_t article = inside_word ? 0 : article_length(text->data + i, text->len - i);
        uint32_t code;

        memset(text->data + i, ' ', article);
        i += article;
        if (article > 0 || i == text->len)
            continue;
        i += utf8_next(text->data + i, text->len - i, &code);
        inside_word = utf8_is_word(code);
    }
}

void join_words(const struct str *text, struct str *out)
{
    size_t start = out->len;
    bool parted = false;

    for (size_t i = 0; i < text->len;) {
        uint32_t code;
        size_t step = utf8_next(text->data + i, text->len - i, &code);

        if (utf8_is_space(code)) {
            parted = true;
        } else {
            if (parted && out->len > start)
                str_add_char(out, ' ');
            parted = false;
            str_add_n(out, text->data + i, step);
        }
        i += step;
    }
}

static void normalize(const char *text, size_t len, struct str *out)
{
    struct str lower = STR_INIT;

    utf8_lower(text, len, &lower);
    drop_punctuation(&lower);
    blank_articles(&lower);
    join_words(&lower, out);
    str_free(&lower);
}

void normalize_answer(const char *text, struct str *out)
{
    normalize(text, strlen(text), out);
}

void normalize_answer_nfd(const char *text, struct str *out)
{
    struct str decomposed = STR_INIT;

    utf8_nfd(text, strlen(text), &decomposed);
    normalize(str_text(&decomposed), decomposed.len, out);
    str_free(&decomposed);
}
