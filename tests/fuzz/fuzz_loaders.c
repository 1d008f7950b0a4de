#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "task.h"

static char folder[] = "/tmp/flowbot-fuzz-XXXXXX";
static bool made;

static const struct {
    const char *format, *file, *inputs, *bytes;
} seeds[] = {
    { "fields", "d.jsonl", "[\"q\"]",
        "{\"q\":\"one\",\"target\":\"1\"}\n{\"q\":\"two\",\"target\":\"2\"}\n{\"q\":\"three\","
        "\"target\":"
        "\"3\"}\n{\"q\":\"four\",\"target\":\"4\"}\n" },
    { "fields", "d.json", "[\"q\"]",
        "[{\"q\":\"one\",\"target\":\"1\"},{\"q\":\"two\",\"target\":\"2\"},{\"q\":\"three\","
        "\"target\":"
        "\"3\"}]" },
    { "fields", "d.csv", "[\"q\"]",
        "q,target\n\"one, \"\"1\"\"\",1\ntwo,2\n\"three\nlines\",3\nfour,4\n" },
    { "hotpotqa", "d.json", "[\"question\",\"paragraphs\"]",
        "[{\"_id\":\"a\",\"question\":\"Who?\",\"answer\":\"x\",\"context\":[[\"T\",[\"One. "
        "\",\"Two.\"]]],"
        "\"supporting_facts\":[[\"T\",0]]},{\"_id\":\"b\",\"question\":\"When?\",\"answer\":\"y\","
        "\"context\":"
        "[[\"U\",[\"Three.\"]]],\"supporting_facts\":[]},{\"_id\":\"c\",\"question\":\"Where?\","
        "\"answer\":"
        "\"z\",\"context\":[]}]" },
};

static char *write_file(const char *name, const char *bytes, size_t len)
{
    struct err err = { .code = ERR_NONE };
    char *path = file_join(folder, name);
    FILE *file = fopen(path, "wb");

    if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
        abort();
    (void)err;
    return path;
}

void fuzz_loaders(struct random *random)
{
    size_t which = (size_t)random_below(random, sizeof seeds / sizeof seeds[0]);
    struct err err = { .code = ERR_NONE };
    struct str bytes = STR_INIT;
    char *task_text, *task_path, *data_path;
    struct task *task;

    if (!made && mkdtemp(folder) == NULL)
        abort();
    made = true;
    str_add(&bytes, seeds[which].bytes);
    mutate(random, &bytes);
    task_text = mem_printf(
        "{\"task\":\"t\",\"data\":{\"format\":\"%s\",\"file\":\"%s\",\"split\":{\"train\":1,"
        "\"validation\":1,\"test\":1}},\"inputs\":%s,\"metric\":\"f1\",\"models\":{"
        "\"executor\":\"builtin\",\"meta\":\"builtin\"}}",
        seeds[which].format, seeds[which].file, seeds[which].inputs);
    data_path = write_file(seeds[which].file, str_text(&bytes), bytes.len);
    task_path = write_file("task.json", task_text, strlen(task_text));
    task = task_load(task_path, NULL, 0, &err);
    if (task == NULL && err.code != ERR_INPUT) {
        (void)fprintf(stderr, "%s: %s\n", seeds[which].file, err.message);
        abort();
    }
    task_free(task);
    free(task_text);
    free(task_path);
    free(data_path);
    str_free(&bytes);
}

void fuzz_loaders_close(void)
{
    static const char *const names[] = { "d.jsonl", "d.json", "d.csv", "task.json" };

    for (size_t i = 0; made && i < sizeof names / sizeof names[0]; i++) {
        char *path = file_join(folder, names[i]);

        (void)unlink(path);
        free(path);
    }
    if (made)
        (void)rmdir(folder);
}
