#ifndef KEYS_H
#define KEYS_H

/*
 * Keys as numbers and as names. A key is a Unicode code point (control characters included: ^D is
 * 4) or one of enum key, with modifiers added. Names are those of keys.json, hints and help: "j",
 * "J", "ä", "Enter", "Space", "PgDn", "F1", "^D", "S-Tab", "M-x" (Alt).
 */
#include <stdbool.h>
#include <stdint.h>

typedef uint32_t key_code;

enum key {
    K_NONE = 0,
    K_TAB = '\t',
    K_ENTER = '\r',
    K_ESC = 0x1B,
    K_BACKSPACE = 0x7F,
    K_UP = 0x110000, /* behind the last code point */
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_INSERT,
    K_DELETE,
    K_F1,
    K_F12 = K_F1 + 11,
    K_SHIFT = 1 << 24, /* only with K_TAB and the keys from K_UP on */
    K_CTRL = 1 << 25,  /* only with the keys from K_UP on */
    K_ALT = 1 << 26,
};

enum { KEY_NAME_SIZE = 16 };

bool key_parse(const char *name, key_code *out);
/* Returns `text`. Every key has a name that key_parse reads back. */
const char *key_text(key_code key, char text[KEY_NAME_SIZE]);

#endif
