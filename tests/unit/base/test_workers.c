#include "workers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { PIECES = 500 };

struct piece {
    struct work work;
    unsigned value, worker, done;
};

static unsigned finished;

static void square(struct work *work, unsigned worker)
{
    struct piece *piece = (struct piece *)work;

    piece->value *= piece->value;
    piece->worker = worker;
}

static void on_done(struct work *work)
{
    ((struct piece *)work)->done++;
    finished++;
}

static void run_all(unsigned threads)
{
    static struct piece pieces[PIECES];
    uv_loop_t loop;
    struct workers *workers;

    assert_int_equal(uv_loop_init(&loop), 0);
    workers = workers_open(&loop, threads);
    assert_true(workers_count(workers) >= 1);
    finished = 0;
    for (unsigned i = 0; i < PIECES; i++) {
        pieces[i] = (struct piece){ .work = { .run = square, .on_done = on_done }, .value = i };
        workers_submit(workers, &pieces[i].work);
    }
    assert_int_equal(finished, 0); /* never from inside submit */
    uv_run(&loop, UV_RUN_DEFAULT); /* ends by itself when nothing is under way */
    assert_int_equal(finished, PIECES);
    for (unsigned i = 0; i < PIECES; i++) {
        assert_int_equal(pieces[i].value, i * i);
        assert_int_equal(pieces[i].done, 1);
        assert_true(pieces[i].worker < workers_count(workers));
    }
    workers_close(workers);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

static void test_one(void **state)
{
    (void)state;
    run_all(1);
}

static void test_many(void **state)
{
    (void)state;
    run_all(4);
    run_all(0);
}

static struct workers *chain_workers;
static struct piece chain;

static void again(struct work *work)
{
    if (++chain.done < 100)
        workers_submit(chain_workers, work);
}

/* A piece may be handed in again from its own on_done. */
static void test_again(void **state)
{
    uv_loop_t loop;

    (void)state;
    assert_int_equal(uv_loop_init(&loop), 0);
    chain_workers = workers_open(&loop, 2);
    chain = (struct piece){ .work = { .run = square, .on_done = again }, .value = 1 };
    workers_submit(chain_workers, &chain.work);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(chain.done, 100);
    workers_close(chain_workers);
    workers_close(NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
