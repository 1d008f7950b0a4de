#include "verify.h"

#include <stdint.h>
#include <stdlib.h>

#include "spans.h"

enum { DRAFT_TOKENS_MAX = 12 };

static bool find_draft(const struct reading *reading, struct slice *draft)
{
    const struct message *message = &reading->message;

    for (size_t i = message->count; i > 0; i--)
        if (i - 1 != message->question_index && !message->sections[i - 1].has_passages) {
            *draft = message->sections[i - 1].text;
            return draft->len > 0;
        }
    return false;
}

/* The draft's tokens stand in a passage one after the other; *span is where. */
static bool find_in_passages(
    const struct reading *reading, const struct tokens *draft, struct span *span)
{
    for (size_t s = 0; s < reading->sentence_count; s++) {
        const struct sentence *sentence = &reading->sentences[s];

        for (size_t i = sentence->from;
             !reading->passages[sentence->passage].note && i + draft->count <= sentence->to; i++) {
            size_t k = 0;

            while (k < draft->count && draft->items[k].plain == reading->tokens.items[i + k].plain)
                k++;
            if (k == draft->count) {
                *span = (struct span){ .type = SPAN_NAME,
                    .passage = sentence->passage,
                    .sentence = s,
                    .from = i,
                    .to = i + k };
                return true;
            }
        }
    }
    return false;
}

static bool is_figure(enum wanted wanted)
{
    return wanted == WANTED_DATE || wanted == WANTED_YEAR || wanted == WANTED_NUMBER;
}

static bool has_figure(const struct tokens *draft)
{
    for (size_t i = 0; i < draft->count; i++)
        if (token_is_quantity(&draft->items[i]) || token_is_month(&draft->items[i]))
            return true;
    return false;
}

static bool is_yes_or_no(struct slice draft)
{
    return slice_is(draft, "yes") || slice_is(draft, "no");
}

static bool fits_question(const struct reading *reading, const struct tokens *draft)
{
    struct span span;
    size_t asked = 0;

    if (draft->count == 0 || draft->count > DRAFT_TOKENS_MAX ||
        is_figure(reading->question.wanted) != has_figure(draft))
        return false;
    for (size_t i = 0; i < draft->count; i++)
        asked += question_has(&reading->question, draft->items[i].stem);
    if (reading->question.option_count == 0 && asked == draft->count)
        return false;
    if (!find_in_passages(reading, draft, &span))
        return false;
    return is_figure(reading->question.wanted) || span_fit(reading, &span) >= 0.4;
}

bool verify_keeps(const struct reading *reading, struct slice *draft)
{
    struct tokens tokens = { 0 };
    bool keeps;

    if (!find_draft(reading, draft))
        return false;
    if (is_yes_or_no(*draft))
        return reading->question.yes_no && !reading->how->on[INSTRUCTION_YES_NO];
    tokens_add(&tokens, &reading->lexicon, *draft, DRAFT_TOKENS_MAX + 1);
    keeps = !reading->question.yes_no && fits_question(reading, &tokens);
    free(tokens.items);
    return keeps;
}
