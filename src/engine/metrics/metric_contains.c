#include "metrics.h"

#include <string.h>

#include "metric_case.h"
#include "normalize.h"
#include "utf8.h"

/* The target stands in the prediction, as whole words, whatever the case and the white space. Of a
 * target that is a list, the share that does. */

static void fold(const char *text, struct str *out)
{
    struct str lower = STR_INIT;

    utf8_lower(text, strlen(text), &lower);
    join_words(&lower, out);
    str_free(&lower);
}

static bool is_word_at(const char *text, size_t len)
{
    uint32_t code;

    return len > 0 && (utf8_next(text, len, &code), utf8_is_word(code));
}

static bool is_word_before(const char *text, const char *at)
{
    const char *start = at;

    while (start > text && ((unsigned char)*--start & 0xC0) == 0x80)
        ;
    return start < at && is_word_at(start, (size_t)(at - start));
}

static bool contains(const char *text, const char *part)
{
    size_t len = strlen(part);
    bool word_first = is_word_at(part, len);
    bool word_last = is_word_before(part, part + len);

    for (const char *at = strstr(text, part); at != NULL && len > 0; at = strstr(at + 1, part)) {
        const char *end = at + len;

        if (!(word_first && is_word_before(text, at)) &&
            !(word_last && is_word_at(end, strlen(end))))
            return true;
    }
    return len == 0;
}

static bool check_part(const char *text, const char *part, struct str *words, bool *first)
{
    struct str folded = STR_INIT;
    bool found;

    fold(part, &folded);
    found = contains(text, str_text(&folded));
    str_free(&folded);
    if (found || words == NULL)
        return found;
    str_add(words, *first ? "Missing in the answer: \"" : ", \"");
    case_quote(part, 120, words);
    str_add_char(words, '"');
    *first = false;
    return false;
}

static enum metric_end score_parts(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    const struct json *list =
        one->target_json != NULL && one->target_json->type == JSON_ARRAY ? one->target_json : NULL;
    size_t count = list == NULL ? 1 : list->count, found = 0;
    struct str text = STR_INIT;
    bool first = true;

    for (size_t i = 0; list != NULL && i < count; i++)
        if (list->items[i].type != JSON_STRING)
            return case_bad(err, "the target's list holds %s; strings were expected",
                json_type_name(list->items[i].type));
    fold(one->prediction, &text);
    for (size_t i = 0; i < count; i++)
        found += check_part(
            str_text(&text), list == NULL ? one->target : list->items[i].text, words, &first);
    *score = count == 0 ? 1 : (double)found / (double)count;
    if (words != NULL)
        str_add(words, first ? "Everything expected is in the answer." : ".");
    str_free(&text);
    return METRIC_SCORED;
}

const struct metric metric_contains = {
    .name = "contains",
    .summary = "1 where the target stands in the answer; of a list, the share that does",
    .score = score_parts,
};
