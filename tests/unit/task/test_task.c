#include "task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "mem.h"

static const char qa[] = "[{\"id\":\"q1\",\"question\":\"one?\",\"target\":\"1\"},{\"id\":2,"
                         "\"question\":\"two?\",\"target\":2},"
                         "{\"question\":\"three?\",\"target\":\"3\"},{\"id\":\"q1\",\"question\":"
                         "\"four?\",\"target\":\"4\"}]";

static const char minimal[] = "{ // a task\n"
                              "  \"task\": \"Answer.\",\n"
                              "  \"data\": { \"format\": \"fields\", \"file\": \"qa.json\",\n"
                              "    \"split\": { \"train\": 2, \"validation\": 1, \"test\": 1 } },\n"
                              "  \"inputs\": [\"question\"],\n"
                              "  \"metric\": \"f1\",\n"
                              "  \"models\": { \"executor\": \"builtin\", \"meta\": { \"model\": "
                              "\"builtin\", \"x\": 1.50 } },\n"
                              "}\n";

static struct task *load_with(
    const char *text, const char *const *options, size_t count, struct err *err)
{
    char *path = in_folder("task.json");
    struct task *task;

    write_text("task.json", text);
    task = task_load(path, options, count, err);
    free(path);
    return task;
}

static struct task *load_good(const char *text, const char *const *options, size_t count)
{
    struct err err = { 0 };
    struct task *task = load_with(text, options, count, &err);

    if (task == NULL)
        fail_msg("%s", err.message);
    return task;
}

static void test_defaults(void **state)
{
    struct task *task = load_good(minimal, NULL, 0);

    (void)state;
    assert_string_equal(task->description, "Answer.");
    assert_int_equal(task->input_count, 1);
    assert_string_equal(task->metric->name, "f1");
    assert_string_equal(task->optimizer.schedule, "paper");
    assert_int_equal(task->optimizer.epochs, 1);
    assert_int_equal(task->optimizer.batch, 5);
    assert_int_equal(task->optimizer.rounds, 2);
    assert_int_equal(task->optimizer.inner_steps, 5);
    assert_int_equal(task->optimizer.inner, INNER_MODULAR);
    assert_int_equal(task->optimizer.gradient, GRADIENT_BACKPROP);
    assert_true(task->optimizer.outer);
    assert_true(task->limits.calls == 0 && task->limits.tokens == 0);
    assert_true(task->limits.usd == 0 && task->limits.wall_s == 0);
    assert_int_equal(task->limits.concurrency, 64);
    assert_true(task->seed == 0);
    assert_int_equal(task->model_count, 2);
    assert_string_equal(task->models[0].settings, "{\"model\":\"builtin\"}");
    assert_string_equal(task->models[1].settings, "{\"model\":\"builtin\",\"x\":1.50}");
    assert_non_null(strstr(task->models[1].where, ":7:"));
    assert_non_null(strstr(task->models[1].where, "models."));
    assert_int_equal(task_find_model(task, "meta"), 1);
    assert_int_equal(task_find_model(task, "judge"), -1);
    assert_int_equal(task_find_tool(task, "search"), -1);
    task_free(task);
    task_free(NULL);
}

static const struct example *find_target(const struct task *task, const char *target)
{
    for (size_t i = 0; i < task->example_count; i++)
        if (strcmp(task->examples[i].target->data, target) == 0)
            return &task->examples[i];
    return NULL;
}

static void test_examples(void **state)
{
    struct task *task = load_good(minimal, NULL, 0);
    const struct example *first = find_target(task, "1");
    const struct example *fourth = find_target(task, "4");

    (void)state;
    assert_int_equal(task->example_count, 4);
    assert_int_equal(task->splits[SPLIT_TRAIN].count, 2);
    assert_int_equal(task->splits[SPLIT_VALIDATION].count, 1);
    assert_int_equal(task->splits[SPLIT_TEST].count, 1);
    assert_string_equal(find_target(task, "2")->id, "2");
    assert_string_equal(find_target(task, "2")->inputs[0]->data, "two?");
    assert_string_equal(find_target(task, "3")->id, "qa.json:3");
    /* two records with one id: the second is called by its place */
    assert_string_equal(first->id, "q1");
    assert_string_equal(fourth->id, "qa.json:4");
    assert_false(hash_equal(first->hash, fourth->hash));
    assert_false(hash_is_zero(task->data_hash));
    task_free(task);
}

static const char full[] =
    "{ \"task\": \"Say \\\"hi\\\"\\n\\u0007\", \"seed\": 12, \"inputs\": [\"question\", "
    "\"hint\"],\n"
    "  \"data\": { \"format\": \"fields\", \"fields\": { \"inputs\": { \"hint\": \"Hint text\" }, "
    "\"target\": \"gold\" },\n"
    "    \"train\": \"t.csv\", \"validation\": { \"file\": \"v.jsonl\", \"range\": [1, 3] }, "
    "\"test\": { \"file\": \"v.jsonl\", \"range\": [0, 1] } },\n"
    "  \"metric\": \"exact_match\",\n"
    "  \"models\": { \"executor\": { \"model\": \"builtin\" }, \"meta\": \"builtin\", \"judge\": "
    "\"builtin\", \"small\": { \"model\": \"builtin\" } },\n"
    "  \"tools\": { \"search\": { \"type\": \"search\", \"corpus\": \"v.jsonl\", \"top_k\": 7 }, "
    "\"other\": { \"type\": \"python\", \"memory_mb\": 99 } },\n"
    "  \"optimizer\": { \"schedule\": \"paper\", \"epochs\": 2, \"batch\": 3, \"rounds\": 1, "
    "\"inner_steps\": 0, \"inner\": \"joint\", \"gradient\": \"broadcast\", \"outer\": \"off\" },\n"
    "  \"limits\": { \"calls\": 60000, \"tokens\": 50000000, \"usd\": 20.1, \"wall_s\": 7200, "
    "\"concurrency\": 8 } }";

static void write_full_data(void)
{
    write_text("t.csv", "question,Hint text,gold\nq1,\"a\nb\",g1\nq2,h2,g2\nq2,h2,g2\n");
    write_text("v.jsonl", "{\"question\":\"v0\",\"Hint text\":true,\"gold\":\"x\"}\n"
                          "{\"question\":\"v1\",\"Hint text\":[1, \"b\"],\"gold\":\"x\"}\n"
                          "{\"question\":\"v\\u0000\",\"Hint text\":1e400,\"gold\":\"x\"}\n");
}

static void test_full(void **state)
{
    struct task *task;
    struct workflow_scope scope;

    (void)state;
    write_full_data();
    task = load_good(full, NULL, 0);
    assert_int_equal(task->example_count, 5);
    assert_int_equal(task->duplicates_dropped, 1);
    assert_string_equal(task->examples[0].inputs[1]->data, "a\nb");
    assert_string_equal(task->examples[2].inputs[1]->data, "[1,\"b\"]");
    assert_string_equal(task->examples[3].inputs[0]->data, "v\uFFFD");
    assert_string_equal(task->examples[3].inputs[1]->data, "1e400");
    assert_string_equal(task->examples[4].inputs[1]->data, "true");
    assert_int_equal(task->splits[SPLIT_TEST].items[0], 4);
    assert_int_equal(task->optimizer.inner, INNER_JOINT);
    assert_int_equal(task->optimizer.gradient, GRADIENT_BROADCAST);
    assert_int_equal(task->optimizer.inner_steps, 0);
    assert_false(task->optimizer.outer);
    assert_true(task->limits.usd == 20.1 && task->limits.tokens == 50000000);
    assert_int_equal(task->tool_count, 2);
    assert_non_null(strstr(task->tools[0].settings, "/v.jsonl\",\"top_k\":7}"));
    assert_string_equal(task->tools[1].settings,
        "{\"type\":\"python\",\"timeout_s\":10.000,\"memory_mb\":99,\"processes\":16}");
    scope = task_scope(task);
    assert_int_equal(scope.field_count + scope.tool_count + scope.model_count, 2 + 2 + 4);
    assert_string_equal(scope.tools[1], "other");
    assert_string_equal(scope.models[3], "small");
    task_scope_free(&scope);
    task_free(task);
}

static void expect_equal(const struct task *again, const struct task *task)
{
    assert_string_equal(again->canonical, task->canonical);
    assert_true(hash_equal(again->data_hash, task->data_hash));
    assert_int_equal(again->example_count, task->example_count);
    for (size_t i = 0; i < task->example_count; i++) {
        assert_string_equal(again->examples[i].id, task->examples[i].id);
        assert_true(hash_equal(again->examples[i].hash, task->examples[i].hash));
    }
    for (int split = 0; split < SPLIT_COUNT; split++)
        assert_memory_equal(again->splits[split].items, task->splits[split].items,
            task->splits[split].count * sizeof(size_t));
}

static void expect_round_trip(struct task *task)
{
    struct err err = { 0 };
    struct task *again = task_from_canonical(task->canonical, NULL, 0, &err);

    if (again == NULL)
        fail_msg("%s", err.message);
    else
        expect_equal(again, task);
    task_free(again);
    task_free(task);
}

static void test_canonical(void **state)
{
    struct task *task;

    (void)state;
    write_full_data();
    task = load_good(full, NULL, 0);
    assert_string_equal(task->description, "Say \"hi\"\n\a");
    assert_non_null(
        strstr(task->canonical, "\"usd\":20.1,\"wall_s\":7200,\"concurrency\":8},\"seed\":12}"));
    expect_round_trip(task);
    task = load_good(minimal, NULL, 0);
    assert_non_null(strstr(task->canonical, "\"batch\":5"));
    assert_non_null(strstr(task->canonical, "\"file\":\"/"));
    expect_round_trip(task);
}

static void test_overrides(void **state)
{
    static const char *const options[] = { "optimizer.batch=7", "optimizer.inner=joint",
        "limits.usd=1.5", "seed=3", "data.split.seed=5", "metric=exact_match",
        "models.judge=builtin", "task=1 + 1 = 2?\nSay it", "optimizer.batch=8",
        "inputs=[\"question\"]", "models.meta.x=\"1\"" };
    struct task *task = load_good(minimal, options, sizeof options / sizeof options[0]);

    (void)state;
    assert_int_equal(task->optimizer.batch, 8);
    assert_int_equal(task->optimizer.inner, INNER_JOINT);
    assert_int_equal(task->optimizer.rounds, 2);
    assert_true(task->limits.usd == 1.5 && task->seed == 3);
    assert_string_equal(task->metric->name, "exact_match");
    assert_int_equal(task_find_model(task, "judge"), 2);
    assert_string_equal(task->description, "1 + 1 = 2?\nSay it");
    assert_string_equal(task->models[1].settings, "{\"model\":\"builtin\",\"x\":\"1\"}");
    expect_round_trip(task);
}

static void test_settings_alone(void **state)
{
    struct err err = { 0 };
    char *path = in_folder("task.json");
    struct task *task;

    (void)state;
    write_text("task.json", full);
    write_text("t.csv", "broken \" file");
    task = task_load_settings(path, NULL, 0, &err);
    assert_non_null(task);
    assert_int_equal(task->example_count, 0);
    assert_true(hash_is_zero(task->data_hash));
    assert_int_equal(task->model_count, 4);
    task_free(task);
    assert_null(task_load(path, NULL, 0, &err));
    free(path);
}

/* A changed byte of the data is another data_hash; the same data in another order of reading is the
 * same. */
static void test_data_hash(void **state)
{
    struct task *before = load_good(minimal, NULL, 0);
    struct task *after;
    char *changed = mem_strdup(qa);

    (void)state;
    strstr(changed, "two?")[3] = '!';
    write_text("qa.json", changed);
    after = load_good(minimal, NULL, 0);
    assert_false(hash_equal(before->data_hash, after->data_hash));
    assert_string_equal(before->canonical, after->canonical);
    write_text("qa.json", qa);
    task_free(after);
    after = load_good(minimal, NULL, 0);
    assert_true(hash_equal(before->data_hash, after->data_hash));
    free(changed);
    task_free(before);
    task_free(after);
}

static int prepare(void **state)
{
    if (folder_make(state) != 0)
        return 1;
    write_text("qa.json", qa);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_settings_alone),
        cmocka_unit_test(test_data_hash),
    };

    return cmocka_run_group_tests(tests, prepare, folder_remove);
}
