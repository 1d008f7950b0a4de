#ifndef LENT_H
#define LENT_H

/*
 * Another run's replies, to be read and never changed; its file may be in use meanwhile. What is
 * added to it later is not seen. Private to engine/store; opened before the writer's thread uses
 * it, then that thread's.
 */
#include "keys.h"
#include "sql.h"
#include "text.h"

struct lent {
    sqlite3 *db;
    sqlite3_stmt *get;
    struct keys keys; /* of replies */
};

/* ERR_INPUT: no such run, no run at all, or of another version. NULL on error. */
struct lent *lent_open(const char *folder, const char *id, struct err *err);
/* *body: one reference, the caller's. */
bool lent_get(struct lent *lent, int64_t row, struct text **body, struct err *err);
void lent_close(struct lent *lent); /* NULL is nothing */

#endif
