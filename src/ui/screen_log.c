/* Screen 8: what happened, newest at the end; filter, search, follow; Enter opens what a line is
 * about. */
#include "screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log_list.h"
#include "mem.h"

struct log_screen {
    struct ui *ui;
    struct list list;
    char *filter, *needle; /* NULL: none */
};

static void *open_log(struct ui *ui)
{
    struct log_screen *screen = mem_zalloc(1, sizeof *screen);

    screen->ui = ui;
    screen->list.follow = true;
    return screen;
}

static void close_log(void *state)
{
    struct log_screen *screen = state;

    list_free(&screen->list);
    free(screen->filter);
    free(screen->needle);
    free(screen);
}

static void update(struct log_screen *screen)
{
    const struct run_view *view = ui_view(screen->ui);

    list_update(&screen->list, &log_source, view, view->log.count, 0);
}

static void draw_status(const struct log_screen *screen, const struct pane *row)
{
    const struct run_view *view = ui_view(screen->ui);
    char text[200];

    (void)snprintf(text, sizeof text, "%zu line%s%s", view->log.count,
        view->log.count == 1 ? "" : "s", screen->list.follow ? ", following" : "");
    (void)pane_text_right(row, row->width, 0, ROLE_DIM, text);
    if (screen->filter != NULL)
        (void)pane_print(
            row, 0, 0, ROLE_KEY, "filter: %s (%zu)", screen->filter, list_shown(&screen->list));
    else
        (void)pane_text(row, 0, 0, ROLE_TITLE, "What happened");
}

/* The selected line, where it is longer than its row, wrapped below the list. */
static struct pane cut_detail(const struct log_screen *screen, struct pane *rows)
{
    const struct run_view *view = ui_view(screen->ui);
    size_t row, from = 0, end, next;
    int height = 1, most = rows->height / 2;
    const char *text = list_selected(&screen->list, &row) ? view->log.items[row].text : "";
    size_t len = strlen(text);

    if (text_cells(text, len) <= rows->width - log_margin(rows->width) - 1)
        return pane_cut_bottom(rows, 0);
    for (; height < most && text_wrap(text, len, rows->width, from, &end, &next); from = next)
        height++;
    return pane_cut_bottom(rows, height);
}

static void draw_detail(const struct log_screen *screen, struct pane detail)
{
    size_t row;

    if (detail.height < 2 || !list_selected(&screen->list, &row))
        return;
    pane_hline(&detail, 0, 0, detail.width, ROLE_BORDER);
    (void)pane_cut_top(&detail, 1);
    (void)text_draw(&detail, ROLE_TEXT, ui_view(screen->ui)->log.items[row].text, 0);
}

static void draw_log(void *state, const struct pane *pane)
{
    struct log_screen *screen = state;
    struct pane rows = *pane, detail;

    update(screen);
    if (pane->height > 4) {
        struct pane status = pane_cut_top(&rows, 1);

        draw_status(screen, &status);
    }
    detail = cut_detail(screen, &rows);
    list_draw(&screen->list, &log_source, ui_view(screen->ui), &rows,
        &(struct list_look){ .focused = true,
            .empty = screen->filter != NULL ? "no line matches the filter" : "nothing yet" });
    draw_detail(screen, detail);
}

/* ---- filter, search ---- */

static void on_filter(void *data, const char *line)
{
    struct log_screen *screen = data;
    struct err err;

    if (line == NULL)
        return;
    if (!list_set_filter(&screen->list, &log_source, line, &err)) {
        ui_say(screen->ui, ROLE_ERROR, "%s", err.message);
        return;
    }
    free(screen->filter);
    screen->filter = *line != '\0' ? mem_strdup(line) : NULL;
}

static bool has_needle(const struct log_screen *screen, size_t position)
{
    size_t row;

    return list_row(&screen->list, position, &row) &&
           strcasestr(ui_view(screen->ui)->log.items[row].text, screen->needle) != NULL;
}

/* The next line with the needle, round the end. */
static void search(struct log_screen *screen, bool forth)
{
    size_t count = list_shown(&screen->list);

    for (size_t i = 1; screen->needle != NULL && i <= count; i++) {
        size_t at = (screen->list.selected + (forth ? i : count - i)) % count;

        if (!has_needle(screen, at))
            continue;
        screen->list.selected = at;
        screen->list.follow = false;
        return;
    }
    if (screen->needle != NULL)
        ui_say(screen->ui, ROLE_WARNING, "no line has \"%s\"", screen->needle);
}

static void on_search(void *data, const char *line)
{
    struct log_screen *screen = data;

    if (line == NULL)
        return;
    free(screen->needle);
    screen->needle = *line != '\0' ? mem_strdup(line) : NULL;
    update(screen);
    search(screen, true);
}

static enum outcome open_line(struct log_screen *screen, size_t row)
{
    const struct view_line *line = &ui_view(screen->ui)->log.items[row];

    if (line->proposal != VIEW_NONE || line->rollout != VIEW_NONE || line->workflow != VIEW_NONE)
        return log_open(screen->ui, row);
    ui_say(screen->ui, ROLE_TEXT, "this line leads nowhere; y copies it");
    return OUTCOME_REDRAW;
}

static void show(void *state, const struct place *place)
{
    struct log_screen *screen = state;

    if (place->line == PLACE_NONE)
        return;
    update(screen);
    screen->list.follow = false;
    (void)list_select(&screen->list, (size_t)place->line);
}

static enum outcome act(void *state, enum action action)
{
    struct log_screen *screen = state;
    size_t row;

    update(screen);
    switch ((int)action) {
    case ACTION_FILTER:
        ui_ask_line(
            screen->ui, "filter (words, kind:warning, !word)", screen->filter, on_filter, screen);
        return OUTCOME_REDRAW;
    case ACTION_SEARCH:
        ui_ask_line(screen->ui, "search", NULL, on_search, screen);
        return OUTCOME_REDRAW;
    case ACTION_SEARCH_NEXT:
    case ACTION_SEARCH_PREVIOUS:
        search(screen, action == ACTION_SEARCH_NEXT);
        return OUTCOME_REDRAW;
    case ACTION_OPEN:
    case ACTION_TRACE:
        return list_selected(&screen->list, &row) ? open_line(screen, row) : OUTCOME_IGNORED;
    case ACTION_BACK:
        if (screen->filter == NULL)
            return OUTCOME_IGNORED;
        on_filter(screen, "");
        return OUTCOME_REDRAW;
    case ACTION_SORT: /* a log is in the order of time */
        return OUTCOME_IGNORED;
    default:
        return list_act(&screen->list, &log_source, action) ? OUTCOME_REDRAW : OUTCOME_IGNORED;
    }
}

static enum outcome click(void *state, int x, int y)
{
    struct log_screen *screen = state;

    (void)x;
    return list_click(&screen->list, &(struct list_look){ .head = true }, y) ? OUTCOME_REDRAW
                                                                             : OUTCOME_IGNORED;
}

static const char *hint(void *state, enum action action)
{
    const struct log_screen *screen = state;

    return action == ACTION_FOLLOW && screen->list.follow ? "unfollow" : NULL;
}

static void add_text(void *state, struct str *out)
{
    const struct log_screen *screen = state;
    const struct run_view *view = ui_view(screen->ui);
    char time[24];

    for (size_t i = 0; i < list_shown(&screen->list); i++) {
        size_t row;

        if (list_row(&screen->list, i, &row) && row < view->log.count)
            str_addf(
                out, "%s %s\n", log_time(view->log.items[row].t, time), view->log.items[row].text);
    }
}

const struct screen screen_log = {
    .name = "Log",
    .context = CONTEXT_LOG,
    .open = open_log,
    .close = close_log,
    .draw = draw_log,
    .act = act,
    .show = show,
    .click = click,
    .hint = hint,
    .text = add_text,
};
