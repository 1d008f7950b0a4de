/* Editing a proposal: a line in the built-in editor, what is longer in $EDITOR. What comes back is
 * checked as a whole workflow; what cannot be used is edited again, with what is wrong said at its
 * place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_state.h"
#include "workflow_edit.h"
#include "workflow_sheet.h"

static void forget(struct review *review)
{
    free(review->edited_text);
    review->edited_text = NULL;
}

static const char *suffix_of(const struct review *review)
{
    return review->edited_id != NULL ? ".md" : ".txt";
}

/* What a person wrote is dropped by nobody else. */
static void keep_text(struct review *review, const char *text)
{
    ui_keep(review->ui, suffix_of(review), text, "not used; what you wrote is kept in ");
}

static void keep_unusable(struct review *review)
{
    if (review->edited_text != NULL)
        keep_text(review, review->edited_text);
    forget(review);
}

/* ---- taking what was written ---- */

static void say_edited(struct review *review, const char *text)
{
    const struct draft *draft = drafts_current(&review->drafts);
    const char *braces =
        workflow_edit_has_braces(review->delta->after, text) ? ". " WORKFLOW_EDIT_BRACES : "";
    size_t open = 0;

    for (size_t i = 0; i < draft->count; i++)
        open += draft->takes[i] == TAKE_OPEN ? 1 : 0;
    if (open > 0)
        ui_say(review->ui, ROLE_TEXT, "edited and taken; %zu of %zu changes %s undecided%s", open,
            draft->count, open == 1 ? "is" : "are", braces);
    else
        ui_say(review->ui, ROLE_TEXT, "edited and taken: C commits, u takes it back%s", braces);
}

/* What was chosen about changes that are the same as before stays. */
static void carry(struct review *review, const struct delta *was)
{
    struct draft *draft = drafts_current(&review->drafts);
    struct delta *fresh = review_make_delta(review);

    if (fresh != NULL)
        draft_set_takes(draft, delta_carry(was, draft->takes, fresh), fresh->count);
    delta_free(fresh);
}

static void take_workflow(struct review *review, const char *json)
{
    draft_set_workflow(drafts_push(&review->drafts), json);
    carry(review, review->delta);
    say_edited(review, json);
}

static void take_prompt(struct review *review, size_t item, const char *prompt)
{
    draft_edit(drafts_push(&review->drafts), STEP_PROMPT, item, prompt);
    carry(review, review->delta);
    say_edited(review, prompt);
}

/* Alone: all other changes stay as they are. */
static void take_hunk(struct review *review, size_t item, const char *text)
{
    struct draft *draft = drafts_push(&review->drafts);

    if (delta_hunk_is_old(&review->delta->items[item], text)) {
        draft->takes[item] = TAKE_NO;
        ui_say(review->ui, ROLE_TEXT, "that is how it was: the change is left out");
        return;
    }
    draft_edit(draft, STEP_HUNK, item, text);
    draft->takes[item] = TAKE_YES;
    say_edited(review, text);
}

static void ask_again(struct review *review, const char *text, const struct err *err);

static void check_workflow(struct review *review, const char *text)
{
    struct err err = { .code = ERR_NONE };
    char *plain = workflow_edit_take(ui_session(review->ui), text, &err);

    if (plain != NULL)
        take_workflow(review, plain);
    else
        ask_again(review, text, &err);
    free(plain);
}

/* A place in the whole workflow tells nothing about one prompt. */
static bool is_prompt_good(struct review *review, const char *prompt, struct err *err)
{
    char *workflow = delta_with_prompt(review->delta, review->edited_id, prompt);
    struct err found = { .code = ERR_NONE };
    bool ok = session_check_workflow(ui_session(review->ui), workflow, &found);

    cJSON_free(workflow);
    if (prompt[strspn(prompt, " \t\r\n")] == '\0')
        return err_set(err, ERR_INPUT, "the prompt of %s is empty", review->edited_id);
    if (ok)
        return true;
    return err_set(err, ERR_INPUT, "the prompt of %s: %s", review->edited_id,
        review_without_place(found.message));
}

/* ---- what cannot be used ---- */

static void on_text(void *data, const char *text);

static void open_editor(struct review *review, const char *text)
{
    ui_edit(review->ui, suffix_of(review), text, on_text, review);
}

static void on_again(void *data, int answer)
{
    struct review *review = data;

    if (answer == 0 && review_still_asked(review))
        open_editor(review, review->edited_text);
    else if (answer == 1)
        forget(review);
    else
        keep_unusable(review);
}

static void ask_again(struct review *review, const char *text, const struct err *err)
{
    char question[600];

    forget(review);
    review->edited_text =
        review->edited_id == NULL ? workflow_edit_note(text, err->message) : mem_strdup(text);
    (void)snprintf(question, sizeof question, "This cannot be used: %s", err->message);
    ui_ask_choice(review->ui, question, "e edit again|d drop what was written|k keep it in a file",
        on_again, review);
}

/* ---- the editors ---- */

static const struct delta_item *edited_hunk(const struct review *review)
{
    size_t at = review->edited_item;

    if (review->is_whole || review->delta == NULL || at >= review->delta->count)
        return NULL;
    return review->delta->items[at].kind == DELTA_HUNK ? &review->delta->items[at] : NULL;
}

static void check_text(struct review *review, const char *text)
{
    const struct delta_item *hunk = edited_hunk(review);
    struct str prompt = STR_INIT;
    struct err err = { .code = ERR_NONE };

    if (review->edited_id == NULL) {
        check_workflow(review, text);
        return;
    }
    if (hunk != NULL)
        delta_hunk_with(hunk, text, &prompt);
    else
        str_add(&prompt, text);
    if (!is_prompt_good(review, str_text(&prompt), &err)) {
        review->is_whole = true; /* if it is edited again then as a whole */
        ask_again(review, str_text(&prompt), &err);
    } else if (hunk != NULL) {
        take_hunk(review, review->edited_item, text);
    } else {
        take_prompt(review, review->edited_item, text);
    }
    str_free(&prompt);
}

/* One that cannot be used, and was closed again without a change, cannot be used still. */
static void on_text(void *data, const char *text)
{
    struct review *review = data;
    char *unusable = review->edited_text;

    review->edited_text = NULL;
    if (text == NULL)
        text = unusable;
    if (text != NULL && (review->delta == NULL || !review_still_asked(review)))
        keep_text(review, text);
    else if (text != NULL)
        check_text(review, text);
    free(unusable);
}

static size_t without_end(const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\n'))
        len--;
    return len;
}

/* The line stands for the hunk without the blanks and the line end behind it, which stay; those of
 * the old text where the hunk has none. */
static void on_line(void *data, const char *line)
{
    struct review *review = data;
    const struct delta_item *hunk = edited_hunk(review);
    struct str text = STR_INIT, end = STR_INIT;

    if (line == NULL)
        return;
    if (hunk == NULL || !review_still_asked(review)) {
        keep_text(review, line);
        return;
    }
    delta_hunk_text(hunk, &end);
    if (end.len == 0)
        delta_hunk_old(hunk, &end);
    if (line[strspn(line, " ")] != '\0') {
        str_add(&text, line);
        str_add(&text, str_text(&end) + without_end(str_text(&end), end.len));
    }
    check_text(review, str_text(&text));
    str_free(&text);
    str_free(&end);
}

static void edit_hunk(struct review *review, const struct delta_item *item)
{
    struct str text = STR_INIT, line = STR_INIT;

    delta_hunk_text(item, &text);
    str_add_n(&line, str_text(&text), without_end(str_text(&text), text.len));
    if (strchr(str_text(&line), '\n') == NULL)
        ui_ask_line(review->ui, "new text: ", str_text(&line), on_line, review);
    else
        open_editor(review, str_text(&text));
    str_free(&text);
    str_free(&line);
}

/* The nodes as they are chosen so far, what is undecided as proposed; the caller's. */
static cJSON *chosen(struct review *review, const struct delta *delta)
{
    const struct draft *draft = drafts_current(&review->drafts);
    enum take *takes = mem_zalloc(draft->count + 1, sizeof *takes);
    cJSON *workflow;

    for (size_t i = 0; i < draft->count; i++)
        takes[i] = draft->takes[i] == TAKE_NO ? TAKE_NO : TAKE_YES;
    workflow = delta_result(delta, takes);
    free(takes);
    return workflow;
}

/* A node that is added has one prompt, whether it is left out or not. */
static void edit_prompt(struct review *review, const struct delta_item *item)
{
    cJSON *workflow = chosen(review, review->delta);
    const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(workflow, "nodes");
    const cJSON *node = item->kind == DELTA_ADDED ? item->after : delta_node(nodes, item->id);

    open_editor(review, delta_prompt(node));
    cJSON_Delete(workflow);
}

static void edit_workflow(struct review *review)
{
    cJSON *workflow = chosen(review, review->delta);
    char *text = workflow_sheet(workflow);

    open_editor(review, text);
    free(text);
    cJSON_Delete(workflow);
}

static void set_edited(struct review *review, const char *id, size_t item, bool whole)
{
    char *copied = mem_strdup(id);

    keep_unusable(review);
    free(review->edited_id);
    review->edited_id = copied;
    review->edited_item = item;
    review->is_whole = whole;
    review->asked = review->drafts.proposal;
}

void review_edit(struct review *review, bool whole)
{
    size_t at = (size_t)review->diff.doc.selected;
    const struct delta_item *item = at < review->delta->count ? &review->delta->items[at] : NULL;
    bool is_hunk = item != NULL && item->kind == DELTA_HUNK;

    if (is_hunk && !whole) {
        set_edited(review, item->id, at, false);
        edit_hunk(review, item);
    } else if (is_hunk || (item != NULL && item->kind == DELTA_ADDED && !whole &&
                              delta_prompt(item->after)[0] != '\0')) {
        set_edited(review, item->id, at, true);
        edit_prompt(review, item);
    } else {
        set_edited(review, NULL, at, true);
        edit_workflow(review);
    }
}

/* What was edited and not committed, as a decision that can be taken later. */
static void keep_draft(struct review *review)
{
    struct delta *delta = review_make_delta(review);
    struct str text = STR_INIT;
    char *what;

    if (delta == NULL)
        return;
    draft_write_decision(review->drafts.proposal, chosen(review, delta), &text);
    if (review->drafts.proposal == review_waiting(review))
        what = mem_printf("proposal %u as you edited it is not committed; it is accepted so by "
                          "flowbot review %s --apply ",
            review->drafts.proposal, ui_view(review->ui)->run);
    else
        what = mem_printf(
            "proposal %u waits no more; as you edited it, it is kept in ", review->drafts.proposal);
    ui_keep(review->ui, ".json", str_text(&text), what);
    free(what);
    str_free(&text);
    delta_free(delta);
}

void review_keep_edits(struct review *review)
{
    const struct draft *draft = drafts_current(&review->drafts);

    keep_unusable(review);
    if (draft != NULL && draft_is_edited(draft))
        keep_draft(review);
}
