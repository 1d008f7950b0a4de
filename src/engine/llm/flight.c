#include "flight.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "json.h"
#include "mem.h"

static void flight_free(struct flight *flight)
{
    llm_reply_unref(flight->reply);
    llm_request_unref(flight->request);
    free(flight);
}

static void on_timer_closed(uv_handle_t *timer)
{
    flight_free(timer->data);
}

static void forget(struct flight *flight)
{
    struct client *client = flight->client;

    key_map_remove(&client->flights, flight->request->key);
    if (flight->previous != NULL)
        flight->previous->next = flight->next;
    else
        client->all = flight->next;
    if (flight->next != NULL)
        flight->next->previous = flight->previous;
}

static void settle(struct flight *flight)
{
    if (flight->reserved)
        budget_settle(&flight->client->budget, &flight->worst);
    flight->reserved = false;
}

/* The one end of every flight: out of the tables, outcome to whoever waits. */
static void land(struct flight *flight)
{
    struct client *client = flight->client;

    if (heap_has(&flight->item))
        heap_remove(&client->waiting, &flight->item);
    settle(flight);
    forget(flight);
    client_land(flight);
    if (flight->has_timer)
        uv_close((uv_handle_t *)&flight->timer, on_timer_closed);
    else
        flight_free(flight);
}

void flight_end(struct flight *flight, const struct err *error)
{
    assert(flight->stage == FLIGHT_WAITING || flight->stage == FLIGHT_BACKOFF);
    flight->error = *error;
    land(flight);
}

void flight_drop(struct flight *flight)
{
    struct client *client = flight->client;

    assert(flight->tickets == NULL);
    land(flight);
    client_admit(client);
}

/* Sums of these are exact (multiples of 2^-32 USD, far below any price), so they do not depend on
 * the order of arrival: a run's money is a fact. */
static double exact_usd(double usd)
{
    return nearbyint(usd * 0x1p32) * 0x1p-32;
}

/* Distinct calls are counted once a run, by whom they were paid does not matter; money is counted
 * as often as it flows. */
static void count_reply(struct flight *flight)
{
    struct client *client = flight->client;
    enum llm_role role = flight->request->role;
    const struct llm_usage *usage = &flight->reply->usage;
    bool is_new = key_map_get(&client->seen, flight->request->key) == NULL;
    struct llm_usage *sum = &client->counts.usage[role];

    if (is_new || flight->paid)
        budget_use(&client->budget, usage);
    client->counts.paid[role] += flight->paid;
    if (!is_new)
        return;
    key_map_put(&client->seen, flight->request->key, client);
    client->counts.calls[role]++;
    sum->in += usage->in;
    sum->cached_in += usage->cached_in;
    sum->out += usage->out;
    sum->usd += exact_usd(usage->usd);
}

static void on_committed(void *data, const struct err *error)
{
    struct flight *flight = data;
    struct client *client = flight->client;

    if (error != NULL) {
        llm_reply_unref(flight->reply);
        flight->reply = NULL;
        flight->error = *error;
        client_stop(client, error);
    }
    land(flight);
    client_admit(client);
}

static void commit(struct flight *flight, enum store_kind kind, struct text *take_body)
{
    struct client *client = flight->client;

    flight->stage = FLIGHT_COMMIT;
    store_put(client->options.store, kind, flight->request->key, take_body, on_committed, flight);
    text_unref(take_body);
    client_admit(client);
}

static void land_now(struct flight *flight)
{
    struct client *client = flight->client;

    land(flight);
    client_admit(client);
}

static void note_latency(struct client *client, uint32_t latency_ms)
{
    struct client_counts *counts = &client->counts;

    counts->latency_ms_last[client->latency_next++ % 64] = latency_ms;
    if (counts->latency_count < 64)
        counts->latency_count++;
}

static void succeed(struct flight *flight, struct llm_reply *take_reply)
{
    flight->reply = take_reply;
    flight->paid = true;
    take_reply->latency_ms = (uint32_t)((clock_us() - flight->started_us) / 1000);
    take_reply->attempts = flight->attempts;
    note_latency(flight->client, take_reply->latency_ms);
    count_reply(flight);
    settle(flight);
    if (flight->client->options.store != NULL)
        commit(flight, STORE_REPLY, llm_reply_to_json(take_reply));
    else
        land_now(flight);
}

static struct text *failure_to_json(const char *message)
{
    struct str out = STR_INIT;
    struct text *text;

    str_add(&out, "{\"message\":");
    json_print_string(message, strlen(message), &out);
    str_add_char(&out, '}');
    text = text_new(out.data, out.len);
    str_free(&out);
    return text;
}

/* Lost after all retries. What was cut short by a stop is no failure of the endpoint and is asked
 * again. */
static void lose(struct flight *flight)
{
    settle(flight);
    flight->client->counts.failed++;
    if (flight->client->options.store != NULL)
        commit(flight, STORE_FAILURE, failure_to_json(flight->error.message));
    else
        land_now(flight);
}

static void enqueue(struct flight *flight)
{
    flight->stage = FLIGHT_WAITING;
    heap_push(&flight->client->waiting, &flight->item);
}

static void on_retry_due(uv_timer_t *timer)
{
    struct flight *flight = timer->data;

    enqueue(flight);
    client_admit(flight->client);
}

static void back_off(struct flight *flight)
{
    struct client *client = flight->client;
    uint32_t delay = retry_delay_ms(
        &client->retry, flight->attempts, flight->attempt.retry_after_ms, &client->random);

    flight->stage = FLIGHT_BACKOFF;
    if (!flight->has_timer && uv_timer_init(client->options.loop, &flight->timer) != 0)
        abort();
    flight->has_timer = true;
    flight->timer.data = flight;
    uv_update_time(client->options.loop);
    if (uv_timer_start(&flight->timer, on_retry_due, delay, 0) != 0)
        abort();
    client->counts.retries++;
    client_admit(client);
}

static bool is_wanted(const struct flight *flight)
{
    for (const struct ticket *ticket = flight->tickets; ticket != NULL; ticket = ticket->next)
        if (!ticket->cancelled)
            return true;
    return false;
}

static void on_attempt_done(
    struct provider_call *attempt, struct llm_reply *take_reply, const struct err *error)
{
    struct flight *flight = attempt->data;
    struct client *client = flight->client;
    bool again = attempt->retryable && flight->attempts < client->retry.attempts;

    client->counts.in_flight--;
    if (take_reply != NULL) {
        succeed(flight, take_reply);
        return;
    }
    flight->error = *error;
    if (error->code == ERR_ENDPOINT && !again) {
        lose(flight);
    } else if (error->code == ERR_ENDPOINT && client->stopped.code == ERR_NONE &&
               is_wanted(flight)) {
        back_off(flight);
    } else {
        if (client->stopped.code != ERR_NONE)
            flight->error = client->stopped;
        land_now(flight);
    }
}

static void reserve(struct flight *flight)
{
    budget_reserve(&flight->client->budget, &flight->worst);
    flight->reserved = true;
}

static void launch(struct flight *flight)
{
    struct client *client = flight->client;
    const struct llm_model *model = flight->request->model;

    if (!flight->reserved)
        reserve(flight);
    flight->stage = FLIGHT_PROVIDER;
    flight->attempts++;
    flight->started_us = clock_us();
    flight->attempt = (struct provider_call){
        .request = flight->request, .done = on_attempt_done, .data = flight
    };
    client->counts.in_flight++;
    model->provider->start(model->provider_ctx, &flight->attempt);
}

/* A call that does not fit waits while one under way may still give something back; it reaches the
 * limit only alone. */
static bool has_room(struct client *client, const struct flight *flight)
{
    struct err error = { 0 };

    if (flight->reserved || budget_fits(&client->budget, &flight->worst))
        return true;
    if (budget_is_reserved(&client->budget))
        return false;
    budget_explain(&client->budget, &flight->worst, &error);
    client_stop(client, &error);
    return false;
}

void client_admit(struct client *client)
{
    unsigned at_once = client->options.concurrency > 0 ? client->options.concurrency : 1;
    struct flight *flight;

    while (client->stopped.code == ERR_NONE && client->counts.in_flight < at_once &&
           (flight = (struct flight *)heap_first(&client->waiting)) != NULL &&
           has_room(client, flight)) {
        heap_remove(&client->waiting, &flight->item);
        launch(flight);
    }
}

static void queue_or_refuse(struct flight *flight)
{
    struct client *client = flight->client;

    enqueue(flight);
    if (client->stopped.code != ERR_NONE)
        flight_end(flight, &client->stopped);
    else
        client_admit(client);
}

static void on_reply_found(void *data, struct text *body, const struct err *error)
{
    struct flight *flight = data;

    settle(flight);
    if (body == NULL && error == NULL) {
        queue_or_refuse(flight);
        return;
    }
    if (error != NULL)
        flight->error = *error;
    else
        flight->reply = llm_reply_from_json(body->data, &flight->error);
    text_unref(body);
    if (flight->reply != NULL)
        count_reply(flight);
    else
        client_stop(flight->client, &flight->error);
    land_now(flight);
}

static void read_failure(const char *body, struct err *out)
{
    struct err err = { 0 };
    struct json_doc *doc =
        json_parse("journalled failure", 1, body, strlen(body), JSON_STRICT, &err);
    const struct json *message = doc != NULL ? json_get(json_root(doc), "message") : NULL;

    if (message != NULL && message->type == JSON_STRING)
        err_set(out, ERR_ENDPOINT, "%s", message->text);
    else
        err_set(out, ERR_IO,
            "the journal holds a failure that is not one of ours: the file is damaged");
    json_free(doc);
}

static void on_failure_found(void *data, struct text *body, const struct err *error)
{
    struct flight *flight = data;

    if (body == NULL && error == NULL) {
        queue_or_refuse(flight);
        return;
    }
    if (error != NULL)
        flight->error = *error;
    else
        read_failure(body->data, &flight->error);
    text_unref(body);
    flight->client->counts.failed += flight->error.code == ERR_ENDPOINT;
    if (flight->error.code != ERR_ENDPOINT)
        client_stop(flight->client, &flight->error);
    land_now(flight);
}

void flight_send(struct flight *flight)
{
    struct store *store = flight->client->options.store;
    struct hash key = flight->request->key;

    flight->stage = FLIGHT_LOOKUP;
    if (store != NULL && store_has(store, STORE_REPLY, key)) {
        reserve(flight); /* what it used counts already for whoever asks meanwhile */
        store_get(store, STORE_REPLY, key, on_reply_found, flight);
    } else if (store != NULL && store_has(store, STORE_FAILURE, key)) {
        store_get(store, STORE_FAILURE, key, on_failure_found, flight);
    } else {
        queue_or_refuse(flight);
    }
}

static struct cost worst_case(const struct llm_request *request)
{
    struct llm_usage usage = client_worst_case(request);

    return (struct cost){ .calls = 1, .tokens = usage.in + usage.out, .usd = usage.usd };
}

struct flight *flight_open(struct client *client, struct llm_request *request, unsigned priority)
{
    struct flight *flight = mem_zalloc(1, sizeof *flight);

    flight->client = client;
    flight->request = llm_request_ref(request);
    flight->item.priority = priority;
    flight->worst = worst_case(request);
    key_map_put(&client->flights, request->key, flight);
    flight->next = client->all;
    if (client->all != NULL)
        client->all->previous = flight;
    client->all = flight;
    return flight;
}
