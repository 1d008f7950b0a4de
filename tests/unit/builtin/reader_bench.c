/*
 * What each instruction is worth to the reader: F1 and exact match on records of HotpotQA's
 * official form. reader_bench FILE                 the table: naive, naive + each instruction, all
 * good ones, all but each reader_bench FILE --show [PROMPT] every question with answer and score
 * (PROMPT: all good instructions by default)
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "builtin.h"
#include "clock.h"
#include "file.h"
#include "str.h"
#include "vocabulary.h"

struct record {
    char *message;
    const char *question, *answer, *type;
};

struct score {
    double f1, em, bridge_f1, comparison_f1;
    size_t bridges, comparisons;
    double ms;
};

/* Lower case, no punctuation, no articles, one blank between words: the official normalisation, for
 * ASCII. */
static void normalise(const char *text, struct str *out)
{
    struct str flat = STR_INIT;
    char *word, *rest;

    for (; *text != '\0'; text++)
        if (!ispunct((unsigned char)*text))
            str_add_char(
                &flat, isspace((unsigned char)*text) ? ' ' : (char)tolower((unsigned char)*text));
    rest = flat.data;
    while (rest != NULL && *rest != '\0') {
        size_t len = strcspn(rest, " ");

        word = rest;
        rest += len;
        rest += strspn(rest, " ");
        if (len == 0 || (len == 1 && *word == 'a') || (len == 2 && memcmp(word, "an", 2) == 0) ||
            (len == 3 && memcmp(word, "the", 3) == 0))
            continue;
        if (out->len > 0)
            str_add_char(out, ' ');
        str_add_n(out, word, len);
    }
    str_free(&flat);
}

static size_t count_words(const char *text)
{
    size_t count = *text != '\0';

    for (; *text != '\0'; text++)
        count += *text == ' ';
    return count;
}

/* Words of both, each counted as often as in both. */
static size_t common_words(const char *a, struct str *b)
{
    size_t common = 0;

    while (*a != '\0') {
        size_t len = strcspn(a, " ");
        char *at = b->data;

        while (at != NULL && *at != '\0') {
            size_t here = strcspn(at, " ");

            if (here == len && memcmp(at, a, len) == 0) {
                memset(at, '\x01', len);
                common++;
                break;
            }
            at += here;
            at += strspn(at, " ");
        }
        a += len;
        a += strspn(a, " ");
    }
    return common;
}

static bool is_verdict(const char *text)
{
    return str_equal(text, "yes") || str_equal(text, "no") || str_equal(text, "noanswer");
}

static double f1_of(const char *prediction, const char *answer, bool *exact)
{
    struct str a = STR_INIT, b = STR_INIT;
    double f1 = 0;
    size_t words_a, words_b, common;

    normalise(prediction, &a);
    normalise(answer, &b);
    *exact = str_equal(str_text(&a), str_text(&b));
    words_a = count_words(str_text(&a));
    words_b = count_words(str_text(&b));
    if (*exact || !(is_verdict(str_text(&a)) || is_verdict(str_text(&b)))) {
        common = common_words(str_text(&a), &b);
        f1 = common > 0 ? 2.0 * (double)common / (double)(words_a + words_b) : *exact;
    }
    str_free(&a);
    str_free(&b);
    return f1;
}

static char *message_of(const cJSON *record)
{
    struct str out = STR_INIT;
    const cJSON *paragraph, *sentence;
    size_t number = 0;

    str_addf(&out, "## question\n\n%s\n\n## paragraphs\n\n",
        cJSON_GetObjectItem(record, "question")->valuestring);
    cJSON_ArrayForEach(paragraph, cJSON_GetObjectItem(record, "context"))
    {
        str_addf(&out, "[%zu] %s | ", ++number, cJSON_GetArrayItem(paragraph, 0)->valuestring);
        cJSON_ArrayForEach(sentence, cJSON_GetArrayItem(paragraph, 1))
            str_add(&out, sentence->valuestring);
        str_add(&out, "\n");
    }
    return str_take(&out);
}

static char *ask(const char *prompt, const char *message)
{
    struct builtin_turn turn = { BUILTIN_USER, message };
    struct builtin_request request = { .system = prompt, .turns = &turn, .turn_count = 1 };
    struct builtin_reply reply = builtin_execute(&request);
    char *text = reply.text;

    reply.text = NULL;
    free(reply.tool);
    free(reply.tool_text);
    return text;
}

static struct score run(const struct record *records, size_t count, const char *prompt, bool show)
{
    struct score score = { 0 };
    int64_t start = clock_us();

    for (size_t i = 0; i < count; i++) {
        char *text = ask(prompt, records[i].message);
        bool exact;
        double f1 = f1_of(text, records[i].answer, &exact);
        bool bridge = str_equal(records[i].type, "bridge");

        score.f1 += f1;
        score.em += exact;
        *(bridge ? &score.bridge_f1 : &score.comparison_f1) += f1;
        *(bridge ? &score.bridges : &score.comparisons) += 1;
        if (show)
            printf("%3zu %.2f %s | %s\n       want: %s\n       got:  %s\n", i, f1, records[i].type,
                records[i].question, records[i].answer, text);
        free(text);
    }
    score.ms = (double)(clock_us() - start) / 1000.0 / (double)(count > 0 ? count : 1);
    return score;
}

static void print_row(const char *name, struct score score)
{
    double n = (double)(score.bridges + score.comparisons);

    printf("%-28s %6.2f %6.2f %8.2f %8.2f %8.3f\n", name, 100 * score.f1 / n, 100 * score.em / n,
        100 * score.bridge_f1 / (double)(score.bridges > 0 ? score.bridges : 1),
        100 * score.comparison_f1 / (double)(score.comparisons > 0 ? score.comparisons : 1),
        score.ms);
}

static bool is_good(unsigned id)
{
    enum instruction_class class = vocabulary_entry((enum instruction)id)->class;

    return (class == INSTRUCTION_FORM || class == INSTRUCTION_READING) &&
           id != INSTRUCTION_FULL_SENTENCE && id != INSTRUCTION_LOWER_CASE &&
           id != INSTRUCTION_UPPER_CASE && id != INSTRUCTION_FULL_DATE && id != INSTRUCTION_UNKNOWN;
}

/* "Answer the question." and every good instruction but `without`. */
static char *full_prompt(unsigned without)
{
    struct str out = STR_INIT;

    str_add(&out, "Answer the question.");
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        if (is_good(i) && i != without)
            str_addf(&out, " %s", vocabulary_entry((enum instruction)i)->sentence);
    return str_take(&out);
}

static void print_single(const struct record *records, size_t count)
{
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        const struct instruction_entry *entry = vocabulary_entry((enum instruction)i);
        struct str prompt = STR_INIT;
        char name[64];

        if (entry->class == INSTRUCTION_TASK)
            continue;
        str_addf(&prompt, "Answer the question. %s", entry->sentence);
        (void)snprintf(name, sizeof name, "naive + %s", entry->name);
        print_row(name, run(records, count, str_text(&prompt), false));
        str_free(&prompt);
    }
}

static void print_table(const struct record *records, size_t count)
{
    char *full = full_prompt(INSTRUCTION_COUNT);

    printf("%-28s %6s %6s %8s %8s %8s\n", "instructions", "F1", "EM", "bridge", "compare", "ms");
    print_row("naive", run(records, count, "Answer the question.", false));
    print_single(records, count);
    print_row("all good", run(records, count, full, false));
    free(full);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
        char name[64];

        if (!is_good(i))
            continue;
        full = full_prompt(i);
        (void)snprintf(
            name, sizeof name, "all good - %s", vocabulary_entry((enum instruction)i)->name);
        print_row(name, run(records, count, full, false));
        free(full);
    }
}

static void print_greedy(const struct record *records, size_t count)
{
    struct str prompt = STR_INIT;
    bool taken[INSTRUCTION_COUNT] = { false };
    double last = -1;

    str_add(&prompt, "Answer the question.");
    for (unsigned best = INSTRUCTION_COUNT;; best = INSTRUCTION_COUNT) {
        double most = last;

        for (unsigned i = 0; i < INSTRUCTION_COUNT; i++) {
            size_t len = prompt.len;
            double f1;

            if (taken[i] || vocabulary_entry((enum instruction)i)->class == INSTRUCTION_TASK)
                continue;
            str_addf(&prompt, " %s", vocabulary_entry((enum instruction)i)->sentence);
            f1 = run(records, count, str_text(&prompt), false).f1;
            str_truncate(&prompt, len);
            if (f1 > most + 1e-6) {
                most = f1;
                best = i;
            }
        }
        if (best == INSTRUCTION_COUNT)
            break;
        taken[best] = true;
        last = most;
        str_addf(&prompt, " %s", vocabulary_entry((enum instruction)best)->sentence);
        print_row(vocabulary_entry((enum instruction)best)->name,
            run(records, count, str_text(&prompt), false));
    }
    str_free(&prompt);
}

/* 0 where the full prompt reaches `least` and the naive one stays under `most` (F1 in percent). */
static int check(const struct record *records, size_t count, double least, double most)
{
    char *full = full_prompt(INSTRUCTION_COUNT);
    struct score good = run(records, count, full, false);
    struct score naive = run(records, count, "Answer the question.", false);
    double n = (double)(count > 0 ? count : 1);

    print_row("naive", naive);
    print_row("all good", good);
    free(full);
    return 100 * good.f1 / n >= least && 100 * naive.f1 / n <= most ? 0 : 1;
}

static void print_manual(void)
{
    static const char *const classes[] = { "What to do (one of them)", "The form of the output",
        "How to read", "What does harm" };

    for (unsigned class = 0; class < 4; class ++) {
        printf("\n### %s\n\n| instruction | what it does |\n|---|---|\n", classes[class]);
        for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
            if ((unsigned)vocabulary_entry((enum instruction)i)->class == class)
                printf("| %s | %s |\n", vocabulary_entry((enum instruction)i)->sentence,
                    vocabulary_entry((enum instruction)i)->note);
    }
}

static struct record *read_records(const cJSON *root, size_t *count)
{
    struct record *records = calloc((size_t)cJSON_GetArraySize(root) + 1, sizeof *records);
    const cJSON *record;

    *count = 0;
    cJSON_ArrayForEach(record, root) if (records != NULL) records[(*count)++] =
        (struct record){ message_of(record), cJSON_GetObjectItem(record, "question")->valuestring,
            cJSON_GetObjectItem(record, "answer")->valuestring,
            cJSON_GetObjectItem(record, "type")->valuestring };
    return records;
}

int main(int argc, char **argv)
{
    struct str text = STR_INIT;
    struct err err = { 0 };
    struct record *records;
    size_t count;
    int status = 0;
    cJSON *root;

    if (argc == 2 && str_equal(argv[1], "--manual")) {
        print_manual();
        return 0;
    }
    if (argc < 2 || !file_read(argv[1], 100000000, &text, &err)) {
        (void)fprintf(stderr, "reader_bench FILE [--show [PROMPT]]: %s\n",
            argc < 2 ? "which records?" : err.message);
        return 2;
    }
    root = cJSON_Parse(str_text(&text));
    if (root == NULL) {
        (void)fprintf(stderr, "%s: not JSON\n", argv[1]);
        return 2;
    }
    records = read_records(root, &count);
    if (argc > 2 && str_equal(argv[2], "--greedy")) {
        print_greedy(records, count);
    } else if (argc > 4 && str_equal(argv[2], "--check")) {
        status = check(records, count, strtod(argv[3], NULL), strtod(argv[4], NULL));
    } else if (argc > 2) {
        char *full = full_prompt(INSTRUCTION_COUNT);

        print_row("shown", run(records, count, argc > 3 ? argv[3] : full, true));
        free(full);
    } else {
        print_table(records, count);
    }
    for (size_t i = 0; i < count; i++)
        free(records[i].message);
    free(records);
    cJSON_Delete(root);
    str_free(&text);
    return status;
}
