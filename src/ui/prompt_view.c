#include "prompt_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "mem.h"
#include "view_words.h"

enum {
    INFO_FROM = 8,
    INFO_ALL_FROM = 14,
    GUTTER_FROM = 34
}; /* rows, columns from which there
      is room */

struct prompt_row {
    uint32_t line, start, end; /* bytes of the prompt */
};

void prompt_view_free(struct prompt_view *prompt)
{
    list_free(&prompt->list);
    blame_free(&prompt->blame);
    free(prompt->rows.items);
    free(prompt->prompt);
    free(prompt->needle);
    *prompt = (struct prompt_view){ 0 };
}

/* ---- rows ---- */

static const struct view_proposal *origin_of(const struct prompt_view *prompt, size_t line)
{
    int proposal = prompt->blame.lines[line].proposal;

    return proposal >= 0 ? &prompt->view->proposal_list.items[proposal] : NULL;
}

static int digits(size_t number)
{
    int count = 1;

    for (; number >= 10; number /= 10)
        count++;
    return count;
}

/* Cells before the text: the number, the proposal, the mark. */
static int gutter_width(const struct prompt_view *prompt, int width)
{
    int number = digits(prompt->blame.count) + 1;

    return width < GUTTER_FROM ? number : number + digits(prompt->proposals) + 5;
}

static void wrap_line(struct prompt_view *prompt, uint32_t line, int width)
{
    const struct blame_line *at = &prompt->blame.lines[line];
    size_t from = 0, end, next, len = at->end - at->start;
    struct prompt_row row = { line, at->start, at->start };

    if (len == 0)
        ARRAY_PUSH(&prompt->rows, row);
    while (from < len && text_wrap(prompt->prompt + at->start, len, width, from, &end, &next)) {
        row.start = at->start + (uint32_t)from;
        row.end = at->start + (uint32_t)end;
        ARRAY_PUSH(&prompt->rows, row);
        from = next;
    }
}

static void make_rows(struct prompt_view *prompt, int width)
{
    int text = width - gutter_width(prompt, width) - 1; /* room for the bar */
    size_t row = 0;
    uint32_t line = 0;

    if (list_selected(&prompt->list, &row) && row < prompt->rows.count)
        line = prompt->rows.items[row].line;
    prompt->width = width;
    prompt->rows.count = 0;
    for (uint32_t i = 0; i < prompt->blame.count; i++)
        wrap_line(prompt, i, text > 1 ? text : 1);
    prompt->list.selected = 0;
    for (size_t i = prompt->rows.count; i-- > 0;)
        if (prompt->rows.items[i].line == line)
            prompt->list.selected = i;
}

void prompt_view_set(
    struct prompt_view *prompt, const struct run_view *view, int workflow, int node)
{
    const struct view_node *at = &view->workflows.items[workflow].nodes[node];

    bool is_same = prompt->prompt != NULL && strcmp(prompt->prompt, at->prompt) == 0;

    prompt->view = view;
    if (is_same && prompt->workflow == workflow && prompt->node == node &&
        prompt->proposals == view->proposal_list.count)
        return;
    if (!is_same) {
        prompt->list.selected = prompt->list.top = 0;
        free(prompt->prompt);
        prompt->prompt = mem_strdup(at->prompt);
    }
    prompt->workflow = workflow;
    prompt->node = node;
    prompt->proposals = view->proposal_list.count;
    prompt->width = 0;
    blame_make(&prompt->blame, view, workflow, node);
}

int prompt_view_origin(const struct prompt_view *prompt)
{
    size_t row;

    if (!list_selected(&prompt->list, &row) || row >= prompt->rows.count)
        return VIEW_NONE;
    return prompt->blame.lines[prompt->rows.items[row].line].proposal;
}

/* ---- drawing ---- */

static void draw_gutter(
    const struct prompt_view *prompt, const struct prompt_row *row, const struct pane *gutter)
{
    const struct view_proposal *from = origin_of(prompt, row->line);
    const struct blame_line *line = &prompt->blame.lines[row->line];
    char number[16];
    int width = digits(prompt->blame.count);

    if (line->goes && gutter->width > width + 1)
        pane_glyph(gutter, gutter->width - 2, 0, ROLE_REMOVED, '-', '-');
    if (row->start != line->start)
        return;
    (void)snprintf(number, sizeof number, "%u", row->line + 1);
    (void)pane_text_right(gutter, width, 0, ROLE_DIM, number);
    if (from != NULL && gutter->width > width + 1)
        (void)pane_print(gutter, width + 1, 0, ROLE_ACCENT, "#%u", from->ordinal);
}

static void draw_row(const void *data, size_t index, const struct pane *line, int left)
{
    const struct prompt_view *prompt = data;
    const struct prompt_row *row = &prompt->rows.items[index];
    struct pane rest = *line;
    struct pane gutter = pane_cut_left(&rest, gutter_width(prompt, prompt->width));
    const char *text = prompt->prompt + row->start;
    bool is_head = prompt->prompt[prompt->blame.lines[row->line].start] == '#';

    (void)left;
    draw_gutter(prompt, row, &gutter);
    (void)pane_text_n(
        &rest, 0, 0, -1, ROLE_TEXT, is_head ? ATTR_BOLD : ATTR_NONE, text, row->end - row->start);
}

static const struct list_source row_source = { .draw = draw_row };
static const struct list_look row_look = { false, true, NULL };

/* Text over the rows from `y` on, the last one cut; returns the row below. */
static int draw_wrapped(const struct pane *pane, int y, int rows, const char *text)
{
    size_t from = 0, end, next, len = strlen(text);

    for (; rows > 1 && text_wrap(text, len, pane->width, from, &end, &next); rows--, y++) {
        (void)pane_text_n(pane, 0, y, -1, ROLE_TEXT, ATTR_NONE, text + from, end - from);
        from = next;
        if (from >= len)
            return y + 1;
    }
    if (from < len)
        (void)pane_text(pane, 0, y++, ROLE_TEXT, text + from);
    return y;
}

/* What is known of the selected line. */
static void draw_info(const struct prompt_view *prompt, const struct pane *pane)
{
    struct sections sections = { 0 };
    int origin = prompt_view_origin(prompt), y = 2;
    size_t row = 0;
    const struct blame_line *line;

    if (!list_selected(&prompt->list, &row) || row >= prompt->rows.count)
        return;
    line = &prompt->blame.lines[prompt->rows.items[row].line];
    pane_hline(pane, 0, 0, pane->width, ROLE_BORDER);
    if (origin < 0)
        (void)pane_print(pane, 0, 1, ROLE_DIM, "line %u has stood there from the start",
            prompt->rows.items[row].line + 1);
    else
        y = draw_wrapped(pane, 1, pane->height - 2,
            sections_print(&sections, "line %u came with %s", prompt->rows.items[row].line + 1,
                words_proposal(&sections, prompt->view, origin, false)));
    if (line->goes)
        (void)pane_print(pane, 0, y, ROLE_REMOVED, "- goes or changes with proposal %u",
            prompt->view->proposal_list.items[prompt->blame.next].ordinal);
    else if (origin >= 0 && prompt->hint != NULL)
        (void)pane_text(pane, 0, y, ROLE_DIM, prompt->hint);
    sections_free(&sections);
}

static bool has_prompt(const struct prompt_view *prompt)
{
    return prompt->prompt != NULL && prompt->prompt[0] != '\0';
}

/* Returns the rows that it took. */
static int draw_no_prompt(const struct prompt_view *prompt, const struct pane *pane)
{
    const struct view_node *node =
        &prompt->view->workflows.items[prompt->workflow].nodes[prompt->node];
    int y = 0;

    (void)pane_text(pane, 0, y++, ROLE_DIM, "no prompt: a tool is called with what the node reads");
    for (size_t i = 0; i < node->input_count; i++)
        if (node->inputs[i].node >= 0)
            (void)pane_print(
                pane, 0, y++, ROLE_DIM, "what it is asked is written by %s", node->inputs[i].name);
    return y < pane->height ? y : pane->height;
}

/* Headings and empty lines say nothing: they are selected only where there is nothing else. */
static void select_sought(struct prompt_view *prompt)
{
    bool any = false;

    prompt->seeks = false;
    for (size_t i = 0; i < prompt->rows.count; i++) {
        const struct blame_line *line = &prompt->blame.lines[prompt->rows.items[i].line];
        bool says = line->end > line->start && prompt->prompt[line->start] != '#';

        if (line->proposal != prompt->sought || (any && !says))
            continue;
        prompt->list.selected = i;
        any = true;
        if (says)
            return;
    }
}

void prompt_view_seek(struct prompt_view *prompt, int proposal)
{
    prompt->seeks = true;
    prompt->sought = proposal;
}

static void fit(struct prompt_view *prompt, int width)
{
    if (prompt->width != width)
        make_rows(prompt, width);
    list_update(&prompt->list, &row_source, prompt, prompt->rows.count, 0);
    if (prompt->seeks)
        select_sought(prompt);
}

int prompt_view_show(struct prompt_view *prompt, const struct pane *pane)
{
    int rows, left = 0;

    if (pane->height < 1)
        return 0;
    if (!has_prompt(prompt))
        return draw_no_prompt(prompt, pane);
    fit(prompt, pane->width);
    rows = (int)prompt->rows.count;
    if (rows > pane->height) {
        left = rows - pane->height + 1;
        rows = pane->height - 1;
    }
    for (int y = 0; y < rows; y++) {
        struct pane line = pane_part(pane, 0, y, pane->width, 1);

        draw_row(prompt, (size_t)y, &line, 0);
    }
    if (left > 0)
        (void)pane_print(pane, 0, rows++, ROLE_DIM, "Enter: %d more lines", left);
    return rows;
}

bool prompt_view_click(struct prompt_view *prompt, int y)
{
    return list_click(&prompt->list, &row_look, y);
}

void prompt_view_draw(struct prompt_view *prompt, const struct pane *pane, bool focused)
{
    struct list_look look = row_look;
    struct pane body = *pane, info = { 0 };

    look.focused = focused;
    if (!has_prompt(prompt)) {
        (void)draw_no_prompt(prompt, &body);
        return;
    }
    if (body.height >= INFO_FROM)
        info = pane_cut_bottom(&body, body.height >= INFO_ALL_FROM ? 4 : 3);
    fit(prompt, body.width);
    list_draw(&prompt->list, &row_source, prompt, &body, &look);
    if (info.height > 0)
        draw_info(prompt, &info);
}

/* ---- acting ---- */

static bool line_has(const struct prompt_view *prompt, size_t row, const char *needle)
{
    const struct blame_line *line = &prompt->blame.lines[prompt->rows.items[row].line];
    size_t len = strlen(needle);

    if (prompt->rows.items[row].start != line->start)
        return false;
    for (size_t at = line->start; at + len <= line->end; at++)
        if (strncasecmp(prompt->prompt + at, needle, len) == 0)
            return true;
    return false;
}

static bool seek(struct prompt_view *prompt, bool forward)
{
    size_t count = prompt->rows.count, at = prompt->list.selected;

    for (size_t i = 0; i < count; i++) {
        at = (at + (forward ? 1 : count - 1)) % count;
        if (line_has(prompt, at, prompt->needle)) {
            prompt->list.selected = at;
            return true;
        }
    }
    return false;
}

bool prompt_view_search(struct prompt_view *prompt, const char *needle)
{
    free(prompt->needle);
    prompt->needle = needle != NULL && *needle != '\0' ? mem_strdup(needle) : NULL;
    return prompt->needle == NULL || seek(prompt, true);
}

bool prompt_view_act(struct prompt_view *prompt, enum action action)
{
    if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        return prompt->needle != NULL && seek(prompt, action == ACTION_SEARCH_NEXT);
    if (action == ACTION_SORT || action == ACTION_FOLLOW || action == ACTION_LEFT ||
        action == ACTION_RIGHT)
        return false;
    return list_act(&prompt->list, &row_source, action);
}
