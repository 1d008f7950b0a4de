#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "anthropic.h"
#include "event_scan.h"
#include "mem.h"
#include "openai.h"
#include "random.h"

/* The scan of the usual event against the tree: what it takes means the same, and it does take the
 * usual event. */

enum { SEEDS = 32, ROUNDS = 1600 };

typedef bool reader(struct partial *partial, const char *name, const char *data, size_t len);

static unsigned trees;

static void *count_malloc(size_t size)
{
    trees++;
    return malloc(size);
}

static bool is_scanned(reader *read, const char *event)
{
    cJSON_Hooks hooks = { count_malloc, free };
    struct partial partial = { .served_by = { 0 } };
    char *data = mem_strdup(event);

    str_add(&partial.served_by, "known");
    trees = 0;
    cJSON_InitHooks(&hooks);
    (void)read(&partial, "message", data, strlen(data));
    cJSON_InitHooks(NULL);
    partial_free(&partial);
    free(data);
    return trees == 0;
}

#define BEGIN \
    "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"," \
    "\"choices\":[{"

static const char *const openai_usual[] = {
    BEGIN "\"index\":0,\"delta\":{\"content\":\"Hi\"},\"logprobs\":null,\"finish_reason\":null}]}",
    BEGIN
    "\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}],"
    "\"usage\":null,\"obfuscation\":\"x9\"}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\\n\\\"b\\\\ \\/ \\t\\b\\f\\r é東🙂\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":null,\"reasoning_content\":\"so \"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"reasoning\":\"so \",\"reasoning_content\":\"or\"}}]}",
    BEGIN "\"delta\":{\"content\":\"a\",\"tool_calls\":[],\"refusal\":null},\"index\":0}]}",
    "{ \"choices\" : [ { \"delta\" : { \"content\" : \"a\" } , \"index\" : 0 } ] } ",
    BEGIN "\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"length\"}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"\"}]}",
    BEGIN "\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}]}",
    BEGIN "\"index\":0,\"delta\":{},\"finish_reason\":\"insufficient_system_resource\"}]}",
    BEGIN
    "\"index\":0,\"delta\":{},\"finish_reason\":\"a reason with more letters than are kept of "
    "one, of which there are sixty-four\"}]}",
    BEGIN
    "\"content_filter_results\":{\"hate\":{\"filtered\":false,\"score\":-1.5e-3},\"x\":[1,[]]},"
    "\"delta\":{\"content\":\"a\"},\"index\":0}],\"error\":null}",
};

static const char *const openai_unusual[] = {
    BEGIN "\"index\":0,\"delta\":{\"content\":\"\\u00e9\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"st\\u006fp\"}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":7}]}",
    BEGIN "\"index\":1,\"delta\":{\"content\":\"other\"}}]}",
    BEGIN "\"index\":00,\"delta\":{\"content\":\"a\"}}]}",
    BEGIN "\"index\":0.0,\"delta\":{\"content\":\"a\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\",\"content\":\"b\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"c\\u006fntent\":\"a\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\\q\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":[{\"text\":\"a\"}]}}]}",
    BEGIN "\"index\":0,\"delta\":{\"refusal\":\"no\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\","
          "\"arguments\":\"{}\"}}]}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}},{\"index\":1,\"delta\":{}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}}],\"usage\":{\"prompt_tokens\":3,"
          "\"completion_tokens\":4}}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}}],\"error\":{\"message\":\"full\"}}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}}],\"error\":\"full\"}",
    BEGIN "\"index\":0,\"message\":{\"content\":\"a\"}}]}",
    BEGIN "\"index\":0,\"delta\":null,\"message\":{\"content\":\"a\"}}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}}]} x",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"}}]",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\"},}]}",
    BEGIN "\"index\":0,\"delta\":{\"content\":\"a\tb\"}}]}",
    "\xef\xbb\xbf{\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"object\":\"error\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"object\":\"err\\u006fr\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"x\":\"\\ud800\",\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"x\":01,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"x\":tru,\"choices\":[{\"delta\":{\"content\":\"a\"}}]}",
    "{\"choices\":[]}",
    "{\"choices\":null}",
    "{}",
    "[]",
    "",
};

#define BLOCK "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"

static const char *const anthropic_usual[] = {
    BLOCK "{\"type\":\"text_delta\",\"text\":\"Hi \\\"you\\\"\"}}",
    BLOCK "{\"type\":\"thinking_delta\",\"thinking\":\"so\"}}",
    BLOCK "{\"text\":\"é\",\"type\":\"text_delta\"},\"error\":null}",
};

static const char *const anthropic_unusual[] = {
    BLOCK "{\"type\":\"text_delta\",\"text\":\"\\u00e9\"}}",
    BLOCK "{\"type\":\"text_delta\",\"text\":\"a\"},\"type\":\"error\"}",
    BLOCK "{\"type\":\"text_delta\",\"text\":\"a\"},\"error\":{\"message\":\"full\"}}",
    BLOCK "{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":\"}}",
    BLOCK "{\"type\":\"signature_delta\",\"signature\":\"a\"}}",
    BLOCK "{\"type\":\"text_delta\",\"text\":7}}",
    "{\"delta\":{\"type\":\"text_delta\",\"text\":\"a\"}}",
    "{\"type\":\"message_start\",\"message\":{\"model\":\"m\",\"usage\":{\"input_tokens\":3}}}",
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_"
    "tokens\":4}}",
    "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":"
    "\"t\",\"name\":\"f\",\"input\":{}}}",
    "{\"type\":\"message_stop\"}",
    "{\"type\":\"ping\"}",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void test_usual(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(openai_usual); i++)
        if (!is_scanned(openai_on_event, openai_usual[i]))
            fail_msg("a tree was built of %s", openai_usual[i]);
    for (size_t i = 0; i < COUNT(anthropic_usual); i++)
        if (!is_scanned(anthropic_on_event, anthropic_usual[i]))
            fail_msg("a tree was built of %s", anthropic_usual[i]);
    assert_false(is_scanned(openai_on_event, openai_unusual[0]));
    assert_false(is_scanned(openai_on_event_tree, openai_usual[0]));
}

/* All that the partial holds, in words. */
static void describe(const struct partial *partial, bool more, struct str *out)
{
    str_addf(out, "%d|%s|%s|%s|%s|%s", more, str_text(&partial->content),
        str_text(&partial->reasoning), str_text(&partial->refusal), str_text(&partial->finish),
        str_text(&partial->served_by));
    for (size_t i = 0; i < partial->call_count; i++)
        str_addf(out, "|%llu %s %s %s", (unsigned long long)partial->calls[i].index,
            str_text(&partial->calls[i].id), str_text(&partial->calls[i].name),
            str_text(&partial->calls[i].arguments));
    str_addf(out, "|%llu %llu %llu %d", (unsigned long long)partial->usage.in,
        (unsigned long long)partial->usage.cached_in, (unsigned long long)partial->usage.out,
        partial->usage_known);
    str_addf(out, "|%llx %llx %d|%d %s", (unsigned long long)partial->begun,
        (unsigned long long)partial->finished, partial->ended, (int)partial->fault.kind,
        str_text(&partial->fault.message));
}

/* The event by one reader, with or without the model's name known, with a small maximum, behind an
 * event like it (`earlier`) or as the first. */
static void read_one(
    reader *read, const char *earlier, const struct str *event, unsigned seed, struct str *out)
{
    struct partial partial = { .max = (seed & 1) != 0 ? 6 : 0 };
    char *data = mem_strdup(earlier);
    bool more;

    if ((seed & 2) != 0)
        str_add(&partial.served_by, "known");
    if ((seed & 16) != 0)
        str_addf(out, "%d ", read(&partial, "message", data, strlen(data)));
    free(data);
    data = mem_strndup(str_text(event), event->len);
    more =
        partial.ended || read(&partial, (seed & 12) == 12 ? "error" : "message", data, event->len);
    describe(&partial, more, out);
    partial_free(&partial);
    free(data);
}

static void check_same(
    reader *read, reader *tree, const char *earlier, const struct str *event, unsigned seed)
{
    struct str a = STR_INIT, b = STR_INIT;

    read_one(read, earlier, event, seed, &a);
    read_one(tree, earlier, event, seed, &b);
    if (a.len != b.len || memcmp(a.data, b.data, a.len) != 0)
        fail_msg("%s\n  scanned %s\n  tree    %s", str_text(event), a.data, b.data);
    str_free(&a);
    str_free(&b);
}

/* A few bytes of it are changed, doubled, dropped or put elsewhere. */
static void mutate(struct random *random, struct str *event)
{
    static const char bytes[] = "{}[]\",:\\/ \n\tnul0123eE+-.abu\xc3\xa9\x01\x7f";
    size_t at = random_below(random, event->len + 1);
    size_t len = event->len - at > 0 ? random_below(random, event->len - at) : 0;
    struct str out = STR_INIT;

    len = random_below(random, 4) > 0 && len > 8 ? 1 + len % 8 : len;
    str_add_n(&out, str_text(event), at);
    switch (random_below(random, 4)) {
    case 0:
        str_add_char(&out, bytes[random_below(random, sizeof bytes - 1)]);
        break;
    case 1:
        str_add_char(&out, bytes[random_below(random, sizeof bytes - 1)]);
        len = 0;
        break;
    case 2:
        str_add_n(&out, event->data + at, len);
        len = 0;
        break;
    default:
        break;
    }
    str_add_n(&out, event->data + at + len, event->len - at - len);
    str_free(event);
    *event = out;
}

static void check_list(reader *read, reader *tree, const char *const *list, size_t count)
{
    struct random random;

    random_seed(&random, 5);
    for (size_t i = 0; i < count; i++) {
        for (unsigned round = 0; round < ROUNDS; round++) {
            struct str event = STR_INIT;

            str_add(&event, list[i]);
            for (unsigned edits = round < SEEDS ? 0 : 1 + round % 3; edits > 0; edits--)
                mutate(&random, &event);
            check_same(read, tree, list[i], &event, round % SEEDS);
            str_free(&event);
        }
    }
}

static void test_openai_same(void **state)
{
    (void)state;
    check_list(openai_on_event, openai_on_event_tree, openai_usual, COUNT(openai_usual));
    check_list(openai_on_event, openai_on_event_tree, openai_unusual, COUNT(openai_unusual));
}

static void test_anthropic_same(void **state)
{
    (void)state;
    check_list(
        anthropic_on_event, anthropic_on_event_tree, anthropic_usual, COUNT(anthropic_usual));
    check_list(
        anthropic_on_event, anthropic_on_event_tree, anthropic_unusual, COUNT(anthropic_unusual));
}

static const struct scan_shape inner[] = {
    { "t", SCAN_TEXT, 1, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};
static const struct scan_shape shape[] = {
    { "o", SCAN_OBJECT, 0, inner },
    { "z", SCAN_ZERO, 2, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};

static bool scans(struct scan *scan, const char *event)
{
    char *data = mem_strdup(event);
    bool ok = scan_event(scan, shape, data, strlen(event));

    if (scan->texts[1].at != NULL)
        scan->texts[1].at = (char *)"found"; /* what it points to goes away */
    free(data);
    return ok;
}

static void test_scan(void **state)
{
    struct scan scan;
    char deep[200];

    (void)state;
    assert_true(scans(&scan, "{\"o\":{\"t\":\"x\\\"\"},\"z\":0}"));
    assert_string_equal(scan.texts[1].at, "found");
    assert_int_equal(scan.texts[1].len, 3);
    assert_true(scan.texts[1].is_escaped);
    assert_int_equal(scan.seen, 7);
    assert_true(scans(&scan, "{\"o\":{\"t\":null}}"));
    assert_null(scan.texts[1].at);
    assert_false(scans(&scan, "{\"o\":{\"t\":\"x"));
    assert_false(scans(&scan, "{\"o\":{\"t\":\"x\\"));
    assert_false(scans(&scan, "{\"z\":0"));
    assert_false(scans(&scan, "{\"z\":01}"));
    assert_false(scans(&scan, ""));
    (void)snprintf(deep, sizeof deep, "{\"x\":%.40s1%.40s}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    assert_false(scans(&scan, deep));
}

static const char event_a[] = BEGIN "\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}";

static bool is_again(const char *event, const char *text)
{
    struct scan_frame frame = { .before = STR_INIT };
    const struct scan_text kept = { .at = strstr(event_a, "Hi"), .len = 2 };
    char *data = mem_strndup(event, strlen(event));
    const char *found;
    size_t len;
    bool again;

    scan_keep(&frame, event_a, strlen(event_a), &kept);
    again = scan_again(&frame, data, strlen(data), &found, &len);
    if (again)
        assert_true(len == strlen(text) && memcmp(found, text, len) == 0);
    scan_forget(&frame);
    free(data);
    return again;
}

static void test_again(void **state)
{
    static const char other[] = BEGIN "\"index\":0,\"delta\":{\"content\":";
    const struct {
        const char *rest, *text;
    } known[] = {
        { "\"\"}}]}", "" },
        { "\" é東\"}}]}", " é東" },
        { "\"}}]}{}}]}\"}}]}", "}}]}{}}]}" },
    };
    static const char *const unknown[] = { "\"}}]}", "\"a\"b\"}}]}", "\"a\\\"}}]}", "\"a\\n\"}}]}",
        "\"a\n\"}}]}", "\"a\"}}]} ", "null}}]}", "" };
    struct scan_frame none = { .before = STR_INIT };
    const char *found;
    size_t len;

    (void)state;
    for (size_t i = 0; i < COUNT(known); i++) {
        char *event = mem_printf("%s%s", other, known[i].rest);

        assert_true(is_again(event, known[i].text));
        free(event);
    }
    for (size_t i = 0; i < COUNT(unknown); i++) {
        char *event = mem_printf("%s%s", other, unknown[i]);

        if (is_again(event, ""))
            fail_msg("it is not the same again: %s", event);
        free(event);
    }
    assert_false(scan_again(&none, "", 0, &found, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_usual),
        cmocka_unit_test(test_openai_same),
        cmocka_unit_test(test_anthropic_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
