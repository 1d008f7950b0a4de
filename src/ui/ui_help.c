/* Help: the table of actions as a palette. What the screen below can do comes first; typing
 * searches, Enter runs. */
#include <string.h>

#include "ui_state.h"
#include "utf8.h"

struct rows {
    enum action actions[ACTIONS];
    int count, here; /* the first `here` can be run now */
};

static bool is_match(const char *text, const char *needle)
{
    return needle[0] == '\0' || strcasestr(text, needle) != NULL;
}

/* Every word of the filter is in what the row shows. */
static bool is_wanted(struct ui *ui, enum action action)
{
    const struct action_info *info = action_info(action);
    char keys[64], where[64], word[64];
    const char *filter = str_text(&ui->help.filter.text);

    (void)keymap_keys(ui->keymap, action, keys);
    (void)action_where(action, where);
    while (*filter != '\0') {
        size_t len = strcspn(filter, " ");

        if (len > 0 && len < sizeof word) {
            memcpy(word, filter, len);
            word[len] = '\0';
            if (!is_match(info->help, word) && !is_match(info->name, word) &&
                !is_match(where, word) && !is_match(keys, word))
                return false;
        }
        filter += len;
        filter += strspn(filter, " ");
    }
    return true;
}

static void add_rows(struct ui *ui, struct rows *rows, unsigned contexts, unsigned without)
{
    for (int i = ACTION_NONE + 1; i < ACTIONS; i++) {
        unsigned of = action_info((enum action)i)->contexts;

        if ((of & contexts) != 0 && (of & without) == 0 && is_wanted(ui, (enum action)i))
            rows->actions[rows->count++] = (enum action)i;
    }
}

static void fill(struct ui *ui, struct rows *rows)
{
    unsigned screen = ui_contexts(ui) & ~(unsigned)CONTEXT_ALL;

    rows->count = 0;
    add_rows(ui, rows, screen, 0);
    add_rows(ui, rows, CONTEXT_ALL, screen);
    rows->here = rows->count;
    add_rows(ui, rows, ~(screen | (unsigned)CONTEXT_ALL), screen | CONTEXT_ALL);
}

void ui_help_open(struct ui *ui)
{
    ui->modal = MODAL_HELP;
    ui->help.selected = ui->help.top = 0;
    ui->help.clicked = -1;
    line_edit_set(&ui->help.filter, "");
    ui_dirty(ui);
}

static void run_selected(struct ui *ui)
{
    struct rows rows;
    enum action action;

    fill(ui, &rows);
    if (ui->help.selected >= rows.count)
        return;
    if (ui->help.selected >= rows.here) {
        char where[64];

        ui_say(ui, ROLE_WARNING, "this works on: %s",
            action_where(rows.actions[ui->help.selected], where));
        return;
    }
    action = rows.actions[ui->help.selected];
    ui->modal = MODAL_NONE;
    if (action != ACTION_HELP)
        ui_act(ui, action);
}

static void move_by(struct ui *ui, int by)
{
    struct rows rows;
    int selected = ui->help.selected + by;

    fill(ui, &rows);
    if (selected >= rows.count)
        selected = rows.count - 1;
    ui->help.selected = selected > 0 ? selected : 0;
}

void ui_help_key(struct ui *ui, key_code key)
{
    enum { CTRL_C = 3, PAGE = 10 };

    ui_dirty(ui);
    ui->help.clicked = -1;
    switch (key) {
    case K_ESC:
    case CTRL_C:
        ui->modal = MODAL_NONE;
        return;
    case K_ENTER:
        run_selected(ui);
        return;
    case K_DOWN:
    case K_UP:
        move_by(ui, key == K_DOWN ? 1 : -1);
        return;
    case K_PAGE_DOWN:
    case K_PAGE_UP:
        move_by(ui, key == K_PAGE_DOWN ? PAGE : -PAGE);
        return;
    default:
        break;
    }
    if (line_edit_key(&ui->help.filter, key))
        ui->help.selected = ui->help.top = 0;
}

void ui_help_click(struct ui *ui, int row)
{
    struct rows rows;
    int at = ui->help.top + row;

    fill(ui, &rows);
    ui_dirty(ui);
    if (at >= rows.count)
        return;
    ui->help.selected = at;
    if (at == ui->help.clicked)
        run_selected(ui);
    ui->help.clicked = at;
}

void ui_help_paste(struct ui *ui, const char *text)
{
    line_edit_insert(&ui->help.filter, text);
    ui->help.selected = ui->help.top = 0;
}

static void draw_row(
    struct ui *ui, const struct pane *pane, int y, enum action action, bool is_here)
{
    bool is_wide = pane->width >= 70;
    char keys[64], where[64];

    (void)pane_text_n(pane, 1, y, 13, is_here ? ROLE_KEY : ROLE_DIM, ATTR_NONE,
        keymap_keys(ui->keymap, action, keys), strlen(keymap_keys(ui->keymap, action, keys)));
    (void)pane_text_n(pane, 15, y, is_wide ? pane->width - 15 - 22 : -1,
        is_here ? ROLE_TEXT : ROLE_DIM, ATTR_NONE, action_info(action)->help,
        strlen(action_info(action)->help));
    if (is_wide)
        (void)pane_text_n(pane, pane->width - 21, y, 21, ROLE_DIM, ATTR_NONE,
            action_where(action, where), strlen(action_where(action, where)));
}

static void draw_rows(struct ui *ui, const struct pane *pane, const struct rows *rows)
{
    struct help *help = &ui->help;

    help->rows = *pane;
    if (help->selected < help->top)
        help->top = help->selected;
    if (help->selected >= help->top + pane->height)
        help->top = help->selected - pane->height + 1;
    for (int y = 0; y < pane->height && help->top + y < rows->count; y++) {
        int i = help->top + y;

        draw_row(ui, pane, y, rows->actions[i], i < rows->here);
        if (i == help->selected)
            pane_paint(pane, 0, y, pane->width, ROLES, ATTR_REVERSE);
    }
}

/* The signs beside a node's name. */
static void draw_legend(const struct pane *row)
{
    int x = pane_text(row, 1, 0, ROLE_DIM, "nodes:") + 2;

    pane_glyph(row, x, 0, ROLE_CHANGE, 0x25BD, 'v');
    x += 2 + pane_text(row, x + 1, 0, ROLE_CHANGE, "5");
    x += 2 + pane_text(row, x, 0, ROLE_DIM, "new gradients");
    x += 1 + pane_text(row, x, 0, ROLE_WARNING, "!");
    x += 2 + pane_text(row, x, 0, ROLE_DIM, "a proposal waits");
    x += 1 + pane_text(row, x, 0, ROLE_RUNNING, "8+131");
    (void)pane_text(row, x, 0, ROLE_DIM, "running, waiting");
}

void ui_draw_help(struct ui *ui, const struct pane *pane)
{
    static const char label[] = "Type to search: ";
    struct pane list = *pane;
    struct pane head = pane_cut_top(&list, 1);
    struct rows rows;

    if (pane->height > 8 && (ui_contexts(ui) & (CONTEXT_RUN | CONTEXT_GRAPH)) != 0) {
        struct pane legend = pane_cut_bottom(&list, 1);

        draw_legend(&legend);
    }
    fill(ui, &rows);
    line_edit_draw(&ui->help.filter, &head, pane_text(&head, 0, 0, ROLE_KEY, label), 0);
    draw_rows(ui, &list, &rows);
    if (rows.count == 0)
        (void)pane_text(&list, 1, 0, ROLE_DIM, "no key and no command is called so");
}
