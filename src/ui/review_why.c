/* Why: what the meta model says it changed, example by example what came of it, and the gradients
 * behind it. */
#include <math.h>
#include <string.h>

#include "array.h"
#include "review_state.h"
#include "view_words.h"

static void begin_item(struct review *review, int example, int gradient)
{
    struct why_item item = { example, gradient };

    doc_item(&review->why, (int)review->why_items.count);
    ARRAY_PUSH(&review->why_items, item);
}

/* ---- examples ---- */

enum fate { FATE_BROKEN, FATE_FIXED, FATE_SAME, FATE_LOST, FATES };

static enum fate fate_of(const struct view_evidence *row)
{
    if (isnan(row->before) || isnan(row->after))
        return FATE_LOST;
    return row->after < row->before   ? FATE_BROKEN
           : row->after > row->before ? FATE_FIXED
                                      : FATE_SAME;
}

/* As short as Traces tells it. */
static const char *example_id(const struct run_view *view, int example, char text[WORDS_ID])
{
    if (example < 0 || (size_t)example >= view->examples.count)
        return "?";
    return words_id(view->examples.items[example].id, text);
}

static void add_example(struct review *review, const struct view_evidence *row, enum fate fate)
{
    static const struct {
        char mark;
        enum role role;
        const char *words;
    } fates[FATES] = { { '-', ROLE_ERROR, "broken" }, { '+', ROLE_OK, "fixed" },
        { '=', ROLE_DIM, "same" }, { '?', ROLE_WARNING, "lost" } };
    const struct run_view *view = ui_view(review->ui);
    const char *arrow = review->ascii ? "->" : "→";
    struct str line = STR_INIT;
    struct doc_text text = { .role = fates[fate].role, .mark = fates[fate].mark };
    char before[8], after[8], id[WORDS_ID];

    begin_item(review, row->example, PLACE_NONE);
    str_addf(&line, "%-6s %s %s %s  %s", fates[fate].words, run_view_score(row->before, before),
        arrow, run_view_score(row->after, after), example_id(view, row->example, id));
    text.text = str_text(&line);
    text.len = line.len;
    doc_add(&review->why, &text);
    str_free(&line);
}

static void add_calls(struct review *review)
{
    struct str line = STR_INIT;
    bool is_more = delta_add_calls(review->delta, review->ascii ? "->" : "→", &line);

    doc_add_plain(&review->why, is_more ? ROLE_WARNING : ROLE_TEXT, "%s", str_text(&line));
    str_free(&line);
}

static void add_examples(struct review *review, const struct view_proposal *proposal)
{
    const struct run_view *view = ui_view(review->ui);
    const struct view_evidence *rows = view->evidence.items + proposal->first_evidence;
    bool is_edited = review_is_edited(review);

    if (proposal->evidence_count == 0)
        return;
    doc_add_head(&review->why, ROLE_TITLE, is_edited ? "As edited" : "What it does to the batch");
    if (review->delta != NULL)
        add_calls(review);
    if (is_edited)
        doc_add_head(&review->why, ROLE_TITLE, "What it did to the batch before the edit");
    for (int fate = 0; fate < FATES; fate++)
        for (uint32_t i = 0; i < proposal->evidence_count; i++)
            if (fate_of(&rows[i]) == (enum fate)fate)
                add_example(review, &rows[i], (enum fate)fate);
}

/* ---- gradients ---- */

static const char *node_of(const struct run_view *view, const struct view_gradient *gradient)
{
    const struct view_workflow *workflow;

    if (gradient->node == VIEW_NONE)
        return "workflow";
    if (gradient->rollout < 0 || (size_t)gradient->rollout >= view->rollouts.count)
        return "?";
    if (view->rollouts.items[gradient->rollout].workflow == VIEW_NONE)
        return "?";
    workflow = &view->workflows.items[view->rollouts.items[gradient->rollout].workflow];
    return (size_t)gradient->node < workflow->count ? workflow->nodes[gradient->node].id : "?";
}

static void add_half(struct review *review, enum role role, const char *text, size_t len)
{
    struct doc_text half = { .role = role, .mark = ' ' };

    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
        len--;
    half.text = text;
    half.len = len;
    if (len > 0)
        doc_add(&review->why, &half);
}

/* A gradient's parts are headed "Keep:" and "Change:"; without the heads all of it is Change. */
static void add_gradient_text(struct review *review, const struct text *text)
{
    const char *keep = strstr(text->data, "Keep:"), *change = strstr(text->data, "Change:");
    size_t split;

    if (change == NULL || keep == NULL) {
        add_half(review, ROLE_CHANGE, text->data, text->len);
        return;
    }
    split = (size_t)((keep < change ? change : keep) - text->data);
    add_half(review, keep < change ? ROLE_KEEP : ROLE_CHANGE, text->data, split);
    add_half(
        review, keep < change ? ROLE_CHANGE : ROLE_KEEP, text->data + split, text->len - split);
}

static void add_gradient(struct review *review, int index, bool first)
{
    const struct run_view *view = ui_view(review->ui);
    const struct view_gradient *gradient = &view->gradient_list.items[index];
    struct reader *reader = ui_reader(review->ui);
    bool missing = reader == NULL;
    const struct text *text = reader != NULL ? reader_text(reader, gradient->text, &missing) : NULL;
    char id[WORDS_ID];

    if (!first) {
        doc_item(&review->why, DOC_NO_ITEM);
        doc_add_plain(&review->why, ROLE_TEXT, "%s", "");
    }
    begin_item(review, gradient->example, index);
    doc_add_plain(&review->why, ROLE_ACCENT, "%s, example %s", node_of(view, gradient),
        example_id(view, gradient->example, id));
    if (text != NULL)
        add_gradient_text(review, text);
    else
        doc_add_plain(&review->why, ROLE_DIM, "%s",
            missing         ? "the text is not there"
            : review->ascii ? "..."
                            : "…");
    review->why_waits |= text == NULL && !missing;
}

static void add_gradients(struct review *review, const struct view_proposal *proposal)
{
    const struct run_view *view = ui_view(review->ui);

    if (proposal->gradient_count == 0)
        return;
    doc_add_head(&review->why, ROLE_TITLE, "The gradients behind it");
    for (uint32_t i = 0; i < proposal->gradient_count; i++)
        add_gradient(review, (int)view->behind.items[proposal->first_gradient + i], i == 0);
}

/* ---- all of it ---- */

static void add_said(struct review *review, const struct view_proposal *proposal)
{
    if (proposal->reason != NULL && proposal->reason[0] != '\0') {
        doc_add_head(&review->why, ROLE_TITLE, "The reason given");
        add_half(review, ROLE_TEXT, proposal->reason, strlen(proposal->reason));
    }
    if (proposal->changes != NULL) {
        doc_add_head(&review->why, ROLE_TITLE, "What the meta model says it changed");
        add_half(review, ROLE_TEXT, proposal->changes, strlen(proposal->changes));
    }
}

/* While texts are on their way it is made anew for each frame, for any of them may have come. */
static uint64_t why_stamp(struct review *review)
{
    const struct view_proposal *proposal = review_shown(review);

    if (review->why_waits)
        return ++review->why_frames << 1 | 1;
    return ((uint64_t)proposal->ordinal << 16 | (review->version & 255) << 8 |
               (uint64_t)proposal->verdict << 2 | (uint64_t)(review->delta != NULL) << 1 |
               review->ascii)
           << 1;
}

void review_draw_why(struct review *review, const struct pane *pane)
{
    static const struct doc_source source = { NULL, NULL, "nothing is told of it" };
    const struct view_proposal *proposal = review_shown(review);

    if (doc_begin(&review->why, pane->width - 1, why_stamp(review))) {
        review->why_items.count = 0;
        review->why_waits = false;
        add_said(review, proposal);
        add_examples(review, proposal);
        add_gradients(review, proposal);
    }
    doc_draw(&review->why, &source, NULL, pane, review->focus == REVIEW_WHY);
}

static int rollout_of_pass(const struct run_view *view, unsigned pass)
{
    for (size_t i = view->rollouts.count; i-- > 0;)
        if (view->rollouts.items[i].pass == pass)
            return (int)i;
    return PLACE_NONE;
}

/* Goes to the trace behind the selected item; false: there is none. */
bool review_open_why(struct review *review)
{
    const struct run_view *view = ui_view(review->ui);
    const struct view_proposal *proposal = review_shown(review);
    struct place place = place_of(SCREEN_TRACES);
    struct why_item item;

    if (proposal == NULL || (size_t)review->why.selected >= review->why_items.count)
        return false;
    item = review->why_items.items[review->why.selected];
    place.example = item.example;
    place.gradient = item.gradient;
    if (item.gradient != PLACE_NONE) {
        place.rollout = view->gradient_list.items[item.gradient].rollout;
        place.node = view->gradient_list.items[item.gradient].node;
    } else {
        place.rollout = rollout_of_pass(view, proposal->evidence_pass);
        if (place.rollout < 0) {
            ui_say(review->ui, ROLE_WARNING, "the run's file does not tell the changed workflow");
            return false;
        }
    }
    ui_go(review->ui, &place);
    return true;
}
