/* Prompts to instructions: every canonical sentence, paraphrases, negations, conflicts; the manual
 * names each sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "file.h"
#include "mem.h"
#include "vocabulary.h"

static void expect_only(const char *prompt, enum instruction id)
{
    struct instructions how;

    vocabulary_read(prompt, &how);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        bool task = vocabulary_entry((enum instruction)i)->group == GROUP_TASK;
        bool want = i == (unsigned)id || (task && how.task == (enum instruction)i);

        if (how.on[i] != want)
            print_error("\"%s\": %s is %s\n", prompt, vocabulary_entry((enum instruction)i)->name,
                how.on[i] ? "on" : "off");
        assert_int_equal(how.on[i], want);
    }
    if (vocabulary_entry(id)->group == GROUP_TASK)
        assert_int_equal(how.task, id);
}

static void test_canonical(void **state)
{
    (void)state;
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        expect_only(vocabulary_entry((enum instruction)i)->sentence, (enum instruction)i);
}

static void test_names(void **state)
{
    (void)state;
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        assert_int_equal(vocabulary_find(vocabulary_entry((enum instruction)i)->name), i);
    assert_int_equal(vocabulary_find("no-such"), INSTRUCTION_COUNT);
}

static void test_paraphrases(void **state)
{
    static const struct {
        const char *prompt;
        enum instruction id;
    } cases[] = {
        { "Output only the answer.", INSTRUCTION_SHORTEST_SPAN },
        { "Answer as briefly as possible, with nothing else.", INSTRUCTION_SHORTEST_SPAN },
        { "Keep the answer short.", INSTRUCTION_SHORTEST_SPAN },
        { "Use a complete sentence.", INSTRUCTION_FULL_SENTENCE },
        { "For a question of that form reply with yes or no.", INSTRUCTION_YES_NO },
        { "Formulate a query for the search engine.", INSTRUCTION_WRITE_QUERY },
        { "Identify the bridge entity.", INSTRUCTION_NAME_BRIDGE },
        { "Check the draft answer.", INSTRUCTION_VERIFY },
        { "Combine facts from several passages by linking the entities.",
            INSTRUCTION_FOLLOW_BRIDGE },
        { "Consider every paragraph.", INSTRUCTION_ALL_PASSAGES },
        { "Think step by step.", INSTRUCTION_VERBOSE },
        { "Do not rely on outside knowledge, but rely only on the context.",
            INSTRUCTION_ONLY_PASSAGES },
        { "Only read the first paragraph.", INSTRUCTION_FIRST_PASSAGE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_only(cases[i].prompt, cases[i].id);
}

static void test_unknown_words_do_nothing(void **state)
{
    (void)state;
    expect_only("", INSTRUCTION_ANSWER);
    expect_only(
        "You are a helpful assistant. Be careful and take pride in your work!", INSTRUCTION_ANSWER);
    expect_only("# Input format\nA question and some passages found by a search query.",
        INSTRUCTION_ANSWER);
}

static void test_negations(void **state)
{
    (void)state;
    expect_only("Do not answer in a full sentence.", INSTRUCTION_ANSWER);
    expect_only("Never cite the source.", INSTRUCTION_ANSWER);
    expect_only("Answer without explaining your reasoning.", INSTRUCTION_ANSWER);
    expect_only("Give the shortest span rather than a full sentence.", INSTRUCTION_SHORTEST_SPAN);
    expect_only(
        "Do not explain your reasoning, give the shortest span.", INSTRUCTION_SHORTEST_SPAN);
    expect_only("Give the shortest span. Do not give the shortest span.", INSTRUCTION_ANSWER);
}

static void test_conflicts(void **state)
{
    (void)state;
    expect_only("Answer in a full sentence. Give the shortest exact answer span.",
        INSTRUCTION_SHORTEST_SPAN);
    expect_only("Give the shortest exact answer span. Answer in a full sentence.",
        INSTRUCTION_FULL_SENTENCE);
    expect_only(
        "Answer the question. Write a search query for the question.", INSTRUCTION_WRITE_QUERY);
    expect_only("Write a search query that helps to answer the question.", INSTRUCTION_WRITE_QUERY);
    expect_only("Read all passages. Use only the first passage.", INSTRUCTION_FIRST_PASSAGE);
}

static void test_section_name(void **state)
{
    struct instructions how;

    (void)state;
    vocabulary_read("Pass on the section search_2 unchanged.", &how);
    assert_int_equal(how.task, INSTRUCTION_COPY);
    assert_string_equal(how.section, "search_2");
}

static void test_manual(void **state)
{
    const char *source = getenv("FLOWBOT_SOURCE");
    char *path = file_join(source != NULL ? source : ".", "docs/BUILTIN.md");
    struct str text = STR_INIT;
    struct err err = { 0 };

    (void)state;
    if (!file_read(path, 1000000, &text, &err))
        fail_msg("%s", err.message);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        const struct instruction_entry *entry = vocabulary_entry((enum instruction)i);

        if (strstr(str_text(&text), entry->sentence) == NULL ||
            strstr(str_text(&text), entry->note) == NULL)
            fail_msg("docs/BUILTIN.md lacks sentence or note of %s; print the table with: "
                     "reader_bench --manual",
                entry->name);
    }
    str_free(&text);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_canonical),
        cmocka_unit_test(test_names), cmocka_unit_test(test_paraphrases),
        cmocka_unit_test(test_unknown_words_do_nothing), cmocka_unit_test(test_negations),
        cmocka_unit_test(test_conflicts), cmocka_unit_test(test_section_name),
        cmocka_unit_test(test_manual) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
