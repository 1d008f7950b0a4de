#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "flight.h"
#include "json.h"

enum { LEARN_MAX = 8 };

/* What the endpoint does not tell counts as what was reserved. */
static void fill_usage(const struct flight *flight, struct llm_reply *reply)
{
    bool is_known = !flight->request->model->provider->is_remote || flight->attempt.usage_known;

    if (!is_known)
        reply->usage = client_worst_case(flight->request);
    reply->usage_known = is_known;
}

static void succeed(struct flight *flight, struct llm_reply *take_reply)
{
    struct str json = STR_INIT;

    flight->reply = take_reply;
    flight->paid = true;
    fill_usage(flight, take_reply);
    take_reply->latency_ms = (uint32_t)((clock_us() - flight->pass.started_us) / 1000);
    take_reply->attempts = flight->attempts;
    flight_count_reply(flight);
    flight_settle(flight);
    if (flight->client->options.store == NULL) {
        flight_finish(flight);
        return;
    }
    llm_reply_to_json(take_reply, &json);
    flight_commit(flight, STORE_REPLY, &json);
}

/* No times in it: the words become a fact of the run, and runs are compared by their facts. */
static void tell_attempts(struct flight *flight)
{
    struct err told = { 0 };

    if (flight->attempts < 2)
        return;
    err_set(&told, flight->error.code, "%s (%u attempts)", flight->error.message, flight->attempts);
    flight->error = told;
}

/* Lost after all retries. What was cut short by a stop is no failure of the endpoint and is asked
 * again. */
static void lose(struct flight *flight)
{
    const char *message = flight->error.message;
    struct str json = STR_INIT;

    tell_attempts(flight);
    flight_settle(flight);
    flight->client->counts.failed++;
    if (flight->client->options.store == NULL) {
        flight_finish(flight);
        return;
    }
    str_add(&json, "{\"message\":");
    json_print_string(message, strlen(message), &json);
    str_add_char(&json, '}');
    flight_commit(flight, STORE_FAILURE, &json);
}

static void on_retry_due(uv_timer_t *timer)
{
    struct flight *flight = timer->data;

    flight_enqueue(flight);
    client_admit(flight->client);
}

static void back_off(struct flight *flight, uint32_t delay_ms)
{
    struct client *client = flight->client;

    flight->stage = FLIGHT_BACKOFF;
    if (!flight->has_timer && uv_timer_init(client->options.loop, &flight->timer) != 0)
        abort();
    flight->has_timer = true;
    flight->timer.data = flight;
    uv_update_time(client->options.loop);
    if (uv_timer_start(&flight->timer, on_retry_due, delay_ms, 0) != 0)
        abort();
    client->counts.retries++;
    client_admit(client);
}

/* It would refuse any call: the key, the money or the model is what is wrong there, not the
 * request. */
static bool is_of_endpoint(const struct provider_call *attempt)
{
    switch ((int)attempt->fault) {
    case FAULT_AUTH:
    case FAULT_FORBIDDEN:
    case FAULT_QUOTA:
    case FAULT_NOT_FOUND:
    case FAULT_TLS:
        return true;
    default:
        return false;
    }
}

static enum gate_verdict verdict_of(const struct provider_call *attempt, enum err_code error)
{
    if (error == ERR_NONE)
        return GATE_WELL;
    if (error == ERR_CANCELLED)
        return GATE_NEUTRAL;
    if (attempt->rate_limited || attempt->fault == FAULT_LOCAL_RESOURCE)
        return GATE_LIMITED;
    if (attempt->retryable)
        return GATE_FAILED;
    return is_of_endpoint(attempt) ? GATE_REFUSED : GATE_NEUTRAL;
}

static void leave_gate(
    struct flight *flight, enum gate_verdict verdict, const struct llm_reply *reply)
{
    const struct provider_call *attempt = &flight->attempt;
    int64_t now_us = clock_us();
    struct gate_news news = {
        .verdict = verdict,
        .retry_after_ms = attempt->retry_after_ms,
        .tokens_used = flight->likely_tokens,
        .requests = attempt->limit_requests,
        .tokens = attempt->limit_tokens,
    };

    if (reply != NULL && (attempt->usage_known || !flight->request->model->provider->is_remote))
        news.tokens_used = reply->usage.in + reply->usage.out;
    else if (reply == NULL && !attempt->maybe_billed)
        news.tokens_used = 0;
    gate_leave(&flight->lane->gates[flight->endpoint]->gate, &flight->pass, &news, now_us);
    flight->client->counts.in_flight--;
}

/* Money that may have flowed for nothing is spent as far as the limits go; the next attempt
 * reserves anew. */
static void count_unknown(struct flight *flight)
{
    struct llm_usage worst = client_worst_case(flight->request);

    if (!flight->attempt.maybe_billed)
        return;
    flight_settle(flight);
    unknown_usage_add(flight->client, &worst);
}

static bool may_retry(const struct flight *flight, uint32_t delay_ms)
{
    const struct retry_policy *policy = &flight->client->retry;
    int64_t spent_ms = (clock_us() - flight->began_us) / 1000;

    return flight->attempt.retryable && flight->limited < policy->limited &&
           flight->attempts - flight->limited < policy->attempts &&
           spent_ms + delay_ms <= policy->total_ms;
}

/* Asked anew through the gate, like any other call: what is learned costs no attempt, but is held
 * to rates and limits. */
static void ask_as_learned(struct flight *flight)
{
    flight->learned++;
    flight->attempts--;
    flight_enqueue(flight);
    client_admit(flight->client);
}

static void on_attempt_done(
    struct provider_call *attempt, struct llm_reply *take_reply, const struct err *error)
{
    struct flight *flight = attempt->data;
    struct client *client = flight->client;
    enum gate_verdict verdict = verdict_of(attempt, error != NULL ? error->code : ERR_NONE);
    bool elsewhere;
    uint32_t delay_ms;

    leave_gate(flight, verdict, take_reply);
    if (take_reply != NULL) {
        succeed(flight, take_reply);
        return;
    }
    assert(error != NULL); /* the provider's contract: a reply or an error */
    flight->error = *error;
    if (attempt->learned && flight->learned < LEARN_MAX && client->stopped.code == ERR_NONE &&
        client_is_wanted(flight)) {
        ask_as_learned(flight);
        return;
    }
    flight->limited += verdict == GATE_LIMITED;
    count_unknown(flight);
    elsewhere = verdict == GATE_REFUSED && ++flight->refused < flight->lane->gate_count;
    delay_ms = elsewhere ? 0
                         : retry_delay_ms(&client->retry, flight->attempts, attempt->retry_after_ms,
                               &client->random);
    if (error->code == ERR_ENDPOINT && !elsewhere && !may_retry(flight, delay_ms)) {
        lose(flight);
    } else if (error->code == ERR_ENDPOINT && client->stopped.code == ERR_NONE &&
               client_is_wanted(flight)) {
        back_off(flight, delay_ms);
    } else {
        if (client->stopped.code != ERR_NONE)
            flight->error = client->stopped;
        flight_finish(flight);
    }
}

void flight_launch(struct flight *flight, unsigned endpoint, int64_t now_us)
{
    struct client *client = flight->client;
    const struct llm_model *model = flight->request->model;
    bool is_retry = flight->attempts > 0;

    heap_remove(&flight->lane->queues[is_retry], &flight->item);
    gate_enter(&flight->lane->gates[endpoint]->gate, &flight->pass, flight->likely_tokens, is_retry,
        now_us);
    flight->lane->turn = endpoint + 1;
    if (!flight->reserved)
        flight_reserve(flight);
    flight->stage = FLIGHT_PROVIDER;
    if (!is_retry)
        flight->began_us = now_us;
    flight->attempts++;
    flight->endpoint = endpoint;
    flight->attempt = (struct provider_call){
        .request = flight->request, .done = on_attempt_done, .endpoint = endpoint, .data = flight
    };
    client->counts.in_flight++;
    model->provider->start(model->provider_ctx, &flight->attempt);
}
