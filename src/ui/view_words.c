#include "view_words.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { ID_SHOWN = 12 }; /* bytes */

/* ---- names ---- */

const char *words_pass(const struct run_view *view, int rollout, char text[WORDS])
{
    const struct view_rollout *pass = &view->rollouts.items[rollout];

    const char *what = view->stopped || view->finished ? "unfinished" : "under way";

    if (pass->under_way && (pass->validation || pass->test))
        (void)snprintf(text, WORDS, "%s: %s", what, pass->test ? "test" : "validation");
    else if (pass->under_way)
        (void)snprintf(text, WORDS, "%s: b%u r%u s%u", what, pass->batch, pass->round, pass->step);
    else if (pass->proposal > 0)
        (void)snprintf(text, WORDS, "batch %u with proposal %u", pass->batch, pass->proposal);
    else if (pass->test)
        (void)snprintf(text, WORDS, "the %s, on test", pass->best ? "best" : "start");
    else if (pass->validation && pass->batch == 0)
        (void)snprintf(text, WORDS, "the start, on validation");
    else if (pass->validation)
        (void)snprintf(text, WORDS, "validation after batch %u", pass->batch);
    else
        (void)snprintf(
            text, WORDS, "batch %u round %u step %u", pass->batch, pass->round, pass->step);
    return text;
}

const char *words_pass_brief(const struct run_view *view, int rollout, char text[WORDS_BRIEF])
{
    const struct view_rollout *pass = &view->rollouts.items[rollout];

    if (pass->test)
        (void)snprintf(text, WORDS_BRIEF, "test %s", pass->best ? "best" : "start");
    else if (pass->validation && pass->batch == 0)
        (void)snprintf(text, WORDS_BRIEF, "val start");
    else if (pass->validation)
        (void)snprintf(text, WORDS_BRIEF, "val b%u", pass->batch);
    else
        (void)snprintf(text, WORDS_BRIEF, "b%u r%u s%u", pass->batch, pass->round, pass->step);
    return text;
}

/* Where the number begins with which an id ends, with the sign before it ("data.csv:7"); its end:
 * there is none. */
static size_t number_at_end(const char *id, size_t len)
{
    size_t at = len;

    while (at > 0 && id[at - 1] >= '0' && id[at - 1] <= '9')
        at--;
    return at > 0 && at < len && strchr(":/#", id[at - 1]) != NULL ? at - 1 : len;
}

const char *words_id(const char *id, char text[WORDS_ID])
{
    size_t len = strlen(id), cut = 8, tail = number_at_end(id, len);

    if (len > ID_SHOWN && len - tail > 1 && len - tail <= ID_SHOWN) {
        (void)snprintf(text, WORDS_ID, "%s", id + tail);
        return text;
    }
    while (len > ID_SHOWN && cut > 0 && ((unsigned char)id[cut] & 0xC0) == 0x80)
        cut--;
    cut = len > ID_SHOWN ? cut : len;
    memcpy(text, id, cut);
    text[cut] = '\0';
    return text;
}

const char *words_verdict(enum view_verdict verdict)
{
    static const char *const words[] = {
        [VIEW_PENDING] = "waits",
        [VIEW_ACCEPTED] = "taken",
        [VIEW_REJECTED] = "declined",
        [VIEW_EDITED] = "taken as edited",
    };

    return words[verdict];
}

/* ---- gradients ---- */

/* The first line that begins with the head; returns where it begins and, in *after, what follows
 * the head. NULL: there is none. */
static const char *find_head(const char *text, size_t len, const char *head, const char **after)
{
    const char *end = text + len;

    for (const char *line = text; line < end;) {
        const char *start = line, *next = memchr(line, '\n', (size_t)(end - line));

        while (line < end && strchr(" \t*#", *line) != NULL && *line != '\0')
            line++;
        if ((size_t)(end - line) >= strlen(head) && strncasecmp(line, head, strlen(head)) == 0) {
            *after = line + strlen(head);
            return start;
        }
        line = next != NULL ? next + 1 : end;
    }
    return NULL;
}

/* [*start, *start + *len) without blanks and stars at both ends. */
static void trim(const char **start, size_t *len)
{
    while (*len > 0 && **start != '\0' && strchr(" \t\r\n*", **start) != NULL) {
        (*start)++;
        (*len)--;
    }
    while (*len > 0 && (*start)[*len - 1] != '\0' && strchr(" \t\r\n", (*start)[*len - 1]) != NULL)
        (*len)--;
}

static bool says_nothing(const char *text, size_t len)
{
    static const char *const words[] = { "", "nothing", "nothing to change", "none", "no change",
        "no changes" };

    while (len > 0 && (text[len - 1] == '.' || text[len - 1] == '*'))
        len--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == len && strncasecmp(text, words[i], len) == 0)
            return true;
    return false;
}

struct gradient_halves gradient_halves(const char *text, size_t len)
{
    struct gradient_halves halves = { .change = text, .change_len = len };
    const char *end = text + len, *after_keep = NULL, *after_change = NULL;
    const char *keep = find_head(text, len, "Keep:", &after_keep);
    const char *change = find_head(text, len, "Change:", &after_change);

    if (keep != NULL) {
        halves.keep = after_keep;
        halves.keep_len = (size_t)((change != NULL && change > keep ? change : end) - after_keep);
        halves.change_len = 0;
        trim(&halves.keep, &halves.keep_len);
    }
    if (change != NULL) {
        halves.change = after_change;
        halves.change_len = (size_t)((keep != NULL && keep > change ? keep : end) - after_change);
    }
    trim(&halves.change, &halves.change_len);
    halves.wants_change = !says_nothing(halves.change, halves.change_len);
    return halves;
}

void gradient_sections(struct sections *sections, struct reader *reader, struct hash id)
{
    bool missing = false;
    const struct text *text = reader_text(reader, id, &missing);
    struct gradient_halves halves;

    if (text == NULL) {
        sections_add_id(sections, "Change", ROLE_CHANGE, reader, id, "the text is not in the file");
        return;
    }
    halves = gradient_halves(text->data, text->len);
    if (halves.wants_change)
        sections_add(sections, "Change", ROLE_CHANGE, halves.change, halves.change_len);
    else
        sections_note(sections, "Change", "nothing");
    if (halves.keep_len > 0)
        sections_add(sections, "Keep", ROLE_KEEP, halves.keep, halves.keep_len);
}

/* ---- look-ups ---- */

int node_by_id(const struct run_view *view, int workflow, const char *id)
{
    const struct view_workflow *nodes;

    if (workflow < 0 || id == NULL)
        return VIEW_NONE;
    nodes = &view->workflows.items[workflow];
    for (size_t i = 0; i < nodes->count; i++)
        if (strcmp(nodes->nodes[i].id, id) == 0)
            return (int)i;
    return VIEW_NONE;
}

const char *gradient_node_id(const struct run_view *view, int gradient)
{
    const struct view_gradient *at = &view->gradient_list.items[gradient];
    int workflow = view->rollouts.items[at->rollout].workflow;

    if (at->node < 0 || workflow < 0)
        return NULL;
    return view->workflows.items[workflow].nodes[at->node].id;
}

int gradient_of(const struct run_view *view, int rollout, int example, int node)
{
    uint32_t first = 0, count = 0;

    if (rollout < 0 || example < 0)
        return VIEW_NONE;
    run_view_gradients_of(view, rollout, example, &first, &count);
    for (uint32_t i = first; i < first + count; i++)
        if (view->gradient_list.items[i].node == node)
            return (int)i;
    return VIEW_NONE;
}

/* Proposals stand in the order of their gradients, each with later ones than the one before. */
int gradient_led_to(const struct run_view *view, int gradient)
{
    size_t low = 0, high = view->proposal_list.count;

    for (size_t i = high; i-- > low;) {
        const struct view_proposal *proposal = &view->proposal_list.items[i];
        const uint32_t *behind = &view->behind.items[proposal->first_gradient];
        bool is_earlier = proposal->gradient_count > 0;

        for (uint32_t j = 0; j < proposal->gradient_count; j++) {
            if (behind[j] == (uint32_t)gradient)
                return (int)i;
            is_earlier = is_earlier && behind[j] < (uint32_t)gradient;
        }
        if (is_earlier)
            break;
    }
    return VIEW_NONE;
}

int workflow_of_proposal(const struct run_view *view, int proposal)
{
    int after = view->proposal_list.items[proposal].after;

    for (size_t i = view->workflows.count; after == VIEW_NONE && i-- > 0;)
        if (view->workflows.items[i].origin == proposal)
            after = (int)i;
    return after;
}

const char *words_no_update(const struct run_view *view, int rollout)
{
    int next = rollout + 1;

    if (next < (int)view->rollouts.count && view->rollouts.items[next].under_way)
        next++;
    if (!view->finished && next == (int)view->rollouts.count)
        return "no update yet";
    return "no update: none was made in this step";
}

int example_by_id(const struct run_view *view, const char *id)
{
    for (size_t i = 0; id != NULL && i < view->examples.count; i++)
        if (strcmp(view->examples.items[i].id, id) == 0)
            return (int)i;
    return VIEW_NONE;
}

const char *words_proposal(
    struct sections *sections, const struct run_view *view, int at, bool changes)
{
    const struct view_proposal *proposal = &view->proposal_list.items[at];
    const char *who = strcmp(proposal->who, "person") == 0 ? " by a person" : "";
    char before[8], after[8];
    const char *evidence = "";

    if (proposal->has_evidence)
        evidence = sections_print(sections, "; batch %s to %s: %u fixed, %u broken, %u same",
            run_view_score(proposal->score_before, before),
            run_view_score(proposal->score_after, after), proposal->fixed, proposal->broken,
            proposal->same);
    return sections_print(sections, "proposal %u (%s), batch %u round %u step %u, %s%s%s%s%s%s%s",
        proposal->ordinal, proposal->sketch ? "structure" : "prompts", proposal->batch,
        proposal->round, proposal->step, words_verdict(proposal->verdict), who,
        proposal->reason != NULL ? ": " : "", proposal->reason != NULL ? proposal->reason : "",
        evidence, changes && proposal->changes != NULL ? "\n" : "",
        changes && proposal->changes != NULL ? proposal->changes : "");
}
