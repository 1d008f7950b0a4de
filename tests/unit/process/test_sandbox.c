/* What a program in the sandbox can do and what it cannot. Where no sandbox works (no bubblewrap, a
 * container without user namespaces) only the refusal is tested, and it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "clock.h"
#include "mem.h"
#include "sandbox.h"
#include "str.h"

struct rig {
    uv_loop_t loop;
    struct sandbox *sandbox;
};

struct job {
    struct sandbox_run run;
    unsigned done;
};

static bool has_sandbox;

static int rig_open(void **state)
{
    struct rig *rig = mem_zalloc(1, sizeof *rig);
    struct err err = { 0 };

    assert_int_equal(uv_loop_init(&rig->loop), 0);
    rig->sandbox = sandbox_open(&rig->loop, !has_sandbox, &err);
    assert_non_null(rig->sandbox);
    *state = rig;
    return 0;
}

static int rig_close(void **state)
{
    struct rig *rig = *state;

    sandbox_close(rig->sandbox);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
    free(rig);
    return 0;
}

static void on_done(struct sandbox_run *run)
{
    struct job *job = run->data;

    job->done++;
}

static struct job job_of(const char *program)
{
    return (struct job){ .run = { .program = text_from(program),
                             .limits = sandbox_default_limits,
                             .on_done = on_done } };
}

static void job_free(struct job *job)
{
    text_unref(job->run.program);
    text_unref(job->run.input);
    text_unref(job->run.out);
    text_unref(job->run.err_out);
}

static void start(struct rig *rig, struct job *job)
{
    job->run.data = job;
    sandbox_start(rig->sandbox, &job->run);
    assert_int_equal(job->done, 0);
}

static void finish(struct rig *rig, struct job *job)
{
    start(rig, job);
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(job->done, 1);
}

static struct job run_with(struct rig *rig, const char *program, struct sandbox_limits limits)
{
    struct job job = job_of(program);

    job.run.limits = limits;
    finish(rig, &job);
    if (job.run.error.code != ERR_NONE)
        fail_msg("%s", job.run.error.message);
    return job;
}

static void expect(struct rig *rig, const char *program, int status, const char *out)
{
    struct job job = run_with(rig, program, sandbox_default_limits);

    if (job.run.status != status || strcmp(job.run.out->data, out) != 0)
        fail_msg("status %d, signal %d, out \"%s\", err \"%s\"", job.run.status, job.run.signal,
            job.run.out->data, job.run.err_out->data);
    job_free(&job);
}

#define NEEDS_SANDBOX \
    if (!has_sandbox) \
    skip()

static void test_a_program_runs(void **state)
{
    expect(*state, "print(6 * 7)", 0, "42\n");
    expect(*state, "import sys; sys.exit(3)", 3, "");
    expect(*state, "exit(4)", 4, "");
    expect(*state, "print(__name__); import math, json, re; print(math.comb(5, 2))", 0,
        "__main__\n10\n");
    expect(*state, "def f(n):\n    return 1 if n < 2 else n * f(n - 1)\nprint(f(20))", 0,
        "2432902008176640000\n");
    expect(*state, "import threading\nt = threading.Thread(target=lambda: print('t'))\nt.start()",
        0, "t\n");
    expect(*state, "", 0, "");
}

static void test_input_and_arguments(void **state)
{
    static const char *const args[] = { "one", "", "zwei \xC3\xBC" };
    struct job job = job_of("import sys\nprint(sys.argv[1:], input(), len(sys.stdin.read()))");

    job.run.input = text_from("a line\nand more\n");
    job.run.args = args;
    job.run.arg_count = 3;
    finish(*state, &job);
    assert_string_equal(job.run.out->data, "['one', '', 'zwei \xC3\xBC'] a line 9\n");
    job_free(&job);
}

static void test_an_exception_is_told_with_its_place(void **state)
{
    struct job job =
        run_with(*state, "x = 1\n\ndef f():\n    return x / 0\n\nf()", sandbox_default_limits);
    char *verdict = sandbox_verdict(&job.run);

    assert_int_equal(job.run.status, 1);
    assert_int_equal(job.run.stop, SANDBOX_ENDED);
    assert_non_null(strstr(job.run.err_out->data, "program.py\", line 4, in f\n    return x / 0"));
    assert_non_null(strstr(job.run.err_out->data, "ZeroDivisionError"));
    assert_null(strstr(job.run.err_out->data, "<string>")); /* nothing of the runner */
    assert_string_equal(verdict, "ended with status 1");
    free(verdict);
    job_free(&job);
    job = run_with(*state, "def f(:\n", sandbox_default_limits);
    assert_non_null(strstr(job.run.err_out->data, "SyntaxError"));
    job_free(&job);
}

static void test_output_is_tidied(void **state)
{
    expect(*state, "import sys; sys.stdout.buffer.write(b'a\\x00b\\xffc')", 0,
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD"
        "c");
}

static void test_many_at_once_and_each_its_own_world(void **state)
{
    enum { JOBS = 40 };
    struct job jobs[JOBS];
    struct rig *rig = *state;

    for (int i = 0; i < JOBS; i++) {
        char *program =
            mem_printf("import os\nopen('mark', 'x')\nprint(%d, len(os.listdir('.')))", i);

        jobs[i] = job_of(program);
        free(program);
        start(rig, &jobs[i]);
    }
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    for (int i = 0; i < JOBS; i++) {
        char *expected = mem_printf("%d 2\n", i);

        assert_int_equal(jobs[i].done, 1);
        assert_string_equal(jobs[i].run.out->data, expected);
        free(expected);
        job_free(&jobs[i]);
    }
}

static void test_cancel(void **state)
{
    struct rig *rig = *state;
    struct job jobs[8];

    for (int i = 0; i < 8; i++) {
        jobs[i] = job_of("import time; time.sleep(60)");
        start(rig, &jobs[i]);
    }
    for (int i = 0; i < 30; i++) { /* some are under way then, some in line */
        (void)uv_run(&rig->loop, UV_RUN_NOWAIT);
        (void)usleep(10000);
    }
    for (int i = 7; i >= 0; i--) {
        sandbox_cancel(rig->sandbox, &jobs[i].run);
        sandbox_cancel(rig->sandbox, &jobs[i].run);
        assert_int_equal(jobs[i].done, 0);
    }
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
    for (int i = 0; i < 8; i++) {
        assert_int_equal(jobs[i].done, 1);
        assert_int_equal(jobs[i].run.error.code, ERR_CANCELLED);
        job_free(&jobs[i]);
    }
}

static void test_too_large(void **state)
{
    struct str program = STR_INIT;
    struct job job;

    while (program.len <= SANDBOX_PROGRAM_MAX)
        str_add(&program, "#################################################\n");
    job = job_of(str_text(&program));
    finish(*state, &job);
    assert_int_equal(job.run.error.code, ERR_INPUT);
    str_free(&program);
    job_free(&job);
}

/* ---- limits ---- */

static void expect_stop(struct rig *rig, const char *program, enum sandbox_stop stop)
{
    /* a busy machine must not make a matter of wall time out of the others */
    double wall_s = stop == SANDBOX_WALL ? 1.5 : 60;
    struct sandbox_limits limits = { wall_s, 1, 128, 8, 4096 };
    int64_t began = clock_us();
    struct job job = run_with(rig, program, limits);
    char *verdict = sandbox_verdict(&job.run);

    if (job.run.stop != stop)
        fail_msg("%s\nstopped %d, not %d: %s; out %.300s err %.300s", program, (int)job.run.stop,
            (int)stop, verdict, job.run.out->data, job.run.err_out->data);
    if (verdict[0] == '\0' || (stop == SANDBOX_WALL && clock_us() - began > 8000000))
        fail_msg("%s\ntook %lld us: %s", program, (long long)(clock_us() - began), verdict);
    assert_true(job.run.out->len + job.run.err_out->len <= limits.output_bytes + 8);
    free(verdict);
    job_free(&job);
}

static void test_limits(void **state)
{
    expect_stop(*state, "while True: pass", SANDBOX_CPU);
    expect_stop(*state, "import time\ntime.sleep(60)", SANDBOX_WALL);
    expect_stop(*state,
        "import signal, time\nfor s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
        "    signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)",
        SANDBOX_WALL);
    expect_stop(*state, "x = bytearray(10 << 30)", SANDBOX_MEMORY);
    expect_stop(*state, "x = []\nwhile True: x.append('x' * (1 << 20))", SANDBOX_MEMORY);
    expect_stop(*state, "while True: print('x' * 1000)", SANDBOX_OUTPUT);
    expect_stop(
        *state, "import sys\nwhile True: print('x' * 1000, file=sys.stderr)", SANDBOX_OUTPUT);
    expect_stop(*state, "import os\nwhile True: os.write(1, b'x')", SANDBOX_OUTPUT);
}

static void test_what_it_printed_before_the_end_is_kept(void **state)
{
    struct sandbox_limits limits = { 1, 1, 128, 8, 4096 };
    struct job job = run_with(*state, "import time\nprint('begun')\ntime.sleep(60)", limits);

    assert_int_equal(job.run.stop, SANDBOX_WALL);
    assert_string_equal(job.run.out->data, "begun\n");
    job_free(&job);
}

static void test_fork_bombs(void **state)
{
    NEEDS_SANDBOX;
    expect_stop(*state, "import os\nwhile True: os.fork()", SANDBOX_PROCESSES);
    expect_stop(*state,
        "import os, time\ndef bomb():\n    while True:\n        try:\n            os.fork()\n"
        "        except OSError:\n            time.sleep(0.01)\nbomb()",
        SANDBOX_WALL);
    expect_stop(*state,
        "import threading, time\nfor i in range(100):\n    threading.Thread("
        "target=time.sleep, args=(60,), daemon=True).start()",
        SANDBOX_PROCESSES);
}

/* ---- walls ---- */

static void test_no_network(void **state)
{
    NEEDS_SANDBOX;
    expect(*state,
        "import socket\n"
        "for family, address in ((socket.AF_INET, ('1.1.1.1', 53)), (socket.AF_INET, "
        "('127.0.0.1', 22))):\n"
        "    try:\n"
        "        socket.create_connection(address, timeout=2)\n"
        "        print('connected')\n"
        "    except OSError as error:\n"
        "        print('refused')\n"
        "print([name for _, name in socket.if_nameindex()])",
        0, "refused\nrefused\n['lo']\n");
}

static void test_no_files_of_ours(void **state)
{
    NEEDS_SANDBOX;
    expect(*state, "import os\nprint(sorted(os.listdir('/')))", 0,
        "['bin', 'dev', 'lib', 'lib64', 'proc', 'tmp', 'usr']\n");
    expect(*state,
        "import os\n"
        "for path in ('/home', '/root', '/etc/passwd', '/etc/shadow', '/var', '/proc/1/root/etc', "
        "'/proc/self/root/home'):\n"
        "    assert not os.path.exists(path), path\n"
        "for path in ('/x', '/usr/x', '/dev/x', '/dev/shm/x', '/bin/x', '/proc/x'):\n"
        "    try:\n"
        "        open(path, 'w')\n"
        "        print('wrote', path)\n"
        "    except OSError:\n"
        "        pass\n"
        "print(os.getcwd(), os.listdir('/tmp'))",
        0, "/tmp ['program.py']\n");
}

static void test_the_disk_is_small(void **state)
{
    NEEDS_SANDBOX;
    expect(*state,
        "written = 0\n"
        "try:\n"
        "    for i in range(1000):\n"
        "        with open(f'/tmp/{i}', 'wb') as file:\n"
        "            file.write(bytes(1 << 20))\n"
        "        written += 1\n"
        "except OSError as error:\n"
        "    print(error.strerror, 32 < written <= 64)",
        0, "No space left on device True\n");
}

static void test_no_keys_and_no_descriptors(void **state)
{
    NEEDS_SANDBOX;
    expect(*state,
        "import os\nprint(sorted(os.environ))\n"
        "print(sorted(os.listdir('/proc/self/fd')))\n"
        "import glob\n"
        "print(b'canary' in b''.join(open(p, 'rb').read() for p in glob.glob('/proc/*/environ')))",
        0, "['HOME', 'LANG', 'PATH', 'PWD', 'PYTHONHASHSEED']\n['0', '1', '2', '3']\nFalse\n");
}

static void test_no_other_processes_and_no_rights(void **state)
{
    NEEDS_SANDBOX;
    expect(*state,
        "import os\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]), os.getuid(), "
        "os.getppid())",
        0, "2 65534 1\n");
    expect(*state,
        "import ctypes, os\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000\n"
        "print(libc.unshare(CLONE_NEWUSER), libc.unshare(CLONE_NEWNET))\n"
        "print(libc.mount(b'x', b'/tmp', b'tmpfs', 0, None))\n"
        "print([line for line in open('/proc/self/status') if line.startswith('CapEff')])\n"
        "print([line for line in open('/proc/self/status') if line.startswith('NoNewPrivs')])",
        0, "-1 -1\n-1\n['CapEff:\\t0000000000000000\\n']\n['NoNewPrivs:\\t1\\n']\n");
    for (int i = 0; i < 3; i++) /* the signals that are left cannot reach us */
        expect(*state,
            "import os, signal\ntry:\n    os.kill(-1, 9)\nexcept OSError:\n    pass\nprint('on')",
            0, "on\n");
}

/* Whether a process of this machine has the word in its command line. */
static bool is_running(const char *word)
{
    DIR *proc = opendir("/proc");
    struct dirent *entry;
    bool found = false;

    assert_non_null(proc);
    while (!found && (entry = readdir(proc)) != NULL) {
        char *path = mem_printf("/proc/%s/cmdline", entry->d_name);
        FILE *file = strspn(entry->d_name, "0123456789") > 0 ? fopen(path, "re") : NULL;
        char line[4096];
        size_t len = file != NULL ? fread(line, 1, sizeof line, file) : 0;

        found = len > 0 && memmem(line, len, word, strlen(word)) != NULL;
        if (file != NULL)
            (void)fclose(file);
        free(path);
    }
    (void)closedir(proc);
    return found;
}

static void test_nothing_outlives_it(void **state)
{
    char *word = mem_printf("outlive-%ld", (long)getpid());
    char *program = mem_printf("import os, subprocess, sys, time\n"
                               "if os.fork() == 0:\n"
                               "    os.setsid()\n"
                               "    if os.fork() == 0:\n"
                               "        os.closerange(0, 64)\n"
                               "        os.execv('/usr/bin/python3', ['python3', '-c', "
                               "'import signal, time; signal.signal(15, signal.SIG_IGN); "
                               "time.sleep(100)', '%s'])\n"
                               "    os._exit(0)\n"
                               "time.sleep(0.5)\n"
                               "print('left')",
        word);

    NEEDS_SANDBOX;
    expect(*state, program, 0, "left\n");
    for (int i = 0; i < 100 && is_running(word); i++)
        (void)usleep(20000);
    assert_false(is_running(word));
    free(word);
    free(program);
}

static void test_unsafe_runs_and_has_limits(void **state)
{
    struct rig rig = { 0 };
    struct err err = { 0 };
    struct sandbox_limits limits = { 60, 1, 256, 8, 4096 };
    struct job job;

    (void)state;
    assert_int_equal(uv_loop_init(&rig.loop), 0);
    rig.sandbox = sandbox_open(&rig.loop, true, &err);
    assert_non_null(rig.sandbox);
    assert_true(sandbox_is_unsafe(rig.sandbox));
    expect(&rig, "print(6 * 7)", 0, "42\n");
    expect(&rig, "import os; print('CANARY_API_KEY' in os.environ)", 0, "False\n");
    job = run_with(&rig, "while True: pass", limits);
    assert_int_equal(job.run.stop, SANDBOX_CPU);
    job_free(&job);
    sandbox_close(rig.sandbox);
    assert_int_equal(uv_run(&rig.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(uv_loop_close(&rig.loop), 0);
    assert_true(sandbox_check(true, &err));
}

static void test_refusal_says_how_to_get_one(void **state)
{
    char *path = mem_strdup(getenv("PATH"));
    struct err err = { 0 };

    (void)state;
    assert_int_equal(setenv("PATH", "/nowhere", 1), 0);
    assert_false(sandbox_check(false, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "install the package bubblewrap"));
    assert_int_equal(setenv("PATH", path, 1), 0);
    free(path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_open, rig_close)
    const struct CMUnitTest tests[] = {
        TEST(test_a_program_runs),
        TEST(test_input_and_arguments),
        TEST(test_an_exception_is_told_with_its_place),
        TEST(test_output_is_tidied),
        TEST(test_many_at_once_and_each_its_own_world),
        TEST(test_cancel),
        TEST(test_too_large),
        TEST(test_limits),
        TEST(test_what_it_printed_before_the_end_is_kept),
        TEST(test_fork_bombs),
        TEST(test_no_network),
        TEST(test_no_files_of_ours),
        TEST(test_the_disk_is_small),
        TEST(test_no_keys_and_no_descriptors),
        TEST(test_no_other_processes_and_no_rights),
        TEST(test_nothing_outlives_it),
        cmocka_unit_test(test_unsafe_runs_and_has_limits),
        cmocka_unit_test(test_refusal_says_how_to_get_one),
    };
    struct err err = { 0 };

    (void)setenv("CANARY_API_KEY", "sk-canary", 1);
    has_sandbox = sandbox_check(false, &err);
    if (!has_sandbox)
        (void)fprintf(stderr, "the walls are SKIPPED here: %s\n", err.message);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
