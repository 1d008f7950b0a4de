#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "canvas.h"
#include "file.h"
#include "mem.h"
#include "palette.h"
#include "theme.h"

static void test_builtin(void **state)
{
    (void)state;
    for (unsigned i = 0; theme_name(i) != NULL; i++)
        for (int depth = DEPTH_NONE; depth <= DEPTH_TRUE; depth++) {
            struct err err = { .code = ERR_NONE };
            struct theme theme;

            if (!theme_load(&theme, theme_name(i), NULL, (enum depth)depth, &err))
                fail_msg("%s", err.message);
            for (int role = 0; role < ROLES; role++) {
                assert_true(palette_fits(theme.looks[role].fg, (enum depth)depth));
                assert_true(palette_fits(theme.looks[role].bg, (enum depth)depth));
            }
            /* the selected row is seen whatever the colours */
            assert_true((theme.looks[ROLE_SELECTED].attr & ATTR_REVERSE) != 0);
        }
}

static void test_default_without_colours(void **state)
{
    struct theme theme;

    (void)state;
    theme_default(&theme, DEPTH_NONE);
    assert_string_equal(theme.name, "mono");
    theme_default(&theme, DEPTH_16);
    assert_string_equal(theme.name, "auto");
    assert_int_equal(theme.looks[ROLE_TEXT].fg, COLOUR_DEFAULT);
    assert_int_equal(theme.looks[ROLE_OK].fg, 2);
}

static void test_palette(void **state)
{
    int32_t colour;

    (void)state;
    assert_true(palette_parse("#ff8000", &colour));
    assert_int_equal(colour, COLOUR_RGB | 0xFF8000);
    assert_int_equal(palette_nearest(colour, DEPTH_TRUE), colour);
    assert_int_equal(palette_nearest(colour, DEPTH_256), 208);
    assert_int_equal(palette_nearest(colour, DEPTH_NONE), COLOUR_DEFAULT);
    assert_true(palette_parse("bright-red", &colour) && colour == 9);
    assert_int_equal(palette_nearest(9, DEPTH_8), 1);
    assert_true(palette_parse("default", &colour) && colour == COLOUR_DEFAULT);
    assert_true(palette_parse("255", &colour) && colour == 255);
    assert_false(palette_parse("256", &colour));
    assert_false(palette_parse("#ff80", &colour));
    assert_false(palette_parse("#gg8000", &colour));
    assert_false(palette_parse("", &colour));
    assert_false(palette_legible(COLOUR_RGB | 0x202020, COLOUR_RGB));
    assert_true(palette_legible(15, 0));
}

static void write_theme(const char *folder, const char *name, const char *text)
{
    struct err err = { .code = ERR_NONE };
    char *path = file_join(folder, name);

    assert_true(file_write(path, text, strlen(text), &err));
    free(path);
}

static void test_own_themes(void **state)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        { "{\n \"okk\": \"green\" }", ":2:" },
        { "{\n\n \"ok\": \"gren\" }",
            "bad.json:3:8: role \"ok\": unknown or one too many: gren; did "
            "you mean green" },
        { "{ \"error\": \"red on\n\" }", "bad.json:1" },
        { "{ \"error\": 7 }", "role \"error\": words were expected" },
        { "{ \"match\": \"#111111 on #000000\" }", "role \"match\": text in these two colours" },
        { "{ \"text\": \"blue\" }", "role \"text\"" },
        { "nonsense", "bad.json:1:1" },
    };
    char folder[] = "/tmp/flowbot-theme-XXXXXX";
    char path[64];
    struct theme theme = { .name = "before" };
    struct err err = { .code = ERR_NONE };

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err.code = ERR_NONE;
        write_theme(folder, "bad.json", bad[i].text);
        assert_false(theme_load(&theme, "bad", folder, DEPTH_16, &err));
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, bad[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, bad[i].says);
        assert_string_equal(theme.name, "before");
    }
    write_theme(folder, "dark.json", "{ \"ok\": \"bold #0000ff 20 cyan on white\", }");
    assert_true(theme_load(&theme, "dark", folder, DEPTH_16, &err));
    assert_int_equal(theme.looks[ROLE_OK].fg, 6);
    assert_int_equal(theme.looks[ROLE_OK].bg, 7);
    assert_int_equal(theme.looks[ROLE_OK].attr, ATTR_BOLD);
    assert_true(theme_load(&theme, "dark", folder, DEPTH_256, &err));
    assert_int_equal(theme.looks[ROLE_OK].fg, 20);
    assert_false(theme_load(&theme, "drak", folder, DEPTH_256, &err));
    assert_non_null(strstr(err.message, "did you mean dark"));
    (void)snprintf(path, sizeof path, "%s/bad.json", folder);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/dark.json", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builtin),
        cmocka_unit_test(test_default_without_colours),
        cmocka_unit_test(test_palette),
        cmocka_unit_test(test_own_themes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
