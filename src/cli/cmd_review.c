#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decisions.h"
#include "mem.h"
#include "proposal_text.h"
#include "snapshot.h"
#include "store.h"
#include "store_reader.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "list", NULL, "show the proposal that waits (the default)" },
    { "json", NULL,
        "show it as JSON: kind, diff, changes, evidence, gradients with their texts, the whole "
        "changed workflow, and \"decided\" once it is" },
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

/* The words of a gradient, cut to nothing where they cannot be read: its id then stands for them.
 */
static struct text *words_of(struct store_reader *reader, const cJSON *gradient)
{
    struct err untold = { .code = ERR_NONE };
    struct hash id;

    return hash_from_hex(string_of(gradient, "id"), &id)
               ? store_reader_get(reader, STORE_TEXT, id, &untold)
               : NULL;
}

static void print_gradient(struct store_reader *reader, const cJSON *gradient)
{
    struct text *words = words_of(reader, gradient);

    printf("  %s, example %s\n",
        string_of(gradient, "node")[0] != '\0' ? string_of(gradient, "node") : "the workflow",
        string_of(gradient, "example"));
    print_text("    ", words != NULL ? words->data : string_of(gradient, "id"));
    text_unref(words);
}

static void print_pending(struct store_reader *reader, const cJSON *pending)
{
    const cJSON *gradients = cJSON_GetObjectItemCaseSensitive(pending, "gradients");
    const cJSON *decided = cJSON_GetObjectItemCaseSensitive(pending, "decided");
    struct str text = STR_INIT;
    const cJSON *item;

    proposal_write(pending, &text);
    (void)fputs(str_text(&text), stdout);
    str_free(&text);
    printf("the %d gradients behind it\n", cJSON_GetArraySize(gradients));
    cJSON_ArrayForEach(item, gradients)
    {
        print_gradient(reader, item);
    }
    if (decided != NULL)
        printf("decided already: %s; flowbot resume goes on with that\n",
            string_of(decided, "decision"));
}

static void print_json(struct store_reader *reader, cJSON *pending)
{
    cJSON *gradient;
    char *text;

    cJSON_ArrayForEach(gradient, cJSON_GetObjectItemCaseSensitive(pending, "gradients"))
    {
        struct text *words = words_of(reader, gradient);

        if (words != NULL)
            cJSON_AddStringToObject(gradient, "text", words->data);
        text_unref(words);
    }
    text = cJSON_PrintUnformatted(pending);
    puts(text);
    free(text);
}

/* As the run noted it when it began to wait. */
static cJSON *detach_pending(struct store_reader *reader)
{
    char *text = store_reader_value(reader, "status");
    cJSON *status = text != NULL ? cJSON_Parse(text) : NULL;
    cJSON *pending = cJSON_DetachItemFromObjectCaseSensitive(status, "pending");

    cJSON_Delete(status);
    free(text);
    return pending;
}

/* The proposal that waits, with "decided" where that was done since; NULL and ERR_INPUT: none. */
static cJSON *pending_of(struct store_reader *reader, const char *id, struct err *err)
{
    cJSON *pending = detach_pending(reader);
    struct text *entry = NULL;
    struct hash key;

    if (pending == NULL) {
        err_set(err, ERR_INPUT, "run %s: no proposal waits for a decision", id);
        return NULL;
    }
    if (hash_from_hex(string_of(pending, "key"), &key))
        entry = store_reader_get(reader, STORE_DECISION, key, err);
    if (entry != NULL)
        cJSON_AddItemToObject(pending, "decided", cJSON_Parse(entry->data));
    text_unref(entry);
    return pending;
}

static void on_fetched(void *data, struct text *body, const struct err *error)
{
    bool *done = data;

    (void)error; /* there is no such text: only the order matters */
    text_unref(body);
    *done = true;
}

/* Waits until the decision is on disk. */
static bool is_saved(uv_loop_t *loop, struct store *store, struct err *err)
{
    bool done = false;

    store_get(store, STORE_TEXT, (struct hash){ 0, 0 }, on_fetched, &done);
    while (!done)
        (void)uv_run(loop, UV_RUN_ONCE);
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

static void apply(
    const char *folder, const char *id, const cJSON *pending, const char *path, struct err *err)
{
    struct store *store;
    uv_loop_t loop;

    (void)uv_loop_init(&loop);
    store = store_open(&loop, folder, id, err);
    if (store != NULL)
        (void)decide(&loop, store, pending, path, id, err);
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
}

/* Looking needs no lock: the run may be held by the process that asks the same question. */
static void review(
    const struct options *options, const char *folder, const char *id, struct err *err)
{
    char *path = store_path_of(folder, id, err);
    struct store_reader *reader = path != NULL ? store_reader_open(path, err) : NULL;
    cJSON *pending = reader != NULL ? pending_of(reader, id, err) : NULL;

    if (pending != NULL && options_get(options, "apply") != NULL)
        apply(folder, id, pending, options_get(options, "apply"), err);
    else if (pending != NULL && options_has(options, "json"))
        print_json(reader, pending);
    else if (pending != NULL)
        print_pending(reader, pending);
    cJSON_Delete(pending);
    store_reader_close(reader);
    free(path);
}

static int run_review(const struct options *options, struct err *err)
{
    char *folder, *id;

    if (options_has(options, "apply") &&
        (options_has(options, "list") || options_has(options, "json"))) {
        err_set(err, ERR_INPUT, "--apply decides, --list shows: give one of them");
        return command_fail(err);
    }
    folder = store_from_options(options, err);
    id = folder != NULL ? store_resolve(folder, options->words[0], err) : NULL;
    if (id != NULL)
        review(options, folder, id, err);
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
