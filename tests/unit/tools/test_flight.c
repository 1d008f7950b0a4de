#include "flight.h"

#include "tools_fixture.h"

/* A tool whose one run ends when the test says so. */
struct fake {
    struct tool_run *run;
    unsigned starts, cancels;
};

static void fake_start(void *tool, struct tool_run *run)
{
    struct fake *fake = tool;

    fake->run = run;
    fake->starts++;
}

static void fake_cancel(void *tool, struct tool_run *run)
{
    struct fake *fake = tool;

    assert_ptr_equal(run, fake->run);
    fake->cancels++;
}

static const struct tool_type fake_type = {
    .name = "fake", .start = fake_start, .cancel = fake_cancel
};

struct caller {
    char *result;
    struct tool_call call;
    unsigned done;
    struct err error;
};

static void on_done(struct tool_call *call)
{
    struct caller *caller = call->data;

    caller->done++;
    caller->result = call->result != NULL ? mem_strdup(call->result->data) : NULL;
    caller->error = call->error;
    text_unref(call->result);
}

static struct ticket *join(struct flight *flight, struct caller *caller)
{
    struct ticket *ticket = mem_zalloc(1, sizeof *ticket);

    caller->call = (struct tool_call){ .tool = "fake", .on_done = on_done, .data = caller };
    ticket->call = &caller->call;
    flight_join(flight, ticket);
    return ticket;
}

static struct flight *start(struct fixture *fixture, struct flight **list, struct fake *fake)
{
    struct text *input = text_from("question");
    struct flight_of of = { .type = &fake_type, .tool = fake };
    struct flight *flight = flight_start(list, fixture->store, &of, hash_text("key"), input);

    text_unref(input);
    return flight;
}

static void end_well(struct fake *fake, const char *bytes, size_t len)
{
    fake->run->done(fake->run, text_new(bytes, len), NULL);
}

static void end_badly(struct fake *fake, enum err_code code, const char *message)
{
    struct err error = { 0 };

    (void)err_set(&error, code, "%s", message);
    fake->run->done(fake->run, NULL, &error);
}

static void test_result_is_journalled_before_it_is_handed_out(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 }, two = { 0 }, again = { 0 };
    struct flight *flight = start(fixture, &list, &fake);

    (void)join(flight, &one);
    assert_ptr_equal(list, flight);
    end_well(&fake, "answer", 6);
    assert_int_equal(one.done, 0); /* the commit is still to come, and who joins now shares it */
    (void)join(flight, &two);
    fixture_run(fixture);
    assert_null(list);
    assert_int_equal(one.done + two.done, 2);
    assert_string_equal(one.result, "answer");
    assert_string_equal(two.result, "answer");
    assert_true(store_has(fixture->store, STORE_TOOL, hash_text("key")));
    fixture_reopen_store(fixture);
    (void)join(start(fixture, &list, &fake), &again);
    fixture_run(fixture);
    assert_string_equal(again.result, "answer");
    assert_int_equal(fake.starts, 1);
    free(one.result);
    free(two.result);
    free(again.result);
}

/* Runs the fake to this failure, then asks again after a restart. */
static void fail_twice(struct fixture *fixture, enum err_code code, unsigned expected_starts)
{
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 }, again = { 0 };

    (void)join(start(fixture, &list, &fake), &one);
    end_badly(&fake, code, "it \"failed\"");
    fixture_run(fixture);
    assert_null(one.result);
    expect_err(&one.error, code, "it \"failed\"");
    fixture_reopen_store(fixture);
    (void)join(start(fixture, &list, &fake), &again);
    if (fake.starts == 2)
        end_badly(&fake, code, "it \"failed\"");
    fixture_run(fixture);
    assert_int_equal(again.done, 1);
    expect_err(&again.error, code, "it \"failed\"");
    assert_int_equal(fake.starts, expected_starts);
}

static void test_wrong_call_is_kept(void **state)
{
    fail_twice(*state, ERR_INPUT, 1);
}

static void test_lost_call_is_kept_until_failures_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };

    fail_twice(fixture, ERR_ENDPOINT, 1);
    assert_true(store_has(fixture->store, STORE_FAILURE, hash_text("key")));
    assert_true(store_forget_failures(fixture->store, 0, &err));
    fail_twice(fixture, ERR_ENDPOINT, 1);
}

static void test_trouble_here_is_not_kept(void **state)
{
    fail_twice(*state, ERR_IO, 2);
}

static void test_result_is_made_safe(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 };

    (void)join(start(fixture, &list, &fake), &one);
    end_well(&fake, "a\xff b\0c", 6);
    fixture_run(fixture);
    assert_string_equal(one.result, "a\uFFFD b");
    free(one.result);
}

static void test_long_result_is_cut_and_says_so(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 };
    struct str text = STR_INIT;

    str_add(&text, "x");
    while (text.len < TOOL_RESULT_MAX + 1000)
        str_add(&text, "\u00e9");
    (void)join(start(fixture, &list, &fake), &one);
    end_well(&fake, text.data, text.len);
    fixture_run(fixture);
    assert_in_range(strlen(one.result), TOOL_RESULT_MAX, TOOL_RESULT_MAX + 60);
    assert_non_null(strstr(one.result, "\u00e9\n(cut after 262144 of "));
    assert_null(strstr(one.result, "\uFFFD"));
    str_free(&text);
    free(one.result);
}

static void test_last_one_out_cancels_the_run(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 }, two = { 0 };
    struct flight *flight = start(fixture, &list, &fake);
    struct ticket *first = join(flight, &one), *second = join(flight, &two);

    assert_true(flight_leave(flight, second));
    assert_int_equal(fake.cancels, 0);
    assert_false(flight_leave(flight, first));
    assert_int_equal(fake.cancels, 1);
    assert_null(list); /* nobody joins what is being cancelled */
    free(second);
    fixture_run(fixture);
    assert_int_equal(one.done, 0); /* its run is still under way */
    end_badly(&fake, ERR_CANCELLED, "cancelled");
    fixture_run(fixture);
    assert_int_equal(one.done, 1);
    assert_null(one.result);
    assert_int_equal(two.done, 0);
    assert_false(store_has(fixture->store, STORE_TOOL, hash_text("key")));
}

static void test_leaving_keeps_the_order_of_the_others(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller callers[5] = { { .done = 0 } };
    struct ticket *tickets[5];
    struct flight *flight = start(fixture, &list, &fake);

    for (int i = 0; i < 4; i++)
        tickets[i] = join(flight, &callers[i]);
    flight_leave(flight, tickets[3]);
    free(tickets[3]);
    flight_leave(flight, tickets[0]);
    free(tickets[0]);
    tickets[4] = join(flight, &callers[4]);
    end_well(&fake, "x", 1);
    fixture_run(fixture);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(callers[i].done, i == 0 || i == 3 ? 0 : 1);
        free(callers[i].result);
    }
}

static void test_foreign_journal_entry_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    struct flight *list = NULL;
    struct fake fake = { 0 };
    struct caller one = { 0 };
    struct text *body = text_from("[1,2");

    store_put(fixture->store, STORE_TOOL, hash_text("key"), body, NULL, NULL);
    text_unref(body);
    (void)join(start(fixture, &list, &fake), &one);
    fixture_run(fixture);
    assert_int_equal(fake.starts, 0);
    expect_err(&one.error, ERR_IO, "cannot be read");
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_result_is_journalled_before_it_is_handed_out),
        WITH_FIXTURE(test_wrong_call_is_kept),
        WITH_FIXTURE(test_lost_call_is_kept_until_failures_are_forgotten),
        WITH_FIXTURE(test_trouble_here_is_not_kept),
        WITH_FIXTURE(test_result_is_made_safe),
        WITH_FIXTURE(test_long_result_is_cut_and_says_so),
        WITH_FIXTURE(test_last_one_out_cancels_the_run),
        WITH_FIXTURE(test_leaving_keeps_the_order_of_the_others),
        WITH_FIXTURE(test_foreign_journal_entry_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
