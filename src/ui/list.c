#include "list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "list_filter.h"
#include "mem.h"
#include "scroll.h"
#include "utf8.h"

enum { LEFT_STEP = 8, LEFT_MAX = 100000 };

void list_free(struct list *list)
{
    list_terms_free(list->terms, list->term_count);
    free(list->shown);
    *list = (struct list){ 0 };
}

bool list_set_filter(
    struct list *list, const struct list_source *source, const char *filter, struct err *err)
{
    struct list_term terms[LIST_FILTER_TERMS];
    int count;

    if (!list_terms_read(source, filter != NULL ? filter : "", terms, &count, err)) {
        list_terms_free(terms, count);
        return false;
    }
    list_terms_free(list->terms, list->term_count);
    memcpy(list->terms, terms, (size_t)count * sizeof terms[0]);
    list->term_count = count;
    list->stale = true;
    return true;
}

/* ---- order ---- */

/* Small, for there may be a hundred thousand rows; texts stand one after the other in a pool. */
struct sort_key {
    union {
        double number;
        size_t at; /* in the pool, until all texts are there */
        const char *text;
    } by;
    uint32_t row;
};

static int by_row(const struct sort_key *x, const struct sort_key *y)
{
    return x->row < y->row ? -1 : 1;
}

/* What is none comes last, whichever way. */
static int by_number(const struct sort_key *x, const struct sort_key *y, int sign)
{
    double a = x->by.number, b = y->by.number;

    if (isnan(a) || isnan(b))
        return isnan(a) == isnan(b) ? by_row(x, y) : isnan(a) ? 1 : -1;
    return a < b ? -sign : a > b ? sign : by_row(x, y);
}

static int by_text(const struct sort_key *x, const struct sort_key *y, int sign)
{
    int order = strcmp(x->by.text, y->by.text);

    return order < 0 ? -sign : order > 0 ? sign : by_row(x, y);
}

static int number_up(const void *a, const void *b)
{
    return by_number(a, b, 1);
}

static int number_down(const void *a, const void *b)
{
    return by_number(a, b, -1);
}

static int text_up(const void *a, const void *b)
{
    return by_text(a, b, 1);
}

static int text_down(const void *a, const void *b)
{
    return by_text(a, b, -1);
}

/* In lower case. */
static void read_texts(struct list *list, const struct list_source *source, const void *data,
    struct sort_key *keys, struct str *pool)
{
    int column = abs(list->sort) - 1;
    struct str text = STR_INIT;

    for (size_t i = 0; i < list->shown_count; i++) {
        keys[i].by.at = pool->len;
        str_clear(&text);
        source->text(data, keys[i].row, column, &text);
        utf8_lower(str_text(&text), text.len, pool);
        str_add_n(pool, "", 1);
    }
    for (size_t i = 0; i < list->shown_count; i++)
        keys[i].by.text = pool->data + keys[i].by.at;
    str_free(&text);
}

static void sort_rows(struct list *list, const struct list_source *source, const void *data)
{
    int column = abs(list->sort) - 1;
    bool by_numbers = source->columns[column].number, is_up = list->sort > 0;
    struct sort_key *keys = mem_zalloc(list->shown_count + 1, sizeof *keys);
    struct str pool = STR_INIT;

    for (size_t i = 0; i < list->shown_count; i++) {
        keys[i].row = list->shown[i];
        if (by_numbers)
            keys[i].by.number = source->number(data, keys[i].row, column);
    }
    if (!by_numbers)
        read_texts(list, source, data, keys, &pool);
    qsort(keys, list->shown_count, sizeof *keys,
        by_numbers ? (is_up ? number_up : number_down) : (is_up ? text_up : text_down));
    for (size_t i = 0; i < list->shown_count; i++)
        list->shown[i] = keys[i].row;
    free(keys);
    str_free(&pool);
}

static bool is_plain(const struct list *list)
{
    return list->term_count == 0 && list->sort == 0;
}

static void show_row(struct list *list, size_t row)
{
    list->shown = array_grow(list->shown, list->shown_count, &list->shown_cap, sizeof *list->shown);
    list->shown[list->shown_count++] = (uint32_t)row;
}

static void look_at_rows(struct list *list, const struct list_source *source, const void *data,
    size_t from, size_t count)
{
    struct str text = STR_INIT;

    if (is_plain(list)) {
        free(list->shown);
        list->shown = NULL;
        list->shown_cap = 0;
        list->shown_count = count;
        return;
    }
    if (list->shown == NULL || list->sort != 0)
        from = 0;
    if (from == 0)
        list->shown_count = 0;
    for (size_t row = from; row < count; row++)
        if (list_terms_match(list->terms, list->term_count, source, data, row, &text))
            show_row(list, row);
    if (list->sort != 0)
        sort_rows(list, source, data);
    str_free(&text);
}

void list_update(struct list *list, const struct list_source *source, const void *data,
    size_t count, uint64_t version)
{
    size_t row = 0;
    bool all = list->stale || version != list->version || count < list->count;
    bool had = list_selected(list, &row);

    if (!all && count == list->count)
        return;
    look_at_rows(list, source, data, all ? 0 : list->count, count);
    list->count = count;
    list->version = version;
    list->stale = false;
    if (list->follow && list->shown_count > 0)
        list->selected = list->shown_count - 1;
    else if (had && !list_select(list, row) && list->selected >= list->shown_count)
        list->selected = list->shown_count > 0 ? list->shown_count - 1 : 0;
    if (!had && !list->follow)
        list->selected = 0;
}

/* ---- drawing ---- */

static int rest_width(const struct list_source *source, int width)
{
    for (int i = 0; i < source->column_count; i++)
        if (source->columns[i].width > 0)
            width -= source->columns[i].width + 1;
    return width > 0 ? width : 0;
}

static void draw_field(const struct pane *part, const struct list_column *column, int left,
    enum role role, const char *text)
{
    if (column->number && text_cells(text, strlen(text)) <= part->width)
        (void)pane_text_right(part, part->width, 0, role, text);
    else
        (void)pane_text(part, column->width == LIST_COLUMN_REST ? -left : 0, 0, role, text);
}

/* Draws one line by columns: a row, or the head where `data` is NULL. */
static void draw_columns(const struct list *list, const struct list_source *source,
    const void *data, size_t row, const struct pane *line)
{
    int x = 0;
    struct str text = STR_INIT;

    for (int i = 0; i < source->column_count; i++) {
        const struct list_column *column = &source->columns[i];
        int width =
            column->width == LIST_COLUMN_REST ? rest_width(source, line->width) : column->width;
        struct pane part = pane_part(line, x, 0, width, 1);

        if (width == 0)
            continue;
        str_clear(&text);
        if (data != NULL)
            source->text(data, row, i, &text);
        else
            str_addf(&text, "%s%s", column->name,
                abs(list->sort) != i + 1 ? ""
                : line->canvas->ascii    ? (list->sort > 0 ? "^" : "v")
                                         : (list->sort > 0 ? "↑" : "↓"));
        draw_field(&part, column, data != NULL ? list->left : 0,
            data == NULL           ? ROLE_DIM
            : source->role != NULL ? source->role(data, row, i)
                                   : ROLE_TEXT,
            str_text(&text));
        x += width + 1;
    }
    str_free(&text);
}

static void draw_row(const struct list *list, const struct list_source *source, const void *data,
    size_t position, const struct pane *line)
{
    size_t row;

    if (!list_row(list, position, &row))
        return;
    if (source->draw != NULL)
        source->draw(data, row, line, list->left);
    else
        draw_columns(list, source, data, row, line);
}

bool list_has_head(const struct list *list, const struct pane *pane)
{
    return pane->height > 2 || (pane->height == 2 && list->shown_count <= 1);
}

void list_draw(struct list *list, const struct list_source *source, const void *data,
    const struct pane *pane, const struct list_look *look)
{
    struct pane rows = *pane;

    if (look->head) {
        struct pane head = pane_cut_top(&rows, 1);

        draw_columns(list, source, NULL, 0, &head);
    }
    list->height = rows.height;
    list->top = scroll_into(list->top, list->selected, list->shown_count, rows.height);
    if (list->shown_count == 0 && look->empty != NULL)
        (void)text_draw(&rows, ROLE_DIM, look->empty, 0);
    rows = scroll_bar(&rows, list->top, list->shown_count);
    for (int y = 0; y < rows.height; y++) {
        size_t position = list->top + (size_t)y;
        struct pane line = pane_part(&rows, 0, y, rows.width, 1);

        draw_row(list, source, data, position, &line);
        if (position == list->selected && position < list->shown_count)
            pane_paint(
                &line, 0, 0, line.width, ROLES, look->focused ? ATTR_REVERSE : ATTR_UNDERLINE);
    }
}

/* ---- acting ---- */

static bool sort_next(struct list *list, const struct list_source *source)
{
    if (list->sort > 0)
        list->sort = -list->sort;
    else
        list->sort = list->sort < 0 ? -list->sort + 1 : 1;
    if (list->sort > source->column_count)
        list->sort = 0;
    list->stale = true;
    return true;
}

bool list_act(struct list *list, const struct list_source *source, enum action action)
{
    if (scroll_move(action, list->shown_count, list->height, &list->selected)) {
        list->follow = list->follow && list->selected + 1 == list->shown_count;
        return true;
    }
    if (action == ACTION_SORT)
        return sort_next(list, source);
    if (action == ACTION_LEFT && list->left > 0) {
        list->left -= LEFT_STEP;
        return true;
    }
    if (action == ACTION_RIGHT && list->left < LEFT_MAX) {
        list->left += LEFT_STEP;
        return true;
    }
    if (action != ACTION_FOLLOW)
        return false;
    list->follow = !list->follow;
    if (list->follow && list->shown_count > 0)
        list->selected = list->shown_count - 1;
    return true;
}

bool list_row(const struct list *list, size_t position, size_t *row)
{
    if (position >= list->shown_count)
        return false;
    *row = list->shown != NULL ? list->shown[position] : position;
    return true;
}

bool list_selected(const struct list *list, size_t *row)
{
    return list_row(list, list->selected, row);
}

bool list_select(struct list *list, size_t row)
{
    if (list->shown == NULL) {
        if (row < list->shown_count)
            list->selected = row;
        return row < list->shown_count;
    }
    for (size_t i = 0; i < list->shown_count; i++)
        if (list->shown[i] == row) {
            list->selected = i;
            return true;
        }
    return false;
}

bool list_click(struct list *list, const struct list_look *look, int y)
{
    int line = y - (look->head ? 1 : 0);

    if (line < 0 || line >= list->height || list->top + (size_t)line >= list->shown_count)
        return false;
    list->selected = list->top + (size_t)line;
    list->follow = false;
    return true;
}

size_t list_shown(const struct list *list)
{
    return list->shown_count;
}
