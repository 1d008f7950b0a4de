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
    size_t count;
    char **names = theme_names(NULL, &count);

    (void)state;
    assert_true(count >= 7);
    for (size_t i = 0; i < count; i++)
        for (int depth = DEPTH_NONE; depth <= DEPTH_TRUE; depth++) {
            struct err err = { .code = ERR_NONE };
            struct theme theme;

            if (!theme_load(&theme, names[i], NULL, (enum depth)depth, &err))
                fail_msg("%s", err.message);
            for (int role = 0; role < ROLES; role++) {
                assert_true(palette_fits(theme.looks[role].fg, (enum depth)depth));
                assert_true(palette_fits(theme.looks[role].bg, (enum depth)depth));
            }
            /* the selected row is seen whatever the colours */
            assert_true((theme.looks[ROLE_SELECTED].attr & ATTR_REVERSE) != 0);
        }
    theme_names_free(names, count);
}

/* On the grounds that a theme is for, in the colours that do not depend on the user's palette. */
static void test_contrast(void **state)
{
    enum { BLACK = COLOUR_RGB, WHITE = COLOUR_RGB | 0xFFFFFF };
    static const struct {
        const char *name;
        int32_t grounds[2];
    } made_for[] = {
        { "auto", { BLACK, WHITE } },
        { "colorblind", { BLACK, WHITE } },
        { "dark", { BLACK, COLOUR_RGB | 0x1E1E1E } },
        { "light", { WHITE, COLOUR_RGB | 0xFAFAF5 } },
        { "contrast", { BLACK, BLACK } },
        { "solarized", { COLOUR_RGB | 0x002B36, COLOUR_RGB | 0xFDF6E3 } },
    };

    (void)state;
    for (size_t i = 0; i < sizeof made_for / sizeof made_for[0]; i++)
        for (int depth = DEPTH_256; depth <= DEPTH_TRUE; depth++) {
            struct err err = { .code = ERR_NONE };
            struct theme theme;

            assert_true(theme_load(&theme, made_for[i].name, NULL, (enum depth)depth, &err));
            for (int role = 0; role < ROLES; role++)
                for (int ground = 0; ground < 2; ground++) {
                    int32_t fg = theme.looks[role].fg, bg = theme.looks[role].bg;

                    if (fg != COLOUR_DEFAULT && bg == COLOUR_DEFAULT &&
                        palette_contrast(fg, made_for[i].grounds[ground]) < 2.5)
                        fail_msg("%s: role %d: %.2f on ground %d", made_for[i].name, role,
                            palette_contrast(fg, made_for[i].grounds[ground]), ground);
                }
        }
}

/* The user's own stand behind the built-in ones; one with a built-in's name stands once. */
static void test_names(void **state)
{
    char folder[] = "/tmp/flowbot-themes-XXXXXX";
    static const char *const files[] = { "zinc.json", "mine.json", "dark.json", "notes.txt",
        ".json" };
    struct err err = { .code = ERR_NONE };
    size_t own, count;
    char **names;

    (void)state;
    assert_non_null(mkdtemp(folder));
    names = theme_names(folder, &own);
    theme_names_free(names, own);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = file_join(folder, files[i]);

        assert_true(file_write(path, "{}", 2, &err));
        free(path);
    }
    names = theme_names(folder, &count);
    assert_int_equal(count, own + 2);
    assert_string_equal(names[own], "mine");
    assert_string_equal(names[own + 1], "zinc");
    theme_names_free(names, count);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = file_join(folder, files[i]);

        assert_int_equal(unlink(path), 0);
        free(path);
    }
    assert_int_equal(rmdir(folder), 0);
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
        { "{ \"ok\":\n \"black\" }", "bad.json:2:2: role \"ok\": this cannot be read on a dark "
                                     "ground; where the theme is for "
                                     "others say \"ground\": \"light\"" },
        { "{ \"ok\": \"cyan #101010\" }", "cannot be read on a dark ground" },
        { "{ \"ok\": \"bold #ffff00\" }", "cannot be read on a light ground" },
        { "{ \"ok\": \"on white\" }", "cannot be read on a dark ground" },
        { "{ \"ground\": \"light\", \"ok\": \"white\" }", "cannot be read on a light ground" },
        { "{ \"ground\": \"dark\", \"ok\": \"16\" }", "cannot be read on a dark ground" },
        { "{ \"ground\":\n \"grey\" }", "bad.json:2:2: ground: \"dark\", \"light\" or" },
        { "{ \"match\": \"#ffffff 245 on #000000 244\" }", "text in these two colours" },
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
    write_theme(
        folder, "bad.json", "{ \"ground\": \"light\", \"ok\": \"black\", \"key\": \"on white\" }");
    assert_true(theme_load(&theme, "bad", folder, DEPTH_16, &err));
    write_theme(folder, "bad.json", "{ \"ground\": \"any\", \"ok\": \"default green\" }");
    assert_true(theme_load(&theme, "bad", folder, DEPTH_16, &err));
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
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_contrast),
        cmocka_unit_test(test_default_without_colours),
        cmocka_unit_test(test_palette),
        cmocka_unit_test(test_own_themes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
