#include "headless.h"

#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "str.h"
#include "summary.h"
#include "utf8.h"

static unsigned terminal_width(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
}

static void clear_line(struct headless *headless)
{
    if (headless->line_open)
        (void)fputs("\r\033[K", stderr);
    headless->line_open = false;
}

/* One line for people; what it quotes is made harmless. */
static void print_line(struct headless *headless, const char *text)
{
    struct str line = STR_INIT;

    clear_line(headless);
    utf8_add_line(text, strlen(text), 1000, &line);
    (void)fprintf(stderr, "%s\n", str_text(&line));
    str_free(&line);
}

static void update_line(struct headless *headless)
{
    char text[512];
    struct str line = STR_INIT;

    run_view_line(&headless->view, terminal_width() < 170, text, sizeof text);
    utf8_add_line(text, strlen(text), terminal_width() - 1, &line);
    (void)fprintf(stderr, "\r\033[K%s", str_text(&line));
    (void)fflush(stderr);
    headless->line_open = true;
    str_free(&line);
}

static const char *type_of(const cJSON *event)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "type"));

    return type != NULL ? type : "";
}

static void print_warning(struct headless *headless)
{
    char text[320];

    (void)snprintf(text, sizeof text, "warning: %s", headless->view.last_warning);
    print_line(headless, text);
}

/* Nobody reads any more, or the disk is full: a run that is paid for does not go on unseen. */
static void print_event(struct headless *headless, const char *line)
{
    if (headless->output_lost)
        return;
    headless->output_lost = fputs(line, stdout) == EOF || fputc('\n', stdout) == EOF;
    if (headless->output_lost && headless->run != NULL)
        run_interrupt(headless->run);
}

static void on_event(void *data, const cJSON *event, const char *line)
{
    struct headless *headless = data;
    const char *type = type_of(event);
    bool is_mark = str_equal(type, "batch_started") || str_equal(type, "validation") ||
                   str_equal(type, "baseline") || str_equal(type, "test");

    run_view_apply(&headless->view, event);
    if (headless->json)
        print_event(headless, line);
    if (str_equal(type, "warning"))
        print_warning(headless);
    if (headless->terminal)
        update_line(headless);
    else if (is_mark) {
        char text[512];

        run_view_line(&headless->view, false, text, sizeof text);
        if (!str_equal(text, headless->last_line))
            print_line(headless, text);
        (void)snprintf(headless->last_line, sizeof headless->last_line, "%s", text);
    }
}

void headless_open(struct headless *headless, bool json)
{
    *headless = (struct headless){ .json = json, .began_us = clock_us() };
    /* events on the same terminal would run into an updating line */
    headless->terminal = isatty(STDERR_FILENO) == 1 && !(json && isatty(STDOUT_FILENO) == 1);
    if (json) /* who reads a pipe sees each event as it comes */
        (void)setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    (void)uv_loop_init(&headless->loop);
    run_view_init(&headless->view);
}

struct run_options headless_options(struct headless *headless, const char *store_folder)
{
    return (struct run_options){
        .loop = &headless->loop,
        .store_folder = store_folder,
        .sink = on_event,
        .sink_data = headless,
    };
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct headless *headless = handle->data;

    (void)number;
    print_line(headless, "stopping: what is in flight is finished and saved (again: at once)");
    run_interrupt(headless->run);
}

static void on_hand_over(uv_signal_t *handle, int number)
{
    struct headless *headless = handle->data;

    (void)number;
    headless->handed_over = true;
    print_line(headless, "another process takes the run over: what is in flight is finished");
    run_interrupt(headless->run);
}

static void catch_signal(
    struct headless *headless, uv_signal_t *handle, int number, uv_signal_cb on_caught)
{
    (void)uv_signal_init(&headless->loop, handle);
    handle->data = headless;
    (void)uv_signal_start(handle, on_caught, number);
    uv_unref((uv_handle_t *)handle);
}

static void on_done(void *data, const struct run_outcome *outcome)
{
    struct headless *headless = data;

    headless->outcome = *outcome;
    if (outcome->workflow != NULL)
        (void)snprintf(headless->workflow, sizeof headless->workflow, "%s", outcome->workflow);
    uv_close((uv_handle_t *)&headless->interrupt, NULL);
    uv_close((uv_handle_t *)&headless->terminate, NULL);
    uv_close((uv_handle_t *)&headless->hangup, NULL);
    uv_close((uv_handle_t *)&headless->hand_over, NULL);
    uv_stop(&headless->loop);
}

/* Said here with what to do, so that it need not be said again of the stream itself. */
static void tell_lost_output(const struct headless *headless, struct err *err)
{
    if (!headless->output_lost || err->code != ERR_CANCELLED)
        return;
    err_prefix(err, "standard output takes no more events");
    __fpurge(stdout);
    clearerr(stdout);
}

int headless_go(struct headless *headless, struct run *take_run, struct err *err)
{
    headless->run = take_run;
    if (run_notice(take_run) != NULL)
        print_line(headless, run_notice(take_run));
    catch_signal(headless, &headless->interrupt, SIGINT, on_signal);
    catch_signal(headless, &headless->terminate, SIGTERM, on_signal);
    catch_signal(headless, &headless->hangup, SIGHUP, on_signal);
    catch_signal(headless, &headless->hand_over, SIGUSR1, on_hand_over);
    run_start(take_run, on_done, headless);
    (void)uv_run(&headless->loop, UV_RUN_DEFAULT);
    clear_line(headless);
    if (!headless->json) {
        headless->outcome.workflow = headless->workflow;
        summary_print(
            &headless->view, &headless->outcome, (double)(clock_us() - headless->began_us) / 1e6);
    }
    (void)fflush(stdout);
    if (headless->handed_over && headless->outcome.err.code == ERR_CANCELLED)
        headless->outcome = (struct run_outcome){ .exit_code = 0 };
    *err = headless->outcome.err;
    tell_lost_output(headless, err);
    run_close(take_run);
    headless->run = NULL;
    (void)uv_run(&headless->loop, UV_RUN_DEFAULT);
    return headless->outcome.exit_code;
}

void headless_close(struct headless *headless)
{
    run_view_free(&headless->view);
    (void)uv_run(&headless->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&headless->loop);
}
