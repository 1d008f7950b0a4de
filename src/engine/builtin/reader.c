/* Executes a node: reads the prompt's instructions and the message, does the task, shapes the
 * output. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "bridge.h"
#include "builtin.h"
#include "compare.h"
#include "facts.h"
#include "mem.h"
#include "query.h"
#include "shape.h"
#include "utf8.h"
#include "verify.h"

enum { AGENT_CALLS_MAX = 3 };

static const double unknown_below = 0.25;

static void add_slice(struct str *out, struct slice slice)
{
    str_add_n(out, slice.at, slice.len);
}

/* --- tasks --- */

static void write_bridge(const struct reading *reading, struct str *out)
{
    struct bridge bridge;

    if (!bridge_find(reading, &bridge)) {
        query_write(reading, out);
        return;
    }
    if (reading->how->task == INSTRUCTION_NAME_BRIDGE)
        add_slice(out, bridge.name);
    else
        query_write_bridge(reading, &bridge, out);
}

static void write_title(const struct reading *reading, struct str *out)
{
    size_t best = reading_best_sentence(reading);

    if (best != SIZE_MAX)
        add_slice(out, reading->passages[reading->sentences[best].passage].title);
}

/* The named section; else the last that is not the question; else the last. */
static void copy_section(const struct reading *reading, struct str *out)
{
    const struct message *message = &reading->message;
    const struct section *section = message_find(message, slice_of(reading->how->section));

    for (size_t i = message->count; section == NULL && i > 0; i--)
        if (i - 1 != message->question_index)
            section = &message->sections[i - 1];
    if (section == NULL && message->count > 0)
        section = &message->sections[message->count - 1];
    if (section != NULL)
        add_slice(out, section->text);
}

/* --- answers --- */

static bool has_evidence(const struct reading *reading)
{
    return reading->sentence_count > 0;
}

/* Without passages: one of the question's own options, "unknown" else. */
static void guess(const struct reading *reading, struct str *out)
{
    const bool *on = reading->how->on;

    if (reading->question.yes_no && on[INSTRUCTION_YES_NO])
        str_add(out, "yes");
    else if (reading->question.option_count == 2 && !on[INSTRUCTION_ONLY_PASSAGES] &&
             !reading->question.yes_no)
        add_slice(out, question_slice(&reading->question, reading->question.options[0]));
    else
        str_add(out, "unknown");
}

/* The sentence alone, or with its neighbours for LONGEST_SPAN. */
static void add_sentence(const struct reading *reading, size_t index, struct str *out)
{
    const struct passage *passage = &reading->passages[reading->sentences[index].passage];
    size_t first = index, last = index;

    if (reading->how->on[INSTRUCTION_LONGEST_SPAN]) {
        first -= first > passage->first;
        last += last + 1 < passage->first + passage->count;
    }
    for (size_t i = first; i <= last; i++) {
        if (i > first)
            str_add_char(out, ' ');
        add_slice(out, reading->sentences[i].text);
    }
}

static bool wants_span(const struct reading *reading)
{
    return reading->how->on[INSTRUCTION_SHORTEST_SPAN];
}

/* Yes/no, comparison and common ground; false where the question is none of these or the prompt
 * does not ask for it. */
static bool answer_comparison(const struct reading *reading, struct str *out)
{
    const bool *on = reading->how->on;

    if (reading->question.yes_no && on[INSTRUCTION_YES_NO]) {
        compare_yes_no(reading, out);
        return true;
    }
    if (!on[INSTRUCTION_COMPARE_VALUES] || !wants_span(reading) || reading->question.yes_no)
        return false;
    return reading->question.common ? compare_common(reading, out) : compare_options(reading, out);
}

/* Answers in *out; returns the passage that it was read in, or SIZE_MAX. */
static size_t answer(const struct reading *reading, struct str *out)
{
    const bool *on = reading->how->on;
    bool typed =
        on[INSTRUCTION_ENTITY_TYPE] || on[INSTRUCTION_TYPE_MATCH] || on[INSTRUCTION_FOLLOW_BRIDGE];
    size_t best = reading_best_sentence(reading);
    struct candidate candidate;
    bool found;

    if (!has_evidence(reading)) {
        guess(reading, out);
        return SIZE_MAX;
    }
    if (answer_comparison(reading, out))
        return reading->sentences[best].passage;
    if (on[INSTRUCTION_UNKNOWN] && reading_coverage(reading, best) < unknown_below) {
        str_add(out, "unknown");
        return SIZE_MAX;
    }
    found = (wants_span(reading) || typed) && answer_find(reading, &candidate);
    if (found && wants_span(reading)) {
        shape_span(reading, &candidate, out);
        return candidate.span.passage;
    }
    best = found ? candidate.span.sentence : best;
    add_sentence(reading, best, out);
    return reading->sentences[best].passage;
}

static void verify(const struct reading *reading, struct str *out)
{
    struct slice draft;

    if (!verify_keeps(reading, &draft))
        (void)answer(reading, out);
    else
        add_slice(out, draft);
}

static void compare_task(const struct reading *reading, struct str *out)
{
    if (!compare_values(reading, out))
        facts_extract(reading, out);
}

/* What each task writes; a task without an entry is to answer. */
static void (*const tasks[INSTRUCTION_COUNT])(const struct reading *reading, struct str *out) = {
    [INSTRUCTION_WRITE_QUERY] = query_write,
    [INSTRUCTION_QUERY_BRIDGE] = write_bridge,
    [INSTRUCTION_NAME_BRIDGE] = write_bridge,
    [INSTRUCTION_VERIFY] = verify,
    [INSTRUCTION_COMPARE_OPTIONS] = compare_task,
    [INSTRUCTION_EXTRACT_FACTS] = facts_extract,
    [INSTRUCTION_SUMMARISE] = facts_summarise,
    [INSTRUCTION_COPY] = copy_section,
    [INSTRUCTION_TITLE] = write_title,
};

/* Does the prompt's task; returns the passage that an answer was read in, or SIZE_MAX. */
static size_t do_task(const struct reading *reading, struct str *out)
{
    enum instruction task = reading->how->task;

    if (tasks[task] == NULL)
        return answer(reading, out);
    tasks[task](reading, out);
    return SIZE_MAX;
}

/* --- agents --- */

/* The next search of an agent; false where it has read enough. */
static bool next_query(const struct reading *reading, size_t calls, struct str *out)
{
    struct bridge bridge;

    if (calls == 0) {
        query_write(reading, out);
        return true;
    }
    if (calls >= AGENT_CALLS_MAX || !reading->how->on[INSTRUCTION_FOLLOW_BRIDGE] ||
        !bridge_find(reading, &bridge) || bridge.passage != SIZE_MAX)
        return false;
    query_write_bridge(reading, &bridge, out);
    return true;
}

static struct reading *read_request(
    const struct builtin_request *request, const struct instructions *how, size_t *calls)
{
    const char *user = "";
    struct reading *reading;

    for (size_t i = 0; i < request->turn_count && *user == '\0'; i++)
        if (request->turns[i].kind == BUILTIN_USER)
            user = request->turns[i].text;
    reading = reading_new(how, user);
    *calls = 0;
    for (size_t i = 0; i < request->turn_count; i++)
        if (request->turns[i].kind == BUILTIN_TOOL_RESULT) {
            reading_add(reading, slice_of(request->turns[i].text));
            ++*calls;
        }
    reading_rank(reading);
    return reading;
}

/* What an agent that passes on has found: all tool results. */
static bool copy_results(
    const struct builtin_request *request, const struct reading *reading, struct str *out)
{
    if (reading->how->task != INSTRUCTION_COPY || reading->how->section[0] != '\0')
        return false;
    for (size_t i = 0; i < request->turn_count; i++)
        if (request->turns[i].kind == BUILTIN_TOOL_RESULT) {
            str_add(out, request->turns[i].text);
            str_add(out, str_ends(str_text(out), "\n") ? "" : "\n");
        }
    return out->len > 0;
}

/* The text, well-formed UTF-8 whatever the message held. */
static char *take_clean(struct str *out)
{
    struct str clean = STR_INIT;

    if (utf8_valid(str_text(out), out->len, NULL))
        return str_take(out);
    utf8_repair(str_text(out), out->len, &clean);
    str_free(out);
    return str_take(&clean);
}

struct builtin_reply builtin_execute(const struct builtin_request *request)
{
    struct instructions how;
    struct reading *reading;
    struct builtin_reply reply = { 0 };
    struct str out = STR_INIT;
    size_t calls, source;

    vocabulary_read(request->system != NULL ? request->system : "", &how);
    reading = read_request(request, &how, &calls);
    if (request->tool_count > 0 && next_query(reading, calls, &out)) {
        reply.tool = mem_strdup(request->tools[0]);
        reply.tool_text = take_clean(&out);
        reply.text = mem_strdup("");
    } else {
        if (!copy_results(request, reading, &out)) {
            source = do_task(reading, &out);
            shape_output(reading, source, &out);
            if (out.len == 0)
                str_add(&out, "unknown");
        }
        reply.text = take_clean(&out);
    }
    reading_free(reading);
    return reply;
}
