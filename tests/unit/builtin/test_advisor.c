/* The meta model's diagnoses: each finding has an invented example that shows it, and one that does
 * not. */
#include "advisor_case.h"
#include "advisor_findings.h"
#include "advisor_judge.h"
#include "file.h"

#define TOWN \
    "[1] Orla Venn | Orla Venn (born 3 March 1921 in Tarnholt) was a Keltish painter.\n" \
    "[2] Ivo Marsh | Ivo Marsh was a composer who wrote the opera Night Harvest. He taught at " \
    "Brindle College.\n" \
    "[3] Tarnholt | Tarnholt is a port town on the River Ulse. It was founded in 1340 by Duke " \
    "Emmerich.\n" \
    "[4] Brindle College | The college was established in 1872 by the priest Anders Holm.\n"

struct expectation {
    enum finding finding;
    const char *question, *passages, *output, *target;
    double score;
};

static const struct expectation losses[] = {
    { FINDING_GOOD, "When was Orla Venn born?", TOWN, "3 March 1921", "3 March 1921", 1 },
    { FINDING_MISFIT, "When was Orla Venn born?", TOWN, "3 March 1921", "Duke Emmerich", 0 },
    { FINDING_MISFIT, "Was Orla Venn a painter?", TOWN, "yes", "1872", 0 },
    { FINDING_MISFIT, "Who founded Tarnholt?", TOWN, "Duke Emmerich", "no", 0 },
    { FINDING_MISFIT, "Which is older, Tarnholt or Brindle College?", TOWN, "Tarnholt",
        "Anders Holm", 0 },
    { FINDING_NO_EVIDENCE, "Who founded Tarnholt?", TOWN, "Duke Emmerich", "Mira Solberg", 0 },
    { FINDING_TOO_LONG, "When was Orla Venn born?", TOWN,
        "Orla Venn (born 3 March 1921 in Tarnholt) was a painter.", "3 March 1921", 0.3 },
    { FINDING_TOO_SHORT, "When was Orla Venn born?", TOWN, "3 March 1921",
        "Orla Venn was born on the day 3 March 1921.", 0.4 },
    { FINDING_WRONG_TYPE, "When was Orla Venn born?", TOWN, "Tarnholt", "3 March 1921", 0 },
    { FINDING_TITLE_EXPECTED, "When was Tarnholt founded?", TOWN, "1340", "Tarnholt", 0 },
    { FINDING_LIST_EXPECTED, "What was Orla Venn?",
        "[1] Orla Venn | Orla Venn was a Keltish painter and glass maker in Tarnholt.\n", "painter",
        "painter and glass maker", 0.5 },
    { FINDING_YEAR_EXPECTED, "In what year was Orla Venn born?", TOWN, "3 March 1921", "1921",
        0.5 },
    { FINDING_FULL_DATE_EXPECTED, "When was Orla Venn born?", TOWN, "1921", "3 March 1921", 0.5 },
    { FINDING_DIGITS_EXPECTED, "How many metres long is Corran Bridge?",
        "[1] Corran Bridge | Corran Bridge is a stone bridge that is 312 metres long.\n",
        "312 metres", "312", 0.6 },
    { FINDING_UNIT_EXPECTED, "How long is Corran Bridge?",
        "[1] Corran Bridge | Corran Bridge is a stone bridge that is 312 metres long.\n", "312",
        "312 metres", 0.6 },
    { FINDING_LOWER_EXPECTED, "Who founded Tarnholt?", TOWN, "Duke Emmerich", "duke emmerich", 0 },
    { FINDING_UPPER_EXPECTED, "Who founded Tarnholt?", TOWN, "Duke Emmerich", "DUKE EMMERICH", 0 },
    { FINDING_YES_NO_EXPECTED, "Was Orla Venn a painter?", TOWN, "Orla Venn was a Keltish painter",
        "yes", 0 },
    { FINDING_YES_NO_WRONG, "Was Orla Venn a painter?", TOWN, "no", "yes", 0 },
    { FINDING_OPTION_NOT_COMPARED, "Which is older, Tarnholt or Brindle College?", TOWN,
        "Brindle College", "Tarnholt", 0 },
    { FINDING_MISSED, "Who founded Tarnholt?", TOWN, "Anders Holm", "Duke Emmerich", 0 },
    { FINDING_LATER_PASSAGE, "Who founded Tarnholt?", TOWN, "Orla Venn", "Duke Emmerich", 0 },
    { FINDING_SUBJECT_MISSED, "Who founded Tarnholt?", TOWN, "Anders Holm", "Duke Emmerich", 0 },
    { FINDING_BRIDGE_NOT_FOLLOWED,
        "Who established the college where the composer Ivo Marsh taught?", TOWN, "Ivo Marsh",
        "Anders Holm", 0 },
    { FINDING_OUTPUT_UNKNOWN, "Who founded Tarnholt?", TOWN, "unknown", "Duke Emmerich", 0 },
    { FINDING_NO_PASSAGES, "When was Orla Venn born?", NULL, "unknown", "3 March 1921", 0 },
    { FINDING_FIRST_HOP_ONLY, "In what year was the college of Ivo Marsh closed?", TOWN, "1872",
        "1934", 0 },
    { FINDING_NOT_IN_TEXT, "In what year did Per Lund sail to Grenmark?", TOWN, "1872", "1934", 0 },
};

static char *ask_loss(const struct expectation *e)
{
    char *inputs = e->passages != NULL ? mem_printf("## question\n\n%s\n\n## search\n\n%s",
                                             e->question, e->passages)
                                       : mem_printf("## question\n\n%s\n", e->question);
    const struct loss_case c = { NULL, inputs, e->output, e->target, e->score };
    char *text = loss_gradient(&c);

    free(inputs);
    return text;
}

static void test_losses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        char *text = ask_loss(&losses[i]);
        struct findings findings;

        findings_read(piece_of(text), &findings);
        if (!findings.on[losses[i].finding])
            print_error("%s -> %s, wanted %s: no \"%s\" in\n%s\n", losses[i].question,
                losses[i].output, losses[i].target, finding_entry(losses[i].finding)->name, text);
        assert_true(findings.on[losses[i].finding]);
        assert_int_equal(findings_ask_change(&findings),
            finding_entry(losses[i].finding)->family != FAMILY_KEEP);
        assert_true(str_starts(text, "Keep: "));
        assert_non_null(strstr(text, "\nChange: "));
        free(text);
    }
}

/* A gradient speaks of the example; what it wants is quoted, and an update never takes it over. */
static void test_wanted_is_quoted(void **state)
{
    struct expectation e = { FINDING_MISSED, "Who founded Tarnholt?", TOWN, "Anders Holm",
        "Duke Emmerich", 0 };
    char *text = ask_loss(&e);
    struct findings findings;
    char *wanted;

    (void)state;
    findings_read(piece_of(text), &findings);
    wanted = piece_dup(findings.wanted);
    assert_string_equal(wanted, "Duke Emmerich");
    free(wanted);
    free(text);
}

static void test_sentences_are_told_apart(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FINDING_COUNT; i++)
        for (unsigned k = 0; k < FINDING_COUNT; k++)
            if (i != k)
                assert_null(strstr(finding_entry((enum finding)i)->sentence,
                    finding_entry((enum finding)k)->sentence));
}

static void test_written_findings_read_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        struct findings in = { .wanted = piece_of("a \"b\" c") };
        struct findings out;
        struct str text = STR_INIT;

        in.on[i] = true;
        in.on[FINDING_MISSED] = true;
        findings_write(&in, &text);
        findings_read(piece_of(str_text(&text)), &out);
        assert_memory_equal(in.on, out.on, sizeof in.on);
        assert_int_equal(out.wanted.len, 7);
        str_free(&text);
    }
}

static void test_gradient_of_a_person(void **state)
{
    struct findings findings;

    (void)state;
    findings_read(piece_of("This step drops what the next steps need. Please mend it."), &findings);
    assert_true(findings.on[FINDING_DROPS]);
    findings_read(
        piece_of("Keep: This step drops what the next steps need.\nChange: nothing"), &findings);
    assert_false(findings.on[FINDING_DROPS]);
}

struct question_case {
    const char *text;
    enum asked asked;
};

static void test_questions(void **state)
{
    static const struct question_case cases[] = {
        { "When was the bridge opened?", ASKED_DATE },
        { "Ivo Marsh, who wrote Night Harvest, died in what year?", ASKED_YEAR },
        { "How many people live in Tarnholt?", ASKED_NUMBER },
        { "What is the population of Tarnholt?", ASKED_NUMBER },
        { "Who founded Tarnholt?", ASKED_NAME },
        { "Is Tarnholt older than Ostwick?", ASKED_YES_NO },
        { "Which is longer, Corran Bridge or Sella Bridge?", ASKED_OPTION },
        { "Which opera did the composer write?", ASKED_ANYTHING },
        { "", ASKED_ANYTHING },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct words words = words_of(piece_of(cases[i].text));

        if (judge_question(&words) != cases[i].asked)
            print_error("%s: %d\n", cases[i].text, (int)judge_question(&words));
        assert_int_equal(judge_question(&words), cases[i].asked);
        words_free(&words);
    }
}

static void expect_chain(const char *step, const char *prompt, const char *inputs,
    const char *output, const char *successor, enum finding finding)
{
    struct str message = STR_INIT;
    struct findings findings;
    char *text;

    str_addf(&message,
        "<step>\n%s\n</step>\n<prompt>\n%s\n</prompt>\n<inputs>\n%s\n</inputs>\n<output>\n%s\n</"
        "output>\n",
        step, prompt, inputs, output);
    str_addf(&message,
        "<successors>\n<successor "
        "id=\"next\"><output>\nsomething\n</output><gradient>\n%s\n</gradient>"
        "</successor>\n</successors>\n",
        successor);
    text = gradient(str_text(&message));
    findings_read(piece_of(text), &findings);
    if (!findings.on[finding])
        print_error("wanted %s:\n%s\n", finding_entry(finding)->name, text);
    assert_true(findings.on[finding]);
    free(text);
    str_free(&message);
}

#define LACKS \
    "Keep: x\nChange: What the question asks for never reaches this step.\nWanted: \"3 March " \
    "1921\""
#define NOT_FOUND \
    "Keep: x\nChange: The passages found with this query do not hold the answer.\nWanted: \"3 " \
    "March 1921\""

static void test_chain_rule(void **state)
{
    (void)state;
    expect_chain("search: finds (tool)", "", "## query\n\nOrla Venn",
        "[1] Tarnholt | Tarnholt is a town.", LACKS, FINDING_FOUND_LACKS);
    expect_chain(
        "search: finds (tool)", "", "## query\n\nOrla Venn", TOWN, LACKS, FINDING_PASSES_ON);
    expect_chain("query: writes a query (llm)", "Write a search query.",
        "## question\n\nWhen was Orla Venn born?", "when born", NOT_FOUND,
        FINDING_QUERY_LACKS_NAMES);
    expect_chain("query: writes a query (llm)", "Write.",
        "## question\n\nWhen was it that the painter Orla Venn was born?",
        "When was it that the painter Orla Venn was born?", NOT_FOUND, FINDING_QUERY_IS_QUESTION);
    expect_chain("query: writes a query (llm)", "Write a search query.",
        "## question\n\nWhen was Orla Venn born?", "Orla Venn born", NOT_FOUND, FINDING_PASSES_ON);
    expect_chain("bridge: names (llm)", "Name the bridge entity.",
        "## question\n\nWhere was the painter of the ferry born?\n\n## search\n\n[1] Ferry | "
        "Painted by Orla Venn.",
        "painter ferry", NOT_FOUND, FINDING_BRIDGE_NOT_NAMED);
    expect_chain("bridge: names (llm)", "Name the bridge entity.",
        "## question\n\nWhere was the painter of the ferry born?\n\n## search\n\n[1] Ferry | "
        "Painted by Orla Venn.",
        "Orla Venn", NOT_FOUND, FINDING_BRIDGE_WRONG);
    expect_chain("facts: extracts (llm)", "Extract the facts.",
        "## question\n\nWhen was Orla Venn born?\n\n## search\n\n" TOWN,
        "[1] Orla Venn | Orla Venn (born in Tarnholt) was a Keltish painter.", LACKS,
        FINDING_DROPS_NUMBERS);
    expect_chain("facts: extracts (llm)", "Extract the facts.",
        "## question\n\nWho?\n\n## search\n\n" TOWN, "[1] Orla Venn | Orla Venn was a painter.",
        "Change: What the question asks for never reaches this step.\nWanted: \"Duke Emmerich\"",
        FINDING_DROPS);
    expect_chain("copy: copies (llm)", "Pass the input on unchanged.",
        "## facts\n\nOrla Venn was a painter.", "Orla Venn was a painter.", LACKS,
        FINDING_NOT_IN_TEXT);
    expect_chain("copy: copies (llm)", "Pass the input on unchanged.",
        "## facts\n\nOrla Venn was a painter.", "Orla Venn was a painter.",
        "Keep: The output is what was expected.\nChange: nothing", FINDING_PASSES_ON);
    expect_chain("answer: answers (llm)", "Answer the question.",
        "## question\n\nWhen was Orla Venn born?\n\n## search\n\n" TOWN, "Tarnholt",
        "Change: The answer stands in the text that was given, but something else was taken.\n"
        "Wanted: \"3 March 1921\"",
        FINDING_WRONG_TYPE);
}

/* A step at the head of a chain drops the numbers: does the last step's complaint reach it, told
 * only from step to step? */
static void test_fault_survives_depth(void **state)
{
    static const char head[] = "## question\n\nWhen was Orla Venn born?\n\n## paragraphs\n\n" TOWN;
    static const char faulty[] =
        "Pass on the section paragraphs unchanged. Leave out dates and numbers.";

    (void)state;
    for (unsigned depth = 2; depth <= 8; depth++) {
        char *dropped = ask_raw(faulty, head, NULL, 0, 0);
        char *inputs =
            mem_printf("## question\n\nWhen was Orla Venn born?\n\n## node\n\n%s", dropped);
        const struct loss_case c = { NULL, inputs, "unknown", "3 March 1921", 0 };
        char *text = loss_gradient(&c);
        struct findings findings;

        assert_null(strstr(dropped, "1921"));
        for (unsigned k = depth; k > 1; k--) {
            struct str message = STR_INIT;

            str_addf(&message,
                "<step>\nnode%u: copies "
                "(llm)\n</step>\n<prompt>\n%s\n</prompt>\n<inputs>\n%s\n</inputs>\n"
                "<output>\n%s\n</output>\n<successors>\n<successor "
                "id=\"n\"><output>%s</output><gradient>%s"
                "</gradient></successor></successors>",
                k - 1, k == 2 ? faulty : "Pass on the section node unchanged.",
                k == 2 ? head : inputs, dropped, dropped, text);
            free(text);
            text = gradient(str_text(&message));
            str_free(&message);
        }
        findings_read(piece_of(text), &findings);
        assert_true(findings.on[FINDING_DROPS_NUMBERS]);
        free(text);
        free(inputs);
        free(dropped);
    }
}

/* Every sentence of the table stands in the manual, and the operators that it argues for. */
static void test_manual_is_complete(void **state)
{
    const char *source = getenv("FLOWBOT_SOURCE");
    char *path = mem_printf("%s/docs/BUILTIN.md", source != NULL ? source : ".");
    struct str manual = STR_INIT;
    struct err err;

    (void)state;
    if (!file_read(path, 1 << 20, &manual, &err))
        print_error("%s\n", err.message);
    assert_true(manual.len > 0);
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        if (strstr(str_text(&manual), finding_entry((enum finding)i)->sentence) == NULL)
            print_error("docs/BUILTIN.md lacks: %s\n", finding_entry((enum finding)i)->sentence);
        assert_non_null(strstr(str_text(&manual), finding_entry((enum finding)i)->sentence));
    }
    str_free(&manual);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_wanted_is_quoted),
        cmocka_unit_test(test_sentences_are_told_apart),
        cmocka_unit_test(test_written_findings_read_back),
        cmocka_unit_test(test_gradient_of_a_person),
        cmocka_unit_test(test_questions),
        cmocka_unit_test(test_chain_rule),
        cmocka_unit_test(test_fault_survives_depth),
        cmocka_unit_test(test_manual_is_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
