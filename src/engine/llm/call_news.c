/* Calls as tables show them. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "flight.h"
#include "json.h"

static enum call_stage stage_of(const struct flight *flight)
{
    switch (flight->stage) {
    case FLIGHT_LOOKUP:
    case FLIGHT_WAITING:
        break;
    case FLIGHT_PROVIDER:
    case FLIGHT_COMMIT:
        return CALL_STAGE_RUNNING;
    case FLIGHT_BACKOFF:
        return CALL_STAGE_RETRYING;
    }
    return flight->attempts > 0 ? CALL_STAGE_RETRYING : CALL_STAGE_WAITING;
}

static struct call_news news_of(const struct flight *flight)
{
    const struct call_label *label = flight->tickets != NULL ? &flight->tickets->call->label : NULL;
    struct call_news news = {
        .key = flight->request->key,
        .role = flight->request->role,
        .stage = stage_of(flight),
        .attempt = flight->attempts,
        .is_remote = flight->request->model->provider->is_remote,
        .is_new = flight->is_new,
        .began_us = flight->asked_us,
    };

    (void)snprintf(news.model, sizeof news.model, "%s", flight->request->model->name);
    if (label != NULL && label->node != NULL)
        (void)snprintf(news.node, sizeof news.node, "%s", label->node);
    if (label != NULL && label->example != NULL)
        news.example = hash_text(label->example);
    if (flight->error.code != ERR_NONE)
        (void)snprintf(news.why, sizeof news.why, "%.*s", CALL_WHY_MAX - 1, flight->error.message);
    return news;
}

void flight_tell(const struct flight *flight)
{
    const struct client_options *options = &flight->client->options;
    struct call_news news;

    if (options->on_landed == NULL)
        return;
    news = news_of(flight);
    if (flight->reply != NULL) {
        news.stage = flight->paid ? CALL_STAGE_DONE : CALL_STAGE_CACHED;
        news.latency_ms = flight->reply->latency_ms;
        news.tokens_in = flight->reply->usage.in;
        news.tokens_out = flight->reply->usage.out;
        news.why[0] = '\0'; /* of an attempt before */
    } else {
        news.stage = CALL_STAGE_FAILED;
    }
    options->on_landed(options->landed_data, &news);
}

static void add_string(struct str *out, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    str_addf(out, ",\"%s\":", name);
    json_print_string(value, strlen(value), out);
}

void flight_annotate(const struct flight *flight, struct str *body)
{
    const struct call_label *label = flight->tickets != NULL ? &flight->tickets->call->label : NULL;

    str_truncate(body, body->len - 1); /* the bracket */
    str_addf(body, ",\"at\":%lld", (long long)clock_unix_ms());
    add_string(body, "role", llm_role_name(flight->request->role));
    add_string(body, "node", label != NULL ? label->node : NULL);
    add_string(body, "example", label != NULL ? label->example : NULL);
    if (flight->reply == NULL)
        str_addf(body, ",\"attempts\":%u", flight->attempts);
    str_add_char(body, '}');
}

size_t client_calls(
    const struct client *client, size_t from, size_t count, struct call_news *rows, size_t *total)
{
    const struct flight *flight = client->all;
    int64_t now_us = clock_us();
    size_t written = 0;

    *total = client->under_way;
    for (size_t i = 0; flight != NULL && written < count; flight = flight->next, i++) {
        if (i < from)
            continue;
        rows[written] = news_of(flight);
        rows[written++].latency_ms = (uint32_t)((now_us - flight->asked_us) / 1000);
    }
    return written;
}
