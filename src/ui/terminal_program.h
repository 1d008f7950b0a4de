#ifndef TERMINAL_PROGRAM_H
#define TERMINAL_PROGRAM_H

/* A program beside the loop: an editor or pager that has the terminal, a helper that reads a text.
 * No shell is involved. */
#include <stddef.h>
#include <uv.h>

#include "err.h"

struct terminal_program;

/* `status`: the exit status, or 128 + the signal that ended it. Exactly once, from the loop. */
typedef void terminal_program_end(void *data, int status);

/* `argv` ends with NULL. `input` NULL: it has our standard streams; else it reads this text
 * (copied) and its output is dropped. NULL and ERR_IO where it cannot be started. */
struct terminal_program *terminal_program_start(uv_loop_t *loop, char **argv, const char *input,
    size_t len, terminal_program_end *on_end, void *data, struct err *err);
/* on_end does not come any more; the program is left to itself, the loop has to run once more. */
void terminal_program_forget(struct terminal_program *child);

/* A command as in $EDITOR into words, by blanks; '…' and "…" hold words together, nothing else is
 * special. `last` goes behind them. The array and its strings: terminal_program_free_words. NULL:
 * no word. */
char **terminal_program_words(const char *command, const char *last);
void terminal_program_free_words(char **words);

#endif
