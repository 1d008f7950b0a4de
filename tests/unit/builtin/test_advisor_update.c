/* Prompt updates, sketch updates and executors: single operators, argued for by a majority, nothing
 * else touched. */
#include "advisor_case.h"
#include "advisor_findings.h"
#include "vocabulary.h"

/* A gradient with these findings (FINDING_COUNT: none). */
static void add_gradient(struct str *out, enum finding a, enum finding b, const char *step)
{
    struct findings findings = { .wanted = piece_of("Duke Emmerich"), .step = piece_of(step) };

    if (a < FINDING_COUNT)
        findings.on[a] = true;
    if (b < FINDING_COUNT)
        findings.on[b] = true;
    str_add(out, "<gradient example=\"x\">");
    findings_write(&findings, out);
    str_add(out, "</gradient>\n");
}

/* "times" gradients with the finding, the rest of five with the other. */
static char *gradients_of(enum finding finding, size_t times, enum finding rest)
{
    struct str out = STR_INIT;

    for (size_t i = 0; i < 5; i++)
        add_gradient(&out, i < times ? finding : rest, FINDING_COUNT, "step");
    return str_take(&out);
}

static char *update_message(const char *prompt, const char *gradients, const char *declined)
{
    return mem_printf("<step>\nanswer: Answer. "
                      "(llm)\n</step>\n<prompt>\n%s\n</prompt>\n<gradients>\n%s</gradients>\n"
                      "<declined>\n%s\n</declined>\n<refused>\n(nothing)\n</refused>\n",
        prompt, gradients, declined);
}

static char *update(
    const char *prompt, enum finding finding, size_t times, enum finding rest, const char *declined)
{
    char *gradients = gradients_of(finding, times, rest);
    char *message = update_message(prompt, gradients, declined);
    char *text = take_string(ask(message, "prompt_update", 0, 0), "updated_prompt");

    free(message);
    free(gradients);
    return text;
}

static bool says(const char *prompt, enum instruction id)
{
    struct instructions read;

    vocabulary_read(prompt, &read);
    return read.on[id];
}

static void test_majority_adds_one_operator(void **state)
{
    char *text = update("Answer the question.", FINDING_TOO_LONG, 3, FINDING_GOOD, "(nothing)");
    struct instructions read;
    size_t count = 0;

    (void)state;
    vocabulary_read(text, &read);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        count += read.on[i];
    assert_true(read.on[INSTRUCTION_SHORTEST_SPAN]);
    assert_int_equal(count, 2); /* it, and ANSWER */
    assert_non_null(strstr(text, "## Task description\nAnswer the question."));
    assert_non_null(strstr(text, "## Input format"));
    assert_non_null(strstr(text, "## Approach"));
    assert_non_null(strstr(text, "## Output format\n- Give the shortest exact answer span."));
    assert_null(strstr(text, "Duke Emmerich"));
    free(text);
}

static void expect_same(const char *prompt, enum finding finding, size_t times, enum finding rest)
{
    char *text = update(prompt, finding, times, rest, "(nothing)");

    assert_string_equal(text, prompt);
    free(text);
}

static void test_no_majority_no_change(void **state)
{
    (void)state;
    expect_same("Answer the question.", FINDING_TOO_LONG, 1, FINDING_GOOD);
    expect_same("Answer the question.", FINDING_TOO_LONG, 2, FINDING_MISFIT);
    expect_same("Answer the question.", FINDING_MISFIT, 5, FINDING_GOOD);
    expect_same("Answer the question.", FINDING_GOOD, 5, FINDING_GOOD);
}

static void test_next_candidate_when_the_first_is_there(void **state)
{
    char *first = update("Answer the question.", FINDING_MISSED, 4, FINDING_GOOD, "(nothing)");
    char *second = update(first, FINDING_MISSED, 4, FINDING_GOOD, "(nothing)");

    (void)state;
    assert_true(says(first, INSTRUCTION_RANK_PASSAGES));
    assert_false(says(first, INSTRUCTION_TYPE_MATCH));
    assert_true(says(second, INSTRUCTION_RANK_PASSAGES));
    assert_true(says(second, INSTRUCTION_TYPE_MATCH));
    free(first);
    free(second);
}

static void test_declined_is_not_repeated(void **state)
{
    char *text = update("Answer the question.", FINDING_TOO_LONG, 4, FINDING_GOOD,
        "- added \"Give the shortest exact answer span.\": too curt");

    (void)state;
    assert_false(says(text, INSTRUCTION_SHORTEST_SPAN));
    assert_true(says(text, INSTRUCTION_ENTITY_TYPE));
    free(text);
}

static void test_harmful_goes_first(void **state)
{
    char *text = update("Answer the question. Hedge the answer where you are not certain. Be kind.",
        FINDING_TOO_LONG, 4, FINDING_GOOD, "(nothing)");

    (void)state;
    assert_false(says(text, INSTRUCTION_HEDGE));
    assert_false(says(text, INSTRUCTION_SHORTEST_SPAN));
    assert_non_null(strstr(text, "Be kind."));
    free(text);
}

/* An instruction in the same sentence as the task is not cut out of it, but undone. */
static void test_harmful_in_the_task_is_undone(void **state)
{
    char *text = update("Copy the text and leave out dates and numbers.", FINDING_DROPS_NUMBERS, 4,
        FINDING_GOOD, "(nothing)");

    (void)state;
    assert_false(says(text, INSTRUCTION_DROP_NUMBERS));
    assert_true(says(text, INSTRUCTION_COPY));
    free(text);
}

static void test_opposite_replaces(void **state)
{
    char *shortest = update("Answer the question.", FINDING_TOO_LONG, 4, FINDING_GOOD, "(nothing)");
    char *text = update(shortest, FINDING_TOO_SHORT, 4, FINDING_GOOD, "(nothing)");

    (void)state;
    assert_false(says(text, INSTRUCTION_SHORTEST_SPAN));
    free(shortest);
    shortest = update(text, FINDING_TOO_SHORT, 4, FINDING_GOOD, "(nothing)");
    assert_true(says(shortest, INSTRUCTION_FULL_SENTENCE));
    free(shortest);
    free(text);
}

/* Every operator of the table does what it says to the prompt, and only that. */
static void test_every_operator(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        const struct finding_entry *entry = finding_entry((enum finding)i);
        char *text;

        if (entry->adds[0] == INSTRUCTION_ANSWER)
            continue;
        text = update("Answer the question.", (enum finding)i, 5, FINDING_GOOD, "(nothing)");
        if (!says(text, entry->adds[0]))
            print_error("%s:\n%s\n", entry->name, text);
        assert_true(says(text, entry->adds[0]));
        free(text);
        for (unsigned k = 0; k < FINDING_REMOVES && entry->removes[k] != INSTRUCTION_ANSWER; k++) {
            char *prompt =
                mem_printf("Look closely. %s", vocabulary_entry(entry->removes[k])->sentence);

            text = update(prompt, (enum finding)i, 5, FINDING_GOOD, "(nothing)");
            assert_false(says(text, entry->removes[k]));
            assert_non_null(strstr(text, "Look closely."));
            free(text);
            free(prompt);
        }
    }
}

static void test_query_steps_get_no_answer_forms(void **state)
{
    (void)state;
    expect_same("Write a search query for the question.", FINDING_TOO_LONG, 5, FINDING_GOOD);
}

static void test_joint(void **state)
{
    char *gradients = gradients_of(FINDING_TOO_LONG, 4, FINDING_GOOD);
    char *message = mem_printf(
        "<prompts>\n<step id=\"query\"><prompt>Write a search query for the question.</prompt>"
        "<gradients></gradients></step>\n<step id=\"answer\"><prompt>Answer the question.</prompt>"
        "<gradients>%s</gradients></step>\n</prompts>",
        gradients);
    cJSON *json = ask(message, "joint_update", 0, 0);
    const cJSON *prompts = cJSON_GetObjectItem(json, "prompts");

    (void)state;
    assert_int_equal(cJSON_GetArraySize(prompts), 1);
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetArrayItem(prompts, 0), "id")), "answer");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "changes_made")), 1);
    cJSON_Delete(json);
    free(message);
    free(gradients);
}

/* --- sketches --- */

static const char start[] =
    "[{\"id\":\"answer\",\"kind\":\"llm\",\"description\":\"Answer the question.\",\"tools\":[],"
    "\"inputs\":[\"question\"]}]";
static const char searching[] = "[{\"id\":\"search\",\"kind\":\"tool\",\"description\":\"Search "
                                "for passages.\",\"tools\":[\"search\"],\"inputs\":"
                                "[\"question\"]},{\"id\":\"answer\",\"kind\":\"llm\","
                                "\"description\":\"Answer the question.\",\"tools\":[],\"inputs\":"
                                "[\"question\",\"search\"]}]";

static char *sketch_message(const char *workflow, const char *gradients, const char *declined)
{
    return mem_printf("<tools>\nsearch: finds passages by "
                      "words\n</tools>\n<fields>\nquestion\n</fields>\n<workflow>\n%s\n"
                      "</workflow>\n<gradients>\n%s</gradients>\n<declined>\n%s\n</"
                      "declined>\n<refused>\n(nothing)\n"
                      "</refused>\n",
        workflow, gradients, declined);
}

static bool has_name(const cJSON *steps, const char *name)
{
    const cJSON *step;

    if (strcmp(name, "question") == 0 || strcmp(name, "facts") == 0)
        return true;
    cJSON_ArrayForEach(step, steps)
    {
        if (strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(step, "id")), name) == 0)
            return true;
    }
    return false;
}

static bool is_read(const cJSON *steps, const char *id)
{
    const cJSON *step, *input;

    cJSON_ArrayForEach(step, steps)
    {
        cJSON_ArrayForEach(input, cJSON_GetObjectItem(step, "inputs"))
        {
            if (strcmp(input->valuestring, id) == 0)
                return true;
        }
    }
    return false;
}

/* Unique ids, inputs that exist, at least one each, one output; reused steps were there. */
static void check_sketch(const cJSON *steps, const char *before)
{
    const cJSON *step, *input, *other;
    size_t outputs = 0;

    cJSON_ArrayForEach(step, steps)
    {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(step, "id"));
        bool reused =
            strcmp(cJSON_GetStringValue(cJSON_GetObjectItem(step, "status")), "reuse") == 0;
        char *quoted = mem_printf("\"id\":\"%s\"", id);

        assert_int_equal(reused, strstr(before, quoted) != NULL);
        free(quoted);
        for (other = step->next; other != NULL; other = other->next)
            assert_string_not_equal(id, cJSON_GetStringValue(cJSON_GetObjectItem(other, "id")));
        assert_true(cJSON_GetArraySize(cJSON_GetObjectItem(step, "inputs")) > 0);
        cJSON_ArrayForEach(input, cJSON_GetObjectItem(step, "inputs"))
        {
            assert_true(has_name(steps, input->valuestring));
            assert_string_not_equal(input->valuestring, id);
        }
        outputs += !is_read(steps, id);
    }
    assert_int_equal(outputs, 1);
}

/* The new sketch as text: "id(inputs) id(inputs) …"; checked. */
static char *sketch(
    const char *workflow, enum finding finding, size_t times, const char *step, double bad)
{
    struct str gradients = STR_INIT, out = STR_INIT;
    char *message;
    cJSON *json;
    const cJSON *item, *input;

    for (size_t i = 0; i < 5; i++)
        add_gradient(&gradients, i < times ? finding : FINDING_STRUCTURE, FINDING_COUNT,
            i < times ? step : "");
    message = sketch_message(workflow, str_text(&gradients), "(nothing)");
    json = ask(message, "sketch_update", bad, 0);
    check_sketch(cJSON_GetObjectItem(json, "steps"), workflow);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(json, "steps"))
    {
        str_addf(&out, "%s%s(", out.len > 0 ? " " : "",
            cJSON_GetStringValue(cJSON_GetObjectItem(item, "id")));
        cJSON_ArrayForEach(input, cJSON_GetObjectItem(item, "inputs"))
        {
            str_addf(&out, "%s%s", str_ends(str_text(&out), "(") ? "" : " ", input->valuestring);
        }
        str_add_char(&out, ')');
    }
    cJSON_Delete(json);
    free(message);
    str_free(&gradients);
    return str_take(&out);
}

static void expect_sketch(
    const char *workflow, enum finding finding, size_t times, const char *step, const char *want)
{
    char *got = sketch(workflow, finding, times, step, 0);

    assert_string_equal(got, want);
    free(got);
}

static const char chain[] = "[{\"id\":\"search\",\"kind\":\"tool\",\"description\":\"\",\"tools\":["
                            "\"search\"],\"inputs\":[\"question\"]},"
                            "{\"id\":\"notes\",\"kind\":\"llm\",\"description\":\"Summarise the "
                            "passages.\",\"tools\":[],\"inputs\":[\"search\"]},"
                            "{\"id\":\"notes_b\",\"kind\":\"llm\",\"description\":\"Summarise the "
                            "passages.\",\"tools\":[],\"inputs\":[\"search\"]},"
                            "{\"id\":\"answer\",\"kind\":\"llm\",\"description\":\"Answer the "
                            "question.\",\"tools\":[],\"inputs\":[\"question\","
                            "\"notes\",\"notes_b\"]}]";
static const char agent[] =
    "[{\"id\":\"all\",\"kind\":\"agent\",\"description\":\"Answer the question.\",\"tools\":"
    "[\"search\"],\"inputs\":[\"question\"]}]";
static const char copying[] = "[{\"id\":\"answer\",\"kind\":\"llm\",\"description\":\"Answer the "
                              "question.\",\"tools\":[],\"inputs\":[\"question\"]},"
                              "{\"id\":\"restate\",\"kind\":\"llm\",\"description\":\"Pass the "
                              "input on unchanged.\",\"tools\":[],\"inputs\":"
                              "[\"answer\"]}]";

static void test_structural_operators(void **state)
{
    (void)state;
    expect_sketch(start, FINDING_NO_SEARCH, 4, "", "search(question) answer(question search)");
    expect_sketch(searching, FINDING_QUERY_POOR, 4, "",
        "query(question) search(query) answer(question search)");
    expect_sketch(searching, FINDING_SECOND_HOP, 4, "",
        "search(question) bridge(question search) search_2(bridge) answer(question search "
        "search_2)");
    expect_sketch(searching, FINDING_UNVERIFIED, 4, "",
        "search(question) answer(question search) verify(question search answer)");
    expect_sketch(chain, FINDING_READER_BLIND, 4, "search",
        "search(question) notes(search) notes_b(search) answer(question notes notes_b search)");
    expect_sketch(chain, FINDING_USELESS_STEP, 4, "notes_b",
        "search(question) notes(search) answer(question notes search)");
    expect_sketch(chain, FINDING_SAME_STEPS, 4, "notes_b",
        "search(question) notes(search) answer(question notes)");
    expect_sketch(agent, FINDING_TWO_JOBS, 4, "all", "search(question) answer(question search)");
    expect_sketch(copying, FINDING_USELESS_STEP, 4, "restate", "answer(question)");
}

static void test_no_majority_keeps_the_sketch(void **state)
{
    (void)state;
    expect_sketch(start, FINDING_NO_SEARCH, 1, "", "answer(question)");
    expect_sketch(searching, FINDING_SECOND_HOP, 2, "", "search(question) answer(question search)");
    expect_sketch(chain, FINDING_USELESS_STEP, 2, "notes_b",
        "search(question) notes(search) notes_b(search) answer(question notes notes_b)");
    expect_sketch(start, FINDING_MISFIT, 5, "", "answer(question)");
}

static void test_declined_sketch(void **state)
{
    char *gradients = gradients_of(FINDING_NO_SEARCH, 5, FINDING_GOOD);
    char *message =
        sketch_message(start, gradients, "- inserted a search before answer: no tools, please");
    cJSON *json = ask(message, "sketch_update", 0, 0);

    (void)state;
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "steps")), 1);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "changes_made")), 0);
    cJSON_Delete(json);
    free(message);
    free(gradients);
}

static void test_bad_sketch_is_valid(void **state)
{
    char *got = sketch(searching, FINDING_SECOND_HOP, 4, "", 1);

    (void)state;
    assert_string_equal(got, "search(question) answer(question search) restate(answer)");
    free(got);
}

/* --- the workflow gradient --- */

static void expect_workflow(const char *workflow, const char *inputs, const char *trace,
    const char *target, enum finding finding)
{
    bool right =
        finding == FINDING_GOOD || finding == FINDING_SAME_STEPS || finding == FINDING_USELESS_STEP;
    char *message = mem_printf("<tools>\nsearch: finds passages by "
                               "words\n</tools>\n<workflow>\n%s\n</workflow>\n<inputs>\n"
                               "%s\n</inputs>\n<trace>\n%s\n</trace>\n<target>\n%s\n</"
                               "target>\n<loss>\nscore: %s\n</loss>\n",
        workflow, inputs, trace, target, right ? "1.00" : "0.00");

    char *text = gradient(message);
    struct findings findings;

    findings_read(piece_of(text), &findings);
    if (!findings.on[finding])
        print_error("wanted %s:\n%s\n", finding_entry(finding)->name, text);
    assert_true(findings.on[finding]);
    free(text);
    free(message);
}

#define OUT(step, text) "<output step=\"" step "\">" text "</output>\n"
#define BORN "## question\n\nIn what year was Orla Venn born?"
#define WRITER "## question\n\nIn what year was the writer of Night Harvest born?"

static void test_workflow_findings(void **state)
{
    (void)state;
    expect_workflow(start, BORN, OUT("answer", "1921"), "1921", FINDING_GOOD);
    expect_workflow(start, BORN, OUT("answer", "unknown"), "1921", FINDING_NO_SEARCH);
    expect_workflow(start, BORN, OUT("answer", "unknown"), "Duke Emmerich", FINDING_MISFIT);
    expect_workflow(searching, BORN,
        OUT("search", "[1] Corran | Corran is a bridge.") OUT("answer", "unknown"), "1921",
        FINDING_QUERY_POOR);
    expect_workflow(searching, WRITER,
        OUT("search", "[1] Night Harvest | Night Harvest is an opera by Ivo Marsh.")
            OUT("answer", "unknown"),
        "1915", FINDING_SECOND_HOP);
    expect_workflow(searching, BORN,
        OUT("search", "[1] Orla Venn | Orla Venn was born in 1921, married in 1950.")
            OUT("answer", "1950"),
        "1921", FINDING_UNVERIFIED);
    expect_workflow(searching, BORN,
        OUT("search", "[1] Orla Venn | Orla Venn was born in 1921.")
            OUT("answer", "Orla Venn was a painter of Tarnholt town"),
        "1921", FINDING_STRUCTURE);
    expect_workflow(chain, BORN,
        OUT("search", "[1] Orla Venn | Orla Venn was born in 1921.") OUT("notes", "a painter")
            OUT("notes_b", "a town") OUT("answer", "unknown"),
        "1921", FINDING_READER_BLIND);
    expect_workflow(chain, BORN,
        OUT("search", "[1] Orla Venn | Orla Venn was born in 1921.") OUT("notes", "born in 1921")
            OUT("notes_b", "born in 1921") OUT("answer", "1921"),
        "1921", FINDING_SAME_STEPS);
    expect_workflow(
        copying, BORN, OUT("answer", "1921") OUT("restate", "1921"), "1921", FINDING_GOOD);
    expect_workflow(
        copying, BORN, OUT("answer", "1921") OUT("restate", "1921"), "1921", FINDING_USELESS_STEP);
    expect_workflow(agent, BORN, OUT("all", "unknown"), "1921", FINDING_TWO_JOBS);
}

/* --- executors --- */

static void expect_executor(const char *step, const char *type, enum instruction task)
{
    char *message = mem_printf(
        "<workflow>\n%s\n</workflow>\n<step>\n%s\n</step>\n<samples>\n<sample>## question\n\nWho?"
        "</sample>\n</samples>\n",
        searching, step);
    cJSON *json = ask(message, "executor", 0, 0);
    struct instructions read;
    size_t count = 0;

    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "type")), type);
    vocabulary_read(cJSON_GetStringValue(cJSON_GetObjectItem(json, "prompt")), &read);
    assert_int_equal(read.task, task);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        count += read.on[i];
    assert_int_equal(count, 1);
    cJSON_Delete(json);
    free(message);
}

static void test_executors(void **state)
{
    (void)state;
    expect_executor("bridge: Write a search query for the bridge entity found in the passages, "
                    "with what is still asked "
                    "about it. (llm)",
        "LLMExecutor", INSTRUCTION_QUERY_BRIDGE);
    expect_executor("query: Write a search query for the question. (llm)", "LLMExecutor",
        INSTRUCTION_WRITE_QUERY);
    expect_executor("verify: Verify the draft answer against the passages and correct it. (llm)",
        "LLMExecutor", INSTRUCTION_VERIFY);
    expect_executor("answer: Answer the question. (agent)", "ToolExecutor", INSTRUCTION_ANSWER);
}

/* --- bad advice --- */

static void test_share_of_bad_advice(void **state)
{
    size_t bad = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        char *gradients = gradients_of(FINDING_TOO_LONG, 4, FINDING_GOOD);
        char *message = update_message("Answer the question.", gradients, "(nothing)");
        char *text = take_string(ask(message, "prompt_update", 0.25, seed), "updated_prompt");
        char *again = take_string(ask(message, "prompt_update", 0.25, seed), "updated_prompt");

        assert_string_equal(text, again);
        bad += !says(text, INSTRUCTION_SHORTEST_SPAN);
        free(text);
        free(again);
        free(message);
        free(gradients);
    }
    assert_in_range(bad, 60, 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_majority_adds_one_operator),
        cmocka_unit_test(test_no_majority_no_change),
        cmocka_unit_test(test_next_candidate_when_the_first_is_there),
        cmocka_unit_test(test_declined_is_not_repeated),
        cmocka_unit_test(test_harmful_goes_first),
        cmocka_unit_test(test_harmful_in_the_task_is_undone),
        cmocka_unit_test(test_opposite_replaces),
        cmocka_unit_test(test_every_operator),
        cmocka_unit_test(test_query_steps_get_no_answer_forms),
        cmocka_unit_test(test_joint),
        cmocka_unit_test(test_structural_operators),
        cmocka_unit_test(test_no_majority_keeps_the_sketch),
        cmocka_unit_test(test_declined_sketch),
        cmocka_unit_test(test_bad_sketch_is_valid),
        cmocka_unit_test(test_workflow_findings),
        cmocka_unit_test(test_executors),
        cmocka_unit_test(test_share_of_bad_advice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
