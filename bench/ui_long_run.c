/*
 * A long run for bench/ui, made of a short one: its batches so many times over, each time with
 * other gradients and calls, through the store's own functions.
 *
 *     ui_long_run FOLDER ID TIMES     a finished run of FOLDER; makes FOLDER/long.flowbot
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include <cjson/cJSON.h>

#include "array.h"
#include "mem.h"
#include "store.h"

enum { EXAMPLES_A_PASS = 150 };

struct record {
    struct hash key;
    struct text *body;
};

struct records {
    struct record *items;
    size_t count, cap;
};

struct source {
    struct text **facts;
    size_t fact_count, head; /* facts before the first batch */
    struct records replies, texts, workflows;
    unsigned batches, passes, proposals;
    double duration; /* ms */
    char *snapshot, *status, *live, *examples;
};

struct maker {
    uv_loop_t loop;
    struct store *store;
    struct source source;
    unsigned times;
    uint32_t seq, traces;
    bool is_saved;
    struct err err;
};

static _Noreturn void fail(const struct err *err)
{
    (void)fprintf(stderr, "ui_long_run: %s\n", err->message);
    exit(1);
}

/* ---- reading ---- */

static void on_record(void *data, struct hash key, const char *body)
{
    struct records *records = data;
    struct record record = { key, text_from(body) };

    ARRAY_PUSH(records, record);
}

static unsigned at_least(unsigned most, const cJSON *fact, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(fact, name);

    return cJSON_IsNumber(number) && number->valuedouble > most ? (unsigned)number->valuedouble
                                                                : most;
}

static bool is_type(const cJSON *fact, const char *type)
{
    const char *string = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(fact, "type"));

    return string != NULL && strcmp(string, type) == 0;
}

/* How far the numbers of one time over reach. */
static void measure(struct source *source)
{
    for (size_t i = 0; i < source->fact_count; i++) {
        cJSON *fact = cJSON_Parse(source->facts[i]->data);

        if (source->head == 0 && is_type(fact, "batch_started"))
            source->head = i;
        source->batches = at_least(source->batches, fact, "batch");
        source->passes = at_least(source->passes, fact, "pass");
        source->proposals = at_least(source->proposals, fact, "ordinal");
        source->duration = at_least((unsigned)source->duration, fact, "t");
        cJSON_Delete(fact);
    }
    source->passes++;
}

static void read_source(struct maker *maker, const char *folder, const char *id)
{
    struct source *source = &maker->source;
    struct store *store = store_open(&maker->loop, folder, id, &maker->err);

    if (store == NULL)
        fail(&maker->err);
    source->facts = store_facts(store, &source->fact_count, &maker->err);
    if (source->facts == NULL ||
        !store_records(store, STORE_REPLY, on_record, &source->replies, &maker->err) ||
        !store_records(store, STORE_TEXT, on_record, &source->texts, &maker->err) ||
        !store_records(store, STORE_WORKFLOW, on_record, &source->workflows, &maker->err))
        fail(&maker->err);
    source->snapshot = mem_strdup(store_snapshot(store));
    source->status = store_get_value(store, "status");
    source->live = store_get_value(store, "live");
    source->examples = store_get_value(store, "examples");
    store_close(store);
    (void)uv_run(&maker->loop, UV_RUN_DEFAULT);
    measure(source);
}

/* ---- writing ---- */

static void shift(cJSON *fact, const char *name, double by)
{
    cJSON *number = cJSON_GetObjectItemCaseSensitive(fact, name);

    if (cJSON_IsNumber(number))
        cJSON_SetNumberHelper(number, number->valuedouble + by);
}

/* The same id in every one of a time's facts, another one each time. */
static void rename_id(cJSON *id, unsigned time)
{
    char head[3];

    if (!cJSON_IsString(id) || strlen(id->valuestring) < 2 || time == 0)
        return;
    (void)snprintf(head, sizeof head, "%02x", time & 0xffu);
    memcpy(id->valuestring, head, 2);
}

static struct hash rename_key(struct hash key, unsigned time)
{
    if (time > 0)
        key.high = (key.high & (UINT64_MAX >> 8)) | (uint64_t)(time & 0xffu) << 56;
    return key;
}

static void rename_gradients(cJSON *fact, unsigned time)
{
    cJSON *item;

    if (is_type(fact, "gradient") || is_type(fact, "workflow_gradient"))
        rename_id(cJSON_GetObjectItemCaseSensitive(fact, "id"), time);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(fact, "from")) rename_id(item, time);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(fact, "gradients"))
        rename_id(cJSON_GetObjectItemCaseSensitive(item, "id"), time);
}

static void put_fact(struct maker *maker, cJSON *take_fact)
{
    cJSON *run = cJSON_GetObjectItemCaseSensitive(take_fact, "run");
    char *line;
    struct text *text;

    (void)cJSON_SetValuestring(run, "long");
    cJSON_SetNumberHelper(cJSON_GetObjectItemCaseSensitive(take_fact, "seq"), maker->seq);
    line = cJSON_PrintUnformatted(take_fact);
    text = text_from(line);
    store_put_fact(maker->store, maker->seq++, text, NULL, NULL);
    text_unref(text);
    cJSON_free(line);
    cJSON_Delete(take_fact);
}

static void put_head(struct maker *maker)
{
    for (size_t i = 0; i < maker->source.head; i++) {
        cJSON *fact = cJSON_Parse(maker->source.facts[i]->data);

        shift(cJSON_GetObjectItemCaseSensitive(fact, "optimizer"), "epochs", maker->times - 1);
        put_fact(maker, fact);
    }
}

static void put_facts(struct maker *maker, unsigned time)
{
    const struct source *source = &maker->source;
    bool is_last = time + 1 == maker->times;

    for (size_t i = source->head; i < source->fact_count; i++) {
        cJSON *fact = cJSON_Parse(source->facts[i]->data);

        if (!is_last && (is_type(fact, "test") || is_type(fact, "run_finished"))) {
            cJSON_Delete(fact);
            continue;
        }
        shift(fact, "epoch", time);
        shift(fact, "batch", (double)time * source->batches);
        shift(fact, "pass", (double)time * source->passes);
        shift(fact, "ordinal", (double)time * source->proposals);
        shift(fact, "proposal", (double)time * source->proposals);
        shift(fact, "t", time * source->duration);
        rename_gradients(fact, time);
        put_fact(maker, fact);
    }
}

static void put_records(
    struct maker *maker, enum store_kind kind, const struct records *records, unsigned time)
{
    for (size_t i = 0; i < records->count; i++)
        store_put(maker->store, kind, rename_key(records->items[i].key, time),
            records->items[i].body, NULL, NULL);
}

/* They end when those of their time do. */
static void put_replies(struct maker *maker, unsigned time)
{
    const struct records *replies = &maker->source.replies;

    for (size_t i = 0; i < replies->count; i++) {
        cJSON *reply = cJSON_Parse(replies->items[i].body->data);
        char *line;
        struct text *body;

        shift(reply, "at", time * maker->source.duration);
        line = cJSON_PrintUnformatted(reply);
        body = text_from(line);
        store_put(
            maker->store, STORE_REPLY, rename_key(replies->items[i].key, time), body, NULL, NULL);
        text_unref(body);
        cJSON_free(line);
        cJSON_Delete(reply);
    }
}

/* A call and an output for each reply. */
static void put_traces(struct maker *maker, unsigned time)
{
    const struct records *replies = &maker->source.replies;

    for (size_t i = 0; i < replies->count; i++, maker->traces++) {
        struct trace trace = { .pass = maker->traces / EXAMPLES_A_PASS,
            .example = maker->traces % EXAMPLES_A_PASS,
            .what = TRACE_CALL,
            .text = rename_key(replies->items[i].key, time) };

        store_put_trace(maker->store, &trace);
        trace.what = TRACE_OUTPUT;
        store_put_trace(maker->store, &trace);
    }
}

static void on_saved(void *data, const struct err *error)
{
    struct maker *maker = data;

    if (error != NULL)
        fail(error);
    maker->is_saved = true;
}

/* Until all that was put is on the disk: memory holds one time's at most. */
static void save(struct maker *maker, unsigned time)
{
    struct text *mark = text_from("saved");

    maker->is_saved = false;
    store_put(maker->store, STORE_METRIC, (struct hash){ 1, time }, mark, on_saved, maker);
    text_unref(mark);
    while (!maker->is_saved)
        (void)uv_run(&maker->loop, UV_RUN_ONCE);
}

static void write_run(struct maker *maker, const char *folder)
{
    const struct source *source = &maker->source;

    maker->store = store_create(&maker->loop, folder, "long", source->snapshot, &maker->err);
    if (maker->store == NULL)
        fail(&maker->err);
    put_head(maker);
    put_records(maker, STORE_WORKFLOW, &source->workflows, 0);
    for (unsigned time = 0; time < maker->times; time++) {
        put_facts(maker, time);
        put_replies(maker, time);
        put_records(maker, STORE_TEXT, &source->texts, time);
        put_traces(maker, time);
        save(maker, time);
    }
    store_set(maker->store, "examples", source->examples);
    store_set(maker->store, "live", source->live);
    store_set(maker->store, "status", source->status);
    store_close(maker->store);
    (void)uv_run(&maker->loop, UV_RUN_DEFAULT);
}

static void free_records(struct records *records)
{
    for (size_t i = 0; i < records->count; i++)
        text_unref(records->items[i].body);
    free(records->items);
}

static void free_source(struct source *source)
{
    for (size_t i = 0; i < source->fact_count; i++)
        text_unref(source->facts[i]);
    free(source->facts);
    free_records(&source->replies);
    free_records(&source->texts);
    free_records(&source->workflows);
    free(source->snapshot);
    free(source->status);
    free(source->live);
    free(source->examples);
}

int main(int argc, char **argv)
{
    struct maker maker = { .times = argc == 4 ? (unsigned)strtoul(argv[3], NULL, 10) : 0 };

    if (maker.times == 0 || maker.times > 255) {
        (void)fprintf(stderr, "usage: ui_long_run FOLDER ID TIMES   (1 to 255)\n");
        return 2;
    }
    (void)uv_loop_init(&maker.loop);
    read_source(&maker, argv[1], argv[2]);
    write_run(&maker, argv[1]);
    printf("%u facts, %zu calls\n", maker.seq, maker.source.replies.count * maker.times);
    free_source(&maker.source);
    (void)uv_loop_close(&maker.loop);
    return 0;
}
