#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "answer_score.h"
#include "array.h"
#include "mem.h"
#include "metric_case.h"
#include "normalize.h"
#include "utf8.h"

/* AFlow's DROP: alternatives joined by bars on both sides; the best pair counts. */

struct parts {
    char **items;
    size_t count, cap;
};

static bool is_blank(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (!utf8_is_space(code))
            return false;
    }
    return true;
}

static struct parts split(const char *text, bool drop_blank)
{
    struct parts parts = { NULL, 0, 0 };

    for (;;) {
        size_t len = strcspn(text, "|");
        char *part = mem_strndup(text, len);

        if (drop_blank && is_blank(part))
            free(part);
        else
            ARRAY_PUSH(&parts, part); // NOLINT(bugprone-sizeof-expression): pointers
        if (text[len] == '\0')
            return parts;
        text += len + 1;
    }
}

static void parts_free(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        free(parts->items[i]);
    free(parts->items);
}

static enum metric_end score_best(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    enum { PARTS_MAX = 200 }; /* of the prediction: a hostile one must not take minutes */
    static const struct answer_rule rule = { normalize_answer, .exact = false, .closed = false };
    struct parts golds = split(one->target, true);
    struct parts got = split(one->prediction, false);
    struct metric_case best = { .prediction = one->prediction, .target = one->target };

    *score = 0;
    for (size_t i = 0; i < golds.count; i++)
        for (size_t j = 0; j < got.count && j < PARTS_MAX; j++) {
            struct metric_case pair = { .prediction = got.items[j], .target = golds.items[i] };
            double value;

            (void)answer_score(&rule, &pair, &value, NULL, err);
            if (value > *score || (i == 0 && j == 0)) {
                *score = value;
                best = pair;
            }
        }
    if (words != NULL && golds.count > 0)
        (void)answer_score(&rule, &best, &(double){ 0 }, words, err);
    else if (words != NULL)
        str_add(words, "The target holds no answer at all: nothing can be right.");
    parts_free(&golds);
    parts_free(&got);
    return METRIC_SCORED;
}

const struct metric metric_aflow_drop_f1 = {
    .name = "aflow_drop_f1",
    .summary = "best F1 of words over alternatives joined by | (AFlow's DROP)",
    .score = score_best,
};
