#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headless.h"
#include "store.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "headless", NULL, "no screen: progress on standard error, a summary at the end" },
    { "json", NULL, "one event a line on standard output (implies --headless)" },
    { "review", "MODE",
        "which proposals wait for a person: all, structure or none (default none)" },
    OPTION_STORE,
    OPTION_SEED,
    { "start", "WORKFLOW", "begin from this workflow instead of one trivial step" },
    { "schedule", "NAME", "the optimiser's schedule (paper)" },
    OPTION_SET,
    OPTION_UNSAFE,
    { "prompts", "DIR", "meta templates that replace the built-in ones, by file name" },
    { "reuse", "RUN",
        "take the replies that this run of the same store has for the same requests: they cost "
        "nothing (RUN: id, unique prefix, or `last`)" },
    { "dry-run", NULL, "check everything, print the estimate (with --json as JSON), make no call" },
};

static struct task *load_task(const struct options *options, struct err *err)
{
    const char *schedule = options_get(options, "schedule");

    if (schedule != NULL && !str_equal(schedule, "paper")) {
        err_set(err, ERR_INPUT, "--schedule %s: unknown schedule; known is paper", schedule);
        return NULL;
    }
    return task_from_options(options, err);
}

/* What will be done and what it may cost: on standard error before a run, as the product of
 * --dry-run on standard output. */
static void print_plan(const struct run_plan *plan, FILE *to)
{
    const struct task *task = plan->task;
    struct str line = STR_INIT;
    char *estimate = estimate_to_text(&plan->estimate);

    utf8_add_line(task->description, strlen(task->description), 78, &line);
    (void)fprintf(to, "%s\n%s\n", task->path, str_text(&line));
    (void)fprintf(to, "  examples %zu to learn from, %zu to validate, %zu to test; metric %s\n",
        task->splits[SPLIT_TRAIN].count, task->splits[SPLIT_VALIDATION].count,
        task->splits[SPLIT_TEST].count, task->metric->name);
    if (task->duplicates_dropped > 0)
        (void)fprintf(to, "           %zu repeated ones left out\n", task->duplicates_dropped);
    (void)fputs(estimate, to);
    if (task->limits.calls > 0)
        (void)fprintf(to, "  limit    %llu calls\n", (unsigned long long)task->limits.calls);
    free(estimate);
    str_free(&line);
}

static int dry_run(const struct run_plan *plan, bool json)
{
    cJSON *estimate;
    char *text;

    if (!json) {
        print_plan(plan, stdout);
        return 0;
    }
    estimate = estimate_to_json(&plan->estimate);
    text = cJSON_PrintUnformatted(estimate);
    puts(text);
    free(text);
    cJSON_Delete(estimate);
    return 0;
}

static int start(
    const struct options *options, struct run_plan *plan, enum review_mode review, struct err *err)
{
    char *folder = store_from_options(options, err);
    const char *reuse_name = options_get(options, "reuse");
    char *reuse =
        folder != NULL && reuse_name != NULL ? store_resolve(folder, reuse_name, err) : NULL;
    struct headless headless;
    struct run_options run_options;
    struct run *run;
    int code;

    if (folder == NULL || (reuse_name != NULL && reuse == NULL)) {
        free(folder);
        return command_fail(err);
    }
    headless_open(&headless, options_has(options, "json"));
    run_options = headless_options(&headless, folder);
    run_options.reuse = reuse;
    run = run_create(&run_options, plan, review, err);
    if (run != NULL)
        (void)fprintf(stderr, "run %s in %s\n", run_id(run), folder);
    code = run != NULL ? headless_go(&headless, run, err) : command_fail(err);
    headless_close(&headless);
    free(reuse);
    free(folder);
    return code;
}

static int run_run(const struct options *options, struct err *err)
{
    enum review_mode review = REVIEW_NONE;
    const char *mode = options_get(options, "review");
    struct run_plan plan = { 0 };
    struct task *task;
    int code;

    if (mode != NULL && !review_mode_parse(mode, &review, err))
        return command_fail(err);
    task = load_task(options, err);
    if (task == NULL || !run_plan_make(&plan, task, options_get(options, "start"),
                            options_get(options, "prompts"), err))
        return command_fail(err);
    if (options_has(options, "dry-run")) {
        code = dry_run(&plan, options_has(options, "json"));
    } else {
        print_plan(&plan, stderr);
        code = start(options, &plan, review, err);
    }
    run_plan_free(&plan);
    return code;
}

const struct command command_run = {
    .name = "run",
    .summary = "induce a workflow for a task",
    .usage = "TASK [OPTIONS]",
    .help = "TASK is a task file (README.md shows one; docs/TASK.md has every key). Every reply is "
            "journalled before it is\n"
            "used: after any end, `flowbot resume` goes on without paying twice.\n\n"
            "exit codes: 0 done · 1 failed, or a proposal waits (it says so) · 2 bad usage or "
            "input · 3 a limit was reached,\n"
            "best so far saved · 130 interrupted, resumable\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_run,
};
