#ifndef ROGUE_COUNTS_H
#define ROGUE_COUNTS_H

/* Private to the folder: what came, by the hash of the request's body, and which fault it meets. */
#include "hash.h"
#include "rogue.h"

struct body_count {
    struct hash key; /* zero: an empty slot */
    uint64_t requests, answers;
    unsigned faults_in_row;
};

struct body_table {
    struct body_count *slots;
    size_t count, cap; /* cap: a power of two */
};

/* The body's row, made where there is none; valid until the next call. */
struct body_count *body_table_at(struct body_table *table, struct hash key);
void body_table_free(struct body_table *table);

/* The fault of this request, the `ordinal`-th of the server; its row has counted it already. */
enum rogue_fault rogue_choose(const struct rogue_options *options, struct body_count *row,
    uint64_t ordinal, const char *body, size_t len);

#endif
