/* Whole runs of the real binary against a server that misbehaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "flowrun.h"
#include "mem.h"
#include "rogue.h"
#include "str.h"

enum { CONCURRENCY = 16 };

static struct rogue *open_rogue(struct rogue_options options)
{
    struct rogue *rogue = rogue_open(&options);

    assert_non_null(rogue);
    return rogue;
}

/* Executor and meta at these base URLs (JSON). */
static char *models_at(const char *urls, const char *more)
{
    return mem_printf("{\"executor\":{\"model\":\"loopback\",\"base_url\":%s,\"max_tokens\":256%s},"
                      "\"meta\":{\"model\":\"loopback\",\"base_url\":%s,\"max_tokens\":512%s}}",
        urls, more, urls, more);
}

static char *url_of(unsigned port)
{
    return mem_printf("\"http://127.0.0.1:%u/v1\"", port);
}

static void open_run(
    struct flowrun *run, const struct rogue *rogue, const char *more, const char *mark)
{
    char *url = url_of(rogue_port(rogue));
    char *models = models_at(url, more);

    flowrun_open(run, models, mark);
    free(models);
    free(url);
}

static double lost(const struct flowrun *run)
{
    return flowrun_sum(run, "rollout", "failed") + flowrun_sum(run, "baseline", "failed") +
           flowrun_sum(run, "validation", "failed") + flowrun_sum(run, "test", "failed");
}

static void expect_finished(const struct flowrun *run)
{
    const cJSON *end = flowrun_event(run, "run_finished");

    assert_non_null(end);
    assert_true(flowrun_number(end, "validation") >= 0);
    assert_true(flowrun_number(end, "test") >= 0);
    assert_true(flowrun_number(end, "calls") > 40);
}

static void show_counts(struct rogue *rogue, const struct flowrun *run)
{
    struct rogue_counts counts = rogue_counts(rogue);

    print_message("%llu requests, %llu answered, run: %.0f calls, faults:",
        (unsigned long long)counts.requests, (unsigned long long)counts.answered,
        flowrun_number(flowrun_event(run, "run_finished"), "calls"));
    for (unsigned kind = 1; kind < ROGUE_KINDS; kind++)
        if (counts.faults[kind] > 0)
            print_message(" %s %llu", rogue_name((enum rogue_fault)kind),
                (unsigned long long)counts.faults[kind]);
    print_message("\n");
}

/* A fifth of all requests meets a fault of any kind, never more than three in a row for one:
 * nothing is lost, what was answered is not asked again, and the finished run asks nothing. */
static void mixed_faults(bool stream, uint64_t first, uint64_t last)
{
    for (uint64_t seed = first; seed <= last; seed++) {
        struct rogue *rogue = open_rogue((struct rogue_options){
            .seed = seed, .share = 0.2, .kinds = ROGUE_ALL, .in_row = 3, .retry_after_s = 1 });
        uint64_t answered;
        struct flowrun run;

        open_run(
            &run, rogue, stream ? ",\"timeout_s\":1" : ",\"timeout_s\":1,\"stream\":false", NULL);
        assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
        expect_finished(&run);
        show_counts(rogue, &run);
        assert_true(lost(&run) == 0);
        answered = rogue_counts(rogue).answered;
        assert_true(
            (double)answered == flowrun_number(flowrun_event(&run, "run_finished"), "calls"));
        assert_int_equal(flowrun_do(&run, "resume", "last", NULL), 0);
        assert_true(rogue_counts(rogue).answered == answered);
        flowrun_close(&run);
        rogue_close(rogue);
    }
}

static void test_mixed_faults_streamed(void **state)
{
    (void)state;
    mixed_faults(true, 1, 2);
}

static void test_mixed_faults_whole(void **state)
{
    (void)state;
    mixed_faults(false, 3, 3);
}

/* Three examples of validation and test each always fail: they have no score, the summary says how
 * many, each is told once in the server's words. Once the server is well, --retry-failed gets them.
 */
static void test_lost_for_good_is_told(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ .seed = 3 });
    struct flowrun run;

    (void)state;
    open_run(&run, rogue, "", "[[fault:500*5]]");
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
    expect_finished(&run);
    show_counts(rogue, &run);
    assert_true(flowrun_sum(&run, "baseline", "failed") == FLOWRUN_PART / 4);
    for (int i = 0; i < FLOWRUN_PART; i += 4) {
        char name[32];

        /* a pass of another workflow asks other requests: those are not the same failure */
        (void)snprintf(name, sizeof name, "validation.csv:%d:", i + 1);
        assert_int_equal(
            flowrun_told(&run, name), 1 + (flowrun_sum(&run, "validation", "failed") > 0));
    }
    assert_true(flowrun_told(&run, "HTTP 500): The server had an error (5 attempts)") >=
                2 * (FLOWRUN_PART / 4));
    assert_int_equal(flowrun_do(&run, "resume", "last", "--retry-failed"), 0);
    assert_true(lost(&run) == 0);
    flowrun_close(&run);
    rogue_close(rogue);
}

/* kill -9 at several moments of a run with faults: at most what was in flight is asked again. */
static void test_killed_among_faults(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ .seed = 4,
        .share = 0.1,
        .kinds = UINT64_C(1) << ROGUE_500 | UINT64_C(1) << ROGUE_CUT_CHUNK |
                 UINT64_C(1) << ROGUE_429_BARE,
        .in_row = 3,
        .latency_ms = 30 });
    struct flowrun run;
    unsigned kills = 0;
    double calls;

    (void)state;
    open_run(&run, rogue, "", NULL);
    kills += flowrun_kill(&run, "run", "task", 900);
    for (unsigned wait = 700; wait < 2000; wait += 600)
        kills += flowrun_kill(&run, "resume", "last", wait);
    assert_int_equal(flowrun_do(&run, "resume", "last", NULL), 0);
    expect_finished(&run);
    show_counts(rogue, &run);
    assert_true(lost(&run) == 0);
    calls = flowrun_number(flowrun_event(&run, "run_finished"), "calls");
    assert_true(kills > 0);
    assert_true((double)rogue_counts(rogue).answered <= calls + kills * CONCURRENCY);
    flowrun_close(&run);
    rogue_close(rogue);
}

/* Sixteen requests in a row are turned away: no example is lost, and the storm is not answered by
 * one of our own. */
static void test_storms(void **state)
{
    (void)state;
    for (unsigned told = 0; told < 2; told++) {
        struct rogue *rogue = open_rogue((struct rogue_options){
            .storm_from = 20, .storm_count = 16, .retry_after_s = told, .latency_ms = 5 });
        struct flowrun run;

        open_run(&run, rogue, "", NULL);
        assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
        expect_finished(&run);
        show_counts(rogue, &run);
        assert_true(lost(&run) == 0);
        assert_true((double)rogue_counts(rogue).requests ==
                    16 + flowrun_number(flowrun_event(&run, "run_finished"), "calls"));
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
    struct rogue *well = open_rogue((struct rogue_options){ .latency_ms = 5 });
    struct rogue *sick =
        open_rogue((struct rogue_options){ .share = 1, .kinds = UINT64_C(1) << ROGUE_503_HTML });
    char *urls = mem_printf(
        "[\"http://127.0.0.1:%u/v1\",\"http://127.0.0.1:%u/v1\",\"http://127.0.0.1:%u/v1\"]",
        closed_port(), rogue_port(sick), rogue_port(well));
    char *models = models_at(urls, "");
    struct flowrun run;

    (void)state;
    flowrun_open(&run, models, NULL);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
    expect_finished(&run);
    show_counts(well, &run);
    show_counts(sick, &run);
    assert_true(lost(&run) == 0);
    assert_true(rogue_counts(sick).requests < 40); /* it is rested, and tried now and then */
    flowrun_close(&run);
    rogue_close(well);
    rogue_close(sick);
    free(models);
    free(urls);
}

/* Nobody listens: the run stops at once, resumable, and says why. */
static void test_nobody_there(void **state)
{
    char *url = url_of(closed_port());
    char *models = models_at(url, "");
    struct flowrun run;

    (void)state;
    flowrun_open(&run, models, NULL);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 1);
    assert_non_null(flowrun_event(&run, "stopped"));
    flowrun_close(&run);
    free(models);
    free(url);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mixed_faults_streamed),
        cmocka_unit_test(test_mixed_faults_whole),
        cmocka_unit_test(test_lost_for_good_is_told),
        cmocka_unit_test(test_killed_among_faults),
        cmocka_unit_test(test_storms),
        cmocka_unit_test(test_several_endpoints),
        cmocka_unit_test(test_nobody_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
