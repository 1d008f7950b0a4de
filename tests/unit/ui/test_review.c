/* The screens Review and History in the whole ui: looked at, and decisions made by keys alone. */
#include "review_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "golden.h"

static void draw(void *data, const struct pane *pane)
{
    ui_draw(((struct review_stage *)data)->ui, pane->canvas);
}

/* ---- pictures ---- */

static void golden(enum waiting waiting, const char *pressed, const char *name, size_t count)
{
    static const int sizes[][2] = { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 } };

    for (size_t i = 0; i < count; i++) {
        struct review_stage stage;

        review_stage_open(&stage, waiting);
        keys(&stage, pressed);
        (void)sees(&stage, sizes[i][0], sizes[i][1], "");
        golden_picture(name, sizes[i][0], sizes[i][1], draw, &stage);
        review_stage_close(&stage);
    }
}

static void test_golden(void **state)
{
    (void)state;
    golden(WAITING_PROMPTS, "5", "review", 4);
    golden(WAITING_PROMPTS, "5 J  ", "review-chosen", 1);
    golden(WAITING_SKETCH, "5", "review-sketch", 4);
    golden(WAITING_SKETCH, "5\t", "review-why", 4);
    golden(WAITING_HOSTILE, "5", "review-hostile", 2);
    golden(WAITING_LONG, "5", "review-long", 2);
    golden(WAITING_LINES, "5s", "review-split", 1);
    golden(WAITING_PROMPTS, "5xtoo dear\r", "review-decline", 2);
    golden(WAITING_NONE, "5", "review-decided", 1);
    golden(WAITING_NONE, "6", "history", 4);
    golden(WAITING_NONE, "6gmGk", "history-marked", 3);
    golden(WAITING_NONE, "6gjj", "history-gradients", 1);
}

/* ---- panes ---- */

static void wheel(struct review_stage *stage, int x, int y, int turns)
{
    for (int i = 0; i < turns; i++)
        ui_mouse(stage->ui,
            &(struct input){ .kind = INPUT_MOUSE, .button = MOUSE_WHEEL_DOWN, .x = x, .y = y });
}

/* The pane under the pointer is turned, the one with the focus keeps it. */
static void test_wheel(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_LONG);
    keys(&stage, "5");
    assert_true(sees(&stage, 80, 24, "proposal 3:"));
    wheel(&stage, 5, 8, 1); /* over the queue */
    assert_true(sees(&stage, 80, 24, "proposal 2:"));
    keys(&stage, "<"); /* of the change: the queue keeps its width */
    assert_false(sees(&stage, 80, 24, "no other beside it"));
    review_stage_close(&stage);
}

static int count_of(struct review_stage *stage, const char *words)
{
    struct canvas canvas = { 0 };
    struct str text = STR_INIT;
    int count = 0;

    (void)sees(stage, 120, 40, "");
    canvas_resize(&canvas, 120, 40);
    ui_draw(stage->ui, &canvas);
    canvas_dump(&canvas, false, &text);
    for (const char *at = str_text(&text); (at = strstr(at, words)) != NULL; at++)
        count++;
    str_free(&text);
    canvas_free(&canvas);
    return count;
}

static int rows_of_change(struct review_stage *stage)
{
    struct canvas canvas = { 0 };
    struct str text = STR_INIT;
    const char *from, *to;
    int rows = 0;

    canvas_resize(&canvas, 80, 24);
    ui_draw(stage->ui, &canvas);
    canvas_dump(&canvas, false, &text);
    from = strstr(str_text(&text), "Change 1/");
    to = from != NULL ? strstr(from, "Why") : NULL;
    for (; to != NULL && from < to; from++)
        rows += *from == '\n' ? 1 : 0;
    str_free(&text);
    canvas_free(&canvas);
    return rows;
}

/* Less and more of what stays around a change, from whichever pane; on History too. */
static void test_context(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_LONG);
    keys(&stage, "5");
    assert_true(sees(&stage, 120, 40, "... 7 lines ..."));
    keys(&stage, "\t}");
    assert_true(sees(&stage, 120, 40, "... 5 lines ..."));
    assert_true(sees(&stage, 120, 40, "3 unchanged lines around each change"));
    keys(&stage, "{{{{{{{");
    assert_true(sees(&stage, 120, 40, "... 11 lines ..."));
    keys(&stage, "W");
    assert_true(sees(&stage, 120, 40, "changes of white space left out"));
    review_stage_close(&stage);
    review_stage_open(&stage, WAITING_NONE);
    keys(&stage, "6gmGk{{W");
    assert_true(sees(&stage, 120, 40, "0 unchanged lines around each change, changes of white"));
    review_stage_close(&stage);
}

/* The first that reached the best score is the best; the same workflow again is not. */
static void test_one_best(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_NONE);
    assert_true(sees(&stage, 120, 40, ""));
    keys(&stage, "6");
    assert_true(sees(&stage, 120, 40, "\u2605 best"));
    for (int i = 2; i < 4; i++) {
        cJSON *event = cJSON_Parse("{\"type\":\"validation\",\"score\":0.424,\"workflow\":\"w2\","
                                   "\"best\":true,\"again\":true}");

        cJSON_AddNumberToObject(event, "batch", i);
        cJSON_AddNumberToObject(event, "pass", 20 + i);
        run_view_apply(&stage.session.view, event);
        cJSON_Delete(event);
    }
    assert_int_equal(count_of(&stage, "\u2605 best"), 1);
    assert_int_equal(count_of(&stage, "known already"), 2);
    review_stage_close(&stage);
}

static void test_wider(void **state)
{
    struct review_stage stage;
    int usual, fewer;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5");
    usual = rows_of_change(&stage);
    keys(&stage, "<<");
    fewer = rows_of_change(&stage);
    assert_in_range(fewer, 1, usual - 1);
    keys(&stage, "\t>>");
    assert_in_range(rows_of_change(&stage), 1, fewer - 1);
    keys(&stage, "=");
    assert_int_equal(rows_of_change(&stage), usual);
    keys(&stage, "\t>");
    assert_true(sees(&stage, 80, 24, "no other beside it"));
    review_stage_close(&stage);
}

/* Where one pane hides the others the way to them is told first. */
static void test_panes_are_hinted(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_NONE);
    keys(&stage, "6");
    assert_true(sees(&stage, 40, 10, "\nTab pane"));
    keys(&stage, "5");
    assert_true(sees(&stage, 40, 10, "\nTab pane"));
    review_stage_close(&stage);
}

/* ---- deciding ---- */

static void test_accept(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5a");
    assert_true(sees(&stage, 80, 24, "Accept proposal 3 as it is?"));
    keys(&stage, "\r"); /* the default changes nothing */
    assert_int_equal(stage.session.decisions, 0);
    assert_true(sees(&stage, 80, 24, "nothing is final yet"));
    keys(&stage, "u");
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    keys(&stage, "ac");
    assert_int_equal(stage.session.decisions, 1);
    assert_int_equal(stage.session.answer, ANSWER_ACCEPT);
    assert_int_equal(stage.session.answered, 3);
    review_stage_close(&stage);
}

static void test_decline(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5x \r");
    assert_true(sees(&stage, 80, 24, "the meta model needs a reason"));
    keys(&stage, "x\x1B");
    assert_int_equal(stage.session.decisions, 0);
    keys(&stage, "xit costs too much\rc");
    assert_int_equal(stage.session.answer, ANSWER_REJECT);
    assert_string_equal(stage.session.answer_text, "it costs too much");
    review_stage_close(&stage);
}

/* A part of the hunks is an edit: the workflow with these alone. */
static void test_hunks(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5C");
    assert_true(sees(&stage, 120, 24, "3 of 3 changes are undecided"));
    keys(&stage, " J  ");
    assert_true(sees(&stage, 80, 24, "1 undecided, 1 taken, 1 left out"));
    keys(&stage, "XC");
    assert_true(sees(&stage, 80, 24, "1 of its 3 changes?"));
    keys(&stage, "c");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "Keep dates, numbers and names verbatim."));
    assert_non_null(strstr(stage.session.answer_text, "Expand every acronym."));
    assert_null(strstr(stage.session.answer_text, "Say nothing else."));
    review_stage_close(&stage);
}

/* A hunk of two sentences becomes two, and one again. */
static void test_split(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_HOSTILE);
    keys(&stage, "5 s");
    assert_false(sees(&stage, 80, 24, "1 taken"));
    assert_true(sees(&stage, 80, 24, " taken"));
    keys(&stage, "us");
    keys(&stage, "uu");
    assert_true(sees(&stage, 80, 24, "1 undecided"));
    review_stage_close(&stage);
}

static void test_reject_by_hunks(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5XC");
    assert_true(sees(&stage, 80, 24, "why not (the meta model is told):"));
    keys(&stage, "no");
    assert_true(sees(&stage, 40, 10, ": no")); /* also behind a label that is cut */
    keys(&stage, "\rc");
    assert_int_equal(stage.session.answer, ANSWER_REJECT);
    review_stage_close(&stage);
}

static void test_undo(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5u");
    assert_true(sees(&stage, 80, 24, "there is nothing to undo"));
    keys(&stage, " A");
    assert_true(sees(&stage, 80, 24, "3 taken"));
    keys(&stage, "uu");
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    keys(&stage, "\x12\x12");
    assert_true(sees(&stage, 80, 24, "3 taken"));
    review_stage_close(&stage);
}

static void test_accept_kind(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5Y\r");
    assert_int_equal(stage.session.review, REVIEW_ALL);
    keys(&stage, "Ya");
    assert_int_equal(stage.session.review, REVIEW_PROMPTS);
    assert_int_equal(stage.session.answer, ANSWER_ACCEPT);
    review_stage_close(&stage);
}

/* Whatever was looked at meanwhile, r goes to the one that waits. */
static void test_to_the_waiting_one(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5\t\tj");
    assert_false(sees(&stage, 80, 24, "waits for you"));
    keys(&stage, "r");
    assert_true(sees(&stage, 80, 24, "waits for you"));
    keys(&stage, "\t\tj6r");
    assert_true(sees(&stage, 80, 24, "waits for you"));
    review_stage_close(&stage);
}

/* Watching shows the same; the keys that decide say why they do not. */
static void test_read_only(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    stage.session.kind = SESSION_WATCH;
    keys(&stage, "5a");
    assert_true(sees(&stage, 100, 24, "this run is only watched"));
    stage.session.kind = SESSION_REPLAY;
    keys(&stage, "x");
    assert_true(sees(&stage, 80, 24, "a replay decides nothing"));
    assert_int_equal(stage.session.decisions, 0);
    stage.session.kind = SESSION_LIVE;
    keys(&stage, "\t\tja");
    assert_true(sees(&stage, 100, 24, "proposal 2 does not wait for a decision"));
    review_stage_close(&stage);
}

/* What was decided elsewhere while it was asked here is not decided twice. */
static void test_meanwhile(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5a");
    cJSON_Delete(stage.session.view.pending);
    stage.session.view.pending = NULL;
    keys(&stage, "c");
    assert_int_equal(stage.session.decisions, 0);
    assert_true(sees(&stage, 80, 24, "proposal 3 was decided meanwhile"));
    review_stage_close(&stage);
}

/* ---- looking ---- */

/* What was chosen one by one stands when all of it is accepted: the rest is asked about. */
static void test_accept_some(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5  a");
    assert_true(sees(&stage, 80, 24, "Of 3 changes 0 taken, 1 left out. What of the 2 undecided?"));
    keys(&stage, "n");
    assert_true(sees(&stage, 80, 24, "2 undecided, 1 left out"));
    keys(&stage, "aa");
    assert_true(sees(&stage, 80, 24, "2 of its 3 changes?"));
    keys(&stage, "nuJ ax");
    assert_true(sees(&stage, 80, 24, "1 of its 3 changes?"));
    keys(&stage, "c");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_null(strstr(stage.session.answer_text, "verbatim"));
    assert_non_null(strstr(stage.session.answer_text, "Expand an acronym only"));
    assert_null(strstr(stage.session.answer_text, "Say nothing else."));
    review_stage_close(&stage);
}

static void test_search(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5/NOTHING ELSE\r");
    assert_true(sees(&stage, 80, 24, "Change 3/3"));
    keys(&stage, "/nowhere\r");
    assert_true(sees(&stage, 80, 24, "not found: nowhere"));
    keys(&stage, "\t/train-22\r");
    assert_true(sees(&stage, 80, 24, "train-22"));
    keys(&stage, "/example\rnnN");
    assert_true(sees(&stage, 80, 24, "answer, example train-8"));
    keys(&stage, "6gmGk/verbatim\r");
    assert_true(sees(&stage, 80, 24, "verbatim"));
    keys(&stage, "/nowhere\r");
    assert_true(sees(&stage, 80, 24, "not found beside the list: nowhere"));
    review_stage_close(&stage);
}

static void test_sides(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5S");
    assert_true(sees(&stage, 80, 24, "no two sides"));
    review_stage_close(&stage);
    review_stage_open(&stage, WAITING_LINES);
    keys(&stage, "5S");
    assert_false(sees(&stage, 80, 24, "no two sides"));
    keys(&stage, "6GS");
    assert_true(sees(&stage, 80, 24, "no two workflows here"));
    assert_true(sees(&stage, 80, 24, "It is not decided yet"));
    keys(&stage, "k");
    assert_true(sees(&stage, 40, 10, "r review  Tab pane"));
    review_stage_close(&stage);
}

/* Keys that come before anything was drawn are about what is there. */
static void test_keys_ahead(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_LINES);
    for (const char *key = "5sJJ "; *key != '\0'; key++)
        ui_key(stage.ui, (key_code)*key);
    assert_true(sees(&stage, 80, 24, "Change 3/4: 3 undecided, 1 taken"));
    review_stage_close(&stage);
}

/* Where the first change does not stand in the first lines it is scrolled to. */
static void test_first_change(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_LINES);
    (void)sees(&stage, 40, 8, "");
    ui_key(stage.ui, '5');
    assert_true(sees(&stage, 40, 8, "First line."));
    review_stage_close(&stage);
}

/* What decides is named while it can be used, and first; in one pane the way to the others, too. */
static void test_hints(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5j");
    assert_true(sees(&stage, 40, 10, "\na accept  x decline  Tab pane"));
    assert_true(sees(&stage, 80, 24, "\na accept  x decline  Space take  e edit"));
    assert_true(
        sees(&stage, 120, 40, "E all  s split  J next  A take rest  X reject rest  Y same kind"));
    keys(&stage, " j");
    assert_true(sees(&stage, 40, 10, "\nC commit  a accept  Tab pane"));
    assert_true(sees(&stage, 80, 24, "\na accept  x decline  C commit  Space take"));
    keys(&stage, "k");
    assert_true(sees(&stage, 80, 24, "C commit  Space leave"));
    keys(&stage, " ");
    assert_true(sees(&stage, 80, 24, "C commit  Space clear"));
    assert_true(sees(&stage, 200, 60, "S unified"));
    keys(&stage, "S");
    assert_true(sees(&stage, 200, 60, "S side by side"));
    keys(&stage, "j\t\tj");
    assert_false(sees(&stage, 120, 24, "accept"));
    review_stage_close(&stage);
}

/* ---- history ---- */

static void test_revert(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_NONE);
    keys(&stage, "6GB");
    assert_true(sees(&stage, 80, 24, "Go back to the workflow of b1 r1 s2 before proposal 2?"));
    keys(&stage, "\r");
    assert_string_equal(stage.session.reverted, "");
    keys(&stage, "gBg");
    assert_string_equal(stage.session.reverted, "w1");
    keys(&stage, "kkkjjjjjj");
    assert_true(sees(&stage, 80, 24, "b1"));
    stage.session.kind = SESSION_REPLAY;
    stage.session.reverted[0] = '\0';
    keys(&stage, "gBg");
    assert_string_equal(stage.session.reverted, "");
    review_stage_close(&stage);
}

static void test_marks(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_NONE);
    keys(&stage, "6g Gk ");
    assert_true(sees(&stage, 80, 24, "From start validation to b1 validation"));
    assert_true(sees(&stage, 80, 24, "Prompt of answer"));
    keys(&stage, "g");
    assert_true(sees(&stage, 80, 24, "From start validation to b1 validation"));
    keys(&stage, "\x1B");
    assert_false(sees(&stage, 80, 24, "From start"));
    review_stage_close(&stage);
    review_stage_open(&stage, WAITING_PROMPTS); /* not decided: its workflow is the one before */
    keys(&stage, "6g G");
    assert_true(sees(&stage, 120, 24, "before proposal 3"));
    review_stage_close(&stage);
}

static void test_links(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_NONE);
    keys(&stage, "6G\r");
    assert_true(sees(&stage, 80, 24, "proposal 2: structure"));
    keys(&stage, "\x1B\x1B");
    assert_true(sees(&stage, 80, 24, "6 History"));
    review_stage_close(&stage);
}

static void test_sizes(void **state)
{
    (void)state;
    for (int waiting = WAITING_PROMPTS; waiting <= WAITING_LONG; waiting++) {
        struct review_stage stage;

        review_stage_open(&stage, (enum waiting)waiting);
        for (int screen = 0; screen < 6; screen++) {
            keys(&stage, screen % 2 == 0 ? "5\t" : "6mj");
            for (int i = 1; i < 40; i++)
                (void)sees(&stage, (i * 37) % 230 + 1, (i * 13) % 70 + 1, "x");
            for (int i = 1; i < 24; i++)
                (void)sees(&stage, i, 24 - i, "x");
        }
        review_stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_decline),
        cmocka_unit_test(test_hunks),
        cmocka_unit_test(test_wheel),
        cmocka_unit_test(test_wider),
        cmocka_unit_test(test_context),
        cmocka_unit_test(test_one_best),
        cmocka_unit_test(test_panes_are_hinted),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_reject_by_hunks),
        cmocka_unit_test(test_undo),
        cmocka_unit_test(test_accept_kind),
        cmocka_unit_test(test_to_the_waiting_one),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_meanwhile),
        cmocka_unit_test(test_accept_some),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(test_first_change),
        cmocka_unit_test(test_keys_ahead),
        cmocka_unit_test(test_revert),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_golden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
