#include "check.h"

#include <math.h>
#include <string.h>

/* Replies in the order of the questions of one template; the last one repeats. */
struct script {
    const char *const *sketches;
    size_t sketch_count, sketch_at;
    const char *const *executors;
    size_t executor_count, executor_at;
};

static cJSON *scripted(struct fake *fake, const struct meta_request *request)
{
    struct script *script = fake->data;

    if (request->template == TEMPLATE_OPTIM_WORKFLOW && script->sketch_count > 0) {
        size_t at = script->sketch_at++;

        return cJSON_Parse(
            script->sketches[at < script->sketch_count ? at : script->sketch_count - 1]);
    }
    if (request->template == TEMPLATE_GENERATE && script->executor_count > 0) {
        size_t at = script->executor_at++;

        return cJSON_Parse(
            script->executors[at < script->executor_count ? at : script->executor_count - 1]);
    }
    return fake_answer(fake, request);
}

#define STEP_ANSWER(inputs) \
    "{\"id\":\"answer\",\"status\":\"reuse\",\"kind\":\"llm\",\"description\":\"answers\"," \
    "\"inputs\":[" inputs "],\"tools\":[],\"replaces\":[]}"
#define STEP_FIND(tool) \
    "{\"id\":\"find\",\"status\":\"new\",\"kind\":\"agent\",\"description\":\"finds " \
    "passages\",\"inputs\":" \
    "[\"question\"],\"tools\":[\"" tool "\"],\"replaces\":[]}"
#define STEP_CHECK \
    "{\"id\":\"check\",\"status\":\"new\",\"kind\":\"llm\",\"description\":\"checks\",\"inputs\":" \
    "[\"find\"]," \
    "\"tools\":[],\"replaces\":[]}"
#define SKETCH(steps) "{\"steps\":[" steps "],\"changes_made\":[\"looks it up first\"]}"

static const char good[] =
    SKETCH(STEP_FIND("search") "," STEP_CHECK "," STEP_ANSWER("\"question\",\"check\""));
static const char bad_tool[] = SKETCH(STEP_FIND("serch") "," STEP_ANSWER("\"question\",\"find\""));
static const char dangling[] = SKETCH(STEP_FIND("search") "," STEP_ANSWER("\"found\""));
static const char nothing[] = "{\"steps\":[],\"changes_made\":[]}";

static void open_outer(struct fake *fake, struct script *script)
{
    fake_open(fake, NULL);
    fake->answer = scripted;
    fake->data = script;
    fake->options.inner = false;
    fake->options.rounds = 1;
    fake->input.train_count = 5;
}

static void test_new_steps_get_executors(void **state)
{
    static const char *const sketches[] = { good };
    struct script script = { .sketches = sketches, .sketch_count = 1 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    result = run_ok(&fake);
    assert_int_equal(fake.asks, 1 + 1); /* both executors at once */
    assert_int_equal(fake_count(&fake.messages, "generate <task>Say it.</task>"), 2);
    assert_non_null(strstr(str_text(&fake.messages), "<step>find: finds passages (agent)</step>"));
    assert_non_null(strstr(str_text(&fake.messages), "<step>check: checks (llm)</step>"));
    assert_non_null(strstr(str_text(&fake.messages), "<samples><sample>## question"));
    assert_non_null(strstr(str_text(&fake.messages), "<fields>question</fields>"));
    assert_non_null(strstr(str_text(&fake.messages), "<tools>search: finds passages</tools>"));
    assert_non_null(strstr(str_text(&fake.facts),
        "proposal ordinal=1 batch=1 round=1 step=1 sketch before=w0 after=w1 evidence=null\n"));
    assert_non_null(strstr(str_text(&fake.json), "\"nodes_added\":[{\"id\":\"find\""));
    assert_non_null(strstr(str_text(&fake.json), "\"changes\":[\"looks it up first\"]"));
    assert_non_null(
        strstr(str_text(&fake.json), "\"prompt\":\"Answer.\"")); /* reused with its prompt */
    optimize_result_free(&result);
    fake_close(&fake);
}

/* Refused twice, with the reason and the refused sketch shown, then right. */
static void test_repairs(void **state)
{
    static const char *const sketches[] = { bad_tool, dangling, good };
    struct script script = { .sketches = sketches, .sketch_count = 3 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "optim-workflow"), 3);
    assert_int_equal(fake_count(&fake.messages, "<refused>(nothing)</refused>"), 1 + 2);
    assert_non_null(strstr(str_text(&fake.messages), "\"search\""));
    assert_int_equal(fake_count(&fake.messages, "The refused reply: {\"steps\""), 2);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 0);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 1);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* At most two repairs; then a warning with the last reason, and the round goes on without. */
static void test_too_many_repairs(void **state)
{
    static const char *const sketches[] = { bad_tool, dangling, nothing, good };
    struct script script = { .sketches = sketches, .sketch_count = 4 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    fake.options.inner = true;
    fake.options.inner_steps = 1;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "optim-workflow"), 3);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
    assert_non_null(
        strstr(str_text(&fake.facts), "warning batch=1 round=1 step=1 the sketch update came to "
                                      "nothing; the sketch stays as it is\n"));
    assert_non_null(strstr(str_text(&fake.facts), "prompts before=w0"));
    optimize_result_free(&result);
    fake_close(&fake);
}

/* The same sketch in other words is no proposal. */
static void test_unchanged_sketch(void **state)
{
    static const char *const sketches[] = { SKETCH(STEP_ANSWER("\"question\"")) };
    struct script script = { .sketches = sketches, .sketch_count = 1 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    fake.options.rounds = 3;
    result = run_ok(&fake);
    assert_int_equal(fake.rollouts, 1);
    assert_int_equal(fake.questions, 1);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* The same steps in another order are no proposal either. */
static void test_reordered_sketch(void **state)
{
    static const char start[] =
        "{\"nodes\":[{\"id\":\"a\",\"kind\":\"llm\",\"description\":\"x\",\"prompt\":\"A\","
        "\"inputs\":[\"question\"]},{\"id\":\"b\",\"kind\":\"llm\",\"description\":\"x\","
        "\"prompt\":\"B\",\"inputs\":[\"question\"]},{\"id\":\"c\",\"kind\":\"llm\","
        "\"description\":\"x\",\"prompt\":\"C\",\"inputs\":[\"a\",\"b\"]}]}";
#define STEP(id, inputs) \
    "{\"id\":\"" id \
    "\",\"status\":\"reuse\",\"kind\":\"llm\",\"description\":\"x\",\"inputs\":[" inputs \
    "],\"tools\":[],\"replaces\":[]}"
    static const char *const sketches[] = { SKETCH(
        STEP("b", "\"question\"") "," STEP("a", "\"question\"") "," STEP("c", "\"a\",\"b\"")) };
    struct script script = { .sketches = sketches, .sketch_count = 1 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    fake_open(&fake, start);
    fake.answer = scripted;
    fake.data = &script;
    fake.options.inner = false;
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
    assert_ptr_equal(result.best, fake.input.start);
    optimize_result_free(&result);
    fake_close(&fake);
}

#define EXECUTOR(type, prompt) \
    "{\"name\":\"x\",\"type\":\"" type "\",\"description\":\"y\",\"prompt\":\"" prompt "\"}"

/* The first wave: find gets the wrong type, check an empty prompt; both are corrected, each by
 * itself. */
static void test_executors_are_corrected(void **state)
{
    static const char *const sketches[] = { good };
    static const char *const executors[] = { EXECUTOR("LLMExecutor", "Find."),
        EXECUTOR("LLMExecutor", ""), EXECUTOR("ToolExecutor", "Find +."),
        EXECUTOR("LLMExecutor", "Check +.") };
    struct script script = { sketches, 1, 0, executors, 4, 0 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    result = run_ok(&fake);
    assert_int_equal(fake.asks, 1 + 2);
    assert_int_equal(fake_count(&fake.messages, "ToolExecutor"), 1);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 0);
    assert_true(fabs(result.validation - 0.2) < 1e-9);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* An executor that cannot be had drops the sketch: asked three times, one warning that names it. */
static void test_executor_that_stays_bad(void **state)
{
    static const char *const sketches[] = { good };
    static const char *const executors[] = { EXECUTOR(
        "ToolExecutor", "Find.") }; /* wrong for check */
    struct script script = { sketches, 1, 0, executors, 1, 0 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    result = run_ok(&fake);
    assert_int_equal(fake_count(&fake.messages, "<step>find"), 1);
    assert_int_equal(fake_count(&fake.messages, "<step>check"), 3);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
    assert_non_null(strstr(str_text(&fake.json), "\"executor: check: "));
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
    assert_ptr_equal(result.best, fake.input.start);
    optimize_result_free(&result);
    fake_close(&fake);
}

static cJSON *lose_executors(struct fake *fake, const struct meta_request *request)
{
    return request->template == TEMPLATE_GENERATE ? NULL : scripted(fake, request);
}

static void test_lost_executor(void **state)
{
    static const char *const sketches[] = { good };
    struct script script = { .sketches = sketches, .sketch_count = 1 };
    struct fake fake;
    struct optimize_result result;

    (void)state;
    open_outer(&fake, &script);
    fake.answer = lose_executors;
    result = run_ok(&fake);
    assert_int_equal(fake.asks, 2);
    assert_int_equal(fake_count(&fake.json, "the endpoint gave up"), 2);
    assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
    optimize_result_free(&result);
    fake_close(&fake);
}

/* Hostile replies of every kind are refused in words, never followed. */
static void test_hostile_sketches(void **state)
{
    static const char *const sketches[] = { "[]", "{\"steps\":7}", "{\"steps\":[null]}",
        "{\"steps\":[{\"id\":\"\\u001b[2J\",\"status\":\"new\",\"kind\":\"llm\",\"description\":"
        "\"d\",\"inputs\":"
        "[\"question\"],\"tools\":[],\"replaces\":[]}]}",
        SKETCH(STEP_ANSWER("\"answer\"")),
        SKETCH(STEP_FIND("search") "," STEP_ANSWER("\"question\"")) };

    (void)state;
    for (size_t i = 0; i < sizeof sketches / sizeof *sketches; i++) {
        struct script script = { .sketches = &sketches[i], .sketch_count = 1 };
        struct fake fake;
        struct optimize_result result;

        open_outer(&fake, &script);
        result = run_ok(&fake);
        assert_int_equal(fake.questions, 3);
        assert_int_equal(fake_count(&fake.json, "{\"type\":\"warning\""), 1);
        assert_int_equal(fake_count(&fake.json, "{\"type\":\"proposal\""), 0);
        optimize_result_free(&result);
        fake_close(&fake);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new_steps_get_executors),
        cmocka_unit_test(test_repairs),
        cmocka_unit_test(test_too_many_repairs),
        cmocka_unit_test(test_unchanged_sketch),
        cmocka_unit_test(test_reordered_sketch),
        cmocka_unit_test(test_executors_are_corrected),
        cmocka_unit_test(test_executor_that_stays_bad),
        cmocka_unit_test(test_lost_executor),
        cmocka_unit_test(test_hostile_sketches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
