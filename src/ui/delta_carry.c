/* Which choices outlive an edit: those about changes that are the same as before. */
#include <string.h>

#include "delta.h"
#include "mem.h"

static bool is_same_hunk(const struct delta_item *a, const struct delta_item *b)
{
    struct diff_range x = a->diff->hunks[a->hunk].old_range, y = b->diff->hunks[b->hunk].old_range;
    struct str text = STR_INIT, other = STR_INIT;
    bool same;

    delta_hunk_text(a, &text);
    delta_hunk_text(b, &other);
    same = x.start == y.start && x.end == y.end && strcmp(str_text(&text), str_text(&other)) == 0;
    str_free(&text);
    str_free(&other);
    return same;
}

/* Prompts are compared by themselves: a node without one may have an empty one. */
static bool is_same_node(const cJSON *a, const cJSON *b)
{
    cJSON *x = cJSON_Duplicate(a, true), *y = cJSON_Duplicate(b, true);
    bool same;

    cJSON_DeleteItemFromObjectCaseSensitive(x, "prompt");
    cJSON_DeleteItemFromObjectCaseSensitive(y, "prompt");
    same = cJSON_Compare(x, y, true);
    cJSON_Delete(x);
    cJSON_Delete(y);
    return same;
}

static bool is_same(const struct delta_item *a, const struct delta_item *b)
{
    if (a->kind != b->kind || strcmp(a->id, b->id) != 0)
        return false;
    switch (a->kind) {
    case DELTA_HUNK:
        return is_same_hunk(a, b);
    case DELTA_ADDED:
        return is_same_node(a->after, b->after) &&
               strcmp(delta_prompt(a->after), delta_prompt(b->after)) == 0;
    case DELTA_REWIRED:
        return is_same_node(a->after, b->after);
    case DELTA_REMOVED:
        break;
    }
    return true;
}

/* The old text that a hunk stands for with those of `was` in it that are not left out; *open: one
 * of them is undecided. */
static void add_as_chosen(const struct delta *was, const enum take *takes,
    const struct delta_item *item, bool *open, struct str *out)
{
    struct diff_range range = item->diff->hunks[item->hunk].old_range;
    const char *old_text = item->diff->old_text;
    size_t at = range.start;

    for (size_t i = 0; i < was->count; i++) {
        const struct delta_item *other = &was->items[i];
        struct diff_range part;

        if (other->kind != DELTA_HUNK || strcmp(other->id, item->id) != 0 || takes[i] == TAKE_NO)
            continue;
        part = other->diff->hunks[other->hunk].old_range;
        if (part.start < at || part.end > range.end)
            continue;
        str_add_n(out, old_text + at, part.start - at);
        delta_hunk_text(other, out);
        *open |= takes[i] == TAKE_OPEN;
        at = part.end;
    }
    str_add_n(out, old_text + at, range.end - at);
}

/* Several hunks may have become one: it is as undecided as they were. */
static enum take take_of_joined(
    const struct delta *was, const enum take *takes, const struct delta_item *item)
{
    struct str text = STR_INIT, chosen = STR_INIT;
    bool open = false, same;

    delta_hunk_text(item, &text);
    add_as_chosen(was, takes, item, &open, &chosen);
    same = strcmp(str_text(&text), str_text(&chosen)) == 0;
    str_free(&text);
    str_free(&chosen);
    return same && open ? TAKE_OPEN : TAKE_YES;
}

static enum take take_of(
    const struct delta *was, const enum take *takes, const struct delta_item *item)
{
    for (size_t i = 0; i < was->count; i++)
        if (is_same(&was->items[i], item))
            return takes[i];
    return item->kind == DELTA_HUNK ? take_of_joined(was, takes, item) : TAKE_YES;
}

enum take *delta_carry(const struct delta *was, const enum take *takes, const struct delta *fresh)
{
    enum take *carried = mem_zalloc(fresh->count + 1, sizeof *carried);

    for (size_t i = 0; i < fresh->count; i++)
        carried[i] = take_of(was, takes, &fresh->items[i]);
    return carried;
}
