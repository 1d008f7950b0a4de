/* Editing a proposal: a line in the built-in editor, what is longer in $EDITOR. What comes back is
 * checked as a whole workflow; what cannot be used is edited again, with what is wrong said at its
 * place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "review_state.h"

#define NOTE "//! " /* begins our own lines in a workflow that is edited again */

static void forget(struct review *review)
{
    free(review->edited_text);
    review->edited_text = NULL;
}

/* ---- taking what was written ---- */

static enum take take_before(
    const struct delta *delta, const enum take *takes, const struct delta_item *item)
{
    for (size_t i = 0; i < delta->count; i++) {
        const struct delta_item *old = &delta->items[i];
        struct str a = STR_INIT, b = STR_INIT;
        bool same = old->kind == item->kind && strcmp(old->id, item->id) == 0;

        if (same && item->kind == DELTA_HUNK) {
            delta_hunk_text(old, &a);
            delta_hunk_text(item, &b);
            same = strcmp(str_text(&a), str_text(&b)) == 0;
        }
        str_free(&a);
        str_free(&b);
        if (same)
            return takes[i];
    }
    return TAKE_YES; /* what a person wrote is wanted */
}

/* The workflow becomes the one proposed; what was chosen about parts that are the same stays. */
static void take_workflow(struct review *review, const char *text, cJSON *take_nodes)
{
    struct draft *draft = drafts_push(&review->drafts);
    struct delta *fresh = delta_new(cJSON_Duplicate(review->delta->before, true), take_nodes);
    enum take *takes = mem_zalloc(fresh->count + 1, sizeof *takes);

    for (size_t i = 0; i < fresh->count; i++)
        takes[i] = take_before(review->delta, draft->takes, &fresh->items[i]);
    draft_set_takes(draft, takes, fresh->count);
    draft_set_workflow(draft, text);
    delta_free(fresh);
    ui_say(review->ui, ROLE_TEXT,
        "edited: C commits once all is decided (A the rest), u takes it back");
}

/* JSON with comments, as people write it, as plain JSON; NULL where it is none. */
static char *without_comments(const char *text, struct err *err)
{
    struct json_doc *doc =
        json_parse("the edited workflow", 1, text, strlen(text), JSON_COMMENTS, err);
    struct str plain = STR_INIT;

    if (doc == NULL)
        return NULL;
    json_print(json_root(doc), &plain);
    json_free(doc);
    return str_take(&plain);
}

static void ask_again(struct review *review, const char *text, const struct err *err);

static void check_workflow(struct review *review, const char *text)
{
    struct err err = { .code = ERR_NONE };
    char *plain = NULL;
    cJSON *workflow;

    if (session_check_workflow(ui_session(review->ui), text, &err))
        plain = without_comments(text, &err);
    if (plain == NULL) {
        ask_again(review, text, &err);
        return;
    }
    workflow = cJSON_Parse(plain);
    take_workflow(review, plain, cJSON_DetachItemFromObjectCaseSensitive(workflow, "nodes"));
    cJSON_Delete(workflow);
    free(plain);
    forget(review);
}

static void check_prompt(struct review *review, const char *prompt)
{
    char *workflow = delta_with_prompt(review->delta, review->edited_id, prompt);
    struct err err = { .code = ERR_NONE };
    bool ok = session_check_workflow(ui_session(review->ui), workflow, &err);

    if (ok)
        check_workflow(review, workflow);
    else
        ask_again(review, prompt, &err);
    cJSON_free(workflow);
}

/* ---- what cannot be used ---- */

/* The line that the message names, "…:LINE:COLUMN: …"; 0: none. */
static unsigned long line_of(const char *message)
{
    for (const char *at = strchr(message, ':'); at != NULL; at = strchr(at + 1, ':')) {
        char *end;
        unsigned long line = strtoul(at + 1, &end, 10);

        if (end > at + 1 && *end == ':')
            return line;
    }
    return 0;
}

/* Our notes are taken out, the new one is put above the line that it is about. */
static char *with_note(const char *text, const char *message)
{
    unsigned long line = message != NULL ? line_of(message) : 0, number = 0;
    struct str out = STR_INIT;

    if (message != NULL && line <= 1)
        str_addf(&out, NOTE "%s\n", message);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        len += text[len] == '\n' ? 1 : 0;
        number++;
        if (line > 1 && number == line)
            str_addf(&out, NOTE "%s\n", message);
        if (!str_starts(text, NOTE))
            str_add_n(&out, text, len);
        text += len;
    }
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

static void on_text(void *data, const char *text);

static void open_editor(struct review *review, const char *text)
{
    ui_edit(review->ui, review->edited_id != NULL ? ".md" : ".json", text, on_text, review);
}

static void on_again(void *data, int answer)
{
    struct review *review = data;
    char *text = review->edited_text;

    review->edited_text = NULL;
    if (answer == 0 && review_still_asked(review))
        open_editor(review, text);
    free(text);
}

static void ask_again(struct review *review, const char *text, const struct err *err)
{
    char question[600];

    forget(review);
    review->edited_text =
        review->edited_id == NULL ? with_note(text, err->message) : mem_strdup(text);
    (void)snprintf(question, sizeof question, "This cannot be used: %s", err->message);
    ui_ask_choice(review->ui, question, "e edit again|d drop what was written", on_again, review);
}

/* ---- the editors ---- */

static const struct delta_item *edited_hunk(const struct review *review)
{
    size_t at = (size_t)review->edited_item;

    if (review->edited_item < 0 || review->delta == NULL || at >= review->delta->count)
        return NULL;
    return review->delta->items[at].kind == DELTA_HUNK ? &review->delta->items[at] : NULL;
}

static void check_text(struct review *review, const char *text)
{
    const struct delta_item *hunk = edited_hunk(review);
    struct str prompt = STR_INIT;
    char *plain;

    if (review->edited_id == NULL) {
        plain = with_note(text, NULL);
        check_workflow(review, plain);
        free(plain);
    } else if (hunk != NULL) {
        delta_hunk_with(hunk, text, &prompt);
        review->edited_item = -1; /* if it is edited again then as a whole */
        check_prompt(review, str_text(&prompt));
        str_free(&prompt);
    } else {
        check_prompt(review, text);
    }
}

static void on_text(void *data, const char *text)
{
    struct review *review = data;

    if (text != NULL && review->delta != NULL && review_still_asked(review))
        check_text(review, text);
}

/* The line stands for the hunk without the blanks and the line end behind it, which stay. */
static void on_line(void *data, const char *line)
{
    struct review *review = data;
    const struct delta_item *hunk = edited_hunk(review);
    struct str text = STR_INIT, old = STR_INIT;
    size_t end;

    if (line == NULL || hunk == NULL || !review_still_asked(review))
        return;
    delta_hunk_text(hunk, &old);
    end = old.len;
    while (end > 0 && (old.data[end - 1] == ' ' || old.data[end - 1] == '\n'))
        end--;
    str_add(&text, line);
    if (old.data != NULL)
        str_add(&text, old.data + end);
    check_text(review, str_text(&text));
    str_free(&text);
    str_free(&old);
}

static void edit_hunk(struct review *review, const struct delta_item *item)
{
    struct str text = STR_INIT, line = STR_INIT;

    delta_hunk_text(item, &text);
    str_add(&line, str_text(&text));
    while (line.len > 0 && (line.data[line.len - 1] == ' ' || line.data[line.len - 1] == '\n'))
        str_truncate(&line, line.len - 1);
    if (strchr(str_text(&line), '\n') == NULL)
        ui_ask_line(review->ui, "new text: ", str_text(&line), on_line, review);
    else
        open_editor(review, str_text(&text));
    str_free(&text);
    str_free(&line);
}

static void edit_workflow(struct review *review)
{
    cJSON *workflow = cJSON_CreateObject();
    char *text;

    cJSON_AddItemReferenceToObject(workflow, "nodes", review->delta->after);
    text = cJSON_Print(workflow);
    open_editor(review, text);
    cJSON_free(text);
    cJSON_Delete(workflow);
}

static void set_edited(struct review *review, const char *id, int item)
{
    char *copied = mem_strdup(id);

    free(review->edited_id);
    review->edited_id = copied;
    review->edited_item = item;
    review->asked = review->drafts.proposal;
    forget(review);
}

void review_edit(struct review *review, bool whole)
{
    size_t at = (size_t)review->diff.doc.selected;
    const struct delta_item *item = at < review->delta->count ? &review->delta->items[at] : NULL;

    if (item != NULL && item->kind == DELTA_HUNK && !whole) {
        set_edited(review, item->id, (int)at);
        edit_hunk(review, item);
    } else if (item != NULL &&
               (item->kind == DELTA_HUNK || (item->kind == DELTA_ADDED && !whole)) &&
               delta_prompt(item->after)[0] != '\0') {
        set_edited(review, item->id, -1);
        open_editor(review, delta_prompt(item->after));
    } else {
        set_edited(review, NULL, -1);
        edit_workflow(review);
    }
}
