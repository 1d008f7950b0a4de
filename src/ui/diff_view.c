#include "diff_view.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "scroll.h"

enum row_kind { ROW_SAME, ROW_CHANGED, ROW_GAP };

/* One line of the picture. Unified: one of both sides; side by side: both may be there. */
struct diff_row {
    enum row_kind kind;
    size_t hunk;
    bool has_old, has_new;
    struct diff_range old_range, new_range; /* of a line; ROW_GAP: old_range.start is how many */
};

void diff_view_free(struct diff_view *view)
{
    free(view->rows);
    *view = (struct diff_view){ 0 };
}

void diff_view_reset(struct diff_view *view)
{
    view->diff = NULL;
    view->selected = view->top = 0;
}

/* ---- rows ---- */

struct row_list {
    struct diff_row *items;
    size_t count, cap;
};

static void wrap_side(const char *text, struct diff_range range, int width, bool old, size_t hunk,
    struct row_list *rows)
{
    size_t at = range.start, end, next;

    while (at < range.end && text_wrap(text, range.end, width, at, &end, &next)) {
        struct diff_row row = { .kind = hunk == SIZE_MAX ? ROW_SAME : ROW_CHANGED,
            .hunk = hunk,
            .has_old = old,
            .has_new = !old };

        *(old ? &row.old_range : &row.new_range) = (struct diff_range){ at, end };
        ARRAY_PUSH(rows, row);
        at = next;
    }
}

/* Unchanged text: `context` lines at each end that has a hunk, and a line that tells of the rest.
 */
static void add_same(
    struct row_list *rows, const struct row_list *same, int context, bool first, bool last)
{
    size_t show = context < 0 ? same->count : (size_t)context;
    size_t head = first ? 0 : show, tail = last ? 0 : show;

    if (context < 0 || head + tail + 1 >= same->count) {
        head = same->count;
        tail = 0;
    }
    for (size_t i = 0; i < same->count; i++) {
        struct diff_row row = same->items[i];

        if (i >= head && i + tail < same->count) {
            row = (struct diff_row){ .kind = ROW_GAP, .hunk = SIZE_MAX };
            row.old_range.start = same->count - head - tail;
            i = same->count - tail - 1;
        }
        ARRAY_PUSH(rows, row);
    }
}

static void add_hunk(
    struct row_list *rows, const struct text_diff *diff, size_t hunk, int width, bool side_by_side)
{
    struct row_list old_rows = { 0 }, new_rows = { 0 };

    wrap_side(diff->old_text, diff->hunks[hunk].old_range, width, true, hunk, &old_rows);
    wrap_side(diff->new_text, diff->hunks[hunk].new_range, width, false, hunk, &new_rows);
    for (size_t i = 0; i < old_rows.count; i++) {
        if (side_by_side && i < new_rows.count) {
            old_rows.items[i].has_new = true;
            old_rows.items[i].new_range = new_rows.items[i].new_range;
        }
        ARRAY_PUSH(rows, old_rows.items[i]);
    }
    for (size_t i = side_by_side ? old_rows.count : 0; i < new_rows.count; i++)
        ARRAY_PUSH(rows, new_rows.items[i]);
    free(old_rows.items);
    free(new_rows.items);
}

static void add_between(struct row_list *rows, const struct text_diff *diff, size_t from, size_t to,
    int width, int context)
{
    struct row_list same = { 0 };

    wrap_side(diff->old_text, (struct diff_range){ from, to }, width, true, SIZE_MAX, &same);
    add_same(rows, &same, context, from == 0, to == diff->old_len);
    free(same.items);
}

static void make_rows(struct diff_view *view, const struct text_diff *diff, int width)
{
    struct row_list rows = { view->rows, 0, view->row_cap };
    size_t at = 0;

    if (width < 1)
        width = 1;
    for (size_t i = 0; i < diff->count; i++) {
        add_between(&rows, diff, at, diff->hunks[i].old_range.start, width,
            diff->count > 0 ? view->context : -1);
        add_hunk(&rows, diff, i, width, view->side_by_side);
        at = diff->hunks[i].old_range.end;
    }
    add_between(&rows, diff, at, diff->old_len, width, diff->count > 0 ? view->context : -1);
    view->rows = rows.items;
    view->row_count = rows.count;
    view->row_cap = rows.cap;
}

/* ---- drawing ---- */

/* A line with its changed words; what is before x 0 of the pane's text area is the sign. */
static void draw_side(const struct pane *pane, int x, int y, const char *text, size_t len,
    struct diff_range range, const struct diff_range *words, size_t count, enum role role)
{
    size_t at = range.start;

    for (size_t i = 0; i < count && at < range.end; i++) {
        size_t start = words[i].start > at ? words[i].start : at;
        size_t end = words[i].end < range.end ? words[i].end : range.end;

        if (words[i].end <= at)
            continue;
        start = start < range.end ? start : range.end;
        x += pane_text_n(pane, x, y, -1, role, ATTR_NONE, text + at, start - at);
        at = start;
        if (end <= at)
            break;
        x += pane_text_n(pane, x, y, -1, role, ATTR_BOLD | ATTR_UNDERLINE, text + at, end - at);
        at = end;
    }
    x += pane_text_n(pane, x, y, -1, role, ATTR_NONE, text + at, range.end - at);
    for (size_t i = 0; i < count; i++) /* a line end that is new or gone */
        if (words[i].start <= range.end && words[i].end > range.end && range.end < len &&
            text[range.end] == '\n')
            pane_glyph(pane, x, y, role, 0x21B5, '$');
}

static void draw_old(const struct text_diff *diff, const struct diff_row *row,
    const struct pane *pane, int x, int y, enum role role)
{
    const struct diff_hunk *hunk = row->kind == ROW_CHANGED ? &diff->hunks[row->hunk] : NULL;

    draw_side(pane, x, y, diff->old_text, diff->old_len, row->old_range,
        hunk != NULL ? hunk->old_words : NULL, hunk != NULL ? hunk->old_count : 0, role);
}

static void draw_new(
    const struct text_diff *diff, const struct diff_row *row, const struct pane *pane, int x, int y)
{
    const struct diff_hunk *hunk = &diff->hunks[row->hunk];

    pane_glyph(pane, x - 2, y, ROLE_ADDED, '+', '+');
    draw_side(pane, x, y, diff->new_text, diff->new_len, row->new_range, hunk->new_words,
        hunk->new_count, ROLE_ADDED);
}

static void draw_choice(const struct diff_view *view, const struct diff_row *row,
    enum diff_choice choice, const struct pane *pane, int y)
{
    static const struct {
        uint32_t code;
        char ascii;
        enum role role;
    } marks[] = { [DIFF_OPEN] = { '?', '?', ROLE_WARNING },
        [DIFF_ACCEPTED] = { 0x2713, 'y', ROLE_OK },
        [DIFF_REJECTED] = { 0x2717, 'n', ROLE_ERROR } };

    if (row->hunk == view->selected)
        pane_glyph(pane, 0, y, ROLE_TITLE, 0x258C, '>');
    pane_glyph(pane, 1, y, marks[choice].role, marks[choice].code, marks[choice].ascii);
}

static void draw_row(const struct diff_view *view, const struct text_diff *diff,
    const struct diff_row *row, const struct pane *pane, int left, int y)
{
    int half = (pane->width - left) / 2;
    struct pane old_side =
        pane_part(pane, 0, 0, view->side_by_side ? left + half - 1 : pane->width, pane->height);

    if (row->kind == ROW_GAP) {
        (void)pane_print(pane, left, y, ROLE_DIM,
            pane->canvas->ascii ? "... %zu lines" : "⋯ %zu lines", row->old_range.start);
        return;
    }
    if (view->side_by_side)
        pane_glyph(pane, left + half - 1, y, ROLE_BORDER, 0x2502, '|');
    if (row->kind == ROW_SAME) {
        draw_old(diff, row, &old_side, left, y, ROLE_TEXT);
        if (view->side_by_side)
            draw_old(diff, row, pane, left + half + 2, y, ROLE_TEXT);
        return;
    }
    if (row->has_old) {
        pane_glyph(&old_side, left - 2, y, ROLE_REMOVED, '-', '-');
        draw_old(diff, row, &old_side, left, y, ROLE_REMOVED);
    }
    if (row->has_new)
        draw_new(diff, row, pane, view->side_by_side ? left + half + 2 : left, y);
}

static void show_selected(struct diff_view *view)
{
    size_t first = view->row_count, last = 0;

    view->seek = false;
    for (size_t i = 0; i < view->row_count; i++)
        if (view->rows[i].kind == ROW_CHANGED && view->rows[i].hunk == view->selected) {
            first = i < first ? i : first;
            last = i;
        }
    if (first == view->row_count)
        return;
    view->top = scroll_into(view->top, last, view->row_count, view->height);
    view->top = scroll_into(view->top, first > 0 ? first - 1 : 0, view->row_count, view->height);
}

static bool is_made(const struct diff_view *view, const struct text_diff *diff, int width)
{
    return view->diff == diff && view->hunks == diff->count && view->width == width &&
           view->made_context == view->context && view->made_side_by_side == view->side_by_side;
}

void diff_view_draw(struct diff_view *view, const struct text_diff *diff,
    const enum diff_choice *choices, const struct pane *pane)
{
    int left = choices != NULL ? 4 : 2;
    int text = view->side_by_side ? (pane->width - 1 - left) / 2 - 3 : pane->width - 1 - left;
    struct pane body;

    if (!is_made(view, diff, pane->width)) {
        make_rows(view, diff, text);
        view->diff = diff;
        view->hunks = diff->count;
        view->width = pane->width;
        view->made_context = view->context;
        view->made_side_by_side = view->side_by_side;
        view->seek = true;
    }
    view->height = pane->height;
    if (view->selected >= diff->count)
        view->selected = diff->count > 0 ? diff->count - 1 : 0;
    if (view->seek)
        show_selected(view);
    view->top = scroll_into(view->top, view->top, view->row_count, pane->height);
    body = scroll_bar(pane, view->top, view->row_count);
    for (int y = 0; y < body.height && view->top + (size_t)y < view->row_count; y++) {
        const struct diff_row *row = &view->rows[view->top + (size_t)y];

        if (choices != NULL && row->kind == ROW_CHANGED)
            draw_choice(view, row, choices[row->hunk], &body, y);
        draw_row(view, diff, row, &body, left, y);
    }
}

bool diff_view_act(struct diff_view *view, const struct text_diff *diff, enum action action)
{
    size_t page = view->height > 0 ? (size_t)view->height : 1;
    size_t tops = view->row_count > page ? view->row_count - page + 1 : 1;

    if (action == ACTION_SIDE_BY_SIDE) {
        view->side_by_side = !view->side_by_side;
        return true;
    }
    if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
        if (action == ACTION_NEXT && view->selected + 1 < diff->count)
            view->selected++;
        else if (action == ACTION_PREVIOUS && view->selected > 0)
            view->selected--;
        view->seek = true;
        return true;
    }
    return scroll_move(action, tops, view->height, &view->top);
}
