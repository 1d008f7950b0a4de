/* IFBench "custom": one request each, with its own answer. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "pattern.h"
#include "sentences.h"
#include "utf8.h"

enum follow verify_multiples(struct check *check)
{
    static const char *const expected[] = { "14", "21", "28", "35", "42", "49", NULL };
    size_t found = 0;
    bool same = true;

    for (size_t i = 0, start = 0; i <= check->text.len;) {
        uint32_t code = 0;
        size_t step =
            i < check->text.len ? utf8_next(check->text.text + i, check->text.len - i, &code) : 1;

        if (!utf8_is_digit(code)) {
            struct excerpt number = { check->text.text + start, i - start };

            if (number.len > 0)
                same = same && found < 6 && excerpt_is(number, expected[found++]);
            start = i + step;
        }
        i += step;
    }
    str_add(check->why, "the numbers are not 14 21 28 35 42 49");
    return follow_if(same && found == 6);
}

/* "A) word", with . or | for the bracket. */
static bool is_option(struct excerpt line)
{
    size_t at = 2;
    uint32_t code;

    if (line.len < 3 || strchr("ABCDEabcde", line.text[0]) == NULL ||
        strchr(".|)", line.text[1]) == NULL)
        return false;
    while (at < line.len) {
        size_t step = utf8_next(line.text + at, line.len - at, &code);

        if (!utf8_is_space(code))
            return utf8_is_word(code);
        at += step;
    }
    return false;
}

/* Five options; *length of the question before the first one, its lines joined by blanks. */
static bool read_question(struct excerpt part, size_t *length)
{
    struct excerpts lines = split_at(part, "\n");
    struct str question = STR_INIT;
    size_t options = 0;

    for (size_t i = 0; i < lines.count; i++) {
        struct excerpt line = trim(lines.items[i]);

        if (is_option(line)) {
            options++;
        } else if (options == 0) {
            str_add_char(&question, ' ');
            str_add_n(&question, line.text, line.len);
        }
    }
    *length = length_of(trim(excerpt_of(str_text(&question))));
    excerpts_free(&lines);
    str_free(&question);
    return options == 5;
}

struct questions {
    size_t count, last_length;
    bool ok;
};

static void add_question(struct questions *questions, struct excerpt part)
{
    size_t length;

    part = trim(part);
    if (part.len == 0)
        return;
    questions->ok = questions->ok && read_question(part, &length) &&
                    (questions->count == 0 || length > questions->last_length);
    questions->last_length = questions->ok ? length : 0;
    questions->count++;
}

enum follow verify_mcq(struct check *check)
{
    struct pattern_span spans[PATTERN_SPANS];
    struct questions questions = { 0, 0, true };
    size_t start = 0;
    struct pattern *head;

    if (!excerpt_starts(check->text, "Question")) {
        str_add(check->why, "it does not begin with \"Question\"");
        return FOLLOW_NO;
    }
    head = pattern_new("\\n*(?:Question \\d+[.|):;]?\\s*)", PATTERN_PLAIN, check->err);
    if (head == NULL)
        return FOLLOW_BAD;
    while (pattern_find(head, check->text.text, check->text.len, start, spans) > 0) {
        add_question(
            &questions, (struct excerpt){ check->text.text + start, spans[0].start - start });
        start = spans[0].end;
    }
    add_question(&questions, (struct excerpt){ check->text.text + start, check->text.len - start });
    pattern_free(head);
    str_addf(check->why,
        "%zu questions; each of the 4 must have 5 options and be longer than the one "
        "before",
        questions.count);
    return follow_if(questions.ok && questions.count == 4);
}

/* Compatibility decomposition, what is not ASCII left out. */
static void add_ascii(struct excerpt text, struct str *out)
{
    struct str clean = STR_INIT;
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t count;

    utf8_repair(text.text, text.len, &clean);
    count = utf8proc_map((const utf8proc_uint8_t *)str_text(&clean), (utf8proc_ssize_t)clean.len,
        &mapped, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
    if (count < 0)
        abort(); /* well-formed text: only memory can be missing */
    for (utf8proc_ssize_t i = 0; i < count; i++)
        if (mapped[i] < 0x80)
            str_add_char(out, (char)mapped[i]);
    free(mapped);
    str_free(&clean);
}

/* From the line with Zimbabwe on, in descending order. */
enum follow verify_reverse_newline(struct check *check)
{
    struct excerpts lines = split_at(check->text, "\n");
    struct str before = STR_INIT;
    size_t count = 0;
    bool falls = true;

    for (size_t i = 0; i < lines.count; i++) {
        struct excerpt line = strip_marks(lines.items[i], BOTH_ENDS);
        struct str ascii = STR_INIT;

        if (line.len == 0 || (count == 0 && !excerpt_contains(line, "Zimbabwe")))
            continue;
        add_ascii(line, &ascii);
        falls = falls && (count == 0 || strcmp(str_text(&before), str_text(&ascii)) >= 0);
        count++;
        str_free(&before);
        before = ascii;
    }
    excerpts_free(&lines);
    str_free(&before);
    str_addf(check->why, "%zu lines from Zimbabwe on, %s", count,
        falls ? "at least 52 are wanted" : "not in reverse order");
    return follow_if(count >= 52 && falls);
}

/* Backwards it has "bald eagle" and is a sentence of its own; without punctuation it always is one.
 */
enum follow verify_word_reverse(struct check *check)
{
    struct str lower = STR_INIT;
    struct str plain = STR_INIT;
    struct str reversed = STR_INIT;
    struct excerpts words;
    bool found;

    add_lower(trim(check->text), &lower);
    add_without_marks(excerpt_of(str_text(&lower)), &plain);
    words = split_words(excerpt_of(str_text(&plain)));
    for (size_t i = words.count; i > 0; i--) {
        str_add_n(&reversed, words.items[i - 1].text, words.items[i - 1].len);
        str_add(&reversed, i > 1 ? " " : "");
    }
    found = strstr(str_text(&reversed), "bald eagle") != NULL;
    str_add(check->why, "read backwards, word by word, it has no \"bald eagle\"");
    excerpts_free(&words);
    str_free(&lower);
    str_free(&plain);
    str_free(&reversed);
    return follow_if(found);
}

enum follow verify_character_reverse(struct check *check)
{
    struct str lower = STR_INIT;
    bool found;

    add_lower(check->text, &lower);
    found = strstr(str_text(&lower), "elgae dlab") != NULL;
    str_free(&lower);
    str_add(check->why, "read backwards, letter by letter, it has no \"bald eagle\"");
    return follow_if(found);
}

enum follow verify_sentence_alphabet(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    bool ok = sentences.count == 26;

    str_addf(check->why, "%zu sentences", sentences.count);
    for (size_t i = 0; i < sentences.count && ok; i++) {
        uint32_t first = first_of(trim(sentences.items[i]));

        ok = first == 'a' + i || first == 'A' + i;
        if (!ok)
            str_addf(check->why, "; sentence %zu does not begin with %c", i + 1, (char)('A' + i));
    }
    excerpts_free(&sentences);
    return follow_if(ok);
}

enum follow verify_european_capitals(struct check *check)
{
    static const char *const order[] = { "Reykjavik", "Helsinki", "Oslo", "Tallinn", "Stockholm",
        "Riga", "Moscow", "Copenhagen", "Vilnius", "Minsk", "Dublin", "Berlin", "Amsterdam",
        "Warsaw", "London", "Brussels", "Prague", "Luxembourg", "Paris", "Vienna", "Bratislava",
        "Budapest", "Vaduz", "Chisinau", "Bern", "Ljubljana", "Zagreb" };
    enum { CAPITALS = sizeof order / sizeof order[0] };
    struct str ascii = STR_INIT;
    struct excerpts parts;
    size_t count = 0;
    bool same = true;

    add_ascii(check->text, &ascii);
    parts = split_at(excerpt_of(str_text(&ascii)), ",");
    for (size_t i = 0; i < parts.count; i++) {
        struct excerpt part = trim(parts.items[i]);

        if (part.len == 0)
            continue;
        if (same && (count >= CAPITALS || !excerpt_is(part, order[count]))) {
            same = false;
            str_addf(check->why, "entry %zu is not %s; ", count + 1,
                count < CAPITALS ? order[count] : "expected");
        }
        count++;
    }
    excerpts_free(&parts);
    str_free(&ascii);
    str_addf(check->why, "%zu of %d capitals", count, CAPITALS);
    return follow_if(same && count == CAPITALS);
}

static size_t days_of(long month)
{
    switch (month) {
    case 4:
    case 6:
    case 9:
    case 11:
        return 30;
    case 2:
        return 29;
    case 0:
        return 99; /* nobody looks at the day then */
    default:
        return 31;
    }
}

/* dddd-dd-dd in Napoleon's life. */
static bool is_date(struct excerpt text)
{
    long parts[3] = { 0, 0, 0 };
    size_t part = 0, digits = 0;

    for (size_t i = 0; i < text.len;) {
        uint32_t code;

        i += utf8_next(text.text + i, text.len - i, &code);
        if (code == '-' && part < 2 && digits == (part == 0 ? 4U : 2U)) {
            part++;
            digits = 0;
        } else if (code >= '0' && code <= '9' && digits < (part == 0 ? 4U : 2U)) {
            parts[part] = parts[part] * 10 + (long)(code - '0');
            digits++;
        } else {
            return false;
        }
    }
    return part == 2 && digits == 2 && parts[0] >= 1769 && parts[0] <= 1821 && parts[1] <= 12 &&
           parts[2] <= (long)days_of(parts[1]);
}

enum follow verify_date_format_list(struct check *check)
{
    struct excerpts parts = split_at(trim(check->text), ",");
    bool all = true;

    for (size_t i = 0; i < parts.count && all; i++) {
        all = is_date(trim(parts.items[i]));
        if (!all)
            str_addf(check->why, "entry %zu is no date YYYY-MM-DD from 1769 to 1821", i + 1);
    }
    excerpts_free(&parts);
    return follow_if(all);
}
