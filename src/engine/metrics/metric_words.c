#include "metric_words.h"

#include <string.h>

#include "metric_case.h"
#include "overlap.h"
#include "utf8.h"

enum { QUOTE_BYTES = 90, MISSING_BYTES = 60 };

static bool is_yes_no(const char *normal)
{
    return str_equal(normal, "yes") || str_equal(normal, "no");
}

static bool has_digit(const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (utf8_is_digit(code))
            return true;
    }
    return false;
}

/* What kind of answer was expected where another kind came; NULL where the kinds are the same. */
static const char *type_fault(const char *prediction, const char *target)
{
    if (is_yes_no(target) && !is_yes_no(prediction))
        return "A plain yes or no was expected. ";
    if (!is_yes_no(target) && is_yes_no(prediction))
        return "Yes or no is the wrong type of answer here. ";
    if (has_digit(target) && !has_digit(prediction))
        return "The type is different: a number or a date was expected. ";
    if (!has_digit(target) && has_digit(prediction) &&
        strspn(prediction, "0123456789 ") == strlen(prediction))
        return "The type is different: words were expected, not a number. ";
    return NULL;
}

static void add_too_many(size_t count, struct str *words)
{
    str_addf(words, "too long by %zu word%s", count, count == 1 ? "" : "s");
}

static void add_missing(size_t count, const char *missing, struct str *words)
{
    str_addf(words, "missing %s: ", count == 1 ? "word" : "words");
    case_quote(missing, MISSING_BYTES, words);
}

static void add_overlap_fault(const struct overlap *overlap, const char *missing, struct str *words)
{
    size_t extra = overlap->predicted - overlap->shared;
    size_t lacking = overlap->expected - overlap->shared;

    if (overlap->shared == 0) {
        str_add(words, "No word of it was expected: another answer is right.");
    } else if (extra == 0 && lacking == 0) {
        str_add(words, "The words are right, their order is not.");
    } else if (lacking == 0) {
        str_add(words, "The expected answer is in it, but it is ");
        add_too_many(extra, words);
        str_add_char(words, '.');
    } else if (extra == 0) {
        str_add(words, "It is too short; ");
        add_missing(lacking, missing, words);
        str_add_char(words, '.');
    } else {
        str_add(words, "Partly right; ");
        add_missing(lacking, missing, words);
        str_add(words, "; ");
        add_too_many(extra, words);
        str_add_char(words, '.');
    }
}

static void add_faults(const char *prediction, const char *target, struct str *words)
{
    struct str missing = STR_INIT;
    struct overlap overlap = overlap_of(prediction, target, &missing);
    const char *type = type_fault(prediction, target);

    if (type != NULL)
        str_add(words, type);
    add_overlap_fault(&overlap, str_text(&missing), words);
    str_free(&missing);
}

void metric_describe_answer(const char *got, const char *expected, const char *prediction,
    const char *target, struct str *words)
{
    str_add(words, "Expected: \"");
    case_quote(expected, QUOTE_BYTES, words);
    str_add(words, "\". Got: \"");
    case_quote(got, QUOTE_BYTES, words);
    str_add(words, "\". ");
    if (strcmp(prediction, target) == 0 && target[0] != '\0')
        str_add(words, "Right.");
    else if (target[0] == '\0')
        str_add(words, "Nothing of the target is left without punctuation and articles.");
    else if (prediction[0] == '\0')
        str_add(words, "The answer is empty.");
    else
        add_faults(prediction, target, words);
}
