#include "reader_feed.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "store_reader.h"

struct feeding {
    struct feed *feed;
    size_t cap;
};

static void on_fact(void *data, uint32_t seq, const struct text *json)
{
    struct feeding *feeding = data;
    struct feed *feed = feeding->feed;
    cJSON *fact = cJSON_Parse(json->data);

    (void)seq;
    if (fact == NULL) /* our own lines always parse; a place is kept for what is not one */
        fact = cJSON_CreateNull();
    feed->facts = array_grow(feed->facts, feed->count, &feeding->cap, sizeof(cJSON *));
    feed->facts[feed->count++] = fact;
}

bool feed_load(struct store_reader *store, uint32_t from, struct feed *feed, struct err *err)
{
    struct feeding feeding = { feed, 0 };

    feed->from = from;
    feed->live = store_reader_value(store, "live");
    feed->status = store_reader_value(store, "status");
    return store_reader_facts(store, from, FEED_FACTS, on_fact, &feeding, err) &&
           store_reader_count(store, &feed->total, err);
}

/* Behind "v" and "seq" at the head of a fact's line. */
static int64_t time_of(const char *line)
{
    const char *time = strstr(line, "\"t\":");

    return time != NULL ? strtoll(time + 4, NULL, 10) : 0;
}

static void on_time(void *data, uint32_t seq, const struct text *json)
{
    struct feeding *feeding = data;
    struct feed *feed = feeding->feed;

    (void)seq;
    feed->times = array_grow(feed->times, feed->count, &feeding->cap, sizeof *feed->times);
    feed->times[feed->count++] = time_of(json->data);
}

bool feed_load_times(struct store_reader *store, struct feed *feed, struct err *err)
{
    struct feeding feeding = { feed, 0 };
    bool ok = store_reader_facts(store, 0, UINT32_MAX, on_time, &feeding, err);

    feed->total = (uint32_t)feed->count;
    return ok;
}

void feed_free(struct feed *feed)
{
    for (size_t i = 0; feed->facts != NULL && i < feed->count; i++)
        cJSON_Delete(feed->facts[i]);
    free(feed->facts);
    free(feed->times);
    free(feed->status);
    free(feed->live);
    free(feed);
}
