/* The metric of a task file: a name, or an object with its settings. */
#include "task_read.h"

bool task_read_metric(const struct settings *s, const struct setting_at *root, struct task *task)
{
    struct setting_at at = settings_get(root, "metric");
    struct err cause = { ERR_NONE, "" };

    if (at.value == NULL || (at.value->type != JSON_STRING && at.value->type != JSON_OBJECT))
        return settings_need(s, &at, JSON_STRING,
            "name the metric, for example \"f1\", or give { \"name\": …, and its settings }");
    if (!settings_no_secrets(s, &at))
        return false;
    task->metric_plan = metric_plan_new(at.value, s->folder, &cause);
    if (task->metric_plan == NULL)
        return settings_fail(s, &at, "%s", cause.message);
    task->metric = task->metric_plan->metric;
    return true;
}

bool task_check_targets(const struct task *task, struct err *err)
{
    for (size_t i = 0; i < task->example_count; i++) {
        struct metric_case one = { .prediction = "", .target = task->examples[i].target->data };
        struct err cause = { ERR_NONE, "" };

        if (metric_plan_check(task->metric_plan, &one, &cause) != METRIC_SCORED)
            return err_set(err, ERR_INPUT,
                "%s: the metric %s cannot score the example %s: %s; leave it out of the data, or "
                "choose another metric",
                task->path, task->metric->name, task->examples[i].id, cause.message);
    }
    return true;
}
