#include "delta_view.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

enum { CONTEXT = 2, MOST_CONTEXT = 50 /* unchanged lines shown around a hunk */ };

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

/* ---- rails ---- */

static void free_rail(struct delta_rail *rail)
{
    rail_free(rail->rail);
    free(rail->nodes);
    *rail = (struct delta_rail){ 0 };
}

void delta_view_free(struct delta_view *view)
{
    doc_free(&view->doc);
    free_rail(&view->rails[0]);
    free_rail(&view->rails[1]);
}

static char mark_of(const struct delta *delta, const char *id, bool after)
{
    for (size_t i = 0; i < delta->count; i++)
        if (strcmp(delta->items[i].id, id) == 0)
            return delta->items[i].kind == DELTA_ADDED     ? '+'
                   : delta->items[i].kind == DELTA_REMOVED ? '-'
                   : after                                 ? '~'
                                                           : ' ';
    return ' ';
}

static int index_of(const cJSON *nodes, const char *id)
{
    const cJSON *node;
    int i = 0;

    cJSON_ArrayForEach(node, nodes)
    {
        if (strcmp(string_of(node, "id"), id) == 0)
            return i;
        i++;
    }
    return -1;
}

static int *inputs_of(const cJSON *nodes, const cJSON *node, int *count)
{
    const cJSON *inputs = cJSON_GetObjectItemCaseSensitive(node, "inputs");
    const cJSON *input;
    int *indices = mem_zalloc((size_t)cJSON_GetArraySize(inputs) + 1, sizeof *indices);

    *count = 0;
    cJSON_ArrayForEach(input, inputs)
    {
        const char *name = cJSON_GetStringValue(input);
        int at = name != NULL ? index_of(nodes, name) : -1;

        if (at >= 0)
            indices[(*count)++] = at;
    }
    return indices;
}

static void make_rail(
    struct delta_rail *rail, const struct delta *delta, const cJSON *nodes, bool after)
{
    size_t count = (size_t)cJSON_GetArraySize(nodes), i = 0;
    struct graph_node *graph_nodes = mem_zalloc(count + 1, sizeof *graph_nodes);
    struct graph graph = { graph_nodes, (int)count };
    const cJSON *node;

    free_rail(rail);
    rail->nodes = mem_zalloc(count + 1, sizeof *rail->nodes);
    rail->count = (int)count;
    cJSON_ArrayForEach(node, nodes)
    {
        const char *id = string_of(node, "id");

        graph_nodes[i].name = id;
        graph_nodes[i].inputs = inputs_of(nodes, node, &graph_nodes[i].input_count);
        rail->nodes[i++] =
            (struct delta_rail_node){ id, string_of(node, "kind"), mark_of(delta, id, after) };
    }
    rail->rail = rail_new(&graph);
    for (i = 0; i < count; i++)
        free((int *)graph_nodes[i].inputs);
    free(graph_nodes);
}

static enum role role_of_mark(char mark)
{
    return mark == '+'   ? ROLE_ADDED
           : mark == '-' ? ROLE_REMOVED
           : mark == '~' ? ROLE_CHANGED
                         : ROLE_TEXT;
}

static void draw_rail_row(const struct delta_rail *rail, int row, struct pane line)
{
    const struct rail_row *at = row < rail->rail->row_count ? &rail->rail->rows[row] : NULL;
    struct pane gutter = pane_cut_left(&line, rail_gutter(rail->rail, line.width / 3));
    const struct delta_rail_node *node;
    int lane, x;

    if (at == NULL)
        return;
    for (x = 0; x < gutter.width && x < 2 * rail->rail->lanes - 1; x++)
        graph_draw_edge(&gutter, x, 0, ROLE_BORDER, at->edges[x]);
    if (at->node < 0)
        return;
    node = &rail->nodes[at->node];
    lane = 2 * rail->rail->lane[at->node];
    pane_glyph(&gutter, lane < gutter.width ? lane : gutter.width - 1, 0, role_of_mark(node->mark),
        node->mark != ' ' ? (uint32_t)(unsigned char)node->mark : 0x25CF,
        node->mark != ' ' ? node->mark : 'o');
    x = 1 + pane_text(&line, 1, 0, role_of_mark(node->mark), node->id);
    (void)pane_text(&line, x + 1, 0, ROLE_DIM, node->kind);
}

/* Row `tag` of both graphs next to each other; where there is no room that after the change. */
static void draw_rails(const void *data, int tag, const struct pane *line)
{
    const struct delta_view *view = data;
    struct pane right = pane_part(line, DOC_MARGIN, 0, line->width - DOC_MARGIN, 1);

    if (right.width >= 44) {
        struct pane left = pane_cut_left(&right, right.width / 2);

        draw_rail_row(&view->rails[0], tag, left);
    }
    draw_rail_row(&view->rails[1], tag, right);
}

/* ---- nodes ---- */

static void add_text(struct delta_view *view, enum role role, char mark, const char *text)
{
    struct doc_text line = { text, strlen(text), role, mark, NULL, 0 };

    doc_add(&view->doc, &line);
}

static void add_names(struct str *out, const cJSON *node, const char *name)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(node, name);
    const cJSON *item;
    bool first = true;

    cJSON_ArrayForEach(item, list)
    {
        const char *text = cJSON_GetStringValue(item);

        str_addf(out, "%s%s", first ? "" : ", ", text != NULL ? text : "?");
        first = false;
    }
}

/* One line of a node: "reads question, search". False: it has none such. */
static bool node_field(const cJSON *node, const char *name, const char *words, struct str *out)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, name);

    str_clear(out);
    str_addf(out, "%s ", words);
    if (cJSON_IsArray(value))
        add_names(out, node, name);
    else if (cJSON_IsString(value))
        str_add(out, value->valuestring);
    else if (value != NULL && !cJSON_IsNull(value)) {
        char *json = cJSON_PrintUnformatted(value);

        str_add(out, json != NULL ? json : "");
        cJSON_free(json);
    }
    return out->len > strlen(words) + 1;
}

static const struct {
    const char *name, *words;
} fields[] = { { "kind", "kind" }, { "description", "does" }, { "inputs", "reads" },
    { "tools", "tools" }, { "model", "model" }, { "schema", "schema" } };

static void add_node(struct delta_view *view, const cJSON *node, char mark)
{
    enum role role = role_of_mark(mark);
    struct str text = STR_INIT;

    str_addf(&text, "node %s", string_of(node, "id"));
    add_text(view, role, mark, str_text(&text));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (node_field(node, fields[i].name, fields[i].words, &text))
            add_text(view, role, mark, str_text(&text));
    if (string_of(node, "prompt")[0] != '\0')
        add_text(view, role, mark, string_of(node, "prompt"));
    str_free(&text);
}

static void add_rewired(struct delta_view *view, const struct delta_item *item)
{
    struct str before = STR_INIT, after = STR_INIT;

    str_addf(&before, "node %s", item->id);
    add_text(view, ROLE_CHANGED, '~', str_text(&before));
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bool was = node_field(item->before, fields[i].name, fields[i].words, &before);
        bool is = node_field(item->after, fields[i].name, fields[i].words, &after);

        if (was && is && strcmp(str_text(&before), str_text(&after)) == 0)
            continue;
        if (was)
            add_text(view, ROLE_REMOVED, '-', str_text(&before));
        if (is)
            add_text(view, ROLE_ADDED, '+', str_text(&after));
    }
    str_free(&before);
    str_free(&after);
}

/* ---- prompts ---- */

static void spans_of(
    const struct diff_range *words, size_t count, size_t from, struct doc_span *spans)
{
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct doc_span){ words[i].start - from, words[i].end - from,
            ATTR_BOLD | ATTR_UNDERLINE };
}

static void add_sides(
    struct delta_view *view, const struct doc_text *old_text, const struct doc_text *new_text)
{
    if (view->side_by_side) {
        doc_add_pair(&view->doc, old_text, new_text);
        return;
    }
    if (old_text != NULL)
        doc_add(&view->doc, old_text);
    if (new_text != NULL)
        doc_add(&view->doc, new_text);
}

static bool is_white(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* Whether both sides are the same but for white space. */
static bool is_blank_change(const struct text_diff *diff, const struct diff_hunk *hunk)
{
    size_t i = hunk->old_range.start, j = hunk->new_range.start;

    for (;; i++, j++) {
        while (i < hunk->old_range.end && is_white(diff->old_text[i]))
            i++;
        while (j < hunk->new_range.end && is_white(diff->new_text[j]))
            j++;
        if (i == hunk->old_range.end || j == hunk->new_range.end)
            return i == hunk->old_range.end && j == hunk->new_range.end;
        if (diff->old_text[i] != diff->new_text[j])
            return false;
    }
}

static void add_blank_change(struct delta_view *view)
{
    static const char words[] = "... white space ...";
    struct doc_text line = { words, strlen(words), ROLE_DIM, ' ', NULL, 0 };

    add_sides(view, &line, view->side_by_side ? &line : NULL);
}

static void add_hunk(struct delta_view *view, const struct text_diff *diff, size_t at)
{
    const struct diff_hunk *hunk = &diff->hunks[at];
    struct doc_span *spans = mem_zalloc(hunk->old_count + hunk->new_count + 1, sizeof *spans);
    size_t old_len = hunk->old_range.end - hunk->old_range.start;
    size_t new_len = hunk->new_range.end - hunk->new_range.start;
    struct doc_text old_text = { diff->old_text + hunk->old_range.start, old_len, ROLE_REMOVED, '-',
        spans, hunk->old_count };
    struct doc_text new_text = { diff->new_text + hunk->new_range.start, new_len, ROLE_ADDED, '+',
        spans + hunk->old_count, hunk->new_count };

    spans_of(hunk->old_words, hunk->old_count, hunk->old_range.start, spans);
    spans_of(hunk->new_words, hunk->new_count, hunk->new_range.start, spans + hunk->old_count);
    add_sides(view, old_len > 0 ? &old_text : NULL, new_len > 0 ? &new_text : NULL);
    free(spans);
}

static void add_same(struct delta_view *view, const char *text, size_t len)
{
    struct doc_text same = { text, len, ROLE_TEXT, ' ', NULL, 0 };

    if (len > 0)
        add_sides(view, &same, view->side_by_side ? &same : NULL);
}

static void add_gap(struct delta_view *view, size_t lines)
{
    char *words = mem_printf("... %zu lines ...", lines);
    struct doc_text gap = { words, strlen(words), ROLE_DIM, ' ', NULL, 0 };

    add_sides(view, &gap, view->side_by_side ? &gap : NULL);
    free(words);
}

/* Unchanged text between hunks: a few lines next to them, and how many there are between. */
static void add_context(
    struct delta_view *view, const char *text, size_t len, bool at_start, bool at_end)
{
    struct {
        size_t *items;
        size_t count, cap;
    } starts = { 0 };
    size_t context = CONTEXT + (size_t)view->more_context;
    size_t head = at_start ? 0 : context, tail = at_end ? 0 : context;
    size_t at = 0, end, next;
    int width = view->doc.width - DOC_MARGIN;

    if (view->side_by_side)
        width = (width - 4) / 2;
    while (len > 0 && text_wrap(text, len, width > 0 ? width : 1, at, &end, &next)) {
        ARRAY_PUSH(&starts, at);
        at = next;
    }
    if (starts.count <= head + tail + 1) {
        add_same(view, text, len);
    } else {
        size_t from = tail > 0 ? starts.items[starts.count - tail] : len;

        add_same(view, text, starts.items[head]);
        add_gap(view, starts.count - head - tail);
        add_same(view, text + from, len - from);
    }
    free(starts.items);
}

static void add_prompt_item(struct delta_view *view, const struct delta_item *item, int index)
{
    const struct text_diff *diff = item->diff;
    size_t from = item->hunk > 0 ? diff->hunks[item->hunk - 1].old_range.end : 0;
    size_t to = diff->hunks[item->hunk].old_range.start;
    struct str head = STR_INIT;

    if (item->hunk == 0) {
        str_addf(&head, "Prompt of %s", item->id);
        doc_add_head(&view->doc, ROLE_TITLE, str_text(&head));
        str_free(&head);
    }
    doc_item(&view->doc, DOC_NO_ITEM);
    add_context(view, diff->old_text + from, to - from, item->hunk == 0, false);
    doc_item(&view->doc, index);
    if (view->without_blanks && is_blank_change(diff, &diff->hunks[item->hunk]))
        add_blank_change(view);
    else
        add_hunk(view, diff, item->hunk);
    if (item->hunk + 1 < diff->count)
        return;
    doc_item(&view->doc, DOC_NO_ITEM);
    from = diff->hunks[item->hunk].old_range.end;
    add_context(view, diff->old_text + from, diff->old_len - from, false, true);
}

/* ---- all of it ---- */

static void add_item(struct delta_view *view, const struct delta_item *item, int index)
{
    if (item->kind == DELTA_HUNK) {
        add_prompt_item(view, item, index);
        return;
    }
    doc_item(&view->doc, DOC_NO_ITEM);
    doc_add_plain(&view->doc, ROLE_TEXT, "%s", "");
    doc_item(&view->doc, index);
    if (item->kind == DELTA_REWIRED)
        add_rewired(view, item);
    else
        add_node(view, item->kind == DELTA_ADDED ? item->after : item->before,
            item->kind == DELTA_ADDED ? '+' : '-');
}

static void add_rails(struct delta_view *view, const struct delta *delta)
{
    bool is_structure = false;
    int rows;

    for (size_t i = 0; i < delta->count; i++)
        is_structure |= delta->items[i].kind != DELTA_HUNK;
    if (!is_structure)
        return;
    make_rail(&view->rails[0], delta, delta->before, false);
    make_rail(&view->rails[1], delta, delta->after, true);
    rows = view->rails[0].rail->row_count;
    if (view->rails[1].rail->row_count > rows)
        rows = view->rails[1].rail->row_count;
    doc_add_head(&view->doc, ROLE_TITLE, "Workflow before and after");
    for (int row = 0; row < rows; row++)
        doc_add_drawn(&view->doc, row);
}

static struct doc_glyph glyph_of(const void *data, int item)
{
    static const struct doc_glyph glyphs[] = { [TAKE_OPEN] = { '?', '?', ROLE_WARNING },
        [TAKE_YES] = { 0x2713, 'y', ROLE_OK },
        [TAKE_NO] = { 0x2717, 'n', ROLE_ERROR } };
    const struct delta_view *view = data;

    return view->takes != NULL ? glyphs[view->takes[item]] : (struct doc_glyph){ 0 };
}

size_t delta_view_lay_out(
    struct delta_view *view, const struct delta *delta, uint64_t stamp, int width)
{
    uint64_t look = (uint64_t)view->side_by_side | (uint64_t)view->without_blanks << 1 |
                    (uint64_t)(CONTEXT + view->more_context) << 2;

    if (doc_begin(&view->doc, width - 1, stamp << 8 | look)) {
        add_rails(view, delta);
        for (size_t i = 0; i < delta->count; i++)
            add_item(view, &delta->items[i], (int)i);
    }
    return doc_lines(&view->doc);
}

void delta_view_draw(struct delta_view *view, const struct delta *delta, const enum take *takes,
    uint64_t stamp, const struct pane *pane, bool focused)
{
    static const struct doc_source source = { glyph_of, draw_rails, "nothing is changed" };

    (void)delta_view_lay_out(view, delta, stamp, pane->width);
    view->takes = takes;
    doc_draw(&view->doc, &source, view, pane, focused);
}

bool delta_view_is_look(enum action action)
{
    return action == ACTION_LESS_CONTEXT || action == ACTION_MORE_CONTEXT ||
           action == ACTION_WHITE_SPACE;
}

void delta_view_tell_look(const struct delta_view *view, struct str *out)
{
    int context = CONTEXT + view->more_context;

    str_addf(out, "%d unchanged line%s around each change, changes of white space %s", context,
        context == 1 ? "" : "s", view->without_blanks ? "left out" : "shown");
}

static bool add_context_lines(struct delta_view *view, int by)
{
    int context = CONTEXT + view->more_context + by;

    if (context < 0 || context > MOST_CONTEXT)
        return false;
    view->more_context += by;
    return true;
}

bool delta_view_act(struct delta_view *view, enum action action)
{
    switch ((unsigned)action) { /* the rest is moving */
    case ACTION_SIDE_BY_SIDE:
        view->side_by_side = !view->side_by_side;
        return true;
    case ACTION_LESS_CONTEXT:
        return add_context_lines(view, -1);
    case ACTION_MORE_CONTEXT:
        return add_context_lines(view, 1);
    case ACTION_WHITE_SPACE:
        view->without_blanks = !view->without_blanks;
        return true;
    default:
        return doc_act(&view->doc, action);
    }
}
