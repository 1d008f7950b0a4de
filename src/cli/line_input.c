#include "line_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "str.h"

enum { LINE_BYTES = 4096 };

struct line_input {
    void (*on_line)(void *data, const char *line);
    void *data;
    uv_async_t wake;
    uv_thread_t thread;
    uv_mutex_t mutex; /* guards lines, has_ended */
    struct str lines; /* each with its NUL */
    bool has_ended;
    int stop[2]; /* a pipe: closing its writing end ends the thread */
};

static void hand_over(struct line_input *input, const char *line, size_t len)
{
    uv_mutex_lock(&input->mutex);
    str_add_n(&input->lines, line, len);
    str_add_char(&input->lines, '\0');
    uv_mutex_unlock(&input->mutex);
    (void)uv_async_send(&input->wake);
}

/* False: there is nothing more to be had, or nobody wants it. */
static bool wait_for_input(const struct line_input *input)
{
    struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = input->stop[0], .events = POLLIN } };

    while (poll(files, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    return files[1].revents == 0;
}

/* The bytes of a line beyond its room are left out. */
static void read_lines(struct line_input *input)
{
    char piece[512], line[LINE_BYTES];
    size_t len = 0;
    ssize_t got;

    while (wait_for_input(input) && (got = read(STDIN_FILENO, piece, sizeof piece)) > 0)
        for (ssize_t i = 0; i < got; i++) {
            if (piece[i] == '\n') {
                hand_over(input, line, len);
                len = 0;
            } else if (len < LINE_BYTES - 1 && piece[i] != '\0' && piece[i] != '\r') {
                line[len++] = piece[i];
            }
        }
    if (len > 0)
        hand_over(input, line, len);
}

static void run_thread(void *data)
{
    struct line_input *input = data;

    read_lines(input);
    uv_mutex_lock(&input->mutex);
    input->has_ended = true;
    uv_mutex_unlock(&input->mutex);
    (void)uv_async_send(&input->wake);
}

static void on_wake(uv_async_t *wake)
{
    struct line_input *input = wake->data;
    struct str lines;
    bool has_ended;

    uv_mutex_lock(&input->mutex);
    lines = input->lines;
    input->lines = (struct str)STR_INIT;
    has_ended = input->has_ended;
    uv_mutex_unlock(&input->mutex);
    for (size_t at = 0; at < lines.len; at += strlen(lines.data + at) + 1)
        input->on_line(input->data, lines.data + at);
    str_free(&lines);
    if (has_ended)
        input->on_line(input->data, NULL);
}

struct line_input *line_input_open(
    uv_loop_t *loop, void (*on_line)(void *data, const char *line), void *data)
{
    struct line_input *input = mem_zalloc(1, sizeof *input);

    input->on_line = on_line;
    input->data = data;
    input->wake.data = input;
    if (pipe(input->stop) != 0 || uv_mutex_init(&input->mutex) != 0 ||
        uv_async_init(loop, &input->wake, on_wake) != 0 ||
        uv_thread_create(&input->thread, run_thread, input) != 0)
        abort();
    uv_unref((uv_handle_t *)&input->wake);
    return input;
}

static void on_closed(uv_handle_t *wake)
{
    struct line_input *input = wake->data;

    uv_mutex_destroy(&input->mutex);
    str_free(&input->lines);
    free(input);
}

void line_input_close(struct line_input *input)
{
    if (input == NULL)
        return;
    (void)close(input->stop[1]);
    (void)uv_thread_join(&input->thread);
    (void)close(input->stop[0]);
    uv_close((uv_handle_t *)&input->wake, on_closed);
}
