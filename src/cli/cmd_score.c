#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metric_line.h"
#include "python_number.h"

enum { LINE_MAX_BYTES = 16 << 20 };

static const char title[] = "standard input";

static void print_verdict(
    enum metric_end end, double score, const struct str *words, const struct err *why)
{
    struct str line = STR_INIT;

    str_add(&line, "{\"score\":");
    if (end == METRIC_SCORED) {
        python_float_print(score, &line);
    } else {
        str_add(&line, "null,\"unsupported\":");
        json_print_string(why->message, strlen(why->message), &line);
    }
    str_add(&line, ",\"feedback\":");
    json_print_string(str_text(words), words->len, &line);
    str_add_char(&line, '}');
    puts(str_text(&line));
    str_free(&line);
}

static bool score_case(const struct metric *metric, const struct json *value, struct err *err)
{
    struct err why = { .code = ERR_NONE };
    struct metric_line line;
    struct str words = STR_INIT;
    enum metric_end end = METRIC_BAD_CASE;
    double score = 0;

    if (metric_line_read(value, &line, &why))
        end = metric_score(metric, &line.one, &score, &words, &why);
    if (end == METRIC_BAD_CASE)
        json_error(title, value, err, "%s", why.message);
    else
        print_verdict(end, score, &words, &why);
    str_free(&words);
    metric_line_free(&line);
    return end != METRIC_BAD_CASE;
}

static bool is_blank(const char *line, size_t len)
{
    return strspn(line, " \t\r\n") == len;
}

static bool score_line(
    const struct metric *metric, const char *line, size_t len, unsigned number, struct err *err)
{
    struct json_doc *doc;
    bool ok;

    if (is_blank(line, len))
        return true;
    if (len > LINE_MAX_BYTES)
        return err_set(err, ERR_INPUT, "%s:%u: the line is longer than %d MiB", title, number,
            LINE_MAX_BYTES >> 20);
    doc = json_parse(title, number, line, len, JSON_STRICT, err);
    ok = doc != NULL && score_case(metric, json_root(doc), err);
    json_free(doc);
    return ok;
}

static bool score_lines(const struct metric *metric, struct err *err)
{
    char *line = NULL;
    size_t room = 0;
    unsigned number = 0;
    ssize_t len;
    bool ok = true;

    errno = 0;
    while (ok && (len = getline(&line, &room, stdin)) >= 0)
        ok = score_line(metric, line, (size_t)len, ++number, err);
    if (ok && ferror(stdin) != 0)
        ok = err_set(err, ERR_IO, "%s could not be read: %s", title, strerror(errno));
    free(line);
    return ok;
}

static void print_names(void)
{
    size_t count;
    const struct metric *const *list = metric_list(&count);

    for (size_t i = 0; i < count; i++)
        printf("%-20s %s\n", list[i]->name, list[i]->summary);
}

static int run(const struct options *options, struct err *err)
{
    const struct metric *metric;

    if (str_equal(options->words[0], "list")) {
        print_names();
        return 0;
    }
    metric = metric_find(options->words[0], err);
    if (metric == NULL || !score_lines(metric, err))
        return command_fail(err);
    return 0;
}

const struct command command_score = {
    .name = "score",
    .summary = "score lines of predictions and targets with a metric",
    .usage = "METRIC < cases.jsonl",
    .help =
        "Reads one JSON object a line, { \"prediction\": …, \"target\": … } and what else the "
        "metric reads, and prints { \"score\": …, \"feedback\": … } for each, in order. A case "
        "that needs what this program does not have gets a null score and \"unsupported\": why.\n"
        "flowbot score list names the metrics.",
    .min_words = 1,
    .max_words = 1,
    .run = run,
};
