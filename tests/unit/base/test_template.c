#include "template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char *const names[] = { "prompt", "gradients" };

static void test_render(void **state)
{
    static const char *const values[] = { "P {{gradients}} {", "G" };
    struct err err = { 0 };
    struct str out = STR_INIT;
    struct template *t = template_parse(
        "t.md", "{{prompt}}: { \"a\": {x} } {{Not}} {{{gradients}}} {{prompt}}", names, 2, &err);

    (void)state;
    assert_non_null(t);
    template_render(t, values, &out);
    assert_string_equal(
        str_text(&out), "P {{gradients}} {: { \"a\": {x} } {{Not}} {G} P {{gradients}} {");
    str_free(&out);
    template_free(t);
    template_free(NULL);
}

static void test_unknown(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(template_parse("t.md", "{{prompt}}\n\n{{gradient}}", names, 2, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.message,
        "t.md:3: unknown placeholder {{gradient}}; the nearest known one is {{gradients}}");
}

static void test_missing(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(template_parse("t.md", "only {{prompt}}", names, 2, &err));
    assert_non_null(strstr(err.message, "{{gradients}} is missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_render),
        cmocka_unit_test(test_unknown),
        cmocka_unit_test(test_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
