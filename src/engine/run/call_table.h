#ifndef CALL_TABLE_H
#define CALL_TABLE_H

/*
 * The calls of a stored run, small: 56 bytes each, for a hundred thousand of them. It is filled in
 * pieces, from the last call back and from there on as further ones are stored. A zeroed struct is
 * an empty table. Private to run/.
 */
#include "hash_map.h"
#include "reader_calls.h"

struct stored_call {
    struct hash key;
    double usd;
    int64_t t : 44;     /* when it ended, on the run's clock; meaningless where `lacks_times` */
    int64_t role : 4;   /* enum llm_role; -1: not told */
    uint64_t state : 4; /* enum call_state */
    uint64_t attempts : 8;
    uint64_t is_remote : 1, is_cut : 1;
    uint32_t input_tokens, output_tokens, latency_ms;
    uint32_t node, example, why; /* in names; 0: none */
};

_Static_assert(sizeof(struct stored_call) <= 56, "there may be a hundred thousand of them");

/* In blocks, for growing in one piece leaves holes of the same size. */
struct call_blocks {
    struct {
        struct call_block {
            struct stored_call *calls;
            uint32_t failed; /* of them */
        } * items;
        size_t count, cap;
    } blocks;
    size_t count; /* of calls */
};

struct call_table {
    struct call_blocks older, newer; /* the first of each are neighbours: older has the last call
                                         that there was, newer those that came after it */
    uint32_t first_row, last_row;    /* looked at so far; 0: none */
    int64_t created_ms;
    bool is_whole;    /* back to the first one */
    bool lacks_times; /* of one at least it is not told when it ended */
    struct hash_map by_name;
    struct {
        char **items;
        size_t count, cap;
    } names; /* the first one is "" */
};

void call_table_take(struct call_table *table, const struct feed *piece, bool is_newer);
/* No calls; names stay, for rows that were given still have them. */
void call_table_clear(struct call_table *table);
void call_table_free(struct call_table *table); /* an empty one again */
size_t call_table_count(const struct call_table *table);
const struct stored_call *call_table_at(const struct call_table *table, size_t index); /* 0: last */
size_t call_table_failed(const struct call_table *table, size_t from); /* of index `from` and on */
const char *call_table_name(const struct call_table *table, uint32_t name);
/* The index of the last one that had ended at that time. */
size_t call_table_since(const struct call_table *table, int64_t t);

#endif
