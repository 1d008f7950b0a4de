#ifndef TASK_READ_H
#define TASK_READ_H

/* The sections of a task file, each checked and put into the task, in this order: task, inputs,
 * metric, data … Private to task.c. */
#include "data.h"
#include "settings.h"

/* Everything. On failure what was filled is freed by the caller with task_free. */
bool task_read(const struct settings *s, struct task *task);

/* "data" and "inputs", which depend on each other by the format. */
bool task_read_data(const struct settings *s, struct task *task);

/* "tools"; after the models and the data, which tools name. */
bool task_read_tools(const struct settings *s, const struct setting_at *root, struct task *task);

/* "metric". */
bool task_read_metric(const struct settings *s, const struct setting_at *root, struct task *task);
/* Every example's target is one that the metric can score; once the data is there. */
bool task_check_targets(const struct task *task, struct err *err);

/* Appends the checked task, with all defaults, as a task file in compact JSON. */
void task_print(const struct task *task, struct str *out);

extern const char *const inner_mode_names[3];
extern const char *const gradient_mode_names[2];

#endif
