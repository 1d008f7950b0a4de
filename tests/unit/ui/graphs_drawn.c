#include "graphs_drawn.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char drawn_nine[] = "input; classify<input; retrieve<classify; rewrite<classify; "
                          "rank<retrieve,rewrite; draft<rank,classify; verify<draft; cite<draft; "
                          "merge<verify,cite";
const char drawn_fifteen[] =
    "classify; expand<classify; decompose<classify; retrieve<expand; search_web<expand,decompose; "
    "lookup<decompose; rank<retrieve,search_web,lookup; read_first<rank; read_second<rank; "
    "read_third<rank; draft<read_first,read_second,read_third,classify; verify<draft,rank; "
    "cite<draft; style<draft; answer<verify,cite,style";

static int find(const struct drawn *drawn, const char *name, size_t len)
{
    for (int i = 0; i < drawn->graph.count; i++)
        if (strlen(drawn->names[i]) == len && strncmp(drawn->names[i], name, len) == 0)
            return i;
    abort();
}

static void add_input(struct drawn *drawn, int node, int input)
{
    struct graph_node *to = &drawn->nodes[node];

    for (int i = 0; i < to->input_count; i++)
        if (drawn->inputs[node][i] == input)
            return;
    drawn->inputs[node][to->input_count++] = input;
}

static void add_node(struct drawn *drawn, const char *name, size_t len)
{
    int node = drawn->graph.count++;

    (void)snprintf(drawn->names[node], sizeof drawn->names[node], "%.*s", (int)len, name);
    drawn->nodes[node] = (struct graph_node){ .name = drawn->names[node],
        .inputs = drawn->inputs[node],
        .width = 2 + (int)strlen(drawn->names[node]) };
}

void drawn_parse(struct drawn *drawn, const char *text)
{
    *drawn = (struct drawn){ .graph.nodes = drawn->nodes };
    while (*text != '\0') {
        size_t len = strcspn(text, "<;");

        add_node(drawn, text, len);
        text += len;
        while (*text == '<' || *text == ',') {
            len = strcspn(++text, ",;");
            add_input(drawn, drawn->graph.count - 1, find(drawn, text, len));
            text += len;
        }
        text += strspn(text, "; ");
    }
}

void drawn_random(struct drawn *drawn, int count, int back, int most, uint64_t seed)
{
    struct random random;

    random_seed(&random, seed);
    *drawn = (struct drawn){ .graph.nodes = drawn->nodes };
    for (int i = 0; i < count; i++) {
        char name[16];
        int inputs = i == 0 ? 0 : (int)random_below(&random, (size_t)most + 1);

        (void)snprintf(name, sizeof name, "step_%d", i);
        add_node(drawn, name, strlen(name));
        for (int j = 0; j < inputs; j++) {
            int far = 1 + (int)random_below(&random, (size_t)(back < i ? back : i));

            add_input(drawn, i, i - far);
        }
    }
}

bool drawn_has_edge(const struct drawn *drawn, int from, int to)
{
    for (int i = 0; i < drawn->nodes[to].input_count; i++)
        if (drawn->inputs[to][i] == from)
            return true;
    return false;
}
