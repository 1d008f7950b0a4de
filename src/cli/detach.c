#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "mem.h"
#include "store.h"

extern char **environ;

enum { LET_GO_MS = 20000, LOOK_MS = 20 };

/* ---- away ---- */

static bool spawn(char *const argv[], const char *log, struct err *err)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    pid_t child;
    int code;

    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    (void)posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(
        &files, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    (void)posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    code = posix_spawn(&child, "/proc/self/exe", &files, &attributes, argv, environ);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    return code == 0 || err_set(err, ERR_IO,
                            "the run cannot go on without a screen (%s); it is saved: flowbot "
                            "resume goes on",
                            strerror(code));
}

bool detach_spawn(const char *folder, const char *id, struct err *err)
{
    char *name = mem_printf("%s.log", id);
    char *log = file_join(folder, name);
    char *words[] = { mem_strdup("flowbot"), mem_strdup("resume"), mem_strdup(id),
        mem_strdup("--headless"), mem_strdup("--store"), mem_strdup(folder), NULL };
    bool ok = spawn(words, log, err);

    if (ok)
        (void)fprintf(stderr,
            "run %s goes on without a screen (%s); flowbot attach %s takes it back\n", id, log, id);
    for (size_t i = 0; words[i] != NULL; i++)
        free(words[i]);
    free(log);
    free(name);
    return ok;
}

/* ---- here ---- */

static void look_later(void)
{
    const struct timespec time = { .tv_nsec = LOOK_MS * 1000000L };

    (void)nanosleep(&time, NULL); /* no loop turns yet; a signal ends the program */
}

bool detach_take_over(const char *folder, const char *id, struct err *err)
{
    int64_t until = clock_us() + LET_GO_MS * 1000LL;
    int64_t pid;

    if (!store_is_held(folder, id, &pid))
        return true;
    if (pid <= 1 || kill((pid_t)pid, SIGUSR1) != 0)
        return err_set(err, ERR_BUSY, "run %s is held by a process that cannot be asked (pid %lld)",
            id, (long long)pid);
    (void)fprintf(stderr, "run %s: process %lld finishes what is in flight and lets go\n", id,
        (long long)pid);
    while (clock_us() < until) {
        int64_t holder;

        if (!store_is_held(folder, id, &holder))
            return true;
        look_later();
    }
    return err_set(err, ERR_BUSY,
        "run %s: process %lld does not let go; kill -TERM %lld ends it, nothing is lost", id,
        (long long)pid, (long long)pid);
}
