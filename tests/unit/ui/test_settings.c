#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"
#include "str.h"

/* One theme and one screen are known. */
static bool is_known(void *data, const char *setting, const char *value, struct err *err)
{
    (void)data;
    return str_equal(value, "dark") || str_equal(value, "Log") ||
           err_set(err, ERR_INPUT, "unknown %s \"%s\"", setting, value);
}

static bool read_text(struct settings *settings, const char *text, struct err *err)
{
    char path[] = "/tmp/flowbot-ui-XXXXXX";
    struct settings_names names = { .is_known = is_known };
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    *err = (struct err){ .code = ERR_NONE };
    *settings = settings_default();
    ok = settings_read(settings, path, &names, err);
    (void)unlink(path);
    return ok;
}

static void test_file(void **state)
{
    struct settings settings = settings_default();
    struct err err = { .code = ERR_NONE };

    (void)state;
    assert_true(settings_read(&settings, "/nonexistent/ui.json", NULL, &err));
    assert_true(read_text(&settings,
        "{ // mine\n \"fps\": 9, \"graph\": \"70\", \"bell\": false, \"mouse\": \"on\",\n"
        " \"charts\": \"block\", \"theme\": \"dark\", \"screen\": \"Log\" }",
        &err));
    assert_int_equal(settings.fps, 9);
    assert_int_equal(settings.graph, 70);
    assert_false(settings.bell);
    assert_true(settings.mouse);
    assert_int_equal(settings.charts, CHARTS_BLOCK);
    assert_string_equal(settings.theme, "dark");
    assert_string_equal(settings.screen, "Log");
}

/* Nothing is passed over: each is said with its place and what it may be, and the default holds. */
static void test_wrong_values(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "{\n  \"fps\": 900 }", ":2:10: fps 900: a whole number from 1 to 30 was expected" },
        { "{ \"fps\": \"900\" }", ":1:10: fps 900: a whole number from 1 to 30 was expected" },
        { "{ \"fps\": 4.5 }", ":1:10: fps 4.5: a whole number from 1 to 30 was expected" },
        { "{ \"fps\": \"\" }", ":1:10: fps: a whole number from 1 to 30 was expected" },
        { "{ \"fps\": null }", ":1:10: fps is null: a whole number from 1 to 30 was expected" },
        { "{ \"graph\": 10 }", ":1:12: graph 10: a whole number from 20 to 80 was expected" },
        { "{ \"charts\": \"pie\" }", ":1:13: charts pie: braille, block or ascii was expected" },
        { "{ \"mouse\": \"maybe\" }", ":1:12: mouse maybe: on or off was expected" },
        { "{ \"mouse\": 1 }", ":1:12: mouse is a number: on or off was expected" },
        { "{ \"theme\": \"gone\" }", ":1:12: unknown theme \"gone\"" },
        { "{ \"theme\": true }", ":1:12: theme is true or false: a name of at most 31 bytes" },
        { "{ \"screen\": \"gone\" }", ":1:13: unknown screen \"gone\"" },
        { "{ \"bell\": \"on\",\n \"fsp\": 4 }",
            ":2:2: unknown setting \"fsp\"; did you mean fps?" },
        { "{ \"colour\": \"red\" }", ":1:3: unknown setting \"colour\"; known are theme, fps," },
        { "[]", ":1:1: an object was expected" },
        { "{ \"fps\": 4", ":1:11: " },
        { "{ \"fps\": 0, \"mouse\": 3, \"graph\": 1 }",
            ":1:10: fps 0: a whole number from 1 to 30 was expected (and 2 more in this file)" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings settings, usual = settings_default();
        struct err err;
        char is[256], expected[256];

        assert_false(read_text(&settings, cases[i].text, &err));
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, cases[i].says);
        assert_string_equal(settings_text(&settings, is), settings_text(&usual, expected));
    }
}

/* What is right beside it counts. */
static void test_the_rest_counts(void **state)
{
    struct settings settings;
    struct err err;

    (void)state;
    assert_false(read_text(&settings, "{ \"fps\": 900, \"graph\": 70, \"fsp\": 9 }", &err));
    assert_int_equal(settings.fps, 4);
    assert_int_equal(settings.graph, 70);
}

static void test_set(void **state)
{
    struct settings settings = settings_default();
    struct err err = { .code = ERR_NONE };
    char text[256];

    (void)state;
    assert_true(settings_set(&settings, "fps", "30", &err));
    assert_int_equal(settings.fps, 30);
    assert_false(settings_set(&settings, "fps", "31", &err));
    assert_string_equal(err.message, "fps 31: a whole number from 1 to 30 was expected");
    assert_int_equal(settings.fps, 30);
    assert_false(settings_set(&settings, "screen", "Log", &err));
    assert_false(settings_set(&settings, "zoom", "on", &err));
    assert_string_equal(err.message,
        "unknown setting \"zoom\"; known are theme, fps, charts, graph, nodes, traces, review, "
        "history, hints, mouse and bell");
    assert_true(settings_ask(&settings, "fps", text, &err));
    assert_string_equal(text, "fps 30: it may be a whole number from 1 to 30");
    assert_true(settings_ask(&settings, "charts", text, &err));
    assert_string_equal(text, "charts braille: it may be braille, block or ascii");
    assert_false(settings_ask(&settings, "fsp", text, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_wrong_values),
        cmocka_unit_test(test_the_rest_counts),
        cmocka_unit_test(test_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
