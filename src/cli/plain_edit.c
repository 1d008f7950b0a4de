/* The plain display: a proposal as it is so far, and the editor on all of it. What comes back is
 * checked; what cannot be used can be edited again, with what is wrong said at its place. */
#include <stdlib.h>
#include <string.h>

#include "delta.h"
#include "mem.h"
#include "plain.h"
#include "proposal_text.h"
#include "str.h"
#include "workflow_edit.h"
#include "workflow_sheet.h"

/* ---- the proposal ---- */

static const cJSON *pending_of(const struct plain *plain)
{
    return session_view(plain->session)->pending;
}

/* The caller's. */
static cJSON *workflow_so_far(struct plain *plain)
{
    const struct draft *draft = drafts_current(&plain->drafts);

    if (draft != NULL && draft->workflow != NULL)
        return cJSON_Parse(draft->workflow);
    return cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(pending_of(plain), "workflow"), true);
}

static void add_change(cJSON *diff, const char *list, cJSON *take_change)
{
    cJSON *changes = cJSON_GetObjectItemCaseSensitive(diff, list);

    cJSON_AddItemToArray(
        changes != NULL ? changes : cJSON_AddArrayToObject(diff, list), take_change);
}

static void add_item(cJSON *diff, const struct delta_item *item)
{
    cJSON *change = cJSON_CreateObject();

    switch (item->kind) {
    case DELTA_ADDED:
        add_change(diff, "nodes_added", cJSON_Duplicate(item->after, true));
        break;
    case DELTA_REMOVED:
        add_change(diff, "nodes_removed", cJSON_Duplicate(item->before, true));
        break;
    case DELTA_REWIRED:
        cJSON_AddItemToObject(change, "before", cJSON_Duplicate(item->before, true));
        cJSON_AddItemToObject(change, "after", cJSON_Duplicate(item->after, true));
        add_change(diff, "rewired", change);
        return;
    case DELTA_HUNK:
        if (item->hunk > 0) /* the prompts as a whole, with the first */
            break;
        cJSON_AddStringToObject(change, "id", item->id);
        cJSON_AddStringToObject(change, "before", delta_prompt(item->before));
        cJSON_AddStringToObject(change, "after", delta_prompt(item->after));
        add_change(diff, "prompts", change);
        return;
    }
    cJSON_Delete(change);
}

/* The proposal as it was edited, as decisions_describe would have it; the evidence is another's. */
static cJSON *describe_edited(struct plain *plain)
{
    cJSON *edited = cJSON_Duplicate(pending_of(plain), true), *workflow = workflow_so_far(plain);
    cJSON *diff = cJSON_CreateObject();
    struct delta *proposed = delta_of_pending(pending_of(plain));
    struct delta *delta =
        delta_new(cJSON_Duplicate(proposed != NULL ? proposed->before : NULL, true),
            cJSON_DetachItemFromObjectCaseSensitive(workflow, "nodes"));

    for (size_t i = 0; i < delta->count; i++)
        add_item(diff, &delta->items[i]);
    cJSON_DeleteItemFromObjectCaseSensitive(edited, "changes");
    cJSON_DeleteItemFromObjectCaseSensitive(edited, "evidence");
    cJSON_ReplaceItemInObjectCaseSensitive(edited, "diff", diff);
    cJSON_ReplaceItemInObjectCaseSensitive(edited, "workflow", workflow_so_far(plain));
    delta_free(delta);
    delta_free(proposed);
    cJSON_Delete(workflow);
    return edited;
}

void plain_show(struct plain *plain)
{
    cJSON *edited = plain->drafts.at > 0 ? describe_edited(plain) : NULL;
    struct str text = STR_INIT;

    proposal_write(edited != NULL ? edited : pending_of(plain), &text);
    str_addf(&text,
        "the gradients behind it, word for word: flowbot review %s (in another terminal)\n",
        run_id(session_run(plain->session)));
    plain_print(str_text(&text));
    str_free(&text);
    cJSON_Delete(edited);
}

void plain_undo(struct plain *plain)
{
    plain_say(plain, !drafts_undo(&plain->drafts) ? "there is no edit to undo"
                     : plain->drafts.at > 0       ? "undone: it is as edited before"
                                                  : "undone: it is as proposed");
    plain_ask(plain);
}

/* ---- the editor ---- */

static void take(struct plain *plain, const char *sheet)
{
    struct err err = { .code = ERR_NONE };
    char *workflow = workflow_edit_take(plain->session, sheet, &err);
    cJSON *nodes;

    if (workflow == NULL) {
        plain->unusable = workflow_edit_note(sheet, err.message);
        plain_ask_again(plain, err.message);
        return;
    }
    draft_set_workflow(drafts_push(&plain->drafts), workflow);
    plain_show(plain);
    nodes = cJSON_Parse(workflow);
    if (workflow_edit_has_braces(cJSON_GetObjectItemCaseSensitive(nodes, "nodes"), workflow))
        plain_say(plain, WORKFLOW_EDIT_BRACES);
    cJSON_Delete(nodes);
    free(workflow);
    plain_ask(plain);
}

/* To the question about what cannot be used where there is such a text, else to the proposal. */
static void ask_on(struct plain *plain)
{
    char *text = plain->unusable;

    plain->unusable = NULL;
    if (text != NULL)
        take(plain, text);
    else
        plain_ask(plain);
    free(text);
}

static void on_edited(void *data, int status)
{
    struct plain *plain = data;
    struct err err = { .code = ERR_NONE };
    char *text;

    plain->editor = NULL;
    text = text_file_take(&plain->edited, status, &err);
    line_input_go_on(plain->input);
    plain_print_log(plain);
    if (text != NULL) {
        free(plain->unusable);
        plain->unusable = NULL;
        take(plain, text);
    } else {
        plain_say(plain, err.code != ERR_NONE ? err.message : "nothing was changed");
        ask_on(plain);
    }
    free(text);
    plain_serve(plain);
}

/* One that was not chosen needs a terminal that can do something. */
static const char *editor(struct err *err)
{
    const char *term = getenv("TERM");
    const char *command = text_file_program("VISUAL", "EDITOR", NULL);

    if (command != NULL)
        return command;
    if (term != NULL && !str_equal(term, "dumb"))
        return "vi";
    err_set(err, ERR_INPUT, "no editor: set EDITOR to one that works in this terminal, like ed");
    return NULL;
}

/* An editor gets our input only where that is the terminal: a pipe holds the answers. */
static bool open_editor(struct plain *plain, const char *text, struct err *err)
{
    const char *command = editor(err);
    char **words;

    if (command == NULL || !text_file_make(&plain->edited, ".txt", text, err))
        return false;
    words = terminal_program_words(command, plain->edited.path);
    line_input_rest(plain->input);
    plain->editor = terminal_program_start(
        &plain->loop, words, plain->is_input_typed ? NULL : "", 0, on_edited, plain, err);
    terminal_program_free_words(words);
    return plain->editor != NULL;
}

void plain_edit(struct plain *plain, const char *text)
{
    cJSON *workflow = workflow_so_far(plain);
    char *sheet = text != NULL ? mem_strdup(text) : workflow_sheet(workflow);
    struct err err = { .code = ERR_NONE };

    plain->asking = PLAIN_NO_QUESTION;
    if (!open_editor(plain, sheet, &err)) {
        text_file_remove(&plain->edited);
        line_input_go_on(plain->input);
        plain_say(plain, err.message);
        ask_on(plain);
    }
    free(sheet);
    cJSON_Delete(workflow);
}

/* ---- what is left at the end ---- */

/* Says where it is, and takes the path. */
static void say_kept(struct plain *plain, const char *what, char *path, const struct err *err)
{
    char *line = path != NULL ? mem_printf("%s%s", what, path)
                              : mem_printf("what you wrote cannot be kept: %s", err->message);

    plain_say(plain, line);
    free(line);
    free(path);
}

/* What was edited and not decided, as a decision that can be taken later. */
static void keep_draft(struct plain *plain)
{
    const char *run = run_id(session_run(plain->session));
    struct err err = { .code = ERR_NONE };
    struct str text = STR_INIT;
    char *what;

    draft_write_decision(
        plain->proposal, cJSON_Parse(drafts_current(&plain->drafts)->workflow), &text);
    what = mem_printf("proposal %u as you edited it is not decided; it is accepted so by flowbot "
                      "review %s --apply ",
        plain->proposal, run);
    say_kept(plain, what, text_file_keep(".json", str_text(&text), &err), &err);
    free(what);
    str_free(&text);
}

void plain_end_editing(struct plain *plain)
{
    static const char kept[] = "not used; what you wrote is kept in ";
    struct err err = { .code = ERR_NONE };
    char *path;

    terminal_program_forget(plain->editor);
    plain->editor = NULL;
    path = text_file_give_up(&plain->edited);
    if (path != NULL)
        say_kept(plain, kept, path, &err);
    if (plain->unusable != NULL)
        say_kept(plain, kept, text_file_keep(".txt", plain->unusable, &err), &err);
    free(plain->unusable);
    plain->unusable = NULL;
    if (plain->drafts.at > 0)
        keep_draft(plain);
}
