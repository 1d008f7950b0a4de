#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "metric_line.h"
#include "python_number.h"
#include "score_data.h"
#include "scorer.h"

enum { LINE_MAX_BYTES = 16 << 20 };

static const char title[] = "standard input";

static const struct option_spec specs[] = {
    { "data", "FILE", "the records that cases name by \"task_id\" (JSON array, or one a line)" },
    { "unsafe-exec", NULL,
        "pass_at_1: run programs as you, without a sandbox: they can read and delete what you "
        "can" },
};

/* What every line needs. */
struct session {
    const struct metric_plan *plan;
    struct score_data *data; /* NULL: none */
    /* where the metric is not pure */
    uv_loop_t loop;
    struct workers *workers;
    struct sandbox *sandbox;
    struct scorer *scorer;
};

/* What came of a line. */
struct verdict {
    enum metric_end end;
    double score;
    struct str words;
    struct err why;
};

static void print_verdict(const struct verdict *verdict)
{
    struct str line = STR_INIT;

    str_add(&line, "{\"score\":");
    if (verdict->end == METRIC_SCORED) {
        python_float_print(verdict->score, &line);
    } else {
        str_add(&line, "null,\"unsupported\":");
        json_print_string(verdict->why.message, strlen(verdict->why.message), &line);
    }
    str_add(&line, ",\"feedback\":");
    json_print_string(str_text(&verdict->words), verdict->words.len, &line);
    str_add_char(&line, '}');
    puts(str_text(&line));
    str_free(&line);
}

static void on_scored(struct scoring *scoring)
{
    (void)scoring; /* the loop ends when nothing is under way */
}

/* Through the scorer, waiting for it. */
static void score_outside(
    struct session *session, const struct metric_case *one, struct verdict *verdict)
{
    struct scoring scoring = {
        .prediction = text_from(one->prediction),
        .target = text_from(one->target),
        .line = one,
        .on_done = on_scored,
    };

    scorer_start(session->scorer, &scoring);
    while (scoring.private_state != NULL)
        (void)uv_run(&session->loop, UV_RUN_ONCE);
    verdict->end = scoring.scored        ? METRIC_SCORED
                   : scoring.unsupported ? METRIC_UNSUPPORTED
                                         : METRIC_BAD_CASE;
    verdict->score = scoring.score;
    verdict->why = scoring.error;
    if (scoring.words != NULL)
        str_add_n(&verdict->words, scoring.words->data, scoring.words->len);
    text_unref(scoring.words);
    text_unref(scoring.prediction);
    text_unref(scoring.target);
}

static bool find_record(const struct session *session, const struct json *line,
    struct metric_case *one, struct err *err)
{
    const struct json *id = session->data == NULL ? NULL : json_get(line, "task_id");

    if (id == NULL)
        return true;
    one->target_json = score_data_find(session->data, id);
    return one->target_json != NULL ||
           err_set(err, ERR_INPUT, "the data has no record with the task_id %.80s",
               id->text == NULL ? "(none)" : id->text);
}

static bool score_case(struct session *session, const struct json *value, struct err *err)
{
    struct verdict verdict = { METRIC_BAD_CASE, 0, STR_INIT, { ERR_NONE, "" } };
    struct metric_line line;

    if (metric_line_read(value, &line, &verdict.why) &&
        find_record(session, value, &line.one, &verdict.why)) {
        if (session->scorer != NULL) {
            score_outside(session, &line.one, &verdict);
        } else {
            if (session->plan->settings != NULL)
                line.one.settings = session->plan->settings;
            verdict.end = metric_score(
                session->plan->metric, &line.one, &verdict.score, &verdict.words, &verdict.why);
        }
    }
    if (verdict.end != METRIC_BAD_CASE)
        print_verdict(&verdict);
    else if (verdict.why.code == ERR_INPUT)
        json_error(title, value, err, "%s", verdict.why.message);
    else
        *err = verdict.why;
    str_free(&verdict.words);
    metric_line_free(&line);
    return verdict.end != METRIC_BAD_CASE;
}

static bool is_blank(const char *line, size_t len)
{
    return strspn(line, " \t\r\n") >= len;
}

static bool score_line(
    struct session *session, const char *line, size_t len, unsigned number, struct err *err)
{
    struct json_doc *doc;
    bool ok;

    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (is_blank(line, len))
        return true;
    if (len > LINE_MAX_BYTES)
        return err_set(err, ERR_INPUT, "%s:%u: the line is longer than %d MiB", title, number,
            LINE_MAX_BYTES >> 20);
    doc = json_parse(title, number, line, len, JSON_STRICT, err);
    ok = doc != NULL && score_case(session, json_root(doc), err);
    json_free(doc);
    return ok;
}

static bool score_lines(struct session *session, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    ssize_t len;
    bool ok = true;

    if (isatty(STDIN_FILENO) == 1)
        (void)fputs(
            "flowbot: one JSON object a line is read from this terminal; ^D ends\n", stderr);
    errno = 0;
    while (ok && (len = getline(&line, &room, stdin)) >= 0)
        ok = score_line(session, line, (size_t)len, ++number, err);
    if (ok && ferror(stdin) != 0)
        ok = err_set(err, errno == EISDIR ? ERR_INPUT : ERR_IO, "%s could not be read: %s", title,
            strerror(errno));
    free(line);
    return ok;
}

static bool open_sandbox(struct session *session, bool unsafe, struct err *err)
{
    if (!scorer_needs_sandbox(session->plan))
        return true;
    if (!sandbox_check(unsafe, err))
        return false;
    session->sandbox = sandbox_open(&session->loop, unsafe, err);
    return session->sandbox != NULL;
}

static bool open_scorer(struct session *session, struct err *err)
{
    struct scorer_setup setup = { .loop = &session->loop,
        .workers = session->workers,
        .sandbox = session->sandbox,
        .where = "score" };

    session->scorer = scorer_open(&setup, session->plan, err);
    return session->scorer != NULL;
}

static bool score_all_outside(struct session *session, bool unsafe, struct err *err)
{
    bool ok;

    if (uv_loop_init(&session->loop) != 0)
        return err_set(err, ERR_IO, "there is no event loop to be had");
    session->workers = workers_open(&session->loop, 0);
    ok = open_sandbox(session, unsafe, err) && open_scorer(session, err) &&
         score_lines(session, err);
    scorer_close(session->scorer);
    sandbox_close(session->sandbox);
    workers_close(session->workers);
    (void)uv_run(&session->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&session->loop);
    return ok;
}

static void print_names(void)
{
    size_t count;
    const struct metric *const *list = metric_list(&count);

    for (size_t i = 0; i < count; i++)
        printf("%-26s %s\n", list[i]->name, list[i]->summary);
}

/* A name, or a JSON object with settings as in a task file. */
static struct metric_plan *read_plan(const char *word, struct err *err)
{
    struct json name = { .type = JSON_STRING, .text = word, .len = strlen(word) };
    struct json_doc *doc = NULL;
    struct metric_plan *plan;

    if (word[0] == '{') {
        doc = json_parse("METRIC", 1, word, strlen(word), JSON_COMMENTS, err);
        if (doc == NULL)
            return NULL;
    }
    plan = metric_plan_new(doc == NULL ? &name : json_root(doc), "", err);
    json_free(doc);
    return plan;
}

static bool score(const struct options *options, struct metric_plan *plan, struct err *err)
{
    struct session session = { .plan = plan };
    const char *data = options_get(options, "data");
    bool ok;

    if (data != NULL && (session.data = score_data_open(data, err)) == NULL)
        return false;
    if (plan->metric->kind == METRIC_PURE)
        ok = score_lines(&session, err);
    else
        ok = score_all_outside(&session, options_has(options, "unsafe-exec"), err);
    score_data_close(session.data);
    return ok;
}

static int run(const struct options *options, struct err *err)
{
    struct metric_plan *plan;
    bool ok;

    if (str_equal(options->words[0], "list")) {
        print_names();
        return 0;
    }
    plan = read_plan(options->words[0], err);
    ok = plan != NULL && score(options, plan, err);
    metric_plan_free(plan);
    return ok ? 0 : command_fail(err);
}

const struct command command_score = {
    .name = "score",
    .summary = "score lines of predictions and targets with a metric",
    .usage = "METRIC [--data FILE] < cases.jsonl",
    .help =
        "Reads one JSON object a line, { \"prediction\": …, \"target\": … } and what else the "
        "metric reads, and prints { \"score\": …, \"feedback\": … } for each, in order. A case "
        "that needs what this program does not have gets a null score and \"unsupported\": why.\n"
        "METRIC is a name (flowbot score list prints them), or an object as in a task file: "
        "'{ \"name\": \"command\", \"command\": [\"./my_scorer\"] }'.",
    .options = specs,
    .option_count = sizeof specs / sizeof specs[0],
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
