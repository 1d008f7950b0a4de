/* The canonical text of a task: a task file that says everything. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "task_read.h"

static void add_string(const char *text, struct str *out)
{
    json_print_string(text, strlen(text), out);
}

static void add_member(const char *key, const char *text, struct str *out)
{
    str_addf(out, "\"%s\":", key);
    add_string(text, out);
}

/* The shortest of 15 or 17 digits that reads back equal, with a decimal point in every language. */
static void add_real(double value, struct str *out)
{
    char text[40];

    (void)snprintf(text, sizeof text, "%.15g", value);
    if (strtod(text, NULL) != value)
        (void)snprintf(text, sizeof text, "%.17g", value);
    for (char *p = text; *p != '\0'; p++)
        if (*p == ',')
            *p = '.';
    str_add(out, text);
}

static void print_parts(const struct data_spec *data, struct str *out)
{
    for (int i = 0; i < SPLIT_COUNT; i++) {
        const struct data_part *part = &data->parts[i];

        str_addf(out, ",\"%s\":{", split_name((enum split)i));
        add_member("file", part->file, out);
        if (part->ranged)
            str_addf(out, ",\"range\":[%zu,%zu]", part->from, part->to);
        if (part->count > 0)
            str_addf(
                out, ",\"count\":%zu,\"seed\":%llu", part->count, (unsigned long long)part->seed);
        str_add_char(out, '}');
    }
}

static void print_columns(const struct task *task, struct str *out)
{
    const struct data_spec *data = task->data;

    str_add(out, ",\"fields\":{\"inputs\":{");
    for (size_t i = 0; i < data->column_count; i++) {
        if (i > 0)
            str_add_char(out, ',');
        add_member(task->inputs[i], data->columns[i], out);
    }
    str_add(out, "},");
    add_member("target", data->target, out);
    str_add_char(out, '}');
}

static void print_target(const struct data_spec *data, struct str *out)
{
    str_add_char(out, ',');
    add_member("target", data->target, out);
}

static void print_choice(const struct data_spec *data, struct str *out)
{
    if (data->only != NULL) {
        str_add(out, ",\"only\":");
        json_print(json_root(data->only), out);
    }
    if (data->without != NULL) {
        str_add(out, ",\"without\":");
        json_print(json_root(data->without), out);
    }
    if (data->drop_overlap)
        str_add(out, ",\"overlap\":\"drop\"");
}

static void print_data(const struct task *task, struct str *out)
{
    const struct data_spec *data = task->data;

    str_add(out, ",\"data\":{");
    add_member("format", data->format->name, out);
    if (data->one_file) {
        str_add_char(out, ',');
        add_member("file", data->parts[0].file, out);
        str_addf(out, ",\"split\":{\"train\":%zu,\"validation\":%zu,\"test\":%zu,\"seed\":%llu}",
            data->sizes[SPLIT_TRAIN], data->sizes[SPLIT_VALIDATION], data->sizes[SPLIT_TEST],
            (unsigned long long)data->seed);
    } else {
        print_parts(data, out);
    }
    if (data->columns != NULL)
        print_columns(task, out);
    else if (strcmp(data->target, data->format->targets[0].name) != 0)
        print_target(data, out);
    print_choice(data, out);
    str_add(out, "},\"inputs\":[");
    for (size_t i = 0; i < task->input_count; i++) {
        if (i > 0)
            str_add_char(out, ',');
        add_string(task->inputs[i], out);
    }
    str_add_char(out, ']');
}

static void print_models_and_tools(const struct task *task, struct str *out)
{
    str_add(out, ",\"models\":{");
    for (size_t i = 0; i < task->model_count; i++)
        str_addf(
            out, "%s\"%s\":%s", i > 0 ? "," : "", task->models[i].name, task->models[i].settings);
    str_add(out, "},\"tools\":{");
    for (size_t i = 0; i < task->tool_count; i++)
        str_addf(
            out, "%s\"%s\":%s", i > 0 ? "," : "", task->tools[i].name, task->tools[i].settings);
    str_add_char(out, '}');
}

static void print_optimizer(const struct optimizer_options *options, struct str *out)
{
    str_add(out, ",\"optimizer\":{");
    add_member("schedule", options->schedule, out);
    str_addf(out, ",\"epochs\":%u,\"batch\":%u,\"rounds\":%u,\"inner_steps\":%u", options->epochs,
        options->batch, options->rounds, options->inner_steps);
    str_addf(out, ",\"inner\":\"%s\",\"gradient\":\"%s\",\"outer\":\"%s\"}",
        inner_mode_names[options->inner], gradient_mode_names[options->gradient],
        options->outer ? "on" : "off");
}

/* null: none. Whole numbers of this size are exact in a double (settings_whole). */
static void add_limit(const char *key, double limit, struct str *out)
{
    str_addf(out, "\"%s\":", key);
    if (limit > 0 && limit < 1e16 && floor(limit) == limit)
        str_addf(out, "%.0f", limit);
    else if (limit > 0)
        add_real(limit, out);
    else
        str_add(out, "null");
    str_add_char(out, ',');
}

static void print_limits(const struct limits *limits, struct str *out)
{
    str_add(out, ",\"limits\":{");
    add_limit("calls", (double)limits->calls, out);
    add_limit("tokens", (double)limits->tokens, out);
    add_limit("usd", limits->usd, out);
    add_limit("wall_s", limits->wall_s, out);
    str_addf(out, "\"concurrency\":%u}", limits->concurrency);
}

void task_print(const struct task *task, struct str *out)
{
    str_add_char(out, '{');
    add_member("task", task->description, out);
    print_data(task, out);
    str_add_char(out, ',');
    str_addf(out, "\"metric\":%s", task->metric_plan->text);
    print_models_and_tools(task, out);
    print_optimizer(&task->optimizer, out);
    print_limits(&task->limits, out);
    str_addf(out, ",\"seed\":%llu}", (unsigned long long)task->seed);
}
