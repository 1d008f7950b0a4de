#ifndef SEARCH_INDEX_H
#define SEARCH_INDEX_H

/*
 * A BM25 index over passages (SQLite FTS5, Porter's stems, titles weigh more), built once into a
 * cache file that is named by the hash of its content, and reused by every run. A killed build
 * leaves nothing that would be taken for an index, and a damaged file is noticed by
 * search_index_is_ready, so that it is built again.
 *
 *     CACHE/index-HASH.sqlite   the index       CACHE/index-HASH.sum   the hash of that file
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "hash.h"

/* True when the index of this content is there, whole and undamaged (reads the file once).
 * `content` names the passages: a hash of everything that is indexed. */
bool search_index_is_ready(const char *cache_folder, struct hash content);

/* Building: open, add all passages, commit. While another process builds the same index, open waits
 * for it. */
struct search_builder *search_builder_open(
    const char *cache_folder, struct hash content, struct err *err);
/* Begins with all passages of another index, which must be there, instead of none: what is added
 * then comes behind them, as if all had been added one after the other. */
struct search_builder *search_builder_grow(
    const char *cache_folder, struct hash base, struct hash content, struct err *err);
bool search_builder_add(
    struct search_builder *builder, const char *title, const char *text, struct err *err);
/* Puts the index in its place. The builder is gone afterwards, whatever is returned. */
bool search_builder_commit(struct search_builder *builder, struct err *err);
void search_builder_drop(struct search_builder *builder); /* gives up; NULL is nothing */

struct search_index;

struct passage_hit {
    char *title, *text;
    double score; /* higher is better */
};

/* A read-only connection; one a thread. NULL on error. */
struct search_index *search_index_open(
    const char *cache_folder, struct hash content, struct err *err);

/* How many rows the words of a query may find, all together, before the commonest are left out (at
 * least one word is taken); for measurements. bench/search_bench says what it costs. */
void search_index_set_rows(struct search_index *index, size_t rows_max);

/* The best top_k passages for the words of any text (quotes, operators and marks of FTS5's own
 * syntax are plain text; stop words are left out where other words remain; the first 32 distinct
 * words count; in a large index the commonest of them are left out); best first, ties by the
 * passages' order. No words: no hits, no error. *hits is the caller's (passage_hits_free). */
bool search_index_query(struct search_index *index, const char *text, size_t top_k,
    struct passage_hit **hits, size_t *count, struct err *err);
void passage_hits_free(struct passage_hit *hits, size_t count);
void search_index_close(struct search_index *index); /* NULL is nothing */

#endif
