/* Cuts: cancellation at any moment, limits at every call; and what the journal makes of it
 * afterwards. */
#include "rig.h"

#define GRAPH \
    "a llm question A lost\ns tool a,question\nb llm s,question B garbage json\ng agent question " \
    "G\nd llm b,g D"

static char *make_folder(void)
{
    char *folder = mem_strdup("/tmp/flowbot-pass-XXXXXX");

    assert_non_null(mkdtemp(folder));
    return folder;
}

static void drop_folder(char *folder)
{
    char *command = mem_printf("rm -rf '%s'", folder);

    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
    free(folder);
}

static void on_cancel_time(uv_timer_t *timer)
{
    pass_cancel(timer->data);
    pass_cancel(timer->data);
    uv_close((uv_handle_t *)timer, NULL);
}

static void test_cancel_at_any_moment(void **state)
{
    struct workflow *workflow = rig_workflow(GRAPH);
    unsigned cut = 0;

    (void)state;
    for (unsigned seed = 0; seed < 100; seed++) {
        struct rig_pass pass;
        uv_timer_t timer;
        struct rig rig;

        rig_open(&rig,
            &(struct rig_options){ .seed = seed, .concurrency = 1 + seed % 20, .shuffle_ms = 3 });
        rig_start(&rig, &pass, workflow, seed % 2 ? BACKWARD_BACKPROP : BACKWARD_WORKFLOW, true);
        timer.data = &pass.pass;
        uv_timer_init(&rig.loop, &timer);
        uv_timer_start(&timer, on_cancel_time, seed % 40, 0);
        rig_run(&rig);
        assert_int_equal(pass.done, 1);
        cut += pass.pass.error.code == ERR_CANCELLED;
        rollout_free(pass.pass.result);
        rig_close(&rig);
    }
    assert_true(cut > 50);
    workflow_unref(workflow);
}

static void test_limit_at_every_call(void **state)
{
    struct workflow *workflow = rig_workflow("a llm question A\nb llm a B lost");
    uint64_t limit = 0;
    bool whole = false;

    (void)state;
    while (!whole) {
        struct rig_pass pass;
        struct rig rig;

        limit++;
        rig_open(
            &rig, &(struct rig_options){ .seed = limit, .shuffle_ms = 1, .limit_calls = limit });
        rig_start(&rig, &pass, workflow, BACKWARD_BACKPROP, true);
        rig_run(&rig);
        assert_int_equal(pass.done, 1);
        whole = pass.pass.result != NULL;
        if (!whole) {
            assert_int_equal(pass.pass.error.code, ERR_LIMIT);
            assert_non_null(strstr(pass.pass.error.message, "limits.calls"));
            assert_int_equal(
                client_counts(rig.client).paid[0] + client_counts(rig.client).paid[1], limit);
        }
        rollout_free(pass.pass.result);
        rig_close(&rig);
    }
    assert_int_equal(limit, 80); /* 20 examples: two steps, two gradients */
    workflow_unref(workflow);
}

/* Cut again and again by a limit that grows, the pass ends with the result of the uncut one, and no
 * call is paid twice. */
static void test_resume_pays_nothing_twice(void **state)
{
    char *whole = rig_once(&(struct rig_options){ 0 }, GRAPH, BACKWARD_BACKPROP);
    struct workflow *workflow = rig_workflow(GRAPH);
    char *folder = make_folder();
    char *resumed = NULL;
    uint64_t paid = 0, distinct = 0;

    (void)state;
    for (unsigned turn = 0; resumed == NULL; turn++) {
        struct rig_pass pass;
        struct client_counts counts;
        struct rig rig;

        rig_open(&rig, &(struct rig_options){ .seed = turn,
                           .shuffle_ms = 2,
                           .limit_calls = 1 + turn * 29,
                           .folder = folder,
                           .create = turn == 0 });
        rig_start(&rig, &pass, workflow, BACKWARD_BACKPROP, true);
        rig_run(&rig);
        counts = client_counts(rig.client);
        paid += counts.paid[0] + counts.paid[1];
        distinct = counts.calls[0] + counts.calls[1];
        if (pass.pass.result != NULL)
            resumed = rig_describe(pass.pass.result);
        else
            assert_int_equal(pass.pass.error.code, ERR_LIMIT);
        rollout_free(pass.pass.result);
        rig_close(&rig);
    }
    assert_string_equal(resumed, whole);
    assert_int_equal(paid, distinct);
    free(resumed);
    resumed = rig_once(&(struct rig_options){ .folder = folder }, GRAPH, BACKWARD_BACKPROP);
    assert_string_equal(resumed, whole);
    free(resumed);
    free(whole);
    drop_folder(folder);
    workflow_unref(workflow);
}

/* The journal answers everything: the model is not asked at all, lost calls stay lost. */
static void test_resume_without_the_model(void **state)
{
    struct workflow *workflow = rig_workflow(GRAPH);
    char *folder = make_folder();
    char *first = rig_once(
        &(struct rig_options){ .folder = folder, .create = true }, GRAPH, BACKWARD_BACKPROP);
    struct rig_pass pass;
    struct rig rig;
    char *second;

    (void)state;
    rig_open(&rig, &(struct rig_options){ .folder = folder });
    rig_start(&rig, &pass, workflow, BACKWARD_BACKPROP, true);
    rig_run(&rig);
    second = rig_describe(pass.pass.result);
    assert_int_equal(rig.script.starts, 0);
    assert_string_equal(first, second);
    free(first);
    free(second);
    rollout_free(pass.pass.result);
    rig_close(&rig);
    drop_folder(folder);
    workflow_unref(workflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cancel_at_any_moment),
        cmocka_unit_test(test_limit_at_every_call),
        cmocka_unit_test(test_resume_pays_nothing_twice),
        cmocka_unit_test(test_resume_without_the_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
