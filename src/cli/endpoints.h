#ifndef ENDPOINTS_H
#define ENDPOINTS_H

/* The models of a task, opened so that their endpoints can be asked: for doctor and models. Turns
 * its own loop. */
#include "client.h"
#include "probe.h"
#include "task.h"

struct endpoints {
    uv_loop_t loop;
    bool has_loop;
    struct client *client;
    const struct task *task;
    const struct llm_model **models; /* in the order of task.models */
};

/* `task` is borrowed until endpoints_close, which is called in every case. */
bool endpoints_open(struct endpoints *endpoints, const struct task *task, struct err *err);
void endpoints_close(struct endpoints *endpoints);

/* Asks every endpoint of every remote model, one after the other, once for all roles that use it
 * with the same settings; `each` is told of it when it was asked. `roles` are those, with commas.
 */
typedef void endpoints_each(void *data, const struct probe *probe, const char *roles);
void endpoints_ask(struct endpoints *endpoints, bool only_list, endpoints_each *each, void *data);

#endif
