#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "endpoints.h"
#include "machine.h"
#include "model.h"
#include "str.h"
#include "task_options.h"
#include "tools.h"
#include "utf8.h"

static const struct option_spec specs[] = { OPTION_STORE, OPTION_SET };

enum { DEFAULT_CONCURRENCY = 64 };

struct report {
    unsigned bad, notes;
};

/* One line; whatever others wrote in it cannot act on the terminal. */
static void print_finding(const char *mark, const char *what, const char *words)
{
    struct str line = STR_INIT;

    utf8_add_line(words, strlen(words), 700, &line);
    printf("%-4s  %-15s %s\n", mark, what, str_text(&line));
    (void)fflush(stdout);
    str_free(&line);
}

static void tell_machine(
    struct report *report, const char *what, const struct machine_finding *finding)
{
    static const char *const marks[] = {
        [MACHINE_WELL] = "ok", [MACHINE_NOTE] = "note", [MACHINE_BAD] = "FAIL"
    };

    report->bad += finding->state == MACHINE_BAD;
    report->notes += finding->state == MACHINE_NOTE;
    print_finding(marks[finding->state], what, finding->words);
}

static void tell_endpoint(void *data, const struct probe *probe, const char *roles)
{
    static const char *const marks[] = {
        [PROBE_SKIPPED] = "-", [PROBE_WELL] = "ok", [PROBE_NOTE] = "note", [PROBE_BAD] = "FAIL"
    };
    struct report *report = data;
    struct str head = STR_INIT;

    str_addf(&head, "model \"%s\" (%s) at %s", probe->model->name, roles,
        probe->model->urls[probe->endpoint].base);
    print_finding("", "endpoint", str_text(&head));
    str_free(&head);
    for (unsigned i = 0; i < PROBE_CHECKS; i++) {
        const struct probe_finding *finding = &probe->findings[i];

        report->bad += finding->state == PROBE_BAD;
        report->notes += finding->state == PROBE_NOTE;
        print_finding(marks[finding->state], probe_check_name((enum probe_check)i),
            finding->state == PROBE_SKIPPED ? "not tried" : finding->words);
    }
}

static void tell_builtin(const struct endpoints *endpoints)
{
    for (size_t i = 0; i < endpoints->task->model_count; i++)
        if (endpoints->models[i]->url_count == 0) {
            print_finding(
                "ok", "builtin model", "needs neither a key nor a network (docs/BUILTIN.md)");
            return;
        }
}

static bool tell_models(struct report *report, const struct task *task, struct err *err)
{
    struct endpoints endpoints;
    bool ok = endpoints_open(&endpoints, task, err);

    if (ok) {
        tell_builtin(&endpoints);
        endpoints_ask(&endpoints, false, tell_endpoint, report);
    }
    endpoints_close(&endpoints);
    return ok;
}

static void tell_tools(struct report *report, const struct task *task)
{
    for (size_t i = 0; i < task->tool_count; i++) {
        const char *type = task->tools[i].type;
        struct machine_finding finding;

        if (str_equal(type, "python") || str_equal(type, "model"))
            continue; /* the sandbox, or the model, has its own lines */
        finding = machine_tool(task, i);
        tell_machine(report, "tool", &finding);
    }
}

/* A task file that is right may name data that are not. */
static void tell_data(struct report *report, const struct options *options)
{
    struct err err = { .code = ERR_NONE };
    struct task *task = task_from_options(options, &err);
    struct machine_finding finding = { .state = task != NULL ? MACHINE_WELL : MACHINE_BAD };

    if (task != NULL)
        (void)snprintf(finding.words, sizeof finding.words,
            "%zu examples to learn from, %zu to validate, %zu to test",
            task->splits[SPLIT_TRAIN].count, task->splits[SPLIT_VALIDATION].count,
            task->splits[SPLIT_TEST].count);
    else
        (void)snprintf(finding.words, sizeof finding.words, "%.490s", err.message);
    tell_machine(report, "data", &finding);
    task_free(task);
}

static bool examine(
    const struct options *options, const struct task *task, struct report *report, struct err *err)
{
    char *folder = store_from_options(options, err);
    struct machine_finding finding;

    if (folder == NULL)
        return false;
    finding = machine_terminal();
    tell_machine(report, "terminal", &finding);
    finding = machine_store(folder);
    tell_machine(report, "store", &finding);
    free(folder);
    finding = machine_sandbox(task != NULL && toolbox_needs_sandbox(task));
    tell_machine(report, "sandbox", &finding);
    finding = machine_descriptors(task != NULL ? task->limits.concurrency : DEFAULT_CONCURRENCY);
    tell_machine(report, "descriptors", &finding);
    if (task == NULL)
        return true;
    tell_data(report, options);
    tell_tools(report, task);
    return tell_models(report, task, err);
}

static void sum_up(const struct report *report, bool has_task)
{
    if (report->bad > 0)
        printf("\n%u to mend", report->bad);
    else
        printf("\nall is well");
    if (report->notes > 0)
        printf(", %u to know", report->notes);
    printf("%s\n", has_task ? "" : "; with a task file its endpoints are asked, too");
}

static int run_doctor(const struct options *options, struct err *err)
{
    struct report report = { 0 };
    struct task *task = NULL;

    if (options->word_count > 0)
        task = task_settings_from_options(options, err);
    else if (options_has(options, "set"))
        err_set(err, ERR_INPUT, "--set changes a task's keys: name the task file, too");
    if (err->code == ERR_NONE && examine(options, task, &report, err))
        sum_up(&report, task != NULL);
    task_free(task);
    if (err->code != ERR_NONE)
        return command_fail(err);
    return report.bad > 0 ? 1 : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .summary = "check endpoints, data, tools, terminal, store and sandbox, and say what to do",
    .usage = "[TASK] [OPTIONS]",
    .help = "Each endpoint of the task is asked for its list of models and up to three short "
            "answers, which\na paid one charges for; again where roles use it with other settings. "
            "Exit 0: all is well; 1: something is to be "
            "mended; 2: the task file is wrong.\n",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .max_words = 1,
    .run = run_doctor,
};
