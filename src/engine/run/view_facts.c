/* The fold of the facts, but for workflows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"
#include "view_fold.h"

int view_example_of(struct run_view *view, const char *id)
{
    bool fresh;
    size_t at;

    if (id == NULL)
        id = "";
    at = hash_map_put(&view->index->examples, hash_text(id), view->examples.count, &fresh);
    if (fresh) {
        struct view_example example = { view_index_keep(view->index, id) };

        ARRAY_PUSH(&view->examples, example);
        ARRAY_PUSH(&view->index->gradients, UINT32_MAX);
    }
    return (int)at;
}

/* ---- the start ---- */

static void read_sizes(struct run_view *view, const cJSON *event)
{
    const cJSON *sizes = view_member(event, "sizes");
    const cJSON *optimizer = view_member(event, "optimizer");
    unsigned batch = view_count(optimizer, "batch");

    view->train = view_count(sizes, "train");
    view->validation_size = view_count(sizes, "validation");
    view->test_size = view_count(sizes, "test");
    view->epochs = view_count(optimizer, "epochs");
    view->rounds = view_count(optimizer, "rounds");
    view->inner_steps = view_count(optimizer, "inner_steps");
    view->outer = cJSON_IsTrue(view_member(optimizer, "outer"));
    if (batch > 0)
        view->batches = view->epochs * ((view->train + batch - 1) / batch);
}

void view_on_run_started(struct run_view *view, const cJSON *event)
{
    const cJSON *models = view_member(event, "models");

    view_copy(view->run, sizeof view->run, event, "run");
    view_copy(view->task, sizeof view->task, event, "task");
    view_copy(view->metric, sizeof view->metric, event, "metric");
    view_copy(view->model, sizeof view->model, view_member(models, "executor"), "model");
    view_copy(view->meta_model, sizeof view->meta_model, view_member(models, "meta"), "model");
    read_sizes(view, event);
    view_log(view, TONE_INFO, ABOUT_NOTHING, "run %s begins: %u examples to learn from, %u batches",
        view->run, view->train, view->batches);
}

void view_on_batch_started(struct run_view *view, const cJSON *event)
{
    view->epoch = view_count(event, "epoch");
    view->batch = view_count(event, "batch");
    view->round = view->step = 0;
    view_log(view, TONE_INFO, ABOUT_NOTHING, "batch %u of %u begins", view->batch, view->batches);
}

/* ---- passes ---- */

static void add_scores(struct run_view *view, struct view_rollout *rollout, const cJSON *rows)
{
    const cJSON *row;

    rollout->first_score = (uint32_t)view->scores.count;
    if (!cJSON_IsArray(rows))
        return;
    cJSON_ArrayForEach(row, rows)
    {
        const cJSON *id = row->child;
        struct view_score score = { .score = view_score(id != NULL ? id->next : NULL) };

        if (id == NULL || !cJSON_IsString(id))
            continue;
        score.example = view_example_of(view, id->valuestring);
        ARRAY_PUSH(&view->scores, score);
        view->index->gradients.items[score.example] = UINT32_MAX;
        rollout->score_count++;
    }
}

void view_drop_under_way(struct run_view *view)
{
    if (view->rollouts.count > 0 && view->rollouts.items[view->rollouts.count - 1].under_way)
        view->rollouts.count--;
}

void view_add_pass(struct run_view *view, const struct view_rollout *pass)
{
    view_drop_under_way(view);
    ARRAY_PUSH(&view->rollouts, *pass);
}

static struct view_rollout pass_of(const struct run_view *view, const cJSON *event)
{
    return (struct view_rollout){
        .t = view->t,
        .epoch = view->epoch,
        .batch = view_count(event, "batch"),
        .workflow = view_workflow_of(view, event, "workflow"),
        .pass = view_count(event, "pass"),
        .score = view_score(view_member(event, "score")),
        .lost = view_count(event, "failed"),
        .spoiled = view_count(event, "spoiled"),
    };
}

struct view_node_calls *view_calls_of(struct run_view *view, const char *id)
{
    for (size_t i = 0; i < view->node_calls.count; i++)
        if (view->node_calls.items[i].id == id)
            return &view->node_calls.items[i];
    ARRAY_PUSH(&view->node_calls, (struct view_node_calls){ .id = id });
    return &view->node_calls.items[view->node_calls.count - 1];
}

/* What the facts tell of the nodes where progress tells nothing: an example with a score came
 * through all of them. */
static void count_examples(struct run_view *view, const struct view_rollout *pass, unsigned count)
{
    const struct view_workflow *workflow;
    unsigned left_out = pass->lost + pass->spoiled;

    if (view->has_node_calls || pass->workflow == VIEW_NONE || pass->again || count <= left_out)
        return;
    workflow = &view->workflows.items[pass->workflow];
    for (size_t i = 0; i < workflow->count; i++)
        view_calls_of(view, workflow->nodes[i].id)->done += count - left_out;
}

static void count_losses(struct run_view *view, const struct view_rollout *pass)
{
    view->lost += pass->lost;
    view->spoiled += pass->spoiled;
}

void view_on_rollout(struct run_view *view, const cJSON *event)
{
    const char *kind = view_string(event, "kind");
    struct view_rollout rollout = pass_of(view, event);

    rollout.round = view->round = view_count(event, "round");
    rollout.step = view->step = view_count(event, "step");
    rollout.outer = view->outer_step = kind != NULL && strcmp(kind, "outer") == 0;
    view->batch_score = rollout.score;
    count_losses(view, &rollout);
    add_scores(view, &rollout, view_member(event, "examples"));
    count_examples(view, &rollout, rollout.score_count);
    view_add_pass(view, &rollout);
}

/* The one that was stated last. */
static int last_rollout(const struct run_view *view)
{
    int last = (int)view->rollouts.count - 1;

    return last >= 0 && view->rollouts.items[last].under_way ? last - 1 : last;
}

void view_on_baseline(struct run_view *view, const cJSON *event)
{
    struct view_rollout pass = pass_of(view, event);
    char score[8];

    pass.validation = true;
    pass.best = true;
    count_losses(view, &pass);
    count_examples(view, &pass, view->validation_size);
    view->start_validation = view->last_validation = view->best_validation = pass.score;
    view->best = pass.workflow;
    view_copy(view->best_workflow, sizeof view->best_workflow, event, "workflow");
    view_add_pass(view, &pass);
    view_log(view, TONE_INFO, (struct view_about){ last_rollout(view), VIEW_NONE, pass.workflow },
        "the start scores %s on the validation split", run_view_score(pass.score, score));
}

void view_on_validation(struct run_view *view, const cJSON *event)
{
    struct view_rollout pass = pass_of(view, event);
    bool is_best;
    char score[8];

    pass.validation = true;
    pass.best = cJSON_IsTrue(view_member(event, "best"));
    pass.again = cJSON_IsTrue(view_member(event, "again"));
    is_best = pass.best;
    pass.best =
        pass.best && !(pass.score <= view->best_validation); /* the first one of its score */
    view->last_validation = pass.score;
    count_losses(view, &pass);
    count_examples(view, &pass, view->validation_size);
    if (is_best) {
        view->best_validation = pass.score;
        view->best = pass.workflow;
        view_copy(view->best_workflow, sizeof view->best_workflow, event, "workflow");
    }
    view_add_pass(view, &pass);
    view_log(view, pass.best ? TONE_GOOD : TONE_INFO,
        (struct view_about){ last_rollout(view), VIEW_NONE, pass.workflow },
        "batch %u: validation %s%s", pass.batch, run_view_score(pass.score, score),
        pass.best    ? ", the best so far"
        : pass.again ? ", the workflow is known"
                     : "");
}

static void add_test(struct run_view *view, const cJSON *event, bool best, const cJSON *rows)
{
    const cJSON *passes = view_member(event, "passes");
    const cJSON *failed = view_member(event, "failed");
    const cJSON *pass = cJSON_GetArrayItem(passes, best);
    struct view_rollout test = {
        .t = view->t,
        .epoch = view->epoch,
        .test = true,
        .best = best,
        .workflow = best ? view_workflow_of(view, event, "workflow") : 0,
        .score = best ? view->test : view->start_test,
    };

    if (view->workflows.count == 0)
        test.workflow = VIEW_NONE;
    if (cJSON_IsNumber(pass) && pass->valuedouble >= 0)
        test.pass = (unsigned)pass->valuedouble;
    if (cJSON_IsNumber(cJSON_GetArrayItem(failed, best)))
        test.lost = (unsigned)cJSON_GetArrayItem(failed, best)->valuedouble;
    test.first_score = (uint32_t)view->scores.count;
    if (cJSON_IsArray(rows)) {
        const cJSON *row;

        cJSON_ArrayForEach(row, rows)
        {
            struct view_score score = { .score = view_score(cJSON_GetArrayItem(row, best + 1)) };

            score.example = view_example_of(view, cJSON_GetStringValue(row->child));
            ARRAY_PUSH(&view->scores, score);
            test.score_count++;
        }
    }
    view_add_pass(view, &test);
}

/* Start and best are tested once where they are the same. */
static void count_test_losses(struct run_view *view)
{
    const struct view_rollout *best = &view->rollouts.items[view->rollouts.count - 1];
    const struct view_rollout *start = best - 1;

    view->lost += start->lost + (best->pass != start->pass ? best->lost : 0);
}

void view_on_test(struct run_view *view, const cJSON *event)
{
    const cJSON *rows = view_member(event, "examples");
    char start[8], best[8];

    view->start_test = view_score(view_member(event, "start"));
    view->test = view_score(view_member(event, "best"));
    if (cJSON_GetArraySize(rows) == 0) {
        view_log(view, TONE_WARNING, ABOUT_NOTHING, "no test: %s",
            view_string(event, "reason") != NULL ? view_string(event, "reason") : "no reason told");
        return;
    }
    add_test(view, event, false, rows);
    add_test(view, event, true, rows);
    count_test_losses(view);
    view_log(view, view->test > view->start_test ? TONE_GOOD : TONE_INFO,
        (struct view_about){ last_rollout(view), VIEW_NONE, view->best },
        "test: the start scores %s, the best workflow %s", run_view_score(view->start_test, start),
        run_view_score(view->test, best));
}

/* ---- gradients ---- */

int view_gradient_of(const struct run_view *view, int example, struct hash text)
{
    const struct view_gradient *items = view->gradient_list.items;
    uint32_t at = view->index->gradients.items[example];

    for (; at < view->gradient_list.count && items[at].example == example; at++)
        if (hash_equal(items[at].text, text))
            return (int)at;
    return VIEW_NONE;
}

/* Gradients come from the last node to the first, so the next one is looked for before this one. */
static int node_of(const struct run_view *view, const char *id)
{
    const struct view_rollout *rollout;
    const struct view_workflow *workflow;

    if (id == NULL || last_rollout(view) < 0)
        return VIEW_NONE;
    rollout = &view->rollouts.items[last_rollout(view)];
    if (rollout->workflow < 0)
        return VIEW_NONE;
    workflow = &view->workflows.items[rollout->workflow];
    for (size_t i = workflow->count; i-- > 0;)
        if (strcmp(workflow->nodes[i].id, id) == 0)
            return (int)i;
    return VIEW_NONE;
}

static void add_froms(struct run_view *view, struct view_gradient *gradient, const cJSON *from)
{
    const cJSON *item;

    gradient->first_from = (uint32_t)view->froms.count;
    if (!cJSON_IsArray(from))
        return;
    cJSON_ArrayForEach(item, from)
    {
        struct hash text;
        int at = VIEW_NONE;

        if (cJSON_IsString(item) && hash_from_hex(item->valuestring, &text))
            at = view_gradient_of(view, gradient->example, text);
        if (at == VIEW_NONE)
            continue;
        ARRAY_PUSH(&view->froms, (uint32_t)at);
        gradient->from_count++;
    }
}

static void add_gradient(struct run_view *view, const cJSON *event, int node)
{
    const char *id = view_string(event, "id");
    struct view_gradient gradient = { .rollout = last_rollout(view), .node = node };
    uint32_t *first;

    view->gradients++;
    if (id == NULL || !hash_from_hex(id, &gradient.text) || gradient.rollout < 0)
        return;
    gradient.example = view_example_of(view, view_string(event, "example"));
    add_froms(view, &gradient, view_member(event, "from"));
    first = &view->index->gradients.items[gradient.example];
    if (*first == UINT32_MAX)
        *first = (uint32_t)view->gradient_list.count;
    ARRAY_PUSH(&view->gradient_list, gradient);
}

void view_on_gradient(struct run_view *view, const cJSON *event)
{
    add_gradient(view, event, node_of(view, view_string(event, "node")));
}

void view_on_workflow_gradient(struct run_view *view, const cJSON *event)
{
    add_gradient(view, event, VIEW_NONE);
}

/* ---- the rest ---- */

void view_on_warning(struct run_view *view, const cJSON *event)
{
    view->warnings++;
    view_copy(view->last_warning, sizeof view->last_warning, event, "message");
    view_log(view, TONE_WARNING, ABOUT_NOTHING, "%s", view->last_warning);
}

void view_on_run_finished(struct run_view *view, const cJSON *event)
{
    char best[8];

    view->finished = true;
    cJSON_Delete(view->pending);
    view->pending = NULL;
    view->start_validation = view_number(event, "start_validation", view->start_validation);
    view->best_validation = view_number(event, "validation", view->best_validation);
    view->start_test = view_number(event, "start_test", NAN);
    view->test = view_number(event, "test", NAN);
    view_copy(view->why, sizeof view->why, event, "reason");
    view_copy(view->workflow_path, sizeof view->workflow_path, event, "workflow");
    view_copy(view->best_workflow, sizeof view->best_workflow, event, "workflow_id");
    view_read_costs(view, event);
    view_log(view, TONE_GOOD, (struct view_about){ VIEW_NONE, VIEW_NONE, view->best },
        "the run has ended (%s): best validation %s", view->why,
        run_view_score(view->best_validation, best));
}
