/* Sessions: a live run with a person at it, a run that is watched, a run that is replayed. Whatever
 * a person did, the run resumed afterwards must repeat it. */
#include <math.h>

#include "clock.h"
#include "hash_map.h"
#include "session.h"
#include "sitting.h"

struct live {
    const struct place *place;
    enum review_mode review;
    struct flaky flaky;
    uv_loop_t loop;
    struct session *session;
    char id[64];
    void (*on_change)(struct live *live);
    int state; /* of the test */
    unsigned decisions;
    struct run_outcome outcome;
    bool is_over;
};

static void on_change(void *data)
{
    struct live *live = data;

    if (live->on_change != NULL)
        live->on_change(live);
    if (session_outcome(live->session) != NULL)
        live->is_over = true;
}

static struct run *make_run(struct live *live, const struct run_options *options, struct err *err)
{
    struct run_plan plan = { 0 };
    struct run *run = NULL;

    if (live->id[0] != '\0')
        return run_open(options, live->id, NULL, 0, false, err);
    if (run_plan_make(&plan, task_load(live->place->task, NULL, 0, err), NULL, NULL, err))
        run = run_create(options, &plan, live->review, err);
    run_plan_free(&plan);
    return run;
}

static void live_open(struct live *live)
{
    struct run_options options = {
        .store_folder = live->place->store,
        .provider = &flaky_provider,
        .provider_ctx = &live->flaky,
    };
    struct err err = { .code = ERR_NONE };
    struct run *run;

    live->is_over = false;
    live->flaky.log = -1;
    assert_int_equal(uv_loop_init(&live->loop), 0);
    flaky_open(&live->flaky, &live->loop);
    live->session = session_open_live(&live->loop);
    session_fill_options(live->session, &options);
    session_on_change(live->session, on_change, live);
    run = make_run(live, &options, &err);
    if (run == NULL || !session_start_live(live->session, run, &err))
        fail_msg("%s", err.message);
    (void)snprintf(live->id, sizeof live->id, "%s", run_id(run));
}

static void live_close(struct live *live)
{
    session_close(live->session);
    flaky_close(&live->flaky);
    (void)uv_run(&live->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&live->loop), 0);
}

static void live_wait(struct live *live)
{
    while (!live->is_over)
        (void)uv_run(&live->loop, UV_RUN_ONCE);
    live->outcome = *session_outcome(live->session);
}

static void live_run(struct live *live)
{
    live_open(live);
    live_wait(live);
}

static const struct run_view *view_of(const struct live *live)
{
    return session_view(live->session);
}

static void must_end(const struct live *live, int exit_code)
{
    if (live->outcome.exit_code != exit_code)
        fail_msg("exit code %d instead of %d: %s", live->outcome.exit_code, exit_code,
            live->outcome.err.message);
}

/* The stored run repeats itself, out of its journal alone: any difference is an error of its own.
 * Returns how many facts. */
static size_t must_repeat(const struct live *live)
{
    struct sitting again = { .place = live->place };
    size_t facts;

    (void)snprintf(again.id, sizeof again.id, "%s", live->id);
    sitting_run(&again);
    expect_outcome(&again, 0);
    assert_int_equal(again.flaky.asked, 0);
    assert_true(number_of(again.finished, "cached_calls") < 1e6);
    facts = again.fact_count;
    sitting_free(&again);
    return facts;
}

/* ---- decisions ---- */

static void must_decide(struct live *live, const struct answer *answer)
{
    struct err err = { .code = ERR_NONE };

    if (!session_decide(live->session, answer, &err))
        fail_msg("%s", err.message);
    live->decisions++;
}

static unsigned pending_number(const struct live *live)
{
    const cJSON *pending = view_of(live)->pending;

    return pending != NULL ? (unsigned)number_of(pending, "proposal") : 0;
}

static void refuse_nonsense(struct live *live, unsigned proposal)
{
    static const char *const bad[] = { "{", "{\"nodes\":[]}", "[]",
        "{\"nodes\":[{\"id\":\"a\",\"kind\":\"llm\",\"prompt\":\"p\",\"inputs\":[\"nowhere\"]}]}" };
    struct err err = { .code = ERR_NONE };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct answer edit = { proposal, ANSWER_EDIT, NULL, bad[i] };

        assert_false(session_check_workflow(live->session, bad[i], &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_false(session_decide(live->session, &edit, &err));
        assert_non_null(strstr(err.message, "edited workflow"));
    }
    assert_false(session_decide(
        live->session, &(struct answer){ proposal + 1, ANSWER_ACCEPT, NULL, NULL }, &err));
    assert_non_null(strstr(err.message, "does not wait"));
    assert_false(session_decide(
        live->session, &(struct answer){ proposal, ANSWER_REJECT, "  ", NULL }, &err));
    assert_non_null(strstr(err.message, "reason"));
}

/* The first node's prompt gets a line; with a comment, as a person's editor may leave it. */
static char *edited(const struct live *live)
{
    cJSON *workflow =
        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(view_of(live)->pending, "workflow"), true);
    cJSON *nodes = cJSON_GetObjectItemCaseSensitive(workflow, "nodes");
    cJSON *node;
    char *printed, *text;

    cJSON_ArrayForEach(node, nodes)
    {
        if (strlen(string_of(node, "prompt")) > 0) {
            char *prompt = mem_printf("%s\nBe brief.", string_of(node, "prompt"));

            cJSON_ReplaceItemInObjectCaseSensitive(node, "prompt", cJSON_CreateString(prompt));
            free(prompt);
            break;
        }
    }
    printed = cJSON_Print(workflow);
    text = mem_printf("// edited\n%s", printed);
    cJSON_free(printed);
    cJSON_Delete(workflow);
    return text;
}

static void decide_by_turns(struct live *live)
{
    unsigned proposal = pending_number(live);
    char *json;

    if (proposal == 0 || (int)proposal == live->state)
        return;
    live->state = (int)proposal;
    if (live->decisions == 0)
        refuse_nonsense(live, proposal);
    switch (live->decisions % 3) {
    case 0:
        must_decide(live, &(struct answer){ proposal, ANSWER_ACCEPT, NULL, NULL });
        break;
    case 1:
        must_decide(live, &(struct answer){ proposal, ANSWER_REJECT, "dates matter", NULL });
        break;
    default:
        json = edited(live);
        must_decide(live, &(struct answer){ proposal, ANSWER_EDIT, NULL, json });
        free(json);
        break;
    }
}

static void decides(void **state)
{
    for (uint64_t seed = 1; seed <= 4 / OF_MANY; seed++) {
        struct live live = { .place = *state,
            .review = REVIEW_ALL,
            .flaky = { .seed = seed, .delay_ms = 2 },
            .on_change = decide_by_turns };
        unsigned verdicts[4] = { 0 };

        live_run(&live);
        must_end(&live, 0);
        assert_true(live.decisions > 3);
        for (size_t i = 0; i < view_of(&live)->proposal_list.count; i++) {
            assert_string_equal(view_of(&live)->proposal_list.items[i].who, "person");
            verdicts[view_of(&live)->proposal_list.items[i].verdict]++;
        }
        assert_true(verdicts[VIEW_ACCEPTED] > 0 && verdicts[VIEW_REJECTED] > 0);
        assert_true(verdicts[VIEW_EDITED] > 0 && verdicts[VIEW_PENDING] == 0);
        assert_int_equal(view_of(&live)->facts, view_of(&live)->facts);
        live_close(&live);
        assert_true(must_repeat(&live) > 10);
    }
}

/* While a proposal waits: the validation beside it ends, the run does not, an interrupt leaves it
 * waiting for a later sitting. */
static void interrupt_when_pending(struct live *live)
{
    if (pending_number(live) > 0 && live->state++ == 0)
        session_interrupt(live->session);
}

static void waits_over_sittings(void **state)
{
    struct live live = {
        .place = *state, .review = REVIEW_ALL, .on_change = interrupt_when_pending
    };

    live_run(&live);
    must_end(&live, 1);
    assert_true(live.outcome.waiting);
    live_close(&live);
    live.on_change = decide_by_turns; /* the same proposal, asked again */
    live.state = 0;
    live_run(&live);
    must_end(&live, 0);
    assert_true(live.decisions > 3);
    live_close(&live);
    (void)must_repeat(&live);
}

/* From the schedule's to a person's, and back, while it runs. */
static void change_mode(struct live *live)
{
    struct err err = { .code = ERR_NONE };
    unsigned proposal = pending_number(live);

    if (live->state == 0 && view_of(live)->proposals > 0) {
        live->state = 1;
        assert_true(session_set_review(live->session, REVIEW_ALL, &err));
        assert_int_equal(session_review(live->session), REVIEW_ALL);
    } else if (live->state == 1 && proposal > 0) {
        live->state = 2;
        assert_true(session_set_review(live->session, REVIEW_NONE, &err));
        must_decide(live, &(struct answer){ proposal, ANSWER_ACCEPT, NULL, NULL });
    }
}

static void changes_the_mode(void **state)
{
    struct live live = { .place = *state,
        .review = REVIEW_NONE,
        .on_change = change_mode,
        .flaky = { .seed = 3, .delay_ms = 1 } };
    unsigned by_person = 0;

    live_run(&live);
    must_end(&live, 0);
    assert_int_equal(live.decisions, 1);
    for (size_t i = 0; i < view_of(&live)->proposal_list.count; i++)
        by_person += strcmp(view_of(&live)->proposal_list.items[i].who, "person") == 0;
    assert_int_equal(by_person, 1);
    assert_string_equal(view_of(&live)->review, "none");
    live_close(&live);
    (void)must_repeat(&live);
}

/* ---- stopping ---- */

static void stop_at(struct live *live)
{
    struct err err = { .code = ERR_NONE };

    if (live->decisions == 0 && (int)view_of(live)->facts >= live->state) {
        live->decisions = 1;
        if (!session_stop(live->session, &err))
            fail_msg("%s", err.message);
        assert_true(view_of(live)->stopping);
    }
}

static void stops_and_keeps_the_best(void **state)
{
    size_t facts = undisturbed(*state)->fact_count;

    for (int at = 0; at < 12; at += OF_MANY) {
        struct live live = { .place = *state,
            .review = REVIEW_NONE,
            .on_change = stop_at,
            .state = 1 + at * (int)facts / 12,
            .flaky = { .seed = (uint64_t)at + 1, .delay_ms = 3 } };
        uint32_t stated;

        live_run(&live);
        must_end(&live, 0);
        stated = view_of(&live)->facts;
        assert_true(view_of(&live)->finished);
        assert_true(view_of(&live)->test >= 0);
        assert_true(stated <= facts);
        live_close(&live);
        assert_int_equal(must_repeat(&live), stated);
    }
}

/* While calls of a pass are under way, some of them answered. */
static void stops_amid_calls(void **state)
{
    for (unsigned answers = 3; answers < 180; answers += 7 * OF_MANY) {
        struct live live = {
            .place = *state, .review = REVIEW_NONE, .flaky = { .seed = answers, .delay_ms = 3 }
        };
        struct err err = { .code = ERR_NONE };

        live_open(&live);
        while (!live.is_over) {
            (void)uv_run(&live.loop, UV_RUN_ONCE);
            if (live.flaky.answered >= answers && live.state++ == 0 &&
                session_outcome(live.session) == NULL && !session_stop(live.session, &err))
                fail_msg("%s", err.message);
        }
        live.outcome = *session_outcome(live.session);
        must_end(&live, 0);
        live_close(&live);
        (void)must_repeat(&live);
    }
}

/* Instead of a decision. */
static void stop_when_pending(struct live *live)
{
    struct err err = { .code = ERR_NONE };

    if (pending_number(live) > 0 && live->state++ == 0)
        assert_true(session_stop(live->session, &err));
}

static void stops_at_a_proposal(void **state)
{
    struct live live = { .place = *state, .review = REVIEW_ALL, .on_change = stop_when_pending };

    live_run(&live);
    must_end(&live, 0);
    assert_string_equal(view_of(&live)->why, "stopped");
    assert_null(view_of(&live)->pending);
    live_close(&live);
    (void)must_repeat(&live);
}

/* The tests after a stop are cut short: the next sitting stops at the same place and makes them. */
static void interrupt_after_stop(struct live *live)
{
    stop_at(live);
    if (live->decisions == 1 && strcmp(view_of(live)->phase, "test") == 0) {
        live->decisions = 2;
        session_interrupt(live->session);
    }
}

static void a_stop_outlives_its_sitting(void **state)
{
    struct live live = { .place = *state,
        .review = REVIEW_NONE,
        .on_change = interrupt_after_stop,
        .state = 20,
        .flaky = { .seed = 9, .delay_ms = 3 } };

    live_run(&live);
    must_end(&live, 130);
    live_close(&live);
    live.on_change = NULL;
    live_run(&live);
    must_end(&live, 0);
    assert_string_equal(view_of(&live)->why, "stopped");
    assert_true(view_of(&live)->batch < view_of(&live)->batches);
    live_close(&live);
    (void)must_repeat(&live);
}

/* ---- going back ---- */

static void revert_once(struct live *live)
{
    struct err err = { .code = ERR_NONE };

    if (live->state == 0 && view_of(live)->workflows.count > 1 && view_of(live)->batch == 1) {
        live->state = 1;
        assert_false(session_revert(live->session, "00000000000000000000000000000001", &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(session_revert(live->session, view_of(live)->workflows.items[0].id, &err));
        assert_string_equal(view_of(live)->going_back, view_of(live)->workflows.items[0].id);
    }
}

static void goes_back(void **state)
{
    struct live live = {
        .place = *state, .on_change = revert_once, .flaky = { .seed = 5, .delay_ms = 1 }
    };
    bool went = false;

    live_run(&live);
    must_end(&live, 0);
    for (size_t i = 0; i < view_of(&live)->log.count; i++)
        went = went || strstr(view_of(&live)->log.items[i].text, "went back") != NULL;
    assert_true(went);
    assert_string_equal(view_of(&live)->going_back, "");
    live_close(&live);
    (void)must_repeat(&live);
}

/* ---- pausing ---- */

static void pause_once(struct live *live)
{
    struct err err = { .code = ERR_NONE };

    if (live->state == 0 && view_of(live)->batch == 1) {
        live->state = 1;
        assert_true(session_pause(live->session, true, &err));
    }
}

static void pauses(void **state)
{
    struct live live = {
        .place = *state, .on_change = pause_once, .flaky = { .seed = 5, .delay_ms = 2 }
    };
    struct err err = { .code = ERR_NONE };
    int64_t until;
    size_t asked;

    live_open(&live);
    while (live.state == 0 || live.flaky.in_flight > 0)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    asked = live.flaky.asked;
    until = clock_us() + 300000;
    while (clock_us() < until)
        (void)uv_run(&live.loop, UV_RUN_NOWAIT);
    assert_int_equal(live.flaky.asked, asked);
    assert_true(session_is_paused(live.session));
    assert_true(view_of(&live)->paused);
    assert_true(session_pause(live.session, false, &err));
    live_wait(&live);
    must_end(&live, 0);
    assert_true(live.flaky.asked > asked);
    live_close(&live);
    (void)must_repeat(&live);
}

/* ---- calls and nodes ---- */

static void look_at_calls(struct live *live)
{
    struct call_row rows[100];
    struct calls_state calls;
    size_t total, count;

    session_calls_state(live->session, &calls);
    count = session_calls(live->session, 0, 100, rows, &total);
    assert_true(count == (total < 100 ? total : 100));
    for (size_t i = 0; i < count; i++) {
        live->state |= 1 << rows[i].state;
        assert_true(rows[i].role[0] != '\0');
        assert_true(rows[i].example < (int)view_of(live)->examples.count);
        if (rows[i].state == CALL_DONE && rows[i].example >= 0)
            live->decisions++;
    }
    for (size_t i = 0; i < view_of(live)->live.count; i++)
        if (view_of(live)->live.items[i].running > 0)
            live->state |= 1 << 20;
}

/* What the nodes did stays when no pass is under way any more: every call of the executor is one of
 * a node. */
static void expect_node_calls(const struct run_view *view)
{
    uint64_t calls = 0, done = 0;

    assert_int_equal(view->pass_count, 0);
    assert_int_equal(view->live.count, 0);
    for (size_t i = 0; i < view->node_calls.count; i++) {
        calls += view->node_calls.items[i].calls;
        done += view->node_calls.items[i].done;
    }
    assert_true(calls > 0 && calls == view->cost[0].calls);
    assert_true(done >= calls);
}

static void lists_calls(void **state)
{
    struct live live = {
        .place = *state, .on_change = look_at_calls, .flaky = { .seed = 5, .delay_ms = 60 }
    };
    struct call_row rows[3];
    size_t total;

    live_run(&live);
    must_end(&live, 0);
    assert_true((live.state & 1 << CALL_RUNNING) != 0);
    assert_true((live.state & 1 << CALL_DONE) != 0);
    assert_true((live.state & 1 << 20) != 0);
    assert_true(live.decisions > 0);
    assert_int_equal(session_calls(live.session, 5, 3, rows, &total), 3);
    assert_true(total > 100);
    assert_true(view_of(&live)->p95_ms > 0);
    expect_node_calls(view_of(&live));
    live_close(&live);
}

/* No call is listed twice, whether it is under way, ended or comes from the journal, but for what
 * waits for the journal's own answer; the head counts what is listed. */
static void expect_distinct_calls(struct session *session, struct calls_state *calls)
{
    struct hash_map keys = { .count = 0 };
    struct call_row row;
    size_t total = 0, done = 0, failed = 0, waiting = 0;
    bool fresh;

    session_calls_state(session, calls);
    for (size_t i = 0; session_calls(session, i, 1, &row, &total) == 1; i++) {
        if (row.state == CALL_WAITING) {
            waiting++;
            continue;
        }
        (void)hash_map_put(&keys, row.key, i, &fresh);
        assert_true(fresh);
        assert_true(i < calls->now || row.state == CALL_DONE || row.state == CALL_FAILED);
        done += row.state == CALL_DONE;
        failed += row.state == CALL_FAILED;
    }
    assert_int_equal(keys.count + waiting, total);
    assert_true(done == calls->done && failed == calls->failed);
    hash_map_free(&keys);
}

static void decide_and_count(struct live *live)
{
    struct calls_state calls;

    decide_by_turns(live);
    expect_distinct_calls(live->session, &calls);
}

/* A run that is gone on with lists the calls of its earlier sittings, too: as many as it counts. */
static void lists_calls_of_all_sittings(void **state)
{
    struct live live = {
        .place = *state, .review = REVIEW_ALL, .on_change = interrupt_when_pending
    };
    struct calls_state calls;
    int64_t until;
    size_t asked;

    live_run(&live);
    must_end(&live, 1);
    asked = live.flaky.asked;
    live_close(&live);
    live.on_change = decide_and_count;
    live.state = 0;
    live.flaky = (struct flaky){ .seed = 4, .delay_ms = 3 };
    live_run(&live);
    must_end(&live, 0);
    assert_true(asked > 10);
    until = clock_us() + 20000000;
    do {
        (void)uv_run(&live.loop, UV_RUN_NOWAIT);
        expect_distinct_calls(live.session, &calls);
        assert_true(clock_us() < until);
    } while (calls.is_reading || calls.done != run_view_total(view_of(&live)).calls);
    assert_true(calls.done > live.flaky.asked); /* some were paid before */
    live_close(&live);
}

/* ---- watching ---- */

struct watcher {
    uv_loop_t *loop;
    struct session *session;
    int64_t told_us; /* of the last change */
};

static void on_watched(void *data)
{
    ((struct watcher *)data)->told_us = clock_us();
}

static void expect_same_lists(const struct run_view *a, const struct run_view *b)
{
    assert_int_equal(a->facts, b->facts);
    assert_int_equal(a->rollouts.count, b->rollouts.count);
    assert_int_equal(a->gradient_list.count, b->gradient_list.count);
    assert_int_equal(a->proposal_list.count, b->proposal_list.count);
    assert_int_equal(a->workflows.count, b->workflows.count);
    assert_int_equal(a->examples.count, b->examples.count);
    assert_int_equal(a->finished, b->finished);
}

static void fold_undisturbed(const struct sitting *run, struct run_view *view)
{
    run_view_init(view);
    for (size_t i = 0; i < run->fact_count; i++) {
        cJSON *fact = cJSON_Parse(run->facts[i]);

        run_view_apply(view, fact);
        cJSON_Delete(fact);
    }
}

static void close_session(struct session *session, uv_loop_t *loop)
{
    session_close(session);
    (void)uv_run(loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(loop), 0);
}

static void watches_a_finished_run(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct err err = { .code = ERR_NONE };
    struct session *session;
    struct run_view view;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_watch(&loop, ((struct place *)*state)->store, run->id, &err);
    assert_non_null(session);
    assert_true(session_is_loading(session));
    while (session_is_loading(session))
        (void)uv_run(&loop, UV_RUN_ONCE);
    fold_undisturbed(run, &view);
    expect_same_lists(session_view(session), &view);
    assert_true(session_has_ended(session));
    assert_true(session_view(session)->limit_calls == 0);
    assert_string_equal(session_view(session)->review, "none");
    assert_false(session_stop(session, &err));
    assert_int_equal(err.code, ERR_INPUT);
    run_view_free(&view);
    close_session(session, &loop);
}

/* A run in the same process: what it states is seen within 200 ms. */
static void watches_a_live_run(void **state)
{
    struct live live = { .place = *state, .flaky = { .seed = 2, .delay_ms = 20 } };
    struct err err = { .code = ERR_NONE };
    struct watcher watcher = { .told_us = 0 };
    bool saw_progress = false;
    int64_t behind_us = 0, worst_us = 0;

    live_open(&live);
    watcher.session = session_open_watch(&live.loop, live.place->store, live.id, &err);
    if (watcher.session == NULL)
        fail_msg("%s", err.message);
    session_on_change(watcher.session, on_watched, &watcher);
    while (!live.is_over || session_view(watcher.session)->facts < view_of(&live)->facts) {
        (void)uv_run(&live.loop, UV_RUN_ONCE);
        if (session_view(watcher.session)->facts == view_of(&live)->facts)
            behind_us = 0;
        else if (behind_us == 0)
            behind_us = clock_us();
        if (behind_us > 0 && clock_us() - behind_us > worst_us)
            worst_us = clock_us() - behind_us;
        saw_progress = saw_progress || session_view(watcher.session)->live.count > 0;
    }
    while (session_view(watcher.session)->pass_count > 0)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    expect_node_calls(session_view(watcher.session));
    print_message("at most %.0f ms behind\n", (double)worst_us / 1000);
    assert_true(saw_progress);
    assert_true(watcher.told_us > 0);
    assert_true(worst_us < 2000000 * OF_MANY);
    live.outcome = *session_outcome(live.session);
    must_end(&live, 0);
    session_close(watcher.session);
    live_close(&live);
}

static void refuses_what_is_no_run(void **state)
{
    struct err err = { .code = ERR_NONE };
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    assert_null(session_open_watch(&loop, ((struct place *)*state)->store, "nosuch", &err));
    assert_int_not_equal(err.code, ERR_NONE);
    assert_null(session_open_replay(&loop, ((struct place *)*state)->store, "../x", 1, &err));
    assert_int_equal(err.code, ERR_INPUT);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* ---- replaying ---- */

static void wait_for_facts(struct session *session, uv_loop_t *loop, uint32_t facts)
{
    int64_t until = clock_us() + 20000000;

    while (session_view(session)->facts != facts || session_is_loading(session)) {
        (void)uv_run(loop, UV_RUN_ONCE);
        assert_true(clock_us() < until);
    }
}

static void replays(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct err err = { .code = ERR_NONE };
    struct session *session;
    struct run_view view;
    uint32_t at;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_replay(&loop, ((struct place *)*state)->store, run->id, 100, &err);
    assert_non_null(session);
    fold_undisturbed(run, &view);
    wait_for_facts(session, &loop, (uint32_t)run->fact_count); /* to its end by itself */
    expect_same_lists(session_view(session), &view);
    assert_true(session_position(session) == 1);
    assert_true(session_view(session)->has_node_calls); /* at its end, calls are known */
    session_step(session, -1);
    assert_true(session_is_paused(session));
    wait_for_facts(session, &loop, (uint32_t)run->fact_count - 1);
    assert_false(session_view(session)->finished);
    assert_false(session_view(session)->has_node_calls);
    session_step(session, -100000);
    wait_for_facts(session, &loop, 1);
    session_step(session, 7);
    wait_for_facts(session, &loop, 8);
    session_seek(session, 0.5);
    while (session_is_loading(session) || session_view(session)->facts == 8)
        (void)uv_run(&loop, UV_RUN_ONCE);
    at = session_view(session)->facts;
    assert_true(at > 8 && at < run->fact_count);
    assert_true(fabs(session_position(session) - 0.5) < 1e-6);
    for (int i = 0; i < 50; i++)
        (void)uv_run(&loop, UV_RUN_NOWAIT);
    assert_int_equal(session_view(session)->facts, at); /* it is paused */
    session_set_speed(session, 1000);
    assert_true(session_pause(session, false, &err));
    wait_for_facts(session, &loop, (uint32_t)run->fact_count);
    expect_same_lists(session_view(session), &view);
    assert_true(session_view(session)->has_node_calls);
    assert_false(session_decide(session, &(struct answer){ 1, ANSWER_ACCEPT, NULL, NULL }, &err));
    run_view_free(&view);
    close_session(session, &loop);
}

static struct calls_state calls_of(struct session *session, uv_loop_t *loop)
{
    struct calls_state state;

    for (;;) {
        session_calls_state(session, &state);
        if (!state.is_reading && !session_is_loading(session))
            return state;
        (void)uv_run(loop, UV_RUN_ONCE);
    }
}

/* What is watched stands still, is gone back in and caught up with as a replay is. */
static void watches_by_the_clock(void **state)
{
    const struct sitting *run = undisturbed(*state);
    uint32_t all = (uint32_t)run->fact_count;
    struct err err = { .code = ERR_NONE };
    struct session *session;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_watch(&loop, ((struct place *)*state)->store, run->id, &err);
    assert_non_null(session);
    wait_for_facts(session, &loop, all);
    assert_true(session_speed(session) == 0 && !session_is_behind(session));
    session_step(session, -3);
    wait_for_facts(session, &loop, all - 3);
    assert_true(session_is_paused(session) && session_is_behind(session));
    assert_int_equal(session_missed(session), 3);
    assert_false(session_view(session)->has_node_calls); /* that was told at the end */
    session_step(session, 1);
    wait_for_facts(session, &loop, all - 2);
    assert_true(session_pause(session, false, &err)); /* no speed: at once */
    wait_for_facts(session, &loop, all);
    assert_true(session_view(session)->finished && !session_is_behind(session));
    assert_true(session_view(session)->has_node_calls);
    session_seek(session, 0.5);
    while (session_is_loading(session) || session_view(session)->facts == all)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_true(session_is_paused(session) && fabs(session_position(session) - 0.5) < 1e-6);
    assert_true(session_seek_batch(session, 2));
    while (session_view(session)->batch != 2 || session_view(session)->round != 0)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_false(session_seek_batch(session, 1000));
    session_set_speed(session, 4000);
    assert_true(session_pause(session, false, &err));
    assert_true(session_is_behind(session)); /* played, not jumped over */
    wait_for_facts(session, &loop, all);
    while (session_is_behind(session))
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_true(session_position(session) == 1);
    close_session(session, &loop);
}

/* A run that goes on: paused here, facts are counted and not shown; what its own person paused is
 * told. */
static void watches_a_paused_run(void **state)
{
    struct live live = {
        .place = *state, .on_change = pause_once, .flaky = { .seed = 2, .delay_ms = 5 }
    };
    struct err err = { .code = ERR_NONE };
    struct session *watched;
    uint32_t at;
    size_t total, whole;

    live_open(&live);
    watched = session_open_watch(&live.loop, live.place->store, live.id, &err);
    assert_non_null(watched);
    while (!session_view(watched)->paused)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    assert_false(session_is_paused(watched)); /* the run is, not what is shown */
    assert_true(session_pause(watched, true, &err));
    at = session_view(watched)->facts;
    assert_true(session_pause(live.session, false, &err));
    live_wait(&live);
    while (session_missed(watched) + at < view_of(&live)->facts)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    assert_int_equal(session_view(watched)->facts, at);
    assert_true(session_view(watched)->paused);
    total = calls_of(watched, &live.loop).done;
    assert_true(session_pause(watched, false, &err));
    while (session_view(watched)->facts < view_of(&live)->facts || session_view(watched)->paused)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    assert_int_equal(session_missed(watched), 0);
    while ((whole = calls_of(watched, &live.loop).done) < run_view_total(view_of(&live)).calls)
        (void)uv_run(&live.loop, UV_RUN_ONCE);
    assert_true(total < whole); /* those from before the pause alone */
    session_close(watched);
    live_close(&live);
}

/* A run of so many facts, each a batch that begins. */
static void make_long_run(const char *folder, uint32_t facts)
{
    struct err err = { .code = ERR_NONE };
    struct store *store;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_create(&loop, folder, "long", "{\"created_ms\":1000}", &err);
    assert_non_null(store);
    for (uint32_t i = 0; i < facts; i++) {
        char *line = mem_printf("{\"v\":1,\"seq\":%u,\"t\":%u,\"type\":\"batch_started\",\"run\":"
                                "\"long\",\"epoch\":1,\"batch\":%u}",
            i, i, i + 1);
        struct text *fact = text_from(line);

        store_put_fact(store, i, fact, NULL, NULL);
        text_unref(fact);
        free(line);
    }
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* A long run comes in pieces, each read while the one before is folded: wherever is gone to
 * meanwhile, each fact is folded once and in its turn. */
static void reads_in_pieces(void **state)
{
    enum { FACTS = 3500 };
    const char *folder = ((struct place *)*state)->store;
    struct err err = { .code = ERR_NONE };
    struct session *session;
    uv_loop_t loop;

    make_long_run(folder, FACTS);
    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_watch(&loop, folder, "long", &err);
    assert_non_null(session);
    while (session_view(session)->facts < 1000)
        (void)uv_run(&loop, UV_RUN_ONCE);
    assert_true(session_is_loading(session));
    session_step(session, -500); /* further ones are on their way */
    wait_for_facts(session, &loop, session_view(session)->facts - 500);
    assert_int_equal(session_view(session)->batch, session_view(session)->facts);
    session_step(session, FACTS);
    session_step(session, -1);
    wait_for_facts(session, &loop, FACTS - 1);
    session_step(session, -3000);
    session_step(session, 2500);
    session_step(session, -1200);
    wait_for_facts(session, &loop, FACTS - 1 - 3000 + 2500 - 1200);
    assert_int_equal(session_view(session)->batch, session_view(session)->facts);
    assert_true(session_pause(session, false, &err));
    wait_for_facts(session, &loop, FACTS);
    assert_int_equal(session_view(session)->batch, FACTS);
    assert_int_equal(session_view(session)->log.count, FACTS);
    close_session(session, &loop);
}

/* ---- calls of a stored run ---- */

static void expect_calls_until(struct session *session, int64_t t)
{
    struct call_row row;
    int64_t last = INT64_MAX;
    size_t total, i;

    for (i = 0; session_calls(session, i, 1, &row, &total) == 1; i++) {
        assert_true(row.ended_ms <= t && row.ended_ms <= last);
        assert_true(row.state == CALL_DONE && row.role[0] != '\0' && row.node[0] != '\0');
        assert_true(strcmp(row.role, "executor") != 0 || row.example_id != NULL);
        last = row.ended_ms;
    }
    assert_int_equal(i, total);
}

/* Costs in the middle of a run are those of the calls that the journal has up to there; just before
 * its last word they are those that it states. */
static void tells_of_stored_calls(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct err err = { .code = ERR_NONE };
    const struct run_view *view;
    struct session *session;
    struct view_cost end[VIEW_ROLES];
    struct calls_state at_end, half;
    uint64_t node_calls = 0;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_replay(&loop, ((struct place *)*state)->store, run->id, 100, &err);
    assert_non_null(session);
    view = session_view(session);
    assert_false(run_view_has_costs(view)); /* nothing is known yet, which is not 0 */
    wait_for_facts(session, &loop, (uint32_t)run->fact_count);
    memcpy(end, view->cost, sizeof end);
    at_end = calls_of(session, &loop);
    assert_int_equal(at_end.done, run_view_total(view).calls);
    session_step(session, -1);
    wait_for_facts(session, &loop, (uint32_t)run->fact_count - 1);
    (void)calls_of(session, &loop);
    assert_true(run_view_has_costs(view) && !run_view_has_progress(view));
    for (int role = 0; role < VIEW_ROLES; role++) {
        assert_int_equal(view->cost[role].calls, end[role].calls);
        assert_int_equal(view->cost[role].tokens, end[role].tokens);
        assert_true(fabs(view->cost[role].usd - end[role].usd) < 1e-9);
    }
    for (size_t i = 0; i < view->node_calls.count; i++)
        node_calls += view->node_calls.items[i].calls;
    assert_int_equal(node_calls, end[0].calls);
    session_seek(session, 0.5);
    while (session_is_loading(session) || view->facts + 1 == run->fact_count)
        (void)uv_run(&loop, UV_RUN_ONCE);
    half = calls_of(session, &loop);
    assert_true(half.done > 0 && half.done < at_end.done && !half.is_of_whole_run);
    assert_true(half.newest < at_end.newest);
    assert_int_equal(half.done, run_view_total(view).calls);
    expect_calls_until(session, view->t);
    close_session(session, &loop);
}

static void put(struct store *store, enum store_kind kind, uint64_t key, const char *body)
{
    struct text *text = text_from(body);

    store_put(store, kind, (struct hash){ 1, key }, text, NULL, NULL);
    text_unref(text);
}

/* A journal of before it told when calls ended, and whose they were. */
static void make_old_run(const char *folder)
{
    static const char *const facts[] = {
        "{\"v\":1,\"seq\":0,\"t\":5,\"type\":\"run_started\",\"run\":\"old\"}",
        "{\"v\":1,\"seq\":1,\"t\":9,\"type\":\"batch_started\",\"run\":\"old\",\"epoch\":1,"
        "\"batch\":1}",
    };
    struct err err = { .code = ERR_NONE };
    struct store *store;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_create(&loop, folder, "old", "{\"created_ms\":1000}", &err);
    assert_non_null(store);
    for (uint32_t i = 0; i < 2; i++) {
        struct text *fact = text_from(facts[i]);

        store_put_fact(store, i, fact, NULL, NULL);
        text_unref(fact);
        put(store, STORE_REPLY, i,
            "{\"content\":\"x\",\"in\":7,\"out\":1,\"latency_ms\":3,\"attempts\":1}");
    }
    put(store, STORE_FAILURE, 8, "{\"message\":\"of a metric\"}");
    put(store, STORE_FAILURE, 9, "{\"message\":\"too many\",\"role\":\"judge\",\"attempts\":5}");
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void tells_of_old_calls(void **state)
{
    const char *folder = ((struct place *)*state)->store;
    struct err err = { .code = ERR_NONE };
    struct session *session;
    struct calls_state calls;
    struct call_row row;
    size_t total;
    uv_loop_t loop;

    make_old_run(folder);
    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_replay(&loop, folder, "old", 100, &err);
    assert_non_null(session);
    wait_for_facts(session, &loop, 2);
    session_step(session, -1);
    wait_for_facts(session, &loop, 1);
    calls = calls_of(session, &loop);
    assert_true(calls.is_of_whole_run && calls.done == 2 && calls.failed == 1);
    assert_int_equal(session_calls(session, 0, 1, &row, &total), 1);
    assert_true(row.state == CALL_FAILED && row.attempt == 5);
    assert_string_equal(row.why, "too many");
    assert_string_equal(row.role, "judge");
    assert_int_equal(session_calls(session, 2, 1, &row, &total), 1);
    assert_true(row.input_tokens == 7 && row.role[0] == '\0' && row.ended_ms == -1);
    assert_false(run_view_has_costs(session_view(session)));
    close_session(session, &loop);
}

static void drop_failures(const char *folder)
{
    struct err err = { .code = ERR_NONE };
    struct store *store;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_open(&loop, folder, "old", &err);
    assert_non_null(store);
    assert_true(store_forget_failures(store, 1, &err));
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* resume --retry-failed while somebody watches: lost calls are asked again, and listed no more. */
static void forgets_dropped_calls(void **state)
{
    const char *folder = ((struct place *)*state)->store;
    struct err err = { .code = ERR_NONE };
    int64_t until = clock_us() + 20000000;
    struct session *session;
    unsigned generation;
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    session = session_open_watch(&loop, folder, "old", &err);
    assert_non_null(session);
    wait_for_facts(session, &loop, 2);
    assert_int_equal(calls_of(session, &loop).failed, 1);
    generation = calls_of(session, &loop).generation;
    drop_failures(folder);
    wait_for_facts(session, &loop, 1);
    while (calls_of(session, &loop).failed > 0 || calls_of(session, &loop).done != 2) {
        (void)uv_run(&loop, UV_RUN_ONCE);
        assert_true(clock_us() < until);
    }
    assert_int_not_equal(calls_of(session, &loop).generation, generation);
    close_session(session, &loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides),
        cmocka_unit_test(waits_over_sittings),
        cmocka_unit_test(changes_the_mode),
        cmocka_unit_test(stops_and_keeps_the_best),
        cmocka_unit_test(stops_amid_calls),
        cmocka_unit_test(stops_at_a_proposal),
        cmocka_unit_test(a_stop_outlives_its_sitting),
        cmocka_unit_test(goes_back),
        cmocka_unit_test(pauses),
        cmocka_unit_test(lists_calls),
        cmocka_unit_test(lists_calls_of_all_sittings),
        cmocka_unit_test(watches_a_finished_run),
        cmocka_unit_test(watches_a_live_run),
        cmocka_unit_test(refuses_what_is_no_run),
        cmocka_unit_test(replays),
        cmocka_unit_test(watches_by_the_clock),
        cmocka_unit_test(watches_a_paused_run),
        cmocka_unit_test(reads_in_pieces),
        cmocka_unit_test(tells_of_stored_calls),
        cmocka_unit_test(tells_of_old_calls),
        cmocka_unit_test(forgets_dropped_calls),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
