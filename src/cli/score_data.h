#ifndef SCORE_DATA_H
#define SCORE_DATA_H

/* The records of a data file by their "task_id", for cases that only name one. */
#include "json.h"

struct score_data;

/* A JSON array, or one object a line. ERR_INPUT; NULL. */
struct score_data *score_data_open(const char *path, struct err *err);
/* NULL: there is no such record. */
const struct json *score_data_find(const struct score_data *data, const struct json *task_id);
void score_data_close(struct score_data *data); /* NULL is nothing */

#endif
