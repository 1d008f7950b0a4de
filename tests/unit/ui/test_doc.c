#include "doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

static void draw(struct doc *doc, int width, int height, struct str *out)
{
    static const struct doc_source source = { NULL, NULL, "nothing" };
    struct canvas canvas = { .ascii = true };
    struct pane pane;

    canvas_resize(&canvas, width, height);
    pane = canvas_pane(&canvas);
    doc_draw(doc, &source, NULL, &pane, true);
    str_clear(out);
    canvas_dump(&canvas, false, out);
    canvas_free(&canvas);
}

/* Ten items of three lines each, with a line between. */
static void fill(struct doc *doc, int width)
{
    if (!doc_begin(doc, width, 7))
        return;
    for (int i = 0; i < 10; i++) {
        doc_item(doc, DOC_NO_ITEM);
        doc_add_plain(doc, ROLE_TEXT, "between");
        doc_item(doc, i);
        doc_add_plain(doc, ROLE_TEXT, "item %d\nsecond line\nthird line", i);
    }
}

static void test_walk(void **state)
{
    struct doc doc = { 0 };
    struct str text = STR_INIT;

    (void)state;
    fill(&doc, 30);
    draw(&doc, 31, 8, &text);
    for (int i = 1; i < 10; i++) {
        char name[16];

        assert_true(doc_act(&doc, ACTION_NEXT));
        assert_int_equal(doc.selected, i);
        draw(&doc, 31, 8, &text);
        (void)snprintf(name, sizeof name, ">   item %d", i);
        assert_non_null(strstr(str_text(&text), name));
    }
    assert_true(doc_act(&doc, ACTION_NEXT));
    assert_int_equal(doc.selected, 9);
    str_free(&text);
    doc_free(&doc);
}

/* What is selected is to be seen, wherever one scrolls. */
static void test_scroll(void **state)
{
    struct doc doc = { 0 };
    struct str text = STR_INIT;

    (void)state;
    fill(&doc, 30);
    draw(&doc, 31, 8, &text);
    for (int i = 0; i < 50; i++) {
        assert_true(doc_act(&doc, i % 3 == 2 ? ACTION_UP : ACTION_DOWN));
        draw(&doc, 31, 8, &text);
        assert_non_null(strstr(str_text(&text), ">   "));
    }
    assert_true(doc_act(&doc, ACTION_LAST));
    draw(&doc, 31, 8, &text);
    assert_non_null(strstr(str_text(&text), "item 9"));
    assert_true(doc_act(&doc, ACTION_FIRST));
    draw(&doc, 31, 8, &text);
    assert_non_null(strstr(str_text(&text), "item 0"));
    str_free(&text);
    doc_free(&doc);
}

/* The same content is not laid out again; another width is. */
static void test_stamp(void **state)
{
    struct doc doc = { 0 };

    (void)state;
    assert_true(doc_begin(&doc, 30, 1));
    assert_false(doc_begin(&doc, 30, 1));
    assert_true(doc_begin(&doc, 29, 1));
    assert_true(doc_begin(&doc, 29, 2));
    doc_free(&doc);
}

static void test_pairs_and_spans(void **state)
{
    static const struct doc_span spans[] = { { 4, 9, ATTR_BOLD } };
    struct doc_text left = { "old words here and some more", 28, ROLE_REMOVED, '-', spans, 1 };
    struct doc_text right = { "new", 3, ROLE_ADDED, '+', NULL, 0 };
    struct doc doc = { 0 };
    struct str text = STR_INIT;

    (void)state;
    assert_true(doc_begin(&doc, 40, 1));
    doc_add_pair(&doc, &left, &right);
    doc_add_pair(&doc, NULL, &right);
    draw(&doc, 41, 6, &text);
    assert_string_equal(str_text(&text), "  - old words here  | + new\n"
                                         "  - and some more   |\n"
                                         "                    | + new\n\n\n\n");
    for (int width = 1; width < 44; width++) {
        (void)doc_begin(&doc, width, 2);
        doc_add_pair(&doc, &left, &right);
        doc_add(&doc, &left);
        draw(&doc, width + 1, width % 9 + 1, &text);
    }
    str_free(&text);
    doc_free(&doc);
}

/* From match to match and around, case aside, marked where it stands, also at another width. */
static void test_search(void **state)
{
    struct doc doc = { 0 };
    struct str text = STR_INIT;

    (void)state;
    fill(&doc, 30);
    draw(&doc, 31, 8, &text);
    assert_false(doc_act(&doc, ACTION_SEARCH_NEXT)); /* nothing is searched for yet */
    assert_true(doc_search(&doc, "ITEM 7"));
    assert_int_equal(doc.selected, 7);
    draw(&doc, 31, 8, &text);
    assert_non_null(strstr(str_text(&text), ">   item 7"));
    assert_true(doc_search(&doc, "third"));
    for (int i = 0; i < 25; i++) {
        int before = doc.selected;

        assert_true(doc_act(&doc, ACTION_SEARCH_NEXT));
        assert_int_equal(doc.selected, (before + 1) % 10);
        draw(&doc, 31, 8, &text);
        assert_non_null(strstr(str_text(&text), ">   third line"));
    }
    assert_true(doc_act(&doc, ACTION_SEARCH_PREVIOUS));
    fill(&doc, 12); /* laid out anew: searched on from about there */
    draw(&doc, 13, 8, &text);
    assert_true(doc_act(&doc, ACTION_SEARCH_NEXT));
    assert_true(doc_act(&doc, ACTION_SEARCH_PREVIOUS));
    assert_false(doc_search(&doc, "fourth"));
    assert_true(doc_search(&doc, ""));
    assert_false(doc_act(&doc, ACTION_SEARCH_NEXT));
    str_free(&text);
    doc_free(&doc);
}

/* Both sides of a pair are searched, and what a wrap cuts. */
static void test_search_in_pairs(void **state)
{
    struct doc_text left = { "one two three four", 18, ROLE_REMOVED, '-', NULL, 0 };
    struct doc_text right = { "five six", 8, ROLE_ADDED, '+', NULL, 0 };
    struct doc doc = { 0 };

    (void)state;
    assert_false(doc_search(&doc, "one")); /* an empty document */
    assert_true(doc_begin(&doc, 24, 1));
    doc_item(&doc, 0);
    doc_add_pair(&doc, &left, NULL);
    doc_item(&doc, 1);
    doc_add_pair(&doc, NULL, &right);
    assert_true(doc_search(&doc, "SIX"));
    assert_int_equal(doc.selected, 1);
    assert_true(doc_search(&doc, "two three"));
    assert_int_equal(doc.selected, 0);
    assert_false(doc_search(&doc, "four five"));
    doc_free(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_scroll),
        cmocka_unit_test(test_stamp),
        cmocka_unit_test(test_pairs_and_spans),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_search_in_pairs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
