/* Advice needs coherent evidence: on real records it is drawn from true targets, and hardly ever
 * from targets that were dealt out at random; and prompts change with the former, not with the
 * latter. */
#include "advisor_case.h"
#include "advisor_findings.h"
#include "file.h"
#include "random.h"
#include "vocabulary.h"

enum { RECORDS_MAX = 150, BATCH = 5 };

struct record {
    char *inputs, *bare, *target;
};

static struct record records[RECORDS_MAX];
static size_t record_count;

static void read_record(const cJSON *item, struct record *out)
{
    const char *question = cJSON_GetStringValue(cJSON_GetObjectItem(item, "question"));
    struct str text = STR_INIT;
    const cJSON *passage, *sentence;
    unsigned n = 1;

    out->target = mem_strdup(cJSON_GetStringValue(cJSON_GetObjectItem(item, "answer")));
    out->bare = mem_printf("## question\n\n%s\n", question);
    str_addf(&text, "%s\n## paragraphs\n\n", out->bare);
    cJSON_ArrayForEach(passage, cJSON_GetObjectItem(item, "context"))
    {
        str_addf(&text, "[%u] %s | ", n++, cJSON_GetStringValue(cJSON_GetArrayItem(passage, 0)));
        cJSON_ArrayForEach(sentence, cJSON_GetArrayItem(passage, 1))
        {
            str_add(&text, sentence->valuestring);
        }
        str_add_char(&text, '\n');
    }
    out->inputs = str_take(&text);
}

static int load(void **state)
{
    const char *data = getenv("FLOWBOT_DATA"), *source = getenv("FLOWBOT_SOURCE");
    char *path = data != NULL
                     ? mem_printf("%s/hotpotqa/hotpot_train_v1.1.sample.json", data)
                     : mem_printf("%s/../shared/data/hotpotqa/hotpot_train_v1.1.sample.json",
                           source != NULL ? source : ".");
    struct str text = STR_INIT;
    struct err err;
    cJSON *json = NULL;
    const cJSON *item;

    (void)state;
    if (file_read(path, 16 << 20, &text, &err))
        json = cJSON_ParseWithLength(str_text(&text), text.len);
    else
        print_message("skipped: %s\n", err.message);
    cJSON_ArrayForEach(item, json)
    {
        if (record_count < RECORDS_MAX)
            read_record(item, &records[record_count++]);
    }
    cJSON_Delete(json);
    str_free(&text);
    free(path);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    for (size_t i = 0; i < record_count; i++) {
        free(records[i].inputs);
        free(records[i].bare);
        free(records[i].target);
    }
    return 0;
}

/* Which record's target each record gets. */
static void deal(size_t targets[RECORDS_MAX], bool permuted, uint64_t seed)
{
    struct random random;

    for (size_t i = 0; i < record_count; i++)
        targets[i] = i;
    random_seed(&random, seed);
    if (permuted)
        random_shuffle(&random, targets, record_count);
}

static char *naive_gradient(const char *prompt, size_t i, size_t target)
{
    char *output = ask_raw(prompt, records[i].inputs, NULL, 0, 0);
    const struct loss_case c = { prompt, records[i].inputs, output, records[target].target,
        strcmp(output, records[target].target) == 0 ? 1 : 0 };
    char *text = loss_gradient(&c);

    free(output);
    return text;
}

static size_t count_advice(bool permuted, uint64_t seed)
{
    size_t targets[RECORDS_MAX];
    size_t advice = 0;

    deal(targets, permuted, seed);
    for (size_t i = 0; i < record_count; i++) {
        char *text = naive_gradient("Answer the question.", i, targets[i]);
        struct findings findings;

        findings_read(piece_of(text), &findings);
        advice += findings_ask_change(&findings);
        free(text);
    }
    return advice;
}

static void test_advice_needs_fitting_targets(void **state)
{
    size_t with_true, permuted;

    (void)state;
    if (record_count == 0)
        skip();
    with_true = count_advice(false, 0);
    permuted = count_advice(true, 1);
    print_message("advice from %zu records: true targets %zu, permuted %zu\n", record_count,
        with_true, permuted);
    assert_true(with_true * 10 >= record_count * 6);
    assert_true(permuted * 10 <= record_count);
}

/* One inner step a batch over all records; returns how many instructions the prompt has in the end.
 */
static size_t learn(bool permuted, uint64_t seed)
{
    size_t targets[RECORDS_MAX];
    char *prompt = mem_strdup("Answer the question.");
    struct instructions read;
    size_t count = 0;

    deal(targets, permuted, seed);
    for (size_t from = 0; from + BATCH <= record_count; from += BATCH) {
        struct str message = STR_INIT;

        str_addf(&message, "<prompt>\n%s\n</prompt>\n<gradients>\n", prompt);
        for (size_t i = from; i < from + BATCH; i++) {
            char *text = naive_gradient(prompt, i, targets[i]);

            str_addf(&message, "<gradient example=\"%zu\">%s</gradient>\n", i, text);
            free(text);
        }
        str_add(&message, "</gradients>");
        free(prompt);
        prompt = take_string(ask(str_text(&message), "prompt_update", 0, 0), "updated_prompt");
        str_free(&message);
    }
    vocabulary_read(prompt, &read);
    for (unsigned i = 1; i < INSTRUCTION_COUNT; i++)
        count += read.on[i];
    free(prompt);
    return count;
}

static void test_prompts_learn_from_true_targets_only(void **state)
{
    (void)state;
    if (record_count == 0)
        skip();
    assert_true(learn(false, 0) >= 5);
    for (uint64_t seed = 1; seed <= 3; seed++)
        assert_int_equal(learn(true, seed), 0);
}

/* The number of batches after which a search is put before a step that sees the question alone. */
static size_t count_searches(bool permuted, uint64_t seed)
{
    static const char head[] = "<tools>\nsearch: finds passages by "
                               "words\n</tools>\n<fields>\nquestion\n</fields>\n<workflow>\n"
                               "[{\"id\":\"answer\",\"kind\":\"llm\",\"description\":\"Answer the "
                               "question.\",\"tools\":[],"
                               "\"inputs\":[\"question\"]}]\n</workflow>\n";
    size_t targets[RECORDS_MAX];
    size_t inserted = 0;

    deal(targets, permuted, seed);
    for (size_t from = 0; from + BATCH <= record_count; from += BATCH) {
        struct str all = STR_INIT;
        cJSON *json;

        str_addf(&all, "%s<gradients>\n", head);
        for (size_t i = from; i < from + BATCH; i++) {
            char *message = mem_printf(
                "%s<inputs>\n%s\n</inputs>\n<trace>\n<output step=\"answer\">unknown</output>\n"
                "</trace>\n<target>\n%s\n</target>\n<loss>\nscore: 0.00\n</loss>\n",
                head, records[i].bare, records[targets[i]].target);
            char *text = gradient(message);

            str_addf(&all, "<gradient example=\"%zu\">%s</gradient>\n", i, text);
            free(text);
            free(message);
        }
        str_add(&all, "</gradients>");
        json = ask(str_text(&all), "sketch_update", 0, 0);
        inserted += cJSON_GetArraySize(cJSON_GetObjectItem(json, "steps")) > 1;
        cJSON_Delete(json);
        str_free(&all);
    }
    return inserted;
}

static void test_structure_learns_from_true_targets_only(void **state)
{
    size_t permuted = 0, batches = 0;

    (void)state;
    if (record_count == 0)
        skip();
    assert_true(count_searches(false, 0) >= 3);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        permuted += count_searches(true, seed);
        batches += record_count / BATCH;
    }
    print_message(
        "searches inserted with permuted targets: after %zu of %zu batches\n", permuted, batches);
    assert_true(permuted * 200 <= batches);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_advice_needs_fitting_targets),
        cmocka_unit_test(test_prompts_learn_from_true_targets_only),
        cmocka_unit_test(test_structure_learns_from_true_targets_only),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
