#include "code_program.h"

#include <string.h>

#include "code_test.h"
#include "hash.h"
#include "metric.h"
#include "utf8.h"

enum { SHOWN_BYTES = 220 };

static const char *text_of(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);

    return value != NULL && value->type == JSON_STRING ? value->text : NULL;
}

static void add_lines(const struct json *list, struct str *out)
{
    for (size_t i = 0; list != NULL && list->type == JSON_ARRAY && i < list->count; i++)
        if (list->items[i].type == JSON_STRING)
            str_addf(out, "%s\n", list->items[i].text);
}

static bool add_source(
    const struct json *record, const char *completion, struct str *out, struct err *err)
{
    const char *prompt = text_of(record, "prompt");
    const char *test = text_of(record, "test");
    const char *entry = text_of(record, "entry_point");
    const char *setup = text_of(record, "test_setup_code");
    const struct json *list = json_get(record, "test_list");

    if (list != NULL && list->type == JSON_ARRAY) {
        str_addf(out, "%s\n", completion);
        add_lines(json_get(record, "test_imports"), out);
        if (setup != NULL)
            str_addf(out, "%s\n", setup);
        add_lines(list, out);
        return true;
    }
    if (prompt == NULL || test == NULL || entry == NULL)
        return err_set(err, ERR_INPUT,
            "the record has neither \"prompt\", \"test\" and \"entry_point\" (HumanEval) nor "
            "\"test_list\" (MBPP)");
    str_addf(out, "%s%s\n%s\ncheck(%s)", prompt, completion, test, entry);
    return true;
}

struct text *code_program(const struct json *record, const char *completion, const char *mark,
    double seconds, struct err *err)
{
    struct str source = STR_INIT;
    struct str program = STR_INIT;
    struct text *text = NULL;

    if (record->type != JSON_OBJECT) {
        err_set(err, ERR_INPUT, "the target is %s; a record of HumanEval or MBPP was expected",
            json_type_name(record->type));
    } else if (add_source(record, completion, &source, err)) {
        str_add(&program, (const char *)code_test);
        str_addf(&program, "main(\"%s\", %.3f, ", mark, seconds);
        json_print_string(str_text(&source), source.len, &program);
        str_add(&program, ")\n");
        text = text_new(program.data, program.len);
    }
    str_free(&source);
    str_free(&program);
    return text;
}

void code_mark(const char *completion, struct str *out)
{
    struct hash hash = hash_text(completion);

    str_addf(out, "verdict %016llx ", (unsigned long long)(hash.low ^ hash.high));
}

static void add_shown(const char *head, const struct json *value, struct str *words)
{
    size_t start;

    if (value == NULL || value->type != JSON_STRING || value->len == 0)
        return;
    str_add(words, head);
    start = words->len;
    for (size_t i = 0; i < value->len;) {
        size_t before = words->len;
        uint32_t code;

        i += utf8_next(value->text + i, value->len - i, &code);
        utf8_add(words, code < 0x20 ? ' ' : code);
        if (words->len - start > SHOWN_BYTES) {
            str_truncate(words, before);
            str_add(words, "…");
            return;
        }
    }
}

static void describe_failure(const struct json *verdict, const char *completion, struct str *words)
{
    const struct json *got = json_get(verdict, "got");

    str_add(words, "The tests fail.");
    add_shown(" ", json_get(verdict, "error"), words);
    add_shown(" At: ", json_get(verdict, "line"), words);
    if (got != NULL) {
        add_shown(" Expected: ", json_get(verdict, "expected"), words);
        add_shown(" Got: ", got, words);
    }
    if (strstr(completion, "```") != NULL)
        str_add(words, " The answer has Markdown fences; plain code is wanted.");
}

/* The last line that begins with the mark; the program may have printed others. */
static const char *find_verdict(const char *out, const char *mark)
{
    const char *last = NULL;

    for (const char *at = strstr(out, mark); at != NULL; at = strstr(at + 1, mark))
        if (at == out || at[-1] == '\n')
            last = at + strlen(mark);
    return last;
}

double code_verdict(const char *out, const char *mark, const char *completion, struct str *words)
{
    const char *line = find_verdict(out, mark);
    struct err ignored;
    struct json_doc *doc =
        line == NULL ? NULL
                     : json_parse("verdict", 1, line, strcspn(line, "\n"), JSON_STRICT, &ignored);
    const struct json *root = doc == NULL ? NULL : json_root(doc);
    const char *result = root != NULL && root->type == JSON_OBJECT ? text_of(root, "result") : NULL;
    double score = 0;

    if (str_equal(result, "passed")) {
        str_add(words, "All tests pass.");
        score = 1;
    } else if (str_equal(result, "failed")) {
        describe_failure(root, completion, words);
    } else {
        str_add(words, "The program came to no end in time, or ended before its tests did.");
    }
    json_free(doc);
    return score;
}
