#include "scripted.h"

#include <stdlib.h>

#include "mem.h"

struct scripted_call {
    struct post post;
    uv_timer_t timer;
    struct script *script;
    struct provider_call *call;
    bool cancelled;
};

static void complete(struct scripted_call *at)
{
    struct script *script = at->script;
    struct provider_call *call = at->call;
    struct err err = { 0 };
    struct llm_reply *reply = NULL;
    bool retryable = false;

    script->in_flight--;
    if (at->cancelled)
        err_set(&err, ERR_CANCELLED, "the attempt was cancelled");
    else
        reply = script->answer(script, call->request, &err, &retryable);
    call->retryable = retryable;
    call->maybe_billed = script->is_billed;
    call->done(call, reply, reply != NULL ? NULL : &err);
}

static void on_posted(struct post *post)
{
    complete((struct scripted_call *)post);
    free(post);
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

static void on_timer(uv_timer_t *timer)
{
    complete(timer->data);
    uv_close((uv_handle_t *)timer, on_closed);
}

static void start(void *ctx, struct provider_call *call)
{
    struct script *script = ctx;
    struct scripted_call *at = mem_zalloc(1, sizeof *at);
    uint64_t wait = script->latency_ms;

    at->script = script;
    at->call = call;
    call->private_state = at;
    script->starts++;
    if (++script->in_flight > script->most_in_flight)
        script->most_in_flight = script->in_flight;
    if (script->at_once) {
        at->post.run = on_posted;
        post_add(&script->posts, &at->post);
        return;
    }
    if (script->shuffle_ms > 0)
        wait += random_below(&script->random, script->shuffle_ms + 1);
    at->timer.data = at;
    uv_update_time(script->loop);
    if (uv_timer_init(script->loop, &at->timer) != 0 ||
        uv_timer_start(&at->timer, on_timer, wait, 0) != 0)
        abort();
}

static void cancel(void *ctx, struct provider_call *call)
{
    struct script *script = ctx;
    struct scripted_call *at = call->private_state;

    script->cancels++;
    at->cancelled = true;
    if (!script->at_once && uv_timer_start(&at->timer, on_timer, 0, 0) != 0)
        abort();
}

const struct provider scripted_provider = { .api = "scripted", .start = start, .cancel = cancel };

void script_open(struct script *script)
{
    random_seed(&script->random, script->seed);
    post_queue_open(&script->posts, script->loop);
}

void script_close(struct script *script)
{
    post_queue_close(&script->posts, NULL);
}

struct llm_reply *script_reply(const struct llm_request *request, const char *text)
{
    struct llm_reply *reply = llm_reply_new(text_from(text));

    reply->usage.in = llm_request_bytes(request);
    reply->usage.out = reply->content->len;
    reply->usage.usd = (double)(reply->usage.in + reply->usage.out) / 1000;
    return reply;
}
