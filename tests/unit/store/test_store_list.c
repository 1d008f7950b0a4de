#include <unistd.h>

#include "store_fixture.h"

static void put_fact(struct store *store, uint32_t seq, const char *json)
{
    struct text *fact = text_from(json);

    store_put_fact(store, seq, fact, NULL, NULL);
    text_unref(fact);
}

static void test_no_folder_is_an_empty_list(void **state)
{
    struct fixture *fixture = *state;
    char *missing = mem_printf("%s/none", fixture->folder);
    struct err err = { 0 };
    size_t count = 9;
    struct store_info *infos = store_list(missing, &count, &err);

    assert_non_null(infos);
    assert_int_equal(count, 0);
    store_info_free(infos, count);
    assert_null(store_resolve(missing, "last", &err));
    expect_err(&err, ERR_INPUT, missing, "no runs yet", NULL);
    free(missing);
}

static void test_newest_first_with_status_and_last_fact(void **state)
{
    struct fixture *fixture = *state;
    struct store *older = fixture_create(fixture, "b-older"), *newer;
    struct err err = { 0 };
    struct store_info *infos;
    size_t count;

    (void)usleep(5000);
    newer = fixture_create(fixture, "a-newer");
    store_set(older, "status", "running");
    store_set(older, "status", "done");
    put_fact(older, 0, "{\"type\":\"run_started\"}");
    put_fact(older, 1, "{\"type\":\"run_finished\"}");
    fixture_run(fixture);
    infos = store_list(
        fixture->folder, &count, &err); /* both are open and written by this very process */
    assert_int_equal(count, 2);
    assert_string_equal(infos[0].id, "a-newer");
    assert_null(infos[0].status);
    assert_null(infos[0].last_fact);
    assert_int_equal(infos[0].facts, 0);
    assert_true(infos[0].held);
    assert_string_equal(infos[1].id, "b-older");
    assert_string_equal(infos[1].status, "done");
    assert_string_equal(infos[1].last_fact, "{\"type\":\"run_finished\"}");
    assert_int_equal(infos[1].facts, 2);
    assert_true(
        infos[1].created_ms > 1600000000000 && infos[1].changed_ms >= infos[1].created_ms - 2000);
    assert_true(infos[1].bytes > 4096);
    assert_null(infos[1].problem);
    store_info_free(infos, count);
    store_close(older);
    fixture_shut(fixture, newer);
    infos = store_list(fixture->folder, &count, &err);
    assert_false(infos[0].held);
    assert_string_equal(infos[1].status, "done");
    store_info_free(infos, count);
}

static void test_broken_file_is_listed_with_its_problem(void **state)
{
    struct fixture *fixture = *state;
    char *path = mem_printf("%s/broken.flowbot", fixture->folder),
         *other = mem_printf("%s/notes.txt", fixture->folder);
    struct err err = { 0 };
    struct store_info *infos;
    size_t count;
    FILE *file = fopen(path, "w");

    assert_true(
        fputs(
            "this is no database at all, and it is long enough to be looked at; really, believe it",
            file) >= 0);
    assert_int_equal(fclose(file), 0);
    file = fopen(other, "w");
    assert_int_equal(fclose(file), 0);
    infos = store_list(fixture->folder, &count, &err);
    assert_int_equal(count, 1);
    assert_string_equal(infos[0].id, "broken");
    assert_null(infos[0].snapshot);
    assert_non_null(strstr(infos[0].problem, "not a file of flowbot"));
    store_info_free(infos, count);
    free(path);
    free(other);
}

/* A run that was stored elsewhere, on a read-only disk say: no lock, no log beside it, not one byte
 * written. */
static void test_closed_run_is_one_plain_file(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *log = mem_printf("%s/one.flowbot-wal", fixture->folder),
         *lock = mem_printf("%s/one.lock", fixture->folder);

    put_fact(store, 0, "{}");
    fixture_shut(fixture, store);
    assert_int_equal(access(log, F_OK), -1);
    assert_int_equal(access(lock, F_OK), -1);
    free(log);
    free(lock);
}

static void expect_resolved(const struct fixture *fixture, const char *name, const char *id)
{
    struct err err = { 0 };
    char *found = store_resolve(fixture->folder, name, &err);

    assert_non_null(found);
    assert_string_equal(found, id);
    free(found);
}

static void test_resolve(void **state)
{
    static const char *const ids[] = { "alpha", "alps", "alp", "beta" };
    struct fixture *fixture = *state;
    struct err err = { 0 };

    for (size_t i = 0; i < 4; i++) {
        fixture_shut(fixture, fixture_create(fixture, ids[i]));
        (void)usleep(3000);
    }
    expect_resolved(fixture, "last", "beta");
    expect_resolved(fixture, "alpha", "alpha");
    expect_resolved(fixture, "alp", "alp"); /* whole, though it begins others */
    expect_resolved(fixture, "b", "beta");
    assert_null(store_resolve(fixture->folder, "al", &err));
    expect_err(&err, ERR_INPUT, "several", "alpha", "alps", NULL);
    err = (struct err){ 0 };
    assert_null(store_resolve(fixture->folder, "betta", &err));
    expect_err(&err, ERR_INPUT, "no run \"betta\"", "did you mean \"beta\"", NULL);
    err = (struct err){ 0 };
    assert_null(store_resolve(fixture->folder, "", &err));
    expect_err(&err, ERR_INPUT, "no run", NULL);
    err = (struct err){ 0 };
    assert_null(store_resolve(fixture->folder, "../alpha", &err));
    expect_err(&err, ERR_INPUT, "no run", NULL);
}

static void test_ambiguous_names_are_cut_short(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };

    for (int i = 0; i < 8; i++) {
        char *id = mem_printf("run-%d", i);

        fixture_shut(fixture, fixture_create(fixture, id));
        free(id);
    }
    assert_null(store_resolve(fixture->folder, "run-", &err));
    expect_err(&err, ERR_INPUT, "run-0", "run-4", "and 3 more", NULL);
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_no_folder_is_an_empty_list),
        WITH_FIXTURE(test_newest_first_with_status_and_last_fact),
        WITH_FIXTURE(test_broken_file_is_listed_with_its_problem),
        WITH_FIXTURE(test_closed_run_is_one_plain_file),
        WITH_FIXTURE(test_resolve),
        WITH_FIXTURE(test_ambiguous_names_are_cut_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
