#include "run_progress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "pass.h"
#include "report.h"
#include "str.h"

enum { PROGRESS_MS = 250 };

/* ---- events ---- */

/* Tells the event unless it is what was told last; true: it is news. */
static bool tell(struct run *run, char **last, cJSON *take_event)
{
    char *text = cJSON_PrintUnformatted(take_event);
    bool is_news = *last == NULL || strcmp(*last, text) != 0;

    if (is_news) {
        cJSON_free(*last);
        *last = text;
        events_progress(run->events, take_event);
    } else {
        cJSON_free(text);
        cJSON_Delete(take_event);
    }
    return is_news;
}

static bool tell_calls(struct run *run)
{
    struct client_counts counts = client_counts(run->engine.client);
    bool is_busy = counts.in_flight > 0 || counts.waiting > 0;
    double rate = call_rate_update(&run->told.rate, clock_us(), report_sum(counts.paid), is_busy);
    cJSON *event = report_calls(&counts, call_log_latencies(&run->calls), round(100 * rate) / 100);

    if (run->told.since == 0 && report_sum(counts.paid) > 0)
        run->told.since = events_now_ms(run->events);
    if (run->told.since > 0)
        cJSON_AddNumberToObject(event, "since", (double)run->told.since);
    return tell(run, &run->told.calls, event);
}

/* That no pass is under way any more is news as well. */
static bool tell_nodes(struct run *run)
{
    bool is_news = tell(run, &run->told.nodes, report_nodes(run->conductor, run->engine.client));

    if (run->told.nodes_version == run->calls.version)
        return is_news;
    run->told.nodes_version = run->calls.version;
    return tell(run, &run->told.node_calls, report_node_calls(&run->calls)) || is_news;
}

/* Until they have come true. */
static bool tell_wishes(struct run *run)
{
    struct hash workflow = decisions_wanted(run->decisions);
    cJSON *event = report_event("wishes");
    char hex[HASH_HEX_SIZE] = "";

    if (!hash_is_zero(workflow))
        hash_hex(workflow, hex);
    cJSON_AddBoolToObject(event, "stop", run->stopping);
    cJSON_AddStringToObject(event, "revert", hex);
    return tell(run, &run->told.wishes, event);
}

/* ---- the store's copy ---- */

static void add_told(struct str *list, const char *event)
{
    if (event == NULL)
        return;
    str_add(list, list->len > 1 ? "," : "");
    str_add(list, event);
}

/* Whoever watches reads this: bodies of events without head, in the order in which they are to be
 * taken. */
static void store_live(struct run *run)
{
    const struct run_progress *told = &run->told;
    struct str list = STR_INIT;

    str_add_char(&list, '[');
    add_told(&list, told->sitting);
    add_told(&list, told->phase);
    add_told(&list, told->calls);
    add_told(&list, told->nodes);
    add_told(&list, told->node_calls);
    add_told(&list, told->wishes);
    add_told(&list, told->waiting);
    add_told(&list, run_is_paused(run) ? "{\"type\":\"paused\",\"paused\":true}"
                                       : "{\"type\":\"paused\",\"paused\":false}");
    str_add_char(&list, ']');
    if (told->live == NULL || strcmp(told->live, str_text(&list)) != 0) {
        store_set(run->store, "live", str_text(&list));
        free(run->told.live);
        run->told.live = str_take(&list);
    }
    str_free(&list);
}

/* ---- the timer ---- */

/* Calls, or a pass that is not done (one that is waits to be collected). */
static bool is_under_way(const struct run *run)
{
    struct client_counts counts = client_counts(run->engine.client);
    bool is = counts.in_flight > 0 || counts.waiting > 0;
    const struct pass *pass;

    for (size_t i = 0;
         !is && run->conductor != NULL && (pass = conductor_pass(run->conductor, i)) != NULL; i++)
        is = pass->nodes != NULL;
    return is;
}

void run_progress_send(struct run *run)
{
    (void)tell_calls(run);
    if (run->conductor != NULL)
        (void)tell_nodes(run);
    (void)tell_wishes(run);
    store_live(run);
}

/* While nothing is under way (a person is asked) there is nothing to wake up for. */
static void on_progress(uv_timer_t *timer)
{
    struct run *run = timer->data;
    bool is_news = tell_calls(run);

    is_news = tell_nodes(run) || is_news;
    is_news = tell_wishes(run) || is_news;
    if (is_news)
        store_live(run);
    else if (!is_under_way(run))
        (void)uv_timer_stop(timer);
}

static void wake(struct run *run)
{
    if (uv_is_closing((uv_handle_t *)&run->progress) == 0 &&
        uv_is_active((uv_handle_t *)&run->progress) == 0)
        (void)uv_timer_start(&run->progress, on_progress, PROGRESS_MS, PROGRESS_MS);
}

void run_progress_phase(struct run *run, const char *phase)
{
    cJSON *event = report_event("phase");

    cJSON_AddStringToObject(event, "phase", phase);
    (void)tell(run, &run->told.phase, event);
    (void)tell_calls(run);
    wake(run);
}

void run_progress_sitting(struct run *run)
{
    (void)tell(run, &run->told.sitting,
        report_sitting(run->snapshot.task, decisions_mode(run->decisions)));
    store_live(run);
}

void run_progress_waiting(struct run *run)
{
    cJSON *event = report_event("waiting");

    cJSON_AddItemToObject(
        event, "pending", run->waiting ? cJSON_Parse(run->waiting_text) : cJSON_CreateNull());
    (void)tell(run, &run->told.waiting, event);
    run_progress_send(run);
    wake(run);
}

void run_progress_paused(struct run *run)
{
    cJSON *event = report_event("paused");

    cJSON_AddBoolToObject(event, "paused", run_is_paused(run));
    events_progress(run->events, event);
    store_live(run);
}

void run_progress_open(struct run *run)
{
    (void)tell_wishes(run);
    run_progress_sitting(run);
    wake(run);
}

void run_progress_close(struct run *run)
{
    char *kept[] = { run->told.sitting, run->told.phase, run->told.calls, run->told.nodes,
        run->told.node_calls, run->told.waiting, run->told.wishes };

    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        cJSON_free(kept[i]);
    free(run->told.live);
    run->told = (struct run_progress){ 0 };
}
