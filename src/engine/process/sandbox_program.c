#include "sandbox_program.h"

#include <stdlib.h>
#include <unistd.h>

#include "mem.h"
#include "program.h"
#include "sandbox.h"
#include "sandbox_runner.h"

const char sandbox_advice[] =
    "model-written code is refused rather than run without a sandbox. It needs unprivileged user "
    "namespaces (sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0; in a "
    "container: a seccomp profile that allows them); --unsafe-exec runs it as you, unprotected";

/* What is fixed: namespaces, rights, file system. The order matters: mounts are made in it. /, /dev
 * and /dev/shm are made read-only last, since their memory has no bound. */
static const char *const WALLS[] = { "--unshare-user", "--disable-userns", "--unshare-ipc",
    "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", "--uid", "65534",
    "--gid", "65534", "--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv",
    "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "HOME", "/tmp", "--setenv", "LANG", "C.UTF-8",
    "--setenv", "PYTHONHASHSEED", "0", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
    "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev",
    "/dev", "--remount-ro", "/dev" };

static void add(struct sandbox_program *program, size_t *count, const char *word)
{
    program->argv[(*count)++] = word;
}

static bool find(
    char **path, const char *name, const char *package, const char *what, struct err *err)
{
    struct err missing = { 0 };

    *path = program_find(name, "/", &missing);
    if (*path != NULL)
        return true;
    return err_set(err, ERR_INPUT,
        "no sandbox for model-written code: %s (%s) is not installed; install the package %s", what,
        name, package);
}

bool sandbox_program_make(struct sandbox_program *program, bool unsafe, struct err *err)
{
    size_t count = 0;

    *program = (struct sandbox_program){ 0 };
    if (!unsafe && !find(&program->bwrap, "bwrap", "bubblewrap", "bubblewrap", err))
        return false;
    /* within the walls only /usr is there, so the interpreter is the system's own */
    if (!unsafe && access("/usr/bin/python3", X_OK) != 0)
        return err_set(err, ERR_INPUT,
            "no sandbox for model-written code: /usr/bin/python3 is missing; install the package "
            "python3");
    if (unsafe && !find(&program->python, "python3", "python3", "Python", err))
        return false;
    if (!unsafe) {
        program->tmp_size = mem_printf("%d", (int)SANDBOX_TMP_BYTES);
        add(program, &count, program->bwrap);
        for (size_t i = 0; i < sizeof WALLS / sizeof WALLS[0]; i++)
            add(program, &count, WALLS[i]);
        add(program, &count, "--size");
        add(program, &count, program->tmp_size);
        add(program, &count, "--tmpfs");
        add(program, &count, "/tmp");
        add(program, &count, "--remount-ro");
        add(program, &count, "/");
        add(program, &count, "--chdir");
        add(program, &count, "/tmp");
        add(program, &count, "--");
    }
    add(program, &count, unsafe ? program->python : "/usr/bin/python3");
    add(program, &count, "-B");
    add(program, &count,
        "-S"); /* a third of an interpreter's start; the runner does what matters */
    add(program, &count, "-c");
    add(program, &count, (const char *)sandbox_runner);
    return true;
}

void sandbox_program_free(struct sandbox_program *program)
{
    free(program->bwrap);
    free(program->python);
    free(program->tmp_size);
    *program = (struct sandbox_program){ 0 };
}
