#ifndef TERMINAL_H
#define TERMINAL_H

/*
 * The terminal: keys in, canvases out. What to write for a frame, only what changed, is
 * found by frame.c in memory; from there it goes, without ever blocking, through a descriptor of
 * our own (a description of its own, too: making that of standard output non-blocking would leak to
 * whoever shares it). While bytes of the last frame are still on their way no other frame is drawn,
 * so that a terminal that stops reading costs nothing and holds up nobody.
 *
 * Callbacks come from the loop, never from inside a call. One terminal a process. Loop thread only.
 */
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "canvas.h"
#include "decode.h"
#include "err.h"
#include "theme.h"

struct terminal;

/* AUTO: by TERM, COLORTERM and NO_COLOR. */
enum colour_choice { COLOUR_AUTO, COLOUR_NEVER, COLOUR_8, COLOUR_16, COLOUR_256, COLOUR_TRUE };

struct terminal_options {
    uv_loop_t *loop;
    bool mouse;
    decode_input *on_input;        /* keys, pasted text, mouse */
    void (*on_resize)(void *data); /* draw everything again; also after a suspension */
    void (*on_ready)(void *data);  /* what was on its way is written: draw what is pending */
    void (*on_lost)(void *data);   /* the terminal is gone: nothing more comes from it. Once */
    void *data;
};

/* Whether standard input and output are terminals and TERM is known and able; else the reason in
 * *why (a constant sentence, for --display=tui). Blocks for a moment, opens nothing. */
bool terminal_is_usable(const char **why);
/* Whether the locale's characters are UTF-8. Takes the environment's locale where that has not been
 * done; where it is named but not installed and says UTF-8, C.UTF-8. */
bool terminal_is_utf8(void);
bool terminal_is_console(void); /* the one of Linux itself, with a font of few signs */
/* What to show of a terminal that has so many colours (terminal_colours). */
enum depth terminal_depth(enum colour_choice choice, int colours);

/* Takes the screen over. NULL and ERR_IO or ERR_INPUT where it cannot. */
struct terminal *terminal_open(const struct terminal_options *options, struct err *err);
/* Gives it back as it was; blocks at most 200 ms for a terminal that does not read. The loop has to
 * run once more. NULL is nothing. */
void terminal_close(struct terminal *terminal);

void terminal_size(const struct terminal *terminal, int *width, int *height);
int terminal_colours(const struct terminal *terminal); /* as TERM says: 0, 8, 16, 256 … */
/* Before the first frame; `theme` made for this depth. */
void terminal_set_theme(struct terminal *terminal, const struct theme *theme, enum depth depth);
void terminal_set_mouse(struct terminal *terminal, bool on);
/* Whether a frame may be drawn now; false: on_ready comes. */
bool terminal_is_ready(const struct terminal *terminal);
/* The canvas must have the terminal's size. Returns the bytes that the frame takes. */
size_t terminal_draw(struct terminal *terminal, const struct canvas *canvas);
void terminal_redraw(struct terminal *terminal); /* the next frame is written whole */
void terminal_bell(struct terminal *terminal);
/* OSC 52: text for the clipboard of the terminal's machine; at most TERMINAL_CLIPBOARD bytes, false
 * beyond. Whether the terminal heeds it cannot be known. */
enum { TERMINAL_CLIPBOARD = 74994 };
bool terminal_copy(struct terminal *terminal, const char *bytes, size_t len);

/* Gives the terminal to somebody else (an editor, the shell) until terminal_resume; nothing is read
 * or drawn meanwhile. */
void terminal_suspend(struct terminal *terminal);
void terminal_resume(struct terminal *terminal);
/* ^Z: suspends, stops the process group, and resumes when it is continued. */
void terminal_stop(struct terminal *terminal);

#endif
