#include "advisor_plan.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"
#include "vocabulary.h"

static void free_step(struct plan_step *step)
{
    for (size_t i = 0; i < step->input_count; i++)
        free(step->inputs[i]);
    for (size_t i = 0; i < step->tool_count; i++)
        free(step->tools[i]);
    free(step->id);
    free(step->kind);
    free(step->description);
    free(step->replaces);
}

void plan_free(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        free_step(&plan->items[i]);
    for (size_t i = 0; i < plan->field_count; i++)
        free(plan->fields[i]);
    free(plan->items);
    free(plan->fields);
    free(plan->question);
    free(plan->search_tool);
    *plan = (struct plan){ 0 };
}

static const char *member(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

    return text != NULL ? text : "";
}

static size_t read_names(const cJSON *array, char *names[PLAN_NAMES_MAX])
{
    const cJSON *item;
    size_t count = 0;

    cJSON_ArrayForEach(item, array)
    {
        if (cJSON_IsString(item) && count < PLAN_NAMES_MAX)
            names[count++] = mem_strdup(item->valuestring);
    }
    return count;
}

static bool read_steps(struct piece workflow, struct plan *plan)
{
    cJSON *root = workflow.at != NULL ? cJSON_ParseWithLength(workflow.at, workflow.len) : NULL;
    const cJSON *list =
        cJSON_IsObject(root) ? cJSON_GetObjectItemCaseSensitive(root, "nodes") : root;
    const cJSON *item;

    if (!cJSON_IsArray(list))
        list = NULL;
    cJSON_ArrayForEach(item, list)
    {
        struct plan_step step = { 0 };

        if (!cJSON_IsObject(item) || member(item, "id")[0] == '\0' || plan->count >= PLAN_STEPS_MAX)
            continue;
        step.id = mem_strdup(member(item, "id"));
        step.kind = mem_strdup(member(item, "kind")[0] != '\0' ? member(item, "kind") : "llm");
        step.description = mem_strdup(member(item, "description"));
        step.input_count =
            read_names(cJSON_GetObjectItemCaseSensitive(item, "inputs"), step.inputs);
        step.tool_count = read_names(cJSON_GetObjectItemCaseSensitive(item, "tools"), step.tools);
        ARRAY_PUSH(plan, step);
    }
    cJSON_Delete(root);
    return plan->count > 0;
}

static struct piece cut(struct piece *rest, const char *separators)
{
    size_t len = 0;
    struct piece part;

    while (len < rest->len && strchr(separators, rest->at[len]) == NULL)
        len++;
    part = (struct piece){ rest->at, len };
    len += len < rest->len;
    rest->at += len;
    rest->len -= len;
    return piece_trim(part);
}

/* The names of the task's fields: from <fields>, else the inputs that are no steps. */
static void read_fields(struct piece message, struct plan *plan)
{
    struct piece rest = message_value(message, "fields");
    struct {
        char **items;
        size_t count, cap;
    } fields = { 0 };

    while (rest.len > 0) {
        struct piece name = cut(&rest, ",\n");

        if (name.len > 0 && fields.count < PLAN_NAMES_MAX)
            ARRAY_PUSH(&fields, piece_dup(name));
    }
    for (size_t i = 0; i < plan->count && fields.count == 0; i++)
        for (size_t k = 0; k < plan->items[i].input_count; k++)
            if (plan_find(plan, plan->items[i].inputs[k]) == PLAN_NONE)
                ARRAY_PUSH(&fields, mem_strdup(plan->items[i].inputs[k]));
    plan->fields = fields.items;
    plan->field_count = fields.count;
    for (size_t i = 0; i < fields.count && plan->question == NULL; i++)
        if (piece_is(piece_of(fields.items[i]), "question"))
            plan->question = mem_strdup(fields.items[i]);
    if (plan->question == NULL && fields.count > 0)
        plan->question = mem_strdup(fields.items[0]);
}

static bool speaks_of_search(struct piece line)
{
    static const char *const words[] = { "search", "Search", "retriev", "Retriev", "look up",
        "Look up", "passages" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (piece_has(line, words[i]))
            return true;
    return false;
}

/* The first tool whose name or summary speaks of searching. */
static void read_tools(struct piece message, struct plan *plan)
{
    struct piece rest = message_value(message, "tools");

    while (rest.len > 0 && plan->search_tool == NULL) {
        struct piece line = cut(&rest, "\n");
        struct piece copy = line;
        struct piece name = cut(&copy, ":");

        while (name.len > 0 && strchr("-*` ", name.at[0]) != NULL) {
            name.at++;
            name.len--;
        }
        while (name.len > 0 && name.at[name.len - 1] == '`')
            name.len--;
        if (name.len > 0 && name.at[0] != '(' && name.len < line.len && speaks_of_search(line))
            plan->search_tool = piece_dup(name);
    }
}

bool plan_read(struct piece message, struct plan *plan)
{
    bool ok;

    *plan = (struct plan){ 0 };
    ok = read_steps(message_value(message, "workflow"), plan);
    read_fields(message, plan);
    read_tools(message, plan);
    return ok;
}

static cJSON *write_names(char *const *names, size_t count)
{
    cJSON *array = cJSON_CreateArray();

    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
    return array;
}

cJSON *plan_write(const struct plan *plan)
{
    cJSON *steps = cJSON_CreateArray();

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_step *step = &plan->items[i];
        cJSON *item;

        if (step->removed)
            continue;
        item = cJSON_CreateObject();
        cJSON_AddStringToObject(item, "id", step->id);
        cJSON_AddStringToObject(item, "status", step->fresh ? "new" : "reuse");
        cJSON_AddStringToObject(item, "kind", step->kind);
        cJSON_AddStringToObject(item, "description", step->description);
        cJSON_AddItemToObject(item, "inputs", write_names(step->inputs, step->input_count));
        cJSON_AddItemToObject(item, "tools", write_names(step->tools, step->tool_count));
        cJSON_AddItemToObject(
            item, "replaces", write_names(&step->replaces, step->replaces != NULL));
        cJSON_AddItemToArray(steps, item);
    }
    return steps;
}

size_t plan_find(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->count; i++)
        if (!plan->items[i].removed && strcmp(plan->items[i].id, id) == 0)
            return i;
    return PLAN_NONE;
}

bool plan_reads(const struct plan_step *step, const char *name)
{
    for (size_t i = 0; i < step->input_count; i++)
        if (strcmp(step->inputs[i], name) == 0)
            return true;
    return false;
}

size_t plan_output(const struct plan *plan)
{
    for (size_t i = plan->count; i > 0; i--) {
        bool read = plan->items[i - 1].removed;

        for (size_t k = 0; k < plan->count && !read; k++)
            read = !plan->items[k].removed && plan_reads(&plan->items[k], plan->items[i - 1].id);
        if (!read)
            return i - 1;
    }
    return PLAN_NONE;
}

bool plan_is_task(const struct plan_step *step, unsigned instruction)
{
    struct instructions read;

    vocabulary_read(step->description, &read);
    return strcmp(step->kind, "tool") != 0 && read.task == (enum instruction)instruction;
}

/* A step that checks or only rewords what another step answered is not the one that reads. */
size_t plan_reader(const struct plan *plan)
{
    size_t at = plan_output(plan);

    for (size_t hops = 0; at != PLAN_NONE && hops < plan->count; hops++) {
        const struct plan_step *step = &plan->items[at];
        size_t before = PLAN_NONE;

        if (!plan_is_task(step, INSTRUCTION_VERIFY) && !plan_is_task(step, INSTRUCTION_COPY))
            return at;
        for (size_t i = 0; i < step->input_count; i++) {
            size_t input = plan_find(plan, step->inputs[i]);

            if (input != PLAN_NONE && strcmp(plan->items[input].kind, "tool") != 0)
                before = input;
        }
        if (before == PLAN_NONE)
            return at;
        at = before;
    }
    return at;
}

bool plan_is_search(const struct plan *plan, size_t at)
{
    const struct plan_step *step = &plan->items[at];

    return !step->removed && strcmp(step->kind, "tool") == 0 && step->tool_count > 0 &&
           plan->search_tool != NULL && strcmp(step->tools[0], plan->search_tool) == 0;
}

size_t plan_searches(const struct plan *plan)
{
    size_t count = 0;

    for (size_t i = 0; i < plan->count; i++)
        count += plan_is_search(plan, i);
    return count;
}

static bool is_field(const struct plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->field_count; i++)
        if (strcmp(plan->fields[i], name) == 0)
            return true;
    return false;
}

/* "search", "search_2", … never the name of a field. Removed steps keep their names: a new step is
 * not the old one. */
static char *unique_id(const struct plan *plan, const char *base)
{
    for (unsigned n = 1;; n++) {
        char *id = n == 1 ? mem_strdup(base) : mem_printf("%s_%u", base, n);
        bool taken = is_field(plan, id);

        for (size_t i = 0; i < plan->count; i++)
            taken = taken || strcmp(plan->items[i].id, id) == 0;
        if (!taken)
            return id;
        free(id);
    }
}

const char *plan_insert(
    struct plan *plan, size_t at, const char *base, const char *kind, const char *description)
{
    struct plan_step step = { .fresh = true };

    step.id = unique_id(plan, base);
    step.kind = mem_strdup(kind);
    step.description = mem_strdup(description);
    ARRAY_PUSH(plan, step);
    memmove(&plan->items[at + 1], &plan->items[at], (plan->count - 1 - at) * sizeof *plan->items);
    plan->items[at] = step;
    return step.id;
}

void plan_add_input(struct plan_step *step, const char *name)
{
    if (!plan_reads(step, name) && step->input_count < PLAN_NAMES_MAX)
        step->inputs[step->input_count++] = mem_strdup(name);
}

static void drop_input(struct plan_step *step, size_t at)
{
    free(step->inputs[at]);
    memmove(&step->inputs[at], &step->inputs[at + 1],
        (step->input_count - at - 1) * sizeof *step->inputs);
    step->input_count--;
}

void plan_replace_input(struct plan_step *step, const char *from, const char *to)
{
    for (size_t i = 0; i < step->input_count; i++) {
        if (strcmp(step->inputs[i], from) != 0)
            continue;
        if (plan_reads(step, to)) {
            drop_input(step, i);
        } else {
            free(step->inputs[i]);
            step->inputs[i] = mem_strdup(to);
        }
        return;
    }
}

void plan_add_tool(struct plan_step *step, const char *tool)
{
    if (step->tool_count < PLAN_NAMES_MAX)
        step->tools[step->tool_count++] = mem_strdup(tool);
}

void plan_remove(struct plan *plan, size_t at)
{
    struct plan_step *gone = &plan->items[at];

    gone->removed = true;
    for (size_t i = 0; i < plan->count; i++) {
        struct plan_step *step = &plan->items[i];

        if (step->removed || !plan_reads(step, gone->id))
            continue;
        for (size_t k = 0; k < gone->input_count; k++)
            if (!plan_reads(step, gone->inputs[k]))
                plan_add_input(step, gone->inputs[k]);
        for (size_t k = 0; k < step->input_count; k++)
            if (strcmp(step->inputs[k], gone->id) == 0) {
                drop_input(step, k);
                break;
            }
    }
}
