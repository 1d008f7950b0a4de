#ifndef VIEW_INDEX_H
#define VIEW_INDEX_H

/* What run_view looks things up by: examples and workflows by id, and strings that are kept once.
 * Private to run_view's files. */
#include <stdint.h>

#include "hash_map.h"

struct view_index {
    struct hash_map examples, workflows, strings;
    struct {
        char **items;
        size_t count, cap;
    } pool;
    /* for each example: its first gradient in the rollout that was stated last with it, or
     * UINT32_MAX */
    struct {
        uint32_t *items;
        size_t count, cap;
    } gradients;
};

/* A string like this one that lives as long as the index; NULL gives NULL. */
const char *view_index_keep(struct view_index *index, const char *text);
void view_index_free(struct view_index *index); /* NULL is nothing */

#endif
