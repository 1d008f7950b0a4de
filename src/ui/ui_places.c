/* Which screen is shown, and the way back: Esc goes one step, a number key is a fresh start. */
#include <string.h>

#include "ui_state.h"

struct place place_of(enum screen_id screen)
{
    return (struct place){ screen, PLACE_NONE, PLACE_NONE, PLACE_NONE, PLACE_NONE, PLACE_NONE,
        PLACE_NONE, PLACE_NONE };
}

static bool is_same_place(const struct place *a, const struct place *b)
{
    return a->screen == b->screen && a->rollout == b->rollout && a->example == b->example &&
           a->node == b->node && a->gradient == b->gradient && a->proposal == b->proposal &&
           a->workflow == b->workflow && a->line == b->line;
}

static bool is_nowhere(const struct place *place)
{
    struct place nowhere = place_of(place->screen);

    return is_same_place(place, &nowhere);
}

void *ui_screen_state(struct ui *ui)
{
    const struct screen *screen = ui->screens[ui->screen];

    if (screen == NULL)
        return NULL;
    if (ui->states[ui->screen] == NULL)
        ui->states[ui->screen] = screen->open(ui);
    return ui->states[ui->screen];
}

static bool switch_to(struct ui *ui, enum screen_id screen)
{
    if (ui->screens[screen] == NULL)
        return false;
    ui->screen = screen;
    ui_dirty(ui);
    return true;
}

static void show_place(struct ui *ui, const struct place *place)
{
    void *state;

    if (!switch_to(ui, place->screen))
        return;
    state = ui_screen_state(ui);
    if (is_nowhere(place) || is_same_place(place, &ui->shown[place->screen]))
        return; /* the screen stands where it was left */
    ui->shown[place->screen] = *place;
    if (ui->screens[place->screen]->show != NULL)
        ui->screens[place->screen]->show(state, place);
}

static struct place where(struct ui *ui)
{
    const struct screen *screen = ui->screens[ui->screen];

    if (screen != NULL && screen->where != NULL)
        return screen->where(ui_screen_state(ui));
    return ui->shown[ui->screen];
}

void ui_go(struct ui *ui, const struct place *place)
{
    if (ui->screens[place->screen] == NULL) {
        ui_say(ui, ROLE_WARNING, "this version has no such screen");
        return;
    }
    if (ui->back_count == BACK)
        memmove(ui->back, ui->back + 1, --ui->back_count * sizeof *ui->back);
    ui->back[ui->back_count++] = where(ui);
    /* wanted is wanted, even where it was shown before and left by moving around */
    if (is_same_place(place, &ui->shown[place->screen]))
        ui->shown[place->screen] = place_of(place->screen);
    show_place(ui, place);
}

void ui_go_back(struct ui *ui)
{
    if (ui->back_count > 0)
        show_place(ui, &ui->back[--ui->back_count]);
}

bool ui_can_go_back(const struct ui *ui)
{
    return ui->back_count > 0;
}

void ui_go_to_tab(struct ui *ui, enum screen_id screen)
{
    if (screen != ui->screen && switch_to(ui, screen))
        ui->back_count = 0;
}
