#include "reader_feed.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "reader_calls.h"
#include "store_reader.h"

struct feeding {
    struct feed *feed;
    size_t cap, batch_cap;
};

static void on_fact(void *data, uint32_t seq, const struct text *json)
{
    struct feeding *feeding = data;
    struct feed *feed = feeding->feed;
    static const cJSON none = { .type = cJSON_NULL };
    const cJSON *fact = json_tree(&feed->arena, json->data, json->len);

    (void)seq;
    feed->facts = array_grow(feed->facts, feed->count, &feeding->cap, sizeof(cJSON *));
    /* our own lines always parse; a place is kept for what is not one */
    feed->facts[feed->count++] = fact != NULL ? fact : &none;
}

bool feed_load(
    struct store_reader *store, uint32_t from, uint32_t max, struct feed *feed, struct err *err)
{
    struct feeding feeding = { feed, 0, 0 };

    feed->from = from;
    feed->live = store_reader_value(store, "live");
    feed->status = store_reader_value(store, "status");
    max = max < FEED_FACTS ? max : FEED_FACTS;
    return store_reader_facts(store, from, max, on_fact, &feeding, err) &&
           store_reader_count(store, &feed->total, err);
}

/* Behind "v" and "seq" at the head of a fact's line; *rest is what follows. */
static int64_t time_of(const char *line, char **rest)
{
    static char none[] = "";
    const char *time = strstr(line, "\"t\":");

    *rest = none;
    return time != NULL ? strtoll(time + 4, rest, 10) : 0;
}

static bool begins_batch(const char *rest)
{
    static const char type[] = ",\"type\":\"batch_started\"";

    return strncmp(rest, type, sizeof type - 1) == 0;
}

static void on_time(void *data, uint32_t seq, const struct text *json)
{
    struct feeding *feeding = data;
    struct feed *feed = feeding->feed;
    char *rest;

    feed->times = array_grow(feed->times, feed->count, &feeding->cap, sizeof *feed->times);
    feed->times[feed->count++] = time_of(json->data, &rest);
    if (!begins_batch(rest))
        return;
    feed->batches =
        array_grow(feed->batches, feed->batch_count, &feeding->batch_cap, sizeof *feed->batches);
    feed->batches[feed->batch_count++] = seq;
}

bool feed_load_times(struct store_reader *store, uint32_t from, struct feed *feed, struct err *err)
{
    struct feeding feeding = { feed, 0, 0 };
    bool ok = store_reader_facts(store, from, UINT32_MAX, on_time, &feeding, err);

    feed->from = from;
    feed->total = from + (uint32_t)feed->count;
    return ok;
}

void feed_free(struct feed *feed)
{
    free(feed->facts);
    free(feed->times);
    free(feed->batches);
    free(feed->calls);
    arena_free(&feed->arena);
    free(feed->status);
    free(feed->live);
    free(feed);
}
