#ifndef LINE_INPUT_H
#define LINE_INPUT_H

/* Lines of standard input, whatever it is (terminal, pipe, file), without holding up the loop and
 * without changing how it is open: a thread waits for them. */
#include <stdbool.h>
#include <uv.h>

struct line_input;

/* `on_line` comes from the loop, with a line without its end, at most 4,095 bytes of it; NULL:
 * there is no further one. An open input does not keep the loop alive. */
struct line_input *line_input_open(
    uv_loop_t *loop, void (*on_line)(void *data, const char *line), void *data);
void line_input_close(
    struct line_input *input); /* the loop has to run once more; NULL is nothing */

#endif
