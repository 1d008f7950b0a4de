#include "compare.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "spans.h"

/* What is known of one option: its passages, and the value that decides. */
struct option {
    struct token_range range;
    uint64_t passages[2]; /* bits */
    bool has_value;
    double value;
    struct slice shown; /* the value's text */
};

/* --- an option's passages --- */

static double title_overlap(
    const struct reading *reading, const struct passage *passage, struct token_range range)
{
    const struct token *words = reading->question.tokens.items;
    double found = 0, title = 0, name = 0;

    for (size_t k = range.from; k < range.to; k++)
        name += token_is_content(&words[k]);
    for (size_t i = passage->title_from; i < passage->title_to; i++) {
        const struct token *token = &reading->tokens.items[i];

        if (!token_is_content(token))
            continue;
        title++;
        for (size_t k = range.from; k < range.to; k++)
            if (words[k].plain == token->plain) {
                found++;
                break;
            }
    }
    return title > 0 && name > 0 ? found / title + found / name : 0;
}

/* The passage whose title is most like the option; with none, those that name all of its words. */
static void find_passages(const struct reading *reading, struct option *option)
{
    double best = 0.9;
    size_t at = SIZE_MAX;

    for (size_t i = 0; i < reading->passage_count; i++) {
        const struct passage *passage = &reading->passages[i];
        double overlap = title_overlap(reading, passage, option->range);

        /* its whole title begins here in the question */
        if (passage->asked >= 0.6 && passage->asked_at == option->range.from)
            overlap += 1;

        if (overlap > best) {
            best = overlap;
            at = i;
        }
    }
    if (at != SIZE_MAX)
        option->passages[at / 64] |= 1ULL << (at % 64);
}

static bool has_passage(const struct option *option, size_t i)
{
    return (option->passages[i / 64] >> (i % 64)) & 1;
}

static void read_options(const struct reading *reading, struct option options[QUESTION_OPTIONS])
{
    for (size_t i = 0; i < QUESTION_OPTIONS; i++) {
        options[i] = (struct option){ .range = reading->question.options[i] };
        find_passages(reading, &options[i]);
    }
}

/* --- values --- */

static bool is_predicate(const struct reading *reading, uint32_t stem)
{
    for (size_t i = 0; i < reading->question.word_count; i++)
        if (reading->question.words[i].stem == stem)
            return reading->question.words[i].predicate && reading->question.words[i].content;
    return false;
}

static bool sentence_has_predicate(
    const struct reading *reading, const struct sentence *sentence, size_t near)
{
    size_t from = near > sentence->from + 6 ? near - 6 : sentence->from;

    for (size_t i = from; i < sentence->to && i < near + 4; i++)
        if (token_is_content(&reading->tokens.items[i]) &&
            is_predicate(reading, reading->tokens.items[i].stem))
            return true;
    return false;
}

static double date_value(const struct token *tokens, size_t from, size_t to)
{
    double year = 0, month = 0, day = 0;

    for (size_t i = from; i < to; i++) {
        if (token_year(&tokens[i]) != 0)
            year = token_year(&tokens[i]);
        else if (token_is_month(&tokens[i]))
            month = tokens[i].value;
        else if (tokens[i].kind == TOKEN_NUMBER)
            day = token_number(&tokens[i]);
    }
    return year * 10000 + month * 100 + day;
}

static double number_value(const struct token *tokens, size_t from, size_t to)
{
    double value = 0;

    for (size_t i = from; i < to; i++) {
        if (tokens[i].classes & WORD_MAGNITUDE) {
            value = value > 0 ? value : 1;
            for (uint32_t k = 0; k < tokens[i].value; k++)
                value *= 10;
        } else if (token_is_quantity(&tokens[i])) {
            value += token_number(&tokens[i]);
        }
    }
    return value;
}

/* The first date (or number) beside a word of the question, else the first one of all. */
static void find_value(const struct reading *reading, struct option *option, bool dates)
{
    const struct token *tokens = reading->tokens.items;
    struct spans spans = { 0 };
    bool near = false;

    for (size_t s = 0; s < reading->sentence_count; s++)
        if (has_passage(option, reading->sentences[s].passage))
            spans_find(reading, s, false, &spans);
    for (size_t i = 0; i < spans.count && !near; i++) {
        const struct span *span = &spans.items[i];
        bool dated = span->type == SPAN_DATE || span->type == SPAN_YEAR;
        bool good = dates ? dated : span->type == SPAN_NUMBER;

        if (!good)
            continue;
        near = sentence_has_predicate(reading, &reading->sentences[span->sentence], span->from);
        if (option->has_value && !near)
            continue;
        option->has_value = true;
        option->value = dates ? date_value(tokens, span->from, span->to)
                              : number_value(tokens, span->from, span->to);
        option->shown = span_text(reading, span);
    }
    free(spans.items);
}

static uint64_t words_of(const struct reading *reading, const struct option *option)
{
    uint64_t words = 0;

    for (size_t i = 0; i < reading->passage_count; i++)
        if (has_passage(option, i))
            words |= reading->passages[i].words;
    return words;
}

/* The weight of the question's other words that the option's passages hold. */
static double predicate_match(const struct reading *reading, const struct option *option)
{
    uint64_t words = words_of(reading, option);
    double sum = 0;

    for (size_t i = 0; i < reading->question.word_count; i++)
        if ((words >> i) & 1 && is_predicate(reading, reading->question.words[i].stem))
            sum += reading->question.words[i].weight;
    return sum;
}

static bool by_dates(enum comparison comparison)
{
    return comparison == COMPARE_EARLIER || comparison == COMPARE_LATER;
}

static void find_values(const struct reading *reading, struct option options[QUESTION_OPTIONS])
{
    enum comparison comparison = reading->question.comparison;

    for (size_t i = 0; i < QUESTION_OPTIONS; i++)
        if (comparison != COMPARE_DESCRIBED && comparison != COMPARE_NONE)
            find_value(reading, &options[i], by_dates(comparison));
}

static size_t better_value(
    enum comparison comparison, const struct option options[QUESTION_OPTIONS])
{
    bool least = comparison == COMPARE_EARLIER || comparison == COMPARE_LESS;

    if (least)
        return options[1].value < options[0].value ? 1 : 0;
    return options[1].value > options[0].value ? 1 : 0;
}

static size_t choose(const struct reading *reading, struct option options[QUESTION_OPTIONS])
{
    if (!reading->how->on[INSTRUCTION_COMPARE_VALUES])
        return 0;
    find_values(reading, options);
    if (options[0].has_value && options[1].has_value)
        return better_value(reading->question.comparison, options);
    return predicate_match(reading, &options[1]) > predicate_match(reading, &options[0]) ? 1 : 0;
}

static void add_slice(struct str *out, struct slice slice)
{
    str_add_n(out, slice.at, slice.len);
}

bool compare_options(const struct reading *reading, struct str *out)
{
    struct option options[QUESTION_OPTIONS];

    if (reading->question.option_count < 2)
        return false;
    read_options(reading, options);
    add_slice(out, question_slice(&reading->question, options[choose(reading, options)].range));
    return true;
}

bool compare_values(const struct reading *reading, struct str *out)
{
    struct option options[QUESTION_OPTIONS];

    if (reading->question.option_count < 2)
        return false;
    read_options(reading, options);
    find_values(reading, options);
    for (size_t i = 0; i < QUESTION_OPTIONS; i++) {
        struct slice shown = options[i].shown;

        for (size_t p = 0; p < reading->passage_count && !options[i].has_value && shown.len == 0;
             p++)
            if (has_passage(&options[i], p) && reading->passages[p].count > 0)
                shown = reading->sentences[reading->passages[p].first].text;
        add_slice(out, question_slice(&reading->question, options[i].range));
        str_add(out, ": ");
        add_slice(out, shown.len > 0 ? shown : slice_of("unknown"));
        str_add(out, i == 0 ? "\n" : "");
    }
    return true;
}

/* --- yes or no --- */

/* The share of the question's other words that the option's passages hold. */
static double predicate_share(const struct reading *reading, const struct option *option)
{
    uint64_t words = words_of(reading, option);
    double found = 0, all = 0;

    for (size_t i = 0; i < reading->question.word_count; i++) {
        if (!is_predicate(reading, reading->question.words[i].stem))
            continue;
        all++;
        found += (double)((words >> i) & 1);
    }
    return all > 0 ? found / all : 1;
}

static size_t first_passage(const struct option *option)
{
    for (size_t i = 0; i < PASSAGES_MAX; i++)
        if (has_passage(option, i))
            return i;
    return SIZE_MAX;
}

/* The nations that a passage's first sentence names, as stems; at most four. */
static size_t nations_of(const struct reading *reading, size_t passage, uint32_t nations[4])
{
    size_t count = 0;

    if (passage == SIZE_MAX || reading->passages[passage].count == 0)
        return 0;
    for (size_t i = reading->sentences[reading->passages[passage].first].from;
         i < reading->sentences[reading->passages[passage].first].to && count < 4; i++)
        if (reading->tokens.items[i].classes & WORD_NATION &&
            reading->tokens.items[i].flags & TOKEN_CAPITAL)
            nations[count++] = reading->tokens.items[i].stem;
    return count;
}

static bool same_nation(
    const struct reading *reading, const struct option options[QUESTION_OPTIONS])
{
    uint32_t one[4], two[4];
    size_t ones = nations_of(reading, first_passage(&options[0]), one);
    size_t twos = nations_of(reading, first_passage(&options[1]), two);

    for (size_t i = 0; i < ones; i++)
        for (size_t k = 0; k < twos; k++)
            if (one[i] == two[k])
                return true;
    return false;
}

static bool question_has_word(const struct question *question, const char *word)
{
    for (size_t i = 0; i < question->tokens.count; i++)
        if (token_is_word(&question->tokens.items[i], word))
            return true;
    return false;
}

void compare_yes_no(const struct reading *reading, struct str *out)
{
    struct option options[QUESTION_OPTIONS];
    const double enough = 0.5;

    if (reading->question.option_count < 2) {
        size_t best = reading_best_sentence(reading);

        str_add(out, best != SIZE_MAX && reading->sentences[best].score > enough ? "yes" : "no");
        return;
    }
    read_options(reading, options);
    if (question_has_word(&reading->question, "same")) {
        str_add(out, same_nation(reading, options) ? "yes" : "no");
        return;
    }
    str_add(out, predicate_share(reading, &options[0]) >= enough &&
                         predicate_share(reading, &options[1]) >= enough
                     ? "yes"
                     : "no");
}

/* --- what they have in common --- */

/* May be part of what two things share: no stop word, no word of the question, and no nation unless
 * one is asked for. */
static bool can_be_shared(const struct reading *reading, const struct token *token)
{
    const struct question *question = &reading->question;
    bool nation = (token->classes & WORD_NATION) != 0;

    if (token->kind != TOKEN_WORD || !token_is_content(token) || token_is_month(token) ||
        token_is_word(token, "born"))
        return false;
    if (question->wanted == WANTED_NATION || question->wanted == WANTED_PLACE)
        return nation;
    return !nation && !(token->flags & TOKEN_CAPITAL) && !question_has(question, token->stem);
}

static bool is_shared_class(const struct reading *reading, const struct token *token)
{
    static const char *const jobs[] = { "occupation", "profession", "work", "job", "career", NULL };
    const struct question *question = &reading->question;
    const struct token *head =
        question->head != SIZE_MAX ? &question->tokens.items[question->head] : NULL;

    for (size_t i = 0; head != NULL && jobs[i] != NULL; i++)
        if (head->stem == stem_of(jobs[i], strlen(jobs[i])) || token_is_word(head, jobs[i]))
            return (token->classes & WORD_PERSON) != 0;
    return (token->classes & (WORD_PERSON | WORD_PLACE | WORD_ORG | WORD_WORK)) != 0;
}

struct run {
    size_t from, len;
    double score;
};

/* The run of shared words that starts at token i, in any place of b. */
static struct run shared_run(
    const struct reading *reading, size_t i, size_t end, struct token_range b)
{
    const struct token *tokens = reading->tokens.items;
    struct run best = { 0 };

    for (size_t k = b.from; k < b.to; k++) {
        struct run run = { .from = i };

        while (i + run.len < end && k + run.len < b.to &&
               can_be_shared(reading, &tokens[i + run.len]) &&
               tokens[i + run.len].stem == tokens[k + run.len].stem) {
            run.score += 1 + 2.0 * is_shared_class(reading, &tokens[i + run.len]);
            run.len++;
        }
        if (run.score > best.score)
            best = run;
    }
    return best;
}

/* The tokens of a passage's first `count` sentences. */
static struct token_range opening(const struct reading *reading, size_t index, size_t count)
{
    const struct passage *passage = &reading->passages[index];
    size_t last = passage->first + (passage->count < count ? passage->count : count);

    if (passage->count == 0)
        return (struct token_range){ 0, 0 };
    return (struct token_range){ reading->sentences[passage->first].from,
        reading->sentences[last - 1].to };
}

static void add_run(const struct reading *reading, struct run run, struct str *out)
{
    if (out->len > 0)
        str_add(out, " and ");
    add_slice(out, tokens_slice(reading->tokens.items, run.from, run.from + run.len));
}

bool compare_common(const struct reading *reading, struct str *out)
{
    struct option options[QUESTION_OPTIONS];
    struct token_range a, b;
    struct run best = { 0 };
    bool several = reading->question.plural && reading->how->on[INSTRUCTION_LIST];

    if (reading->question.option_count < 2)
        return false;
    read_options(reading, options);
    if (first_passage(&options[0]) == SIZE_MAX || first_passage(&options[1]) == SIZE_MAX)
        return false;
    a = opening(reading, first_passage(&options[0]), 2);
    b = opening(reading, first_passage(&options[1]), 4);
    for (size_t i = a.from; i < a.to;) {
        struct run run = shared_run(reading, i, a.to, b);

        if (several && run.score >= 3)
            add_run(reading, run, out);
        if (run.score > best.score)
            best = run;
        i += run.len > 0 ? run.len : 1;
    }
    if (out->len == 0 && best.len > 0)
        add_run(reading, best, out);
    return out->len > 0;
}
