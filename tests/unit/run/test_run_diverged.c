/* A journal that is not the run's own: the first fact that differs is named, and nothing is lost.
 */
#include "sitting.h"
#include "store.h"

/* Replaces fact `number` by what `change` makes of it. */
static void tamper(
    const struct place *place, const char *id, uint32_t number, const char *from, const char *to)
{
    struct err err = { .code = ERR_NONE };
    uv_loop_t loop;
    struct store *store;
    struct text **facts;
    size_t count;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_open(&loop, place->store, id, &err);
    assert_non_null(store);
    facts = store_facts(store, &count, &err);
    assert_non_null(facts);
    assert_true(number < count);
    assert_true(store_forget_failures(store, number, &err));
    for (uint32_t i = number; i < count; i++) {
        const char *at = strstr(facts[i]->data, from);
        char *changed = i == number ? mem_printf("%.*s%s%s", (int)(at - facts[i]->data),
                                          facts[i]->data, to, at + strlen(from))
                                    : mem_strdup(facts[i]->data);
        struct text *text = text_from(changed);

        store_put_fact(store, i, text, NULL, NULL);
        text_unref(text);
        free(changed);
    }
    for (size_t i = 0; i < count; i++)
        text_unref(facts[i]);
    free(facts);
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static uint32_t find_fact(const struct sitting *run, const char *type)
{
    for (uint32_t i = 0; i < run->fact_count; i++)
        if (strstr(run->facts[i], type) != NULL)
            return i;
    fail_msg("no fact %s", type);
    return 0;
}

static void check_diverges(
    const struct place *place, const char *type, const char *from, const char *to)
{
    struct sitting run = { .place = place };
    struct sitting again = { .place = place };
    struct sitting mended = { .place = place };
    char place_of_it[32];
    uint32_t number;

    sitting_run(&run);
    expect_outcome(&run, 0);
    number = find_fact(&run, type);
    tamper(place, run.id, number, from, to);
    (void)snprintf(again.id, sizeof again.id, "%s", run.id);
    sitting_run(&again);
    expect_outcome(&again, 1);
    (void)snprintf(place_of_it, sizeof place_of_it, "run diverged at fact %u:", number);
    expect_words(&again, place_of_it, NULL);
    assert_int_equal(again.fact_count, number);
    tamper(place, run.id, number, to, from);
    (void)snprintf(mended.id, sizeof mended.id, "%s", run.id);
    sitting_run(&mended);
    expect_outcome(&mended, 0);
    expect_same(&run, &mended);
    sitting_free(&mended);
    sitting_free(&again);
    sitting_free(&run);
}

static void test_run_diverged(void **state)
{
    check_diverges(*state, "\"type\":\"run_started\"", "\"metric\":\"f1\"", "\"metric\":\"f7\"");
    check_diverges(*state, "\"type\":\"rollout\"", "\"spoiled\":0", "\"spoiled\":1");
    check_diverges(
        *state, "\"type\":\"run_finished\"", "\"reason\":\"done\"", "\"reason\":\"dune\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_run_diverged) };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
