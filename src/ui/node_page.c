#include "node_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "view_words.h"

enum { BOTH_FROM = 120 }; /* columns from which prompt and gradients stand side by side */
/* Of what is shown beside a list: rows from which it has a head; rows that a gradient needs. */
enum { SHOWN_HEAD_FROM = 20, SHOWN_GRADIENT = 6 };

void node_page_free(struct node_page *page)
{
    prompt_view_free(&page->prompt);
    gradient_rows_free(&page->gradients);
    text_view_free(&page->text);
    free(page->id);
    *page = (struct node_page){ 0 };
}

static int workflow_of(const struct node_page *page)
{
    return page->workflow >= 0 ? page->workflow : ui_view(page->ui)->current;
}

static int node_of(const struct node_page *page)
{
    const struct run_view *view = ui_view(page->ui);
    int workflow = workflow_of(page);

    return workflow < (int)view->workflows.count ? node_by_id(view, workflow, page->id) : VIEW_NONE;
}

static bool has_prompt(const struct node_page *page)
{
    int node = node_of(page);

    return node >= 0 &&
           ui_view(page->ui)->workflows.items[workflow_of(page)].nodes[node].prompt[0] != '\0';
}

void node_page_open(
    struct node_page *page, struct ui *ui, int workflow, const char *id, int gradient)
{
    char *kept = mem_strdup(id);

    free(page->id);
    page->ui = ui;
    page->id = kept;
    page->workflow = workflow;
    page->focus = gradient >= 0 || !has_prompt(page) ? FOCUS_GRADIENTS : FOCUS_PROMPT;
    gradient_rows_set(&page->gradients, ui, kept);
    page->text.top = 0;
    if (gradient >= 0 && !gradient_rows_select(&page->gradients, gradient)) {
        struct err err = { .code = ERR_NONE };

        (void)gradient_rows_filter(&page->gradients, NULL, &err);
        (void)gradient_rows_select(&page->gradients, gradient);
    }
}

/* ---- the head ---- */

static void write_inputs(const struct view_node *node, struct str *out)
{
    for (size_t i = 0; i < node->input_count; i++)
        str_addf(out, "%s%s%s", i > 0 ? ", " : "", node->inputs[i].name,
            node->inputs[i].node >= 0 ? "" : " (task)");
    if (node->input_count == 0)
        str_add(out, "nothing");
}

static void write_readers(const struct view_workflow *workflow, int node, struct str *out)
{
    bool any = false;

    for (size_t i = 0; i < workflow->count; i++)
        for (size_t j = 0; j < workflow->nodes[i].input_count; j++)
            if (workflow->nodes[i].inputs[j].node == node) {
                str_addf(out, "%s%s", any ? ", " : "", workflow->nodes[i].id);
                any = true;
            }
    if ((size_t)node + 1 == workflow->count)
        str_addf(out, "%sthe answer", any ? ", " : "");
}

static void write_state(const struct node_page *page, struct str *out)
{
    const struct run_view *view = ui_view(page->ui);
    int workflow = workflow_of(page);
    char id[WORDS_ID];

    str_addf(out, "workflow %s%s", words_id(view->workflows.items[workflow].id, id),
        workflow == view->current                     ? " (current)"
        : view->workflows.items[workflow].was_current ? " (a former one)"
                                                      : " (only proposed)");
    if (page->prompt.prompt != NULL && page->prompt.prompt[0] != '\0')
        str_addf(out, ", prompt revision %u", page->prompt.blame.revisions);
}

/* What answers for the node; NULL: no model does, or it is not known. */
static const char *model_of(const struct run_view *view, const struct view_node *node)
{
    if (strcmp(node->kind, "tool") == 0)
        return NULL;
    if (node->model != NULL)
        return node->model;
    return view->model[0] != '\0' ? view->model : NULL;
}

static void draw_head(const struct node_page *page, struct pane *pane)
{
    const struct view_workflow *workflow = &ui_view(page->ui)->workflows.items[workflow_of(page)];
    const struct view_node *node = &workflow->nodes[node_of(page)];
    struct pane head = pane_cut_top(pane, pane->height >= 12 ? 3 : 1);
    const char *model = model_of(ui_view(page->ui), node);
    struct str line = STR_INIT;
    int x = pane_text_n(&head, 0, 0, -1, ROLE_TITLE, ATTR_BOLD, node->id, strlen(node->id));

    write_state(page, &line);
    x += pane_print(&head, x + 2, 0, ROLE_ACCENT, "%s", node->kind) + 2;
    if (model != NULL)
        x += pane_print(&head, x + 2, 0, ROLE_TEXT, "model %s", model) + 2;
    (void)pane_print(&head, x + 2, 0, ROLE_DIM, "%s", str_text(&line));
    str_clear(&line);
    str_add(&line, "reads ");
    write_inputs(node, &line);
    str_add(&line, head.canvas->ascii ? "  -> " : "  → ");
    write_readers(workflow, node_of(page), &line);
    if (node->tool_count > 0)
        str_add(&line, "  tools: ");
    for (size_t i = 0; i < node->tool_count; i++)
        str_addf(&line, "%s%s", i > 0 ? ", " : "", node->tools[i]);
    (void)pane_text(&head, 0, 1, ROLE_TEXT, str_text(&line));
    (void)pane_text(&head, 0, 2, ROLE_DIM, node->description);
    str_free(&line);
}

/* ---- one gradient ---- */

static void add_example(
    struct sections *sections, const struct node_page *page, const struct view_gradient *gradient)
{
    const struct run_view *view = ui_view(page->ui);
    const char *id = view->examples.items[gradient->example].id;
    const struct trace_view *trace =
        reader_trace(ui_reader(page->ui), view->rollouts.items[gradient->rollout].pass, id);
    char pass[WORDS], score[8];
    const char *head = sections_print(sections, "Example %s, %s, score %s", id,
        words_pass(view, gradient->rollout, pass),
        run_view_score(run_view_score_of(view, gradient->rollout, gradient->example), score));

    if (trace == NULL)
        sections_add(sections, head, ROLE_TITLE, NULL, 0);
    else
        sections_add_id(sections, head, ROLE_TITLE, ui_reader(page->ui), trace->words,
            "the metric said nothing");
}

static void add_origin(
    struct sections *sections, const struct node_page *page, const struct view_gradient *gradient)
{
    const struct run_view *view = ui_view(page->ui);

    if (gradient->from_count == 0)
        sections_note(sections, "Came from", "the score and the metric's words");
    for (uint32_t i = 0; i < gradient->from_count; i++) {
        uint32_t from = view->froms.items[gradient->first_from + i];
        const char *id = gradient_node_id(view, (int)from);

        sections_add_id(sections,
            sections_print(sections, "Came from the gradient of %s%s", id != NULL ? id : "?",
                i == 0 && !page->is_shown ? " (u)" : ""),
            ROLE_TITLE, ui_reader(page->ui), view->gradient_list.items[from].text,
            "the text is not in the file");
    }
}

static void add_gradient(struct sections *sections, const struct node_page *page)
{
    const struct gradient_row *row = gradient_rows_selected(&page->gradients);
    const struct run_view *view = ui_view(page->ui);
    const struct view_gradient *gradient;
    const char *led;

    if (row == NULL)
        return;
    gradient = &view->gradient_list.items[row->gradient];
    gradient_sections(sections, ui_reader(page->ui), gradient->text);
    add_example(sections, page, gradient);
    if (row->proposal >= 0) {
        led = words_proposal(sections, view, row->proposal, true);
        sections_add(sections, "Led to", ROLE_TITLE, led, strlen(led));
    } else {
        sections_note(sections, "Led to", "%s", words_no_update(view, gradient->rollout));
    }
    add_origin(sections, page, gradient);
}

/* ---- drawing ---- */

static void draw_gradients(struct node_page *page, struct pane pane)
{
    struct sections sections = { 0 };
    struct pane rows = pane;
    int half = page->is_both ? pane.height / 2 : ui_divide(page->ui, pane.height, pane.height / 2);
    int most = half > 3 ? half : pane.height;
    int want = (int)page->gradients.rows.count + 1;

    if (page->is_zoomed && page->focus == FOCUS_TEXT)
        want = most = 0;
    if (most < pane.height)
        rows = pane_cut_top(&pane, want < most ? want : most);
    else
        pane.height = 0;
    page->at[FOCUS_GRADIENTS] = rows;
    if (rows.height > 0)
        gradient_rows_draw(&page->gradients, &rows, page->focus == FOCUS_GRADIENTS);
    if (pane.height < 2 || page->gradients.rows.count == 0)
        return;
    pane_hline(&pane, 0, 0, pane.width, page->focus == FOCUS_TEXT ? ROLE_TITLE : ROLE_BORDER);
    (void)pane_cut_top(&pane, 1);
    page->at[FOCUS_TEXT] = pane;
    add_gradient(&sections, page);
    sections_show(&sections, &page->text);
    text_view_draw(&page->text, &pane);
    sections_free(&sections);
}

/* What leaves gradients out. */
static void draw_filter(const struct node_page *page, const struct pane *row, int x)
{
    if (gradient_rows_is_filtered(&page->gradients))
        (void)pane_print(row, x, 0, ROLE_WARNING, "only %s; Esc shows all %zu",
            page->gradients.filter, page->gradients.rows.count);
}

static void draw_prompt(struct node_page *page, const struct pane *pane)
{
    page->at[FOCUS_PROMPT] = *pane;
    prompt_view_draw(&page->prompt, pane, page->focus == FOCUS_PROMPT);
}

static void draw_tabs(const struct node_page *page, const struct pane *row)
{
    bool on_prompt = page->focus == FOCUS_PROMPT;
    char gradients[40];
    int x;

    (void)snprintf(
        gradients, sizeof gradients, " gradients (%zu) ", list_shown(&page->gradients.list));
    x = pane_text_n(row, 0, 0, -1, on_prompt ? ROLE_TITLE : ROLE_DIM,
        on_prompt ? ATTR_REVERSE : ATTR_NONE, " prompt ", 8);
    x += pane_text_n(row, x + 1, 0, -1, on_prompt ? ROLE_DIM : ROLE_TITLE,
        on_prompt ? ATTR_NONE : ATTR_REVERSE, gradients, strlen(gradients));
    draw_filter(page, row, x + 2);
}

static void draw_both(struct node_page *page, struct pane pane)
{
    struct pane left =
                    pane_cut_left(&pane, ui_divide(page->ui, pane.width - 3, (pane.width - 3) / 2)),
                head;
    int x;

    pane_vline(&pane, 1, 0, pane.height, ROLE_BORDER);
    (void)pane_cut_left(&pane, 3);
    head = pane_cut_top(&left, 1);
    (void)pane_text(&head, 0, 0, page->focus == FOCUS_PROMPT ? ROLE_TITLE : ROLE_DIM, "Prompt");
    head = pane_cut_top(&pane, 1);
    x = pane_print(&head, 0, 0, page->focus == FOCUS_PROMPT ? ROLE_DIM : ROLE_TITLE,
        "Gradients (%zu), newest first", list_shown(&page->gradients.list));
    draw_filter(page, &head, x + 2);
    draw_prompt(page, &left);
    draw_gradients(page, pane);
}

/* Looks at what the run has come to; false where it has no such node now. */
static bool refresh(struct node_page *page)
{
    if (node_of(page) < 0)
        return false;
    gradient_rows_set(&page->gradients, page->ui, page->id);
    prompt_view_set(&page->prompt, ui_view(page->ui), workflow_of(page), node_of(page));
    page->prompt.hint = "Enter: the gradients that led to it";
    return true;
}

void node_page_draw(struct node_page *page, const struct pane *pane)
{
    struct pane body = *pane, tabs;

    if (!refresh(page)) {
        (void)pane_print(&body, 0, 0, ROLE_WARNING,
            "the current workflow has no node %s any more: Esc goes back", page->id);
        return;
    }
    draw_head(page, &body);
    memset(page->at, 0, sizeof page->at);
    page->is_both = body.width >= BOTH_FROM && !page->is_zoomed;
    if (page->is_both) {
        draw_both(page, body);
        return;
    }
    tabs = pane_cut_top(&body, body.height > 3 ? 1 : 0);
    draw_tabs(page, &tabs);
    if (page->focus == FOCUS_PROMPT)
        draw_prompt(page, &body);
    else
        draw_gradients(page, body);
}

static void show_gradient(struct node_page *page, const struct pane *pane)
{
    struct sections sections = { 0 };

    page->at[FOCUS_TEXT] = pane_title(pane, "Newest gradient", false);
    add_gradient(&sections, page);
    sections_show(&sections, &page->text);
    text_view_draw(&page->text, &page->at[FOCUS_TEXT]);
    sections_free(&sections);
}

/* The prompt has what it needs as long as a third is left for the gradient. */
void node_page_show(struct node_page *page, const struct pane *pane)
{
    struct pane body = *pane, prompt;
    int kept;

    memset(page->at, 0, sizeof page->at);
    if (!refresh(page))
        return;
    page->is_shown = true;
    page->gradients.list.selected = 0;
    if (body.height >= SHOWN_HEAD_FROM) {
        draw_head(page, &body);
        body = pane_title(&body, has_prompt(page) ? "Prompt" : "No prompt", false);
    }
    kept =
        page->gradients.rows.count > 0 && body.height >= 3 * SHOWN_GRADIENT ? body.height / 3 : 0;
    prompt = pane_part(&body, 0, 0, body.width, body.height - kept);
    (void)pane_cut_top(&body, prompt_view_show(&page->prompt, &prompt));
    if (page->gradients.rows.count > 0 && body.height >= SHOWN_GRADIENT)
        show_gradient(page, &body);
}

/* ---- acting ---- */

static void say_nowhere(const struct node_page *page, const char *words)
{
    ui_say(page->ui, ROLE_TEXT, "%s", words);
}

static enum outcome go_to_trace(const struct node_page *page)
{
    const struct gradient_row *row = gradient_rows_selected(&page->gradients);
    struct place place = place_of(SCREEN_TRACES);

    if (row == NULL) {
        say_nowhere(page, "no gradient is selected");
        return OUTCOME_NONE;
    }
    place.gradient = row->gradient;
    ui_go(page->ui, &place);
    return OUTCOME_REDRAW;
}

static enum outcome go_upstream(struct node_page *page)
{
    const struct gradient_row *row = gradient_rows_selected(&page->gradients);
    const struct run_view *view = ui_view(page->ui);
    const struct view_gradient *gradient;
    uint32_t from;
    const char *id;

    if (row == NULL || (gradient = &view->gradient_list.items[row->gradient])->from_count == 0) {
        say_nowhere(page, "it came from the score itself: t shows the trace");
        return OUTCOME_NONE;
    }
    from = view->froms.items[gradient->first_from];
    id = gradient_node_id(view, (int)from);
    if (id == NULL)
        return OUTCOME_NONE;
    if (page->came_count < (int)(sizeof page->came / sizeof page->came[0]))
        page->came[page->came_count++] = row->gradient;
    node_page_open(page, page->ui, view->rollouts.items[gradient->rollout].workflow, id, (int)from);
    return OUTCOME_REDRAW;
}

static enum outcome go_back(struct node_page *page)
{
    const struct run_view *view = ui_view(page->ui);
    struct err err = { .code = ERR_NONE };
    int gradient;
    const char *id;

    if (gradient_rows_is_filtered(&page->gradients)) {
        (void)gradient_rows_filter(&page->gradients, NULL, &err);
        page->focus = has_prompt(page) && page->came_count == 0 ? FOCUS_PROMPT : page->focus;
        return OUTCOME_REDRAW;
    }
    if (page->came_count == 0)
        return OUTCOME_IGNORED;
    gradient = page->came[--page->came_count];
    if ((size_t)gradient >= view->gradient_list.count ||
        (id = gradient_node_id(view, gradient)) == NULL)
        return OUTCOME_IGNORED;
    node_page_open(page, page->ui,
        view->rollouts.items[view->gradient_list.items[gradient].rollout].workflow, id, gradient);
    return OUTCOME_REDRAW;
}

static enum outcome show_line_origin(struct node_page *page)
{
    const struct run_view *view = ui_view(page->ui);
    int proposal = prompt_view_origin(&page->prompt);
    struct err err = { .code = ERR_NONE };
    char filter[32];

    if (!has_prompt(page)) {
        say_nowhere(page, "there is no prompt: . goes to the gradients");
    } else if (proposal < 0) {
        say_nowhere(page, "this line has stood there from the start");
    } else if (gradient_rows_behind(&page->gradients, proposal) < 0) {
        say_nowhere(
            page, "the line came with a change of the structure, not from a gradient of this node");
    } else {
        (void)snprintf(
            filter, sizeof filter, "update=%u", view->proposal_list.items[proposal].ordinal);
        if (!gradient_rows_filter(&page->gradients, filter, &err))
            ui_say(page->ui, ROLE_ERROR, "%s", err.message);
        page->focus = FOCUS_GRADIENTS;
        page->text.top = 0;
    }
    return OUTCOME_REDRAW;
}

static enum outcome show_update(const struct node_page *page)
{
    const struct gradient_row *row = gradient_rows_selected(&page->gradients);
    struct place place = place_of(SCREEN_HISTORY);

    place.proposal = page->focus == FOCUS_PROMPT ? prompt_view_origin(&page->prompt)
                     : row != NULL               ? row->proposal
                                                 : VIEW_NONE;
    if (place.proposal < 0)
        say_nowhere(page, "there is no update to show");
    else
        ui_go(page->ui, &place);
    return OUTCOME_NONE;
}

static void on_filter(void *data, const char *line)
{
    struct node_page *page = data;
    struct err err = { .code = ERR_NONE };

    if (line != NULL && page->id != NULL && !gradient_rows_filter(&page->gradients, line, &err))
        ui_say(page->ui, ROLE_ERROR, "%s", err.message);
    page->focus = FOCUS_GRADIENTS;
}

static void on_search(void *data, const char *line)
{
    struct node_page *page = data;
    bool found;

    if (line == NULL || page->id == NULL)
        return;
    found = page->focus == FOCUS_PROMPT ? prompt_view_search(&page->prompt, line)
                                        : text_view_search(&page->text, line) > 0;
    if (!found && *line != '\0')
        ui_say(page->ui, ROLE_WARNING, "not found: %s", line);
}

static enum outcome step_focus(struct node_page *page, int step, int count)
{
    page->focus = (enum node_focus)(((int)page->focus % count + step + count) % count);
    return OUTCOME_REDRAW;
}

static enum outcome move_in_focus(struct node_page *page, enum action action)
{
    bool acted = false;

    switch (page->focus) {
    case FOCUS_PROMPT:
        acted = prompt_view_act(&page->prompt, action);
        break;
    case FOCUS_GRADIENTS:
        acted = gradient_rows_act(&page->gradients, action);
        break;
    case FOCUS_TEXT:
    case FOCUSES:
        return text_view_act(&page->text, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    }
    page->text.top = acted ? 0 : page->text.top;
    return acted ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static enum outcome next_gradient(struct node_page *page, enum action action)
{
    if (page->focus == FOCUS_PROMPT)
        page->focus = FOCUS_GRADIENTS;
    else if (gradient_rows_act(&page->gradients, action == ACTION_NEXT ? ACTION_DOWN : ACTION_UP))
        page->text.top = 0;
    return OUTCOME_REDRAW;
}

enum outcome node_page_act(struct node_page *page, enum action action)
{
    if (!refresh(page))
        return OUTCOME_IGNORED;
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_BACK:
        return go_back(page);
    case ACTION_OPEN:
        return page->focus == FOCUS_PROMPT ? show_line_origin(page) : go_to_trace(page);
    case ACTION_TRACE:
        return go_to_trace(page);
    case ACTION_UPSTREAM:
        return go_upstream(page);
    case ACTION_COMPARE:
        return show_update(page);
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return next_gradient(page, action);
    case ACTION_NEXT_PANE:
        return step_focus(page, 1, 3);
    case ACTION_PREVIOUS_PANE:
        return step_focus(page, -1, 3);
    case ACTION_NEXT_TAB:
    case ACTION_PREVIOUS_TAB:
        return step_focus(page, 1, 2);
    case ACTION_ZOOM:
        page->is_zoomed = !page->is_zoomed;
        return OUTCOME_REDRAW;
    case ACTION_RESET_PANES:
        page->is_zoomed = false;
        return OUTCOME_IGNORED;
    case ACTION_FILTER:
        ui_ask_line(page->ui, "gradients (score<.5 example:ID update=14): ", NULL, on_filter, page);
        return OUTCOME_NONE;
    case ACTION_SEARCH:
        ui_ask_line(page->ui, "search: ", NULL, on_search, page);
        return OUTCOME_NONE;
    default:
        return move_in_focus(page, action);
    }
}

static enum node_focus focus_at(const struct node_page *page, int x, int y)
{
    int i = 0;

    while (i < FOCUSES && !ui_pane_has(&page->at[i], x, y))
        i++;
    return (enum node_focus)i;
}

enum outcome node_page_click(struct node_page *page, int x, int y)
{
    enum node_focus focus = focus_at(page, x, y);
    int line;

    if (focus == FOCUSES || !refresh(page))
        return OUTCOME_NONE;
    page->focus = focus;
    line = ui_pane_line(&page->at[focus], y);
    if (focus == FOCUS_PROMPT)
        (void)prompt_view_click(&page->prompt, line);
    else if (focus == FOCUS_GRADIENTS && gradient_rows_click(&page->gradients, line))
        page->text.top = 0;
    return OUTCOME_REDRAW;
}

enum outcome node_page_wheel(struct node_page *page, int x, int y, enum action action)
{
    enum node_focus focused = page->focus, focus = focus_at(page, x, y);
    enum outcome outcome;

    if (focus == FOCUSES || !refresh(page))
        return OUTCOME_NONE;
    page->focus = focus;
    outcome = move_in_focus(page, action);
    page->focus = focused;
    return outcome;
}

/* Prompt and gradients beside each other, or the gradients above the one in full. */
struct division node_page_division(const struct node_page *page)
{
    enum node_focus first = page->is_both ? FOCUS_PROMPT : FOCUS_GRADIENTS;
    bool stands_alone = page->is_zoomed || (!page->is_both && page->focus == FOCUS_PROMPT);

    return (struct division){ !page->is_both, stands_alone ? 0 : page->focus == first ? 1 : -1 };
}

size_t node_page_hints(const struct node_page *page, enum action hints[HINTS_MAX])
{
    static const enum action prompt[] = { ACTION_NEXT_TAB, ACTION_OPEN, ACTION_COMPARE,
        ACTION_SEARCH, ACTION_BACK, ACTION_COPY };
    static const enum action no_prompt[] = { ACTION_NEXT_TAB, ACTION_BACK, ACTION_COMMAND };
    static const enum action gradients[] = { ACTION_NEXT_TAB, ACTION_TRACE, ACTION_UPSTREAM,
        ACTION_COMPARE, ACTION_NEXT_PANE, ACTION_FILTER, ACTION_BACK };
    const enum action *items = gradients;
    bool has_prompt = page->prompt.prompt != NULL && page->prompt.prompt[0] != '\0';
    size_t count = sizeof gradients / sizeof gradients[0];

    if (page->focus == FOCUS_PROMPT && has_prompt) {
        items = prompt;
        count = sizeof prompt / sizeof prompt[0];
    } else if (page->focus == FOCUS_PROMPT) {
        items = no_prompt;
        count = sizeof no_prompt / sizeof no_prompt[0];
    }
    memcpy(hints, items, count * sizeof *hints);
    return count;
}

void node_page_text(struct node_page *page, struct str *out)
{
    struct sections sections = { 0 };

    if (!refresh(page))
        return;
    if (page->focus == FOCUS_PROMPT) {
        str_add(out, page->prompt.prompt != NULL ? page->prompt.prompt : "");
        return;
    }
    add_gradient(&sections, page);
    sections_write(&sections, out);
    sections_free(&sections);
}
