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
    client->under_way--;
}

void flight_reserve(struct flight *flight)
{
    budget_reserve(&flight->client->budget, &flight->worst);
    flight->reserved = true;
}

void flight_settle(struct flight *flight)
{
    if (flight->reserved)
        budget_settle(&flight->client->budget, &flight->worst);
    flight->reserved = false;
}

void flight_enqueue(struct flight *flight)
{
    flight->stage = FLIGHT_WAITING;
    lanes_push(&flight->client->lanes, flight->lane, &flight->item, flight->attempts > 0);
}

/* The one end of every flight: out of the tables, outcome to whoever waits. */
static void land(struct flight *flight)
{
    if (heap_has(&flight->item))
        heap_remove(&flight->lane->queues[flight->attempts > 0], &flight->item);
    flight_settle(flight);
    forget(flight);
    flight_tell(flight);
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

/* Sums of these are exact (multiples of 2^-32 USD, far below any price), so they do not depend on
 * the order of arrival: a run's money is a fact. */
static double exact_usd(double usd)
{
    return nearbyint(usd * 0x1p32) * 0x1p-32;
}

/* Distinct calls are counted once a run, in which sitting they were paid does not matter; money is
 * counted as often as it flows. What another run paid is no call of this one. */
void flight_count_reply(struct flight *flight)
{
    struct client *client = flight->client;
    enum llm_role role = flight->request->role;
    const struct llm_usage *usage = &flight->reply->usage;
    bool is_new = key_map_get(&client->seen, flight->request->key) == NULL;
    struct llm_usage *sum = &client->counts.usage[role];

    if (flight->reply->reused)
        return;
    if (is_new || flight->paid)
        budget_use(&client->budget, usage);
    client->counts.paid[role] += flight->paid;
    flight->is_new = is_new;
    if (!is_new)
        return;
    key_map_put(&client->seen, flight->request->key, client);
    client->counts.calls[role]++;
    sum->in += usage->in;
    sum->cached_in += usage->cached_in;
    sum->out += usage->out;
    sum->usd += exact_usd(usage->usd);
    client->counts.cut += flight->reply->finish == FINISH_LENGTH;
    client->counts.odd += flight->reply->finish == FINISH_OTHER;
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

/* Before its reply, so that whoever finds that finds this. */
static void put_request(const struct flight *flight)
{
    const struct llm_request *request = flight->request;

    store_put(
        flight->client->options.store, STORE_REQUEST, request->key, request->json, NULL, NULL);
}

void flight_commit(struct flight *flight, enum store_kind kind, struct str *take_body)
{
    struct client *client = flight->client;
    struct text *body;

    flight->stage = FLIGHT_COMMIT;
    put_request(flight);
    flight_annotate(flight, take_body);
    body = text_new(take_body->data, take_body->len);
    str_free(take_body);
    store_put(client->options.store, kind, flight->request->key, body, on_committed, flight);
    text_unref(body);
    client_admit(client);
}

void flight_finish(struct flight *flight)
{
    struct client *client = flight->client;

    land(flight);
    client_admit(client);
}

static void on_reply_found(void *data, struct text *body, const struct err *error)
{
    struct flight *flight = data;

    flight_settle(flight);
    if (error != NULL)
        flight->error = *error;
    else
        flight->reply = llm_reply_from_json(body->data, &flight->error);
    text_unref(body);
    if (flight->reply != NULL)
        flight_count_reply(flight);
    else
        client_stop(flight->client, &flight->error);
    flight_finish(flight);
}

/* Into this run's journal before it is used: a later sitting needs the other run no more. */
static void on_lent_found(void *data, struct text *body, const struct err *error)
{
    struct flight *flight = data;
    struct str json = STR_INIT;

    if (error != NULL)
        flight->error = *error;
    else
        flight->reply = llm_reply_from_json(body->data, &flight->error);
    text_unref(body);
    if (flight->reply == NULL) {
        err_prefix(&flight->error, "the run whose replies are reused");
        client_stop(flight->client, &flight->error);
        flight_finish(flight);
        return;
    }
    flight->reply->reused = true;
    llm_reply_to_json(flight->reply, &json);
    flight_commit(flight, STORE_REPLY, &json);
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

    if (error != NULL)
        flight->error = *error;
    else
        read_failure(body->data, &flight->error);
    text_unref(body);
    flight->client->counts.failed += flight->error.code == ERR_ENDPOINT;
    if (flight->error.code != ERR_ENDPOINT)
        client_stop(flight->client, &flight->error);
    flight_finish(flight);
}

static void queue_or_refuse(struct flight *flight)
{
    struct client *client = flight->client;

    flight_enqueue(flight);
    if (client->stopped.code != ERR_NONE)
        flight_end(flight, &client->stopped);
    else
        client_admit(client);
}

/* The journal answers for what it has (store_has): a reply, a failure, or trouble. */
void flight_send(struct flight *flight)
{
    struct store *store = flight->client->options.store;
    struct hash key = flight->request->key;

    flight->stage = FLIGHT_LOOKUP;
    if (store != NULL && store_has(store, STORE_REPLY, key)) {
        flight_reserve(flight); /* what it used counts already for whoever asks meanwhile */
        store_get(store, STORE_REPLY, key, on_reply_found, flight);
    } else if (store != NULL && store_has(store, STORE_FAILURE, key)) {
        store_get(store, STORE_FAILURE, key, on_failure_found, flight);
    } else if (store != NULL && store_has_lent(store, key)) {
        store_get_lent(store, key, on_lent_found, flight);
    } else {
        queue_or_refuse(flight);
    }
}

static struct cost worst_case(const struct llm_request *request)
{
    struct llm_usage usage = client_worst_case(request);

    return (struct cost){ .calls = 1, .tokens = usage.in + usage.out, .usd = usage.usd };
}

static void note_worst(struct client_counts *counts, const struct cost *worst)
{
    if (worst->tokens > counts->worst_tokens)
        counts->worst_tokens = worst->tokens;
    if (worst->usd > counts->worst_usd)
        counts->worst_usd = worst->usd;
}

struct flight *flight_open(struct client *client, struct llm_request *request, unsigned priority)
{
    struct flight *flight = mem_zalloc(1, sizeof *flight);

    flight->client = client;
    flight->request = llm_request_ref(request);
    flight->lane = lanes_find(&client->lanes, request->model);
    flight->endpoint = LANE_ANY;
    flight->item.priority = priority;
    flight->worst = worst_case(request);
    flight->likely_tokens = client_likely_tokens(request);
    note_worst(&client->counts, &flight->worst);
    key_map_put(&client->flights, request->key, flight);
    flight->next = client->all;
    if (client->all != NULL)
        client->all->previous = flight;
    client->all = flight;
    client->under_way++;
    flight->asked_us = clock_us();
    return flight;
}
