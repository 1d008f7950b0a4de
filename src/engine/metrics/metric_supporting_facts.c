#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "answer_score.h"
#include "array.h"
#include "metric_case.h"
#include "normalize.h"

/* HotpotQA's supporting facts: sets of (title, sentence). A prediction is { "answer", "sp" }, or
 * the list alone; a target is { "answer", "supporting_facts" }, or the list alone. */

struct fact {
    const char *title;
    double sentence;
};

struct facts {
    struct fact *items; /* sorted, each once */
    size_t count, cap;
};

struct outcome {
    size_t shared;
    struct facts predicted, expected;
    double em, precision, recall;
};

static int compare_facts(const void *a, const void *b)
{
    const struct fact *x = a;
    const struct fact *y = b;
    int order = strcmp(x->title, y->title);

    if (order != 0)
        return order;
    return (x->sentence > y->sentence) - (x->sentence < y->sentence);
}

/* False where the list is no list of [title, number]; what could be read is kept. */
static bool read_facts(const struct json *list, struct facts *facts)
{
    bool well_formed = list != NULL && list->type == JSON_ARRAY;
    size_t kept = 0;

    for (size_t i = 0; well_formed && i < list->count; i++) {
        const struct json *pair = &list->items[i];

        if (pair->type == JSON_ARRAY && pair->count == 2 && pair->items[0].type == JSON_STRING &&
            pair->items[1].type == JSON_NUMBER)
            ARRAY_PUSH(facts, ((struct fact){ pair->items[0].text, pair->items[1].number }));
        else
            well_formed = false;
    }
    if (facts->count > 1)
        qsort(facts->items, facts->count, sizeof *facts->items, compare_facts);
    for (size_t i = 0; i < facts->count; i++)
        if (kept == 0 || compare_facts(&facts->items[i], &facts->items[kept - 1]) != 0)
            facts->items[kept++] = facts->items[i];
    facts->count = kept;
    return well_formed;
}

static const struct json *list_of(const struct json *value, const char *name, const char *other)
{
    const struct json *list;

    if (value == NULL || value->type != JSON_OBJECT)
        return value;
    list = json_get(value, name);
    return list != NULL ? list : json_get(value, other);
}

static void compare(struct outcome *outcome)
{
    size_t i = 0, j = 0;

    while (i < outcome->predicted.count && j < outcome->expected.count) {
        int order = compare_facts(&outcome->predicted.items[i], &outcome->expected.items[j]);

        outcome->shared += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    if (outcome->shared > 0) {
        outcome->precision = (double)outcome->shared / (double)outcome->predicted.count;
        outcome->recall = (double)outcome->shared / (double)outcome->expected.count;
    }
    outcome->em =
        outcome->shared == outcome->predicted.count && outcome->shared == outcome->expected.count;
}

static double f1_of(double precision, double recall)
{
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

static void add_facts(
    const char *head, const struct facts *these, const struct facts *others, struct str *words)
{
    enum { SHOWN = 4 };
    size_t shown = 0;

    for (size_t i = 0; i < these->count; i++) {
        const struct fact *fact = &these->items[i];

        if (others->count > 0 &&
            bsearch(fact, others->items, others->count, sizeof *fact, compare_facts) != NULL)
            continue;
        if (shown < SHOWN) {
            str_add(words, shown == 0 ? head : ", ");
            case_quote(fact->title, 60, words);
            str_addf(words, " (sentence %.0f)", fact->sentence);
        }
        shown++;
    }
    if (shown > SHOWN)
        str_addf(words, " and %zu more", shown - SHOWN);
    if (shown > 0)
        str_add(words, ". ");
}

static void describe(const struct outcome *outcome, bool well_formed, struct str *words)
{
    str_addf(
        words, "%zu of %zu supporting facts found. ", outcome->shared, outcome->expected.count);
    if (!well_formed)
        str_add(words, "The facts are not a list of [title, sentence number]. ");
    add_facts("Missing: ", &outcome->expected, &outcome->predicted, words);
    add_facts("Not wanted: ", &outcome->predicted, &outcome->expected, words);
}

static const char *answer_of(const struct json *value)
{
    const struct json *answer =
        value != NULL && value->type == JSON_OBJECT ? json_get(value, "answer") : NULL;

    return answer != NULL && answer->type == JSON_STRING ? answer->text : NULL;
}

/* With the answer: precision and recall are products, and so is exact match. */
static enum metric_end join_answer(const struct json *prediction, const struct json *target,
    struct outcome *outcome, struct str *words, struct err *err)
{
    static const struct answer_rule rule = { normalize_answer, .exact = false, .closed = true };
    static const struct answer_rule exact = { normalize_answer, .exact = true, .closed = true };
    const char *expected = answer_of(target);
    const char *got = answer_of(prediction);
    struct metric_case one = { .prediction = got == NULL ? "" : got, .target = expected };
    double precision, recall, em;

    if (expected == NULL)
        return case_bad(err, "the target has no \"answer\"");
    answer_precision_recall(&rule, one.prediction, expected, &precision, &recall);
    outcome->precision *= precision;
    outcome->recall *= recall;
    (void)answer_score(&exact, &one, &em, words, err);
    outcome->em *= got == NULL ? 0 : em;
    if (words != NULL)
        str_add_char(words, ' ');
    return METRIC_SCORED;
}

static enum metric_end judge(const struct json *prediction, const struct json *target, bool joint,
    struct outcome *outcome, struct str *words, struct err *err)
{
    enum metric_end end = METRIC_SCORED;
    bool well_formed =
        read_facts(list_of(prediction, "sp", "supporting_facts"), &outcome->predicted);

    if (!read_facts(list_of(target, "supporting_facts", "sp"), &outcome->expected))
        return case_bad(
            err, "the target has no \"supporting_facts\", a list of [title, sentence number]");
    compare(outcome);
    if (joint)
        end = join_answer(prediction, target, outcome, words, err);
    if (end == METRIC_SCORED && words != NULL)
        describe(outcome, well_formed, words);
    return end;
}

static enum metric_end score_facts(const struct metric_case *one, bool joint, bool exact,
    double *score, struct str *words, struct err *err)
{
    struct outcome outcome = { 0 };
    struct case_value prediction, target;
    enum metric_end end;

    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    if (!case_prediction(one, &prediction))
        case_value_free(&prediction);
    end = judge(prediction.value, target.value, joint, &outcome, words, err);
    *score = exact ? outcome.em : f1_of(outcome.precision, outcome.recall);
    free(outcome.predicted.items);
    free(outcome.expected.items);
    case_value_free(&prediction);
    case_value_free(&target);
    return end;
}

static enum metric_end score_em(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_facts(one, false, true, score, words, err);
}

static enum metric_end score_f1(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_facts(one, false, false, score, words, err);
}

static enum metric_end score_joint_em(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_facts(one, true, true, score, words, err);
}

static enum metric_end score_joint_f1(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_facts(one, true, false, score, words, err);
}

const struct metric metric_supporting_facts = {
    .name = "supporting_facts",
    .summary = "F1 of the supporting facts, sets of [title, sentence] (HotpotQA)",
    .reads_structure = true,
    .score = score_f1,
};

const struct metric metric_hotpot_sp_em = {
    .name = "hotpot_sp_em",
    .summary = "1 where the supporting facts are exactly the expected set (HotpotQA)",
    .reads_structure = true,
    .score = score_em,
};

const struct metric metric_hotpot_joint_em = {
    .name = "hotpot_joint_em",
    .summary = "1 where answer and supporting facts are both exact (HotpotQA)",
    .reads_structure = true,
    .score = score_joint_em,
};

const struct metric metric_hotpot_joint_f1 = {
    .name = "hotpot_joint_f1",
    .summary = "F1 of answer and supporting facts together (HotpotQA)",
    .reads_structure = true,
    .score = score_joint_f1,
};
