#include "trace_sections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_sections.h"
#include "mem.h"
#include "text_diff.h"
#include "view_words.h"

static const struct view_rollout *rollout_of(const struct trace_step *step)
{
    return &ui_view(step->ui)->rollouts.items[step->rollout];
}

static const struct view_workflow *workflow_of(const struct trace_step *step)
{
    return &ui_view(step->ui)->workflows.items[rollout_of(step)->workflow];
}

static struct hash output_of(const struct trace_step *step, int node)
{
    return node >= 0 && (size_t)node < step->trace->node_count ? step->trace->outputs[node]
                                                               : (struct hash){ 0, 0 };
}

/* ---- input ---- */

/* The part of an example's input that is one field: "## NAME\n\n…". False: it has no such part. */
static bool find_field(const struct text *input, const char *name, size_t *start, size_t *end)
{
    char *head = mem_printf("## %s\n", name);
    const char *at = input->data, *next;

    while (at != NULL && !str_starts(at, head)) {
        at = strstr(at, "\n## ");
        at = at != NULL ? at + 1 : NULL;
    }
    if (at != NULL) {
        at += strlen(head);
        at += strspn(at, "\n");
        next = strstr(at, "\n## ");
        *start = (size_t)(at - input->data);
        *end = next != NULL ? (size_t)(next - input->data) : input->len;
    }
    free(head);
    return at != NULL;
}

static void add_field(struct sections *sections, const struct trace_step *step, const char *name)
{
    const struct text *input = reader_text(ui_reader(step->ui), step->trace->input, NULL);
    const char *head = sections_print(sections, "%s (of the task)", name);
    size_t start, end;

    if (input != NULL && find_field(input, name, &start, &end))
        sections_add(sections, head, ROLE_TITLE, input->data + start, end - start);
    else
        sections_add_id(sections, head, ROLE_TITLE, ui_reader(step->ui), step->trace->input,
            "it is not in the file");
}

void trace_add_input(struct sections *sections, const struct trace_step *step)
{
    const struct view_node *node;

    if (step->node < 0) {
        sections_add_id(sections, "The example's input", ROLE_TITLE, ui_reader(step->ui),
            step->trace->input, "it is not in the file");
        return;
    }
    node = &workflow_of(step)->nodes[step->node];
    for (size_t i = 0; i < node->input_count; i++) {
        const struct view_input *input = &node->inputs[i];

        if (input->node < 0)
            add_field(sections, step, input->name);
        else
            sections_add_id(sections, sections_print(sections, "output of %s", input->name),
                ROLE_TITLE, ui_reader(step->ui), output_of(step, input->node),
                "none: the node did not come to an output");
    }
    if (node->input_count == 0)
        sections_note(sections, "Input", "the node reads nothing");
}

/* ---- output and score ---- */

static void mark_words(struct sections *sections, struct text_section *section,
    const struct diff_range *words, size_t count, enum role role)
{
    struct text_span *spans = mem_zalloc(count + 1, sizeof *spans);

    sections_keep(sections, spans);
    for (size_t i = 0; i < count; i++)
        spans[i] = (struct text_span){ words[i].start, words[i].end, role, ATTR_UNDERLINE };
    section->spans = spans;
    section->span_count = count;
}

static void add_compared(
    struct sections *sections, const struct text *output, const struct text *target)
{
    struct diff_hunk words = { { 0, 0 }, { 0, 0 }, NULL, NULL, 0, 0 };

    text_diff_words(target->data, target->len, output->data, output->len, &words);
    mark_words(sections, sections_add(sections, "Answer", ROLE_TITLE, output->data, output->len),
        words.new_words, words.new_count, ROLE_REMOVED);
    mark_words(sections, sections_add(sections, "Target", ROLE_TITLE, target->data, target->len),
        words.old_words, words.old_count, ROLE_ADDED);
    if (words.new_count > 0 || words.old_count > 0)
        sections_note(sections, NULL, "underlined: what the other one does not have");
    free(words.old_words);
    free(words.new_words);
}

static void add_answer(struct sections *sections, const struct trace_step *step)
{
    struct reader *reader = ui_reader(step->ui);
    struct hash id = output_of(step, (int)workflow_of(step)->count - 1);
    const struct text *output = reader_text(reader, id, NULL);
    const struct text *target = reader_text(reader, step->trace->target, NULL);

    if (output != NULL && target != NULL && output->len <= TEXT_VIEW_PREVIEW &&
        target->len <= TEXT_VIEW_PREVIEW) {
        add_compared(sections, output, target);
        return;
    }
    sections_add_id(
        sections, "Answer", ROLE_TITLE, reader, id, "none: the workflow did not come to an answer");
    sections_add_id(
        sections, "Target", ROLE_TITLE, reader, step->trace->target, "it is not in the file");
}

static void add_words(struct sections *sections, const struct trace_step *step)
{
    char score[8];

    sections_add_id(sections,
        sections_print(sections, "Score %s", run_view_score(step->trace->score, score)),
        step->trace->score >= 0.5 ? ROLE_OK : ROLE_ERROR, ui_reader(step->ui), step->trace->words,
        "the metric said nothing");
}

void trace_add_score(struct sections *sections, const struct trace_step *step)
{
    add_words(sections, step);
    add_answer(sections, step);
}

void trace_add_output(struct sections *sections, const struct trace_step *step)
{
    if ((size_t)step->node + 1 == workflow_of(step)->count) {
        add_answer(sections, step);
        add_words(sections, step);
        return;
    }
    sections_add_id(sections, "Output", ROLE_TITLE, ui_reader(step->ui),
        output_of(step, step->node), "none: the node did not come to an output");
}

/* ---- gradients ---- */

int trace_step_gradient(const struct trace_step *step)
{
    const struct run_view *view = ui_view(step->ui);

    if (step->trace == NULL)
        return VIEW_NONE;
    return gradient_of(view, step->rollout, example_by_id(view, step->trace->example), step->node);
}

static void add_links(struct sections *sections, const struct trace_step *step, int at)
{
    const struct run_view *view = ui_view(step->ui);
    const struct view_gradient *gradient = &view->gradient_list.items[at];
    int proposal = gradient_led_to(view, at);
    const char *led;

    if (gradient->from_count == 0)
        sections_note(sections, "Came from", "the score and the metric's words");
    for (uint32_t i = 0; i < gradient->from_count; i++) {
        const char *id = gradient_node_id(view, (int)view->froms.items[gradient->first_from + i]);

        sections_note(sections, i == 0 ? "Came from" : NULL, "the gradient of %s%s",
            id != NULL ? id : "?", i == 0 ? " (u)" : "");
    }
    if (proposal >= 0) {
        led = words_proposal(sections, view, proposal, true);
        sections_add(sections,
            workflow_of_proposal(view, proposal) >= 0 ? "Led to (Enter: its lines in the prompt)"
                                                      : "Led to",
            ROLE_TITLE, led, strlen(led));
    } else {
        sections_note(sections, "Led to", "%s", words_no_update(view, step->rollout));
    }
}

void trace_add_gradient(struct sections *sections, const struct trace_step *step)
{
    const struct view_rollout *pass = rollout_of(step);
    int at = trace_step_gradient(step);

    if (at >= 0) {
        gradient_sections(
            sections, ui_reader(step->ui), ui_view(step->ui)->gradient_list.items[at].text);
        add_links(sections, step, at);
    } else if (pass->proposal > 0) {
        sections_note(sections, "No gradients",
            "with a change that is to be decided on the batch is only scored");
    } else if (pass->validation || pass->test) {
        sections_note(sections, "No gradients",
            "a %s is only scored; gradients are of the passes over batches",
            pass->test ? "test" : "validation");
    } else if (step->node < 0) {
        sections_note(sections, "No workflow gradient",
            "it is asked for in the first step of a round, where the structure may change");
    } else {
        sections_note(sections, "No gradient",
            pass->outer ? "this pass asked how the structure should change: see the score's "
                          "gradient"
                        : "this node was given none");
    }
}

void trace_add_brief(struct sections *sections, const struct trace_step *step)
{
    const struct run_view *view = ui_view(step->ui);
    uint32_t first = 0, count = 0;

    add_words(sections, step);
    run_view_gradients_of(
        view, step->rollout, example_by_id(view, step->trace->example), &first, &count);
    for (uint32_t i = first; i < first + count; i++) {
        const struct text *text =
            reader_text(ui_reader(step->ui), view->gradient_list.items[i].text, NULL);
        const char *id = gradient_node_id(view, (int)i);
        struct gradient_halves halves;

        if (text == NULL)
            continue;
        halves = gradient_halves(text->data, text->len);
        if (halves.wants_change)
            sections_add(sections,
                sections_print(sections, "Change %s", id != NULL ? id : "the workflow"),
                ROLE_CHANGE, halves.change, halves.change_len);
    }
    if (rollout_of(step)->workflow >= 0)
        add_answer(sections, step);
}

/* ---- calls ---- */

void trace_add_calls(struct sections *sections, const struct trace_step *step, bool raw)
{
    size_t count = 0;

    for (size_t i = 0; i < step->trace->call_count; i++) {
        if (step->trace->calls[i].node != step->node)
            continue;
        count++;
        call_sections(sections, ui_reader(step->ui), step->trace->calls[i].key,
            sections_print(sections, "Call %zu", count), raw);
    }
    if (count == 0)
        sections_note(sections, "No calls",
            step->node >= 0 ? "a tool is called here, no model" : "no model was asked here");
}
