#ifndef DECODE_H
#define DECODE_H

/*
 * Bytes from a terminal → keys, pasted text, mouse. Knows the sequences of xterm and its
 * kin, of rxvt and of the Linux console; what else the terminal's description has is learnt. A
 * sequence that is not known is dropped whole and never acts as single keys. Bytes may come in any
 * pieces.
 *
 * A lone Esc cannot be told from the start of a sequence until time has passed: after decode_feed,
 * while decode_pending, call decode_flush when nothing more came for ESC_WAIT_MS.
 */
#include <stdbool.h>
#include <stddef.h>

#include "keys.h"
#include "str.h"

enum { ESC_WAIT_MS = 25, PASTE_MAX = 1 << 20 };

enum input_kind { INPUT_KEY, INPUT_PASTE, INPUT_MOUSE };
enum mouse_button { MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct input {
    enum input_kind kind;
    key_code key;
    enum mouse_button button; /* pressed; releases and movements are dropped */
    int x, y;                 /* from 0 */
    const char *paste;        /* NUL-terminated, valid UTF-8, line ends as \n; cut at PASTE_MAX */
};

typedef void decode_input(void *data, const struct input *input);

enum { DECODE_LEARNT = 64 };

struct decode {
    decode_input *on_input;
    void *data;
    unsigned char pending[64]; /* the start of a sequence or of a character */
    size_t pending_count;
    bool pasting;
    struct str paste;
    struct {
        char bytes[16];
        key_code key;
    } learnt[DECODE_LEARNT];
    size_t learnt_count;
};

/* `on_input` may not feed the same decoder. */
void decode_init(struct decode *decode, decode_input *on_input, void *data);
void decode_free(struct decode *decode);
/* A sequence of this terminal's own (terminfo); what is too long or too short is left out. */
void decode_learn(struct decode *decode, const char *bytes, key_code key);
void decode_feed(struct decode *decode, const char *bytes, size_t len);
bool decode_pending(const struct decode *decode);
void decode_flush(struct decode *decode);

#endif
