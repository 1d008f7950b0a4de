#include "delta.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(member(object, name));

    return text != NULL ? text : "";
}

const char *delta_prompt(const cJSON *node)
{
    return string_of(node, "prompt");
}

cJSON *delta_node(const cJSON *nodes, const char *id)
{
    cJSON *node;

    if (cJSON_IsArray(nodes))
        cJSON_ArrayForEach(node, nodes) if (strcmp(string_of(node, "id"), id) == 0) return node;
    return NULL;
}

/* ---- items ---- */

static void add_item(struct delta *delta, struct delta_item item)
{
    delta->items = array_grow(delta->items, delta->count, &delta->cap, sizeof *delta->items);
    delta->items[delta->count++] = item;
}

static void put(cJSON *object, const char *name, cJSON *take_value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    if (take_value != NULL)
        cJSON_AddItemToObject(object, name, take_value);
}

/* A prompt that differs in nothing but its line end is as it was. */
static void add_hunks(struct delta *delta, const char *id, const cJSON *before, cJSON *after)
{
    const char *a = delta_prompt(before), *b = delta_prompt(after);
    struct text_diff *diff;

    if (strcmp(a, b) == 0)
        return;
    diff = text_diff_new(a, strlen(a), b, strlen(b));
    for (size_t i = 0; i < diff->count; i++)
        add_item(delta, (struct delta_item){ DELTA_HUNK, id, before, after, diff, i });
    if (diff->count == 0) {
        put(after, "prompt", cJSON_CreateString(a));
        text_diff_free(diff);
    }
}

static bool is_wired_alike(const cJSON *before, const cJSON *after)
{
    static const char *const names[] = { "kind", "description", "inputs", "tools", "model",
        "schema" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const cJSON *a = member(before, names[i]), *b = member(after, names[i]);

        if ((a != NULL || b != NULL) && !cJSON_Compare(a, b, true))
            return false;
    }
    return true;
}

static void add_items(struct delta *delta)
{
    cJSON *node;

    cJSON_ArrayForEach(node, delta->after)
    {
        const char *id = string_of(node, "id");
        const cJSON *before = delta_node(delta->before, id);

        if (before == NULL) {
            add_item(delta, (struct delta_item){ DELTA_ADDED, id, NULL, node, NULL, 0 });
            continue;
        }
        if (!is_wired_alike(before, node))
            add_item(delta, (struct delta_item){ DELTA_REWIRED, id, before, node, NULL, 0 });
        add_hunks(delta, id, before, node);
    }
    cJSON_ArrayForEach(node, delta->before)
    {
        const char *id = string_of(node, "id");

        if (delta_node(delta->after, id) == NULL)
            add_item(delta, (struct delta_item){ DELTA_REMOVED, id, node, NULL, NULL, 0 });
    }
}

struct delta *delta_new(cJSON *take_before, cJSON *take_after)
{
    struct delta *delta = mem_zalloc(1, sizeof *delta);

    delta->before = take_before;
    delta->after = take_after;
    add_items(delta);
    return delta;
}

void delta_free(struct delta *delta)
{
    if (delta == NULL)
        return;
    for (size_t i = 0; i < delta->count; i++)
        if (delta->items[i].diff != NULL && delta->items[i].hunk == 0)
            text_diff_free(delta->items[i].diff);
    free(delta->items);
    cJSON_Delete(delta->before);
    cJSON_Delete(delta->after);
    free(delta);
}

bool delta_has_hunks(const struct delta *delta)
{
    for (size_t i = 0; i < delta->count; i++)
        if (delta->items[i].kind == DELTA_HUNK)
            return true;
    return false;
}

/* ---- where the two workflows come from ---- */

static void remove_node(cJSON *nodes, const char *id)
{
    cJSON *node = delta_node(nodes, id);

    if (node != NULL)
        cJSON_Delete(cJSON_DetachItemViaPointer(nodes, node));
}

/* The node as told without its prompt, with the prompt that it has. */
static void rewire(cJSON *nodes, const char *id, const cJSON *as)
{
    cJSON *node = delta_node(nodes, id);
    cJSON *fresh;

    if (node == NULL || !cJSON_IsObject(as))
        return;
    fresh = cJSON_Duplicate(as, true);
    if (member(node, "prompt") != NULL)
        put(fresh, "prompt", cJSON_Duplicate(member(node, "prompt"), true));
    (void)cJSON_ReplaceItemViaPointer(nodes, node, fresh);
}

/* Applies a stated diff to nodes, or takes it back. */
static void apply_diff(cJSON *nodes, const cJSON *diff, bool back)
{
    const char *to = back ? "before" : "after";
    const cJSON *item;

    cJSON_ArrayForEach(item, member(diff, back ? "nodes_added" : "nodes_removed"))
        remove_node(nodes, string_of(item, "id"));
    cJSON_ArrayForEach(item, member(diff, back ? "nodes_removed" : "nodes_added"))
        cJSON_AddItemToArray(nodes, cJSON_Duplicate(item, true));
    cJSON_ArrayForEach(item, member(diff, "rewired"))
        rewire(nodes, string_of(item, "id"), member(item, to));
    cJSON_ArrayForEach(item, member(diff, "prompts"))
    {
        cJSON *node = delta_node(nodes, string_of(item, "id"));

        if (node != NULL)
            put(node, "prompt", cJSON_CreateString(string_of(item, to)));
    }
}

/* The nodes in an order in which each reads only those before it, as far as there is one. */
static cJSON *sorted(cJSON *take_nodes)
{
    cJSON *order = cJSON_CreateArray();
    bool moved = true;

    while (moved) {
        cJSON *node = take_nodes->child;

        moved = false;
        while (node != NULL) {
            cJSON *next = node->next;
            const cJSON *input;
            bool waits = false;

            cJSON_ArrayForEach(input, member(node, "inputs"))
            {
                const char *name = cJSON_GetStringValue(input);

                waits |= name != NULL && delta_node(take_nodes, name) != NULL;
            }
            if (!waits) {
                cJSON_AddItemToArray(order, cJSON_DetachItemViaPointer(take_nodes, node));
                moved = true;
            }
            node = next;
        }
    }
    while (take_nodes->child != NULL)
        cJSON_AddItemToArray(order, cJSON_DetachItemViaPointer(take_nodes, take_nodes->child));
    cJSON_Delete(take_nodes);
    return order;
}

struct delta *delta_of_pending(const cJSON *pending)
{
    const cJSON *nodes = member(member(pending, "workflow"), "nodes");
    cJSON *before;

    if (!cJSON_IsArray(nodes))
        return NULL;
    before = cJSON_Duplicate(nodes, true);
    apply_diff(before, member(pending, "diff"), true);
    return delta_new(sorted(before), cJSON_Duplicate(nodes, true));
}

/* An agent makes one at least. */
static unsigned calls_of(const cJSON *nodes, bool *has_agents)
{
    unsigned calls = 0;
    const cJSON *node;

    cJSON_ArrayForEach(node, nodes)
    {
        const char *kind = cJSON_GetStringValue(member(node, "kind"));

        calls += str_equal(kind, "llm") || str_equal(kind, "agent");
        *has_agents |= str_equal(kind, "agent");
    }
    return calls;
}

bool delta_add_calls(const struct delta *delta, const char *arrow, struct str *out)
{
    bool has_agents = false;
    unsigned before = calls_of(delta->before, &has_agents);
    unsigned after = calls_of(delta->after, &has_agents);
    const char *least = has_agents ? "at least " : "";

    str_addf(out, "calls an example: %s%u", least, before);
    if (after != before)
        str_addf(out, " %s %s%u", arrow, least, after);
    else
        str_add(out, ", as before");
    return after > before;
}

static cJSON *names_of(const char *const *names, size_t count)
{
    return cJSON_CreateStringArray(names, (int)count);
}

static cJSON *node_to_json(const struct view_node *node)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *inputs = cJSON_CreateArray();

    for (size_t i = 0; i < node->input_count; i++)
        cJSON_AddItemToArray(inputs, cJSON_CreateString(node->inputs[i].name));
    cJSON_AddStringToObject(json, "id", node->id);
    cJSON_AddStringToObject(json, "kind", node->kind);
    cJSON_AddStringToObject(json, "description", node->description);
    cJSON_AddStringToObject(json, "prompt", node->prompt);
    cJSON_AddItemToObject(json, "inputs", inputs);
    cJSON_AddItemToObject(
        json, "tools", names_of((const char *const *)node->tools, node->tool_count));
    if (node->model != NULL)
        cJSON_AddStringToObject(json, "model", node->model);
    return json;
}

static cJSON *nodes_of_view(const struct view_workflow *workflow)
{
    cJSON *nodes = cJSON_CreateArray();

    for (size_t i = 0; i < workflow->count; i++)
        cJSON_AddItemToArray(nodes, node_to_json(&workflow->nodes[i]));
    return nodes;
}

struct delta *delta_of_diff(const struct view_workflow *before, const cJSON *diff)
{
    cJSON *nodes = nodes_of_view(before);

    apply_diff(nodes, diff, false);
    return delta_new(nodes_of_view(before), sorted(nodes));
}

struct delta *delta_between(const struct view_workflow *before, const struct view_workflow *after)
{
    return delta_new(nodes_of_view(before), nodes_of_view(after));
}

/* ---- choosing ---- */

static bool is_taken(const enum take *takes, size_t item)
{
    return takes == NULL || takes[item] == TAKE_YES;
}

/* The prompt with the hunks that are taken; `first` is the first item of its hunks. */
static cJSON *chosen_prompt(const struct delta *delta, size_t first, const enum take *takes)
{
    const struct text_diff *diff = delta->items[first].diff;
    bool *accept = mem_zalloc(diff->count, sizeof *accept);
    struct str text = STR_INIT;
    cJSON *prompt;

    for (size_t i = 0; i < diff->count; i++)
        accept[i] = is_taken(takes, first + i);
    text_diff_apply(diff, accept, &text);
    prompt = cJSON_CreateString(str_text(&text));
    str_free(&text);
    free(accept);
    return prompt;
}

static void choose(const struct delta *delta, size_t i, const enum take *takes, cJSON *nodes)
{
    const struct delta_item *item = &delta->items[i];
    cJSON *node = delta_node(nodes, item->id);

    switch (item->kind) {
    case DELTA_ADDED:
        if (!is_taken(takes, i))
            remove_node(nodes, item->id);
        break;
    case DELTA_REMOVED:
        if (!is_taken(takes, i))
            cJSON_AddItemToArray(nodes, cJSON_Duplicate(item->before, true));
        break;
    case DELTA_REWIRED:
        if (!is_taken(takes, i))
            rewire(nodes, item->id, item->before);
        break;
    case DELTA_HUNK:
        if (item->hunk == 0 && node != NULL)
            put(node, "prompt", chosen_prompt(delta, i, takes));
        break;
    }
}

cJSON *delta_result(const struct delta *delta, const enum take *takes)
{
    cJSON *workflow = cJSON_CreateObject();
    cJSON *nodes = cJSON_Duplicate(delta->after, true);

    for (size_t i = 0; i < delta->count; i++)
        choose(delta, i, takes, nodes);
    cJSON_AddItemToObject(workflow, "nodes", sorted(nodes));
    return workflow;
}

size_t delta_split(struct delta *delta, size_t item)
{
    struct text_diff *diff = item < delta->count ? delta->items[item].diff : NULL;
    size_t before = diff != NULL ? diff->count : 0, first, more;

    if (diff == NULL || !text_diff_split(diff, delta->items[item].hunk))
        return 0;
    first = item - delta->items[item].hunk;
    more = diff->count - before;
    for (size_t i = 0; i < more; i++)
        add_item(delta, (struct delta_item){ 0 });
    memmove(delta->items + first + diff->count, delta->items + first + before,
        (delta->count - first - diff->count) * sizeof *delta->items);
    for (size_t i = 1; i < diff->count; i++) {
        delta->items[first + i] = delta->items[first];
        delta->items[first + i].hunk = i;
    }
    return more;
}

/* ---- editing ---- */

void delta_hunk_text(const struct delta_item *item, struct str *out)
{
    struct diff_range range = item->diff->hunks[item->hunk].new_range;

    str_add_n(out, item->diff->new_text + range.start, range.end - range.start);
}

void delta_hunk_old(const struct delta_item *item, struct str *out)
{
    struct diff_range range = item->diff->hunks[item->hunk].old_range;

    str_add_n(out, item->diff->old_text + range.start, range.end - range.start);
}

bool delta_hunk_is_old(const struct delta_item *item, const char *text)
{
    struct str old = STR_INIT;
    bool is_old;

    delta_hunk_old(item, &old);
    is_old = str_equal(str_text(&old), text);
    str_free(&old);
    return is_old;
}

void delta_hunk_with(const struct delta_item *item, const char *text, struct str *prompt)
{
    text_diff_with(item->diff, item->hunk, text, prompt);
}

char *delta_with_prompt(const struct delta *delta, const char *id, const char *prompt)
{
    cJSON *workflow = cJSON_CreateObject();
    cJSON *nodes = cJSON_Duplicate(delta->after, true);
    cJSON *node = delta_node(nodes, id);
    char *text;

    cJSON_AddItemToObject(workflow, "nodes", nodes);
    if (node != NULL)
        put(node, "prompt", cJSON_CreateString(prompt));
    text = cJSON_Print(workflow);
    cJSON_Delete(workflow);
    return text;
}

void delta_set_hunk(struct delta *delta, size_t item, const char *text)
{
    const struct delta_item *hunk = item < delta->count ? &delta->items[item] : NULL;
    struct str prompt = STR_INIT;

    if (hunk == NULL || hunk->kind != DELTA_HUNK)
        return;
    text_diff_with(hunk->diff, hunk->hunk, text, &prompt);
    text_diff_set(hunk->diff, hunk->hunk, text);
    put(delta_node(delta->after, hunk->id), "prompt", cJSON_CreateString(str_text(&prompt)));
    str_free(&prompt);
}

/* The hunks of one prompt, which begin with this item, made anew. */
static void renew_hunks(struct delta *delta, size_t first)
{
    struct delta_item was = delta->items[first];
    size_t behind = first + was.diff->count, count = delta->count - behind;
    struct delta_item *rest = mem_zalloc(count + 1, sizeof *rest);

    memcpy(rest, delta->items + behind, count * sizeof *rest);
    text_diff_free(was.diff);
    delta->count = first;
    add_hunks(delta, was.id, was.before, delta_node(delta->after, was.id));
    for (size_t i = 0; i < count; i++)
        add_item(delta, rest[i]);
    free(rest);
}

void delta_set_prompt(struct delta *delta, size_t item, const char *prompt)
{
    const struct delta_item *at = item < delta->count ? &delta->items[item] : NULL;
    cJSON *node = at != NULL ? delta_node(delta->after, at->id) : NULL;

    if (node == NULL)
        return;
    put(node, "prompt", cJSON_CreateString(prompt));
    if (at->kind == DELTA_HUNK)
        renew_hunks(delta, item - at->hunk);
}
