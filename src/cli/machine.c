#include "machine.h"

#include <errno.h>
#include <langinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "http.h"
#include "mem.h"
#include "sandbox.h"
#include "str.h"

static struct machine_finding __attribute__((format(printf, 2, 3)))
found(enum machine_state state, const char *format, ...)
{
    struct machine_finding finding = { .state = state };
    va_list args;

    va_start(args, format);
    (void)vsnprintf(finding.words, sizeof finding.words, format, args);
    va_end(args);
    return finding;
}

struct machine_finding machine_terminal(void)
{
    const char *term = getenv("TERM");
    const char *charset = nl_langinfo(CODESET);
    struct winsize size = { 0 };

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return found(MACHINE_NOTE, "input or output is no terminal: runs are headless here");
    if (term == NULL || term[0] == '\0' || strcmp(term, "dumb") == 0)
        return found(MACHINE_NOTE,
            "TERM is \"%.40s\": runs are headless; set TERM to what your "
            "terminal is, e.g. xterm-256color",
            term != NULL ? term : "");
    if (strcmp(charset, "UTF-8") != 0)
        return found(MACHINE_NOTE,
            "%.40s, but the character set is %.40s: set LANG to a UTF-8 "
            "locale, e.g. C.UTF-8",
            term, charset);
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && (size.ws_col < 80 || size.ws_row < 24))
        return found(MACHINE_NOTE, "%.40s, %ux%u: make it at least 80x24", term,
            (unsigned)size.ws_col, (unsigned)size.ws_row);
    return found(
        MACHINE_WELL, "%.40s, %ux%u, UTF-8", term, (unsigned)size.ws_col, (unsigned)size.ws_row);
}

static struct machine_finding judge_space(const char *folder)
{
    struct statvfs fs;
    double free_mb;

    if (statvfs(folder, &fs) != 0)
        return found(MACHINE_WELL, "%.300s can be written", folder);
    free_mb = (double)fs.f_bavail * (double)fs.f_frsize / 1e6;
    if (free_mb < 500)
        return found(MACHINE_NOTE,
            "%.300s can be written, but has only %.0f MB left; a long run may need more: make room "
            "or use --store DIR",
            folder, free_mb);
    return found(MACHINE_WELL, "%.300s can be written, %.1f GB free", folder, free_mb / 1000);
}

struct machine_finding machine_store(const char *folder)
{
    char *name = mem_printf("%s/.doctor-%ld", folder, (long)getpid());
    struct err err = { 0 };
    struct machine_finding finding;

    if (file_make_folder(folder, &err) && file_write(name, "ok\n", 3, &err)) {
        (void)unlink(name);
        finding = judge_space(folder);
    } else {
        finding = found(MACHINE_BAD,
            "%.350s; runs are kept there: mend it, or use --store DIR or FLOWBOT_STORE",
            err.message);
    }
    free(name);
    return finding;
}

struct machine_finding machine_sandbox(bool is_needed)
{
    struct err err = { 0 };

    if (sandbox_check(false, &err))
        return found(MACHINE_WELL, "bubblewrap works: a program ran in it");
    return found(is_needed ? MACHINE_BAD : MACHINE_NOTE, "%s%.450s",
        is_needed ? "" : "nothing here needs it, but ", err.message);
}

struct machine_finding machine_descriptors(unsigned concurrency)
{
    struct err err = { 0 };

    if (!http_allow_connections(concurrency, &err))
        return found(MACHINE_BAD, "%.450s", err.message);
    return found(MACHINE_WELL, "enough for %u calls at once", concurrency);
}
