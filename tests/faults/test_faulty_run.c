/* Whole runs of the real binary against a server that misbehaves: what may heal is not lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flowrun.h"
#include "mem.h"

/* Good replies and the run's distinct calls are the same in number, so each was answered once; and
 * the finished run asks nothing. */
static void expect_nothing_twice(struct flowrun *run, struct rogue *rogue)
{
    struct rogue_counts counts = rogue_counts(rogue);

    assert_true(
        (double)counts.answered == flowrun_number(flowrun_event(run, "run_finished"), "calls"));
    assert_int_equal(flowrun_do(run, "resume", "last", NULL), 0);
    assert_int_equal(rogue_counts(rogue).requests, counts.requests);
}

/* A stalled transfer ends when its time is over. */
static void expect_nothing_lost(struct rogue *rogue, const char *more, flowrun_mark *mark)
{
    char *settings = mem_printf(",\"timeout_s\":2%s", more);
    struct flowrun run;

    flowrun_open_at(&run, rogue, settings, mark);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
    flowrun_expect_finished(&run);
    flowrun_show(&run, rogue);
    assert_true(flowrun_lost(&run) == 0);
    expect_nothing_twice(&run, rogue);
    flowrun_close(&run);
    free(settings);
}

/* A fifth of all requests meets a fault of any kind, never more than two in a row for one. */
static void mixed_faults(uint64_t seed, const char *more)
{
    struct rogue *rogue = flowrun_rogue((struct rogue_options){
        .seed = seed, .share = 0.2, .kinds = ROGUE_ALL, .in_row = 2, .retry_after_s = 1 });

    expect_nothing_lost(rogue, more, NULL);
    assert_true(rogue_counts(rogue).requests > rogue_counts(rogue).answered * 11 / 10);
    rogue_close(rogue);
}

static void test_mixed_faults_streamed(void **state)
{
    (void)state;
    mixed_faults(1, "");
}

static void test_mixed_faults_whole(void **state)
{
    (void)state;
    mixed_faults(3, ",\"stream\":false");
}

static char *mark_with_each_kind(unsigned i)
{
    return i < FLOWRUN_PART ? NULL
                            : mem_printf("[[fault:%s*1]]",
                                  rogue_name((enum rogue_fault)(1 + i % ROGUE_GARBAGE)));
}

static void test_every_kind(void **state)
{
    struct rogue *rogue = flowrun_rogue((struct rogue_options){ .retry_after_s = 1 });

    (void)state;
    expect_nothing_lost(rogue, "", mark_with_each_kind);
    for (unsigned kind = 1; kind <= ROGUE_GARBAGE; kind++)
        if (rogue_counts(rogue).faults[kind] == 0)
            fail_msg("no %s was met", rogue_name((enum rogue_fault)kind));
    rogue_close(rogue);
}

/* Some of validation and test are refused. */
static char *mark_some(unsigned i)
{
    return i < FLOWRUN_PART || i % 4 != 0 ? NULL : mem_strdup("[[fault:400*1]]");
}

/* What no retry saves has no score; each is told once in the server's words, and the summary says
 * how many. Once the server is well, --retry-failed gets them. */
static void test_lost_for_good_is_told(void **state)
{
    struct rogue *rogue = flowrun_rogue((struct rogue_options){ .seed = 3 });
    struct str summary = STR_INIT;
    struct flowrun run;
    uint64_t lost;
    char *words;

    (void)state;
    flowrun_open_at(&run, rogue, "", mark_some);
    assert_int_equal(flowrun_do(&run, "run", "task", NULL), 0);
    flowrun_expect_finished(&run);
    flowrun_show(&run, rogue);
    assert_true(flowrun_sum(&run, "baseline", "failed") == FLOWRUN_PART / 4);
    lost = rogue_counts(rogue).faults[ROGUE_400];
    assert_int_equal(flowrun_told(&run, "HTTP 400): This question is not for me"), lost);
    for (unsigned i = 0; i < FLOWRUN_PART; i += 4) {
        char name[32];

        /* a pass of another workflow asks other requests: those are not the same failure */
        (void)snprintf(name, sizeof name, "validation.csv:%u:", i + 1);
        assert_int_equal(
            flowrun_told(&run, name), 1 + (flowrun_sum(&run, "validation", "failed") > 0));
    }
    flowrun_summary(&run, &summary);
    words = mem_printf("lost        %llu examples had no score", (unsigned long long)lost);
    assert_non_null(strstr(str_text(&summary), words));
    assert_int_equal(flowrun_do(&run, "resume", "last", "--retry-failed"), 0);
    flowrun_expect_finished(&run);
    assert_true(flowrun_lost(&run) == 0);
    free(words);
    str_free(&summary);
    flowrun_close(&run);
    rogue_close(rogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mixed_faults_streamed),
        cmocka_unit_test(test_mixed_faults_whole),
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_lost_for_good_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
