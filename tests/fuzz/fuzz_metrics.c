#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metric_line.h"

static const char *const lines[] = {
    "{\"prediction\":\"The Cat, an Apple!\",\"target\":\"cat apple\"}",
    "{\"prediction\":\"yes\",\"target\":[\"yes\",\"no\"]}",
    "{\"prediction\":{\"answer\":\"a\",\"sp\":[[\"T\",0],[\"U\",1]]},\"target\":{\"answer\":\"a\","
    "\"supporting_facts\":[[\"T\",0]]}}",
    "{\"prediction\":[\"22-yard\",\"1,000.5\"],\"target\":[[\"22\",\"yard\"],[\"1000.5\"]]}",
    "{\"prediction\":\"5.0\",\"target\":{\"answer\":{\"number\":\"5\",\"date\":{},\"spans\":[]},"
    "\"validated_answers\":[{\"number\":\"\",\"date\":{\"day\":\"1\",\"month\":\"May\",\"year\":"
    "\"\"},"
    "\"spans\":[\"x\"]}]}}",
    "{\"prediction\":\"so #### 1,234 and 5.5e3\",\"target\":\"#### 1234\"}",
    "{\"prediction\":\"\\\\boxed{\\\\frac12 \\\\sqrt3 0.5 "
    "a/b}\",\"target\":\"\\\\boxed{\\\\tfrac{1}{2}}\"}",
    "{\"prediction\":[\"A | x\",\"B | y\"],\"target\":[[\"A\",0],[\"C\",1]],\"found\":[\"[1] C | "
    "z\"]}",
    "{\"prediction\":{\"n\":10,\"c\":3,\"k\":2},\"target\":null}",
    "{\"prediction\":{\"new_at_least_as_good\":true,\"old_at_least_as_good\":false,\"num_pii_"
    "leaked\":1,"
    "\"new_vs_old\":\"Yes\",\"old_vs_new\":\"no\",\"per_pii\":[\"yes\"]},\"target\":{\"pii_units\":"
    "\"a||b\"}}",
    "{\"prediction\":\"{\\\"a\\\":1,\\\"b\\\":[2]}\",\"target\":{\"a\":1,\"b\":[2]},\"fields\":{"
    "\"a\":2,\"b\":1}}",
    "{\"prediction\":\"Answer: 42\",\"target\":\"42\",\"pattern\":\"Answer: (\\\\d+)\"}",
};

static const char *const ids[] = { "count:word_count_range", "count:unique_word_count",
    "count:conjunctions", "count:person_names", "count:numbers", "count:pronouns",
    "count:punctuation", "count:words_japanese", "count:keywords_multiple", "ratio:stop_words",
    "ratio:sentence_type", "ratio:sentence_balance", "ratio:overlap", "ratio:sentence_words",
    "words:alphabet", "words:vowel", "words:consonants", "words:palindrome", "words:prime_lengths",
    "words:repeats", "words:last_first", "words:paragraph_last_first", "words:no_consecutive",
    "words:keywords_specific_position", "words:words_position", "sentence:alliteration_increment",
    "sentence:keyword", "sentence:increment", "format:parentheses", "format:quotes",
    "format:options", "format:newline", "format:emoji", "format:line_indent",
    "format:quote_unquote", "format:list", "format:thesis", "format:sub-bullets",
    "format:no_bullets_bullets", "format:title_case", "format:output_template",
    "format:no_whitespace", "custom:multiples", "custom:mcq_count_length", "custom:reverse_newline",
    "custom:word_reverse", "custom:character_reverse", "custom:sentence_alphabet",
    "custom:european_capitals_sort", "custom:csv_city", "custom:csv_special_character",
    "custom:csv_quotes", "custom:date_format_list", "repeat:repeat_change", "repeat:repeat_simple",
    "repeat:repeat_span", "keywords:existence", "keywords:frequency", "keywords:forbidden_words",
    "keywords:letter_frequency", "length_constraints:number_sentences",
    "length_constraints:number_words", "length_constraints:number_paragraphs",
    "length_constraints:nth_paragraph_first_word", "detectable_content:number_placeholders",
    "detectable_content:postscript", "detectable_format:number_bullet_lists",
    "detectable_format:number_highlighted_sections", "detectable_format:multiple_sections",
    "detectable_format:json_format", "detectable_format:title", "combination:two_responses",
    "combination:repeat_prompt", "startend:end_checker", "startend:quotation",
    "change_case:english_capital", "change_case:capital_word_frequency", "punctuation:no_comma" };

static const char *const responses[] = {
    ("Mr. Fox left. \\\"Who?\\\" It rains... rains! And (so [it {is}]) goes.\\n\\n* one - two\\n* "
     "three"),
    "ID,Country,City,Year,Count\\n1,\\\"a\\\",b,2,3\\n",
    "P.S. <<Title>> *bold* **more** [name] ***",
    "Question 1) What?\\nA) x\\nB) y\\nC) z\\nD) u\\nE) v\\n",
    "{\\\"a\\\": [1, NaN]}",
};

/* An instruction with every argument there is. */
static void make_instruction(struct random *random, struct str *line)
{
    str_addf(line,
        "{\"instruction_id_list\":[\"%s\"],\"kwargs\":[{\"N\":2,\"small_n\":1,\"min_words\":1,"
        "\"max_words\":9,\"percentage\":50,\"reference_text\":\"a "
        "fox\",\"keyword1\":\"a\",\"keyword2\":"
        "\"b\",\"keyword3\":\"c\",\"keyword4\":\"d\",\"keyword5\":\"e\",\"keyword\":\"fox\","
        "\"word\":\"fox\","
        "\"n\":1,\"m\":2,\"options\":\"yes/no\",\"sep\":\"-\",\"prompt_to_repeat\":\"Say it now\","
        "\"n_start\":1,\"n_end\":3,\"keywords\":[\"fox\"],\"forbidden_words\":[\"b+\"],"
        "\"frequency\":1,"
        "\"relation\":\"at least\",\"letter\":\"a\",\"let_frequency\":1,\"let_relation\":\"less "
        "than\","
        "\"num_sentences\":2,\"num_words\":3,\"num_paragraphs\":1,\"nth_paragraph\":1,\"first_"
        "word\":"
        "\"a\",\"num_placeholders\":1,\"postscript_marker\":\"P.S.\",\"num_bullets\":1,"
        "\"num_highlights\":1,\"section_spliter\":\"Section\",\"num_sections\":1,\"end_phrase\":"
        "\"x\","
        "\"capital_frequency\":1,\"capital_relation\":\"at least\"}],\"prediction\":\"%s\"}",
        ids[random_below(random, sizeof ids / sizeof ids[0])],
        responses[random_below(random, sizeof responses / sizeof responses[0])]);
}

static void check(const struct metric *metric, const struct metric_case *one)
{
    struct err err = { .code = ERR_NONE };
    struct str words = STR_INIT;
    double first = -1, again = -1;
    enum metric_end end = metric_score(metric, one, &first, &words, &err);

    if (end != metric_score(metric, one, &again, NULL, &err) ||
        (end == METRIC_SCORED && (first != again || !isfinite(first))) ||
        words.len > METRIC_WORDS_MAX || (end != METRIC_SCORED && err.code != ERR_INPUT)) {
        (void)fprintf(stderr, "%s: %g and %g, end %d, %zu bytes of words: \"%s\" against \"%s\"\n",
            metric->name, first, again, (int)end, words.len, one->prediction, one->target);
        abort();
    }
    str_free(&words);
}

static void check_all(const struct metric_case *one)
{
    size_t count;
    const struct metric *const *list = metric_list(&count);

    for (size_t i = 0; i < count; i++)
        if (list[i]->kind == METRIC_PURE)
            check(list[i], one);
}

void fuzz_metrics(struct random *random)
{
    struct err err = { .code = ERR_NONE };
    struct str text = STR_INIT;
    struct json_doc *doc;

    if (random_below(random, 2) == 0)
        make_instruction(random, &text);
    else
        str_add(&text, lines[random_below(random, sizeof lines / sizeof lines[0])]);
    mutate(random, &text);
    doc = json_parse("fuzz", 1, str_text(&text), strlen(str_text(&text)), JSON_STRICT, &err);
    if (doc != NULL) {
        struct metric_line line;

        if (metric_line_read(json_root(doc), &line, &err))
            check_all(&line.one);
        metric_line_free(&line);
    } else { /* as plain texts, of any bytes */
        struct metric_case one = { .prediction = str_text(&text),
            .target = "the 5 | a, \\boxed{1}" };

        check_all(&one);
        one.target = one.prediction;
        check_all(&one);
    }
    json_free(doc);
    str_free(&text);
}
