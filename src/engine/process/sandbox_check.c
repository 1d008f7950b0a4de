#include "sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sandbox_program.h"

char *sandbox_verdict(const struct sandbox_run *run)
{
    switch (run->stop) {
    case SANDBOX_ENDED:
        break;
    case SANDBOX_WALL:
        return mem_printf("stopped: it ran for more than %g s", run->limits.wall_s);
    case SANDBOX_CPU:
        return mem_printf("stopped: it used more than %u s of CPU time", run->limits.cpu_s);
    case SANDBOX_MEMORY:
        return mem_printf("it ran out of memory (%u MB)", run->limits.memory_mb);
    case SANDBOX_PROCESSES:
        return mem_printf(
            "it wanted more than %u processes and threads at one time", run->limits.processes);
    case SANDBOX_OUTPUT:
        return mem_printf("stopped: it wrote more than %zu bytes", run->limits.output_bytes);
    }
    if (run->signal != 0)
        return mem_printf("ended by signal %d (%s)", run->signal, strsignal(run->signal));
    if (run->status != 0)
        return mem_printf("ended with status %d", run->status);
    return mem_strdup("");
}

static void on_check_done(struct sandbox_run *run)
{
    *(bool *)run->data = true;
}

static bool judge_check(const struct sandbox_run *run, struct err *err)
{
    char *verdict;

    if (run->error.code != ERR_NONE)
        return err_set(err, ERR_INPUT, "%s; %s", run->error.message, sandbox_advice);
    if (run->status == 0 && strcmp(run->out->data, "42\n") == 0)
        return true;
    verdict = sandbox_verdict(run);
    (void)err_set(err, ERR_INPUT, "a sandbox starts, but programs do not run in it: %s %.200s",
        verdict, run->err_out->data);
    free(verdict);
    return false;
}

static bool check_on(uv_loop_t *loop, bool unsafe, struct err *err)
{
    struct sandbox *sandbox = sandbox_open(loop, unsafe, err);
    struct text *program = text_from("print(6 * 7)");
    bool done = false, ok = false;
    struct sandbox_run run = { .program = program,
        .limits = sandbox_default_limits,
        .on_done = on_check_done,
        .data = &done };

    if (sandbox != NULL) {
        sandbox_start(sandbox, &run);
        while (!done)
            (void)uv_run(loop, UV_RUN_ONCE);
        ok = judge_check(&run, err);
        text_unref(run.out);
        text_unref(run.err_out);
        sandbox_close(sandbox);
        (void)uv_run(loop, UV_RUN_DEFAULT);
    }
    text_unref(program);
    return ok;
}

bool sandbox_check(bool unsafe, struct err *err)
{
    uv_loop_t loop;
    bool ok;

    if (uv_loop_init(&loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    ok = check_on(&loop, unsafe, err);
    (void)uv_loop_close(&loop);
    return ok;
}
