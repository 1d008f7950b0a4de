#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "metric_case.h"
#include "normalize.h"
#include "pattern.h"

/* The setting "pattern" must match somewhere in the prediction; where it has a group, what the
 * group of the last match took must be the target. Without the setting the target is the pattern.
 */

static void add_span(const char *text, struct pattern_span span, struct str *out)
{
    struct str part = STR_INIT;

    str_add_n(&part, text + span.start, span.end - span.start);
    join_words(&part, out);
    str_free(&part);
}

/* The first group of the last match, white space squeezed; false: no match. *groups tells whether
 * the pattern has one. */
static bool last_match(
    const struct pattern *pattern, const char *text, bool *groups, struct str *out)
{
    struct pattern_span spans[PATTERN_SPANS];
    size_t len = strlen(text), from = 0, count;
    bool matched = false;

    *groups = false;
    while ((count = pattern_find(pattern, text, len, from, spans)) > 0) {
        matched = true;
        *groups = count > 1;
        str_clear(out);
        add_span(text, spans[count > 1 ? 1 : 0], out);
        if (spans[0].end == spans[0].start)
            break; /* an empty match is found at every place */
        from = spans[0].end;
    }
    return matched;
}

static void describe(
    const char *pattern, const char *expected, const char *got, bool right, struct str *words)
{
    if (got == NULL) {
        str_add(words, "The pattern \"");
        case_quote(pattern, 200, words);
        str_add(words, "\" is nowhere in the answer.");
    } else if (expected == NULL) {
        str_add(words, "The pattern matches \"");
        case_quote(got, 200, words);
        str_add(words, "\". Right.");
    } else {
        case_words(expected, got, words);
        str_add(words, right ? "Right." : "The pattern matches, but what it takes is different.");
    }
}

static void judge(const struct pattern *pattern, const char *pattern_text,
    const struct metric_case *one, bool target_is_answer, double *score, struct str *words)
{
    struct str got = STR_INIT;
    struct str expected = STR_INIT;
    struct str target = STR_INIT;
    bool groups;
    bool matched = last_match(pattern, one->prediction, &groups, &got);
    bool compares = target_is_answer && groups;

    str_add(&target, one->target);
    join_words(&target, &expected);
    *score = matched && (!compares || str_equal(str_text(&expected), str_text(&got))) ? 1 : 0;
    if (words != NULL)
        describe(pattern_text, compares ? str_text(&expected) : NULL,
            matched ? str_text(&got) : NULL, *score > 0, words);
    str_free(&got);
    str_free(&expected);
    str_free(&target);
}

static enum metric_end score_pattern(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    const struct json *setting = case_member(one, NULL, "pattern");
    const struct json *fold = case_member(one, NULL, "ignore_case");
    const char *text = setting == NULL ? one->target : setting->text;
    struct pattern *pattern;

    if (setting != NULL && setting->type != JSON_STRING)
        return case_bad(
            err, "pattern is %s; a regular expression was expected", json_type_name(setting->type));
    pattern = pattern_new(text,
        fold != NULL && fold->type == JSON_BOOL && fold->boolean ? PATTERN_IGNORE_CASE
                                                                 : PATTERN_PLAIN,
        err);
    if (pattern == NULL)
        return METRIC_BAD_CASE;
    judge(pattern, text, one, setting != NULL, score, words);
    pattern_free(pattern);
    return METRIC_SCORED;
}

static const char *const settings[] = { "pattern", "ignore_case", NULL };

const struct metric metric_regex = {
    .name = "regex",
    .summary = "1 where \"pattern\" matches and its group, if any, takes the target; without "
               "\"pattern\" the target is the pattern",
    .score = score_pattern,
    .settings = settings,
};
