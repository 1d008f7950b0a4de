/* Another run's replies, lent: read through this run's store, the other file never changed. */
#include "file.h"
#include "store_fixture.h"

static void put(struct fixture *fixture, struct store *store, enum store_kind kind, unsigned number)
{
    struct text *body = body_of(number);
    struct tally tally = { 0 };

    store_put(store, kind, key_of(number), body, on_put, &tally);
    fixture_run(fixture);
    assert_int_equal(tally.ok, 1);
    text_unref(body);
}

static void expect_lent(struct fixture *fixture, struct store *store, unsigned number)
{
    struct text *body = body_of(number);
    struct answer answer = { 0 };

    assert_true(store_has_lent(store, key_of(number)));
    store_get_lent(store, key_of(number), on_answer, &answer);
    assert_false(answer.is_done);
    fixture_run(fixture);
    assert_true(answer.is_done);
    assert_non_null(answer.body);
    assert_string_equal(answer.body->data, body->data);
    text_unref(answer.body);
    text_unref(body);
}

static void lend(struct fixture *fixture, struct store *store, const char *id)
{
    struct err err = { 0 };

    if (!store_lend(store, fixture->folder, id, &err))
        fail_msg("%s", err.message);
}

static void test_replies_alone_are_lent(void **state)
{
    struct fixture *fixture = *state;
    struct store *other = fixture_create(fixture, "other");
    struct store *store;

    for (unsigned i = 0; i < 100; i++)
        put(fixture, other, i % 2 == 0 ? STORE_REPLY : STORE_TOOL, i);
    fixture_shut(fixture, other);
    store = fixture_create(fixture, "one");
    lend(fixture, store, "other");
    for (unsigned i = 0; i < 100; i++) {
        assert_false(store_has(store, STORE_REPLY, key_of(i)));
        assert_int_equal(store_has_lent(store, key_of(i)), i % 2 == 0);
        if (i % 2 == 0)
            expect_lent(fixture, store, i);
    }
    fixture_shut(fixture, store);
}

/* It may be held, written to and ended meanwhile. */
static void test_the_other_is_at_work(void **state)
{
    struct fixture *fixture = *state;
    struct store *other = fixture_create(fixture, "other");
    struct store *store = fixture_create(fixture, "one");

    put(fixture, other, STORE_REPLY, 1);
    lend(fixture, store, "other");
    put(fixture, other, STORE_REPLY, 2);
    put(fixture, store, STORE_REPLY, 3);
    expect_lent(fixture, store, 1);
    assert_false(store_has_lent(store, key_of(2)));
    fixture_shut(fixture, other);
    expect_lent(fixture, store, 1);
    fixture_shut(fixture, store);
}

static void test_nothing_is_lent(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct answer answer = { 0 };
    struct err err = { 0 };

    assert_false(store_has_lent(store, key_of(1)));
    assert_false(store_lend(store, fixture->folder, "nosuch", &err));
    expect_err(&err, ERR_INPUT, "nosuch", "no such run", NULL);
    assert_false(store_lend(store, fixture->folder, "../one", &err));
    store_get_lent(store, key_of(1), on_answer, &answer);
    fixture_run(fixture);
    assert_true(answer.is_done && answer.body == NULL && !answer.has_error);
    fixture_shut(fixture, store);
}

static void test_no_database(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *path = file_join(fixture->folder, "other.flowbot");
    struct err err = { 0 };

    assert_true(file_write(path, "no database at all", 18, &err));
    assert_false(store_lend(store, fixture->folder, "other", &err));
    expect_err(&err, ERR_INPUT, "other.flowbot", NULL);
    fixture_shut(fixture, store);
    free(path);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_replies_alone_are_lent),
        WITH_FIXTURE(test_the_other_is_at_work),
        WITH_FIXTURE(test_nothing_is_lent),
        WITH_FIXTURE(test_no_database),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
