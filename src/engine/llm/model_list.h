#ifndef MODEL_LIST_H
#define MODEL_LIST_H

/* An endpoint's list of models, in whatever shape it comes. Pure. */
#include <stdbool.h>
#include <stddef.h>

enum { MODEL_LIST_MAX = 10000 };

struct model_list {
    char **items; /* names */
    size_t count, cap;
    bool goes_on; /* there are more than these */
};

/* Adds the names that stand in a body; false where there are none. */
bool model_list_read(struct model_list *list, const char *body, size_t len);
void model_list_free(struct model_list *list);

#endif
