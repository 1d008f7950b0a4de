#include "program.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "file.h"
#include "mem.h"

/* What the reference clients of MCP pass on, languages, time zone, temporary folder, certificates.
 */
static const char *const PASSED_ON[] = { "HOME", "LOGNAME", "PATH", "SHELL", "USER", "LANG",
    "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
    "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "VIRTUAL_ENV" };

struct list {
    char **items;
    size_t count, cap;
};

static bool is_executable(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

static char *find_in_path(const char *name)
{
    const char *at = getenv("PATH");

    at = at != NULL ? at : "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        size_t len = strcspn(at, ":");
        char *folder = mem_strndup(len > 0 ? at : ".", len > 0 ? len : 1);
        char *path = file_join(folder, name);

        free(folder);
        if (is_executable(path)) {
            char *absolute = file_absolute(path);

            free(path);
            return absolute;
        }
        free(path);
        if (at[len] == '\0')
            return NULL;
        at += len + 1;
    }
}

char *program_find(const char *name, const char *folder, struct err *err)
{
    char *path, *absolute;

    if (name[0] == '\0') {
        (void)err_set(err, ERR_INPUT, "the program's name is empty");
        return NULL;
    }
    if (strchr(name, '/') == NULL) {
        path = find_in_path(name);
        if (path == NULL)
            (void)err_set(err, ERR_INPUT,
                "there is no program \"%.100s\" in PATH; install it, or give its path", name);
        return path;
    }
    path = file_join(folder, name);
    absolute = file_absolute(path);
    free(path);
    if (is_executable(absolute))
        return absolute;
    (void)err_set(err, ERR_INPUT, "%.300s %s", absolute,
        file_exists(absolute) ? "cannot be executed (chmod +x makes it so)" : "does not exist");
    free(absolute);
    return NULL;
}

static void pass_on(struct list *list, const char *name)
{
    const char *value = getenv(name);

    if (value != NULL)
        ARRAY_PUSH(list, mem_printf("%s=%s", name, value));
}

char **program_environment(const char *const *more, size_t count)
{
    struct list list = { 0 };

    for (size_t i = 0; i < sizeof PASSED_ON / sizeof PASSED_ON[0]; i++)
        pass_on(&list, PASSED_ON[i]);
    for (size_t i = 0; i < count; i++)
        pass_on(&list, more[i]);
    ARRAY_PUSH(&list, NULL);
    return list.items;
}

void program_environment_free(char **env)
{
    for (size_t i = 0; env != NULL && env[i] != NULL; i++)
        free(env[i]);
    free(env);
}
