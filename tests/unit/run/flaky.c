#include "flaky.h"

#include <stdlib.h>
#include <unistd.h>

#include "mem.h"
#include "model.h"

struct flaky_call {
    struct provider_call inner; /* first: what the builtin model is given */
    struct provider_call *outer;
    struct flaky *flaky;
    uv_timer_t timer;
    struct llm_reply *reply;
    bool cancelled;
};

/* One write, so that a kill leaves whole lines. */
static void write_down(const struct flaky *flaky, char mark, struct hash key)
{
    char line[HASH_HEX_SIZE + 2];
    size_t len = HASH_HEX_SIZE + 1;

    if (flaky->log < 0)
        return;
    line[0] = mark;
    hash_hex(key, line + 1);
    line[len - 1] = '\n';
    if (write(flaky->log, line, len) != (ssize_t)len)
        abort();
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

static void finish(struct flaky_call *at)
{
    struct flaky *flaky = at->flaky;
    struct provider_call *outer = at->outer;
    struct llm_reply *reply = at->reply;
    struct err err = { .code = ERR_NONE };

    flaky->in_flight--;
    if (at->cancelled) {
        llm_reply_unref(reply);
        reply = NULL;
        err_set(&err, ERR_CANCELLED, "the attempt was cancelled");
    } else if (reply == NULL) {
        err_set(&err, ERR_ENDPOINT, "the endpoint is down");
    } else {
        flaky->answered++;
        write_down(flaky, '=', outer->request->key);
    }
    uv_close((uv_handle_t *)&at->timer, on_closed);
    outer->done(outer, reply, reply != NULL ? NULL : &err);
}

static void on_timer(uv_timer_t *timer)
{
    finish(timer->data);
}

/* The reply is there; now it takes its time. */
static void hold(struct flaky_call *at)
{
    struct flaky *flaky = at->flaky;
    uint64_t wait = random_below(&flaky->random, flaky->delay_ms + 1);

    uv_update_time(flaky->loop);
    if (uv_timer_start(&at->timer, on_timer, at->cancelled ? 0 : wait, 0) != 0)
        abort();
}

static void on_answered(
    struct provider_call *inner, struct llm_reply *take_reply, const struct err *error)
{
    struct flaky_call *at = (struct flaky_call *)inner;

    (void)error;
    at->reply = take_reply;
    hold(at);
}

static void start(void *ctx, struct provider_call *call)
{
    struct flaky *flaky = ctx;
    struct flaky_call *at = mem_zalloc(1, sizeof *at);

    at->outer = call;
    at->flaky = flaky;
    at->timer.data = at;
    call->private_state = at;
    call->retryable = false;
    flaky->asked++;
    if (++flaky->in_flight > flaky->most_in_flight)
        flaky->most_in_flight = flaky->in_flight;
    write_down(flaky, '?', call->request->key);
    if (flaky->on_request != NULL)
        flaky->on_request(flaky->data, call->request);
    if (uv_timer_init(flaky->loop, &at->timer) != 0)
        abort();
    if (flaky->is_lost != NULL && flaky->is_lost(flaky->data, call->request)) {
        hold(at);
        return;
    }
    at->inner = (struct provider_call){ .request = call->request, .done = on_answered };
    builtin_provider.start(flaky->workers, &at->inner);
}

/* One that the builtin model still has ends when that answers: within milliseconds. */
static void cancel(void *ctx, struct provider_call *call)
{
    struct flaky_call *at = call->private_state;

    (void)ctx;
    at->cancelled = true;
    if (uv_is_active((uv_handle_t *)&at->timer) != 0)
        (void)uv_timer_start(&at->timer, on_timer, 0, 0);
}

const struct provider flaky_provider = { .api = "flaky", .start = start, .cancel = cancel };

void flaky_open(struct flaky *flaky, uv_loop_t *loop)
{
    flaky->loop = loop;
    flaky->workers = workers_open(loop, 2);
    random_seed(&flaky->random, flaky->seed);
}

void flaky_close(struct flaky *flaky)
{
    workers_close(flaky->workers);
}
