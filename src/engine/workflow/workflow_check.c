/* What a node as given must satisfy by itself, and what it may name. */
#include "workflow_private.h"

#include <stdio.h>
#include <string.h>

#include "mem.h"
#include "nearest.h"
#include "utf8.h"

enum { SHOWN_CELLS = 64, LISTED_NAMES = 12, SCHEMA_MAX_DEPTH = 64, NAME_MAX_LEN = 256 };

/* All that may be an input: the fields, then the ids. */
struct known {
    const char **names;
    size_t count;
};

struct shown show_name(const char *name)
{
    struct shown shown = { "" };
    struct str line = STR_INIT;
    size_t bad;

    utf8_add_line(name, strlen(name), SHOWN_CELLS, &line);
    (void)snprintf(shown.text, sizeof shown.text, "%s", str_text(&line));
    if (!utf8_valid(shown.text, strlen(shown.text), &bad))
        shown.text[bad] = '\0'; /* cut within a character */
    str_free(&line);
    return shown;
}

void add_names(struct str *out, const char *const *names, size_t count, size_t max)
{
    for (size_t i = 0; i < count && i < max; i++)
        str_addf(out, "%s\"%s\"", i > 0 ? ", " : "", show_name(names[i]).text);
    if (count > max)
        str_add(out, ", …");
}

int spec_find(const struct node_spec *specs, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(specs[i].id, id))
            return (int)i;
    return -1;
}

static bool has_name(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* "; did you mean "x"?", or the list of what is known. */
static char *hint(const char *name, const char *const *known, size_t count)
{
    const char *near = nearest_name(name, known, count);
    struct str out = STR_INIT;

    if (near != NULL) {
        str_addf(&out, "; did you mean \"%s\"?", show_name(near).text);
    } else if (count > 0) {
        str_add(&out, "; known: ");
        add_names(&out, known, count, LISTED_NAMES);
    } else {
        str_add(&out, "; the task has none");
    }
    return str_take(&out);
}

static bool unknown(
    const char *id, const char *what, const char *name, const struct known *known, struct err *err)
{
    char *known_names = hint(name, known->names, known->count);

    err_set(err, ERR_INPUT, "node \"%s\" names \"%s\", which is no %s%s", id, show_name(name).text,
        what, known_names);
    free(known_names);
    return false;
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static bool check_id(const struct node_spec *specs, size_t index,
    const struct workflow_scope *scope, struct err *err)
{
    const char *id = specs[index].id;
    size_t len = 0;

    if (id == NULL || id[0] == '\0')
        return err_set(
            err, ERR_INPUT, "node %zu has no id; name it with letters, digits, _ and -", index + 1);
    while (is_id_char(id[len]))
        len++;
    if (id[len] != '\0')
        return err_set(err, ERR_INPUT, "the node id \"%s\" may have only letters, digits, _ and -",
            show_name(id).text);
    if (len > NODE_ID_MAX)
        return err_set(err, ERR_INPUT,
            "the node id \"%s\" has %zu characters; at most %d are allowed", show_name(id).text,
            len, NODE_ID_MAX);
    if (scope != NULL && has_name(scope->fields, scope->field_count, id))
        return err_set(err, ERR_INPUT,
            "the node id \"%s\" is the name of a task field; choose another id", id);
    if (spec_find(specs, index, id) >= 0)
        return err_set(
            err, ERR_INPUT, "two nodes have the id \"%s\"; give one of them another id", id);
    return true;
}

static bool check_text(const char *what, const char *text, size_t max, struct err *err)
{
    size_t len = strlen(text);
    size_t bad;

    if (len > max)
        return err_set(
            err, ERR_INPUT, "the %s has %zu bytes; at most %zu are allowed", what, len, max);
    if (!utf8_valid(text, len, &bad))
        return err_set(err, ERR_INPUT, "the %s is not UTF-8 at byte %zu", what, bad);
    return true;
}

bool workflow_check_prompt(const char *prompt, struct err *err)
{
    if (prompt == NULL || prompt[strspn(prompt, " \t\r\n")] == '\0')
        return err_set(err, ERR_INPUT, "the prompt is empty");
    return check_text("prompt", prompt, PROMPT_MAX, err);
}

static size_t depth_of(const struct json *value)
{
    size_t deepest = 0;

    for (size_t i = 0; i < value->count; i++) {
        size_t depth = depth_of(&value->items[i]);

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}

char *schema_canonical(const char *schema, struct err *err)
{
    struct str out = STR_INIT;
    struct json_doc *doc;

    if (!check_text("schema", schema, SCHEMA_MAX, err))
        return NULL;
    doc = json_parse("schema", 1, schema, strlen(schema), JSON_STRICT, err);
    if (doc == NULL)
        return NULL;
    if (json_root(doc)->type != JSON_OBJECT)
        err_set(err, ERR_INPUT, "the schema is %s; a JSON schema is an object",
            json_type_name(json_root(doc)->type));
    else if (depth_of(json_root(doc)) > SCHEMA_MAX_DEPTH)
        err_set(err, ERR_INPUT, "the schema is nested deeper than %d levels", SCHEMA_MAX_DEPTH);
    else
        json_print(json_root(doc), &out);
    json_free(doc);
    if (out.len > SCHEMA_MAX)
        err_set(err, ERR_INPUT, "the schema has more than %d bytes", SCHEMA_MAX);
    if (out.len > 0 && out.len <= SCHEMA_MAX)
        return str_take(&out);
    str_free(&out);
    return NULL;
}

static bool check_tool_kind(const struct node_spec *spec, struct err *err)
{
    if (spec->tool_count != 1)
        return err_set(err, ERR_INPUT,
            "node \"%s\" is a tool and names %zu tools; it must name exactly one", spec->id,
            spec->tool_count);
    if ((spec->prompt != NULL && spec->prompt[0] != '\0') || spec->model != NULL ||
        spec->schema != NULL)
        return err_set(err, ERR_INPUT,
            "node \"%s\" is a tool, called directly: it has no prompt, model or schema; remove "
            "them or make it an "
            "agent",
            spec->id);
    return true;
}

static bool check_kind(const struct node_spec *spec, struct err *err)
{
    switch (spec->kind) {
    case NODE_TOOL:
        return check_tool_kind(spec, err);
    case NODE_AGENT:
        if (spec->tool_count == 0)
            return err_set(err, ERR_INPUT,
                "node \"%s\" is an agent without a tool; name its tools or make it an llm",
                spec->id);
        break;
    case NODE_LLM:
        if (spec->tool_count > 0)
            return err_set(err, ERR_INPUT,
                "node \"%s\" is an llm and names tools; make it an agent, or take its tools away",
                spec->id);
        break;
    default:
        return err_set(
            err, ERR_INPUT, "node \"%s\" has no kind; it must be llm, agent or tool", spec->id);
    }
    return workflow_check_prompt(spec->prompt, err) || err_prefix(err, "node \"%s\"", spec->id);
}

static bool check_texts(const struct node_spec *spec, struct err *err)
{
    char *schema;

    if (spec->description != NULL &&
        !check_text("description", spec->description, DESCRIPTION_MAX, err))
        return err_prefix(err, "node \"%s\"", spec->id);
    if (spec->schema == NULL)
        return true;
    schema = schema_canonical(spec->schema, err);
    if (schema == NULL)
        return err_prefix(err, "node \"%s\"", spec->id);
    free(schema);
    return true;
}

/* Names are told apart, are not too many, and are known. */
static bool check_list(
    const char *id, const char *what, const char *const *names, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!check_text(what, names[i], NAME_MAX_LEN, err))
            return err_prefix(err, "node \"%s\"", id);
        if (has_name(names, i, names[i]))
            return err_set(err, ERR_INPUT, "node \"%s\" names the %s \"%s\" twice", id, what,
                show_name(names[i]).text);
    }
    return true;
}

static bool check_tools(
    const struct node_spec *spec, const struct workflow_scope *scope, struct err *err)
{
    if (spec->tool_count > NODE_MAX_TOOLS)
        return err_set(err, ERR_INPUT, "node \"%s\" names %zu tools; at most %d are allowed",
            spec->id, spec->tool_count, NODE_MAX_TOOLS);
    for (size_t i = 0; scope != NULL && !scope->more_tools && i < spec->tool_count; i++)
        if (!has_name(scope->tools, scope->tool_count, spec->tools[i]))
            return unknown(spec->id, "tool of the task", spec->tools[i],
                &(struct known){ (const char **)scope->tools, scope->tool_count }, err);
    return check_list(spec->id, "tool", spec->tools, spec->tool_count, err);
}

static bool check_model(
    const struct node_spec *spec, const struct workflow_scope *scope, struct err *err)
{
    if (spec->model == NULL)
        return true;
    if (scope != NULL && !has_name(scope->models, scope->model_count, spec->model))
        return unknown(spec->id, "model of the task", spec->model,
            &(struct known){ (const char **)scope->models, scope->model_count }, err);
    return check_text("model's name", spec->model, NAME_MAX_LEN, err) ||
           err_prefix(err, "node \"%s\"", spec->id);
}

static bool check_inputs(const struct node_spec *spec, const struct known *known, struct err *err)
{
    if (spec->input_count == 0)
        return err_set(err, ERR_INPUT,
            "node \"%s\" reads nothing; name a task field or another node in its inputs", spec->id);
    if (spec->input_count > NODE_MAX_INPUTS)
        return err_set(err, ERR_INPUT, "node \"%s\" has %zu inputs; at most %d are allowed",
            spec->id, spec->input_count, NODE_MAX_INPUTS);
    for (size_t i = 0; known != NULL && i < spec->input_count; i++)
        if (!has_name(known->names, known->count, spec->inputs[i]))
            return unknown(spec->id, "task field and no node", spec->inputs[i], known, err);
    return check_list(spec->id, "input", spec->inputs, spec->input_count, err);
}

static struct known known_inputs(
    const struct node_spec *specs, size_t count, const struct workflow_scope *scope)
{
    struct known known = { mem_zalloc(scope->field_count + count, sizeof *known.names), 0 };

    for (size_t i = 0; i < scope->field_count; i++)
        known.names[known.count++] = scope->fields[i];
    for (size_t i = 0; i < count; i++)
        known.names[known.count++] = specs[i].id;
    return known;
}

static bool check_spec(const struct node_spec *spec, const struct workflow_scope *scope,
    const struct known *known, struct err *err)
{
    return check_tools(spec, scope, err) && check_kind(spec, err) && check_texts(spec, err) &&
           check_model(spec, scope, err) && check_inputs(spec, known, err);
}

bool workflow_check_specs(const struct node_spec *specs, size_t count,
    const struct workflow_scope *scope, size_t *culprit, struct err *err)
{
    struct known known = { NULL, 0 };
    size_t i;

    *culprit = count;
    if (count == 0)
        return err_set(err, ERR_INPUT, "a workflow needs at least one node");
    if (count > WORKFLOW_MAX_NODES)
        return err_set(err, ERR_INPUT, "the workflow has %zu nodes; at most %d are allowed", count,
            WORKFLOW_MAX_NODES);
    for (i = 0; i < count; i++)
        if (!check_id(specs, i, scope, err))
            goto found;
    if (scope != NULL)
        known = known_inputs(specs, count, scope);
    for (i = 0; i < count; i++)
        if (!check_spec(&specs[i], scope, scope != NULL ? &known : NULL, err))
            goto found;
    free(known.names);
    return true;

found:
    *culprit = i;
    free(known.names);
    return false;
}
