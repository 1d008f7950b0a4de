#ifndef LIST_FILTER_H
#define LIST_FILTER_H

/* The words of a list's filter: reading them, and whether a row matches. Private to list. */
#include "list.h"

void list_terms_free(struct list_term *terms, int count);
/* Into terms[0..LIST_FILTER_TERMS); *count is right also on failure. */
bool list_terms_read(const struct list_source *source, const char *filter, struct list_term *terms,
    int *count, struct err *err);
/* What is looked at; kept over rows by the caller, who frees both. */
struct list_scratch {
    struct str text, lower;
};
bool list_terms_match(const struct list_term *terms, int count, const struct list_source *source,
    const void *data, size_t row, struct list_scratch *scratch);
/* In lower case; the caller's. */
char *list_lower(const char *text, size_t len);

#endif
