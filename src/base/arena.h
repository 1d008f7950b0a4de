#ifndef ARENA_H
#define ARENA_H

/* Memory that is dropped together: blocks that only grow. A zeroed struct is empty. */
#include <stddef.h>

struct arena_block;

struct arena {
    struct arena_block *blocks; /* private */
};

void *arena_take(struct arena *arena, size_t size); /* uninitialised, aligned for anything */
char *arena_text(struct arena *arena, const char *bytes, size_t len); /* a copy with a NUL behind */
void arena_clear(struct arena *arena); /* drops all; its last block is kept for what is next */
void arena_free(struct arena *arena);

#endif
