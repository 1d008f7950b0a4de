/* Editing what waits, in a line and in an editor: what becomes of the choices, and what cannot be
 * used. */
#include "review_stage.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"

static char folder[] = "/tmp/flowbot-edits-XXXXXX"; /* TMPDIR of this test */

/* The one text that was kept; it is removed. The caller's. */
static char *take_kept(void)
{
    struct str text = STR_INIT;
    struct err err = { .code = ERR_NONE };
    char *pattern = mem_printf("%s/flowbot-*/text.*", folder), *parent;
    glob_t found;

    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    assert_true(file_read(found.gl_pathv[0], 1 << 20, &text, &err));
    parent = file_folder(found.gl_pathv[0]);
    assert_int_equal(unlink(found.gl_pathv[0]), 0);
    assert_int_equal(rmdir(parent), 0);
    globfree(&found);
    free(parent);
    free(pattern);
    return str_take(&text);
}

static void expect_kept(const char *words)
{
    char *text = take_kept();

    assert_non_null(strstr(text, words));
    free(text);
}

static void wait_for_editor(struct review_stage *stage, const char *words)
{
    for (int i = 0; i < 2000 && !sees(stage, 80, 24, words); i++)
        (void)uv_run(&stage->loop, UV_RUN_ONCE);
    assert_true(sees(stage, 80, 24, words));
}

static void test_edit_line(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.\r");
    assert_true(sees(&stage, 80, 24, "1 taken"));
    assert_true(sees(&stage, 80, 24, "names verbatim. Always."));
    keys(&stage, "uee\x1B"); /* given up: as it was */
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    keys(&stage, "\x12"
                 "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "names verbatim. Always. Use the passages."));
    review_stage_close(&stage);
}

static void test_edit_prompt(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/verbatim/unchanged/", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "names unchanged.");
    keys(&stage, "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "names unchanged."));
    review_stage_close(&stage);
}

/* What cannot be used is said, and edited again with the message at its place. */
static void test_edit_sketch(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/\"check\"/\"nowhere\"/", 1);
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used: the edited workflow:19:3");
    (void)setenv("EDITOR", "sed -i -E /^.{2}!/{n;s/nowhere/verify/};/==/s/nowhere/verify/", 1);
    keys(&stage, "e");
    wait_for_editor(&stage, "verify llm");
    keys(&stage, "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "\"verify\""));
    assert_null(strstr(stage.session.answer_text, "nowhere"));
    review_stage_close(&stage);
}

/* Edits again with an editor that does nothing to the text, until it has been there. */
static void leave_unchanged(struct review_stage *stage, int status)
{
    char *mark = file_join(folder, "was-here");
    char *editor = mem_printf("sh -c 'touch %s; exit %d'", mark, status);

    (void)setenv("EDITOR", editor, 1);
    keys(stage, "e");
    for (int i = 0; i < 2000 && !file_exists(mark); i++)
        (void)uv_run(&stage->loop, UV_RUN_ONCE);
    assert_int_equal(unlink(mark), 0);
    free(editor);
    free(mark);
}

/* Closed again as it was: the text is there still, and so is the question. */
static void test_edit_unchanged_again(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/\"check\"/\"nowhere\"/", 1);
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used: the edited workflow:19:3");
    for (int i = 0; i < 2; i++) { /* one that is left without a change, one that fails */
        leave_unchanged(&stage, i);
        wait_for_editor(&stage, "This cannot be used: the edited workflow:19:3");
    }
    (void)setenv("EDITOR", "sed -i -E /^.{2}!/{n;s/nowhere/verify/};/==/s/nowhere/verify/", 1);
    keys(&stage, "e");
    wait_for_editor(&stage, "verify llm");
    review_stage_close(&stage);
    expect_kept("\"verify\""); /* it was not committed */
}

static void test_edit_kept(void **state)
{
    static const char *const answers[] = { "k", "\x1B", "" };
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/\"check\"/\"nowhere\"/", 1);
    for (int i = 0; i < 3; i++) { /* asked for, Esc, and the end of the screen */
        review_stage_open(&stage, WAITING_SKETCH);
        keys(&stage, "5E");
        wait_for_editor(&stage, "This cannot be used");
        keys(&stage, answers[i]);
        assert_int_equal(sees(&stage, 80, 24, "what you wrote is kept in"), i < 2);
        review_stage_close(&stage);
        expect_kept("\"nowhere\"");
    }
}

/* What an editor wrote before it failed is not taken, and not lost. */
static void test_editor_fails(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sh -c 'echo mine >> $0; exit 3'", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "the editor ended with status 3; it is not taken, and stays in");
    review_stage_close(&stage);
    expect_kept("\nmine\n");
    (void)setenv("EDITOR", "sh -c 'printf \"\\377\" >> $0'", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "not UTF-8 text; it is not taken, and stays in");
    review_stage_close(&stage);
    expect_kept("\xFF");
}

/* A decision as `flowbot review --apply` takes it. */
static void test_edit_not_committed(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.\r");
    assert_true(sees(&stage, 80, 24, "1 taken"));
    review_stage_close(&stage);
    expect_kept("\"decision\": \"edit\"");
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.\ru"); /* taken back */
    review_stage_close(&stage);
}

/* The proposal that was edited waits no more, by nobody's hand here: it is kept all the same. */
static void test_edit_of_what_waits_no_more(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.\r");
    made_file_progress(&stage.file, "{'type':'waiting','pending':null}");
    assert_false(sees(&stage, 80, 24, "1 taken"));
    review_stage_close(&stage);
    expect_kept("names verbatim. Always.");
}

/* The same while a line is being typed. */
static void test_line_of_what_waits_no_more(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e Always.");
    made_file_progress(&stage.file, "{'type':'waiting','pending':null}");
    keys(&stage, "\r");
    assert_true(sees(&stage, 80, 24, "what you wrote is kept in"));
    review_stage_close(&stage);
    expect_kept("names verbatim. Always.");
}

static void test_edit_dropped(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/{/[/", 1);
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used");
    keys(&stage, "d");
    assert_true(sees(&stage, 80, 24, "2 undecided"));
    review_stage_close(&stage);
}

/* One change is edited: the others are as split and as chosen as they were. */
static void test_edit_one(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_LINES);
    keys(&stage, "5s");
    assert_true(sees(&stage, 80, 24, "Change 1/4: 4 undecided"));
    keys(&stage, "J  J ");
    assert_true(sees(&stage, 80, 24, "2 undecided, 1 taken, 1 left out"));
    keys(&stage, "Ke Now.\r");
    assert_true(sees(&stage, 80, 24, "Change 2/4: 2 undecided, 2 taken"));
    assert_true(sees(&stage, 80, 24, "edited and taken; 2 of 4 changes are undecided"));
    assert_false(sees(&stage, 80, 40, "What it does to the batch"));
    assert_true(sees(&stage, 80, 40, "What it did to the batch before the edit"));
    assert_true(sees(&stage, 80, 40, "│before the edit ."));
    keys(&stage, "u");
    assert_true(sees(&stage, 80, 40, "What it does to the batch"));
    assert_true(sees(&stage, 80, 40, "│batch ."));
    assert_true(sees(&stage, 80, 24, "Change 2/4: 2 undecided, 1 taken, 1 left out"));
    keys(&stage, "\x12XCc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(
        stage.session.answer_text, "\"Answer the question.\\nSecond line. Now.\\nThird line.\""));
    review_stage_close(&stage);
}

/* Edited back to what it was: nothing is changed there. */
static void test_edit_back(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e\x15Keep the answer short.\r");
    assert_true(sees(&stage, 80, 24, "that is how it was"));
    assert_true(sees(&stage, 80, 24, "2 undecided, 1 left out"));
    review_stage_close(&stage);
}

/* The whole prompt is opened as chosen so far; what is the same in it stays as decided. */
static void test_edit_whole(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/guess/invent/", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5  J E");
    wait_for_editor(&stage, "invent");
    assert_true(sees(&stage, 80, 24, "Keep the answer short."));
    assert_false(sees(&stage, 80, 24, "verbatim"));
    assert_true(sees(&stage, 80, 24, "Change 1/1: 1 taken"));
    keys(&stage, "u");
    assert_true(sees(&stage, 80, 24, "1 undecided, 1 taken, 1 left out"));
    review_stage_close(&stage);
}

/* An editor is given whole lines, and the line end that it needed is none of the prompt's. */
static void test_edit_line_end(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i -e $s/$/Really./;$!d", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "Say nothing else.Really.");
    keys(&stage, "ACc");
    assert_non_null(strstr(stage.session.answer_text, "else.Really.\""));
    review_stage_close(&stage);
}

/* The prompt of a node that is added, also of one that was left out. */
static void test_edit_added(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i s/Compare/Hold/", 1);
    review_stage_open(&stage, WAITING_SKETCH);
    keys(&stage, "5J  e");
    wait_for_editor(&stage, "edited and taken; 1 of 2 changes is undecided");
    keys(&stage, "ACc");
    assert_int_equal(stage.session.answer, ANSWER_EDIT);
    assert_non_null(strstr(stage.session.answer_text, "Hold the answer with the passages."));
    review_stage_close(&stage);
}

static void test_empty_prompt(void **state)
{
    struct review_stage stage;

    (void)state;
    (void)unsetenv("VISUAL");
    (void)setenv("EDITOR", "sed -i d", 1);
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5E");
    wait_for_editor(&stage, "This cannot be used: the prompt of answer is empty");
    keys(&stage, "d");
    assert_true(sees(&stage, 80, 24, "3 undecided"));
    review_stage_close(&stage);
}

static void test_braces(void **state)
{
    struct review_stage stage;

    (void)state;
    review_stage_open(&stage, WAITING_PROMPTS);
    keys(&stage, "5e {nosuch}\r");
    assert_false(sees(&stage, 80, 24, "races are plain text"));
    keys(&stage, "e {{question}}\r");
    assert_true(sees(&stage, 80, 24, "Braces are plain text here"));
    assert_true(sees(&stage, 80, 24, "labelled sections"));
    keys(&stage, "J");
    assert_false(sees(&stage, 80, 24, "races are plain text"));
    keys(&stage, "uu");
    review_stage_close(&stage);
}

int main(void)
{
    int failed;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edit_line),
        cmocka_unit_test(test_edit_prompt),
        cmocka_unit_test(test_edit_sketch),
        cmocka_unit_test(test_edit_unchanged_again),
        cmocka_unit_test(test_edit_kept),
        cmocka_unit_test(test_editor_fails),
        cmocka_unit_test(test_edit_not_committed),
        cmocka_unit_test(test_edit_of_what_waits_no_more),
        cmocka_unit_test(test_line_of_what_waits_no_more),
        cmocka_unit_test(test_edit_dropped),
        cmocka_unit_test(test_edit_one),
        cmocka_unit_test(test_edit_back),
        cmocka_unit_test(test_edit_whole),
        cmocka_unit_test(test_edit_line_end),
        cmocka_unit_test(test_edit_added),
        cmocka_unit_test(test_empty_prompt),
        cmocka_unit_test(test_braces),
    };

    (void)signal(SIGPIPE, SIG_IGN); /* as the program does */
    if (mkdtemp(folder) == NULL || setenv("TMPDIR", folder, 1) != 0)
        return 1;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + (rmdir(folder) != 0); /* nothing was left there */
}
