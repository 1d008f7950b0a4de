#ifndef ENGINE_H
#define ENGINE_H

/*
 * The running parts that every command needs to execute workflows of a task: workers, models, tools
 * and the context of passes, opened together and closed together. Loop thread only.
 */
#include "client.h"
#include "pass.h"
#include "scorer.h"
#include "sandbox.h"
#include "store.h"
#include "task.h"
#include "templates.h"
#include "tools.h"
#include "workers.h"

struct engine_options {
    uv_loop_t *loop;
    const struct task *task;           /* borrowed until engine_close */
    const struct templates *templates; /* borrowed; NULL where no gradient will be asked for */
    struct store *store;               /* borrowed; NULL: nothing is journalled */
    uint64_t seed;
    const struct provider
        *provider; /* for tests and benches: put in for every model; NULL: by each model's api */
    void *provider_ctx;
    void (*on_landed)(void *data, const struct call_news *news); /* client.h; may be NULL */
    void *landed_data;
};

struct engine {
    uv_loop_t *loop;
    struct workers *workers;
    struct client *client;
    struct sandbox *sandbox; /* NULL: nothing of the task runs programs */
    struct toolbox *toolbox;
    const struct llm_model **models; /* in the order of task.models */
    char *tools_text;                /* {{tools}}: one line a tool */
    struct workflow_scope scope;     /* what a workflow of the task may name */
    struct scorer *scorer; /* NULL where the task has no examples: nothing is scored then */
    struct pass_context context;
};

/* Opens model `index` of the task; its errors name the place in the task file. NULL on error. */
const struct llm_model *engine_open_model(
    struct client *client, const struct task *task, size_t index, struct err *err);

/* ERR_INPUT: a model or tool of the task file is wrong, or needs a sandbox and there is none. The
 * engine must be zeroed before; engine_close in every case. */
bool engine_open(struct engine *engine, const struct engine_options *options, struct err *err);

/* For a workflow that was read before the tools were open: whether each tool that it names is there
 * (those of servers are known only now). */
bool engine_has_tools(
    const struct engine *engine, const struct workflow *workflow, struct err *err);

/* Nothing may be under way. The loop has to run once more for the close callbacks. A zeroed engine
 * is nothing. */
void engine_close(struct engine *engine);

/* The trivial workflow that a run starts from: one llm node "answer" ("answer_2" where a field has
 * that name) that reads every input and whose prompt is the task's description. A reference, the
 * caller's. */
const struct workflow *engine_trivial_workflow(
    const struct task *task, const struct workflow_scope *scope, struct err *err);

#endif
