#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "metric_case.h"
#include "normalize.h"

/*
 * HoVer's retrieval: are the documents of the supporting facts among those found? Found is what the
 * prediction lists ("title | text", a JSON list or one a line), and what the tools of the example
 * returned (the same lines). Titles compare in dspy's normal form.
 */

struct titles {
    char **items; /* normalised */
    char **shown; /* as given */
    size_t count, cap, shown_cap;
};

static void add_title(struct titles *titles, const char *line, size_t len)
{
    struct str normal = STR_INIT;
    char *shown = mem_strndup(line, len);
    char *bar = strstr(shown, " | ");
    size_t count = titles->count;

    if (bar != NULL)
        *bar = '\0';
    normalize_answer_nfd(shown, &normal);
    titles->shown = array_grow(titles->shown, count, &titles->shown_cap, sizeof *titles->shown);
    titles->shown[count] = shown;
    ARRAY_PUSH(
        titles, mem_strdup(str_text(&normal))); // NOLINT(bugprone-sizeof-expression): pointers
    str_free(&normal);
}

static void titles_free(struct titles *titles)
{
    for (size_t i = 0; i < titles->count; i++) {
        free(titles->items[i]);
        free(titles->shown[i]);
    }
    free(titles->items);
    free(titles->shown);
}

static bool has_title(const struct titles *titles, const char *normal)
{
    for (size_t i = 0; i < titles->count; i++)
        if (strcmp(titles->items[i], normal) == 0)
            return true;
    return false;
}

/* Bytes of "[12] ", which the search tool puts before a passage. */
static size_t number_length(const char *line)
{
    size_t digits = *line == '[' ? strspn(line + 1, "0123456789") : 0;

    return digits > 0 && line[digits + 1] == ']' && line[digits + 2] == ' ' ? digits + 3 : 0;
}

static void add_lines(struct titles *found, const char *text)
{
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        size_t skip = number_length(text);

        if (len > skip)
            add_title(found, text + skip, len - skip);
        text += len + (text[len] == '\n');
    }
}

static void add_found(const struct metric_case *one, struct titles *found)
{
    struct case_value list;

    if (case_prediction(one, &list) && list.value->type == JSON_ARRAY) {
        for (size_t i = 0; i < list.value->count; i++)
            if (list.value->items[i].type == JSON_STRING)
                add_title(found, list.value->items[i].text, list.value->items[i].len);
    } else {
        add_lines(found, one->prediction);
    }
    case_value_free(&list);
    for (size_t i = 0; i < one->found_count; i++)
        add_lines(found, one->found[i]);
}

/* [title, …], [[title, sentence], …], or [{ "key", "value" }, …], each title once. */
static bool read_gold(const struct json *facts, struct titles *gold)
{
    if (facts == NULL || facts->type != JSON_ARRAY || facts->count == 0)
        return false;
    for (size_t i = 0; i < facts->count; i++) {
        const struct json *title = &facts->items[i];

        if (title->type == JSON_ARRAY && title->count > 0)
            title = &title->items[0];
        else if (title->type == JSON_OBJECT)
            title = json_get(title, "key");
        if (title == NULL || title->type != JSON_STRING)
            return false;
        add_title(gold, title->text, title->len);
    }
    return true;
}

static void describe(const struct titles *gold, const struct titles *found, struct str *words)
{
    size_t distinct = 0, hits = 0;

    for (size_t i = 0; i < gold->count; i++) {
        const struct titles before = { .items = gold->items, .count = i };

        if (has_title(&before, gold->items[i]))
            continue;
        distinct++;
        hits += has_title(found, gold->items[i]);
    }
    str_addf(words, "%zu of %zu documents found.", hits, distinct);
    if (hits == distinct)
        return;
    str_add(words, " Missing:");
    for (size_t i = 0; i < gold->count; i++) {
        const struct titles before = { .items = gold->items, .count = i };

        if (has_title(&before, gold->items[i]) || has_title(found, gold->items[i]))
            continue;
        str_add(words, " \"");
        case_quote(gold->shown[i], 80, words);
        str_add_char(words, '"');
    }
    str_add_char(words, '.');
}

static double share_found(const struct titles *gold, const struct titles *found)
{
    size_t distinct = 0, hits = 0;

    for (size_t i = 0; i < gold->count; i++) {
        const struct titles before = { .items = gold->items, .count = i };

        if (!has_title(&before, gold->items[i])) {
            distinct++;
            hits += has_title(found, gold->items[i]);
        }
    }
    return (double)hits / (double)distinct;
}

static const struct json *facts_of(const struct json *target)
{
    return target->type == JSON_OBJECT ? json_get(target, "supporting_facts") : target;
}

static enum metric_end score_found(
    const struct metric_case *one, bool all, double *score, struct str *words, struct err *err)
{
    struct titles gold = { 0 };
    struct titles found = { 0 };
    struct case_value target;
    enum metric_end end = METRIC_SCORED;

    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    if (read_gold(facts_of(target.value), &gold)) {
        double share;

        add_found(one, &found);
        share = share_found(&gold, &found);
        *score = all ? share >= 1 : share;
        if (words != NULL)
            describe(&gold, &found, words);
    } else {
        end = case_bad(err, "the target is no list of supporting facts, [[title, sentence], …]");
    }
    titles_free(&gold);
    titles_free(&found);
    case_value_free(&target);
    return end;
}

static enum metric_end score_retrieval(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_found(one, true, score, words, err);
}

static enum metric_end score_recall(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_found(one, false, score, words, err);
}

const struct metric metric_hover_retrieval = {
    .name = "hover_retrieval",
    .summary = "1 where every gold document was found (GEPA's HoVer); reads tool results",
    .reads_found = true,
    .reads_structure = true,
    .score = score_retrieval,
};

const struct metric metric_hover_recall = {
    .name = "hover_recall",
    .summary = "share of the gold documents found (HoVer); reads tool results",
    .reads_found = true,
    .reads_structure = true,
    .score = score_recall,
};
