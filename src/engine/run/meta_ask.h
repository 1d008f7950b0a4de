#ifndef META_ASK_H
#define META_ASK_H

/* Questions to the meta model that the optimiser asks together: each one call with a structured
 * reply. */
#include "effects.h"
#include "engine.h"

struct meta_ask_batch;

/* Asks all. replies[i] is filled in before `on_done`, which fires once, from the loop; it is the
 * last thing done. `error` is NULL, or why the whole failed (limit, store, cancelled; nothing in
 * `replies` then). Inputs are borrowed until then. */
struct meta_ask_batch *meta_ask_start(const struct engine *engine,
    const struct meta_request *questions, size_t count, struct meta_reply *replies,
    void (*on_done)(void *data, const struct err *error), void *data);
void meta_ask_cancel(struct meta_ask_batch *batch); /* idempotent */

#endif
