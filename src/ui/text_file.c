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

/* What stands there now; NULL where it is the same (err->code ERR_NONE) or is no text. */
static char *read_text(const struct text_file *file, struct err *err)
{
    struct str text = STR_INIT;
    size_t bad;
    char *edited = NULL;

    if (!file_read(file->path, EDITED_MAX, &text, err)) {
        str_free(&text);
        return NULL;
    }
    if (!utf8_valid(str_text(&text), text.len, &bad) || strlen(str_text(&text)) != text.len) {
        err_set(err, ERR_INPUT, "what was written is not UTF-8 text");
    } else {
        if (str_ends(str_text(&text), "\n") && !str_ends(file->given, "\n"))
            str_truncate(&text, text.len - 1);
        if (!str_equal(str_text(&text), file->given))
            edited = mem_strdup(str_text(&text));
    }
    str_free(&text);
    return edited;
}

/* The file stays; its path is the caller's. */
static char *leave(struct text_file *file)
{
    char *path = file->path;

    free(file->folder);
    free(file->given);
    *file = (struct text_file){ 0 };
    return path;
}

char *text_file_give_up(struct text_file *file)
{
    struct err err = { .code = ERR_NONE };
    char *text = file->path != NULL ? read_text(file, &err) : NULL;
    char *path = NULL;

    if (text != NULL || (err.code != ERR_NONE && file_exists(file->path)))
        path = leave(file);
    else
        text_file_remove(file);
    free(text);
    return path;
}

char *text_file_take(struct text_file *file, int status, struct err *err)
{
    struct err why = { .code = ERR_NONE };
    char *text = status == 0 ? read_text(file, &why) : NULL;
    char *path;

    if (text != NULL || (status == 0 && why.code == ERR_NONE)) {
        text_file_remove(file);
        return text;
    }
    if (status != 0)
        err_set(&why, ERR_IO, "the editor ended with status %d", status);
    path = text_file_give_up(file);
    if (path != NULL)
        err_set(err, why.code, "%s; it is not taken, and stays in %s", why.message, path);
    else
        err_set(err, why.code, "%s; nothing was changed", why.message);
    free(path);
    return NULL;
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

char *text_file_keep(const char *suffix, const char *text, struct err *err)
{
    struct text_file file = { 0 };

    if (text_file_make(&file, suffix, text, err))
        return leave(&file);
    text_file_remove(&file);
    return NULL;
}

const char *text_file_program(const char *variable, const char *second, const char *otherwise)
{
    const char *value = getenv(variable);

    if (value == NULL || value[strspn(value, " \t")] == '\0')
        value = second != NULL ? getenv(second) : NULL;
    return value != NULL && value[strspn(value, " \t")] != '\0' ? value : otherwise;
}
