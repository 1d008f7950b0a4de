#include "graphs.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"

enum { GRAPH_MAX = WORKFLOW_MAX_NODES + 2, NAMES_MAX = 40 };

static const char *const fields[] = { "question", "context" };
static const char *const tools[] = { "search", "python" };
static const char *const models[] = { "executor", "big" };

static const char *const schemas[] = { "{\"type\":\"object\"}",
    "{ \"type\": [\"string\", null] }" };

const struct workflow_scope test_scope = { .fields = fields,
    .field_count = 2,
    .tools = tools,
    .tool_count = 2,
    .models = models,
    .model_count = 2 };

/* A node under construction, with its strings. */
struct draft {
    struct node_spec spec;
    char id[NODE_ID_MAX + 40], description[160], prompt[160];
    char *inputs[NAMES_MAX], *tools[NAMES_MAX];
};

static size_t split_names(char *list, char **names)
{
    size_t count = 0;

    if (strcmp(list, "-") == 0)
        return 0;
    for (char *at = list; at != NULL && count < NAMES_MAX;) {
        char *comma = strchr(at, ',');

        if (comma != NULL)
            *comma = '\0';
        names[count++] = mem_strdup(at);
        at = comma != NULL ? comma + 1 : NULL;
    }
    return count;
}

static void draft_finish(struct draft *draft)
{
    draft->spec.id = draft->id;
    draft->spec.description = draft->description;
    draft->spec.inputs = (const char *const *)draft->inputs;
    draft->spec.tools = (const char *const *)draft->tools;
    (void)snprintf(draft->description, sizeof draft->description, "Does %s.", draft->id);
    if (draft->spec.kind != NODE_TOOL) {
        (void)snprintf(draft->prompt, sizeof draft->prompt, "Prompt of %s.", draft->id);
        draft->spec.prompt = draft->prompt;
    }
}

static void draft_read(struct draft *draft, const char *line)
{
    char kind[16] = "", inputs[1024] = "", named[1024] = "";

    assert_int_equal(sscanf(line, "%100s %15s %1023s %1023s", draft->id, kind, inputs, named), 4);
    draft->spec.kind = kind[0] == 'l' ? NODE_LLM : kind[0] == 'a' ? NODE_AGENT : NODE_TOOL;
    draft->spec.input_count = split_names(inputs, draft->inputs);
    draft->spec.tool_count = split_names(named, draft->tools);
    draft_finish(draft);
}

static struct workflow *drafts_build(struct draft *drafts, size_t count, struct err *err)
{
    struct node_spec *specs = mem_zalloc(count, sizeof *specs);
    struct workflow *workflow;

    for (size_t i = 0; i < count; i++)
        specs[i] = drafts[i].spec;
    workflow = workflow_build(specs, count, &test_scope, err);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < drafts[i].spec.input_count; j++)
            free(drafts[i].inputs[j]);
        for (size_t j = 0; j < drafts[i].spec.tool_count; j++)
            free(drafts[i].tools[j]);
    }
    free(specs);
    free(drafts);
    return workflow;
}

struct workflow *graph_try(const char *lines, struct err *err)
{
    struct draft *drafts = mem_zalloc(GRAPH_MAX, sizeof *drafts);
    size_t count = 0;

    for (const char *line = lines; *line != '\0'; line = strchr(line, '\n') + 1) {
        assert_true(count < GRAPH_MAX);
        draft_read(&drafts[count++], line);
    }
    return drafts_build(drafts, count, err);
}

struct workflow *graph_make(const char *lines)
{
    struct err err = { 0 };
    struct workflow *workflow = graph_try(lines, &err);

    if (workflow == NULL)
        print_error("refused: %s\n", err.message);
    assert_non_null(workflow);
    return workflow;
}

void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        print_error("in:       %s\nmissing:  %s\n", text, part);
    assert_non_null(strstr(text, part));
}

void graph_refused(const char *lines, const char *part)
{
    struct err err = { 0 };
    struct workflow *workflow = graph_try(lines, &err);

    if (workflow != NULL)
        print_error("accepted: %s\n", lines);
    assert_null(workflow);
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, part);
}

static void random_kind(struct random *random, struct draft *draft)
{
    draft->spec.kind = (enum node_kind)random_below(random, 3);
    draft->spec.tool_count = draft->spec.kind == NODE_LLM ? 0 : 1;
    if (draft->spec.kind == NODE_AGENT)
        draft->spec.tool_count += random_below(random, 2);
    for (size_t i = 0; i < 2 && i < draft->spec.tool_count; i++)
        draft->tools[i] = mem_strdup(tools[i]);
    if (draft->spec.kind == NODE_TOOL)
        return;
    draft->spec.model = random_below(random, 3) == 0 ? models[random_below(random, 2)] : NULL;
    draft->spec.schema = random_below(random, 3) == 0 ? schemas[random_below(random, 2)] : NULL;
}

static void add_input(struct draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->spec.input_count; i++)
        if (strcmp(draft->inputs[i], name) == 0)
            return;
    draft->inputs[draft->spec.input_count++] = mem_strdup(name);
}

/* Node i reads fields and earlier nodes; the last one reads, directly or through others, all that
 * nobody reads. */
static void random_inputs(struct random *random, struct draft *drafts, size_t i, bool *read)
{
    size_t wanted = 1 + random_below(random, 3);

    for (size_t k = 0; k < wanted; k++) {
        size_t from = random_below(random, i + 2);

        add_input(&drafts[i], from < 2 ? fields[from] : drafts[from - 2].id);
        if (from >= 2)
            read[from - 2] = true;
    }
    for (size_t k = 0; k < i && drafts[i].spec.input_count < 10; k++) {
        bool must =
            drafts[i].spec.input_count < 10 && k + 19 <= i; /* leaves at most 19 unread behind */

        if (!read[k] && (must || random_below(random, 4) == 0)) {
            add_input(&drafts[i], drafts[k].id);
            read[k] = true;
        }
    }
}

struct workflow *graph_random(struct random *random, size_t count)
{
    struct draft *drafts = mem_zalloc(count, sizeof *drafts);
    struct draft *given = mem_zalloc(count, sizeof *given);
    size_t *order = mem_zalloc(2 * count, sizeof *order);
    bool *read = mem_zalloc(count, sizeof *read);
    struct err err = { 0 };
    struct workflow *workflow;

    for (size_t i = 0; i < 2 * count; i++)
        order[i] = i;
    random_shuffle(random, order, 2 * count);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(drafts[i].id, sizeof drafts[i].id, "n%zu", order[i]);
        random_kind(random, &drafts[i]);
        random_inputs(random, drafts, i, read);
    }
    for (size_t i = 0; i + 1 < count; i++)
        if (!read[i])
            add_input(&drafts[count - 1], drafts[i].id);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    random_shuffle(random, order, count);
    for (size_t i = 0; i < count; i++) {
        given[i] = drafts[order[i]];
        draft_finish(&given[i]);
        if (given[i].spec.kind != NODE_TOOL)
            (void)snprintf(given[i].prompt, sizeof given[i].prompt, "Rule %zu \"of\" {%s}\n\té€😀",
                random_below(random, 3), given[i].id);
    }
    free(drafts);
    free(order);
    free(read);
    workflow = drafts_build(given, count, &err);
    if (workflow == NULL)
        print_error("random graph refused: %s\n", err.message);
    assert_non_null(workflow);
    return workflow;
}
