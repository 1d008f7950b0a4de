#include "list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "golden.h"

enum { MANY = 100000 };

static const char *const names[] = { "classify", "retrieve", "rewrite", "rank", "draft",
    "\xE6\xA4\x9C\xE7\xB4\xA2\xE3\x82\xB9\xE3\x83\x86\xE3\x83\x83\xE3\x83\x97", /* CJK */
    "evil\x1B]52;c;aGk=\x07\x1B[2J", "e\xCC\x81galite\xCC\x81" };
static const char *const words[] = { "answers with a whole sentence where a name was asked for",
    "the date is dropped; keep temporal terms as they stand, the year in which it was founded too",
    "", "right" };

static const struct list_column columns[] = {
    { "id", 6, true },
    { "node", 12, false },
    { "score", 6, true },
    { "words", LIST_COLUMN_REST, false },
};

static double row_number(const void *data, size_t row, int column)
{
    (void)data;
    if (column == 0)
        return (double)row;
    return row % 9 == 4 ? NAN : (double)(row * 7 % 101) / 100;
}

static void row_text(const void *data, size_t row, int column, struct str *out)
{
    if (column == 1)
        str_add(out, names[row % 8]);
    else if (column == 3)
        str_add(out, words[row % 4]);
    else if (column == 0)
        str_addf(out, "%zu", row);
    else if (isnan(row_number(data, row, column)))
        str_add(out, "-");
    else
        str_addf(out, "%.2f", row_number(data, row, column));
}

static enum role row_role(const void *data, size_t row, int column)
{
    double score = row_number(data, row, 2);

    return column == 2 ? (score < 0.5 ? ROLE_ERROR : ROLE_OK) : ROLE_TEXT;
}

static const struct list_source source = { columns, 4, row_text, row_number, row_role, NULL };

static size_t row_at(const struct list *list, size_t position)
{
    size_t row = SIZE_MAX;

    assert_true(list_row(list, position, &row));
    return row;
}

static void set_filter(struct list *list, const char *filter, size_t count)
{
    struct err err;

    if (!list_set_filter(list, &source, filter, &err))
        fail_msg("%s", err.message);
    list_update(list, &source, &source, count, 1);
}

static void draw(struct list *list, int width, int height)
{
    struct canvas canvas = { 0 };
    struct pane pane;

    canvas_resize(&canvas, width, height);
    pane = canvas_pane(&canvas);
    list_draw(list, &source, &source, &pane, &(struct list_look){ true, true, "nothing" });
    canvas_free(&canvas);
}

static void test_filter(void **state)
{
    struct list list = { 0 };

    (void)state;
    list_update(&list, &source, &source, 100, 1);
    assert_int_equal(list_shown(&list), 100);
    set_filter(&list, "score<.05", 100);
    assert_int_equal(list_shown(&list), 4);
    for (size_t i = 0; i < list_shown(&list); i++)
        assert_true(row_number(NULL, row_at(&list, i), 2) < .05);
    set_filter(&list, "node:RANK !right score>=0", 100);
    for (size_t i = 0; i < list_shown(&list); i++)
        assert_int_equal(row_at(&list, i) % 8, 3);
    set_filter(&list, "\"temporal terms\"", 100);
    assert_int_equal(list_shown(&list), 25);
    set_filter(&list, "id=17", 100);
    assert_int_equal(list_shown(&list), 1);
    assert_int_equal(row_at(&list, 0), 17);
    set_filter(&list, "\xC3\x89galite\xCC\x81", 100); /* other normal form: not found, no crash */
    set_filter(&list, "", 100);
    assert_int_equal(list_shown(&list), 100);
    list_free(&list);
}

static void test_filter_errors(void **state)
{
    static const char *const wrong[] = { "colour>3", "score>", "score>high", "node>3",
        "a b c d e f g h i j k l m n o p q" };
    struct list list = { 0 };
    struct err err;
    char *huge = malloc(5000);

    (void)state;
    set_filter(&list, "rank", 100);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(list_set_filter(&list, &source, wrong[i], &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    assert_false(list_set_filter(&list, &source, "colour>3", &err));
    assert_non_null(strstr(err.message, "id, node, score, words"));
    memset(huge, 'x', 4999);
    huge[4999] = '\0';
    assert_false(list_set_filter(&list, &source, huge, &err));
    list_update(&list, &source, &source, 100, 1);
    assert_int_equal(list_shown(&list), 13); /* the filter before stays */
    free(huge);
    list_free(&list);
}

static void test_sort(void **state)
{
    struct list list = { 0 };

    (void)state;
    list_update(&list, &source, &source, 50, 1);
    assert_true(list_select(&list, 20));
    list.sort = 2;                         /* as left by two ACTION_SORT */
    list_act(&list, &source, ACTION_SORT); /* -2 */
    list_act(&list, &source, ACTION_SORT); /* 3: score ascending */
    assert_int_equal(list.sort, 3);
    list_update(&list, &source, &source, 50, 1);
    assert_int_equal(row_at(&list, list.selected), 20);
    for (size_t i = 1; i < 50; i++) {
        double a = row_number(NULL, row_at(&list, i - 1), 2);
        double b = row_number(NULL, row_at(&list, i), 2);

        assert_true(a <= b || isnan(b));
    }
    list_act(&list, &source, ACTION_SORT);
    list_update(&list, &source, &source, 50, 1);
    assert_true(isnan(row_number(NULL, row_at(&list, 49), 2))); /* none is last both ways */
    assert_true(row_number(NULL, row_at(&list, 0), 2) > 0.9);
    list_free(&list);
}

static void test_follow(void **state)
{
    struct list list = { .follow = true };

    (void)state;
    for (size_t count = 0; count < 60; count++) {
        list_update(&list, &source, &source, count, 1);
        draw(&list, 40, 11);
        if (count > 0)
            assert_int_equal(list.selected, count - 1);
    }
    assert_int_equal(list.top, 49);
    assert_true(list_act(&list, &source, ACTION_DOWN)); /* at the end already */
    assert_true(list.follow);
    assert_true(list_act(&list, &source, ACTION_UP));
    assert_false(list.follow);
    list_update(&list, &source, &source, 80, 1);
    assert_int_equal(list.selected, 57);
    list_act(&list, &source, ACTION_FOLLOW);
    assert_int_equal(list.selected, 79);
    list_update(&list, &source, &source, 0, 2);
    draw(&list, 40, 11);
    assert_false(list_act(&list, &source, ACTION_DOWN));
    list_free(&list);
}

static void test_moves(void **state)
{
    struct list list = { 0 };
    size_t row;

    (void)state;
    list_update(&list, &source, &source, 30, 1);
    draw(&list, 40, 11);
    list_act(&list, &source, ACTION_LAST);
    assert_int_equal(list.selected, 29);
    list_act(&list, &source, ACTION_PAGE_UP);
    assert_int_equal(list.selected, 20);
    list_act(&list, &source, ACTION_HALF_DOWN);
    assert_int_equal(list.selected, 24);
    list_act(&list, &source, ACTION_FIRST);
    assert_int_equal(list.selected, 0);
    draw(&list, 40, 11);
    assert_true(list_click(&list, &(struct list_look){ .head = true }, 4));
    assert_true(list_selected(&list, &row));
    assert_int_equal(row, 3);
    assert_false(list_click(&list, &(struct list_look){ .head = true }, 0));
    list_free(&list);
}

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Without filter nothing looks at all rows; drawing asks for the visible ones only. */
static void test_many(void **state)
{
    struct list list = { .follow = true };
    double began = seconds();

    (void)state;
    for (int i = 0; i < 1000; i++) {
        list_update(&list, &source, &source, MANY + (size_t)i, 1);
        draw(&list, 80, 24);
    }
    assert_int_equal(list.selected, MANY + 998);
    set_filter(&list, "node:rank score>.5", MANY + 1000);
    list_update(&list, &source, &source, MANY + 1001, 1);
    assert_true(list_shown(&list) > 1000);
    assert_true(seconds() - began < 10); /* under sanitizers */
    list_free(&list);
}

/* What a filter or a sorting shows is the same in pieces; until all rows were looked at the list is
 * what it was, and moves as it did. */
static void update_in_pieces(struct list *list, size_t count, size_t shown_before)
{
    size_t looked, last = 0, pieces = 0;

    while (!list_update_piece(list, &source, &source, count, 1, 0)) {
        assert_true(list_is_looking(list, &looked) && looked > last && looked < count);
        assert_int_equal(list_shown(list), shown_before);
        last = looked;
        pieces++;
    }
    assert_false(list_is_looking(list, &looked));
    assert_true(pieces > 10);
}

static void test_pieces(void **state)
{
    struct list list = { 0 }, whole = { 0 };
    struct err err;
    size_t looked;

    (void)state;
    list_update(&list, &source, &source, 5000, 1);
    assert_true(list_select(&list, 3011)); /* rank */
    assert_true(list_set_filter(&list, &source, "node:rank score>.3", &err));
    assert_false(list_update_piece(&list, &source, &source, 5000, 1, 0));
    assert_true(list_act(&list, &source, ACTION_DOWN));
    assert_int_equal(row_at(&list, list.selected), 3012);
    assert_true(list_act(&list, &source, ACTION_UP));
    update_in_pieces(&list, 5000, 5000);
    set_filter(&whole, "node:rank score>.3", 5000);
    assert_int_equal(list_shown(&list), list_shown(&whole));
    assert_int_equal(row_at(&list, list.selected), 3011);
    for (int sort = 0; sort < 8; sort++) { /* each column, up and down */
        list_act(&list, &source, ACTION_SORT);
        list_act(&whole, &source, ACTION_SORT);
        update_in_pieces(&list, 5000, list_shown(&whole));
        list_update(&whole, &source, &source, 5000, 1);
        for (size_t i = 0; i < list_shown(&whole); i++)
            assert_int_equal(row_at(&list, i), row_at(&whole, i));
        assert_int_equal(row_at(&list, list.selected), 3011);
    }
    /* another filter, more rows, no filter in the middle of it */
    list_act(&list, &source, ACTION_SORT);
    assert_int_equal(list.sort, 0);
    assert_false(list_update_piece(&list, &source, &source, 5000, 1, 0));
    set_filter(&whole, "right", 5000);
    list_act(&whole, &source, ACTION_SORT);
    assert_true(list_set_filter(&list, &source, "right", &err));
    assert_false(list_update_piece(&list, &source, &source, 5000, 1, 0));
    assert_true(list_is_looking(&list, &looked) && looked < 200);
    update_in_pieces(&list, 6000, list_shown(&list));
    assert_int_equal(list_shown(&list), 1500);
    assert_true(list_update_piece(&list, &source, &source, 6100, 1, 0)); /* appended ones alone */
    assert_int_equal(list_shown(&list), 1525);
    assert_true(list_set_filter(&list, &source, "draft", &err));
    assert_false(list_update_piece(&list, &source, &source, 6100, 1, 0));
    assert_true(list_set_filter(&list, &source, "", &err));
    assert_true(list_update_piece(&list, &source, &source, 6100, 1, 0));
    assert_int_equal(list_shown(&list), 6100);
    list_free(&list);
    list_free(&whole);
}

/* Texts in any case, numbers of any sign and none of them, in both directions; rows that are equal
 * stay in their order. */
static double odd_number(const void *data, size_t row, int column)
{
    static const double numbers[] = { 3, -0.0, 0, -1e300, 1e-300, INFINITY, -INFINITY, NAN, -7.5,
        -7.25, 3 };

    (void)data;
    (void)column;
    return numbers[row % 11];
}

static void odd_text(const void *data, size_t row, int column, struct str *out)
{
    static const char *const texts[] = { "b", "B", "a", "", "Ab", "aB", "\xC3\x89", "\xC3\xA9",
        "aa" };

    (void)data;
    (void)column;
    str_add(out, texts[row % 9]);
}

static void expect_rows(const struct list *list, const size_t *rows, size_t count)
{
    assert_int_equal(list_shown(list), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(row_at(list, i), rows[i]);
}

static void test_order(void **state)
{
    static const struct list_column odd_columns[] = { { "n", 5, true }, { "t", 5, false } };
    static const struct list_source odd = { odd_columns, 2, odd_text, odd_number, NULL, NULL };
    static const size_t up[] = { 6, 3, 8, 9, 1, 2, 4, 0, 10, 5, 7 };
    static const size_t down[] = { 5, 0, 10, 4, 1, 2, 9, 8, 3, 6, 7 };
    static const size_t text_up[] = { 3, 2, 8, 4, 5, 0, 1, 6, 7 };
    static const size_t text_down[] = { 6, 7, 0, 1, 4, 5, 8, 2, 3 };
    struct list list = { .sort = 1 };

    (void)state;
    list_update(&list, &odd, &odd, 11, 1);
    expect_rows(&list, up, 11);
    list_act(&list, &odd, ACTION_SORT);
    list_update(&list, &odd, &odd, 11, 1);
    expect_rows(&list, down, 11);
    list_act(&list, &odd, ACTION_SORT);
    list_update(&list, &odd, &odd, 9, 1);
    expect_rows(&list, text_up, 9);
    list_act(&list, &odd, ACTION_SORT);
    list_update(&list, &odd, &odd, 9, 1);
    expect_rows(&list, text_down, 9);
    list_update(&list, &odd, &odd, 0, 2);
    assert_int_equal(list_shown(&list), 0);
    list_free(&list);
}

static void test_any_size(void **state)
{
    struct list list = { 0 };

    (void)state;
    list_update(&list, &source, &source, 30, 1);
    for (int width = 1; width < 50; width += 3)
        for (int height = 1; height < 12; height++)
            draw(&list, width, height);
    list_free(&list);
}

static void draw_golden(void *data, const struct pane *pane)
{
    list_draw(data, &source, &source, pane, &(struct list_look){ true, true, "no rows" });
}

static void test_golden(void **state)
{
    struct list list = { .sort = 3 };

    (void)state;
    list_update(&list, &source, &source, 40, 1);
    list.selected = 12;
    golden_picture("list", 60, 14, draw_golden, &list);
    list.left = 24;
    golden_picture("list-left", 60, 14, draw_golden, &list);
    list.left = 0;
    set_filter(&list, "id>1000", 40);
    golden_picture("list-empty", 40, 4, draw_golden, &list);
    list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_filter_errors),
        cmocka_unit_test(test_sort),
        cmocka_unit_test(test_follow),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_any_size),
        cmocka_unit_test(test_golden),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
