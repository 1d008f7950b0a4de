#ifndef FLAKY_H
#define FLAKY_H

/*
 * The builtin model as an endpoint behaves: replies come after random delays and so in any order,
 * calls can be lost, and every request and reply is written down as it happens, so that it is known
 * after a kill, too. Put into run_options.provider with the struct as its ctx.
 */
#include "client.h"
#include "random.h"
#include "workers.h"

struct flaky {
    /* set by the test */
    uint64_t seed;
    unsigned delay_ms; /* 0 … this before each reply; 0: as fast as it goes */
    int log; /* file for one line a request, "?KEY\n", and one a reply, "=KEY\n"; -1: none */
    bool (*is_lost)(void *data, const struct llm_request *request); /* NULL: none is lost */
    void (*on_request)(void *data, const struct llm_request *request);
    void *data;
    /* counted */
    size_t asked, answered;
    unsigned in_flight, most_in_flight;
    /* private */
    uv_loop_t *loop;
    struct workers *workers;
    struct random random;
};

extern const struct provider flaky_provider;

void flaky_open(struct flaky *flaky, uv_loop_t *loop);
void flaky_close(struct flaky *flaky); /* nothing under way; the loop has to run once more */

#endif
