#ifndef VERIFY_H
#define VERIFY_H

/* What a verifier gets, and every verifier's name. Private to this folder. */
#include "instruction.h"
#include "excerpts.h"

struct check {
    struct excerpt text; /* not blank */
    const struct json *arguments;
    struct str *why; /* never NULL: what was found, where that helps */
    struct err *err;
};

typedef enum follow verify_fn(struct check *check);

static inline enum follow follow_if(bool followed)
{
    return followed ? FOLLOW_YES : FOLLOW_NO;
}

/* Arguments by name; false sets an error: return FOLLOW_BAD. */
bool argument_number(struct check *check, const char *name, double min, double *out);
bool argument_text(struct check *check, const char *name, const char **out);
bool argument_list(struct check *check, const char *name, const struct json **out);
/* `relation` is "less than" or "at least". */
bool argument_relation(struct check *check, const char *name, bool *less);

/* The number found against the number asked for, and words about it. */
enum follow at_least(struct check *check, size_t found, double wanted, const char *what);
enum follow exactly(struct check *check, size_t found, double wanted, const char *what);
enum follow in_relation(
    struct check *check, size_t found, bool less, double wanted, const char *what);

/* Matches of a regular expression of our own (`pattern` is right), or of the arguments'. */
bool matches(struct excerpt text, const char *pattern, unsigned flags);
enum follow count_matches(struct check *check, const char *pattern, unsigned flags, size_t *count);

// clang-format off
verify_fn verify_word_count_range, verify_unique_word_count, verify_conjunctions, verify_person_names,
    verify_numbers, verify_pronouns, verify_punctuation, verify_words_japanese,
    verify_keywords_multiple, verify_stop_words, verify_sentence_type, verify_sentence_balance,
    verify_overlap, verify_sentence_words, verify_alphabet, verify_vowel, verify_consonants,
    verify_palindrome, verify_prime_lengths, verify_repeats, verify_last_first,
    verify_paragraph_last_first, verify_no_consecutive, verify_keywords_specific_position,
    verify_words_position, verify_alliteration_increment, verify_sentence_keyword,
    verify_sentence_increment, verify_parentheses, verify_quotes, verify_options, verify_newline,
    verify_emoji, verify_line_indent, verify_quote_unquote, verify_list, verify_thesis,
    verify_sub_bullets, verify_no_bullets_bullets, verify_title_case, verify_output_template,
    verify_no_whitespace, verify_multiples, verify_mcq, verify_reverse_newline, verify_word_reverse,
    verify_character_reverse, verify_sentence_alphabet, verify_european_capitals, verify_csv_city,
    verify_csv_special_character, verify_csv_quotes, verify_date_format_list, verify_repeat_change,
    verify_repeat_simple, verify_repeat_span;

verify_fn verify_keyword_existence, verify_keyword_frequency, verify_forbidden_words,
    verify_letter_frequency, verify_number_sentences, verify_number_words, verify_number_paragraphs,
    verify_nth_paragraph_first_word, verify_placeholders, verify_postscript, verify_bullet_lists,
    verify_constrained_response, verify_highlighted_sections, verify_multiple_sections,
    verify_json_format, verify_title, verify_two_responses, verify_repeat_prompt, verify_end_checker,
    verify_quotation, verify_english_capital, verify_english_lowercase,
    verify_capital_word_frequency, verify_no_comma;
// clang-format on

#endif
