/* Whatever the message holds, the reply is JSON of the schema's form, the same each time, and soon
 * there. */
#include "advisor_case.h"
#include "clock.h"
#include "random.h"
#include "utf8.h"

static const char *const schemas[] = { "text_gradient", "prompt_update", "joint_update",
    "sketch_update", "executor" };
enum { SCHEMAS = sizeof schemas / sizeof *schemas };

static void check_form(const cJSON *json, size_t schema)
{
    static const char *const keys[SCHEMAS][4] = {
        { "text_gradient" },
        { "updated_prompt", "changes_made" },
        { "prompts", "changes_made" },
        { "steps", "changes_made" },
        { "name", "type", "description", "prompt" },
    };
    int count = 0;

    for (size_t i = 0; i < 4 && keys[schema][i] != NULL; i++) {
        assert_non_null(cJSON_GetObjectItemCaseSensitive(json, keys[schema][i]));
        count++;
    }
    assert_int_equal(cJSON_GetArraySize(json), count);
}

static void check(const char *message, double bad)
{
    for (size_t i = 0; i < SCHEMAS; i++) {
        char *text = ask_raw("", message, schemas[i], bad, 7);
        char *again = ask_raw("", message, schemas[i], bad, 7);
        cJSON *json = cJSON_Parse(text);

        assert_non_null(json);
        assert_string_equal(text, again);
        assert_true(utf8_valid(text, strlen(text), NULL));
        check_form(json, i);
        cJSON_Delete(json);
        free(text);
        free(again);
    }
}

static void test_missing_tags(void **state)
{
    static const char *const messages[] = { "", "no tags at all", "<prompt>", "</prompt>",
        "<prompt></prompt><gradients></gradients>", "<gradients><gradient example=\"1\">Change: x",
        "<workflow>[]</workflow>", "<workflow>{</workflow>", "<workflow>[{\"id\":1}]</workflow>",
        "<workflow>[{\"id\":\"a\",\"inputs\":[\"a\"]}]</workflow><trace></trace>",
        ("<workflow>[{\"id\":\"a\",\"inputs\":[\"b\"]},{\"id\":\"b\",\"inputs\":[\"a\"]}]"
         "</workflow><trace>x</trace>"
         "<gradients><gradient example=\"1\">Change: x</gradient></gradients>"),
        "<target></target>", "<successors></successors>",
        "<successors><successor id=\"a\"></successor></successors>",
        "<prompts><step id=\"\"></step><step></step></prompts>", "<step>:(</step>",
        "<step>a: b ()</step>",
        "<inputs>## question\n\n\n</inputs><output></output><target>x</target><loss>score: </loss>",
        "<inputs>[1] | \n[]|\n[1]x|y</inputs><target>y</target>", "\xff\xfe<target>\xc3</target>" };

    (void)state;
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        check(messages[i], 0);
        check(messages[i], 1);
    }
}

static void test_says_what_is_missing(void **state)
{
    char *text = ask_raw("", "nothing here", "sketch_update", 0, 0);

    (void)state;
    assert_non_null(strstr(text, "no readable <workflow>"));
    free(text);
    text = ask_raw("", "nothing here", "prompt_update", 0, 0);
    assert_non_null(strstr(text, "no <prompt>"));
    free(text);
    text = ask_raw("", "nothing here", "text_gradient", 0, 0);
    assert_non_null(strstr(text, "Change: nothing"));
    free(text);
}

/* Bits of real messages in any order, with bytes of any value between them. */
static char *garble(struct random *random)
{
    static const char *const bits[] = { "<prompt>", "</prompt>", "<inputs>", "</inputs>",
        "<output>", "<output step=\"a\">", "</output>", "<target>", "</target>", "<loss>",
        "score: 0.5", "</loss>", "<trace>", "</trace>", "<workflow>",
        ("[{\"id\":\"a\",\"kind\":\"llm\",\"description\":\"Answer.\",\"inputs\":[\"question\"],"
         "\"tools\":[]}]"),
        "</workflow>", "<gradients>", "<gradient example=\"1\">", "</gradient>", "</gradients>",
        "<successors>", "<successor id=\"b\">", "</successor>", "</successors>",
        "## question\n\nWhen was A B born?\n", "## search\n\n[1] A B | A B was born in 1921.\n",
        "1921", "yes", "Change: ", "Wanted: \"", "\"", "Step: \"a\"", "<step id=\"a\">", "<step>",
        "</step>", "a: b (tool)", "<prompts>", "</prompts>", "<tools>\nsearch: finds\n</tools>",
        "This step drops what the next steps need.",
        "The output is longer than the answer: the answer is a short span of it or of the text.",
        "A step adds nothing: it gives back what it was given, or nothing.", "\xf0\x9f",
        "\x01\x1b[31m", "<", "</", ">" };
    struct str out = STR_INIT;
    size_t count = random_below(random, 40);

    for (size_t i = 0; i < count; i++) {
        str_add(&out, bits[random_below(random, sizeof bits / sizeof *bits)]);
        if (random_below(random, 8) == 0)
            str_add_char(&out, (char)(1 + random_below(random, 255)));
    }
    str_add(&out, "");
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

static void test_fuzz(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 11);
    for (size_t i = 0; i < 1500; i++) {
        char *message = garble(&random);

        check(message, i % 2 == 0 ? 0 : 1);
        free(message);
    }
}

static void check_large(const char *head, const char *piece, const char *tail)
{
    struct str message = STR_INIT;

    str_add(&message, head);
    while (message.len < 1 << 20)
        str_add(&message, piece);
    str_add(&message, tail);
    for (size_t i = 0; i < SCHEMAS; i++) {
        int64_t before = clock_us();
        char *text = ask_raw("", str_text(&message), schemas[i], 0, 0);
        cJSON *json = cJSON_Parse(text);

        assert_non_null(json);
        if (clock_us() - before > 500000)
            print_message("%s: %lld ms\n", schemas[i], (long long)((clock_us() - before) / 1000));
        /* a generous bound: sanitizers and a busy machine included */
        assert_true(clock_us() - before < 8000000);
        cJSON_Delete(json);
        free(text);
    }
    str_free(&message);
}

static void test_one_megabyte(void **state)
{
    (void)state;
    check_large("", "x", "");
    check_large("", "<", "");
    check_large("",
        "<gradient example=\"1\">Change: This step drops what the next steps need.</gradient>", "");
    check_large("<prompts>", "<step id=\"a\"><prompt>Answer.</prompt></step>", "</prompts>");
    check_large(
        "<target>1921</target><inputs>## question\n\nWhen was A B born in 1921?\n\n## search\n\n",
        "[1] A B | A B was born in 1921 1921 1921 1921.\n",
        "</inputs><output>1922</output><loss>score: 0.0</loss>");
    check_large("<target>1921</target><inputs>## question\n\nWhen was A B born?\n\n## text\n\n",
        "1921 born A B ", "</inputs><output>x</output>");
    check_large("<target>1921</target><inputs>## question\n\n", "When was A B born 1921 ",
        "?</inputs><output>x</output>");
    check_large("<workflow>[", "{\"id\":\"a\",\"inputs\":[\"b\"]},",
        "{\"id\":\"z\"}]</workflow><trace>x</trace>");
    check_large("<workflow>", "[", "</workflow><trace>x</trace>");
    check_large("<prompt>", "Answer the question. ", "</prompt><gradients>x</gradients>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_tags),
        cmocka_unit_test(test_says_what_is_missing),
        cmocka_unit_test(test_fuzz),
        cmocka_unit_test(test_one_megabyte),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
