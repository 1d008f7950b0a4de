#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoints.h"
#include "model.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = { OPTION_SET };

struct listing {
    unsigned endpoints, failed;
};

static void print_line(const char *before, const char *text)
{
    struct str line = STR_INIT;

    utf8_add_line(text, strlen(text), 400, &line);
    printf("%s%s\n", before, str_text(&line));
    str_free(&line);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static const char *what_is_wrong(const struct probe *probe)
{
    static const enum probe_check checks[] = { PROBE_REACHABLE, PROBE_KEY, PROBE_MODEL };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (probe->findings[checks[i]].state == PROBE_BAD ||
            probe->findings[checks[i]].state == PROBE_NOTE)
            return probe->findings[checks[i]].words;
    return "it lists no models";
}

static void print_endpoint(void *data, const struct probe *probe, const char *roles)
{
    const struct model_list *list = &probe->list;
    struct listing *listing = data;

    listing->endpoints++;
    printf("%s (for %s)\n", probe->model->urls[probe->endpoint].base, roles);
    if (list->count == 0) {
        listing->failed++;
        print_line("  no list: ", what_is_wrong(probe));
        return;
    }
    qsort(list->items, list->count, sizeof(char *), by_name);
    for (size_t i = 0; i < list->count; i++)
        print_line(str_equal(list->items[i], probe->model->name) ? "* " : "  ", list->items[i]);
    if (list->goes_on)
        printf("  ... and more: the list goes on\n");
}

static int list(const struct task *task, struct err *err)
{
    struct endpoints endpoints;
    struct listing listing = { 0 };

    if (endpoints_open(&endpoints, task, err))
        endpoints_ask(&endpoints, true, print_endpoint, &listing);
    endpoints_close(&endpoints);
    if (err->code != ERR_NONE)
        return command_fail(err);
    if (listing.endpoints == 0)
        printf("every model of this task is the builtin one: there is no endpoint to ask\n");
    if (listing.failed > 0)
        err_set(err, ERR_ENDPOINT, "%u of %u endpoints gave no list; flowbot doctor TASK says more",
            listing.failed, listing.endpoints);
    return command_fail(err);
}

static int run_models(const struct options *options, struct err *err)
{
    struct task *task = task_settings_from_options(options, err);
    int code = task != NULL ? list(task, err) : command_fail(err);

    task_free(task);
    return code;
}

const struct command command_models = {
    .name = "models",
    .summary = "list what the endpoints of a task offer (* marks the model in use)",
    .usage = "TASK [OPTIONS]",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_models,
};
