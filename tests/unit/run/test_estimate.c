/* The estimate by its own arithmetic, on a task whose sizes are small enough to count by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "estimate.h"
#include "json.h"
#include "model.h"

static const char *const fields[] = { "question" };
static const struct workflow_scope scope = { .fields = fields, .field_count = 1 };

static const struct workflow *one_step(void)
{
    static const char text[] = "{\"nodes\":[{\"id\":\"a\",\"kind\":\"llm\",\"description\":\"d\","
                               "\"prompt\":\"p\",\"inputs\":[\"question\"]}]}";
    struct err err = { 0 };
    struct json_doc *doc = json_parse("flow", 1, text, sizeof text - 1, JSON_STRICT, &err);
    const struct workflow *workflow = workflow_from_json("flow", json_root(doc), &scope, &err);

    assert_non_null(workflow);
    json_free(doc);
    return workflow;
}

struct scene {
    struct task task;
    struct task_model models[2];
    const struct llm_model *opened[2];
    const struct workflow *start;
    struct estimate estimate;
};

static char executor_name[] = "executor", meta_name[] = "meta";

/* 10 examples in 2 batches, 2 rounds of one outer and 3 inner steps; 5 to validate, 20 to test. */
static struct scene scene_open(const char *executor, const char *meta)
{
    struct scene scene = { .task = { .optimizer = { .epochs = 1,
                                         .batch = 5,
                                         .rounds = 2,
                                         .inner_steps = 3,
                                         .outer = true },
                               .limits = { .concurrency = 4 } },
        .start = one_step() };
    const char *settings[] = { executor, meta };

    scene.task.splits[SPLIT_TRAIN].count = 10;
    scene.task.splits[SPLIT_VALIDATION].count = 5;
    scene.task.splits[SPLIT_TEST].count = 20;
    scene.models[0].name = executor_name;
    scene.models[1].name = meta_name;
    scene.task.model_count = 2;
    for (size_t i = 0; i < 2; i++) {
        struct err err = { 0 };

        scene.opened[i] = model_open("test", settings[i], 0, &err);
        if (scene.opened[i] == NULL)
            fail_msg("%s", err.message);
    }
    return scene;
}

static void estimate(struct scene *scene)
{
    scene->task.models = scene->models;
    scene->estimate = estimate_run(&scene->task, scene->start, scene->opened);
}

static void scene_close(struct scene *scene)
{
    workflow_unref(scene->start);
    for (size_t i = 0; i < 2; i++)
        model_free((struct llm_model *)scene->opened[i]);
}

static void expect_near(double is, double wanted)
{
    if (!(fabs(is - wanted) < 1e-9))
        fail_msg("%g instead of %g", is, wanted);
}

#define REMOTE(price) \
    "{\"model\":\"m\",\"base_url\":\"http://127.0.0.1:1/v1\",\"max_tokens\":100" price "}"

static void test_calls(void **state)
{
    struct scene scene = scene_open("{\"model\":\"builtin\"}", "{\"model\":\"builtin\"}");
    const struct estimate_role *roles = scene.estimate.roles;

    (void)state;
    estimate(&scene);
    assert_int_equal(scene.estimate.nodes, 4);
    /* 10 examples × 8 steps + 5 × (2 batches + the baseline) + 2 × 20, for each of 1 or 4 steps */
    assert_int_equal(roles[ESTIMATE_EXECUTOR].calls[ESTIMATE_LIKELY], (135 + 1) / 2);
    assert_int_equal(roles[ESTIMATE_EXECUTOR].calls[ESTIMATE_MOST], 4 * 135);
    /* gradients 10 × (2 + 6 n), updates 2 × (2 × 3 + 6 n) */
    assert_int_equal(roles[ESTIMATE_META].calls[ESTIMATE_LIKELY], (80 + 24) / 2);
    assert_int_equal(roles[ESTIMATE_META].calls[ESTIMATE_MOST], 10 * 26 + 2 * 30);
    scene.task.optimizer.outer = false;
    estimate(&scene);
    assert_int_equal(scene.estimate.nodes, 1);
    assert_int_equal(roles[ESTIMATE_META].calls[ESTIMATE_MOST], 10 * 6 + 2 * 6);
    scene_close(&scene);
}

/* Each role at its own price, for what goes in and for what comes out. */
static void test_usd_by_role(void **state)
{
    struct scene scene = scene_open(REMOTE(",\"price\":{\"in\":1,\"out\":4}"),
        REMOTE(",\"price\":{\"in\":10,\"cached\":1,\"out\":30}"));
    cJSON *json;

    (void)state;
    estimate(&scene);
    assert_true(estimate_has_usd(&scene.estimate));
    for (int column = 0; column < ESTIMATES; column++) {
        const struct estimate_role *roles = scene.estimate.roles;
        double executor =
            (double)roles[0].calls[column] * (double)(roles[0].in * 1 + roles[0].out * 4) / 1e6;
        double meta =
            (double)roles[1].calls[column] * (double)(roles[1].in * 10 + roles[1].out * 30) / 1e6;

        assert_true(roles[0].usd[column] > 0 && roles[1].usd[column] > 0);
        expect_near(roles[0].usd[column], executor);
        expect_near(estimate_usd(&scene.estimate, column), executor + meta);
    }
    json = estimate_to_json(&scene.estimate);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "usd")), 2);
    expect_near(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "usd_meta"), 1)->valuedouble,
        scene.estimate.roles[1].usd[1]);
    cJSON_Delete(json);
    scene_close(&scene);
}

static void expect_text(const struct estimate *estimate, const char *words, bool is_there)
{
    char *text = estimate_to_text(estimate);

    if ((strstr(text, words) != NULL) != is_there)
        fail_msg("\"%s\" is %sin:\n%s", words, is_there ? "not " : "", text);
    free(text);
}

/* Unknown where a model has no price, and only there: it is named. */
static void test_without_a_price(void **state)
{
    struct scene scene =
        scene_open(REMOTE(""), REMOTE(",\"price\":{\"in\":10,\"cached\":1,\"out\":30}"));
    cJSON *json;

    (void)state;
    estimate(&scene);
    assert_false(estimate_has_usd(&scene.estimate));
    json = estimate_to_json(&scene.estimate);
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "usd")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "usd_executor")));
    assert_true(cJSON_IsArray(cJSON_GetObjectItem(json, "usd_meta")));
    cJSON_Delete(json);
    expect_text(&scene.estimate, "executor unknown", true);
    expect_text(&scene.estimate, "meta unknown", false);
    expect_text(&scene.estimate, "1 s a call", true);
    scene_close(&scene);
}

static void test_builtin_is_free(void **state)
{
    struct scene scene = scene_open("{\"model\":\"builtin\"}", "{\"model\":\"builtin\"}");

    (void)state;
    estimate(&scene);
    assert_true(estimate_has_usd(&scene.estimate));
    assert_true(estimate_usd(&scene.estimate, ESTIMATE_MOST) == 0);
    expect_text(&scene.estimate, "unknown", false);
    scene_close(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_usd_by_role),
        cmocka_unit_test(test_without_a_price),
        cmocka_unit_test(test_builtin_is_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
