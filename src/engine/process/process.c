#include "process.h"

#include <linux/close_range.h>
#include <signal.h>
#include <unistd.h>

#include "mem.h"

enum { NOBODY = 65534, DRAIN_MS = 1000, END_MS = 500, READ_SIZE = 65536 };

struct process {
    uv_process_t handle;
    uv_pipe_t in, out, err;
    uv_timer_t timer;    /* until process_kill_after, then for the rest of the outputs */
    unsigned open_count; /* handles that are not closed yet */
    bool is_started, has_ended, is_closing;
    unsigned streams_at_end;
    struct process_end end;
    void (*on_bytes)(void *data, enum process_stream stream, const char *bytes, size_t len);
    void (*on_end)(void *data, const struct process_end *end);
    void *data;
    char buffer[READ_SIZE];
};

struct process_write_request {
    uv_write_t write;
    struct text *text;
};

static void on_closed(uv_handle_t *handle)
{
    struct process *child = handle->data;

    if (--child->open_count > 0)
        return;
    if (child->is_started)
        child->on_end(child->data, &child->end);
    free(child);
}

static void close_all(struct process *child)
{
    uv_handle_t *handles[] = { (uv_handle_t *)&child->handle, (uv_handle_t *)&child->in,
        (uv_handle_t *)&child->out, (uv_handle_t *)&child->err, (uv_handle_t *)&child->timer };

    child->is_closing = true;
    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++)
        if (!uv_is_closing(handles[i]))
            uv_close(handles[i], on_closed);
}

static void settle(struct process *child)
{
    if (child->has_ended && child->streams_at_end == 2 && !child->is_closing)
        close_all(child);
}

static void on_drain_time(uv_timer_t *timer)
{
    struct process *child = timer->data;

    if (!child->is_closing)
        close_all(child);
}

static void on_exit_of(uv_process_t *process, int64_t status, int signal)
{
    struct process *child = process->data;

    child->has_ended = true;
    child->end.status = (int)status;
    child->end.signal = signal;
    (void)kill(-process->pid, SIGKILL); /* whom it left behind */
    (void)uv_timer_start(&child->timer, on_drain_time, DRAIN_MS, 0);
    settle(child);
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct process *child = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(child->buffer, READ_SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    struct process *child = stream->data;
    enum process_stream which = stream == (uv_stream_t *)&child->out ? PROCESS_OUT : PROCESS_ERR;

    if (count > 0 && !child->is_closing)
        child->on_bytes(child->data, which, buffer->base, (size_t)count);
    if (count >= 0)
        return;
    (void)uv_read_stop(stream);
    child->streams_at_end++;
    settle(child);
}

static void init_handles(struct process *child, uv_loop_t *loop)
{
    (void)uv_pipe_init(loop, &child->in, 0);
    (void)uv_pipe_init(loop, &child->out, 0);
    (void)uv_pipe_init(loop, &child->err, 0);
    (void)uv_timer_init(loop, &child->timer);
    child->handle.data = child->in.data = child->out.data = child->err.data = child->timer.data =
        child;
    child->open_count = 5;
}

static int spawn(struct process *child, uv_loop_t *loop, const struct process_spec *spec)
{
    uv_stdio_container_t stdio[3] = {
        { .flags = UV_CREATE_PIPE | UV_READABLE_PIPE, .data.stream = (uv_stream_t *)&child->in },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->out },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&child->err },
    };
    uv_process_options_t options = {
        .exit_cb = on_exit_of,
        .file = spec->argv[0],
        .args = (char **)spec->argv,
        .env = (char **)spec->env,
        .cwd = spec->folder,
        .flags = UV_PROCESS_DETACHED |
                 (spec->as_nobody ? (unsigned)(UV_PROCESS_SETUID | UV_PROCESS_SETGID) : 0),
        .stdio_count = 3,
        .stdio = stdio,
        .uid = NOBODY,
        .gid = NOBODY,
    };

    /* whatever a library or our own parent left open must not reach foreign code */
    (void)close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
    (void)signal(SIGPIPE, SIG_IGN); /* a child that is gone is told by the write's error */
    return uv_spawn(loop, &child->handle, &options);
}

struct process *process_start(uv_loop_t *loop, const struct process_spec *spec, struct err *err)
{
    struct process *child = mem_zalloc(1, sizeof *child);
    int code;

    child->on_bytes = spec->on_bytes;
    child->on_end = spec->on_end;
    child->data = spec->data;
    init_handles(child, loop);
    code = spawn(child, loop, spec);
    if (code != 0) {
        (void)err_set(err, ERR_IO, "%s cannot be started: %s", spec->argv[0], uv_strerror(code));
        close_all(child);
        return NULL;
    }
    child->is_started = true;
    (void)uv_read_start((uv_stream_t *)&child->out, on_alloc, on_read);
    (void)uv_read_start((uv_stream_t *)&child->err, on_alloc, on_read);
    return child;
}

/* An error means that the child is gone or does not listen: its end tells. */
static void on_written(uv_write_t *write, int status)
{
    struct process_write_request *request = (struct process_write_request *)write;

    (void)status;
    text_unref(request->text);
    free(request);
}

void process_write(struct process *child, struct text *text)
{
    struct process_write_request *request;
    uv_buf_t buffer;

    if (child->is_closing || uv_is_closing((uv_handle_t *)&child->in))
        return;
    request = mem_zalloc(1, sizeof *request);
    request->text = text_ref(text);
    buffer = uv_buf_init(text->data, (unsigned)text->len);
    if (uv_write(&request->write, (uv_stream_t *)&child->in, &buffer, 1, on_written) != 0)
        on_written(&request->write, -1);
}

size_t process_unread(const struct process *child)
{
    return uv_stream_get_write_queue_size((const uv_stream_t *)&child->in);
}

static void on_shut(uv_shutdown_t *shutdown, int status)
{
    struct process *child = shutdown->data;

    free(shutdown);
    if (status == UV_ECANCELED) /* it is being closed already */
        return;
    if (!uv_is_closing((uv_handle_t *)&child->in))
        uv_close((uv_handle_t *)&child->in, on_closed);
}

void process_end_input(struct process *child)
{
    uv_shutdown_t *shutdown;

    if (child->is_closing || uv_is_closing((uv_handle_t *)&child->in))
        return;
    shutdown = mem_zalloc(1, sizeof *shutdown);
    shutdown->data = child;
    if (uv_shutdown(shutdown, (uv_stream_t *)&child->in, on_shut) != 0)
        free(shutdown);
}

void process_kill(struct process *child, int signal)
{
    if (!child->has_ended)
        (void)kill(-child->handle.pid, signal);
}

static void on_time(uv_timer_t *timer)
{
    struct process *child = timer->data;

    child->end.timed_out = true;
    process_kill(child, SIGKILL);
}

void process_kill_after(struct process *child, uint64_t ms)
{
    if (child->has_ended)
        return;
    if (ms == 0)
        (void)uv_timer_stop(&child->timer);
    else
        (void)uv_timer_start(&child->timer, on_time, ms, 0);
}

static void on_terminate_time(uv_timer_t *timer)
{
    struct process *child = timer->data;

    process_kill(child, SIGTERM);
    (void)uv_timer_start(timer, on_time, END_MS, 0);
}

void process_end_kindly(struct process *child)
{
    process_end_input(child);
    if (!child->has_ended)
        (void)uv_timer_start(&child->timer, on_terminate_time, END_MS, 0);
}

void process_hold_loop(struct process *child, bool holds)
{
    uv_handle_t *handles[] = { (uv_handle_t *)&child->handle, (uv_handle_t *)&child->in,
        (uv_handle_t *)&child->out, (uv_handle_t *)&child->err, (uv_handle_t *)&child->timer };

    for (size_t i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        if (holds)
            uv_ref(handles[i]);
        else
            uv_unref(handles[i]);
    }
}
