/* Other programs: the editor and the pager, which have the terminal meanwhile while the run goes
 * on; tmux for copying. Files for them lie in a folder of their own that only the user can read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "terminal_program.h"
#include "text_file.h"
#include "ui_state.h"
#include "utf8.h"

struct errand {
    struct ui *ui; /* NULL: it has closed */
    struct terminal_program *child;
    struct text_file file;
    char *text; /* that is copied */
    void (*on_text)(void *data, const char *text);
    void *data;
};

static void free_errand(struct errand *errand)
{
    text_file_remove(&errand->file);
    free(errand->text);
    free(errand);
}

/* Takes the errand. */
static void start_with_terminal(
    struct ui *ui, struct errand *errand, const char *command, terminal_program_end *on_end)
{
    struct err err = { .code = ERR_NONE };
    char **words = terminal_program_words(command, errand->file.path);

    errand->ui = ui;
    if (ui->terminal != NULL)
        terminal_suspend(ui->terminal);
    errand->child = terminal_program_start(
        ui->options.loop, words, ui->terminal != NULL ? NULL : "", 0, on_end, errand, &err);
    terminal_program_free_words(words);
    if (errand->child != NULL) {
        ui->errand = errand;
        return;
    }
    if (ui->terminal != NULL)
        terminal_resume(ui->terminal);
    ui_say(ui, ROLE_ERROR, "%s", err.message);
    if (errand->on_text != NULL)
        errand->on_text(errand->data, NULL);
    free_errand(errand);
}

static void come_back(struct ui *ui)
{
    ui->errand = NULL;
    if (ui->terminal != NULL)
        terminal_resume(ui->terminal);
    ui_dirty(ui);
}

/* One errand at a time. */
static struct errand *new_errand(struct ui *ui, const char *suffix, const char *text)
{
    struct errand *errand = mem_zalloc(1, sizeof *errand);
    struct err err = { .code = ERR_NONE };

    if (ui->errand == NULL && text_file_make(&errand->file, suffix, text, &err))
        return errand;
    ui_say(
        ui, ROLE_ERROR, "%s", ui->errand != NULL ? "another program is still open" : err.message);
    free_errand(errand);
    return NULL;
}

/* ---- the editor ---- */

static void on_edited(void *data, int status)
{
    struct errand *errand = data;
    struct ui *ui = errand->ui;
    struct err err = { .code = ERR_NONE };
    char *text;

    come_back(ui);
    text = text_file_take(&errand->file, status, &err);
    if (err.code != ERR_NONE)
        ui_say(ui, ROLE_ERROR, "%s", err.message);
    else if (text == NULL)
        ui_say(ui, ROLE_TEXT, "nothing was changed");
    errand->on_text(errand->data, text);
    free(text);
    free_errand(errand);
}

void ui_edit(struct ui *ui, const char *suffix, const char *text,
    void (*on_text)(void *data, const char *text), void *data)
{
    struct errand *errand = new_errand(ui, suffix, text);

    if (errand == NULL) {
        on_text(data, NULL);
        return;
    }
    errand->on_text = on_text;
    errand->data = data;
    start_with_terminal(ui, errand, text_file_program("VISUAL", "EDITOR", "vi"), on_edited);
}

void ui_tell(struct ui *ui, enum role role, const char *text)
{
    struct str line = STR_INIT;

    if (!ui->closed) {
        ui_say(ui, role, "%s", text);
        return;
    }
    utf8_add_line(text, strlen(text), MESSAGE, &line);
    (void)fprintf(stderr, "flowbot: %s\n", str_text(&line));
    str_free(&line);
}

void ui_keep(struct ui *ui, const char *suffix, const char *text, const char *what)
{
    struct err err = { .code = ERR_NONE };
    char *path = text_file_keep(suffix, text, &err);
    char *line = path != NULL ? mem_printf("%s%s", what, path)
                              : mem_printf("what you wrote cannot be kept: %s", err.message);

    ui_tell(ui, path != NULL ? ROLE_WARNING : ROLE_ERROR, line);
    free(line);
    free(path);
}

/* ---- the pager ---- */

static void on_paged(void *data, int status)
{
    struct errand *errand = data;
    struct ui *ui = errand->ui;

    come_back(ui);
    if (status == 127 || status == 126)
        ui_say(ui, ROLE_ERROR, "the pager could not be run; set PAGER");
    free_errand(errand);
}

/* Lines as they are, everything that would act on the terminal as what stands for it. */
static void add_clean(const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;
        bool is_line;

        i += utf8_next(text + i, len - i, &code);
        is_line = code == '\n';
        if (is_line)
            str_add_char(out, '\n');
        else if (utf8_shown(&code) >= 0)
            utf8_add(out, code);
    }
}

static bool selected_text(struct ui *ui, struct str *text)
{
    const struct screen *screen = ui->screens[ui->screen];

    if (screen != NULL && screen->text != NULL)
        screen->text(ui_screen_state(ui), text);
    if (text->len == 0)
        ui_say(ui, ROLE_DIM, "there is no text here");
    return text->len > 0;
}

void ui_page(struct ui *ui)
{
    struct str text = STR_INIT, clean = STR_INIT;
    struct errand *errand = NULL;

    if (selected_text(ui, &text)) {
        add_clean(str_text(&text), text.len, &clean);
        errand = new_errand(ui, ".txt", str_text(&clean));
    }
    if (errand != NULL)
        start_with_terminal(ui, errand, text_file_program("PAGER", NULL, "less"), on_paged);
    str_free(&text);
    str_free(&clean);
}

/* ---- copying ---- */

static void copy_to_file(struct ui *ui, const char *text, size_t len)
{
    struct err err = { .code = ERR_NONE };

    if (ui->copy_path != NULL && file_make_folder(ui->options.state_folder, &err) &&
        file_write(ui->copy_path, text, len, &err))
        ui_say(ui, ROLE_TEXT, "copied to %s", ui->copy_path);
    else
        ui_say(ui, ROLE_ERROR, "not copied: %s",
            err.code != ERR_NONE ? err.message : "there is no place for it");
}

/* The terminal's clipboard where it may have one, else a file. */
static void copy_here(struct ui *ui, const char *text, size_t len)
{
    if (ui->terminal != NULL && terminal_copy(ui->terminal, text, len))
        ui_say(ui, ROLE_TEXT, "%zu bytes sent to the terminal's clipboard (OSC 52)", len);
    else
        copy_to_file(ui, text, len);
}

static void on_tmux(void *data, int status)
{
    struct errand *errand = data;
    struct ui *ui = errand->ui;

    ui->errand = NULL;
    if (status == 0)
        ui_say(ui, ROLE_TEXT, "copied to tmux's buffer and clipboard");
    else
        copy_here(ui, errand->text, strlen(errand->text));
    free_errand(errand);
}

/* Inside tmux the clipboard is tmux's: by default it does not pass OSC 52 on. */
static bool copy_by_tmux(struct ui *ui, const char *text)
{
    char *argv[] = { "tmux", "load-buffer", "-w", "-", NULL };
    const char *tmux = getenv("TMUX");
    struct err err = { .code = ERR_NONE };
    struct errand *errand;

    if (tmux == NULL || tmux[0] == '\0' || ui->terminal == NULL || ui->errand != NULL)
        return false;
    errand = mem_zalloc(1, sizeof *errand);
    errand->ui = ui;
    errand->text = mem_strdup(text);
    errand->child =
        terminal_program_start(ui->options.loop, argv, text, strlen(text), on_tmux, errand, &err);
    if (errand->child == NULL) {
        free_errand(errand);
        return false;
    }
    ui->errand = errand;
    return true;
}

/* Text as it is, but for what would act on the terminal into which it is pasted. */
static void add_pasteable(const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if ((code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0))
            code = 0xFFFD;
        utf8_add(out, code);
    }
}

void ui_copy(struct ui *ui)
{
    struct str text = STR_INIT, clean = STR_INIT;

    if (selected_text(ui, &text)) {
        add_pasteable(str_text(&text), text.len, &clean);
        if (!copy_by_tmux(ui, str_text(&clean)))
            copy_here(ui, str_text(&clean), clean.len);
    }
    str_free(&text);
    str_free(&clean);
}

void ui_errand_forget(struct ui *ui)
{
    char *path, *line;

    if (ui->errand == NULL)
        return;
    terminal_program_forget(ui->errand->child);
    path = text_file_give_up(&ui->errand->file);
    if (path != NULL) {
        line = mem_printf("what was written in the editor is kept in %s", path);
        ui_tell(ui, ROLE_WARNING, line);
        free(line);
        free(path);
    }
    free_errand(ui->errand);
    ui->errand = NULL;
}
