/* What is chosen among the items of a change: all is the proposal, none is what was. */
#include "delta.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "delta_view.h"
#include "mem.h"

static cJSON *nodes(const char *text)
{
    char *json = mem_strdup(text);
    cJSON *parsed;

    for (char *at = json; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    parsed = cJSON_Parse(json);
    assert_non_null(parsed);
    free(json);
    return parsed;
}

static const char before[] =
    "[{'id':'a','kind':'llm','prompt':'One. Two. Three. Five.','inputs':['q'],'tools':[]},"
    "{'id':'b','kind':'llm','prompt':'Same.','inputs':['a'],'tools':[]},"
    "{'id':'c','kind':'tool','prompt':'','inputs':['b'],'tools':['t']},"
    "{'id':'d','kind':'llm','prompt':'End.','inputs':['c'],'tools':[],'schema':{'x':1}}]";
static const char after[] =
    "[{'id':'n','kind':'llm','prompt':'New.','inputs':['q'],'tools':[]},"
    "{'id':'a','kind':'llm','prompt':'One. 2. Three. Four.','inputs':['q','n'],'tools':[]},"
    "{'id':'b','kind':'agent','prompt':'Same.','inputs':['a'],'tools':['t']},"
    "{'id':'d','kind':'llm','prompt':'End.','inputs':['b'],'tools':[]}]";

static struct delta *made(void)
{
    return delta_new(nodes(before), nodes(after));
}

static bool has(const cJSON *all, const cJSON *wanted)
{
    const cJSON *node;

    cJSON_ArrayForEach(node, wanted)
    {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(node, "id"));

        if (!cJSON_Compare(node, delta_node(all, id), true))
            return false;
    }
    return cJSON_GetArraySize(all) == cJSON_GetArraySize(wanted);
}

static void check_result(const struct delta *delta, const enum take *takes, const cJSON *wanted)
{
    cJSON *workflow = delta_result(delta, takes);

    assert_true(has(cJSON_GetObjectItem(workflow, "nodes"), wanted));
    cJSON_Delete(workflow);
}

static void test_all_or_none(void **state)
{
    struct delta *delta = made();
    enum take *takes = mem_zalloc(delta->count, sizeof *takes);

    (void)state;
    check_result(delta, takes, delta->before);
    check_result(delta, NULL, delta->after);
    for (size_t i = 0; i < delta->count; i++)
        takes[i] = TAKE_YES;
    check_result(delta, takes, delta->after);
    for (size_t i = 0; i < delta->count; i++)
        takes[i] = TAKE_NO;
    check_result(delta, takes, delta->before);
    free(takes);
    delta_free(delta);
}

static void test_items(void **state)
{
    struct delta *delta = made();
    size_t kinds[4] = { 0 };

    (void)state;
    for (size_t i = 0; i < delta->count; i++)
        kinds[delta->items[i].kind]++;
    assert_int_equal(kinds[DELTA_ADDED], 1);
    assert_int_equal(kinds[DELTA_REMOVED], 1);
    assert_int_equal(kinds[DELTA_REWIRED], 3);
    assert_int_equal(kinds[DELTA_HUNK], 2);
    delta_free(delta);
}

/* Any choice: each item by itself, whatever the others are. */
static void test_any_choice(void **state)
{
    struct delta *delta = made();
    enum take takes[16] = { TAKE_OPEN };

    (void)state;
    for (unsigned choice = 0; choice < 1u << delta->count; choice++) {
        cJSON *workflow, *result;

        for (size_t i = 0; i < delta->count; i++)
            takes[i] = (choice >> i & 1) != 0 ? TAKE_YES : TAKE_NO;
        workflow = delta_result(delta, takes);
        result = cJSON_GetObjectItem(workflow, "nodes");
        for (size_t i = 0; i < delta->count; i++) {
            const struct delta_item *item = &delta->items[i];
            const cJSON *node = delta_node(result, item->id);
            bool yes = takes[i] == TAKE_YES;

            if (item->kind == DELTA_ADDED)
                assert_true((node != NULL) == yes);
            else if (item->kind == DELTA_REMOVED)
                assert_true((node != NULL) == !yes);
            else if (item->kind == DELTA_HUNK)
                assert_true(
                    (strstr(delta_prompt(node), item->hunk == 0 ? "2." : "Four.") != NULL) == yes);
            else
                assert_true(cJSON_Compare(cJSON_GetObjectItem(node, "inputs"),
                    cJSON_GetObjectItem(yes ? item->after : item->before, "inputs"), true));
        }
        cJSON_Delete(workflow);
    }
    delta_free(delta);
}

/* What waits is told as the workflow after it and a diff: the one before comes out of both. */
static void test_pending(void **state)
{
    cJSON *pending =
        nodes("{'proposal':1,'workflow':{'nodes':[{'id':'n','prompt':'New.','inputs':['q']},"
              "{'id':'a','prompt':'B','inputs':['n']}]},'diff':{'nodes_added':[{'id':'n','prompt':"
              "'New.','inputs':['q']}],'nodes_removed':[{'id':'r','prompt':'R','inputs':['q']}],"
              "'rewired':[{'id':'a','before':{'id':'a','inputs':['r']},'after':{'id':'a','inputs':"
              "['n']}}],'prompts':[{'id':'a','before':'A','after':'B'}]}}");
    cJSON *was = nodes("[{'id':'r','prompt':'R','inputs':['q']},"
                       "{'id':'a','inputs':['r'],'prompt':'A'}]");
    struct delta *delta = delta_of_pending(pending);

    (void)state;
    assert_true(has(delta->before, was));
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(delta->before->child, "id")), "r");
    delta_free(delta);
    cJSON_Delete(was);
    cJSON_Delete(pending);
    assert_null(delta_of_pending(NULL));
    pending = nodes("{'workflow':{'nodes':[1,{'id':7},'x',{'inputs':[1,{}]}]},'diff':{'rewired':3,"
                    "'prompts':[{'id':'a'},5],'nodes_added':'x','nodes_removed':[{}]}}");
    delta_free(delta_of_pending(pending));
    cJSON_Delete(pending);
}

static void test_edit(void **state)
{
    struct delta *delta = made();
    char *text = delta_with_prompt(delta, "a", "Another one.");
    struct str prompt = STR_INIT, hunk = STR_INIT;

    (void)state;
    assert_non_null(strstr(text, "Another one."));
    assert_null(strstr(text, "Three."));
    cJSON_free(text);
    for (size_t i = 0; i < delta->count; i++)
        if (delta->items[i].kind == DELTA_HUNK && delta->items[i].hunk == 0) {
            delta_hunk_text(&delta->items[i], &hunk);
            delta_hunk_with(&delta->items[i], "Zwei. ", &prompt);
        }
    assert_string_equal(str_text(&hunk), "2. ");
    assert_string_equal(str_text(&prompt), "One. Zwei. Three. Four.");
    str_free(&prompt);
    str_free(&hunk);
    delta_free(delta);
}

/* The prompt of node `a` in a choice. */
static void check_prompt(const struct delta *delta, const enum take *takes, const char *wanted)
{
    cJSON *workflow = delta_result(delta, takes);

    assert_string_equal(
        delta_prompt(delta_node(cJSON_GetObjectItem(workflow, "nodes"), "a")), wanted);
    cJSON_Delete(workflow);
}

static size_t first_hunk(const struct delta *delta)
{
    for (size_t i = 0; i < delta->count; i++)
        if (delta->items[i].kind == DELTA_HUNK)
            return i;
    fail();
    return 0;
}

static void test_set(void **state)
{
    struct delta *delta = made();
    size_t at = first_hunk(delta), count = delta->count;
    enum take takes[16] = { TAKE_OPEN };

    (void)state;
    takes[at] = TAKE_YES;
    delta_set_hunk(delta, at, "Zwei. ");
    assert_int_equal(delta->count, count);
    check_prompt(delta, takes, "One. Zwei. Three. Five.");
    check_prompt(delta, NULL, "One. Zwei. Three. Four.");
    delta_set_prompt(delta, at + 1, "One. Two. Three. Five. Six.");
    assert_int_equal(delta->count, count - 1);
    check_prompt(delta, takes, "One. Two. Three. Five. Six.");
    assert_int_equal(delta->items[at + 1].kind, DELTA_REWIRED);
    delta_set_prompt(delta, at, "One. Two. Three. Five.\n"); /* as it was */
    assert_int_equal(delta->count, count - 2);
    check_prompt(delta, NULL, "One. Two. Three. Five.");
    delta_free(delta);
}

/* What was chosen about the same change stays; what was written is taken; what has been joined is
 * undecided if a part was. */
static void test_carry(void **state)
{
    cJSON *was = nodes("[{'id':'a','prompt':'A.'}]");
    cJSON *now = nodes("[{'id':'a','prompt':'A. B. C. D.'}]");
    struct delta *delta = delta_new(was, now), *fresh;
    enum take takes[3] = { TAKE_NO, TAKE_OPEN, TAKE_YES };
    enum take *carried;

    (void)state;
    assert_int_equal(delta_split(delta, 0), 2);
    fresh =
        delta_new(nodes("[{'id':'a','prompt':'A.'}]"), nodes("[{'id':'a','prompt':'A. C. D.'}]"));
    carried = delta_carry(delta, takes, fresh);
    assert_int_equal(carried[0], TAKE_OPEN);
    free(carried);
    takes[1] = TAKE_YES;
    carried = delta_carry(delta, takes, fresh);
    assert_int_equal(carried[0], TAKE_YES);
    free(carried);
    delta_free(fresh);
    takes[1] = TAKE_OPEN;
    fresh = delta_new(
        nodes("[{'id':'a','prompt':'A.'}]"), nodes("[{'id':'a','prompt':'A. C. Other.'}]"));
    carried = delta_carry(delta, takes, fresh);
    assert_int_equal(carried[0], TAKE_YES);
    free(carried);
    delta_free(fresh);
    carried = delta_carry(delta, takes, delta);
    assert_memory_equal(carried, takes, sizeof takes);
    free(carried);
    delta_free(delta);
}

/* What is added or rewired as before stays undecided, whatever becomes of prompts beside it. */
static void test_carry_nodes(void **state)
{
    struct delta *delta = made(), *fresh;
    enum take takes[16] = { TAKE_OPEN };
    enum take *carried;

    (void)state;
    fresh = delta_new(nodes(before),
        nodes("[{'id':'n','kind':'llm','prompt':'New!','inputs':['q'],'tools':[]},"
              "{'id':'a','kind':'llm','prompt':'Other.','inputs':['q','n'],'tools':[]},"
              "{'id':'b','kind':'agent','prompt':'Same.','inputs':['q'],'tools':['t']},"
              "{'id':'d','kind':'llm','inputs':['b'],'tools':[]}]"));
    carried = delta_carry(delta, takes, fresh);
    for (size_t i = 0; i < fresh->count; i++) {
        const char *id = fresh->items[i].id;
        bool as_before = fresh->items[i].kind == DELTA_REMOVED ||
                         (fresh->items[i].kind == DELTA_REWIRED && strcmp(id, "b") != 0);

        assert_int_equal(carried[i], as_before ? TAKE_OPEN : TAKE_YES);
    }
    free(carried);
    delta_free(fresh);
    delta_free(delta);
}

static bool shows(struct delta_view *view, const struct delta *delta, const char *words)
{
    struct canvas canvas = { 0 };
    struct str text = STR_INIT;
    struct pane pane;
    bool found;

    canvas_resize(&canvas, 60, 20);
    pane = canvas_pane(&canvas);
    delta_view_draw(view, delta, NULL, 1, &pane, true);
    canvas_dump(&canvas, false, &text);
    found = strstr(str_text(&text), words) != NULL;
    str_free(&text);
    canvas_free(&canvas);
    return found;
}

/* Changes of white space alone are named and can still be selected; others are shown as before. */
static void test_white_space(void **state)
{
    struct delta *delta =
        delta_new(nodes("[{'id':'a','prompt':'One  line.\\nTwo.\\nThree.\\nFour.'}]"),
            nodes("[{'id':'a','prompt':'One line.\\nTwo.\\n Three. \\nFive.'}]"));
    struct delta_view view = { 0 };

    (void)state;
    assert_true(shows(&view, delta, "- One  line."));
    assert_true(delta_view_act(&view, ACTION_WHITE_SPACE));
    assert_false(shows(&view, delta, "One  line."));
    assert_true(shows(&view, delta, "... white space ..."));
    assert_true(shows(&view, delta, "+ Five."));
    assert_true(delta_view_act(&view, ACTION_NEXT));
    assert_int_equal(view.doc.selected, 1);
    assert_true(delta_view_act(&view, ACTION_SIDE_BY_SIDE));
    assert_true(shows(&view, delta, "... white space ..."));
    assert_true(delta_view_act(&view, ACTION_WHITE_SPACE));
    assert_true(shows(&view, delta, "One  line."));
    delta_view_free(&view);
    delta_free(delta);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_or_none),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_any_choice),
        cmocka_unit_test(test_pending),
        cmocka_unit_test(test_edit),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_white_space),
        cmocka_unit_test(test_carry),
        cmocka_unit_test(test_carry_nodes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
