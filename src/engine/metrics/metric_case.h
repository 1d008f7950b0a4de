#ifndef METRIC_CASE_H
#define METRIC_CASE_H

/* Reading a case's parts where they have a structure. Private to the metrics' files. */
#include "metric.h"

/* A value of the case, or one that was read from its text. */
struct case_value {
    const struct json *value;
    struct json_doc *doc; /* NULL: the value is the case's */
};

/* The target as a value: the case's own, or its text read as JSON. False: it is no JSON. */
bool case_target(const struct metric_case *one, struct case_value *out, struct err *err);
/* The prediction as an object or array; false where it is not one, which is a score of 0 and never
 * an error. A Markdown fence around it and text before and after it are passed over. */
bool case_prediction(const struct metric_case *one, struct case_value *out);
void case_value_free(struct case_value *value);

/* A member of the settings, else of a target that is an object; NULL: neither has it. */
const struct json *case_member(
    const struct metric_case *one, const struct json *target, const char *name);

/* The prediction or target is null, as `flowbot score` may give it. */
bool case_is_null(const struct json *value);

/* METRIC_BAD_CASE with a message. */
enum metric_end case_bad(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum metric_end case_unsupported(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The common form of words: `Expected: "…". Got: "…". ` with both cut to one line. */
void case_words(const char *expected, const char *got, struct str *words);
/* A text on one line, cut to max bytes. */
void case_quote(const char *text, size_t max, struct str *words);

/* For what is a function rather than a score (a normaliser, an extraction): 1 where `got` is
 * `expected`; NULL is "nothing", which only equals nothing. */
enum metric_end case_compare(
    const char *expected, const char *got, double *score, struct str *words);

#endif
