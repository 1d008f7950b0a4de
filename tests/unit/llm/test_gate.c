/* Gates and lanes on a virtual clock: nothing here waits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gate.h"
#include "lane.h"
#include "mem.h"

#define MS INT64_C(1000)
#define SECOND INT64_C(1000000)

enum { PASSES = 512 };

struct rig {
    struct gate gate;
    struct gate_pass passes[PASSES];
    int64_t now;
};

static void rig_open(struct rig *rig, struct gate_options options)
{
    *rig = (struct rig){ .now = SECOND };
    gate_open(&rig->gate, &options);
}

/* Lets in all that may go now; how many. */
static unsigned fill(struct rig *rig, uint64_t tokens)
{
    unsigned count = 0;

    while (count < PASSES && gate_free_at(&rig->gate, tokens, false, rig->now) <= rig->now)
        gate_enter(&rig->gate, &rig->passes[count++], tokens, false, rig->now);
    return count;
}

static void leave(struct rig *rig, unsigned i, enum gate_verdict verdict, uint32_t retry_after_ms)
{
    gate_leave(&rig->gate, &rig->passes[i],
        &(struct gate_news){ .verdict = verdict, .retry_after_ms = retry_after_ms }, rig->now);
}

static void leave_all(struct rig *rig, unsigned count, enum gate_verdict verdict)
{
    for (unsigned i = 0; i < count; i++)
        leave(rig, i, verdict, 0);
}

static void test_concurrency(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 64 });
    assert_int_equal(fill(&rig, 1), 64);
    assert_true(gate_free_at(&rig.gate, 1, false, rig.now) == GATE_NEVER);
    leave(&rig, 0, GATE_WELL, 0);
    assert_int_equal(fill(&rig, 1), 1);
}

/* A wave of refusals is one halving; the next wave is another. */
static void test_halves_once_a_wave_and_recovers(void **state)
{
    struct rig rig;
    unsigned rounds = 0, before;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 64, .first_pause_ms = 100 });
    assert_int_equal(fill(&rig, 1), 64);
    rig.now += 10 * MS;
    leave_all(&rig, 64, GATE_LIMITED);
    assert_int_equal((int)rig.gate.allowed, 32);
    rig.now += 10 * SECOND;
    assert_int_equal(fill(&rig, 1), 32);
    rig.now += 10 * MS;
    leave_all(&rig, 32, GATE_LIMITED);
    assert_int_equal((int)rig.gate.allowed, 16);
    for (before = 16; before < 64; rounds++) {
        unsigned now;

        rig.now += 10 * SECOND;
        now = fill(&rig, 1);
        assert_in_range(now, before, before + 2); /* step by step */
        leave_all(&rig, now, GATE_WELL);
        before = now;
    }
    assert_in_range(rounds, 40, 60);
    rig_open(&rig, (struct gate_options){ .most = 512 });
    rig.gate.allowed = 256;
    for (rounds = 0; (before = fill(&rig, 1)) < 512; rounds++)
        leave_all(&rig, before, GATE_WELL);
    assert_in_range(rounds, 30, 40); /* of a large gate in larger steps */
}

static void test_never_below_one(void **state)
{
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 4, .first_pause_ms = 1, .longest_pause_ms = 1 });
    for (int i = 0; i < 20; i++) {
        unsigned count = fill(&rig, 1);

        assert_true(count > 0);
        rig.now += 10 * MS;
        leave_all(&rig, count, GATE_LIMITED);
        rig.now += SECOND;
    }
    assert_int_equal(fill(&rig, 1), 1);
}

/* Never sooner than told, and then not all at once. */
static void test_pause_and_release(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct rig rig;
        int64_t told, at, first;
        unsigned released = 0;

        rig_open(&rig, (struct gate_options){ .most = 64, .seed = seed });
        assert_int_equal(fill(&rig, 1), 64);
        leave(&rig, 0, GATE_LIMITED, 2000);
        told = rig.now + 2 * SECOND;
        for (unsigned i = 1; i < 64; i++)
            leave(&rig, i, GATE_WELL, 0);
        at = gate_free_at(&rig.gate, 1, false, rig.now);
        assert_true(at >= told && at <= told + SECOND / 2);
        rig.now = first = at;
        while (released < 16) {
            unsigned count = fill(&rig, 1);

            assert_in_range(count, 1, 3);
            released += count;
            rig.now = gate_free_at(&rig.gate, 1, false, rig.now);
        }
        assert_true(rig.now > first + 50 * MS); /* 16 of 32 over a quarter of 2 s */
        assert_true(rig.now < first + SECOND);
    }
}

static void test_pause_without_a_word_doubles(void **state)
{
    static const int64_t bases[] = { 500, 1000, 2000, 4000, 8000, 8000, 8000 };
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 1 });
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        int64_t at;

        assert_int_equal(fill(&rig, 1), 1);
        rig.now += MS;
        leave(&rig, 0, GATE_LIMITED, 0);
        at = gate_free_at(&rig.gate, 1, false, rig.now) - rig.now;
        assert_true(at >= bases[i] * MS * 3 / 4 && at <= bases[i] * MS);
        rig.now += at;
    }
    assert_int_equal(fill(&rig, 1), 1);
    leave(&rig, 0, GATE_WELL, 0);
    rig.now += 10 * SECOND;
    assert_int_equal(fill(&rig, 1), 1);
    leave(&rig, 0, GATE_LIMITED, 0);
    assert_true(gate_free_at(&rig.gate, 1, false, rig.now) <= rig.now + 500 * MS);
}

/* In no minute more than was given, and nearly as many over several. */
static void test_requests_a_minute(void **state)
{
    static const uint32_t rates[] = { 1, 2, 7, 60, 500, 6000 };

    (void)state;
    for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
        enum { MINUTES = 10 };
        int64_t *starts = mem_zalloc((size_t)MINUTES * rates[r] + 8, sizeof *starts);
        struct rig rig;
        size_t count = 0, from = 0;

        rig_open(&rig, (struct gate_options){ .most = 64, .rpm = rates[r] });
        while (rig.now < SECOND + MINUTES * 60 * SECOND) {
            rig.now = gate_free_at(&rig.gate, 1, false, rig.now);
            gate_enter(&rig.gate, &rig.passes[0], 1, false, rig.now);
            leave(&rig, 0, GATE_WELL, 0);
            starts[count++] = rig.now;
            while (starts[from] <= rig.now - 60 * SECOND)
                from++;
            assert_true(count - from <= rates[r]);
        }
        if (rates[r] > 10)
            assert_true(count >= (size_t)MINUTES * rates[r] * 97 / 100);
        free(starts);
    }
}

static void test_tokens_a_minute(void **state)
{
    struct rig rig;
    uint64_t sum = 0;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 64, .tpm = 7000 });
    for (int64_t end = rig.now + 60 * SECOND; rig.now < end;) {
        gate_enter(&rig.gate, &rig.passes[0], 100, false, rig.now);
        gate_leave(&rig.gate, &rig.passes[0], &(struct gate_news){ .tokens_used = 100 }, rig.now);
        sum += 100;
        rig.now = gate_free_at(&rig.gate, 100, false, rig.now);
    }
    assert_in_range(sum, 6700, 7000);
    /* what was reserved and not used is given back */
    rig_open(&rig, (struct gate_options){ .most = 64, .tpm = 7000 });
    for (int i = 0; i < 50; i++) {
        assert_true(gate_free_at(&rig.gate, 1000, false, rig.now) <= rig.now + 2 * SECOND);
        rig.now = gate_free_at(&rig.gate, 1000, false, rig.now);
        gate_enter(&rig.gate, &rig.passes[0], 1000, false, rig.now);
        gate_leave(&rig.gate, &rig.passes[0], &(struct gate_news){ .tokens_used = 10 }, rig.now);
    }
    /* a call that is larger than the minute goes all the same */
    assert_true(gate_free_at(&rig.gate, 100000, false, rig.now) <= rig.now + 10 * SECOND);
}

/* Headers that say "none left for 30 s" hold further calls, but never the only one. */
static void test_advice(void **state)
{
    struct gate_news news = { .verdict = GATE_WELL,
        .requests = { .known = true, .limit = 60, .remaining = 0, .reset_ms = 60000 } };
    struct rig rig;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 8 });
    assert_int_equal(fill(&rig, 1), 8);
    gate_leave(&rig.gate, &rig.passes[0], &news, rig.now);
    assert_true(gate_free_at(&rig.gate, 1, false, rig.now) > rig.now + 900 * MS);
    assert_true(gate_free_at(&rig.gate, 1, false, rig.now) < rig.now + 1100 * MS);
    for (unsigned i = 1; i < 8; i++)
        leave(&rig, i, GATE_WELL, 0);
    assert_int_equal(fill(&rig, 1), 1);
    /* absurd advice is bounded */
    news.requests.reset_ms = UINT32_MAX;
    gate_enter(&rig.gate, &rig.passes[1], 1, false, rig.now);
    gate_leave(&rig.gate, &rig.passes[0], &news, rig.now);
    assert_true(gate_free_at(&rig.gate, 1, false, rig.now) <= rig.now + 60 * SECOND);
    /* and what makes no sense is none */
    news.requests = (struct told_limit){ .known = true, .limit = 0, .remaining = 5 };
    gate_enter(&rig.gate, &rig.passes[2], 1, false, rig.now);
    gate_leave(&rig.gate, &rig.passes[1], &news, rig.now);
}

static void test_retries_are_a_quarter(void **state)
{
    struct rig rig;
    unsigned retries = 0;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 64 });
    while (gate_free_at(&rig.gate, 1, true, rig.now) <= rig.now)
        gate_enter(&rig.gate, &rig.passes[retries++], 1, true, rig.now);
    assert_int_equal(retries, 16);
    while (gate_free_at(&rig.gate, 1, false, rig.now) <= rig.now)
        gate_enter(&rig.gate, &rig.passes[retries++], 1, false, rig.now);
    assert_int_equal(retries, 64);
    leave(&rig, 0, GATE_WELL, 0);
    assert_true(gate_free_at(&rig.gate, 1, true, rig.now) <= rig.now);
    rig_open(&rig, (struct gate_options){ .most = 3 });
    for (retries = 0; gate_free_at(&rig.gate, 1, true, rig.now) <= rig.now;)
        gate_enter(&rig.gate, &rig.passes[retries++], 1, true, rig.now);
    assert_int_equal(retries, 2);
}

static void fail_once(struct rig *rig)
{
    gate_enter(&rig->gate, &rig->passes[0], 1, false, rig->now);
    rig->now += MS;
    leave(rig, 0, GATE_FAILED, 0);
}

static void test_rest_and_probe(void **state)
{
    struct rig rig;
    int64_t rest;

    (void)state;
    rig_open(&rig, (struct gate_options){ .most = 8 });
    fail_once(&rig);
    fail_once(&rig);
    assert_false(gate_is_resting(&rig.gate, rig.now));
    fail_once(&rig);
    assert_true(gate_is_resting(&rig.gate, rig.now));
    rest = rig.gate.rested_until_us - rig.now;
    assert_true(rest >= 375 * MS && rest <= 500 * MS);
    rig.now += rest;
    assert_false(gate_is_resting(&rig.gate, rig.now));
    gate_enter(&rig.gate, &rig.passes[0], 1, false, rig.now);
    assert_true(gate_is_resting(&rig.gate, rig.now)); /* one tries it */
    leave(&rig, 0, GATE_FAILED, 0);
    assert_true(rig.gate.rested_until_us - rig.now >= 750 * MS);
    rig.now = rig.gate.rested_until_us;
    gate_enter(&rig.gate, &rig.passes[0], 1, false, rig.now);
    leave(&rig, 0, GATE_WELL, 0);
    assert_false(gate_is_resting(&rig.gate, rig.now));
    fail_once(&rig);
    assert_false(gate_is_resting(&rig.gate, rig.now));
}

/* ---- lanes ---- */

static const struct model_url nowhere[3] = { { .base = (char *)"http://a" },
    { .base = (char *)"http://b" }, { .base = (char *)"http://c" } };

static struct llm_model model_at(const char *name, size_t first, size_t count)
{
    return (struct llm_model){
        .name = (char *)name, .urls = (struct model_url *)&nowhere[first], .url_count = count
    };
}

static unsigned go(struct lane *lane, struct gate_pass *pass, int64_t now)
{
    struct lane_slot slot = lane_find_slot(lane, 1, false, LANE_ANY, now);

    assert_true(slot.at_us <= now);
    gate_enter(&lane->gates[slot.endpoint]->gate, pass, 1, false, now);
    lane->turn = slot.endpoint + 1;
    return slot.endpoint;
}

static void test_least_busy(void **state)
{
    struct llm_model model = model_at("m", 0, 3);
    struct gate_options options = { .most = 30 };
    struct lanes lanes = { 0 };
    struct lane *lane = lanes_add(&lanes, &model, &options);
    struct gate_pass passes[60];
    unsigned counts[3] = { 0 };

    (void)state;
    for (int i = 0; i < 30; i++)
        counts[go(lane, &passes[i], SECOND)]++;
    for (int i = 0; i < 3; i++)
        assert_int_equal(counts[i], 10);
    /* one is twice as slow as the others are: it gets what it can take */
    lane->gates[1]->gate.allowed = 10;
    for (int i = 30; i < 60; i++)
        counts[go(lane, &passes[i], SECOND)]++;
    assert_int_equal(counts[1], 10);
    assert_int_equal(counts[0], 25);
    lanes_close(&lanes);
}

static void test_resting_is_avoided(void **state)
{
    struct llm_model model = model_at("m", 0, 2), alone = model_at("m", 0, 1);
    struct gate_options options = { .most = 4 };
    struct lanes lanes = { 0 };
    struct lane *both = lanes_add(&lanes, &model, &options);
    struct lane *one = lanes_add(&lanes, &alone, &options);
    struct gate *bad = &both->gates[0]->gate;
    struct gate_pass passes[16];
    int64_t now = SECOND;

    (void)state;
    assert_ptr_equal(one->gates[0], both->gates[0]); /* one gate for one model at one URL */
    for (int i = 0; i < 3; i++) {
        gate_enter(bad, &passes[0], 1, false, now);
        gate_leave(bad, &passes[0], &(struct gate_news){ .verdict = GATE_FAILED }, now + 1);
    }
    now += 2;
    for (int i = 0; i < 4; i++)
        assert_int_equal(go(both, &passes[i], now), 1);
    /* the other is full: wait for it rather than ask the one that fails */
    assert_true(lane_find_slot(both, 1, false, LANE_ANY, now).at_us == GATE_NEVER);
    /* a rest never leaves a model without an endpoint */
    assert_true(lane_find_slot(one, 1, false, LANE_ANY, now).at_us <= now);
    /* after the rest one call tries it */
    now = bad->rested_until_us;
    assert_int_equal(go(both, &passes[4], now), 0);
    assert_true(lane_find_slot(both, 1, false, LANE_ANY, now).at_us == GATE_NEVER);
    gate_leave(bad, &passes[4], &(struct gate_news){ .verdict = GATE_WELL }, now);
    assert_int_equal(go(both, &passes[4], now), 0);
    assert_int_equal(go(both, &passes[5], now), 0);
    lanes_close(&lanes);
}

/* A retry goes where it did not fail, if it can. */
static void test_retry_goes_elsewhere(void **state)
{
    struct llm_model model = model_at("m", 0, 2);
    struct gate_options options = { .most = 4 };
    struct lanes lanes = { 0 };
    struct lane *lane = lanes_add(&lanes, &model, &options);
    struct gate_pass passes[8];

    (void)state;
    for (unsigned avoid = 0; avoid < 2; avoid++)
        assert_int_equal(lane_find_slot(lane, 1, true, avoid, SECOND).endpoint, 1 - avoid);
    for (int i = 0; i < 4; i++)
        gate_enter(&lane->gates[1]->gate, &passes[i], 1, false, SECOND);
    assert_int_equal(lane_find_slot(lane, 1, true, 0, SECOND).endpoint, 0);
    lanes_close(&lanes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_concurrency),
        cmocka_unit_test(test_halves_once_a_wave_and_recovers),
        cmocka_unit_test(test_never_below_one),
        cmocka_unit_test(test_pause_and_release),
        cmocka_unit_test(test_pause_without_a_word_doubles),
        cmocka_unit_test(test_requests_a_minute),
        cmocka_unit_test(test_tokens_a_minute),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_retries_are_a_quarter),
        cmocka_unit_test(test_rest_and_probe),
        cmocka_unit_test(test_least_busy),
        cmocka_unit_test(test_resting_is_avoided),
        cmocka_unit_test(test_retry_goes_elsewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
