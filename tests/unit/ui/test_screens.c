/* The screens Run, Graph and Log in the whole ui, looked at and driven by keys. */
#include "ui.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_session.h"
#include "golden.h"
#include "made_run.h"
#include "screens.h"

static const struct {
    int width, height;
} sizes[] = { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 } };

/* The screens of other files are there as names only. */
static const struct screen *const shown[SCREENS] = {
    [SCREEN_RUN] = &screen_run, [SCREEN_GRAPH] = &screen_graph, [SCREEN_LOG] = &screen_log
};

struct stage {
    uv_loop_t loop;
    struct session session;
    struct ui *ui;
};

static void stage_open(struct stage *stage, enum made_size size)
{
    struct ui_options options = { .loop = &stage->loop, .screens = shown };
    struct err err;

    assert_int_equal(uv_loop_init(&stage->loop), 0);
    fake_session_init(&stage->session);
    run_view_free(&stage->session.view);
    made_run(&stage->session.view, size);
    stage->ui = ui_open(&options, &stage->session, &err);
    if (stage->ui == NULL)
        fail_msg("%s", err.message);
}

static void stage_close(struct stage *stage)
{
    ui_close(stage->ui);
    (void)uv_run(&stage->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&stage->loop), 0);
    fake_session_free(&stage->session);
}

static void stage_keys(struct stage *stage, const char *keys)
{
    for (; *keys != '\0'; keys++)
        ui_key(stage->ui, (key_code)(unsigned char)*keys);
}

static void draw(void *data, const struct pane *pane)
{
    ui_draw(((struct stage *)data)->ui, pane->canvas);
}

/* What is on the screen. */
static bool sees(struct stage *stage, int width, int height, const char *words)
{
    struct canvas canvas = { 0 };
    struct str text = STR_INIT;
    bool found;

    canvas_resize(&canvas, width, height);
    ui_draw(stage->ui, &canvas);
    canvas_dump(&canvas, false, &text);
    found = strstr(str_text(&text), words) != NULL;
    str_free(&text);
    canvas_free(&canvas);
    return found;
}

static void golden_sizes(enum made_size size, const char *keys, const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stage stage;

        stage_open(&stage, size);
        for (const char *key = keys; *key != '\0'; key++) { /* as a person: looking each time */
            stage_keys(&stage, (char[]){ *key, '\0' });
            (void)sees(&stage, sizes[i].width, sizes[i].height, "x");
        }
        golden_picture(name, sizes[i].width, sizes[i].height, draw, &stage);
        stage_close(&stage);
    }
}

static void test_run_golden(void **state)
{
    (void)state;
    golden_sizes(MADE_NINE, "", "run", 4);
    golden_sizes(MADE_FIFTEEN, "", "run-15", 3);
    golden_sizes(MADE_HUNDRED, "G", "run-100", 3);
    golden_sizes(MADE_EMPTY, "", "run-empty", 1);
    golden_sizes(MADE_HOSTILE, "", "run-hostile", 2);
    golden_sizes(MADE_DONE, "", "run-done", 1);
}

static void test_graph_golden(void **state)
{
    (void)state;
    golden_sizes(MADE_NINE, "2", "graph", 4);
    golden_sizes(MADE_FIFTEEN, "2jjj", "graph-15", 3);
    golden_sizes(MADE_FIFTEEN, "2jjjs", "graph-15-rail", 1);
    golden_sizes(MADE_HUNDRED, "2G", "graph-100", 3);
    golden_sizes(MADE_HOSTILE, "2", "graph-hostile", 1);
    golden_sizes(MADE_EMPTY, "2", "graph-empty", 1);
}

static void test_log_golden(void **state)
{
    (void)state;
    golden_sizes(MADE_NINE, "8", "log", 4);
    golden_sizes(MADE_HOSTILE, "8", "log-hostile", 1);
    golden_sizes(MADE_EMPTY, "8", "log-empty", 1);
}

static void test_filter(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    stage_keys(&stage, "8");
    assert_true(sees(&stage, 80, 24, "proposal 13"));
    stage_keys(&stage, "fbest\r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 80, 24, "filter: best"));
    assert_false(sees(&stage, 80, 24, "proposal 13"));
    stage_keys(&stage, "\x1B");
    assert_true(sees(&stage, 80, 24, "proposal 13"));
    stage_keys(&stage, "fcolour>3\r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 120, 24, "no column \"colour\""));
    stage_keys(&stage, "/proposal 3 \r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 80, 24, "proposal 3 "));
    stage_close(&stage);
}

/* One pane at a time where it is small; Tab goes round all four. */
static void test_panes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    assert_true(sees(&stage, 60, 20, "Graph"));
    stage_keys(&stage, "\t\t");
    assert_true(sees(&stage, 60, 20, "Scores by batch"));
    stage_keys(&stage, "\t");
    assert_true(sees(&stage, 60, 20, "in flight"));
    stage_keys(&stage, "\t");
    assert_true(sees(&stage, 60, 20, "classify"));
    assert_true(sees(&stage, 80, 24, "in flight"));
    stage_keys(&stage, "z");
    assert_false(sees(&stage, 80, 24, "in flight"));
    stage_close(&stage);
}

/* The selected node stays selected by its name when the workflow changes. */
static void test_selection_stays(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    stage_keys(&stage, "2jj");
    assert_true(sees(&stage, 80, 24, "\xE2\x94\x80 retrieve "));
    made_say(&stage.session.view,
        "{\"type\":\"workflow\",\"id\":\"w10\",\"workflow\":{\"nodes\":["
        "{\"id\":\"new\",\"inputs\":[\"question\"]},{\"id\":\"input\",\"inputs\":[\"new\"]},"
        "{\"id\":\"other\",\"inputs\":[\"input\"]},{\"id\":\"retrieve\",\"kind\":\"model\","
        "\"inputs\":[\"other\"]}]}}");
    assert_true(sees(&stage, 80, 24, "\xE2\x94\x80 retrieve "));
    assert_true(sees(&stage, 80, 24, "other"));
    stage_close(&stage);
}

static void test_sizes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_FIFTEEN);
    for (int screen = 0; screen < 3; screen++) {
        stage_keys(&stage, screen == 0 ? "1" : screen == 1 ? "2" : "8");
        for (int i = 1; i < 60; i++)
            (void)sees(&stage, (i * 37) % 230 + 1, (i * 13) % 70 + 1, "x");
        for (int i = 1; i < 24; i++)
            (void)sees(&stage, i, 24 - i, "x");
    }
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_golden),
        cmocka_unit_test(test_graph_golden),
        cmocka_unit_test(test_log_golden),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_panes),
        cmocka_unit_test(test_selection_stays),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
