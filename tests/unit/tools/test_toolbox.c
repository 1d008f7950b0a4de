#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "search_index.h"
#include "tools_fixture.h"

static const char CORPUS[] =
    "\xEF\xBB\xBF{\"title\": \"Ada Lovelace\", \"text\": [\"Ada wrote the first program.\", \" She "
    "lived in London.\"]}\r\n"
    "\n"
    "{\"id\": 7, \"title\": \"Babbage\", \"text\": \"Charles Babbage designed\\nthe analytical "
    "engine.\"}\n"
    "{\"text\": \"A passage without a title about teapots.\"}\n"
    "{\"title\": \"Sentences\", \"text\": [\"One sentence.\", \"Another walrus.\", \"\"]}";

struct bench {
    struct fixture *fixture;
    struct task task;
    struct task_tool tool;
    char *corpus;
    struct toolbox *toolbox;
};

/* A task by hand, with one search tool over `corpus` (taken). */
static void bench_task(
    struct bench *bench, struct fixture *fixture, char *take_corpus, const char *rest)
{
    *bench = (struct bench){ .fixture = fixture, .corpus = take_corpus };
    bench->tool =
        (struct task_tool){ .name = (char *)"lookup", .type = (char *)"search", .line = 12 };
    bench->tool.settings =
        mem_printf("{\"type\":\"search\",\"corpus\":\"%s\"%s}", take_corpus, rest);
    bench->task =
        (struct task){ .path = (char *)"task.json", .tools = &bench->tool, .tool_count = 1 };
}

static bool bench_try(struct bench *bench, struct err *err)
{
    bench->toolbox = fixture_toolbox(bench->fixture, &bench->task, err);
    return bench->toolbox != NULL;
}

static void bench_open(struct bench *bench, struct fixture *fixture)
{
    struct err err = { 0 };

    bench_task(bench, fixture, fixture_file(fixture, "corpus.jsonl", CORPUS), ",\"top_k\":2");
    if (!bench_try(bench, &err))
        fail_msg("%s", err.message);
}

static void bench_close(struct bench *bench)
{
    fixture_run(bench->fixture);
    toolbox_close(bench->toolbox);
    fixture_run(bench->fixture);
    free(bench->tool.settings);
    free(bench->corpus);
}

struct caller {
    struct text *result;
    struct tool_call call;
    unsigned done;
    struct err error;
};

static void on_done(struct tool_call *call)
{
    struct caller *caller = call->data;

    caller->done++;
    caller->result = call->result;
    caller->error = call->error;
    text_unref(call->input);
}

static void call_tool(
    struct bench *bench, struct caller *caller, const char *tool, const char *input)
{
    *caller = (struct caller){
        .call = { .tool = tool, .input = text_from(input), .on_done = on_done, .data = caller }
    };
    toolbox_start(bench->toolbox, &caller->call);
    assert_int_equal(caller->done, 0);
}

/* The result of one search, waited for; the caller's. */
static struct text *search(struct bench *bench, const char *input)
{
    struct caller caller;

    call_tool(bench, &caller, "lookup", input);
    fixture_run(bench->fixture);
    assert_int_equal(caller.done, 1);
    if (caller.result == NULL)
        fail_msg("%s", caller.error.message);
    return caller.result;
}

static void expect_result(struct bench *bench, const char *input, const char *expected)
{
    struct text *result = search(bench, input);

    assert_string_equal(result->data, expected);
    text_unref(result);
}

static void test_search(void **state)
{
    struct bench bench;

    bench_open(&bench, *state);
    expect_result(&bench, "Who was Ada?",
        "[1] Ada Lovelace | Ada wrote the first program. She lived in London.");
    expect_result(
        &bench, "babbage", "[1] Babbage | Charles Babbage designed the analytical engine.");
    expect_result(&bench, "teapot", "[1]  | A passage without a title about teapots.");
    expect_result(&bench, "walrus", "[1] Sentences | One sentence. Another walrus.");
    expect_result(&bench, "Ada walrus",
        "[1] Ada Lovelace | Ada wrote the first program. She lived in London.\n"
        "[2] Sentences | One sentence. Another walrus.");
    bench_close(&bench);
}

static void test_nul_in_a_passage_cuts_nothing_off(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };
    struct bench bench;

    bench_task(&bench, fixture,
        fixture_file(fixture, "corpus.jsonl",
            "{\"title\": \"a\\u0000b\", \"text\": \"first\\u0000walrus\"}"),
        "");
    bench.toolbox = fixture_toolbox(fixture, &bench.task, &err);
    assert_non_null(bench.toolbox);
    expect_result(&bench, "walrus", "[1] a b | first walrus");
    bench_close(&bench);
}

/* Builds the index of the corpus in a child, which says on `ready` when it holds the lock. */
static void build_slowly(const struct fixture *fixture, const char *corpus, int ready)
{
    struct err err = { 0 };
    char *cache = mem_printf("%s/cache", fixture->folder);
    struct search_builder *builder;
    struct hash bytes;
    bool ok = file_hash(corpus, &bytes, &err);

    builder = search_builder_open(cache, hash_join(hash_text("a passage a line"), bytes), &err);
    ok = ok && builder != NULL && write(ready, "r", 1) == 1;
    (void)usleep(300000);
    ok = ok && search_builder_add(builder, "of the child", "walrus", &err) &&
         search_builder_commit(builder, &err);
    _exit(ok ? 0 : 1);
}

static void test_index_of_another_process_is_not_built_again(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };
    struct bench bench;
    char byte;
    int pipes[2], status = 1;
    pid_t child;

    bench_task(&bench, fixture, fixture_file(fixture, "corpus.jsonl", CORPUS), ",\"top_k\":2");
    assert_int_equal(pipe(pipes), 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0)
        build_slowly(fixture, bench.corpus, pipes[1]);
    assert_int_equal(read(pipes[0], &byte, 1), 1);
    assert_true(bench_try(&bench, &err));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    expect_result(&bench, "walrus", "[1] of the child | walrus");
    close(pipes[0]);
    close(pipes[1]);
    bench_close(&bench);
}

static void test_any_input(void **state)
{
    static const char *const inputs[] = { "", "\"", "NEAR(", "* OR AND NOT", "xyzzy", "\x01",
        "日本", "a' OR 1=1; --" };
    struct bench bench;
    struct str sections = STR_INIT, much = STR_INIT;

    bench_open(&bench, *state);
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++)
        text_unref(search(&bench, inputs[i]));
    expect_result(&bench, "", "(no passages found)");
    expect_result(&bench, "xyzzy", "(no passages found)");
    str_add(
        &sections, "## question\n\nWho designed it?\n\n## notes\n\nthe \"engine\" (analytical)\n");
    expect_result(&bench, str_text(&sections),
        "[1] Babbage | Charles Babbage designed the analytical engine.");
    for (int i = 0; i < 20000; i++)
        str_add(&much, "the w ");
    str_add(&much, "walrus");
    expect_result(&bench, str_text(&much), "[1] Sentences | One sentence. Another walrus.");
    str_free(&sections);
    str_free(&much);
    bench_close(&bench);
}

static void test_identical_calls_are_one(void **state)
{
    struct fixture *fixture = *state;
    struct bench bench;
    struct caller callers[20];
    uint64_t puts;

    bench_open(&bench, fixture);
    puts = store_counts(fixture->store).puts;
    for (int i = 0; i < 20; i++)
        call_tool(&bench, &callers[i], "lookup", i % 2 == 0 ? "Ada" : "Babbage");
    fixture_run(fixture);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(callers[i].done, 1);
        assert_non_null(strstr(callers[i].result->data, i % 2 == 0 ? "Ada" : "Babbage"));
        text_unref(callers[i].result);
    }
    assert_int_equal(store_counts(fixture->store).puts - puts, 2);
    text_unref(search(&bench, "Ada"));
    assert_int_equal(store_counts(fixture->store).puts - puts, 2);
    assert_int_equal(store_counts(fixture->store).gets, 1);
    bench_close(&bench);
}

static void test_many_calls_on_all_workers(void **state)
{
    enum { CALLS = 300 };
    static struct caller callers[CALLS];
    struct bench bench;

    bench_open(&bench, *state);
    for (int i = 0; i < CALLS; i++) {
        char *input = mem_printf("Ada %d", i);

        call_tool(&bench, &callers[i], "lookup", input);
        free(input);
    }
    fixture_run(bench.fixture);
    for (int i = 0; i < CALLS; i++) {
        assert_non_null(strstr(callers[i].result->data, "[1] Ada Lovelace"));
        text_unref(callers[i].result);
    }
    bench_close(&bench);
}

static void test_without_a_store(void **state)
{
    struct bench bench;
    struct err err = { 0 };
    struct store *store;
    struct fixture *fixture = *state;

    bench_task(&bench, fixture, fixture_file(fixture, "corpus.jsonl", CORPUS), "");
    store = fixture->store;
    fixture->store = NULL;
    assert_true(bench_try(&bench, &err));
    expect_result(&bench, "walrus", "[1] Sentences | One sentence. Another walrus.");
    bench_close(&bench);
    fixture->store = store;
}

static void test_cancel_is_posted_and_harms_nobody_else(void **state)
{
    struct bench bench;
    struct caller one, two;

    bench_open(&bench, *state);
    call_tool(&bench, &one, "lookup", "Ada");
    call_tool(&bench, &two, "lookup", "Ada");
    toolbox_cancel(bench.toolbox, &one.call);
    toolbox_cancel(bench.toolbox, &one.call);
    assert_int_equal(one.done, 0);
    fixture_run(bench.fixture);
    assert_int_equal(one.done, 1);
    assert_null(one.result);
    expect_err(&one.error, ERR_CANCELLED, "cancelled");
    assert_non_null(two.result);
    text_unref(two.result);
    toolbox_cancel(bench.toolbox, &one.call); /* done already: nothing */
    call_tool(&bench, &one, "lookup", "alone");
    toolbox_cancel(bench.toolbox, &one.call);
    fixture_run(bench.fixture);
    expect_err(&one.error, ERR_CANCELLED, "cancelled");
    bench_close(&bench);
}

struct chain {
    struct bench *bench;
    struct caller victim;
    struct tool_call call;
    bool is_done;
};

static void on_first_done(struct tool_call *call)
{
    struct chain *chain = call->data;

    chain->is_done = true;
    text_unref(call->result);
    text_unref(call->input);
    toolbox_cancel(chain->bench->toolbox, &chain->victim.call);
}

/* Who is told first cancels who would be told next. */
static void test_cancel_from_a_callback_of_the_same_flight(void **state)
{
    struct bench bench;
    struct chain chain = { .bench = &bench };

    bench_open(&bench, *state);
    chain.call = (struct tool_call){
        .tool = "lookup", .input = text_from("Ada"), .on_done = on_first_done, .data = &chain
    };
    toolbox_start(bench.toolbox, &chain.call);
    call_tool(&bench, &chain.victim, "lookup", "Ada");
    fixture_run(bench.fixture);
    assert_true(chain.is_done);
    assert_int_equal(chain.victim.done, 1);
    assert_null(chain.victim.result);
    bench_close(&bench);
}

static void test_unknown_tool_is_posted(void **state)
{
    struct bench bench;
    struct caller caller;

    bench_open(&bench, *state);
    call_tool(&bench, &caller, "lokup", "Ada");
    fixture_run(bench.fixture);
    assert_int_equal(caller.done, 1);
    expect_err(&caller.error, ERR_INPUT, "no tool \"lokup\"; there is: lookup");
    assert_null(toolbox_summary(bench.toolbox, "lokup"));
    assert_null(toolbox_parameters(bench.toolbox, "lokup"));
    bench_close(&bench);
}

static void test_arguments(void **state)
{
    static const char *const bad[] = { "", "null", "[]", "\"Ada\"", "{}", "{\"query\": 1}",
        "{\"query\": null}", "{\"Query\": \"x\"}", "{\"query\": \"x\", \"top_k\": 3}",
        "{\"query\": \"x\"", "{\"query\": \"x\"} {", "nonsense" };
    struct bench bench;
    struct err err = { 0 };
    char *input;

    bench_open(&bench, *state);
    input = toolbox_input_from_arguments(
        bench.toolbox, "lookup", " {\"query\": \"a \\\"b\\\" \\u00e9\"} ", &err);
    assert_string_equal(input, "a \"b\" \u00e9");
    free(input);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err = (struct err){ 0 };
        input = toolbox_input_from_arguments(bench.toolbox, "lookup", bad[i], &err);
        if (input != NULL)
            fail_msg("%s was taken for arguments", bad[i]);
        expect_err(&err, ERR_INPUT, "{\"query\": \"…\"} was expected");
    }
    assert_null(toolbox_input_from_arguments(bench.toolbox, "other", "{\"query\": \"x\"}", &err));
    expect_err(&err, ERR_INPUT, "no tool \"other\"");
    assert_non_null(strstr(toolbox_parameters(bench.toolbox, "lookup"), "\"query\""));
    assert_null(strchr(toolbox_summary(bench.toolbox, "lookup"), '\n'));
    bench_close(&bench);
}

static void test_oversized_arguments(void **state)
{
    struct bench bench;
    struct err err = { 0 };
    struct str arguments = STR_INIT;

    bench_open(&bench, *state);
    while (arguments.len <= TOOL_ARGUMENTS_MAX)
        str_add(&arguments, "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
    assert_null(toolbox_input_from_arguments(bench.toolbox, "lookup", str_text(&arguments), &err));
    expect_err(&err, ERR_INPUT, "at most 262144");
    str_truncate(&arguments, 100000);
    assert_null(toolbox_input_from_arguments(bench.toolbox, "lookup", str_text(&arguments), &err));
    str_free(&arguments);
    bench_close(&bench);
}

static unsigned count_indexes(const struct fixture *fixture)
{
    char *cache = mem_printf("%s/cache", fixture->folder);
    DIR *dir = opendir(cache);
    struct dirent *entry;
    unsigned count = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL)
        count += str_ends(entry->d_name, ".sqlite") ? 1 : 0;
    (void)closedir(dir);
    free(cache);
    return count;
}

static struct hash identity_of(
    struct fixture *fixture, const char *file, const char *bytes, const char *rest)
{
    struct bench bench;
    struct err err = { 0 };
    struct hash identity;

    bench_task(&bench, fixture, fixture_file(fixture, file, bytes), rest);
    assert_true(bench_try(&bench, &err));
    identity = toolbox_identity(bench.toolbox);
    bench_close(&bench);
    return identity;
}

static void test_identity_is_content_and_settings_not_the_path(void **state)
{
    struct fixture *fixture = *state;
    static const char other[] = "{\"title\": \"x\", \"text\": \"y\"}\n";
    struct hash one = identity_of(fixture, "a.jsonl", CORPUS, "");

    assert_true(hash_equal(one, identity_of(fixture, "b.jsonl", CORPUS, "")));
    assert_true(hash_equal(one, identity_of(fixture, "a.jsonl", CORPUS, ",\"top_k\":5")));
    assert_int_equal(count_indexes(fixture), 1);
    assert_false(hash_equal(one, identity_of(fixture, "a.jsonl", CORPUS, ",\"top_k\":6")));
    assert_int_equal(count_indexes(fixture), 1);
    assert_false(hash_equal(one, identity_of(fixture, "a.jsonl", other, "")));
    assert_int_equal(count_indexes(fixture), 2);
}

static void test_bad_corpus_is_named_with_its_line(void **state)
{
    static const struct {
        const char *bytes, *message;
    } cases[] = {
        { "", "no passage" },
        { "\n \n", "no passage" },
        { "{\"text\": \"a\"}\n[1]\n", "corpus.jsonl:2:1: this line is an array" },
        { "{\"text\": \"a\"}\n\n{\"title\": \"b\"}\n",
            "corpus.jsonl:3:1: the passage has no \"text\"" },
        { "{\"text\": 5}", "\"text\" is a number" },
        { "{\"title\": {}, \"text\": \"a\"}", "\"title\" is an object" },
        { "{\"text\": [\"a\", 2]}", "\"text\" is a number" },
        { "{\"text\": \"a\"", "corpus.jsonl:1:" },
        { "{\"text\": \"\xff\"}", "corpus.jsonl:1:" },
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bench bench;
        struct err err = { 0 };

        bench_task(&bench, fixture, fixture_file(fixture, "corpus.jsonl", cases[i].bytes), "");
        assert_false(bench_try(&bench, &err));
        expect_err(&err, ERR_INPUT, cases[i].message);
        bench_close(&bench);
        assert_int_equal(count_indexes(fixture), 0);
    }
}

/* A task by hand whose search tool has these settings. */
static void bench_settings(struct bench *bench, struct fixture *fixture, char *take_settings)
{
    struct err err = { 0 };

    bench_task(bench, fixture, mem_strdup("x"), "");
    free(bench->tool.settings);
    bench->tool.settings = take_settings;
    if (!bench_try(bench, &err))
        fail_msg("%s", err.message);
}

static void test_several_files_and_other_members(void **state)
{
    struct fixture *fixture = *state;
    char *one = fixture_file(fixture, "one.jsonl",
        "{\"name\": \"Alpha\", \"lead\": \"walrus\", \"body\": [\"one.\", \"two.\"]}\n");
    char *two = fixture_file(
        fixture, "two.jsonl", "{\"name\": \"Beta\", \"lead\": \"walrus walrus\", \"body\": \"x\"}");
    struct bench bench;

    bench_settings(&bench, fixture,
        mem_printf("{\"type\":\"search\",\"corpus\":[\"%s\",\"%s\"],\"fields\":{\"title\":\"name\","
                   "\"text\":[\"lead\",\"body\"]}}",
            one, two));
    expect_result(&bench, "two", "[1] Alpha | walrus one. two.");
    expect_result(&bench, "beta", "[1] Beta | walrus walrus x");
    expect_result(&bench, "walrus", "[1] Beta | walrus walrus x\n[2] Alpha | walrus one. two.");
    bench_close(&bench);
    free(one);
    free(two);
}

/* The index of files that grow must be that of the same files indexed at once. */
static void expect_same_as_fresh(struct fixture *fixture, const char *settings)
{
    struct bench grown, fresh;
    char *cache = mem_strdup(getenv("FLOWBOT_CACHE"));
    char *other = mem_printf("%s/fresh", fixture->folder);
    static const char *const queries[] = { "walrus", "ada walrus teapot", "number 7",
        "of the sea" };

    bench_settings(&grown, fixture, mem_strdup(settings));
    assert_int_equal(setenv("FLOWBOT_CACHE", other, 1), 0);
    bench_settings(&fresh, fixture, mem_strdup(settings));
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        struct text *a = search(&grown, queries[i]), *b = search(&fresh, queries[i]);

        assert_string_equal(a->data, b->data);
        text_unref(a);
        text_unref(b);
    }
    assert_true(hash_equal(toolbox_identity(grown.toolbox), toolbox_identity(fresh.toolbox)));
    bench_close(&grown);
    bench_close(&fresh);
    assert_int_equal(setenv("FLOWBOT_CACHE", cache, 1), 0);
    free(cache);
    free(other);
}

static void test_a_corpus_grows(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    struct str lines = STR_INIT;
    char *one, *two, *settings;
    struct bench bench;
    struct err err = { 0 };

    fixture->store = NULL; /* nothing is answered by the journal */
    for (int i = 0; i < 30; i++)
        str_addf(&lines, "{\"title\": \"T%d\", \"text\": \"number %d of the walrus\"}\n", i, i % 9);
    one = fixture_file(fixture, "one.jsonl", str_text(&lines));
    settings = mem_printf("{\"type\":\"search\",\"corpus\":\"%s\",\"top_k\":9}", one);
    expect_same_as_fresh(fixture, settings);
    for (int i = 30; i < 60; i++) /* at the end */
        str_addf(&lines, "{\"title\": \"T%d\", \"text\": \"number %d of the sea\"}\n", i, i % 9);
    free(fixture_file(fixture, "one.jsonl", str_text(&lines)));
    expect_same_as_fresh(fixture, settings);
    free(settings);
    two = fixture_file(fixture, "two.jsonl", CORPUS); /* another file */
    settings = mem_printf("{\"type\":\"search\",\"corpus\":[\"%s\",\"%s\"],\"top_k\":9}", one, two);
    expect_same_as_fresh(fixture, settings);
    str_add(&lines, "{\"title\": \"Last\", \"text\": \"walrus in the first file\"}");
    free(fixture_file(fixture, "one.jsonl", str_text(&lines))); /* in the middle: anew */
    expect_same_as_fresh(fixture, settings);
    free(settings);
    settings = mem_printf("{\"type\":\"search\",\"corpus\":\"%s\"}", one);
    str_add(&lines, " oh\n");
    free(fixture_file(fixture, "one.jsonl", str_text(&lines))); /* its last line went on */
    bench_task(&bench, fixture, mem_strdup("x"), "");
    free(bench.tool.settings);
    bench.tool.settings = settings;
    assert_false(bench_try(&bench, &err));
    expect_err(&err, ERR_INPUT, "one.jsonl:61:");
    bench_close(&bench);
    free(one);
    free(two);
    str_free(&lines);
    fixture->store = store;
}

static void test_bad_settings(void **state)
{
    struct fixture *fixture = *state;
    struct bench bench;
    struct err err = { 0 };

    bench_task(&bench, fixture, mem_printf("%s/missing.jsonl", fixture->folder), "");
    assert_false(bench_try(&bench, &err));
    expect_err(&err, ERR_INPUT, "missing.jsonl");
    bench_close(&bench);
    bench_task(&bench, fixture, mem_strdup("x"), "");
    bench.tool.type = (char *)"serch";
    assert_false(bench_try(&bench, &err));
    expect_err(
        &err, ERR_INPUT, "task.json:12: tools.lookup.type: there is no type of tool \"serch\"");
    bench_close(&bench);
}

static void test_no_tools(void **state)
{
    struct fixture *fixture = *state;
    struct task task = { .path = (char *)"task.json" };
    struct err err = { 0 };
    struct toolbox *toolbox = fixture_toolbox(fixture, &task, &err);

    assert_non_null(toolbox);
    toolbox_close(toolbox);
    toolbox_close(NULL);
}

static void test_corpus_from_the_data(void **state)
{
    static const char data[] =
        "[{\"_id\":\"1\",\"question\":\"Who?\",\"answer\":\"Ada\",\"supporting_facts\":[[\"Ada\",0]"
        "],"
        "\"context\":[[\"Ada\",[\"Ada was here.\",\" Twice.\"]],[\"Bob\",[\"Bob saw a "
        "walrus.\"]]],\"type\":\"bridge\",\"level\":\"easy\"},"
        "{\"_id\":\"2\",\"question\":\"Where?\",\"answer\":\"Rome\",\"supporting_facts\":[["
        "\"Rome\",0]],"
        "\"context\":[[\"Ada\",[\"Ada was here.\",\" Twice.\"]],[\"Rome\",[\"Rome is a "
        "city.\"]]],\"type\":\"bridge\",\"level\":\"easy\"},"
        "{\"_id\":\"3\",\"question\":\"What?\",\"answer\":\"Tea\",\"supporting_facts\":[[\"Tea\",0]"
        "],"
        "\"context\":[[\"Tea\",[\"Tea is hot.\"]]],\"type\":\"bridge\",\"level\":\"easy\"}]";
    static const char task_text[] =
        "{\"task\":\"Answer.\",\"data\":{\"format\":\"hotpotqa\",\"file\":\"data.json\",\"split\":{"
        "\"train\":1,"
        "\"validation\":1,\"test\":1,\"seed\":0}},\"inputs\":[\"question\"],\"metric\":\"f1\","
        "\"models\":{\"executor\":{\"model\":\"builtin\"},\"meta\":{\"model\":\"builtin\"},"
        "\"judge\":{\"model\":"
        "\"builtin\"}},\"tools\":{\"lookup\":{\"type\":\"search\",\"corpus\":\"data\"}}}";
    struct fixture *fixture = *state;
    struct bench bench = { .fixture = fixture };
    struct err err = { 0 };
    char *data_path = fixture_file(fixture, "data.json", data);
    char *task_path = fixture_file(fixture, "task.json", task_text);
    struct task *task = task_load(task_path, NULL, 0, &err);

    if (task == NULL)
        fail_msg("%s", err.message);
    bench.toolbox = fixture_toolbox(fixture, task, &err);
    if (bench.toolbox == NULL)
        fail_msg("%s", err.message);
    expect_result(&bench, "ada", "[1] Ada | Ada was here. Twice.");
    expect_result(&bench, "walrus", "[1] Bob | Bob saw a walrus.");
    toolbox_close(bench.toolbox);
    fixture_run(fixture);
    task_free(task);
    free(data_path);
    free(task_path);
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_search),
        WITH_FIXTURE(test_any_input),
        WITH_FIXTURE(test_index_of_another_process_is_not_built_again),
        WITH_FIXTURE(test_nul_in_a_passage_cuts_nothing_off),
        WITH_FIXTURE(test_identical_calls_are_one),
        WITH_FIXTURE(test_many_calls_on_all_workers),
        WITH_FIXTURE(test_without_a_store),
        WITH_FIXTURE(test_cancel_is_posted_and_harms_nobody_else),
        WITH_FIXTURE(test_cancel_from_a_callback_of_the_same_flight),
        WITH_FIXTURE(test_unknown_tool_is_posted),
        WITH_FIXTURE(test_arguments),
        WITH_FIXTURE(test_oversized_arguments),
        WITH_FIXTURE(test_identity_is_content_and_settings_not_the_path),
        WITH_FIXTURE(test_bad_corpus_is_named_with_its_line),
        WITH_FIXTURE(test_several_files_and_other_members),
        WITH_FIXTURE(test_a_corpus_grows),
        WITH_FIXTURE(test_bad_settings),
        WITH_FIXTURE(test_no_tools),
        WITH_FIXTURE(test_corpus_from_the_data),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
