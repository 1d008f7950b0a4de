/* Whole runs of the real binary where endpoints are away, sick or overrun, or where it is killed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "flowrun.h"
#include "mem.h"

enum { CONCURRENCY = 16 };

/* kill -9 at several moments of a run with faults: at most what was in flight is asked again. */
static void test_killed_among_faults(void **state)
{
    struct rogue *rogue = flowrun_rogue((struct rogue_options){ .seed = 4,
        .share = 0.1,
        .kinds = UINT64_C(1) << ROGUE_500 | UINT64_C(1) << ROGUE_CUT_CHUNK |
                 UINT64_C(1) << ROGUE_429_BARE,
        .in_row = 3,
        .latency_ms = 30 });
    struct flowrun run;
    unsigned kills = 0;
    double calls;

    (void)state;
    flowrun_open_at(&run, rogue, "", NULL);
    kills += flowrun_kill(&run, "run", "task", 900);
    for (unsigned wait = 700; wait < 2000; wait += 600)
        kills += flowrun_kill(&run, "resume", "last", wait);
    assert_int_equal(flowrun_do(&run, "resume", "last", NULL), 0);
    flowrun_expect_finished(&run);
    flowrun_show(&run, rogue);
    assert_true(flowrun_lost(&run) == 0);
    calls = flowrun_number(flowrun_event(&run, "run_finished"), "calls");
    assert_true(kills > 0);
    assert_true((double)rogue_counts(rogue).answered <= calls + kills * CONCURRENCY);
    flowrun_close(&run);
    rogue_close(rogue);
}

/* Many requests in a row are turned away: no example is lost, and the storm is not answered by one
 * of our own. */
static void test_storms(void **state)
{
    (void)state;
    for (unsigned told = 0; told < 2; told++) {
        unsigned count = told > 0 ? 14 : 10;
        struct rogue *rogue = flowrun_rogue((struct rogue_options){
            .storm_from = 20, .storm_count = count, .retry_after_s = told, .latency_ms = 5 });
        struct flowrun run;

        flowrun_open_at(&run, rogue, "", NULL);
        assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
        flowrun_expect_finished(&run);
        flowrun_show(&run, rogue);
        assert_true(flowrun_lost(&run) == 0);
        assert_true((double)rogue_counts(rogue).requests ==
                    count + flowrun_number(flowrun_event(&run, "run_finished"), "calls"));
        flowrun_close(&run);
        rogue_close(rogue);
    }
}

/* A port that nobody listens at. */
static unsigned closed_port(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    assert_int_equal(close(fd), 0);
    return ntohs(address.sin_port);
}

/* Of three endpoints one is dead and one is sick: the well one does the work. */
static void test_several_endpoints(void **state)
{
    struct rogue *well = flowrun_rogue((struct rogue_options){ .latency_ms = 5 });
    struct rogue *sick =
        flowrun_rogue((struct rogue_options){ .share = 1, .kinds = UINT64_C(1) << ROGUE_503_HTML });
    char *urls = mem_printf(
        "[\"http://127.0.0.1:%u/v1\",\"http://127.0.0.1:%u/v1\",\"http://127.0.0.1:%u/v1\"]",
        closed_port(), rogue_port(sick), rogue_port(well));
    struct flowrun run;

    (void)state;
    flowrun_open(&run, urls, "", NULL);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
    flowrun_expect_finished(&run);
    flowrun_show(&run, well);
    flowrun_show(&run, sick);
    assert_true(flowrun_lost(&run) == 0);
    assert_true(rogue_counts(sick).requests < 40); /* it is rested, and tried now and then */
    flowrun_close(&run);
    rogue_close(well);
    rogue_close(sick);
    free(urls);
}

/* Nobody listens: the run stops at once, resumable, and says why. */
static void test_nobody_there(void **state)
{
    char *url = mem_printf("\"http://127.0.0.1:%u/v1\"", closed_port());
    struct flowrun run;

    (void)state;
    flowrun_open(&run, url, "", NULL);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 1);
    assert_non_null(flowrun_event(&run, "stopped"));
    flowrun_close(&run);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_among_faults),
        cmocka_unit_test(test_storms),
        cmocka_unit_test(test_several_endpoints),
        cmocka_unit_test(test_nobody_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
