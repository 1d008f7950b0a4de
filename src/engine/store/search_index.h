#ifndef SEARCH_INDEX_H
#define SEARCH_INDEX_H

/*
 * A BM25 index over passages (SQLite FTS5), built once into a cache file that is named by the hash of its content, and
 * reused by every run. Building writes beside and renames, so a killed build leaves nothing half-made; a damaged cache
 * file is rebuilt.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "hash.h"

struct passage {
    char *title, *text;
};

struct passage_hit {
    char *title, *text;
    double score; /* higher is better */
};

/* Makes sure that CACHE/index-HASH.sqlite holds the passages. `content` names them (hash of everything that is indexed). */
bool search_index_build(const char *cache_folder, struct hash content, const struct passage *passages, size_t count,
    struct err *err);
bool search_index_exists(const char *cache_folder, struct hash content);

/* A read-only connection; one a thread. NULL on error. */
struct search_index *search_index_open(const char *cache_folder, struct hash content, struct err *err);

/* The best top_k passages for the words of any text (quotes, operators and marks of FTS5's own syntax are plain text;
 * stop words are left out where other words remain); best first, ties by the passages' order. No words: no hits, no error. */
bool search_index_query(struct search_index *index, const char *text, size_t top_k, struct passage_hit **hits,
    size_t *count, struct err *err);
void passage_hits_free(struct passage_hit *hits, size_t count);
void search_index_close(struct search_index *index);

#endif
