#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "str.h"
#include "utf8.h"

static const struct {
    const char *name;
    key_code key;
} names[] = {
    { "Tab", K_TAB },
    { "Enter", K_ENTER },
    { "Esc", K_ESC },
    { "Backspace", K_BACKSPACE },
    { "Space", ' ' },
    { "Up", K_UP },
    { "Down", K_DOWN },
    { "Left", K_LEFT },
    { "Right", K_RIGHT },
    { "Home", K_HOME },
    { "End", K_END },
    { "PgUp", K_PAGE_UP },
    { "PgDn", K_PAGE_DOWN },
    { "Ins", K_INSERT },
    { "Del", K_DELETE },
    { "F1", K_F1 },
    { "F2", K_F1 + 1 },
    { "F3", K_F1 + 2 },
    { "F4", K_F1 + 3 },
    { "F5", K_F1 + 4 },
    { "F6", K_F1 + 5 },
    { "F7", K_F1 + 6 },
    { "F8", K_F1 + 7 },
    { "F9", K_F1 + 8 },
    { "F10", K_F1 + 9 },
    { "F11", K_F1 + 10 },
    { "F12", K_F12 },
};

enum { NAMES = sizeof names / sizeof names[0] };

static bool parse_plain(const char *name, key_code *out)
{
    size_t len = strlen(name);
    uint32_t code;

    for (size_t i = 0; i < NAMES; i++)
        if (str_equal(names[i].name, name)) {
            *out = names[i].key;
            return true;
        }
    if (len == 2 && name[0] == '^' && name[1] >= '@' && name[1] <= '_') {
        *out = (key_code)(name[1] - '@');
        return *out != 0;
    }
    if (len == 0 || utf8_next(name, len, &code) != len || code <= ' ')
        return false;
    *out = code;
    return true;
}

bool key_parse(const char *name, key_code *out)
{
    key_code modifiers = 0, key = 0;

    while (name[0] != '\0' && name[1] == '-' && name[2] != '\0') {
        key_code modifier = name[0] == 'S' ? K_SHIFT : name[0] == 'C' ? K_CTRL : K_ALT;

        if (strchr("SCM", name[0]) == NULL || (modifiers & modifier) != 0)
            return false;
        modifiers |= modifier;
        name += 2;
    }
    if (!parse_plain(name, &key))
        return false;
    if ((modifiers & (K_SHIFT | K_CTRL)) != 0 && key != K_TAB && key < K_UP)
        return false;
    *out = key | modifiers;
    return true;
}

static const char *plain_name(key_code key)
{
    for (size_t i = 0; i < NAMES; i++)
        if (names[i].key == key)
            return names[i].name;
    return NULL;
}

const char *key_text(key_code key, char text[KEY_NAME_SIZE])
{
    key_code plain = key & ~(key_code)(K_SHIFT | K_CTRL | K_ALT);
    const char *name = plain_name(plain);
    struct str out = STR_INIT;

    str_addf(&out, "%s%s%s", (key & K_CTRL) != 0 ? "C-" : "", (key & K_ALT) != 0 ? "M-" : "",
        (key & K_SHIFT) != 0 ? "S-" : "");
    if (name != NULL)
        str_add(&out, name);
    else if (plain < ' ')
        str_addf(&out, "^%c", (char)(plain + '@'));
    else
        utf8_add(&out, plain);
    (void)snprintf(text, KEY_NAME_SIZE, "%s", str_text(&out));
    str_free(&out);
    return text;
}
