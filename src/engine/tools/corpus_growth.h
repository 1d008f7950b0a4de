#ifndef CORPUS_GROWTH_H
#define CORPUS_GROWTH_H

/* What the files of a corpus were when they were last indexed, kept beside the index, so that what
 * was added since can be told. Private to search_corpus.c. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"

struct corpus_file {
    const char *path;
    uint64_t bytes;
    struct hash hash; /* of so many bytes */
    /* how much of it is in the base already */
    uint64_t indexed_bytes;
    size_t indexed_lines;
};

/* Size and hash of what the file is now. */
bool corpus_file_read(struct corpus_file *file, const char *path, struct err *err);

/* Looks up what was indexed last under the name. True: the files of then are the beginning of those
 * of now, *base is their index, and the indexed_… of each file are set. */
bool corpus_growth_find(const char *cache_folder, struct hash name, struct corpus_file *files,
    size_t count, struct hash *base);
/* What is indexed now; trouble with that costs time, nothing else, so there is no error. */
void corpus_growth_note(const char *cache_folder, struct hash name, const struct corpus_file *files,
    size_t count, struct hash content);

#endif
