#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "headless.h"
#include "plain.h"
#include "store.h"
#include "str.h"
#include "task_options.h"
#include "tui.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    OPTION_DISPLAY,
    OPTION_HEADLESS,
    { "json", NULL, "the same as --display=json: one event a line on standard output" },
    { "review", "MODE",
        "which proposals wait for a person: all, structure, prompts or none (default: structure in "
        "the terminal interface, else none)" },
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
    OPTION_LOOK,
};

static bool check_schedule(const struct options *options, struct err *err)
{
    const char *schedule = options_get(options, "schedule");

    return schedule == NULL || str_equal(schedule, "paper") ||
           err_set(err, ERR_INPUT, "--schedule %s: unknown schedule; known is paper", schedule);
}

static bool make_plan(const struct options *options, struct run_plan *plan, struct err *err)
{
    struct task *task = task_from_options(options, err);

    return task != NULL && run_plan_make(plan, task, options_get(options, "start"),
                               options_get(options, "prompts"), err);
}

/* What will be done and what it may cost: on standard error before a run, as the product of
 * --dry-run on standard output. */
static void print_plan(const struct run_plan *plan, FILE *to)
{
    const struct task *task = plan->task;
    struct str line = STR_INIT;
    char *estimate = estimate_to_text(&plan->estimate);

    utf8_add_line(task->path, strlen(task->path), 1000, &line);
    str_add_char(&line, '\n');
    utf8_add_line(task->description, strlen(task->description), 78, &line);
    (void)fprintf(to, "%s\n", str_text(&line));
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

/* What a run is started with. */
struct start {
    const struct options *options;
    const struct display_options *display;
    const char *folder;    /* of the store */
    const char *reuse;     /* id of the run whose replies are taken; NULL: none */
    struct run_plan *plan; /* made by now, but for the terminal interface */
    enum review_mode review;
};

static struct run *create(
    const struct start *start, const struct run_options *options, struct err *err)
{
    struct run_options with_reuse = *options;
    struct run *run;

    with_reuse.reuse = start->reuse;
    run = run_create(&with_reuse, start->plan, start->review, err);
    if (run != NULL)
        (void)fprintf(stderr, "run %s in %s\n", run_id(run), start->folder);
    return run;
}

static int start_headless(const struct start *start, struct err *err)
{
    struct headless headless;
    struct run_options options;
    struct run *run;
    int code;

    headless_open(&headless, start->display->display == DISPLAY_JSON);
    options = headless_options(&headless, start->folder);
    run = create(start, &options, err);
    code = run != NULL ? headless_go(&headless, run, err) : command_fail(err);
    headless_close(&headless);
    return code;
}

static int start_plain(const struct start *start, struct err *err)
{
    struct plain plain;
    struct run_options options;
    struct run *run;
    int code;

    plain_open(&plain, start->folder);
    options = plain_options(&plain);
    run = create(start, &options, err);
    code = run != NULL ? plain_go(&plain, run, err) : command_fail(err);
    plain_close(&plain);
    return code;
}

/* The plan is made beside the screen: data may be large, and an index has to be built. */
struct planning {
    const struct options *options;
    struct run_plan *plan;
    struct err err;
    bool ok;
};

static void do_plan(void *data)
{
    struct planning *planning = data;

    planning->ok = make_plan(planning->options, planning->plan, &planning->err);
}

static bool plan_with_screen(const struct start *start, struct tui *tui, struct err *err)
{
    struct planning planning = { .options = start->options, .plan = start->plan };
    struct str words = STR_INIT;
    bool ok;

    str_addf(&words, "reading %s, its data and the indexes of its tools", start->options->words[0]);
    ok = tui_prepare(tui, do_plan, &planning, str_text(&words), err);
    str_free(&words);
    if (!ok && err->code == ERR_CANCELLED)
        tui_abandon(tui, err);
    if (ok && !planning.ok)
        *err = planning.err;
    return ok && planning.ok;
}

static int start_tui(const struct start *start, struct err *err)
{
    struct tui tui;
    struct run_options options = { .store_folder = start->folder };
    struct run *run = NULL;
    int code;

    tui_open(&tui);
    options.loop = &tui.loop;
    if (tui_show(&tui, start->display, session_open_live(&tui.loop), err) &&
        plan_with_screen(start, &tui, err)) {
        print_plan(start->plan, stderr);
        session_fill_options(tui.session, &options);
        run = create(start, &options, err);
    }
    code = run != NULL && tui_start(&tui, run, err) ? tui_go(&tui, err) : command_fail(err);
    tui_close(&tui);
    return tui_go_on_detached(&tui, start->folder, code, err);
}

static int start(const struct options *options, const struct display_options *display,
    struct run_plan *plan, enum review_mode review, struct err *err)
{
    char *folder = store_from_options(options, err);
    const char *reuse_name = options_get(options, "reuse");
    char *reuse =
        folder != NULL && reuse_name != NULL ? store_resolve(folder, reuse_name, err) : NULL;
    struct start what = { options, display, folder, reuse, plan, review };
    int code;

    /* what is wrong with the task file itself is said without a screen that comes and goes, and
     * before a folder is made */
    if (folder == NULL || (reuse_name != NULL && reuse == NULL) ||
        (display->display == DISPLAY_TUI && !task_options_check(options, err)) ||
        !store_can_be_written(folder, err)) {
        free(reuse);
        free(folder);
        return command_fail(err);
    }
    code = display->display == DISPLAY_TUI     ? start_tui(&what, err)
           : display->display == DISPLAY_PLAIN ? start_plain(&what, err)
                                               : start_headless(&what, err);
    free(reuse);
    free(folder);
    return code;
}

static int run_run(const struct options *options, struct err *err)
{
    enum review_mode review = REVIEW_NONE;
    const char *mode = options_get(options, "review");
    struct run_plan plan = { 0 };
    struct display_options display;
    int code;

    if (!display_read(options, &display, err))
        return command_fail(err);
    if (display.display == DISPLAY_TUI || display.display == DISPLAY_PLAIN)
        review = REVIEW_STRUCTURE;
    if (mode != NULL && !review_mode_parse(mode, &review, err))
        return command_fail(err);
    if (!check_schedule(options, err))
        return command_fail(err);
    if (display.display == DISPLAY_TUI && !options_has(options, "dry-run")) {
        code = start(options, &display, &plan, review, err);
    } else if (!make_plan(options, &plan, err)) {
        code = command_fail(err);
    } else if (options_has(options, "dry-run")) {
        code = dry_run(&plan, display.display == DISPLAY_JSON);
    } else {
        print_plan(&plan, stderr);
        code = start(options, &display, &plan, review, err);
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
