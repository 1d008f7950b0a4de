#ifndef FRAME_H
#define FRAME_H

/*
 * Canvases → the bytes that bring a terminal from the last one to this one. The only file that
 * knows ncurses. Its output goes into a file in memory, so that nothing here can block and a
 * frame's bytes are known exactly. One at a time.
 *
 * True colours: ncurses knows 256, so a role's two colours get numbers of their own from 16 on, and
 * the finished bytes get the true ones put in (`CSI 38;5;N m` → `CSI 38;2;R;G;B m`). The terminal's
 * palette is never changed.
 */
#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"
#include "decode.h"
#include "err.h"
#include "str.h"
#include "theme.h"

struct frame;

/* Whether a kind of terminal (TERM) is known and can place its cursor. */
bool frame_is_able(const char *type);

/* For a terminal of this kind. ERR_INPUT where it is not known or cannot place its
 * cursor. */
struct frame *frame_open(const char *type, struct err *err);
void frame_close(struct frame *frame); /* NULL is nothing */

int frame_colours(const struct frame *frame); /* 0, 8, 16 … as the terminal's description says */
/* The keys that the description has. */
void frame_teach(const struct frame *frame, struct decode *decode);
/* Whether private modes of xterm may be asked of it (paste, focus, mouse, synchronised output). */
bool frame_is_xterm_like(const struct frame *frame);
/* A string of the description without parameters ("smkx"); "" where there is none. */
const char *frame_capability(const struct frame *frame, const char *name);

void frame_set_theme(struct frame *frame, const struct theme *theme, enum depth depth);
/* The terminal's size; the next frame is whole. */
void frame_resize(struct frame *frame, int width, int height);
void frame_forget(struct frame *frame); /* the next frame is whole */
/* Appends the bytes; none where nothing changed. Enters the alternate screen where it was left. */
void frame_draw(struct frame *frame, const struct canvas *canvas, struct str *out);
/* Appends what leaves the alternate screen and puts everything back. */
void frame_leave(struct frame *frame, struct str *out);

#endif
