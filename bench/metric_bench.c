/* How many calls a second of one core's own time each text metric does, words included, on answers
 * of the usual size: it must be far from what models take. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "metric.h"
#include "metric_line.h"

static const double aim = 100000;

static const struct {
    const char *metric, *line;
} cases[] = {
    { "exact_match",
        "{\"prediction\":\"The Chief of Protocol\",\"target\":\"Chief of Protocol\"}" },
    { "f1", "{\"prediction\":\"She was the Chief of Protocol\",\"target\":\"Chief of Protocol\"}" },
    { "dspy_f1", "{\"prediction\":\"Émile Zola, the writer\",\"target\":\"Émile Zola\"}" },
    { "drop_f1",
        "{\"prediction\":[\"22-yard\",\"3\"],\"target\":[[\"22\",\"3 yards\"],[\"25\"]]}" },
    { "gsm8k", "{\"prediction\":\"6 * 7 = 42, so it is 42.\\n#### 42\",\"target\":\"#### 42\"}" },
    { "gsm8k_aflow", "{\"prediction\":\"6 * 7 = 42, so it is 42.\",\"target\":\"#### 42\"}" },
    { "math", "{\"prediction\":\"It is "
              "$\\\\boxed{\\\\frac12}$.\",\"target\":\"$\\\\boxed{\\\\dfrac{1}{2}}$\"}" },
    { "hover_recall", "{\"prediction\":[\"A | x\",\"B | y\"],\"target\":[[\"A\",0],[\"C\",1]]}" },
    { "supporting_facts",
        "{\"prediction\":[[\"T\",0],[\"U\",1]],\"target\":[[\"T\",0],[\"V\",1]]}" },
    { "contains", "{\"prediction\":\"The answer is Paris, of course.\",\"target\":\"Paris\"}" },
    { "json_match", "{\"prediction\":\"{\\\"a\\\":1,\\\"b\\\":2}\",\"target\":{\"a\":1,\"b\":3}}" },
    { "rouge_l",
        "{\"prediction\":\"the cat sat on the mat\",\"target\":\"a cat was on the mat\"}" },
    { "regex",
        "{\"prediction\":\"Answer: 42\",\"target\":\"42\",\"pattern\":\"Answer: (\\\\d+)\"}" },
    { "ifbench",
        "{\"prediction\":\"One, two and three words here.\",\"instruction_id_list\":[\"count:"
        "word_count_range\",\"words:repeats\"],\"kwargs\":[{\"min_words\":1,\"max_words\":9},{"
        "\"small_n\":1}]}" },
};

static double calls_a_second(const struct metric *metric, const struct metric_case *one)
{
    struct str words = STR_INIT;
    struct err err = { .code = ERR_NONE };
    clock_t start = clock(), passed;
    unsigned long long calls = 0;
    double score;

    do {
        for (int i = 0; i < 1000; i++) {
            str_clear(&words);
            if (metric_score(metric, one, &score, &words, &err) != METRIC_SCORED) {
                (void)fprintf(stderr, "%s: %s\n", metric->name, err.message);
                exit(1);
            }
        }
        calls += 1000;
        passed = clock() - start;
    } while (passed < CLOCKS_PER_SEC / 2);
    str_free(&words);
    return (double)calls / ((double)passed / CLOCKS_PER_SEC);
}

int main(void)
{
    bool well = true;

    printf("%-18s %12s %8s\n", "metric", "calls/s", "µs");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { .code = ERR_NONE };
        const struct metric *metric = metric_find(cases[i].metric, &err);
        struct json_doc *doc =
            json_parse("case", 1, cases[i].line, strlen(cases[i].line), JSON_STRICT, &err);
        struct metric_line line;
        double rate;

        if (metric == NULL || doc == NULL || !metric_line_read(json_root(doc), &line, &err)) {
            (void)fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        rate = calls_a_second(metric, &line.one);
        well = well && rate >= aim;
        printf("%-18s %12.0f %8.2f%s\n", metric->name, rate, 1e6 / rate,
            rate < aim ? "  below 100,000" : "");
        metric_line_free(&line);
        json_free(doc);
    }
    return well ? 0 : 1;
}
