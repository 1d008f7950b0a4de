#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "file.h"
#include "mem.h"
#include "start_file.h"
#include "task.h"

static const struct option_spec specs[] = {
    { "out", "TASK", "the task file to write (default FORMAT.json); never one that is there" },
    { "corpus", "FILE", "passages for a search tool: a JSONL file of { \"title\", \"text\" }" },
    { "target", "FIELD", "format fields: which one is the target" },
    { "inputs", "A,B", "format fields: which ones a workflow is given (default: all others)" },
    { "seed", "N", "draws the splits (default 0)" },
};

static const char help[] =
    "Writes a whole task file with comments: splits of 150, 300 and 300 records where there is "
    "enough, the official metric, tools that suit, limits. One FILE is divided into all three "
    "splits; of two the second is the test; three are train, validation and test. A FILE may be "
    "packed (.gz), or for math a folder.\n\n"
    "FORMAT is hotpotqa, hover, drop, gsm8k, math, humaneval, mbpp, ifbench, ifeval, pupa or "
    "fields.";

/* The paths as the task file is to name them: its own are relative to where it stands. */
struct paths {
    char *out;
    char *files[START_FILES_MAX];
    size_t file_count;
    char *corpus;
};

static char *path_from(const char *out, const char *path)
{
    return strchr(out, '/') == NULL ? mem_strdup(path) : file_absolute(path);
}

static void paths_open(struct paths *paths, const struct options *options)
{
    const char *out = options_get(options, "out");
    const char *corpus = options_get(options, "corpus");

    *paths = (struct paths){ .out = out != NULL ? mem_strdup(out)
                                                : mem_printf("%s.json", options->words[0]) };
    for (size_t i = 1; i < options->word_count; i++)
        paths->files[paths->file_count++] = path_from(paths->out, options->words[i]);
    paths->corpus = corpus != NULL ? path_from(paths->out, corpus) : NULL;
}

static void paths_close(struct paths *paths)
{
    for (size_t i = 0; i < paths->file_count; i++)
        free(paths->files[i]);
    free(paths->corpus);
    free(paths->out);
}

static bool check_place(const char *path, struct err *err)
{
    char *folder;
    bool ok;

    if (file_exists(path))
        return err_set(err, ERR_INPUT,
            "%s: is there already and is never overwritten; name another with --out TASK", path);
    folder = file_folder(path);
    ok = file_is_folder(folder) ||
         err_set(err, ERR_INPUT, "%s: there is no folder %s: make it first", path, folder);
    free(folder);
    return ok;
}

static bool check_files(const struct paths *paths, struct err *err)
{
    for (size_t i = 0; i < paths->file_count; i++)
        for (size_t j = 0; j < i; j++)
            if (str_equal(paths->files[i], paths->files[j]))
                return err_set(err, ERR_INPUT,
                    "%s: is named twice; one file alone is divided into all three splits",
                    paths->files[i]);
    return true;
}

static void print_done(const struct paths *paths, const struct task *task, const struct str *notes)
{
    printf("%s: %zu examples to learn from, %zu to validate, %zu to test; metric %s\n", paths->out,
        task->splits[SPLIT_TRAIN].count, task->splits[SPLIT_VALIDATION].count,
        task->splits[SPLIT_TEST].count, task->metric->name);
    if (task->duplicates_dropped > 0)
        printf("  %zu repeated examples are left out\n", task->duplicates_dropped);
    for (const char *line = str_text(notes); *line != '\0'; line += strcspn(line, "\n") + 1)
        printf("  %.*s\n", (int)strcspn(line, "\n"), line);
    printf("next: flowbot run %s\n", paths->out);
}

/* The text is loaded as a task before it is written: the next command works. */
static bool write_task(const struct options *options, const struct paths *paths, struct err *err)
{
    unsigned long long seed = 0;
    struct start_file start = {
        .format = options->words[0],
        .files = (const char *const *)paths->files,
        .file_count = paths->file_count,
        .corpus = paths->corpus,
        .target = options_get(options, "target"),
        .inputs = options_get(options, "inputs"),
    };
    struct str text = STR_INIT, notes = STR_INIT;
    struct task *task = NULL;
    bool ok = options_number(options, "seed", 0, 1ull << 53, &seed, err);

    start.seed = seed;
    ok = ok && start_file_write(&start, &text, &notes, err);
    if (ok) {
        task = task_from_text(paths->out, text.data, text.len, err);
        ok = task != NULL && file_create(paths->out, text.data, text.len, err);
    }
    if (ok)
        print_done(paths, task, &notes);
    task_free(task);
    str_free(&notes);
    str_free(&text);
    return ok;
}

static int run_init(const struct options *options, struct err *err)
{
    struct paths paths;

    paths_open(&paths, options);
    if (check_place(paths.out, err) && check_files(&paths, err))
        (void)write_task(options, &paths, err);
    paths_close(&paths);
    return command_fail(err);
}

const struct command command_init = {
    .name = "init",
    .summary = "write a first task file for a data file of a known format",
    .usage = "FORMAT FILE… [OPTIONS]",
    .help = help,
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 2,
    .max_words = 1 + START_FILES_MAX,
    .run = run_init,
};
