/* IFBench "format": the outer form. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "emoji.h"
#include "sentences.h"
#include "treebank.h"
#include "utf8.h"

/* At least five levels deep, and closed from there. A wrong closer begins anew. */
enum follow verify_parentheses(struct check *check)
{
    enum { DEEP = 5 };
    struct {
        char *items;
        size_t count, cap;
    } open = { NULL, 0, 0 };
    size_t greatest = 0, deepest = 0;
    bool found = false;

    for (size_t i = 0; i < check->text.len && !found; i++) {
        char c = check->text.text[i];

        if (c == '(' || c == '[' || c == '{') {
            ARRAY_PUSH(&open, c == '(' ? ')' : (char)(c + 2));
            greatest = open.count > greatest ? open.count : greatest;
            deepest = greatest > deepest ? greatest : deepest;
        } else if (c == ')' || c == ']' || c == '}') {
            if (open.count > 0 && open.items[open.count - 1] == c) {
                open.count--;
                found = greatest >= DEEP;
            } else {
                open.count = greatest = 0;
            }
        }
    }
    free(open.items);
    str_addf(check->why, "the greatest depth is %zu", deepest);
    return follow_if(found);
}

enum follow verify_quotes(struct check *check)
{
    enum { DEEP = 3 };
    struct {
        char *items;
        size_t count, cap;
    } open = { NULL, 0, 0 };
    size_t greatest = 0;
    bool found = false;

    for (size_t i = 0; i < check->text.len && !found; i++) {
        char c = check->text.text[i];

        if (open.count > 0 && c == open.items[open.count - 1]) {
            open.count--;
            found = greatest - open.count >= DEEP;
        } else if (c == '"' || c == '\'') {
            ARRAY_PUSH(&open, c);
            greatest = open.count > greatest ? open.count : greatest;
        }
    }
    free(open.items);
    str_addf(check->why, "quotes nest %zu deep", greatest);
    return follow_if(found);
}

static bool equals_lower(struct excerpt a, struct excerpt b)
{
    struct str x = STR_INIT;
    struct str y = STR_INIT;
    bool equal;

    add_lower(strip_marks(a, BOTH_ENDS), &x);
    add_lower(strip_marks(b, BOTH_ENDS), &y);
    equal = str_equal(str_text(&x), str_text(&y));
    str_free(&x);
    str_free(&y);
    return equal;
}

enum follow verify_options(struct check *check)
{
    const char *text;
    struct excerpts options;
    bool strict, found = false;

    if (!argument_text(check, "options", &text))
        return FOLLOW_BAD;
    strict = matches(excerpt_of(text), "\\A\\W*[aA]\\W*[bB]\\W*[cC]\\W*", 0);
    options = split_at(excerpt_of(text), strchr(text, '/') != NULL    ? "/"
                                         : strstr(text, "or") != NULL ? "or"
                                                                      : ",");
    for (size_t i = 0; i < options.count; i++) {
        struct excerpt option = trim(options.items[i]);

        found = found ||
                (strict ? excerpt_equal(option, check->text) : equals_lower(option, check->text));
    }
    excerpts_free(&options);
    str_add(check->why, "it is not one of the options alone");
    return follow_if(found);
}

enum follow verify_newline(struct check *check)
{
    struct str plain = STR_INIT;
    struct excerpts lines, words;
    size_t filled = 0, word_count;

    add_without_marks(check->text, &plain);
    lines = split_at(trim(excerpt_of(str_text(&plain))), "\n");
    words = split_words(excerpt_of(str_text(&plain)));
    for (size_t i = 0; i < lines.count; i++)
        filled += lines.items[i].len > 0;
    word_count = words.count;
    excerpts_free(&lines);
    excerpts_free(&words);
    str_free(&plain);
    str_addf(check->why, "%zu words stand on %zu lines", word_count, filled);
    return follow_if(filled == word_count);
}

struct edges {
    uint32_t first, last, before_last;
};

/* The first and last two characters of a sentence without punctuation, trimmed; all 0: none. */
static struct edges edges_of(struct excerpt sentence)
{
    struct str plain = STR_INIT;
    struct excerpt piece;
    struct edges edges = { 0, 0, 0 };

    add_without_marks(sentence, &plain);
    piece = trim(excerpt_of(str_text(&plain)));
    if (piece.len > 0) {
        size_t step = step_back(piece, piece.len, &edges.last);

        edges.first = first_of(piece);
        edges.before_last = edges.last;
        if (step < piece.len)
            (void)step_back(piece, piece.len - step, &edges.before_last);
    }
    str_free(&plain);
    return edges;
}

enum follow verify_emoji(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    bool all = true;

    for (size_t i = 0; i < sentences.count && all; i++) {
        struct edges edges = edges_of(sentences.items[i]);

        all = edges.last != 0;
        if (all && !is_emoji(edges.last) && !is_emoji(edges.before_last))
            all = i + 1 < sentences.count && is_emoji(edges_of(sentences.items[i + 1]).first);
        if (!all)
            str_addf(check->why, "sentence %zu does not end in an emoji", i + 1);
    }
    excerpts_free(&sentences);
    return follow_if(all);
}

/* Blank lines go, by a loop that passes over the line after each one it removes: the first equal
 * line goes, as Python's list.remove has it. */
static void drop_blank_lines(struct excerpts *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        size_t first = 0;

        if (!is_blank(lines->items[i]))
            continue;
        while (!excerpt_equal(lines->items[first], lines->items[i]))
            first++;
        memmove(&lines->items[first], &lines->items[first + 1],
            (lines->count - first - 1) * sizeof *lines->items);
        lines->count--;
    }
}

static size_t indent_of(struct excerpt line)
{
    size_t blanks = 0;

    while (blanks < line.len && line.text[blanks] == ' ')
        blanks++;
    return blanks;
}

enum follow verify_line_indent(struct check *check)
{
    struct excerpts lines = split_at(check->text, "\n");
    bool grows = true;

    drop_blank_lines(&lines);
    for (size_t i = 0; i + 1 < lines.count && grows; i++) {
        grows = indent_of(lines.items[i + 1]) > indent_of(lines.items[i]);
        if (!grows)
            str_addf(check->why, "line %zu is not indented more than the one before", i + 2);
    }
    excerpts_free(&lines);
    return follow_if(grows);
}

static void drop_part(struct excerpt text, const char *part, struct str *out)
{
    struct excerpts excerpts = split_at(text, part);

    for (size_t i = 0; i < excerpts.count; i++)
        str_add_n(out, excerpts.items[i].text, excerpts.items[i].len);
    excerpts_free(&excerpts);
}

static void drop_spaces(struct excerpt text, struct str *out)
{
    struct excerpts words = split_words(text);

    for (size_t i = 0; i < words.count; i++)
        str_add_n(out, words.items[i].text, words.items[i].len);
    excerpts_free(&words);
}

enum follow verify_quote_unquote(struct check *check)
{
    struct str once = STR_INIT;
    struct str dense = STR_INIT;
    struct excerpt stripped;
    bool ok;

    drop_part(check->text, "'\"'", &once);
    drop_spaces(excerpt_of(str_text(&once)), &dense);
    stripped = strip_set(
        excerpt_of(str_text(&dense)), "0123456789!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", BOTH_ENDS);
    ok = strstr(str_text(&dense), "\"\"") == NULL && last_of(stripped) != '"';
    str_add(check->why, "a quotation follows another one, or ends the text");
    str_free(&once);
    str_free(&dense);
    return follow_if(ok);
}

enum follow verify_list(struct check *check)
{
    const char *separator;

    if (!argument_text(check, "sep", &separator))
        return FOLLOW_BAD;
    return at_least(check, count_occurrences(check->text, separator), 2, "separators");
}

/* A closed italic phrase with something in it and something after it. */
enum follow verify_thesis(struct check *check)
{
    const char *text = check->text.text;
    const char *start = strstr(text, "<i>");
    const char *end;
    bool ok = false;

    if (start == NULL)
        start = strstr(text, "<em>");
    end = start == NULL ? NULL : strstr(start, "</i>");
    if (end == NULL && start != NULL)
        end = strstr(start, "</em>");
    if (end != NULL) {
        struct excerpt thesis = { start + 3, end > start + 3 ? (size_t)(end - start - 3) : 0 };

        ok = !is_blank(thesis) && !is_blank(excerpt_of(end + 4));
    }
    str_add(check->why, "there is no thesis in <i>…</i> with text after it");
    return follow_if(ok);
}

enum follow verify_sub_bullets(struct check *check)
{
    struct excerpts bullets = split_at(check->text, "*");
    bool all = true;

    for (size_t i = 1; i < bullets.count && all; i++) {
        all = excerpt_contains(bullets.items[i], "-");
        if (!all)
            str_addf(check->why, "bullet %zu has no sub-bullet", i);
    }
    excerpts_free(&bullets);
    return follow_if(all);
}

static size_t count_sentences(struct excerpt text)
{
    struct excerpts sentences = split_sentences(text);
    size_t count = sentences.count;

    excerpts_free(&sentences);
    return count;
}

enum follow verify_no_bullets_bullets(struct check *check)
{
    struct excerpts lines = split_at(check->text, "\n");
    size_t sentences = 0, bullets = 0;
    bool text_may_come = true, ok = true;

    for (size_t i = 0; i < lines.count && ok; i++) {
        struct excerpt line = trim(lines.items[i]);

        if (excerpt_starts(line, "*")) {
            ok = sentences >= 2;
            bullets++;
            text_may_come = false;
        } else if (text_may_come) {
            size_t here = count_sentences(line);

            sentences += here;
            text_may_come = here > 0;
        } else {
            ok = false;
        }
    }
    excerpts_free(&lines);
    str_addf(check->why, "%zu sentences, then %zu bullets, and nothing after them, was read",
        sentences, bullets);
    return follow_if(ok && bullets >= 2);
}

static bool breaks_title_case(struct excerpt word)
{
    uint32_t first;
    struct excerpt rest = word;
    size_t step = utf8_next(word.text, word.len, &first);

    if (!utf8_is_word(first) || first == '_' || utf8_is_digit(first))
        return false;
    rest.text += step;
    rest.len -= step;
    if (rest.len == 0)
        return is_lower_letter(first);
    return is_lower_letter(first) && (is_all_lower(rest) || is_all_upper(rest));
}

enum follow verify_title_case(struct check *check)
{
    struct treebank_words words = treebank_words(check->text);
    bool ok = true;

    for (size_t i = 0; i < words.words.count && ok; i++) {
        struct excerpt word = words.words.items[i];

        ok = !breaks_title_case(word);
        if (!ok)
            str_addf(check->why, "\"%.*s\" is not in title case",
                word.len > 40 ? 40 : (int)word.len, word.text);
    }
    treebank_free(&words);
    return follow_if(ok);
}

enum follow verify_output_template(struct check *check)
{
    static const char *const heads[] = { "My Answer:", "My Conclusion:", "Future Outlook:" };

    for (size_t i = 0; i < 3; i++)
        if (!excerpt_contains(check->text, heads[i])) {
            str_addf(check->why, "there is no \"%s\"", heads[i]);
            return FOLLOW_NO;
        }
    return FOLLOW_YES;
}

enum follow verify_no_whitespace(struct check *check)
{
    struct excerpts words = split_words(check->text);
    bool none = words.count == 1 && words.items[0].len == check->text.len;

    excerpts_free(&words);
    str_add(check->why, "there is white space");
    return follow_if(none);
}
