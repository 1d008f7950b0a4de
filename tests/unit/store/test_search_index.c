#include <dirent.h>
#include <unistd.h>

#include "json.h"
#include "search_index.h"
#include "search_words.h"
#include "str.h"
#include "store_fixture.h"

static const struct {
    const char *title, *text;
} PASSAGES[] = {
    { "Ada Lovelace", "Ada Lovelace wrote the first program for Babbage's engine." },
    { "Charles Babbage", "Charles Babbage designed the analytical engine in London." },
    { "Café Müller", "A dance piece by Pina Bausch; NEAR the end AND not OR." },
    { "Twin", "the same words here" },
    { "Twin", "the same words here" },
    { "Tōkyō", "東京 is the capital of Japan. C++ and \"quotes\" and (brackets) * star" },
    { "London", "London is a city. The Who played there. To be or not to be." },
};

enum { PASSAGE_COUNT = sizeof PASSAGES / sizeof PASSAGES[0] };

static struct hash content(void)
{
    return hash_text("seven passages");
}

static void build(const struct fixture *fixture)
{
    struct err err = { 0 };
    struct search_builder *builder = search_builder_open(fixture->folder, content(), &err);

    assert_non_null(builder);
    for (size_t i = 0; i < PASSAGE_COUNT; i++)
        assert_true(search_builder_add(builder, PASSAGES[i].title, PASSAGES[i].text, &err));
    assert_false(search_index_is_ready(fixture->folder, content()));
    assert_true(search_builder_commit(builder, &err));
    assert_true(search_index_is_ready(fixture->folder, content()));
}

static struct search_index *open_index(const struct fixture *fixture)
{
    struct err err = { 0 };
    struct search_index *index = search_index_open(fixture->folder, content(), &err);

    if (index == NULL)
        fail_msg("%s", err.message);
    return index;
}

/* Titles of the hits, each followed by a slash. */
static char *titles_of(struct search_index *index, const char *text, size_t top_k)
{
    struct str titles = STR_INIT;
    struct passage_hit *hits;
    struct err err = { 0 };
    size_t count;

    if (!search_index_query(index, text, top_k, &hits, &count, &err))
        fail_msg("%s: %s", text, err.message);
    assert_true(count <= top_k);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || hits[i].score <= hits[i - 1].score);
        str_addf(&titles, "%s/", hits[i].title);
    }
    passage_hits_free(hits, count);
    return titles.data != NULL ? str_take(&titles) : mem_strdup("");
}

static void expect_titles(struct search_index *index, const char *text, const char *expected)
{
    char *titles = titles_of(index, text, 5);

    if (strcmp(titles, expected) != 0)
        fail_msg("\"%.99s\" found \"%s\" instead of \"%s\"", text, titles, expected);
    free(titles);
}

static void test_words_find_passages(void **state)
{
    struct fixture *fixture = *state;
    struct search_index *index;

    build(fixture);
    index = open_index(fixture);
    expect_titles(index, "Who programmed for Babbage?", "Ada Lovelace/Charles Babbage/");
    expect_titles(index, "LOVELACE", "Ada Lovelace/");
    expect_titles(index, "cafe muller", "Café Müller/");
    expect_titles(index, "cafe\u0301", "Café Müller/");
    expect_titles(index, "Tokyo", "Tōkyō/");
    expect_titles(index, "東京", "Tōkyō/");
    expect_titles(index, "xyzzy", "");
    search_index_close(index);
}

static void test_any_text_is_a_query(void **state)
{
    static const char *const texts[] = { "", " \n\t", "\"", "\"\"", "'", "a\"b", "*", "London*",
        "NEAR(London, 2)", "AND", "OR OR", "NOT London", "title:London", "{title text}: London",
        "^London", "-London", "London + city", "(London", ")", "\\", "%s%n", "--",
        ";DROP TABLE passage", "\x01\x02", "\xff\xfe broken \xc3", "😀", "a_b __ _", "C++",
        "\u200b\u202e", "\u0301", "NEAR", "rank", "passage MATCH 'x'" };
    struct fixture *fixture = *state;
    struct search_index *index;

    build(fixture);
    index = open_index(fixture);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(titles_of(index, texts[i], 5));
    expect_titles(index, "NEAR(London, 2)", "London/Café Müller/Charles Babbage/");
    expect_titles(index, "NOT London", "London/Charles Babbage/");
    expect_titles(index, "\"\" * ()", "");
    search_index_close(index);
}

static void test_stop_words_count_where_nothing_else_is(void **state)
{
    struct fixture *fixture = *state;
    struct search_index *index;

    build(fixture);
    index = open_index(fixture);
    expect_titles(index, "Who is London?", "London/Charles Babbage/");
    expect_titles(index, "to be or not to be", "London/Café Müller/");
    search_index_close(index);
}

static void test_ties_by_order_and_top_k(void **state)
{
    struct fixture *fixture = *state;
    struct search_index *index;
    char *titles;

    build(fixture);
    index = open_index(fixture);
    expect_titles(index, "twin", "Twin/Twin/");
    titles = titles_of(index, "twin", 1);
    assert_string_equal(titles, "Twin/");
    free(titles);
    titles = titles_of(index, "twin", 0);
    assert_string_equal(titles, "");
    free(titles);
    search_index_close(index);
}

static void test_long_texts(void **state)
{
    struct fixture *fixture = *state;
    struct search_index *index;
    struct str text = STR_INIT;

    build(fixture);
    index = open_index(fixture);
    for (int i = 0; i < 20000; i++)
        str_addf(&text, "the %s ", i % 2 == 0 ? "of" : "and");
    str_add(&text, "London");
    expect_titles(index, str_text(&text), "London/Charles Babbage/");
    str_clear(&text);
    for (int i = 0; i < 20000; i++)
        str_addf(&text, "w%d ", i);
    expect_titles(index, str_text(&text), "");
    str_clear(&text);
    for (int i = 0; i < 100000; i++)
        str_add_char(&text, 'x');
    str_add(&text, " London");
    expect_titles(index, str_text(&text), "London/Charles Babbage/");
    str_free(&text);
    search_index_close(index);
}

static void expect_words(const char *text, const char *expected)
{
    struct search_words words;
    struct str all = STR_INIT;

    search_words_of(text, &words);
    for (size_t i = 0; i < words.count; i++)
        str_addf(&all, "%s%s", i > 0 ? " " : "", words.items[i]);
    assert_string_equal(str_text(&all), expected);
    search_words_free(&words);
    str_free(&all);
}

static void test_words(void **state)
{
    (void)state;
    expect_words("What's \"London\" in LONDON's e_mail?", "\"london\" \"e\" \"mail\"");
    expect_words("Is it? It is!", "\"is\" \"it\"");
    expect_words("?!", "");
}

static char *only_file(const struct fixture *fixture, const char *suffix)
{
    DIR *dir = opendir(fixture->folder);
    struct dirent *entry;
    char *path = NULL;

    assert_non_null(dir);
    while ((entry = readdir(dir)) != NULL) {
        if (str_ends(entry->d_name, suffix))
            path = path == NULL ? mem_printf("%s/%s", fixture->folder, entry->d_name) : path;
    }
    (void)closedir(dir);
    return path;
}

static void test_damage_is_noticed_and_built_again(void **state)
{
    struct fixture *fixture = *state;
    struct search_index *index;
    char *path, *sum;
    FILE *file;
    int byte;

    build(fixture);
    path = only_file(fixture, ".sqlite");
    sum = only_file(fixture, ".sum");
    assert_null(only_file(fixture, ".new"));
    assert_null(only_file(fixture, ".lock"));
    for (long at = 0; at < 12000; at += 1999) {
        file = fopen(path, "r+");
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        byte = fgetc(file);
        assert_int_equal(fseek(file, at, SEEK_SET), 0);
        assert_int_not_equal(fputc(byte ^ 0x40, file), EOF);
        assert_int_equal(fclose(file), 0);
        assert_false(search_index_is_ready(fixture->folder, content()));
        build(fixture);
    }
    assert_int_equal(truncate(path, 4096), 0);
    assert_false(search_index_is_ready(fixture->folder, content()));
    build(fixture);
    assert_int_equal(unlink(sum), 0);
    assert_false(search_index_is_ready(fixture->folder, content()));
    build(fixture);
    index = open_index(fixture);
    expect_titles(index, "twin", "Twin/Twin/");
    search_index_close(index);
    free(path);
    free(sum);
}

static void test_dropped_build_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };
    struct search_builder *builder = search_builder_open(fixture->folder, content(), &err);

    assert_non_null(builder);
    assert_true(search_builder_add(builder, "a", "b", &err));
    search_builder_drop(builder);
    search_builder_drop(NULL);
    assert_false(search_index_is_ready(fixture->folder, content()));
    assert_null(only_file(fixture, ".new"));
    assert_null(search_index_open(fixture->folder, content(), &err));
    expect_err(&err, ERR_IO, fixture->folder, NULL);
    search_index_close(NULL);
}

static void test_cache_that_cannot_be_written(void **state)
{
    struct err err = { 0 };

    (void)state;
    assert_null(search_builder_open("/proc/flowbot", content(), &err));
    expect_err(&err, ERR_IO, "/proc/flowbot", "FLOWBOT_CACHE", NULL);
    assert_null(search_builder_open("/dev/null", content(), &err));
    expect_err(&err, ERR_IO, "/dev/null", "FLOWBOT_CACHE", NULL);
    assert_null(strstr(err.message, "--store"));
}

static void add_line(struct search_builder *builder, const char *line, size_t len)
{
    struct err err = { 0 };
    struct json_doc *doc = json_parse("corpus", 1, line, len, JSON_STRICT, &err);
    const struct json *text = json_get(json_root(doc), "text");
    struct str joined = STR_INIT;

    for (size_t i = 0; i < text->count; i++)
        str_add(&joined, text->items[i].text);
    assert_true(search_builder_add(
        builder, json_get(json_root(doc), "title")->text, str_text(&joined), &err));
    str_free(&joined);
    json_free(doc);
}

static void build_corpus(const struct fixture *fixture, FILE *file)
{
    struct err err = { 0 };
    struct search_builder *builder = search_builder_open(fixture->folder, content(), &err);
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    assert_non_null(builder);
    while ((len = getline(&line, &size, file)) > 0)
        add_line(builder, line, (size_t)len);
    free(line);
    assert_true(search_builder_commit(builder, &err));
}

/* True when every gold title is among the first `first` hits. */
static bool has_all_gold(
    const struct json *record, const struct passage_hit *hits, size_t count, size_t first)
{
    const struct json *gold = json_get(record, "supporting_facts");

    for (size_t i = 0; i < gold->count; i++) {
        bool found = false;

        for (size_t j = 0; j < count && j < first; j++)
            found = found || strcmp(hits[j].title, gold->items[i].items[0].text) == 0;
        if (!found)
            return false;
    }
    return true;
}

static FILE *open_data(const char *name)
{
    const char *data = getenv("FLOWBOT_DATA"), *source = getenv("FLOWBOT_SOURCE");
    char *path = data != NULL
                     ? mem_printf("%s/%s", data, name)
                     : mem_printf("%s/../shared/data/%s", source != NULL ? source : ".", name);
    FILE *file = fopen(path, "r");

    free(path);
    return file;
}

static void score_questions(
    struct search_index *index, const struct json *records, double *at_5, double *at_10)
{
    for (size_t i = 0; i < records->count; i++) {
        struct passage_hit *hits;
        struct err err = { 0 };
        size_t count;

        assert_true(search_index_query(
            index, json_get(&records->items[i], "question")->text, 10, &hits, &count, &err));
        *at_5 += has_all_gold(&records->items[i], hits, count, 5) ? 1 : 0;
        *at_10 += has_all_gold(&records->items[i], hits, count, 10) ? 1 : 0;
        passage_hits_free(hits, count);
    }
    *at_5 /= (double)records->count;
    *at_10 /= (double)records->count;
}

/* The numbers behind the choice of stems, stop words and the title's weight: falls when any of them
 * is lost. */
static void test_recall_on_hotpotqa(void **state)
{
    struct fixture *fixture = *state;
    FILE *corpus = open_data("wiki_corpus/wiki.abstracts.sample.jsonl");
    FILE *questions = open_data("hotpotqa/hotpot_dev_distractor_v1.sample.json");
    struct str text = STR_INIT;
    struct err err = { 0 };
    struct json_doc *doc;
    struct search_index *index;
    double at_5 = 0, at_10 = 0;
    int c;

    if (corpus == NULL || questions == NULL) {
        print_message("no HotpotQA data (FLOWBOT_DATA): recall is not measured\n");
        skip();
    }
    while ((c = fgetc(questions)) != EOF)
        str_add_char(&text, (char)c);
    build_corpus(fixture, corpus);
    index = open_index(fixture);
    doc = json_parse("questions", 1, text.data, text.len, JSON_STRICT, &err);
    assert_non_null(doc);
    score_questions(index, json_root(doc), &at_5, &at_10);
    print_message(
        "all gold passages found by the question alone: %.3f at 5, %.3f at 10\n", at_5, at_10);
    assert_true(at_5 >= 0.57);
    assert_true(at_10 >= 0.72);
    search_index_close(index);
    json_free(doc);
    str_free(&text);
    (void)fclose(corpus);
    (void)fclose(questions);
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_words_find_passages),
        WITH_FIXTURE(test_any_text_is_a_query),
        WITH_FIXTURE(test_stop_words_count_where_nothing_else_is),
        WITH_FIXTURE(test_ties_by_order_and_top_k),
        WITH_FIXTURE(test_long_texts),
        cmocka_unit_test(test_words),
        WITH_FIXTURE(test_damage_is_noticed_and_built_again),
        WITH_FIXTURE(test_dropped_build_leaves_nothing),
        cmocka_unit_test(test_cache_that_cannot_be_written),
        WITH_FIXTURE(test_recall_on_hotpotqa),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
