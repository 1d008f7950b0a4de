/* Review without a screen: each proposal ends the sitting, a file decides, the next sitting goes
 * on. */
#include "decisions.h"
#include "file.h"
#include "sitting.h"

/* What waits, from the run's own note; the caller's. */
static cJSON *pending_of(const struct place *place, const char *id)
{
    struct err err = { .code = ERR_NONE };
    uv_loop_t loop;
    struct store *store;
    cJSON *status, *pending;
    char *text;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_open(&loop, place->store, id, &err);
    assert_non_null(store);
    text = store_get_value(store, "status");
    status = cJSON_Parse(text);
    pending = cJSON_DetachItemFromObjectCaseSensitive(status, "pending");
    cJSON_Delete(status);
    free(text);
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_non_null(pending);
    return pending;
}

/* Writes `json` into a file and applies it, as review --apply does. */
static bool apply(const struct place *place, const char *id, const char *json, struct err *err)
{
    char *path = file_join(place->folder, "decision.json");
    struct task *task = task_load(place->task, NULL, 0, err);
    struct workflow_scope scope = task_scope(task);
    cJSON *pending = pending_of(place, id);
    uv_loop_t loop;
    struct store *store;
    bool ok;

    assert_true(file_write(path, json, strlen(json), err));
    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_open(&loop, place->store, id, err);
    assert_non_null(store);
    ok = decisions_apply_file(store, &scope, pending, path, err);
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    cJSON_Delete(pending);
    task_scope_free(&scope);
    task_free(task);
    free(path);
    return ok;
}

static void must_apply(const struct place *place, const char *id, const char *json)
{
    struct err err = { .code = ERR_NONE };

    if (!apply(place, id, json, &err))
        fail_msg("%s", err.message);
}

/* ---- sittings until the run is done ---- */

struct reviewer {
    const struct place *place;
    enum review_mode review;
    char *(*decide)(struct reviewer *reviewer, const cJSON *pending); /* the file's content */
    const char *looked_for; /* in what the meta model is asked */
    bool seen;
    unsigned sketches, prompts; /* decided */
    char edited[64];            /* id of a node whose prompt was edited */
};

static void look(void *data, const struct llm_request *request)
{
    struct reviewer *reviewer = data;

    if (reviewer->looked_for == NULL || request->role != LLM_META)
        return;
    for (size_t i = 0; i < request->message_count; i++)
        if (strstr(request->messages[i].content->data, reviewer->looked_for) != NULL)
            reviewer->seen = true;
}

/* The last sitting; the caller frees it. */
static struct sitting review(struct reviewer *reviewer)
{
    char id[64] = "";

    for (unsigned sittings = 0; sittings < 100; sittings++) {
        struct sitting run = {
            .place = reviewer->place,
            .review = reviewer->review, /* of the first sitting; kept from there on */
            .keep_flaky = true,
            .flaky = { .log = -1, .on_request = look, .data = reviewer },
        };
        cJSON *pending;
        char *json;

        (void)snprintf(run.id, sizeof run.id, "%s", id);
        reviewer->review = id[0] == '\0' ? reviewer->review : REVIEW_NONE;
        sitting_run(&run);
        if (!run.outcome.waiting)
            return run;
        expect_outcome(&run, 1);
        expect_words(&run, "flowbot review", "--apply", "flowbot resume", run.id, NULL);
        (void)snprintf(id, sizeof id, "%s", run.id);
        sitting_free(&run);
        pending = pending_of(reviewer->place, id);
        if (strcmp(string_of(pending, "kind"), "sketch") == 0)
            reviewer->sketches++;
        else
            reviewer->prompts++;
        json = reviewer->decide(reviewer, pending);
        must_apply(reviewer->place, id, json);
        free(json);
        cJSON_Delete(pending);
    }
    fail_msg("100 sittings were not enough");
    return (struct sitting){ 0 };
}

static unsigned count_facts(const struct sitting *run, const char *word)
{
    unsigned count = 0;

    for (size_t i = 0; i < run->fact_count; i++)
        count += strstr(run->facts[i], word) != NULL;
    return count;
}

static char *take(struct reviewer *reviewer, const cJSON *pending)
{
    (void)reviewer;
    return mem_printf(
        "{ \"proposal\": %.0f, \"decision\": \"accept\" }", number_of(pending, "proposal"));
}

static char *reject(struct reviewer *reviewer, const cJSON *pending)
{
    return mem_printf("[{ // comments are fine\n \"proposal\": %.0f, \"decision\": \"reject\", "
                      "\"reason\": \"%s\" }]",
        number_of(pending, "proposal"), reviewer->looked_for);
}

static char *edit_first(struct reviewer *reviewer, const cJSON *pending)
{
    cJSON *workflow, *node, *decision;
    char *json;

    if (reviewer->edited[0] != '\0')
        return take(reviewer, pending);
    workflow = cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(pending, "workflow"), true);
    node = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(workflow, "nodes"), 0);
    (void)snprintf(reviewer->edited, sizeof reviewer->edited, "%s", string_of(node, "id"));
    cJSON_ReplaceItemInObjectCaseSensitive(node, "prompt", cJSON_CreateString("A prompt by hand."));
    decision = cJSON_CreateObject();
    cJSON_AddNumberToObject(decision, "proposal", number_of(pending, "proposal"));
    cJSON_AddStringToObject(decision, "decision", "edit");
    cJSON_AddItemToObject(decision, "workflow", workflow);
    json = cJSON_Print(decision);
    cJSON_Delete(decision);
    return json;
}

/* A person who takes everything ends where the schedule ends. */
static void test_accept_all(void **state)
{
    struct reviewer reviewer = { .place = *state, .review = REVIEW_ALL, .decide = take };
    struct sitting last = review(&reviewer);

    expect_outcome(&last, 0);
    assert_true(reviewer.sketches > 0);
    assert_true(reviewer.prompts > 0);
    assert_int_equal(
        count_facts(&last, "\"who\":\"person\""), reviewer.sketches + reviewer.prompts);
    assert_int_equal(count_facts(&last, "\"who\":\"schedule\""), 0);
    assert_string_equal(last.workflow, undisturbed(*state)->workflow);
    assert_int_equal(
        count_facts(&last, "\"type\":\"proposal\""), reviewer.sketches + reviewer.prompts);
    sitting_free(&last);
}

/* The mode of the first sitting stays: only sketches wait, the schedule takes the rest. */
static void test_structure_only(void **state)
{
    struct reviewer reviewer = { .place = *state, .review = REVIEW_STRUCTURE, .decide = take };
    struct sitting last = review(&reviewer);

    expect_outcome(&last, 0);
    assert_true(reviewer.sketches > 0);
    assert_int_equal(reviewer.prompts, 0);
    assert_int_equal(count_facts(&last, "\"who\":\"person\""), reviewer.sketches);
    assert_true(count_facts(&last, "\"who\":\"schedule\"") > 0);
    assert_string_equal(last.workflow, undisturbed(*state)->workflow);
    sitting_free(&last);
}

static void test_reasons_reach_the_meta_model(void **state)
{
    static const enum review_mode modes[] = { REVIEW_STRUCTURE, REVIEW_ALL };

    for (int i = 0; i < 2; i++) {
        struct reviewer reviewer = {
            .place = *state,
            .review = modes[i],
            .decide = reject,
            .looked_for = "Wombats would not read it that way",
        };
        struct sitting last = review(&reviewer);

        expect_outcome(&last, 0);
        assert_true(reviewer.seen);
        assert_int_equal(
            count_facts(&last, "\"what\":\"reject\""), reviewer.sketches + reviewer.prompts);
        assert_int_equal(
            count_facts(&last, reviewer.looked_for), reviewer.sketches + reviewer.prompts);
        sitting_free(&last);
    }
}

static void test_edit(void **state)
{
    struct reviewer reviewer = { .place = *state, .review = REVIEW_ALL, .decide = edit_first };
    struct sitting last = review(&reviewer);

    expect_outcome(&last, 0);
    assert_int_equal(count_facts(&last, "\"what\":\"edit\""), 1);
    assert_true(count_facts(&last, "A prompt by hand.") > 0);
    sitting_free(&last);
}

/* ---- files that do not decide ---- */

static const struct {
    const char *json, *words[2];
} bad_files[] = {
    { "", { "decision.json", NULL } },
    { "{ \"proposal\": 1, }}", { "decision.json:1", NULL } },
    { "7", { "proposal", NULL } },
    { "[]", { "one entry is expected, not 0", NULL } },
    { "[{ \"proposal\": 1, \"decision\": \"accept\" }, { \"proposal\": 2, \"decision\": \"accept\" "
      "}]",
        { "one entry is expected, not 2", NULL } },
    { "{ \"decision\": \"accept\" }", { "no \"proposal\"", NULL } },
    { "{ \"proposal\": \"1\", \"decision\": \"accept\" }", { "a number", NULL } },
    { "{ \"proposal\": 3, \"decision\": \"accept\" }",
        { "proposal 3 does not wait", "proposal 1 does" } },
    { "{ \"proposal\": 1 }", { "must be accept, reject or edit", NULL } },
    { "{ \"proposal\": 1, \"decision\": \"maybe\" }", { "must be accept, reject or edit", NULL } },
    { "{ \"proposal\": 1, \"decision\": \"reject\" }", { "needs a \"reason\"", NULL } },
    { "{ \"proposal\": 1, \"decision\": \"reject\", \"reason\": \"\" }",
        { "needs a \"reason\"", NULL } },
    { "{ \"proposal\": 1, \"decision\": \"edit\" }", { "needs the whole \"workflow\"", NULL } },
    { "{ \"proposal\": 1, \"decision\": \"edit\", \"workflow\": {} }", { "workflow", "nodes" } },
    { "{ \"proposal\": 1, \"decision\": \"edit\", \"workflow\": { \"nodes\": [ { \"id\": \"a\", "
      "\"kind\": \"agent\", \"prompt\": \"p\", \"description\": \"d\", \"inputs\": [\"question\"], "
      "\"tools\": [\"serch\"] } ] } }",
        { "serch", "search" } },
    { "{ \"proposal\": 1, \"decision\": \"accept\", \"reasn\": \"x\" }", { "reasn", "reason" } },
};

static void test_bad_files(void **state)
{
    struct sitting run = { .place = *state, .review = REVIEW_ALL };
    struct sitting again = { .place = *state };

    sitting_run(&run);
    expect_outcome(&run, 1);
    assert_true(run.outcome.waiting);
    for (size_t i = 0; i < sizeof bad_files / sizeof bad_files[0]; i++) {
        struct err err = { .code = ERR_NONE };

        if (apply(*state, run.id, bad_files[i].json, &err))
            fail_msg("taken: %s", bad_files[i].json);
        assert_int_equal(err.code, ERR_INPUT);
        for (int w = 0; w < 2 && bad_files[i].words[w] != NULL; w++)
            if (strstr(err.message, bad_files[i].words[w]) == NULL)
                fail_msg("%s: \"%s\" is not in \"%s\"", bad_files[i].json, bad_files[i].words[w],
                    err.message);
    }
    /* none of them decided anything: it waits for the same proposal */
    (void)snprintf(again.id, sizeof again.id, "%s", run.id);
    sitting_run(&again);
    assert_true(again.outcome.waiting);
    assert_int_equal(again.fact_count, run.fact_count);
    assert_int_equal(again.flaky.asked, 0);
    sitting_free(&again);
    sitting_free(&run);
}

/* The first decision on a proposal is the decision. */
static void test_decided_once(void **state)
{
    struct sitting run = { .place = *state, .review = REVIEW_STRUCTURE };
    struct sitting next = { .place = *state };
    struct err err = { .code = ERR_NONE };

    sitting_run(&run);
    must_apply(*state, run.id, "{ \"proposal\": 1, \"decision\": \"accept\" }");
    assert_false(apply(*state, run.id,
        "{ \"proposal\": 1, \"decision\": \"reject\", \"reason\": \"second thoughts\" }", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "decided"));
    (void)snprintf(next.id, sizeof next.id, "%s", run.id);
    sitting_run(&next);
    assert_int_equal(count_facts(&next, "\"what\":\"accept\",\"who\":\"person\""), 1);
    sitting_free(&next);
    sitting_free(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accept_all),
        cmocka_unit_test(test_structure_only),
        cmocka_unit_test(test_reasons_reach_the_meta_model),
        cmocka_unit_test(test_edit),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_decided_once),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
