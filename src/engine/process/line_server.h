#ifndef LINE_SERVER_H
#define LINE_SERVER_H

/*
 * A program of the user's that exchanges lines: started when a first line is sent to it, started
 * again by the next one when it has ended. It knows nothing of what the lines mean. Its standard
 * error is kept, the last of it, for messages. Loop thread only.
 *
 * Callbacks fire from the loop only, never from inside a call. After line_server_drop and
 * line_server_close those of the process that was running fire no more; it is ended behind
 * their backs, and the loop waits for that.
 */
#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "err.h"

enum { LINE_SERVER_LINE_MAX = 16 << 20, LINE_SERVER_WORDS_MAX = 300 };

struct line_server_spec {
    const char *const *argv; /* copied; argv[0] a name for program_find, against `folder` */
    size_t argc;
    const char *folder;
    const char *const *env; /* names of variables to pass on besides the usual ones; copied */
    size_t env_count;
    void (*on_line)(void *data, const char *line, size_t len); /* without its end; NUL-terminated */
    /* It ended by itself, or sent a longer line than LINE_SERVER_LINE_MAX. `why`: "ended with
     * status 1: LAST WORDS". */
    void (*on_end)(void *data, const char *why);
    void *data;
};

struct line_server;

/* NULL and ERR_INPUT: there is no such program. Starts nothing. */
struct line_server *line_server_open(
    uv_loop_t *loop, const struct line_server_spec *spec, struct err *err);

/* Queues the line, with its end added; starts the program if it does not run. ERR_ENDPOINT: it
 * cannot be started. */
bool line_server_send(struct line_server *server, const char *line, struct err *err);
bool line_server_is_running(const struct line_server *server);

/* What is running is killed and forgotten. */
void line_server_drop(struct line_server *server);
/* Whether the loop waits for it; at first, and after every start, it does. */
void line_server_hold_loop(struct line_server *server, bool holds);
/* The last of its standard error on one line, "" where there is none; borrowed until the loop
 * turns. */
const char *line_server_words(struct line_server *server);

/* The kind end: its input ends. NULL is nothing. */
void line_server_close(struct line_server *server);

#endif
