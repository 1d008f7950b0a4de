/* Sketch updates: one structural operator a time, argued for by what the batch's workflow gradients
 * agree upon. */
#include <stdlib.h>
#include <string.h>

#include "advisor.h"
#include "advisor_findings.h"
#include "advisor_plan.h"
#include "mem.h"

struct sketch {
    struct plan plan;
    struct votes votes;
    struct piece declined, refused;
    char *steps[FINDING_COUNT]; /* the step that the first gradient with this finding names; NULL */
    char *change;               /* what was done, in words; NULL: nothing yet */
};

static const char *task_sentence(enum instruction id)
{
    return vocabulary_entry(id)->sentence;
}

static void read_gradients(struct piece message, struct sketch *sketch)
{
    struct piece rest = message_value(message, "gradients");
    struct piece id, body;

    while (message_next(&rest, "gradient", &id, &body)) {
        struct findings findings;

        findings_read(body, &findings);
        votes_add(&sketch->votes, &findings);
        for (unsigned i = 0; i < FINDING_COUNT; i++)
            if (findings.on[i] && sketch->steps[i] == NULL && findings.step.len > 0)
                sketch->steps[i] = piece_dup(findings.step);
    }
}

/* A search with this input, read by the reading step and by what verifies its answer. Inserted
 * before them. */
static void insert_search(struct plan *plan, const char *input)
{
    size_t reader = plan_reader(plan);
    const char *id = plan_insert(plan, reader, "search", "tool", "Search for passages.");

    plan_add_input(&plan->items[reader], input);
    plan_add_tool(&plan->items[reader], plan->search_tool);
    plan_add_input(&plan->items[reader + 1], id);
    for (size_t i = reader + 2; i < plan->count; i++)
        if (!plan->items[i].removed && plan_is_task(&plan->items[i], INSTRUCTION_VERIFY))
            plan_add_input(&plan->items[i], id);
}

static bool add_search(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;

    if (plan->search_tool == NULL || plan->question == NULL || plan_searches(plan) > 0)
        return false;
    insert_search(plan, plan->question);
    sketch->change = mem_printf("inserted a search before %s", plan->items[plan_reader(plan)].id);
    return true;
}

/* Index of the first search that is given the question as it is; PLAN_NONE. */
static size_t find_raw_search(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_search(plan, i) && plan->question != NULL &&
            plan_reads(&plan->items[i], plan->question))
            return i;
    return PLAN_NONE;
}

static bool add_query(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    size_t search = find_raw_search(plan);
    const char *id;

    if (search == PLAN_NONE)
        return false;
    id = plan_insert(plan, search, "query", "llm", task_sentence(INSTRUCTION_WRITE_QUERY));
    plan_add_input(&plan->items[search], plan->question);
    plan_replace_input(&plan->items[search + 1], plan->question, id);
    sketch->change =
        mem_printf("inserted the query-writing step %s before %s", id, plan->items[search + 1].id);
    return true;
}

static size_t last_search(const struct plan *plan)
{
    size_t last = PLAN_NONE;

    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_search(plan, i))
            last = i;
    return last;
}

static bool add_second_hop(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    size_t first = last_search(plan);
    size_t reader = plan_reader(plan);
    const char *bridge;

    if (first == PLAN_NONE || first >= reader || plan->question == NULL)
        return false;
    if (plan_searches(plan) > 1)
        return add_query(sketch);
    bridge = plan_insert(plan, reader, "bridge", "llm", task_sentence(INSTRUCTION_QUERY_BRIDGE));
    plan_add_input(&plan->items[reader], plan->question);
    plan_add_input(&plan->items[reader], plan->items[first].id);
    insert_search(plan, bridge);
    sketch->change =
        mem_printf("inserted the step %s and a second search with what it writes", bridge);
    return true;
}

static bool add_input(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    const char *id = sketch->steps[FINDING_READER_BLIND];
    size_t source = id != NULL ? plan_find(plan, id) : PLAN_NONE;
    size_t reader = plan_reader(plan);

    if (source == PLAN_NONE || source >= reader || plan_reads(&plan->items[reader], id))
        return false;
    plan_add_input(&plan->items[reader], id);
    sketch->change = mem_printf("%s reads %s too", plan->items[reader].id, id);
    return true;
}

/* A step after the output that reads what it read, and its answer. */
static bool add_verification(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    size_t answer = plan_output(plan);
    const char *id;

    if (answer == PLAN_NONE || plan_reader(plan) != answer)
        return false;
    id = plan_insert(plan, plan->count, "verify", "llm", task_sentence(INSTRUCTION_VERIFY));
    for (size_t i = 0; i < plan->items[answer].input_count; i++)
        plan_add_input(&plan->items[plan->count - 1], plan->items[answer].inputs[i]);
    plan_add_input(&plan->items[plan->count - 1], plan->items[answer].id);
    sketch->change = mem_printf("added the step %s after %s", id, plan->items[answer].id);
    return true;
}

static bool remove_step(struct sketch *sketch, enum finding finding)
{
    struct plan *plan = &sketch->plan;
    const char *id = sketch->steps[finding];
    size_t at = id != NULL ? plan_find(plan, id) : PLAN_NONE;

    if (at == PLAN_NONE || plan->count < 2)
        return false;
    plan_remove(plan, at);
    sketch->change = mem_printf("removed the step %s", id);
    return plan_output(plan) != PLAN_NONE;
}

/* The step at `later` does what an earlier one does: its readers read that. */
static bool merge_steps(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    const char *id = sketch->steps[FINDING_SAME_STEPS];
    size_t later = id != NULL ? plan_find(plan, id) : PLAN_NONE;

    for (size_t i = 0; later != PLAN_NONE && i < later; i++) {
        const struct plan_step *step = &plan->items[i];

        if (step->input_count != plan->items[later].input_count ||
            strcmp(step->kind, plan->items[later].kind) != 0 ||
            !plan_reads(&plan->items[later], step->inputs[0]))
            continue;
        plan->items[later].removed = true;
        for (size_t k = 0; k < plan->count; k++)
            plan_replace_input(&plan->items[k], id, step->id);
        sketch->change = mem_printf("merged %s into %s", id, step->id);
        return true;
    }
    return false;
}

static bool split_step(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    size_t agent = plan_reader(plan);
    struct plan_step *old;
    size_t reader;
    const char *id;

    if (plan->search_tool == NULL || plan->question == NULL ||
        strcmp(plan->items[agent].kind, "agent") != 0)
        return false;
    id = plan_insert(plan, agent + 1, "answer", "llm", plan->items[agent].description);
    reader = agent + 1;
    old = &plan->items[agent];
    for (size_t i = 0; i < old->input_count; i++)
        plan_add_input(&plan->items[reader], old->inputs[i]);
    for (size_t k = 0; k < plan->count; k++)
        plan_replace_input(&plan->items[k], old->id, id);
    plan->items[reader].replaces = mem_strdup(old->id);
    old->removed = true;
    insert_search(plan, plan->question);
    sketch->change =
        mem_printf("split %s into a search and %s", plan->items[plan_find(plan, id)].replaces, id);
    return true;
}

static bool apply(struct sketch *sketch, enum finding finding)
{
    if (finding == FINDING_NO_SEARCH)
        return add_search(sketch);
    if (finding == FINDING_QUERY_POOR)
        return add_query(sketch);
    if (finding == FINDING_SECOND_HOP)
        return add_second_hop(sketch);
    if (finding == FINDING_READER_BLIND)
        return add_input(sketch);
    if (finding == FINDING_UNVERIFIED)
        return add_verification(sketch);
    if (finding == FINDING_USELESS_STEP)
        return remove_step(sketch, finding);
    if (finding == FINDING_SAME_STEPS)
        return merge_steps(sketch);
    if (finding == FINDING_TWO_JOBS)
        return split_step(sketch);
    return false;
}

/* A step that passes the answer on: one more call, nothing gained. */
static void add_superfluous(struct sketch *sketch)
{
    struct plan *plan = &sketch->plan;
    size_t output = plan_output(plan);
    const char *id;

    if (output == PLAN_NONE || plan->count + 1 >= PLAN_STEPS_MAX)
        return;
    id = plan_insert(plan, plan->count, "restate", "llm", task_sentence(INSTRUCTION_COPY));
    plan_add_input(&plan->items[plan->count - 1], plan->items[output].id);
    sketch->change = mem_printf("added the step %s after %s", id, plan->items[output].id);
}

static bool is_declined(const struct sketch *sketch, const char *change)
{
    return piece_has(sketch->declined, change) || piece_has(sketch->refused, change);
}

/* Tries the carried findings in order; a change that was turned down or refused before is undone
 * and the next is tried. */
static void apply_evidence(struct piece message, struct sketch *sketch)
{
    bool taken[FINDING_COUNT] = { 0 };
    enum finding finding;

    while ((finding = votes_best(&sketch->votes, taken)) != FINDING_COUNT) {
        taken[finding] = true;
        if (apply(sketch, finding) && !is_declined(sketch, sketch->change))
            return;
        free(sketch->change);
        sketch->change = NULL;
        plan_free(&sketch->plan);
        (void)plan_read(message, &sketch->plan);
    }
}

cJSON *advise_sketch(struct advice *advice)
{
    cJSON *reply = cJSON_CreateObject();
    cJSON *changes = cJSON_CreateArray();
    struct sketch sketch = { .declined = message_value(advice->message, "declined"),
        .refused = message_value(advice->message, "refused") };

    if (!plan_read(advice->message, &sketch.plan)) {
        cJSON_AddItemToArray(
            changes, cJSON_CreateString("nothing: the message has no readable <workflow>"));
    } else {
        read_gradients(advice->message, &sketch);
        if (advice->bad)
            add_superfluous(&sketch);
        else
            apply_evidence(advice->message, &sketch);
    }
    if (sketch.change != NULL)
        cJSON_AddItemToArray(changes, cJSON_CreateString(sketch.change));
    cJSON_AddItemToObject(reply, "steps", plan_write(&sketch.plan));
    cJSON_AddItemToObject(reply, "changes_made", changes);
    for (unsigned i = 0; i < FINDING_COUNT; i++)
        free(sketch.steps[i]);
    free(sketch.change);
    plan_free(&sketch.plan);
    return reply;
}
