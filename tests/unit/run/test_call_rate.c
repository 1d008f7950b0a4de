/* Calls per second of slow and quick calls, over waits in between. */
#include "call_rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const int64_t TICK_US = 250000;

/* One call ends every `every` ticks; returns the last rate. */
static double go_on(struct call_rate *rate, int64_t *now_us, uint64_t *calls, int ticks, int every)
{
    double last = 0;

    for (int i = 1; i <= ticks; i++) {
        *now_us += TICK_US;
        *calls += i % every == 0;
        last = call_rate_update(rate, *now_us, *calls, true);
    }
    return last;
}

/* Of calls that end every 2.5 s a look at one quarter of a second says nothing. */
static void steady_for_slow_calls(void **state)
{
    struct call_rate rate = { 0 };
    int64_t now_us = 1000;
    uint64_t calls = 0;

    (void)state;
    (void)call_rate_update(&rate, now_us, 0, true);
    (void)go_on(&rate, &now_us, &calls, 100, 10);
    for (int i = 0; i < 60; i++) {
        double now = go_on(&rate, &now_us, &calls, 10, 10);

        assert_true(now > 0.35 && now < 0.45);
    }
    (void)go_on(&rate, &now_us, &calls, 2000, 200); /* slower than the ring is long */
    assert_true(go_on(&rate, &now_us, &calls, 200, 200) < 0.03);
}

static void follows_quick_calls(void **state)
{
    struct call_rate rate = { 0 };
    int64_t now_us = 0;
    uint64_t calls = 0;
    double last;

    (void)state;
    (void)call_rate_update(&rate, now_us, 0, true);
    (void)go_on(&rate, &now_us, &calls, 400, 1);
    last = go_on(&rate, &now_us, &calls, 200, 4);
    assert_true(last > 0.9 && last < 1.1); /* 30 s later nothing of before is in it */
}

/* While a person is waited for there is nothing to be quick with. */
static void leaves_waits_out(void **state)
{
    struct call_rate rate = { 0 };
    int64_t now_us = 0;
    uint64_t calls = 0;
    double before, after;

    (void)state;
    (void)call_rate_update(&rate, now_us, 0, true);
    before = go_on(&rate, &now_us, &calls, 400, 4);
    (void)call_rate_update(&rate, now_us, calls, false);
    now_us += INT64_C(600) * 1000000;
    (void)call_rate_update(&rate, now_us, calls, true);
    after = go_on(&rate, &now_us, &calls, 40, 4);
    assert_true(after > 0.9 * before && after < 1.1 * before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_for_slow_calls),
        cmocka_unit_test(follows_quick_calls),
        cmocka_unit_test(leaves_waits_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
