/* Every official file of the shared data loads, whole, with all that its format offers; what is not
 * as it should be is told. */
#include "task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "data.h"
#include "file.h"
#include "fixtures.h"
#include "mem.h"

#define MODELS "\"models\": { \"executor\": \"builtin\", \"meta\": \"builtin\" }"

struct loaded {
    const char *format, *file;
    size_t count;
    const char *inputs, *metric, *more; /* of the task, of "data" */
};

static const struct loaded files[] = {
    { "hotpotqa", "hotpotqa/hotpot_train_v1.1.sample.json", 150, "\"question\", \"paragraphs\"",
        "\"f1\"", "" },
    { "hotpotqa", "hotpotqa/hotpot_dev_distractor_v1.sample.json", 120,
        "\"question\", \"paragraphs\"", "\"supporting_facts\"",
        ", \"target\": \"supporting_facts\"" },
    { "hotpotqa", "hotpotqa/hotpot_dev_fullwiki_v1.sample.json", 29, "\"question\"",
        "\"hotpot_joint_f1\"", ", \"target\": \"supporting_facts\"" },
    { "hotpotqa", "hotpotqa/hotpotqa_validate.aflow.sample.jsonl", 10,
        "\"question\", \"paragraphs\"", "\"exact_match\"", "" },
    { "hotpotqa", "hotpotqa/hotpot_hf_columns.sample.jsonl", 20, "\"question\", \"paragraphs\"",
        "\"supporting_facts\"", ", \"target\": \"supporting_facts\"" },
    { "hover", "hover/hover_dev_release_v1.1.sample.json", 1000, "\"claim\"", "\"hover_recall\"",
        "" },
    { "hover", "hover/hover_dev_covered_by_wiki_corpus.json", 32, "\"claim\"", "\"exact_match\"",
        ", \"target\": \"label\"" },
    { "drop", "drop/drop_dataset_dev.sample.json", 19, "\"passage\", \"question\", \"context\"",
        "\"drop_f1\"", "" },
    { "drop", "drop/drop_dataset_rebuilt.json", 800, "\"passage\", \"question\", \"context\"",
        "\"drop_em\"", "" },
    { "drop", "drop/drop_dataset_rebuilt.json", 800, "\"context\"", "\"aflow_drop_f1\"",
        ", \"target\": \"ref_text\"" },
    { "drop", "drop/drop_validate.aflow.jsonl", 200, "\"passage\", \"question\", \"context\"",
        "\"drop_f1\"", "" },
    { "drop", "drop/drop_validate.aflow.jsonl", 200, "\"context\"", "\"aflow_drop_f1\"",
        ", \"target\": \"ref_text\"" },
    { "gsm8k", "gsm8k/test.jsonl", 1319, "\"question\"", "\"gsm8k\"", "" },
    { "gsm8k", "gsm8k/train.sample.jsonl", 1000, "\"question\"", "\"gsm8k_aflow\"", "" },
    { "math", "math/MATH", 175, "\"problem\"", "\"math\"", "" },
    { "math", "math/MATH/train", 70, "\"problem\"", "\"math_equiv\"", ", \"target\": \"answer\"" },
    { "math", "math/math500_layout.jsonl", 105, "\"problem\"", "\"math_equiv\"",
        ", \"target\": \"answer\"" },
    { "humaneval", "humaneval/HumanEval.jsonl", 164, "\"prompt\", \"entry_point\"", "\"pass_at_1\"",
        "" },
    { "humaneval", "humaneval/HumanEval.jsonl.gz", 164, "\"prompt\"", "\"pass_at_1\"", "" },
    { "mbpp", "mbpp/mbpp.jsonl", 974, "\"prompt\", \"tests\"", "\"pass_at_1\"", "" },
    { "mbpp", "mbpp/sanitized-mbpp.json", 427, "\"prompt\", \"tests\"", "\"pass_at_1\"", "" },
    { "mbpp", "mbpp/mbpp_validate.aflow.jsonl", 86, "\"prompt\", \"tests\"", "\"pass_at_1\"", "" },
    { "ifbench", "ifbench/IFBench_test.jsonl", 300, "\"prompt\"", "\"contains\"", "" },
    { "ifeval", "ifbench/ifeval_input_data.jsonl", 541, "\"prompt\"", "\"contains\"", "" },
    { "pupa", "pupa/PUPA_synthetic.csv", 8, "\"user_query\"", "\"contains\"", "" },
};

static size_t count_examples(const struct loaded *of, const char *path, size_t end)
{
    struct err err = { 0 };
    char *text =
        mem_printf("{ \"task\": \"t\", \"data\": { \"format\": \"%s\", \"overlap\": \"drop\"%s, "
                   "\"train\": { \"file\": \"%s\", \"range\": [0, %zu] }, "
                   "\"validation\": { \"file\": \"%s\", \"range\": [%zu, %zu] }, "
                   "\"test\": { \"file\": \"%s\", \"range\": [%zu, %zu] } }, \"inputs\": [%s], "
                   "\"metric\": %s, " MODELS " }",
            of->format, of->more, path, end - 2, path, end - 2, end - 1, path, end - 1, end,
            of->inputs, of->metric);
    struct task *task = load_text(text, &err);
    size_t count = 0;

    if (task != NULL)
        count = task->example_count + task->duplicates_dropped;
    else if (end == of->count)
        fail_msg("%s: %s", of->file, err.message);
    else
        assert_non_null(strstr(err.message, "goes beyond"));
    task_free(task);
    free(text);
    return count;
}

static void test_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = data_path(files[i].file);

        if (path == NULL)
            skip();
        assert_int_equal(count_examples(&files[i], path, files[i].count), files[i].count);
        assert_int_equal(count_examples(&files[i], path, files[i].count + 1), 0);
        free(path);
    }
}

static struct task *load_with(
    const char *format, const char *file, const char *more, const char *inputs, struct err *err)
{
    char *text = mem_printf("{ \"task\": \"t\", \"data\": { \"format\": \"%s\", \"file\": \"%s\", "
                            "\"split\": { \"train\": 1, \"validation\": 1, \"test\": 1 }%s }, "
                            "%s \"metric\": \"contains\", " MODELS " }",
        format, file, more, inputs);
    struct task *task = load_text(text, err);

    free(text);
    return task;
}

static struct task *load_good(
    const char *format, const char *file, const char *more, const char *inputs)
{
    struct err err = { 0 };
    struct task *task = load_with(format, file, more, inputs, &err);

    if (task == NULL)
        fail_msg("%s", err.message);
    return task;
}

static const struct example *find(const struct task *task, const char *id)
{
    for (size_t i = 0; i < task->example_count; i++)
        if (strcmp(task->examples[i].id, id) == 0)
            return &task->examples[i];
    fail_msg("no example %s", id);
    return NULL;
}

static const char drop_nested[] =
    "{\n \"p1\": { \"passage\": \"P \\\"one\\\".\", \"qa_pairs\": [\n"
    "  "
    "{\"question\":\"q1\",\"query_id\":\"a\",\"answer\":{\"number\":\"3\",\"date\":{},\"spans\":[]}"
    ","
    "\"validated_answers\":[{\"number\":\"\",\"date\":{},\"spans\":[\"x\",\"y\"]}]},\n"
    "  {\"question\":\"q2\",\"query_id\":\"b\",\"answer\":{\"number\":\"\",\"date\":{\"day\":\"\","
    "\"month\":\"May\",\"year\":\"1999\"},\"spans\":[]}} ] },\n"
    " \"p2\": { \"qa_pairs\": [] , \"passage\": \"empty\"},\n"
    " \"p3\": { \"qa_pairs\": [ {\"question\":\"q3\",\"query_id\":\"c\","
    "\"answer\":{\"number\":4}} ], \"passage\": \"P three.\" }\n}\n";

static void test_drop_nested(void **state)
{
    struct task *task;
    const struct example *example;

    (void)state;
    write_text("d.json", drop_nested);
    task = load_good("drop", "d.json", ", \"target\": \"ref_text\"",
        "\"inputs\": [\"passage\", \"question\", \"context\"],");
    example = find(task, "a");
    assert_string_equal(example->inputs[0]->data, "P \"one\".");
    assert_string_equal(example->inputs[2]->data, "Passage: P \"one\".\nQuestion: q1\nAnswer:");
    assert_string_equal(example->target->data, "3|x and y");
    assert_string_equal(find(task, "b")->target->data, " May 1999");
    assert_string_equal(find(task, "c")->target->data, "4");
    assert_string_equal(find(task, "c")->inputs[0]->data, "P three.");
    task_free(task);
    task = load_good("drop", "d.json", "", "");
    assert_int_equal(task->input_count, 2);
    assert_string_equal(find(task, "b")->target->data,
        "{\"answer\":{\"number\":\"\",\"date\":{\"day\":\"\",\"month\":\"May\",\"year\":\"1999\"},"
        "\"spans\":[]}}");
    task_free(task);
}

static void test_drop_flat(void **state)
{
    struct task *task;

    (void)state;
    write_text("d.jsonl",
        "{\"context\":\"Passage: A\\nQuestion: no.\\nQuestion: b?\\nAnswer:\",\"ref_text\":\"1|one "
        "\\\"x\\\"\",\"id\":7}\r\n{\"context\":\"Passage: \\nQuestion: \\nAnswer:\",\"ref_text\":"
        "\"2\",\"id\":8}\r\n"
        "{\"context\":\"Passage: C\\nQuestion: c?\\nAnswer:\",\"ref_text\":\"3\",\"id\":9}");
    task = load_good("drop", "d.jsonl", "", "");
    assert_string_equal(find(task, "7")->inputs[0]->data, "A\nQuestion: no.");
    assert_string_equal(find(task, "7")->inputs[1]->data, "b?");
    assert_string_equal(find(task, "7")->target->data, "[[\"1\"],[\"one \\\"x\\\"\"]]");
    task_free(task);
}

static void test_nulls_of_ifbench(void **state)
{
    struct task *task;

    (void)state;
    write_text("i.jsonl",
        "{\"key\":1,\"prompt\":\"a\",\"instruction_id_list\":[\"x:y\",\"x:z\"],\"kwargs\":[{\"N\":"
        "null,\"m\":2,\"k\":\"\\u0000\"},{}]}\n"
        "{\"key\":2,\"prompt\":\"b\",\"instruction_id_list\":[\"x:y\"],\"kwargs\":[null]}\n"
        "{\"key\":3,\"prompt\":\"c\",\"instruction_id_list\":[\"x:y\"],\"kwargs\":[{}]}");
    task = load_good("ifbench", "i.jsonl", "", "");
    assert_string_equal(find(task, "1")->target->data,
        "{\"instruction_id_list\":[\"x:y\",\"x:z\"],\"kwargs\":[{\"m\":2,\"k\":\"\\u0000\"},{}]}");
    task_free(task);
}

static void test_tabs(void **state)
{
    struct task *task;

    (void)state;
    write_text("t.tsv", "id\tq\ttarget\r\n1\t5\" pipe, \tx\n2\t\"a \"\"b\"\"\tc\"\ty\n3\t\tz\n");
    task = load_good("fields", "t.tsv", "", "\"inputs\": [\"q\"],");
    assert_string_equal(find(task, "1")->inputs[0]->data, "5\" pipe, ");
    assert_string_equal(find(task, "2")->inputs[0]->data, "a \"b\"\tc");
    assert_string_equal(find(task, "3")->inputs[0]->data, "");
    task_free(task);
}

static void write_packed(const char *name, const char *text, size_t cut)
{
    char *path = in_folder(name);
    struct str packed = STR_INIT;
    struct err err = { 0 };
    gzFile file = gzopen(path, "wb");

    assert_true(gzwrite(file, text, (unsigned)strlen(text)) > 0);
    assert_int_equal(gzclose(file), Z_OK);
    assert_true(file_read(path, 1 << 20, &packed, &err));
    assert_true(file_write(path, packed.data, packed.len - cut, &err));
    str_free(&packed);
    free(path);
}

static void test_packed(void **state)
{
    static const char table[] = "q,target\n1,a\n2,b\n3,c\n";
    struct err err = { 0 };
    struct task *task;

    (void)state;
    write_packed("t.csv.gz", table, 0);
    task = load_good("fields", "t.csv.gz", "", "\"inputs\": [\"q\"],");
    assert_int_equal(task->example_count, 3);
    task_free(task);
    write_packed("t.csv.gz", table, 12);
    assert_null(load_with("fields", "t.csv.gz", "", "\"inputs\": [\"q\"],", &err));
    assert_non_null(strstr(err.message, "the packed file (gzip) is not complete"));
    write_text("t.csv.gz", "\x1f\x8b\x08\x01nonsense that is not packed");
    assert_null(load_with("fields", "t.csv.gz", "", "\"inputs\": [\"q\"],", &err));
    assert_non_null(strstr(err.message, "gzip) is"));
}

static const char levels[] =
    "{\"problem\":\"a\",\"solution\":\"\\\\boxed{1}\",\"level\":5,\"tags\":[\"x\",\"y\"]}\n"
    "{\"problem\":\"b\",\"solution\":\"\\\\boxed{2}\",\"level\":\"5\",\"tags\":[]}\n"
    "{\"problem\":\"c\",\"solution\":\"\\\\boxed{3}\",\"level\":1,\"tags\":[\"x\"]}\n"
    "{\"problem\":\"d\",\"solution\":\"\\\\boxed{4}\",\"level\":3,\"tags\":[\"z\"]}\n"
    "{\"problem\":\"e\",\"solution\":\"\\\\boxed{5}\",\"level\":5,\"tags\":[\"z\"]}\n";

static void test_choice(void **state)
{
    struct err err = { 0 };
    struct task *task;

    (void)state;
    write_text("m.jsonl", levels);
    task = load_good("math", "m.jsonl", ", \"only\": { \"level\": 5 }", "");
    assert_int_equal(task->example_count, 3);
    assert_string_equal(task->examples[2].inputs[0]->data, "e");
    task_free(task);
    task = load_good("math", "m.jsonl",
        ", \"only\": { \"level\": [5, 1] }, \"without\": { \"tags\": [\"y\", \"w\"], \"level\": 2 "
        "}, \"target\": \"answer\"",
        "");
    assert_string_equal(task->examples[0].target->data, "2");
    assert_int_equal(task->example_count, 3);
    task_free(task);
    assert_null(load_with("math", "m.jsonl", ", \"only\": { \"lvl\": 5 }", "", &err));
    assert_non_null(strstr(err.message, "m.jsonl:1: record 1: there is no field \"lvl\", which "
                                        "data.only names; the nearest is \"level\""));
    assert_null(load_with("math", "m.jsonl", ", \"without\": { \"level\": 5 }", "", &err));
    assert_non_null(strstr(err.message, "has only 2"));
    assert_null(load_with("math", "m.jsonl", ", \"only\": { \"level\": {} }", "", &err));
    assert_non_null(strstr(err.message, "data.only.level: a value, or a list of values"));
    assert_null(load_with("math", "m.jsonl", ", \"target\": \"answr\"", "", &err));
    assert_non_null(
        strstr(err.message, "has no target \"answr\"; it offers \"solution\", \"answer\""));
}

static struct task *load_parts(const char *parts, struct err *err)
{
    char *text = mem_printf("{ \"task\": \"t\", \"data\": { \"format\": \"math\", %s }, "
                            "\"metric\": \"math\", " MODELS " }",
        parts);
    struct task *task = load_text(text, err);

    free(text);
    return task;
}

/* Parts that draw from the same records never get the same one; the canonical text draws alike. */
static void test_draw(void **state)
{
    struct err err = { 0 };
    struct task *task, *again;

    (void)state;
    write_text("m.jsonl", levels);
    task = load_parts("\"train\": { \"file\": \"m.jsonl\", \"count\": 2, \"seed\": 3 }, "
                      "\"validation\": { \"file\": \"m.jsonl\", \"count\": 2, \"seed\": 3 }, "
                      "\"test\": { \"file\": \"m.jsonl\", \"count\": 1, \"seed\": 3 }",
        &err);
    assert_non_null(task);
    assert_int_equal(task->example_count, 5);
    assert_int_equal(task->duplicates_dropped, 0);
    again = task_from_canonical(task->canonical, NULL, 0, &err);
    assert_non_null(again);
    assert_true(hash_equal(task->data_hash, again->data_hash));
    assert_string_equal(task->canonical, again->canonical);
    task_free(again);
    task_free(task);
    assert_null(load_parts("\"train\": { \"file\": \"m.jsonl\", \"count\": 4 }, "
                           "\"validation\": { \"file\": \"m.jsonl\", \"count\": 2 }, "
                           "\"test\": { \"file\": \"m.jsonl\", \"count\": 1 }",
        &err));
    assert_non_null(strstr(err.message, "data.validation: 2 records are to be drawn, but "));
    assert_non_null(strstr(err.message, "has only 1 that no split before has drawn"));
    assert_null(load_parts("\"train\": { \"file\": \"m.jsonl\", \"seed\": 4 }", &err));
    assert_non_null(strstr(err.message, "without \"count\""));
}

static void test_overlap(void **state)
{
    struct err err = { 0 };
    struct task *task;

    (void)state;
    write_text("m.jsonl", levels);
    task =
        load_parts("\"overlap\": \"drop\", \"train\": { \"file\": \"m.jsonl\", \"range\": [0, 4] "
                   "}, \"validation\": { \"file\": \"m.jsonl\", \"range\": [2, 4] }, "
                   "\"test\": { \"file\": \"m.jsonl\", \"range\": [3, 5] }",
            &err);
    assert_non_null(task);
    assert_int_equal(task->splits[SPLIT_TRAIN].count, 2);
    assert_int_equal(task->splits[SPLIT_VALIDATION].count, 1);
    assert_int_equal(task->splits[SPLIT_TEST].count, 2);
    assert_int_equal(task->duplicates_dropped, 3);
    task_free(task);
    assert_null(load_parts("\"overlap\": \"drop\", \"train\": \"m.jsonl\", \"validation\": "
                           "\"m.jsonl\", \"test\": \"m.jsonl\"",
        &err));
    assert_non_null(strstr(err.message, "every example of the split \"train\" is also in a later"));
}

struct bad {
    const char *format, *name, *text, *message;
};

static void test_bad(void **state)
{
    static const struct bad cases[] = {
        { "hover", "x.json", "[{\"uid\":\"1\",\"claim\":\"c\"},{},{}]",
            "x.json:1: record 1: there is no \"supporting_facts\" (the official test file has "
            "none)" },
        { "hover", "x.json", "[{\"claim\":\"c\",\"supporting_facts\":[[]]},{},{}]",
            "\"supporting_facts\" is no list of [title, sentence]" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\"}}", "x.json:1:6: \"qa_pairs\" is missing" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\",\"qa_pairs\":[1]}}",
            "x.json:1:33: record 1 is a number" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\",\"qa_pairs\":[]}",
            "x.json:1:35: the file ends before the object's closing" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\",\"qa_pairs\":[]}, \"q\": 1}",
            "expected an object after the key" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\",\"qa_pairs\":[]}} x",
            "text after the object's closing bracket" },
        { "drop", "x.json", "{\"p\":{\"passage\":\"a\",\"qa_pairs\":[]}}", "has no records" },
        { "drop", "x.jsonl", "{\"context\":\"Q\",\"ref_text\":\"1\"}\n{}\n{}",
            "\"context\" is not \"Passage: " },
        { "gsm8k", "x.jsonl", "{\"question\":\"q\"}\n{}\n{}",
            "x.jsonl:1: record 1: \"answer\" is missing; the record has \"question\"" },
        { "math", "x.jsonl", "{\"problem\":\"q\",\"soluton\":\"x\"}\n{}\n{}",
            "\"solution\" is missing; the nearest is \"soluton\"" },
        { "humaneval", "x.jsonl", "{\"prompt\":\"q\",\"entry_point\":\"f\"}\n{}\n{}",
            "\"test\" is missing" },
        { "mbpp", "x.jsonl", "{\"text\":\"q\",\"test_list\":[1]}\n{}\n{}",
            "\"test_list\" (tests) is no list of assertions" },
        { "ifeval", "x.jsonl",
            "{\"prompt\":\"q\",\"instruction_id_list\":[\"a\"],\"kwargs\":[]}\n{}\n{}",
            "\"kwargs\" is no list of one object" },
        { "pupa", "x.csv", "user_query,target_response\na,b\nc,d\ne,f\n",
            "\"pii_units\" is missing" },
        { "gsm8k", "x.json", "{\n \"question\": \"q\"\n}\n", "an object over several lines" },
        { "gsm8k", "x.json", "{\"version\":1,\"data\":[{\"question\":\"q\"}]}",
            "its records seem to stand in \"data\"" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };

        write_text(cases[i].name, cases[i].text);
        if (load_with(cases[i].format, cases[i].name, "", "", &err) != NULL)
            fail_msg("%s\n  was taken", cases[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg(
                "%s\n  gave      %s\n  expected  %s", cases[i].text, err.message, cases[i].message);
    }
}

static void test_folder(void **state)
{
    struct err err = { 0 };
    char *path = in_folder("problems/deep");

    (void)state;
    assert_true(file_make_folder(path, &err));
    free(path);
    assert_null(load_with("math", "problems", "", "", &err));
    assert_non_null(strstr(err.message, "there is no *.json file in this folder"));
    write_text("problems/2.json", "{\"problem\":\"b\",\n\"solution\":\"\\\\boxed{2}\"}");
    write_text("problems/1.json", "{\"problem\":\"a\",\"solution\":\"\\\\boxed{1}\"}");
    write_text("problems/note.txt", "nothing");
    write_text("problems/deep/1.json", "{\"problem\":\"c\",\"solution\":1}");
    assert_null(load_with("math", "problems", "", "", &err));
    assert_non_null(
        strstr(err.message, "problems/deep/1.json:1: record 3: \"solution\" is a number"));
    write_text("problems/deep/1.json", "{\"problem\":\"c\",\"solution\":\"\\\\boxed{1}\"}");
    {
        struct task *task = load_good("math", "problems", "", "");

        assert_string_equal(task->examples[0].id, "1.json");
        assert_string_equal(task->examples[2].id, "deep/1.json");
        task_free(task);
    }
    assert_null(load_with("gsm8k", "problems", "", "", &err));
    assert_non_null(strstr(err.message, "is a folder, a file was expected"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_drop_nested),
        cmocka_unit_test(test_drop_flat),
        cmocka_unit_test(test_nulls_of_ifbench),
        cmocka_unit_test(test_tabs),
        cmocka_unit_test(test_packed),
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_overlap),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_folder),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
