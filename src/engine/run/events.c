#include "events.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

/* Name of the store's value: the number of the first fact that may depend on a loss; "": none. */
static const char FIRST_LOSS[] = "first_loss";

struct events {
    struct store *store;
    char *run_id;
    int64_t started_ms;
    struct text **stored;
    size_t stored_count;
    uint32_t next; /* number of the next fact */
    bool loss_noted;
    event_sink *sink;
    void *data;
};

struct events *events_open(struct store *store, const char *run_id, int64_t started_ms,
    struct text **take_stored, size_t stored_count, event_sink *sink, void *data)
{
    struct events *events = mem_zalloc(1, sizeof *events);

    events->store = store;
    events->run_id = mem_strdup(run_id);
    events->started_ms = started_ms;
    events->stored = take_stored;
    events->stored_count = stored_count;
    events->sink = sink;
    events->data = data;
    events->loss_noted = events_before_loss(store, UINT32_MAX) < UINT32_MAX;
    return events;
}

void events_close(struct events *events)
{
    if (events == NULL)
        return;
    for (size_t i = 0; i < events->stored_count; i++)
        text_unref(events->stored[i]);
    free(events->stored);
    free(events->run_id);
    free(events);
}

void events_note_loss(struct events *events)
{
    char number[16];

    if (events->loss_noted)
        return;
    events->loss_noted = true;
    (void)snprintf(number, sizeof number, "%u", events->next);
    store_set(events->store, FIRST_LOSS, number);
}

uint32_t events_before_loss(struct store *store, size_t count)
{
    char *number = store_get_value(store, FIRST_LOSS);
    unsigned long first = number != NULL && number[0] != '\0' ? strtoul(number, NULL, 10) : count;

    free(number);
    return (uint32_t)(first < count ? first : count);
}

void events_forget_loss(struct store *store)
{
    store_set(store, FIRST_LOSS, "");
}

uint32_t events_count(const struct events *events)
{
    return events->next;
}

cJSON *events_expected(const struct events *events)
{
    return events_replaying(events) ? cJSON_Parse(events->stored[events->next]->data) : NULL;
}

bool events_replaying(const struct events *events)
{
    return events->next < events->stored_count;
}

int64_t events_now_ms(const struct events *events)
{
    int64_t now = clock_unix_ms() - events->started_ms;

    return now > 0 ? now : 0;
}

/* The event with its head before what the caller gave; takes `body`. */
static cJSON *with_head(const struct events *events, cJSON *body, bool is_fact)
{
    cJSON *event = cJSON_CreateObject();
    cJSON *type = cJSON_DetachItemFromObjectCaseSensitive(body, "type");

    assert(type != NULL);
    cJSON_AddNumberToObject(event, "v", 1);
    if (is_fact)
        cJSON_AddNumberToObject(event, "seq", events->next);
    cJSON_AddNumberToObject(event, "t", (double)events_now_ms(events));
    cJSON_AddItemToObject(event, "type", type);
    cJSON_AddStringToObject(event, "run", events->run_id);
    for (cJSON *child; (child = body->child) != NULL;) {
        (void)cJSON_DetachItemViaPointer(body, child);
        cJSON_AddItemToObject(event, child->string, child);
    }
    cJSON_Delete(body);
    return event;
}

/* What follows the time in a fact's line: two statements of the same fact are equal from there on.
 */
static const char *after_time(const char *line)
{
    const char *time = strstr(line, "\"t\":");

    return time != NULL ? strchr(time, ',') : line;
}

static bool repeat(struct events *events, const char *line, struct err *err)
{
    struct text *stored = events->stored[events->next];
    const char *was = after_time(stored->data);
    const char *now = after_time(line);
    size_t same = 0;

    if (was == NULL || now == NULL || strcmp(was, now) != 0) {
        while (was != NULL && now != NULL && was[same] != '\0' && was[same] == now[same])
            same++;
        return err_set(err, ERR_DIVERGED,
            "run diverged at fact %u: the journal has …%.60s… where this sitting has …%.60s…",
            events->next, was != NULL ? was + (same > 20 ? same - 20 : 0) : "",
            now != NULL ? now + (same > 20 ? same - 20 : 0) : "");
    }
    events->next++;
    if (events->sink != NULL) {
        cJSON *parsed = cJSON_Parse(stored->data);

        events->sink(events->data, parsed, stored->data);
        cJSON_Delete(parsed);
    }
    return true;
}

bool events_state(struct events *events, cJSON *take_fact, struct err *err)
{
    cJSON *event = with_head(events, take_fact, true);
    char *line = cJSON_PrintUnformatted(event);
    bool ok = true;

    if (events_replaying(events)) {
        ok = repeat(events, line, err);
    } else {
        struct text *text = text_from(line);

        store_put_fact(events->store, events->next++, text, NULL, NULL);
        text_unref(text);
        if (events->sink != NULL)
            events->sink(events->data, event, line);
    }
    free(line);
    cJSON_Delete(event);
    return ok;
}

void events_progress(struct events *events, cJSON *take_event)
{
    cJSON *event = with_head(events, take_event, false);
    char *line = cJSON_PrintUnformatted(event);

    if (events->sink != NULL)
        events->sink(events->data, event, line);
    free(line);
    cJSON_Delete(event);
}
