#include "plain.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "command.h"
#include "detach.h"
#include "mem.h"
#include "proposal_text.h"
#include "str.h"
#include "utf8.h"

static const char QUESTION[] = "1 accept, 2 reject with a reason, 3 show the proposal, "
                               "4 stop now and keep the best, 5 leave it for later";

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

static void say_now(const struct plain *plain, const char *text)
{
    say(plain, run_now_ms(session_run(plain->session)), text);
}

/* What earlier sittings said is not said again. */
static void print_log(struct plain *plain)
{
    const struct run_view *view = session_view(plain->session);

    for (; plain->printed < view->log.count; plain->printed++) {
        const struct view_line *line = &view->log.items[plain->printed];

        if (line->t >= plain->began_ms)
            say(plain, line->t, line->text);
    }
}

/* ---- asking ---- */

static void show_proposal(const struct plain *plain)
{
    struct str text = STR_INIT;

    proposal_write(session_view(plain->session)->pending, &text);
    str_addf(&text,
        "the gradients behind it, word for word: flowbot review %s (in another terminal)\n",
        run_id(session_run(plain->session)));
    plain_print(str_text(&text));
    str_free(&text);
}

static void ask(struct plain *plain)
{
    plain->asking = PLAIN_CHOICE;
    say_now(plain, QUESTION);
}

static void give(struct plain *plain, enum answer_kind kind, const char *reason)
{
    struct answer answer = { .proposal = plain->proposal, .kind = kind, .reason = reason };
    struct err err = { .code = ERR_NONE };

    plain->asking = PLAIN_NO_QUESTION;
    if (session_decide(plain->session, &answer, &err))
        return;
    say_now(plain, err.message);
    ask(plain);
}

static void choose(struct plain *plain, const char *line)
{
    struct err err = { .code = ERR_NONE };

    switch (line[0] != '\0' && line[1] == '\0' ? line[0] : ' ') {
    case '1':
        give(plain, ANSWER_ACCEPT, NULL);
        break;
    case '2':
        plain->asking = PLAIN_REASON;
        say_now(plain, "the reason, which the meta model is shown (an empty line: back)");
        break;
    case '3':
        show_proposal(plain);
        ask(plain);
        break;
    case '4':
        plain->asking = PLAIN_NO_QUESTION;
        say_now(plain, session_stop(plain->session, &err)
                           ? "stopping: the best so far is tested and kept"
                           : err.message);
        break;
    case '5':
        plain->asking = PLAIN_NO_QUESTION;
        session_interrupt(plain->session);
        break;
    default:
        say_now(plain, "a number from 1 to 5 is expected");
        ask(plain);
    }
}

static void on_line(void *data, const char *line)
{
    struct plain *plain = data;

    if (line == NULL) {
        plain->has_no_input = true;
        if (plain->asking != PLAIN_NO_QUESTION)
            session_interrupt(plain->session);
    } else if (plain->asking == PLAIN_CHOICE) {
        choose(plain, line);
    } else if (plain->asking == PLAIN_REASON && line[0] == '\0') {
        ask(plain);
    } else if (plain->asking == PLAIN_REASON) {
        give(plain, ANSWER_REJECT, line);
    } else if (line[0] != '\0') {
        say_now(plain, "nothing is asked at the moment");
    }
}

static void ask_if_pending(struct plain *plain)
{
    const cJSON *pending = session_view(plain->session)->pending;
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(pending, "proposal");

    if (!cJSON_IsNumber(number) || (unsigned)number->valuedouble == plain->proposal ||
        session_outcome(plain->session) != NULL)
        return;
    plain->proposal = (unsigned)number->valuedouble;
    if (plain->has_no_input)
        session_interrupt(plain->session); /* it waits for a later sitting */
    else
        ask(plain);
}

static void on_change(void *data)
{
    struct plain *plain = data;

    print_log(plain);
    ask_if_pending(plain);
    if (session_outcome(plain->session) != NULL) {
        plain->is_over = true;
        uv_stop(&plain->loop);
    }
}

/* ---- life ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct plain *plain = handle->data;

    plain->is_detached = plain->is_detached || number == SIGHUP;
    plain->is_handed_over = plain->is_handed_over || number == SIGUSR1;
    say_now(plain, plain->is_handed_over
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
    (void)uv_loop_init(&plain->loop);
    plain->session = session_open_live(&plain->loop);
    session_on_change(plain->session, on_change, plain);
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
    plain->input = line_input_open(&plain->loop, on_line, plain);
    while (!plain->is_over)
        (void)uv_run(&plain->loop, UV_RUN_DEFAULT);
    outcome = session_outcome(plain->session);
    *err = outcome->err;
    code = outcome->exit_code;
    if (outcome->workflow != NULL)
        say_now(plain, outcome->workflow);
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
    line_input_close(plain->input);
    session_close(plain->session);
    plain->session = NULL;
    while (uv_run(&plain->loop, UV_RUN_DEFAULT) != 0)
        continue;
    (void)uv_loop_close(&plain->loop);
}
