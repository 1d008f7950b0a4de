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

/* What screens of other files were asked to show. */
static struct place asked;

static void *open_other(struct ui *ui)
{
    return ui;
}

static void close_other(void *state)
{
    (void)state;
}

static void draw_other(void *state, const struct pane *pane)
{
    (void)state;
    (void)pane_text(pane, 0, 0, ROLE_TEXT, "another screen");
}

static enum outcome act_other(void *state, enum action action)
{
    (void)state;
    (void)action;
    return OUTCOME_IGNORED;
}

static void show_other(void *state, const struct place *place)
{
    (void)state;
    asked = *place;
}

static const struct screen other = { .name = "Other",
    .context = CONTEXT_NODES,
    .open = open_other,
    .close = close_other,
    .draw = draw_other,
    .act = act_other,
    .show = show_other };
static const struct screen *const all[SCREENS] = { [SCREEN_RUN] = &screen_run,
    [SCREEN_GRAPH] = &screen_graph,
    [SCREEN_NODES] = &other,
    [SCREEN_TRACES] = &other,
    [SCREEN_REVIEW] = &other,
    [SCREEN_HISTORY] = &other,
    [SCREEN_LOG] = &screen_log };

struct stage {
    uv_loop_t loop;
    struct session session;
    struct ui *ui;
};

static void stage_open_with(
    struct stage *stage, enum made_size size, const struct screen *const *screens)
{
    struct ui_options options = { .loop = &stage->loop, .screens = screens };
    struct err err;

    assert_int_equal(uv_loop_init(&stage->loop), 0);
    fake_session_init(&stage->session);
    run_view_free(&stage->session.view);
    made_run(&stage->session.view, size);
    stage->ui = ui_open(&options, &stage->session, &err);
    if (stage->ui == NULL)
        fail_msg("%s", err.message);
}

static void stage_open(struct stage *stage, enum made_size size)
{
    stage_open_with(stage, size, shown);
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
    assert_true(sees(&stage, 60, 20, "\nTab pane"));
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

/* The Linux console's font has frames, blocks and arrows: nothing else of ours is drawn there. */
static void test_console(void **state)
{
    static const uint32_t font[] = { 0x2500, 0x2502, 0x250C, 0x2510, 0x2514, 0x2518, 0x251C, 0x2524,
        0x252C, 0x2534, 0x253C, 0x2580, 0x2584, 0x2588, 0x258C, 0x2591, 0x2190, 0x2191, 0x2192,
        0x2193 };

    (void)state;
    for (int i = 0; i < 8; i++) {
        static const char *const screens[] = { "1", "2", "2s", "8" };
        int width = i < 4 ? 80 : 200, height = i < 4 ? 24 : 60;
        struct canvas canvas = { .console = true };
        struct stage stage;
        int lines = 0;

        stage_open(&stage, MADE_NINE);
        canvas_resize(&canvas, width, height);
        stage_keys(&stage, screens[i % 4]);
        ui_draw(stage.ui, &canvas);
        for (int at = 0; at < width * height; at++) {
            uint32_t code = canvas.cells[at].code[0];
            bool is_there = code < 0x100;

            for (size_t j = 0; j < sizeof font / sizeof font[0]; j++)
                is_there |= code == font[j];
            if (!is_there)
                fail_msg("screen %s at %d, %d: U+%04X", screens[i % 4], at % width, at / width,
                    (unsigned)code);
            lines += code == 0x2500 ? 1 : 0;
        }
        if (i % 4 == 0)
            assert_true(lines > 20); /* lines are drawn as lines */
        canvas_free(&canvas);
        stage_close(&stage);
    }
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

/* Enter opens the node, t the trace of its last failed example; Esc leads back. */
static void test_places(void **state)
{
    struct stage stage;
    const struct run_view *view = &stage.session.view;

    (void)state;
    stage_open_with(&stage, MADE_NINE, all);
    stage_keys(&stage, "jj\r");
    assert_int_equal(asked.screen, SCREEN_NODES);
    assert_int_equal(asked.node, 2);
    stage_keys(&stage, "\x1B");
    assert_true(sees(&stage, 80, 24, "Scores by batch"));
    stage_keys(&stage, "t");
    assert_int_equal(asked.screen, SCREEN_TRACES);
    assert_int_equal(asked.node, 2);
    assert_int_equal(asked.rollout, (int)view->rollouts.count - 1);
    assert_true(run_view_score_of(view, asked.rollout, asked.example) < 0.5);
    stage_keys(&stage, "8/proposal 3 \r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    stage_keys(&stage, "\r");
    assert_true(asked.screen == SCREEN_REVIEW && asked.proposal == 2);
    stage_close(&stage);
    stage_open_with(&stage, MADE_EMPTY, all);
    stage_keys(&stage, "\rt2\rt8\rt");
    assert_true(sees(&stage, 80, 24, "nothing yet"));
    stage_close(&stage);
}

static void test_find(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_HUNDRED);
    stage_keys(&stage, "2/STEP_77\r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 80, 24, "\xE2\x94\x80 step_77 "));
    stage_keys(&stage, "/step_9\rnn");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    stage_keys(&stage, "n");
    assert_true(sees(&stage, 80, 24, "\xE2\x94\x80 step_9"));
    stage_keys(&stage, "/nowhere\r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 80, 24, "no node has \"nowhere\""));
    stage_keys(&stage, "1/step_42\r");
    (void)uv_run(&stage.loop, UV_RUN_NOWAIT);
    assert_true(sees(&stage, 80, 24, "step_42"));
    stage_close(&stage);
}

/* ---- what a run does, and why it does not ---- */

/* A pass that is over is shown no longer; what is known of the nodes stays. */
static void test_between_passes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    assert_true(sees(&stage, 120, 40, "Graph: validation 11/150, b14 r1 s2 12/40"));
    made_say(&stage.session.view, "{\"type\":\"phase\",\"phase\":\"batch 14, round 1, step 2: "
                                  "prompt update\"}");
    made_say(&stage.session.view,
        "{\"type\":\"node\",\"passes\":[[\"validation\",149,150]],\"ids\":[],\"nodes\":[]}");
    assert_true(sees(&stage, 80, 24, "now      prompt update, val 149/150"));
    made_say(&stage.session.view, "{\"type\":\"node\",\"passes\":[]}");
    assert_false(sees(&stage, 120, 40, "b14 r1 s2"));
    assert_false(sees(&stage, 120, 40, "149/150"));
    assert_true(sees(&stage, 120, 40, "batch 14, round 1, step 2: prompt update"));
    assert_true(sees(&stage, 80, 24, "classify          520 220 ms   5%"));
    stage_keys(&stage, "2j");
    assert_true(sees(&stage, 120, 40, "done; in all 520 calls, 5% failed, p50 220 ms, p95 1.6 s"));
    stage_close(&stage);
}

/* Examples that never came to a node are no failures of it; what has no place in flight waits. */
static void test_counts_of_a_node(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    made_say(&stage.session.view, "{\"type\":\"node_calls\",\"nodes\":{}}");
    made_say(&stage.session.view,
        "{\"type\":\"node\",\"passes\":[[\"validation\",16,150],[\"b1 r1 s1\",0,5]],\"ids\":["
        "\"input\",\"classify\"],\"nodes\":[[0,131,8,16,0,0],[55,0,0,0,0,100]]}");
    assert_true(sees(&stage, 80, 24, " 8+131 "));
    stage_keys(&stage, "2");
    assert_false(sees(&stage, 80, 24, "% fail"));
    assert_true(sees(&stage, 80, 24, " 8 running, 131 waiting, 16 of 155 done"));
    stage_keys(&stage, "j");
    assert_true(sees(&stage, 80, 24, " waiting, 0 of 155 done"));
    made_say(&stage.session.view,
        "{\"type\":\"node\",\"passes\":[[\"validation\",16,150]],\"ids\":[\"input\",\"classify\"],"
        "\"nodes\":[[0,0,0,16,0,0],[11,5,0,0,0,0]]}");
    assert_true(sees(&stage, 200, 60, "classify 5 waiting"));
    stage_close(&stage);
}

/* Fifteen nodes are all there at 80x24, with their names, calls and failures. */
static void test_fifteen_nodes(void **state)
{
    static const char *const names[] = { "classify", "expand", "decompose", "retrieve",
        "search_web", "lookup", "rank", "read_first", "read_second", "read_third", "draft",
        "verify", "cite", "style", "answer" };
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_FIFTEEN);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(sees(&stage, 80, 24, names[i]));
    assert_true(sees(&stage, 80, 24, "busy calls fail grad"));
    stage_keys(&stage, "2"); /* marks do not hide letters */
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_true(sees(&stage, 80, 24, names[i]));
    stage_close(&stage);
}

/* What is proposed has its mark, also where it only adds a node behind the last one. */
static void test_proposed(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    made_say(&stage.session.view, "{\"type\":\"workflow\",\"id\":\"w10\",\"workflow\":{\"nodes\":["
                                  "{\"id\":\"one\",\"inputs\":[\"q\"]},"
                                  "{\"id\":\"two\",\"inputs\":[\"one\"]}]}}");
    made_say(&stage.session.view,
        "{\"type\":\"waiting\",\"pending\":{\"proposal\":18,\"workflow\":{\"nodes\":["
        "{\"id\":\"one\",\"inputs\":[\"q\"]},{\"id\":\"two\",\"inputs\":[\"one\"]},"
        "{\"id\":\"restate\",\"inputs\":[\"two\"]}]}}}");
    stage_keys(&stage, "2");
    assert_false(sees(&stage, 80, 24, "a proposal about it waits"));
    stage_keys(&stage, "j");
    assert_true(sees(&stage, 80, 24, "two \xE2\x94\x80 a proposal about it waits for you"));
    stage_close(&stage);
}

/* Layers are drawn unasked where they fit with numbers; s changes that and is remembered. */
static void test_graph_style(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    assert_true(sees(&stage, 80, 24, "busy calls"));
    assert_false(sees(&stage, 120, 40, "busy calls"));
    assert_true(sees(&stage, 120, 40, "input 560 calls"));
    stage_keys(&stage, "s");
    assert_true(sees(&stage, 120, 40, "busy calls"));
    stage_keys(&stage, "21");
    assert_true(sees(&stage, 200, 60, "busy calls"));
    stage_keys(&stage, "s");
    assert_false(sees(&stage, 80, 24, "busy calls"));
    stage_close(&stage);
}

/* Why a run stopped can be read at 80x24: beside "now", and on the log by Enter. */
static void test_reason(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    made_say(&stage.session.view,
        "{\"type\":\"stopped\",\"why\":\"step step_1_ab: the endpoint refused the key that "
        "the variable MODEL_KEY has; set another one, then flowbot resume goes on\"}");
    assert_true(sees(&stage, 80, 24, "now      stopped: step step_1_ab:"));
    assert_true(sees(&stage, 80, 24, "MODEL_KEY has"));
    stage_keys(&stage, "\tG\r");
    assert_true(sees(&stage, 80, 24, "What happened"));
    assert_true(sees(&stage, 80, 24, "then flowbot resume goes on"));
    assert_true(sees(&stage, 40, 10, "step step_1_ab"));
    stage_keys(&stage, "\r");
    assert_true(sees(&stage, 80, 24, "this line leads nowhere"));
    stage_keys(&stage, "\x1B");
    assert_true(sees(&stage, 80, 24, "Scores by batch"));
    stage_close(&stage);
}

static void test_wishes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    made_say(&stage.session.view,
        "{\"type\":\"wishes\",\"stop\":false,\"revert\":\"0123456789abcdef\"}");
    assert_true(sees(&stage, 80, 24, "next     back to workflow 01234567"));
    assert_true(sees(&stage, 120, 40, "back to workflow 01234567, at the next batch"));
    stage.session.is_paused = true;
    assert_true(sees(&stage, 80, 24, "p goes on"));
    stage.session.is_paused = false;
    made_say(&stage.session.view, "{\"type\":\"wishes\",\"stop\":true,\"revert\":\"\"}");
    assert_true(sees(&stage, 80, 24, "STOPPING"));
    assert_true(sees(&stage, 80, 24, "now      stopping: testing the best"));
    assert_true(
        sees(&stage, 80, 24, "! stopping: ") || sees(&stage, 80, 24, "stopping: the search"));
    assert_false(sees(&stage, 80, 24, "back to workflow"));
    made_say(&stage.session.view, "{\"type\":\"run_finished\",\"reason\":\"stopped\"}");
    assert_true(sees(&stage, 80, 24, "DONE"));
    stage_close(&stage);
}

/* Nothing is cut at 80x24 that has a short form. */
static void test_short_words(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    made_say(&stage.session.view, "{\"type\":\"sitting\",\"limits\":{\"tokens\":40000000}}");
    assert_true(sees(&stage, 80, 24, "312 k/40.0 M"));
    made_say(&stage.session.view, "{\"type\":\"paused\",\"paused\":true}");
    assert_true(sees(&stage, 80, 24, "now      paused: no new calls"));
    stage_close(&stage);
}

/* The axis of scores stays within what scores can be, and its numbers differ. */
static void test_score_axis(void **state)
{
    static const char *const scores[] = { "0", "0.01", "1" };
    static const char *const ticks[][2] = { { ".000\xE2\x94\xA4", ".020\xE2\x94\xA4" },
        { ".000\xE2\x94\xA4", ".020\xE2\x94\xA4" }, { "1.00\xE2\x94\xA4", ".980\xE2\x94\xA4" } };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct stage stage;

        stage_open(&stage, MADE_EMPTY);
        made_say(&stage.session.view, "{\"type\":\"baseline\",\"score\":%s,\"pass\":1}", scores[i]);
        assert_true(sees(&stage, 80, 24, ticks[i][0]));
        assert_true(sees(&stage, 80, 24, ticks[i][1]));
        assert_false(sees(&stage, 80, 24, "-0."));
        assert_false(sees(&stage, 80, 24, "1.0\xE2"));
        stage_close(&stage);
    }
}

/* The rate has the time of the run below it. */
static void test_rate_axis(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    assert_true(sees(&stage, 200, 60, "Calls per second, by the time of the run"));
    assert_true(sees(&stage, 200, 60, "0:23:30"));
    stage_close(&stage);
}

static void rate_is(struct run_view *view, double t, double calls_per_s)
{
    cJSON *event = cJSON_CreateObject();

    cJSON_AddStringToObject(event, "type", "calls");
    cJSON_AddNumberToObject(event, "t", t);
    cJSON_AddNumberToObject(event, "calls_per_s", calls_per_s);
    run_view_apply(view, event);
    cJSON_Delete(event);
}

/* That of a run of a few seconds has no minutes. */
static void test_rate_axis_of_a_short_run(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_EMPTY);
    rate_is(&stage.session.view, 500, 3);
    rate_is(&stage.session.view, 3100, 8);
    assert_true(sees(&stage, 200, 60, "0:00:03"));
    assert_false(sees(&stage, 200, 60, "0:00:30"));
    rate_is(&stage.session.view, 21000, 5);
    assert_true(sees(&stage, 200, 60, "0:00:30"));
    assert_false(sees(&stage, 200, 60, "0:01:00"));
    stage_close(&stage);
}

static void test_help_tells_signs(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, MADE_NINE);
    stage_keys(&stage, "?");
    assert_true(sees(&stage, 80, 24,
        "\xE2\x96\xBD"
        "5 new gradients"));
    stage_close(&stage);
}

/* ---- sizes ---- */

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
        cmocka_unit_test(test_console),
        cmocka_unit_test(test_selection_stays),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_between_passes),
        cmocka_unit_test(test_counts_of_a_node),
        cmocka_unit_test(test_fifteen_nodes),
        cmocka_unit_test(test_proposed),
        cmocka_unit_test(test_graph_style),
        cmocka_unit_test(test_reason),
        cmocka_unit_test(test_wishes),
        cmocka_unit_test(test_short_words),
        cmocka_unit_test(test_score_axis),
        cmocka_unit_test(test_rate_axis),
        cmocka_unit_test(test_rate_axis_of_a_short_run),
        cmocka_unit_test(test_help_tells_signs),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
