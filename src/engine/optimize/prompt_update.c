#include "prompt_update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "gradient.h"
#include "mem.h"
#include "proposal.h"
#include "question.h"
#include "values.h"

enum { CORRECTIONS = 1 };

/* A node and the prompt that the meta model gives it. */
struct update {
    const struct node *node;
    size_t index;
    char *prompt;   /* NULL: it stays */
    cJSON *changes; /* what the meta model says it changed; may be NULL */
    struct str step, gradients;
};

/* ---- reading replies ---- */

/* Takes a new prompt, or says why not. */
static bool take_prompt(struct update *update, const cJSON *reply, struct err *why)
{
    const char *prompt =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "updated_prompt"));

    if (!workflow_check_prompt(prompt, why))
        return err_prefix(why, "updated_prompt of step \"%s\"", update->node->id);
    update->prompt = mem_strdup(prompt);
    return true;
}

static bool accept_update(void *data, const cJSON *reply, struct err *why)
{
    struct update *update = data;

    if (!take_prompt(update, reply, why))
        return false;
    update->changes =
        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(reply, "changes_made"), true);
    return true;
}

/* Those of one step. */
struct updates {
    struct update *items;
    size_t count;
    cJSON *changes; /* of a joint reply, which tells them of no single node; may be NULL */
};

static struct update *find_update(const struct updates *updates, const char *id)
{
    for (size_t i = 0; i < updates->count; i++)
        if (strcmp(updates->items[i].node->id, id) == 0)
            return &updates->items[i];
    return NULL;
}

static bool take_joint_item(const struct updates *updates, const cJSON *item, struct err *why)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(item, "id");
    const char *name = cJSON_IsString(id) ? id->valuestring : "";
    struct update *update = find_update(updates, name);

    if (update == NULL)
        return err_set(why, ERR_INPUT,
            "use the ids of the steps given; prompts names \"%s\", which is none of them", name);
    if (update->prompt != NULL)
        return err_set(why, ERR_INPUT,
            "prompts names the step \"%s\" twice: give one new prompt for it", name);
    return take_prompt(update, item, why);
}

static void forget_prompts(const struct updates *updates)
{
    for (size_t i = 0; i < updates->count; i++) {
        free(updates->items[i].prompt);
        updates->items[i].prompt = NULL;
    }
}

/* All of the reply or nothing of it. Steps that it does not name keep their prompts. */
static bool accept_joint(void *data, const cJSON *reply, struct err *why)
{
    struct updates *updates = data;
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(reply, "prompts"))
    {
        if (!take_joint_item(updates, item, why)) {
            forget_prompts(updates);
            return false;
        }
    }
    updates->changes =
        cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(reply, "changes_made"), true);
    return true;
}

/* ---- from prompts to a proposal ---- */

static void put_prompt(const struct optimizer *o, const struct rollout *rollout,
    const struct update *update, struct change *change)
{
    const struct workflow *before = change->after;

    if (update->prompt == NULL || strcmp(update->prompt, update->node->prompt) == 0)
        return;
    change->after = workflow_with_prompt(before, update->index, update->prompt);
    workflow_unref(before);
    changes_add(change->changes, update->node->id, update->changes);
    gradient_list_node(o, rollout, update->index, change->gradients);
}

static struct change make_change(const struct optimizer *o, const struct rollout *rollout,
    const struct update *updates, size_t count)
{
    struct change change = {
        .kind = PROPOSAL_PROMPTS,
        .after = workflow_ref(rollout->workflow),
        .changes = changes_new(),
        .gradients = cJSON_CreateArray(),
    };

    for (size_t i = 0; i < count; i++)
        put_prompt(o, rollout, &updates[i], &change);
    return change;
}

/* Asks, and proposes what came of it. */
static bool ask_and_propose(struct optimizer *o, const struct rollout *rollout,
    struct question *questions, size_t question_count, const struct updates *updates)
{
    struct change change;

    if (!questions_ask(o, questions, question_count, CORRECTIONS) ||
        !questions_warn(o, questions, question_count,
            "prompt updates could not be had; those prompts stay as they are"))
        return false;
    change = make_change(o, rollout, updates->items, updates->count);
    changes_add(change.changes, NULL, updates->changes);
    for (size_t i = 0; i < question_count; i++)
        if (questions[i].answered)
            ARRAY_PUSH(&change.messages, questions[i].message);
    return proposal_submit(o, &change, rollout);
}

/* ---- the two variants ---- */

/* Every criticised node by itself. */
static bool update_modular(
    struct optimizer *o, const struct rollout *rollout, struct updates *updates)
{
    struct question *questions = mem_zalloc(updates->count, sizeof *questions);
    struct str declined = STR_INIT;
    bool ok;

    values_declined(o, PROPOSAL_PROMPTS, &declined);
    for (size_t i = 0; i < updates->count; i++) {
        struct update *update = &updates->items[i];
        struct question *question = &questions[i];

        values_step(update->node->id, update->node->description, update->node->kind, &update->step);
        values_node_gradients(o, rollout, update->index, &update->gradients);
        question->template = TEMPLATE_OPTIM_CALL;
        question->values = (struct template_values){
            .task = o->in->options->description,
            .step = str_text(&update->step),
            .prompt = update->node->prompt,
            .gradients = str_text(&update->gradients),
            .declined = str_text(&declined),
        };
        question->accept = accept_update;
        question->data = update;
        (void)snprintf(
            question->label, sizeof question->label, "prompt update: %s", update->node->id);
    }
    ok = ask_and_propose(o, rollout, questions, updates->count, updates);
    str_free(&declined);
    free(questions);
    return ok;
}

/* All prompts in one question. */
static bool update_joint(
    struct optimizer *o, const struct rollout *rollout, struct updates *updates)
{
    struct question question = {
        .template = TEMPLATE_OPTIM_JOINT, .accept = accept_joint, .data = updates
    };
    struct str prompts = STR_INIT, declined = STR_INIT;
    bool ok;

    values_prompts(o, rollout, &prompts);
    values_declined(o, PROPOSAL_PROMPTS, &declined);
    question.values = (struct template_values){
        .task = o->in->options->description,
        .prompts = str_text(&prompts),
        .declined = str_text(&declined),
    };
    (void)snprintf(question.label, sizeof question.label, "joint prompt update");
    ok = ask_and_propose(o, rollout, &question, 1, updates);
    str_free(&prompts);
    str_free(&declined);
    return ok;
}

/* The nodes to ask about: with a prompt and (modular) a gradient that wants a change. A question
 * about a node that nobody criticised would be a call wasted. */
static struct updates choose(const struct optimizer *o, const struct rollout *rollout)
{
    const struct workflow *workflow = rollout->workflow;
    struct updates updates = { .items = mem_zalloc(workflow->count, sizeof *updates.items) };
    bool any = false;

    for (size_t i = 0; i < workflow->count; i++) {
        bool criticised =
            workflow->nodes[i].kind != NODE_TOOL && gradient_node_is_criticised(rollout, i);

        any |= criticised;
        if (criticised || (o->in->options->joint && workflow->nodes[i].kind != NODE_TOOL))
            updates.items[updates.count++] =
                (struct update){ .node = &workflow->nodes[i], .index = i };
    }
    if (!any)
        updates.count = 0;
    return updates;
}

static void updates_free(struct updates *updates)
{
    for (size_t i = 0; i < updates->count; i++) {
        struct update *update = &updates->items[i];

        free(update->prompt);
        cJSON_Delete(update->changes);
        str_free(&update->step);
        str_free(&update->gradients);
    }
    cJSON_Delete(updates->changes);
    free(updates->items);
}

bool prompt_update(struct optimizer *o, const struct rollout *rollout)
{
    struct updates updates = choose(o, rollout);
    bool ok = true;

    if (updates.count > 0) {
        world_phase(o, "batch %u, round %u, step %u: prompt update", o->batch, o->round, o->step);
        ok = o->in->options->joint ? update_joint(o, rollout, &updates)
                                   : update_modular(o, rollout, &updates);
    }
    updates_free(&updates);
    return ok;
}
