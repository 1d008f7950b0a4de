#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decisions.h"
#include "mem.h"
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

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

/* True where `text` has this very line. */
static bool has_line(const char *text, const char *line, size_t len)
{
    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
        if (strcspn(text, "\n") == len && strncmp(text, line, len) == 0)
            return true;
    return false;
}

/* The lines of `text` that `other` lacks, each behind the mark. */
static void print_lines_not_in(const char *mark, const char *text, const char *other)
{
    for (size_t len; *text != '\0'; text += len, text += *text == '\n') {
        len = strcspn(text, "\n");
        if (len > 0 && !has_line(other, text, len)) {
            char *line = mem_strndup(text, len);

            print_text(mark, line);
            free(line);
        }
    }
}

static void print_node(const char *mark, const cJSON *node)
{
    const cJSON *input;

    printf("  %s %s (%s) reads", mark, string_of(node, "id"), string_of(node, "kind"));
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(node, "inputs"))
    {
        printf(" %s", cJSON_IsString(input) ? input->valuestring : "?");
    }
    printf("\n");
    print_text("      ", string_of(node, "description"));
}

/* Nodes that come, go and are rewired, then each prompt's lines that go and come. */
static void print_diff(const cJSON *diff)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "nodes_added"))
    {
        print_node("+", item);
        print_lines_not_in("      + ", string_of(item, "prompt"), "");
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "nodes_removed"))
    {
        print_node("-", item);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "rewired"))
    {
        print_node("~ before:", cJSON_GetObjectItemCaseSensitive(item, "before"));
        print_node("~ after: ", cJSON_GetObjectItemCaseSensitive(item, "after"));
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "prompts"))
    {
        printf("  prompt of %s\n", string_of(item, "id"));
        print_lines_not_in("    - ", string_of(item, "before"), string_of(item, "after"));
        print_lines_not_in("    + ", string_of(item, "after"), string_of(item, "before"));
    }
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
    const cJSON *item;

    printf("proposal %.0f (%s)\n",
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(pending, "proposal")),
        str_equal(string_of(pending, "kind"), "sketch") ? "structure" : "prompts");
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(pending, "changes"))
    {
        if (cJSON_IsString(item))
            print_text("  * ", item->valuestring);
    }
    print_evidence(cJSON_GetObjectItemCaseSensitive(pending, "evidence"));
    printf("change\n");
    print_diff(cJSON_GetObjectItemCaseSensitive(pending, "diff"));
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
        "A run with --review all or structure ends resumable at each proposal that needs a "
        "person. FILE is { \"proposal\": N, \"decision\": \"accept\", \"reject\" or \"edit\" }; a "
        "rejection has a \"reason\", which the meta model is shown; an edit has the whole "
        "\"workflow\", as --list --json prints it. Then `flowbot resume RUN` goes on.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_review,
};
