#include "text_diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "utf8.h"

static const char before[] = "You rewrite the user question into a search query.\n"
                             "Expand every acronym. Keep the query short.\n"
                             "Use the words of the question.\n"
                             "Never answer the question itself.\n"
                             "One line.\n"
                             "No quotation marks.\n"
                             "No boolean operators.\n"
                             "\n"
                             "Question: {question}\n";
static const char after[] =
    "You rewrite the user question into a search query.\n"
    "Expand an acronym only when the text defines it. Keep dates, numbers and names verbatim.\n"
    "Use the words of the question.\n"
    "Never answer the question itself.\n"
    "One line.\n"
    "No quotation marks.\n"
    "No boolean operators.\n"
    "\n"
    "Question: {question}\n"
    "Earlier finding: {retrieve}";

static struct text_diff *make(const char *a, const char *b)
{
    return text_diff_new(a, strlen(a), b, strlen(b));
}

/* All is the new text, none the old one, byte for byte. */
static void check_apply(const struct text_diff *diff, bool all)
{
    struct str out = STR_INIT;
    bool *accept = malloc(diff->count + 1);
    const char *wanted = all && diff->count > 0 ? diff->new_text : diff->old_text;
    size_t len =
        all && diff->count > 0 ? diff->new_len - diff->new_pad : diff->old_len - diff->old_pad;

    memset(accept, all, diff->count + 1);
    text_diff_apply(diff, accept, &out);
    assert_int_equal(out.len, len);
    assert_memory_equal(str_text(&out), wanted, len);
    free(accept);
    str_free(&out);
}

static void test_prompts(void **state)
{
    struct text_diff *diff = make(before, after);
    struct str out = STR_INIT;

    (void)state;
    assert_int_equal(diff->count, 2);
    check_apply(diff, true);
    check_apply(diff, false);
    text_diff_apply(diff, (bool[]){ false, true }, &out);
    assert_non_null(strstr(str_text(&out), "every acronym. Keep the query short.\nUse"));
    assert_non_null(strstr(str_text(&out), "{retrieve}"));
    assert_true(text_diff_split(diff, 0));
    assert_int_equal(diff->count, 3);
    assert_false(text_diff_split(diff, 0));
    str_clear(&out);
    text_diff_apply(diff, (bool[]){ false, true, false }, &out);
    assert_non_null(
        strstr(str_text(&out), "Expand every acronym. Keep dates, numbers and names verbatim.\n"));
    str_free(&out);
    text_diff_free(diff);
}

static void test_words(void **state)
{
    static const char target[] = "in the year 1441", output[] = "1441, in the year";
    struct diff_hunk words;

    (void)state;
    text_diff_words("was 1441", 8, "was 1432", 8, &words);
    assert_int_equal(words.old_count, 1);
    assert_int_equal(words.old_words[0].start, 4);
    assert_int_equal(words.new_words[0].end, 8);
    free(words.old_words);
    free(words.new_words);
    text_diff_words(target, strlen(target), output, strlen(output), &words);
    assert_true(words.old_count > 0 && words.new_count > 0);
    free(words.old_words);
    free(words.new_words);
}

static void test_edges(void **state)
{
    static const char *const texts[] = { "", "a", "a\n", "\n", "\n\n", "a. b. c.", "a.  b",
        "\xFF\xFE", "e\xCC\x81. x", "one\ntwo" };

    (void)state;
    for (size_t i = 0; i < 10; i++)
        for (size_t j = 0; j < 10; j++) {
            struct text_diff *diff = make(texts[i], texts[j]);

            if (i > 0 && j > 0 && i + j == 3) /* a line end at the end is nothing */
                assert_int_equal(diff->count, 0);
            else
                assert_int_equal(diff->count == 0, strcmp(texts[i], texts[j]) == 0);
            check_apply(diff, true);
            check_apply(diff, false);
            text_diff_free(diff);
        }
}

static void random_text(struct random *random, struct str *out)
{
    static const char *const parts[] = { "Keep dates.", " ", "\n", "Expand every acronym",
        "\xE6\x97\xA5\xE6\x9C\xAC", ". ", "e\xCC\x81", "{question}", "; ", "\n\n", "1441" };
    size_t count = random_below(random, 40);

    str_clear(out);
    str_add(out, "");
    for (size_t i = 0; i < count; i++)
        str_add(out, parts[random_below(random, 11)]);
}

/* Any subset, after any splits: well-formed, made of what stands in the texts, and the whole ones
 * at the ends. */
static void test_random(void **state)
{
    struct random random;
    struct str a = STR_INIT, b = STR_INIT, out = STR_INIT;

    (void)state;
    random_seed(&random, 11);
    for (int i = 0; i < 3000; i++) {
        struct text_diff *diff;
        bool accept[200] = { false };
        size_t len = 0, at = 0;

        random_text(&random, &a);
        random_text(&random, &b);
        diff = text_diff_new(str_text(&a), a.len, str_text(&b), b.len);
        for (int j = 0; j < 3 && diff->count > 0 && diff->count < 100; j++)
            (void)text_diff_split(diff, random_below(&random, diff->count));
        check_apply(diff, true);
        check_apply(diff, false);
        for (size_t j = 0; j < diff->count; j++) {
            const struct diff_hunk *hunk = &diff->hunks[j];

            assert_true(
                hunk->old_range.start >= at && hunk->old_range.end >= hunk->old_range.start);
            at = hunk->old_range.end;
            accept[j] = random_below(&random, 2) == 1;
            len += accept[j] ? hunk->new_range.end - hunk->new_range.start : 0;
            len -= accept[j] ? hunk->old_range.end - hunk->old_range.start : 0;
        }
        str_clear(&out);
        text_diff_apply(diff, accept, &out);
        len += a.len + diff->old_pad;
        assert_true(out.len <= len && out.len + diff->old_pad + diff->new_pad >= len);
        assert_true(utf8_valid(str_text(&out), out.len, NULL));
        text_diff_free(diff);
    }
    str_free(&a);
    str_free(&b);
    str_free(&out);
}

/* ---- the end of a text ---- */

/* The only hunk between them is these new words; without it the old text is as it was. */
static void check_added(const char *a, const char *b, const char *added)
{
    struct text_diff *diff = make(a, b);
    struct diff_range range;

    assert_int_equal(diff->count, 1);
    range = diff->hunks[0].new_range;
    assert_int_equal(diff->hunks[0].old_range.start, diff->hunks[0].old_range.end);
    assert_int_equal(range.end - range.start, strlen(added));
    assert_memory_equal(diff->new_text + range.start, added, strlen(added));
    check_apply(diff, true);
    check_apply(diff, false);
    text_diff_free(diff);
}

static void test_line_end(void **state)
{
    struct text_diff *diff;
    struct str out = STR_INIT;

    (void)state;
    check_added("Answer.", "## Task\nAnswer.", "## Task\n");
    check_added("Answer.", "Answer.\nBe short.", "Be short.\n");
    check_added("Answer.", "Answer.\nBe short.\n", "Be short.\n");
    check_added("Answer.\n", "Answer.\nBe short.", "Be short.\n");
    check_added("Answer.", "Answer. Be short.", "Be short.\n");
    check_added("Answer", "Answer\n\n  - Be short", "\n  - Be short\n");
    check_added("Answer.\n", "Answer.\n  - Be short.", "  - Be short.\n");
    diff = make("A.\nB.", "X.\nA.\nB.\nC.");
    assert_int_equal(diff->count, 2);
    text_diff_apply(diff, (bool[]){ true, false }, &out);
    assert_string_equal(str_text(&out), "X.\nA.\nB.");
    str_clear(&out);
    text_diff_apply(diff, (bool[]){ false, true }, &out);
    assert_string_equal(str_text(&out), "A.\nB.\nC.");
    text_diff_free(diff);
    str_free(&out);
}

/* Blank lines are no changes by themselves. */
static void test_split_blanks(void **state)
{
    struct text_diff *diff = make("Answer.", "Answer.\n\n## Task\nOne.\n\n\nTwo.\n\n");

    (void)state;
    assert_int_equal(diff->count, 1);
    assert_true(text_diff_split(diff, 0));
    assert_int_equal(diff->count, 3);
    for (size_t i = 0; i < 3; i++) {
        struct diff_range range = diff->hunks[i].new_range;

        assert_true(strspn(diff->new_text + range.start, " \n") < range.end - range.start);
    }
    check_apply(diff, true);
    check_apply(diff, false);
    text_diff_free(diff);
}

static void test_set(void **state)
{
    struct text_diff *diff = make("One. Two. Three.", "One. 2. Three.\nFour. Five.");
    struct str out = STR_INIT;

    (void)state;
    assert_true(text_diff_split(diff, 1));
    assert_int_equal(diff->count, 3);
    text_diff_with(diff, 0, "Zwei! ", &out);
    assert_string_equal(str_text(&out), "One. Zwei! Three.\nFour. Five.");
    text_diff_set(diff, 0, "Zwei! ");
    text_diff_set(diff, 2, "Fuenf.\n");
    check_apply(diff, true);
    check_apply(diff, false);
    str_clear(&out);
    text_diff_apply(diff, (bool[]){ true, false, true }, &out);
    assert_string_equal(str_text(&out), "One. Zwei! Three.\nFuenf.");
    str_clear(&out);
    text_diff_set(diff, 2, "");
    text_diff_apply(diff, (bool[]){ false, true, true }, &out);
    assert_string_equal(str_text(&out), "One. Two. Three.\nFour. ");
    text_diff_free(diff);
    str_free(&out);
}

/* The edit script is as short as it can be: against the table of longest common subsequences. */
static size_t common(const char *a, size_t n, const char *b, size_t m)
{
    size_t *row = calloc(m + 1, sizeof *row), length;

    for (size_t i = 0; i < n; i++) {
        size_t left_up = 0;

        for (size_t j = 0; j < m; j++) {
            size_t up = row[j + 1];

            row[j + 1] = a[i] == b[j] ? left_up + 1 : row[j] > up ? row[j] : up;
            left_up = up;
        }
    }
    length = row[m];
    free(row);
    return length;
}

static void test_shortest(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 5);
    for (int i = 0; i < 2000; i++) {
        char a[64] = "", b[64] = "", a_lines[128] = "", b_lines[128] = "";
        size_t n = random_below(&random, 30), m = random_below(&random, 30), gone = 0;
        struct text_diff *diff;

        for (size_t j = 0; j < n; j++) {
            a[j] = (char)('a' + random_below(&random, 4));
            a_lines[2 * j] = a[j];
            a_lines[2 * j + 1] = '\n';
        }
        for (size_t j = 0; j < m; j++) {
            b[j] = (char)('a' + random_below(&random, 4));
            b_lines[2 * j] = b[j];
            b_lines[2 * j + 1] = '\n';
        }
        diff = make(a_lines, b_lines);
        for (size_t j = 0; j < diff->count; j++)
            gone += diff->hunks[j].old_range.end - diff->hunks[j].old_range.start;
        assert_int_equal(gone / 2, n - common(a, n, b, m));
        text_diff_free(diff);
    }
}

/* Two texts of 64 KiB with nothing in common: bounded, one hunk. */
static void test_bound(void **state)
{
    struct str a = STR_INIT, b = STR_INIT;
    struct text_diff *diff;

    (void)state;
    for (int i = 0; i < 16000; i++) {
        str_addf(&a, "%d\n", i);
        str_addf(&b, "%d\n", 20000 + i);
    }
    diff = text_diff_new(str_text(&a), a.len, str_text(&b), b.len);
    assert_int_equal(diff->count, 1);
    check_apply(diff, true);
    text_diff_free(diff);
    str_free(&a);
    str_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prompts),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_line_end),
        cmocka_unit_test(test_split_blanks),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_bound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
