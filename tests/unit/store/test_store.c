#include <sqlite3.h>

#include "schema.h"
#include "str.h"
#include "store_fixture.h"

static void test_snapshot_and_paths(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");

    assert_string_equal(store_snapshot(store), "{\"task\":\"snapshot\"}");
    assert_non_null(strstr(store_path(store), "/one.flowbot"));
    assert_int_equal(store_notice(store) != NULL, schema_network_name(fixture->folder) != NULL);
    fixture_shut(fixture, store);
    store = fixture_reopen(fixture, "one");
    assert_string_equal(store_snapshot(store), "{\"task\":\"snapshot\"}");
    fixture_shut(fixture, store);
}

static void test_put_then_get_in_one_breath(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct text *body = body_of(7);
    struct tally tally = { 0 };
    struct answer answer = { 0 };

    assert_false(store_has(store, STORE_REPLY, key_of(7)));
    store_put(store, STORE_REPLY, key_of(7), body, on_put, &tally);
    assert_true(store_has(store, STORE_REPLY, key_of(7)));
    assert_false(store_has(store, STORE_TOOL, key_of(7)));
    store_get(store, STORE_REPLY, key_of(7), on_answer, &answer);
    assert_int_equal(tally.ok, 0);
    assert_false(answer.is_done);
    fixture_run(fixture);
    assert_int_equal(tally.ok, 1);
    assert_true(answer.is_done);
    assert_string_equal(answer.body->data, body->data);
    text_unref(answer.body);
    text_unref(body);
    fixture_shut(fixture, store);
}

static void test_missing_key_is_no_error(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct answer answer = fixture_get(fixture, store, STORE_TEXT, key_of(1));

    assert_null(answer.body);
    assert_false(answer.has_error);
    fixture_shut(fixture, store);
}

static void test_first_body_stays(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct text *first = text_from("first"), *second = text_from("second");
    struct tally tally = { 0 };
    struct answer answer;

    store_put(store, STORE_REPLY, key_of(1), first, on_put, &tally);
    store_put(store, STORE_REPLY, key_of(1), second, on_put, &tally);
    answer = fixture_get(fixture, store, STORE_REPLY, key_of(1));
    assert_string_equal(answer.body->data, "first");
    assert_int_equal(tally.ok, 2);
    text_unref(answer.body);
    text_unref(first);
    text_unref(second);
    fixture_shut(fixture, store);
}

static void test_empty_and_binary_bodies(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct text *empty = text_new("", 0), *binary = text_new("a\0b\xff", 4);
    struct answer answer;

    store_put(store, STORE_TEXT, key_of(1), empty, NULL, NULL);
    store_put(store, STORE_TEXT, (struct hash){ 0, 0 }, binary, NULL, NULL);
    fixture_shut(fixture, store);
    store = fixture_reopen(fixture, "one");
    answer = fixture_get(fixture, store, STORE_TEXT, key_of(1));
    assert_int_equal(answer.body->len, 0);
    text_unref(answer.body);
    answer = fixture_get(fixture, store, STORE_TEXT, (struct hash){ 0, 0 });
    assert_int_equal(answer.body->len, 4);
    assert_memory_equal(answer.body->data, binary->data, 4);
    text_unref(answer.body);
    text_unref(empty);
    text_unref(binary);
    fixture_shut(fixture, store);
}

static void put_many(struct store *store, unsigned from, unsigned to, struct tally *tally)
{
    for (unsigned i = from; i < to; i++) {
        struct text *body = body_of(i);

        store_put(store, STORE_REPLY, key_of(i), body, on_put, tally);
        text_unref(body);
    }
}

static void test_many_puts_are_grouped_and_last(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };

    put_many(store, 0, 5000, &tally);
    fixture_run(fixture);
    assert_int_equal(tally.ok, 5000);
    assert_int_equal(store_counts(store).puts, 5000);
    assert_in_range(store_counts(store).commits, 1, 2500);
    fixture_shut(fixture, store);
    store = fixture_reopen(fixture, "one");
    for (unsigned i = 0; i < 5000; i += 7) {
        struct answer answer = fixture_get(fixture, store, STORE_REPLY, key_of(i));
        struct text *body = body_of(i);

        assert_string_equal(answer.body->data, body->data);
        text_unref(answer.body);
        text_unref(body);
    }
    assert_false(store_has(store, STORE_REPLY, key_of(5000)));
    fixture_shut(fixture, store);
}

static void test_close_delivers_what_is_pending(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };
    struct answer answer = { 0 };

    put_many(store, 0, 100, &tally);
    store_get(store, STORE_REPLY, key_of(99), on_answer, &answer);
    store_close(store);
    assert_int_equal(tally.ok, 100);
    assert_true(answer.is_done);
    text_unref(answer.body);
    fixture_run(fixture);
}

struct closer {
    struct store *store;
    struct tally late;
    unsigned others;
};

static void on_put_close(void *data, const struct err *error)
{
    struct closer *closer = data;

    assert_null(error);
    store_close(closer->store);
}

static void on_put_put(void *data, const struct err *error)
{
    struct closer *closer = data;
    struct text *body = text_from("late");

    (void)error;
    closer->others++;
    store_put(closer->store, STORE_TEXT, key_of(closer->others), body, on_put, &closer->late);
    text_unref(body);
}

/* A callback closes the store while others of the same commit wait for theirs, and these want to go
 * on putting. */
static void test_close_from_a_callback(void **state)
{
    struct fixture *fixture = *state;
    struct closer closer = { .store = fixture_create(fixture, "one") };
    struct text *body = text_from("x");

    store_put(closer.store, STORE_REPLY, key_of(1), body, on_put_close, &closer);
    for (unsigned i = 2; i < 10; i++)
        store_put(closer.store, STORE_REPLY, key_of(i), body, on_put_put, &closer);
    text_unref(body);
    fixture_run(fixture);
    assert_int_equal(closer.others, 8);
    assert_int_equal(closer.late.ok, 0);
    assert_int_equal(closer.late.failed, 8);
    expect_err(&closer.late.error, ERR_CANCELLED, "closing", NULL);
}

static void put_facts(struct store *store, uint32_t from, uint32_t to, struct tally *tally)
{
    for (uint32_t seq = from; seq < to; seq++) {
        char *json = mem_printf("{\"seq\":%u}", seq);
        struct text *fact = text_from(json);

        store_put_fact(store, seq, fact, on_put, tally);
        text_unref(fact);
        free(json);
    }
}

static void expect_facts(struct store *store, size_t expected)
{
    struct err err = { 0 };
    size_t count;
    struct text **facts = store_facts(store, &count, &err);

    assert_non_null(facts);
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        char *json = mem_printf("{\"seq\":%zu}", i);

        assert_string_equal(facts[i]->data, json);
        free(json);
        text_unref(facts[i]);
    }
    free(facts);
}

static void test_facts_in_order(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };

    expect_facts(store, 0);
    put_facts(store, 0, 12, &tally);
    expect_facts(store, 12); /* waits for what is queued */
    fixture_shut(fixture, store);
    assert_int_equal(tally.ok, 12);
    store = fixture_reopen(fixture, "one");
    expect_facts(store, 12);
    put_facts(store, 12, 15, &tally);
    fixture_run(fixture);
    expect_facts(store, 15);
    fixture_shut(fixture, store);
}

static void test_gap_between_facts_is_trouble(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };

    put_facts(store, 0, 2, &tally);
    fixture_run(fixture);
    assert_null(store_trouble(store));
    put_facts(store, 3, 4, &tally);
    fixture_run(fixture);
    assert_int_equal(tally.ok, 2);
    assert_int_equal(tally.failed, 1);
    expect_err(&tally.error, ERR_IO, "fact 3", "fact 2", NULL);
    assert_non_null(store_trouble(store));
    put_facts(store, 2, 3, &tally);
    fixture_run(fixture);
    assert_int_equal(tally.failed, 2);
    fixture_shut(fixture, store);
    store = fixture_reopen(fixture, "one");
    expect_facts(store, 2);
    fixture_shut(fixture, store);
}

static void test_doubled_fact_is_trouble(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };

    put_facts(store, 0, 3, &tally);
    put_facts(store, 2, 3, &tally);
    fixture_run(fixture);
    assert_true(tally.failed >= 1);
    fixture_shut(fixture, store);
}

static void collect_body(void *data, struct hash key, const char *body)
{
    str_addf(data, "%s%s ", hash_equal(key, hash_text(body)) ? "" : "wrong key: ", body);
}

static void put_text(struct store *store, enum store_kind kind, const char *string)
{
    struct text *body = text_from(string);

    store_put(store, kind, hash_text(string), body, NULL, NULL);
    text_unref(body);
}

static void test_records_in_order_of_writing(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct str bodies = STR_INIT;
    struct err err = { 0 };

    put_text(store, STORE_WORKFLOW, "zebra");
    put_text(store, STORE_DECISION, "other");
    put_text(store, STORE_WORKFLOW, "ape");
    put_text(store, STORE_WORKFLOW, "zebra");
    put_text(store, STORE_WORKFLOW, "mole");
    assert_true(store_records(store, STORE_WORKFLOW, collect_body, &bodies, &err));
    assert_string_equal(str_text(&bodies), "zebra ape mole ");
    str_free(&bodies);
    fixture_shut(fixture, store);
}

static void test_forget_failures(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct tally tally = { 0 };
    struct answer answer;
    struct err err = { 0 };

    put_text(store, STORE_FAILURE, "lost");
    put_text(store, STORE_REPLY, "paid");
    put_facts(store, 0, 9, &tally);
    fixture_run(fixture);
    assert_true(store_forget_failures(store, 4, &err));
    assert_false(store_has(store, STORE_FAILURE, hash_text("lost")));
    assert_true(store_has(store, STORE_REPLY, hash_text("paid")));
    expect_facts(store, 4);
    put_text(store, STORE_FAILURE, "lost");
    put_facts(store, 4, 6, &tally);
    answer = fixture_get(fixture, store, STORE_FAILURE, hash_text("lost"));
    assert_string_equal(answer.body->data, "lost");
    text_unref(answer.body);
    assert_int_equal(tally.failed, 0);
    expect_facts(store, 6);
    fixture_shut(fixture, store);
}

static int64_t count_rows(const struct fixture *fixture, const char *sql)
{
    char *path = mem_printf("%s/one.flowbot", fixture->folder);
    struct err err = { 0 };
    sqlite3 *db = schema_open_reader(path, &err);
    int64_t number = -1;

    assert_non_null(db);
    assert_true(sql_number(db, sql, &number, &err));
    (void)sqlite3_close(db);
    free(path);
    return number;
}

static void test_trace_is_written_once(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct trace words = {
        .pass = 1, .example = 2, .node = -1, .what = TRACE_WORDS, .number = 0.25, .text = key_of(1)
    };
    struct trace call = {
        .pass = 1, .example = 2, .node = 3, .what = TRACE_CALL, .text = key_of(2)
    };

    for (int again = 0; again < 2; again++) {
        call.text = key_of(2);
        store_put_trace(store, &words);
        store_put_trace(store, &call);
        call.text = key_of(3);
        store_put_trace(store, &call);
        words.number = 0.75;
    }
    fixture_shut(fixture, store);
    assert_int_equal(count_rows(fixture, "SELECT count(*) FROM trace"), 3);
    assert_int_equal(
        count_rows(fixture, "SELECT count(*) FROM trace WHERE number = 0.75 AND node = -1"), 1);
    assert_int_equal(
        count_rows(fixture, "SELECT count(*) FROM trace WHERE what = 5 AND node = 3"), 2);
}

static void test_loop_ends_when_nothing_is_under_way(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");

    assert_int_equal(
        uv_run(&fixture->loop, UV_RUN_DEFAULT), 0); /* a waiting store does not hold it */
    put_text(store, STORE_TEXT, "x");
    assert_true(uv_loop_alive(&fixture->loop));
    fixture_run(fixture);
    assert_false(uv_loop_alive(&fixture->loop));
    fixture_shut(fixture, store);
}

static void test_rollback_journal(void **state)
{
    struct fixture *fixture = *state;
    char *path = mem_printf("%s/one.flowbot", fixture->folder);
    struct err err = { 0 };
    sqlite3 *db;
    int64_t number;

    fixture_shut(fixture, fixture_create(fixture, "one"));
    db = schema_open(path, &err);
    assert_non_null(db);
    assert_true(schema_set_journal(db, false, &err));
    assert_true(sql_exec(db, "INSERT INTO setting VALUES('a', 'b')", &err));
    assert_true(sql_number(db,
        "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'truncate'", &number, &err));
    assert_int_equal(number, 1);
    schema_close(db);
    assert_null(schema_network_name("/proc"));
    fixture_shut(fixture, fixture_reopen(fixture, "one"));
    free(path);
}

static void test_ids_are_never_paths(void **state)
{
    static const char *const bad[] = { "", "..", ".hidden", "a/b", "../up", "a b", "é", "a\nb" };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = { 0 };

        assert_null(store_create(&fixture->loop, fixture->folder, bad[i], "{}", &err));
        expect_err(&err, ERR_INPUT, "no id of a run", NULL);
        err = (struct err){ 0 };
        assert_null(store_open(&fixture->loop, fixture->folder, bad[i], &err));
        expect_err(&err, ERR_INPUT, "no id of a run", NULL);
    }
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_snapshot_and_paths),
        WITH_FIXTURE(test_put_then_get_in_one_breath),
        WITH_FIXTURE(test_missing_key_is_no_error),
        WITH_FIXTURE(test_first_body_stays),
        WITH_FIXTURE(test_empty_and_binary_bodies),
        WITH_FIXTURE(test_many_puts_are_grouped_and_last),
        WITH_FIXTURE(test_close_delivers_what_is_pending),
        WITH_FIXTURE(test_close_from_a_callback),
        WITH_FIXTURE(test_facts_in_order),
        WITH_FIXTURE(test_gap_between_facts_is_trouble),
        WITH_FIXTURE(test_doubled_fact_is_trouble),
        WITH_FIXTURE(test_records_in_order_of_writing),
        WITH_FIXTURE(test_forget_failures),
        WITH_FIXTURE(test_trace_is_written_once),
        WITH_FIXTURE(test_loop_ends_when_nothing_is_under_way),
        WITH_FIXTURE(test_rollback_journal),
        WITH_FIXTURE(test_ids_are_never_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
