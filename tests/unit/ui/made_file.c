#include "made_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "store.h"

static void fail(const char *what, const char *why)
{
    (void)fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

void made_file_open(struct made_file *file, uv_loop_t *loop, struct run_view *view)
{
    struct err err = { .code = ERR_NONE };

    *file = (struct made_file){ .loop = loop, .view = view };
    (void)snprintf(file->folder, sizeof file->folder, "/tmp/flowbot-made-XXXXXX");
    if (mkdtemp(file->folder) == NULL)
        fail("mkdtemp", file->folder);
    file->store = store_create(loop, file->folder, "made", "{}", &err);
    if (file->store == NULL)
        fail("store_create", err.message);
}

__attribute__((format(printf, 2, 0))) static cJSON *event_of(
    struct made_file *file, const char *format, va_list args)
{
    static char json[100000];
    cJSON *event;
    int len = vsnprintf(json, sizeof json, format, args);

    if (len < 0 || (size_t)len >= sizeof json)
        fail("too long", format);
    for (char *at = json; *at != '\0'; at++)
        *at = *at == '\'' ? '"' : *at;
    event = cJSON_Parse(json);
    if (event == NULL)
        fail("no JSON", json);
    cJSON_AddNumberToObject(event, "t", (double)file->t);
    file->t += 1000;
    return event;
}

void made_file_fact(struct made_file *file, const char *format, ...)
{
    cJSON *event;
    struct text *text;
    char *line;
    va_list args;

    va_start(args, format);
    event = event_of(file, format, args);
    va_end(args);
    cJSON_AddNumberToObject(event, "seq", file->seq);
    run_view_apply(file->view, event);
    line = cJSON_PrintUnformatted(event);
    text = text_from(line);
    store_put_fact(file->store, file->seq++, text, NULL, NULL);
    text_unref(text);
    cJSON_free(line);
    cJSON_Delete(event);
}

void made_file_progress(struct made_file *file, const char *format, ...)
{
    cJSON *event;
    va_list args;

    va_start(args, format);
    event = event_of(file, format, args);
    va_end(args);
    run_view_apply(file->view, event);
    cJSON_Delete(event);
}

void made_file_text(struct made_file *file, const char *words, char hex[HASH_HEX_SIZE])
{
    struct text *text = text_from(words);

    hash_hex(hash_text(words), hex);
    store_put(file->store, STORE_TEXT, hash_text(words), text, NULL, NULL);
    text_unref(text);
}

struct reader *made_file_reader(struct made_file *file, reader_change *on_change, void *data)
{
    char *path = mem_printf("%s/made.flowbot", file->folder);
    struct err err = { .code = ERR_NONE };
    struct reader *reader;

    (void)uv_run(file->loop, UV_RUN_DEFAULT);
    store_close(file->store);
    (void)uv_run(file->loop, UV_RUN_DEFAULT);
    reader = reader_open(file->loop, path, on_change, data, &err);
    if (reader == NULL)
        fail(path, err.message);
    free(path);
    return reader;
}

void made_file_remove(struct made_file *file)
{
    static const char *const ends[] = { "flowbot", "flowbot-wal", "flowbot-shm", "lock" };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char *path = mem_printf("%s/made.%s", file->folder, ends[i]);

        (void)unlink(path);
        free(path);
    }
    (void)rmdir(file->folder);
}
