/* IFEval: content and format that can be seen, beginnings and ends, combinations. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "mem.h"
#include "pattern.h"

enum follow verify_placeholders(struct check *check)
{
    double wanted;
    size_t count = 0;

    if (!argument_number(check, "num_placeholders", 0, &wanted) ||
        count_matches(check, "\\[.*?\\]", 0, &count) == FOLLOW_BAD)
        return FOLLOW_BAD;
    return at_least(check, count, wanted, "placeholders in square brackets");
}

static char *postscript_pattern(const char *marker)
{
    struct str lower = STR_INIT;
    char *pattern;

    if (strcmp(marker, "P.P.S") == 0)
        return mem_strdup("\\s*p\\.\\s?p\\.\\s?s.*$");
    if (strcmp(marker, "P.S.") == 0)
        return mem_strdup("\\s*p\\.\\s?s\\..*$");
    add_lower(excerpt_of(marker), &lower);
    pattern = mem_printf("\\s*%s.*$", str_text(&lower));
    str_free(&lower);
    return pattern;
}

enum follow verify_postscript(struct check *check)
{
    const char *marker;
    struct str lower = STR_INIT;
    struct check inner = *check;
    char *pattern;
    size_t count = 0;
    enum follow follow;

    if (!argument_text(check, "postscript_marker", &marker))
        return FOLLOW_BAD;
    add_lower(check->text, &lower);
    inner.text = excerpt_of(str_text(&lower));
    pattern = postscript_pattern(marker);
    follow = count_matches(&inner, pattern, PATTERN_LINES, &count);
    free(pattern);
    str_free(&lower);
    str_addf(check->why, "there is no postscript %.20s", marker);
    return follow == FOLLOW_BAD ? follow : follow_if(count > 0);
}

enum follow verify_bullet_lists(struct check *check)
{
    double wanted;
    size_t stars = 0, dashes = 0;

    if (!argument_number(check, "num_bullets", 0, &wanted) ||
        count_matches(check, "^\\s*\\*[^\\*].*$", PATTERN_LINES, &stars) == FOLLOW_BAD ||
        count_matches(check, "^\\s*-.*$", PATTERN_LINES, &dashes) == FOLLOW_BAD)
        return FOLLOW_BAD;
    return exactly(check, stars + dashes, wanted, "bullets");
}

enum follow verify_constrained_response(struct check *check)
{
    str_add(check->why, "it has none of the three permitted answers");
    return follow_if(excerpt_contains(check->text, "My answer is yes.") ||
                     excerpt_contains(check->text, "My answer is no.") ||
                     excerpt_contains(check->text, "My answer is maybe."));
}

/* Matches whose inside is not blank, once the stars at both ends are off. */
static bool count_highlights(struct check *check, const char *pattern, size_t *count)
{
    struct pattern_span spans[PATTERN_SPANS];
    struct pattern *compiled = pattern_new(pattern, PATTERN_PLAIN, check->err);
    size_t from = 0;

    if (compiled == NULL)
        return false;
    while (pattern_find(compiled, check->text.text, check->text.len, from, spans) > 0) {
        struct excerpt found = { check->text.text + spans[0].start, spans[0].end - spans[0].start };

        *count += !is_blank(strip_set(found, "*", BOTH_ENDS));
        from = spans[0].end;
    }
    pattern_free(compiled);
    return true;
}

/* Bold text counts in both ways. */
enum follow verify_highlighted_sections(struct check *check)
{
    double wanted;
    size_t count = 0;

    if (!argument_number(check, "num_highlights", 0, &wanted) ||
        !count_highlights(check, "\\*[^\\n\\*]*\\*", &count) ||
        !count_highlights(check, "\\*\\*[^\\n\\*]*\\*\\*", &count))
        return FOLLOW_BAD;
    return at_least(check, count, wanted, "highlighted sections");
}

enum follow verify_multiple_sections(struct check *check)
{
    const char *splitter;
    double wanted;
    struct excerpt word;
    char *pattern;
    size_t count = 0;
    enum follow follow;

    if (!argument_text(check, "section_spliter", &splitter) ||
        !argument_number(check, "num_sections", 0, &wanted))
        return FOLLOW_BAD;
    word = trim(excerpt_of(splitter));
    pattern = mem_printf("\\s?%.*s\\s?\\d+\\s?", (int)word.len, word.text);
    follow = count_matches(check, pattern, 0, &count);
    free(pattern);
    return follow == FOLLOW_BAD ? follow : at_least(check, count, wanted, "sections");
}

/* One prefix after the other, as str.removeprefix() in a row has it. */
static struct excerpt without_fence(struct excerpt text)
{
    static const char *const fences[] = { "```json", "```Json", "```JSON", "```" };

    for (size_t i = 0; i < 4; i++)
        if (excerpt_starts(text, fences[i])) {
            text.text += strlen(fences[i]);
            text.len -= strlen(fences[i]);
        }
    if (text.len >= 3 && memcmp(text.text + text.len - 3, "```", 3) == 0)
        text.len -= 3;
    return text;
}

enum follow verify_json_format(struct check *check)
{
    str_add(check->why, "it is not JSON as a whole");
    return follow_if(is_json_text(trim(without_fence(trim(check->text)))));
}

enum follow verify_title(struct check *check)
{
    struct pattern_span spans[PATTERN_SPANS];
    struct pattern *pattern = pattern_new("<<[^\\n]+>>", PATTERN_PLAIN, check->err);
    size_t from = 0;
    bool found = false;

    if (pattern == NULL)
        return FOLLOW_BAD;
    while (!found && pattern_find(pattern, check->text.text, check->text.len, from, spans) > 0) {
        struct excerpt title = { check->text.text + spans[0].start, spans[0].end - spans[0].start };

        found = !is_blank(strip_set(strip_set(title, "<", LEFT_END), ">", RIGHT_END));
        from = spans[0].end;
    }
    pattern_free(pattern);
    str_add(check->why, "there is no <<title>>");
    return follow_if(found);
}

enum follow verify_two_responses(struct check *check)
{
    struct excerpts parts = split_at(check->text, "******");
    struct excerpt filled[2] = { { "", 0 }, { "", 0 } };
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; i < parts.count; i++) {
        if (is_blank(parts.items[i])) {
            ok = ok && (i == 0 || i + 1 == parts.count);
        } else if (count++ < 2) {
            filled[count - 1] = trim(parts.items[i]);
        }
    }
    ok = ok && count == 2 && !excerpt_equal(filled[0], filled[1]);
    excerpts_free(&parts);
    str_addf(check->why, "%zu responses between ******; two different ones are wanted", count);
    return follow_if(ok);
}

enum follow verify_repeat_prompt(struct check *check)
{
    struct str text = STR_INIT;
    struct str wanted = STR_INIT;
    const char *prompt;
    bool ok;

    if (!argument_text(check, "prompt_to_repeat", &prompt))
        return FOLLOW_BAD;
    add_lower(trim(check->text), &text);
    add_lower(trim(excerpt_of(prompt)), &wanted);
    ok = str_starts(str_text(&text), str_text(&wanted));
    str_free(&text);
    str_free(&wanted);
    str_add(check->why, "it does not begin with the request");
    return follow_if(ok);
}

enum follow verify_end_checker(struct check *check)
{
    struct str text = STR_INIT;
    struct str wanted = STR_INIT;
    const char *phrase;
    bool ok;

    if (!argument_text(check, "end_phrase", &phrase))
        return FOLLOW_BAD;
    add_lower(strip_set(trim(check->text), "\"", BOTH_ENDS), &text);
    add_lower(trim(excerpt_of(phrase)), &wanted);
    ok = str_ends(str_text(&text), str_text(&wanted));
    str_free(&text);
    str_free(&wanted);
    str_add(check->why, "it does not end with the phrase");
    return follow_if(ok);
}

enum follow verify_quotation(struct check *check)
{
    struct excerpt text = trim(check->text);

    str_add(check->why, "it is not in double quotes as a whole");
    return follow_if(text.len > 1 && text.text[0] == '"' && text.text[text.len - 1] == '"');
}
