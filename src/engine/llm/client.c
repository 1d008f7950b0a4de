#include "client.h"

#include <assert.h>
#include <stdlib.h>

#include "flight.h"
#include "http.h"
#include "mem.h"

struct client *client_open(const struct client_options *options)
{
    struct client *client = mem_zalloc(1, sizeof *client);

    client->options = *options;
    client->retry = retry_policy_of(&options->retry);
    client->budget.limit = (struct cost){
        .calls = options->limit_calls, .tokens = options->limit_tokens, .usd = options->limit_usd
    };
    unknown_usage_restore(client);
    random_seed(&client->random, options->seed);
    client_admit_open(client);
    post_queue_open(&client->posts, options->loop);
    client->posts.idle.data = client;
    return client;
}

static void on_closed(uv_handle_t *idle)
{
    free(idle->data);
}

static void on_wake_closed(uv_handle_t *wake)
{
    struct client *client = wake->data;

    post_queue_close(&client->posts, on_closed);
}

void client_close(struct client *client)
{
    if (client == NULL)
        return;
    assert(client->all == NULL);
    for (size_t i = 0; i < client->model_count; i++)
        model_free(client->models[i]);
    free(client->models);
    http_close(client->http);
    lanes_close(&client->lanes);
    key_map_free(&client->flights);
    key_map_free(&client->seen);
    uv_close((uv_handle_t *)&client->wake, on_wake_closed);
}

static void add_lane(struct client *client, const struct llm_model *model)
{
    const struct gate_options options = {
        .most = client->options.concurrency,
        .first_pause_ms = client->retry.first_ms,
        .longest_pause_ms = client->retry.max_ms,
        .seed = client->options.seed,
    };

    lanes_add(&client->lanes, model, &options);
}

/* Who answers a model's calls: the builtin one's workers, or HTTP, which is opened when the first
 * remote model is. */
static bool connect_model(struct client *client, const struct model_place *place,
    struct llm_model *model, struct err *err)
{
    unsigned at_once = client->options.concurrency > 0 ? client->options.concurrency : 1;

    if (client->options.provider != NULL) {
        model->provider = client->options.provider;
        model->provider_ctx = client->options.provider_ctx;
        return true;
    }
    model->provider_ctx = client->options.workers;
    if (!model->provider->is_remote)
        return true;
    if (client->options.limit_usd > 0 && !model_check_money(place, model, err))
        return false;
    if (client->http == NULL && http_allow_connections(at_once, err))
        client->http = http_open(client->options.loop, at_once, err);
    model->provider_ctx = client->http;
    return client->http != NULL;
}

const struct llm_model *client_open_model_at(
    struct client *client, const struct model_place *place, const char *settings, struct err *err)
{
    struct llm_model *model = model_open_at(place, settings, client->options.seed, err);

    if (model == NULL || !connect_model(client, place, model, err)) {
        model_free(model);
        return NULL;
    }
    client->models =
        mem_realloc(client->models, client->model_count + 1, sizeof(struct llm_model *));
    client->models[client->model_count++] = model;
    add_lane(client, model);
    return model;
}

const struct llm_model *client_open_model(
    struct client *client, const char *where, const char *settings, struct err *err)
{
    return client_open_model_at(client, &(struct model_place){ .where = where }, settings, err);
}

/* The last thing done with the call: the ticket is gone before the caller hears of it. */
static void deliver(struct post *post)
{
    struct ticket *ticket = (struct ticket *)post;
    struct llm_call *call = ticket->call;

    if (call->reply != NULL)
        ticket->client->counts.requests[call->request->role]++;
    if (ticket->cancelled) {
        llm_reply_unref(call->reply);
        call->reply = NULL;
        call->error = (struct err){ 0 };
        err_set(&call->error, ERR_CANCELLED, "the call was cancelled");
    }
    call->private_state = NULL;
    free(ticket);
    call->on_done(call);
}

static void post_ticket(struct ticket *ticket)
{
    ticket->flight = NULL;
    post_add(&ticket->client->posts, &ticket->post);
}

/* The first ticket is the one that asked; the others were answered by it. */
void client_land(struct flight *flight)
{
    bool cached = !flight->paid;
    struct ticket *next;

    for (struct ticket *ticket = flight->tickets; ticket != NULL; ticket = next) {
        next = ticket->next;
        if (flight->reply != NULL)
            ticket->call->reply = llm_reply_ref(flight->reply);
        else
            ticket->call->error = flight->error;
        ticket->call->cached = cached;
        cached = true;
        post_ticket(ticket);
    }
    flight->tickets = NULL;
}

static struct ticket *ticket_new(struct client *client, struct llm_call *call)
{
    struct ticket *ticket = mem_zalloc(1, sizeof *ticket);

    ticket->post.run = deliver;
    ticket->client = client;
    ticket->call = call;
    call->private_state = ticket;
    call->reply = NULL;
    call->error = (struct err){ 0 };
    call->cached = false;
    return ticket;
}

static void hang_on(struct flight *flight, struct ticket *ticket)
{
    struct ticket **end = &flight->tickets;

    while (*end != NULL)
        end = &(*end)->next;
    *end = ticket;
    ticket->flight = flight;
}

/* After a limit the journal still answers; after trouble or the user's word nothing is begun. */
static bool refuses(const struct client *client)
{
    return client->stopped.code != ERR_NONE && client->stopped.code != ERR_LIMIT;
}

void client_start(struct client *client, struct llm_call *call)
{
    struct ticket *ticket = ticket_new(client, call);
    struct flight *flight = key_map_get(&client->flights, call->request->key);

    if (refuses(client)) {
        call->error = client->stopped;
        post_ticket(ticket);
    } else if (flight != NULL) {
        hang_on(flight, ticket);
        heap_raise(&flight->lane->queues[flight->attempts > 0], &flight->item, call->priority);
    } else {
        flight = flight_open(client, call->request, call->priority);
        hang_on(flight, ticket);
        flight_send(flight);
    }
}

bool client_is_wanted(struct flight *flight)
{
    struct ticket **at = &flight->tickets, *ticket;

    while ((ticket = *at) != NULL) {
        if (ticket->cancelled) {
            *at = ticket->next;
            post_ticket(ticket);
        } else {
            at = &ticket->next;
        }
    }
    return flight->tickets != NULL;
}

void client_cancel(struct client *client, struct llm_call *call)
{
    struct ticket *ticket = call->private_state;
    struct flight *flight = ticket != NULL ? ticket->flight : NULL;

    (void)client;
    if (ticket == NULL || ticket->cancelled)
        return;
    ticket->cancelled = true;
    if (flight != NULL && (flight->stage == FLIGHT_WAITING || flight->stage == FLIGHT_BACKOFF) &&
        !client_is_wanted(flight))
        flight_finish(flight);
}

void client_stop(struct client *client, const struct err *why)
{
    struct flight *next;

    if (client->stopped.code == ERR_NONE || client->stopped.code == ERR_LIMIT)
        client->stopped = *why;
    for (struct flight *flight = client->all; flight != NULL; flight = next) {
        next = flight->next;
        if (flight->stage == FLIGHT_WAITING || flight->stage == FLIGHT_BACKOFF)
            flight_end(flight, &client->stopped);
    }
    client_admit(client); /* the timer is not waited for */
}

const struct err *client_stopped(const struct client *client)
{
    return client->stopped.code != ERR_NONE ? &client->stopped : NULL;
}

void client_abort(struct client *client)
{
    struct err why = { 0 };

    err_set(&why, ERR_CANCELLED, "stopped at once");
    if (client->stopped.code == ERR_NONE)
        client_stop(client, &why);
    for (struct flight *flight = client->all; flight != NULL; flight = flight->next)
        if (flight->stage == FLIGHT_PROVIDER)
            flight->request->model->provider->cancel(
                flight->request->model->provider_ctx, &flight->attempt);
}

void client_pause(struct client *client, bool pause)
{
    client->is_paused = pause;
    client_admit(client);
}

bool client_is_paused(const struct client *client)
{
    return client->is_paused;
}

bool client_reserve(struct client *client, uint64_t calls, uint64_t tokens, double usd)
{
    return budget_set_aside(
        &client->budget, &(struct cost){ .calls = calls, .tokens = tokens, .usd = usd });
}

void client_release_reserve(struct client *client)
{
    client->budget.aside = (struct cost){ 0 };
    if (client->stopped.code == ERR_LIMIT)
        client->stopped = (struct err){ 0 };
    client_admit(client);
}

static uint64_t template_tokens(const struct llm_request *request)
{
    return 16 * (request->message_count + 1);
}

struct llm_usage client_worst_case(const struct llm_request *request)
{
    const struct llm_model *model = request->model;
    struct llm_usage usage = {
        .in = llm_request_bytes(request) + template_tokens(request),
        .out = model->max_tokens,
    };

    usage.usd = model_price(model, usage.in, usage.out);
    return usage;
}

uint64_t client_likely_tokens(const struct llm_request *request)
{
    return llm_request_bytes(request) / 3 + template_tokens(request) + request->model->max_tokens;
}

void client_post(struct client *client, struct post *post)
{
    post_add(&client->posts, post);
}

struct client_counts client_counts(const struct client *client)
{
    struct client_counts counts = client->counts;

    counts.waiting = (unsigned)lanes_waiting(&client->lanes);
    return counts;
}
