#include "metric.h"

#include "metrics.h"
#include "nearest.h"

static const struct metric *const metrics[] = {
    &metric_exact_match,
    &metric_f1,
    &metric_dspy_em,
    &metric_dspy_f1,
    &metric_aflow_hotpot_f1,
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

const struct metric *metric_find(const char *name, struct err *err)
{
    for (size_t i = 0; i < METRIC_COUNT; i++)
        if (str_equal(metrics[i]->name, name) ||
            (metrics[i]->alias != NULL && str_equal(metrics[i]->alias, name)))
            return metrics[i];
    unknown(name, err);
    return NULL;
}

const struct metric *const *metric_list(size_t *count)
{
    *count = METRIC_COUNT;
    return metrics;
}
