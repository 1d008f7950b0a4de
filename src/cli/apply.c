#include "apply.h"

#include <signal.h>

static void on_interrupt(uv_signal_t *handle, int number)
{
    struct apply *apply = handle->data;

    (void)number;
    if (!apply->under_way)
        return;
    apply->is_interrupted = true;
    client_abort(apply->engine.client);
    pass_cancel(&apply->pass);
}

static void open_signal(struct apply *apply, uv_signal_t *handle)
{
    (void)uv_signal_init(&apply->loop, handle);
    handle->data = apply;
    uv_unref((uv_handle_t *)handle);
}

bool apply_open(struct apply *apply, const struct task *task, struct err *err)
{
    struct engine_options options = { .loop = &apply->loop, .task = task };

    *apply = (struct apply){ 0 };
    if (uv_loop_init(&apply->loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    open_signal(apply, &apply->interrupt);
    open_signal(apply, &apply->terminate);
    options.seed = task->seed;
    return engine_open(&apply->engine, &options, err);
}

static void stop_signals(struct apply *apply)
{
    (void)uv_signal_stop(&apply->interrupt);
    (void)uv_signal_stop(&apply->terminate);
}

static void on_done(struct pass *pass)
{
    struct apply *apply = pass->data;

    apply->under_way = false;
}

struct rollout *apply_pass(struct apply *apply, const struct workflow *workflow,
    const size_t *examples, size_t count, bool keep_texts, struct err *err)
{
    apply->pass = (struct pass){
        .context = &apply->engine.context,
        .request = {
            .workflow = workflow,
            .examples = examples,
            .count = count,
            .backward = BACKWARD_NONE,
            .keep_texts = keep_texts,
            .label = "apply",
        },
        .on_done = on_done,
        .data = apply,
    };
    apply->under_way = true;
    (void)uv_signal_start(&apply->interrupt, on_interrupt, SIGINT);
    (void)uv_signal_start(&apply->terminate, on_interrupt, SIGTERM);
    uv_ref((uv_handle_t *)&apply
               ->interrupt); /* a pass that waits for nothing can still be interrupted */
    pass_start(&apply->pass);
    while (apply->under_way)
        (void)uv_run(&apply->loop, UV_RUN_ONCE);
    /* whoever waits for input now ends in the usual way */
    uv_unref((uv_handle_t *)&apply->interrupt);
    if (!apply->is_interrupted)
        stop_signals(apply);
    if (apply->pass.result == NULL)
        *err = apply->pass.error;
    return apply->pass.result;
}

void apply_close(struct apply *apply)
{
    engine_close(&apply->engine);
    stop_signals(apply);
    if (apply->is_interrupted) { /* again while it ends: it ends */
        (void)signal(SIGINT, SIG_IGN);
        (void)signal(SIGTERM, SIG_IGN);
    }
    uv_close((uv_handle_t *)&apply->interrupt, NULL);
    uv_close((uv_handle_t *)&apply->terminate, NULL);
    (void)uv_run(&apply->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&apply->loop);
}
