/* The ui over a session that a timer moves, for tests in a pseudo-terminal. One screen, whose keys
 * do what a test cannot otherwise bring about. After the end it says how often the loop turned. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_session.h"
#include "mem.h"
#include "ui.h"

struct host {
    uv_loop_t loop;
    struct session session;
    struct ui *ui;
    uv_timer_t timer;
    unsigned ticks, draws, clicks;
    char text[200];
    bool live;
};

static struct host host;
static volatile uintptr_t nowhere = 8;

static void *open_screen(struct ui *ui)
{
    host.ui = ui;
    return &host;
}

static void close_screen(void *state)
{
    (void)state;
}

static void draw(void *state, const struct pane *pane)
{
    (void)state;
    host.draws++;
    (void)pane_print(pane, 0, 0, ROLE_OK, "size %dx%d calls %llu", pane->canvas->width,
        pane->canvas->height, (unsigned long long)host.session.view.cost[0].calls);
    (void)pane_print(pane, 0, 1, ROLE_ERROR, "text: %s clicks %u", host.text, host.clicks);
    (void)pane_text(pane, 0, 2, ROLE_TEXT, "wide 日本語 e\xCC\x81 \x1b[31m\x9b end");
    for (int y = 3; y < pane->height; y++) /* so that a picture takes more than a pty holds */
        for (int x = 0; x < pane->width; x++)
            pane_glyph(pane, x, y, (enum role)((x + y + (int)host.draws) % ROLES), '#', '#');
}

static void on_text(void *data, const char *text)
{
    (void)data;
    (void)snprintf(host.text, sizeof host.text, "%s", text != NULL ? text : "(none)");
}

static int overflow(volatile int depth) /* a tail call would not */
{
    volatile char block[4096];

    block[0] = (char)depth;
    return depth < 0 ? 0 : overflow(depth + 1) + block[0];
}

static enum outcome act(void *state, enum action action)
{
    (void)state;
    switch ((int)action) {
    case ACTION_EDIT:
        ui_edit(host.ui, ".md", "before", on_text, NULL);
        return OUTCOME_NONE;
    case ACTION_ACCEPT:
        (void)fprintf(stderr, "words on standard error\n");
        abort();
    case ACTION_REJECT:
        *(volatile int *)nowhere = 1;
        return OUTCOME_NONE;
    case ACTION_UNDO:
        return overflow(1) != 0 ? OUTCOME_NONE : OUTCOME_REDRAW;
    case ACTION_FIRST:
        exit(7);
    case ACTION_SEARCH:
        ui_ask_line(host.ui, "Search: ", NULL, on_text, NULL);
        return OUTCOME_NONE;
    default:
        return OUTCOME_IGNORED;
    }
}

static enum outcome click(void *state, int x, int y)
{
    (void)state;
    host.clicks += (unsigned)(x + y);
    return OUTCOME_REDRAW;
}

static void add_text(void *state, struct str *out)
{
    (void)state;
    str_add(out, "copied text");
}

static const struct screen screen = {
    .name = "Review",
    .context = CONTEXT_REVIEW,
    .open = open_screen,
    .close = close_screen,
    .draw = draw,
    .act = act,
    .click = click,
    .text = add_text,
};
static const struct screen *const screens[SCREENS] = { [SCREEN_REVIEW] = &screen };

static void on_timer(uv_timer_t *timer)
{
    (void)timer;
    host.ticks++;
    if (host.live && host.ticks % 3 == 0) {
        host.session.view.cost[0].calls++;
        fake_session_changed(&host.session);
    }
    if (host.session.interrupts > 0 && !host.session.has_ended) {
        host.session.outcome.exit_code = 130;
        fake_session_end(&host.session);
    }
}

/* host [live] [COLOUR] */
int main(int argc, char **argv)
{
    struct err err = { .code = ERR_NONE };
    struct ui_options options = { .loop = &host.loop, .has_terminal = true, .screens = screens };

    host.live = argc > 1 && strcmp(argv[1], "live") == 0;
    options.state_folder = getenv("UI_STATE");
    options.theme = getenv("UI_THEME");
    (void)signal(SIGPIPE, SIG_IGN);
    (void)uv_loop_init(&host.loop);
    fake_session_init(&host.session);
    host.ui = ui_open(&options, &host.session, &err);
    if (host.ui == NULL) {
        (void)fprintf(stderr, "host: %s\n", err.message);
        (void)uv_run(&host.loop, UV_RUN_DEFAULT);
        (void)uv_loop_close(&host.loop);
        fake_session_free(&host.session);
        return 2;
    }
    (void)uv_timer_init(&host.loop, &host.timer);
    if (host.live)
        (void)uv_timer_start(&host.timer, on_timer, 10, 10);
    while (!ui_is_over(host.ui)) {
        (void)uv_run(&host.loop, host.live ? UV_RUN_DEFAULT : UV_RUN_ONCE);
        on_timer(&host.timer);
    }
    ui_close(host.ui);
    uv_close((uv_handle_t *)&host.timer, NULL);
    while (uv_run(&host.loop, UV_RUN_DEFAULT) != 0)
        continue;
    (void)uv_loop_close(&host.loop);
    fake_session_free(&host.session);
    printf("ticks %u draws %u\n", host.ticks, host.draws);
    return host.session.outcome.exit_code;
}
