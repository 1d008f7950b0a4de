#include "file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

static char folder[] = "/tmp/flowbot-file-XXXXXX";

static void test_write_read(void **state)
{
    struct err err = { 0 };
    struct str out = STR_INIT;
    char *deep = file_join(folder, "a/b");
    char *path = file_join(deep, "c.txt");

    (void)state;
    assert_true(file_make_folder(deep, &err));
    assert_true(file_make_folder(deep, &err));
    assert_true(file_write(path, "one\0two", 7, &err));
    assert_true(file_write(path, "three", 5, &err));
    assert_true(file_exists(path));
    assert_true(file_read(path, 100, &out, &err));
    assert_string_equal(str_text(&out), "three");
    assert_false(file_read(path, 4, &out, &err));
    assert_non_null(strstr(err.message, "larger than 4 bytes"));
    assert_false(file_read(deep, 100, &out, &err));
    assert_non_null(strstr(err.message, "is a folder"));
    str_free(&out);
    free(path);
    free(deep);
}

static void test_missing(void **state)
{
    struct err err = { 0 };
    struct str out = STR_INIT;
    char *path = file_join(folder, "none/x");

    (void)state;
    assert_false(file_read(path, 100, &out, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "No such file"));
    assert_false(file_write(path, "", 0, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_false(file_exists(path));
    free(path);
}

static void test_empty_name(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_false(file_make_folder("", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "is empty"));
}

static void expect_path(char *path, const char *expected)
{
    assert_string_equal(path, expected);
    free(path);
}

static void test_paths(void **state)
{
    char *full = file_absolute("x");

    (void)state;
    assert_true(full[0] == '/' && strcmp(full + strlen(full) - 2, "/x") == 0);
    free(full);
    expect_path(file_join("a", "b"), "a/b");
    expect_path(file_join("a/", "b"), "a/b");
    expect_path(file_join("", "b"), "b");
    expect_path(file_join("a", "/b"), "/b");
    expect_path(file_folder("a/b"), "a");
    expect_path(file_folder("/b"), "/");
    expect_path(file_folder("b"), ".");
}

static int make(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

static int clean(void **state)
{
    char *command = mem_printf("rm -r '%s'", folder);
    int status = system(command); /* NOLINT(cert-env33-c,bugprone-command-processor) */

    (void)state;
    free(command);
    return status;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_read),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_empty_name),
        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests(tests, make, clean);
}
