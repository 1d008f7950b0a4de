#ifndef FIXTURES_H
#define FIXTURES_H

/* What the task's tests share: the golden cases, the data, and a folder of their own that is
 * removed at the end. */
#include <stdbool.h>

#include "err.h"
#include "json.h"
#include "task.h"

/* The path of a golden case or data file; the caller's. NULL (and a message) where it is absent:
 * the test skips itself. */
char *fixture_path(const char *name); /* "metrics/hotpot.jsonl" */
char *data_path(const char *name);    /* "hotpotqa/…" */

/* Calls `each` with every line of a JSONL file; fails the test on a bad line. Returns the number of
 * lines. */
size_t each_line(const char *path, void (*each)(const struct json *line, void *data), void *data);

/* cmocka's group set-up and tear-down. */
int folder_make(void **state);
int folder_remove(void **state);
char *in_folder(const char *name);                         /* its path; the caller's */
void write_text(const char *name, const char *text);       /* a file of the folder */
struct task *load_text(const char *text, struct err *err); /* writes task.json and loads it */

#endif
