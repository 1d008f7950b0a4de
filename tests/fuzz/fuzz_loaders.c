#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "file.h"
#include "mem.h"
#include "start_file.h"
#include "task.h"

static char folder[] = "/tmp/flowbot-fuzz-XXXXXX";
static bool made;

#define HOTPOT(id) \
    "{\"_id\":\"" id "\",\"question\":\"Who?\",\"answer\":\"" id \
    "\",\"context\":[[\"T\",[\"One. \",\"Two.\"]]],\"supporting_facts\":[[\"T\",0]]}"
#define COLUMNS(id) \
    "{\"question\":\"q\",\"answer\":\"" id \
    "\",\"context\":{\"title\":[\"T\"],\"sentences\":[[\"One.\"]]},\"supporting_facts\":{" \
    "\"title\":[\"T\"],\"sent_id\":[0]}}\n"
#define HOVER(id) \
    "{\"uid\":\"" id "\",\"claim\":\"" id \
    "\",\"label\":\"SUPPORTED\",\"supporting_facts\":[[\"T\"," \
    "1],{\"key\":\"U\",\"value\":2}],\"num_hops\":2}"
#define DROP(id) \
    "{\"question\":\"" id "\",\"query_id\":\"" id "\",\"answer\":{\"number\":\"" id \
    "\",\"date\":{\"day\":\"\",\"month\":\"May\",\"year\":\"\"},\"spans\":[\"a\",\"b\"]}," \
    "\"validated_answers\":[{\"number\":\"\",\"spans\":[\"x\"]}]}"
#define FLAT(id) \
    "{\"context\":\"Passage: p\\nQuestion: " id "\\nAnswer:\",\"ref_text\":\"1|" id "\"}\r\n"
#define CODE(id) \
    "{\"task_id\":\"" id "\",\"prompt\":\"def f" id "():\",\"entry_point\":\"f\",\"test\":\"def " \
    "check(c): pass\"}\n"
#define MBPP(id) \
    "{\"task_id\":" id ",\"text\":\"t" id "\",\"test_list\":[\"assert f()\"],\"test_setup_code\":" \
    "\"\"}\n"
#define FOLLOW(id) \
    "{\"key\":" id ",\"prompt\":\"p" id "\",\"instruction_id_list\":[\"punctuation:no_comma\"," \
    "\"language:response_language\"],\"kwargs\":[{\"N\":null,\"m\":1},{}]}\n"

static const struct seed {
    const char *format, *file, *inputs, *more, *bytes;
} seeds[] = {
    { "fields", "d.jsonl", "\"q\"", "",
        "{\"q\":\"one\",\"target\":\"1\"}\n{\"q\":\"two\",\"target\":\"2\"}\n{\"q\":\"three\","
        "\"target\":\"3\"}\n{\"q\":\"four\",\"target\":\"4\"}\n" },
    { "fields", "d.json", "\"q\"", ",\"only\":{\"q\":[\"one\",\"two\",\"three\"]}",
        "[{\"q\":\"one\",\"target\":\"1\"},{\"q\":\"two\",\"target\":\"2\"},{\"q\":\"three\","
        "\"target\":\"3\"}]" },
    { "fields", "d.csv", "\"q\"", "",
        "q,target\n\"one, \"\"1\"\"\",1\ntwo,2\n\"three\nlines\",3\nfour,4\n" },
    { "fields", "d.tsv", "\"q\"", ",\"overlap\":\"drop\"",
        "q\ttarget\n\"one\t\"\"1\"\"\"\t1\nt\"wo\t2\n\"three\nlines\"\t3\nfour\t4\nfour\t4\n" },
    { "hotpotqa", "d.json", "\"question\",\"paragraphs\"", ",\"target\":\"supporting_facts\"",
        "[" HOTPOT("a") "," HOTPOT("b") ",\n" HOTPOT("c") "]" },
    { "hotpotqa", "d.jsonl", "\"question\",\"paragraphs\"", ",\"target\":\"supporting_facts\"",
        COLUMNS("a") COLUMNS("b") COLUMNS("c") },
    { "hover", "d.json", "\"claim\"", ",\"without\":{\"num_hops\":3}",
        "[" HOVER("a") "," HOVER("b") ",\n" HOVER("c") "]" },
    { "drop", "d.json", "\"passage\",\"question\",\"context\"", "",
        "{\"p\":{\"passage\":\"P\",\"qa_pairs\":[" DROP("1") "," DROP(
            "2") "]},\n\"q\": "
                 "{\"qa_pairs\":[" DROP("3") "],\"passage\":\"\\\"Q\\\"\"}}" },
    { "drop", "d.json", "\"context\"", ",\"target\":\"ref_text\"",
        "{\"p\":{\"passage\":\"P\",\"qa_pairs\":[" DROP("1") "," DROP(
            "2") "]},\n\"q\": "
                 "{\"qa_pairs\":[" DROP("3") "],\"passage\":\"\\\"Q\\\"\"}}" },
    { "drop", "d.jsonl", "\"passage\",\"question\",\"context\"", "",
        FLAT("a") FLAT("b") FLAT("c") },
    { "gsm8k", "d.jsonl", "\"question\"", "",
        "{\"question\":\"a\",\"answer\":\"#### 1\"}\n{\"question\":\"b\",\"answer\":\"#### "
        "2\"}\n{\"question\":\"c\",\"answer\":\"#### 3\"}" },
    { "math", "d.jsonl", "\"problem\"", ",\"target\":\"answer\"",
        "{\"problem\":\"a\",\"solution\":\"\\\\boxed{1}\"}\n{\"problem\":\"b\",\"answer\":\"2\"}\n"
        "{\"problem\":\"c\",\"solution\":\"\\\\boxed{\\\\frac{1}{2}}\"}" },
    { "math", "problems", "\"problem\"", "", "{\"problem\":\"a\",\"solution\":\"\\\\boxed{1}\"}" },
    { "humaneval", "d.jsonl.gz", "\"prompt\",\"entry_point\"", "", CODE("1") CODE("2") CODE("3") },
    { "mbpp", "d.jsonl", "\"prompt\",\"tests\"", "", MBPP("1") MBPP("2") MBPP("3") },
    { "ifbench", "d.jsonl", "\"prompt\"", "", FOLLOW("1") FOLLOW("2") FOLLOW("3") },
    { "pupa", "d.csv", "\"user_query\"", "",
        "conversation_hash,user_query,target_response,pii_units\n1,a,b,x||y\n2,\"c\nd\",e,\n3,f,g,"
        "z\n" },
};

enum { SEED_COUNT = sizeof seeds / sizeof seeds[0] };

static char *write_file(const char *name, const char *bytes, size_t len)
{
    char *path = file_join(folder, name);
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        abort();
    return path;
}

/* Packed by gzip, in memory. */
static void pack(struct str *bytes)
{
    uLong bound = compressBound((uLong)bytes->len) + 64;
    char *out = mem_alloc(bound);
    z_stream stream = { .next_in = (Bytef *)bytes->data,
        .avail_in = (uInt)bytes->len,
        .next_out = (Bytef *)out,
        .avail_out = (uInt)bound };

    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&stream, Z_FINISH) != Z_STREAM_END)
        abort();
    str_clear(bytes);
    str_add_n(bytes, out, stream.total_out);
    (void)deflateEnd(&stream);
    free(out);
}

/* The data of a seed: mutated before it is packed or after. A folder has three files, one of them
 * mutated. */
static void write_data(const struct seed *seed, struct random *random)
{
    struct str bytes = STR_INIT;
    bool is_packed = strstr(seed->file, ".gz") != NULL;
    bool before = random_below(random, 2) == 0;

    str_add(&bytes, seed->bytes);
    if (strcmp(seed->file, "problems") == 0) {
        free(write_file("problems/2.json", seed->bytes, bytes.len));
        free(write_file("problems/3.json", "{\"problem\":\"b\",\"solution\":\"x\"}", 30));
    }
    if (before || !is_packed)
        mutate(random, &bytes);
    if (is_packed && bytes.len > 0)
        pack(&bytes);
    if (is_packed && !before)
        mutate(random, &bytes);
    free(write_file(strcmp(seed->file, "problems") == 0 ? "problems/1.json" : seed->file,
        str_text(&bytes), bytes.len));
    str_free(&bytes);
}

static void check(const char *what, bool ok, const struct err *err)
{
    if (ok || err->code == ERR_INPUT)
        return;
    (void)fprintf(stderr, "%s: %s\n", what, err->message);
    abort();
}

static void load(const struct seed *seed)
{
    struct err err = { .code = ERR_NONE };
    char *text = mem_printf(
        "{\"task\":\"t\",\"data\":{\"format\":\"%s\",\"file\":\"%s\",\"split\":{\"train\":1,"
        "\"validation\":1,\"test\":1}%s},\"inputs\":[%s],\"metric\":\"f1\",\"models\":{"
        "\"executor\":\"builtin\",\"meta\":\"builtin\"}}",
        seed->format, seed->file, seed->more, seed->inputs);
    char *path = write_file("task.json", text, strlen(text));
    struct task *task = task_load(path, NULL, 0, &err);

    check(seed->file, task != NULL, &err);
    task_free(task);
    free(path);
    free(text);
}

static void start(const struct seed *seed)
{
    struct err err = { .code = ERR_NONE };
    struct str text = STR_INIT, notes = STR_INIT;
    char *path = file_join(folder, seed->file);
    const char *files[] = { path };
    struct start_file file = { .format = seed->format, .files = files, .file_count = 1 };
    bool ok = start_file_write(&file, &text, &notes, &err);

    check(seed->format, ok, &err);
    if (ok) {
        struct task *task = task_from_text("start.json", text.data, text.len, &err);

        check(str_text(&text), task != NULL, &err);
        task_free(task);
    }
    str_free(&text);
    str_free(&notes);
    free(path);
}

void fuzz_loaders(struct random *random)
{
    const struct seed *seed = &seeds[random_below(random, SEED_COUNT)];
    char *problems;

    if (!made && mkdtemp(folder) == NULL)
        abort();
    problems = file_join(folder, "problems");
    if (!made && mkdir(problems, 0700) != 0)
        abort();
    free(problems);
    made = true;
    write_data(seed, random);
    load(seed);
    start(seed);
}

static void take_away(const char *name)
{
    char *path = file_join(folder, name);

    (void)remove(path); /* of a seed that no round has drawn there is none */
    free(path);
}

void fuzz_loaders_close(void)
{
    static const char *const names[] = { "problems/1.json", "problems/2.json", "problems/3.json",
        "task.json" };

    if (!made)
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        take_away(names[i]);
    for (size_t i = 0; i < SEED_COUNT; i++)
        take_away(seeds[i].file);
    (void)rmdir(folder);
}
