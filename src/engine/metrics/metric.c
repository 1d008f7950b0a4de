#include "metric.h"

#include "metrics.h"
#include "nearest.h"

static const struct metric *const metrics[] = {
    &metric_exact_match,
    &metric_f1,
    &metric_supporting_facts,
    &metric_contains,
    &metric_regex,
    &metric_json_match,
    &metric_rouge_l,
    &metric_aflow_drop_f1,
    &metric_aflow_hotpot_f1,
    &metric_drop_em,
    &metric_drop_f1,
    &metric_dspy_em,
    &metric_dspy_f1,
    &metric_gsm8k,
    &metric_gsm8k_aflow,
    &metric_gsm8k_extract,
    &metric_gsm8k_aflow_extract,
    &metric_hover_retrieval,
    &metric_hover_recall,
    &metric_hover_doc_em,
    &metric_hover_doc_f1,
    &metric_hover_hit5,
    &metric_hover_hit8,
    &metric_hover_hit10,
    &metric_math,
    &metric_math_equiv,
    &metric_math_boxed,
    &metric_math_normalize,
    &metric_math_aflow,
    &metric_math_aflow_equal,
    &metric_math_aflow_extract,
    &metric_hotpot_normalize,
    &metric_dspy_normalize,
    &metric_drop_normalize,
    &metric_pass_at_k,
    &metric_pupa_quality,
    &metric_pupa_leakage,
    &metric_pupa_overall,
    &metric_papillon_quality,
    &metric_papillon_leak_count,
    &metric_hotpot_sp_em,
    &metric_hotpot_joint_em,
    &metric_hotpot_joint_f1,
    &metric_ifbench,
    &metric_ifbench_loose,
    &metric_ifbench_strict,
    &metric_ifeval_instructions_strict,
    &metric_pass_at_1,
    &metric_command,
    &metric_judge,
    &metric_pupa,
    &metric_sum,
};

/* Names that scorers elsewhere have for the same thing. */
static const struct {
    const char *alias, *name;
} aliases[] = {
    { "hotpot_em", "exact_match" },
    { "hotpot_f1", "f1" },
    { "hotpot_sp_f1", "supporting_facts" },
    { "drop_official_em", "drop_em" },
    { "drop_official_f1", "drop_f1" },
    { "humaneval", "pass_at_1" },
    { "mbpp", "pass_at_1" },
    { "ifbench_gepa", "ifbench" },
    { "ifeval", "ifbench_strict" },
    { "ifeval_strict", "ifbench_strict" },
    { "ifeval_loose", "ifbench_loose" },
    { "ifeval_instructions_loose", "ifbench" },
};

enum { METRIC_COUNT = sizeof metrics / sizeof metrics[0] };

static bool unknown(const char *name, struct err *err)
{
    const char *names[METRIC_COUNT];
    struct str all = STR_INIT;
    const char *near;

    for (size_t i = 0; i < METRIC_COUNT; i++) {
        names[i] = metrics[i]->name;
        str_addf(&all, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    near = nearest_name(name, names, METRIC_COUNT);
    if (near != NULL)
        err_set(err, ERR_INPUT, "unknown metric \"%.80s\"; the nearest known one is \"%s\"", name,
            near);
    else
        err_set(err, ERR_INPUT, "unknown metric \"%.80s\"; known are: %s", name, str_text(&all));
    str_free(&all);
    return false;
}

static const char *without_alias(const char *name)
{
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (str_equal(aliases[i].alias, name))
            return aliases[i].name;
    return name;
}

const struct metric *metric_find(const char *name, struct err *err)
{
    const char *own = without_alias(name);

    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (str_equal(metrics[i]->name, own))
            return metrics[i];
    unknown(name, err);
    return NULL;
}

const struct metric *const *metric_list(size_t *count)
{
    *count = METRIC_COUNT;
    return metrics;
}

/* At a character's border. */
static void cut_words(struct str *words, size_t start)
{
    static const char dots[] = "…";
    size_t end = start + METRIC_WORDS_MAX - (sizeof dots - 1);

    if (words->len - start <= METRIC_WORDS_MAX)
        return;
    while (end > start && ((unsigned char)words->data[end] & 0xC0) == 0x80)
        end--;
    str_truncate(words, end);
    str_add(words, dots);
}

enum metric_end metric_score(const struct metric *metric, const struct metric_case *one,
    double *score, struct str *words, struct err *err)
{
    size_t start = words == NULL ? 0 : words->len;
    enum metric_end end = metric->score(one, score, words, err);

    if (words != NULL)
        cut_words(words, start);
    return end;
}

enum metric_end metric_check(
    const struct metric *metric, const struct metric_case *one, struct err *err)
{
    metric_score_fn *check = metric->check != NULL ? metric->check : metric->score;
    double score;

    return check == NULL ? METRIC_SCORED : check(one, &score, NULL, err);
}
