/*
 * kill -9 at random moments: 12 runs, each killed twice, the second time while it goes on. What is
 * resumed ends with the facts and the workflow of a run that nobody disturbed, and nothing that the
 * journal had committed is asked again.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "sitting.h"

enum { RUNS = 12, KILLS_A_RUN = 2, AT_ONCE = 8, LINE = HASH_HEX_SIZE + 1 };

/* ---- the log of what was asked and answered ---- */

static int log_open(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    return fd;
}

static char *log_read(const char *path)
{
    struct str text = STR_INIT;
    struct err err = { .code = ERR_NONE };

    if (!file_read(path, 1 << 20, &text, &err))
        fail_msg("%s", err.message);
    assert_int_equal(text.len % LINE, 0);
    return text.len > 0 ? str_take(&text) : mem_strdup("");
}

static bool log_has(const char *log, char mark, const char *line)
{
    char wanted[LINE + 1];

    (void)snprintf(wanted, sizeof wanted, "%c%.*s", mark, LINE - 1, line + 1);
    return strstr(log, wanted) != NULL;
}

static off_t log_size(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 ? info.st_size : 0;
}

/* ---- a child that is killed ---- */

struct moment {
    off_t bytes; /* the log's size at which … */
    unsigned us; /* … and how much later */
};

static void child_main(
    const struct place *place, const char *store, const char *id, const char *log)
{
    struct sitting run = {
        .place = place,
        .store = store,
        .sets = { "limits.concurrency=8" },
        .keep_flaky = true,
        .flaky = { .seed = 1, .delay_ms = 1, .log = log_open(log) },
    };

    (void)snprintf(run.id, sizeof run.id, "%s", id);
    sitting_run(&run);
    _exit(run.outcome.exit_code == 0 ? 0 : 1);
}

/* True where the child was still alive when it was killed. */
static bool kill_at(pid_t child, const char *log, struct moment moment)
{
    int status = 0;

    while (log_size(log) < moment.bytes && waitpid(child, &status, WNOHANG) == 0)
        (void)usleep(100);
    (void)usleep(moment.us);
    (void)kill(child, SIGKILL);
    if (status == 0)
        assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status))
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static bool start_and_kill(const struct place *place, const char *store, const char *id,
    const char *log, struct moment moment)
{
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        child_main(place, store, id, log);
    return kill_at(child, log, moment);
}

/* The one run of the folder; "" where the child did not come to make one. */
static void find_run(const char *store, char id[64])
{
    struct err err = { .code = ERR_NONE };
    char *found = store_resolve(store, "last", &err);

    (void)snprintf(id, 64, "%s", found != NULL ? found : "");
    free(found);
}

/* ---- what must hold ---- */

/* The lines of `log` whose replies the journal holds, each marked '!'. */
static void mark_committed(const char *store_folder, const char *id, char *log)
{
    uv_loop_t loop;
    struct err err = { .code = ERR_NONE };
    struct store *store;

    assert_int_equal(uv_loop_init(&loop), 0);
    store = store_open(&loop, store_folder, id, &err);
    if (store == NULL)
        fail_msg("%s", err.message);
    for (char *line = log; *line != '\0'; line += LINE) {
        char hex[HASH_HEX_SIZE];
        struct hash key;

        (void)snprintf(hex, sizeof hex, "%.*s", HASH_HEX_SIZE - 1, line + 1);
        assert_true(hash_from_hex(hex, &key));
        if (line[0] == '=' && store_has(store, STORE_REPLY, key))
            line[0] = '!';
    }
    store_close(store);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
}

/* Compares the log up to a kill with what was written down since. Asked again is what the endpoint
 * had not answered, at most what was in flight there, and what was on its way into the journal. */
static void check_asked_again(const char *before, const char *since)
{
    unsigned again = 0, unanswered = 0;

    for (const char *line = since; *line != '\0'; line += LINE) {
        if (line[0] == '?' && log_has(before, '!', line))
            fail_msg("%.33s was in the journal and is asked again", line);
        if (line[0] != '?' || !log_has(before, '?', line))
            continue;
        again++;
        unanswered += !log_has(before, '=', line);
    }
    if (unanswered > AT_ONCE || again > 4 * AT_ONCE)
        fail_msg(
            "%u calls are asked again, %u of them had no answer, and at most %d were in flight",
            again, unanswered, AT_ONCE);
}

static void check_all_asked(const char *reference, const char *log)
{
    for (const char *line = reference; *line != '\0'; line += LINE)
        assert_true(log_has(log, line[0], line));
    for (const char *line = log; *line != '\0'; line += LINE)
        assert_true(log_has(reference, line[0], line));
}

/* ---- the test ---- */

struct killed_run {
    const struct place *place;
    char *store, *log;
    char id[64];
    char *before; /* the log at the last kill, marked */
};

static void after_kill(struct killed_run *run)
{
    char *log = log_read(run->log);

    find_run(run->store, run->id);
    if (run->before != NULL)
        check_asked_again(run->before, log + strlen(run->before));
    if (run->id[0] != '\0')
        mark_committed(run->store, run->id, log);
    free(run->before);
    run->before = log;
}

static void go_on_to_the_end(struct killed_run *run, const char *reference)
{
    struct sitting last = {
        .place = run->place,
        .store = run->store,
        .sets = { "limits.concurrency=8" },
        .keep_flaky = true,
        .flaky = { .log = log_open(run->log) },
    };
    char *log;

    (void)snprintf(last.id, sizeof last.id, "%s", run->id);
    sitting_run(&last);
    expect_outcome(&last, 0);
    (void)close(last.flaky.log);
    expect_same(undisturbed(run->place), &last);
    log = log_read(run->log);
    check_asked_again(run->before, log + strlen(run->before));
    check_all_asked(reference, log);
    free(log);
    sitting_free(&last);
}

static unsigned kill_one(
    const struct place *place, unsigned number, struct random *random, const char *reference)
{
    struct killed_run run = { .place = place };
    unsigned kills = 0;

    run.store = mem_printf("%s/killed-%u", place->folder, number);
    run.log = mem_printf("%s/killed-%u.log", place->folder, number);
    (void)close(log_open(run.log));
    for (unsigned i = 0; i < KILLS_A_RUN; i++) {
        size_t lines = strlen(reference) / LINE;
        size_t done = run.before != NULL ? strlen(run.before) / LINE : 0;
        size_t left = lines > done ? lines - done : 0;
        struct moment moment = {
            .bytes = (off_t)((done + random_below(random, left + 1)) * LINE),
            .us = (unsigned)random_below(random, 3000),
        };

        kills += start_and_kill(place, run.store, run.id, run.log, moment);
        after_kill(&run);
    }
    go_on_to_the_end(&run, reference);
    free(run.store);
    free(run.log);
    free(run.before);
    return kills;
}

static char *log_of_undisturbed(const struct place *place)
{
    char *path = file_join(place->folder, "reference.log");
    char *store = file_join(place->folder, "reference");
    struct sitting run = {
        .place = place, .store = store, .keep_flaky = true, .flaky = { .log = log_open(path) }
    };
    char *log;

    sitting_run(&run);
    expect_outcome(&run, 0);
    (void)close(run.flaky.log);
    log = log_read(path);
    sitting_free(&run);
    free(store);
    free(path);
    return log;
}

static void test_killed_runs_go_on(void **state)
{
    char *reference = log_of_undisturbed(*state);
    struct random random;
    unsigned kills = 0;

    random_seed(&random, 2);
    for (unsigned i = 0; i < RUNS; i++)
        kills += kill_one(*state, i, &random, reference);
    print_message("%u of %d kills met a living run\n", kills, RUNS * KILLS_A_RUN);
    assert_true(kills * 10 >= RUNS * KILLS_A_RUN * 8); /* the others came after the end */
    free(reference);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_killed_runs_go_on) };

    return cmocka_run_group_tests(tests, place_open, place_close);
}
