#include "text_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "golden.h"

static const char prompt[] =
    "You answer a question about a gazetteer.\n"
    "Use {question} and {passages}; answer with a name, a year or a number alone, without a "
    "sentence around it.\n"
    "\n"
    "Hostile: \x1B[2J\x1B]0;owned\x07 \xE2\x80\xAEgnp.exe \x9B"
    "31m end.\n"
    "Wide: \xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x81\xAE\xE9\x95\xB7\xE3\x81\x84\xE8\xA1\x8C"
    "\xE3\x81\xAF\xE6\x8A\x98\xE3\x82\x8A\xE8\xBF\x94\xE3\x81\x95\xE3\x82\x8C\xE3\x82\x8B "
    "e\xCC\x81te\xCC\x81\n"
    "Last line.";
static const char keep[] = "Temporal terms are kept verbatim.";
static const char change[] = "Do not answer with a whole sentence: a name alone.";

static const struct text_span placeholders[] = { { 45, 55, ROLE_ACCENT, ATTR_NONE },
    { 60, 70, ROLE_ACCENT, ATTR_NONE } };
static const struct text_section sections[] = {
    { "Prompt", ROLE_TITLE, prompt, sizeof prompt - 1, ROLE_TEXT, true, placeholders, 2 },
    { "Keep", ROLE_KEEP, keep, sizeof keep - 1, ROLE_TEXT, false, NULL, 0 },
    { "Change", ROLE_CHANGE, change, sizeof change - 1, ROLE_TEXT, false, NULL, 0 },
    { "Raw", ROLE_TITLE, NULL, 0, ROLE_TEXT, false, NULL, 0 },
};

static void draw(struct text_view *view, int width, int height)
{
    struct canvas canvas = { 0 };
    struct pane pane;

    canvas_resize(&canvas, width, height);
    pane = canvas_pane(&canvas);
    text_view_draw(view, &pane);
    canvas_free(&canvas);
}

static void draw_golden(void *data, const struct pane *pane)
{
    text_view_draw(data, pane);
}

static void test_golden(void **state)
{
    struct text_view view = { 0 };

    (void)state;
    text_view_set(&view, sections, 4);
    golden_picture("text", 50, 24, draw_golden, &view);
    golden_picture("text", 30, 12, draw_golden, &view);
    assert_int_equal(text_view_search(&view, "NAME"), 2);
    text_view_act(&view, ACTION_SEARCH_NEXT);
    golden_picture("text-search", 50, 8, draw_golden, &view);
    text_view_free(&view);
}

static void test_search(void **state)
{
    struct text_view view = { 0 };
    char place[40];

    (void)state;
    text_view_set(&view, sections, 3);
    draw(&view, 40, 5);
    assert_int_equal(text_view_search(&view, "sentence"), 2);
    assert_string_equal(text_view_place(&view, place), "1/2");
    assert_true(text_view_act(&view, ACTION_SEARCH_NEXT));
    draw(&view, 40, 5);
    assert_true(view.top > 8);
    assert_string_equal(text_view_place(&view, place), "2/2");
    text_view_act(&view, ACTION_SEARCH_NEXT);
    draw(&view, 40, 5);
    assert_true(view.top < 8);
    assert_int_equal(text_view_search(&view, "no such words"), 0);
    assert_false(text_view_act(&view, ACTION_SEARCH_NEXT));
    assert_int_equal(text_view_search(&view, ""), 0);
    text_view_free(&view);
}

/* The place stays while the content is the same, and nothing is scrolled past the end. */
static void test_scroll(void **state)
{
    struct text_view view = { 0 };
    char place[40];

    (void)state;
    text_view_set(&view, sections, 3);
    draw(&view, 40, 6);
    for (int i = 0; i < 5; i++)
        assert_true(text_view_act(&view, ACTION_PAGE_DOWN));
    text_view_set(&view, sections, 3);
    draw(&view, 40, 6);
    assert_int_equal(view.top, view.lines.count - 6);
    assert_int_equal(strncmp(text_view_place(&view, place), "1-", 2) == 0, 0);
    text_view_show_section(&view, 1);
    draw(&view, 40, 3);
    assert_int_equal(view.top, view.lines.count - 6);
    text_view_set(&view, sections + 1, 1);
    draw(&view, 40, 6);
    assert_int_equal(view.top, 0);
    assert_string_equal(text_view_place(&view, place), "");
    text_view_set(&view, NULL, 0);
    draw(&view, 40, 6);
    text_view_free(&view);
}

static void test_huge(void **state)
{
    size_t len = 3 << 20;
    char *text = malloc(len);
    struct text_view view = { 0 };
    struct canvas canvas = { 0 };
    struct pane pane;
    struct str dump = STR_INIT;

    (void)state;
    memset(text, 'a', len);
    memcpy(text + TEXT_VIEW_PREVIEW - 2, "\xE6\x97\xA5", 3); /* a character across the cap */
    text_view_set(&view, &(struct text_section){ .text = text, .len = len, .numbers = true }, 1);
    canvas_resize(&canvas, 80, 24);
    pane = canvas_pane(&canvas);
    text_view_draw(&view, &pane);
    text_view_act(&view, ACTION_LAST);
    canvas_clear(&canvas);
    text_view_draw(&view, &pane);
    canvas_dump(&canvas, false, &dump);
    assert_non_null(strstr(str_text(&dump), "-- the first 64 KiB of 3072 KiB; the pager"));
    assert_null(strstr(str_text(&dump), "\xEF\xBF\xBD"));
    text_view_search(&view, "b");
    text_view_search(&view, "a");
    draw(&view, 1, 1);
    draw(&view, 3, 2);
    str_free(&dump);
    canvas_free(&canvas);
    text_view_free(&view);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_scroll),
        cmocka_unit_test(test_huge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
