#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "keymap.h"
#include "str.h"

static void check_name(const char *name, key_code key)
{
    char text[KEY_NAME_SIZE];
    key_code read = K_NONE;

    assert_true(key_parse(name, &read));
    assert_int_equal(read, key);
    assert_string_equal(key_text(key, text), name);
}

static void test_names(void **state)
{
    (void)state;
    check_name("j", 'j');
    check_name("ä", 0xE4);
    check_name("-", '-');
    check_name("Enter", K_ENTER);
    check_name("Space", ' ');
    check_name("^D", 4);
    check_name("F12", K_F12);
    check_name("PgDn", K_PAGE_DOWN);
    check_name("S-Tab", K_TAB | K_SHIFT);
    check_name("C-M-Left", K_LEFT | K_CTRL | K_ALT);
    check_name("M-x", 'x' | K_ALT);
}

static void test_bad_names(void **state)
{
    static const char *const names[] = { "", "jj", "S-j", "C-a", "F13", "^", "^d", "Return", " ",
        "S-S-Tab", "X-a", "\x1b" };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        key_code key;

        if (key_parse(names[i], &key) && !(names[i][0] == '^' && names[i][1] == '\0'))
            fail_msg("\"%s\" was taken for a key", names[i]);
    }
}

/* Every default key is a key, every action is named and explained, and no key means two things. */
static void test_defaults(void **state)
{
    static const unsigned screens[] = { CONTEXT_RUN, CONTEXT_GRAPH, CONTEXT_NODES, CONTEXT_TRACES,
        CONTEXT_REVIEW, CONTEXT_HISTORY, CONTEXT_CALLS, CONTEXT_LOG };
    struct keymap *keymap = keymap_new();

    (void)state;
    for (int i = ACTION_NONE + 1; i < ACTIONS; i++) {
        const struct action_info *info = action_info((enum action)i);
        char keys[64];

        assert_non_null(info->name);
        assert_true(strlen(info->help) > 0);
        assert_string_equal(keymap_keys(keymap, (enum action)i, keys), info->keys);
        assert_int_equal(action_by_name(info->name), i);
        for (size_t j = 0; j < sizeof screens / sizeof screens[0]; j++) {
            unsigned contexts = screens[j] | CONTEXT_REPLAY | CONTEXT_ALL;
            char first[KEY_NAME_SIZE];
            key_code key;

            if ((info->contexts & contexts) == 0)
                continue;
            assert_true(key_parse(keymap_key(keymap, (enum action)i, first), &key));
            if (keymap_action(keymap, contexts, key) != (enum action)i)
                fail_msg("%s is both %s and %s", first, info->name,
                    action_info(keymap_action(keymap, contexts, key))->name);
        }
    }
    keymap_free(keymap);
}

static bool read_text(struct keymap *keymap, const char *text, struct err *err)
{
    char path[] = "/tmp/flowbot-keys-XXXXXX";
    int fd = mkstemp(path);
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    (void)close(fd);
    *err = (struct err){ .code = ERR_NONE };
    ok = keymap_read(keymap, path, err);
    (void)unlink(path);
    return ok;
}

static void test_file(void **state)
{
    struct keymap *keymap = keymap_new();
    struct err err;
    char text[64];

    (void)state;
    assert_true(keymap_read(keymap, "/nonexistent/keys.json", &err));
    assert_true(read_text(keymap,
        "// mine\n{ \"next-failed\": [\"F5\", \"ä\"], \"theme\": [], \"help\": \"F2\" }", &err));
    assert_string_equal(keymap_keys(keymap, ACTION_NEXT_FAILED, text), "F5 ä");
    assert_int_equal(keymap_action(keymap, CONTEXT_TRACES, K_F1 + 4), ACTION_NEXT_FAILED);
    assert_int_equal(keymap_action(keymap, CONTEXT_RUN, K_F1 + 4), ACTION_NONE);
    assert_int_equal(keymap_action(keymap, CONTEXT_RUN, 'T'), ACTION_NONE);
    assert_int_equal(keymap_action(keymap, CONTEXT_RUN, '?'), ACTION_NONE);
    assert_int_equal(keymap_action(keymap, CONTEXT_RUN, 'j'), ACTION_DOWN);
    keymap_free(keymap);
}

static void test_bad_files(void **state)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        { "{\n  \"next-faild\": [\"F5\"] }", ":2:3: unknown action \"next-faild\"; did you mean" },
        { "{ // mine\n  \"help\":\n\t[\"F2\", \"Return\"] }", ":3:9: unknown key \"Return\"" },
        { "{ \"help\": \"Return\" }", ":1:11: unknown key \"Return\"" },
        { "{ \"help\": 7 }", ":1:11: a key was expected" },
        { "\n []", ":2:2: an object was expected" },
        { "{ \"help\": [\"F2\", \"q\"] }", ":1:18: \"q\" would mean both \"help\" and \"quit\"" },
        { "{ \"accept\": \"j\" }", ":1:13: \"j\" would mean both \"accept\" and \"down\"" },
        { "{ \"help\": [\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"] }", ":1:36: at most 6" },
        { "{ \"help\": [],\n  \"help\": [] }", ":2:3: the key \"help\" stands twice" },
        { "{ \"help\"", ":1:9: expected" },
        { "", ":1:1: expected" },
    };
    struct keymap *keymap = keymap_new();
    char keys[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err;

        assert_false(read_text(keymap, cases[i].text, &err));
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, cases[i].says);
        assert_string_equal(keymap_keys(keymap, ACTION_HELP, keys), "? F1");
    }
    keymap_free(keymap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_bad_names),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_bad_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
