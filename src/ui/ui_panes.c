/* How the screens' panes are divided: by a setting for each that has several. */
#include "ui_state.h"

enum { USUAL = 50, LEAST = 20, STEP = 5 };

/* NULL: the screen shown has one pane. */
static unsigned *share_of(struct ui *ui)
{
    struct settings *settings = &ui->settings;
    unsigned *const shares[SCREENS] = {
        [SCREEN_RUN] = &settings->graph,
        [SCREEN_NODES] = &settings->nodes,
        [SCREEN_TRACES] = &settings->traces,
        [SCREEN_REVIEW] = &settings->review,
        [SCREEN_HISTORY] = &settings->history,
    };

    return shares[ui->screen];
}

int ui_divide(const struct ui *ui, int size, int usual)
{
    const unsigned *share = share_of((struct ui *)ui);
    int cells = usual + (share != NULL ? size * ((int)*share - USUAL) / 100 : 0);

    return cells < size / 10 ? size / 10 : cells > size * 9 / 10 ? size * 9 / 10 : cells;
}

struct division ui_division(struct ui *ui)
{
    const struct screen *screen = ui->screens[ui->screen];

    return screen != NULL && screen->division != NULL ? screen->division(ui_screen_state(ui))
                                                      : (struct division){ 0 };
}

static void resize(struct ui *ui, int by)
{
    struct division division = ui_division(ui);
    unsigned *share = share_of(ui);
    int to = share != NULL ? (int)*share + by * division.side : 0;

    if (share == NULL || division.side == 0)
        ui_say(ui, ROLE_TEXT, "this pane has no other beside it that it could take room from");
    else if (to >= LEAST && to <= 100 - LEAST)
        *share = (unsigned)to;
    ui_dirty(ui);
}

void ui_widen_pane(struct ui *ui)
{
    resize(ui, STEP);
}

void ui_narrow_pane(struct ui *ui)
{
    resize(ui, -STEP);
}

void ui_reset_panes(struct ui *ui)
{
    unsigned *share = share_of(ui);

    if (share != NULL)
        *share = USUAL;
    ui_dirty(ui);
}
