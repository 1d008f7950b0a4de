#include "advisor_diagnose.h"

#include <stdlib.h>
#include <string.h>

struct evidence_text diagnose_read(struct piece inputs, struct piece output, struct piece target)
{
    struct part parts[PARTS_MAX];
    size_t count = message_parts(inputs, parts);
    const struct part *question = message_question(parts, count);
    struct evidence_text text = { .target_text = target, .output_text = output };

    text.has_question = question != NULL;
    if (question != NULL) {
        text.question_text = question->text;
        text.question = words_of(question->text);
    }
    text.target = words_of(target);
    text.output = words_of(output);
    for (size_t i = 0; i < count; i++)
        if (&parts[i] != question)
            message_sources(parts[i].text, i, &text.sources);
    return text;
}

double diagnose_score(struct piece loss)
{
    const char *at = loss.at != NULL ? memmem(loss.at, loss.len, "score:", 6) : NULL;
    char digits[16] = { 0 };
    size_t len = 0;

    if (at == NULL)
        return -1;
    for (at += 6; at < loss.at + loss.len && *at == ' '; at++)
        continue;
    while (at + len < loss.at + loss.len && len + 1 < sizeof digits &&
           strchr("0123456789.", at[len]) != NULL) {
        digits[len] = at[len];
        len++;
    }
    return len > 0 ? strtod(digits, NULL) : -1;
}

static bool leads_to(const struct words *question, const struct source *source)
{
    struct words title = words_of(source->title);
    struct words text = words_of(source->text);
    size_t in_text = 0;
    size_t names = words_names(question, &text, &in_text);
    bool leads =
        words_find(question, &title, 0) != WORDS_NONE || (names > 0 && 2 * in_text >= names);

    words_free(&title);
    words_free(&text);
    return leads;
}

bool diagnose_first_hop(const struct evidence_text *text)
{
    for (size_t i = 0; i < text->sources.count; i++)
        if (leads_to(&text->question, &text->sources.items[i]))
            return true;
    return false;
}

/* One example and what is known of it while its findings are gathered. */
struct case_state {
    const struct evidence_text *text;
    struct spots spots;
    enum asked asked;
    enum shape target, output;
    bool in_output; /* the target stands in the output */
};

static void diagnose_yes_no(const struct case_state *state, struct findings *out)
{
    const struct words *output = &state->text->output;
    bool is_yes_no = output->count > 0 && word_is(&output->items[0], "yes|no");

    if (is_yes_no && output->items[0].hash != state->text->target.items[0].hash)
        out->on[FINDING_YES_NO_WRONG] = true;
    else if (is_yes_no)
        out->on[FINDING_TOO_LONG] = true;
    else
        out->on[FINDING_YES_NO_EXPECTED] = true;
}

/* The number in digits or as a word, alone. */
static bool is_number_alone(const struct words *words)
{
    return words->count == 1 && judge_shape(words) == SHAPE_NUMBER;
}

static bool is_full_date(const struct words *words)
{
    return judge_shape(words) == SHAPE_DATE && words->count >= 2;
}

/* The output holds the target and more. */
static void diagnose_longer(const struct case_state *state, struct findings *out)
{
    const struct words *output = &state->text->output;

    if (state->target == SHAPE_YEAR && is_full_date(output))
        out->on[FINDING_YEAR_EXPECTED] = true;
    else if (is_number_alone(&state->text->target) && state->output == SHAPE_NUMBER &&
             output->count <= 3)
        out->on[FINDING_DIGITS_EXPECTED] = true;
    else
        out->on[FINDING_TOO_LONG] = true;
}

/* The output is a part of the target. */
static void diagnose_shorter(const struct case_state *state, struct findings *out)
{
    const struct words *target = &state->text->target;

    if (state->target == SHAPE_SENTENCE)
        out->on[FINDING_TOO_SHORT] = true;
    else if (is_full_date(target))
        out->on[FINDING_FULL_DATE_EXPECTED] = true;
    else if (state->output == SHAPE_NUMBER && state->target == SHAPE_NUMBER)
        out->on[FINDING_UNIT_EXPECTED] = true;
    else if (memchr(state->text->target_text.at, ',', state->text->target_text.len) != NULL ||
             piece_has(state->text->target_text, " and "))
        out->on[FINDING_LIST_EXPECTED] = true;
    else
        out->on[FINDING_MISSED] = true;
}

/* Same words, but the score is not full: the case, for a metric that looks at it. */
static void diagnose_case(const struct case_state *state, struct findings *out)
{
    bool upper = false, lower = false;

    for (size_t i = 0; i < state->text->target_text.len; i++) {
        upper |= state->text->target_text.at[i] >= 'A' && state->text->target_text.at[i] <= 'Z';
        lower |= state->text->target_text.at[i] >= 'a' && state->text->target_text.at[i] <= 'z';
    }
    if (lower && !upper)
        out->on[FINDING_LOWER_EXPECTED] = true;
    else if (upper && !lower)
        out->on[FINDING_UPPER_EXPECTED] = true;
    else
        out->on[FINDING_NO_EVIDENCE] = true;
}

static bool is_kind_known(enum shape shape)
{
    return shape == SHAPE_DATE || shape == SHAPE_YEAR || shape == SHAPE_NUMBER ||
           shape == SHAPE_NAME || shape == SHAPE_YES_NO;
}

static bool is_same_kind(enum shape a, enum shape b)
{
    return a == b || (a == SHAPE_DATE && b == SHAPE_YEAR) || (a == SHAPE_YEAR && b == SHAPE_DATE);
}

/* Index of the source that the output was taken from; the number of sources where it cannot be
 * seen. */
static size_t find_origin(const struct evidence_text *text)
{
    for (size_t i = 0; i < text->sources.count; i++) {
        struct words words = words_of(text->sources.items[i].text);
        bool found = words_find(&words, &text->output, 0) != WORDS_NONE;

        words_free(&words);
        if (found)
            return i;
    }
    return text->sources.count;
}

/* The sources hold the target; the output does not. */
static void diagnose_reading(const struct case_state *state, struct findings *out)
{
    const struct spot *spot = state->spots.best;
    bool unknown = judge_is_unknown(&state->text->output);
    size_t origin = find_origin(state->text);

    if (unknown)
        out->on[FINDING_OUTPUT_UNKNOWN] = true;
    else if (is_kind_known(state->target) && is_kind_known(state->output) &&
             !is_same_kind(state->target, state->output))
        out->on[FINDING_WRONG_TYPE] = true;
    if (spot->through_bridge)
        out->on[FINDING_BRIDGE_NOT_FOLLOWED] = true;
    else if (spot->subject_only_in_title)
        out->on[FINDING_SUBJECT_MISSED] = true;
    if (spot->source > 0 && state->text->sources.items[spot->source].title.at != NULL &&
        (origin < spot->source || unknown))
        out->on[FINDING_LATER_PASSAGE] = true;
    if (!unknown)
        out->on[FINDING_MISSED] = true;
    if (state->text->output.count >= 8 &&
        state->text->output.count >= 3 * state->text->target.count)
        out->on[FINDING_TOO_LONG] = true;
}

/* Passages that were read and do not lead to the target are evidence only where target and question
 * agree in kind. */
static void diagnose_input(const struct case_state *state, enum fit fit, struct findings *out)
{
    bool read = state->text->sources.count > 0;

    if (read && fit == FIT_WEAK) {
        out->on[FINDING_NO_EVIDENCE] = true;
        return;
    }
    out->on[FINDING_WEAK] = fit == FIT_WEAK;
    out->on[FINDING_SURE] = fit == FIT_OPTION;
    if (!read)
        out->on[FINDING_NO_PASSAGES] = true;
    else if (state->text->has_question && diagnose_first_hop(state->text))
        out->on[FINDING_FIRST_HOP_ONLY] = true;
    else
        out->on[FINDING_NOT_IN_TEXT] = true;
}

static bool is_part(const struct words *part, const struct words *whole)
{
    return part->count < whole->count && words_find(whole, part, 0) != WORDS_NONE;
}

/* The target fits; what is wrong with the output? */
static void diagnose_fitting(const struct case_state *state, enum fit fit, struct findings *out)
{
    const struct evidence_text *text = state->text;

    if (state->target == SHAPE_YES_NO && text->sources.count > 0)
        diagnose_yes_no(state, out);
    else if (state->in_output)
        diagnose_longer(state, out);
    else if (is_part(&text->output, &text->target) && fit >= FIT_TYPE)
        diagnose_shorter(state, out);
    else if (state->asked == ASKED_OPTION && text->sources.count > 0)
        out->on[FINDING_OPTION_NOT_COMPARED] = true;
    else if (state->spots.best != NULL)
        diagnose_reading(state, out);
    else if (!state->spots.as_title && state->target != SHAPE_SENTENCE && !state->spots.anywhere)
        diagnose_input(state, fit, out);
    else
        out->on[FINDING_NO_EVIDENCE] = !state->spots.as_title;
}

/* A title is what is wanted where the question asks for something that no title is. */
static bool wants_title(const struct case_state *state)
{
    bool asks_otherwise = state->asked == ASKED_DATE || state->asked == ASKED_YEAR ||
                          state->asked == ASKED_NUMBER || state->asked == ASKED_YES_NO;

    return state->spots.as_title && asks_otherwise &&
           (state->target == SHAPE_NAME || state->target == SHAPE_WORDS);
}

void diagnose_answer(const struct evidence_text *text, bool exact, struct findings *out)
{
    struct case_state state = { .text = text };
    enum fit fit;

    if (exact) {
        out->on[FINDING_GOOD] = true;
        return;
    }
    state.asked = judge_question(&text->question);
    state.target = judge_shape(&text->target);
    state.output = judge_shape(&text->output);
    state.in_output = words_find(&text->output, &text->target, 0) != WORDS_NONE;
    fit = judge_fit(text, &state.spots);
    out->wanted = text->target_text;
    if (text->target.count > 0 && words_equal(&text->output, &text->target)) {
        diagnose_case(&state, out);
    } else if (fit == FIT_NOT || text->target.count == 0) {
        out->on[FINDING_MISFIT] = true;
    } else if (wants_title(&state)) {
        out->on[FINDING_TITLE_EXPECTED] = true;
    } else {
        diagnose_fitting(&state, fit, out);
    }
    if (!findings_ask_change(out) && !out->on[FINDING_MISFIT])
        out->on[FINDING_NO_EVIDENCE] = true;
}
