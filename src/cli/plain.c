#include "plain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "detach.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

/* ---- saying ---- */

void plain_print(const char *text)
{
    size_t len = strlen(text);
    uint32_t code;

    for (size_t at = 0; at < len;) {
        at += utf8_next(text + at, len - at, &code);
        if (code == 0x2192) /* of our own words: from → to */
            (void)fputs("->", stdout);
        else if (code == '\n' || (code >= ' ' && code <= '~'))
            (void)putchar((int)code);
        else
            (void)putchar(code == '\t' ? ' ' : '?');
    }
}

/* `t`: of the run's clock. */
static void say(const struct plain *plain, int64_t t, const char *text)
{
    time_t seconds =
        (time_t)((clock_unix_ms() - run_now_ms(session_run(plain->session)) + t) / 1000);
    struct tm local;
    char stamp[16] = "--:--:--";

    if (localtime_r(&seconds, &local) != NULL)
        (void)strftime(stamp, sizeof stamp, "%H:%M:%S", &local);
    printf("%s ", stamp);
    plain_print(text);
    (void)putchar('\n');
    (void)fflush(stdout);
}

void plain_say(const struct plain *plain, const char *text)
{
    say(plain, run_now_ms(session_run(plain->session)), text);
}

bool plain_is_unfinished(const struct run_view *view, size_t line)
{
    int proposal = view->log.items[line].proposal;

    return line + 1 == view->log.count && proposal >= 0 &&
           (size_t)proposal < view->proposal_list.count && view->pending == NULL &&
           view->proposal_list.items[proposal].verdict == VIEW_PENDING && !view->stopped;
}

/* What earlier sittings said is not said again. */
void plain_print_log(struct plain *plain)
{
    const struct run_view *view = session_view(plain->session);
    bool is_over = session_outcome(plain->session) != NULL;

    for (; plain->editor == NULL && plain->printed < view->log.count; plain->printed++) {
        const struct view_line *line = &view->log.items[plain->printed];

        if (!is_over && plain_is_unfinished(view, plain->printed))
            return;
        if (line->t >= plain->began_ms)
            say(plain, line->t, line->text);
    }
}

/* ---- what happens ---- */

static void on_lines(void *data)
{
    plain_serve(data);
}

static void on_change(void *data)
{
    struct plain *plain = data;

    plain_print_log(plain);
    plain_ask_if_pending(plain);
    if (session_outcome(plain->session) != NULL) {
        plain->is_over = true;
        uv_stop(&plain->loop);
    }
}

/* ---- life ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct plain *plain = handle->data;

    if (number == SIGINT && plain->editor != NULL)
        return; /* the editor's */
    plain->is_detached = plain->is_detached || number == SIGHUP;
    plain->is_handed_over = plain->is_handed_over || number == SIGUSR1;
    plain_say(plain, plain->is_handed_over
                         ? "another process takes the run over: what is in flight is finished"
                         : "stopping: what is in flight is finished and saved (again: at once)");
    session_interrupt(plain->session);
}

static void catch_signals(struct plain *plain)
{
    static const int numbers[PLAIN_SIGNALS] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1 };

    for (int i = 0; i < PLAIN_SIGNALS; i++) {
        (void)uv_signal_init(&plain->loop, &plain->signals[i]);
        plain->signals[i].data = plain;
        (void)uv_signal_start(&plain->signals[i], on_signal, numbers[i]);
        uv_unref((uv_handle_t *)&plain->signals[i]);
    }
}

void plain_open(struct plain *plain, const char *folder)
{
    *plain = (struct plain){ .folder = folder, .began_us = clock_us() };
    plain->is_input_typed = isatty(STDIN_FILENO) != 0;
    (void)uv_loop_init(&plain->loop);
    plain->session = session_open_live(&plain->loop);
    session_on_change(plain->session, on_change, plain);
}

/* A path alone would not say what is in it. */
static void say_workflow(const struct plain *plain, const char *path)
{
    struct str text = STR_INIT;

    str_addf(&text, "the best workflow is in %s", path);
    plain_say(plain, str_text(&text));
    str_free(&text);
}

struct run_options plain_options(struct plain *plain)
{
    struct run_options options = { .store_folder = plain->folder };

    session_fill_options(plain->session, &options);
    return options;
}

int plain_go(struct plain *plain, struct run *take_run, struct err *err)
{
    const struct run_outcome *outcome;
    char *id = NULL;
    int code;

    plain->began_ms = run_now_ms(take_run);
    if (run_notice(take_run) != NULL)
        (void)fprintf(stderr, "%s\n", run_notice(take_run));
    if (!session_start_live(plain->session, take_run, err))
        return command_fail(err);
    catch_signals(plain);
    plain->input = line_input_open(&plain->loop, on_lines, plain);
    while (!plain->is_over)
        (void)uv_run(&plain->loop, UV_RUN_DEFAULT);
    outcome = session_outcome(plain->session);
    *err = outcome->err;
    code = outcome->exit_code;
    if (outcome->workflow != NULL)
        say_workflow(plain, outcome->workflow);
    if (plain->is_handed_over && err->code == ERR_CANCELLED) {
        *err = (struct err){ .code = ERR_NONE };
        code = 0;
    } else if (plain->is_detached && err->code == ERR_CANCELLED && !outcome->waiting) {
        id = mem_strdup(run_id(session_run(plain->session)));
    }
    plain_close(plain);
    if (id != NULL) {
        *err = (struct err){ .code = ERR_NONE };
        code = detach_spawn(plain->folder, id, err) ? 0 : command_fail(err);
    }
    free(id);
    return code;
}

void plain_close(struct plain *plain)
{
    if (plain->session == NULL)
        return;
    if (plain->input != NULL)
        for (int i = 0; i < PLAIN_SIGNALS; i++)
            uv_close((uv_handle_t *)&plain->signals[i], NULL);
    plain_end_editing(plain);
    drafts_free(&plain->drafts);
    line_input_close(plain->input);
    session_close(plain->session);
    plain->session = NULL;
    while (uv_run(&plain->loop, UV_RUN_DEFAULT) != 0)
        continue;
    (void)uv_loop_close(&plain->loop);
}
