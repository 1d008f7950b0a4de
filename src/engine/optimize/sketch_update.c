#include "sketch_update.h"

#include <stdio.h>
#include <stdlib.h>

#include "facts.h"
#include "gradient.h"
#include "mem.h"
#include "proposal.h"
#include "question.h"
#include "sketch.h"
#include "values.h"

enum { REPAIRS = 2 };

/* One sketch update on its way. */
struct update {
    const struct optimizer *o;
    const struct workflow *current;
    struct sketch_plan *plan; /* NULL until a sketch was accepted */
    cJSON *changes;
};

/* The executor of one new step. */
struct executor {
    const struct sketch_plan *plan;
    size_t which;
    cJSON *reply; /* `text` borrows from it */
    struct sketch_executor text;
    struct str step;
};

static bool accept_sketch(void *data, const cJSON *reply, struct err *why)
{
    struct update *update = data;
    struct sketch *sketch = sketch_parse(reply, why);

    if (sketch == NULL)
        return false;
    update->plan = workflow_plan_sketch(update->current, sketch, update->o->in->scope, why);
    sketch_free(sketch);
    if (update->plan == NULL)
        return false;
    update->changes = changes_new();
    changes_add(update->changes, NULL, cJSON_GetObjectItemCaseSensitive(reply, "changes_made"));
    return true;
}

static bool accept_executor(void *data, const cJSON *reply, struct err *why)
{
    struct executor *executor = data;
    cJSON *copy = cJSON_Duplicate(reply, true);

    if (!sketch_read_executor(executor->plan, executor->which, copy, &executor->text, why)) {
        cJSON_Delete(copy);
        return false;
    }
    executor->reply = copy;
    return true;
}

/* W ←: leaves update->plan NULL, with a warning, where no valid sketch came. */
static bool ask_sketch(struct optimizer *o, const struct rollout *rollout, struct update *update,
    struct question *question)
{
    struct str fields = STR_INIT, workflow = STR_INIT, gradients = STR_INIT, declined = STR_INIT;
    bool ok;

    values_fields(o->in->scope, &fields);
    workflow_to_sketch(rollout->workflow, &workflow);
    values_workflow_gradients(o, rollout, &gradients);
    values_declined(o, PROPOSAL_SKETCH, &declined);
    *question = (struct question){
        .template = TEMPLATE_OPTIM_WORKFLOW,
        .values = {
            .task = o->in->options->description,
            .tools = o->in->tools_text,
            .fields = str_text(&fields),
            .workflow = str_text(&workflow),
            .gradients = str_text(&gradients),
            .declined = str_text(&declined),
        },
        .label = "sketch update",
        .accept = accept_sketch,
        .data = update,
    };
    ok = questions_ask(o, question, 1, REPAIRS);
    str_free(&fields);
    str_free(&workflow);
    str_free(&gradients);
    str_free(&declined);
    return ok && questions_warn(o, question, 1,
                     "the sketch update came to nothing; the sketch stays as it is");
}

/* ---- executors of the new steps ---- */

static void executors_free(struct executor *executors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cJSON_Delete(executors[i].reply);
        str_free(&executors[i].step);
    }
    free(executors);
}

static struct executor *executors_new(const struct sketch_plan *plan)
{
    struct executor *executors = mem_zalloc(plan->generate_count, sizeof *executors);

    for (size_t i = 0; i < plan->generate_count; i++) {
        const struct node *node = &plan->shape->nodes[plan->generate[i]];

        executors[i].plan = plan;
        executors[i].which = i;
        values_step(node->id, node->description, node->kind, &executors[i].step);
    }
    return executors;
}

/* Asks for all executors at once; one that cannot be had drops the sketch, with a warning. */
static bool ask_executors(struct optimizer *o, const struct rollout *rollout,
    struct executor *executors, struct question *questions)
{
    const struct sketch_plan *plan = executors[0].plan;
    struct str workflow = STR_INIT, samples = STR_INIT;
    bool ok;

    workflow_to_sketch(plan->shape, &workflow);
    values_samples(rollout, &samples);
    for (size_t i = 0; i < plan->generate_count; i++) {
        questions[i] = (struct question){
            .template = TEMPLATE_GENERATE,
            .values = {
                .task = o->in->options->description,
                .tools = o->in->tools_text,
                .workflow = str_text(&workflow),
                .step = str_text(&executors[i].step),
                .samples = str_text(&samples),
            },
            .accept = accept_executor,
            .data = &executors[i],
        };
        (void)snprintf(questions[i].label, sizeof questions[i].label, "executor: %s",
            plan->shape->nodes[plan->generate[i]].id);
    }
    ok = questions_ask(o, questions, plan->generate_count, REPAIRS);
    str_free(&workflow);
    str_free(&samples);
    return ok && questions_warn(o, questions, plan->generate_count,
                     "executors of new steps could not be had; the sketch stays as it is");
}

/* The next workflow in *out; NULL, with a warning, where an executor is missing. */
static bool instantiate(struct optimizer *o, const struct rollout *rollout,
    const struct sketch_plan *plan, struct change *change)
{
    struct executor *executors = executors_new(plan);
    struct question *questions = mem_zalloc(plan->generate_count, sizeof *questions);
    struct sketch_executor *texts = mem_zalloc(plan->generate_count, sizeof *texts);
    bool complete = true;
    bool ok = plan->generate_count == 0 || ask_executors(o, rollout, executors, questions);

    for (size_t i = 0; i < plan->generate_count; i++) {
        complete = complete && questions[i].answered;
        texts[i] = executors[i].text;
        if (questions[i].answered)
            ARRAY_PUSH(&change->messages, questions[i].message);
    }
    if (ok && complete) {
        struct err why = { 0 };

        change->after = sketch_plan_build(plan, texts, o->in->scope, &why);
        if (change->after == NULL)
            ok = facts_warning(o, why.message, NULL);
    }
    executors_free(executors, plan->generate_count);
    free(questions);
    free(texts);
    return ok;
}

/* ---- the whole ---- */

static bool propose(
    struct optimizer *o, const struct rollout *rollout, struct update *update, struct hash message)
{
    struct change change = { .kind = PROPOSAL_SKETCH };

    if (!instantiate(o, rollout, update->plan, &change)) {
        change_free(&change);
        return false;
    }
    ARRAY_PUSH(&change.messages, message);
    change.changes = update->changes;
    update->changes = NULL;
    change.gradients = cJSON_CreateArray();
    gradient_list_workflow(o, rollout, change.gradients);
    return proposal_submit(o, &change, rollout);
}

bool sketch_update(struct optimizer *o, const struct rollout *rollout)
{
    struct update update = { .o = o, .current = rollout->workflow };
    struct question question;
    bool ok;

    if (!gradient_workflow_is_criticised(rollout))
        return true;
    world_phase(o, "batch %u, round %u: sketch update", o->batch, o->round);
    ok = ask_sketch(o, rollout, &update, &question);
    if (ok && update.plan != NULL && !update.plan->unchanged)
        ok = propose(o, rollout, &update, question.message);
    sketch_plan_free(update.plan);
    cJSON_Delete(update.changes);
    return ok;
}
