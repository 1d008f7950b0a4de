#include <stdlib.h>

#include "clock.h"
#include "flight.h"

static void on_wake(uv_timer_t *timer)
{
    struct client *client = timer->data;

    client->wake_us = GATE_NEVER;
    client_admit(client);
}

void client_admit_open(struct client *client)
{
    if (uv_timer_init(client->options.loop, &client->wake) != 0)
        abort();
    client->wake.data = client;
    client->wake_us = GATE_NEVER;
}

/* Sets the timer to when the first closed lane opens. */
static void wake_at(struct client *client, int64_t at_us)
{
    int64_t wait_us = at_us - clock_us();

    if (at_us == client->wake_us)
        return;
    client->wake_us = at_us;
    if (at_us == GATE_NEVER) {
        (void)uv_timer_stop(&client->wake);
        return;
    }
    uv_update_time(client->options.loop);
    if (uv_timer_start(
            &client->wake, on_wake, wait_us > 0 ? (uint64_t)(wait_us + 999) / 1000 : 0, 0) != 0)
        abort();
}

/* A flight that its lane would let go now, or when the first of them will be. */
struct candidate {
    struct flight *flight;
    unsigned endpoint;
    int64_t wake_us;
    const struct flight *too_large; /* one that the limits have no room for now */
};

static bool has_room(const struct client *client, const struct flight *flight)
{
    return flight->reserved || budget_fits(&client->budget, &flight->worst);
}

static void look_at(struct client *client, struct lane *lane, unsigned queue, int64_t now_us,
    struct candidate *best)
{
    struct flight *flight = (struct flight *)heap_first(&lane->queues[queue]);
    struct lane_slot slot;

    if (flight == NULL)
        return;
    if (!has_room(client, flight)) {
        best->too_large = flight;
        return;
    }
    slot = lane_find_slot(lane, flight->likely_tokens, queue != 0, flight->endpoint, now_us);
    if (slot.at_us > now_us) {
        best->wake_us = slot.at_us < best->wake_us ? slot.at_us : best->wake_us;
        return;
    }
    if (best->flight != NULL && !heap_goes_before(&flight->item, &best->flight->item))
        return;
    best->flight = flight;
    best->endpoint = slot.endpoint;
}

static struct candidate find_candidate(struct client *client, int64_t now_us)
{
    struct candidate best = { .wake_us = GATE_NEVER };

    for (size_t i = 0; i < client->lanes.count; i++)
        for (unsigned queue = 0; queue < 2; queue++)
            look_at(client, client->lanes.items[i], queue, now_us, &best);
    return best;
}

/* A call that does not fit waits while one under way, or one that will be tried again, may still
 * give something back (and stands in nobody's way); it reaches the limit only alone. */
static void reach_limit(struct client *client, const struct flight *flight)
{
    struct err error = { 0 };

    if (budget_is_reserved(&client->budget))
        return;
    budget_explain(&client->budget, &flight->worst, &error);
    client_stop(client, &error);
}

void client_admit(struct client *client)
{
    unsigned at_once = client->options.concurrency > 0 ? client->options.concurrency : 1;

    if (client->stopped.code != ERR_NONE || client->is_paused)
        wake_at(client, GATE_NEVER);
    while (client->stopped.code == ERR_NONE && !client->is_paused &&
           client->counts.in_flight < at_once) {
        int64_t now_us = clock_us();
        struct candidate next = find_candidate(client, now_us);

        if (next.flight != NULL) {
            flight_launch(next.flight, next.endpoint, now_us);
            continue;
        }
        wake_at(client, next.wake_us);
        if (next.too_large != NULL)
            reach_limit(client, next.too_large);
        return;
    }
}
