/* The screens Nodes, Traces and Calls over a run's file, looked at and driven by keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "golden.h"
#include "made_run.h"
#include "screens.h"
#include "traced_run.h"
#include "ui.h"
#include "view_words.h"

static const struct {
    int width, height;
} sizes[] = { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 } };

static const struct screen *const shown[SCREENS] = {
    [SCREEN_NODES] = &screen_nodes, [SCREEN_TRACES] = &screen_traces, [SCREEN_CALLS] = &screen_calls
};

struct stage {
    struct traced_run run;
    struct ui *ui;
};

static void stage_open(struct stage *stage)
{
    struct ui_options options = { .screens = shown };
    struct err err = { .code = ERR_NONE };

    traced_run_open(&stage->run);
    options.loop = &stage->run.loop;
    stage->ui = ui_open(&options, &stage->run.session, &err);
    if (stage->ui == NULL)
        fail_msg("%s", err.message);
}

static void stage_close(struct stage *stage)
{
    ui_close(stage->ui);
    traced_run_close(&stage->run);
}

/* Draws until nothing more comes from the file. */
static void settle(struct stage *stage, struct canvas *canvas)
{
    for (int turn = 0; turn < 12; turn++) {
        ui_draw(stage->ui, canvas);
        traced_run_wait(&stage->run);
    }
    ui_draw(stage->ui, canvas);
}

/* A person's keys, looking after each one. */
static void type(struct stage *stage, const char *keys, int width, int height)
{
    for (; *keys != '\0'; keys++) {
        struct canvas canvas = { 0 };

        ui_key(stage->ui, (key_code)(unsigned char)*keys);
        (void)uv_run(&stage->run.loop, UV_RUN_NOWAIT);
        canvas_resize(&canvas, width, height);
        settle(stage, &canvas);
        canvas_free(&canvas);
    }
}

static void dump(struct stage *stage, int width, int height, struct str *text)
{
    struct canvas canvas = { 0 };

    canvas_resize(&canvas, width, height);
    settle(stage, &canvas);
    canvas_dump(&canvas, false, text);
    canvas_free(&canvas);
}

static bool sees(struct stage *stage, int width, int height, const char *words)
{
    struct str text = STR_INIT;
    bool found;

    dump(stage, width, height, &text);
    found = strstr(str_text(&text), words) != NULL;
    if (!found && getenv("FLOWBOT_SHOW") != NULL)
        (void)fprintf(stderr, "%s\n", str_text(&text));
    str_free(&text);
    return found;
}

static void draw(void *data, const struct pane *pane)
{
    settle(data, pane->canvas);
}

static void golden_sizes(const char *keys, const char *name, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stage stage;

        stage_open(&stage);
        type(&stage, keys, sizes[i].width, sizes[i].height);
        golden_picture(name, sizes[i].width, sizes[i].height, draw, &stage);
        stage_close(&stage);
    }
}

static void wheel(struct stage *stage, int x, int y)
{
    ui_mouse(stage->ui,
        &(struct input){ .kind = INPUT_MOUSE, .button = MOUSE_WHEEL_DOWN, .x = x, .y = y });
}

/* Clicks where these words stand first. */
static void click_on(struct stage *stage, int width, int height, const char *words)
{
    struct input input = { .kind = INPUT_MOUSE, .button = MOUSE_LEFT };
    struct str text = STR_INIT;
    const char *line, *at;

    dump(stage, width, height, &text);
    at = strstr(str_text(&text), words);
    assert_non_null(at);
    line = str_text(&text);
    for (const char *end; (end = strchr(line, '\n')) != NULL && end < at; line = end + 1)
        input.y++;
    input.x = text_cells(line, (size_t)(at - line));
    str_free(&text);
    ui_mouse(stage->ui, &input);
}

/* A click selects the row below it, whichever pane has the focus. */
static void test_clicks_in_a_node(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "3", 120, 40);
    click_on(&stage, 120, 40, "answer  ");
    type(&stage, "\r", 120, 40);
    assert_true(sees(&stage, 120, 40, "line 1 has stood there from the start"));
    click_on(&stage, 120, 40, "as a year.");
    assert_true(sees(&stage, 120, 40, "line 6 came with proposal 1"));
    click_on(&stage, 120, 40, "the date comes from");
    assert_true(sees(&stage, 120, 40, "Example ex-02, batch 1 round 1 step 2, score .000"));
    assert_true(sees(&stage, 120, 40, "u came from")); /* it has the focus */
    click_on(&stage, 120, 40, "wants changed");
    assert_true(sees(&stage, 120, 40, "Example ex-02, batch 1 round 1 step 2, score .000"));
    click_on(&stage, 120, 40, "## Output");
    assert_true(sees(&stage, 120, 40, "line 4 has stood there from the start"));
    stage_close(&stage);
}

static void test_clicks_in_a_trace(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4", 80, 24);
    click_on(&stage, 80, 24, "ex-02");
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "example ex-02 (2/5)"));
    click_on(&stage, 80, 24, "search");
    assert_true(sees(&stage, 80, 24, "its depth is 350 m"));
    click_on(&stage, 80, 24, "input"); /* the tab */
    assert_true(sees(&stage, 80, 24, "output of query"));
    click_on(&stage, 80, 24, "\xE2\x97\x8F     input");
    assert_true(sees(&stage, 80, 24, "In which year was the town"));
    type(&stage, "b", 80, 24);
    click_on(&stage, 80, 24, "  draft");
    assert_true(sees(&stage, 80, 24, "take the year of the founding, 1068"));
    type(&stage, "b..", 80, 24);
    click_on(&stage, 80, 24, "Look up what is not known");
    assert_true(sees(&stage, 80, 24, "line 2 came with proposal 2"));
    stage_close(&stage);
}

/* The gradients are turned while the prompt has the focus, and keeps it. */
static void test_panes_of_a_node(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "3G\r", 120, 40);
    assert_true(sees(&stage, 120, 40, ", batch 1 round 1 step 2, score .250"));
    wheel(&stage, 90, 8);
    assert_true(sees(&stage, 120, 40, "Example ex-02, batch 1 round 1 step 2, score .000"));
    assert_true(sees(&stage, 120, 40, ". tab"));
    assert_true(sees(&stage, 120, 40, "Enter open")); /* the prompt's */
    type(&stage, ">>", 120, 40);
    assert_false(sees(&stage, 120, 40, "pass        example      score update wants changed"));
    type(&stage, "=", 120, 40);
    assert_true(sees(&stage, 120, 40, "pass        example      score update wants changed"));
    assert_true(sees(&stage, 40, 10, "\nTab pane"));
    stage_close(&stage);
}

/* Where there is room the selected node stands beside the list, with its newest gradient. */
static void test_beside_the_nodes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "3", 200, 60);
    assert_true(sees(&stage, 200, 60, "reads question (task)  \xE2\x86\x92 search"));
    assert_true(sees(&stage, 200, 60, "1 #2    Write a query."));
    assert_true(sees(&stage, 200, 60, "ask for the town's founding."));
    type(&stage, "jj", 200, 60);
    assert_true(sees(&stage, 200, 60, "draft  agent  model big"));
    traced_run_goes_on(&stage.run);
    assert_true(sees(&stage, 200, 60, "batch 1 round 1 step 3, score"));
    assert_false(sees(&stage, 200, 60, "new what it does"));
    type(&stage, "z", 200, 60);
    assert_false(sees(&stage, 200, 60, "Newest gradient"));
    type(&stage, "=", 200, 60);
    assert_true(sees(&stage, 200, 60, "Newest gradient"));
    assert_true(sees(&stage, 200, 60, "\nnode                         kind"));
    type(&stage, ">", 200, 60);
    assert_true(sees(&stage, 200, 60, "\nnode                                   kind"));
    type(&stage, "<<", 200, 60);
    assert_true(sees(&stage, 200, 60, "\nnode               kind"));
    stage_close(&stage);
}

/* A table of one node above it has its head, too. */
static void test_one_node(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    made_say(&stage.run.session.view, "{\"type\":\"workflow\",\"id\":\"w11\",\"workflow\":{"
                                      "\"nodes\":[{\"id\":\"only\",\"inputs\":[\"q\"]}]}}");
    type(&stage, "3", 80, 24);
    assert_true(sees(&stage, 80, 24, "\nnode             kind"));
    assert_true(sees(&stage, 80, 24, "\nonly "));
    stage_close(&stage);
}

/* Beside the passes stand the examples of the selected one. */
static void test_beside_the_passes(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4\x1B", 200, 60);
    assert_true(sees(&stage, 200, 60, "\xE2\x94\x82 batch 1 round 1 step 2 \xC2\xB7 score .563"));
    assert_true(sees(&stage, 200, 60, "The town was founded in the year 1279"));
    assert_false(sees(&stage, 120, 40, "The town was founded in the year 1279"));
    type(&stage, "G", 200, 60);
    assert_true(sees(&stage, 200, 60, "\xE2\x94\x82 validation after batch 1 \xC2\xB7 score .500"));
    wheel(&stage, 150, 10); /* of its examples the next one */
    assert_true(sees(&stage, 200, 60, "Expected: \"1068\""));
    assert_true(sees(&stage, 200, 60, "\xE2\x94\x82 validation after batch 1 \xC2\xB7 score .500"));
    type(&stage, "z", 200, 60);
    assert_false(sees(&stage, 200, 60, "Expected: \"1068\""));
    type(&stage, "z\r", 200, 60);
    assert_true(sees(&stage, 200, 60, "\nvalidation after batch 1"));
    type(&stage, "\x1Bg", 200, 60);
    assert_true(sees(&stage, 200, 60, "\xE2\x94\x82 the start, on validation"));
    type(&stage, "fnothing\r", 200, 60);
    assert_true(sees(&stage, 200, 60, "no pass is like that"));
    assert_false(sees(&stage, 200, 60, "\xE2\x94\x82 the start, on validation"));
    assert_false(sees(&stage, 200, 60, "no pass has begun yet"));
    stage_close(&stage);
}

static void test_nodes_golden(void **state)
{
    (void)state;
    golden_sizes("3", "nodes", 4);
    golden_sizes("3G\r", "node", 4);
    golden_sizes("3G\r.", "node-gradients", 4);
    golden_sizes("3j\r,", "node-tool", 1);
}

static void test_traces_golden(void **state)
{
    (void)state;
    golden_sizes("4", "traces", 4);
    golden_sizes("4\x1B", "passes", 4);
    golden_sizes("4x\r", "trace", 4);
    golden_sizes("4xbj", "trace-backward", 4);
    golden_sizes("4xb.", "trace-calls", 2);
    golden_sizes("4xbvv", "trace-raw", 1);
    golden_sizes("4xxb", "trace-hostile", 3);
    golden_sizes("4G\rgj.", "trace-huge", 2);
    golden_sizes("4xbj,", "trace-prompt", 2);
}

/* ---- calls ---- */

static void add_calls(struct stage *stage)
{
    static struct call_row rows[6];
    static const char *const nodes[6] = { "answer", "draft", "answer", "gradient of answer",
        "evil\x1B[2J", "query" };

    for (size_t i = 0; i < 6; i++) {
        rows[i] = (struct call_row){ .key = { 1, i },
            .state = (enum call_state)i,
            .example = (int)i % 5,
            .attempt = i == 2 ? 3 : 1,
            .ended_ms = i > 2 ? 90000 - (int64_t)i * 1000 : 0,
            .latency_ms = (unsigned)(i * i * 410),
            .input_tokens = i > 2 ? 447 * i : 0,
            .output_tokens = i > 2 ? 12 * i : 0 };
        (void)snprintf(rows[i].role, sizeof rows[i].role, "%s", i == 3 ? "meta" : "executor");
        (void)snprintf(rows[i].node, sizeof rows[i].node, "%s", nodes[i]);
        (void)snprintf(rows[i].model, sizeof rows[i].model, "small");
    }
    (void)snprintf(rows[2].why, sizeof rows[2].why, "429: too many requests\x1B[31m; waits 2 s");
    (void)snprintf(rows[4].why, sizeof rows[4].why, "the endpoint could not be reached");
    stage->run.session.calls = rows;
    stage->run.session.call_count = 6;
    stage->run.session.calls_state = (struct calls_state){ .now = 3, .done = 2, .failed = 1 };
}

static void test_calls_golden(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct stage stage;

        stage_open(&stage);
        type(&stage, "7", sizes[i].width, sizes[i].height);
        if (i == 0)
            golden_picture("calls-empty", sizes[i].width, sizes[i].height, draw, &stage);
        add_calls(&stage);
        golden_picture("calls", sizes[i].width, sizes[i].height, draw, &stage);
        type(&stage, "jjjj\r", sizes[i].width, sizes[i].height);
        golden_picture("call", sizes[i].width, sizes[i].height, draw, &stage);
        stage_close(&stage);
    }
}

/* Also where there is no room above the list. */
static void test_clicks_in_calls(void **state)
{
    struct stage stage;

    (void)state;
    for (int height = 7; height <= 24; height += 17) {
        stage_open(&stage);
        add_calls(&stage);
        type(&stage, "7", 80, height);
        assert_true(sees(&stage, 80, height, "F unfollow"));
        click_on(&stage, 80, height, "draft");
        assert_true(sees(&stage, 80, height, "F follow"));
        type(&stage, "\r", 80, 24);
        assert_true(sees(&stage, 80, 24, "draft, executor"));
        stage_close(&stage);
    }
}

/* The newest stays selected until one is chosen; that one stays while others come. */
static void test_calls_selection(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    add_calls(&stage);
    type(&stage, "7j", 80, 24);
    stage.run.session.calls++; /* the first has gone */
    stage.run.session.call_count--;
    stage.run.session.calls_state.now--;
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "draft, executor"));
    type(&stage, "\x1B", 80, 24);
    type(&stage, "fstate:failed\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "could not be reached"));
    assert_false(sees(&stage, 80, 24, "retrying "));
    assert_true(sees(&stage, 80, 24, "filter: state:failed (1 of"));
    type(&stage,
        "f\x15"
        "colour>3\r",
        80, 24);
    assert_true(sees(&stage, 100, 24, "no column \"colour\""));
    type(&stage,
        "f\x15"
        "node:nowhere\r",
        80, 24);
    assert_true(sees(&stage, 80, 24, "no call matches the filter"));
    type(&stage, "\x1B", 80, 24);
    assert_true(sees(&stage, 80, 24, "retrying "));
    stage_close(&stage);
}

/* As many as before, and others: a filter looks at all of them. */
static void test_calls_of_another_generation(void **state)
{
    struct session *session;
    struct stage stage;

    (void)state;
    stage_open(&stage);
    session = &stage.run.session;
    session->kind = SESSION_WATCH;
    add_calls(&stage);
    session->calls_state = (struct calls_state){ .done = 5, .failed = 1 };
    type(&stage, "7fstate:failed\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "filter: state:failed (1 of"));
    session->calls[4].state = CALL_DONE;
    session->calls_state.generation++;
    assert_true(sees(&stage, 80, 24, "filter: state:failed (0 of"));
    stage_close(&stage);
}

/* Those of a stored run are not copied; they say when they ended, and of what they are. */
static void test_stored_calls(void **state)
{
    struct session *session;
    struct stage stage;

    (void)state;
    stage_open(&stage);
    session = &stage.run.session;
    session->kind = SESSION_WATCH;
    session->calls_state = (struct calls_state){ .is_reading = true };
    type(&stage, "7", 80, 24);
    assert_true(sees(&stage, 80, 24, "reading the journal"));
    add_calls(&stage);
    for (size_t i = 0; i < session->call_count; i++)
        session->calls[i].ended_ms = 90000 - (int64_t)i * 1000;
    session->calls_state = (struct calls_state){ .done = 5, .failed = 1 };
    golden_picture("calls-stored", 80, 24, draw, &stage);
    golden_picture("calls-stored", 120, 40, draw, &stage);
    type(&stage, "j", 120, 40);
    session->calls++; /* it is the first one now: the one before it is to come again */
    session->call_count--;
    session->calls_state.newest = -1;
    type(&stage, "\r", 120, 40);
    assert_true(sees(&stage, 120, 40, "draft, executor, example"));
    assert_true(sees(&stage, 120, 40, ": running, 89.0 s after the start"));
    type(&stage, "\x1B", 120, 40);
    type(&stage, "ftime>5000 state:failed\r", 120, 40);
    assert_true(sees(&stage, 120, 40, "(1 of 5)"));
    session->calls--; /* one more has come before the others */
    session->call_count++;
    session->calls_state.newest = 0;
    assert_true(sees(&stage, 120, 40, "(1 of 6)"));
    assert_true(sees(&stage, 120, 40, "failed    executor"));
    type(&stage, "\x1B", 120, 40);
    session->calls_state.is_of_whole_run = true;
    assert_true(sees(&stage, 120, 40, "of the whole run"));
    stage_close(&stage);
}

/* ---- the way of a first-time person ---- */

/* From the traces to the failed example, back along its gradients, into the node, to the line. */
static void test_why_it_failed(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4", 80, 24);
    assert_true(sees(&stage, 80, 24, "x next failed"));
    type(&stage, "x\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "Expected: \"1068\""));
    assert_true(sees(&stage, 80, 24, "b backward"));
    type(&stage, "b", 80, 24);
    assert_true(sees(&stage, 80, 24, "the date comes from the draft"));
    type(&stage, "j", 80, 24);
    assert_true(sees(&stage, 80, 24, "take the year of the founding, 1068"));
    assert_true(sees(&stage, 80, 24, "the gradient of answer (u)"));
    type(&stage, "u", 80, 24);
    assert_true(sees(&stage, 80, 24, "the score and the metric's words"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "gradients (3)"));
    type(&stage, ",G", 80, 24);
    assert_true(sees(&stage, 80, 24, "line 6 came with proposal 1"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "only update=1"));
    assert_true(sees(&stage, 80, 40, "taken by a person: short answers"));
    type(&stage, "t", 80, 24);
    assert_true(sees(&stage, 80, 24, "batch 1 round 1 step 2"));
    type(&stage, "\x1B\x1B\x1B", 80, 24); /* the trace; the filter; the node */
    assert_true(sees(&stage, 80, 24, "Backward"));
    assert_true(sees(&stage, 80, 24, "the date comes from the draft"));
    type(&stage, "\x1B", 80, 24); /* nowhere to go back to: the list */
    assert_true(sees(&stage, 80, 24, "2 failed, 1 lost"));
    stage_close(&stage);
}

/* Keys that turn something name what they would do now. */
static void test_hints_turn(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4", 120, 40);
    assert_true(sees(&stage, 120, 40, "F unfollow"));
    type(&stage, "F", 120, 40);
    assert_true(sees(&stage, 120, 40, "F follow"));
    type(&stage, "x\r", 120, 40);
    assert_true(sees(&stage, 120, 40, "b backward"));
    assert_true(sees(&stage, 120, 40, "D compare  v calls"));
    type(&stage, "bv", 120, 40);
    assert_true(sees(&stage, 120, 40, "b forward"));
    assert_true(sees(&stage, 120, 40, "v raw"));
    type(&stage, "v", 120, 40);
    assert_true(sees(&stage, 120, 40, "v as text"));
    type(&stage, "b", 120, 40);
    assert_true(sees(&stage, 120, 40, "b backward"));
    type(&stage, "Dj", 120, 40); /* with the next key the message goes */
    assert_true(sees(&stage, 120, 40, "D go back"));
    type(&stage, "7", 120, 40);
    assert_true(sees(&stage, 120, 40, "F unfollow"));
    type(&stage, "F", 120, 40);
    assert_true(sees(&stage, 120, 40, "F follow"));
    stage_close(&stage);
}

static void clear_line(struct stage *stage)
{
    for (int i = 0; i < 20; i++)
        type(stage, "\x7F", 80, 24);
}

/* f shows only what matches, answers included; with one row the head stays. */
static void test_filters(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4fscore<.5\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "only 2 of 5"));
    type(&stage, "f", 80, 24);
    clear_line(&stage);
    type(&stage, "node:draft\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "only 2 of 5: node:draft"));
    type(&stage, "JK", 80, 24); /* another pass keeps it */
    assert_true(sees(&stage, 100, 24, "only 2 of 5: node:draft"));
    type(&stage, "f", 80, 24);
    clear_line(&stage);
    type(&stage, "\"in the year 1279\"\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "only 1 of 5"));
    assert_true(sees(&stage, 80, 24, "example      score"));
    assert_true(sees(&stage, 80, 24, "ex-02"));
    type(&stage, "3fnode:draft\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "kind  revs"));
    stage_close(&stage);
}

/* / selects the next example with a word in any of its texts and hides none. */
static void test_search(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4/Lake Nerimbo is\r", 80, 24);
    assert_true(sees(&stage, 100, 24, "/Lake Nerimbo is in 0"));
    type(&stage, "n", 80, 24);
    assert_true(sees(&stage, 80, 24, "not found: Lake Nerimbo is"));
    type(&stage, "/", 80, 24);
    clear_line(&stage);
    type(&stage, "founde\r", 80, 24);
    assert_true(sees(&stage, 100, 24, "/founde in 2, n the next"));
    assert_true(sees(&stage, 80, 24, "5f04d86d"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "example ex-02 (2/5)"));
    type(&stage, "\x1Bn\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "example 5f04d86dd40c8388bc0cbcc1 (3/5)"));
    type(&stage, "\x1Bn\r", 80, 24); /* over the end */
    assert_true(sees(&stage, 80, 24, "example ex-02 (2/5)"));
    stage_close(&stage);
}

/* An example is found from the list of passes, by its id or the end of it. */
static void test_finds_an_example(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4\x1B", 80, 24);
    assert_true(sees(&stage, 80, 24, "/ search"));
    type(&stage, "x", 80, 24);
    assert_true(sees(&stage, 80, 24, "Enter opens a pass; x goes to its next failed example"));
    type(&stage, "/7\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "no example of a batch has this in its id: 7"));
    type(&stage, "/02\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "example ex-02 (2/5)"));
    assert_true(sees(&stage, 100, 24, "batch 1 round 1 step 2"));
    type(&stage,
        "\x1B\x1B"
        "fex-02\r",
        80, 24);
    assert_true(sees(&stage, 80, 24, "no pass is like that"));
    stage_close(&stage);
}

/* What a change makes of an example is seen while it waits, beside what it was without it. */
static void test_with_a_change(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    traced_run_proposes(&stage.run);
    type(&stage, "4", 80, 24);
    assert_true(sees(&stage, 80, 24, "batch 1 round 1 step 2")); /* the newest that is decided */
    type(&stage, "\x1BG", 80, 24);
    assert_true(sees(&stage, 80, 24, "batch 1 with proposal 3    evidence"));
    assert_true(sees(&stage, 80, 24, "waits"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "1 failed"));
    type(&stage, "j\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "batch 1 with proposal 3"));
    assert_true(sees(&stage, 80, 24, "D compare"));
    type(&stage, "..", 80, 24);
    assert_true(sees(&stage, 80, 24, "- Answer with one word."));
    type(&stage, "D", 80, 24);
    assert_true(
        sees(&stage, 100, 24, "this is batch 1 round 1 step 2; D goes back to batch 1 with"));
    assert_true(sees(&stage, 80, 24, "- Explain your reasoning."));
    type(&stage, "D", 80, 24);
    assert_true(sees(&stage, 80, 24, "- Answer with one word."));
    type(&stage, ".", 80, 24);
    assert_true(sees(&stage, 80, 24, "only scored"));
    stage_close(&stage);
}

/* There is always something said of a comparison. */
static void test_compares(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4g\rD", 80, 24); /* an answer that is right */
    assert_true(sees(&stage, 80, 24, "this is batch 1 round 1 step 2; D goes back"));
    type(&stage, "\x1BKg\rD", 80, 24);
    assert_true(sees(&stage, 80, 24, "no pass before this one had this example"));
    stage_close(&stage);
}

/* Of a pass under way the examples that are through are there, then those of the stated pass. */
static void test_under_way(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    traced_run_is_under_way(&stage.run, 1);
    type(&stage, "4\x1BG", 80, 24);
    assert_true(sees(&stage, 80, 24, "under way: b1 r1 s3        batch"));
    type(&stage, "\r\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "(1/1)"));
    traced_run_is_under_way(&stage.run, 3);
    assert_true(sees(&stage, 80, 24, "(3/3)")); /* the same example, behind those that came */
    traced_run_goes_on(&stage.run);
    assert_true(sees(&stage, 80, 24, "(4/5)"));
    assert_true(sees(&stage, 80, 24, "batch 1 round 1 step 3"));
    type(&stage, "\x1B\x1B", 80, 24);
    assert_false(sees(&stage, 80, 24, "under way"));
    stage_close(&stage);
}

/* A trace opens where the answer stands: the prompt and the request are one key away. */
static void test_opens_at_the_answer(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4g\r.", 80, 24);
    assert_true(sees(&stage, 80, 24, "question (of the task)"));
    type(&stage, ".", 80, 24);
    assert_true(sees(&stage, 80, 24, "line 1 has stood there from the start"));
    type(&stage, "v", 80, 24);
    assert_true(sees(&stage, 80, 24, "Call 1"));
    type(&stage, "bG\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "what the task gives: k goes to the first node"));
    stage_close(&stage);
}

/* From a gradient to the line of the prompt that came of it. */
static void test_from_gradient_to_line(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4KxbG", 80, 24);
    type(&stage, "k", 80, 24);
    assert_true(sees(&stage, 80, 40, "Led to (Enter: its lines in the prompt)"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "line 6 came with proposal 1"));
    type(&stage, "\x1B", 80, 24);
    assert_true(sees(&stage, 80, 24, "Backward"));
    stage_close(&stage);
}

/* Also where the update is only proposed. */
static void test_from_gradient_to_proposed_line(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    traced_run_proposes(&stage.run);
    type(&stage, "4xb", 80, 24);
    assert_true(sees(&stage, 80, 24, "the date comes from the draft"));
    type(&stage, "\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "(only proposed)"));
    assert_true(sees(&stage, 80, 24, "line 5 came with proposal 3"));
    assert_true(sees(&stage, 80, 24, "waits"));
    stage_close(&stage);
}

/* A pass stands once before its gradients, whichever of them are shown. */
static void test_gradients_by_pass(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "3G\r.", 80, 24);
    assert_true(sees(&stage, 80, 24, "            ex-02         .000      - the date"));
    assert_false(sees(&stage, 80, 24, "b1 r1 s2    ex-02         .000      - the date"));
    type(&stage, "fscore<.1\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "b1 r1 s2    ex-02         .000      - the date"));
    stage_close(&stage);
}

/* Which model answers for a node stands there for the default one, too; a tool has none. */
static void test_model_of_a_node(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    assert_false(sees(&stage, 80, 24, "model "));
    made_say(&stage.run.session.view, "%s",
        "{\"type\":\"run_started\",\"models\":{\"executor\":{\"model\":\"small-one\"}}}");
    type(&stage, "3G\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "answer  llm  model small-one"));
    type(&stage, "\x1Bk\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "draft  agent  model big"));
    type(&stage, "\x1Bk\r", 80, 24);
    assert_true(sees(&stage, 80, 24, "search  tool  workflow"));
    stage_close(&stage);
}

/* Node and tab stay from example to example; failed ones are found in both directions. */
static void test_siblings(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4\rggjj.", 80, 24); /* input of the first node but one */
    assert_true(sees(&stage, 80, 24, "output of query"));
    type(&stage, "J", 80, 24);
    assert_true(sees(&stage, 80, 24, "example ex-02"));
    assert_true(sees(&stage, 80, 24, "output of query"));
    type(&stage, "x", 80, 24);
    assert_true(sees(&stage, 80, 24, "(4/5)"));
    type(&stage, "X", 80, 24);
    assert_true(sees(&stage, 80, 24, "example ex-02"));
    type(&stage, "X", 80, 24);
    assert_true(sees(&stage, 80, 24, "no failed example before"));
    stage_close(&stage);
}

/* While a run goes on the newest pass is shown; what a person looks at stays. */
static void test_follows(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage);
    type(&stage, "4", 80, 24);
    assert_true(sees(&stage, 80, 24, "round 1 step 2"));
    traced_run_goes_on(&stage.run);
    assert_true(sees(&stage, 80, 24, "round 1 step 3"));
    type(&stage, "K", 80, 24);
    assert_false(sees(&stage, 80, 24, "round 1 step 3"));
    type(&stage, "F", 80, 24);
    assert_true(sees(&stage, 80, 24, "round 1 step 3"));
    type(&stage, "3G\r.j", 80, 24);
    assert_true(sees(&stage, 80, 24, "gradients (5)"));
    stage_close(&stage);
}

/* A replay goes back: what was shown is not there any more. */
static void test_goes_back(void **state)
{
    static const char *const keys[] = { "3G\r.", "3G\r", "4x\r", "4xbj", "4\x1BG", "4" };
    struct stage stage;

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        stage_open(&stage);
        type(&stage, keys[i], 120, 40);
        run_view_free(&stage.run.session.view);
        run_view_init(&stage.run.session.view);
        type(&stage, "jkGu\rtDx.,b\x1Bjk\x1B", 120, 40);
        stage_close(&stage);
    }
}

static void test_sizes(void **state)
{
    static const char *const keys[] = { "3", "3G\r", "3G\r.", "4\x1B", "4", "4x\r", "4xb", "7\r" };
    struct stage stage;

    (void)state;
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        stage_open(&stage);
        add_calls(&stage);
        type(&stage, keys[k], 80, 24);
        for (int i = 1; i < 24; i++) {
            (void)sees(&stage, i * 3, 24 - i, "x");
            (void)sees(&stage, (i * 37) % 230 + 1, (i * 13) % 70 + 1, "x");
        }
        stage_close(&stage);
    }
}

/* ---- pieces ---- */

static void check_halves(const char *text, const char *keep, const char *change, bool wants)
{
    struct gradient_halves halves = gradient_halves(text, strlen(text));

    assert_int_equal(halves.keep_len, strlen(keep));
    assert_memory_equal(halves.keep_len > 0 ? halves.keep : "", keep, halves.keep_len);
    assert_int_equal(halves.change_len, strlen(change));
    assert_memory_equal(halves.change_len > 0 ? halves.change : "", change, halves.change_len);
    assert_int_equal(halves.wants_change, wants);
}

static void test_halves(void **state)
{
    (void)state;
    check_halves("Keep: a\nb\nChange: c", "a\nb", "c", true);
    check_halves("**Keep:** a\n\n**Change:** nothing.", "a", "nothing.", false);
    check_halves("Change: c\nKeep: a", "a", "c", true);
    check_halves("shorter, please", "", "shorter, please", true);
    check_halves("Keep: all of it", "all of it", "", false);
    check_halves("", "", "", false);
}

static void test_short_ids(void **state)
{
    static const char *const ids[][2] = { { "ex-07", "ex-07" }, { "towns.csv:30", "towns.csv:30" },
        { "data/towns.csv:7", ":7" }, { "HumanEval/123", "/123" },
        { "5f04d86dd40c8388bc0cbcc1", "5f04d86d" }, { "aaaaaaaaaaaaa7", "aaaaaaaa" },
        { "long:1234567890123456", "long:123" } };
    char text[WORDS_ID];

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_string_equal(words_id(ids[i][0], text), ids[i][1]);
}

static void test_blame(void **state)
{
    static const int expected[] = { VIEW_NONE, VIEW_NONE, VIEW_NONE, VIEW_NONE, VIEW_NONE, 0 };
    struct stage stage;
    const struct run_view *view = &stage.run.session.view;
    struct blame blame = { .next = VIEW_NONE };

    (void)state;
    stage_open(&stage);
    blame_make(&blame, view, view->current, 3);
    assert_int_equal(blame.count, 6);
    assert_int_equal(blame.revisions, 2);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(blame.lines[i].proposal, expected[i]);
    blame_make(&blame, view, view->current, 2); /* new with the structure */
    assert_int_equal(blame.lines[0].proposal, 1);
    assert_int_equal(blame_revisions(view, view->current, 0), 1);
    assert_int_equal(view->workflows.items[view->current].origin, 1);
    assert_int_equal(view->workflows.items[0].origin, VIEW_NONE);
    blame_free(&blame);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_blame),
        cmocka_unit_test(test_why_it_failed),
        cmocka_unit_test(test_short_ids),
        cmocka_unit_test(test_hints_turn),
        cmocka_unit_test(test_filters),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_finds_an_example),
        cmocka_unit_test(test_with_a_change),
        cmocka_unit_test(test_compares),
        cmocka_unit_test(test_under_way),
        cmocka_unit_test(test_opens_at_the_answer),
        cmocka_unit_test(test_from_gradient_to_line),
        cmocka_unit_test(test_from_gradient_to_proposed_line),
        cmocka_unit_test(test_gradients_by_pass),
        cmocka_unit_test(test_model_of_a_node),
        cmocka_unit_test(test_siblings),
        cmocka_unit_test(test_follows),
        cmocka_unit_test(test_goes_back),
        cmocka_unit_test(test_clicks_in_calls),
        cmocka_unit_test(test_calls_selection),
        cmocka_unit_test(test_calls_of_another_generation),
        cmocka_unit_test(test_stored_calls),
        cmocka_unit_test(test_panes_of_a_node),
        cmocka_unit_test(test_clicks_in_a_node),
        cmocka_unit_test(test_clicks_in_a_trace),
        cmocka_unit_test(test_beside_the_nodes),
        cmocka_unit_test(test_one_node),
        cmocka_unit_test(test_beside_the_passes),
        cmocka_unit_test(test_nodes_golden),
        cmocka_unit_test(test_traces_golden),
        cmocka_unit_test(test_calls_golden),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
