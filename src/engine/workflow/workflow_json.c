/* Workflows from and to JSON. */
#include "workflow_private.h"

#include <string.h>

#include "file.h"
#include "mem.h"
#include "nearest.h"

static const char *const kind_names[] = { "llm", "agent", "tool" };

/* What a file's nodes borrow while they are read. */
struct reader {
    const char *title;
    struct node_spec *specs;
    const char **names; /* inputs and tools of all nodes, one after the other */
    size_t name_count;
    struct str *schemas; /* printed, one a node */
    const struct json *nodes;
};

static bool read_text(const struct reader *reader, const struct json *node, const char *key,
    const char **out, struct err *err)
{
    const struct json *value = json_get(node, key);

    if (value == NULL || value->type == JSON_NULL)
        return true;
    if (value->type != JSON_STRING)
        return json_error(reader->title, value, err, "%s must be a string, not %s", key,
            json_type_name(value->type));
    if (strlen(value->text) != value->len)
        return json_error(reader->title, value, err, "%s holds a NUL character; remove it", key);
    *out = value->text;
    return true;
}

static bool read_names(struct reader *reader, const struct json *node, const char *key,
    const char *const **out, size_t *count, struct err *err)
{
    const struct json *list = json_get(node, key);

    if (list == NULL)
        return true;
    if (list->type != JSON_ARRAY)
        return json_error(reader->title, list, err, "%s must be an array of names, not %s", key,
            json_type_name(list->type));
    *out = reader->names + reader->name_count;
    *count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        const struct json *name = &list->items[i];

        if (name->type != JSON_STRING || strlen(name->text) != name->len)
            return json_error(reader->title, name, err, "%s must hold names only", key);
        reader->names[reader->name_count++] = name->text;
    }
    return true;
}

static bool read_kind(
    const struct reader *reader, const struct json *node, enum node_kind *out, struct err *err)
{
    const size_t kinds = sizeof kind_names / sizeof *kind_names;
    const char *text = NULL;
    const char *near;

    if (!read_text(reader, node, "kind", &text, err))
        return false;
    if (text == NULL)
        return json_error(
            reader->title, node, err, "the node has no \"kind\"; it must be llm, agent or tool");
    for (size_t i = 0; i < kinds; i++) {
        if (strcmp(text, kind_names[i]) == 0) {
            *out = (enum node_kind)i;
            return true;
        }
    }
    near = nearest_name(text, kind_names, kinds);
    return json_error(reader->title, json_get(node, "kind"), err, "unknown kind \"%s\"; %s%s%s",
        show_name(text).text, near != NULL ? "did you mean \"" : "it must be llm, agent or tool",
        near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static bool read_schema(
    struct reader *reader, const struct json *node, struct node_spec *spec, struct err *err)
{
    const struct json *value = json_get(node, "schema");
    struct str *text = &reader->schemas[spec - reader->specs];

    if (value == NULL || value->type == JSON_NULL)
        return true;
    if (value->type != JSON_OBJECT)
        return json_error(reader->title, value, err,
            "schema must be an object (a JSON schema), not %s", json_type_name(value->type));
    json_print(value, text);
    spec->schema = str_text(text);
    return true;
}

static bool read_node(
    struct reader *reader, const struct json *node, struct node_spec *spec, struct err *err)
{
    static const char *const keys[] = { "id", "kind", "description", "prompt", "inputs", "tools",
        "model", "schema" };

    if (node->type != JSON_OBJECT)
        return json_error(reader->title, node, err, "a node must be an object, not %s",
            json_type_name(node->type));
    return json_check_keys(reader->title, node, keys, sizeof keys / sizeof *keys, err) &&
           read_text(reader, node, "id", &spec->id, err) &&
           read_kind(reader, node, &spec->kind, err) &&
           read_text(reader, node, "description", &spec->description, err) &&
           read_text(reader, node, "prompt", &spec->prompt, err) &&
           read_names(reader, node, "inputs", &spec->inputs, &spec->input_count, err) &&
           read_names(reader, node, "tools", &spec->tools, &spec->tool_count, err) &&
           read_text(reader, node, "model", &spec->model, err) &&
           read_schema(reader, node, spec, err);
}

static size_t count_names(const struct json *nodes)
{
    size_t count = 0;

    for (size_t i = 0; i < nodes->count; i++) {
        const struct json *inputs = json_get(&nodes->items[i], "inputs");
        const struct json *tools = json_get(&nodes->items[i], "tools");

        count += (inputs != NULL ? inputs->count : 0) + (tools != NULL ? tools->count : 0);
    }
    return count;
}

static const struct json *find_nodes(const char *title, const struct json *root, struct err *err)
{
    /* "task" belongs to those who execute the file */
    static const char *const keys[] = { "nodes", "task" };
    const struct json *nodes;

    if (root->type != JSON_OBJECT) {
        json_error(title, root, err, "a workflow is an object { \"nodes\": […] }, not %s",
            json_type_name(root->type));
        return NULL;
    }
    if (json_get(root, "data") != NULL && json_get(root, "nodes") == NULL) {
        json_error(title, root, err,
            "is a task file, a workflow was expected: { \"nodes\": […] }, as a run writes it");
        return NULL;
    }
    if (!json_check_keys(title, root, keys, sizeof keys / sizeof keys[0], err))
        return NULL;
    nodes = json_get(root, "nodes");
    if (nodes == NULL || nodes->type != JSON_ARRAY) {
        json_error(title, nodes != NULL ? nodes : root, err,
            "the workflow needs \"nodes\", an array of nodes");
        return NULL;
    }
    if (nodes->count > WORKFLOW_MAX_NODES) {
        json_error(title, nodes, err, "the workflow has %zu nodes; at most %d are allowed",
            nodes->count, WORKFLOW_MAX_NODES);
        return NULL;
    }
    return nodes;
}

static struct workflow *read_nodes(
    struct reader *reader, const struct workflow_scope *scope, struct err *err)
{
    const struct json *nodes = reader->nodes;
    struct workflow *workflow;
    size_t culprit;

    for (size_t i = 0; i < nodes->count; i++)
        if (!read_node(reader, &nodes->items[i], &reader->specs[i], err))
            return NULL;
    workflow = workflow_build_at(reader->specs, nodes->count, scope, &culprit, err);
    if (workflow == NULL) {
        const struct json *at = culprit < nodes->count ? &nodes->items[culprit] : nodes;

        err_prefix(err, "%s:%u:%u", reader->title, at->line, at->column);
    }
    return workflow;
}

struct workflow *workflow_from_json(
    const char *title, const struct json *root, const struct workflow_scope *scope, struct err *err)
{
    struct reader reader = { .title = title, .nodes = find_nodes(title, root, err) };
    struct workflow *workflow;

    if (reader.nodes == NULL)
        return NULL;
    reader.specs = mem_zalloc(reader.nodes->count, sizeof *reader.specs);
    reader.schemas = mem_zalloc(reader.nodes->count, sizeof *reader.schemas);
    reader.names = mem_zalloc(count_names(reader.nodes), sizeof *reader.names);
    workflow = read_nodes(&reader, scope, err);
    for (size_t i = 0; i < reader.nodes->count; i++)
        str_free(&reader.schemas[i]);
    free(reader.schemas);
    free(reader.names);
    free(reader.specs);
    return workflow;
}

struct workflow *workflow_load(
    const char *path, const struct workflow_scope *scope, struct err *err)
{
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    struct workflow *workflow = NULL;

    if (file_read(path, WORKFLOW_FILE_MAX, &bytes, err))
        doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc != NULL)
        workflow = workflow_from_json(path, json_root(doc), scope, err);
    json_free(doc);
    str_free(&bytes);
    return workflow;
}

/* One member of an object: where it stands and how names are set off differ between the compact and
 * the canonical form. */
struct layout {
    const char *before; /* each member */
    const char *colon;
    const char *comma; /* between names of a list */
};

static const struct layout compact = { "", ":", "," };
static const struct layout canonical = { "\n      ", ": ", ", " };

static void add_key(const struct layout *layout, const char *key, struct str *out)
{
    str_addf(out, "%s%s\"%s\"%s", out->data[out->len - 1] == '{' ? "" : ",", layout->before, key,
        layout->colon);
}

static void add_text(
    const struct layout *layout, const char *key, const char *text, struct str *out)
{
    add_key(layout, key, out);
    json_print_string(text, strlen(text), out);
}

static void add_inputs(const struct layout *layout, const struct node *node, struct str *out)
{
    add_key(layout, "inputs", out);
    str_add_char(out, '[');
    for (size_t i = 0; i < node->input_count; i++) {
        str_add(out, i > 0 ? layout->comma : "");
        json_print_string(node->inputs[i].name, strlen(node->inputs[i].name), out);
    }
    str_add_char(out, ']');
}

static void add_tools(const struct layout *layout, const struct node *node, struct str *out)
{
    add_key(layout, "tools", out);
    str_add_char(out, '[');
    for (size_t i = 0; i < node->tool_count; i++) {
        str_add(out, i > 0 ? layout->comma : "");
        json_print_string(node->tools[i], strlen(node->tools[i]), out);
    }
    str_add_char(out, ']');
}

static void add_node(
    const struct layout *layout, const struct node *node, bool with_prompt, struct str *out)
{
    str_add_char(out, '{');
    add_text(layout, "id", node->id, out);
    add_text(layout, "kind", node_kind_name(node->kind), out);
    add_text(layout, "description", node->description, out);
    if (with_prompt)
        add_text(layout, "prompt", node->prompt, out);
    add_inputs(layout, node, out);
    add_tools(layout, node, out);
    if (node->model != NULL)
        add_text(layout, "model", node->model, out);
    if (node->schema != NULL) {
        add_key(layout, "schema", out);
        str_add(out, node->schema);
    }
}

void node_to_json(const struct node *node, bool with_prompt, struct str *out)
{
    add_node(&compact, node, with_prompt, out);
    str_add_char(out, '}');
}

void workflow_to_json(const struct workflow *workflow, struct str *out)
{
    str_add(out, "{\n  \"nodes\": [");
    for (size_t i = 0; i < workflow->count; i++) {
        str_add(out, i > 0 ? ",\n    " : "\n    ");
        add_node(&canonical, &workflow->nodes[i], true, out);
        str_add(out, "\n    }");
    }
    str_add(out, "\n  ]\n}\n");
}

void workflow_to_sketch(const struct workflow *workflow, struct str *out)
{
    str_add_char(out, '[');
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];

        str_add(out, i > 0 ? ",{" : "{");
        add_text(&compact, "id", node->id, out);
        add_text(&compact, "kind", node_kind_name(node->kind), out);
        add_text(&compact, "description", node->description, out);
        add_tools(&compact, node, out);
        add_inputs(&compact, node, out);
        str_add_char(out, '}');
    }
    str_add_char(out, ']');
}
