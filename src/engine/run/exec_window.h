#ifndef EXEC_WINDOW_H
#define EXEC_WINDOW_H

/* Lines of JSON as examples without targets, some at a time: for exec. */
#include <stdio.h>

#include "task.h"

enum { EXEC_LINE_MAX = 16 * 1024 * 1024 };

struct exec_window {
    char **problems; /* one a line: why it cannot be used; NULL: it is the next example */
    size_t line_count;
    size_t *examples; /* indices into task->examples */
    size_t example_count;
    unsigned long long lines_before; /* for line numbers */
    char *line;                      /* private */
    size_t line_cap;
};

/* Reads up to `max` lines (blank ones are skipped) and puts them into task->examples, whose content
 * of the window before is dropped. False at the end of the input (err untouched) or where it cannot
 * be read. */
bool exec_window_read(
    struct exec_window *window, struct task *task, FILE *from, size_t max, struct err *err);
void exec_window_free(struct exec_window *window, struct task *task);

#endif
