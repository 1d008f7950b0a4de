/* The reader: over a finished run's file, and over one that is being written. */
#include <math.h>
#include <stdlib.h>

#include "file.h"
#include "reader.h"
#include "run_view.h"
#include "sitting.h"
#include "store.h"

struct opened {
    uv_loop_t loop;
    struct reader *reader;
    unsigned changes;
};

static void on_change(void *data)
{
    ((struct opened *)data)->changes++;
}

static void open_reader(struct opened *opened, const char *folder, const char *id)
{
    char *name = mem_printf("%s/%s.flowbot", folder, id);
    struct err err = { .code = ERR_NONE };

    *opened = (struct opened){ .changes = 0 };
    assert_int_equal(uv_loop_init(&opened->loop), 0);
    opened->reader = reader_open(&opened->loop, name, on_change, opened, &err);
    if (opened->reader == NULL)
        fail_msg("%s", err.message);
    free(name);
}

static void wait_for_all(struct opened *opened)
{
    while (reader_is_busy(opened->reader))
        (void)uv_run(&opened->loop, UV_RUN_ONCE);
    assert_null(reader_trouble(opened->reader));
}

static void close_reader(struct opened *opened)
{
    reader_close(opened->reader);
    (void)uv_run(&opened->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&opened->loop), 0);
}

/* ---- over a finished run ---- */

static void fold_facts(const struct sitting *run, struct run_view *view)
{
    run_view_init(view);
    for (size_t i = 0; i < run->fact_count; i++) {
        cJSON *fact = cJSON_Parse(run->facts[i]);

        run_view_apply(view, fact);
        cJSON_Delete(fact);
    }
}

/* The first rollout that goes backward through nodes. */
static int inner_rollout(const struct run_view *view)
{
    for (size_t i = 0; i < view->rollouts.count; i++)
        if (!view->rollouts.items[i].validation && !view->rollouts.items[i].outer)
            return (int)i;
    fail_msg("no inner rollout");
    return -1;
}

static const struct text *text_of(struct opened *opened, struct hash id)
{
    bool missing;

    (void)reader_text(opened->reader, id, NULL);
    wait_for_all(opened);
    assert_non_null(reader_text(opened->reader, id, &missing));
    assert_false(missing);
    return reader_text(opened->reader, id, NULL);
}

static void check_example(
    struct opened *opened, const struct run_view *view, int rollout, const struct view_score *score)
{
    const char *id = view->examples.items[score->example].id;
    unsigned pass = view->rollouts.items[rollout].pass;
    const struct trace_view *trace;
    uint32_t first, count;

    (void)reader_trace(opened->reader, pass, id);
    wait_for_all(opened);
    trace = reader_trace(opened->reader, pass, id);
    assert_non_null(trace);
    assert_true(trace->found);
    assert_string_equal(trace->example, id);
    assert_true(trace->score == score->score);
    assert_true(trace->call_count > 0);
    assert_true(text_of(opened, trace->target)->len > 0);
    trace = reader_trace(opened->reader, pass, id);
    run_view_gradients_of(view, rollout, score->example, &first, &count);
    assert_true(count > 0);
    for (uint32_t i = first; i < first + count; i++) {
        const struct view_gradient *gradient = &view->gradient_list.items[i];

        assert_true(gradient->node >= 0 && (size_t)gradient->node < trace->node_count);
        assert_true(hash_equal(trace->gradients[gradient->node], gradient->text));
        assert_non_null(strstr(text_of(opened, gradient->text)->data, "Change"));
    }
}

static void reads_traces(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct opened opened;
    struct run_view view;
    int rollout;

    fold_facts(run, &view);
    rollout = inner_rollout(&view);
    open_reader(&opened, ((struct place *)*state)->store, run->id);
    for (uint32_t i = 0; i < view.rollouts.items[rollout].score_count; i++)
        check_example(&opened, &view, rollout,
            &view.scores.items[view.rollouts.items[rollout].first_score + i]);
    assert_true(opened.changes > 0);
    close_reader(&opened);
    run_view_free(&view);
}

static void reads_passes(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct opened opened;
    struct run_view view;

    fold_facts(run, &view);
    open_reader(&opened, ((struct place *)*state)->store, run->id);
    for (size_t i = 0; i < view.rollouts.count; i++) {
        const struct view_rollout *rollout = &view.rollouts.items[i];
        const struct pass_view *pass;
        double sum = 0;

        (void)reader_pass(opened.reader, rollout->pass);
        wait_for_all(&opened);
        pass = reader_pass(opened.reader, rollout->pass);
        assert_non_null(pass);
        assert_true(pass->count > 0);
        for (size_t j = 0; j < pass->count; j++)
            sum += pass->examples[j].score;
        assert_true(fabs(sum / (double)pass->count - rollout->score) < 1e-9);
    }
    close_reader(&opened);
    run_view_free(&view);
}

static void reads_calls_and_facts(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct opened opened;
    struct run_view view;
    const struct view_rollout *rollout;
    const char *id;
    const struct trace_view *trace;
    const struct call_view *call;
    const struct text *fact;
    struct hash key;

    fold_facts(run, &view);
    rollout = &view.rollouts.items[inner_rollout(&view)];
    id = view.examples.items[view.scores.items[rollout->first_score].example].id;
    open_reader(&opened, ((struct place *)*state)->store, run->id);
    (void)reader_trace(opened.reader, rollout->pass, id);
    (void)reader_fact(opened.reader, view.proposal_list.items[0].seq);
    wait_for_all(&opened);
    trace = reader_trace(opened.reader, rollout->pass, id);
    key = trace->calls[0].key;
    (void)reader_call(opened.reader, key);
    wait_for_all(&opened);
    call = reader_call(opened.reader, key);
    assert_non_null(call);
    assert_true(call->found);
    assert_non_null(call->text);
    assert_non_null(strstr(call->reply, "\"content\""));
    assert_true(call->input_tokens > 0 && call->attempts == 1);
    assert_string_equal(call->role, "executor");
    assert_string_equal(call->model, "builtin");
    assert_non_null(strstr(call->request, "\"messages\""));
    fact = reader_fact(opened.reader, view.proposal_list.items[0].seq);
    assert_non_null(fact);
    assert_non_null(strstr(fact->data, "\"type\":\"proposal\""));
    close_reader(&opened);
    run_view_free(&view);
}

static void finds_texts(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct opened opened;
    struct run_view view;
    const struct view_rollout *rollout;
    const struct reader_matches *matches;

    fold_facts(run, &view);
    rollout = &view.rollouts.items[inner_rollout(&view)];
    open_reader(&opened, ((struct place *)*state)->store, run->id);
    (void)reader_find(opened.reader, rollout->pass, "given up for the next one");
    (void)reader_find(opened.reader, rollout->pass, "## QUESTION");
    wait_for_all(&opened);
    matches = reader_find(opened.reader, rollout->pass, "## QUESTION");
    assert_non_null(matches);
    assert_int_equal(matches->count, rollout->score_count);
    (void)reader_find(opened.reader, rollout->pass, "nobody says this");
    wait_for_all(&opened);
    matches = reader_find(opened.reader, rollout->pass, "nobody says this");
    assert_non_null(matches);
    assert_int_equal(matches->count, 0);
    close_reader(&opened);
    run_view_free(&view);
}

/* What is not there is said to be missing, and nothing comes of asking for it. */
static void says_what_is_missing(void **state)
{
    const struct sitting *run = undisturbed(*state);
    struct hash nowhere = hash_text("nowhere");
    struct opened opened;
    bool missing;

    open_reader(&opened, ((struct place *)*state)->store, run->id);
    assert_null(reader_text(opened.reader, nowhere, &missing));
    assert_false(missing);
    (void)reader_trace(opened.reader, 0, "no such example");
    (void)reader_trace(opened.reader, 9999, "no such example");
    (void)reader_call(opened.reader, nowhere);
    (void)reader_pass(opened.reader, 9999);
    assert_null(reader_fact(opened.reader, 1u << 30));
    wait_for_all(&opened);
    assert_null(reader_text(opened.reader, nowhere, &missing));
    assert_true(missing);
    assert_false(reader_trace(opened.reader, 0, "no such example")->found);
    assert_false(reader_call(opened.reader, nowhere)->found);
    assert_int_equal(reader_pass(opened.reader, 9999)->count, 0);
    assert_null(reader_text(opened.reader, (struct hash){ 0, 0 }, &missing));
    assert_true(missing);
    assert_false(reader_is_busy(opened.reader));
    close_reader(&opened);
}

static void refuses_other_files(void **state)
{
    struct place *place = *state;
    struct err err = { .code = ERR_NONE };
    uv_loop_t loop;

    assert_int_equal(uv_loop_init(&loop), 0);
    assert_null(reader_open(&loop, place->task, NULL, NULL, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* ---- over one that is being written ---- */

static struct store *new_store(struct opened *opened, const struct place *place, const char *id)
{
    struct err err = { .code = ERR_NONE };
    struct store *store = store_create(&opened->loop, place->store, id, "{}", &err);

    if (store == NULL)
        fail_msg("%s", err.message);
    return store;
}

static void on_put(void *data, const struct err *error)
{
    assert_null(error);
    *(bool *)data = true;
}

static void put_text(struct opened *opened, struct store *store, const char *bytes)
{
    struct text *text = text_from(bytes);
    bool done = false;

    store_put(store, STORE_TEXT, hash_bytes(text->data, text->len), text, on_put, &done);
    text_unref(text);
    while (!done)
        (void)uv_run(&opened->loop, UV_RUN_ONCE);
}

static void sees_what_comes_later(void **state)
{
    const struct place *place = *state;
    struct opened opened = { .changes = 0 };
    struct hash id = hash_text("later");
    char *path = mem_printf("%s/growing.flowbot", place->store);
    struct err err = { .code = ERR_NONE };
    struct store *store;
    bool missing;

    assert_int_equal(uv_loop_init(&opened.loop), 0);
    store = new_store(&opened, place, "growing");
    opened.reader = reader_open(&opened.loop, path, on_change, &opened, &err);
    assert_non_null(opened.reader);
    (void)reader_text(opened.reader, id, NULL);
    wait_for_all(&opened);
    put_text(&opened, store, "later");
    assert_null(reader_text(opened.reader, id, &missing)); /* nobody said that the file changed */
    assert_true(missing);
    reader_renew(opened.reader);
    (void)reader_text(opened.reader, id, &missing);
    assert_true(missing); /* until the new answer is there */
    assert_true(reader_is_busy(opened.reader));
    opened.changes = 0;
    wait_for_all(&opened);
    assert_int_equal(opened.changes, 1);
    assert_string_equal(reader_text(opened.reader, id, NULL)->data, "later");
    reader_close(opened.reader);
    store_close(store);
    (void)uv_run(&opened.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&opened.loop), 0);
    free(path);
}

/* More than it may hold: what was asked for last stays. */
static void holds_its_bytes(void **state)
{
    enum { TEXTS = 12, SIZE = 1 << 20 };
    const struct place *place = *state;
    struct opened opened = { .changes = 0 };
    char *path = mem_printf("%s/full.flowbot", place->store);
    char *bytes = mem_zalloc(SIZE + 1, 1);
    struct hash ids[TEXTS];
    struct err err = { .code = ERR_NONE };
    struct store *store;

    assert_int_equal(uv_loop_init(&opened.loop), 0);
    store = new_store(&opened, place, "full");
    memset(bytes, 'x', SIZE);
    for (int i = 0; i < TEXTS; i++) {
        bytes[0] = (char)('a' + i);
        ids[i] = hash_bytes(bytes, SIZE);
        put_text(&opened, store, bytes);
    }
    opened.reader = reader_open(&opened.loop, path, NULL, NULL, &err);
    for (int i = 0; i < TEXTS; i++) {
        (void)reader_text(opened.reader, ids[i], NULL);
        wait_for_all(&opened);
    }
    assert_non_null(reader_text(opened.reader, ids[TEXTS - 1], NULL));
    assert_non_null(reader_text(opened.reader, ids[TEXTS - 5], NULL));
    assert_null(reader_text(opened.reader, ids[0], NULL)); /* asked for anew */
    wait_for_all(&opened);
    assert_int_equal(reader_text(opened.reader, ids[0], NULL)->data[0], 'a');
    reader_close(opened.reader); /* with nothing or something under way */
    store_close(store);
    (void)uv_run(&opened.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&opened.loop), 0);
    free(bytes);
    free(path);
}

static void closes_while_it_works(void **state)
{
    const struct sitting *run = undisturbed(*state);

    for (unsigned i = 0; i < 20; i++) {
        struct opened opened;

        open_reader(&opened, ((struct place *)*state)->store, run->id);
        for (unsigned pass = 0; pass < 10; pass++) {
            (void)reader_find(opened.reader, pass, "a");
            (void)reader_pass(opened.reader, pass);
        }
        for (unsigned turns = 0; turns < i; turns++)
            (void)uv_run(&opened.loop, UV_RUN_NOWAIT);
        close_reader(&opened);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_traces),
        cmocka_unit_test(reads_passes),
        cmocka_unit_test(reads_calls_and_facts),
        cmocka_unit_test(finds_texts),
        cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(refuses_other_files),
        cmocka_unit_test(sees_what_comes_later),
        cmocka_unit_test(holds_its_bytes),
        cmocka_unit_test(closes_while_it_works),
    };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
