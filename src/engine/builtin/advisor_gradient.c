/* Gradients of steps: from the loss, and by the chain rule from what the next steps say. */
#include <stdlib.h>

#include "advisor.h"
#include "advisor_diagnose.h"

static void write_loss_gradient(struct piece message, struct str *out)
{
    struct findings findings = { 0 };
    struct evidence_text text = diagnose_read(message_value(message, "inputs"),
        message_value(message, "output"), message_value(message, "target"));
    double score = diagnose_score(message_value(message, "loss"));

    diagnose_answer(&text, score >= 0.9995, &findings);
    findings_write(&findings, out);
    evidence_text_free(&text);
}

/* What the steps that read this one say: all their findings together, and the first text that one
 * of them wants. */
struct successors {
    struct findings findings;
    size_t count, failing;
};

static struct successors read_successors(struct piece message)
{
    struct piece rest = message_value(message, "successors");
    struct piece id, body;
    struct successors all = { 0 };

    while (message_next(&rest, "successor", &id, &body)) {
        struct findings one;

        findings_read(message_value(body, "gradient"), &one);
        for (unsigned i = 0; i < FINDING_COUNT; i++)
            all.findings.on[i] |= one.on[i];
        if (all.findings.wanted.at == NULL)
            all.findings.wanted = one.wanted;
        all.count++;
        all.failing += findings_ask_change(&one);
    }
    return all;
}

static bool lacks_input(const struct findings *findings)
{
    return findings->on[FINDING_NO_PASSAGES] || findings->on[FINDING_NOT_IN_TEXT] ||
           findings->on[FINDING_FIRST_HOP_ONLY] || findings->on[FINDING_FOUND_LACKS];
}

static bool is_tool(struct piece step)
{
    return step.len >= 6 && piece_is((struct piece){ step.at + step.len - 6, 6 }, "(tool)");
}

/* A tool found or did not find: what to change is the step's that asks it. */
static void judge_tool(
    const struct evidence_text *text, const struct successors *next, struct findings *out)
{
    if (lacks_input(&next->findings) && words_find(&text->output, &text->target, 0) == WORDS_NONE)
        out->on[FINDING_FOUND_LACKS] = true;
    else
        out->on[FINDING_PASSES_ON] = true;
}

static size_t count_stops(const struct words *words)
{
    size_t stops = 0;

    for (size_t i = 0; i < words->count; i++)
        stops += words->items[i].stop;
    return stops;
}

/* Something that the passages name and the question does not. */
static bool names_bridge(const struct evidence_text *text)
{
    bool found = false;

    for (size_t i = 0; i < text->sources.count && !found; i++) {
        struct words source = words_of(text->sources.items[i].text);
        struct words title = words_of(text->sources.items[i].title);

        for (size_t k = 0; k < text->output.count && !found; k++) {
            const struct word *word = &text->output.items[k];

            found = word->capital && !word->stop && !words_have(&text->question, word->hash) &&
                    (words_have(&source, word->hash) || words_have(&title, word->hash));
        }
        words_free(&source);
        words_free(&title);
    }
    return found;
}

/* A step that writes a query, when the search for it found nothing that helps. */
static void judge_query(const struct evidence_text *text, struct findings *out)
{
    size_t in_output = 0;
    size_t names = words_names(&text->question, &text->output, &in_output);

    if (text->sources.count > 0)
        out->on[names_bridge(text) ? FINDING_BRIDGE_WRONG : FINDING_BRIDGE_NOT_NAMED] = true;
    else if (count_stops(&text->output) >= 4)
        out->on[FINDING_QUERY_IS_QUESTION] = true;
    else if (in_output < names)
        out->on[FINDING_QUERY_LACKS_NAMES] = true;
    else
        out->on[FINDING_PASSES_ON] =
            true; /* the question names no more: what is missing needs a second search */
}

/* Passes texts on, as it is told to or as its output shows; the others answer. */
static bool is_carrier(struct piece prompt, const struct evidence_text *text)
{
    char *copy = piece_dup(prompt);
    struct instructions instructions;

    vocabulary_read(copy, &instructions);
    free(copy);
    return instructions.task == INSTRUCTION_COPY ||
           instructions.task == INSTRUCTION_EXTRACT_FACTS ||
           instructions.task == INSTRUCTION_SUMMARISE ||
           instructions.task == INSTRUCTION_COMPARE_OPTIONS || !text->has_question ||
           text->output.count > 25;
}

static bool has_digits(const struct words *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (words->items[i].digit)
            return true;
    return false;
}

static bool stands_in_sources(const struct evidence_text *text)
{
    bool found = false;

    for (size_t i = 0; i < text->sources.count && !found; i++) {
        struct words source = words_of(text->sources.items[i].text);
        struct words title = words_of(text->sources.items[i].title);

        found = words_find(&source, &text->target, 0) != WORDS_NONE ||
                words_equal(&title, &text->target);
        words_free(&source);
        words_free(&title);
    }
    return found;
}

static void judge_carrier(const struct evidence_text *text, struct findings *out)
{
    if (words_find(&text->output, &text->target, 0) != WORDS_NONE)
        out->on[FINDING_PASSES_ON] = true;
    else if (!stands_in_sources(text))
        out->on[text->sources.count > 0 ? FINDING_NOT_IN_TEXT : FINDING_NO_PASSAGES] = true;
    else
        out->on[has_digits(&text->target) ? FINDING_DROPS_NUMBERS : FINDING_DROPS] = true;
}

static void judge_step(struct piece message, const struct evidence_text *text,
    const struct successors *next, struct findings *out)
{
    if (is_tool(message_value(message, "step")))
        judge_tool(text, next, out);
    else if (next->findings.on[FINDING_FOUND_LACKS])
        judge_query(text, out);
    else if (text->target.count == 0)
        out->on[FINDING_NO_EVIDENCE] =
            true; /* the next step says what it lacks in words that are not in the table */
    else if (words_find(&text->output, &text->target, 0) != WORDS_NONE)
        out->on[FINDING_PASSES_ON] = true;
    else if (is_carrier(message_value(message, "prompt"), text))
        judge_carrier(text, out);
    else
        diagnose_answer(text, false, out);
}

static void write_chain_gradient(struct piece message, struct str *out)
{
    struct piece own = message_before(message, "successors");
    struct successors next = read_successors(message);
    struct findings findings = { .wanted = next.findings.wanted };
    struct evidence_text text = diagnose_read(
        message_value(own, "inputs"), message_value(own, "output"), next.findings.wanted);

    findings.on[FINDING_MISFIT] = next.failing == 0 && next.findings.on[FINDING_MISFIT];
    findings.on[FINDING_NO_EVIDENCE] = next.failing == 0 && next.findings.on[FINDING_NO_EVIDENCE];
    findings.on[FINDING_GOOD] = next.failing == 0 && next.findings.on[FINDING_GOOD];
    if (next.failing == 0)
        findings.on[FINDING_PASSES_ON] =
            !findings.on[FINDING_MISFIT] && !findings.on[FINDING_NO_EVIDENCE];
    else
        judge_step(own, &text, &next, &findings);
    if (next.findings.on[FINDING_WEAK] && findings_ask_change(&findings))
        findings.on[FINDING_WEAK] = true;
    if (next.findings.on[FINDING_SURE] && findings_ask_change(&findings))
        findings.on[FINDING_SURE] = true;
    findings_write(&findings, out);
    evidence_text_free(&text);
}

cJSON *advise_gradient(struct advice *advice)
{
    struct piece message = advice->message;
    struct str text = STR_INIT;
    cJSON *reply = cJSON_CreateObject();

    if (message_value(message, "trace").at != NULL)
        advise_workflow_gradient(message, &text);
    else if (message_value(message, "successors").at != NULL)
        write_chain_gradient(message, &text);
    else if (message_value(message, "target").at != NULL)
        write_loss_gradient(message, &text);
    else
        str_add(&text, "Keep: everything; the message has no <target>, <successors> or <trace> to "
                       "judge the step by.\n"
                       "Change: nothing");
    cJSON_AddStringToObject(reply, "text_gradient", str_text(&text));
    str_free(&text);
    return reply;
}
