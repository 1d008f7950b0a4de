/* The mouse: clicks on tabs, panes and what stands over them; the wheel turns what it points at. */
#include "ui_state.h"

enum { ABOVE = 2 /* rows above a screen: header, tabs */ };

static bool has(const struct pane *pane, int x, int y)
{
    return x >= pane->x && x < pane->x + pane->width && y >= pane->y && y < pane->y + pane->height;
}

bool ui_pane_has(const struct pane *pane, int x, int y)
{
    return has(pane, x, y + ABOVE);
}

int ui_pane_line(const struct pane *pane, int y)
{
    return y + ABOVE - pane->y;
}

/* An answer that can be seen is taken. */
static void click_choice(struct ui *ui, int x, int y)
{
    for (int i = 0; i < ui->choice.count; i++)
        if (has(&ui->choice.choices[i].at, x, y)) {
            ui_choose(ui, i);
            return;
        }
}

static void click_modal(struct ui *ui, const struct input *input)
{
    bool up = input->button == MOUSE_WHEEL_UP, down = input->button == MOUSE_WHEEL_DOWN;

    if ((up || down) && ui->modal != MODAL_LINE)
        ui_modal_key(ui, up ? K_UP : K_DOWN);
    else if (input->button != MOUSE_LEFT)
        return;
    else if (ui->modal == MODAL_CHOICE)
        click_choice(ui, input->x, input->y);
    else if (ui->modal == MODAL_HELP && has(&ui->help.rows, input->x, input->y))
        ui_help_click(ui, input->y - ui->help.rows.y);
}

static void turn_wheel(struct ui *ui, const struct input *input, enum action action)
{
    const struct screen *screen = ui->screens[ui->screen];

    if (screen == NULL || screen->wheel == NULL)
        ui_act(ui, action);
    else if (screen->wheel(ui_screen_state(ui), input->x, input->y - ABOVE, action) ==
             OUTCOME_REDRAW)
        ui_dirty(ui);
}

static void click(struct ui *ui, int x, int y)
{
    const struct screen *screen = ui->screens[ui->screen];
    enum screen_id tab;

    if (ui_tab_at(ui, x, y, &tab))
        ui_go_to_tab(ui, tab);
    else if (screen != NULL && screen->click != NULL && y >= ABOVE &&
             screen->click(ui_screen_state(ui), x, y - ABOVE) == OUTCOME_REDRAW)
        ui_dirty(ui);
}

void ui_mouse(struct ui *ui, const struct input *input)
{
    if (ui->modal != MODAL_NONE)
        click_modal(ui, input);
    else if (input->button == MOUSE_WHEEL_UP)
        turn_wheel(ui, input, ACTION_UP);
    else if (input->button == MOUSE_WHEEL_DOWN)
        turn_wheel(ui, input, ACTION_DOWN);
    else if (input->button == MOUSE_LEFT)
        click(ui, input->x, input->y);
}
