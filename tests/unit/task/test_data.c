#include "task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "fixtures.h"
#include "mem.h"

#define TASK_REST \
    "\"metric\": \"f1\", \"models\": { \"executor\": \"builtin\", \"meta\": \"builtin\" } }"

static struct task *load_good(const char *data, const char *inputs)
{
    struct err err = { 0 };
    char *text = mem_printf(
        "{ \"task\": \"t\", \"data\": { %s }, \"inputs\": [%s], " TASK_REST, data, inputs);
    struct task *task = load_text(text, &err);

    if (task == NULL)
        fail_msg("%s", err.message);
    free(text);
    return task;
}

static size_t count_lines(const struct text *text)
{
    size_t lines = text->len > 0;

    for (size_t i = 0; i < text->len; i++)
        lines += text->data[i] == '\n';
    return lines;
}

static struct task *load_real(
    const char *train, size_t train_count, const char *test, size_t test_count)
{
    char *train_path = data_path(train);
    char *test_path = data_path(test);
    char *data;
    struct task *task;

    if (train_path == NULL || test_path == NULL)
        skip();
    data = mem_printf("\"format\": \"hotpotqa\", \"train\": { \"file\": \"%s\", \"range\": [0, 5] "
                      "}, \"validation\": "
                      "{ \"file\": \"%s\", \"range\": [5, %zu] }, \"test\": \"%s\"",
        train_path, train_path, train_count, test_path);
    task = load_good(data, "\"question\", \"paragraphs\"");
    assert_int_equal(task->splits[SPLIT_TRAIN].count, 5);
    assert_int_equal(task->splits[SPLIT_VALIDATION].count, train_count - 5);
    assert_int_equal(task->splits[SPLIT_TEST].count, test_count);
    free(data);
    free(train_path);
    free(test_path);
    return task;
}

static void test_official(void **state)
{
    struct task *task = load_real("hotpotqa/hotpot_train_v1.1.sample.json", 150,
        "hotpotqa/hotpot_dev_distractor_v1.sample.json", 120);
    const struct example *first = &task->examples[0];

    (void)state;
    assert_string_equal(first->id, "5ab4435b5542990594ba9bdf");
    assert_string_equal(first->target->data, "romance");
    assert_true(strncmp(first->inputs[1]->data,
                    "[1] Corinne Jorry | Corinne Jorry (born 23 April 1943) is a French costume "
                    "designer. She was nominated",
                    100) == 0);
    for (size_t i = 0; i < task->example_count; i++)
        assert_in_range(count_lines(task->examples[i].inputs[1]), 2, 10);
    task_free(task);
}

static void test_fullwiki_and_lines(void **state)
{
    struct task *task = load_real("hotpotqa/hotpot_dev_fullwiki_v1.sample.json", 29,
        "hotpotqa/hotpotqa_validate.aflow.sample.jsonl", 10);

    (void)state;
    assert_string_equal(task->examples[29].target->data, "Gesellschaft mit beschränkter Haftung");
    task_free(task);
}

static void test_columns_form(void **state)
{
    struct task *task = load_real("hotpotqa/hotpot_hf_columns.sample.jsonl", 20,
        "hotpotqa/hotpot_dev_distractor_v1.sample.json", 120);

    (void)state;
    assert_string_equal(task->examples[0].id, "hotpot_hf_columns.sample.jsonl:1");
    assert_true(strncmp(task->examples[0].inputs[1]->data, "[1] Ed Wood (film) | Ed Wood is a 1994",
                    38) == 0);
    task_free(task);
}

static const char hotpot[] =
    "[{\"_id\":7,\"question\":\"q0\",\"answer\":\"a\",\"context\":[[\"T1\",[\"One.\",\" "
    "Two\\nlines.\"]],[\"T2\",[]]]},"
    "{\"_id\":\"b\",\"question\":\"q1\",\"answer\":\"b\",\"context\":[[\"T1\",[\"One.\",\" "
    "Two\\nlines.\"]],[\"T3\",[\"x\"]]]},"
    "{\"_id\":\"c\",\"question\":\"q2\",\"answer\":\"c\",\"context\":[[\"T1\",[\"Other.\"]]]}]";

static void test_passages(void **state)
{
    struct err err = { 0 };
    struct task *task;
    struct task_passage *passages;
    size_t count;

    (void)state;
    write_text("h.json", hotpot);
    task = load_good("\"format\": \"hotpotqa\", \"file\": \"h.json\", \"split\": { \"train\": 1, "
                     "\"validation\": 1, \"test\": 1 }",
        "\"paragraphs\"");
    assert_string_equal(task->examples[0].id, "7");
    assert_string_equal(task->examples[0].inputs[0]->data, "[1] T1 | One. Two lines.\n[2] T2 | ");
    assert_true(task_passages(task, &passages, &count, &err));
    assert_int_equal(count, 4);
    assert_string_equal(passages[0].text, "One. Two lines.");
    assert_string_equal(passages[1].title, "T2");
    assert_string_equal(passages[2].title, "T3");
    assert_string_equal(passages[3].text, "Other.");
    task_passages_free(passages, count);
    task_free(task);
}

static void write_numbers(const char *name, unsigned count)
{
    struct str text = STR_INIT;

    for (unsigned i = 0; i < count; i++)
        str_addf(&text, "{\"id\":\"r%u\",\"q\":\"q%u\",\"target\":\"t\"}\n", i, i);
    write_text(name, str_text(&text));
    str_free(&text);
}

static void test_ranges(void **state)
{
    struct task *task;

    (void)state;
    write_numbers("n.jsonl", 30);
    task = load_good(
        "\"format\": \"fields\", \"train\": { \"file\": \"n.jsonl\", \"range\": [10, 14] }, "
        "\"validation\": { \"file\": \"n.jsonl\", \"range\": [0, 1] }, "
        "\"test\": { \"file\": \"n.jsonl\", \"range\": [29, 30] }",
        "\"q\"");
    assert_int_equal(task->example_count, 6);
    assert_string_equal(task->examples[0].id, "r10");
    assert_string_equal(task->examples[3].id, "r13");
    assert_string_equal(task->examples[4].id, "r0");
    assert_string_equal(task->examples[5].id, "r29");
    task_free(task);
}

static struct task *load_split(unsigned seed)
{
    char *data = mem_printf("\"format\": \"fields\", \"file\": \"n.jsonl\", \"split\": { "
                            "\"train\": 10, \"validation\": 5, "
                            "\"test\": 12, \"seed\": %u }",
        seed);
    struct task *task = load_good(data, "\"q\"");

    free(data);
    return task;
}

/* The members of a split must never change between versions: runs are resumed on them. */
static void test_split_is_stable(void **state)
{
    struct task *task;
    struct str ids = STR_INIT;

    (void)state;
    write_numbers("n.jsonl", 30);
    task = load_split(0);
    for (size_t i = 0; i < task->splits[SPLIT_VALIDATION].count; i++)
        str_addf(&ids, "%s ", task->examples[task->splits[SPLIT_VALIDATION].items[i]].id);
    assert_string_equal(str_text(&ids), "r0 r8 r11 r16 r26 ");
    str_free(&ids);
    task_free(task);
}

static void test_split_by_seed(void **state)
{
    struct task *a, *b, *c;

    (void)state;
    write_numbers("n.jsonl", 30);
    a = load_split(1);
    b = load_split(1);
    c = load_split(2);
    assert_true(hash_equal(a->data_hash, b->data_hash));
    assert_false(hash_equal(a->data_hash, c->data_hash));
    assert_int_equal(a->example_count, 27);
    for (int split = 0; split < SPLIT_COUNT; split++)
        for (size_t i = 1; i < a->splits[split].count; i++)
            assert_true(a->splits[split].items[i - 1] < a->splits[split].items[i]);
    task_free(a);
    task_free(b);
    task_free(c);
}

static long peak_kib(void)
{
    struct rusage usage;

    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

enum { BIG_RECORDS = 10000, BIG_BYTES = 5200 };

static void write_big(const char *name)
{
    char *path = in_folder(name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    for (int i = 0; i < BIG_RECORDS; i++)
        (void)fprintf(file,
            "%c{\"_id\":%d,\"question\":\"q%d\",\"answer\":\"a\",\"context\":[[\"T\",[\"%0*d\"]]]}",
            i == 0 ? '[' : ',', i, i, BIG_BYTES, i);
    (void)fputc(']', file);
    assert_true(ftell(file) > 50 << 20);
    assert_int_equal(fclose(file), 0);
    free(path);
}

/* Of 50 MB only the records of the splits are held. */
static void test_big_file(void **state)
{
    struct task *task;
    long before;

    (void)state;
    write_big("big.json");
    before = peak_kib();
    task = load_good("\"format\": \"hotpotqa\", \"file\": \"big.json\", \"split\": { \"train\": 3, "
                     "\"validation\": 2, \"test\": 4 }",
        "\"question\", \"paragraphs\"");
    assert_int_equal(task->example_count, 9);
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(task->examples[i].inputs[1]->len, BIG_BYTES + strlen("[1] T | "));
    assert_in_range(peak_kib() - before, 0, 10 << 10);
    task_free(task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_official),
        cmocka_unit_test(test_fullwiki_and_lines),
        cmocka_unit_test(test_columns_form),
        cmocka_unit_test(test_passages),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_split_is_stable),
        cmocka_unit_test(test_split_by_seed),
        cmocka_unit_test(test_big_file),
    };

    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
