#include "blame.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "text_diff.h"
#include "view_words.h"

/* The prompt of a node by its id; NULL: there is no such node. */
static const char *prompt_of(const struct run_view *view, int workflow, const char *id)
{
    int node = node_by_id(view, workflow, id);

    return node >= 0 ? view->workflows.items[workflow].nodes[node].prompt : NULL;
}

/* A prompt as it was made: by which proposal, or VIEW_NONE. */
struct revision {
    const char *prompt;
    int proposal;
};

struct revisions {
    struct revision *items;
    size_t count, cap;
};

/* Newest first. The last one is the making of the node. */
static void trace_back(
    struct revisions *revisions, const struct run_view *view, int workflow, const char *id)
{
    while (workflow >= 0) {
        int proposal = view->workflows.items[workflow].origin;
        int before = proposal >= 0 ? view->proposal_list.items[proposal].before : VIEW_NONE;
        const char *now = prompt_of(view, workflow, id), *was = prompt_of(view, before, id);
        struct revision revision = { now, proposal };

        if (now == NULL)
            return;
        if (was == NULL || strcmp(was, now) != 0)
            ARRAY_PUSH(revisions, revision);
        workflow = was != NULL ? before : VIEW_NONE;
    }
}

unsigned blame_revisions(const struct run_view *view, int workflow, int node)
{
    struct revisions revisions = { NULL, 0, 0 };
    unsigned count;

    trace_back(&revisions, view, workflow, view->workflows.items[workflow].nodes[node].id);
    count = (unsigned)revisions.count;
    free(revisions.items);
    return count;
}

/* ---- lines ---- */

struct lines {
    struct blame_line *items;
    size_t count, cap;
};

static void split(struct lines *lines, const char *text, int proposal)
{
    size_t len = strlen(text);

    for (size_t at = 0; at < len || at == 0;) {
        const char *end = memchr(text + at, '\n', len - at);
        struct blame_line line = { .start = (uint32_t)at,
            .end = (uint32_t)(end != NULL ? (size_t)(end - text) : len),
            .proposal = proposal };

        ARRAY_PUSH(lines, line);
        at = line.end + (size_t)1;
    }
}

static bool touches(const struct diff_range *range, const struct blame_line *line)
{
    if (range->start == range->end) /* something was put in or taken out here */
        return range->start > line->start && range->start < line->end;
    return range->start < line->end && range->end > line->start;
}

/* Lines of `now` that stood in `was` get the age that they had there. */
static void inherit(struct lines *now, const struct lines *was, const struct text_diff *diff)
{
    size_t hunk = 0, old = 0;
    int64_t shift = 0; /* what is to be added to an offset of `now` to have that of `was` */

    for (size_t i = 0; i < now->count; i++) {
        struct blame_line *line = &now->items[i];
        bool touched = false;

        for (; hunk < diff->count && diff->hunks[hunk].new_range.end <= line->start; hunk++)
            shift =
                (int64_t)diff->hunks[hunk].old_range.end - (int64_t)diff->hunks[hunk].new_range.end;
        for (size_t h = hunk; h < diff->count && diff->hunks[h].new_range.start < line->end; h++)
            touched = touched || touches(&diff->hunks[h].new_range, line);
        if (touched)
            continue;
        while (old < was->count && (int64_t)was->items[old].start < (int64_t)line->start + shift)
            old++;
        if (old < was->count && (int64_t)was->items[old].start == (int64_t)line->start + shift &&
            (int64_t)was->items[old].end == (int64_t)line->end + shift)
            line->proposal = was->items[old].proposal;
    }
}

/* A last line without a break is the same as one with it. */
static struct text_diff *compare(const char *was, const char *now)
{
    char *old_text = mem_printf("%s\n", was), *new_text = mem_printf("%s\n", now);
    struct text_diff *diff = text_diff_new(old_text, strlen(old_text), new_text, strlen(new_text));

    free(old_text);
    free(new_text);
    return diff;
}

static void age_lines(struct lines *lines, const struct revisions *revisions)
{
    struct lines was = { NULL, 0, 0 };

    for (size_t i = revisions->count; i-- > 0;) {
        const struct revision *revision = &revisions->items[i];
        struct lines now = { NULL, 0, 0 };

        split(&now, revision->prompt, revision->proposal);
        if (i + 1 < revisions->count) {
            struct text_diff *diff = compare(revisions->items[i + 1].prompt, revision->prompt);

            inherit(&now, &was, diff);
            text_diff_free(diff);
        }
        free(was.items);
        was = now;
    }
    *lines = was;
}

/* ---- what comes next ---- */

static void mark_going(struct blame *blame, const char *now, const char *next)
{
    struct text_diff *diff = compare(now, next);

    for (size_t i = 0; i < blame->count; i++)
        for (size_t h = 0; h < diff->count && !blame->lines[i].goes; h++)
            blame->lines[i].goes = touches(&diff->hunks[h].old_range, &blame->lines[i]);
    text_diff_free(diff);
}

static void look_ahead(struct blame *blame, const struct run_view *view, int workflow, int node)
{
    const struct view_node *at = &view->workflows.items[workflow].nodes[node];

    blame->next = VIEW_NONE;
    for (size_t i = 0; i < view->proposal_list.count; i++) {
        const struct view_proposal *proposal = &view->proposal_list.items[i];
        const char *next;

        if (proposal->before != workflow || proposal->after < 0)
            continue;
        next = prompt_of(view, proposal->after, at->id);
        if (next == NULL || strcmp(next, at->prompt) == 0)
            continue;
        blame->next = (int)i;
        mark_going(blame, at->prompt, next);
        return;
    }
}

void blame_make(struct blame *blame, const struct run_view *view, int workflow, int node)
{
    struct revisions revisions = { NULL, 0, 0 };
    struct lines lines = { NULL, 0, 0 };

    blame_free(blame);
    trace_back(&revisions, view, workflow, view->workflows.items[workflow].nodes[node].id);
    age_lines(&lines, &revisions);
    blame->lines = lines.items;
    blame->count = lines.count;
    blame->revisions = (unsigned)revisions.count;
    free(revisions.items);
    look_ahead(blame, view, workflow, node);
}

void blame_free(struct blame *blame)
{
    free(blame->lines);
    *blame = (struct blame){ .next = VIEW_NONE };
}
