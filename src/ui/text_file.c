#include "text_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "mem.h"
#include "utf8.h"

enum { EDITED_MAX = 4 << 20 };

static bool make_folder(struct text_file *file, struct err *err)
{
    const char *base = getenv("TMPDIR");
    bool is_given = base != NULL && base[0] == '/';

    file->folder = mem_printf("%s/flowbot-XXXXXX", is_given ? base : "/tmp");
    if (mkdtemp(file->folder) != NULL)
        return true;
    free(file->folder);
    file->folder = NULL;
    return err_set(
        err, ERR_IO, "no folder for the text could be made in %s", is_given ? base : "/tmp");
}

bool text_file_make(struct text_file *file, const char *suffix, const char *text, struct err *err)
{
    bool is_open = text[0] != '\0' && !str_ends(text, "\n");
    char *name, *lines;
    bool ok;

    *file = (struct text_file){ .given = mem_strdup(text) };
    if (!make_folder(file, err))
        return false;
    name = mem_printf("text%s", suffix);
    lines = mem_printf("%s%s", text, is_open ? "\n" : "");
    file->path = file_join(file->folder, name);
    ok = file_write(file->path, lines, strlen(lines), err);
    free(lines);
    free(name);
    return ok;
}

char *text_file_read(const struct text_file *file, struct err *err)
{
    struct str text = STR_INIT;
    size_t bad;
    char *edited = NULL;

    if (!file_read(file->path, EDITED_MAX, &text, err)) {
        str_free(&text);
        return NULL;
    }
    if (!utf8_valid(str_text(&text), text.len, &bad) || strlen(str_text(&text)) != text.len) {
        err_set(err, ERR_INPUT, "what was written is not UTF-8 text; nothing was changed");
    } else {
        if (str_ends(str_text(&text), "\n") && !str_ends(file->given, "\n"))
            str_truncate(&text, text.len - 1);
        if (!str_equal(str_text(&text), file->given))
            edited = mem_strdup(str_text(&text));
    }
    str_free(&text);
    return edited;
}

void text_file_remove(struct text_file *file)
{
    if (file->path != NULL)
        (void)unlink(file->path);
    if (file->folder != NULL)
        (void)rmdir(file->folder);
    free(file->path);
    free(file->folder);
    free(file->given);
    *file = (struct text_file){ 0 };
}

const char *text_file_program(const char *variable, const char *second, const char *otherwise)
{
    const char *value = getenv(variable);

    if (value == NULL || value[strspn(value, " \t")] == '\0')
        value = second != NULL ? getenv(second) : NULL;
    return value != NULL && value[strspn(value, " \t")] != '\0' ? value : otherwise;
}
