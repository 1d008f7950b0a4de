#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "store.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "json", NULL, "one JSON object a line" },
    OPTION_STORE,
};

/* Nobody came to say why it ended: no process is at it any more. */
static bool is_orphan(const struct store_info *info, const char *state)
{
    return !info->held && (state == NULL || str_equal(state, "running"));
}

/* The state of a run in a word, as the screen has it: what it noted last, unless no process is at
 * it any more. */
static const char *state_of(const struct store_info *info, const cJSON *status)
{
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "state"));

    if (info->problem != NULL)
        return "unreadable";
    if (info->held) /* one that has ended may still be looked at */
        return str_equal(state, "done") || str_equal(state, "waiting") ? state : "running";
    return is_orphan(info, state) ? "stopped" : state;
}

/* Why it is not going on; NULL: it is, or is done, or waits. */
static const char *why_of(const struct store_info *info, const cJSON *status)
{
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "state"));

    if (info->problem != NULL || info->held || str_equal(state, "done"))
        return NULL;
    if (is_orphan(info, state))
        return "its process is gone";
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(status, "why"));
}

static const char *task_file_of(const cJSON *snapshot)
{
    const char *path =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(snapshot, "task_file"));

    return path != NULL ? path : "?";
}

static void print_json(
    const struct store_info *info, const char *state, const char *why, const cJSON *snapshot)
{
    cJSON *line = cJSON_CreateObject();
    char *text;

    cJSON_AddStringToObject(line, "run", info->id);
    cJSON_AddStringToObject(line, "state", state);
    if (why != NULL)
        cJSON_AddStringToObject(line, "why", why);
    cJSON_AddStringToObject(line, "task", task_file_of(snapshot));
    cJSON_AddNumberToObject(line, "facts", info->facts);
    cJSON_AddNumberToObject(line, "created_ms", (double)info->created_ms);
    cJSON_AddNumberToObject(line, "changed_ms", (double)info->changed_ms);
    cJSON_AddNumberToObject(line, "bytes", (double)info->bytes);
    if (info->problem != NULL)
        cJSON_AddStringToObject(line, "problem", info->problem);
    text = cJSON_PrintUnformatted(line);
    puts(text);
    free(text);
    cJSON_Delete(line);
}

/* ".073>.394" out of the run's last fact; "" before it is done. */
static void score_text(const struct store_info *info, char text[24])
{
    cJSON *fact = info->last_fact != NULL ? cJSON_Parse(info->last_fact) : NULL;
    const cJSON *start = cJSON_GetObjectItemCaseSensitive(fact, "start_test");
    const cJSON *best = cJSON_GetObjectItemCaseSensitive(fact, "test");

    text[0] = '\0';
    if (cJSON_IsNumber(start) && cJSON_IsNumber(best))
        (void)snprintf(text, 24, "%.3f > %.3f", start->valuedouble, best->valuedouble);
    cJSON_Delete(fact);
}

static void print_line(const struct store_info *info, const char *state, const cJSON *snapshot)
{
    time_t seconds = (time_t)(info->created_ms / 1000);
    struct tm local;
    char when[32] = "-";
    char scores[24];
    struct str task = STR_INIT;
    const char *text = info->problem != NULL ? info->problem : task_file_of(snapshot);

    if (info->created_ms > 0 && localtime_r(&seconds, &local) != NULL)
        (void)strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
    utf8_add_line(text, strlen(text), info->problem != NULL ? 200 : 26, &task);
    score_text(info, scores);
    printf("%-8s %-16s %-10s %-14s  %s\n", info->id, when, state, scores, str_text(&task));
    str_free(&task);
}

static int run_runs(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    struct store_info *infos;
    size_t count = 0;

    if (folder == NULL)
        return command_fail(err);
    infos = store_list(folder, &count, err);
    if (infos == NULL && err->code != ERR_NONE) {
        free(folder);
        return command_fail(err);
    }
    if (count > 0 && !options_has(options, "json"))
        printf("%-8s %-16s %-10s %-14s  %s\n", "run", "started", "state", "test", "task");
    for (size_t i = 0; infos != NULL && i < count; i++) {
        cJSON *status = infos[i].status != NULL ? cJSON_Parse(infos[i].status) : NULL;
        cJSON *snapshot = infos[i].snapshot != NULL ? cJSON_Parse(infos[i].snapshot) : NULL;
        const char *state = state_of(&infos[i], status);

        if (options_has(options, "json"))
            print_json(&infos[i], state, why_of(&infos[i], status), snapshot);
        else
            print_line(&infos[i], state, snapshot);
        cJSON_Delete(status);
        cJSON_Delete(snapshot);
    }
    if (count == 0 && !options_has(options, "json"))
        printf("no runs in %s\n", folder);
    store_info_free(infos, count);
    free(folder);
    return 0;
}

const struct command command_runs = {
    .name = "runs",
    .summary = "list the stored runs, newest first",
    .usage = "[OPTIONS]",
    .help =
        "States: running; done; waiting (a proposal waits: flowbot review); stopped (by Ctrl-C, "
        "a limit or an error, or its process is gone: flowbot resume; --json says why); "
        "unreadable. "
        "`test` is the test score of the start workflow and of the best.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .max_words = 0,
    .run = run_runs,
};
