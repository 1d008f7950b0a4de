#ifndef SEARCH_FILES_H
#define SEARCH_FILES_H

/* The files of one search index, and what is in them. Private to engine/store. */
#include "hash.h"

/* How passages are kept and cut into words. A change here makes other files: it is part of their
 * names. */
#define SEARCH_TABLE \
    "CREATE VIRTUAL TABLE passage USING fts5(title, text, tokenize = 'porter unicode61 " \
    "remove_diacritics 2')"

struct search_files {
    char *index, *sum, *fresh, *lock; /* fresh: under construction */
};

struct search_files search_files_of(const char *cache_folder, struct hash content);
void search_files_free(struct search_files *files);

#endif
