/* Review: the proposals, what the one selected changes, and why; the one that waits is decided on
 * here. While it waits the run goes on with what does not depend on it, and so does the screen. */
#include "json_pretty.h"
#include "screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "review_state.h"

enum { NARROW = 60, WIDE = 170, QUEUE_WIDTH = 22 /* "structure" and a bar beside it */, HEAD = 2 };

/* ---- which proposal is shown ---- */

unsigned review_waiting(const struct review *review)
{
    const cJSON *pending = ui_view(review->ui)->pending;
    const cJSON *ordinal = cJSON_GetObjectItemCaseSensitive(pending, "proposal");

    return cJSON_IsNumber(ordinal) && ordinal->valuedouble > 0 ? (unsigned)ordinal->valuedouble : 0;
}

const struct view_proposal *review_shown(const struct review *review)
{
    const struct run_view *view = ui_view(review->ui);

    if (review->shown < 0 || (size_t)review->shown >= view->proposal_list.count)
        return NULL;
    return &view->proposal_list.items[review->shown];
}

bool review_shows_waiting(const struct review *review)
{
    const struct view_proposal *proposal = review_shown(review);

    return proposal != NULL && proposal->ordinal == review_waiting(review);
}

/* New proposals stand above the others; the one selected stays it, unless it was the newest. */
static void update_queue(struct review *review)
{
    const struct run_view *view = ui_view(review->ui);
    size_t count = view->proposal_list.count, row = 0;
    size_t more = count > review->queued ? count - review->queued : 0;
    bool had = list_selected(&review->queue, &row);

    list_update(&review->queue, &review_queue_source, review, count, count);
    if (had && row > 0 && review->queued > 0)
        (void)list_select(&review->queue, row + more);
    review->queued = count;
    review->shown =
        list_selected(&review->queue, &row) ? (int)review_proposal_at(view, row) : VIEW_NONE;
}

/* ---- its change ---- */

static uint64_t key_of(const struct review *review, const struct view_proposal *proposal)
{
    uint64_t version = review_shows_waiting(review) ? review->drafts.version + 1u : 0;

    return (version << 32) + ((uint64_t)proposal->ordinal << 4) + (uint64_t)proposal->verdict * 2 +
           (proposal->after != VIEW_NONE);
}

static void drop_delta(struct review *review)
{
    delta_free(review->delta);
    review->delta = NULL;
    review->shown_key = 0;
    review->version++;
}

/* An edit may leave fewer changes than there were. */
static void keep_selected(struct review *review)
{
    int count = review->delta != NULL ? (int)review->delta->count : 0;

    if (count > 0 && review->diff.doc.selected >= count)
        review->diff.doc.selected = count - 1;
}

/* Everything that is derived from the view as it is now. */
static void refresh(struct review *review)
{
    int before = review->shown;
    const struct view_proposal *proposal;
    bool waits = false;

    update_queue(review);
    proposal = review_shown(review);
    if (before != review->shown || proposal == NULL) {
        review->diff.doc.selected = review->why.selected = 0;
        review->diff.doc.top = review->why.top = 0;
        review->is_fresh = true;
        drop_delta(review);
    }
    if (proposal == NULL || key_of(review, proposal) == review->shown_key)
        return;
    drop_delta(review);
    review->delta = review_shows_waiting(review) ? review_waiting_delta(review)
                                                 : review_decided_delta(review, proposal, &waits);
    if (!waits)
        review->shown_key = key_of(review, proposal);
    keep_selected(review);
}

/* ---- drawing ---- */

static void draw_queue(struct review *review, const struct pane *pane)
{
    struct list_look look = review_queue_look;
    struct pane rows = pane_title(pane, "Proposals", review->focus == REVIEW_QUEUE);

    look.focused = review->focus == REVIEW_QUEUE;
    review->panes[REVIEW_QUEUE] = rows;
    list_draw(&review->queue, &review_queue_source, review, &rows, &look);
}

static void choose_sides(struct review *review, const struct pane *pane)
{
    if (!review->sides_chosen)
        review->diff.side_by_side = pane->canvas->width >= SIDES_WIDTH && pane->width >= 80;
}

/* Rows of the pane below the change: it has what the change does not need, two fifths at least. */
static int rows_below(struct review *review, const struct pane *pane)
{
    int least = pane->height * 2 / 5, need = 6;

    choose_sides(review, pane);
    if (review->delta == NULL)
        return least;
    need = (int)delta_view_lay_out(&review->diff, review->delta, review->version, pane->width) + 2;
    if (need < 6)
        need = 6;
    return pane->height - need > least ? pane->height - need : least;
}

/* What is left for why: as it is usual, and as the person has moved the line. */
static int why_room(const struct review *review, int size, int usual)
{
    return size - ui_divide(review->ui, size, size - usual);
}

static void add_choices(struct review *review, struct str *out)
{
    static const char *const words[] = { "undecided", "taken", "left out" };
    const enum take *takes = review_takes(review);
    size_t counts[3] = { 0, 0, 0 };
    bool any = false;

    if (takes == NULL)
        return;
    for (size_t i = 0; i < review->delta->count; i++)
        counts[takes[i]]++;
    for (size_t i = 0; i < 3; i++)
        if (counts[i] > 0) {
            str_addf(out, "%s%zu %s", any ? ", " : ": ", counts[i], words[i]);
            any = true;
        }
}

/* Its first change is to be seen; those of the workflow's structure have a picture above them. */
static void draw_delta(struct review *review, const struct pane *rows, bool focused)
{
    struct delta_view *view = &review->diff;
    const struct delta *delta = review->delta;

    delta_view_draw(view, delta, review_takes(review), review->version, rows, focused);
    if (!review->is_fresh)
        return;
    review->is_fresh = false;
    if (delta->count == 0 || delta->items[0].kind != DELTA_HUNK)
        return;
    doc_select(&view->doc, view->doc.selected);
    pane_clear(rows);
    delta_view_draw(view, delta, review_takes(review), review->version, rows, focused);
}

static void draw_diff(struct review *review, const struct pane *pane)
{
    bool focused = review->focus == REVIEW_DIFF;
    struct delta_view *view = &review->diff;
    struct pane rows;
    struct str title = STR_INIT;

    choose_sides(review, pane);
    if (review->delta == NULL || review->delta->count == 0)
        str_add(&title, "Changes");
    else
        str_addf(&title, "Change %d/%zu", view->doc.selected + 1, review->delta->count);
    add_choices(review, &title);
    rows = pane_title(pane, str_text(&title), focused);
    str_free(&title);
    review->panes[REVIEW_DIFF] = rows;
    if (review->delta != NULL)
        draw_delta(review, &rows, focused);
    else
        (void)pane_text(&rows, 0, 0, ROLE_DIM, review->ascii ? "..." : "…");
}

static void draw_why(struct review *review, const struct pane *pane)
{
    struct pane rows = pane_title(pane, "Why", review->focus == REVIEW_WHY);

    review->panes[REVIEW_WHY] = rows;
    review_draw_why(review, &rows);
}

/* Two lines: what it is and what became of it; what it does. */
static void draw_head(struct review *review, const struct pane *pane)
{
    struct str text = STR_INIT;
    struct pane left = review_draw_verdict(review, pane);

    review_add_title(review, &text);
    (void)pane_text(&left, 0, 0, ROLE_TITLE, str_text(&text));
    str_clear(&text);
    review_add_evidence(review, &text);
    (void)pane_text(pane, 0, 1, ROLE_TEXT, str_text(&text));
    str_free(&text);
}

static struct pane cut_line(struct pane *pane)
{
    struct pane line = pane_cut_left(pane, 1);

    pane_vline(&line, 0, 0, line.height, ROLE_BORDER);
    return line;
}

static void draw_all(struct review *review, struct pane pane)
{
    struct pane queue = pane_cut_left(&pane, QUEUE_WIDTH), head, why;

    (void)cut_line(&pane);
    head = pane_cut_top(&pane, HEAD);
    why = pane.canvas->width >= WIDE
              ? pane_cut_right(&pane, why_room(review, pane.width, pane.width * 2 / 5))
              : pane_cut_bottom(&pane, why_room(review, pane.height, rows_below(review, &pane)));
    if (pane.canvas->width >= WIDE)
        (void)cut_line(&why);
    draw_queue(review, &queue);
    draw_head(review, &head);
    draw_diff(review, &pane);
    draw_why(review, &why);
}

static void draw_one(struct review *review, struct pane pane)
{
    struct pane head = pane_cut_top(&pane, HEAD);

    draw_head(review, &head);
    if (review->focus == REVIEW_QUEUE)
        draw_queue(review, &pane);
    else if (review->focus == REVIEW_DIFF)
        draw_diff(review, &pane);
    else
        draw_why(review, &pane);
}

/* What a person who comes here before there is anything wants to know. */
static void draw_nothing(const struct review *review, const struct pane *pane)
{
    static const char *const words[] = {
        [REVIEW_NONE] = "The schedule decides on all of them; M makes them wait for you.",
        [REVIEW_STRUCTURE] = "Changes of the workflow will wait for you, prompts will not (M).",
        [REVIEW_PROMPTS] = "Changes of prompts will wait for you, those of the workflow not (M).",
        [REVIEW_ALL] = "Each will wait here for you (M changes that).",
    };

    (void)pane_text(pane, 0, 0, ROLE_DIM, "No proposal yet.");
    if (session_kind(ui_session(review->ui)) == SESSION_LIVE)
        (void)pane_text(pane, 0, 1, ROLE_DIM, words[session_review(ui_session(review->ui))]);
}

static void draw(void *state, const struct pane *pane)
{
    struct review *review = state;

    review->ascii = pane->canvas->ascii;
    refresh(review);
    memset(review->panes, 0, sizeof review->panes);
    review->is_one_pane = review->is_zoomed || pane->width < NARROW || pane->height < 14;
    if (review_shown(review) == NULL)
        draw_nothing(review, pane);
    else if (review->is_one_pane)
        draw_one(review, *pane);
    else
        draw_all(review, *pane);
}

/* ---- keys ---- */

static enum outcome redraw_if(bool moved)
{
    return moved ? OUTCOME_REDRAW : OUTCOME_NONE;
}

static enum outcome move(struct review *review, enum action action)
{
    switch (review->focus) {
    case REVIEW_QUEUE:
        if (action == ACTION_NEXT || action == ACTION_PREVIOUS) /* of the change, whose is next */
            return redraw_if(doc_act(&review->diff.doc, action));
        return list_act(&review->queue, &review_queue_source, action) ? OUTCOME_REDRAW
                                                                      : OUTCOME_IGNORED;
    case REVIEW_DIFF:
        return doc_act(&review->diff.doc, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    case REVIEW_WHY:
    case REVIEW_PANES:
        break;
    }
    return doc_act(&review->why, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome focus(struct review *review, int pane)
{
    review->focus = (enum review_pane)((pane + REVIEW_PANES) % REVIEW_PANES);
    return OUTCOME_REDRAW;
}

/* What is searched: the change, or why where that has the focus. */
static struct doc *searched(struct review *review)
{
    return review->focus == REVIEW_WHY ? &review->why : &review->diff.doc;
}

static void on_search(void *data, const char *line)
{
    struct review *review = data;

    if (line != NULL && !doc_search(searched(review), line))
        ui_say(review->ui, ROLE_WARNING, "not found: %s", line);
}

/* Enter: from the proposals to the change, to why, to the trace. */
static enum outcome open_selected(struct review *review)
{
    if (review->focus != REVIEW_WHY)
        return focus(review, (int)review->focus + 1);
    return redraw_if(review_open_why(review));
}

static enum outcome back(struct review *review)
{
    if (review->is_zoomed)
        review->is_zoomed = false;
    else if (review->focus == REVIEW_WHY)
        review->focus = REVIEW_DIFF;
    else
        return OUTCOME_IGNORED;
    return OUTCOME_REDRAW;
}

static enum outcome turn_sides(struct review *review)
{
    review->sides_chosen = true;
    if (review->delta != NULL && !delta_has_hunks(review->delta))
        ui_say(review->ui, ROLE_TEXT, DELTA_VIEW_NO_SIDES);
    return redraw_if(delta_view_act(&review->diff, ACTION_SIDE_BY_SIDE));
}

static enum outcome change_look(struct review *review, enum action action)
{
    struct str words = STR_INIT;

    (void)delta_view_act(&review->diff, action);
    delta_view_tell_look(&review->diff, &words);
    ui_say(review->ui, ROLE_TEXT, "%s", str_text(&words));
    str_free(&words);
    return OUTCOME_REDRAW;
}

/* Keys may come faster than frames: they are about the change as it is, not as it was drawn. */
static void lay_out(struct review *review)
{
    int width = review->panes[REVIEW_DIFF].width;

    if (review->delta != NULL)
        (void)delta_view_lay_out(
            &review->diff, review->delta, review->version, width > 0 ? width : 80);
}

static enum outcome act(void *state, enum action action)
{
    struct review *review = state;
    enum outcome outcome;

    refresh(review);
    lay_out(review);
    if (action == ACTION_NEXT_PANE || action == ACTION_PREVIOUS_PANE)
        return focus(review, (int)review->focus + (action == ACTION_NEXT_PANE ? 1 : -1));
    if (action == ACTION_OPEN)
        return open_selected(review);
    if (action == ACTION_TRACE)
        return redraw_if(review_open_why(review));
    if (action == ACTION_SEARCH) {
        ui_ask_line(review->ui, "search: ", NULL, on_search, review);
        return OUTCOME_NONE;
    }
    if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        return redraw_if(doc_act(searched(review), action));
    if (action == ACTION_BACK)
        return back(review);
    if (action == ACTION_ZOOM) {
        review->is_zoomed = !review->is_zoomed;
        return OUTCOME_REDRAW;
    }
    if (action == ACTION_RESET_PANES) {
        review->is_zoomed = false;
        return OUTCOME_IGNORED;
    }
    if (action == ACTION_SIDE_BY_SIDE)
        return turn_sides(review);
    if (delta_view_is_look(action))
        return change_look(review, action);
    outcome = review_decide(review, action);
    refresh(review);
    return outcome != OUTCOME_IGNORED ? outcome : move(review, action);
}

/* REVIEW_PANES: none is there. */
static enum review_pane pane_at(const struct review *review, int x, int y)
{
    int i = 0;

    while (i < REVIEW_PANES && !ui_pane_has(&review->panes[i], x, y))
        i++;
    return (enum review_pane)i;
}

static enum outcome click(void *state, int x, int y)
{
    struct review *review = state;
    enum review_pane pane = pane_at(review, x, y);
    int line = pane < REVIEW_PANES ? ui_pane_line(&review->panes[pane], y) : 0;

    if (pane == REVIEW_PANES)
        return OUTCOME_NONE;
    review->focus = pane;
    if (pane == REVIEW_QUEUE)
        (void)list_click(&review->queue, &review_queue_look, line);
    else
        (void)doc_click(pane == REVIEW_DIFF ? &review->diff.doc : &review->why, line);
    return OUTCOME_REDRAW;
}

static enum outcome wheel(void *state, int x, int y, enum action action)
{
    struct review *review = state;
    enum review_pane focused = review->focus, pane = pane_at(review, x, y);
    enum outcome outcome;

    if (pane == REVIEW_PANES)
        return OUTCOME_NONE;
    refresh(review);
    lay_out(review);
    review->focus = pane;
    outcome = move(review, action);
    review->focus = focused;
    return outcome;
}

/* The queue keeps its width. */
static struct division division(const void *state)
{
    static const int sides[REVIEW_PANES] = { [REVIEW_DIFF] = 1, [REVIEW_WHY] = -1 };
    const struct review *review = state;

    return (struct division){ review->is_one_pane, review->is_one_pane ? 0 : sides[review->focus] };
}

static size_t hints(void *state, enum action hints[HINTS_MAX])
{
    struct review *review = state;

    refresh(review);
    return review_hints(review, hints);
}

static const char *hint(void *state, enum action action)
{
    return review_hint(state, action);
}

static void show(void *state, const struct place *place)
{
    struct review *review = state;
    const struct run_view *view = ui_view(review->ui);

    refresh(review);
    if (place->proposal < 0 || (size_t)place->proposal >= view->proposal_list.count)
        return;
    (void)list_select(&review->queue, view->proposal_list.count - 1 - (size_t)place->proposal);
    review->focus = REVIEW_DIFF;
}

/* The proposal as `review --list --json` prints it while it waits, else its workflow afterwards. */
static void text(void *state, struct str *out)
{
    struct review *review = state;
    cJSON *workflow;

    refresh(review);
    if (review->delta == NULL)
        return;
    workflow = delta_result(review->delta, NULL);
    json_pretty(workflow, out);
    cJSON_Delete(workflow);
}

/* ---- life ---- */

static void *open_screen(struct ui *ui)
{
    struct review *review = mem_zalloc(1, sizeof *review);

    review->ui = ui;
    review->focus = REVIEW_DIFF;
    review->shown = VIEW_NONE;
    return review;
}

static void close_screen(void *state)
{
    struct review *review = state;

    review_keep_edits(review);
    list_free(&review->queue);
    delta_free(review->delta);
    delta_view_free(&review->diff);
    doc_free(&review->why);
    free(review->why_items.items);
    drafts_free(&review->drafts);
    cJSON_Delete(review->drafted);
    free(review->edited_id);
    free(review->edited_text);
    free(review);
}

const struct screen screen_review = {
    .name = "Review",
    .context = CONTEXT_REVIEW,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
    .show = show,
    .click = click,
    .wheel = wheel,
    .division = division,
    .hints = hints,
    .hint = hint,
    .text = text,
};
