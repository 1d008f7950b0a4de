#include "arena.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    max_align_t bytes[];
};

enum { BLOCK_SIZE = 4096, BLOCK_MOST = 1 << 16, ALIGNMENT = _Alignof(max_align_t) };

static struct arena_block *new_block(const struct arena_block *last, size_t wanted)
{
    size_t size = last == NULL ? BLOCK_SIZE : last->size < BLOCK_MOST ? last->size * 2 : last->size;
    struct arena_block *block;

    size = size > wanted ? size : wanted;
    block = mem_alloc(sizeof *block + size);
    *block = (struct arena_block){ .used = 0, .size = size };
    return block;
}

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block = arena->blocks;
    void *place;

    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (block == NULL || block->size - block->used < size) {
        block = new_block(arena->blocks, size);
        block->next = arena->blocks;
        arena->blocks = block;
    }
    place = (char *)block->bytes + block->used;
    block->used += size;
    return place;
}

char *arena_text(struct arena *arena, const char *bytes, size_t len)
{
    char *copy = arena_take(arena, len + 1);

    if (len > 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

static void drop(struct arena_block *block)
{
    while (block != NULL) {
        struct arena_block *next = block->next;

        free(block);
        block = next;
    }
}

void arena_clear(struct arena *arena)
{
    if (arena->blocks == NULL)
        return;
    drop(arena->blocks->next);
    arena->blocks->next = NULL;
    arena->blocks->used = 0;
}

void arena_free(struct arena *arena)
{
    drop(arena->blocks);
    *arena = (struct arena){ NULL };
}
