#include "frame.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>
#include <term.h>

#include "mem.h"
#include "utf8.h"

enum { OWN_COLOURS = 16 }; /* the first number of a role's colours */

struct frame {
    SCREEN *screen;
    FILE *output; /* a file in memory: what ncurses writes */
    int descriptor;
    struct canvas last; /* what ncurses has been told */
    struct theme theme;
    enum depth depth;
    bool whole; /* the next frame */
};

/* What ncurses wrote since the last time. */
static void collect(struct frame *frame, struct str *out)
{
    char block[16 << 10];
    off_t at = 0;
    ssize_t got;

    (void)fflush(frame->output);
    while ((got = pread(frame->descriptor, block, sizeof block, at)) > 0) {
        str_add_n(out, block, (size_t)got);
        at += got;
    }
    if (ftruncate(frame->descriptor, 0) == 0)
        (void)lseek(frame->descriptor, 0, SEEK_SET);
}

/* ---- life ---- */

/* "xterm-direct" counts colours as RGB; its sister has them as the rest of this file expects. */
static void plain_type(const char *type, char plain[64])
{
    size_t len = strlen(type);

    if (str_ends(type, "-direct") && len < 56)
        (void)snprintf(plain, 64, "%.*s-256color", (int)(len - strlen("-direct")), type);
    else
        (void)snprintf(plain, 64, "%s", type);
}

/* tigetstr says NULL for a string that is missing and -1 for what is no string. */
static bool has_string(const char *name)
{
    const char *text = tigetstr(name);

    return text != NULL && (intptr_t)text != -1;
}

bool frame_is_able(const char *type)
{
    bool is_able = false;
    int status = 0;

    if (setupterm(type, STDOUT_FILENO, &status) != OK)
        return false;
    is_able = has_string("cup");
    (void)del_curterm(cur_term);
    return is_able;
}

static SCREEN *open_screen(struct frame *frame, const char *type)
{
    char plain[64];
    SCREEN *screen;

    frame->descriptor = memfd_create("flowbot-frame", MFD_CLOEXEC);
    if (frame->descriptor < 0)
        return NULL;
    frame->output = fdopen(frame->descriptor, "w+");
    if (frame->output == NULL) {
        (void)close(frame->descriptor);
        return NULL;
    }
    plain_type(type, plain);
    screen = newterm(plain, frame->output, stdin);
    return screen != NULL ? screen : newterm(type, frame->output, stdin);
}

struct frame *frame_open(const char *type, struct err *err)
{
    struct frame *frame = mem_zalloc(1, sizeof *frame);

    frame->screen = frame_is_able(type) ? open_screen(frame, type) : NULL;
    if (frame->screen == NULL) {
        if (frame->output != NULL)
            (void)fclose(frame->output);
        free(frame);
        err_set(err, ERR_INPUT,
            "TERM=%.60s: this kind of terminal is not known, or cannot place its "
            "cursor; --display=none needs nothing of it",
            type);
        return NULL;
    }
    (void)typeahead(-1); /* ncurses never looks at the input */
    (void)nonl();
    if (has_colors() == TRUE) {
        (void)start_color();
        (void)use_default_colors();
    }
    frame->whole = true;
    return frame;
}

void frame_close(struct frame *frame)
{
    if (frame == NULL)
        return;
    delscreen(frame->screen);
    (void)fclose(frame->output);
    canvas_free(&frame->last);
    free(frame);
}

/* ---- the terminal's description ---- */

int frame_colours(const struct frame *frame)
{
    (void)frame;
    return has_colors() == TRUE ? COLORS : 0;
}

const char *frame_capability(const struct frame *frame, const char *name)
{
    const char *text = tigetstr(name);

    (void)frame;
    return has_string(name) ? text : "";
}

bool frame_is_xterm_like(const struct frame *frame)
{
    return frame_capability(frame, "kmous")[0] != '\0' && !str_starts(termname(), "linux");
}

void frame_teach(const struct frame *frame, struct decode *decode)
{
    static const struct {
        const char *name;
        key_code key;
    } keys[] = {
        { "kcuu1", K_UP },
        { "kcud1", K_DOWN },
        { "kcub1", K_LEFT },
        { "kcuf1", K_RIGHT },
        { "khome", K_HOME },
        { "kend", K_END },
        { "kpp", K_PAGE_UP },
        { "knp", K_PAGE_DOWN },
        { "kich1", K_INSERT },
        { "kdch1", K_DELETE },
        { "kcbt", K_TAB | K_SHIFT },
        { "kent", K_ENTER },
        { "kf1", K_F1 },
        { "kf2", K_F1 + 1 },
        { "kf3", K_F1 + 2 },
        { "kf4", K_F1 + 3 },
        { "kf5", K_F1 + 4 },
        { "kf6", K_F1 + 5 },
        { "kf7", K_F1 + 6 },
        { "kf8", K_F1 + 7 },
        { "kf9", K_F1 + 8 },
        { "kf10", K_F1 + 9 },
        { "kf11", K_F1 + 10 },
        { "kf12", K_F12 },
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        decode_learn(decode, frame_capability(frame, keys[i].name), keys[i].key);
}

/* ---- colours ---- */

static int own_colour(enum role role, bool background)
{
    return OWN_COLOURS + 2 * (int)role + (background ? 1 : 0);
}

static short colour_of(enum role role, bool background, int32_t colour)
{
    return (short)((colour & COLOUR_RGB) != 0 && colour != COLOUR_DEFAULT
                       ? own_colour(role, background)
                       : colour);
}

void frame_set_theme(struct frame *frame, const struct theme *theme, enum depth depth)
{
    frame->theme = *theme;
    frame->depth = depth;
    frame->whole = true;
    for (int i = 0; depth != DEPTH_NONE && i < ROLES; i++)
        (void)init_pair((short)(i + 1), colour_of((enum role)i, false, theme->looks[i].fg),
            colour_of((enum role)i, true, theme->looks[i].bg));
}

/* The number of an own colour behind `at`, which stands at "38;5;" or "48;5;"; -1: none. */
static int own_number(const char *at, const char *end, size_t *len)
{
    const char *digit = at + 5;
    int number = 0;

    while (digit < end && *digit >= '0' && *digit <= '9' && number < 1000)
        number = number * 10 + (*digit++ - '0');
    *len = (size_t)(digit - at);
    if (digit == end || *digit != 'm' || number < OWN_COLOURS ||
        number >= OWN_COLOURS + 2 * (int)ROLES)
        return -1;
    return number - OWN_COLOURS;
}

static bool is_colour(const char *at, const char *end)
{
    return end - at > 5 && (at[0] == '3' || at[0] == '4') && memcmp(at + 1, "8;5;", 4) == 0;
}

static void put_true_colours(const struct frame *frame, const struct str *bytes, struct str *out)
{
    const char *at = str_text(bytes), *end = at + bytes->len;

    while (at < end) {
        const char *escape = memchr(at, 0x1B, (size_t)(end - at));
        size_t before = escape != NULL ? (size_t)(escape - at) + 2 : (size_t)(end - at), len;
        int number;

        if (before > (size_t)(end - at))
            before = (size_t)(end - at);
        str_add_n(out, at, before);
        at += before;
        if (!is_colour(at, end) || (number = own_number(at, end, &len)) < 0)
            continue;
        const struct look *look = &frame->theme.looks[number / 2];
        unsigned rgb = (unsigned)(number % 2 == 0 ? look->fg : look->bg);

        str_addf(out, "%c8;2;%u;%u;%u", at[0], rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
        at += len;
    }
}

/* ---- drawing ---- */

void frame_resize(struct frame *frame, int width, int height)
{
    canvas_resize(&frame->last, width, height);
    (void)resizeterm(height, width);
    frame->whole = true;
}

void frame_forget(struct frame *frame)
{
    frame->whole = true;
}

static attr_t attributes(unsigned attr)
{
    return ((attr & ATTR_BOLD) != 0 ? A_BOLD : 0) | ((attr & ATTR_REVERSE) != 0 ? A_REVERSE : 0) |
           ((attr & ATTR_UNDERLINE) != 0 ? A_UNDERLINE : 0) | ((attr & ATTR_DIM) != 0 ? A_DIM : 0);
}

/* Where libc, by whose widths ncurses places everything, is of another opinion than the canvas, the
 * character is replaced. */
static void cell_characters(const struct cell *cell, bool wide, wchar_t text[CELL_CODES + 1])
{
    size_t count = 0;

    for (size_t i = 0; i < CELL_CODES && cell->code[i] != 0; i++) {
        wchar_t code = (wchar_t)cell->code[i];
        int width = wcwidth(code);

        if (i > 0 ? width == 0 : width == (wide ? 2 : 1))
            text[count++] = code;
        else if (i == 0)
            text[count++] = !wide && wcwidth(0xFFFD) == 1 ? 0xFFFD : '?';
    }
    text[count] = L'\0';
}

static void put_cell(struct frame *frame, int x, int y, const struct cell *cell, bool wide)
{
    const struct look *look = &frame->theme.looks[cell->role < ROLES ? cell->role : 0];
    bool coloured =
        frame->depth != DEPTH_NONE && (look->fg != COLOUR_DEFAULT || look->bg != COLOUR_DEFAULT);
    wchar_t text[CELL_CODES + 1];
    cchar_t out;

    cell_characters(cell, wide, text);
    if (wide && wcwidth(text[0]) == 1) /* replaced: the other half must not keep what was there */
        (void)mvaddch(y, x + 1, ' ');
    if (setcchar(&out, text, attributes(cell->attr | look->attr),
            (short)(coloured ? cell->role + 1 : 0), NULL) == OK)
        (void)mvadd_wch(y, x, &out); /* in the last cell of all it says ERR and does it */
}

static void put_row(struct frame *frame, const struct canvas *canvas, int y)
{
    for (int x = 0; x < canvas->width; x++) {
        const struct cell *cell = canvas_cell(canvas, x, y);

        if (cell->code[0] != 0)
            put_cell(frame, x, y, cell,
                x + 1 < canvas->width && canvas_cell(canvas, x + 1, y)->code[0] == 0);
    }
}

/* Rows that changed; ncurses finds the cells. */
static void put_rows(struct frame *frame, const struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        size_t size = (size_t)canvas->width * sizeof(struct cell);
        struct cell *last = &frame->last.cells[(size_t)y * (size_t)canvas->width];
        const struct cell *now = canvas_cell(canvas, 0, y);

        if (frame->whole || memcmp(last, now, size) != 0) {
            put_row(frame, canvas, y);
            memcpy(last, now, size);
        }
    }
}

static void put_cursor(const struct canvas *canvas)
{
    bool shown = canvas->cursor_x >= 0 && canvas->cursor_x < canvas->width &&
                 canvas->cursor_y >= 0 && canvas->cursor_y < canvas->height;

    (void)curs_set(shown ? 1 : 0);
    if (shown)
        (void)move(canvas->cursor_y, canvas->cursor_x);
    else
        (void)move(canvas->height - 1, canvas->width - 1);
}

void frame_draw(struct frame *frame, const struct canvas *canvas, struct str *out)
{
    struct str bytes = STR_INIT;

    if (canvas->width != frame->last.width || canvas->height != frame->last.height)
        frame_resize(frame, canvas->width, canvas->height);
    if (frame->whole) {
        (void)erase();
        (void)clearok(curscr, TRUE);
    }
    put_rows(frame, canvas);
    frame->whole = false;
    put_cursor(canvas);
    (void)refresh();
    collect(frame, &bytes);
    if (frame->depth == DEPTH_TRUE)
        put_true_colours(frame, &bytes, out);
    else
        str_add_n(out, str_text(&bytes), bytes.len);
    str_free(&bytes);
}

void frame_leave(struct frame *frame, struct str *out)
{
    (void)endwin();
    collect(frame, out);
    frame->whole = true;
}
