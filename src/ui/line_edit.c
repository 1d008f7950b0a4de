#include "line_edit.h"

#include <string.h>

#include "utf8.h"

void line_edit_set(struct line_edit *edit, const char *text)
{
    str_clear(&edit->text);
    edit->at = 0;
    line_edit_insert(edit, text);
}

void line_edit_free(struct line_edit *edit)
{
    str_free(&edit->text);
    edit->at = 0;
}

/* ---- places ---- */

static bool is_mark(const char *text, size_t len)
{
    uint32_t code;

    (void)utf8_next(text, len, &code);
    return utf8_shown(&code) == 0;
}

static size_t after(const struct line_edit *edit, size_t at)
{
    const char *text = str_text(&edit->text);
    uint32_t code;

    if (at >= edit->text.len)
        return edit->text.len;
    do
        at += utf8_next(text + at, edit->text.len - at, &code);
    while (at < edit->text.len && is_mark(text + at, edit->text.len - at));
    return at;
}

static size_t before(const struct line_edit *edit, size_t at)
{
    size_t place = 0;

    while (place < at && after(edit, place) < at)
        place = after(edit, place);
    return place;
}

static size_t word_before(const struct line_edit *edit)
{
    const char *text = str_text(&edit->text);
    size_t at = edit->at;

    while (at > 0 && text[at - 1] == ' ')
        at--;
    while (at > 0 && text[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_after(const struct line_edit *edit)
{
    const char *text = str_text(&edit->text);
    size_t at = edit->at;

    while (at < edit->text.len && text[at] == ' ')
        at++;
    while (at < edit->text.len && text[at] != ' ')
        at++;
    return at;
}

/* ---- changes ---- */

static void cut(struct line_edit *edit, size_t from, size_t to)
{
    struct str *text = &edit->text;

    if (from >= to)
        return;
    memmove(text->data + from, text->data + to, text->len - to);
    str_truncate(text, text->len - (to - from));
    edit->at = from;
}

static void insert(struct line_edit *edit, const char *bytes, size_t len)
{
    struct str *text = &edit->text;

    if (text->len + len > LINE_MAX_BYTES)
        return;
    str_add_n(text, bytes, len); /* makes room */
    memmove(text->data + edit->at + len, text->data + edit->at, text->len - len - edit->at);
    memcpy(text->data + edit->at, bytes, len);
    edit->at += len;
}

void line_edit_insert(struct line_edit *edit, const char *text)
{
    struct str clean = STR_INIT;
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (utf8_shown(&code) >= 0)
            utf8_add(&clean, code);
    }
    insert(edit, str_text(&clean), clean.len);
    str_free(&clean);
}

static bool insert_key(struct line_edit *edit, key_code key)
{
    struct str bytes = STR_INIT;
    uint32_t code = key;

    if (key < ' ' || key == K_BACKSPACE || key >= K_UP || utf8_shown(&code) < 0)
        return false;
    utf8_add(&bytes, code);
    insert(edit, str_text(&bytes), bytes.len);
    str_free(&bytes);
    return true;
}

enum { CTRL_A = 1, CTRL_D = 4, CTRL_E = 5, CTRL_K = 11, CTRL_U = 21, CTRL_W = 23 };

static bool move_key(struct line_edit *edit, key_code key)
{
    switch (key) {
    case K_LEFT:
        edit->at = before(edit, edit->at);
        return true;
    case K_RIGHT:
        edit->at = after(edit, edit->at);
        return true;
    case K_LEFT | K_CTRL:
    case 'b' | K_ALT:
        edit->at = word_before(edit);
        return true;
    case K_RIGHT | K_CTRL:
    case 'f' | K_ALT:
        edit->at = word_after(edit);
        return true;
    case K_HOME:
    case CTRL_A:
        edit->at = 0;
        return true;
    case K_END:
    case CTRL_E:
        edit->at = edit->text.len;
        return true;
    default:
        return false;
    }
}

bool line_edit_key(struct line_edit *edit, key_code key)
{
    switch (key) {
    case K_BACKSPACE:
        cut(edit, before(edit, edit->at), edit->at);
        return true;
    case K_DELETE:
    case CTRL_D:
        cut(edit, edit->at, after(edit, edit->at));
        return true;
    case CTRL_U:
        cut(edit, 0, edit->at);
        return true;
    case CTRL_K:
        cut(edit, edit->at, edit->text.len);
        return true;
    case CTRL_W:
    case K_BACKSPACE | K_ALT:
        cut(edit, word_before(edit), edit->at);
        return true;
    default:
        return move_key(edit, key) || insert_key(edit, key);
    }
}

void line_edit_draw(const struct line_edit *edit, const struct pane *pane, int x, int y)
{
    const char *text = str_text(&edit->text);
    int room = pane->width - x - 1; /* the cursor may stand behind the last character */
    size_t from = 0;

    if (room < 1 || y < 0 || y >= pane->height)
        return;
    while (from < edit->at && text_cells(text + from, edit->at - from) > room)
        from = after(edit, from);
    (void)pane_text_n(pane, x, y, -1, ROLE_TEXT, ATTR_NONE, text + from, edit->text.len - from);
    pane->canvas->cursor_x = pane->x + x + text_cells(text + from, edit->at - from);
    pane->canvas->cursor_y = pane->y + y;
}
