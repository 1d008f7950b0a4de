/* The workflow gradient: where along the steps did one example go wrong, and is that a matter of
 * structure? */
#include <stdlib.h>
#include <string.h>

#include "advisor.h"
#include "advisor_diagnose.h"
#include "advisor_plan.h"

enum { ORIGIN_FIELD = 1000 }; /* sources of fields; those of step i have origin i */

struct trace {
    struct plan plan;
    struct piece outputs[PLAN_STEPS_MAX];
    struct evidence_text
        text; /* sources: the fields but for the question, and all that tools gave back */
    struct spots spots;
    enum fit fit;
    size_t output, reader; /* indices of steps */
};

static void read_outputs(struct piece message, struct trace *trace)
{
    struct piece rest = message_value(message, "trace");
    struct piece id, body;

    while (message_next(&rest, "output", &id, &body))
        for (size_t i = 0; i < trace->plan.count; i++)
            if (piece_is(id, trace->plan.items[i].id))
                trace->outputs[i] = body;
}

static bool is_tool(const struct plan_step *step)
{
    return strcmp(step->kind, "tool") == 0;
}

static bool trace_read(struct piece message, struct trace *trace)
{
    if (!plan_read(message, &trace->plan))
        return false;
    read_outputs(message, trace);
    trace->output = plan_output(&trace->plan);
    trace->reader = plan_reader(&trace->plan);
    if (trace->output == PLAN_NONE || trace->reader == PLAN_NONE)
        return false;
    trace->text = diagnose_read(message_value(message, "inputs"), trace->outputs[trace->output],
        message_value(message, "target"));
    for (size_t i = 0; i < trace->text.sources.count; i++)
        trace->text.sources.items[i].origin += ORIGIN_FIELD;
    for (size_t i = 0; i < trace->plan.count; i++)
        if (trace->outputs[i].len > 0 &&
            (is_tool(&trace->plan.items[i]) || message_has_passages(trace->outputs[i])))
            message_sources(trace->outputs[i], i, &trace->text.sources);
    trace->fit = judge_fit(&trace->text, &trace->spots);
    return true;
}

static bool same_words(struct piece a, struct piece b)
{
    struct words first = words_of(a);
    struct words second = words_of(b);
    bool same = first.count > 0 && words_equal(&first, &second);

    words_free(&first);
    words_free(&second);
    return same;
}

/* The step gives back what one of its inputs is. Tools are asked for what they find, and a check
 * that left a right answer as it is did its work. */
static bool gives_back(const struct trace *trace, size_t at, bool solved)
{
    const struct plan_step *step = &trace->plan.items[at];

    if (is_tool(step) || (solved && plan_is_task(step, INSTRUCTION_VERIFY)))
        return false;
    for (size_t i = 0; i < step->input_count; i++) {
        size_t input = plan_find(&trace->plan, step->inputs[i]);

        if (input == PLAN_NONE
                ? at != trace->output && same_words(trace->outputs[at], trace->text.question_text)
                : !is_tool(&trace->plan.items[input]) &&
                      same_words(trace->outputs[at], trace->outputs[input]))
            return true;
    }
    return false;
}

/* A step is of no use where it gives back nothing, or what it was given. An output step that gives
 * nothing is no such step: it was to answer. */
static void find_useless(const struct trace *trace, bool solved, struct findings *out)
{
    for (size_t i = 0; i < trace->plan.count; i++) {
        bool empty = i != trace->output && !is_tool(&trace->plan.items[i]) &&
                     trace->outputs[i].at != NULL && trace->outputs[i].len == 0;

        if (!empty && !gives_back(trace, i, solved))
            continue;
        out->on[FINDING_USELESS_STEP] = true;
        out->step = piece_of(trace->plan.items[i].id);
        return;
    }
}

static bool same_inputs(const struct plan_step *a, const struct plan_step *b)
{
    if (strcmp(a->kind, b->kind) != 0 || a->input_count != b->input_count)
        return false;
    for (size_t i = 0; i < a->input_count; i++)
        if (!plan_reads(b, a->inputs[i]))
            return false;
    return true;
}

static void find_same(const struct trace *trace, struct findings *out)
{
    for (size_t i = 0; i < trace->plan.count && out->step.at == NULL; i++)
        for (size_t k = i + 1; k < trace->plan.count; k++)
            if (same_inputs(&trace->plan.items[i], &trace->plan.items[k]) &&
                same_words(trace->outputs[i], trace->outputs[k])) {
                out->on[FINDING_SAME_STEPS] = true;
                out->step = piece_of(trace->plan.items[k].id);
                return;
            }
}

/* The best place of the target is a tool's output or a field that the reading step does not see. */
static bool find_blind(const struct trace *trace, struct findings *out)
{
    size_t origin = trace->text.sources.items[trace->spots.best->source].origin;
    const struct plan *plan = &trace->plan;

    for (size_t i = 0; i < trace->spots.count; i++) {
        size_t other = trace->text.sources.items[trace->spots.items[i].source].origin;

        if (other >= ORIGIN_FIELD || plan_reads(&plan->items[trace->reader], plan->items[other].id))
            return false;
    }
    if (origin >= ORIGIN_FIELD || origin >= trace->reader)
        return false;
    out->on[FINDING_READER_BLIND] = true;
    out->step = piece_of(plan->items[origin].id);
    return true;
}

static bool has_verification(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_task(&plan->items[i], INSTRUCTION_VERIFY))
            return true;
    return false;
}

/* The texts hold the target: a matter of structure only where the reading step does not see them,
 * or where a short answer of the right kind is wrong and nobody checks it. */
static void judge_found(const struct trace *trace, struct findings *out)
{
    enum shape target = judge_shape(&trace->text.target);
    enum shape output = judge_shape(&trace->text.output);

    if (find_blind(trace, out))
        return;
    if (target == output && target != SHAPE_SENTENCE && !judge_is_unknown(&trace->text.output) &&
        words_find(&trace->text.target, &trace->text.output, 0) == WORDS_NONE &&
        words_find(&trace->text.output, &trace->text.target, 0) == WORDS_NONE &&
        !has_verification(&trace->plan))
        out->on[FINDING_UNVERIFIED] = true;
}

static bool agent_searches(const struct plan *plan, size_t step)
{
    for (size_t i = 0; i < plan->items[step].tool_count; i++)
        if (plan->search_tool != NULL && strcmp(plan->items[step].tools[i], plan->search_tool) == 0)
            return strcmp(plan->items[step].kind, "agent") == 0;
    return false;
}

/* The question itself is what a search is given. */
static bool searches_question(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (plan_is_search(plan, i) && plan->question != NULL &&
            plan_reads(&plan->items[i], plan->question))
            return true;
    return false;
}

/* Nothing that the steps see holds the target. */
static void judge_not_found(const struct trace *trace, struct findings *out)
{
    const struct plan *plan = &trace->plan;
    size_t searches = plan_searches(plan);

    if (plan->search_tool == NULL)
        return;
    if (searches == 0 && agent_searches(plan, trace->reader)) {
        out->on[FINDING_TWO_JOBS] = true;
        out->step = piece_of(plan->items[trace->reader].id);
    } else if (searches == 0) {
        out->on[FINDING_NO_SEARCH] = true;
    } else if (diagnose_first_hop(&trace->text)) {
        if (searches == 1 || searches_question(plan))
            out->on[FINDING_SECOND_HOP] = true;
    } else if (searches_question(plan)) {
        out->on[FINDING_QUERY_POOR] = true;
    }
    if (findings_ask_change(out)) {
        out->on[FINDING_WEAK] = trace->fit == FIT_WEAK;
        out->on[FINDING_SURE] = trace->fit == FIT_OPTION;
    }
}

/* A yes or no stands nowhere, and options stand in the question: such an answer needs a passage
 * about each name. */
static bool names_are_found(const struct trace *trace)
{
    size_t covered = 0, names = 0;

    for (size_t i = 0; i < trace->text.question.count; i++) {
        const struct word *word = &trace->text.question.items[i];
        bool found = false;

        if (word->stop || word->first || !word->capital)
            continue;
        for (size_t k = 0; k < trace->text.sources.count && !found; k++) {
            struct words title = words_of(trace->text.sources.items[k].title);

            found = words_have(&title, word->hash);
            words_free(&title);
        }
        names++;
        covered += found;
    }
    return trace->text.sources.count > 0 && 4 * covered >= 3 * names;
}

/* Nothing leads to the target: for a sentence that can be said only where there is nothing to read
 * at all. */
static bool is_nowhere(const struct trace *trace)
{
    bool sentence = judge_shape(&trace->text.target) == SHAPE_SENTENCE;

    return sentence ? trace->text.sources.count == 0 : !trace->spots.anywhere;
}

static void judge_failed(const struct trace *trace, struct findings *out)
{
    enum asked asked = judge_question(&trace->text.question);
    bool by_names = asked == ASKED_YES_NO || asked == ASKED_OPTION;

    if (trace->fit == FIT_NOT)
        out->on[FINDING_MISFIT] = true;
    else if (trace->fit == FIT_UNSEEN)
        out->on[FINDING_NO_EVIDENCE] = true;
    else if (by_names ? !names_are_found(trace) : is_nowhere(trace))
        judge_not_found(trace, out);
    else if (!by_names && trace->spots.best != NULL)
        judge_found(trace, out);
}

/* The steps had what they needed, as far as that can be seen. */
static bool is_explained(const struct trace *trace)
{
    return trace->fit == FIT_TEXT || (trace->fit >= FIT_TYPE && trace->text.sources.count > 0);
}

void advise_workflow_gradient(struct piece message, struct str *out)
{
    struct trace trace = { 0 };
    struct findings findings = { 0 };
    double score = diagnose_score(message_value(message, "loss"));

    if (!trace_read(message, &trace)) {
        str_add(out, "Keep: everything; the message has no readable <workflow> with one output "
                     "step.\nChange: nothing");
        plan_free(&trace.plan);
        return;
    }
    if (score >= 0.9995)
        findings.on[FINDING_GOOD] = true;
    else
        judge_failed(&trace, &findings);
    if (!findings_ask_change(&findings) && !findings.on[FINDING_MISFIT]) {
        find_useless(&trace, findings.on[FINDING_GOOD], &findings);
        find_same(&trace, &findings);
    }
    if (!findings_ask_change(&findings) && !findings.on[FINDING_GOOD] &&
        !findings.on[FINDING_MISFIT])
        findings.on[is_explained(&trace) ? FINDING_STRUCTURE : FINDING_NO_EVIDENCE] = true;
    findings_write(&findings, out);
    evidence_text_free(&trace.text);
    plan_free(&trace.plan);
}
