#include "fixtures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

static char folder[] = "/tmp/flowbot-task-XXXXXX";

static char *shared_path(const char *variable, const char *below_source, const char *name)
{
    const char *root = getenv(variable);
    const char *source = getenv("FLOWBOT_SOURCE");
    char *base = root != NULL
                     ? mem_strdup(root)
                     : mem_printf("%s/../shared/%s", source != NULL ? source : ".", below_source);
    char *path = file_join(base, name);

    free(base);
    if (file_exists(path))
        return path;
    print_message("skipped: there is no %s (set %s)\n", path, variable);
    free(path);
    return NULL;
}

char *fixture_path(const char *name)
{
    return shared_path("FLOWBOT_FIXTURES", "fixtures", name);
}

char *data_path(const char *name)
{
    return shared_path("FLOWBOT_DATA", "data", name);
}

size_t each_line(const char *path, void (*each)(const struct json *line, void *data), void *data)
{
    struct err err = { 0 };
    struct str text = STR_INIT;
    size_t lines = 0;

    if (!file_read(path, 100 << 20, &text, &err))
        fail_msg("%s", err.message);
    for (const char *at = str_text(&text); *at != '\0';) {
        size_t len = strcspn(at, "\n");
        struct json_doc *doc = json_parse(path, (unsigned)++lines, at, len, JSON_STRICT, &err);

        if (doc == NULL)
            fail_msg("%s", err.message);
        each(json_root(doc), data);
        json_free(doc);
        at += len + (at[len] == '\n');
    }
    str_free(&text);
    return lines;
}

int folder_make(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

int folder_remove(void **state)
{
    char *command = mem_printf("rm -r '%s'", folder);
    int status = system(command); /* NOLINT(cert-env33-c,bugprone-command-processor) */

    (void)state;
    free(command);
    return status;
}

char *in_folder(const char *name)
{
    return file_join(folder, name);
}

void write_text(const char *name, const char *text)
{
    struct err err = { 0 };
    char *path = in_folder(name);

    if (!file_write(path, text, strlen(text), &err))
        fail_msg("%s", err.message);
    free(path);
}

struct task *load_text(const char *text, struct err *err)
{
    char *path = in_folder("task.json");
    struct task *task;

    write_text("task.json", text);
    task = task_load(path, NULL, 0, err);
    free(path);
    return task;
}
