#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "apply.h"
#include "mem.h"
#include "exec_window.h"
#include "str.h"
#include "task_options.h"
#include "uses.h"

enum { LINES_MIN = 256, LINES_A_CALL = 4 }; /* of one window; for each call in flight */

static const struct option_spec specs[] = {
    { "concurrency", "N", "calls in flight (default 64)" },
    OPTION_UNSAFE,
};

struct counts {
    unsigned long long lines, failed;
};

static void print_result(
    const struct example_result *result, size_t output, const char *problem, struct counts *counts)
{
    cJSON *line = cJSON_CreateObject();
    const char *text =
        result != NULL && result->nodes != NULL && result->nodes[output].output != NULL
            ? result->nodes[output].output->data
            : NULL;
    char *printed;

    if (problem == NULL && (result == NULL || result->state != EXAMPLE_SCORED || text == NULL))
        problem = result != NULL && result->words != NULL ? result->words->data : "no output";
    if (problem != NULL) {
        cJSON_AddStringToObject(line, "error", problem);
        counts->failed++;
    } else {
        cJSON_AddStringToObject(line, "output", text);
    }
    counts->lines++;
    printed = cJSON_PrintUnformatted(line);
    puts(printed);
    free(printed);
    cJSON_Delete(line);
}

/* Applies the workflow to one window of lines and prints their results in order. */
static bool apply_window(struct apply *apply, const struct workflow *workflow,
    const struct exec_window *window, struct counts *counts, struct err *err)
{
    struct rollout *rollout =
        apply_pass(apply, workflow, window->examples, window->example_count, true, err);
    size_t next = 0;

    if (rollout == NULL)
        return false;
    for (size_t i = 0; i < window->line_count; i++) {
        const struct example_result *result =
            window->problems[i] == NULL ? &rollout->examples[next++] : NULL;

        print_result(result, workflow->output, window->problems[i], counts);
    }
    rollout_free(rollout);
    if (fflush(stdout) != 0)
        return err_set(err, ERR_IO, "standard output cannot be written");
    return true;
}

static bool apply_all(
    struct task *task, const struct workflow *workflow, struct counts *counts, struct err *err)
{
    struct apply apply;
    struct exec_window window = { 0 };
    size_t lines = (size_t)task->limits.concurrency * LINES_A_CALL;
    bool ok = apply_open(&apply, task, err) && engine_has_tools(&apply.engine, workflow, err);

    if (lines < LINES_MIN)
        lines = LINES_MIN;
    while (ok && exec_window_read(&window, task, stdin, lines, err))
        ok = apply_window(&apply, workflow, &window, counts, err);
    exec_window_free(&window, task);
    apply_close(&apply);
    return ok && err->code == ERR_NONE;
}

static int run_exec(const struct options *options, struct err *err)
{
    const struct workflow *workflow = NULL;
    struct task *task = NULL;
    struct counts counts = { 0 };
    unsigned long long concurrency = 64;

    if (!options_number(options, "concurrency", 1, 10000, &concurrency, err) ||
        !uses_load(options->words[0], &task, &workflow, err))
        return command_fail(err);
    task->limits.concurrency = (unsigned)concurrency;
    if (isatty(STDIN_FILENO) == 1)
        (void)fputs(
            "flowbot: one JSON object a line is read from this terminal; ^D ends\n", stderr);
    unsafe_from_options(options, task);
    if (apply_all(task, workflow, &counts, err) && counts.failed > 0)
        err_set(err, ERR_ENDPOINT, "%llu of %llu lines failed; each says why in its \"error\"",
            counts.failed, counts.lines);
    workflow_unref(workflow);
    task_free(task);
    return command_fail(err);
}

const struct command command_exec = {
    .name = "exec",
    .summary = "apply a workflow to lines of JSON",
    .usage = "WORKFLOW < in.jsonl > out.jsonl",
    .help = "WORKFLOW is a file that a run wrote (it names the inputs, models and tools that it "
            "uses). Every input line is an\n"
            "object with the workflow's inputs as strings; every output line, in the same order, "
            "is { \"output\": … } or\n"
            "{ \"error\": … }. Exit code 1 where lines failed.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_exec,
};
