#include "answer.h"

#include <stdint.h>
#include <stdlib.h>

#include "mem.h"

/* Begun by hand, then fitted (softmax regression, held near the hand-set values) to the HotpotQA
 * training sample and a set of invented questions (docs/BUILTIN.md). */
const double answer_weights[FEATURE_COUNT] = {
    [FEATURE_SENTENCE] = 0.43,
    [FEATURE_NEAR_WH] = 0.87,
    [FEATURE_PROXIMITY] = 1.25,
    [FEATURE_PASSAGE] = -0.15,
    [FEATURE_FIRST] = -0.06,
    [FEATURE_ASKED] = 0.66,
    [FEATURE_CHAIN] = 1.74,
    [FEATURE_SECOND] = 1.42,
    [FEATURE_OWN] = 0.79,
    [FEATURE_UNION] = -0.28,
    [FEATURE_FITS] = 0.46,
    [FEATURE_TYPE] = 1.54,
    [FEATURE_NOUN] = 1.19,
    [FEATURE_DESCRIBED] = 0.53,
    [FEATURE_AFTER] = 0.88,
    [FEATURE_SELF] = -0.51,
    [FEATURE_TITLE] = -0.08,
    [FEATURE_IN_QUESTION] = -1.54,
    [FEATURE_HOP] = 1.04,
    [FEATURE_KEY] = 0.09,
    [FEATURE_KEY_NEAR] = 1.03,
    [FEATURE_LATE] = 0.53,
    [FEATURE_BRACKETS] = -0.18,
    [FEATURE_QUOTED] = 0.49,
    [FEATURE_PHRASE] = -0.85,
    [FEATURE_LENGTH] = 0.42,
};

/* What is the same for every candidate of a request. */
struct scorer {
    const struct reading *reading;
    double near_total; /* sum of the words' weights, those near the question word counting more */
    double all;        /* sum of the words' weights */
    double best_passage;
    uint32_t key;       /* the word that stands next to the question word */
    uint64_t described; /* bits of the asked phrase */
};

static double nearness(const struct question_word *word)
{
    return word->weight / (1.0 + (double)word->near / 4.0);
}

static struct scorer scorer_of(const struct reading *reading)
{
    struct scorer scorer = { .reading = reading };
    const struct question *question = &reading->question;

    for (size_t i = 0; i < question->word_count; i++)
        scorer.near_total += nearness(&question->words[i]);
    scorer.key = question->key != SIZE_MAX ? question->tokens.items[question->key].stem : 0;
    scorer.all = reading_weight(reading, UINT64_MAX >> (64 - QUESTION_WORDS_MAX)) + 0.001;
    if (scorer.near_total <= 0)
        scorer.near_total = 1;
    for (size_t i = 0; i < reading->passage_count; i++)
        if (reading->passages[i].score > scorer.best_passage)
            scorer.best_passage = reading->passages[i].score;
    if (scorer.best_passage <= 0)
        scorer.best_passage = 1;
    for (size_t i = question->asked.from; i < question->asked.to; i++)
        scorer.described |= reading_bit(reading, question->tokens.items[i].stem);
    return scorer;
}

static double near_wh(const struct scorer *scorer, uint64_t words)
{
    double sum = 0;

    for (size_t i = 0; words != 0; i++, words >>= 1)
        if (words & 1)
            sum += nearness(&scorer->reading->question.words[i]);
    return sum / scorer->near_total;
}

/* Each question word of the sentence, by its distance from the span. */
static double proximity(const struct scorer *scorer, const struct span *span)
{
    const struct reading *reading = scorer->reading;
    const struct sentence *sentence = &reading->sentences[span->sentence];
    double best[QUESTION_WORDS_MAX] = { 0 };
    double sum = 0;

    for (size_t i = sentence->from; i < sentence->to; i++) {
        uint64_t bit = reading->tokens.items[i].stem != 0
                           ? reading_bit(reading, reading->tokens.items[i].stem)
                           : 0;
        size_t distance = i < span->from ? span->from - i : i >= span->to ? i - span->to + 1 : 0;
        double closeness = 1.0 / (1.0 + (double)distance / 4.0);

        if (bit == 0 || distance == 0)
            continue;
        if (closeness > best[__builtin_ctzll(bit)])
            best[__builtin_ctzll(bit)] = closeness;
    }
    for (size_t i = 0; i < reading->question.word_count; i++)
        sum += best[i] * nearness(&reading->question.words[i]);
    return sum / scorer->near_total;
}

static bool is_asked_noun(const struct reading *reading, const struct token *token)
{
    const struct question *question = &reading->question;

    return question->head != SIZE_MAX && question->tokens.items[question->head].stem == token->stem;
}

static double in_question(const struct reading *reading, const struct span *span)
{
    double found = 0, all = 0;

    for (size_t i = span->from; i < span->to; i++) {
        const struct token *token = &reading->tokens.items[i];
        bool same = false;

        if ((!token_is_content(token) && span->to - span->from > 1) ||
            is_asked_noun(reading, token))
            continue;
        all++;
        for (size_t k = 0; k < reading->question.tokens.count && !same; k++)
            same = reading->question.tokens.items[k].plain == token->plain;
        found += same;
    }
    return all > 0 ? found / all : 0.5;
}

/* The noun asked for, within two words of the span. */
static bool noun_beside(const struct reading *reading, const struct span *span)
{
    const struct sentence *sentence = &reading->sentences[span->sentence];
    uint32_t noun = reading->question.tokens.items[reading->question.head].stem;
    size_t from = span->from > sentence->from + 2 ? span->from - 2 : sentence->from;
    size_t to = span->to + 2 < sentence->to ? span->to + 2 : sentence->to;

    if (span->type == SPAN_TITLE) {
        from = span->from;
        to = span->to;
    }
    for (size_t i = from; i < to; i++)
        if (reading->tokens.items[i].stem == noun)
            return true;
    return false;
}

static bool described_as(const struct reading *reading, const struct passage *passage)
{
    uint32_t noun = reading->question.tokens.items[reading->question.head].stem;

    for (size_t i = passage->about_from; i < passage->about_to; i++)
        if (reading->tokens.items[i].stem == noun)
            return true;
    return false;
}

static bool follows_question_word(const struct reading *reading, const struct span *span)
{
    const struct sentence *sentence = &reading->sentences[span->sentence];
    size_t i = span->from;

    for (size_t step = 0; step < 3 && i > sentence->from; step++) {
        const struct token *token = &reading->tokens.items[--i];

        if (token->kind == TOKEN_MARK)
            continue;
        if (token_is_content(token))
            return question_has(&reading->question, token->stem);
    }
    return false;
}

/* Features of the candidate's own passage. */
static void own_features(const struct scorer *scorer, const struct span *span, double *features)
{
    const struct reading *reading = scorer->reading;
    size_t own = span->type == SPAN_TITLE
                     ? span->passage
                     : reading_passage_of(reading, reading->tokens.items, span->from, span->to);
    const struct passage *passage;

    if (own == SIZE_MAX)
        return;
    passage = &reading->passages[own];
    features[FEATURE_SELF] = own == span->passage && span->type != SPAN_TITLE;
    if (reading->how->on[INSTRUCTION_FOLLOW_BRIDGE])
        features[FEATURE_OWN] = passage->chain;
    if (reading->how->on[INSTRUCTION_FOLLOW_BRIDGE])
        features[FEATURE_UNION] =
            reading_weight(reading, passage->words | reading->sentences[span->sentence].words) /
            scorer->all;
    if (!reading->how->on[INSTRUCTION_TYPE_MATCH] || passage->count == 0)
        return;
    if (reading->question.head != SIZE_MAX && described_as(reading, passage))
        features[FEATURE_NOUN] = 1;
    if (scorer->described != 0)
        features[FEATURE_DESCRIBED] =
            reading_weight(reading, scorer->described & reading->sentences[passage->first].words) /
            (reading_weight(reading, scorer->described) + 0.01);
}

/* Another passage names this one's title, or is named by it, and its own title is in the question.
 */
static bool is_second_hop(const struct reading *reading, size_t passage)
{
    for (size_t i = 0; i < reading->passage_count; i++)
        if (i != passage && reading->passages[i].asked > 0.5 &&
            (passage_links(&reading->passages[i], passage) ||
                passage_links(&reading->passages[passage], i)))
            return true;
    return false;
}

/* 0 where the key word is not in the sentence, else by its distance from the span. */
static double key_closeness(const struct scorer *scorer, const struct span *span)
{
    const struct reading *reading = scorer->reading;
    const struct sentence *sentence = &reading->sentences[span->sentence];
    double best = 0;

    for (size_t i = sentence->from; scorer->key != 0 && i < sentence->to; i++) {
        size_t distance = i < span->from ? span->from - i : i >= span->to ? i - span->to + 1 : 0;
        double closeness = 1.0 / (1.0 + (double)distance / 4.0);

        if (reading->tokens.items[i].stem == scorer->key && closeness > best)
            best = closeness;
    }
    return best;
}

enum life_date { LIFE_NONE, LIFE_BIRTH, LIFE_DEATH };

/* "(4 July 1870 – 1 January 1944)": the first date is that of the birth, the second that of the
 * death. */
static enum life_date life_date(const struct reading *reading, const struct span *span)
{
    const struct token *tokens = reading->tokens.items;
    const struct sentence *sentence = &reading->sentences[span->sentence];

    if ((span->type != SPAN_DATE && span->type != SPAN_YEAR) ||
        span->sentence != reading->passages[span->passage].first)
        return LIFE_NONE;
    if (span->to + 1 < sentence->to && token_is_mark(&tokens[span->to], '-') &&
        (tokens[span->to + 1].kind == TOKEN_NUMBER || token_is_month(&tokens[span->to + 1])))
        return LIFE_BIRTH;
    return span->from > sentence->from && token_is_mark(&tokens[span->from - 1], '-') ? LIFE_DEATH
                                                                                      : LIFE_NONE;
}

/* The dates of a life answer questions about birth and death, and no others. */
static void life_features(const struct scorer *scorer, const struct span *span, double *features)
{
    const uint32_t born = stem_of("born", 4), die = stem_of("die", 3);
    const struct question *question = &scorer->reading->question;
    enum life_date date = life_date(scorer->reading, span);

    if (date == LIFE_NONE)
        return;
    if (scorer->key == (date == LIFE_BIRTH ? born : die))
        features[FEATURE_KEY] = features[FEATURE_KEY_NEAR] = 1;
    if (!question_has(question, born) && !question_has(question, die)) {
        features[FEATURE_FITS] = 0;
        features[FEATURE_TYPE] *= 0.3;
    }
}

static bool in_brackets(const struct reading *reading, const struct span *span)
{
    const struct sentence *sentence = &reading->sentences[span->sentence];

    for (size_t i = span->from; i > sentence->from && span->type != SPAN_TITLE; i--) {
        if (token_is_mark(&reading->tokens.items[i - 1], '('))
            return true;
        if (token_is_mark(&reading->tokens.items[i - 1], ')'))
            return false;
    }
    return false;
}

static void place_features(const struct scorer *scorer, const struct span *span, double *features)
{
    const struct reading *reading = scorer->reading;
    const struct sentence *sentence = &reading->sentences[span->sentence];

    features[FEATURE_KEY_NEAR] = span->type == SPAN_TITLE ? 0 : key_closeness(scorer, span);
    features[FEATURE_KEY] = features[FEATURE_KEY_NEAR] > 0;
    features[FEATURE_BRACKETS] = in_brackets(reading, span);
    if (features[FEATURE_BRACKETS] > 0)
        life_features(scorer, span, features);
    if (span->type != SPAN_TITLE)
        features[FEATURE_LATE] =
            (double)(span->from - sentence->from) / (double)(sentence->to - sentence->from);
}

static void find_features(const struct scorer *scorer, struct candidate *candidate)
{
    const struct reading *reading = scorer->reading;
    const struct span *span = &candidate->span;
    const struct passage *passage = &reading->passages[span->passage];
    const struct sentence *sentence = &reading->sentences[span->sentence];
    const struct instructions *how = reading->how;
    double *features = candidate->features;

    features[FEATURE_SENTENCE] = span->type == SPAN_TITLE ? passage->score : sentence->score;
    features[FEATURE_NEAR_WH] =
        near_wh(scorer, span->type == SPAN_TITLE ? passage->words : sentence->words);
    features[FEATURE_PROXIMITY] = proximity(scorer, span);
    features[FEATURE_PASSAGE] = passage->score / scorer->best_passage;
    features[FEATURE_FIRST] = span->sentence == passage->first;
    features[FEATURE_ASKED] = passage->asked;
    if (how->on[INSTRUCTION_FOLLOW_BRIDGE]) {
        bool paired = span->passage == reading->pair[0] || span->passage == reading->pair[1];

        features[FEATURE_CHAIN] = passage->chain;
        features[FEATURE_HOP] = is_second_hop(reading, span->passage);
        features[FEATURE_SECOND] = paired && passage->asked <= 0 ? reading->gain : 0;
    }
    if (how->on[INSTRUCTION_ENTITY_TYPE]) {
        features[FEATURE_TYPE] = span_fit(reading, span);
        features[FEATURE_FITS] = features[FEATURE_TYPE] >= 0.8;
    }
    features[FEATURE_UNION] = sentence->score;
    own_features(scorer, span, features);
    place_features(scorer, span, features);
    if (how->on[INSTRUCTION_TYPE_MATCH] && reading->question.head != SIZE_MAX &&
        noun_beside(reading, span))
        features[FEATURE_NOUN] = features[FEATURE_NOUN] > 0.8 ? features[FEATURE_NOUN] : 0.8;
    features[FEATURE_AFTER] = span->type != SPAN_TITLE && follows_question_word(reading, span);
    features[FEATURE_TITLE] = span->type == SPAN_TITLE;
    features[FEATURE_IN_QUESTION] = in_question(reading, span);
    features[FEATURE_QUOTED] = span->type == SPAN_QUOTED;
    features[FEATURE_PHRASE] = span->type == SPAN_PHRASE;
    features[FEATURE_LENGTH] = (double)(span->to - span->from) / 10.0;
}

static void find_spans(const struct reading *reading, struct spans *spans)
{
    enum wanted wanted = reading->question.wanted;
    bool phrases = wanted == WANTED_ANY || wanted == WANTED_PHRASE;

    for (size_t i = 0; i < reading->sentence_count; i++)
        spans_find(reading, i, phrases, spans);
    for (size_t i = 0; i < reading->passage_count; i++)
        if (!reading->passages[i].note)
            spans_add_title(reading, i, spans);
}

size_t answer_candidates(const struct reading *reading, struct candidate *out, size_t max)
{
    struct scorer scorer = scorer_of(reading);
    struct spans spans = { 0 };
    size_t count = 0;

    find_spans(reading, &spans);
    for (size_t i = 0; i < spans.count && count < max; i++) {
        struct candidate *candidate = &out[count++];

        *candidate = (struct candidate){ .span = spans.items[i] };
        find_features(&scorer, candidate);
        for (size_t k = 0; k < FEATURE_COUNT; k++)
            candidate->score += answer_weights[k] * candidate->features[k];
        if (reading->how->on[INSTRUCTION_ENTITY_TYPE] && candidate->features[FEATURE_TYPE] <= 0)
            candidate->score -= 5;
    }
    free(spans.items);
    return count;
}

bool answer_find(const struct reading *reading, struct candidate *out)
{
    struct candidate *candidates = mem_zalloc(SPANS_MAX, sizeof *candidates);
    size_t count = answer_candidates(reading, candidates, SPANS_MAX);
    size_t best = 0;

    for (size_t i = 1; i < count; i++)
        if (candidates[i].score > candidates[best].score)
            best = i;
    if (count > 0)
        *out = candidates[best];
    free(candidates);
    return count > 0;
}
