#include "diff.h"

#include <string.h>

#include "array.h"
#include "mem.h"
#include "nearest.h"
#include "workflow_private.h"

struct items {
    struct diff_item *items;
    size_t count, cap;
};

static bool same_inputs(const struct node *a, const struct node *b)
{
    if (a->input_count != b->input_count)
        return false;
    for (size_t i = 0; i < a->input_count; i++)
        if (strcmp(a->inputs[i].name, b->inputs[i].name) != 0)
            return false;
    return true;
}

static bool same_tools(const struct node *a, const struct node *b)
{
    if (a->tool_count != b->tool_count)
        return false;
    for (size_t i = 0; i < a->tool_count; i++)
        if (strcmp(a->tools[i], b->tools[i]) != 0)
            return false;
    return true;
}

static bool same_wiring(const struct node *a, const struct node *b)
{
    return a->kind == b->kind && strcmp(a->description, b->description) == 0 && same_inputs(a, b) &&
           same_tools(a, b) && str_equal(a->model, b->model) && str_equal(a->schema, b->schema);
}

static bool same_prompt(const struct node *a, const struct node *b)
{
    return strcmp(a->prompt, b->prompt) == 0;
}

static bool has(const struct workflow *workflow, const char *id)
{
    return workflow_find(workflow, id) >= 0;
}

static const struct node *find(const struct workflow *workflow, const char *id)
{
    int index = workflow_find(workflow, id);

    return index >= 0 ? &workflow->nodes[index] : NULL;
}

struct diff workflow_diff(const struct workflow *a, const struct workflow *b)
{
    struct items items = { NULL, 0, 0 };

    for (size_t i = 0; i < b->count; i++) {
        const struct node *after = &b->nodes[i];
        const struct node *before;

        if (!has(a, after->id)) {
            ARRAY_PUSH(&items, ((struct diff_item){ NODE_ADDED, after->id }));
            continue;
        }
        before = find(a, after->id);
        if (!same_wiring(before, after))
            ARRAY_PUSH(&items, ((struct diff_item){ NODE_REWIRED, after->id }));
        if (!same_prompt(before, after))
            ARRAY_PUSH(&items, ((struct diff_item){ NODE_PROMPTED, after->id }));
    }
    for (size_t i = 0; i < a->count; i++)
        if (!has(b, a->nodes[i].id))
            ARRAY_PUSH(&items, ((struct diff_item){ NODE_REMOVED, a->nodes[i].id }));
    return (struct diff){ items.items, items.count };
}

void diff_free(struct diff *diff)
{
    free(diff->items);
    *diff = (struct diff){ NULL, 0 };
}

static void add_pair(const struct workflow *a, const struct workflow *b,
    const struct diff_item *item, struct str *out)
{
    const struct node *before = find(a, item->id);
    const struct node *after = find(b, item->id);

    str_addf(out, "{\"id\":\"%s\",\"before\":", item->id);
    if (item->change == NODE_REWIRED) {
        node_to_json(before, false, out);
        str_add(out, ",\"after\":");
        node_to_json(after, false, out);
    } else {
        json_print_string(before->prompt, strlen(before->prompt), out);
        str_add(out, ",\"after\":");
        json_print_string(after->prompt, strlen(after->prompt), out);
    }
    str_add_char(out, '}');
}

static void add_item(const struct workflow *a, const struct workflow *b,
    const struct diff_item *item, struct str *out)
{
    switch (item->change) {
    case NODE_ADDED:
        node_to_json(find(b, item->id), true, out);
        break;
    case NODE_REMOVED:
        node_to_json(find(a, item->id), true, out);
        break;
    case NODE_REWIRED:
    case NODE_PROMPTED:
        add_pair(a, b, item, out);
        break;
    }
}

void diff_to_json(const struct workflow *a, const struct workflow *b, struct str *out)
{
    static const struct {
        enum node_change change;
        const char *key;
    } parts[] = {
        { NODE_ADDED, "nodes_added" },
        { NODE_REMOVED, "nodes_removed" },
        { NODE_REWIRED, "rewired" },
        { NODE_PROMPTED, "prompts" },
    };
    struct diff diff = workflow_diff(a, b);

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool first = true;

        str_addf(out, "%s\"%s\":[", i > 0 ? "," : "{", parts[i].key);
        for (size_t j = 0; j < diff.count; j++) {
            if (diff.items[j].change != parts[i].change)
                continue;
            str_add(out, first ? "" : ",");
            add_item(a, b, &diff.items[j], out);
            first = false;
        }
        str_add_char(out, ']');
    }
    str_add_char(out, '}');
    diff_free(&diff);
}

/* One application: the changes of a → b that are taken, and the nodes that come of it. Strings are
 * the workflows'. */
struct patch {
    const struct workflow *base, *a, *b;
    const char *const *take; /* NULL: all */
    size_t take_count;
    struct {
        struct node_spec *items;
        size_t count, cap;
    } specs;
    const char **inputs; /* NODE_MAX_INPUTS a spec */
    size_t inputs_used;
    bool whole; /* every change is taken */
};

static bool is_taken(const struct patch *patch, const char *id)
{
    for (size_t i = 0; patch->take != NULL && i < patch->take_count; i++)
        if (strcmp(patch->take[i], id) == 0)
            return true;
    return patch->take == NULL;
}

static bool check_take(struct patch *patch, const struct diff *diff, struct err *err)
{
    const char **ids = mem_zalloc(diff->count, sizeof *ids);
    bool good = true;

    patch->whole = true;
    for (size_t i = 0; i < diff->count; i++) {
        ids[i] = diff->items[i].id;
        patch->whole = patch->whole && is_taken(patch, ids[i]);
    }
    for (size_t i = 0; good && patch->take != NULL && i < patch->take_count; i++) {
        const char *near = nearest_name(patch->take[i], ids, diff->count);
        bool known = near != NULL && strcmp(near, patch->take[i]) == 0;

        if (!known)
            good = err_set(err, ERR_INPUT, "node \"%s\" is not changed%s%s%s",
                show_name(patch->take[i]).text, near != NULL ? "; did you mean \"" : "",
                near != NULL ? near : "", near != NULL ? "\"?" : "");
    }
    free(ids);
    return good;
}

/* What the change starts from must still be there, or be what the change makes of it. */
static bool check_base(const struct patch *patch, const struct diff_item *item, struct err *err)
{
    const struct node *base = find(patch->base, item->id);
    const struct node *before = find(patch->a, item->id);
    const struct node *after = find(patch->b, item->id);

    switch (item->change) {
    case NODE_ADDED:
        if (base != NULL && !(same_wiring(base, after) && same_prompt(base, after)))
            return err_set(err, ERR_INPUT,
                "the change adds a node \"%s\", but the workflow has another of this id; "
                "rename or remove that one first",
                item->id);
        return true;
    case NODE_REMOVED:
        if (base == NULL)
            return err_set(err, ERR_INPUT,
                "the change removes node \"%s\", which the workflow does not have", item->id);
        return true;
    case NODE_REWIRED:
    case NODE_PROMPTED:
        if (base == NULL)
            return err_set(err, ERR_INPUT,
                "the change edits node \"%s\", which the workflow does not have", item->id);
        if (item->change == NODE_REWIRED ? !same_wiring(base, before) && !same_wiring(base, after)
                                         : !same_prompt(base, before) && !same_prompt(base, after))
            return err_set(err, ERR_INPUT,
                "node \"%s\" was changed in another way meanwhile; make the change anew", item->id);
        return true;
    }
    return true;
}

static bool check_bases(const struct patch *patch, const struct diff *diff, struct err *err)
{
    for (size_t i = 0; i < diff->count; i++)
        if (is_taken(patch, diff->items[i].id) && !check_base(patch, &diff->items[i], err))
            return false;
    return true;
}

static struct node_spec *push_node(struct patch *patch, const struct node *node)
{
    struct node_spec spec = node_as_spec(node, patch->inputs + patch->inputs_used);

    patch->inputs_used += NODE_MAX_INPUTS;
    ARRAY_PUSH(&patch->specs, spec);
    return &patch->specs.items[patch->specs.count - 1];
}

/* A node of the base with what is taken of its change: both halves of it where it has two. */
static void push_base(struct patch *patch, const struct node *base)
{
    const struct node *before = find(patch->a, base->id);
    const struct node *after = find(patch->b, base->id);
    struct node_spec *spec;

    if (before != NULL && after == NULL && is_taken(patch, base->id))
        return;
    if (before == NULL || after == NULL || !is_taken(patch, base->id)) {
        push_node(patch, base);
        return;
    }
    spec = push_node(patch, same_wiring(before, after) ? base : after);
    spec->prompt = same_prompt(before, after) ? base->prompt : after->prompt;
}

static void push_added(struct patch *patch, const struct node *after)
{
    if (!has(patch->a, after->id) && !has(patch->base, after->id) && is_taken(patch, after->id))
        push_node(patch, after);
}

/* In the order of b where all of a → b is taken, so that from a it gives b; else in the order of
 * the base. */
static void make_specs(struct patch *patch)
{
    for (size_t i = 0; patch->whole && i < patch->b->count; i++) {
        const struct node *after = &patch->b->nodes[i];

        if (has(patch->base, after->id))
            push_base(patch, find(patch->base, after->id));
        else
            push_added(patch, after);
    }
    for (size_t i = 0; i < patch->base->count; i++)
        if (!patch->whole || !has(patch->b, patch->base->nodes[i].id))
            push_base(patch, &patch->base->nodes[i]);
    for (size_t i = 0; !patch->whole && i < patch->b->count; i++)
        push_added(patch, &patch->b->nodes[i]);
}

struct workflow *workflow_apply(const struct workflow *base, const struct workflow *a,
    const struct workflow *b, const char *const *take, size_t count,
    const struct workflow_scope *scope, struct err *err)
{
    struct patch patch = { .base = base, .a = a, .b = b, .take = take, .take_count = count };
    struct diff diff = workflow_diff(a, b);
    struct workflow *result = NULL;

    if (check_take(&patch, &diff, err) && check_bases(&patch, &diff, err)) {
        patch.inputs = mem_zalloc((base->count + b->count) * NODE_MAX_INPUTS, sizeof *patch.inputs);
        make_specs(&patch);
        result = workflow_build(patch.specs.items, patch.specs.count, scope, err);
    }
    free(patch.specs.items);
    free(patch.inputs);
    diff_free(&diff);
    return result;
}
