#include "decode.h"

#include <string.h>

#include "utf8.h"

/* How far a sequence has come. */
enum progress { COMPLETE, INCOMPLETE, TOO_LONG };

void decode_init(struct decode *decode, decode_input *on_input, void *data)
{
    *decode = (struct decode){ .on_input = on_input, .data = data };
}

void decode_free(struct decode *decode)
{
    str_free(&decode->paste);
}

void decode_learn(struct decode *decode, const char *bytes, key_code key)
{
    size_t len = strlen(bytes);

    if (len < 2 || len >= sizeof decode->learnt[0].bytes || bytes[0] != 0x1B ||
        decode->learnt_count == DECODE_LEARNT)
        return;
    memcpy(decode->learnt[decode->learnt_count].bytes, bytes, len + 1);
    decode->learnt[decode->learnt_count++].key = key;
}

static void send(struct decode *decode, struct input input)
{
    decode->on_input(decode->data, &input);
}

static void send_key(struct decode *decode, key_code key)
{
    if (key != K_NONE)
        send(decode, (struct input){ .kind = INPUT_KEY, .key = key });
}

/* ---- sequences ---- */

/* xterm: 1 + shift 1, alt 2, control 4. */
static key_code modifiers(unsigned number)
{
    unsigned bits = number > 0 ? number - 1 : 0;

    return ((bits & 1) != 0 ? (key_code)K_SHIFT : 0) | ((bits & 2) != 0 ? (key_code)K_ALT : 0) |
           ((bits & 4) != 0 ? (key_code)K_CTRL : 0);
}

/* The key of CSI … LETTER and SS3 LETTER. */
static key_code letter_key(char letter)
{
    switch (letter) {
    case 'A':
        return K_UP;
    case 'B':
        return K_DOWN;
    case 'C':
        return K_RIGHT;
    case 'D':
        return K_LEFT;
    case 'H':
        return K_HOME;
    case 'F':
        return K_END;
    case 'M': /* SS3: Enter of the keypad */
        return K_ENTER;
    case 'P':
    case 'Q':
    case 'R':
    case 'S':
        return (key_code)(K_F1 + letter - 'P');
    case 'Z':
        return K_TAB | K_SHIFT;
    default:
        return K_NONE;
    }
}

/* The key of CSI NUMBER ~. */
static key_code tilde_key(unsigned number)
{
    static const key_code keys[] = {
        [1] = K_HOME,
        [2] = K_INSERT,
        [3] = K_DELETE,
        [4] = K_END,
        [5] = K_PAGE_UP,
        [6] = K_PAGE_DOWN,
        [7] = K_HOME,
        [8] = K_END,
        [11] = K_F1,
        [12] = K_F1 + 1,
        [13] = K_F1 + 2,
        [14] = K_F1 + 3,
        [15] = K_F1 + 4,
        [17] = K_F1 + 5,
        [18] = K_F1 + 6,
        [19] = K_F1 + 7,
        [20] = K_F1 + 8,
        [21] = K_F1 + 9,
        [23] = K_F1 + 10,
        [24] = K_F12,
    };

    return number < sizeof keys / sizeof keys[0] ? keys[number] : K_NONE;
}

/* Parameters of a CSI sequence; missing ones are 0. */
static size_t parameters(const char *bytes, size_t len, unsigned numbers[3])
{
    size_t count = 0;

    memset(numbers, 0, 3 * sizeof *numbers);
    for (size_t i = 0; i < len && count < 3; i++) {
        if (bytes[i] >= '0' && bytes[i] <= '9' && numbers[count] < 10000)
            numbers[count] = numbers[count] * 10 + (unsigned)(bytes[i] - '0');
        else if (bytes[i] == ';')
            count++;
    }
    return count + 1;
}

static void send_mouse(struct decode *decode, unsigned button, unsigned x, unsigned y)
{
    enum { MOVED = 32, WHEEL = 64 };
    unsigned which = button & 3;
    struct input input = {
        .kind = INPUT_MOUSE,
        .x = (int)x - 1,
        .y = (int)y - 1,
        .button = (enum mouse_button)which,
    };

    if ((button & MOVED) != 0 || which == 3 || x == 0 || y == 0)
        return;
    if ((button & WHEEL) != 0) {
        if (which > 1)
            return;
        input.button = which == 0 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
    }
    send(decode, input);
}

/* CSI: `bytes` is what stands between "ESC [" and the last byte. */
static void take_csi(struct decode *decode, const char *bytes, size_t len, char last)
{
    unsigned numbers[3];
    size_t count = parameters(bytes, len, numbers);
    key_code key;

    if (len > 0 && bytes[0] == '<') {
        if (last == 'M' && count == 3)
            send_mouse(decode, numbers[0], numbers[1], numbers[2]);
        return;
    }
    if (last == '~' && numbers[0] == 200) {
        decode->pasting = true;
        return;
    }
    key = last == '~' ? tilde_key(numbers[0]) : letter_key(last);
    if (key != K_NONE && last != 'M' && !(len > 0 && bytes[0] == '?'))
        send_key(decode, key | (count > 1 ? modifiers(numbers[1]) : 0));
}

/* CSI ends at its first byte from @ to ~; "ESC [ [ A" are function keys of the Linux console. */
static enum progress take_bracket(struct decode *decode, const char *bytes, size_t len)
{
    if (len > 2 && bytes[2] == '[') {
        if (len < 4)
            return INCOMPLETE;
        if (bytes[3] >= 'A' && bytes[3] <= 'E')
            send_key(decode, (key_code)(K_F1 + bytes[3] - 'A'));
        return COMPLETE;
    }
    for (size_t i = 2; i < len; i++)
        if (bytes[i] >= '@' && bytes[i] <= '~') {
            take_csi(decode, bytes + 2, i - 2, bytes[i]);
            return COMPLETE;
        }
    return INCOMPLETE;
}

/* Strings (OSC, DCS, APC …) end with BEL or ESC \; answers to questions that we did not ask. */
static enum progress take_string(const char *bytes, size_t len)
{
    return bytes[len - 1] == 0x07 || (len > 3 && bytes[len - 2] == 0x1B && bytes[len - 1] == '\\')
               ? COMPLETE
               : INCOMPLETE;
}

/* INCOMPLETE also where the bytes are the start of a learnt sequence. */
static enum progress take_learnt(struct decode *decode, const char *bytes, size_t len)
{
    enum progress progress = TOO_LONG; /* not one of these */

    for (size_t i = 0; i < decode->learnt_count; i++) {
        size_t whole = strlen(decode->learnt[i].bytes);

        if (whole < len || memcmp(decode->learnt[i].bytes, bytes, len) != 0)
            continue;
        if (whole == len) {
            send_key(decode, decode->learnt[i].key);
            return COMPLETE;
        }
        progress = INCOMPLETE;
    }
    return progress;
}

static key_code plain_key(uint32_t code)
{
    if (code == 0x08)
        return K_BACKSPACE;
    return code == '\n' ? K_ENTER : code;
}

/* ESC and a character: Alt. */
static enum progress take_alt(struct decode *decode, const char *bytes, size_t len)
{
    uint32_t code;

    if ((bytes[1] & 0x80) != 0 && len < 5 && !utf8_valid(bytes + 1, len - 1, NULL))
        return INCOMPLETE;
    (void)utf8_next(bytes + 1, len - 1, &code);
    send_key(decode, plain_key(code) | K_ALT);
    return COMPLETE;
}

static enum progress take_escape(struct decode *decode, const char *bytes, size_t len)
{
    enum progress progress;

    if (len == 1)
        return INCOMPLETE;
    progress = take_learnt(decode, bytes, len);
    if (progress != TOO_LONG)
        return progress;
    if (bytes[1] == '[')
        return take_bracket(decode, bytes, len);
    if (bytes[1] == 'O') {
        if (len > 2)
            send_key(decode, letter_key(bytes[2]));
        return len > 2 ? COMPLETE : INCOMPLETE;
    }
    if (strchr("]P_^X", bytes[1]) != NULL)
        return len > 2 ? take_string(bytes, len) : INCOMPLETE;
    return take_alt(decode, bytes, len);
}

static enum progress take_character(struct decode *decode, const char *bytes, size_t len)
{
    static const size_t lengths[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4 };
    uint32_t code;

    if ((unsigned char)bytes[0] < 0xF8 && len < lengths[(unsigned char)bytes[0] >> 4])
        return INCOMPLETE;
    if (utf8_valid(bytes, len, NULL)) {
        (void)utf8_next(bytes, len, &code);
        send_key(decode, plain_key(code));
    }
    return COMPLETE;
}

/* ---- bytes ---- */

static void end_paste(struct decode *decode)
{
    struct str clean = STR_INIT;

    utf8_repair(str_text(&decode->paste), decode->paste.len, &clean);
    for (size_t i = 0; i < clean.len; i++)
        if (clean.data[i] == '\r' || clean.data[i] == '\0')
            clean.data[i] = '\n';
    send(decode, (struct input){ .kind = INPUT_PASTE, .paste = str_text(&clean) });
    str_free(&clean);
    str_clear(&decode->paste);
    decode->pasting = false;
}

/* A paste ends with ESC [ 201 ~ and with nothing else. */
static void take_pasted(struct decode *decode, char byte)
{
    static const char end[] = "\x1b[201~";
    struct str *paste = &decode->paste;

    if (paste->len < PASTE_MAX)
        str_add_char(paste, byte);
    else { /* beyond the limit only the end is looked for, in the last bytes */
        memmove(paste->data + PASTE_MAX - 6, paste->data + PASTE_MAX - 5, 5);
        paste->data[PASTE_MAX - 1] = byte;
    }
    if (paste->len >= 6 && memcmp(paste->data + paste->len - 6, end, 6) == 0) {
        str_truncate(paste, paste->len - 6);
        end_paste(decode);
    }
}

static void take_byte(struct decode *decode, char byte)
{
    const char *bytes = (const char *)decode->pending;
    enum progress progress;

    if (decode->pasting) {
        take_pasted(decode, byte);
        return;
    }
    if (decode->pending_count == sizeof decode->pending) /* no sequence is as long: drop it */
        memmove(decode->pending + 2, decode->pending + 3, --decode->pending_count - 2);
    if (decode->pending_count == 1 && bytes[0] == 0x1B && byte == 0x1B) {
        send_key(decode, K_ESC); /* twice: the second may begin a sequence */
        return;
    }
    if (decode->pending_count > 0 && decode->pending[0] >= 0x80 && (byte & 0xC0) != 0x80)
        decode->pending_count = 0; /* a character that was cut: dropped */
    decode->pending[decode->pending_count++] = (unsigned char)byte;
    progress = bytes[0] == 0x1B ? take_escape(decode, bytes, decode->pending_count)
                                : take_character(decode, bytes, decode->pending_count);
    if (progress == COMPLETE)
        decode->pending_count = 0;
}

void decode_feed(struct decode *decode, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        take_byte(decode, bytes[i]);
}

bool decode_pending(const struct decode *decode)
{
    return decode->pending_count > 0;
}

void decode_flush(struct decode *decode)
{
    size_t count = decode->pending_count;

    decode->pending_count = 0;
    if (count == 0 || decode->pending[0] != 0x1B)
        return;
    if (count == 1)
        send_key(decode, K_ESC);
    else if (count == 2) /* Alt and a character that could have begun a sequence */
        send_key(decode, decode->pending[1] | (key_code)K_ALT);
}
