#include "canvas.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

void canvas_clear(struct canvas *canvas)
{
    for (int i = 0; i < canvas->width * canvas->height; i++)
        canvas->cells[i] = (struct cell){ .code = { ' ' } };
    canvas->cursor_x = canvas->cursor_y = -1;
}

void canvas_resize(struct canvas *canvas, int width, int height)
{
    free(canvas->cells);
    canvas->width = width > 0 ? width : 1;
    canvas->height = height > 0 ? height : 1;
    canvas->cells =
        mem_zalloc((size_t)canvas->width * (size_t)canvas->height, sizeof *canvas->cells);
    canvas_clear(canvas);
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->cells);
    *canvas = (struct canvas){ 0 };
}

const struct cell *canvas_cell(const struct canvas *canvas, int x, int y)
{
    return &canvas->cells[y * canvas->width + x];
}

/* ---- dump ---- */

static int used_width(const struct canvas *canvas, int y)
{
    int width = canvas->width;

    while (width > 0) {
        const struct cell *cell = canvas_cell(canvas, width - 1, y);

        if (cell->code[0] != ' ' || cell->code[1] != 0)
            break;
        width--;
    }
    return width;
}

static void dump_text(const struct canvas *canvas, int y, struct str *out)
{
    int width = used_width(canvas, y);

    for (int x = 0; x < width; x++)
        for (int i = 0; i < CELL_CODES && canvas_cell(canvas, x, y)->code[i] != 0; i++)
            utf8_add(out, canvas_cell(canvas, x, y)->code[i]);
    str_add_char(out, '\n');
}

static char cell_letter(const struct cell *cell)
{
    char letter = role_letter(cell->role);

    if ((cell->attr & ATTR_REVERSE) == 0)
        return letter;
    return letter == '.' ? '#' : (char)toupper((unsigned char)letter);
}

static void dump_roles(const struct canvas *canvas, int y, struct str *out)
{
    int width = canvas->width;

    while (width > 0 && cell_letter(canvas_cell(canvas, width - 1, y)) == '.')
        width--;
    if (width == 0)
        return;
    str_add(out, "\t");
    for (int x = 0; x < width; x++)
        str_add_char(out, cell_letter(canvas_cell(canvas, x, y)));
    str_add_char(out, '\n');
}

void canvas_dump(const struct canvas *canvas, bool roles, struct str *out)
{
    for (int y = 0; y < canvas->height; y++) {
        dump_text(canvas, y, out);
        if (roles)
            dump_roles(canvas, y, out);
    }
}

/* ---- panes ---- */

struct pane canvas_pane(struct canvas *canvas)
{
    return (struct pane){ canvas, 0, 0, canvas->width, canvas->height };
}

static int between(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

struct pane pane_part(const struct pane *pane, int x, int y, int width, int height)
{
    int left = between(x, 0, pane->width), top = between(y, 0, pane->height);
    int right = between(x + width, left, pane->width);
    int bottom = between(y + height, top, pane->height);

    return (struct pane){ pane->canvas, pane->x + left, pane->y + top, right - left, bottom - top };
}

struct pane pane_cut_top(struct pane *pane, int rows)
{
    int cut = between(rows, 0, pane->height);
    struct pane part = pane_part(pane, 0, 0, pane->width, cut);

    *pane = pane_part(pane, 0, cut, pane->width, pane->height - cut);
    return part;
}

struct pane pane_cut_bottom(struct pane *pane, int rows)
{
    int cut = between(rows, 0, pane->height);
    struct pane part = pane_part(pane, 0, pane->height - cut, pane->width, cut);

    *pane = pane_part(pane, 0, 0, pane->width, pane->height - cut);
    return part;
}

struct pane pane_cut_left(struct pane *pane, int columns)
{
    int cut = between(columns, 0, pane->width);
    struct pane part = pane_part(pane, 0, 0, cut, pane->height);

    *pane = pane_part(pane, cut, 0, pane->width - cut, pane->height);
    return part;
}

struct pane pane_cut_right(struct pane *pane, int columns)
{
    int cut = between(columns, 0, pane->width);
    struct pane part = pane_part(pane, pane->width - cut, 0, cut, pane->height);

    *pane = pane_part(pane, 0, 0, pane->width - cut, pane->height);
    return part;
}

/* NULL outside the pane. */
static struct cell *cell_at(const struct pane *pane, int x, int y)
{
    if (x < 0 || y < 0 || x >= pane->width || y >= pane->height)
        return NULL;
    return &pane->canvas->cells[(pane->y + y) * pane->canvas->width + pane->x + x];
}

/* Before a cell is written: the other half of a wide character that it cuts becomes a blank. */
static void break_wide(const struct pane *pane, int x, int y)
{
    struct canvas *canvas = pane->canvas;
    int at = pane->x + x;
    struct cell *row = &canvas->cells[(size_t)(pane->y + y) * (size_t)canvas->width];

    if (row[at].code[0] == 0 && at > 0)
        row[at - 1].code[0] = ' ', row[at - 1].code[1] = 0;
    if (at + 1 < canvas->width && row[at + 1].code[0] == 0)
        row[at + 1].code[0] = ' ', row[at + 1].code[1] = 0;
}

static void put(const struct pane *pane, int x, int y, uint32_t code, enum role role, unsigned attr)
{
    struct cell *cell = cell_at(pane, x, y);

    if (cell == NULL)
        return;
    if (code != 0) /* the right half belongs to what was put before it */
        break_wide(pane, x, y);
    *cell = (struct cell){ .code = { code }, .role = (uint8_t)role, .attr = (uint8_t)attr };
}

static void add_mark(const struct pane *pane, int x, int y, uint32_t code)
{
    struct cell *cell = cell_at(pane, x, y);

    if (cell != NULL && cell->code[0] == 0 && x > 0)
        cell = cell_at(pane, x - 1, y);
    for (int i = 1; cell != NULL && i < CELL_CODES; i++)
        if (cell->code[i] == 0) {
            cell->code[i] = code;
            return;
        }
}

/* ---- text ---- */

/* One shown character: its code (blank for white space, U+FFFD for what must not be shown) and
 * width 0, 1 or 2; width < 0: leave it out. Returns the bytes read. */
static size_t next_shown(const char *text, size_t len, uint32_t *code, int *width)
{
    size_t read = utf8_next(text, len, code);

    *width = utf8_shown(code);
    return read;
}

int text_cells(const char *text, size_t len)
{
    int cells = 0;

    for (size_t i = 0; i < len;) {
        uint32_t code;
        int width;

        i += next_shown(text + i, len - i, &code, &width);
        if (width > 0)
            cells += width;
    }
    return cells;
}

static void put_wide(
    const struct pane *pane, int x, int y, uint32_t code, enum role role, unsigned attr)
{
    struct cell *right = cell_at(pane, x + 1, y);

    put(pane, x + 1, y, ' ', role, attr);
    if (x < 0 || right == NULL) { /* half of it would be outside */
        put(pane, x, y, ' ', role, attr);
        return;
    }
    put(pane, x, y, code, role, attr);
    right->code[0] = 0;
}

/* ---- the Linux console ---- */

/* What its font has in place of one of our glyphs; 0: nothing like it. */
static uint32_t console_glyph(uint32_t code)
{
    static const struct {
        uint16_t code, form;
    } forms[] = {
        /* round corners and ends of lines */
        { 0x256D, 0x250C },
        { 0x256E, 0x2510 },
        { 0x256F, 0x2518 },
        { 0x2570, 0x2514 },
        { 0x2574, 0x2500 },
        { 0x2576, 0x2500 },
        { 0x2575, 0x2502 },
        { 0x2577, 0x2502 },
        { 0x254C, 0x2500 },
        { 0x2503, 0x2588 },
        /* as they are */
        { 0x2500, 0x2500 },
        { 0x2502, 0x2502 },
        { 0x250C, 0x250C },
        { 0x2510, 0x2510 },
        { 0x2514, 0x2514 },
        { 0x2518, 0x2518 },
        { 0x251C, 0x251C },
        { 0x2524, 0x2524 },
        { 0x252C, 0x252C },
        { 0x2534, 0x2534 },
        { 0x253C, 0x253C },
        { 0x2580, 0x2580 },
        { 0x2584, 0x2584 },
        { 0x2588, 0x2588 },
        { 0x258C, 0x258C },
        { 0x2591, 0x2591 },
        { 0x2190, 0x2190 },
        { 0x2191, 0x2191 },
        { 0x2192, 0x2192 },
        { 0x2193, 0x2193 },
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].code == code)
            return forms[i].form;
    return code < 0x100 ? code : 0;
}

/* Signs within our own words; what others write is left to the terminal. */
static uint32_t console_sign(uint32_t code)
{
    switch (code) {
    case 0x2605:
        return '*';
    case 0x2713:
        return 'y';
    case 0x2717:
        return 'n';
    case 0x270E:
        return 'e';
    case 0x2026:
        return '~';
    default:
        return code;
    }
}

static void put_shown(
    const struct pane *pane, int x, int y, uint32_t code, int width, enum role role, unsigned attr)
{
    if (pane->canvas->console)
        code = console_sign(code);
    if (width > 0 && pane->canvas->ascii && code > 0x7E)
        for (int i = 0; i < width; i++)
            put(pane, x + i, y, '?', role, attr);
    else if (width == 2)
        put_wide(pane, x, y, code, role, attr);
    else if (width == 1)
        put(pane, x, y, code, role, attr);
}

int pane_text_n(const struct pane *pane, int x, int y, int max, enum role role, unsigned attr,
    const char *text, size_t len)
{
    int room = pane->width - x;
    int cells = 0;
    bool cut;

    if (max >= 0 && max < room)
        room = max;
    if (room <= 0 || y < 0 || y >= pane->height)
        return 0;
    cut = text_cells(text, len) > room;
    for (size_t i = 0; i < len;) {
        uint32_t code;
        int width;

        i += next_shown(text + i, len - i, &code, &width);
        if (width == 0 && cells > 0 && !pane->canvas->ascii)
            add_mark(pane, x + cells - 1, y, code);
        if (width <= 0)
            continue;
        if (cells + width > room - (cut ? 1 : 0))
            break;
        put_shown(pane, x + cells, y, code, width, role, attr);
        cells += width;
    }
    if (cut) {
        pane_glyph(pane, x + cells, y, role, 0x2026, '~');
        cells++;
    }
    return cells;
}

int pane_text(const struct pane *pane, int x, int y, enum role role, const char *text)
{
    return pane_text_n(pane, x, y, -1, role, ATTR_NONE, text, strlen(text));
}

int pane_print(const struct pane *pane, int x, int y, enum role role, const char *format, ...)
{
    char text[1000];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return pane_text(pane, x, y, role, text);
}

int pane_text_right(const struct pane *pane, int x, int y, enum role role, const char *text)
{
    int cells = text_cells(text, strlen(text));

    return pane_text_n(pane, x - cells, y, cells, role, ATTR_NONE, text, strlen(text));
}

void pane_glyph(const struct pane *pane, int x, int y, enum role role, uint32_t code, char ascii)
{
    uint32_t plain = (uint32_t)(unsigned char)ascii;

    if (pane->canvas->console)
        code = console_glyph(code) != 0 ? console_glyph(code) : plain;
    put(pane, x, y, pane->canvas->ascii ? plain : code, role, ATTR_NONE);
}

void pane_clear(const struct pane *pane)
{
    for (int y = 0; y < pane->height; y++)
        for (int x = 0; x < pane->width; x++)
            pane_glyph(pane, x, y, ROLE_TEXT, ' ', ' ');
}

void pane_hline(const struct pane *pane, int x, int y, int length, enum role role)
{
    for (int i = 0; i < length; i++)
        pane_glyph(pane, x + i, y, role, 0x2500, '-');
}

void pane_vline(const struct pane *pane, int x, int y, int length, enum role role)
{
    for (int i = 0; i < length; i++)
        pane_glyph(pane, x, y + i, role, 0x2502, '|');
}

struct pane pane_frame(const struct pane *pane, const char *title, bool focused)
{
    enum role role = focused ? ROLE_TITLE : ROLE_BORDER;
    int right = pane->width - 1, bottom = pane->height - 1;

    if (right < 1 || bottom < 1)
        return *pane;
    pane_hline(pane, 1, 0, right - 1, role);
    pane_hline(pane, 1, bottom, right - 1, role);
    pane_vline(pane, 0, 1, bottom - 1, role);
    pane_vline(pane, right, 1, bottom - 1, role);
    pane_glyph(pane, 0, 0, role, 0x250C, '+');
    pane_glyph(pane, right, 0, role, 0x2510, '+');
    pane_glyph(pane, 0, bottom, role, 0x2514, '+');
    pane_glyph(pane, right, bottom, role, 0x2518, '+');
    if (title != NULL)
        (void)pane_text_n(pane, 1, 0, right - 1, ROLE_TITLE, focused ? ATTR_BOLD : ATTR_NONE, title,
            strlen(title));
    return pane_part(pane, 1, 1, pane->width - 2, pane->height - 2);
}

struct pane pane_title(const struct pane *pane, const char *title, bool focused)
{
    struct pane rest = *pane;
    struct pane line = pane_cut_top(&rest, 1);
    enum role role = focused ? ROLE_TITLE : ROLE_BORDER;

    pane_hline(&line, 0, 0, line.width, role);
    (void)pane_text_n(&line, 2, 0, line.width - 4, ROLE_TITLE, focused ? ATTR_BOLD : ATTR_NONE,
        title, strlen(title));
    return rest;
}

void pane_paint(const struct pane *pane, int x, int y, int length, enum role role, unsigned attr)
{
    for (int i = 0; i < length; i++) {
        struct cell *cell = cell_at(pane, x + i, y);

        if (cell == NULL)
            continue;
        if (role != ROLES)
            cell->role = (uint8_t)role;
        cell->attr |= (uint8_t)attr;
    }
}

bool text_wrap(const char *text, size_t len, int width, size_t from, size_t *end, size_t *next)
{
    size_t blank = 0; /* where the line may be broken; 0: nowhere yet */
    int cells = 0;
    size_t i = from;

    if (from >= len && (from > 0 || len > 0))
        return false;
    while (i < len && text[i] != '\n') {
        uint32_t code;
        int shown;
        size_t read = next_shown(text + i, len - i, &code, &shown);

        if (code == ' ' && i > from)
            blank = i;
        if (shown > 0 && cells + shown > width && i > from) {
            *end = blank > 0 ? blank : i;
            *next = blank > 0 ? blank + 1 : i;
            return true;
        }
        cells += shown > 0 ? shown : 0;
        i += read;
    }
    *end = i;
    *next = i < len ? i + 1 : len > 0 ? len : 1;
    return true;
}

int text_lines(const char *text, int width)
{
    size_t at = 0, end, next;
    int lines = 0;

    while (text_wrap(text, strlen(text), width > 0 ? width : 1, at, &end, &next)) {
        lines++;
        at = next;
    }
    return lines;
}

int text_draw(const struct pane *pane, enum role role, const char *text, int from)
{
    size_t len = strlen(text), at = 0, end, next;
    int width = pane->width > 0 ? pane->width : 1, y = -from;

    for (; y < pane->height && text_wrap(text, len, width, at, &end, &next); y++) {
        bool is_last = y + 1 == pane->height;

        if (y >= 0)
            (void)pane_text_n(
                pane, 0, y, -1, role, ATTR_NONE, text + at, (is_last ? len : end) - at);
        at = next;
    }
    return y > 0 ? y : 0;
}
