#include "sketch.h"

#include <string.h>

#include "diff.h"
#include "mem.h"
#include "nearest.h"
#include "workflow_private.h"

/* Lists longer than any check allows are refused before they are copied. */
enum { LIST_MAX = 256 };

static const char stand_in[] = "(not written yet)";

/* Of the strings of `names`, the index of the one in reply[key]; -1 with an error where it is none
 * of them. */
static int read_choice(const cJSON *step, const char *key, const char *const *names, size_t count,
    size_t number, struct err *err)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, key));
    struct str list = STR_INIT;

    for (size_t i = 0; text != NULL && i < count; i++)
        if (strcmp(text, names[i]) == 0)
            return (int)i;
    add_names(&list, names, count, count);
    err_set(err, ERR_INPUT, "step %zu has the %s \"%s\"; it must be one of %s", number, key,
        text != NULL ? show_name(text).text : "", str_text(&list));
    str_free(&list);
    return -1;
}

static bool read_string(
    const cJSON *step, const char *key, size_t number, char **out, struct err *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(step, key);

    if (!cJSON_IsString(value))
        return err_set(err, ERR_INPUT, "step %zu needs \"%s\", a string", number, key);
    *out = mem_strdup(value->valuestring);
    return true;
}

static bool read_list(
    const cJSON *step, const char *key, size_t number, char ***out, size_t *count, struct err *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(step, key);
    const cJSON *item;

    if (!cJSON_IsArray(list))
        return err_set(err, ERR_INPUT, "step %zu needs \"%s\", an array of names (it may be empty)",
            number, key);
    if (cJSON_GetArraySize(list) > LIST_MAX)
        return err_set(err, ERR_INPUT, "step %zu has %d names in \"%s\"; at most %d are allowed",
            number, cJSON_GetArraySize(list), key, LIST_MAX);
    *out = mem_zalloc((size_t)cJSON_GetArraySize(list), sizeof **out);
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            return err_set(err, ERR_INPUT, "step %zu: \"%s\" may hold names only", number, key);
        (*out)[(*count)++] = mem_strdup(item->valuestring);
    }
    return true;
}

static bool read_step(const cJSON *item, size_t number, struct sketch_step *step, struct err *err)
{
    static const char *const statuses[] = { "reuse", "new" };
    static const char *const kinds[] = { "llm", "agent", "tool" };
    int status, kind;

    if (!cJSON_IsObject(item))
        return err_set(err, ERR_INPUT, "step %zu is no object", number);
    status = read_choice(item, "status", statuses, 2, number, err);
    if (status < 0)
        return false;
    kind = read_choice(item, "kind", kinds, 3, number, err);
    if (kind < 0)
        return false;
    step->status = (enum step_status)status;
    step->kind = (enum node_kind)kind;
    return read_string(item, "id", number, &step->id, err) &&
           read_string(item, "description", number, &step->description, err) &&
           read_list(item, "inputs", number, &step->inputs, &step->input_count, err) &&
           read_list(item, "tools", number, &step->tools, &step->tool_count, err) &&
           read_list(item, "replaces", number, &step->replaces, &step->replace_count, err);
}

struct sketch *sketch_parse(const cJSON *reply, struct err *err)
{
    const cJSON *steps = cJSON_GetObjectItemCaseSensitive(reply, "steps");
    struct sketch *sketch;
    const cJSON *item;

    if (!cJSON_IsArray(steps) || steps->child == NULL) {
        err_set(err, ERR_INPUT, "the sketch needs \"steps\", an array with at least one step");
        return NULL;
    }
    if (cJSON_GetArraySize(steps) > WORKFLOW_MAX_NODES) {
        err_set(err, ERR_INPUT, "the sketch has %d steps; at most %d are allowed",
            cJSON_GetArraySize(steps), WORKFLOW_MAX_NODES);
        return NULL;
    }
    sketch = mem_zalloc(1, sizeof *sketch);
    sketch->steps = mem_zalloc((size_t)cJSON_GetArraySize(steps), sizeof *sketch->steps);
    cJSON_ArrayForEach(item, steps)
    {
        struct sketch_step *step =
            &sketch->steps[sketch->count++]; /* counted first: sketch_free sees what it got */

        if (!read_step(item, sketch->count, step, err)) {
            sketch_free(sketch);
            return NULL;
        }
    }
    return sketch;
}

static void free_list(char **items, size_t count)
{
    for (size_t i = 0; items != NULL && i < count; i++)
        free(items[i]);
    free(items);
}

void sketch_free(struct sketch *sketch)
{
    if (sketch == NULL)
        return;
    for (size_t i = 0; i < sketch->count; i++) {
        struct sketch_step *step = &sketch->steps[i];

        free(step->id);
        free(step->description);
        free_list(step->inputs, step->input_count);
        free_list(step->tools, step->tool_count);
        free_list(step->replaces, step->replace_count);
    }
    free(sketch->steps);
    free(sketch);
}

static const struct sketch_step *find_step(const struct sketch *sketch, const char *id)
{
    for (size_t i = 0; i < sketch->count; i++)
        if (strcmp(sketch->steps[i].id, id) == 0)
            return &sketch->steps[i];
    return NULL;
}

/* Names the nearest id of the present workflow, or all of them. */
static bool no_such_node(const struct workflow *current, const struct sketch_step *step,
    const char *verb, const char *id, struct err *err)
{
    const char *ids[WORKFLOW_MAX_NODES];
    struct str hint = STR_INIT;
    const char *near;

    for (size_t i = 0; i < current->count; i++)
        ids[i] = current->nodes[i].id;
    near = nearest_name(id, ids, current->count);
    add_names(&hint, near != NULL ? &near : ids, near != NULL ? 1 : current->count, 12);
    err_set(err, ERR_INPUT,
        "step \"%s\" %s \"%s\", which is no step of the present workflow; %s %s",
        show_name(step->id).text, verb, show_name(id).text,
        near != NULL ? "the nearest is" : "its steps are", str_text(&hint));
    str_free(&hint);
    return false;
}

static bool check_reuse(
    const struct workflow *current, const struct sketch_step *step, struct err *err)
{
    int index = workflow_find(current, step->id);
    enum node_kind kind;

    if (index < 0)
        return no_such_node(current, step, "reuses", step->id, err);
    kind = current->nodes[index].kind;
    if (kind == NODE_TOOL && step->kind != NODE_TOOL)
        return err_set(err, ERR_INPUT,
            "step \"%s\" reuses a tool step, which has no prompt, as kind %s; make it a new step "
            "with another id and "
            "put \"%s\" into its replaces",
            step->id, node_kind_name(step->kind), step->id);
    if (kind != NODE_TOOL && step->kind == NODE_TOOL)
        return err_set(err, ERR_INPUT,
            "step \"%s\" is reused as kind tool, which would lose its prompt; make it a new step "
            "with another id and "
            "put \"%s\" into its replaces",
            step->id, step->id);
    return true;
}

static bool check_new(
    const struct workflow *current, const struct sketch_step *step, struct err *err)
{
    if (workflow_find(current, step->id) >= 0)
        return err_set(err, ERR_INPUT,
            "step \"%s\" is new but has the id of a step of the present workflow; say status "
            "\"reuse\" to keep that "
            "one with its prompt, or give the new step another id and put \"%s\" into its replaces",
            step->id, step->id);
    if (step->description[strspn(step->description, " \t\r\n")] == '\0')
        return err_set(err, ERR_INPUT,
            "the new step \"%s\" has no description; say what it does with its inputs and what it "
            "hands on",
            show_name(step->id).text);
    return true;
}

/* What is replaced must be there and go; a reused step may name itself. */
static bool check_replaces(const struct workflow *current, const struct sketch *sketch,
    const struct sketch_step *step, struct err *err)
{
    for (size_t i = 0; i < step->replace_count; i++) {
        const char *id = step->replaces[i];

        if (workflow_find(current, id) < 0)
            return no_such_node(current, step, "replaces", id, err);
        if (find_step(sketch, id) != NULL && strcmp(id, step->id) != 0)
            return err_set(err, ERR_INPUT,
                "step \"%s\" replaces \"%s\", but \"%s\" is still among the steps; take it out of "
                "the steps or of "
                "replaces",
                show_name(step->id).text, id, id);
    }
    return true;
}

static bool check_steps(
    const struct workflow *current, const struct sketch *sketch, struct err *err)
{
    for (size_t i = 0; i < sketch->count; i++) {
        const struct sketch_step *step = &sketch->steps[i];
        bool good = step->status == STEP_REUSE ? check_reuse(current, step, err)
                                               : check_new(current, step, err);

        if (!good || !check_replaces(current, sketch, step, err))
            return false;
    }
    return true;
}

/* Of a checked step: what is reused is there. */
static struct node_spec step_as_spec(const struct workflow *current, const struct sketch_step *step)
{
    struct node_spec spec = {
        .id = step->id,
        .kind = step->kind,
        .description = step->description,
        .prompt = step->kind == NODE_TOOL ? "" : stand_in,
        .inputs = (const char *const *)step->inputs,
        .input_count = step->input_count,
        .tools = (const char *const *)step->tools,
        .tool_count = step->tool_count,
    };

    if (step->status == STEP_REUSE) {
        const struct node *reused = &current->nodes[workflow_find(current, step->id)];

        spec.prompt = reused->prompt;
        spec.model = reused->model;
        spec.schema = reused->schema;
        if (step->description[strspn(step->description, " \t\r\n")] == '\0')
            spec.description = reused->description;
    }
    return spec;
}

static struct workflow *build_shape(const struct workflow *current, const struct sketch *sketch,
    const struct workflow_scope *scope, struct err *err)
{
    struct node_spec *specs = mem_zalloc(sketch->count, sizeof *specs);
    struct workflow *shape;

    for (size_t i = 0; i < sketch->count; i++)
        specs[i] = step_as_spec(current, &sketch->steps[i]);
    shape = workflow_build(specs, sketch->count, scope, err);
    free(specs);
    return shape;
}

struct sketch_plan *workflow_plan_sketch(const struct workflow *current,
    const struct sketch *sketch, const struct workflow_scope *scope, struct err *err)
{
    struct workflow *shape;
    struct sketch_plan *plan;
    struct diff diff;

    shape = check_steps(current, sketch, err) ? build_shape(current, sketch, scope, err) : NULL;
    if (shape == NULL)
        return NULL;
    plan = mem_zalloc(1, sizeof *plan);
    plan->shape = shape;
    plan->generate = mem_zalloc(shape->count, sizeof *plan->generate);
    for (size_t i = 0; i < shape->count; i++) {
        const struct node *node = &shape->nodes[i];

        if (node->kind != NODE_TOOL && workflow_find(current, node->id) < 0)
            plan->generate[plan->generate_count++] = i;
    }
    diff = workflow_diff(current, shape);
    plan->unchanged = diff.count == 0;
    diff_free(&diff);
    return plan;
}

void sketch_plan_free(struct sketch_plan *plan)
{
    if (plan == NULL)
        return;
    workflow_unref(plan->shape);
    free(plan->generate);
    free(plan);
}

bool sketch_read_executor(const struct sketch_plan *plan, size_t which, const cJSON *reply,
    struct sketch_executor *out, struct err *err)
{
    const struct node *node = &plan->shape->nodes[plan->generate[which]];
    const char *wanted = node->kind == NODE_AGENT ? "ToolExecutor" : "LLMExecutor";
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "type"));
    const char *prompt = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "prompt"));
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "description"));

    if (type == NULL || strcmp(type, wanted) != 0)
        return err_set(err, ERR_INPUT,
            "step \"%s\" is of kind %s, so its executor's type must be %s, not \"%s\"", node->id,
            node_kind_name(node->kind), wanted, type != NULL ? show_name(type).text : "");
    if (!workflow_check_prompt(prompt, err))
        return err_prefix(err, "the executor of step \"%s\"", node->id);
    if (text != NULL && strlen(text) > DESCRIPTION_MAX)
        return err_set(err, ERR_INPUT,
            "the description of step \"%s\" has %zu bytes; at most %d are allowed", node->id,
            strlen(text), DESCRIPTION_MAX);
    *out = (struct sketch_executor){ text, prompt };
    return true;
}

struct workflow *sketch_plan_build(const struct sketch_plan *plan,
    const struct sketch_executor *executors, const struct workflow_scope *scope, struct err *err)
{
    const char **storage;
    struct node_spec *specs = workflow_as_specs(plan->shape, &storage);
    struct workflow *workflow;

    for (size_t i = 0; i < plan->generate_count; i++) {
        struct node_spec *spec = &specs[plan->generate[i]];

        spec->prompt = executors[i].prompt;
        if (executors[i].description != NULL && executors[i].description[0] != '\0')
            spec->description = executors[i].description;
    }
    workflow = workflow_build(specs, plan->shape->count, scope, err);
    free(specs);
    free(storage);
    return workflow;
}
