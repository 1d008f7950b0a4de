/*
 * The user's own scorer: a process that reads one JSON a line, { "prediction", "target", "input" },
 * and answers each with one line, { "score": 0 … 1, "feedback": "…" }. One process, one case at a
 * time; it is started when the first case comes and again when it has died. A case over which it
 * dies twice, or which takes too long, has no score.
 */
#include "scorer_type.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"

#include "mem.h"
#include "post.h"
#include "program.h"
#include "utf8.h"

enum { LINE_MAX_BYTES = 1 << 20, COMPLAINT_BYTES = 200, ATTEMPTS = 2 };

struct waiting {
    struct post post; /* for an end that must not come at once */
    struct waiting *next;
    struct score_run *run;
    struct command *command;
    unsigned attempts;
    bool cancelled;
};

struct command {
    uv_loop_t *loop;
    struct post_queue posts;
    char *program;
    char **env;
    const char **argv;
    char *where;
    uint64_t timeout_ms;
    struct child *child;
    struct waiting *current, *first, *last;
    struct str answer;    /* bytes of the current answer */
    struct str complaint; /* the last of its standard error, for messages */
    bool closing, broken; /* broken: it said what it should not; it is being killed */
};

static void pump(struct command *command);

static void end_posted(struct post *post)
{
    struct waiting *waiting = (struct waiting *)post;
    struct score_run *run = waiting->run;

    free(waiting);
    run->done(run);
}

static void fail(struct waiting *waiting, enum err_code code, const char *what)
{
    struct command *command = waiting->command;

    err_set(&waiting->run->error, code, "%s: the scorer %s%s%s", command->where, what,
        command->complaint.len > 0 ? "; it said: " : "", str_text(&command->complaint));
    waiting->post.run = end_posted;
    post_add(&command->posts, &waiting->post);
}

static void fail_current(struct command *command, enum err_code code, const char *what)
{
    struct waiting *current = command->current;

    command->current = NULL;
    fail(current, code, what);
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
        wrong = "answered with a line that is no JSON";
    } else if (score == NULL || score->type != JSON_NUMBER) {
        wrong = "answered without a \"score\"";
    } else if (!(score->number >= 0 && score->number <= 1)) {
        wrong = "answered with a score that is not between 0 and 1";
    } else {
        run->score = score->number;
        add_words(json_get(root, "feedback"), &run->words);
        if (run->words.len == 0)
            str_addf(&run->words, "The score is %.2f.", score->number);
    }
    json_free(doc);
    return wrong;
}

static void break_off(struct command *command, const char *what)
{
    command->broken = true;
    if (command->current != NULL)
        fail_current(command, ERR_ENDPOINT, what);
    child_kill(command->child, SIGKILL);
}

static void take_answer(struct command *command, size_t len)
{
    struct waiting *current = command->current;
    struct score_run *run = current->run;
    const char *wrong = read_answer(run, command->answer.data, len);

    if (command->answer.len > len + 1)
        wrong = "answered with more than one line";
    str_clear(&command->answer);
    if (wrong != NULL) {
        break_off(command, wrong);
        return;
    }
    run->end = METRIC_SCORED;
    command->current = NULL;
    child_kill_after(command->child, 0);
    child_hold_loop(command->child, false);
    free(current);
    pump(command);
    run->done(run);
}

static void keep_complaint(struct command *command, const char *bytes, size_t len)
{
    struct str all = STR_INIT;
    size_t from;

    for (size_t i = 0; i < command->complaint.len; i++)
        str_add_char(&all, command->complaint.data[i]);
    for (size_t i = 0; i < len; i++)
        str_add_char(&all, bytes[i] == '\n' || bytes[i] == '\0' ? ' ' : bytes[i]);
    from = all.len > COMPLAINT_BYTES ? all.len - COMPLAINT_BYTES : 0;
    str_clear(&command->complaint);
    utf8_repair(str_text(&all) + from, all.len - from, &command->complaint);
    str_free(&all);
}

static void on_bytes(void *data, enum child_stream stream, const char *bytes, size_t len)
{
    struct command *command = data;
    const char *end;

    if (command->broken || command->closing)
        return;
    if (stream == CHILD_ERR) {
        keep_complaint(command, bytes, len);
        return;
    }
    if (command->current == NULL) {
        break_off(command, "");
        return;
    }
    str_add_n(&command->answer, bytes, len);
    end = memchr(str_text(&command->answer), '\n', command->answer.len);
    if (end != NULL)
        take_answer(command, (size_t)(end - command->answer.data));
    else if (command->answer.len > LINE_MAX_BYTES)
        break_off(command, "answered with a line of more than 1 MiB");
}

static void command_free(struct command *command)
{
    program_environment_free(command->env);
    free(command->program);
    free((void *)command->argv);
    free(command->where);
    str_free(&command->answer);
    str_free(&command->complaint);
    free(command);
}

static void on_posts_closed(uv_handle_t *handle)
{
    command_free(handle->data);
}

static void close_posts(struct command *command)
{
    command->posts.idle.data = command;
    post_queue_close(&command->posts, on_posts_closed);
}

/* The current case again, in front of the others. */
static void try_again(struct command *command)
{
    struct waiting *current = command->current;

    current->next = command->first;
    command->first = current;
    if (command->last == NULL)
        command->last = current;
    command->current = NULL;
}

static void on_end(void *data, const struct child_end *end)
{
    struct command *command = data;
    char what[96];

    command->child = NULL;
    command->broken = false;
    str_clear(&command->answer);
    if (command->closing) {
        close_posts(command);
        return;
    }
    if (command->current != NULL && command->current->cancelled) {
        fail_current(command, ERR_CANCELLED, "was cancelled");
    } else if (command->current != NULL && end->timed_out) {
        (void)snprintf(
            what, sizeof what, "did not answer within %.3g s", (double)command->timeout_ms / 1000);
        fail_current(command, ERR_ENDPOINT, what);
    } else if (command->current != NULL && command->current->attempts < ATTEMPTS) {
        try_again(command);
    } else if (command->current != NULL) {
        (void)snprintf(what, sizeof what, "ended (%s %d) instead of answering, twice",
            end->signal != 0 ? "signal" : "status", end->signal != 0 ? end->signal : end->status);
        fail_current(command, ERR_ENDPOINT, what);
    }
    pump(command);
}

static bool start_child(struct command *command, struct err *err)
{
    struct child_spec spec = {
        .argv = command->argv,
        .env = (const char *const *)command->env,
        .on_bytes = on_bytes,
        .on_end = on_end,
        .data = command,
    };

    str_clear(&command->complaint);
    command->child = child_start(command->loop, &spec, err);
    return command->child != NULL;
}

static void add_member(const char *name, const struct text *value, struct str *out)
{
    if (value == NULL)
        return;
    str_addf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
    json_print_string(value->data, value->len, out);
}

static struct text *print_case(const struct scoring *scoring)
{
    struct str line = STR_INIT;
    struct text *text;

    str_add_char(&line, '{');
    add_member("prediction", scoring->prediction, &line);
    add_member("target", scoring->target, &line);
    add_member("input", scoring->input, &line);
    str_add(&line, "}\n");
    text = text_new(line.data, line.len);
    str_free(&line);
    return text;
}

/* Gives the process the next case, where it has none. */
static void pump(struct command *command)
{
    struct err err = { .code = ERR_NONE };
    struct text *line;

    if (command->current != NULL || command->first == NULL || command->broken)
        return;
    command->current = command->first;
    command->first = command->first->next;
    if (command->first == NULL)
        command->last = NULL;
    if (command->child == NULL && !start_child(command, &err)) {
        fail_current(command, ERR_ENDPOINT, "cannot be started");
        pump(command);
        return;
    }
    command->current->attempts++;
    line = print_case(command->current->run->scoring);
    child_hold_loop(command->child, true);
    child_kill_after(command->child, command->timeout_ms);
    child_write(command->child, line);
    text_unref(line);
}

static bool read_program(struct command *command, const struct metric_plan *plan, struct err *err)
{
    const struct json *words = json_get(plan->settings, "command");

    command->argv = mem_zalloc(words->count + 1, sizeof *command->argv);
    command->program = program_find(words->items[0].text, "", err);
    if (command->program == NULL)
        return false;
    command->argv[0] = command->program;
    for (size_t i = 1; i < words->count; i++)
        command->argv[i] = words->items[i].text;
    command->env = program_environment(NULL, 0);
    return true;
}

static void *command_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    struct command *command;
    double seconds = metric_plan_number(plan, "timeout_s", 30);

    if (!(seconds > 0 && seconds <= 3600)) {
        err_set(err, ERR_INPUT, "%s: timeout_s: seconds above 0, at most 3600", setup->where);
        return NULL;
    }
    command = mem_zalloc(1, sizeof *command);
    command->loop = setup->loop;
    command->where = mem_strdup(setup->where);
    command->timeout_ms = (uint64_t)ceil(seconds * 1000);
    if (!read_program(command, plan, err)) {
        (void)err_prefix(err, "%s: command", setup->where);
        command_free(command);
        return NULL;
    }
    post_queue_open(&command->posts, setup->loop);
    return command;
}

static void command_close(void *kind)
{
    struct command *command = kind;

    command->closing = true;
    if (command->child == NULL) {
        close_posts(command);
        return;
    }
    child_hold_loop(command->child, true);
    child_kill(command->child, SIGKILL);
}

static void command_start(void *kind, struct score_run *run)
{
    struct command *command = kind;
    struct waiting *waiting = mem_zalloc(1, sizeof *waiting);

    waiting->run = run;
    waiting->command = command;
    run->private_state = waiting;
    if (command->last != NULL)
        command->last->next = waiting;
    else
        command->first = waiting;
    command->last = waiting;
    pump(command);
}

static void remove_waiting(struct command *command, struct waiting *waiting)
{
    struct waiting *before = NULL;

    for (struct waiting *at = command->first; at != NULL && at != waiting; at = at->next)
        before = at;
    if (before == NULL)
        command->first = waiting->next;
    else
        before->next = waiting->next;
    if (command->last == waiting)
        command->last = before;
}

static bool is_queued(const struct command *command, const struct waiting *waiting)
{
    for (const struct waiting *at = command->first; at != NULL; at = at->next)
        if (at == waiting)
            return true;
    return false;
}

static void command_cancel(void *kind, struct score_run *run)
{
    struct command *command = kind;
    struct waiting *waiting = run->private_state;

    if (command->current == waiting) {
        waiting->cancelled = true;
        child_kill(command->child, SIGKILL);
    } else if (is_queued(command, waiting)) {
        remove_waiting(command, waiting);
        fail(waiting, ERR_CANCELLED, "was not asked");
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
