#include "run.h"

#include <stdlib.h>

#include "engine.h"
#include "mem.h"
#include "templates.h"

static const struct workflow *start_workflow(
    const struct task *task, const char *path, const struct workflow_scope *scope, struct err *err)
{
    return path != NULL ? workflow_load(path, scope, err)
                        : engine_trivial_workflow(task, scope, err);
}

/* Opens models and tools without a store: all that can be wrong with the task is known before a run
 * exists, and what it may cost. */
static bool check_engine(struct run_plan *plan, const char *start_path, struct err *err)
{
    uv_loop_t loop;
    struct engine engine = { 0 };
    struct engine_options options = {
        .loop = &loop, .task = plan->task, .templates = plan->templates
    };
    bool ok;

    if (uv_loop_init(&loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    ok = engine_open(&engine, &options, err);
    if (ok) {
        plan->tools_hash = mem_alloc(HASH_HEX_SIZE);
        hash_hex(toolbox_identity(engine.toolbox), plan->tools_hash);
        plan->start = start_workflow(plan->task, start_path, &engine.scope, err);
        ok = plan->start != NULL;
        if (ok)
            plan->estimate = estimate_run(plan->task, plan->start, engine.models);
    }
    engine_close(&engine);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return ok;
}

bool run_plan_make(struct run_plan *plan, struct task *take_task, const char *start_path,
    const char *prompts_folder, struct err *err)
{
    *plan = (struct run_plan){ .task = take_task };
    plan->templates = templates_open(prompts_folder, err);
    if (plan->templates == NULL || !check_engine(plan, start_path, err)) {
        run_plan_free(plan);
        return false;
    }
    return true;
}

void run_plan_free(struct run_plan *plan)
{
    task_free(plan->task);
    templates_free(plan->templates);
    workflow_unref(plan->start);
    free(plan->tools_hash);
    *plan = (struct run_plan){ 0 };
}
