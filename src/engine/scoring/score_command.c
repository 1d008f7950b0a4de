/*
 * The user's own scorer: a process that reads one JSON a line, { "prediction", "target", "input" },
 * and answers each with one line, { "score": 0 … 1, "feedback": "…" }. One process, one case at a
 * time; it is started when the first case comes and again when it has ended. A case over which it
 * ends twice, which takes too long, or whose answer is no verdict, has no score.
 */
#include "scorer_type.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "deadlines.h"
#include "line_server.h"
#include "mem.h"
#include "utf8.h"

enum { ATTEMPTS = 2 };

struct waiting {
    struct waiting *next;
    struct score_run *run;
    unsigned attempts;
};

struct command {
    char *where;
    uint64_t limit_ms;
    struct deadlines deadlines;
    struct deadline limit, pump;
    struct line_server *server;
    struct waiting *first, *last; /* the first one is with the process where `is_busy` */
    bool is_busy;
};

static void pump_soon(struct command *command)
{
    deadline_set(&command->deadlines, &command->pump, 0);
}

static void set_free(struct command *command)
{
    command->is_busy = false;
    deadline_clear(&command->deadlines, &command->limit);
    line_server_hold_loop(command->server, false);
}

/* The first one is over. */
static void finish_first(struct command *command)
{
    struct waiting *waiting = command->first;
    struct score_run *run = waiting->run;

    if (command->is_busy)
        set_free(command);
    command->first = waiting->next;
    if (command->first == NULL)
        command->last = NULL;
    else
        pump_soon(command);
    free(waiting);
    run->done(run);
}

static void __attribute__((format(printf, 3, 4)))
fail_first(struct command *command, enum err_code code, const char *format, ...)
{
    char words[400];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    err_set(&command->first->run->error, code, "%s: the scorer %s", command->where, words);
    finish_first(command);
}

static void on_limit(struct deadline *deadline)
{
    struct command *command =
        (struct command *)((char *)deadline - offsetof(struct command, limit));
    char *last = mem_strdup(line_server_words(command->server));

    line_server_drop(command->server);
    fail_first(command, ERR_ENDPOINT, "gave no answer within %g s%s%s",
        (double)command->limit_ms / 1000, last[0] != '\0' ? "; it said: " : "", last);
    free(last);
}

static void add_words(const struct json *feedback, struct str *words)
{
    if (feedback == NULL || feedback->type != JSON_STRING)
        return;
    for (size_t i = 0; i < feedback->len && words->len < METRIC_WORDS_MAX;) {
        uint32_t code;

        i += utf8_next(feedback->text + i, feedback->len - i, &code);
        utf8_add(words, code == 0 ? 0xFFFD : code);
    }
}

/* NULL, or what is wrong with the answer. */
static const char *read_answer(struct score_run *run, const char *line, size_t len)
{
    struct err ignored;
    struct json_doc *doc = json_parse("answer", 1, line, len, JSON_STRICT, &ignored);
    const struct json *root = doc == NULL ? NULL : json_root(doc);
    const struct json *score =
        root != NULL && root->type == JSON_OBJECT ? json_get(root, "score") : NULL;
    const char *wrong = NULL;

    if (doc == NULL) {
        wrong = "is no JSON";
    } else if (score == NULL || score->type != JSON_NUMBER) {
        wrong = "has no number \"score\"";
    } else if (!(score->number >= 0 && score->number <= 1)) {
        wrong = "has a score that is not between 0 and 1";
    } else {
        run->end = METRIC_SCORED;
        run->score = score->number;
        add_words(json_get(root, "feedback"), &run->words);
        if (run->words.len == 0)
            str_addf(&run->words, "The score is %.2f.", score->number);
    }
    json_free(doc);
    return wrong;
}

static void on_line(void *data, const char *line, size_t len)
{
    struct command *command = data;
    const char *wrong;

    if (!command->is_busy) { /* nobody asked: it is out of step */
        line_server_drop(command->server);
        return;
    }
    wrong = read_answer(command->first->run, line, len);
    if (wrong == NULL) {
        finish_first(command);
    } else {
        line_server_drop(command->server);
        fail_first(command, ERR_ENDPOINT, "answered \"%.100s\", which %s", line, wrong);
    }
}

static void on_end(void *data, const char *why)
{
    struct command *command = data;

    if (!command->is_busy)
        return;
    if (command->first->attempts < ATTEMPTS) {
        set_free(command);
        pump_soon(command);
    } else {
        fail_first(command, ERR_ENDPOINT, "ended instead of answering, twice: it %.300s", why);
    }
}

static void add_member(const char *name, const struct text *value, struct str *out)
{
    if (value == NULL)
        return;
    str_addf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    json_print_string(value->data, value->len, out);
}

static void on_pump(struct deadline *deadline)
{
    struct command *command = (struct command *)((char *)deadline - offsetof(struct command, pump));
    const struct scoring *scoring;
    struct err err = { .code = ERR_NONE };
    struct str line = STR_INIT;

    if (command->is_busy || command->first == NULL)
        return;
    if (command->first->run->error.code != ERR_NONE) { /* cancelled */
        finish_first(command);
        return;
    }
    scoring = command->first->run->scoring;
    str_add_char(&line, '{');
    add_member("prediction", scoring->prediction, &line);
    add_member("target", scoring->target, &line);
    add_member("input", scoring->input, &line);
    str_add_char(&line, '}');
    command->first->attempts++;
    if (line_server_send(command->server, line.data, &err)) {
        command->is_busy = true;
        line_server_hold_loop(command->server, true);
        deadline_set(&command->deadlines, &command->limit, command->limit_ms);
    } else {
        fail_first(command, ERR_ENDPOINT, "cannot be started: %.300s", err.message);
    }
    str_free(&line);
}

static void on_closed(uv_handle_t *timer)
{
    struct command *command = timer->data;

    free(command->where);
    free(command);
}

static void command_close(void *kind)
{
    struct command *command = kind;

    line_server_close(command->server);
    deadline_clear(&command->deadlines, &command->pump);
    command->deadlines.timer.data = command;
    deadlines_close(&command->deadlines, on_closed);
}

static bool open_server(struct command *command, const struct scorer_setup *setup,
    const struct metric_plan *plan, struct err *err)
{
    const struct json *words = json_get(plan->settings, "command");
    const char **argv = mem_zalloc(words->count, sizeof *argv);
    struct line_server_spec spec = { .argv = argv,
        .argc = words->count,
        .folder = "",
        .on_line = on_line,
        .on_end = on_end,
        .data = command };

    for (size_t i = 0; i < words->count; i++)
        argv[i] = words->items[i].text;
    command->server = line_server_open(setup->loop, &spec, err);
    free((void *)argv);
    return command->server != NULL || err_prefix(err, "%s: command", setup->where);
}

static void *command_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    double seconds = metric_plan_number(plan, "timeout_s", 30);
    struct command *command;

    if (!(seconds > 0 && seconds <= 3600)) {
        err_set(err, ERR_INPUT, "%s: timeout_s: seconds above 0, at most 3600", setup->where);
        return NULL;
    }
    command = mem_zalloc(1, sizeof *command);
    command->where = mem_strdup(setup->where);
    command->limit_ms = (uint64_t)ceil(seconds * 1000);
    command->limit.run = on_limit;
    command->pump.run = on_pump;
    deadlines_open(&command->deadlines, setup->loop);
    if (!open_server(command, setup, plan, err)) {
        command_close(command);
        return NULL;
    }
    return command;
}

static void command_start(void *kind, struct score_run *run)
{
    struct command *command = kind;
    struct waiting *waiting = mem_zalloc(1, sizeof *waiting);

    waiting->run = run;
    if (command->last != NULL)
        command->last->next = waiting;
    else
        command->first = waiting;
    command->last = waiting;
    pump_soon(command);
}

/* One that waits its turn has ended when it comes to the front. */
static void command_cancel(void *kind, struct score_run *run)
{
    struct command *command = kind;

    if (run->error.code != ERR_NONE)
        return;
    err_set(&run->error, ERR_CANCELLED, "%s: cancelled", command->where);
    if (command->is_busy && command->first->run == run) {
        line_server_drop(command->server);
        set_free(command);
        pump_soon(command);
    }
}

const struct scorer_type scorer_command = {
    .kind = METRIC_COMMAND,
    .journalled = true,
    .open = command_open,
    .close = command_close,
    .start = command_start,
    .cancel = command_cancel,
};
