/* How many trivial programs a second the sandbox runs: sandbox_bench [RUNS], 500 by default. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"
#include "sandbox.h"

struct job {
    struct sandbox_run run;
    int64_t began, took;
};

static void on_done(struct sandbox_run *run)
{
    struct job *job = run->data;

    job->took = clock_us() - job->began;
    if (run->error.code != ERR_NONE || strcmp(run->out->data, "42\n") != 0) {
        (void)fprintf(stderr, "sandbox_bench: %s%s\n", run->error.message,
            run->err_out != NULL ? run->err_out->data : "");
        exit(1);
    }
    text_unref(run->out);
    text_unref(run->err_out);
}

static void start(struct sandbox *sandbox, struct job *job, struct text *program)
{
    *job = (struct job){ .run = { .program = program,
                             .limits = sandbox_default_limits,
                             .on_done = on_done,
                             .data = job } };
    job->began = clock_us();
    sandbox_start(sandbox, &job->run);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 500;
    struct job *jobs = mem_zalloc(count + 1, sizeof *jobs);
    struct text *program = text_from("print(6 * 7)");
    struct err err = { 0 };
    struct sandbox *sandbox;
    uv_loop_t loop;
    int64_t began;
    double seconds;

    if (uv_loop_init(&loop) != 0)
        return 1;
    sandbox = sandbox_open(&loop, false, &err);
    if (sandbox == NULL || !sandbox_check(false, &err)) {
        (void)fprintf(stderr, "sandbox_bench: %s\n", err.message);
        return 2;
    }
    began = clock_us();
    for (size_t i = 0; i < count; i++)
        start(sandbox, &jobs[i], program);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    seconds = (double)(clock_us() - began) / 1e6;
    printf("%zu runs in %.1f s: %.0f a second\n", count, seconds, (double)count / seconds);
    start(sandbox, &jobs[count], program); /* one alone, with a sandbox that waits */
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    printf("one alone: %.1f ms\n", (double)jobs[count].took / 1e3);
    text_unref(program);
    sandbox_close(sandbox);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    free(jobs);
    return 0;
}
