/* Any input answers, quickly, without a crash, the same way twice; run under the sanitizers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "builtin.h"
#include "mem.h"
#include "random.h"
#include "str.h"
#include "vocabulary.h"

enum {
    FUZZ_ROUNDS = 1500,
    MEGABYTE = 1 << 20,
    PATIENCE_MS = 4000 /* with sanitizers, on a busy machine */
};

static char *ask(const char *prompt, const char *message)
{
    static const char *const tools[] = { "search" };
    struct builtin_turn turns[2] = { { BUILTIN_USER, message }, { BUILTIN_TOOL_RESULT, message } };
    struct builtin_request request = { .system = prompt,
        .turns = turns,
        .turn_count = 2,
        .tools = tools,
        .tool_count = strlen(message) % 2 };
    struct builtin_reply reply = builtin_execute(&request);
    char *text = mem_printf("%s|%s|%s", reply.text, reply.tool != NULL ? reply.tool : "",
        reply.tool_text != NULL ? reply.tool_text : "");

    builtin_reply_free(&reply);
    return text;
}

static void add_noise(struct random *random, struct str *out)
{
    static const char *const pieces[] = { "## ", "## question\n\n", "\n\n", "[1] ", "[12] A | ",
        " | ", "Who ", "which ", "What year ", " or ", " and ", "Are both ", "born ",
        "12 June 1915", "June", "1999", "1,000", "\"", "(", ")", "Ivo Marsh ", "the ", "of ", ". ",
        "? ", "–", "“", "\xC3", "\xE2\x80", "\xFF", "'s ", "-", "U.S. ", "000000000000000000000",
        ",", "&", "million ", "how many ", "same ", "first " };

    if (random_below(random, 12) == 0)
        str_add_char(out, (char)(1 + random_below(random, 255)));
    else
        str_add(out, pieces[random_below(random, sizeof pieces / sizeof *pieces)]);
}

static void test_fuzz(void **state)
{
    struct random random;

    (void)state;
    random_seed(&random, 7);
    for (size_t i = 0; i < FUZZ_ROUNDS; i++) {
        struct str prompt = STR_INIT, message = STR_INIT;
        size_t pieces = random_below(&random, 120);
        char *once, *twice;

        for (size_t k = random_below(&random, 8); k > 0; k--)
            str_addf(&prompt, "%s ",
                vocabulary_entry((enum instruction)random_below(&random, INSTRUCTION_COUNT))
                    ->sentence);
        for (size_t k = 0; k < pieces; k++)
            add_noise(&random, &message);
        once = ask(str_text(&prompt), str_text(&message));
        twice = ask(str_text(&prompt), str_text(&message));
        assert_string_equal(once, twice);
        free(once);
        free(twice);
        str_free(&prompt);
        str_free(&message);
    }
}

/* Every task over one megabyte that repeats `piece`. */
static void expect_quick(const char *head, const char *piece)
{
    struct str message = STR_INIT;

    str_add(&message, head);
    while (message.len < MEGABYTE)
        str_add(&message, piece);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        char *prompt;
        clock_t start;

        if (vocabulary_entry((enum instruction)i)->group != GROUP_TASK)
            continue;
        prompt = mem_printf("Read all passages. Rank the sentences by rare words. Follow the "
                            "bridge. Give the shortest span. %s",
            vocabulary_entry((enum instruction)i)->sentence);
        start = clock(); /* CPU time: what else the machine does is not in it */

        free(ask(prompt, str_text(&message)));
        assert_true((clock() - start) / (CLOCKS_PER_SEC / 1000) < PATIENCE_MS);
        free(prompt);
    }
    str_free(&message);
}

static void test_huge(void **state)
{
    (void)state;
    expect_quick("## question\n\nWhich town or city?\n\n## p\n\n",
        "[1] Ulm Town | Ulm Town of Ulm was in Ulm, \"Ulm\" 1999.\n");
    expect_quick("", "Aa Bb. ");
    expect_quick("## question\n\n", "who or A and B ");
    expect_quick("", "((((\"\"\"\"");
    expect_quick("", "## x\n");
    expect_quick("## question\n\nq\n\n## p\n\n[1] T | ", "9");
    expect_quick("## question\n\nq\n\n## p\n\n[1] T | ", "x");
}

static void test_empty(void **state)
{
    struct builtin_request request = { .system = NULL };
    struct builtin_reply reply = builtin_execute(&request);

    (void)state;
    assert_string_equal(reply.text, "unknown");
    assert_null(reply.tool);
    builtin_reply_free(&reply);
    builtin_reply_free(&reply);
    assert_int_equal(builtin_tokens(""), 1);
    assert_int_equal(builtin_tokens("12345"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_fuzz), cmocka_unit_test(test_huge),
        cmocka_unit_test(test_empty) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
