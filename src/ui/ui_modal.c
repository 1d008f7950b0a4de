/* What asks at the bottom and in the middle: a line of text, a choice. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "ui_state.h"

/* ---- ends ---- */

/* The question is gone before who asked hears of it: it may ask the next one there. */
static void answer_line(struct ui *ui, const char *line)
{
    line_answer *on_line = ui->line.on_line;
    char *copy = mem_strdup(line);

    ui->modal = MODAL_NONE;
    free(ui->line.draft);
    ui->line.draft = NULL;
    ui_dirty(ui);
    on_line(ui->line.data, copy);
    free(copy);
}

void ui_choose(struct ui *ui, int answer)
{
    ui->modal = MODAL_NONE;
    ui_dirty(ui);
    ui->choice.on_answer(ui->choice.data, answer);
}

/* A new question gives up the one that stands. */
static void give_up(struct ui *ui)
{
    if (ui->modal == MODAL_LINE)
        answer_line(ui, NULL);
    else if (ui->modal == MODAL_CHOICE)
        ui_choose(ui, ui->choice.count - 1);
    ui->modal = MODAL_NONE;
}

void ui_modal_close(struct ui *ui)
{
    ui->modal = MODAL_NONE;
}

/* ---- a line ---- */

static struct line_history *history_of(struct ui *ui, const char *label)
{
    enum { HISTORIES = sizeof ui->histories / sizeof ui->histories[0] };

    for (size_t i = 0; i < HISTORIES; i++) {
        struct line_history *history = &ui->histories[i];

        if (history->count == 0)
            (void)snprintf(history->label, sizeof history->label, "%s", label);
        if (str_equal(history->label, label))
            return history;
    }
    return NULL;
}

static void remember(struct ui *ui, const char *label, const char *line)
{
    struct line_history *history = history_of(ui, label);

    if (history == NULL || line[0] == '\0' ||
        (history->count > 0 && str_equal(history->lines[history->count - 1], line)))
        return;
    if (history->count == HISTORY) {
        free(history->lines[0]);
        memmove(history->lines, history->lines + 1, --history->count * sizeof *history->lines);
    }
    history->lines[history->count++] = mem_strdup(line);
}

static void ask(struct ui *ui, const char *label, const char *initial, line_answer *on_line)
{
    give_up(ui);
    ui->line.on_line = on_line;
    ui->line.complete = NULL;
    ui->line.back = 0;
    (void)snprintf(ui->line.label, sizeof ui->line.label, "%s", label);
    line_edit_set(&ui->line.edit, initial != NULL ? initial : "");
    ui->modal = MODAL_LINE;
    ui_dirty(ui);
}

void ui_ask_line(struct ui *ui, const char *label, const char *initial,
    void (*on_line)(void *data, const char *line), void *data)
{
    ask(ui, label, initial, on_line);
    ui->line.data = data;
}

void ui_ask_command(struct ui *ui, const char *label, const char *initial, line_answer *on_line,
    void (*complete)(struct ui *ui, struct line_edit *edit))
{
    ask(ui, label, initial, on_line);
    ui->line.data = ui;
    ui->line.complete = complete;
}

/* Former lines, newest first; behind them the one that was being written. */
static void recall(struct ui *ui, int direction)
{
    struct line_history *history = history_of(ui, ui->line.label);
    size_t count = history != NULL ? history->count : 0;

    if (history == NULL || (direction < 0 && ui->line.back == 0) ||
        (direction > 0 && ui->line.back == count))
        return;
    if (ui->line.back == 0) {
        free(ui->line.draft);
        ui->line.draft = mem_strdup(str_text(&ui->line.edit.text));
    }
    ui->line.back += direction > 0 ? 1 : (size_t)-1;
    line_edit_set(&ui->line.edit,
        ui->line.back == 0 ? ui->line.draft : history->lines[count - ui->line.back]);
}

enum { CTRL_C = 3, CTRL_G = 7 };

static void line_key(struct ui *ui, key_code key)
{
    switch (key) {
    case K_ENTER:
        remember(ui, ui->line.label, str_text(&ui->line.edit.text));
        answer_line(ui, str_text(&ui->line.edit.text));
        return;
    case K_ESC:
    case CTRL_C:
    case CTRL_G:
        answer_line(ui, NULL);
        return;
    case K_UP:
        recall(ui, 1);
        break;
    case K_DOWN:
        recall(ui, -1);
        break;
    case K_TAB:
        if (ui->line.complete != NULL)
            ui->line.complete(ui, &ui->line.edit);
        break;
    default:
        (void)line_edit_key(&ui->line.edit, key);
    }
    ui_dirty(ui);
}

/* A label that is cut keeps its end, which parts it from the answer. */
void ui_draw_line(struct ui *ui, const struct pane *row)
{
    const char *label = ui->line.label;
    size_t len = strlen(label);
    bool is_cut = text_cells(label, len) > row->width / 2;
    int x =
        pane_text_n(row, 0, 0, row->width / 2 - (is_cut ? 2 : 0), ROLE_KEY, ATTR_NONE, label, len);

    if (is_cut)
        x += pane_text(row, x, 0, ROLE_KEY, ": ");
    line_edit_draw(&ui->line.edit, row, x, 0);
}

/* ---- a choice ---- */

/* "a accept|c cancel" */
static void read_choices(struct choice_prompt *choice, const char *answers)
{
    choice->count = 0;
    while (*answers != '\0' && choice->count < CHOICES) {
        size_t len = strcspn(answers, "|"), name = strcspn(answers, " ");
        char key[KEY_NAME_SIZE];

        (void)snprintf(key, sizeof key, "%.*s", (int)name, answers);
        if (!key_parse(key, &choice->choices[choice->count].key))
            choice->choices[choice->count].key = K_NONE;
        (void)snprintf(choice->choices[choice->count].words,
            sizeof choice->choices[choice->count].words, "%.*s",
            (int)(len > name ? len - name - 1 : 0), answers + name + 1);
        choice->count++;
        answers += len + (answers[len] == '|' ? 1 : 0);
    }
}

void ui_ask_choice(struct ui *ui, const char *question, const char *answers,
    void (*on_answer)(void *data, int answer), void *data)
{
    give_up(ui);
    (void)snprintf(ui->choice.question, sizeof ui->choice.question, "%s", question);
    read_choices(&ui->choice, answers);
    ui->choice.selected = ui->choice.count - 1;
    ui->choice.scrolled = 0;
    ui->choice.on_answer = on_answer;
    ui->choice.data = data;
    ui->modal = MODAL_CHOICE;
    ui_dirty(ui);
}

static void select_choice(struct ui *ui, int by)
{
    int count = ui->choice.count;

    if (count > 0)
        ui->choice.selected = (ui->choice.selected + by + count) % count;
    ui_dirty(ui);
}

static void scroll_question(struct ui *ui, int by)
{
    int to = ui->choice.scrolled + by;

    ui->choice.scrolled = to < 0                          ? 0
                          : to > ui->choice.most_scrolled ? ui->choice.most_scrolled
                                                          : to;
    ui_dirty(ui);
}

/* Which answer the key is; -1: none. */
static int answer_of(const struct choice_prompt *choice, key_code key)
{
    for (int i = 0; i < choice->count; i++)
        if (choice->choices[i].key == key && key != K_NONE)
            return i;
    return -1;
}

/* The same letter small or large: the key that asked is often the answer's but for that. */
static key_code other_case(key_code key)
{
    bool is_letter = (key >= 'a' && key <= 'z') || (key >= 'A' && key <= 'Z');

    return is_letter ? key ^ ('a' ^ 'A') : K_NONE;
}

static void choice_key(struct ui *ui, key_code key)
{
    if (answer_of(&ui->choice, key) >= 0) {
        ui_choose(ui, answer_of(&ui->choice, key));
        return;
    }
    if (key == K_ENTER)
        ui_choose(ui, ui->choice.selected);
    else if (key == K_ESC || key == CTRL_G)
        ui_choose(ui, ui->choice.count - 1);
    else if (key == CTRL_C) { /* whoever insists does not want to be asked */
        ui_choose(ui, ui->choice.count - 1);
        ui_interrupt(ui);
    } else if (key == K_DOWN || key == K_RIGHT || key == K_TAB || key == 'j')
        select_choice(ui, 1);
    else if (key == K_UP || key == K_LEFT || key == (K_TAB | K_SHIFT) || key == 'k')
        select_choice(ui, -1);
    else if (key == K_PAGE_DOWN || key == K_PAGE_UP)
        scroll_question(ui, key == K_PAGE_DOWN ? 1 : -1);
    else if (answer_of(&ui->choice, other_case(key)) >= 0)
        ui_choose(ui, answer_of(&ui->choice, other_case(key)));
}

enum { ANSWER_INDENT = 7 /* cells before an answer's words: its key */ };

static int answer_lines(const struct choice_prompt *choice, int i, int width)
{
    int lines = text_lines(choice->choices[i].words, width - ANSWER_INDENT);

    return lines > 0 ? lines : 1;
}

static int all_answer_lines(const struct choice_prompt *choice, int width)
{
    int lines = 0;

    for (int i = 0; i < choice->count; i++)
        lines += answer_lines(choice, i, width);
    return lines;
}

static void draw_answer(const struct choice_prompt *choice, int i, const struct pane *pane)
{
    struct pane words =
        pane_part(pane, ANSWER_INDENT, 0, pane->width - ANSWER_INDENT, pane->height);
    char key[KEY_NAME_SIZE];

    (void)pane_text(pane, 1, 0, ROLE_KEY, key_text(choice->choices[i].key, key));
    (void)text_draw(&words, ROLE_TEXT, choice->choices[i].words, 0);
    for (int y = 0; i == choice->selected && y < pane->height; y++)
        pane_paint(pane, 0, y, pane->width, ROLES, ATTR_REVERSE);
}

/* From so far down that the selected one is seen. */
static void draw_answers(struct choice_prompt *choice, const struct pane *pane)
{
    int first = choice->selected, last = first, y = 0;
    int room = pane->height - answer_lines(choice, first, pane->width);

    for (int i = 0; i < choice->count; i++)
        choice->choices[i].at = (struct pane){ 0 };
    while (first > 0 && room >= answer_lines(choice, first - 1, pane->width))
        room -= answer_lines(choice, --first, pane->width);
    for (int i = first; i < choice->count && y < pane->height; i++) {
        int lines = answer_lines(choice, i, pane->width);
        struct pane part =
            pane_part(pane, 0, y, pane->width, lines < pane->height - y ? lines : pane->height - y);

        draw_answer(choice, i, &part);
        choice->choices[i].at = part;
        y += lines;
        last = i;
    }
    if (first > 0) /* more above, more below */
        pane_glyph(pane, pane->width - 1, 0, ROLE_KEY, 0x2191, '^');
    if (last + 1 < choice->count)
        pane_glyph(pane, pane->width - 1, pane->height - 1, ROLE_KEY, 0x2193, 'v');
}

/* The question above the answers; where there is no room for all of it, as much as they leave and
 * two lines at least, and how to see the rest in its last line. */
static void draw_question(struct choice_prompt *choice, struct pane pane, int gap)
{
    int lines = text_lines(choice->question, pane.width);
    int answers = all_answer_lines(choice, pane.width);
    int room = pane.height - answers > 2 ? pane.height - answers : pane.height > 2 ? 2 : 1;
    struct pane top;

    if (lines + answers <= pane.height)
        room = lines;
    top = pane_cut_top(&pane, room);
    choice->most_scrolled = lines > room ? lines - room : 0;
    if (choice->scrolled > choice->most_scrolled)
        choice->scrolled = choice->most_scrolled;
    (void)text_draw(&top, ROLE_TEXT, choice->question, choice->scrolled);
    if (choice->most_scrolled > 0 && top.width > 12) {
        struct pane more = pane_part(&top, top.width - 5, room - 1, 5, 1);

        pane_clear(&more);
        (void)pane_text(
            &more, 1, 0, ROLE_KEY, choice->scrolled < choice->most_scrolled ? "PgDn" : "PgUp");
    }
    (void)pane_cut_top(&pane, gap);
    draw_answers(choice, &pane);
}

void ui_draw_choice(struct ui *ui, const struct pane *pane)
{
    struct choice_prompt *choice = &ui->choice;
    int width = pane->width < 64 ? pane->width : 64, inner = width > 5 ? width - 4 : 1;
    int height = text_lines(choice->question, inner) + all_answer_lines(choice, inner) + 3;
    struct pane box = pane_part(pane, (pane->width - width) / 2,
        height < pane->height ? (pane->height - height) / 2 : 0, width, height);
    struct pane inside;

    pane_clear(&box);
    if (box.height < height) { /* no room for a frame */
        draw_question(choice, box, 0);
        return;
    }
    inside = pane_frame(&box, NULL, true);
    draw_question(choice, pane_part(&inside, 1, 0, inside.width - 2, inside.height), 1);
}

/* ---- */

void ui_modal_key(struct ui *ui, key_code key)
{
    switch (ui->modal) {
    case MODAL_LINE:
        line_key(ui, key);
        break;
    case MODAL_CHOICE:
        choice_key(ui, key);
        break;
    case MODAL_HELP:
        ui_help_key(ui, key);
        break;
    case MODAL_NONE:
        break;
    }
}
