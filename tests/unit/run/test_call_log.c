/* What is kept of calls: their latencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "call_log.h"

static void land(struct call_log *log, uint32_t latency_ms)
{
    const struct call_news news = {
        .stage = CALL_STAGE_DONE, .is_new = true, .is_remote = true, .latency_ms = latency_ms
    };

    call_log_add(log, &news);
}

/* None is 0; a call that took no millisecond is one all the same. */
static void test_percentiles(void **state)
{
    struct call_log log = { 0 };

    (void)state;
    assert_int_equal(latencies_percentile(call_log_latencies(&log), 0.5), 0);
    land(&log, 0);
    assert_int_equal(latencies_percentile(call_log_latencies(&log), 0.5), 1);
    for (uint32_t ms = 1; ms < 1000; ms++)
        land(&log, ms);
    assert_int_equal(latencies_percentile(call_log_latencies(&log), 0), 1000 - CALL_LOG_LATENCIES);
    assert_int_equal(
        latencies_percentile(call_log_latencies(&log), 0.5), 1000 - CALL_LOG_LATENCIES / 2);
    assert_int_equal(latencies_percentile(call_log_latencies(&log), 1), 999);
    call_log_close(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_percentiles) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
