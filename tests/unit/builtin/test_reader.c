/* The reader on invented sentences: every kind of question, form and task; instructions switched on
 * one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "builtin.h"
#include "mem.h"
#include "str.h"
#include "vocabulary.h"

static const char full[] = "Answer the question. Give the shortest exact answer span. Answer yes "
                           "or no when the question asks for it. Answer with "
                           "exactly the kind of thing that the question asks for. Give only the "
                           "year where a year is asked for. Read all passages "
                           "before you answer. Rank the sentences by the rare words of the "
                           "question. Take the title of a passage as the subject "
                           "of its sentences. Follow the bridge entity: use a name found in one "
                           "passage to read another. Prefer a name that the "
                           "passages describe with the noun the question asks for. For a "
                           "comparison, look up the value of each option and "
                           "compare them. Treat an alias or a short form of a name as the same "
                           "name. List all answers where several are asked for.";

static const char passages[] = "[1] Orla Venn | Orla Venn (born 3 March 1921 in Tarnholt) was a "
                               "Keltish painter and glass maker. She painted \"The Red "
                               "Ferry\" in 1954. She was married to the composer Ivo Marsh.\n"
                               "[2] Ivo Marsh | Ivo Marsh (12 June 1915 – 9 May 1988) was a "
                               "composer who wrote the opera \"Night Harvest\". He taught "
                               "at Brindle College for eleven years.\n"
                               "[3] Tarnholt | Tarnholt is a port town on the River Ulse with a "
                               "population of 48,210. It was founded in 1340 by "
                               "Duke Emmerich.\n"
                               "[4] Brindle College | Brindle College is a private college in "
                               "Ostwick. It was established in 1872.\n"
                               "[5] Corran Bridge | Corran Bridge is a stone bridge over the River "
                               "Ulse. It is 312 metres long and was opened in 1899.\n"
                               "[6] Sella Bridge | Sella Bridge is a steel bridge near Ostwick. It "
                               "is 845 metres long and was opened in 1931.\n"
                               "[7] Night Harvest | Night Harvest is a 1949 opera in three acts, "
                               "first performed at the Larch Theatre.\n";

static char *answer_with(const char *prompt, const char *question, const char *lines)
{
    char *message = mem_printf("## question\n\n%s\n\n## paragraphs\n\n%s", question, lines);
    struct builtin_turn turn = { BUILTIN_USER, message };
    struct builtin_request request = { .system = prompt, .turns = &turn, .turn_count = 1 };
    struct builtin_reply reply = builtin_answer(&request);
    char *text = mem_strdup(reply.text);

    builtin_reply_free(&reply);
    free(message);
    return text;
}

static void expect(const char *question, const char *want)
{
    char *got = answer_with(full, question, passages);

    if (strcmp(got, want) != 0)
        print_error("%s\n  want %s\n  got  %s\n", question, want, got);
    assert_string_equal(got, want);
    free(got);
}

static void test_one_hop(void **state)
{
    (void)state;
    expect("When was Orla Venn born?", "3 March 1921");
    expect("In what year was Orla Venn born?", "1921");
    expect("Who founded Tarnholt?", "Duke Emmerich");
    expect("What is the population of Tarnholt?", "48,210");
    expect("Which opera was written by Ivo Marsh?", "Night Harvest");
}

static void test_two_hops(void **state)
{
    (void)state;
    expect("In what year was the birthplace of Orla Venn founded?", "1340");
    expect("In what year was the college where the composer of Night Harvest taught established?",
        "1872");
    expect("In what year did the husband of Orla Venn die?", "1988");
}

static void test_comparison(void **state)
{
    (void)state;
    expect("Who is older, Orla Venn or Ivo Marsh?", "Ivo Marsh");
    expect("Who was born later, Orla Venn or Ivo Marsh?", "Orla Venn");
    expect("Which bridge is longer, Corran Bridge or Sella Bridge?", "Sella Bridge");
    expect("Which bridge is shorter, Corran Bridge or Sella Bridge?", "Corran Bridge");
    expect("Which was opened first, Corran Bridge or Sella Bridge?", "Corran Bridge");
    expect("Which one is near Ostwick, Corran Bridge or Sella Bridge?", "Sella Bridge");
}

static void test_yes_no(void **state)
{
    (void)state;
    expect("Are both Corran Bridge and Sella Bridge made of steel?", "no");
    expect("Are Corran Bridge and Sella Bridge both bridges?", "yes");
    expect("Is Brindle College in Ostwick?", "yes");
}

/* Each pair: the same question with and without one instruction. */
static void expect_form(
    const char *sentence, const char *question, const char *without, const char *with)
{
    char *prompt = mem_printf("%s %s", full, sentence);
    char *a = answer_with(full, question, passages);
    char *b = answer_with(prompt, question, passages);

    assert_string_equal(a, without);
    assert_string_equal(b, with);
    free(a);
    free(b);
    free(prompt);
}

static void test_forms(void **state)
{
    (void)state;
    expect_form("Write the answer in lower case.", "Who founded Tarnholt?", "Duke Emmerich",
        "duke emmerich");
    expect_form("Write the answer in upper case.", "Who founded Tarnholt?", "Duke Emmerich",
        "DUKE EMMERICH");
    expect_form(
        "Give a number together with its unit.", "How long is Sella Bridge?", "845", "845 metres");
    expect_form(
        "Write numbers in digits.", "For how many years did Ivo Marsh teach?", "eleven", "11");
    expect_form("Answer in a full sentence.", "Who founded Tarnholt?", "Duke Emmerich",
        "It was founded in 1340 by Duke Emmerich.");
    expect_form("Do not answer in a full sentence.", "Who founded Tarnholt?", "Duke Emmerich",
        "Duke Emmerich");
    expect_form("Cite the source of the answer.", "Who founded Tarnholt?", "Duke Emmerich",
        "Duke Emmerich (source: Tarnholt)");
    expect_form(
        "Leave out dates and numbers.", "When was Orla Venn born?", "3 March 1921", "unknown");
    expect_form("Frobnicate the answer with care.", "Who founded Tarnholt?", "Duke Emmerich",
        "Duke Emmerich");
    expect_form("Hedge the answer where you are not certain.", "Who founded Tarnholt?",
        "Duke Emmerich", "It is possibly Duke Emmerich");
}

static void test_data_decides(void **state)
{
    char *nothing = answer_with(full, "Who founded Tarnholt?", "");
    char *option = answer_with("Answer the question. Give the shortest exact answer span.",
        "Who is older, Orla Venn or Ivo Marsh?", "");
    char *unknown = answer_with("Answer the question. Give the shortest exact answer span. Say "
                                "unknown when the passages do not answer the question.",
        "Who invented the gyroscope?", passages);
    char *first = answer_with(
        "Answer the question. Give the shortest exact answer span. Use only the first passage.",
        "Who founded Tarnholt?", passages);

    (void)state;
    assert_string_equal(nothing, "unknown");
    assert_string_equal(option, "Orla Venn");
    assert_string_equal(unknown, "unknown");
    assert_null(strstr(first, "Emmerich"));
    free(nothing);
    free(option);
    free(unknown);
    free(first);
}

static void test_tasks(void **state)
{
    static const char rank[] = " Rank the sentences by the rare words of the question.";
    char *query = answer_with("Write a search query for the question.",
        "In which town was the painter Orla Venn born?", "");
    char *name = answer_with(
        "Name the bridge entity. Follow the bridge entity: use a name found in one passage to read "
        "another. Rank the sentences by the rare words of the question.",
        "In what year was the birthplace of Orla Venn founded?",
        "[1] Orla Venn | Orla Venn (born 3 March 1921 in Tarnholt) was a Keltish painter.\n");
    char *next = answer_with(
        "Write a search query for the bridge entity found in the passages, with what is still "
        "asked about it. Rank the sentences by the rare words of the question.",
        "In what year was the birthplace of Orla Venn founded?",
        "[1] Orla Venn | Orla Venn (born 3 March 1921 in Tarnholt) was a Keltish painter.\n");
    char *prompt =
        mem_printf("Answer with the title of the supporting passage. Read all passages.%s", rank);
    char *title = answer_with(prompt, "Which college was established in 1872?", passages);
    char *values =
        answer_with("List the compared value of each option. Read all passages before you answer.",
            "Which bridge is longer, Corran Bridge or Sella Bridge?", passages);

    (void)state;
    assert_string_equal(query, "town painter Orla Venn born");
    assert_string_equal(name, "Tarnholt");
    assert_non_null(strstr(next, "Tarnholt"));
    assert_non_null(strstr(next, "founded"));
    assert_null(strstr(next, "Orla"));
    assert_string_equal(title, "Brindle College");
    assert_string_equal(values, "Corran Bridge: 312\nSella Bridge: 845");
    free(query);
    free(name);
    free(next);
    free(prompt);
    free(title);
    free(values);
}

static char *execute(const char *prompt, const char *message)
{
    struct builtin_turn turn = { BUILTIN_USER, message };
    struct builtin_request request = { .system = prompt, .turns = &turn, .turn_count = 1 };
    struct builtin_reply reply = builtin_answer(&request);
    char *text = mem_strdup(reply.text);

    builtin_reply_free(&reply);
    return text;
}

static void test_chains(void **state)
{
    char *copied = execute("Pass on the section notes unchanged.",
        "## question\n\nq\n\n## notes\n\nkeep  this\n\n## other\n\nno\n");
    char *facts = execute("Extract the facts that the question needs. Read all passages. Rank the "
                          "sentences by the rare words of the question.",
        "## question\n\nWho founded Tarnholt?\n\n## p\n\n[1] Tarnholt | Tarnholt is a town. It was "
        "founded in 1340 by Duke Emmerich.\n");
    char *message = mem_printf("## question\n\nWho founded Tarnholt?\n\n## facts\n\n%s", facts);
    char *answer = execute(full, message);

    (void)state;
    assert_string_equal(copied, "keep  this");
    assert_non_null(strstr(
        facts, "[1] Tarnholt | Tarnholt is a town. It was founded in 1340 by Duke Emmerich."));
    assert_string_equal(answer, "Duke Emmerich");
    free(copied);
    free(facts);
    free(message);
    free(answer);
}

static void test_verify(void **state)
{
    char *prompt =
        mem_printf("%s Verify the draft answer against the passages and correct it.", full);
    static const char form[] =
        "## question\n\nWho founded Tarnholt?\n\n## p\n\n%s\n## draft\n\n%s\n";
    char *good_message = mem_printf(form, passages, "Duke Emmerich");
    char *bad_message = mem_printf(form, passages, "Count Nobody");
    char *good = execute(prompt, good_message);
    char *bad = execute(prompt, bad_message);

    (void)state;
    assert_string_equal(good, "Duke Emmerich");
    assert_string_equal(bad, "Duke Emmerich");
    free(prompt);
    free(good_message);
    free(bad_message);
    free(good);
    free(bad);
}

static void test_agent(void **state)
{
    static const char *const tools[] = { "search" };
    struct builtin_turn turns[] = {
        { BUILTIN_USER, "## question\n\nIn what year was the birthplace of Orla Venn founded?\n" },
        { BUILTIN_TOOL_RESULT,
            "[1] Orla Venn | Orla Venn (born 3 March 1921 in Tarnholt) was a Keltish painter.\n" },
        { BUILTIN_TOOL_RESULT, "[1] Tarnholt | Tarnholt is a port town. It was founded in 1340 by "
                               "Duke Emmerich.\n" }
    };
    struct builtin_request request = {
        .system = full, .turns = turns, .turn_count = 1, .tools = tools, .tool_count = 1
    };
    struct builtin_reply first = builtin_answer(&request);
    struct builtin_reply second, third, naive;

    (void)state;
    assert_string_equal(first.tool, "search");
    assert_non_null(strstr(first.tool_text, "Orla Venn"));
    request.turn_count = 2;
    second = builtin_answer(&request);
    assert_string_equal(second.tool, "search");
    assert_non_null(strstr(second.tool_text, "Tarnholt"));
    request.system = "Answer the question.";
    naive = builtin_answer(&request);
    assert_null(naive.tool);
    request.system = full;
    request.turn_count = 3;
    third = builtin_answer(&request);
    assert_null(third.tool);
    assert_string_equal(third.text, "1340");
    builtin_reply_free(&first);
    builtin_reply_free(&second);
    builtin_reply_free(&third);
    builtin_reply_free(&naive);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_one_hop),
        cmocka_unit_test(test_two_hops), cmocka_unit_test(test_comparison),
        cmocka_unit_test(test_yes_no), cmocka_unit_test(test_forms),
        cmocka_unit_test(test_data_decides), cmocka_unit_test(test_tasks),
        cmocka_unit_test(test_chains), cmocka_unit_test(test_verify),
        cmocka_unit_test(test_agent) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
