#include "view_index.h"

#include <stdlib.h>

#include "array.h"
#include "mem.h"

const char *view_index_keep(struct view_index *index, const char *text)
{
    size_t at;
    bool fresh;

    if (text == NULL)
        return NULL;
    at = hash_map_put(&index->strings, hash_text(text), index->pool.count, &fresh);
    if (fresh)
        ARRAY_PUSH(&index->pool, mem_strdup(text));
    return index->pool.items[at];
}

void view_index_free(struct view_index *index)
{
    if (index == NULL)
        return;
    for (size_t i = 0; i < index->pool.count; i++)
        free(index->pool.items[i]);
    free(index->pool.items);
    free(index->gradients.items);
    hash_map_free(&index->examples);
    hash_map_free(&index->workflows);
    hash_map_free(&index->strings);
    free(index);
}
