#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "metric_case.h"
#include "utf8.h"

/* HoVer's own measures of a ranked list of titles. Whole titles compare: after canonical
 * decomposition in em and f1, as they are in the hits. */

struct ranking {
    char **items;
    size_t count, cap;
};

struct rankings {
    struct ranking found, gold;
};

static bool read_ranking(const struct json *list, bool decompose, struct ranking *ranking)
{
    if (list == NULL || list->type != JSON_ARRAY)
        return false;
    for (size_t i = 0; i < list->count; i++) {
        struct str normal = STR_INIT;

        if (list->items[i].type != JSON_STRING)
            return false;
        if (decompose)
            utf8_nfd(list->items[i].text, list->items[i].len, &normal);
        else
            str_add(&normal, list->items[i].text);
        ARRAY_PUSH(
            ranking, mem_strdup(str_text(&normal))); // NOLINT(bugprone-sizeof-expression): pointers
        str_free(&normal);
    }
    return true;
}

static void ranking_free(struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->count; i++)
        free(ranking->items[i]);
    free(ranking->items);
}

static bool stands_among(const struct ranking *ranking, size_t first, const char *title)
{
    for (size_t i = 0; i < first && i < ranking->count; i++)
        if (strcmp(ranking->items[i], title) == 0)
            return true;
    return false;
}

/* How many gold titles stand among the first ones. */
static size_t hits(const struct rankings *both, size_t first)
{
    size_t count = 0;

    for (size_t i = 0; i < both->gold.count; i++)
        count += stands_among(&both->found, first, both->gold.items[i]);
    return count;
}

static double exact(const struct rankings *both)
{
    return both->found.count == both->gold.count && hits(both, SIZE_MAX) == both->gold.count;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* As token F1, with whole titles for tokens. */
static double f1(const struct rankings *both)
{
    size_t shared = 0, i = 0, j = 0;
    double precision, recall;

    if (both->found.count == 0 || both->gold.count == 0)
        return 0;
    qsort(both->found.items, both->found.count, sizeof *both->found.items, compare);
    qsort(both->gold.items, both->gold.count, sizeof *both->gold.items, compare);
    while (i < both->found.count && j < both->gold.count) {
        int order = strcmp(both->found.items[i], both->gold.items[j]);

        shared += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    if (shared == 0)
        return 0;
    precision = (double)shared / (double)both->found.count;
    recall = (double)shared / (double)both->gold.count;
    return 2 * precision * recall / (precision + recall);
}

static double hit5(const struct rankings *both)
{
    return hits(both, 5) == both->gold.count;
}

static double hit8(const struct rankings *both)
{
    return hits(both, 8) == both->gold.count;
}

static double hit10(const struct rankings *both)
{
    return hits(both, 10) == both->gold.count;
}

static void describe(const struct rankings *both, struct str *words)
{
    str_addf(words, "%zu of %zu gold titles are in the list of %zu.", hits(both, SIZE_MAX),
        both->gold.count, both->found.count);
    for (size_t i = 0; i < both->gold.count; i++)
        if (!stands_among(&both->found, SIZE_MAX, both->gold.items[i])) {
            str_add(words, " Missing: \"");
            case_quote(both->gold.items[i], 80, words);
            str_add(words, "\".");
        }
}

static enum metric_end score_lists(double (*measure)(const struct rankings *both),
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct rankings both = { { NULL, 0, 0 }, { NULL, 0, 0 } };
    struct case_value found, gold;
    enum metric_end end = METRIC_SCORED;
    bool decompose = measure == exact || measure == f1;

    if (!case_target(one, &gold, err))
        return METRIC_BAD_CASE;
    if (!read_ranking(gold.value, decompose, &both.gold)) {
        end = case_bad(err, "the target is no list of titles");
    } else {
        if (case_prediction(one, &found))
            (void)read_ranking(found.value, decompose, &both.found);
        case_value_free(&found);
        *score = measure(&both);
        if (words != NULL)
            describe(&both, words);
    }
    ranking_free(&both.found);
    ranking_free(&both.gold);
    case_value_free(&gold);
    return end;
}

static enum metric_end score_exact(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_lists(exact, one, score, words, err);
}

static enum metric_end score_f1(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_lists(f1, one, score, words, err);
}

static enum metric_end score_hit5(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_lists(hit5, one, score, words, err);
}

static enum metric_end score_hit8(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_lists(hit8, one, score, words, err);
}

static enum metric_end score_hit10(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_lists(hit10, one, score, words, err);
}

const struct metric metric_hover_doc_em = {
    .name = "hover_doc_em",
    .summary = "1 where exactly the gold titles are listed (HoVer's own script)",
    .reads_structure = true,
    .score = score_exact,
};

const struct metric metric_hover_doc_f1 = {
    .name = "hover_doc_f1",
    .summary = "F1 of whole titles (HoVer's own script)",
    .reads_structure = true,
    .score = score_f1,
};

const struct metric metric_hover_hit5 = {
    .name = "hover_hit5",
    .summary = "1 where all gold titles are among the first 5 (HoVer's own script)",
    .reads_structure = true,
    .score = score_hit5,
};

const struct metric metric_hover_hit8 = {
    .name = "hover_hit8",
    .summary = "1 where all gold titles are among the first 8 (HoVer's own script)",
    .reads_structure = true,
    .score = score_hit8,
};

const struct metric metric_hover_hit10 = {
    .name = "hover_hit10",
    .summary = "1 where all gold titles are among the first 10 (HoVer's own script)",
    .reads_structure = true,
    .score = score_hit10,
};
