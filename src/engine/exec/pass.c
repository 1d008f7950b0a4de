#include "pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "pass_state.h"

static void node_ready(void *data, size_t node);

void op_begin(struct pass_state *state, struct op *op, void (*cancel)(struct op *op))
{
    *op = (struct op){ .next = state->ops, .state = state, .cancel = cancel };
    if (state->ops != NULL)
        state->ops->previous = op;
    state->ops = op;
    state->under_way++;
}

void op_end(struct op *op)
{
    struct pass_state *state = op->state;

    if (op->previous != NULL)
        op->previous->next = op->next;
    else
        state->ops = op->next;
    if (op->next != NULL)
        op->next->previous = op->previous;
    state->under_way--;
}

/* Cancels complete posted, so the list stays as it is meanwhile. */
void pass_cut(struct pass_state *state, const struct err *why)
{
    if (state->cut)
        return;
    state->cut = true;
    state->pass->error = *why;
    for (struct op *op = state->ops; op != NULL; op = op->next)
        if (op->cancel != NULL)
            op->cancel(op);
}

static void keep_or_drop(struct text **from, struct text **to)
{
    if (to != NULL)
        *to = *from;
    else
        text_unref(*from);
    *from = NULL;
}

/* Moves what the slot has come to into the result (NULL, or without texts: drops it) and frees the
 * slot. */
static void texts_add(struct texts *texts, struct text *text)
{
    ARRAY_PUSH(texts, text_ref(text)); // NOLINT(bugprone-sizeof-expression): pointers
}

static void texts_free(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        text_unref(texts->items[i]);
    free(texts->items);
}

static void slot_free(struct slot *slot, struct example_result *result)
{
    bool keep = result != NULL && result->nodes != NULL;
    bool keep_words = keep || (result != NULL && result->state != EXAMPLE_SCORED);

    for (size_t i = 0; i < slot->state->workflow->count; i++) {
        struct node_state *from = &slot->nodes[i];
        struct node_result *to = keep ? &result->nodes[i] : NULL;

        if (keep)
            to->gradient_failed = from->gradient_error != NULL;
        keep_or_drop(&from->output, keep ? &to->output : NULL);
        keep_or_drop(&from->gradient, keep ? &to->gradient : NULL);
        keep_or_drop(&from->gradient_error, keep ? &to->gradient_error : NULL);
        text_unref(from->why);
    }
    keep_or_drop(&slot->words, keep_words ? &result->words : NULL);
    keep_or_drop(&slot->input, keep ? &result->input : NULL);
    keep_or_drop(&slot->workflow_gradient, keep ? &result->workflow_gradient : NULL);
    keep_or_drop(&slot->workflow_gradient_error, keep ? &result->workflow_gradient_error : NULL);
    texts_free(&slot->found);
    texts_free(&slot->asked);
    walk_close(&slot->walk);
    free(slot->nodes);
    free(slot);
}

static struct text *example_input(const struct task *task, const struct example *example)
{
    struct str out = STR_INIT;
    struct text *text;

    pass_sections((const char *const *)task->inputs, (const struct text *const *)example->inputs,
        task->input_count, &out);
    text = text_new(str_text(&out), out.len);
    str_free(&out);
    return text;
}

static void slot_begin(struct pass_state *state, size_t index)
{
    const struct task *task = state->context->task;
    struct slot *slot = mem_zalloc(1, sizeof *slot);

    slot->state = state;
    slot->index = index;
    slot->example = &task->examples[state->examples[index]];
    slot->nodes = mem_zalloc(state->workflow->count, sizeof *slot->nodes);
    for (size_t i = 0; i < state->workflow->count; i++)
        slot->nodes[i].readers = (unsigned)state->workflow->nodes[i].successor_count;
    slot->root = state->workflow->output;
    slot->input = example_input(task, slot->example);
    trace_text(slot, -1, TRACE_INPUT, slot->input, 0);
    trace_text(slot, -1, TRACE_TARGET, slot->example->target, 0);
    state->slots[index] = slot;
    state->active++;
    walk_open(&slot->walk, state->workflow, false, NULL);
    walk_start(&slot->walk, node_ready, slot);
}

static void begin_more(struct pass_state *state)
{
    while (!state->cut && state->active < PASS_AT_ONCE && state->next < state->result->count)
        slot_begin(state, state->next++);
}

/* An evaluation drops a text as soon as nobody will read it. */
static void release_inputs(struct slot *slot, size_t node)
{
    const struct node *at = &slot->state->workflow->nodes[node];
    const struct rollout_request *request = &slot->state->pass->request;

    for (size_t i = 0; i < at->input_count; i++) {
        struct node_state *from = at->inputs[i].node >= 0 ? &slot->nodes[at->inputs[i].node] : NULL;

        if (from == NULL || from->readers == 0 || --from->readers > 0)
            continue;
        if (request->keep_texts || request->backward != BACKWARD_NONE)
            continue;
        text_unref(from->output);
        from->output = NULL;
    }
}

static void node_ready(void *data, size_t node)
{
    struct slot *slot = data;
    struct node_counts *counts = &slot->state->pass->nodes[node];

    counts->waiting--;
    counts->running++;
    node_start(slot, node);
    release_inputs(slot, node);
}

static void put_words(struct slot *slot, double score, struct text *take_words)
{
    slot->score = score;
    slot->words = take_words;
    trace_text(slot, -1, TRACE_WORDS, take_words, score);
}

static const struct node_state *first_with(const struct slot *slot, enum node_end end, size_t *node)
{
    for (size_t i = 0; i < slot->state->workflow->count; i++)
        if (slot->nodes[i].end == end) {
            *node = i;
            return &slot->nodes[i];
        }
    return NULL;
}

static struct text *name_node(const struct slot *slot, size_t node, const struct text *why)
{
    char *line = mem_printf("step %s: %s", slot->state->workflow->nodes[node].id, why->data);
    struct text *text = text_from(line);

    free(line);
    return text;
}

static void count_unrun(struct slot *slot)
{
    const struct walk *walk = &slot->walk;

    for (size_t i = 0; i < slot->state->workflow->count; i++)
        if (walk->blocked[i] > 0) {
            slot->state->pass->nodes[i].waiting--;
            slot->state->pass->nodes[i].skipped++;
        }
}

/* All nodes of the example that could run have run. */
static void forward_ended(struct slot *slot)
{
    struct example_result *result = &slot->state->result->examples[slot->index];
    const struct task *task = slot->state->context->task;
    const struct node_state *bad;
    size_t node = 0;

    count_unrun(slot);
    if ((bad = first_with(slot, NODE_LOST, &node)) != NULL) {
        result->state = EXAMPLE_LOST;
        put_words(slot, -INFINITY, name_node(slot, node, bad->why));
        slot_done(slot);
    } else if ((bad = first_with(slot, NODE_SPOILED, &node)) != NULL) {
        result->state = EXAMPLE_SPOILED;
        slot->root = node;
        put_words(slot, 0, name_node(slot, node, bad->why));
        backward_start(slot);
    } else if (task->metric == NULL || slot->example->target == NULL) {
        slot_done(slot);
    } else {
        loss_start(slot);
    }
}

void slot_node_done(struct slot *slot, size_t node, struct text *take_output)
{
    struct pass_state *state = slot->state;

    state->pass->nodes[node].running--;
    state->pass->nodes[node].done++;
    slot->nodes[node].output = take_output;
    if (state->cut)
        return;
    trace_text(slot, (int)node, TRACE_OUTPUT, take_output, 0);
    walk_done(&slot->walk, node, node_ready, slot);
    if (slot->walk.running == 0)
        forward_ended(slot);
}

void slot_node_failed(
    struct slot *slot, size_t node, struct text *take_output, const struct err *error)
{
    struct pass_state *state = slot->state;
    struct node_state *at = &slot->nodes[node];

    state->pass->nodes[node].running--;
    state->pass->nodes[node].failed++;
    at->output = take_output;
    at->why = text_from(error->message);
    at->end = error->code == ERR_INPUT ? NODE_SPOILED : NODE_LOST;
    if (error->code != ERR_INPUT && error->code != ERR_ENDPOINT)
        pass_cut(state, error);
    if (state->cut)
        return;
    trace_text(slot, (int)node, TRACE_OUTPUT, take_output, 0);
    walk_fail(&slot->walk, node);
    if (slot->walk.running == 0)
        forward_ended(slot);
}

void slot_scored(struct slot *slot, double score, struct text *take_words)
{
    if (slot->state->cut) {
        text_unref(take_words);
        return;
    }
    put_words(slot, score, take_words);
    backward_start(slot);
}

void slot_not_scored(struct slot *slot, const struct err *error)
{
    struct pass_state *state = slot->state;

    if (error->code != ERR_ENDPOINT)
        pass_cut(state, error);
    if (state->cut)
        return;
    state->result->examples[slot->index].state = EXAMPLE_LOST;
    put_words(slot, 0, text_from(error->message));
    slot_done(slot);
}

void slot_tool_answered(struct slot *slot, struct text *asked, struct text *found)
{
    const struct task *task = slot->state->context->task;

    if (task->metric == NULL || !task->metric->reads_found)
        return;
    texts_add(&slot->asked, asked);
    texts_add(&slot->found, found);
}

void slot_done(struct slot *slot)
{
    struct pass_state *state = slot->state;
    struct example_result *result = &state->result->examples[slot->index];

    result->score = result->state == EXAMPLE_SCORED ? slot->score : 0;
    state->slots[slot->index] = NULL;
    slot_free(slot, result);
    state->active--;
    state->pass->examples_done++;
    begin_more(state);
}

static void free_state(struct pass_state *state)
{
    for (size_t i = 0; i < state->next; i++)
        if (state->slots[i] != NULL)
            slot_free(state->slots[i], NULL);
    plans_free(state->plans, state->workflow);
    workflow_unref(state->workflow);
    free(state->slots);
    free(state->examples);
    free(state->label);
    free(state);
}

static void count_ends(const struct pass *pass, struct rollout *result)
{
    for (size_t i = 0; i < result->workflow->count; i++)
        result->ends[i] = (struct node_ends){ pass->nodes[i].done, pass->nodes[i].failed };
}

static void finish(struct pass_state *state)
{
    struct pass *pass = state->pass;

    if (state->cut) {
        rollout_free(state->result);
    } else {
        rollout_summarise(state->result);
        count_ends(pass, state->result);
        state->result->pass = pass->ordinal;
        pass->result = state->result;
    }
    free_state(state);
    free(pass->nodes);
    pass->nodes = NULL;
    pass->private_state = NULL;
    pass->request.workflow = NULL;
    pass->request.examples = NULL;
    pass->request.label = NULL;
    pass->on_done(pass);
}

void pass_settle(struct pass_state *state)
{
    if (state->under_way == 0 && (state->cut || state->pass->examples_done == state->result->count))
        finish(state);
}

static void on_empty(struct post *post)
{
    finish((struct pass_state *)((char *)post - offsetof(struct pass_state, post)));
}

static void copy_request(struct pass_state *state, struct rollout_request *request)
{
    state->workflow = workflow_ref(request->workflow);
    state->examples = mem_zalloc(request->count, sizeof *state->examples);
    for (size_t i = 0; i < request->count; i++)
        state->examples[i] = request->examples[i];
    state->label = mem_strdup(request->label);
    request->workflow = state->workflow;
    request->examples = state->examples;
    request->label = state->label;
}

void pass_start(struct pass *pass)
{
    struct pass_state *state = mem_zalloc(1, sizeof *state);
    size_t count = pass->request.count;

    state->pass = pass;
    state->context = pass->context;
    state->post.run = on_empty;
    copy_request(state, &pass->request);
    state->plans = plans_new(pass->context, &pass->request);
    state->result = rollout_new(state->workflow, state->examples, count, pass->request.keep_texts);
    state->slots = mem_zalloc(count, sizeof(struct slot *));
    pass->nodes = mem_zalloc(state->workflow->count, sizeof *pass->nodes);
    for (size_t i = 0; i < state->workflow->count; i++)
        pass->nodes[i].waiting = (unsigned)count;
    pass->result = NULL;
    pass->error = (struct err){ 0 };
    pass->examples_done = 0;
    pass->private_state = state;
    begin_more(state);
    if (count == 0)
        client_post(pass->context->client, &state->post);
}

void pass_cancel(struct pass *pass)
{
    struct err why = { 0 };

    if (pass->private_state == NULL)
        return;
    err_set(&why, ERR_CANCELLED, "the pass was cancelled");
    pass_cut(pass->private_state, &why);
}
