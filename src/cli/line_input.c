#include "line_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "str.h"

enum { LINE_BYTES = 4096, AHEAD_BYTES = 64 << 10 };

struct line_input {
    void (*on_lines)(void *data);
    void *data;
    uv_async_t wake;
    uv_thread_t thread;
    uv_mutex_t mutex; /* guards taken, lines, has_ended, is_resting */
    uv_cond_t room;
    struct str lines; /* each with its NUL */
    size_t taken;     /* bytes of them */
    bool has_ended, is_resting;
    int stop[2]; /* a pipe: closing its writing end ends the thread */
    /* the thread's own: a line that has no end yet */
    char line[LINE_BYTES];
    size_t len;
};

static void hand_over(struct line_input *input)
{
    uv_mutex_lock(&input->mutex);
    str_add_n(&input->lines, input->line, input->len);
    str_add_char(&input->lines, '\0');
    uv_mutex_unlock(&input->mutex);
    input->len = 0;
    (void)uv_async_send(&input->wake);
}

/* False: nobody wants more for now. */
static bool wait_for_room(struct line_input *input)
{
    bool is_wanted;

    uv_mutex_lock(&input->mutex);
    while (!input->is_resting && input->lines.len - input->taken > AHEAD_BYTES)
        uv_cond_wait(&input->room, &input->mutex);
    is_wanted = !input->is_resting;
    uv_mutex_unlock(&input->mutex);
    return is_wanted;
}

/* False: nobody wants more for now. */
static bool wait_for_input(struct line_input *input)
{
    struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = input->stop[0], .events = POLLIN } };

    if (!wait_for_room(input))
        return false;
    while (poll(files, 2, -1) < 0)
        if (errno != EINTR)
            return false;
    return files[1].revents == 0;
}

/* The bytes of a line beyond its room are left out. False: there is nothing more to be had. */
static bool read_piece(struct line_input *input)
{
    char piece[512];
    ssize_t got = read(STDIN_FILENO, piece, sizeof piece);

    for (ssize_t i = 0; i < got; i++)
        if (piece[i] == '\n')
            hand_over(input);
        else if (input->len < LINE_BYTES - 1 && piece[i] != '\0' && piece[i] != '\r')
            input->line[input->len++] = piece[i];
    return got > 0;
}

static void run_thread(void *data)
{
    struct line_input *input = data;

    while (wait_for_input(input))
        if (!read_piece(input)) {
            if (input->len > 0)
                hand_over(input);
            uv_mutex_lock(&input->mutex);
            input->has_ended = true;
            uv_mutex_unlock(&input->mutex);
            (void)uv_async_send(&input->wake);
            return;
        }
}

char *line_input_take(struct line_input *input)
{
    char *line = NULL;

    uv_mutex_lock(&input->mutex);
    if (input->taken < input->lines.len) {
        line = mem_strdup(input->lines.data + input->taken);
        input->taken += strlen(line) + 1;
    }
    if (input->taken == input->lines.len) {
        str_clear(&input->lines);
        input->taken = 0;
    }
    uv_cond_signal(&input->room);
    uv_mutex_unlock(&input->mutex);
    return line;
}

bool line_input_has_ended(struct line_input *input)
{
    bool has_ended;

    uv_mutex_lock(&input->mutex);
    has_ended = input->has_ended && input->lines.len == 0;
    uv_mutex_unlock(&input->mutex);
    return has_ended;
}

static void on_wake(uv_async_t *wake)
{
    struct line_input *input = wake->data;

    input->on_lines(input->data);
}

struct line_input *line_input_open(uv_loop_t *loop, void (*on_lines)(void *data), void *data)
{
    struct line_input *input = mem_zalloc(1, sizeof *input);

    input->on_lines = on_lines;
    input->data = data;
    input->wake.data = input;
    input->is_resting = true;
    if (uv_mutex_init(&input->mutex) != 0 || uv_cond_init(&input->room) != 0 ||
        uv_async_init(loop, &input->wake, on_wake) != 0)
        abort();
    uv_unref((uv_handle_t *)&input->wake);
    line_input_go_on(input);
    return input;
}

void line_input_go_on(struct line_input *input)
{
    if (!input->is_resting || input->has_ended)
        return;
    input->is_resting = false;
    if (pipe(input->stop) != 0 || uv_thread_create(&input->thread, run_thread, input) != 0)
        abort();
}

void line_input_rest(struct line_input *input)
{
    if (input->is_resting)
        return;
    uv_mutex_lock(&input->mutex);
    input->is_resting = true;
    uv_cond_signal(&input->room);
    uv_mutex_unlock(&input->mutex);
    (void)close(input->stop[1]);
    (void)uv_thread_join(&input->thread);
    (void)close(input->stop[0]);
}

static void on_closed(uv_handle_t *wake)
{
    struct line_input *input = wake->data;

    uv_cond_destroy(&input->room);
    uv_mutex_destroy(&input->mutex);
    str_free(&input->lines);
    free(input);
}

void line_input_close(struct line_input *input)
{
    if (input == NULL)
        return;
    line_input_rest(input);
    uv_close((uv_handle_t *)&input->wake, on_closed);
}
