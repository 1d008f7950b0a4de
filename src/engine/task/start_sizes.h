#ifndef START_SIZES_H
#define START_SIZES_H

/* How many records of which file each split of a first task gets. Private to start_file.c. */
#include "data.h"

struct start_sizes {
    size_t records[SPLIT_COUNT]; /* of each file */
    size_t splits[SPLIT_COUNT];
    bool scaled; /* there were fewer records than the field's sizes take */
};

/* Counts the records of one to three files that the specification leaves, and divides them. */
bool start_sizes_find(const struct data_spec *spec, const char *const *files, size_t count,
    struct start_sizes *sizes, struct err *err);

#endif
