#include "review_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screens.h"

static const struct screen *const shown[SCREENS] = {
    [SCREEN_LOG] = &screen_log, [SCREEN_REVIEW] = &screen_review, [SCREEN_HISTORY] = &screen_history
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

static void say_start(struct review_stage *stage)
{
    struct made_file *file = &stage->file;

    made_file_fact(file, "{'type':'run_started','run':'7f3a9c','task':'Answer.','metric':'f1',"
                         "'sizes':{'train':320,'validation':150,'test':300},'optimizer':"
                         "{'epochs':1,'batch':4,'rounds':2,'inner_steps':3,'outer':true}}");
    made_file_fact(file, "{'type':'workflow','id':'w1','workflow':{'nodes':[" SEARCH
                         "," ANSWER_HEAD PROMPT_1 ANSWER_TAIL "]}}");
    made_file_fact(file, "{'type':'baseline','score':0.312,'workflow':'w1','pass':1}");
}

static void say_rollout(
    struct review_stage *stage, int step, const char *workflow, const double scores[4])
{
    made_file_fact(&stage->file,
        "{'type':'rollout','batch':1,'round':1,'step':%d,'kind':'%s','workflow':'%s','pass':%d,"
        "'score':%.3f,'failed':0,'spoiled':0,'examples':[['train-3',%.2f],['train-8',%.2f],"
        "['train-15',%.2f],['train-22',%.2f]]}",
        step, step == 1 ? "outer" : "inner", workflow, step + 1,
        (scores[0] + scores[1] + scores[2] + scores[3]) / 4, scores[0], scores[1], scores[2],
        scores[3]);
}

static void say_gradients(struct review_stage *stage, char ids[3][HASH_HEX_SIZE])
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

static void say_proposal(struct review_stage *stage, int ordinal, const char *kind,
    const char *diff, char ids[3][HASH_HEX_SIZE])
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

/* Much that stays between two changes. */
#define LONG_MIDDLE "2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\\n12\\n"
static const char long_diff[] =
    "{'nodes_added':[],'nodes_removed':[],'rewired':[],'prompts':[{'id':'answer','before':"
    "'Line 1\\n" LONG_MIDDLE "Line 13','after':'Line one\\n" LONG_MIDDLE "Line thirteen'}]}";
static const char long_after[] =
    SEARCH "," ANSWER_HEAD "Line one\\n" LONG_MIDDLE "Line thirteen" ANSWER_TAIL;

static void say_waiting(
    struct review_stage *stage, enum waiting waiting, char ids[3][HASH_HEX_SIZE])
{
    static const struct {
        const char *kind, *diff, *after;
    } all[] = {
        [WAITING_PROMPTS] = { "prompts", prompt_diff, prompt_after },
        [WAITING_SKETCH] = { "sketch", sketch_diff, sketch_after },
        [WAITING_HOSTILE] = { "prompts", hostile_diff, hostile_after },
        [WAITING_LINES] = { "prompts", lines_diff, lines_after },
        [WAITING_LONG] = { "prompts", long_diff, long_after },
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
static void say_run(struct review_stage *stage, enum waiting waiting)
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

void review_stage_open(struct review_stage *stage, enum waiting waiting)
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

void review_stage_close(struct review_stage *stage)
{
    ui_close(stage->ui);
    reader_close(stage->session.reader);
    (void)uv_run(&stage->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&stage->loop), 0);
    fake_session_free(&stage->session);
    made_file_remove(&stage->file);
}

bool sees(struct review_stage *stage, int width, int height, const char *words)
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

void keys(struct review_stage *stage, const char *text)
{
    for (; *text != '\0'; text++) {
        key_code key = (key_code)(unsigned char)*text;

        ui_key(stage->ui, key == '\r' ? K_ENTER : key == '\t' ? K_TAB : key == 27 ? K_ESC : key);
        (void)uv_run(&stage->loop, UV_RUN_NOWAIT);
        (void)sees(stage, 80, 24, "");
    }
}
