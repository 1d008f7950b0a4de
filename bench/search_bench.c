/*
 * How long it takes to index 100,000 passages and to answer a question from them, and what leaving
 * out the commonest words costs.
 *
 *     search_bench [CORPUS.jsonl [HOTPOTQA.json]]
 *
 * The passages are those of the corpus (default: FLOWBOT_DATA/wiki_corpus) and, up to 100,000, new
 * ones made of its sentences, so that words are as common as they are in English. The questions are
 * HotpotQA's (the default: its dev sample), ten words each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "array.h"
#include "clock.h"
#include "file.h"
#include "json.h"
#include "mem.h"
#include "random.h"
#include "search_index.h"
#include "str.h"

enum { PASSAGES = 100000, QUESTIONS = 200, TOP_K = 5, WORDS = 10 };

struct texts {
    char **items;
    size_t count, cap;
};

static void die(const struct err *err)
{
    (void)fprintf(stderr, "search_bench: %s\n", err->message);
    exit(2);
}

static char *data_file(const char *name)
{
    const char *folder = getenv("FLOWBOT_DATA");

    return file_join(folder != NULL ? folder : "../shared/data", name);
}

static void add_sentences(const struct json *text, struct texts *sentences)
{
    for (size_t i = 0; text->type == JSON_ARRAY && i < text->count; i++)
        if (text->items[i].type == JSON_STRING && text->items[i].len > 1)
            ARRAY_PUSH(sentences, mem_strdup(text->items[i].text));
}

static void read_corpus(const char *path, struct texts *titles, struct texts *sentences)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    struct err err = { 0 };

    if (file == NULL) {
        (void)fprintf(
            stderr, "search_bench: %s cannot be read; FLOWBOT_DATA says where it is\n", path);
        exit(2);
    }
    while ((len = getline(&line, &size, file)) > 0) {
        struct json_doc *doc = json_parse(path, 1, line, (size_t)len, JSON_STRICT, &err);

        if (doc == NULL)
            die(&err);
        ARRAY_PUSH(titles, mem_strdup(json_get(json_root(doc), "title")->text));
        add_sentences(json_get(json_root(doc), "text"), sentences);
        json_free(doc);
    }
    free(line);
    (void)fclose(file);
}

/* Cut or filled up to ten words. */
static void read_questions(const char *path, struct texts *questions)
{
    struct str bytes = STR_INIT;
    struct err err = { 0 };
    struct json_doc *doc;

    if (!file_read(path, 64 << 20, &bytes, &err))
        die(&err);
    doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_STRICT, &err);
    if (doc == NULL)
        die(&err);
    for (size_t i = 0; i < json_root(doc)->count && questions->count < QUESTIONS; i++) {
        const char *text = json_get(&json_root(doc)->items[i], "question")->text;
        const char *end = text;

        for (int words = 0; *end != '\0' && words < WORDS; words++)
            end += strcspn(end, " ") + strspn(end + strcspn(end, " "), " ");
        ARRAY_PUSH(questions, mem_strndup(text, (size_t)(end - text)));
    }
    json_free(doc);
    str_free(&bytes);
}

static void build(const char *cache, struct hash content, const struct texts *titles,
    const struct texts *sentences)
{
    struct err err = { 0 };
    struct search_builder *builder = search_builder_open(cache, content, &err);
    struct random random;
    bool ok = builder != NULL;
    int64_t began = clock_us();

    random_seed(&random, 1);
    for (size_t i = 0; ok && i < PASSAGES; i++) {
        struct str text = STR_INIT;
        char *title = mem_printf("%s %zu", titles->items[random_below(&random, titles->count)], i);

        for (uint64_t n = 2 + random_below(&random, 5); n > 0; n--)
            str_addf(&text, "%s ", sentences->items[random_below(&random, sentences->count)]);
        ok = search_builder_add(builder, title, str_text(&text), &err);
        free(title);
        str_free(&text);
    }
    if (!ok || !search_builder_commit(builder, &err))
        die(&err);
    printf("index     %d passages in %.1f s\n", PASSAGES, (double)(clock_us() - began) / 1e6);
}

struct answer {
    char *titles[TOP_K];
    size_t count;
};

static int compare(const void *a, const void *b)
{
    const int64_t *one = a, *other = b;

    return (*one > *other) - (*one < *other);
}

static void ask_all(struct search_index *index, const struct texts *questions,
    struct answer *answers, const char *what)
{
    int64_t *took = mem_zalloc(questions->count, sizeof *took);
    struct err err = { 0 };

    for (size_t i = 0; i < questions->count; i++) {
        struct passage_hit *hits;
        size_t count;
        int64_t began = clock_us();

        if (!search_index_query(index, questions->items[i], TOP_K, &hits, &count, &err))
            die(&err);
        took[i] = clock_us() - began;
        answers[i].count = count;
        for (size_t j = 0; j < count; j++)
            answers[i].titles[j] = mem_strdup(hits[j].title);
        passage_hits_free(hits, count);
    }
    qsort(took, questions->count, sizeof *took, compare);
    printf("%-9s p50 %.0f ms, p95 %.0f ms, max %.0f ms\n", what,
        (double)took[questions->count / 2] / 1e3, (double)took[questions->count * 95 / 100] / 1e3,
        (double)took[questions->count - 1] / 1e3);
    free(took);
}

static void compare_answers(const struct answer *all, const struct answer *some, size_t count)
{
    size_t wanted = 0, found = 0, first = 0;

    for (size_t i = 0; i < count; i++) {
        wanted += all[i].count;
        for (size_t j = 0; j < all[i].count; j++)
            for (size_t k = 0; k < some[i].count; k++)
                found += str_equal(all[i].titles[j], some[i].titles[k]);
        first +=
            all[i].count > 0 && some[i].count > 0 && str_equal(all[i].titles[0], some[i].titles[0]);
    }
    printf("recall    %.3f of the %d best of all words, the best one in %.3f\n",
        (double)found / (double)wanted, TOP_K, (double)first / (double)count);
}

int main(int argc, char **argv)
{
    static struct answer all[QUESTIONS], some[QUESTIONS];
    struct texts titles = { 0 }, sentences = { 0 }, questions = { 0 };
    char *corpus = argc > 1 ? argv[1] : data_file("wiki_corpus/wiki.abstracts.sample.jsonl");
    char *hotpot = argc > 2 ? argv[2] : data_file("hotpotqa/hotpot_dev_distractor_v1.sample.json");
    char cache[] = "/tmp/flowbot-search-XXXXXX";
    struct hash content = hash_text("bench");
    struct search_index *index;
    struct err err = { 0 };
    char *clean;

    if (mkdtemp(cache) == NULL)
        return 1;
    read_corpus(corpus, &titles, &sentences);
    read_questions(hotpot, &questions);
    build(cache, content, &titles, &sentences);
    index = search_index_open(cache, content, &err);
    if (index == NULL)
        die(&err);
    ask_all(index, &questions, some, "first");
    ask_all(index, &questions, some, "again");
    search_index_set_rows(index, 1u << 30);
    ask_all(index, &questions, all, "all words");
    compare_answers(all, some, questions.count);
    search_index_close(index);
    clean = mem_printf("rm -r %s", cache);
    return system(clean) == 0 ? 0 : 1;
}
