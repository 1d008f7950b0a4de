/* The screens Review and History in the whole ui: looked at, and decisions made by keys alone. */
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
#include "made_file.h"
#include "screens.h"

static const struct screen *const shown[SCREENS] = {
    [SCREEN_LOG] = &screen_log, [SCREEN_REVIEW] = &screen_review, [SCREEN_HISTORY] = &screen_history
};

enum waiting { WAITING_NONE, WAITING_PROMPTS, WAITING_SKETCH, WAITING_HOSTILE, WAITING_LINES };

struct stage {
    uv_loop_t loop;
    struct session session;
    struct made_file file;
    struct ui *ui;
};

/* ---- the run ---- */

#define SEARCH \
    "{'id':'search','kind':'tool','description':'Search for passages.','prompt':''," \
    "'inputs':['question'],'tools':['search']}"
#define ANSWER_HEAD "{'id':'answer','kind':'llm','description':'Answer the question.','prompt':'"
#define ANSWER_TAIL "','inputs':['question','search'],'tools':[]}"
#define PROMPT_1 \
    "Answer the question.\\nKeep the answer short. Use the passages. Expand every " \
    "acronym.\\nNever " \
    "guess. "
#define PROMPT_2 \
    "Answer the question.\\nKeep dates, numbers and names verbatim. Use the passages. Expand an " \
    "acronym only when the text defines it.\\nNever guess. Say nothing else."
#define CHECK \
    "{'id':'check','kind':'llm','description':'Checks the answer against the passages.'," \
    "'prompt':'Compare the answer with the passages. Write it again, corrected.','inputs':" \
    "['question','search','answer'],'tools':[]}"

static void say_start(struct stage *stage)
{
    struct made_file *file = &stage->file;

    made_file_fact(file, "{'type':'run_started','run':'7f3a9c','task':'Answer.','metric':'f1',"
                         "'sizes':{'train':320,'validation':150,'test':300},'optimizer':"
                         "{'epochs':1,'batch':4,'rounds':2,'inner_steps':3,'outer':true}}");
    made_file_fact(file, "{'type':'workflow','id':'w1','workflow':{'nodes':[" SEARCH
                         "," ANSWER_HEAD PROMPT_1 ANSWER_TAIL "]}}");
    made_file_fact(file, "{'type':'baseline','score':0.312,'workflow':'w1','pass':1}");
}

static void say_rollout(struct stage *stage, int step, const char *workflow, const double scores[4])
{
    made_file_fact(&stage->file,
        "{'type':'rollout','batch':1,'round':1,'step':%d,'kind':'%s','workflow':'%s','pass':%d,"
        "'score':%.3f,'failed':0,'spoiled':0,'examples':[['train-3',%.2f],['train-8',%.2f],"
        "['train-15',%.2f],['train-22',%.2f]]}",
        step, step == 1 ? "outer" : "inner", workflow, step + 1,
        (scores[0] + scores[1] + scores[2] + scores[3]) / 4, scores[0], scores[1], scores[2],
        scores[3]);
}

static void say_gradients(struct stage *stage, char ids[3][HASH_HEX_SIZE])
{
    static const char *const texts[3] = {
        "Keep: It names the person.\nChange: The date was dropped; keep dates as they stand.",
        "Keep: nothing\nChange: \"WHO\" was expanded although it is the answer.",
        "Change: A step that checks the answer against the passages is missing.",
    };

    for (int i = 0; i < 3; i++) {
        made_file_text(&stage->file, texts[i], ids[i]);
        if (i < 2)
            made_file_fact(&stage->file,
                "{'type':'gradient','batch':1,'node':'answer','example':'%s','id':'%s','from':[]}",
                i == 0 ? "train-3" : "train-8", ids[i]);
        else
            made_file_fact(&stage->file,
                "{'type':'workflow_gradient','batch':1,'example':'train-15','id':'%s','from':[]}",
                ids[i]);
    }
}

static void say_proposal(struct stage *stage, int ordinal, const char *kind, const char *diff,
    char ids[3][HASH_HEX_SIZE])
{
    static const char evidence[] =
        "{'fixed':2,'broken':1,'same':1,'missing':0,'before':0.25,'after':0.5,'pass':3,'examples':"
        "[['train-3',0,1],['train-8',0,1],['train-15',1,0],['train-22',0,0]]}";

    made_file_fact(&stage->file,
        "{'type':'proposal','ordinal':%d,'kind':'%s','batch':1,'round':1,'step':%d,'before':'w1',"
        "'diff':%s,'changes':['answer: dates and names stay as they are, because two examples lost "
        "them'],'gradients':[{'id':'%s','example':'train-3'},{'id':'%s','example':'train-8'},"
        "{'id':'%s','example':'train-15'}],'evidence':%s}",
        ordinal, kind, ordinal, diff, ids[0], ids[1], ids[2], evidence);
}

static const char prompt_diff[] = "{'nodes_added':[],'nodes_removed':[],'rewired':[],'prompts':[{'"
                                  "id':'answer','before':'" PROMPT_1 "','after':'" PROMPT_2 "'}]}";
static const char sketch_diff[] =
    "{'nodes_added':[" CHECK "],'nodes_removed':[],'rewired':[{'id':'answer','before':"
    "{'id':'answer','kind':'llm','description':'Answer the question.','inputs':['question',"
    "'search'],'tools':[]},'after':{'id':'answer','kind':'llm','description':'Answers first.',"
    "'inputs':['question','search'],'tools':[]}}],'prompts':[]}";
static const char sketch_after[] =
    SEARCH ",{'id':'answer','kind':'llm','description':'Answers first.','prompt':'" PROMPT_1
           "','inputs':['question','search'],'tools':[]}," CHECK;
static const char prompt_after[] = SEARCH "," ANSWER_HEAD PROMPT_2 ANSWER_TAIL;
static const char hostile_diff[] =
    "{'nodes_added':[],'nodes_removed':[],'rewired':[],'prompts':[{'id':'answer','before':"
    "'" PROMPT_1 "','after':'\\u001b]52;c;aGk=\\u0007\\u001b[2J \\u202egnp.exe "
    "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E e\xCC\x81te\xCC\x81 \\u0000\\u200b'}]}";
static const char hostile_after[] =
    SEARCH "," ANSWER_HEAD
           "\\u001b]52;c;aGk=\\u0007\\u001b[2J \\u202egnp.exe \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E "
           "e\xCC\x81te\xCC\x81 \\u200b" ANSWER_TAIL;

/* Lines put behind a last one that has no line end. */
#define LINES_1 "Answer the question."
#define LINES_2 "Answer the question.\\n\\nFirst line.\\nSecond line.\\nThird line.\\nFourth line."
static const char lines_diff[] = "{'nodes_added':[],'nodes_removed':[],'rewired':[],'prompts':[{'"
                                 "id':'answer','before':'" LINES_1 "','after':'" LINES_2 "'}]}";
static const char lines_after[] = SEARCH "," ANSWER_HEAD LINES_2 ANSWER_TAIL;

static void say_waiting(struct stage *stage, enum waiting waiting, char ids[3][HASH_HEX_SIZE])
{
    static const struct {
        const char *kind, *diff, *after;
    } all[] = {
        [WAITING_PROMPTS] = { "prompts", prompt_diff, prompt_after },
        [WAITING_SKETCH] = { "sketch", sketch_diff, sketch_after },
        [WAITING_HOSTILE] = { "prompts", hostile_diff, hostile_after },
        [WAITING_LINES] = { "prompts", lines_diff, lines_after },
    };
    const char *kind = all[waiting].kind, *diff = all[waiting].diff, *after = all[waiting].after;

    if (waiting == WAITING_NONE)
        return;
    say_proposal(stage, 3, kind, diff, ids);
    made_file_progress(&stage->file,
        "{'type':'waiting','pending':{'proposal':3,'kind':'%s','diff':%s,'workflow':{'nodes':[%s]}}"
        "}",
        kind, diff, after);
}

/* Proposal 1 was taken by the schedule, 2 declined by a person, 3 waits. */
static void say_run(struct stage *stage, enum waiting waiting)
{
    static const double low[4] = { 0, 0, 1, 0 }, high[4] = { 1, 1, 0, 0 };
    char ids[3][HASH_HEX_SIZE];

    say_start(stage);
    made_file_fact(&stage->file, "{'type':'batch_started','epoch':1,'batch':1,'examples':[]}");
    say_rollout(stage, 1, "w1", low);
    say_gradients(stage, ids);
    say_proposal(stage, 1, "prompts", prompt_diff, ids);
    made_file_fact(
        &stage->file, "{'type':'decision','proposal':1,'what':'accept','who':'schedule'}");
    made_file_fact(
        &stage->file, "{'type':'workflow','id':'w2','workflow':{'nodes':[%s]}}", prompt_after);
    say_rollout(stage, 2, "w2", high);
    say_gradients(stage, ids);
    made_file_fact(&stage->file, "{'type':'validation','batch':1,'workflow':'w2','score':0.424,"
                                 "'pass':9,'best':true,'failed':2}");
    say_proposal(stage, 2, "sketch", sketch_diff, ids);
    made_file_fact(&stage->file, "{'type':'decision','proposal':2,'what':'reject','who':'person',"
                                 "'reason':'one call more for each question is too dear'}");
    say_waiting(stage, waiting, ids);
}

/* ---- the stage ---- */

static void on_change(void *data)
{
    fake_session_changed(data);
}

static void stage_open(struct stage *stage, enum waiting waiting)
{
    struct ui_options options = { .loop = &stage->loop, .screens = shown };
    struct err err;

    assert_int_equal(uv_loop_init(&stage->loop), 0);
    fake_session_init(&stage->session);
    run_view_free(&stage->session.view);
    run_view_init(&stage->session.view);
    stage->session.review = REVIEW_ALL;
    made_file_open(&stage->file, &stage->loop, &stage->session.view);
    say_run(stage, waiting);
    stage->session.reader = made_file_reader(&stage->file, on_change, &stage->session);
    stage->ui = ui_open(&options, &stage->session, &err);
    if (stage->ui == NULL)
        fail_msg("%s", err.message);
}

static void stage_close(struct stage *stage)
{
    ui_close(stage->ui);
    reader_close(stage->session.reader);
    (void)uv_run(&stage->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&stage->loop), 0);
    fake_session_free(&stage->session);
    made_file_remove(&stage->file);
}

static void draw(void *data, const struct pane *pane)
{
    ui_draw(((struct stage *)data)->ui, pane->canvas);
}

/* Draws until all that is read has come. */
static bool sees(struct stage *stage, int width, int height, const char *words)
{
    struct canvas canvas = { 0 };
    struct str text = STR_INIT;
    bool found;

    canvas_resize(&canvas, width, height);
    ui_draw(stage->ui, &canvas);
    while (reader_is_busy(stage->session.reader)) {
        (void)uv_run(&stage->loop, UV_RUN_ONCE);
        ui_draw(stage->ui, &canvas);
    }
    canvas_dump(&canvas, false, &text);
    found = strstr(str_text(&text), words) != NULL;
    if (!found && getenv("FLOWBOT_SHOW") != NULL)
        (void)fprintf(stderr, "%s\n", str_text(&text));
    str_free(&text);
    canvas_free(&canvas);
    return found;
}

/* As a person: looking after each key. */
static void keys(struct stage *stage, const char *text)
{
    for (; *text != '\0'; text++) {
        key_code key = (key_code)(unsigned char)*text;

        ui_key(stage->ui, key == '\r' ? K_ENTER : key == '\t' ? K_TAB : key == 27 ? K_ESC : key);
        (void)uv_run(&stage->loop, UV_RUN_NOWAIT);
        (void)sees(stage, 80, 24, "");
    }
}

/* ---- pictures ---- */

static void golden(enum waiting waiting, const char *pressed, const char *name, size_t count)
{
    static const int sizes[][2] = { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 } };

    for (size_t i = 0; i < count; i++) {
        struct stage stage;

        stage_open(&stage, waiting);
        keys(&stage, pressed);
        (void)sees(&stage, sizes[i][0], sizes[i][1], "");
        golden_picture(name, sizes[i][0], sizes[i][1], draw, &stage);
        stage_close(&stage);
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
    golden(WAITING_PROMPTS, "5xtoo dear\r", "review-decline", 2);
    golden(WAITING_NONE, "5", "review-decided", 1);
    golden(WAITING_NONE, "6", "history", 4);
    golden(WAITING_NONE, "6gmGk", "history-marked", 3);
    golden(WAITING_NONE, "6gjj", "history-gradients", 1);
}

/* ---- deciding ---- */

static void test_accept(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
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
    stage_close(&stage);
}

static void test_decline(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5x \r");
    assert_true(sees(&stage, 80, 24, "the meta model needs a reason"));
    keys(&stage, "x\x1B");
    assert_int_equal(stage.session.decisions, 0);
    keys(&stage, "xit costs too much\rc");
    assert_int_equal(stage.session.answer, ANSWER_REJECT);
    assert_string_equal(stage.session.answer_text, "it costs too much");
    stage_close(&stage);
}

/* A part of the hunks is an edit: the workflow with these alone. */
static void test_hunks(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
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
    stage_close(&stage);
}

/* A hunk of two sentences becomes two, and one again. */
static void test_split(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_HOSTILE);
    keys(&stage, "5 s");
    assert_false(sees(&stage, 80, 24, "1 taken"));
    assert_true(sees(&stage, 80, 24, " taken"));
    keys(&stage, "us");
    keys(&stage, "uu");
    assert_true(sees(&stage, 80, 24, "1 undecided"));
    stage_close(&stage);
}

static void test_reject_by_hunks(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5XC");
    assert_true(sees(&stage, 80, 24, "why not"));
    keys(&stage, "no\rc");
    assert_int_equal(stage.session.answer, ANSWER_REJECT);
    stage_close(&stage);
}

static void test_undo(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5u");
    assert_true(sees(&stage, 80, 24, "there is nothing to undo"));
    keys(&stage, " A");
    assert_true(sees(&stage, 80, 24, "3 taken"));
    keys(&stage, "uu");
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    keys(&stage, "\x12\x12");
    assert_true(sees(&stage, 80, 24, "3 taken"));
    stage_close(&stage);
}

static void test_accept_kind(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5Y\r");
    assert_int_equal(stage.session.review, REVIEW_ALL);
    keys(&stage, "Ya");
    assert_int_equal(stage.session.review, REVIEW_PROMPTS);
    assert_int_equal(stage.session.answer, ANSWER_ACCEPT);
    stage_close(&stage);
}

/* Watching shows the same; the keys that decide say why they do not. */
static void test_read_only(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
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
    stage_close(&stage);
}

/* What was decided elsewhere while it was asked here is not decided twice. */
static void test_meanwhile(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5a");
    cJSON_Delete(stage.session.view.pending);
    stage.session.view.pending = NULL;
    keys(&stage, "c");
    assert_int_equal(stage.session.decisions, 0);
    assert_true(sees(&stage, 80, 24, "proposal 3 was decided meanwhile"));
    stage_close(&stage);
}

/* ---- editing ---- */

static void wait_for_editor(struct stage *stage, const char *words)
{
    for (int i = 0; i < 2000 && !sees(stage, 80, 24, words); i++)
        (void)uv_run(&stage->loop, UV_RUN_ONCE);
    assert_true(sees(stage, 80, 24, words));
}

static void test_edit_line(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.\r");
    assert_true(sees(&stage, 80, 24, "1 taken"));
    assert_true(sees(&stage, 80, 24, "names verbatim. Always."));
    keys(&stage, "uee\x1B"); /* given up: as it was */
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    keys(&stage, "\x12"
                 "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "names verbatim. Always. Use the passages."));
    stage_close(&stage);
}

static void test_edit_prompt(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/verbatim/unchanged/", 1);
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "names unchanged.");
    keys(&stage, "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "names unchanged."));
    stage_close(&stage);
}

/* What cannot be used is said, and edited again with the message at its place. */
static void test_edit_sketch(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/\"check\"/\"nowhere\"/", 1);
    stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used: the edited workflow:16:3");
    (void)setenv("EDITOR", "sed -i -E /^.{2}!/{n;s/nowhere/verify/};/==/s/nowhere/verify/", 1);
    keys(&stage, "e");
    wait_for_editor(&stage, "verify llm");
    keys(&stage, "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "\"verify\""));
    assert_null(strstr(stage.session.answer_text, "nowhere"));
    stage_close(&stage);
}

static void test_edit_dropped(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/{/[/", 1);
    stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used");
    keys(&stage, "d");
    assert_true(sees(&stage, 80, 24, "2 undecided"));
    stage_close(&stage);
}

/* One change is edited: the others are as split and as chosen as they were. */
static void test_edit_one(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_LINES);
    keys(&stage, "5s");
    assert_true(sees(&stage, 80, 24, "change 1/4: 4 undecided"));
    keys(&stage, "J  J ");
    assert_true(sees(&stage, 80, 24, "2 undecided, 1 taken, 1 left out"));
    keys(&stage, "Ke Now.\r");
    assert_true(sees(&stage, 80, 24, "change 2/4: 2 undecided, 2 taken"));
    assert_true(sees(&stage, 80, 24, "edited and taken; 2 of 4 changes are undecided"));
    keys(&stage, "u");
    assert_true(sees(&stage, 80, 24, "change 2/4: 2 undecided, 1 taken, 1 left out"));
    keys(&stage, "\x12XCc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(
        stage.session.answer_text, "\"Answer the question.\\nSecond line. Now.\\nThird line.\""));
    stage_close(&stage);
}

/* Edited back to what it was: nothing is changed there. */
static void test_edit_back(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e\x15Keep the answer short.\r");
    assert_true(sees(&stage, 80, 24, "that is how it was"));
    assert_true(sees(&stage, 80, 24, "2 undecided, 1 left out"));
    stage_close(&stage);
}

/* The whole prompt is opened as chosen so far; what is the same in it stays as decided. */
static void test_edit_whole(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/guess/invent/", 1);
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5  J E");
    wait_for_editor(&stage, "invent");
    assert_true(sees(&stage, 80, 24, "Keep the answer short."));
    assert_false(sees(&stage, 80, 24, "verbatim"));
    assert_true(sees(&stage, 80, 24, "change 1/1: 1 taken"));
    keys(&stage, "u");
    assert_true(sees(&stage, 80, 24, "1 undecided, 1 taken, 1 left out"));
    stage_close(&stage);
}

/* An editor is given whole lines, and the line end that it needed is none of the prompt's. */
static void test_edit_line_end(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i -e $s/$/Really./;$!d", 1);
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "Say nothing else.Really.");
    keys(&stage, "ACc");
    assert_non_null(strstr(stage.session.answer_text, "else.Really.\""));
    stage_close(&stage);
}

static void test_empty_prompt(void **state)
{
    struct stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i d", 1);
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used: the prompt of answer is empty");
    keys(&stage, "d");
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    stage_close(&stage);
}

static void test_braces(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e {nosuch}\r");
    assert_false(sees(&stage, 80, 24, "races are plain text"));
    keys(&stage, "e {{question}}\r");
    assert_true(sees(&stage, 80, 24, "Braces are plain text here"));
    assert_true(sees(&stage, 80, 24, "labelled sections"));
    keys(&stage, "J");
    assert_false(sees(&stage, 80, 24, "races are plain text"));
    stage_close(&stage);
}

/* ---- looking ---- */

/* What was chosen one by one stands when all of it is accepted: the rest is asked about. */
static void test_accept_some(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
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
    stage_close(&stage);
}

static void test_search(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5/NOTHING ELSE\r");
    assert_true(sees(&stage, 80, 24, "change 3/3"));
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
    stage_close(&stage);
}

static void test_sides(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5S");
    assert_true(sees(&stage, 80, 24, "no two sides"));
    stage_close(&stage);
    stage_open(&stage, WAITING_LINES);
    keys(&stage, "5S");
    assert_false(sees(&stage, 80, 24, "no two sides"));
    stage_close(&stage);
}

/* Where the first change does not stand in the first lines it is scrolled to. */
static void test_first_change(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_LINES);
    (void)sees(&stage, 40, 8, "");
    ui_key(stage.ui, '5');
    assert_true(sees(&stage, 40, 8, "First line."));
    stage_close(&stage);
}

/* What decides is named while it can be used, and first; in one pane the way to the others, too. */
static void test_hints(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5j");
    assert_true(sees(&stage, 40, 10, "\na accept  x reject  Tab pane"));
    assert_true(sees(&stage, 80, 24, "\na accept  x reject  Space take  e edit"));
    assert_true(
        sees(&stage, 120, 40, "E all  J next  s split  A take rest  X drop rest  S side  Y"));
    keys(&stage, " j");
    assert_true(sees(&stage, 40, 10, "\nC commit  a accept  Tab pane"));
    assert_true(sees(&stage, 80, 24, "\na accept  x reject  C commit  Space take"));
    keys(&stage, "\t\tj");
    assert_false(sees(&stage, 120, 24, "accept"));
    stage_close(&stage);
}

/* ---- history ---- */

static void test_revert(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_NONE);
    keys(&stage, "6GB");
    assert_true(sees(&stage, 80, 24, "Go back to the workflow of b1 r1 s2 proposal 2?"));
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
    stage_close(&stage);
}

static void test_marks(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_NONE);
    keys(&stage, "6g Gk ");
    assert_true(sees(&stage, 80, 24, "from start validation to b1 validation"));
    assert_true(sees(&stage, 80, 24, "prompt of answer"));
    keys(&stage, "g");
    assert_true(sees(&stage, 80, 24, "from start validation to b1 validation"));
    keys(&stage, "\x1B");
    assert_false(sees(&stage, 80, 24, "from start"));
    stage_close(&stage);
}

static void test_links(void **state)
{
    struct stage stage;

    (void)state;
    stage_open(&stage, WAITING_NONE);
    keys(&stage, "6G\r");
    assert_true(sees(&stage, 80, 24, "proposal 2: structure"));
    keys(&stage, "\x1B\x1B");
    assert_true(sees(&stage, 80, 24, "6 History"));
    stage_close(&stage);
}

static void test_sizes(void **state)
{
    (void)state;
    for (int waiting = WAITING_PROMPTS; waiting <= WAITING_HOSTILE; waiting++) {
        struct stage stage;

        stage_open(&stage, (enum waiting)waiting);
        for (int screen = 0; screen < 6; screen++) {
            keys(&stage, screen % 2 == 0 ? "5\t" : "6mj");
            for (int i = 1; i < 40; i++)
                (void)sees(&stage, (i * 37) % 230 + 1, (i * 13) % 70 + 1, "x");
            for (int i = 1; i < 24; i++)
                (void)sees(&stage, i, 24 - i, "x");
        }
        stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept),
        cmocka_unit_test(test_decline),
        cmocka_unit_test(test_hunks),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_reject_by_hunks),
        cmocka_unit_test(test_undo),
        cmocka_unit_test(test_accept_kind),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_meanwhile),
        cmocka_unit_test(test_edit_line),
        cmocka_unit_test(test_edit_prompt),
        cmocka_unit_test(test_edit_sketch),
        cmocka_unit_test(test_edit_dropped),
        cmocka_unit_test(test_edit_one),
        cmocka_unit_test(test_edit_back),
        cmocka_unit_test(test_edit_whole),
        cmocka_unit_test(test_edit_line_end),
        cmocka_unit_test(test_empty_prompt),
        cmocka_unit_test(test_braces),
        cmocka_unit_test(test_accept_some),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_sides),
        cmocka_unit_test(test_hints),
        cmocka_unit_test(test_first_change),
        cmocka_unit_test(test_revert),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_golden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
