#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "random.h"
#include "rows.h"
#include "schema.h"
#include "store_fixture.h"

static char *run_path(const struct fixture *fixture, const char *id)
{
    return mem_printf("%s/%s.flowbot", fixture->folder, id);
}

static void write_bytes(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static struct str read_bytes(const char *path)
{
    struct str bytes = STR_INIT;
    struct err err = { 0 };

    assert_true(file_read(path, 1 << 28, &bytes, &err));
    return bytes;
}

/* Puts numbers from..to and as many facts, and waits. */
static struct tally fill_store(
    struct fixture *fixture, struct store *store, unsigned from, unsigned to)
{
    struct tally tally = { 0 };

    for (unsigned i = from; i < to; i++) {
        struct text *body = body_of(i);

        store_put(store, STORE_REPLY, key_of(i), body, on_put, &tally);
        store_put_fact(store, i, body, NULL, NULL);
        text_unref(body);
    }
    fixture_run(fixture);
    return tally;
}

/* Opens what must be refused, and sees that the refusal left the file as it was. */
static void expect_refusal(struct fixture *fixture, const char *id, const char *word)
{
    char *path = run_path(fixture, id);
    struct str before = read_bytes(path);
    struct err err = { 0 };
    struct str after;

    assert_null(store_open(&fixture->loop, fixture->folder, id, &err));
    expect_err(&err, ERR_INPUT, path, word, NULL);
    after = read_bytes(path);
    assert_int_equal(after.len, before.len);
    assert_memory_equal(str_text(&after), str_text(&before), before.len);
    str_free(&before);
    str_free(&after);
    free(path);
}

static void change(const char *path, const char *sql)
{
    struct err err = { 0 };
    sqlite3 *db = sql_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &err);

    assert_non_null(db);
    if (!sql_exec(db, sql, &err))
        fail_msg("%s", err.message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_other_files_are_refused(void **state)
{
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "other");

    write_bytes(path, "", 0);
    expect_refusal(fixture, "other", "not a run of flowbot");
    write_bytes(path,
        "just some text, long enough to be looked at by a database program, and no more than that",
        88);
    expect_refusal(fixture, "other", "not a file of flowbot");
    assert_int_equal(unlink(path), 0);
    change(path, "CREATE TABLE mine(a); PRAGMA application_id = 99");
    expect_refusal(fixture, "other", "another program");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    {
        struct err err = { 0 };

        assert_null(store_open(&fixture->loop, fixture->folder, "other", &err));
        expect_err(&err, ERR_IO, path, NULL);
    }
    free(path);
}

static void test_newer_version_is_refused_and_both_are_named(void **state)
{
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "one");

    fixture_shut(fixture, fixture_create(fixture, "one"));
    change(path, "PRAGMA user_version = 7");
    expect_refusal(fixture, "one", "store version 7");
    expect_refusal(fixture, "one", "up to 1");
    free(path);
}

/* What makes the file unfit is still in its log: the refusal must not carry the log into the file.
 */
static void test_refusal_leaves_the_log_alone(void **state)
{
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "one"), *log = mem_printf("%s-wal", path);
    struct err err = { 0 };
    sqlite3 *db;

    fixture_shut(fixture, fixture_create(fixture, "one"));
    db = sql_open(path, SQLITE_OPEN_READWRITE, &err);
    assert_non_null(db);
    assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL), SQLITE_OK);
    assert_true(sql_exec(db, "PRAGMA journal_mode=WAL; PRAGMA user_version = 7", &err));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    assert_true(file_exists(log));
    expect_refusal(fixture, "one", "store version 7");
    assert_true(file_exists(log));
    free(path);
    free(log);
}

static void test_missing_fact_is_damage(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *path = run_path(fixture, "one");

    (void)fill_store(fixture, store, 0, 10);
    fixture_shut(fixture, store);
    change(path, "DELETE FROM fact WHERE seq = 4");
    expect_refusal(fixture, "one", "1 facts are missing");
    free(path);
}

static void test_changed_body_is_noticed_by_its_get_alone(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *path = run_path(fixture, "one");
    struct answer answer;

    (void)fill_store(fixture, store, 0, 10);
    fixture_shut(fixture, store);
    change(path, "UPDATE body SET body = CAST('forged' AS BLOB) WHERE n = 4");
    store = fixture_reopen(fixture, "one");
    answer = fixture_get(fixture, store, STORE_REPLY, key_of(3));
    assert_null(answer.body);
    assert_true(answer.has_error);
    expect_err(&answer.error, ERR_INPUT, path, "damaged", NULL);
    answer = fixture_get(fixture, store, STORE_REPLY, key_of(4));
    assert_false(answer.has_error);
    text_unref(answer.body);
    assert_null(store_trouble(store));
    fixture_shut(fixture, store);
    free(path);
}

/* Whatever can still be read is what was written. */
static void expect_true_or_refused(
    struct fixture *fixture, const char *id, unsigned count, unsigned *refused)
{
    struct err err = { 0 };
    struct store *store = store_open(&fixture->loop, fixture->folder, id, &err);

    if (store == NULL) {
        assert_true(err.code == ERR_INPUT || err.code == ERR_IO);
        assert_non_null(strstr(err.message, id));
        ++*refused;
        return;
    }
    assert_string_equal(store_snapshot(store), "{\"task\":\"snapshot\"}");
    for (unsigned i = 0; i < count; i++) {
        struct answer answer = fixture_get(fixture, store, STORE_REPLY, key_of(i));
        struct text *body = body_of(i);

        if (answer.has_error)
            ++*refused;
        else if (answer.body != NULL)
            assert_string_equal(answer.body->data, body->data);
        text_unref(answer.body);
        text_unref(body);
    }
    fixture_shut(fixture, store);
}

static void test_random_damage_never_gives_a_wrong_body(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *path = run_path(fixture, "one"), *damaged = run_path(fixture, "bad");
    struct random random;
    struct str bytes;
    unsigned refused = 0;

    random_seed(&random, 11);
    (void)fill_store(fixture, store, 0, 120);
    fixture_shut(fixture, store);
    bytes = read_bytes(path);
    for (int round = 0; round < 60; round++) {
        struct str copy = STR_INIT;

        str_add_n(&copy, bytes.data, bytes.len);
        for (size_t i = 0, hits = 1 + random_below(&random, 8); i < hits; i++)
            copy.data[random_below(&random, copy.len)] = (char)random_next(&random);
        if (round % 6 == 0)
            str_truncate(&copy, random_below(&random, copy.len));
        write_bytes(damaged, str_text(&copy), copy.len);
        expect_true_or_refused(fixture, "bad", 120, &refused);
        str_free(&copy);
    }
    assert_true(refused > 20); /* else the damage hit nothing and the test says nothing */
    str_free(&bytes);
    free(path);
    free(damaged);
}

static void test_second_open_in_the_same_process_is_busy(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    struct err err = { 0 };
    char *pid = mem_printf("pid %ld", (long)getpid());

    assert_null(store_open(&fixture->loop, fixture->folder, "one", &err));
    expect_err(&err, ERR_BUSY, "one", pid, NULL);
    err = (struct err){ 0 };
    assert_null(store_create(&fixture->loop, fixture->folder, "one", "{}", &err));
    expect_err(&err, ERR_BUSY, "one", pid, NULL);
    fixture_shut(fixture, store);
    err = (struct err){ 0 };
    assert_null(store_create(&fixture->loop, fixture->folder, "one", "{}", &err));
    expect_err(&err, ERR_INPUT, "one", "exists", NULL);
    fixture_shut(fixture, fixture_reopen(fixture, "one"));
    free(pid);
}

/* What a child does until it is killed: puts without end, and says by pipe what was committed. */
struct child {
    struct store *store;
    int pipe;
    unsigned next;
};

static void child_put(struct child *child);

struct child_put {
    struct child *child;
    unsigned number;
};

static void on_child_put(void *data, const struct err *error)
{
    struct child_put *put = data;

    if (error != NULL ||
        write(put->child->pipe, &put->number, sizeof put->number) != (ssize_t)sizeof put->number)
        _exit(3);
    child_put(put->child);
    free(put);
}

static void child_put(struct child *child)
{
    struct child_put *put = mem_alloc(sizeof *put);
    struct text *body = body_of(child->next);

    *put = (struct child_put){ child, child->next++ };
    store_put(child->store, STORE_REPLY, key_of(put->number), body, on_child_put, put);
    text_unref(body);
}

static void child_main(const char *folder, int pipe)
{
    struct child child = { .pipe = pipe };
    struct err err = { 0 };
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        _exit(3);
    child.store = store_create(&loop, folder, "killed", "{\"task\":\"snapshot\"}", &err);
    if (child.store == NULL)
        _exit(4);
    for (int i = 0; i < 16; i++)
        child_put(&child);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    _exit(5);
}

static pid_t start_child(const char *folder, int *from_child)
{
    int ends[2];
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(ends[0]);
        child_main(folder, ends[1]);
    }
    close(ends[1]);
    *from_child = ends[0];
    return pid;
}

/* Reads the pipe dry, so that the child never waits for us: until it has told of `wanted` puts,
 * then for a while. */
static void let_child_work(int from_child, unsigned wanted, unsigned micros, unsigned *told)
{
    unsigned numbers[256];
    uint64_t end = uv_hrtime() + (uint64_t)micros * 1000;

    assert_int_equal(fcntl(from_child, F_SETFL, O_NONBLOCK), 0);
    while (*told < wanted || uv_hrtime() < end) {
        ssize_t got = read(from_child, numbers, sizeof numbers);

        assert_int_not_equal(got, 0); /* the child ended by itself */
        if (got < 0) {
            (void)usleep(100);
            continue;
        }
        *told += (unsigned)((size_t)got / sizeof numbers[0]);
        if (*told < wanted)
            end = uv_hrtime() + (uint64_t)micros * 1000;
    }
}

static void expect_all_told(struct fixture *fixture, unsigned told)
{
    struct store *store = fixture_reopen(fixture, "killed");

    for (unsigned i = 0; i < told + 200; i++) {
        struct answer answer = fixture_get(fixture, store, STORE_REPLY, key_of(i));
        struct text *body = body_of(i);

        assert_false(answer.has_error);
        assert_true(answer.body != NULL || i >= told);
        if (answer.body != NULL)
            assert_string_equal(answer.body->data, body->data);
        text_unref(answer.body);
        text_unref(body);
    }
    fixture_shut(fixture, store);
}

static void expect_fresh_start(struct fixture *fixture, unsigned told)
{
    assert_int_equal(told, 0);
    fixture_shut(fixture, fixture_create(fixture, "killed"));
}

static void test_killed_at_random_moments(void **state)
{
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "killed"), *log = mem_printf("%s-wal", path),
         *shared = mem_printf("%s-shm", path);
    struct random random;
    unsigned total = 0;

    random_seed(&random, 5);
    for (int round = 0; round < 50; round++) {
        /* Every fifth one is killed by the clock, also while it makes its file. */
        unsigned wanted = round % 5 == 0 ? 0 : (unsigned)random_below(&random, 300);
        unsigned told = 0, numbers;
        int from_child;
        pid_t pid = start_child(fixture->folder, &from_child);

        let_child_work(from_child, wanted, (unsigned)random_below(&random, 8000), &told);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, NULL, 0), pid);
        while (read(from_child, &numbers, sizeof numbers) == (ssize_t)sizeof numbers)
            told++;
        close(from_child);
        if (file_exists(path))
            expect_all_told(fixture, told);
        else
            expect_fresh_start(fixture, told);
        total += told;
        (void)unlink(path);
        (void)unlink(log);
        (void)unlink(shared);
    }
    assert_true(total > 4000); /* else the children were killed before they worked */
    free(path);
    free(log);
    free(shared);
}

static void test_other_process_holds_the_run(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };
    unsigned number;
    int from_child;
    pid_t pid = start_child(fixture->folder, &from_child);
    char *named = mem_printf("pid %ld", (long)pid);
    struct store_info *infos;
    size_t count;

    assert_int_equal(read(from_child, &number, sizeof number), sizeof number);
    assert_null(store_open(&fixture->loop, fixture->folder, "killed", &err));
    expect_err(&err, ERR_BUSY, "killed", named, NULL);
    infos = store_list(fixture->folder, &count, &err);
    assert_int_equal(count, 1);
    assert_true(infos[0].held);
    assert_null(infos[0].problem);
    assert_string_equal(infos[0].snapshot, "{\"task\":\"snapshot\"}");
    store_info_free(infos, count);
    assert_int_equal(number, 0);
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(from_child);
    infos = store_list(fixture->folder, &count, &err); /* read as the killed process left it */
    assert_int_equal(count, 1);
    assert_false(infos[0].held);
    assert_null(infos[0].problem);
    store_info_free(infos, count);
    fixture_shut(fixture,
        fixture_reopen(fixture, "killed")); /* its lock file is still there, its lock is not */
    free(named);
}

static void limit_file_size(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_no_room_while_writing(void **state)
{
    struct fixture *fixture = *state;
    struct store *store = fixture_create(fixture, "one");
    char *path = run_path(fixture, "one");
    struct tally before, tally;
    struct err first;
    struct answer answer;

    (void)signal(SIGXFSZ, SIG_IGN);
    before = fill_store(fixture, store, 0, 100);
    limit_file_size(300000);
    tally = fill_store(fixture, store, 100, 3000);
    assert_true(tally.failed > 0);
    expect_err(&tally.error, ERR_IO, path, "committed is safe", NULL);
    first = *store_trouble(store);
    assert_string_equal(first.message, tally.error.message);
    limit_file_size(RLIM_INFINITY);
    tally = fill_store(
        fixture, store, 3000, 3010); /* there is room again, but what failed stays failed */
    assert_int_equal(tally.failed, 10);
    assert_string_equal(tally.error.message, first.message);
    answer = fixture_get(fixture, store, STORE_REPLY, key_of(5));
    assert_non_null(answer.body);
    text_unref(answer.body);
    answer =
        fixture_get(fixture, store, STORE_REPLY, key_of(3005)); /* never stored: no silent miss */
    assert_true(answer.has_error);
    fixture_shut(fixture, store);
    store = fixture_reopen(fixture, "one");
    for (unsigned i = 0; i < before.ok; i++)
        assert_true(store_has(store, STORE_REPLY, key_of(i)));
    assert_false(store_has(store, STORE_REPLY, key_of(3005)));
    fixture_shut(fixture, store);
    free(path);
}

static void test_no_room_for_a_new_run(void **state)
{
    struct fixture *fixture = *state;
    struct err err = { 0 };
    char *path = run_path(fixture, "one"), *beside = mem_printf("%s.new", path);

    (void)signal(SIGXFSZ, SIG_IGN);
    limit_file_size(6000);
    assert_null(store_create(&fixture->loop, fixture->folder, "one", "{}", &err));
    limit_file_size(RLIM_INFINITY);
    expect_err(&err, ERR_IO, "one.flowbot", NULL);
    assert_false(file_exists(path));
    assert_false(file_exists(beside));
    fixture_shut(fixture, fixture_create(fixture, "one"));
    free(path);
    free(beside);
}

static void test_full_disk_says_so(void **state)
{
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "one");
    struct rows rows = { 0 };
    struct err err = { 0 };
    sqlite3 *db;
    bool ok = true;

    fixture_shut(fixture, fixture_create(fixture, "one"));
    db = schema_open(path, &err);
    assert_non_null(db);
    assert_true(rows_open(&rows, db, &err));
    assert_true(sql_exec(db, "PRAGMA max_page_count = 30", &err));
    for (unsigned i = 0; i < 1000 && ok; i++) {
        struct text *body = body_of(i);

        ok = rows_put(&rows, i + 1, STORE_REPLY, key_of(i), body, &err);
        text_unref(body);
    }
    assert_false(ok);
    expect_err(&err, ERR_IO, path, "disk is full", "resume", NULL);
    rows_close(&rows);
    schema_close(db);
    free(path);
}

static void test_places_that_cannot_be_written(void **state)
{
    struct fixture *fixture = *state;
    char *file = mem_printf("%s/file", fixture->folder), *below = mem_printf("%s/sub", file);
    const char *const places[] = { below, "/proc/flowbot" };

    write_bytes(file, "x", 1);
    for (size_t i = 0; i < 2; i++) {
        struct err err = { 0 };

        assert_null(store_create(&fixture->loop, places[i], "one", "{}", &err));
        assert_true(strstr(err.message, places[i]) != NULL || strstr(err.message, file) != NULL);
        expect_err(&err, ERR_IO, "", NULL);
        err = (struct err){ 0 };
        assert_null(store_open(&fixture->loop, places[i], "one", &err));
        expect_err(&err, ERR_INPUT, places[i], "no such run", NULL);
    }
    free(file);
    free(below);
}

/* Permissions do not bind root, so that this part is done as nobody where we are root. */
static void test_read_only_file_and_folder(void **state)
{
    enum { NOBODY = 65534 };
    struct fixture *fixture = *state;
    char *path = run_path(fixture, "one"), *lock = mem_printf("%s/one.lock", fixture->folder);
    bool is_root = geteuid() == 0;
    struct err err = { 0 };

    fixture_shut(fixture, fixture_create(fixture, "one"));
    assert_int_equal(chmod(fixture->folder, 0555), 0);
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(is_root ? seteuid(NOBODY) : 0, 0);
    assert_null(store_open(&fixture->loop, fixture->folder, "one", &err));
    assert_int_equal(is_root ? seteuid(0) : 0, 0);
    expect_err(&err, ERR_IO, "one", "--store DIR", NULL);
    assert_int_equal(chmod(fixture->folder, 0777), 0);
    err = (struct err){ 0 };
    assert_int_equal(is_root ? seteuid(NOBODY) : 0, 0);
    assert_null(store_open(&fixture->loop, fixture->folder, "one", &err));
    assert_int_equal(is_root ? seteuid(0) : 0, 0);
    expect_err(&err, ERR_IO, path, "writable", NULL);
    assert_int_equal(chmod(path, 0644), 0);
    assert_false(file_exists(lock));
    fixture_shut(fixture, fixture_reopen(fixture, "one"));
    free(path);
    free(lock);
}

int main(void)
{
#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_open, fixture_close)
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(test_other_files_are_refused),
        WITH_FIXTURE(test_newer_version_is_refused_and_both_are_named),
        WITH_FIXTURE(test_refusal_leaves_the_log_alone),
        WITH_FIXTURE(test_missing_fact_is_damage),
        WITH_FIXTURE(test_changed_body_is_noticed_by_its_get_alone),
        WITH_FIXTURE(test_random_damage_never_gives_a_wrong_body),
        WITH_FIXTURE(test_second_open_in_the_same_process_is_busy),
        WITH_FIXTURE(test_other_process_holds_the_run),
        WITH_FIXTURE(test_killed_at_random_moments),
        WITH_FIXTURE(test_no_room_while_writing),
        WITH_FIXTURE(test_no_room_for_a_new_run),
        WITH_FIXTURE(test_full_disk_says_so),
        WITH_FIXTURE(test_places_that_cannot_be_written),
        WITH_FIXTURE(test_read_only_file_and_folder),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
