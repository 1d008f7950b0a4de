#include "call_table.h"

#include <stdlib.h>

#include "array.h"
#include "mem.h"

#define TIME_MOST INT64_C(0x7FFFFFFFFFF)
enum { BLOCK = 1024 }; /* calls */

static uint32_t keep_name(struct call_table *table, const char *name)
{
    size_t at;
    bool fresh;

    if (table->names.count == 0)
        ARRAY_PUSH(&table->names, mem_strdup(""));
    if (name == NULL)
        return 0;
    at = hash_map_put(&table->by_name, hash_text(name), table->names.count, &fresh);
    if (fresh)
        ARRAY_PUSH(&table->names, mem_strdup(name));
    return (uint32_t)at;
}

static uint32_t small(uint64_t number)
{
    return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

static struct stored_call stored_of(struct call_table *table, const struct journal_call *call)
{
    return (struct stored_call){
        .key = call->key,
        .t = (call->at > table->created_ms ? call->at - table->created_ms : 0) & TIME_MOST,
        .usd = call->usd,
        .input_tokens = small(call->input_tokens),
        .output_tokens = small(call->output_tokens),
        .latency_ms = call->latency_ms,
        .node = keep_name(table, call->node),
        .example = keep_name(table, call->example),
        .why = keep_name(table, call->why),
        .attempts = (call->attempts < 255 ? call->attempts : 255) & 255u,
        .role = call->role >= 0 ? call->role & 7 : -1,
        .state = call->state & 15u,
        .is_remote = call->is_remote,
        .is_cut = call->is_cut,
    };
}

static struct stored_call *slot(const struct call_blocks *calls, size_t index)
{
    return &calls->blocks.items[index / BLOCK].calls[index % BLOCK];
}

static void add(struct call_blocks *calls, struct stored_call call)
{
    if (calls->count % BLOCK == 0)
        ARRAY_PUSH(&calls->blocks, ((struct call_block){ mem_alloc(BLOCK * sizeof call), 0 }));
    calls->blocks.items[calls->count / BLOCK].failed += call.state == CALL_FAILED;
    *slot(calls, calls->count++) = call;
}

static void free_blocks(struct call_blocks *calls)
{
    for (size_t i = 0; i < calls->blocks.count; i++)
        free(calls->blocks.items[i].calls);
    free(calls->blocks.items);
    *calls = (struct call_blocks){ 0 };
}

/* Failures of metrics and tools are in the journal, too: they are no calls and name no role. */
static bool is_call(const struct journal_call *call)
{
    return call->state != CALL_FAILED || call->role >= 0;
}

void call_table_take(struct call_table *table, const struct feed *piece, bool is_newer)
{
    if (piece->created_ms != 0)
        table->created_ms = piece->created_ms;
    for (size_t i = 0; i < piece->count; i++) {
        const struct journal_call *call = &piece->calls[i];

        if (table->last_row == 0 || is_newer)
            table->last_row = table->last_row > call->row ? table->last_row : call->row;
        if (!is_newer)
            table->first_row = call->row;
        if (!is_call(call))
            continue;
        table->lacks_times = table->lacks_times || call->at == 0;
        add(is_newer ? &table->newer : &table->older, stored_of(table, call));
    }
    table->is_whole = table->is_whole || (!is_newer && piece->is_last);
}

void call_table_clear(struct call_table *table)
{
    free_blocks(&table->older);
    free_blocks(&table->newer);
    table->first_row = table->last_row = 0;
    table->is_whole = table->lacks_times = false;
}

void call_table_free(struct call_table *table)
{
    for (size_t i = 0; i < table->names.count; i++)
        free(table->names.items[i]);
    free(table->names.items);
    hash_map_free(&table->by_name);
    call_table_clear(table);
    *table = (struct call_table){ 0 };
}

size_t call_table_count(const struct call_table *table)
{
    return table->older.count + table->newer.count;
}

const struct stored_call *call_table_at(const struct call_table *table, size_t index)
{
    if (index < table->newer.count)
        return slot(&table->newer, table->newer.count - 1 - index);
    return slot(&table->older, index - table->newer.count);
}

/* Whole blocks know theirs. */
static size_t failed_in(const struct call_blocks *calls, size_t from, size_t to)
{
    size_t failed = 0;

    while (from < to)
        if (from % BLOCK == 0 && to - from >= BLOCK) {
            failed += calls->blocks.items[from / BLOCK].failed;
            from += BLOCK;
        } else {
            failed += slot(calls, from++)->state == CALL_FAILED;
        }
    return failed;
}

size_t call_table_failed(const struct call_table *table, size_t from)
{
    size_t newer = table->newer.count;

    return failed_in(&table->newer, 0, from < newer ? newer - from : 0) +
           failed_in(&table->older, from > newer ? from - newer : 0, table->older.count);
}

const char *call_table_name(const struct call_table *table, uint32_t name)
{
    return name < table->names.count ? table->names.items[name] : "";
}

size_t call_table_since(const struct call_table *table, int64_t t)
{
    size_t low = 0, high = call_table_count(table);

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (call_table_at(table, middle)->t > t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
