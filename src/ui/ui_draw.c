/* The frame around the screens: header, tab bar, hints; what there is room for. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ui_state.h"

enum { SMALL_WIDTH = 20, SMALL_HEIGHT = 3 }; /* below: one line of state */

/* ---- header ---- */

/* Where a run that is not shown up to its end is at: "REPLAY 2x 40%", "WATCH PAUSED, 12 new". */
static const char *place_word(const struct session *session, char text[48])
{
    bool is_watch = session_kind(session) == SESSION_WATCH;
    const char *kind = is_watch ? "WATCH" : "REPLAY";
    char speed[24] = " PAUSED";

    if (!is_watch)
        (void)snprintf(text, 48, "%s%s %gx %.0f%%", kind, session_is_paused(session) ? speed : "",
            session_speed(session), 100 * session_position(session));
    else {
        if (!session_is_paused(session))
            (void)snprintf(speed, sizeof speed, " %gx", session_speed(session));
        (void)snprintf(text, 48, "%s%s, %u new", kind, speed, session_missed(session));
    }
    return text;
}

/* As `flowbot runs` has it: one that ended at a proposal waits for whoever decides. */
static const char *end_word(const struct run_view *view, enum role *role)
{
    *role = view->stopped ? ROLE_WARNING : ROLE_OK;
    if (!view->stopped)
        return "DONE";
    return view->pending != NULL ? "WAITING" : "STOPPED";
}

static const char *state_word(struct ui *ui, enum role *role, char text[48])
{
    const struct run_view *view = ui_view(ui);
    enum session_kind kind = session_kind(ui->session);

    *role = ROLE_RUNNING;
    if (kind == SESSION_REPLAY || session_is_behind(ui->session))
        return place_word(ui->session, text);
    if (view->finished || view->stopped)
        return end_word(view, role);
    if (ui->leaving || view->stopping) {
        *role = ROLE_WARNING;
        return ui->detaching ? "DETACHING" : "STOPPING";
    }
    if (view->pending != NULL) {
        *role = ROLE_WARNING;
        return kind == SESSION_WATCH ? "WATCH: RUN WAITS" : "WAITS FOR YOU";
    }
    if (session_is_paused(ui->session)) {
        *role = ROLE_WARNING;
        return "PAUSED";
    }
    if (kind == SESSION_WATCH && view->paused) {
        *role = ROLE_WARNING;
        return "WATCH: RUN PAUSED";
    }
    return kind == SESSION_WATCH ? "WATCH" : "RUN";
}

static void add_cost(const struct run_view *view, bool brief, struct str *out)
{
    struct view_cost total = run_view_total(view);
    char amount[16], limit[16];

    if (!run_view_has_costs(view))
        return;
    if (total.usd > 0 || view->limit_usd > 0) {
        str_addf(out, "$%.2f", total.usd);
        if (view->limit_usd > 0 && !brief)
            str_addf(out, "/%.2f", view->limit_usd);
        return;
    }
    str_add(out, run_view_amount(total.calls, amount));
    if (view->limit_calls > 0 && !brief)
        str_addf(out, "/%s", run_view_amount(view->limit_calls, limit));
    str_add(out, " calls");
}

static void add_score(const struct run_view *view, int brief, struct str *out)
{
    char last[8], best[8];

    str_addf(out, "%s%s", brief > 1 ? "" : "val ", run_view_score(view->last_validation, last));
    if (brief == 0 && !isnan(view->best_validation))
        str_addf(out, " (best %s)", run_view_score(view->best_validation, best));
}

static void add_place(const struct run_view *view, bool brief, struct str *out)
{
    if (view->epoch == 0)
        str_add(out, view->phase[0] != '\0' && !brief ? view->phase : "starting");
    else if (brief)
        str_addf(out, "b%u/%u", view->batch, view->batches);
    else
        str_addf(
            out, "epoch %u/%u batch %u/%u", view->epoch, view->epochs, view->batch, view->batches);
}

/* As they are shortened: the first of these first, the score in two steps. What no longer fits even
 * so is left out from the right. */
enum header_part { PART_NAME, PART_PLACE, PART_SCORE, PART_COST, PARTS };

static const enum header_part shortened[] = { PART_SCORE, PART_PLACE, PART_NAME, PART_SCORE,
    PART_COST };

enum { SHORTENINGS = sizeof shortened / sizeof shortened[0] };

static void add_part(const struct run_view *view, enum header_part part, int brief, struct str *out)
{
    switch (part) {
    case PART_NAME:
        str_add(out, brief > 0 ? "" : view->run[0] != '\0' ? "flowbot " : "flowbot");
        str_add(out, view->run);
        break;
    case PART_PLACE:
        add_place(view, brief > 0, out);
        break;
    case PART_SCORE:
        add_score(view, brief, out);
        break;
    case PART_COST:
    case PARTS:
        add_cost(view, brief > 0, out);
        break;
    }
}

/* Each part behind two blanks. */
static int header_width(const struct run_view *view, const int brief[PARTS])
{
    struct str text = STR_INIT;
    int width;

    for (int i = 0; i < PARTS; i++) {
        str_add(&text, i > 0 ? "  " : "");
        add_part(view, (enum header_part)i, brief[i], &text);
    }
    width = text_cells(str_text(&text), text.len);
    str_free(&text);
    return width;
}

static int draw_part(const struct pane *row, int x, enum header_part part, const char *text)
{
    size_t title = part == PART_NAME && strncmp(text, "flowbot", 7) == 0 ? 7 : 0;

    if (title > 0) {
        x += pane_text(row, x, 0, ROLE_TITLE, "flowbot") + (text[title] == ' ' ? 1 : 0);
        text += title + (text[title] == ' ' ? 1 : 0);
    }
    return x + pane_text(row, x, 0, part == PART_NAME ? ROLE_ACCENT : ROLE_TEXT, text);
}

static void draw_header(struct ui *ui, const struct pane *row)
{
    const struct run_view *view = ui_view(ui);
    struct pane left = *row;
    struct str text = STR_INIT;
    char state[48];
    enum role role;
    const char *word = state_word(ui, &role, state);
    int brief[PARTS] = { 0 };
    int x = 0;

    (void)pane_text_right(row, row->width, 0, role, word);
    (void)pane_cut_right(&left, (int)strlen(word) + 2);
    for (int i = 0; i < SHORTENINGS && header_width(view, brief) > left.width; i++)
        brief[shortened[i]]++;
    for (int i = 0; i < PARTS; i++) {
        str_clear(&text);
        add_part(view, (enum header_part)i, brief[i], &text);
        if (x + 2 + text_cells(str_text(&text), text.len) > left.width && i > 0)
            break;
        x = draw_part(&left, x + (i > 0 ? 2 : 0), (enum header_part)i, str_text(&text));
    }
    str_free(&text);
}

/* All that a tiny terminal gets: "7f3a 14/40 .642 $1.20". */
static void draw_small(struct ui *ui, const struct pane *pane)
{
    const struct run_view *view = ui_view(ui);
    struct str text = STR_INIT;
    char score[8];

    str_addf(&text, "%s %u/%u %s ", view->run, view->batch, view->batches,
        run_view_score(view->last_validation, score));
    add_cost(view, true, &text);
    (void)pane_text(pane, 0, 0, ROLE_TEXT, str_text(&text));
    str_free(&text);
}

/* ---- tab bar ---- */

static void tab_title(struct ui *ui, int screen, bool brief, char text[40])
{
    const char *name = ui->screens[screen]->name;

    if (brief && (enum screen_id)screen != ui->screen)
        name = "";
    (void)snprintf(text, 40, "%d%s%.30s%s", screen + 1, name[0] != '\0' ? " " : "", name,
        screen == SCREEN_REVIEW && ui_view(ui)->pending != NULL ? "(1)" : "");
}

static int tabs_width(struct ui *ui, bool brief)
{
    int width = 0;
    char text[40];

    for (int i = 0; i < SCREENS; i++)
        if (ui->screens[i] != NULL) {
            tab_title(ui, i, brief, text);
            width += (int)strlen(text) + 2;
        }
    return width;
}

/* The names where there is room for all of them, else the numbers and the name of the one shown. */
static bool tabs_are_brief(struct ui *ui, int width)
{
    return tabs_width(ui, false) - 2 > width;
}

static void draw_tabs(struct ui *ui, const struct pane *row)
{
    bool brief = tabs_are_brief(ui, row->width);
    int x = 0;

    for (int i = 0; i < SCREENS; i++) {
        bool is_shown = (enum screen_id)i == ui->screen;
        bool waits = i == SCREEN_REVIEW && ui_view(ui)->pending != NULL;
        char text[40];

        if (ui->screens[i] == NULL)
            continue;
        tab_title(ui, i, brief, text);
        (void)pane_text_n(row, x, 0, -1,
            waits      ? ROLE_WARNING
            : is_shown ? ROLE_TITLE
                       : ROLE_DIM,
            is_shown ? ATTR_REVERSE : ATTR_NONE, text, strlen(text));
        x += (int)strlen(text) + 2;
    }
}

bool ui_tab_at(struct ui *ui, int x, int y, enum screen_id *screen)
{
    bool brief = tabs_are_brief(ui, ui->canvas.width);
    int left = 0;

    for (int i = 0; y == 1 && i < SCREENS; i++) {
        char text[40];

        if (ui->screens[i] == NULL)
            continue;
        tab_title(ui, i, brief, text);
        if (x >= left && x < left + (int)strlen(text)) {
            *screen = (enum screen_id)i;
            return true;
        }
        left += (int)strlen(text) + 2;
    }
    return false;
}

/* ---- hints ---- */

static const char *hint_words(struct ui *ui, enum action action)
{
    const struct screen *screen = ui->screens[ui->screen];
    const char *words =
        screen != NULL && screen->hint != NULL ? screen->hint(ui_screen_state(ui), action) : NULL;

    return words != NULL ? words : action_info(action)->hint;
}

/* Draws " key words" where it fits; returns where the next begins, or -1. */
static int draw_hint(struct ui *ui, const struct pane *row, int x, enum action action)
{
    const char *words = hint_words(ui, action);
    char key[KEY_NAME_SIZE];
    int width;

    (void)keymap_key(ui->keymap, action, key);
    if (key[0] == '\0')
        return x;
    width = text_cells(key, strlen(key)) + 1 + (int)strlen(words);
    if (x + width > row->width)
        return -1;
    x += pane_text(row, x, 0, ROLE_KEY, key) + 1;
    return x + pane_text(row, x, 0, ROLE_DIM, words) + 2;
}

static bool decides(enum action action)
{
    return action >= ACTION_ACCEPT && action <= ACTION_REVERT && action != ACTION_SIDE_BY_SIDE;
}

/* The way to the proposal only where one waits, what decides only where it can. */
static bool is_hinted(struct ui *ui, enum action action)
{
    if (action_info(action)->hint == NULL)
        return false;
    if (action == ACTION_REVIEW)
        return ui_view(ui)->pending != NULL;
    return !decides(action) || session_kind(ui->session) == SESSION_LIVE;
}

static bool has_hint(struct ui *ui, unsigned contexts, enum action action)
{
    return is_hinted(ui, action) && (action_info(action)->contexts & contexts) != 0;
}

static void draw_table_hints(struct ui *ui, const struct pane *row, bool without_panes)
{
    unsigned contexts = ui_contexts(ui) & ~(unsigned)CONTEXT_ALL;
    int x = 0;

    for (int pass = 0; pass < 2; pass++, contexts = CONTEXT_ALL)
        for (int i = ACTION_NONE + 1; i < ACTIONS && x >= 0; i++)
            if (has_hint(ui, contexts, (enum action)i) && i != ACTION_HELP && i != ACTION_QUIT &&
                !(without_panes && i == ACTION_NEXT_PANE))
                x = draw_hint(ui, row, x, (enum action)i);
}

/* While it is paused, what ends that; of what is only shown, what pauses it, too. */
static int draw_pause(struct ui *ui, const struct pane *row)
{
    bool is_paused = session_is_paused(ui->session);
    char key[KEY_NAME_SIZE];
    int x;

    (void)keymap_key(ui->keymap, ACTION_PAUSE, key);
    if (key[0] == '\0' || (!is_paused && session_kind(ui->session) == SESSION_LIVE))
        return 0;
    x = pane_text(row, 0, 0, ROLE_KEY, key) + 1;
    return x + 2 +
           pane_text(
               row, x, 0, is_paused ? ROLE_WARNING : ROLE_DIM, is_paused ? "goes on" : "pause");
}

/* The way to help and out stands on the right; what the screen can do has the rest. In a narrow
 * terminal a decision that is waited for goes before the way out; where one pane hides others the
 * way to them comes first. */
static void draw_hints(struct ui *ui, struct pane row)
{
    static const enum action fixed[] = { ACTION_HELP, ACTION_QUIT };
    const struct screen *screen = ui->screens[ui->screen];
    bool own = screen != NULL && screen->hints != NULL;
    enum action hints[HINTS_MAX];
    size_t count = own ? screen->hints(ui_screen_state(ui), hints) : 0;
    bool may_decide = count > 0 && decides(hints[0]);
    bool is_told = count > 1 && (hints[0] == ACTION_NEXT_PANE || hints[1] == ACTION_NEXT_PANE);
    bool tells_panes = ui_division(ui).is_one && !may_decide && !is_told;
    int least = may_decide ? 60 : 40;
    struct pane right = pane_cut_right(&row, row.width >= least ? 14 : 7);
    int x = 0;

    (void)pane_cut_right(&row, 2);
    for (size_t i = 0; i < 2 && x >= 0; i++)
        x = draw_hint(ui, &right, x, fixed[i]);
    x = draw_pause(ui, &row);
    if (session_is_paused(ui->session) && x > 0 && own && session_kind(ui->session) != SESSION_LIVE)
        x = draw_hint(ui, &row, x, ACTION_STEP);
    if (x < 0)
        return;
    (void)pane_cut_left(&row, x);
    x = tells_panes ? draw_hint(ui, &row, 0, ACTION_NEXT_PANE) : 0;
    for (size_t i = 0; i < count && x >= 0; i++)
        if (is_hinted(ui, hints[i]) && !(tells_panes && hints[i] == ACTION_NEXT_PANE))
            x = draw_hint(ui, &row, x, hints[i]);
    (void)pane_cut_left(&row, x > 0 ? x : 0);
    if (!own)
        draw_table_hints(ui, &row, tells_panes);
}

/* A message that is longer than the last line takes those above it, too. */
static void draw_message(struct ui *ui, struct pane pane)
{
    int lines = text_lines(ui->message, pane.width);

    pane = pane_cut_bottom(&pane, lines > 1 ? lines : 1);
    pane_clear(&pane);
    (void)text_draw(&pane, ui->message_role, ui->message, 0);
}

static void draw_bottom(struct ui *ui, const struct pane *row)
{
    if (ui->modal == MODAL_LINE)
        ui_draw_line(ui, row);
    else if (ui->message[0] != '\0')
        return;
    else if (ui->modal == MODAL_HELP)
        (void)pane_text(row, 0, 0, ROLE_DIM, "Enter does it   Esc closes   keys.json changes keys");
    else if (ui->modal == MODAL_CHOICE)
        (void)pane_text(row, 0, 0, ROLE_DIM, "Enter: the marked one  Esc: the last");
    else if (ui->modal == MODAL_NONE && ui->busy != NULL)
        (void)pane_text(row, 0, 0, ROLE_DIM, ui->busy);
    else if (ui->modal == MODAL_NONE)
        draw_hints(ui, *row);
}

/* ---- all of it ---- */

static void draw_screen(struct ui *ui, const struct pane *pane)
{
    const struct screen *screen = ui->screens[ui->screen];
    void *state = ui_screen_state(ui);

    if (ui->modal == MODAL_HELP)
        ui_draw_help(ui, pane);
    else if (screen != NULL)
        screen->draw(state, pane);
    if (ui->modal == MODAL_CHOICE)
        ui_draw_choice(ui, pane);
}

void ui_draw(struct ui *ui, struct canvas *canvas)
{
    struct pane pane, row, below_tabs, bottom = { .canvas = canvas };

    canvas_clear(canvas);
    pane = canvas_pane(canvas);
    if (pane.width < SMALL_WIDTH || pane.height < SMALL_HEIGHT) {
        if (ui->modal == MODAL_CHOICE)
            ui_draw_choice(ui, &pane);
        else if (ui->modal == MODAL_LINE)
            ui_draw_line(ui, &pane);
        else
            draw_small(ui, &pane);
        return;
    }
    row = pane_cut_top(&pane, 1);
    draw_header(ui, &row);
    row = pane_cut_top(&pane, pane.height > 4 ? 1 : 0);
    if (row.height > 0)
        draw_tabs(ui, &row);
    below_tabs = pane;
    if (ui->settings.hints || ui->message[0] != '\0' || ui->busy != NULL || ui->modal != MODAL_NONE)
        bottom = pane_cut_bottom(&pane, 1);
    draw_screen(ui, &pane);
    draw_bottom(ui, &bottom);   /* what can be done depends on what is shown */
    if (ui->message[0] != '\0') /* above the line that is written: what Tab found */
        draw_message(ui, ui->modal == MODAL_LINE ? pane : below_tabs);
}
