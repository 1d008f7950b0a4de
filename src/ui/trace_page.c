#include "trace_page.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "trace_places.h"
#include "trace_rail.h"
#include "trace_sections.h"
#include "view_words.h"

/* Columns: rail and text side by side; rows of the rail with words; a third pane. */
enum { SIDE_FROM = 60, WIDE_FROM = 120, THREE_FROM = 160 };

void trace_page_free(struct trace_page *page)
{
    trace_rail_free(page);
    prompt_view_free(&page->prompt);
    text_view_free(&page->text);
    free(page->example);
    *page = (struct trace_page){ 0 };
}

static struct trace_step step_of(const struct trace_page *page)
{
    return (struct trace_step){ page->ui, page->rollout, trace_node_at(page, page->step),
        trace_page_trace(page) };
}

/* ---- the text ---- */

static void gather(struct sections *sections, const struct trace_page *page, enum trace_tab tab)
{
    struct trace_step step = step_of(page);

    if (step.trace == NULL) {
        sections_add(sections, NULL, ROLE_TEXT, NULL, 0);
        return;
    }
    if (!step.trace->found) {
        sections_note(sections, NULL, "nothing is traced of this example yet");
        return;
    }
    if (tab == TAB_GRADIENT)
        trace_add_gradient(sections, &step);
    else if (tab == TAB_CALLS)
        trace_add_calls(sections, &step, page->is_raw);
    else if (page->step == 0 || (step.node >= 0 && tab == TAB_INPUT))
        trace_add_input(sections, &step);
    else if (step.node < 0)
        trace_add_score(sections, &step);
    else
        trace_add_output(sections, &step);
}

/* Another step, tab or example begins at its top. */
static void mark_place(struct trace_page *page)
{
    int place[] = { page->rollout, page->step, (int)page->tab, page->is_raw };
    struct hash shown = hash_join(hash_bytes(place, sizeof place), hash_text(page->example));

    if (!hash_equal(shown, page->shown))
        page->text.top = 0;
    page->shown = shown;
}

static bool shows_prompt(const struct trace_page *page)
{
    return page->tab == TAB_PROMPT && trace_node_at(page, page->step) >= 0;
}

static void draw_text(struct trace_page *page, const struct pane *pane)
{
    struct sections sections = { 0 };

    if (shows_prompt(page)) {
        prompt_view_set(&page->prompt, trace_page_view(page),
            trace_page_view(page)->rollouts.items[page->rollout].workflow,
            trace_node_at(page, page->step));
        prompt_view_draw(&page->prompt, pane, page->in_text);
        return;
    }
    mark_place(page);
    gather(&sections, page, page->tab);
    sections_show(&sections, &page->text);
    text_view_draw(&page->text, pane);
    sections_free(&sections);
}

/* Beside the tab: the gradient, or what it is about. */
static void draw_third(const struct trace_page *page, const struct pane *pane)
{
    struct sections sections = { 0 };
    struct text_view text = { 0 };

    gather(&sections, page, page->tab == TAB_GRADIENT ? TAB_OUTPUT : TAB_GRADIENT);
    sections_show(&sections, &text);
    text_view_draw(&text, pane);
    text_view_free(&text);
    sections_free(&sections);
}

static const char *const tab_names[TRACE_TABS] = { " output ", " input ", " prompt ", " gradient ",
    " calls " };

/* Returns false where no name is. */
static bool click_tab(struct trace_page *page, int x)
{
    int end = page->tabs.x;

    for (int i = 0; i < TRACE_TABS; i++) {
        end += (int)strlen(tab_names[i]);
        if (x < end) {
            page->tab = (enum trace_tab)i;
            return true;
        }
    }
    return false;
}

static void draw_tabs(struct trace_page *page, const struct pane *row)
{
    char place[40];
    int x = 0;

    page->tabs = *row;
    for (int i = 0; i < TRACE_TABS; i++) {
        bool is_shown = i == (int)page->tab;

        x += pane_text_n(row, x, 0, -1, is_shown ? ROLE_TITLE : ROLE_DIM,
            is_shown ? ATTR_REVERSE : ATTR_NONE, tab_names[i], strlen(tab_names[i]));
    }
    if (!shows_prompt(page))
        (void)text_view_place(&page->text, place);
    else
        place[0] = '\0';
    if (x + (int)strlen(place) + 1 < row->width)
        (void)pane_text_right(row, row->width, 0, ROLE_DIM, place);
}

/* ---- the whole ---- */

static void draw_head(const struct trace_page *page, struct pane *pane, size_t place, size_t count)
{
    struct pane head = pane_cut_top(pane, pane->height >= 10 ? 2 : 1);
    const struct trace_view *trace = trace_page_trace(page);
    const struct text *words =
        trace != NULL ? reader_text(ui_reader(page->ui), trace->words, NULL) : NULL;
    char pass[WORDS], score[8];
    const char *id = page->example;
    int x;

    x = pane_print(&head, 0, 0, ROLE_TITLE, "example %s", id);
    if (count > 0)
        x += pane_print(&head, x + 1, 0, ROLE_DIM, "(%zu/%zu)", place, count) + 1;
    if (trace != NULL && trace->found)
        x += pane_print(&head, x + 2, 0, trace->score >= 0.5 ? ROLE_OK : ROLE_ERROR, "score %s",
                 run_view_score(trace->score, score)) +
             2;
    (void)pane_print(
        &head, x + 2, 0, ROLE_DIM, "%s", words_pass(trace_page_view(page), page->rollout, pass));
    if (words != NULL)
        (void)pane_text_n(&head, 0, 1, -1, ROLE_TEXT, ATTR_NONE, words->data,
            words->len < 1000 ? words->len : 1000);
}

static int rail_width(int width)
{
    if (width < WIDE_FROM)
        return 24;
    return width < THREE_FROM ? 44 : 56;
}

static void draw_side_by_side(struct trace_page *page, struct pane pane)
{
    int width = pane.width;
    struct pane rail = pane_cut_left(&pane, ui_divide(page->ui, width, rail_width(width))), row,
                third = { 0 };

    pane_vline(&pane, 0, 0, pane.height, ROLE_BORDER);
    (void)pane_cut_left(&pane, 2);
    row = pane_cut_top(&rail, 1);
    (void)pane_text(&row, 0, 0, page->in_text ? ROLE_DIM : ROLE_TITLE,
        page->is_backward ? "Backward: gradients" : "Forward");
    if (width >= THREE_FROM && page->step > 0) {
        third = pane_cut_right(&pane, pane.width * 2 / 5);
        pane_vline(&third, 0, 0, third.height, ROLE_BORDER);
        (void)pane_cut_left(&third, 2);
    }
    row = pane_cut_top(&pane, 1);
    page->at[0] = rail;
    page->at[1] = pane;
    trace_rail_draw(page, &rail);
    draw_text(page, &pane);
    draw_tabs(page, &row);
    if (third.height > 0)
        draw_third(page, &third);
}

static void draw_stacked(struct trace_page *page, struct pane pane)
{
    int most = ui_divide(page->ui, pane.height, pane.height / 3);
    struct pane rail, row;

    if (!page->is_zoomed) {
        rail = pane_cut_top(
            &pane, most < trace_last_step(page) + 1 ? most : trace_last_step(page) + 1);
        page->at[0] = rail;
        if (rail.height > 0)
            trace_rail_draw(page, &rail);
    }
    row = pane_cut_top(&pane, pane.height > 1 ? 1 : 0);
    page->at[1] = pane;
    draw_text(page, &pane);
    draw_tabs(page, &row);
}

/* An example that failed on its way opens at the first node without an output. */
static void seek_failure(struct trace_page *page)
{
    const struct trace_view *trace = trace_page_trace(page);

    if (trace == NULL || !trace->found)
        return;
    page->seeks = false;
    for (int node = 0; node < trace_last_node(page); node++)
        if (!trace_has_output(trace, node)) {
            page->step = node + 1;
            return;
        }
}

/* Brings the step into what the workflow has; false: there is nothing to be shown. */
static bool refresh(struct trace_page *page)
{
    if (trace_page_workflow(page) == NULL)
        return false;
    if (page->seeks)
        seek_failure(page);
    if (page->step > trace_last_step(page))
        page->step = trace_last_step(page);
    return true;
}

void trace_page_draw(struct trace_page *page, const struct pane *pane, size_t place, size_t count)
{
    struct pane body = *pane;

    if (!refresh(page)) {
        (void)pane_text(&body, 0, 0, ROLE_DIM, "the run has no such pass now: Esc goes back");
        return;
    }
    draw_head(page, &body, place, count);
    memset(page->at, 0, sizeof page->at);
    if (body.width >= SIDE_FROM && !page->is_zoomed)
        draw_side_by_side(page, body);
    else
        draw_stacked(page, body);
}

/* ---- acting ---- */

void trace_page_open(struct trace_page *page, struct ui *ui, int rollout, const char *example)
{
    bool fresh = page->example == NULL;
    char *kept = mem_strdup(example);

    free(page->example);
    page->ui = ui;
    page->rollout = rollout;
    page->example = kept;
    page->compares = false;
    page->seeks = fresh;
    if (fresh)
        page->step = trace_last_node(page); /* its output stands there against the target */
}

void trace_page_show_gradient(struct trace_page *page, int node)
{
    if (!refresh(page))
        return;
    page->seeks = false;
    page->step = node >= 0 ? node + 1 : trace_last_step(page);
    page->tab = TAB_GRADIENT;
    page->is_backward = true;
}

int trace_page_node(const struct trace_page *page)
{
    return trace_page_workflow(page) != NULL ? trace_node_at(page, page->step) : VIEW_NONE;
}

int trace_page_gradient(const struct trace_page *page)
{
    struct trace_step step;

    if (page->tab != TAB_GRADIENT || page->step == 0 || trace_page_workflow(page) == NULL ||
        page->step > trace_last_step(page))
        return VIEW_NONE;
    step = step_of(page);
    return trace_step_gradient(&step);
}

void trace_page_show_node(struct trace_page *page, int node)
{
    if (!refresh(page) || node < 0 || node + 1 > trace_last_step(page))
        return;
    page->seeks = false;
    page->step = node + 1;
    page->tab = TAB_OUTPUT;
}

/* To the prompt that a gradient led to, at the line that came of it; where it led to none, to the
 * gradient among the others of the node. */
static void aim_at_update(const struct trace_page *page, int gradient, struct place *place)
{
    const struct run_view *view = trace_page_view(page);
    int proposal = gradient >= 0 ? gradient_led_to(view, gradient) : VIEW_NONE;
    int after = proposal >= 0 ? workflow_of_proposal(view, proposal) : VIEW_NONE;
    int node =
        gradient >= 0 ? node_by_id(view, after, gradient_node_id(view, gradient)) : VIEW_NONE;

    place->gradient = gradient;
    if (node < 0)
        return;
    place->proposal = proposal;
    place->workflow = after;
    place->node = node;
    place->rollout = PLACE_NONE;
}

static enum outcome go_to_node(const struct trace_page *page)
{
    struct place place = place_of(SCREEN_NODES);
    struct trace_step step = step_of(page);

    if (step.node < 0) {
        ui_say(page->ui, ROLE_TEXT, "%s",
            page->step > 0      ? "this is the score: b walks the gradients back from here"
            : page->is_backward ? "this is what the task gives: k goes to the first node"
                                : "this is what the task gives: j goes to the first node");
        return OUTCOME_NONE;
    }
    place.rollout = page->rollout;
    place.node = step.node;
    place.workflow = trace_page_view(page)->rollouts.items[page->rollout].workflow;
    if (page->tab == TAB_GRADIENT)
        aim_at_update(page, trace_step_gradient(&step), &place);
    ui_go(page->ui, &place);
    return OUTCOME_NONE;
}

static enum outcome go_upstream(struct trace_page *page)
{
    const struct run_view *view = trace_page_view(page);
    struct trace_step step = step_of(page);
    int gradient = page->step > 0 ? trace_step_gradient(&step) : VIEW_NONE;
    const struct view_gradient *at;

    if (gradient < 0) {
        ui_say(page->ui, ROLE_TEXT, "there is no gradient here");
        return OUTCOME_NONE;
    }
    at = &view->gradient_list.items[gradient];
    page->step = at->from_count > 0
                     ? view->gradient_list.items[view->froms.items[at->first_from]].node + 1
                     : trace_last_step(page);
    page->tab = at->from_count > 0 ? TAB_GRADIENT : page->tab;
    return OUTCOME_REDRAW;
}

/* Another pass, at the same step where its workflow has it. */
static void change_pass(struct trace_page *page, int rollout)
{
    const struct view_node *node = trace_view_node_at(page, page->step);
    bool is_input = page->step == 0;
    int same;

    page->rollout = rollout;
    same = trace_page_workflow(page) != NULL && node != NULL
               ? node_by_id(trace_page_view(page),
                     trace_page_view(page)->rollouts.items[rollout].workflow, node->id)
               : VIEW_NONE;
    page->step = is_input ? 0 : same >= 0 ? same + 1 : trace_last_step(page);
}

/* The same example in the pass before this one; and back. */
static enum outcome compare(struct trace_page *page)
{
    const struct run_view *view = trace_page_view(page);
    int from = page->rollout, example = example_by_id(view, page->example);
    int to = page->compares ? page->other : pass_before(view, from, example);
    char now[WORDS], before[WORDS];

    if (to < 0 || (size_t)to >= view->rollouts.count) {
        ui_say(page->ui, ROLE_TEXT, "no pass before this one had this example: nothing to compare");
        return OUTCOME_NONE;
    }
    page->other = from;
    page->compares = true;
    change_pass(page, to);
    ui_say(page->ui, ROLE_TEXT, "this is %s; D goes back to %s", words_pass(view, to, now),
        words_pass(view, from, before));
    return OUTCOME_REDRAW;
}

/* Backward begins at the last node's gradient. */
static enum outcome turn(struct trace_page *page)
{
    page->is_backward = !page->is_backward;
    if (page->is_backward) {
        page->tab = TAB_GRADIENT;
        if (page->step == 0 || page->step == trace_last_step(page))
            page->step = trace_last_node(page);
    } else if (page->tab == TAB_GRADIENT) {
        page->tab = TAB_OUTPUT;
    }
    return OUTCOME_REDRAW;
}

static void on_search(void *data, const char *line)
{
    struct trace_page *page = data;
    bool found;

    if (line == NULL || page->example == NULL)
        return;
    found = shows_prompt(page) ? prompt_view_search(&page->prompt, line)
                               : text_view_search(&page->text, line) > 0;
    if (!found && *line != '\0')
        ui_say(page->ui, ROLE_WARNING, "not found: %s", line);
}

static bool act_on_text(struct trace_page *page, enum action action)
{
    return shows_prompt(page) ? prompt_view_act(&page->prompt, action)
                              : text_view_act(&page->text, action);
}

/* Pages always turn the text. */
static enum outcome move_around(struct trace_page *page, enum action action)
{
    bool pages = action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP ||
                 action == ACTION_HALF_DOWN || action == ACTION_HALF_UP ||
                 action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS;

    if (page->in_text || page->is_zoomed || pages)
        return act_on_text(page, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    return trace_rail_act(page, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome set_tab(struct trace_page *page, int tab)
{
    page->tab = (enum trace_tab)((tab + TRACE_TABS) % TRACE_TABS);
    return OUTCOME_REDRAW;
}

enum outcome trace_page_act(struct trace_page *page, enum action action)
{
    if (!refresh(page))
        return OUTCOME_IGNORED;
    page->seeks = false;
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_OPEN:
        return go_to_node(page);
    case ACTION_UPSTREAM:
        return go_upstream(page);
    case ACTION_DIRECTION:
        return turn(page);
    case ACTION_NEXT_TAB:
        return set_tab(page, (int)page->tab + 1);
    case ACTION_PREVIOUS_TAB:
        return set_tab(page, (int)page->tab - 1);
    case ACTION_RAW:
        page->is_raw = page->tab == TAB_CALLS && !page->is_raw;
        return set_tab(page, TAB_CALLS);
    case ACTION_COMPARE:
        return compare(page);
    case ACTION_NEXT_PANE:
    case ACTION_PREVIOUS_PANE:
        page->in_text = !page->in_text;
        return OUTCOME_REDRAW;
    case ACTION_ZOOM:
        page->is_zoomed = !page->is_zoomed;
        return OUTCOME_REDRAW;
    case ACTION_RESET_PANES:
        page->is_zoomed = false;
        return OUTCOME_IGNORED;
    case ACTION_SEARCH:
        ui_ask_line(page->ui, "search: ", NULL, on_search, page);
        return OUTCOME_NONE;
    default:
        return move_around(page, action);
    }
}

enum outcome trace_page_click(struct trace_page *page, int x, int y)
{
    int pane = ui_pane_has(&page->at[0], x, y) ? 0 : 1, line = ui_pane_line(&page->at[pane], y);

    if (!refresh(page))
        return OUTCOME_NONE;
    if (ui_pane_has(&page->tabs, x, y))
        return click_tab(page, x) ? OUTCOME_REDRAW : OUTCOME_NONE;
    if (!ui_pane_has(&page->at[pane], x, y))
        return OUTCOME_NONE;
    page->seeks = false;
    page->in_text = pane == 1;
    if (pane == 0)
        trace_rail_click(page, line);
    else if (shows_prompt(page))
        (void)prompt_view_click(&page->prompt, line);
    return OUTCOME_REDRAW;
}

enum outcome trace_page_wheel(struct trace_page *page, int x, int y, enum action action)
{
    bool acted = false;

    if (!refresh(page))
        return OUTCOME_NONE;
    if (ui_pane_has(&page->at[0], x, y))
        acted = trace_rail_act(page, action);
    else if (ui_pane_has(&page->at[1], x, y))
        acted = act_on_text(page, action);
    return acted ? OUTCOME_REDRAW : OUTCOME_NONE;
}

struct division trace_page_division(const struct trace_page *page)
{
    return (struct division){ page->is_zoomed, page->is_zoomed ? 0 : page->in_text ? -1 : 1 };
}

static bool is_with_change(const struct trace_page *page)
{
    const struct run_view *view = trace_page_view(page);

    return (size_t)page->rollout < view->rollouts.count &&
           view->rollouts.items[page->rollout].proposal > 0;
}

size_t trace_page_hints(const struct trace_page *page, enum action hints[HINTS_MAX])
{
    static const enum action forward[] = { ACTION_DIRECTION, ACTION_NEXT_TAB, ACTION_OPEN,
        ACTION_NEXT_FAILED, ACTION_NEXT, ACTION_BACK, ACTION_COMPARE, ACTION_RAW, ACTION_NEXT_PANE,
        ACTION_SEARCH };
    static const enum action backward[] = { ACTION_UPSTREAM, ACTION_OPEN, ACTION_NEXT_TAB,
        ACTION_DIRECTION, ACTION_NEXT_FAILED, ACTION_NEXT, ACTION_BACK, ACTION_RAW,
        ACTION_NEXT_PANE, ACTION_SEARCH };

    size_t count = sizeof forward / sizeof forward[0];
    bool may_compare = page->compares || is_with_change(page);

    /* what a change did to the example is seen beside the pass without it */
    hints[0] = ACTION_COMPARE;
    memcpy(hints + (may_compare ? 1 : 0), page->is_backward ? backward : forward, sizeof forward);
    return count + (may_compare ? 1 : 0);
}

const char *trace_page_hint(const struct trace_page *page, enum action action)
{
    if (action == ACTION_DIRECTION && page->is_backward)
        return "forward";
    if (action == ACTION_COMPARE && page->compares)
        return "go back";
    if (action == ACTION_RAW && page->tab != TAB_CALLS)
        return "calls";
    return action == ACTION_RAW && page->is_raw ? "as text" : NULL;
}

void trace_page_text(struct trace_page *page, struct str *out)
{
    const struct view_node *node;
    struct sections sections = { 0 };

    if (!refresh(page))
        return;
    node = trace_view_node_at(page, page->step);
    if (node != NULL && shows_prompt(page)) {
        str_add(out, node->prompt);
        return;
    }
    gather(&sections, page, page->tab);
    sections_write(&sections, out);
    sections_free(&sections);
}
