#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fake_session.h"
#include "file.h"
#include "golden.h"
#include "mem.h"
#include "random.h"
#include "ui.h"

/* ---- screens of the test: they note what they were told ---- */

static struct {
    enum action last;
    int acts, depth, shown_node;
    const char *text;
} note;

static void *open_screen(struct ui *ui)
{
    (void)ui;
    return mem_zalloc(1, 1);
}

static void draw_screen(void *state, const struct pane *pane)
{
    (void)state;
    (void)pane_print(pane, 0, 0, ROLE_TEXT, "the screen, %d x %d", pane->width, pane->height);
}

static enum outcome act(void *state, enum action action)
{
    (void)state;
    note.last = action;
    note.acts++;
    if (action == ACTION_BACK && note.depth > 0) {
        note.depth--;
        return OUTCOME_REDRAW;
    }
    return action == ACTION_DOWN ? OUTCOME_REDRAW : OUTCOME_IGNORED;
}

static struct division division(const void *state)
{
    (void)state;
    return (struct division){ false, 1 };
}

static void show(void *state, const struct place *place)
{
    (void)state;
    note.shown_node = place->node;
}

static void add_text(void *state, struct str *out)
{
    (void)state;
    str_add(out, note.text != NULL ? note.text : "");
}

#define TEST_SCREEN(title, where) \
    { \
        .name = (title), .context = (where), .open = open_screen, .close = free, \
        .draw = draw_screen, .act = act, .show = show, .text = add_text, .division = division \
    }

static const struct screen run_screen = TEST_SCREEN("Run", CONTEXT_RUN);
static const struct screen nodes_screen = TEST_SCREEN("Nodes", CONTEXT_NODES);
static const struct screen traces_screen = TEST_SCREEN("Traces", CONTEXT_TRACES);
static const struct screen review_screen = TEST_SCREEN("Review", CONTEXT_REVIEW);
static const struct screen *const screens[SCREENS] = {
    [SCREEN_RUN] = &run_screen,
    [SCREEN_NODES] = &nodes_screen,
    [SCREEN_TRACES] = &traces_screen,
    [SCREEN_REVIEW] = &review_screen,
};

/* ---- the rig ---- */

struct rig {
    uv_loop_t loop;
    struct session session;
    struct ui *ui;
    char folder[64];
};

static void start(struct rig *rig)
{
    struct err err = { .code = ERR_NONE };
    struct ui_options options = {
        .loop = &rig->loop,
        .message_ms = 30,
        .screens = screens,
        .state_folder = rig->folder,
        .config_folder = rig->folder,
    };

    rig->ui = ui_open(&options, &rig->session, &err);
    if (rig->ui == NULL)
        fail_msg("%s", err.message);
}

static void stop(struct rig *rig)
{
    ui_close(rig->ui);
    while (uv_run(&rig->loop, UV_RUN_DEFAULT) != 0)
        continue; /* one that was stopped stops once more */
}

static int set_up(void **state)
{
    struct rig *rig = mem_zalloc(1, sizeof *rig);

    memset(&note, 0, sizeof note);
    (void)snprintf(rig->folder, sizeof rig->folder, "/tmp/flowbot-ui-XXXXXX");
    assert_non_null(mkdtemp(rig->folder));
    (void)uv_loop_init(&rig->loop);
    fake_session_init(&rig->session);
    start(rig);
    *state = rig;
    return 0;
}

static void remove_file(const struct rig *rig, const char *name)
{
    char *path = file_join(rig->folder, name);

    (void)unlink(path);
    free(path);
}

static int tear_down(void **state)
{
    struct rig *rig = *state;

    stop(rig);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
    fake_session_free(&rig->session);
    remove_file(rig, "ui.json");
    remove_file(rig, "ui.json.old");
    remove_file(rig, "keys.json");
    remove_file(rig, "copied.txt");
    (void)rmdir(rig->folder);
    free(rig);
    return 0;
}

/* Keys by name, by blanks. */
static void press(struct rig *rig, const char *keys)
{
    while (*keys != '\0') {
        size_t len = strcspn(keys, " ");
        char name[KEY_NAME_SIZE];
        key_code key;

        (void)snprintf(name, sizeof name, "%.*s", (int)len, keys);
        assert_true(key_parse(name, &key));
        ui_key(rig->ui, key);
        keys += len;
        keys += strspn(keys, " ");
    }
}

static void type(struct rig *rig, const char *text)
{
    for (; *text != '\0'; text++)
        ui_key(rig->ui, (key_code)(unsigned char)*text);
}

/* Row y (from the end where negative) of an 80x24 picture; valid until the next call. */
static const char *row(struct rig *rig, int y)
{
    static char text[1024];
    struct canvas canvas = { 0 };
    struct str all = STR_INIT;
    const char *at;

    canvas_resize(&canvas, 80, 24);
    ui_draw(rig->ui, &canvas);
    canvas_dump(&canvas, false, &all);
    at = str_text(&all);
    for (int i = y < 0 ? 24 + y : y; i > 0; i--)
        at = strchr(at, '\n') + 1;
    (void)snprintf(text, sizeof text, "%.*s", (int)strcspn(at, "\n"), at);
    str_free(&all);
    canvas_free(&canvas);
    return text;
}

static void assert_says(struct rig *rig, const char *words)
{
    if (strstr(row(rig, -1), words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", row(rig, -1), words);
}

/* ---- tests ---- */

static void pictures(struct rig *rig, const char *name, int width, int height)
{
    static const char *const kinds[] = { "utf8", "ascii" };

    for (int i = 0; i < 2; i++) {
        struct canvas canvas = { 0 };
        char full[96];

        canvas_resize(&canvas, width, height);
        canvas.ascii = i == 1;
        ui_draw(rig->ui, &canvas);
        (void)snprintf(full, sizeof full, "%s-%dx%d-%s", name, width, height, kinds[i]);
        golden_check(&canvas, full);
        canvas_free(&canvas);
    }
}

static void test_pictures(void **state)
{
    struct rig *rig = *state;

    pictures(rig, "ui", 80, 24);
    pictures(rig, "ui", 120, 40);
    pictures(rig, "ui", 40, 10);
    pictures(rig, "ui", 19, 4);
    press(rig, "?");
    pictures(rig, "ui-help", 80, 24);
    pictures(rig, "ui-help", 40, 10);
    press(rig, "Esc q");
    pictures(rig, "ui-leave", 80, 24);
    pictures(rig, "ui-leave", 40, 10);
    pictures(rig, "ui-leave", 12, 2);
    press(rig, "Esc :");
    type(rig, "set m");
    press(rig, "Tab");
    pictures(rig, "ui-command", 80, 24);
    press(rig, "Esc");
    rig->session.kind = SESSION_REPLAY;
    rig->session.position = 0.45;
    pictures(rig, "ui-replay", 80, 24);
    rig->session.kind = SESSION_WATCH;
    rig->session.is_behind = rig->session.is_paused = true;
    rig->session.missed = 12;
    pictures(rig, "ui-watch-paused", 80, 24);
}

static char answer_text[256];
static int answers;

static void on_choice(void *data, int answer)
{
    (void)data;
    answers++;
    answer_text[0] = (char)('0' + answer);
    answer_text[1] = '\0';
}

/* What is longer than its room is wrapped, and what is still longer is scrolled. */
static void test_long_words(void **state)
{
    static const char question[] =
        "This cannot be used: the edited workflow:3:12: node \"search\" names \"nosuch\", which is "
        "no task field and no node; known: \"question\", \"search\", \"answer\". It is the last "
        "word that matters.";
    static const char choices[] = "e edit what was written again in the same editor|"
                                  "d drop what was written|n not yet";
    struct rig *rig = *state;

    ui_say(rig->ui, ROLE_ERROR, "this choice makes no workflow: %.100s", question);
    pictures(rig, "ui-message", 80, 24);
    pictures(rig, "ui-message", 40, 10);
    pictures(rig, "ui-message", 20, 4);
    press(rig, "j");
    assert_non_null(strstr(row(rig, -1), "? help"));
    ui_ask_choice(rig->ui, question, choices, on_choice, NULL);
    pictures(rig, "ui-choice", 80, 24);
    pictures(rig, "ui-choice", 40, 10);
    press(rig, "PgUp PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn PgDn Up Up");
    pictures(rig, "ui-choice-scrolled", 40, 10);
    press(rig, "PgUp d");
    assert_string_equal(answer_text, "1");
}

static void test_tabs_and_places(void **state)
{
    struct rig *rig = *state;
    struct place place = place_of(SCREEN_NODES);

    assert_non_null(strstr(row(rig, 1), "1 Run  3 Nodes  4 Traces  5 Review"));
    press(rig, "2"); /* is not there */
    press(rig, "j");
    assert_int_equal(note.last, ACTION_DOWN);
    place.node = 7;
    ui_go(rig->ui, &place);
    assert_int_equal(note.shown_node, 7);
    press(rig, "x");
    assert_int_equal(note.last, ACTION_NONE); /* means nothing here */
    place = place_of(SCREEN_TRACES);
    place.node = 9;
    ui_go(rig->ui, &place);
    press(rig, "x");
    assert_int_equal(note.last, ACTION_NEXT_FAILED);
    place = place_of(SCREEN_NODES);
    place.node = 8;
    ui_go(rig->ui, &place);
    press(rig, "Esc Esc");
    assert_int_equal(note.shown_node, 7); /* back at the first visit */
    press(rig, "Esc Esc Esc Esc");
    assert_false(ui_is_over(rig->ui)); /* never quits */
    press(rig, "x");
    assert_int_equal(note.last, ACTION_NONE);
    note.depth = 1;
    press(rig, "4 Esc x"); /* the screen's own layer first */
    assert_int_equal(note.last, ACTION_NEXT_FAILED);
}

static void on_line(void *data, const char *line)
{
    (void)data;
    answers++;
    (void)snprintf(answer_text, sizeof answer_text, "%s", line != NULL ? line : "(none)");
}

static void test_line(void **state)
{
    struct rig *rig = *state;

    answers = 0;
    ui_ask_line(rig->ui, "Reason: ", "ab", on_line, NULL);
    type(rig, "qx");
    press(rig, "Left Backspace Home");
    ui_paste(rig->ui, "1\n\x1b[2Jj");
    assert_int_equal(answers, 0);
    press(rig, "Enter");
    assert_int_equal(answers, 1);
    assert_string_equal(answer_text, "1 \xEF\xBF\xBD[2Jjabx");
    ui_ask_line(rig->ui, "Reason: ", NULL, on_line, NULL);
    type(rig, "draft");
    press(rig, "Up Down");
    press(rig, "Enter");
    assert_string_equal(answer_text, "draft");
    ui_ask_line(rig->ui, "Reason: ", NULL, on_line, NULL);
    press(rig, "Up Up Enter");
    assert_string_equal(answer_text, "1 \xEF\xBF\xBD[2Jjabx");
    ui_ask_line(rig->ui, "Reason: ", NULL, on_line, NULL);
    press(rig, "x ^C");
    assert_string_equal(answer_text, "(none)");
    assert_int_equal(rig->session.interrupts, 0);
    assert_int_equal(note.acts, 0); /* nothing of it acted as a key */
}

static void test_choice(void **state)
{
    static const struct {
        const char *keys, *answer;
    } cases[] = { { "a", "0" }, { "Space", "1" }, { "c", "2" }, { "A", "0" }, { "C", "2" },
        { "Esc", "2" }, { "Enter", "2" }, { "Up Enter", "1" }, { "Down Enter", "0" },
        { "z x Tab Tab Enter", "1" } };
    struct rig *rig = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        answers = 0;
        ui_ask_choice(rig->ui, "Accept?", "a accept|Space maybe later|c cancel", on_choice, NULL);
        press(rig, cases[i].keys);
        assert_int_equal(answers, 1);
        assert_string_equal(answer_text, cases[i].answer);
    }
    ui_ask_choice(rig->ui, "First?", "a a|c c", on_choice, NULL);
    answers = 0;
    ui_ask_line(rig->ui, "Second: ", NULL, on_line, NULL); /* gives the first up */
    assert_int_equal(answers, 1);
    assert_string_equal(answer_text, "1");
    press(rig, "Esc");
}

static void test_leave(void **state)
{
    struct rig *rig = *state;

    press(rig, "q s");
    assert_int_equal(rig->session.stops, 1);
    assert_false(ui_is_over(rig->ui));
    press(rig, "^C c"); /* commits elsewhere: nothing here */
    press(rig, "n");
    assert_int_equal(rig->session.interrupts, 0);
    press(rig, "^C ^C"); /* twice: save and end */
    assert_int_equal(rig->session.interrupts, 1);
    assert_false(ui_is_over(rig->ui));
    assert_says(rig, "stopping");
    press(rig, "^C"); /* once more: at once */
    assert_int_equal(rig->session.interrupts, 2);
    fake_session_end(&rig->session);
    assert_true(ui_is_over(rig->ui));
}

static void test_stays_after_the_end(void **state)
{
    struct rig *rig = *state;

    press(rig, "q");
    fake_session_end(&rig->session); /* the question has answered itself */
    assert_says(rig, "the run has ended meanwhile");
    press(rig, "l");
    assert_int_equal(note.last, ACTION_RIGHT);
    assert_false(ui_is_over(rig->ui));
    assert_non_null(strstr(row(rig, 0), "DONE"));
    press(rig, "q");
    assert_true(ui_is_over(rig->ui));
    assert_int_equal(rig->session.interrupts, 0);
}

static bool shows(struct rig *rig, const char *words)
{
    int y = 0;

    while (y < 24 && strstr(row(rig, y), words) == NULL)
        y++;
    return y < 24;
}

static void test_waiting_proposal(void **state)
{
    struct rig *rig = *state;

    press(rig, "r");
    assert_says(rig, "no proposal waits");
    press(rig, "1");
    rig->session.view.pending = cJSON_CreateObject();
    fake_session_changed(&rig->session);
    assert_says(rig, "a proposal waits for your decision: r");
    assert_non_null(strstr(row(rig, 0), "WAITS FOR YOU"));
    assert_non_null(strstr(row(rig, 1), "5 Review(1)"));
    press(rig, "q"); /* without anyone to decide it does not go on */
    assert_true(shows(rig, "detach: saved until you decide"));
    press(rig, "n r a");
    assert_int_equal(note.last, ACTION_ACCEPT);
    press(rig, "Esc x");
    assert_int_equal(note.last, ACTION_NONE);
}

static void test_help(void **state)
{
    struct rig *rig = *state;

    press(rig, "4 ?");
    type(rig, "next failed");
    press(rig, "Enter");
    assert_int_equal(note.last, ACTION_NEXT_FAILED);
    press(rig, "?");
    type(rig, "accept all");
    press(rig, "Enter");
    assert_says(rig, "this works on: Review");
    press(rig, "Esc");
    press(rig, "x");
    assert_int_equal(note.last, ACTION_NEXT_FAILED);
    press(rig, "? Esc x");
    press(rig, "?");
    type(rig, "nothing is called so");
    press(rig, "Enter Down Enter Esc");
}

static void test_commands(void **state)
{
    struct rig *rig = *state;

    press(rig, ":");
    type(rig, "set fps 10");
    press(rig, "Enter");
    assert_says(rig, "fps 10");
    press(rig, ":");
    type(rig, "mou");
    press(rig, "Tab");
    assert_non_null(strstr(row(rig, -2), "nothing that can stand here begins with \"mou\""));
    press(rig, "Esc :");
    type(rig, "set fps 99");
    press(rig, "Enter");
    assert_says(rig, "fps 99: a whole number from 1 to 30 was expected");
    press(rig, ":");
    type(rig, "set mouse");
    press(rig, "Enter");
    assert_says(rig, "mouse off: it may be on or off");
    press(rig, ":");
    type(rig, "set theme");
    press(rig, "Enter");
    assert_says(rig, "theme auto; known: auto, dark, light");
    press(rig, ":");
    type(rig, "set fps 12 x");
    press(rig, "Enter");
    assert_says(rig, "set: too many words; nothing was done");
    press(rig, ":");
    type(rig, "set zoom on");
    press(rig, "Enter");
    assert_says(rig, "review, history, hints, mouse and bell");
    press(rig, ":");
    type(rig, "the");
    press(rig, "Tab");
    type(rig, " da");
    press(rig, "Tab Enter");
    assert_says(rig, "theme dark");
    press(rig, ":");
    type(rig, "theme drak");
    press(rig, "Enter");
    assert_says(rig, "did you mean dark");
    press(rig, ":");
    type(rig, "reveiw");
    press(rig, "Enter");
    assert_says(rig, "did you mean review");
    press(rig, ":");
    type(rig, "screen-traces");
    press(rig, "Enter x");
    assert_int_equal(note.last, ACTION_NEXT_FAILED);
    press(rig, ":");
    type(rig, "accept");
    press(rig, "Enter");
    assert_says(rig, "accept works on: Review");
    press(rig, ":");
    type(rig, "review all");
    press(rig, "Enter");
    assert_int_equal(rig->session.review, REVIEW_ALL);
    press(rig, "M");
    assert_int_equal(rig->session.review, REVIEW_PROMPTS);
    press(rig, "M");
    assert_int_equal(rig->session.review, REVIEW_NONE);
}

static void test_settings_are_kept(void **state)
{
    struct rig *rig = *state;

    press(rig, "4 H T c");
    assert_says(rig, "charts block: ");
    press(rig, "1 > > >");
    assert_int_equal(ui_divide(rig->ui, 100, 40), 55);
    press(rig, "4");
    assert_string_equal(row(rig, -1), "");
    stop(rig);
    start(rig);
    assert_string_equal(row(rig, -1), "");
    press(rig, "x");
    assert_int_equal(note.last, ACTION_NEXT_FAILED); /* the last screen */
    assert_int_equal(ui_look(rig->ui).charts, CHART_BLOCK);
    assert_int_equal(ui_divide(rig->ui, 100, 40), 40); /* each screen has its own */
    press(rig, "1");
    assert_int_equal(ui_divide(rig->ui, 100, 40), 55);
    press(rig, "= 4");
    press(rig, "H");
    assert_true(strlen(row(rig, -1)) > 0);
}

static void mouse(struct rig *rig, enum mouse_button button, int x, int y)
{
    ui_mouse(rig->ui, &(struct input){ .kind = INPUT_MOUSE, .button = button, .x = x, .y = y });
}

/* Clicks where these words stand. */
static void click_on(struct rig *rig, const char *words)
{
    for (int y = 0; y < 24; y++) {
        const char *line = row(rig, y), *at = strstr(line, words);

        if (at == NULL)
            continue;
        mouse(rig, MOUSE_LEFT, text_cells(line, (size_t)(at - line)), y);
        return;
    }
    fail_msg("nowhere: %s", words);
}

static void test_mouse_in_a_choice(void **state)
{
    static const char choices[] = "a all of it|s some of it|c cancel";
    struct rig *rig = *state;

    answers = 0;
    ui_ask_choice(rig->ui, "Really?", choices, on_choice, NULL);
    mouse(rig, MOUSE_LEFT, 0, 0);
    click_on(rig, "Really?");
    assert_int_equal(answers, 0);
    mouse(rig, MOUSE_WHEEL_UP, 40, 12);
    press(rig, "Enter");
    assert_string_equal(answer_text, "1");
    ui_ask_choice(rig->ui, "Really?", choices, on_choice, NULL);
    click_on(rig, "all of it");
    assert_string_equal(answer_text, "0");
    assert_int_equal(answers, 2);
    mouse(rig, MOUSE_RIGHT, 5, 5);
    assert_int_equal(note.acts, 0);
}

static void test_mouse_in_help(void **state)
{
    struct rig *rig = *state;

    press(rig, "?");
    type(rig, "page");
    click_on(rig, "half a page down");
    assert_int_equal(note.last, ACTION_HELP); /* only selected */
    click_on(rig, "half a page down");
    assert_int_equal(note.last, ACTION_HALF_DOWN);
    press(rig, "?");
    mouse(rig, MOUSE_WHEEL_DOWN, 5, 5);
    assert_int_equal(note.last, ACTION_HELP);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(note.last, ACTION_HELP);
        mouse(rig, MOUSE_LEFT, 5, 4); /* the second row, which the wheel selected */
    }
    assert_int_not_equal(note.last, ACTION_HELP);
}

static void test_wheel(void **state)
{
    struct rig *rig = *state;

    mouse(rig, MOUSE_WHEEL_UP, 5, 5);
    assert_int_equal(note.last, ACTION_UP);
    mouse(rig, MOUSE_WHEEL_DOWN, 5, 5);
    assert_int_equal(note.last, ACTION_DOWN);
    press(rig, ":");
    mouse(rig, MOUSE_WHEEL_UP, 5, 5);
    assert_int_equal(note.last, ACTION_COMMAND);
    press(rig, "Esc");
}

static void on_idle(uv_idle_t *idle)
{
    (void)idle;
}

/* The hints come back without a key. */
static void test_messages_end(void **state)
{
    struct rig *rig = *state;
    uint64_t ends = uv_now(&rig->loop) + 5000;
    uv_idle_t alive; /* as the terminal keeps the loop */

    (void)uv_idle_init(&rig->loop, &alive);
    (void)uv_idle_start(&alive, on_idle);
    ui_say(rig->ui, ROLE_TEXT, "something is said");
    assert_says(rig, "something is said");
    while (strstr(row(rig, -1), "? help") == NULL && uv_now(&rig->loop) < ends) {
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
        (void)usleep(2000);
    }
    uv_close((uv_handle_t *)&alive, NULL);
    (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
    assert_says(rig, "? help");
}

static void write_config(struct rig *rig, const char *name, const char *text)
{
    struct err err = { .code = ERR_NONE };
    char *path = file_join(rig->folder, name);

    assert_true(file_write(path, text, strlen(text), &err));
    free(path);
}

/* Somewhere in the picture. */
static void assert_shows(struct rig *rig, const char *words)
{
    for (int y = 0; y < 24; y++)
        if (strstr(row(rig, y), words) != NULL)
            return;
    fail_msg("nowhere: %s", words);
}

static void assert_config(struct rig *rig, const char *name, const char *words)
{
    struct str text = STR_INIT;
    struct err err = { .code = ERR_NONE };
    char *path = file_join(rig->folder, name);

    if (!file_read(path, 1 << 16, &text, &err) || strstr(str_text(&text), words) == NULL)
        fail_msg("%s does not say \"%s\"", path, words);
    free(path);
    str_free(&text);
}

/* They are said, the defaults hold, and what a person wrote is put aside and not lost. */
static void test_broken_settings(void **state)
{
    static const char first[] =
        "{ \"fps\": \"9\", \"theme\": \"gone\", \"charts\": \"pie\", \"graph\": 30 }";
    struct rig *rig = *state;

    stop(rig);
    write_config(rig, "ui.json", first);
    start(rig);
    assert_shows(rig, "ui.json:1:24: unknown theme \"gone\"");
    press(rig, ":");
    type(rig, "set");
    press(rig, "Enter");
    assert_shows(rig, "theme auto · fps 9 · charts braille · graph 30");
    stop(rig);
    assert_config(rig, "ui.json.old", first);
    assert_config(rig, "ui.json", "\"theme\": \"auto\"");
    write_config(rig, "ui.json", "{ nonsense");
    start(rig);
    assert_shows(rig, "ui.json:1:3");
    stop(rig);
    assert_config(rig, "ui.json.old", "{ nonsense");
    remove_file(rig, "ui.json.old");
    start(rig);
    assert_says(rig, "? help");
}

/* What is waited for stands where the hints are, and takes no message away. */
/* A key without a meaning says so, until the next one. */
static void test_unbound(void **state)
{
    struct rig *rig = *state;

    press(rig, "x");
    assert_says(rig, "x does nothing here; ? tells every key");
    press(rig, "F9");
    assert_says(rig, "F9 does nothing here");
    press(rig, "j");
    assert_says(rig, "? help");
}

static void test_busy(void **state)
{
    struct rig *rig = *state;

    ui_set_busy(rig->ui, "reading the task");
    assert_says(rig, "reading the task");
    ui_say(rig->ui, ROLE_ERROR, "something is wrong");
    assert_says(rig, "something is wrong");
    press(rig, "j");
    assert_says(rig, "reading the task");
    ui_set_busy(rig->ui, NULL);
    assert_says(rig, "? help");
}

static void test_broken_keys(void **state)
{
    struct rig *rig = *state;
    struct err err = { .code = ERR_NONE };
    struct ui_options options = {
        .loop = &rig->loop, .screens = screens, .config_folder = rig->folder
    };

    stop(rig);
    write_config(rig, "keys.json", "{ \"quit\": [\"j\"] }");
    assert_null(ui_open(&options, &rig->session, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "keys.json:1:12"));
    (void)uv_run(&rig->loop, UV_RUN_DEFAULT);
    remove_file(rig, "keys.json");
    start(rig);
}

static void test_replay(void **state)
{
    struct rig *rig = *state;

    press(rig, ") ) ( + +");
    assert_int_equal(rig->session.steps, 0); /* not a replay */
    rig->session.kind = SESSION_REPLAY;
    press(rig, ") ) ( + +");
    assert_int_equal(rig->session.steps, 1);
    assert_true(rig->session.speed > 3.9 && rig->session.speed < 4.1);
    press(rig, "% 5 0 Enter");
    assert_true(rig->session.position > 0.49 && rig->session.position < 0.51);
    press(rig, "p");
    assert_true(rig->session.is_paused);
    press(rig, "q");
    assert_true(ui_is_over(rig->ui));
}

static void expect_state(struct rig *rig, const char *words)
{
    if (strstr(row(rig, 0), words) == NULL)
        fail_msg("\"%s\" is not in: %s", words, row(rig, 0));
}

static void test_watch(void **state)
{
    struct rig *rig = *state;

    rig->session.kind = SESSION_WATCH;
    rig->session.speed = 0;
    expect_state(rig, "  WATCH");
    rig->session.view.paused = true;
    expect_state(rig, "  WATCH: RUN PAUSED");
    rig->session.is_behind = true;
    rig->session.missed = 7;
    press(rig, "p");
    expect_state(rig, "  WATCH PAUSED, 7 new");
    press(rig, ") (");
    assert_int_equal(rig->session.steps, 0);
    press(rig, "- + p");
    expect_state(rig, "  WATCH 2x, 7 new");
    for (int i = 0; i < 11; i++)
        press(rig, "+");
    assert_true(rig->session.speed == 4096);
    press(rig, "+");
    assert_true(rig->session.speed == 0);
    press(rig, "% b 3 Enter");
    assert_int_equal(rig->session.batch, 3);
    rig->session.is_behind = false;
    rig->session.view.stopped = true;
    expect_state(rig, "  STOPPED");
    rig->session.view.pending = cJSON_CreateObject();
    expect_state(rig, "  WAITING"); /* as flowbot runs says */
}

/* ---- other programs ---- */

static void on_text(void *data, const char *text)
{
    struct rig *rig = data;

    answers++;
    (void)snprintf(answer_text, sizeof answer_text, "%s", text != NULL ? text : "(none)");
    uv_stop(&rig->loop);
}

static void edit(struct rig *rig, const char *editor, const char *text, const char *result)
{
    static char variable[256]; /* belongs to the environment */

    (void)snprintf(variable, sizeof variable, "VISUAL=%s", editor);
    assert_int_equal(putenv(variable), 0);
    answers = 0;
    ui_edit(rig->ui, ".md", text, on_text, rig);
    while (answers == 0)
        (void)uv_run(&rig->loop, UV_RUN_ONCE);
    assert_string_equal(answer_text, result);
}

/* The one text that stays in the folder has these bytes; it is removed. */
static void expect_kept(const struct rig *rig, const char *bytes)
{
    char *pattern = file_join(rig->folder, "flowbot-*/text.md"), *parent;
    struct str text = STR_INIT;
    struct err err = { .code = ERR_NONE };
    glob_t found;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    assert_true(file_read(found.gl_pathv[0], 100, &text, &err));
    assert_string_equal(str_text(&text), bytes);
    parent = file_folder(found.gl_pathv[0]);
    assert_int_equal(unlink(found.gl_pathv[0]), 0);
    assert_int_equal(rmdir(parent), 0);
    str_free(&text);
    globfree(&found);
    free(parent);
    free(pattern);
}

static void test_editor(void **state)
{
    struct rig *rig = *state;

    (void)setenv("TMPDIR", rig->folder, 1);
    edit(rig, "sed -i 's/one/two words/'", "one", "two words");
    edit(rig, "sed -i s/one/two/", "one\n", "two\n");
    edit(rig, "true", "one", "(none)");
    assert_says(rig, "nothing was changed");
    edit(rig, "sed -i -e $a\\", "one", "(none)"); /* only a line feed at the end */
    edit(rig, "false", "one", "(none)");
    assert_says(rig, "the editor ended with status 1");
    edit(rig, "no-such-editor-here", "one", "(none)");
    assert_says(rig, "no-such-editor-here cannot be started");
    edit(rig, "sed -i s/one/\\xff/", "one", "(none)");
    assert_shows(rig, "not UTF-8 text; it is not taken, and stays in");
    expect_kept(rig, "\xff\n");
    edit(rig, "sh -c 'echo mine >> $0; exit 3'", "one", "(none)");
    assert_shows(rig, "the editor ended with status 3; it is not taken, and stays in");
    expect_kept(rig, "one\nmine\n");
    edit(rig, "sh -c 'test $(stat -c %a $(dirname \"$1\")) = 700 && echo private > \"$1\"' -", "",
        "private");
    (void)unsetenv("TMPDIR");
}

static void test_copy(void **state)
{
    struct rig *rig = *state;
    struct err err = { .code = ERR_NONE };
    struct str copied = STR_INIT;
    char *path = file_join(rig->folder, "copied.txt");

    press(rig, "y");
    assert_says(rig, "there is no text here");
    note.text = "a\tprompt\n\033[201~\xc2\x9b";
    press(rig, "y"); /* without a terminal: a file */
    assert_says(rig, "copied to");
    assert_true(file_read(path, 100, &copied, &err));
    assert_string_equal(str_text(&copied), "a\tprompt\n\xef\xbf\xbd[201~\xef\xbf\xbd");
    str_free(&copied);
    free(path);
}

/* Any keys at any size: nothing is written outside (the sanitizers look), and nothing hangs. */
static void test_any_size_any_key(void **state)
{
    static const key_code keys[] = { '1', '3', '4', '5', 'j', '?', ':', 'q', 'c', K_ESC, K_TAB,
        K_ENTER, K_UP, K_DOWN, 'T', 'H', K_BACKSPACE, 'x', K_LEFT, 0x65E5, '/', 3 };
    struct rig *rig = *state;
    struct random random;

    random_seed(&random, 11);
    for (int i = 0; i < 4000 && !ui_is_over(rig->ui); i++) {
        struct canvas canvas = { 0 };

        canvas_resize(
            &canvas, 1 + (int)random_below(&random, 90), 1 + (int)random_below(&random, 30));
        ui_key(rig->ui, keys[random_below(&random, sizeof keys / sizeof keys[0])]);
        ui_draw(rig->ui, &canvas);
        canvas_free(&canvas);
    }
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RIG(test_pictures),
        WITH_RIG(test_tabs_and_places),
        WITH_RIG(test_line),
        WITH_RIG(test_choice),
        WITH_RIG(test_long_words),
        WITH_RIG(test_leave),
        WITH_RIG(test_stays_after_the_end),
        WITH_RIG(test_waiting_proposal),
        WITH_RIG(test_help),
        WITH_RIG(test_commands),
        WITH_RIG(test_settings_are_kept),
        WITH_RIG(test_messages_end),
        WITH_RIG(test_mouse_in_a_choice),
        WITH_RIG(test_mouse_in_help),
        WITH_RIG(test_wheel),
        WITH_RIG(test_broken_settings),
        WITH_RIG(test_unbound),
        WITH_RIG(test_busy),
        WITH_RIG(test_broken_keys),
        WITH_RIG(test_replay),
        WITH_RIG(test_watch),
        WITH_RIG(test_editor),
        WITH_RIG(test_copy),
        WITH_RIG(test_any_size_any_key),
    };

    (void)signal(SIGPIPE, SIG_IGN); /* as the program does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
