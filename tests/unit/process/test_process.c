/* Child processes: bytes both ways, ends of every kind, nothing left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "process.h"
#include "mem.h"
#include "program.h"
#include "str.h"

struct watched {
    struct process *child;
    struct str out, err;
    struct process_end end;
    unsigned ends;
};

static void on_bytes(void *data, enum process_stream stream, const char *bytes, size_t len)
{
    struct watched *watched = data;

    str_add_n(stream == PROCESS_OUT ? &watched->out : &watched->err, bytes, len);
}

static void on_end(void *data, const struct process_end *end)
{
    struct watched *watched = data;

    watched->end = *end;
    watched->ends++;
}

static void start(uv_loop_t *loop, struct watched *watched, const char *script)
{
    const char *const argv[] = { "/bin/sh", "-c", script, NULL };
    char **env = program_environment(NULL, 0);
    struct process_spec spec = { .argv = argv,
        .env = (const char *const *)env,
        .on_bytes = on_bytes,
        .on_end = on_end,
        .data = watched };
    struct err err = { 0 };

    *watched = (struct watched){ 0 };
    watched->child = process_start(loop, &spec, &err);
    if (watched->child == NULL)
        fail_msg("%s", err.message);
    program_environment_free(env);
}

static void run(uv_loop_t *loop, struct watched *watched, const char *script)
{
    start(loop, watched, script);
    process_end_input(watched->child);
    assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(watched->ends, 1);
}

static void watched_free(struct watched *watched)
{
    str_free(&watched->out);
    str_free(&watched->err);
}

static int loop_open(void **state)
{
    uv_loop_t *loop = mem_zalloc(1, sizeof *loop);

    assert_int_equal(uv_loop_init(loop), 0);
    *state = loop;
    return 0;
}

static int loop_close(void **state)
{
    uv_loop_t *loop = *state;

    assert_int_equal(uv_run(loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(loop), 0);
    free(loop);
    return 0;
}

static void test_outputs_and_status(void **state)
{
    struct watched watched;

    run(*state, &watched, "echo out; echo err >&2; exit 7");
    assert_string_equal(str_text(&watched.out), "out\n");
    assert_string_equal(str_text(&watched.err), "err\n");
    assert_int_equal(watched.end.status, 7);
    assert_false(watched.end.timed_out);
    watched_free(&watched);
}

static void test_input(void **state)
{
    struct watched watched;
    struct str much = STR_INIT;
    struct text *text;

    for (int i = 0; i < 300000; i++)
        str_add(&much, "0123456789\n");
    text = text_new(str_text(&much), much.len);
    start(*state, &watched, "cat");
    process_write(watched.child, text);
    process_write(watched.child, text);
    text_unref(text);
    process_end_input(watched.child);
    assert_int_equal(uv_run(*state, UV_RUN_DEFAULT), 0);
    assert_int_equal(watched.out.len, 2 * much.len);
    assert_memory_equal(watched.out.data, much.data, much.len);
    str_free(&much);
    watched_free(&watched);
}

static void test_a_child_that_does_not_read_and_is_killed(void **state)
{
    struct watched watched;
    struct str much = STR_INIT;
    struct text *text;

    for (int i = 0; i < 300000; i++)
        str_add(&much, "0123456789\n");
    text = text_new(str_text(&much), much.len);
    start(*state, &watched, "trap '' TERM; while :; do sleep 1; done");
    process_write(watched.child, text);
    text_unref(text);
    assert_true(process_unread(watched.child) > 0);
    process_kill_after(watched.child, 100);
    assert_int_equal(uv_run(*state, UV_RUN_DEFAULT), 0);
    assert_true(watched.end.timed_out);
    assert_int_equal(watched.end.signal, SIGKILL);
    str_free(&much);
    watched_free(&watched);
}

static void test_input_to_a_child_that_is_gone(void **state)
{
    struct watched watched;
    struct text *text = text_from("hello\n");

    start(*state, &watched, "exec 0<&-; exit 0");
    for (int i = 0; i < 50; i++) {
        process_write(watched.child, text);
        (void)uv_run(*state, UV_RUN_NOWAIT);
        if (watched.ends > 0)
            break;
        (void)usleep(2000);
    }
    assert_int_equal(uv_run(*state, UV_RUN_DEFAULT), 0);
    assert_int_equal(watched.ends, 1);
    text_unref(text);
    watched_free(&watched);
}

/* A zombie is gone: whether its new parent looks after it is not ours. */
static bool is_alive(int pid)
{
    char *path = mem_printf("/proc/%d/stat", pid);
    FILE *file = fopen(path, "re");
    char state = 'Z';

    free(path);
    if (file == NULL)
        return false;
    if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    (void)fclose(file);
    return state != 'Z';
}

static void test_who_it_leaves_behind_goes_too(void **state)
{
    struct watched watched;
    int pid;

    run(*state, &watched, "sleep 100 & echo $!");
    pid = (int)strtol(str_text(&watched.out), NULL, 10);
    assert_true(pid > 1);
    for (int i = 0; i < 100 && is_alive(pid); i++)
        (void)usleep(10000);
    assert_false(is_alive(pid));
    watched_free(&watched);
}

static void test_no_descriptor_is_passed_on(void **state)
{
    struct watched watched;
    int leak = open("/dev/null", O_RDONLY); /* as a library without O_CLOEXEC would */

    assert_true(leak > 2);
    run(*state, &watched, "ls /proc/self/fd | wc -l");
    assert_int_equal(strtol(str_text(&watched.out), NULL, 10), 4); /* and ls's own */
    close(leak);
    watched_free(&watched);
}

static void test_environment(void **state)
{
    static const char *const more[] = { "WANTED", "NOT_SET" };
    char **env;
    struct str all = STR_INIT;

    (void)state;
    assert_int_equal(setenv("OPENAI_API_KEY", "sk-secret", 1), 0);
    assert_int_equal(setenv("WANTED", "yes", 1), 0);
    env = program_environment(more, 2);
    for (size_t i = 0; env[i] != NULL; i++)
        str_addf(&all, "%s\n", env[i]);
    assert_null(strstr(str_text(&all), "secret"));
    assert_non_null(strstr(str_text(&all), "WANTED=yes\n"));
    assert_non_null(strstr(str_text(&all), "PATH="));
    assert_null(strstr(str_text(&all), "NOT_SET"));
    program_environment_free(env);
    str_free(&all);
}

static void test_programs_are_found(void **state)
{
    struct err err = { 0 };
    char *path = program_find("sh", "/", &err);

    (void)state;
    assert_non_null(path);
    assert_int_equal(path[0], '/');
    free(path);
    assert_null(program_find("no-such-program", "/", &err));
    assert_non_null(strstr(err.message, "no program \"no-such-program\" in PATH"));
    assert_null(program_find("./sh", "/etc", &err));
    assert_non_null(strstr(err.message, "/etc/./sh does not exist"));
    assert_null(program_find("/etc/passwd", "/", &err));
    assert_non_null(strstr(err.message, "cannot be executed"));
}

static void test_what_cannot_be_started(void **state)
{
    const char *const argv[] = { "/etc/passwd", NULL };
    const char *const env[] = { NULL };
    struct watched watched = { 0 };
    struct process_spec spec = {
        .argv = argv, .env = env, .on_bytes = on_bytes, .on_end = on_end, .data = &watched
    };
    struct err err = { 0 };

    assert_null(process_start(*state, &spec, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_non_null(strstr(err.message, "/etc/passwd cannot be started"));
    assert_int_equal(uv_run(*state, UV_RUN_DEFAULT), 0);
    assert_int_equal(watched.ends, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, loop_open, loop_close)
    const struct CMUnitTest tests[] = {
        TEST(test_outputs_and_status),
        TEST(test_input),
        TEST(test_a_child_that_does_not_read_and_is_killed),
        TEST(test_input_to_a_child_that_is_gone),
        TEST(test_who_it_leaves_behind_goes_too),
        TEST(test_no_descriptor_is_passed_on),
        TEST(test_environment),
        TEST(test_programs_are_found),
        TEST(test_what_cannot_be_started),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
