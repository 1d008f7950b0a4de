#include "crash.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mem.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_DEATH_CALLBACK
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(HAS_DEATH_CALLBACK)
#include <sanitizer/common_interface_defs.h>
#define on_death(callback) __sanitizer_set_death_callback(callback)
#else
#define on_death(callback) ((void)0)
#endif

/* Faults, and signals that end a process when nobody handles them: those that the loop handles, and
 * was asked to before, stay its own. */
static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGXCPU, SIGQUIT,
    SIGTERM, SIGHUP, SIGINT };

enum {
    SIGNALS = sizeof signals / sizeof signals[0],
    FAULTS = 6,
    STACK = 64 << 10,
    PATIENCE_MS = 200
};
enum { SHOWN_WORDS = 64 << 10 }; /* of what was said on standard error, the last so many bytes */

static struct {
    int fd; /* -1: not armed */
    struct termios before;
    const char *leave;
    size_t leave_len;
    int words;  /* where standard error goes meanwhile; -1: nowhere else */
    int former; /* where it went before */
    struct sigaction old[SIGNALS];
    bool taken[SIGNALS];
    void *stack; /* the handler's own: the program's may be what overflowed */
    stack_t old_stack;
    bool at_exit;
    const char *fault_words;
    size_t fault_words_len;
} state = { .fd = -1, .words = -1, .former = -1 };

static const char RUN_WORDS[] = "flowbot: crashed. What was answered is in the run's journal: "
                                "flowbot resume last goes on from it\n";

/* ---- only what is async-signal-safe ---- */

/* A terminal that is behind is waited for, for a moment. */
static void say(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        struct pollfd ready = { .fd = fd, .events = POLLOUT };
        ssize_t wrote = write(fd, bytes, len);

        if (wrote < 0 && errno == EAGAIN && poll(&ready, 1, PATIENCE_MS) > 0)
            continue;
        if (wrote <= 0) /* the terminal is gone; nothing is left to be done for it */
            return;
        bytes += wrote;
        len -= (size_t)wrote;
    }
}

static void show_words(void)
{
    off_t end, at;
    char block[1024];
    ssize_t got;

    if (state.words < 0)
        return;
    end = lseek(state.words, 0, SEEK_CUR);
    (void)dup2(state.former, STDERR_FILENO);
    at = end > SHOWN_WORDS ? end - SHOWN_WORDS : 0;
    while ((got = pread(state.words, block, sizeof block, at)) > 0) {
        say(STDERR_FILENO, block, (size_t)got);
        at += got;
    }
    (void)close(state.words);
    (void)close(state.former);
    state.words = state.former = -1;
}

/* What is still to be written there must not be waited for forever by a terminal that stands
 * still: the settings come first. */
static void give_back(void)
{
    int fd = state.fd;

    state.fd = -1;
    if (fd < 0)
        return;
    (void)tcsetattr(fd, TCSANOW, &state.before);
    say(fd, state.leave, state.leave_len);
    show_words();
}

static size_t index_of(int number)
{
    size_t i = 0;

    while (i < SIGNALS && signals[i] != number)
        i++;
    return i;
}

/* Restores what was there before (a sanitizer's report, a core dump) and lets it happen: a fault of
 * the program's own comes again on return, everything else is raised. */
static void on_signal(int number, siginfo_t *info, void *context)
{
    size_t i = index_of(number);
    int kept = errno;

    (void)context;
    give_back();
    if (i < FAULTS)
        say(STDERR_FILENO, state.fault_words, state.fault_words_len);
    if (i < SIGNALS)
        (void)sigaction(number, &state.old[i], NULL);
    if (info->si_code <= 0 || i >= FAULTS)
        (void)raise(number);
    errno = kept;
}

/* ---- arming ---- */

/* Faults are (a sanitizer's handler has them after us), and what nobody else handles or ignores. */
static bool is_ours(size_t i, void (*old)(int))
{
    return old == SIG_DFL || (i < FAULTS && old != SIG_IGN);
}

static void take_signals(void)
{
    struct sigaction action = { .sa_flags = SA_ONSTACK | SA_SIGINFO };

    action.sa_sigaction = on_signal;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < SIGNALS; i++)
        state.taken[i] = sigaction(signals[i], NULL, &state.old[i]) == 0 &&
                         is_ours(i, state.old[i].sa_handler) &&
                         sigaction(signals[i], &action, NULL) == 0;
}

static void take_stack(void)
{
    stack_t stack = { .ss_size = STACK };

    state.stack = mem_alloc(STACK);
    stack.ss_sp = state.stack;
    (void)sigaltstack(&stack, &state.old_stack);
}

static void collect_words(void)
{
    if (isatty(STDERR_FILENO) != 1)
        return;
    state.words = memfd_create("flowbot-stderr", MFD_CLOEXEC);
    state.former = state.words >= 0 ? dup(STDERR_FILENO) : -1;
    if (state.former >= 0)
        (void)dup2(state.words, STDERR_FILENO);
}

void crash_say(const char *words)
{
    state.fault_words = words;
    state.fault_words_len = strlen(words);
}

void crash_arm(int fd, const struct termios *before, const char *leave)
{
    state.before = *before;
    state.leave = leave;
    state.leave_len = strlen(leave);
    if (state.fault_words == NULL)
        crash_say(RUN_WORDS);
    if (state.stack == NULL) {
        take_stack();
        take_signals();
        on_death(give_back);
    }
    if (!state.at_exit)
        state.at_exit = atexit(give_back) == 0;
    collect_words();
    state.fd = fd;
}

static void free_stack(void)
{
    if ((state.old_stack.ss_flags & SS_DISABLE) != 0 || sigaltstack(&state.old_stack, NULL) != 0) {
        stack_t off = { .ss_flags = SS_DISABLE };

        (void)sigaltstack(&off, NULL);
    }
    free(state.stack);
    state.stack = NULL;
}

void crash_disarm(void)
{
    state.fd = -1;
    show_words();
    if (state.stack == NULL)
        return;
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction now;

        /* whoever took a signal after us keeps it */
        if (state.taken[i] && sigaction(signals[i], NULL, &now) == 0 &&
            now.sa_sigaction == on_signal)
            (void)sigaction(signals[i], &state.old[i], NULL);
    }
    free_stack();
}
