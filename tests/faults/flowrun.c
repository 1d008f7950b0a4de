#include "flowrun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "array.h"
#include "err.h"
#include "file.h"
#include "mem.h"
#include "str.h"

#ifndef FLOWBOT_BINARY
#error "FLOWBOT_BINARY comes from the build"
#endif

static void write_file(const struct flowrun *run, const char *name, const struct str *text)
{
    char *path = file_join(run->folder, name);
    struct err err = { 0 };

    if (!file_write(path, str_text(text), text->len, &err))
        fail_msg("%s", err.message);
    free(path);
}

static void write_part(
    const struct flowrun *run, const char *name, unsigned first, flowrun_mark *mark)
{
    struct str csv = STR_INIT;
    char *file = mem_printf("%s.csv", name);

    str_add(&csv, "question,answer\n");
    for (unsigned i = first; i < first + FLOWRUN_PART; i++) {
        char *word = mark != NULL ? mark(i) : NULL;

        str_addf(&csv, "Which river is number %u? %s,river %u\n", i, word != NULL ? word : "", i);
        free(word);
    }
    write_file(run, file, &csv);
    str_free(&csv);
    free(file);
}

void flowrun_open(struct flowrun *run, const char *urls, const char *more, flowrun_mark *mark)
{
    struct str task = STR_INIT;

    *run = (struct flowrun){ .folder = mem_strdup("/tmp/flowbot-faults-XXXXXX") };
    assert_non_null(mkdtemp(run->folder));
    write_part(run, "train", 0, mark);
    write_part(run, "validation", FLOWRUN_PART, mark);
    write_part(run, "test", 2 * FLOWRUN_PART, mark);
    str_addf(&task,
        "{\"task\":\"Name the river.\",\"data\":{\"format\":\"fields\",\"train\":\"train.csv\","
        "\"validation\":\"validation.csv\",\"test\":\"test.csv\",\"target\":\"answer\"},"
        "\"inputs\":[\"question\"],\"metric\":\"f1\",\"models\":{"
        "\"executor\":{\"model\":\"loopback\",\"base_url\":%s,\"max_tokens\":256%s},"
        "\"meta\":{\"model\":\"loopback\",\"base_url\":%s,\"max_tokens\":512%s}},"
        "\"optimizer\":{\"batch\":12,\"rounds\":1,\"inner_steps\":2},"
        "\"limits\":{\"concurrency\":16}}",
        urls, more, urls, more);
    write_file(run, "task.json", &task);
    str_free(&task);
}

void flowrun_open_at(
    struct flowrun *run, const struct rogue *rogue, const char *more, flowrun_mark *mark)
{
    char *url = mem_printf("\"http://127.0.0.1:%u/v1\"", rogue_port(rogue));

    flowrun_open(run, url, more, mark);
    free(url);
}

struct rogue *flowrun_rogue(struct rogue_options options)
{
    struct rogue *rogue = rogue_open(&options);

    assert_non_null(rogue);
    return rogue;
}

static void drop_events(struct flowrun *run)
{
    for (size_t i = 0; i < run->event_count; i++)
        cJSON_Delete(run->events[i]);
    free(run->events);
    run->events = NULL;
    run->event_count = run->event_cap = 0;
}

void flowrun_close(struct flowrun *run)
{
    char *command = mem_printf("rm -rf '%s'", run->folder);

    drop_events(run);
    assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
    free(command);
    free(run->folder);
}

static pid_t start(const struct flowrun *run, const char *command, const char *what,
    const char *how, const char *option)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    char *task = file_join(run->folder, "task.json"), *store = file_join(run->folder, "store");
    char *out = file_join(run->folder, "out"), *err = file_join(run->folder, "err");
    char *argv[] = { (char *)FLOWBOT_BINARY, (char *)command,
        str_equal(what, "task") ? task : (char *)what, (char *)"--store", store, (char *)how,
        (char *)option, NULL };
    pid_t child;

    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    (void)posix_spawn_file_actions_addopen(&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_int_equal(posix_spawn(&child, FLOWBOT_BINARY, &actions, NULL, argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&actions);
    free(task);
    free(store);
    free(out);
    free(err);
    return child;
}

static void read_file(const struct flowrun *run, const char *name, struct str *out)
{
    char *path = file_join(run->folder, name);
    struct err err = { 0 };

    if (!file_read(path, 64 << 20, out, &err))
        fail_msg("%s", err.message);
    free(path);
}

static void read_events(struct flowrun *run)
{
    struct str out = STR_INIT;
    const char *at, *end;

    drop_events(run);
    read_file(run, "out", &out);
    for (at = str_text(&out); (end = strchr(at, '\n')) != NULL; at = end + 1) {
        cJSON *event = cJSON_ParseWithLength(at, (size_t)(end - at));

        assert_non_null(event);
        run->events = array_grow(run->events, run->event_count, &run->event_cap, sizeof(cJSON *));
        run->events[run->event_count++] = event;
    }
    str_free(&out);
}

static void show_errors(const struct flowrun *run)
{
    struct str err = STR_INIT;

    read_file(run, "err", &err);
    print_message("%s\n", str_text(&err));
    str_free(&err);
}

int flowrun_do(struct flowrun *run, const char *command, const char *what, const char *option)
{
    pid_t child = start(run, command, what, "--json", option);
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    read_events(run);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        show_errors(run);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void flowrun_summary(const struct flowrun *run, struct str *out)
{
    pid_t child = start(run, "resume", "last", NULL, NULL);
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    read_file(run, "out", out);
}

bool flowrun_kill(struct flowrun *run, const char *command, const char *what, unsigned after_ms)
{
    pid_t child = start(run, command, what, "--json", NULL);
    int status;

    assert_int_equal(usleep(after_ms * 1000), 0);
    (void)kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

static bool is_of(const cJSON *event, const char *type)
{
    return str_equal(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, "type")), type);
}

const cJSON *flowrun_event(const struct flowrun *run, const char *type)
{
    for (size_t i = run->event_count; i-- > 0;)
        if (is_of(run->events[i], type))
            return run->events[i];
    return NULL;
}

double flowrun_number(const cJSON *object, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(value) ? value->valuedouble : NAN;
}

double flowrun_sum(const struct flowrun *run, const char *type, const char *key)
{
    double sum = 0;

    for (size_t i = 0; i < run->event_count; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(run->events[i], key), *item;

        if (!is_of(run->events[i], type))
            continue;
        if (cJSON_IsNumber(value))
            sum += value->valuedouble;
        cJSON_ArrayForEach(item, value) sum += item->valuedouble;
    }
    return sum;
}

size_t flowrun_told(const struct flowrun *run, const char *word)
{
    size_t told = 0;

    for (size_t i = 0; i < run->event_count; i++) {
        const cJSON *detail;

        if (!is_of(run->events[i], "warning"))
            continue;
        cJSON_ArrayForEach(detail, cJSON_GetObjectItemCaseSensitive(run->events[i], "details"))
            told += cJSON_IsString(detail) && strstr(detail->valuestring, word) != NULL;
    }
    return told;
}

double flowrun_lost(const struct flowrun *run)
{
    return flowrun_sum(run, "rollout", "failed") + flowrun_sum(run, "baseline", "failed") +
           flowrun_sum(run, "validation", "failed") + flowrun_sum(run, "test", "failed");
}

void flowrun_expect_finished(const struct flowrun *run)
{
    const cJSON *end = flowrun_event(run, "run_finished");

    assert_non_null(end);
    assert_true(flowrun_number(end, "validation") >= 0);
    assert_true(flowrun_number(end, "test") >= 0);
    assert_true(flowrun_number(end, "calls") > 40);
}

void flowrun_show(const struct flowrun *run, struct rogue *rogue)
{
    struct rogue_counts counts = rogue_counts(rogue);

    print_message("%llu requests, %llu answered, run: %.0f calls, faults:",
        (unsigned long long)counts.requests, (unsigned long long)counts.answered,
        flowrun_number(flowrun_event(run, "run_finished"), "calls"));
    for (unsigned kind = 1; kind < ROGUE_KINDS; kind++)
        if (counts.faults[kind] > 0)
            print_message(" %s %llu", rogue_name((enum rogue_fault)kind),
                (unsigned long long)counts.faults[kind]);
    print_message("\n");
}
