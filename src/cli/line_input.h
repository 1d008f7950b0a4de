#ifndef LINE_INPUT_H
#define LINE_INPUT_H

/*
 * Lines of standard input, whatever it is (terminal, pipe, file), without holding up the loop and
 * without changing how it is open: a thread waits for them. Lines wait until they are taken; where
 * nobody takes them no more than some are read.
 */
#include <stdbool.h>
#include <uv.h>

struct line_input;

/* `on_lines` comes from the loop: there is a line, or the input has ended. An open input does not
 * keep the loop alive. */
struct line_input *line_input_open(uv_loop_t *loop, void (*on_lines)(void *data), void *data);
/* The next line without its end, at most 4,095 bytes of it; NULL: none is there yet. The caller's.
 */
char *line_input_take(struct line_input *input);
/* Every line was taken, and there is no further one. */
bool line_input_has_ended(struct line_input *input);
/* Nothing is read while it rests: another program has the terminal. */
void line_input_rest(struct line_input *input);
void line_input_go_on(struct line_input *input);
void line_input_close(
    struct line_input *input); /* the loop has to run once more; NULL is nothing */

#endif
