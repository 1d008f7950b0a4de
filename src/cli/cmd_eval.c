#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "apply.h"
#include "str.h"
#include "task_options.h"
#include "utf8.h"

static const struct option_spec specs[] = {
    { "workflow", "FILE", "the workflow to score" },
    { "split", "NAME", "validation or test (default validation)" },
    { "json", NULL, "one JSON object with the score of every example" },
    OPTION_SEED,
    OPTION_SET,
    OPTION_UNSAFE,
};

static bool parse_split(const struct options *options, enum split *split, struct err *err)
{
    const char *name = options_get(options, "split");

    *split = SPLIT_VALIDATION;
    if (name == NULL || str_equal(name, "validation"))
        return true;
    *split = SPLIT_TEST;
    if (str_equal(name, "test"))
        return true;
    return err_set(
        err, ERR_INPUT, "--split %s: unknown split; known are validation and test", name);
}

/* Why examples have no score: each reason once, with how many it is. */
struct loss {
    const char *words;
    size_t examples;
};

enum { LOSSES_MAX = 16 };

static size_t losses_of(const struct rollout *rollout, struct loss losses[LOSSES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *result = &rollout->examples[i];
        const char *words = result->words != NULL ? result->words->data : "no reason was given";
        size_t at = 0;

        if (result->state != EXAMPLE_LOST)
            continue;
        while (at < count && !str_equal(losses[at].words, words))
            at++;
        if (at == LOSSES_MAX)
            continue;
        losses[at].words = words;
        losses[at].examples = at < count ? losses[at].examples + 1 : 1;
        count = at < count ? count : at + 1;
    }
    return count;
}

static void add_losses(cJSON *line, const struct rollout *rollout)
{
    struct loss losses[LOSSES_MAX];
    size_t count = losses_of(rollout, losses);
    cJSON *array = cJSON_AddArrayToObject(line, "failures");

    for (size_t i = 0; i < count; i++) {
        cJSON *loss = cJSON_CreateObject();

        cJSON_AddStringToObject(loss, "why", losses[i].words);
        cJSON_AddNumberToObject(loss, "examples", (double)losses[i].examples);
        cJSON_AddItemToArray(array, loss);
    }
}

static void print_losses(const struct rollout *rollout)
{
    struct loss losses[LOSSES_MAX];
    size_t count = losses_of(rollout, losses);
    struct str line = STR_INIT;

    for (size_t i = 0; i < count; i++) {
        str_clear(&line);
        utf8_add_line(losses[i].words, strlen(losses[i].words), 500, &line);
        (void)fprintf(stderr, "  %zu: %s\n", losses[i].examples, str_text(&line));
    }
    str_free(&line);
}

static void print_json(
    const struct task *task, const struct rollout *rollout, const struct client_counts *counts)
{
    cJSON *line = cJSON_CreateObject();
    cJSON *examples = cJSON_AddArrayToObject(line, "examples");
    char *text;

    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *result = &rollout->examples[i];
        cJSON *pair = cJSON_CreateArray();

        cJSON_AddItemToArray(pair, cJSON_CreateString(task->examples[result->example].id));
        cJSON_AddItemToArray(pair,
            result->state == EXAMPLE_LOST ? cJSON_CreateNull() : cJSON_CreateNumber(result->score));
        cJSON_AddItemToArray(examples, pair);
    }
    if (rollout->scored + rollout->spoiled > 0)
        cJSON_AddNumberToObject(line, "score", rollout->score);
    else /* a failed call is never a score */
        cJSON_AddNullToObject(line, "score");
    cJSON_AddNumberToObject(line, "scored", (double)rollout->scored);
    cJSON_AddNumberToObject(line, "spoiled", (double)rollout->spoiled);
    cJSON_AddNumberToObject(line, "failed", (double)rollout->lost);
    add_losses(line, rollout);
    cJSON_AddNumberToObject(line, "calls", (double)counts->calls[LLM_EXECUTOR]);
    text = cJSON_PrintUnformatted(line);
    puts(text);
    free(text);
    cJSON_Delete(line);
}

static void print_text(
    const struct task *task, const struct rollout *rollout, const struct client_counts *counts)
{
    if (rollout->scored + rollout->spoiled == 0) {
        printf("no score: the calls of all %zu examples failed\n", rollout->lost);
        return;
    }
    printf("%s %.4f over %zu examples", task->metric->name, rollout->score,
        rollout->scored + rollout->spoiled);
    if (rollout->spoiled > 0)
        printf(", %zu of them spoiled by the workflow itself", rollout->spoiled);
    if (rollout->lost > 0)
        printf("; %zu more have no score: their calls failed", rollout->lost);
    printf("; %llu calls\n", (unsigned long long)counts->calls[LLM_EXECUTOR]);
}

static void print_cut(const struct client_counts *counts)
{
    if (counts->cut > 0)
        (void)fprintf(stderr, "  %llu replies ended at max_tokens; what came of them was used\n",
            (unsigned long long)counts->cut);
    if (counts->odd > 0)
        (void)fprintf(stderr, "  %llu replies ended for a reason that is not known\n",
            (unsigned long long)counts->odd);
}

static int evaluate(
    const struct options *options, const struct task *task, enum split split, struct err *err)
{
    const struct workflow *workflow = NULL;
    struct rollout *rollout = NULL;
    struct apply apply;

    if (apply_open(&apply, task, err))
        workflow = workflow_load(options_get(options, "workflow"), &apply.engine.scope, err);
    if (workflow != NULL)
        rollout = apply_pass(
            &apply, workflow, task->splits[split].items, task->splits[split].count, false, err);
    if (rollout != NULL) {
        struct client_counts counts = client_counts(apply.engine.client);

        if (options_has(options, "json"))
            print_json(task, rollout, &counts);
        else
            print_text(task, rollout, &counts);
        print_losses(rollout);
        print_cut(&counts);
        if (rollout->lost > 0)
            err_set(err, ERR_ENDPOINT, "%zu of %zu examples have no score: their calls failed",
                rollout->lost, rollout->count);
    }
    rollout_free(rollout);
    workflow_unref(workflow);
    apply_close(&apply);
    return command_fail(err);
}

static int run_eval(const struct options *options, struct err *err)
{
    enum split split;
    struct task *task;
    int code;

    if (options_get(options, "workflow") == NULL) {
        err_set(err, ERR_INPUT, "eval needs --workflow FILE: the workflow to score");
        return command_fail(err);
    }
    if (!parse_split(options, &split, err))
        return command_fail(err);
    task = task_from_options(options, err);
    code = task != NULL ? evaluate(options, task, split, err) : command_fail(err);
    task_free(task);
    return code;
}

const struct command command_eval = {
    .name = "eval",
    .summary = "score a workflow on a task's validation or test split",
    .usage = "TASK --workflow FILE [OPTIONS]",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run_eval,
};
