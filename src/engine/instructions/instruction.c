#include "instruction.h"

#include <stdlib.h>
#include <string.h>

#include "verify.h"

struct instruction {
    const char *id;
    verify_fn *verify; /* NULL: unsupported */
    const char *lacks; /* the resource that would be needed; NULL: none */
};

static const char language[] = "language detection";

static const struct instruction instructions[] = {
    /* IFBench */
    { "count:word_count_range", verify_word_count_range, NULL },
    { "count:unique_word_count", verify_unique_word_count, NULL },
    { "count:conjunctions", verify_conjunctions, NULL },
    { "count:person_names", verify_person_names, NULL },
    { "count:numbers", verify_numbers, NULL },
    { "count:pronouns", verify_pronouns, NULL },
    { "count:punctuation", verify_punctuation, NULL },
    { "count:words_japanese", verify_words_japanese, NULL },
    { "count:keywords_multiple", verify_keywords_multiple, NULL },
    { "ratio:stop_words", verify_stop_words, NULL },
    { "ratio:sentence_type", verify_sentence_type, NULL },
    { "ratio:sentence_balance", verify_sentence_balance, NULL },
    { "ratio:overlap", verify_overlap, NULL },
    { "ratio:sentence_words", verify_sentence_words, NULL },
    { "words:alphabet", verify_alphabet, NULL },
    { "words:vowel", verify_vowel, NULL },
    { "words:consonants", verify_consonants, NULL },
    { "words:palindrome", verify_palindrome, NULL },
    { "words:prime_lengths", verify_prime_lengths, NULL },
    { "words:start_verb", NULL, "a part-of-speech tagger" },
    { "words:repeats", verify_repeats, NULL },
    { "words:odd_even_syllables", NULL, "a dictionary of syllables" },
    { "words:last_first", verify_last_first, NULL },
    { "words:paragraph_last_first", verify_paragraph_last_first, NULL },
    { "words:no_consecutive", verify_no_consecutive, NULL },
    { "words:keywords_specific_position", verify_keywords_specific_position, NULL },
    { "words:words_position", verify_words_position, NULL },
    { "sentence:alliteration_increment", verify_alliteration_increment, NULL },
    { "sentence:keyword", verify_sentence_keyword, NULL },
    { "sentence:increment", verify_sentence_increment, NULL },
    { "format:parentheses", verify_parentheses, NULL },
    { "format:quotes", verify_quotes, NULL },
    { "format:options", verify_options, NULL },
    { "format:newline", verify_newline, NULL },
    { "format:emoji", verify_emoji, NULL },
    { "format:line_indent", verify_line_indent, NULL },
    { "format:quote_unquote", verify_quote_unquote, NULL },
    { "format:list", verify_list, NULL },
    { "format:thesis", verify_thesis, NULL },
    { "format:sub-bullets", verify_sub_bullets, NULL },
    { "format:no_bullets_bullets", verify_no_bullets_bullets, NULL },
    { "format:title_case", verify_title_case, NULL },
    { "format:output_template", verify_output_template, NULL },
    { "format:no_whitespace", verify_no_whitespace, NULL },
    { "custom:multiples", verify_multiples, NULL },
    { "custom:mcq_count_length", verify_mcq, NULL },
    { "custom:reverse_newline", verify_reverse_newline, NULL },
    { "custom:word_reverse", verify_word_reverse, NULL },
    { "custom:character_reverse", verify_character_reverse, NULL },
    { "custom:sentence_alphabet", verify_sentence_alphabet, NULL },
    { "custom:european_capitals_sort", verify_european_capitals, NULL },
    { "custom:csv_city", verify_csv_city, NULL },
    { "custom:csv_special_character", verify_csv_special_character, NULL },
    { "custom:csv_quotes", verify_csv_quotes, NULL },
    { "custom:date_format_list", verify_date_format_list, NULL },
    { "repeat:repeat_change", verify_repeat_change, NULL },
    { "repeat:repeat_simple", verify_repeat_simple, NULL },
    { "repeat:repeat_span", verify_repeat_span, NULL },
    /* IFEval */
    { "keywords:existence", verify_keyword_existence, NULL },
    { "keywords:frequency", verify_keyword_frequency, NULL },
    { "keywords:forbidden_words", verify_forbidden_words, NULL },
    { "keywords:letter_frequency", verify_letter_frequency, NULL },
    { "language:response_language", NULL, language },
    { "length_constraints:number_sentences", verify_number_sentences, NULL },
    { "length_constraints:number_words", verify_number_words, NULL },
    { "length_constraints:number_paragraphs", verify_number_paragraphs, NULL },
    { "length_constraints:nth_paragraph_first_word", verify_nth_paragraph_first_word, NULL },
    { "detectable_content:number_placeholders", verify_placeholders, NULL },
    { "detectable_content:postscript", verify_postscript, NULL },
    { "detectable_format:number_bullet_lists", verify_bullet_lists, NULL },
    { "detectable_format:constrained_response", verify_constrained_response, NULL },
    { "detectable_format:number_highlighted_sections", verify_highlighted_sections, NULL },
    { "detectable_format:multiple_sections", verify_multiple_sections, NULL },
    { "detectable_format:json_format", verify_json_format, NULL },
    { "detectable_format:title", verify_title, NULL },
    { "combination:two_responses", verify_two_responses, NULL },
    { "combination:repeat_prompt", verify_repeat_prompt, NULL },
    { "startend:end_checker", verify_end_checker, NULL },
    { "startend:quotation", verify_quotation, NULL },
    { "change_case:english_capital", verify_english_capital, language },
    { "change_case:english_lowercase", verify_english_lowercase, language },
    { "change_case:capital_word_frequency", verify_capital_word_frequency, NULL },
    { "punctuation:no_comma", verify_no_comma, NULL },
};

const struct instruction *instruction_find(const char *id)
{
    for (size_t i = 0; i < sizeof instructions / sizeof instructions[0]; i++)
        if (strcmp(instructions[i].id, id) == 0)
            return &instructions[i];
    return NULL;
}

const char *instruction_id(const struct instruction *instruction)
{
    return instruction->id;
}

const char *instruction_lacks(const struct instruction *instruction)
{
    return instruction->lacks;
}

static enum follow lacks(const struct instruction *instruction, struct err *err)
{
    err_set(err, ERR_INPUT, "%s needs %s, which this program does not have", instruction->id,
        instruction->lacks);
    return FOLLOW_UNSUPPORTED;
}

enum follow instruction_check(const struct instruction *instruction, const struct json *arguments,
    const char *response, struct str *why, struct err *err)
{
    struct str found = STR_INIT;
    struct check check = { excerpt_of(response), arguments, &found, err };
    enum follow follow;

    if (is_blank(check.text))
        return FOLLOW_NO;
    if (instruction->verify == NULL)
        return lacks(instruction, err);
    follow = instruction->verify(&check);
    if (follow == FOLLOW_UNSUPPORTED)
        (void)lacks(instruction, err);
    if (follow == FOLLOW_BAD)
        (void)err_prefix(err, "%s", instruction->id);
    if (follow == FOLLOW_NO && why != NULL)
        str_add(why, str_text(&found));
    str_free(&found);
    return follow;
}

static void add_trimmed(const char *start, const char *end, struct str *out)
{
    struct excerpt piece = { start, end > start ? (size_t)(end - start) : 0 };

    piece = trim(piece);
    str_add_n(out, piece.text, piece.len);
}

/* The response without its first line, its last, both, trimmed; forms[0] is the response itself. */
static void relax(const char *response, struct str forms[4])
{
    const char *end = response + strlen(response);
    const char *first = strchr(response, '\n');
    const char *last = strrchr(response, '\n');

    str_add(&forms[0], response);
    add_trimmed(first == NULL ? end : first + 1, end, &forms[1]);
    add_trimmed(response, last == NULL ? response : last, &forms[2]);
    if (first != NULL)
        add_trimmed(first + 1, last, &forms[3]);
}

static void drop_stars(struct str *text)
{
    size_t kept = 0;

    for (size_t i = 0; i < text->len; i++)
        if (text->data[i] != '*')
            text->data[kept++] = text->data[i];
    str_truncate(text, kept);
}

enum follow instruction_check_loose(const struct instruction *instruction,
    const struct json *arguments, const char *response, struct str *why, struct err *err)
{
    struct str forms[4] = { STR_INIT, STR_INIT, STR_INIT, STR_INIT };
    enum follow best = FOLLOW_NO;

    relax(response, forms);
    for (size_t i = 0; i < 8 && best != FOLLOW_YES && best != FOLLOW_BAD; i++) {
        enum follow follow;

        if (i >= 4)
            drop_stars(&forms[i - 4]);
        follow = instruction_check(
            instruction, arguments, str_text(&forms[i % 4]), i == 0 ? why : NULL, err);
        if (follow != FOLLOW_NO)
            best = follow;
    }
    for (size_t i = 0; i < 4; i++)
        str_free(&forms[i]);
    return best;
}
