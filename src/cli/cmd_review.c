#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decisions.h"
#include "snapshot.h"
#include "store.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "list", NULL, "show the proposal that waits (the default)" },
    { "json", NULL, "show it as JSON: kind, diff, changes, evidence, the whole changed workflow" },
    { "apply", "FILE",
        "decide: JSON { \"proposal\": N, \"decision\": \"accept\"|\"reject\"|\"edit\", \"reason\", "
        "\"workflow\" }" },
    OPTION_STORE,
};

static void print_text(const char *indent, const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        struct str clean = STR_INIT;

        utf8_add_line(line, len, 2000, &clean);
        printf("%s%s\n", indent, str_text(&clean));
        str_free(&clean);
        line += len + (line[len] == '\n');
    }
}

static void print_evidence(const cJSON *evidence)
{
    static const char *const names[] = { "fixed", "broken", "same", "missing" };

    if (!cJSON_IsObject(evidence))
        return;
    printf("  evidence: batch score %.3f → %.3f",
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, "before")),
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, "after")));
    for (int i = 0; i < 4; i++)
        printf(", %.0f %s",
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, names[i])), names[i]);
    printf("\n");
}

static void print_pending(const cJSON *pending)
{
    const cJSON *change;
    char *diff = cJSON_Print(cJSON_GetObjectItemCaseSensitive(pending, "diff"));

    printf("proposal %.0f (%s)\n",
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(pending, "proposal")),
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(pending, "kind")));
    cJSON_ArrayForEach(change, cJSON_GetObjectItemCaseSensitive(pending, "changes"))
    {
        if (cJSON_IsString(change))
            print_text("  - ", change->valuestring);
    }
    print_evidence(cJSON_GetObjectItemCaseSensitive(pending, "evidence"));
    if (diff != NULL)
        print_text("  ", diff);
    free(diff);
}

static cJSON *pending_of(struct store *store, const char *id, struct err *err)
{
    char *text = store_get_value(store, "status");
    cJSON *status = text != NULL ? cJSON_Parse(text) : NULL;
    cJSON *pending = cJSON_DetachItemFromObjectCaseSensitive(status, "pending");

    cJSON_Delete(status);
    free(text);
    if (pending == NULL)
        err_set(err, ERR_INPUT, "run %s: no proposal waits for a decision", id);
    return pending;
}

static bool decide(
    struct store *store, const cJSON *pending, const char *path, const char *id, struct err *err)
{
    struct snapshot snapshot;
    struct workflow_scope scope;
    bool ok;

    if (!snapshot_read(&snapshot, store_snapshot(store), NULL, 0, err)) {
        snapshot_free(&snapshot);
        return false;
    }
    scope = task_scope(snapshot.task);
    ok = decisions_apply_file(store, &scope, pending, path, err);
    if (ok)
        printf("decided; flowbot resume %s goes on\n", id);
    task_scope_free(&scope);
    snapshot_free(&snapshot);
    return ok;
}

static bool review(
    const struct options *options, struct store *store, const char *id, struct err *err)
{
    cJSON *pending = pending_of(store, id, err);
    bool ok = true;

    if (pending == NULL)
        return false;
    if (options_get(options, "apply") != NULL) {
        ok = decide(store, pending, options_get(options, "apply"), id, err);
    } else if (options_has(options, "json")) {
        char *text = cJSON_PrintUnformatted(pending);

        puts(text);
        free(text);
    } else {
        print_pending(pending);
    }
    cJSON_Delete(pending);
    return ok;
}

static int run_review(const struct options *options, struct err *err)
{
    char *folder = store_from_options(options, err);
    char *id = folder != NULL ? store_resolve(folder, options->words[0], err) : NULL;
    struct store *store = NULL;
    uv_loop_t loop;

    (void)uv_loop_init(&loop);
    if (id != NULL)
        store = store_open(&loop, folder, id, err);
    if (store != NULL)
        (void)review(options, store, id, err);
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    free(id);
    free(folder);
    return command_fail(err);
}

const struct command command_review = {
    .name = "review",
    .summary = "see and decide the proposal that a run waits for",
    .usage = "RUN [--list [--json] | --apply FILE]",
    .help = "A run with --review all or structure ends resumable at each proposal that needs a "
            "person. The reason of a\n"
            "rejection is shown to the meta model. Then `flowbot resume RUN` goes on.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_review,
};
