#ifndef RIG_H
#define RIG_H

/*
 * A pass with everything scripted: a task by hand, a model whose answers are a function of its
 * request, tools likewise, and shuffled latencies.
 *
 * The model as an executor answers "P(hash of the messages)", P being the first letter of its
 * prompt. Words of its prompt steer it: "json" gives an object of the schema, "filtered" (of an
 * agent) has its first turn held back by the content filter. Words of the question make trouble at
 * the steps whose prompt has the same word: "lost" fails for good, "garbage" gives no JSON. As the
 * meta model it answers a gradient that names the step and its readers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mem.h"
#include "pass.h"
#include "scripted.h"

enum { EXAMPLES_MAX = 64 };

struct rig {
    uv_loop_t loop;
    struct script script;
    struct workers *workers;
    struct store *store;
    struct client *client;
    struct templates *templates;
    struct task task;
    struct task_model models[2];
    const struct llm_model *opened[2];
    struct metric_plan plan;
    struct scorer *scorer;
    struct pass_context context;
    size_t indices[EXAMPLES_MAX];
    struct str seen;        /* every request of the meta model */
    unsigned bad_gradients; /* so many attempts at a question before its answer can be used */
};

struct rig_options {
    uint64_t seed;
    unsigned concurrency, shuffle_ms;
    uint64_t limit_calls;
    const char *folder; /* NULL: no store */
    bool create;
};

void rig_open(struct rig *rig, const struct rig_options *options);
void rig_close(struct rig *rig);

/* "id kind inputs,… [prompt]" a line; tool nodes use "search"; a prompt with "json" has a schema.
 */
struct workflow *rig_workflow(const char *lines);

struct rig_pass {
    struct pass pass;
    struct rig *rig;
    unsigned done;
};
void rig_start(struct rig *rig, struct rig_pass *pass, const struct workflow *workflow,
    enum backward_mode backward, bool keep_texts);
void rig_run(struct rig *rig);

/* Everything of a rollout as one text, to be compared. The caller's. */
char *rig_describe(const struct rollout *rollout);
/* One whole pass; its description, the caller's. */
char *rig_once(const struct rig_options *options, const char *lines, enum backward_mode backward);

/* fake_tools.c: latencies of the tools of a rig. */
extern struct random fake_tools_random;
extern unsigned fake_tools_shuffle_ms;
extern uv_loop_t *fake_tools_loop;
extern size_t fake_tools_calls;

#endif
