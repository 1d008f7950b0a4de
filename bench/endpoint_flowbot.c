/*
 * bench/endpoint's measure of flowbot itself: the calls are handed to the real client, as a pass
 * does, with a real journal: WAITING_MAX of them at once, the others as these end. The client keeps
 * CONCURRENCY of them in flight. A timer of 16 ms
 * on the same loop tells how late the loop is: "late" is the 99.9th percentile, "latest" the worst.
 */
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "client.h"
#include "clock.h"
#include "endpoint_load.h"
#include "mem.h"

enum { TICK_MS = 16, WAITING_MAX = 2000 };

struct bench {
    uv_loop_t loop;
    struct load load;
    struct client *client;
    const struct llm_model *model;
    unsigned started;
    uv_timer_t tick;
    int64_t due_us;
    int64_t *late_us; /* of each tick */
    size_t late_count, late_cap;
};

static void on_tick(uv_timer_t *timer);

static void next_tick(struct bench *bench)
{
    bench->due_us = clock_us() + TICK_MS * 1000;
    uv_update_time(&bench->loop);
    if (uv_timer_start(&bench->tick, on_tick, TICK_MS, 0) != 0)
        load_die("no timer");
}

static void on_tick(uv_timer_t *timer)
{
    struct bench *bench = timer->data;
    int64_t late_us = clock_us() - bench->due_us;

    bench->late_us =
        array_grow(bench->late_us, bench->late_count, &bench->late_cap, sizeof *bench->late_us);
    bench->late_us[bench->late_count++] = late_us > 0 ? late_us : 0;
    next_tick(bench);
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void print_late(struct bench *bench)
{
    size_t count = bench->late_count;

    if (count == 0)
        load_die("not one tick: too few calls");
    qsort(bench->late_us, count, sizeof *bench->late_us, compare);
    printf(",\"ticks\":%zu,\"late\":%.2f,\"latest\":%.2f", count,
        (double)bench->late_us[(count - 1) * 999 / 1000] / 1000,
        (double)bench->late_us[count - 1] / 1000);
}

static void on_done(struct llm_call *call);

static void start_call(struct bench *bench)
{
    struct llm_call *call = mem_zalloc(1, sizeof *call);
    struct str prompt = STR_INIT;
    struct llm_message message;

    load_prompt(bench->started++, &prompt);
    message = llm_message_new(MESSAGE_USER, text_new(prompt.data, prompt.len));
    call->request =
        llm_request_new(bench->model, LLM_EXECUTOR, &message, 1, NULL, 0, NULL, NULL, 0);
    call->on_done = on_done;
    call->data = bench;
    client_start(bench->client, call);
    str_free(&prompt);
}

static void on_done(struct llm_call *call)
{
    struct bench *bench = call->data;

    if (call->reply == NULL)
        load_die(call->error.message);
    bench->load.answered++;
    bench->load.bytes += call->reply->content->len;
    llm_reply_unref(call->reply);
    llm_request_unref(call->request);
    free(call);
    if (bench->started < bench->load.calls)
        start_call(bench);
    if (bench->load.answered == bench->load.calls)
        (void)uv_timer_stop(&bench->tick);
}

static const struct llm_model *open_model(struct bench *bench)
{
    char *settings = mem_printf(
        "{\"model\":\"loopback\",\"base_url\":\"http://127.0.0.1:%u/v1\"}", bench->load.port);
    struct err err = { 0 };
    const struct llm_model *model = client_open_model(bench->client, "bench", settings, &err);

    if (model == NULL)
        load_die(err.message);
    free(settings);
    return model;
}

int main(int argc, char **argv)
{
    struct bench bench = { 0 };
    struct err err = { 0 };
    struct store *store;

    load_read(&bench.load, argc, argv);
    if (uv_loop_init(&bench.loop) != 0 || uv_timer_init(&bench.loop, &bench.tick) != 0)
        load_die("no loop");
    bench.tick.data = &bench;
    store = store_create(&bench.loop, bench.load.folder, "bench", "{}", &err);
    if (store == NULL)
        load_die(err.message);
    bench.client = client_open(&(struct client_options){
        .loop = &bench.loop, .store = store, .concurrency = bench.load.concurrency });
    bench.model = open_model(&bench);
    load_begin(&bench.load);
    while (bench.started < bench.load.calls && bench.started < WAITING_MAX)
        start_call(&bench);
    next_tick(&bench);
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    load_print(&bench.load);
    print_late(&bench);
    puts("}");
    client_close(bench.client);
    store_close(store);
    uv_close((uv_handle_t *)&bench.tick, NULL);
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&bench.loop);
    free(bench.late_us);
    return 0;
}
