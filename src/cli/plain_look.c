#include "plain_look.h"

#include <signal.h>
#include <stdio.h>

#include "command.h"
#include "plain.h"

enum { LAST_WORDS_MS = 300 }; /* what a process wrote last is seen by then */
enum { LOOK_SIGNALS = 2 };

struct look {
    uv_loop_t *loop;
    struct session *session;
    size_t printed; /* lines of the log */
    bool is_over;
    uv_timer_t end;
    uv_signal_t signals[LOOK_SIGNALS];
};

static void finish(struct look *look)
{
    look->is_over = true;
    uv_stop(look->loop);
}

static void print_line(struct look *look, const struct view_line *line)
{
    long long seconds = (long long)(line->t / 1000);

    printf("%lld:%02lld:%02lld ", seconds / 3600, seconds / 60 % 60, seconds % 60);
    plain_print(line->text);
    if (putchar('\n') == EOF || fflush(stdout) == EOF)
        finish(look);
}

/* After facts were dropped (resume --retry-failed) the log begins anew: what is new is at its end.
 */
static void print_log(struct look *look)
{
    const struct run_view *view = session_view(look->session);

    if (look->printed > view->log.count)
        look->printed = view->log.count;
    while (look->printed < view->log.count && !look->is_over &&
           !plain_is_unfinished(view, look->printed))
        print_line(look, &view->log.items[look->printed++]);
}

static bool is_at_end(const struct look *look)
{
    return !session_is_loading(look->session) && session_missed(look->session) == 0 &&
           (session_kind(look->session) == SESSION_REPLAY || session_has_ended(look->session));
}

static void on_end(uv_timer_t *timer)
{
    struct look *look = timer->data;

    if (is_at_end(look))
        finish(look);
}

static void on_change(void *data)
{
    struct look *look = data;

    print_log(look);
    if (session_trouble(look->session) != NULL)
        finish(look);
    else if (is_at_end(look) && uv_is_active((uv_handle_t *)&look->end) == 0)
        (void)uv_timer_start(&look->end, on_end, LAST_WORDS_MS, 0);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    finish(handle->data);
}

static void open_handles(struct look *look)
{
    static const int numbers[LOOK_SIGNALS] = { SIGINT, SIGTERM };

    (void)uv_timer_init(look->loop, &look->end);
    look->end.data = look;
    for (int i = 0; i < LOOK_SIGNALS; i++) {
        (void)uv_signal_init(look->loop, &look->signals[i]);
        look->signals[i].data = look;
        (void)uv_signal_start(&look->signals[i], on_signal, numbers[i]);
    }
}

static void close_handles(struct look *look)
{
    session_on_change(look->session, NULL, NULL);
    uv_close((uv_handle_t *)&look->end, NULL);
    for (int i = 0; i < LOOK_SIGNALS; i++)
        uv_close((uv_handle_t *)&look->signals[i], NULL);
    (void)uv_run(look->loop, UV_RUN_NOWAIT); /* their close callbacks: they go with this call */
}

int plain_look(uv_loop_t *loop, struct session *session, bool at_once, struct err *err)
{
    struct look look = { .loop = loop, .session = session };
    const struct err *trouble;

    open_handles(&look);
    session_on_change(session, on_change, &look);
    if (at_once)
        session_seek(session, 1);
    while (!look.is_over)
        (void)uv_run(loop, UV_RUN_DEFAULT);
    close_handles(&look);
    trouble = session_trouble(session);
    if (trouble == NULL)
        return 0;
    *err = *trouble;
    return command_fail(err);
}
