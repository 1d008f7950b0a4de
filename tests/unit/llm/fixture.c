#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

static char *path_of(const char *name)
{
    const char *folder = getenv("FLOWBOT_FIXTURES");
    const char *source = getenv("FLOWBOT_SOURCE");

    if (folder != NULL)
        return mem_printf("%s/%s", folder, name);
    return mem_printf("%s/../shared/fixtures/%s", source != NULL ? source : ".", name);
}

bool fixture_each(const char *name, void (*check)(const cJSON *vector), size_t *count)
{
    char *path = path_of(name);
    struct str text = STR_INIT;
    struct err err = { 0 };
    bool there = file_exists(path);

    *count = 0;
    if (!there)
        printf("no %s: its vectors are skipped\n", path);
    else if (!file_read(path, 1 << 22, &text, &err))
        abort();
    for (const char *line = str_text(&text), *end; (end = strchr(line, '\n')) != NULL;
         line = end + 1) {
        cJSON *vector = cJSON_ParseWithLength(line, (size_t)(end - line));

        check(vector);
        cJSON_Delete(vector);
        (*count)++;
    }
    str_free(&text);
    free(path);
    return there;
}

char *fixture_base64(const char *text, size_t *len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct str out = STR_INIT;
    unsigned bits = 0, have = 0;

    for (; *text != '\0' && *text != '='; text++) {
        bits = bits << 6 | (unsigned)(strchr(digits, *text) - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            str_add_char(&out, (char)(bits >> have & 0xff));
        }
    }
    *len = out.len;
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}
