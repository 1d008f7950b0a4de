/* How well each passage and sentence fits the question, and which two passages belong together. */
#include <math.h>
#include <stdint.h>

#include "reading.h"

enum { LINK_TITLE_MIN = 3 };

static const double title_bonus = 0.35, link_bonus = 0.25, single_word_title = 0.6;

uint64_t reading_bit(const struct reading *reading, uint32_t stem)
{
    for (size_t i = 0; i < reading->question.word_count; i++)
        if (reading->question.words[i].stem == stem)
            return 1ULL << i;
    return 0;
}

double reading_weight(const struct reading *reading, uint64_t words)
{
    double sum = 0;

    for (size_t i = 0; words != 0; i++, words >>= 1)
        if (words & 1)
            sum += reading->question.words[i].weight;
    return sum;
}

bool passage_links(const struct passage *passage, size_t to)
{
    return (passage->links[to / 64] >> (to % 64)) & 1;
}

double reading_coverage(const struct reading *reading, size_t sentence)
{
    double found = 0, count = 0;

    for (size_t i = 0; i < reading->question.word_count; i++) {
        if (!reading->question.words[i].content)
            continue;
        count++;
        found += (double)((reading->sentences[sentence].words >> i) & 1);
    }
    return count > 0 ? found / count : 0;
}

static uint64_t bits_of(const struct reading *reading, size_t from, size_t to)
{
    uint64_t bits = 0;

    for (size_t i = from; i < to; i++)
        if (reading->tokens.items[i].stem != 0)
            bits |= reading_bit(reading, reading->tokens.items[i].stem);
    return bits;
}

static void find_words(struct reading *reading)
{
    for (size_t i = 0; i < reading->passage_count; i++) {
        struct passage *passage = &reading->passages[i];
        uint64_t title = bits_of(reading, passage->title_from, passage->title_to);

        passage->words = title;
        for (size_t k = passage->first; k < passage->first + passage->count; k++) {
            struct sentence *sentence = &reading->sentences[k];

            sentence->words = bits_of(reading, sentence->from, sentence->to);
            passage->words |= sentence->words;
            if (reading->how->on[INSTRUCTION_TITLE_SUBJECT])
                sentence->words |= title;
        }
    }
}

/* Weights: with RANK_PASSAGES by how few passages have the word; words that none has weigh nothing.
 */
static void weigh_words(struct reading *reading)
{
    for (size_t i = 0; i < reading->question.word_count; i++) {
        struct question_word *word = &reading->question.words[i];
        double count = 0;

        for (size_t k = 0; k < reading->passage_count; k++)
            count += (double)((reading->passages[k].words >> i) & 1);
        word->weight = count > 0;
        if (count > 0 && reading->how->on[INSTRUCTION_RANK_PASSAGES])
            word->weight = log(1.0 + (double)reading->passage_count / count);
    }
}

/* Tokens title[0..len) occur at text[0..): in the same words, marks passed over. */
static bool same_words(const struct token *title, size_t len, const struct token *text, size_t left)
{
    if (left < len)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (title[i].kind == TOKEN_MARK ? !token_is_mark(&text[i], title[i].mark)
                                        : title[i].plain != text[i].plain)
            return false;
        if (text[i].kind == TOKEN_MARK && title[i].kind != TOKEN_MARK)
            return false;
    }
    return true;
}

/* The first place in tokens[from..to) where the passage's title stands; SIZE_MAX: nowhere. Its
 * first word must be capitalised there unless `any_case`. */
static size_t find_title(const struct reading *reading, const struct passage *passage,
    const struct token *tokens, size_t count, bool any_case)
{
    const struct token *title = &reading->tokens.items[passage->title_from];
    size_t len = passage->title_to - passage->title_from;

    if (len == 0 || (len == 1 && title->len < LINK_TITLE_MIN))
        return SIZE_MAX;
    for (size_t i = 0; i + len <= count; i++)
        if (tokens[i].plain == title->plain &&
            (any_case || tokens[i].flags & TOKEN_CAPITAL || tokens[i].kind == TOKEN_NUMBER) &&
            same_words(title, len, tokens + i, count - i))
            return i;
    return SIZE_MAX;
}

/* The share of the title's words that the question holds as names. */
static double partly_asked(const struct reading *reading, const struct passage *passage, size_t *at)
{
    double found = 0, all = 0;

    for (size_t i = passage->title_from; i < passage->title_to; i++) {
        const struct token *token = &reading->tokens.items[i];

        if (!token_is_content(token))
            continue;
        all++;
        for (size_t k = 0; k < reading->question.tokens.count; k++) {
            const struct token *word = &reading->question.tokens.items[k];

            if (word->plain == token->plain &&
                (word->flags & TOKEN_CAPITAL || word->kind == TOKEN_NUMBER)) {
                found++;
                *at = found == 1 ? k : *at;
                break;
            }
        }
    }
    return all > 0 ? found / all : 0;
}

static void find_asked(struct reading *reading)
{
    for (size_t i = 0; i < reading->passage_count; i++) {
        struct passage *passage = &reading->passages[i];
        size_t len = passage->title_to - passage->title_from;

        passage->asked_at = find_title(reading, passage, reading->question.tokens.items,
            reading->question.tokens.count, len > 1);
        passage->asked = passage->asked_at == SIZE_MAX ? 0 : len == 1 ? single_word_title : 1;
        if (passage->asked_at == SIZE_MAX && reading->how->on[INSTRUCTION_ALIASES]) {
            double part = partly_asked(reading, passage, &passage->asked_at);

            passage->asked = part >= 0.5 ? 0.6 * part : 0;
        }
        if (passage->asked <= 0)
            passage->asked_at = SIZE_MAX;
    }
}

static void find_links(struct reading *reading)
{
    for (size_t i = 0; i < reading->passage_count; i++) {
        struct passage *passage = &reading->passages[i];
        size_t end = passage->count > 0 ? reading->sentences[passage->first + passage->count - 1].to
                                        : passage->title_to;

        for (size_t k = 0; k < reading->passage_count; k++)
            if (k != i && find_title(reading, &reading->passages[k],
                              &reading->tokens.items[passage->title_to], end - passage->title_to,
                              false) != SIZE_MAX)
                passage->links[k / 64] |= 1ULL << (k % 64);
    }
}

static double pair_score(const struct reading *reading, size_t a, size_t b, double all)
{
    const struct passage *one = &reading->passages[a];
    const struct passage *two = &reading->passages[b];
    bool linked = passage_links(one, b) || passage_links(two, a);
    double score = reading_weight(reading, one->words | two->words) / all;
    double weaker = one->score < two->score ? one->score : two->score;

    return score + 0.3 * weaker + title_bonus * (one->asked + two->asked) +
           (linked ? link_bonus : 0);
}

/* What the pair's less asked passage adds to the other; a quarter of the question is a whole gain.
 */
static double gain_of(const struct reading *reading, double all)
{
    const struct passage *one = &reading->passages[reading->pair[0]];
    const struct passage *two = &reading->passages[reading->pair[1]];
    uint64_t more = one->asked >= two->asked ? two->words & ~one->words : one->words & ~two->words;
    double gain = 4 * reading_weight(reading, more) / all;

    return gain < 1 ? gain : 1;
}

/* The pair of passages that together hold most of the question; each passage's best pair. */
static void find_pair(struct reading *reading, double all)
{
    double best = -1;

    for (size_t a = 0; a < reading->passage_count; a++)
        for (size_t b = a + 1; b < reading->passage_count; b++) {
            double score = pair_score(reading, a, b, all);

            if (score > reading->passages[a].chain)
                reading->passages[a].chain = score;
            if (score > reading->passages[b].chain)
                reading->passages[b].chain = score;
            if (score > best) {
                best = score;
                reading->pair[0] = a;
                reading->pair[1] = b;
            }
        }
    for (size_t i = 0; best > 0 && i < reading->passage_count; i++)
        reading->passages[i].chain /= best;
    if (reading->pair[1] != SIZE_MAX)
        reading->gain = gain_of(reading, all);
}

void reading_rank(struct reading *reading)
{
    double all;

    find_words(reading);
    weigh_words(reading);
    find_asked(reading);
    find_links(reading);
    all = reading_weight(reading, UINT64_MAX >> (64 - QUESTION_WORDS_MAX));
    all = all > 0 ? all : 1;
    reading->pair[0] = reading->pair[1] = SIZE_MAX;
    for (size_t i = 0; i < reading->passage_count; i++) {
        struct passage *passage = &reading->passages[i];

        passage->chain = 0;
        passage->score = reading_weight(reading, passage->words) / all;
        if (i == 0 ||
            passage->score + passage->asked > reading->passages[reading->pair[0]].score +
                                                  reading->passages[reading->pair[0]].asked)
            reading->pair[0] = i;
    }
    for (size_t i = 0; i < reading->sentence_count; i++)
        reading->sentences[i].score = reading_weight(reading, reading->sentences[i].words) / all;
    if (reading->how->on[INSTRUCTION_FOLLOW_BRIDGE])
        find_pair(reading, all);
}

size_t reading_passage_of(
    const struct reading *reading, const struct token *tokens, size_t from, size_t to)
{
    size_t partly = SIZE_MAX;

    for (size_t i = 0; i < reading->passage_count; i++) {
        const struct passage *passage = &reading->passages[i];
        size_t len = passage->title_to - passage->title_from;
        const struct token *title = &reading->tokens.items[passage->title_from];

        if (len == 0)
            continue;
        if (len == to - from && same_words(title, len, tokens + from, to - from))
            return i;
        if (!reading->how->on[INSTRUCTION_ALIASES] || partly != SIZE_MAX)
            continue;
        /* a surname, or the name with more before or after it */
        if ((to - from == 1 && len > 1 && len <= 4 && tokens[from].plain == title[len - 1].plain &&
                token_is_name(&tokens[from])) ||
            (len > 1 && to - from > len && same_words(title, len, tokens + from, to - from)))
            partly = i;
    }
    return partly;
}

size_t reading_best_sentence(const struct reading *reading)
{
    size_t best = SIZE_MAX;
    double most = 0;

    for (size_t i = 0; i < reading->sentence_count; i++) {
        const struct sentence *sentence = &reading->sentences[i];
        double score = sentence->score;

        if (reading->how->on[INSTRUCTION_FOLLOW_BRIDGE])
            score += 0.3 * reading->passages[sentence->passage].chain;
        if (best == SIZE_MAX || score > most) {
            best = i;
            most = score;
        }
    }
    return best;
}
