#include "records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"

/* All records of a file as compact JSON, one a line with its line number; or the error. */
static char *read_all(const char *name, const char *text)
{
    struct err err = { 0 };
    struct str out = STR_INIT;
    char *path = in_folder(name);
    struct records *records;
    struct record record;
    enum record_result result = RECORD_BROKEN;

    write_text(name, text);
    records = records_open(path, NULL, &err);
    while (
        records != NULL && (result = records_next(records, true, &record, &err)) == RECORD_READ) {
        str_addf(&out, "%zu@%u ", record.number, record.line);
        json_print(record.value, &out);
        str_add(&out, "\n");
    }
    if (result == RECORD_BROKEN) {
        assert_int_equal(err.code, ERR_INPUT);
        str_clear(&out);
        str_add(&out, strrchr(err.message, '/') + 1);
    }
    records_close(records);
    free(path);
    return str_take(&out);
}

static size_t count_skipped(const char *name)
{
    struct err err = { 0 };
    char *path = in_folder(name);
    struct records *records = records_open(path, NULL, &err);
    struct record record;
    size_t count = 0;
    enum record_result result;

    while ((result = records_next(records, false, &record, &err)) == RECORD_READ) {
        assert_null(record.value);
        count++;
    }
    assert_int_equal(result, RECORD_END);
    records_close(records);
    free(path);
    return count;
}

struct good {
    const char *name, *text, *records;
    size_t count;
};

static void test_good(void **state)
{
    static const struct good cases[] = {
        { "a.json", "[]", "", 0 },
        { "a.json", "\xEF\xBB\xBF [ {\"a\":1},\n\n {\"b\":\"x]}\\\"{\", \"c\":[[{}]]}\n]\n ",
            "1@1 {\"a\":1}\n2@3 {\"b\":\"x]}\\\"{\",\"c\":[[{}]]}\n", 2 },
        { "a.json", "[{\n\"a\":\n1}]", "1@1 {\"a\":1}\n", 1 },
        { "a.jsonl", "{\"a\":1}\r\n\r\n  {\"a\":\"\u2028\"}",
            "1@1 {\"a\":1}\n2@3 {\"a\":\"\u2028\"}\n", 2 },
        { "a.csv", "q,a\n1,2\n", "1@2 {\"q\":\"1\",\"a\":\"2\"}\n", 1 },
        { "a.CSV", "\xEF\xBB\xBFq,\"a,b\"\r\n\"one\r\ntwo\",\"say \"\"hi\"\"\"\r\n\r\n,\r\n",
            "1@2 {\"q\":\"one\\r\\ntwo\",\"a,b\":\"say \\\"hi\\\"\"}\n2@5 "
            "{\"q\":\"\",\"a,b\":\"\"}\n",
            2 },
        { "a.csv", "q", "", 0 },
        { "a.csv", "q,a\n\"\",\"x\"", "1@2 {\"q\":\"\",\"a\":\"x\"}\n", 1 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *records = read_all(cases[i].name, cases[i].text);

        assert_string_equal(records, cases[i].records);
        assert_int_equal(count_skipped(cases[i].name), cases[i].count);
        free(records);
    }
}

struct bad {
    const char *name, *text, *message;
};

/* Also where the records are not wanted. */
static void test_bad_skipped(void **state)
{
    static const struct bad cases[] = {
        { "a.jsonl",
            "{\"a\":1}\n{\"a\":", "a.jsonl:2: record 2 is no JSON object, or not complete" },
        { "a.jsonl", "{\"a\":1}\n[1]\n", "a.jsonl:2: record 2 is no JSON object" },
        { "a.jsonl", "{\"a\":1} x\n", "a.jsonl:1: record 1 is no JSON object" },
        { "a.csv", "a,b\n1\n", "a.csv:2: record 1 has 1 fields" },
        { "a.json", "[{\"a\":1},{\"a\":", "a.json:1:15: the file ends inside a record" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };
        char *path = in_folder(cases[i].name);
        struct records *records;
        struct record record;
        enum record_result result;

        write_text(cases[i].name, cases[i].text);
        records = records_open(path, NULL, &err);
        while ((result = records_next(records, false, &record, &err)) == RECORD_READ)
            continue;
        assert_int_equal(result, RECORD_BROKEN);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s\n  gave      %s", cases[i].message, err.message);
        records_close(records);
        free(path);
    }
}

static void test_bad(void **state)
{
    static const struct bad cases[] = {
        { "a.json", "", "a.json: the file is empty" },
        { "a.json", " \n", "a.json: the file is empty" },
        { "a.json", "hello", "a.json:1:1: neither a JSON array of objects nor" },
        { "a.json", "[", "a.json:1:2: the file ends before the array's closing bracket" },
        { "a.json", "[{\"a\":1}",
            "a.json:1:9: the file ends before the array's closing bracket: it is not complete "
            "(after record 1)" },
        { "a.json", "[{\"a\":1},\n {\"b\"", "a.json:2:6: the file ends inside a record" },
        { "a.json", "[{\"a\":1} {\"b\":1}]",
            "a.json:1:10: expected a comma or ] after a record (after record 1)" },
        { "a.json", "[{\"a\":1},]", "a.json:1:10: expected an object in the array" },
        { "a.json", "[1]", "a.json:1:2: expected an object in the array" },
        { "a.json", "[{\"a\":1}] x", "a.json:1:11: text after the array's closing bracket" },
        { "a.json", "[{\"a\":1},\n  {\"b\":tru}]",
            "a.json:2:8: expected a value, found \"t\" (record 2)" },
        { "a.json", "[{\"a\":1,\"a\":2}]",
            "a.json:1:9: the key \"a\" stands twice in this object (record 1)" },
        { "a.jsonl", "{\"a\":1}\n{\"a\":\n2}",
            "a.jsonl:2:6: expected a value, found the end of the text (record 2; one JSON" },
        { "a.jsonl", "{\"a\":1}\n[2]", "a.jsonl:2: record 2 is an array, an object was expected" },
        { "a.jsonl", "{\"a\":1} {\"a\":2}\n",
            "a.jsonl:1:9: expected the end of the text after the value, found \"{\" (record 1; one "
            "JSON" },
        { "a.jsonl", "{\"a\":\"\xFF\"}\n", "a.jsonl:1:7: not UTF-8" },
        { "a.csv", "", "a.csv: the file is empty; its first row has to name the columns" },
        { "a.csv", "q,a\n1,2,3\n",
            "a.csv:2: record 1 has 3 fields, the first row names 2 columns" },
        { "a.csv", "q,a\n1,2\n\"1,2\n",
            "a.csv:3: a quoted field that begins here is never closed" },
        { "a.csv", "q,a\n1,x\"y\n", "a.csv:2: a quote inside a field without quotes" },
        { "a.csv", "q,a\n\"1\"x,2\n", "a.csv:2: text after a closing quote" },
        { "a.csv", "q,a\n\xFF,2\n", "a.csv:2: record 1 is not UTF-8" },
        { "a.csv", "q,\xFF\n1,2\n", "a.csv:1: not UTF-8" },
        { "a.csv", "q,q\n1,2\n", "a.csv:1: two columns have the name \"q\"; rename one" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *message = read_all(cases[i].name, cases[i].text);

        if (strncmp(message, cases[i].message, strlen(cases[i].message)) != 0)
            fail_msg(
                "%s\n  gave      %s\n  expected  %s", cases[i].text, message, cases[i].message);
        free(message);
    }
}

static void test_jsonl_line_break(void **state)
{
    char *message = read_all("a.jsonl", "{\"a\":\n2}");

    (void)state;
    assert_non_null(strstr(message, "one JSON object a line was expected"));
    free(message);
}

static void test_missing(void **state)
{
    struct err err = { 0 };
    char *path = in_folder("none.json");

    (void)state;
    assert_null(records_open(path, NULL, &err));
    assert_non_null(strstr(err.message, "none.json: No such file"));
    free(path);
    path = in_folder("");
    assert_null(records_open(path, NULL, &err));
    assert_non_null(strstr(err.message, "is a folder"));
    free(path);
}

/* Records that lie across the borders of the reader's blocks, with strings and escapes on them. */
static void test_blocks(void **state)
{
    struct err err = { 0 };
    struct str text = STR_INIT;
    char *path = in_folder("long.json");
    struct records *records;
    struct record record;
    size_t count = 0;

    (void)state;
    str_add(&text, "[");
    for (unsigned i = 0; i < 5000; i++)
        str_addf(&text, "%s{\"n\":%u,\"t\":\"%.*s\\\\\\\"]}é\"}", i > 0 ? "," : "", i,
            (int)(i % 61), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    str_add(&text, "]");
    assert_true(text.len > 200000);
    write_text("long.json", text.data);
    records = records_open(path, NULL, &err);
    while (records_next(records, count % 3 != 0, &record, &err) == RECORD_READ) {
        if (count % 3 != 0) {
            assert_true(json_get(record.value, "n")->number == (double)count);
            assert_int_equal(json_get(record.value, "t")->len, count % 61 + 6);
        }
        count++;
    }
    assert_int_equal(count, 5000);
    assert_int_equal(err.code, ERR_NONE);
    records_close(records);
    str_free(&text);
    free(path);
}

static void test_record_too_large(void **state)
{
    struct str text = STR_INIT;
    char *message;

    (void)state;
    str_add(&text, "[{\"a\":\"");
    for (size_t i = 0; i < RECORD_MAX_BYTES / 16 + 1; i++)
        str_add(&text, "0123456789abcdef");
    str_add(&text, "\"}]");
    message = read_all("huge.json", text.data);
    assert_non_null(strstr(message, "a record of more than 16 MiB"));
    free(message);
    str_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_bad_skipped),
        cmocka_unit_test(test_jsonl_line_break),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_record_too_large),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
