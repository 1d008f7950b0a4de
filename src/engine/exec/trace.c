#include "pass_state.h"

static void put(
    const struct slot *slot, int node, enum trace_what what, double number, struct hash key)
{
    struct trace trace = {
        .pass = slot->state->pass->ordinal,
        .example = (uint32_t)slot->state->examples[slot->index],
        .node = (int16_t)node,
        .what = what,
        .number = number,
        .text = key,
    };

    store_put_trace(slot->state->context->store, &trace);
}

void trace_text(
    const struct slot *slot, int node, enum trace_what what, struct text *text, double number)
{
    struct store *store = slot->state->context->store;
    struct hash key;

    if (store == NULL || text == NULL)
        return;
    key = hash_bytes(text->data, text->len);
    if (!store_has(store, STORE_TEXT, key))
        store_put(store, STORE_TEXT, key, text, NULL, NULL);
    put(slot, node, what, number, key);
}

void trace_call(const struct slot *slot, int node, struct hash key)
{
    if (slot->state->context->store != NULL)
        put(slot, node, TRACE_CALL, 0, key);
}
