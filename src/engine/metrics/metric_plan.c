#include "metric_plan.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

enum { DEPTH_MAX = 3, KEYS_MAX = 12 };

static bool fill(struct metric_plan *plan, const struct json *value, const char *folder, int depth,
    struct err *err);

static bool check_keys(const struct metric_plan *plan, const struct json *value, struct err *err)
{
    const char *known[KEYS_MAX] = { "name" };
    size_t count = 1;

    for (const char *const *key = plan->metric->settings; key != NULL && *key != NULL; key++)
        known[count++] = *key;
    return json_check_keys(plan->metric->name, value, known, count, err);
}

static bool read_part(struct metric_plan *plan, const struct json *item, const char *folder,
    int depth, struct err *err)
{
    static const char *const known[] = { "metric", "weight" };
    const struct json *metric = item->type == JSON_OBJECT ? json_get(item, "metric") : NULL;
    const struct json *weight = metric == NULL ? NULL : json_get(item, "weight");

    if (metric == NULL)
        return err_set(err, ERR_INPUT, "sum: \"of\" is a list of { \"metric\": …, \"weight\": … }");
    if (!json_check_keys("sum", item, known, 2, err))
        return false;
    if (weight != NULL &&
        (weight->type != JSON_NUMBER || !(weight->number > 0 && weight->number <= 1e6)))
        return err_set(err, ERR_INPUT, "sum: a weight is a number above 0, at most 1e6");
    plan->weights[plan->part_count] = weight == NULL ? 1 : weight->number;
    return fill(&plan->parts[plan->part_count++], metric, folder, depth + 1, err);
}

static bool read_parts(struct metric_plan *plan, const struct json *value, const char *folder,
    int depth, struct err *err)
{
    const struct json *list = json_get(value, "of");

    if (depth >= DEPTH_MAX)
        return err_set(err, ERR_INPUT, "sum: sums nest more than %d deep", DEPTH_MAX);
    if (list == NULL || list->type != JSON_ARRAY || list->count == 0 ||
        list->count > METRIC_PARTS_MAX)
        return err_set(err, ERR_INPUT,
            "sum: \"of\" must be a list of 1 to %d { \"metric\": …, \"weight\": … }",
            METRIC_PARTS_MAX);
    plan->parts = mem_zalloc(list->count, sizeof *plan->parts);
    plan->weights = mem_zalloc(list->count, sizeof *plan->weights);
    for (size_t i = 0; i < list->count; i++)
        if (!read_part(plan, &list->items[i], folder, depth, err))
            return false;
    return true;
}

/* A sum's text is made of its parts' texts, whose paths are absolute. */
static void print_sum(const struct metric_plan *plan, struct str *out)
{
    str_add(out, "{\"name\":\"sum\",\"of\":[");
    for (size_t i = 0; i < plan->part_count; i++)
        str_addf(out, "%s{\"metric\":%s,\"weight\":%.17g}", i > 0 ? "," : "", plan->parts[i].text,
            plan->weights[i]);
    str_add(out, "]}");
}

/* The first word of "command" is a path where it has a slash. */
static void print_command(const struct json *command, const char *folder, struct str *out)
{
    str_add_char(out, '[');
    for (size_t i = 0; i < command->count; i++) {
        bool is_path = i == 0 && strchr(command->items[i].text, '/') != NULL;
        char *joined = is_path ? file_join(folder, command->items[i].text) : NULL;
        char *path = is_path ? file_absolute(joined) : mem_strdup(command->items[i].text);

        str_add(out, i > 0 ? "," : "");
        json_print_string(path, strlen(path), out);
        free(joined);
        free(path);
    }
    str_add_char(out, ']');
}

static void print_object(const struct json *value, const char *folder, struct str *out)
{
    for (size_t i = 0; i < value->count; i++) {
        str_add_char(out, i > 0 ? ',' : '{');
        json_print_string(value->keys[i], strlen(value->keys[i]), out);
        str_add_char(out, ':');
        if (str_equal(value->keys[i], "command"))
            print_command(&value->items[i], folder, out);
        else
            json_print(&value->items[i], out);
    }
    str_add_char(out, '}');
}

static bool check_command(const struct json *command, struct err *err)
{
    bool ok = command != NULL && command->type == JSON_ARRAY && command->count > 0 &&
              command->count <= 64;

    for (size_t i = 0; ok && i < command->count; i++)
        ok = command->items[i].type == JSON_STRING &&
             strlen(command->items[i].text) == command->items[i].len &&
             (i > 0 || command->items[i].len > 0);
    return ok ||
           err_set(err, ERR_INPUT,
               "command: \"command\" must be a list of strings: the program and its arguments");
}

static bool fill_object(struct metric_plan *plan, const struct json *value, const char *folder,
    int depth, struct err *err)
{
    const struct json *name = json_get(value, "name");
    struct str text = STR_INIT;

    if (name == NULL || name->type != JSON_STRING)
        return err_set(err, ERR_INPUT, "the metric has no \"name\"");
    plan->metric = metric_find(name->text, err);
    if (plan->metric == NULL || !check_keys(plan, value, err))
        return false;
    if (plan->metric->kind == METRIC_COMMAND && !check_command(json_get(value, "command"), err))
        return false;
    if (plan->metric->kind == METRIC_SUM) {
        if (!read_parts(plan, value, folder, depth, err))
            return false;
        print_sum(plan, &text);
    } else {
        print_object(value, folder, &text);
    }
    plan->text = str_take(&text);
    plan->doc = json_parse("metric", 1, plan->text, strlen(plan->text), JSON_STRICT, err);
    plan->settings = plan->doc == NULL ? NULL : json_root(plan->doc);
    return plan->doc != NULL;
}

static bool fill_name(struct metric_plan *plan, const struct json *value, struct err *err)
{
    struct str text = STR_INIT;

    plan->metric = metric_find(value->text, err);
    if (plan->metric == NULL)
        return false;
    if (plan->metric->kind == METRIC_SUM || plan->metric->kind == METRIC_COMMAND)
        return err_set(err, ERR_INPUT,
            "the metric \"%s\" needs settings: { \"name\": \"%s\", \"%s\": … }", value->text,
            value->text, plan->metric->settings[0]);
    json_print_string(plan->metric->name, strlen(plan->metric->name), &text);
    plan->text = str_take(&text);
    return true;
}

// NOLINTNEXTLINE(misc-no-recursion): the depth is bounded
static bool fill(struct metric_plan *plan, const struct json *value, const char *folder, int depth,
    struct err *err)
{
    if (value->type == JSON_STRING)
        return fill_name(plan, value, err);
    if (value->type == JSON_OBJECT)
        return fill_object(plan, value, folder, depth, err);
    return err_set(err, ERR_INPUT, "a metric is %s; a name or an object was expected",
        json_type_name(value->type));
}

static void clear(struct metric_plan *plan) // NOLINT(misc-no-recursion)
{
    for (size_t i = 0; i < plan->part_count; i++)
        clear(&plan->parts[i]);
    free(plan->parts);
    free(plan->weights);
    free(plan->text);
    json_free(plan->doc);
}

struct metric_plan *metric_plan_new(const struct json *value, const char *folder, struct err *err)
{
    struct metric_plan *plan = mem_zalloc(1, sizeof *plan);

    if (fill(plan, value, folder, 0, err))
        return plan;
    metric_plan_free(plan);
    return NULL;
}

void metric_plan_free(struct metric_plan *plan)
{
    if (plan == NULL)
        return;
    clear(plan);
    free(plan);
}

enum metric_end metric_plan_check( // NOLINT(misc-no-recursion)
    const struct metric_plan *plan, const struct metric_case *one, struct err *err)
{
    struct metric_case with_settings = *one;
    enum metric_end end;

    with_settings.settings = plan->settings;
    end = metric_check(plan->metric, &with_settings, err);
    for (size_t i = 0; i < plan->part_count && end == METRIC_SCORED; i++)
        end = metric_plan_check(&plan->parts[i], one, err);
    return end;
}

static const struct json *setting(
    const struct metric_plan *plan, const char *name, enum json_type type)
{
    const struct json *value = plan->settings == NULL ? NULL : json_get(plan->settings, name);

    return value != NULL && value->type == type ? value : NULL;
}

const char *metric_plan_text(const struct metric_plan *plan, const char *name)
{
    const struct json *value = setting(plan, name, JSON_STRING);

    return value == NULL ? NULL : value->text;
}

double metric_plan_number(const struct metric_plan *plan, const char *name, double otherwise)
{
    const struct json *value = setting(plan, name, JSON_NUMBER);

    return value == NULL ? otherwise : value->number;
}

bool metric_plan_flag(const struct metric_plan *plan, const char *name)
{
    const struct json *value = setting(plan, name, JSON_BOOL);

    return value != NULL && value->boolean;
}
