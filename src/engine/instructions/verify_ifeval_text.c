/* IFEval: keywords, lengths, change of case, punctuation. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pattern.h"
#include "sentences.h"
#include "treebank.h"
#include "utf8.h"

/* Keywords are regular expressions there. */
enum follow verify_keyword_existence(struct check *check)
{
    const struct json *keywords;

    if (!argument_list(check, "keywords", &keywords))
        return FOLLOW_BAD;
    for (size_t i = 0; i < keywords->count; i++) {
        size_t count = 0;

        if (count_matches(check, keywords->items[i].text, PATTERN_IGNORE_CASE, &count) ==
            FOLLOW_BAD)
            return FOLLOW_BAD;
        if (count == 0) {
            str_addf(check->why, "there is no \"%.60s\"", keywords->items[i].text);
            return FOLLOW_NO;
        }
    }
    return FOLLOW_YES;
}

enum follow verify_keyword_frequency(struct check *check)
{
    const char *keyword;
    double frequency;
    size_t count = 0;
    bool less;

    if (!argument_text(check, "keyword", &keyword) ||
        !argument_number(check, "frequency", 0, &frequency) ||
        !argument_relation(check, "relation", &less) ||
        count_matches(check, keyword, PATTERN_IGNORE_CASE, &count) == FOLLOW_BAD)
        return FOLLOW_BAD;
    return in_relation(check, count, less, frequency, "occurrences");
}

enum follow verify_forbidden_words(struct check *check)
{
    const struct json *forbidden;

    if (!argument_list(check, "forbidden_words", &forbidden))
        return FOLLOW_BAD;
    for (size_t i = 0; i < forbidden->count; i++) {
        char *pattern = mem_printf("\\b%s\\b", forbidden->items[i].text);
        size_t count = 0;
        enum follow follow = count_matches(check, pattern, PATTERN_IGNORE_CASE, &count);

        free(pattern);
        if (follow == FOLLOW_BAD)
            return FOLLOW_BAD;
        if (count > 0) {
            str_addf(check->why, "the forbidden \"%.60s\" stands in it", forbidden->items[i].text);
            return FOLLOW_NO;
        }
    }
    return FOLLOW_YES;
}

enum follow verify_letter_frequency(struct check *check)
{
    struct str lower = STR_INIT;
    struct str wanted = STR_INIT;
    const char *letter;
    double frequency;
    size_t count;
    bool less;

    if (!argument_text(check, "letter", &letter) ||
        !argument_number(check, "let_frequency", 0, &frequency) ||
        !argument_relation(check, "let_relation", &less))
        return FOLLOW_BAD;
    add_lower(check->text, &lower);
    add_lower(trim(excerpt_of(letter)), &wanted);
    count =
        wanted.len == 0 ? 0 : count_occurrences(excerpt_of(str_text(&lower)), str_text(&wanted));
    str_free(&lower);
    str_free(&wanted);
    return in_relation(check, count, less, frequency, "times the letter");
}

enum follow verify_number_sentences(struct check *check)
{
    struct excerpts sentences;
    double wanted;
    size_t count;
    bool less;

    if (!argument_number(check, "num_sentences", 0, &wanted) ||
        !argument_relation(check, "relation", &less))
        return FOLLOW_BAD;
    sentences = split_sentences(check->text);
    count = sentences.count;
    excerpts_free(&sentences);
    return in_relation(check, count, less, wanted, "sentences");
}

enum follow verify_number_words(struct check *check)
{
    struct excerpts tokens;
    double wanted;
    size_t count;
    bool less;

    if (!argument_number(check, "num_words", 0, &wanted) ||
        !argument_relation(check, "relation", &less))
        return FOLLOW_BAD;
    tokens = split_tokens(check->text);
    count = tokens.count;
    excerpts_free(&tokens);
    return in_relation(check, count, less, wanted, "words");
}

/* Parts between "***", with at most one white space at its sides. An empty one may only be the
 * first or the last, and does not count. */
enum follow verify_number_paragraphs(struct check *check)
{
    struct excerpts parts;
    double wanted;
    size_t count;

    if (!argument_number(check, "num_paragraphs", 0, &wanted))
        return FOLLOW_BAD;
    parts = split_at(check->text, "***");
    count = parts.count;
    for (size_t i = 0; i < parts.count; i++) {
        if (!is_blank(parts.items[i]))
            continue;
        count--;
        if (i != 0 && i + 1 != parts.count) {
            excerpts_free(&parts);
            str_add(check->why, "a paragraph is empty");
            return FOLLOW_NO;
        }
    }
    excerpts_free(&parts);
    return exactly(check, count, wanted, "paragraphs");
}

/* In lower case, up to a punctuation mark. */
static void add_first_word(struct excerpt paragraph, struct str *out)
{
    struct excerpts words = split_words(paragraph);
    struct excerpt word = words.count > 0 ? words.items[0] : excerpt_of("");

    word = strip_set(strip_set(word, "'", LEFT_END), "\"", LEFT_END);
    for (size_t i = 0; i < word.len;) {
        uint32_t code;
        size_t step = utf8_next(word.text + i, word.len - i, &code);

        if (code < 0x80 && code != 0 && strchr(".,?!'\"", (int)code) != NULL)
            break;
        add_lower((struct excerpt){ word.text + i, step }, out);
        i += step;
    }
    excerpts_free(&words);
}

enum follow verify_nth_paragraph_first_word(struct check *check)
{
    const char *wanted;
    double paragraphs, nth;
    struct str first = STR_INIT;
    struct str lower = STR_INIT;
    struct excerpts parts;
    size_t count = 0;
    bool same = false;

    if (!argument_text(check, "first_word", &wanted) ||
        !argument_number(check, "num_paragraphs", 0, &paragraphs) ||
        !argument_number(check, "nth_paragraph", 1, &nth))
        return FOLLOW_BAD;
    parts = split_at(check->text, "\n\n");
    for (size_t i = 0; i < parts.count; i++)
        count += !is_blank(parts.items[i]);
    if (nth <= (double)count && !is_blank(parts.items[(size_t)nth - 1])) {
        add_first_word(parts.items[(size_t)nth - 1], &first);
        add_lower(excerpt_of(wanted), &lower);
        same = str_equal(str_text(&first), str_text(&lower));
    }
    excerpts_free(&parts);
    str_addf(check->why, "%zu paragraphs, number %.0f begins with \"%.40s\"", count, nth,
        str_text(&first));
    str_free(&first);
    str_free(&lower);
    return follow_if(same && (double)count == paragraphs);
}

/* Which language it is cannot be told here; a text in the wrong case fails whatever it is. */
enum follow verify_english_capital(struct check *check)
{
    str_add(check->why, "not all letters are capitals");
    return is_all_upper(check->text) ? FOLLOW_UNSUPPORTED : FOLLOW_NO;
}

enum follow verify_english_lowercase(struct check *check)
{
    str_add(check->why, "not all letters are in lower case");
    return is_all_lower(check->text) ? FOLLOW_UNSUPPORTED : FOLLOW_NO;
}

enum follow verify_capital_word_frequency(struct check *check)
{
    struct treebank_words words;
    double wanted;
    size_t count = 0;
    bool less;

    if (!argument_number(check, "capital_frequency", 0, &wanted) ||
        !argument_relation(check, "capital_relation", &less))
        return FOLLOW_BAD;
    words = treebank_words(check->text);
    for (size_t i = 0; i < words.words.count; i++)
        count += is_all_upper(words.words.items[i]);
    treebank_free(&words);
    return in_relation(check, count, less, wanted, "words in capitals");
}

enum follow verify_no_comma(struct check *check)
{
    str_add(check->why, "there is a comma");
    return follow_if(!excerpt_contains(check->text, ","));
}
