#include "log_list.h"

#include <stdio.h>
#include <string.h>

enum { LOG_TIME, LOG_KIND, LOG_TEXT };
enum { TIME_CELLS = 8, TIME_FROM = 40 };

static const struct {
    const char *word; /* for filters */
    uint32_t code;
    char ascii;
    enum role role;
} tones[] = {
    [TONE_INFO] = { "info", 0x00B7, '.', ROLE_TEXT },
    [TONE_GOOD] = { "good", '+', '+', ROLE_OK },
    [TONE_BAD] = { "bad", '-', '-', ROLE_ERROR },
    [TONE_WARNING] = { "warning", '!', '!', ROLE_WARNING },
    [TONE_DECISION] = { "decision", 0x25C6, '#', ROLE_ACCENT },
};

const char *log_time(int64_t t, char text[24])
{
    long long s = t > 0 ? t / 1000 : 0;

    (void)snprintf(text, 24, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    return text;
}

int log_margin(int width)
{
    return width >= TIME_FROM ? TIME_CELLS + 2 : 2;
}

static const struct view_line *line_of(const void *data, size_t row)
{
    return &((const struct run_view *)data)->log.items[row];
}

static void field_text(const void *data, size_t row, int column, struct str *out)
{
    const struct view_line *line = line_of(data, row);
    char text[24];

    if (column == LOG_TIME)
        str_add(out, log_time(line->t, text));
    else
        str_add(out, column == LOG_KIND ? tones[line->tone].word : line->text);
}

static void draw_line(const void *data, size_t row, const struct pane *pane, int left)
{
    const struct view_line *line = line_of(data, row);
    struct pane rest = *pane;
    char text[24];

    if (log_margin(pane->width) > 2) {
        struct pane time = pane_cut_left(&rest, TIME_CELLS);

        (void)pane_text_right(&time, 7, 0, ROLE_DIM, log_time(line->t, text));
    }
    pane_glyph(
        &rest, 0, 0, tones[line->tone].role, tones[line->tone].code, tones[line->tone].ascii);
    rest = pane_part(&rest, 2, 0, rest.width - 2, 1);
    (void)pane_text(&rest, -left, 0, tones[line->tone].role, line->text);
}

static const struct list_column columns[] = {
    [LOG_TIME] = { "time", 8, false },
    [LOG_KIND] = { "kind", 8, false },
    [LOG_TEXT] = { "text", LIST_COLUMN_REST, false },
};

const struct list_source log_source = {
    .columns = columns, .column_count = 3, .text = field_text, .draw = draw_line
};

enum outcome log_open(struct ui *ui, size_t row)
{
    const struct run_view *view = ui_view(ui);
    const struct view_line *line = row < view->log.count ? &view->log.items[row] : NULL;
    struct place place = place_of(SCREEN_HISTORY);

    if (line == NULL)
        return OUTCOME_IGNORED;
    place.proposal = line->proposal;
    place.rollout = line->rollout;
    place.workflow = line->workflow;
    if (line->proposal != VIEW_NONE)
        place.screen = SCREEN_REVIEW;
    else if (line->rollout != VIEW_NONE)
        place.screen = SCREEN_TRACES;
    else if (line->workflow == VIEW_NONE) {
        place.screen = SCREEN_LOG;
        place.line = (int)row;
    }
    ui_go(ui, &place);
    return OUTCOME_REDRAW;
}
