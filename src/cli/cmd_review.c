#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decisions.h"
#include "mem.h"
#include "proposal_text.h"
#include "snapshot.h"
#include "store.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "list", NULL, "show the proposal that waits (the default)" },
    { "json", NULL, "show it as JSON: kind, diff, changes, evidence, the whole changed workflow" },
    { "apply", "FILE", "decide, by a JSON file" },
    OPTION_STORE,
};

static void print_text(const char *indent, const char *text)
{
    struct str lines = STR_INIT;

    proposal_add_text(&lines, indent, text);
    (void)fputs(str_text(&lines), stdout);
    str_free(&lines);
}

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

struct fetch {
    struct text *body;
    bool done;
};

static void on_fetched(void *data, struct text *body, const struct err *error)
{
    struct fetch *fetch = data;

    (void)error; /* a gradient that cannot be read is shown by its id alone */
    fetch->body = body;
    fetch->done = true;
}

static void print_gradient(uv_loop_t *loop, struct store *store, const cJSON *gradient)
{
    struct fetch fetch = { NULL, false };
    struct hash id;

    printf("  %s, example %s\n",
        string_of(gradient, "node")[0] != '\0' ? string_of(gradient, "node") : "the workflow",
        string_of(gradient, "example"));
    if (!hash_from_hex(string_of(gradient, "id"), &id))
        return;
    store_get(store, STORE_TEXT, id, on_fetched, &fetch);
    while (!fetch.done)
        (void)uv_run(loop, UV_RUN_ONCE);
    print_text("    ", fetch.body != NULL ? fetch.body->data : string_of(gradient, "id"));
    text_unref(fetch.body);
}

static void print_pending(uv_loop_t *loop, struct store *store, const cJSON *pending)
{
    const cJSON *gradients = cJSON_GetObjectItemCaseSensitive(pending, "gradients");
    struct str text = STR_INIT;
    const cJSON *item;

    proposal_write(pending, &text);
    (void)fputs(str_text(&text), stdout);
    str_free(&text);
    printf("the %d gradients behind it\n", cJSON_GetArraySize(gradients));
    cJSON_ArrayForEach(item, gradients)
    {
        print_gradient(loop, store, item);
    }
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

/* Waits until the decision is on disk. */
static bool is_saved(uv_loop_t *loop, struct store *store, struct err *err)
{
    struct fetch fetch = { NULL, false };

    store_get(store, STORE_TEXT, (struct hash){ 0, 0 }, on_fetched, &fetch);
    while (!fetch.done)
        (void)uv_run(loop, UV_RUN_ONCE);
    text_unref(fetch.body);
    if (store_trouble(store) == NULL)
        return true;
    *err = *store_trouble(store);
    return false;
}

static bool decide(uv_loop_t *loop, struct store *store, const cJSON *pending, const char *path,
    const char *id, struct err *err)
{
    struct snapshot snapshot;
    struct workflow_scope scope;
    bool ok;

    if (!snapshot_read(&snapshot, store_snapshot(store), NULL, 0, err)) {
        snapshot_free(&snapshot);
        return false;
    }
    scope = task_scope(snapshot.task);
    ok = decisions_apply_file(store, &scope, pending, path, err) && is_saved(loop, store, err);
    if (ok)
        printf("decided; flowbot resume %s goes on\n", id);
    task_scope_free(&scope);
    snapshot_free(&snapshot);
    return ok;
}

static bool review(const struct options *options, uv_loop_t *loop, struct store *store,
    const char *id, struct err *err)
{
    cJSON *pending = pending_of(store, id, err);
    bool ok = true;

    if (pending == NULL)
        return false;
    if (options_get(options, "apply") != NULL) {
        ok = decide(loop, store, pending, options_get(options, "apply"), id, err);
    } else if (options_has(options, "json")) {
        char *text = cJSON_PrintUnformatted(pending);

        puts(text);
        free(text);
    } else {
        print_pending(loop, store, pending);
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
        (void)review(options, &loop, store, id, err);
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
    .help =
        "A run with --review all, structure or prompts ends resumable at each proposal that needs "
        "a "
        "person. FILE is { \"proposal\": N, \"decision\": \"accept\", \"reject\" or \"edit\" }; a "
        "rejection has a \"reason\", which the meta model is shown; an edit has the whole "
        "\"workflow\", as --list --json prints it. Then `flowbot resume RUN` goes on.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_review,
};
