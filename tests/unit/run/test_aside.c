/* What is kept for the tests at the end, seen by how many calls the search still gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aside.h"
#include "json.h"
#include "mem.h"

enum { ASKED = 400, TEST_EXAMPLES = 10, TOKENS_A_CALL = 50 };

/* ---- a provider that answers at once ---- */

struct attempt {
    struct post post;
    struct provider_call *call;
};

struct rig {
    uv_loop_t loop;
    struct client *client;
    const struct llm_model *model;
    struct llm_call calls[ASKED];
    unsigned asked, replies, done;
};

static void answer(struct post *post)
{
    struct provider_call *call = ((struct attempt *)post)->call;
    struct llm_reply *reply = llm_reply_new(text_from("yes"));

    free(post);
    reply->usage = (struct llm_usage){ .in = TOKENS_A_CALL - 1, .out = 1 };
    call->usage_known = true;
    call->done(call, reply, NULL);
}

static void start(void *ctx, struct provider_call *call)
{
    struct rig *rig = ctx;
    struct attempt *attempt = mem_zalloc(1, sizeof *attempt);

    attempt->post.run = answer;
    attempt->call = call;
    client_post(rig->client, &attempt->post);
}

static void cancel(void *ctx, struct provider_call *call)
{
    (void)ctx;
    (void)call;
}

static const struct provider provider = { .api = "test", .start = start, .cancel = cancel };

static void on_done(struct llm_call *call)
{
    struct rig *rig = call->data;

    rig->done++;
    rig->replies += call->reply != NULL;
    llm_reply_unref(call->reply);
    llm_request_unref(call->request);
}

static void rig_open(struct rig *rig, const struct limits *limits)
{
    struct client_options options = { .loop = &rig->loop,
        .concurrency = 1,
        .limit_calls = limits->calls,
        .limit_tokens = limits->tokens,
        .provider = &provider,
        .provider_ctx = rig };
    struct err err = { 0 };

    *rig = (struct rig){ 0 };
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    rig->client = client_open(&options);
    rig->model = client_open_model(rig->client, "test", "{\"model\":\"builtin\"}", &err);
    assert_non_null(rig->model);
}

static void rig_close(struct rig *rig)
{
    client_close(rig->client);
    (void)uv_run(&rig->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
}

/* Asks for so many different things, one after the other, until a limit stops it; how many were
 * answered. */
static unsigned ask(struct rig *rig, unsigned count)
{
    unsigned before = rig->replies;

    for (unsigned i = 0; i < count && rig->asked < ASKED; i++) {
        struct llm_call *call = &rig->calls[rig->asked];
        char text[32];
        struct llm_message message;

        (void)snprintf(text, sizeof text, "ask %u", rig->asked++);
        message = llm_message_new(MESSAGE_USER, text_from(text));
        *call = (struct llm_call){ .request = llm_request_new(rig->model, LLM_EXECUTOR, &message, 1,
                                       NULL, 0, NULL, NULL, 0),
            .on_done = on_done,
            .data = rig };
        client_start(rig->client, call);
        while (rig->done < rig->asked)
            (void)uv_run(&rig->loop, UV_RUN_ONCE);
    }
    return rig->replies - before;
}

/* ---- workflows ---- */

static const char *const fields[] = { "question" };
static const char *const tools[] = { "search" };
static const struct workflow_scope scope = {
    .fields = fields, .field_count = 1, .tools = tools, .tool_count = 1
};

/* So many model steps in a row behind a search. */
static const struct workflow *chain(unsigned steps)
{
    struct str text = STR_INIT;
    struct err err = { 0 };
    struct json_doc *doc;
    const struct workflow *workflow;

    str_add(&text, "{\"nodes\":[{\"id\":\"s\",\"kind\":\"tool\",\"description\":\"d\",\"inputs\":"
                   "[\"question\"],\"tools\":[\"search\"]}");
    for (unsigned i = 0; i < steps; i++) {
        char before[16];

        (void)snprintf(before, sizeof before, "n%u", i - 1);
        str_addf(&text,
            ",{\"id\":\"n%u\",\"kind\":\"llm\",\"description\":\"d\",\"prompt\":\"p\",\"inputs\":["
            "\"%s\"]}",
            i, i == 0 ? "s" : before);
    }
    str_add(&text, "]}");
    doc = json_parse("chain", 1, str_text(&text), text.len, JSON_STRICT, &err);
    assert_non_null(doc);
    workflow = workflow_from_json("chain", json_root(doc), &scope, &err);
    if (workflow == NULL)
        fail_msg("%s", err.message);
    json_free(doc);
    str_free(&text);
    return workflow;
}

/* ---- tests ---- */

struct scene {
    struct task task;
    struct rig rig;
    const struct workflow *one, *twelve;
};

static struct scene *scene_open(uint64_t calls, uint64_t tokens)
{
    struct scene *scene = mem_zalloc(1, sizeof *scene);

    scene->task.splits[SPLIT_TEST].count = TEST_EXAMPLES;
    scene->task.optimizer.outer = true;
    scene->task.limits = (struct limits){ .calls = calls, .tokens = tokens };
    scene->one = chain(1);
    scene->twelve = chain(12);
    rig_open(&scene->rig, &scene->task.limits);
    return scene;
}

static void scene_close(struct scene *scene)
{
    rig_close(&scene->rig);
    workflow_unref(scene->one);
    workflow_unref(scene->twelve);
    free(scene);
}

static void renew(
    struct scene *scene, const struct workflow *best, const struct workflow *candidate)
{
    const struct aside aside = { &scene->task, scene->one, best, candidate };

    aside_renew(&aside, scene->rig.client);
}

/* Room for a start of one step and a best of four, half of the limit at most. */
static void test_at_the_start(void **state)
{
    static const uint64_t limits[][2] = { { 200, 150 }, { 60, 30 }, { 7, 4 } };

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct scene *scene = scene_open(limits[i][0], 0);

        renew(scene, NULL, NULL);
        assert_int_equal(ask(&scene->rig, ASKED), limits[i][1]);
        scene_close(scene);
    }
}

/* A best workflow that is much larger is still tested: start and best are 130 calls of 200. */
static void test_the_best_grows(void **state)
{
    struct scene *scene = scene_open(200, 0);

    (void)state;
    renew(scene, NULL, NULL);
    assert_int_equal(ask(&scene->rig, 40), 40);
    renew(scene, scene->one, scene->twelve); /* about to be scored */
    assert_int_equal(ask(&scene->rig, 10), 10);
    renew(scene, scene->twelve, NULL);
    assert_int_equal(ask(&scene->rig, ASKED / 2), 20); /* 200 - 130 - 50 */
    client_release_reserve(scene->rig.client);
    assert_int_equal(ask(&scene->rig, 140), 130);
    scene_close(scene);
}

/* It was not better: its room goes back to the search. */
static void test_the_candidate_is_dropped(void **state)
{
    struct scene *scene = scene_open(200, 0);

    (void)state;
    renew(scene, scene->one, scene->twelve);
    renew(scene, scene->one, NULL);
    assert_int_equal(ask(&scene->rig, ASKED), 150);
    scene_close(scene);
}

/* What is not there any more cannot be set aside; what was before stays. */
static void test_too_late(void **state)
{
    struct scene *scene = scene_open(200, 0);

    (void)state;
    renew(scene, NULL, NULL);
    assert_int_equal(ask(&scene->rig, 120), 120);
    renew(scene, scene->twelve, NULL);
    assert_int_equal(ask(&scene->rig, 100), 30);
    scene_close(scene);
}

/* Tokens by what calls have cost so far, a quarter more, and the last call's worst case. */
static void test_tokens(void **state)
{
    const uint64_t limit = 20000;
    struct scene *scene = scene_open(0, limit);
    uint64_t worst, aside, used;

    (void)state;
    assert_int_equal(ask(&scene->rig, 30), 30);
    renew(scene, scene->twelve, NULL);
    worst = client_counts(scene->rig.client).worst_tokens;
    aside = 130 * TOKENS_A_CALL * 5 / 4 + worst;
    (void)ask(&scene->rig, ASKED);
    used = (uint64_t)scene->rig.replies * TOKENS_A_CALL;
    assert_true(used + aside <= limit);
    assert_true(used + aside + worst + TOKENS_A_CALL > limit);
    scene_close(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_the_start),
        cmocka_unit_test(test_the_best_grows),
        cmocka_unit_test(test_the_candidate_is_dropped),
        cmocka_unit_test(test_too_late),
        cmocka_unit_test(test_tokens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
