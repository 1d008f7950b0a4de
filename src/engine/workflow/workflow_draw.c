/* Workflows as pictures in text: Mermaid (Markdown on the web) and Graphviz. */
#include "workflow_private.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

struct names {
    const char **items;
    size_t count, cap;
};

static size_t name_index(struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return i;
    ARRAY_PUSH(names, name);
    return names->count - 1;
}

/* The fields that are read, in the order of their first reader. */
static struct names fields_of(const struct workflow *workflow)
{
    struct names fields = { NULL, 0, 0 };

    for (size_t i = 0; i < workflow->count; i++)
        for (size_t j = 0; j < workflow->nodes[i].input_count; j++)
            if (workflow->nodes[i].inputs[j].node < 0)
                name_index(&fields, workflow->nodes[i].inputs[j].name);
    return fields;
}

/* Mermaid reads markup in labels: everything but letters, digits and other languages' characters
 * goes in by its number. */
static void add_mermaid(const char *text, struct str *out)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if (c >= 0x80 || isalnum(c) || c == ' ' || c == '_' || c == '-' || c == '.' || c == ',' ||
            c == ':')
            str_add_char(out, *p);
        else if (c < 0x20 || c == 0x7F)
            str_add_char(out, ' ');
        else
            str_addf(out, "#%u;", c);
    }
}

static void add_dot(const char *text, struct str *out)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;

        if (c == '"' || c == '\\')
            str_add_char(out, '\\');
        str_add_char(out, c < 0x20 || c == 0x7F ? ' ' : *p);
    }
}

typedef void add_escaped(const char *text, struct str *out);

/* "id", "kind: tools", "description", each on its line. */
static void add_label(
    const struct node *node, const char *line_break, add_escaped *add, struct str *out)
{
    add(node->id, out);
    str_addf(out, "%s%s", line_break, node_kind_name(node->kind));
    for (size_t i = 0; i < node->tool_count; i++) {
        str_add(out, i > 0 ? ", " : ": ");
        add(node->tools[i], out);
    }
    if (node->description[0] != '\0') {
        str_add(out, line_break);
        add(node->description, out);
    }
}

void workflow_to_mermaid(const struct workflow *workflow, struct str *out)
{
    struct names fields = fields_of(workflow);

    str_add(out, "flowchart TD\n");
    for (size_t i = 0; i < fields.count; i++) {
        str_addf(out, "    f%zu([\"", i);
        add_mermaid(fields.items[i], out);
        str_add(out, "\"])\n");
    }
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];

        str_addf(out, "    n%zu[\"", i);
        add_label(node, "<br/>", add_mermaid, out);
        str_add(out, "\"]\n");
        for (size_t j = 0; j < node->input_count; j++) {
            const struct node_input *input = &node->inputs[j];
            bool is_node = input->node >= 0;

            str_addf(out, "    %c%zu --> n%zu\n", is_node ? 'n' : 'f',
                is_node ? (size_t)input->node : name_index(&fields, input->name), i);
        }
    }
    free(fields.items);
}

void workflow_to_dot(const struct workflow *workflow, struct str *out)
{
    struct names fields = fields_of(workflow);

    str_add(out, "digraph workflow {\n    node [shape=box];\n");
    for (size_t i = 0; i < fields.count; i++) {
        str_addf(out, "    f%zu [shape=ellipse, label=\"", i);
        add_dot(fields.items[i], out);
        str_add(out, "\"];\n");
    }
    for (size_t i = 0; i < workflow->count; i++) {
        const struct node *node = &workflow->nodes[i];

        str_addf(out, "    n%zu [label=\"", i);
        add_label(node, "\\n", add_dot, out);
        str_add(out, "\"];\n");
        for (size_t j = 0; j < node->input_count; j++) {
            const struct node_input *input = &node->inputs[j];
            bool is_node = input->node >= 0;

            str_addf(out, "    %c%zu -> n%zu;\n", is_node ? 'n' : 'f',
                is_node ? (size_t)input->node : name_index(&fields, input->name), i);
        }
    }
    str_add(out, "}\n");
    free(fields.items);
}
