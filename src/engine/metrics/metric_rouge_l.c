#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "metric_case.h"
#include "utf8.h"

/* ROUGE-L: F1 of the longest common subsequence of words. Words are runs of letters and digits in
 * lower case, as in Google's rouge_score without a stemmer, but of any script. */

enum { WORDS_MAX = 4000 }; /* of each text; the rest does not count */

struct run {
    const char *text;
    size_t len;
};

struct runs {
    struct run *items;
    size_t count, cap;
};

static struct runs split(const struct str *text)
{
    struct runs runs = { NULL, 0, 0 };
    const char *start = NULL;

    for (size_t i = 0; i <= text->len && runs.count < WORDS_MAX;) {
        uint32_t code = ' ';
        size_t step = i < text->len ? utf8_next(text->data + i, text->len - i, &code) : 1;
        bool inside = code != '_' && utf8_is_word(code);

        if (inside && start == NULL)
            start = text->data + i;
        if (!inside && start != NULL) {
            ARRAY_PUSH(&runs, ((struct run){ start, (size_t)(text->data + i - start) }));
            start = NULL;
        }
        i += step;
    }
    return runs;
}

static bool equal(const struct run *a, const struct run *b)
{
    return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static size_t common_subsequence(const struct runs *a, const struct runs *b)
{
    size_t *row = mem_zalloc(b->count + 1, sizeof *row);
    size_t longest;

    for (size_t i = 0; i < a->count; i++) {
        size_t diagonal = 0;

        for (size_t j = 1; j <= b->count; j++) {
            size_t above = row[j];

            if (equal(&a->items[i], &b->items[j - 1]))
                row[j] = diagonal + 1;
            else if (row[j - 1] > above)
                row[j] = row[j - 1];
            diagonal = above;
        }
    }
    longest = row[b->count];
    free(row);
    return longest;
}

static void describe(size_t common, size_t got, size_t expected, struct str *words)
{
    str_addf(words, "%zu words of the %zu expected come in their order; the answer has %zu. ",
        common, expected, got);
    if (common == expected && got == expected)
        str_add(words, "Right.");
    else if (common < expected && got <= expected)
        str_add(words, "It leaves out or words differently what was expected.");
    else if (common == expected)
        str_add(words, "It says all of it, and more.");
    else
        str_add(words, "It says other things, or in another order.");
}

static enum metric_end score_rouge(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct str got = STR_INIT;
    struct str expected = STR_INIT;
    struct runs a, b;
    size_t common;

    (void)err;
    utf8_lower(one->prediction, strlen(one->prediction), &got);
    utf8_lower(one->target, strlen(one->target), &expected);
    a = split(&got);
    b = split(&expected);
    common = common_subsequence(&a, &b);
    *score = common == 0 ? 0 : 2 * (double)common / (double)(a.count + b.count);
    if (words != NULL)
        describe(common, a.count, b.count, words);
    free(a.items);
    free(b.items);
    str_free(&got);
    str_free(&expected);
    return METRIC_SCORED;
}

const struct metric metric_rouge_l = {
    .name = "rouge_l",
    .summary = "F1 of the longest common subsequence of words (ROUGE-L)",
    .score = score_rouge,
};
