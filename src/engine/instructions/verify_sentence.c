/* IFBench "sentence": sentences in their order. */
#include "verify.h"

#include <stdlib.h>

#include "sentences.h"
#include "utf8.h"

/* Neighbours with the same first character: a run of k scores k. */
static size_t alliteration(struct excerpt sentence)
{
    struct excerpts words = split_words(sentence);
    size_t score = 0, kept = 0;
    bool inside = false;

    for (size_t i = 0; i < words.count; i++) {
        struct excerpt word = strip_marks(words.items[i], LEFT_END);

        if (word.len > 0)
            words.items[kept++] = word;
    }
    for (size_t i = 0; i + 1 < kept; i++) {
        bool same = first_of(words.items[i]) == first_of(words.items[i + 1]);

        score += !same ? 0 : inside ? 1 : 2;
        inside = same;
    }
    excerpts_free(&words);
    return score;
}

enum follow verify_alliteration_increment(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    size_t before = 0;
    bool grows = true;

    for (size_t i = 0; i < sentences.count && grows; i++) {
        struct str lower = STR_INIT;
        size_t score;

        add_lower(sentences.items[i], &lower);
        score = alliteration(excerpt_of(str_text(&lower)));
        str_free(&lower);
        grows = i == 0 || score > before;
        if (!grows)
            str_addf(
                check->why, "sentence %zu has no more alliteration than the one before", i + 1);
        before = score;
    }
    excerpts_free(&sentences);
    return follow_if(grows);
}

static bool is_word_at(struct excerpt text, size_t at)
{
    uint32_t code;

    return at < text.len && (utf8_next(text.text + at, text.len - at, &code), utf8_is_word(code));
}

static bool is_word_before(struct excerpt text, size_t at)
{
    uint32_t code;

    return at > 0 && (step_back(text, at, &code), utf8_is_word(code));
}

/* \bpart\b, the cases folded. */
static bool has_word(struct excerpt text, const char *part)
{
    struct str lower = STR_INIT;
    struct str wanted = STR_INIT;
    struct excerpt whole;
    bool found = false;

    add_lower(text, &lower);
    add_lower(excerpt_of(part), &wanted);
    whole = excerpt_of(str_text(&lower));
    for (size_t i = 0; i + wanted.len <= whole.len && !found && wanted.len > 0; i++) {
        struct excerpt here = { whole.text + i, wanted.len };

        found = excerpt_is(here, wanted.data) && is_word_at(whole, i) != is_word_before(whole, i) &&
                is_word_at(whole, i + wanted.len) != is_word_before(whole, i + wanted.len);
    }
    str_free(&lower);
    str_free(&wanted);
    return found;
}

enum follow verify_sentence_keyword(struct check *check)
{
    const char *word;
    double place;
    struct excerpts sentences;
    bool found;

    if (!argument_text(check, "word", &word) || !argument_number(check, "N", 1, &place))
        return FOLLOW_BAD;
    sentences = split_sentences(check->text);
    found = (double)sentences.count >= place && has_word(sentences.items[(size_t)place - 1], word);
    str_addf(
        check->why, "\"%.40s\" is not in sentence %.0f (of %zu)", word, place, sentences.count);
    excerpts_free(&sentences);
    return follow_if(found);
}

static size_t count_plain_words(struct excerpt sentence)
{
    struct str plain = STR_INIT;
    struct excerpts words;
    size_t count;

    add_without_marks(sentence, &plain);
    words = split_words(excerpt_of(str_text(&plain)));
    count = words.count;
    excerpts_free(&words);
    str_free(&plain);
    return count;
}

enum follow verify_sentence_increment(struct check *check)
{
    struct excerpts sentences;
    double step;
    size_t before = 0;
    bool grows = true;

    if (!argument_number(check, "small_n", 0, &step))
        return FOLLOW_BAD;
    sentences = split_sentences(check->text);
    for (size_t i = 0; i < sentences.count && grows; i++) {
        size_t count = count_plain_words(sentences.items[i]);

        grows = i == 0 || (double)count == (double)before + step;
        if (!grows)
            str_addf(
                check->why, "sentence %zu has %zu words after one of %zu", i + 1, count, before);
        before = count;
    }
    excerpts_free(&sentences);
    return follow_if(grows);
}
