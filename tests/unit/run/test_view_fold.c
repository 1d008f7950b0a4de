/* The fold of events: of a real run, and of lists made by hand, hostile and huge ones among them.
 */
#include <malloc.h>
#include <math.h>

#include "clock.h"
#include "run_view.h"
#include "sitting.h"
#include "workflow.h"

static int64_t folding_us; /* without printing and parsing */

static void apply_text(struct run_view *view, const char *json)
{
    cJSON *event = cJSON_Parse(json);
    int64_t began = clock_us();

    assert_non_null(event);
    run_view_apply(view, event);
    folding_us += clock_us() - began;
    cJSON_Delete(event);
}

static bool has_line(const struct run_view *view, const char *words)
{
    for (size_t i = 0; i < view->log.count; i++)
        if (strstr(view->log.items[i].text, words) != NULL)
            return true;
    return false;
}

/* ---- a real run ---- */

static void fold(struct sitting *sitting, const cJSON *event)
{
    run_view_apply(sitting->data, event);
}

static void check_rollouts(const struct run_view *view)
{
    for (size_t i = 0; i < view->rollouts.count; i++) {
        const struct view_rollout *rollout = &view->rollouts.items[i];
        double sum = 0;

        assert_true(rollout->workflow >= 0 && rollout->workflow < (int)view->workflows.count);
        for (uint32_t j = 0; j < rollout->score_count; j++) {
            const struct view_score *score = &view->scores.items[rollout->first_score + j];

            assert_true(score->example >= 0 && score->example < (int)view->examples.count);
            assert_true(run_view_score_of(view, (int)i, score->example) == score->score);
            sum += score->score;
        }
        if (rollout->score_count > 0)
            assert_true(fabs(sum / rollout->score_count - rollout->score) < 1e-9);
    }
}

/* A gradient's node is one of its rollout's workflow; it comes from nodes that read it, of the same
 * example. */
static void check_gradients(const struct run_view *view)
{
    size_t derived = 0;

    for (size_t i = 0; i < view->gradient_list.count; i++) {
        const struct view_gradient *gradient = &view->gradient_list.items[i];
        const struct view_rollout *rollout = &view->rollouts.items[gradient->rollout];
        uint32_t first, count;

        assert_true(gradient->node < (int)view->workflows.items[rollout->workflow].count);
        for (uint32_t j = 0; j < gradient->from_count; j++) {
            const struct view_gradient *from =
                &view->gradient_list.items[view->froms.items[gradient->first_from + j]];

            assert_int_equal(from->rollout, gradient->rollout);
            assert_int_equal(from->example, gradient->example);
            assert_true(from->node > gradient->node);
            derived++;
        }
        run_view_gradients_of(view, gradient->rollout, gradient->example, &first, &count);
        assert_true(i >= first && i < first + count);
    }
    assert_true(derived > 0);
}

static void check_proposals(const struct run_view *view)
{
    assert_true(view->proposal_list.count > 0);
    for (size_t i = 0; i < view->proposal_list.count; i++) {
        const struct view_proposal *proposal = &view->proposal_list.items[i];

        assert_int_equal(proposal->ordinal, i + 1);
        assert_int_equal(proposal->verdict, VIEW_ACCEPTED);
        assert_string_equal(proposal->who, "schedule");
        assert_true(proposal->before >= 0 && proposal->after >= 0);
        assert_true(proposal->gradient_count > 0);
        for (uint32_t j = 0; j < proposal->gradient_count; j++) {
            const struct view_gradient *gradient =
                &view->gradient_list.items[view->behind.items[proposal->first_gradient + j]];

            assert_int_equal(view->rollouts.items[gradient->rollout].batch, proposal->batch);
            assert_true(proposal->sketch == (gradient->node == VIEW_NONE));
        }
    }
}

static void folds_a_run(void **state)
{
    struct run_view view;
    struct sitting run = { .place = *state, .on_event = fold, .data = &view };
    const struct view_workflow *last;

    run_view_init(&view);
    sitting_run(&run);
    expect_outcome(&run, 0);
    assert_int_equal(view.facts, run.fact_count);
    assert_string_equal(view.run, run.id);
    assert_string_equal(view.model, "builtin");
    assert_true(view.finished && !view.stopped);
    check_rollouts(&view);
    check_gradients(&view);
    check_proposals(&view);
    assert_true(view.best >= 0);
    assert_string_equal(view.workflows.items[view.best].id, view.best_workflow);
    last = &view.workflows.items[view.current];
    assert_true(last->count > 1);
    assert_true(last->nodes[last->count - 1].input_count > 0);
    assert_true(run_view_total(&view).calls > 0);
    assert_int_equal(has_line(&view, "best so far"), view.best_validation > view.start_validation);
    assert_true(has_line(&view, "batch 3: validation "));
    assert_true(has_line(&view, "proposal 1 ("));
    assert_true(has_line(&view, ", taken"));
    assert_true(has_line(&view, "test: the start scores"));
    assert_int_equal(view.rollouts.items[view.rollouts.count - 1].test, true);
    assert_true(run_view_share_done(&view) == 1);
    run_view_free(&view);
    sitting_free(&run);
}

/* The facts alone give the same lists: what watching and replaying see. */
static void folds_facts_alone(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct run_view view;

    run_view_init(&view);
    for (size_t i = 0; i < run->fact_count; i++)
        apply_text(&view, run->facts[i]);
    assert_int_equal(view.facts, run->fact_count);
    check_rollouts(&view);
    check_gradients(&view);
    check_proposals(&view);
    assert_true(view.node_calls.count > 1);
    for (size_t i = 0; i < view.node_calls.count; i++)
        assert_true(view.node_calls.items[i].done > 0 && view.node_calls.items[i].calls == 0);
    run_view_free(&view);
}

/* ---- the pass with a change, before it is decided ---- */

static const struct view_rollout *newest(const struct run_view *view)
{
    assert_true(view->rollouts.count > 0);
    return &view->rollouts.items[view->rollouts.count - 1];
}

static void check_candidate(const struct run_view *view, const cJSON *proposal)
{
    const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(proposal, "evidence");
    const struct view_rollout *pass = newest(view);
    const struct view_proposal *last = &view->proposal_list.items[view->proposal_list.count - 1];

    assert_int_equal(pass->proposal, number_of(proposal, "ordinal"));
    assert_int_equal(pass->pass, number_of(evidence, "pass"));
    assert_true(pass->workflow >= 0);
    assert_string_equal(view->workflows.items[pass->workflow].id, string_of(proposal, "after"));
    assert_int_equal(pass->score_count, last->evidence_count);
    for (uint32_t i = 0; i < last->evidence_count; i++) {
        const struct view_evidence *row = &view->evidence.items[last->first_evidence + i];

        assert_true(
            run_view_score_of(view, (int)view->rollouts.count - 1, row->example) == row->after);
    }
}

/* Its nodes stand in the order in which the workflow is stated later: traces count them. */
static void check_order(const struct view_workflow *workflow, const cJSON *fact)
{
    const cJSON *nodes = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(fact, "workflow"), "nodes");

    assert_int_equal(workflow->count, cJSON_GetArraySize(nodes));
    for (size_t i = 0; i < workflow->count; i++) {
        const cJSON *node = cJSON_GetArrayItem(nodes, (int)i);

        assert_string_equal(workflow->nodes[i].id, string_of(node, "id"));
        assert_string_equal(workflow->nodes[i].prompt, string_of(node, "prompt"));
    }
}

/* Folds a run's facts as if a person (or the schedule) had decided; how many changes had evidence.
 */
static unsigned fold_decided(struct run_view *view, const struct sitting *run, const char *who)
{
    unsigned count = 0;

    for (size_t i = 0; i < run->fact_count; i++) {
        cJSON *fact = cJSON_Parse(run->facts[i]);
        const char *type = string_of(fact, "type");

        if (strcmp(type, "decision") == 0)
            cJSON_ReplaceItemInObjectCaseSensitive(fact, "who", cJSON_CreateString(who));
        run_view_apply(view, fact);
        if (strcmp(type, "proposal") == 0 &&
            cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(fact, "evidence"))) {
            check_candidate(view, fact);
            count++;
        }
        if (strcmp(type, "workflow") == 0)
            check_order(&view->workflows.items[view->current], fact);
        cJSON_Delete(fact);
    }
    return count;
}

static unsigned candidates_of(const struct run_view *view)
{
    unsigned count = 0;

    for (size_t i = 0; i < view->rollouts.count; i++)
        count += view->rollouts.items[i].proposal > 0 ? 1 : 0;
    return count;
}

/* What a person decides on has a pass of its own; what the schedule takes is stated next. */
static void has_the_pass_with_a_change(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct run_view view;
    unsigned evident;

    run_view_init(&view);
    evident = fold_decided(&view, run, "person");
    assert_true(evident > 0);
    assert_int_equal(candidates_of(&view), evident);
    check_rollouts(&view);
    run_view_free(&view);
    run_view_init(&view);
    assert_int_equal(fold_decided(&view, run, "schedule"), evident);
    assert_int_equal(candidates_of(&view), 0);
    check_rollouts(&view);
    check_gradients(&view);
    run_view_free(&view);
}

static const char *workflow_id(const char *json)
{
    static char hex[HASH_HEX_SIZE];
    struct err err = { .code = ERR_NONE };
    struct json_doc *doc = json_parse("test", 1, json, strlen(json), JSON_STRICT, &err);
    const struct workflow *workflow = workflow_from_json("test", json_root(doc), NULL, &err);

    assert_non_null(workflow);
    hash_hex(workflow->hash, hex);
    workflow_unref(workflow);
    json_free(doc);
    return hex;
}

/* An order that the difference does not tell is found by the id; without one there is no pass. */
static void finds_the_order_of_a_change(void **state)
{
    static const char *const nodes[] = { "a", "c", "b" };
    struct run_view view;
    struct str json = STR_INIT;
    const struct view_workflow *workflow;

    (void)state;
    run_view_init(&view);
    apply_text(&view, "{\"t\":1,\"type\":\"workflow\",\"id\":\"aa\",\"workflow\":{\"nodes\":["
                      "{\"id\":\"a\",\"kind\":\"llm\",\"description\":\"\",\"prompt\":\"A\","
                      "\"inputs\":[\"q\"],\"tools\":[],\"schema\":{\"type\":\"object\"}},"
                      "{\"id\":\"b\",\"kind\":\"llm\",\"description\":\"\",\"prompt\":\"B\","
                      "\"inputs\":[\"a\"],\"tools\":[]}]}}");
    str_addf(&json,
        "{\"t\":2,\"type\":\"proposal\",\"ordinal\":1,\"before\":\"aa\",\"after\":\"%s\","
        "\"diff\":{\"nodes_added\":[{\"id\":\"c\",\"kind\":\"llm\",\"description\":\"\","
        "\"prompt\":\"C\",\"inputs\":[\"q\"],\"tools\":[]}],\"nodes_removed\":[],"
        "\"rewired\":[{\"id\":\"b\",\"after\":{\"id\":\"b\",\"kind\":\"llm\","
        "\"description\":\"\",\"inputs\":[\"a\",\"c\"],\"tools\":[]}}],\"prompts\":[]},"
        "\"evidence\":{\"pass\":7,\"examples\":[[\"e\",1,0]]}}",
        workflow_id("{\"nodes\":[{\"id\":\"a\",\"kind\":\"llm\",\"prompt\":\"A\","
                    "\"inputs\":[\"q\"],\"schema\":{\"type\":\"object\"}},"
                    "{\"id\":\"c\",\"kind\":\"llm\",\"prompt\":\"C\",\"inputs\":[\"q\"]},"
                    "{\"id\":\"b\",\"kind\":\"llm\",\"prompt\":\"B\","
                    "\"inputs\":[\"a\",\"c\"]}]}"));
    apply_text(&view, str_text(&json));
    assert_int_equal(newest(&view)->pass, 7);
    workflow = &view.workflows.items[newest(&view)->workflow];
    assert_int_equal(workflow->count, 3);
    assert_false(workflow->was_current);
    for (int i = 0; i < 3; i++)
        assert_string_equal(workflow->nodes[i].id, nodes[i]);
    apply_text(&view, "{\"t\":3,\"type\":\"proposal\",\"ordinal\":2,\"before\":\"aa\","
                      "\"after\":\"00000000000000000000000000000001\",\"diff\":{},"
                      "\"evidence\":{\"pass\":8,\"examples\":[]}}");
    assert_int_equal(newest(&view)->pass, 7);
    str_free(&json);
    run_view_free(&view);
}

/* ---- made by hand ---- */

static void folds_a_decision(void **state)
{
    struct run_view view;
    const struct view_proposal *proposal;

    (void)state;
    run_view_init(&view);
    apply_text(&view, "{\"t\":1,\"type\":\"workflow\",\"id\":\"aa\",\"workflow\":{\"nodes\":"
                      "[{\"id\":\"a\",\"kind\":\"llm\",\"inputs\":[\"q\"]},"
                      "{\"id\":\"b\",\"kind\":\"llm\",\"inputs\":[\"a\",\"q\"]}]}}");
    assert_int_equal(view.workflows.items[0].nodes[1].inputs[0].node, 0);
    assert_int_equal(view.workflows.items[0].nodes[1].inputs[1].node, VIEW_NONE);
    apply_text(&view, "{\"seq\":7,\"t\":2,\"type\":\"proposal\",\"ordinal\":1,\"kind\":\"sketch\","
                      "\"before\":\"aa\",\"changes\":[\"one\",\"two\"]}");
    apply_text(&view, "{\"t\":2,\"type\":\"waiting\",\"pending\":{\"proposal\":1}}");
    assert_non_null(view.pending);
    assert_true(has_line(&view, "proposal 1 waits"));
    apply_text(&view, "{\"t\":3,\"type\":\"decision\",\"proposal\":1,\"what\":\"reject\","
                      "\"who\":\"person\",\"reason\":\"no\"}");
    assert_null(view.pending);
    proposal = &view.proposal_list.items[0];
    assert_int_equal(proposal->verdict, VIEW_REJECTED);
    assert_int_equal(proposal->seq, 7);
    assert_string_equal(proposal->reason, "no");
    assert_string_equal(proposal->changes, "one\ntwo");
    assert_int_equal(proposal->after, VIEW_NONE);
    assert_true(has_line(&view, "proposal 1 declined: no"));
    run_view_free(&view);
}

static void folds_progress(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply_text(&view, "{\"t\":1,\"type\":\"workflow\",\"id\":\"aa\",\"workflow\":{\"nodes\":"
                      "[{\"id\":\"a\"},{\"id\":\"b\"}]}}");
    apply_text(&view,
        "{\"t\":1,\"type\":\"node\",\"passes\":[[\"validation\",7,9],[\"b1 r1 s1\",3,5]"
        "],\"ids\":[\"b\",\"not_stated\"],\"nodes\":[[0,6,1,3,1,2],[4]]}");
    assert_int_equal(view.pass_count, 2);
    assert_int_equal(view.passes[1].examples, 5);
    assert_int_equal(view.live.count, 2);
    assert_ptr_equal(view.live.items[0].id, view.workflows.items[0].nodes[1].id);
    assert_int_equal(view.live.items[0].queued, 6);
    assert_int_equal(view.live.items[0].failed, 1);
    assert_int_equal(view.live.items[0].skipped, 2);
    assert_int_equal(view.live.items[1].waiting, 4);
    apply_text(&view, "{\"t\":1,\"type\":\"node_calls\",\"nodes\":{\"b\":[812,20,90,700,3]}}");
    apply_text(&view, "{\"t\":1,\"type\":\"node\",\"passes\":[]}");
    assert_int_equal(view.pass_count, 0);
    assert_int_equal(view.live.count, 0);
    assert_int_equal(view.node_calls.count, 1); /* they outlive the pass */
    assert_ptr_equal(view.node_calls.items[0].id, view.workflows.items[0].nodes[1].id);
    assert_int_equal(view.node_calls.items[0].calls, 812);
    assert_int_equal(view.node_calls.items[0].p95_ms, 90);
    assert_int_equal(view.node_calls.items[0].failed, 3);
    for (int i = 0; i < 700; i++)
        apply_text(&view, "{\"t\":9,\"type\":\"calls\",\"calls_per_s\":5,\"p95_ms\":7,\"cut\":2}");
    assert_int_equal(view.rates.count, 600);
    assert_int_equal(view.p95_ms, 7);
    assert_int_equal(view.cut, 2);
    apply_text(&view, "{\"t\":9,\"type\":\"sitting\",\"review\":\"all\",\"limits\":{\"usd\":5}}");
    apply_text(&view, "{\"t\":9,\"type\":\"calls\",\"executor\":{\"calls\":3,\"requests\":4}}");
    assert_true(run_view_cached_share(&view) == 0.25);
    apply_text(&view, "{\"t\":9,\"type\":\"calls\",\"executor\":{\"calls\":32,\"requests\":26}}");
    assert_true(run_view_cached_share(&view) == 0); /* some were cut off */
    assert_true(view.limit_usd == 5);
    assert_string_equal(view.review, "all");
    run_view_free(&view);
}

static void say_node(struct run_view *view, unsigned pass)
{
    char *json = mem_printf("{\"t\":1,\"type\":\"node\",\"passes\":[[\"b1 r1 s1\",0,1]],"
                            "\"workflow\":\"aa\",\"pass\":%u,\"ids\":[],\"nodes\":[]}",
        pass);

    apply_text(view, json);
    free(json);
}

/* The pass under way is the last one until it is stated, and nothing that is stated is of it. */
static void has_the_pass_under_way(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    apply_text(&view, "{\"t\":1,\"type\":\"workflow\",\"id\":\"aa\",\"workflow\":{\"nodes\":"
                      "[{\"id\":\"a\"}]}}");
    say_node(&view, 4);
    say_node(&view, 4);
    assert_int_equal(view.rollouts.count, 1);
    assert_true(newest(&view)->under_way && newest(&view)->pass == 4);
    apply_text(&view, "{\"seq\":1,\"t\":2,\"type\":\"rollout\",\"workflow\":\"aa\",\"pass\":4,"
                      "\"examples\":[[\"e\",1]]}");
    assert_int_equal(view.rollouts.count, 1);
    assert_false(newest(&view)->under_way);
    say_node(&view, 5);
    assert_int_equal(view.rollouts.count, 2);
    apply_text(&view, "{\"seq\":2,\"t\":3,\"type\":\"gradient\",\"node\":\"a\",\"example\":\"e\","
                      "\"id\":\"00000000000000000000000000000001\",\"from\":[]}");
    assert_int_equal(view.gradient_list.items[0].rollout, 0);
    assert_int_equal(view.gradient_list.items[0].node, 0);
    say_node(&view, 4); /* told late */
    assert_int_equal(view.rollouts.count, 1);
    say_node(&view, 6);
    apply_text(
        &view, "{\"t\":9,\"type\":\"node\",\"passes\":[]}"); /* it was cut: its traces stay */
    assert_true(newest(&view)->under_way && newest(&view)->pass == 6);
    run_view_free(&view);
}

/* Events of another version, damaged, or hostile: nothing but not said. */
static void survives_nonsense(void **state)
{
    static const char *const types[] = { "run_started", "workflow", "baseline", "batch_started",
        "rollout", "gradient", "workflow_gradient", "proposal", "decision", "validation", "test",
        "warning", "calls", "node", "phase", "sitting", "waiting", "paused", "stopped",
        "run_finished", "node_calls", "wishes", "unheard" };
    static const char *const bodies[] = { "",
        ",\"id\":7,\"workflow\":3,\"examples\":5,\"nodes\":{}",
        ",\"id\":\"zz\",\"workflow\":{\"nodes\":[1,{\"inputs\":[3],\"tools\":4}]},\"examples\":[1,"
        "[],[[2]],[\"e\"],[\"e\",\"x\"]],\"evidence\":{\"examples\":[1,[2]]},\"gradients\":[4,{}]",
        ",\"id\":\"00000000000000000000000000000000\",\"example\":\"e\",\"from\":[1,\"x\"],"
        "\"node\":\"n\",\"batch\":-5,\"ordinal\":1e300,\"t\":-3,\"proposal\":1,"
        "\"passes\":[-1],\"nodes\":[[\"x\"]]" };
    struct run_view view;

    (void)state;
    run_view_init(&view);
    for (int round = 0; round < 2; round++)
        for (size_t body = 0; body < sizeof bodies / sizeof bodies[0]; body++)
            for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
                char *json = mem_printf("{\"type\":\"%s\"%s}", types[type], bodies[body]);
                char *line = mem_alloc(4000);

                apply_text(&view, json);
                run_view_line(&view, round == 0, line, 4000);
                free(line);
                free(json);
            }
    run_view_free(&view);
    run_view_free(&view);
}

/* What a person wants is said once, and over when it has come. */
static void folds_wishes(void **state)
{
    struct run_view view;
    size_t lines;

    (void)state;
    run_view_init(&view);
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":false,\"revert\":\"\"}");
    assert_int_equal(view.log.count, 0);
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":false,\"revert\":\"aaaaaaaabbbb\"}");
    assert_true(has_line(&view, "workflow aaaaaaaa becomes the current one at the next batch"));
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":false,\"revert\":\"ccccccccdddd\"}");
    assert_true(has_line(&view, "cccccccc becomes the current one at the next batch, in place of"));
    assert_string_equal(view.going_back, "ccccccccdddd");
    apply_text(&view, "{\"type\":\"decision\",\"what\":\"revert\",\"who\":\"person\"}");
    assert_string_equal(view.going_back, "");
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":true,\"revert\":\"\"}");
    assert_true(view.stopping);
    assert_true(has_line(&view, "stopping: "));
    lines = view.log.count;
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":true,\"revert\":\"\"}");
    assert_int_equal(view.log.count, lines);
    run_view_free(&view);
    run_view_init(&view);
    apply_text(&view, "{\"type\":\"run_finished\",\"reason\":\"stopped\"}");
    apply_text(&view, "{\"type\":\"wishes\",\"stop\":true,\"revert\":\"\"}"); /* watched */
    assert_int_equal(view.log.count, 1);
    run_view_free(&view);
}

/* Whoever watches gets the last progress again and again. */
static void says_once_what_waits(void **state)
{
    struct run_view view;

    (void)state;
    run_view_init(&view);
    for (int i = 0; i < 3; i++)
        apply_text(&view, "{\"type\":\"waiting\",\"pending\":{\"proposal\":4}}");
    assert_int_equal(view.log.count, 1);
    run_view_free(&view);
}

static void cuts_names_at_characters(void **state)
{
    struct run_view view;
    struct str json = STR_INIT;

    (void)state;
    run_view_init(&view);
    str_add(&json, "{\"type\":\"phase\",\"phase\":\"x");
    for (int i = 0; i < 60; i++)
        str_add(&json, "é");
    str_add(&json, "\"}");
    apply_text(&view, str_text(&json));
    assert_int_equal(strlen(view.phase), 95);
    str_free(&json);
    run_view_free(&view);
}

static void writes_numbers(void **state)
{
    char text[16], score[8];

    (void)state;
    assert_string_equal(run_view_score(0.6424, score), ".642");
    assert_string_equal(run_view_score(0, score), ".000");
    assert_string_equal(run_view_score(0.9996, score), "1.00");
    assert_string_equal(run_view_score(-0.5, score), "-0.50");
    assert_string_equal(run_view_score(1e9, score), "999.00");
    assert_string_equal(run_view_score(NAN, score), "-");
    assert_string_equal(run_view_amount(41500, text), "42 k");
    assert_string_equal(run_view_amount(3200000, text), "3.2 M");
}

/* ---- 100,000 gradients ---- */

enum { BATCHES = 500, EXAMPLES = 20, NODES = 10 };

static void fold_big_batch(struct run_view *view, unsigned batch)
{
    struct str json = STR_INIT;

    str_addf(&json,
        "{\"seq\":1,\"t\":5,\"type\":\"rollout\",\"batch\":%u,\"round\":1,\"step\":1,"
        "\"kind\":\"inner\",\"workflow\":\"w\",\"score\":0.5,\"pass\":%u,"
        "\"examples\":[",
        batch, batch);
    for (unsigned i = 0; i < EXAMPLES; i++)
        str_addf(&json, "%s[\"example-%u\",0.5]", i > 0 ? "," : "", (batch * EXAMPLES + i) % 3000);
    str_add(&json, "]}");
    apply_text(view, str_text(&json));
    for (unsigned i = 0; i < EXAMPLES; i++)
        for (unsigned node = NODES; node-- > 0;) {
            str_clear(&json);
            str_addf(&json,
                "{\"seq\":1,\"t\":5,\"type\":\"gradient\",\"run\":\"abcdef\",\"node\":\"node%u\","
                "\"example\":\"example-%u\",\"id\":\"%08x%08x0000000000000000\",\"from\":[",
                node, (batch * EXAMPLES + i) % 3000, batch * EXAMPLES + i, node);
            if (node + 1 < NODES)
                str_addf(&json, "\"%08x%08x0000000000000000\"", batch * EXAMPLES + i, node + 1);
            str_add(&json, "]}");
            apply_text(view, str_text(&json));
        }
    str_free(&json);
}

static void folds_many_gradients(void **state)
{
    struct run_view view;
    struct str json = STR_INIT;
    struct mallinfo2 before = mallinfo2(), after;
    size_t used;
    int64_t began;

    (void)state;
    run_view_init(&view);
    str_add(&json, "{\"type\":\"workflow\",\"id\":\"w\",\"workflow\":{\"nodes\":[");
    for (int i = 0; i < NODES; i++)
        str_addf(&json, "%s{\"id\":\"node%d\"}", i > 0 ? "," : "", i);
    str_add(&json, "]}}");
    apply_text(&view, str_text(&json));
    str_free(&json);
    began = clock_us();
    folding_us = 0;
    for (unsigned batch = 0; batch < BATCHES; batch++)
        fold_big_batch(&view, batch);
    print_message("%zu gradients: folded in %.0f ms, %.0f with printing and parsing\n",
        view.gradient_list.count, (double)folding_us / 1000, (double)(clock_us() - began) / 1000);
    assert_int_equal(view.gradient_list.count, BATCHES * EXAMPLES * NODES);
    assert_int_equal(view.froms.count, BATCHES * EXAMPLES * (NODES - 1));
    after = mallinfo2(); /* all 0 under a sanitizer */
    used = after.uordblks + after.hblkhd - before.uordblks - before.hblkhd;
    print_message("%.1f MiB\n", (double)used / (1 << 20));
    assert_true(used < 32u << 20);
    run_view_free(&view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folds_a_run),
        cmocka_unit_test(folds_facts_alone),
        cmocka_unit_test(has_the_pass_with_a_change),
        cmocka_unit_test(finds_the_order_of_a_change),
        cmocka_unit_test(folds_a_decision),
        cmocka_unit_test(folds_progress),
        cmocka_unit_test(has_the_pass_under_way),
        cmocka_unit_test(survives_nonsense),
        cmocka_unit_test(folds_wishes),
        cmocka_unit_test(says_once_what_waits),
        cmocka_unit_test(cuts_names_at_characters),
        cmocka_unit_test(writes_numbers),
        cmocka_unit_test(folds_many_gradients),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
