#include "paths.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"

bool paths_check_id(const char *id, struct err *err)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
    size_t len = strspn(id, allowed);

    if (len > 0 && id[len] == '\0' && id[0] != '.' && len <= RUN_ID_MAX)
        return true;
    return err_set(err, ERR_INPUT,
        "\"%.*s\" is no id of a run: at most %d letters, digits, \"_\", \"-\" and \".\", a dot "
        "never first",
        RUN_ID_MAX, id, RUN_ID_MAX);
}

static char *file_named(const char *folder, const char *id, const char *suffix)
{
    char *name = mem_printf("%s%s", id, suffix);
    char *path = file_join(folder, name);

    free(name);
    return path;
}

char *paths_run(const char *folder, const char *id)
{
    return file_named(folder, id, RUN_SUFFIX);
}

char *paths_lock(const char *folder, const char *id)
{
    return file_named(folder, id, ".lock");
}
