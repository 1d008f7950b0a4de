#include "list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "clock.h"
#include "hash_map.h"
#include "list_filter.h"
#include "mem.h"
#include "scroll.h"

enum { LEFT_STEP = 8, LEFT_MAX = 100000, LOOK_ROWS = 64 };

void list_free(struct list *list)
{
    list_terms_free(list->terms, list->term_count);
    free(list->shown);
    free(list->look_on.rows);
    *list = (struct list){ 0 };
}

static void forget_look(struct list *list)
{
    free(list->look_on.rows);
    list->look_on = (struct list_look_on){ .rows = NULL };
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
    forget_look(list);
    return true;
}

/* ---- order ---- */

/* In the order of the numbers; what is none comes last, whichever way. */
static uint64_t key_of_number(double number, bool is_up)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t bits;

    if (isnan(number))
        return UINT64_MAX;
    number += 0.0; /* no -0 */
    memcpy(&bits, &number, sizeof bits);
    bits = (bits & sign) != 0 ? ~bits : bits | sign;
    return is_up ? bits : ~bits;
}

static void read_numbers(
    const struct list *list, const struct list_source *source, const void *data, uint64_t *keys)
{
    for (size_t i = 0; i < list->shown_count; i++)
        keys[list->shown[i]] = key_of_number(
            source->number(data, list->shown[i], abs(list->sort) - 1), list->sort > 0);
}

/* The texts of a column, each once: many rows have the same. */
struct column_texts {
    struct hash_map by_text;
    struct column_text {
        char *lower;
        size_t index, rank;
    } * items;
    size_t count, cap;
};

static size_t text_index(struct column_texts *texts, const char *text, size_t len)
{
    bool fresh;
    size_t at = hash_map_put(&texts->by_text, hash_bytes(text, len), texts->count, &fresh);

    if (fresh)
        ARRAY_PUSH(texts, ((struct column_text){ list_lower(text, len), at, 0 }));
    return at;
}

static int by_text(const void *a, const void *b)
{
    const struct column_text *x = a, *y = b;

    return strcmp(x->lower, y->lower);
}

static int by_index(const void *a, const void *b)
{
    const struct column_text *x = a, *y = b;

    return x->index < y->index ? -1 : 1;
}

/* Those that differ in case alone have the same rank. */
static void rank_texts(struct column_texts *texts)
{
    if (texts->count > 0)
        qsort(texts->items, texts->count, sizeof *texts->items, by_text);
    for (size_t i = 1; i < texts->count; i++)
        texts->items[i].rank =
            texts->items[i - 1].rank + (by_text(&texts->items[i - 1], &texts->items[i]) != 0);
    if (texts->count > 0)
        qsort(texts->items, texts->count, sizeof *texts->items, by_index);
}

static void read_texts(
    const struct list *list, const struct list_source *source, const void *data, uint64_t *keys)
{
    struct column_texts texts = { .count = 0 };
    struct str text = STR_INIT;

    for (size_t i = 0; i < list->shown_count; i++) {
        str_clear(&text);
        source->text(data, list->shown[i], abs(list->sort) - 1, &text);
        keys[list->shown[i]] = text_index(&texts, str_text(&text), text.len);
    }
    rank_texts(&texts);
    for (size_t i = 0; i < list->shown_count; i++) {
        uint64_t *key = &keys[list->shown[i]], rank = texts.items[*key].rank;

        *key = list->sort > 0 ? rank : ~rank;
    }
    for (size_t i = 0; i < texts.count; i++)
        free(texts.items[i].lower);
    free(texts.items);
    hash_map_free(&texts.by_text);
    str_free(&text);
}

/* Rows by one byte of their keys, into `out`; false: they all have the same. */
static bool sort_by_byte(
    const uint64_t *keys, unsigned shift, const uint32_t *rows, size_t count, uint32_t *out)
{
    size_t starts[256] = { 0 }, start = 0;

    for (size_t i = 0; i < count; i++)
        starts[keys[rows[i]] >> shift & 0xFF]++;
    if (count == 0 || starts[keys[rows[0]] >> shift & 0xFF] == count)
        return false;
    for (size_t i = 0; i < 256; i++) {
        size_t here = starts[i];

        starts[i] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++)
        out[starts[keys[rows[i]] >> shift & 0xFF]++] = rows[i];
    return true;
}

/* Rows are sorted by whole numbers, whatever they have, from the last byte to the first: those with
 * equal ones stay in their order. `total`: of the data, by which the keys stand. */
static void sort_rows(
    struct list *list, const struct list_source *source, const void *data, size_t total)
{
    size_t count = list->shown_count;
    uint64_t *keys = mem_zalloc(total, sizeof *keys);
    uint32_t *to = mem_zalloc(count, sizeof *to);

    if (source->columns[abs(list->sort) - 1].number)
        read_numbers(list, source, data, keys);
    else
        read_texts(list, source, data, keys);
    for (unsigned shift = 0; shift < 64; shift += 8)
        if (sort_by_byte(keys, shift, list->shown, count, to)) {
            uint32_t *sorted = to;

            to = list->shown;
            list->shown = sorted;
            list->shown_cap = count;
        }
    free(to);
    free(keys);
}

/* ---- which rows ---- */

static bool is_plain(const struct list *list)
{
    return list->term_count == 0 && list->sort == 0;
}

static void show_all(struct list *list, size_t count)
{
    free(list->shown);
    list->shown = NULL;
    list->shown_cap = 0;
    list->shown_count = count;
}

/* Where rows were only appended, those before stay. */
static void begin_look(struct list *list, bool all, size_t count, uint64_t version)
{
    struct list_look_on *look = &list->look_on;

    if (look->rows != NULL && look->total == count && look->version == version)
        return;
    forget_look(list);
    if (!all) {
        *look = (struct list_look_on){ list->shown, list->shown_count, list->shown_cap,
            .next = list->count };
        list->shown = NULL;
    }
    look->rows = array_grow(look->rows, look->count, &look->cap, sizeof *look->rows);
    look->total = count;
    look->version = version;
}

static bool look_on(
    struct list *list, const struct list_source *source, const void *data, int64_t us)
{
    struct list_look_on *look = &list->look_on;
    struct list_scratch scratch = { STR_INIT, STR_INIT };
    int64_t began = us != INT64_MAX ? clock_us() : 0;
    bool is_over = false;

    while (look->next < look->total && !is_over) {
        size_t row = look->next++;

        if (list_terms_match(list->terms, list->term_count, source, data, row, &scratch)) {
            look->rows = array_grow(look->rows, look->count, &look->cap, sizeof *look->rows);
            look->rows[look->count++] = (uint32_t)row;
        }
        is_over = us != INT64_MAX && look->next % LOOK_ROWS == 0 && clock_us() - began >= us;
    }
    str_free(&scratch.text);
    str_free(&scratch.lower);
    return look->next == look->total;
}

static void show_found(struct list *list, const struct list_source *source, const void *data)
{
    free(list->shown);
    list->shown = list->look_on.rows;
    list->shown_count = list->look_on.count;
    list->shown_cap = list->look_on.cap;
    if (list->sort != 0)
        sort_rows(list, source, data, list->look_on.total);
    list->look_on = (struct list_look_on){ .rows = NULL };
}

static void select_again(struct list *list, bool had, size_t row)
{
    if (list->follow && list->shown_count > 0)
        list->selected = list->shown_count - 1;
    else if (had && !list_select(list, row) && list->selected >= list->shown_count)
        list->selected = list->shown_count > 0 ? list->shown_count - 1 : 0;
    if (!had && !list->follow)
        list->selected = 0;
}

bool list_update_piece(struct list *list, const struct list_source *source, const void *data,
    size_t count, uint64_t version, int64_t us)
{
    size_t row = 0;
    bool all = list->stale || version != list->version || count < list->count;
    bool had = list_selected(list, &row);

    if (!all && count == list->count) {
        forget_look(list);
        return true;
    }
    if (is_plain(list)) {
        forget_look(list);
        show_all(list, count);
    } else {
        all = all || list->sort != 0 || list->shown == NULL;
        begin_look(list, all, count, version);
        if (!look_on(list, source, data, all ? us : INT64_MAX))
            return false;
        show_found(list, source, data);
    }
    list->count = count;
    list->version = version;
    list->stale = false;
    select_again(list, had, row);
    return true;
}

void list_update(struct list *list, const struct list_source *source, const void *data,
    size_t count, uint64_t version)
{
    (void)list_update_piece(list, source, data, count, version, INT64_MAX);
}

bool list_is_looking(const struct list *list, size_t *rows)
{
    *rows = list->look_on.next;
    return list->look_on.rows != NULL;
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
    forget_look(list);
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
