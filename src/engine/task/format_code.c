/* Problems whose answer is Python code that must pass tests: HumanEval and MBPP (full, sanitized).
 * The target is what the tests need of the record. */
#include "data_formats.h"

static bool is_strings(const struct json *list)
{
    if (list == NULL || list->type != JSON_ARRAY || list->count == 0)
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type != JSON_STRING)
            return false;
    return true;
}

static struct text *read_check(const struct record *record, const char *name, struct err *err)
{
    static const char *const members[] = { "prompt", "entry_point", "test", NULL };

    (void)name;
    for (const char *const *member = members; *member != NULL; member++) {
        struct text *text = data_string(record, *member, err);

        if (text == NULL)
            return NULL;
        text_unref(text);
    }
    return data_members(record, members);
}

static struct text *read_assertions(const struct record *record, const char *name, struct err *err)
{
    static const char *const members[] = { "test_imports", "test_setup_code", "test_list", NULL };

    (void)name;
    if (is_strings(json_get(record->value, "test_list")))
        return data_members(record, members);
    record_error(record, err, "\"test_list\" is no list of assertions");
    return NULL;
}

/* "text" in the full set, "prompt" in the sanitized one. */
static struct text *read_prompt(const struct record *record, const char *name, struct err *err)
{
    return data_string(record, json_get(record->value, "text") != NULL ? "text" : name, err);
}

/* The assertions, one a line: they tell the name that is wanted. */
static struct text *read_tests(const struct record *record, const char *name, struct err *err)
{
    const struct json *list = json_get(record->value, "test_list");
    struct str out = STR_INIT;
    struct text *text;

    if (!is_strings(list)) {
        record_error(record, err, "\"test_list\" (%s) is no list of assertions", name);
        return NULL;
    }
    for (size_t i = 0; i < list->count; i++)
        str_addf(&out, "%s%s", i > 0 ? "\n" : "", list->items[i].text);
    text = text_new(str_text(&out), out.len);
    str_free(&out);
    return text;
}

#define CODE_METRIC "{ \"name\": \"pass_at_1\", \"strip_fences\": true }"
#define CODE_COMMENT \
    "  // the answer runs in the sandbox (flowbot doctor TASK tries it); \"strip_fences\" takes " \
    "it " \
    "out of a Markdown block first\n"
#define CODE_TOOLS "    \"python\": { \"type\": \"python\" }\n"

static const struct data_start *start_humaneval(const struct json *first)
{
    static const struct data_start coding = {
        .task =
            "Complete the Python function. Reply with the whole function as code, nothing else.",
        .metric = CODE_METRIC,
        .comment = CODE_COMMENT,
        .tools = CODE_TOOLS,
    };

    (void)first;
    return &coding;
}

static const struct data_start *start_mbpp(const struct json *first)
{
    static const struct data_start coding = {
        .task = "Write the Python function that the task asks for and that passes the tests. Reply "
                "with code, nothing else.",
        .metric = CODE_METRIC,
        .comment = CODE_COMMENT,
        .tools = CODE_TOOLS,
    };

    (void)first;
    return &coding;
}

static const char *const ids[] = { "task_id", "id", NULL };
static const struct data_offer humaneval_inputs[] = {
    { "prompt", data_string },
    { "entry_point", data_string },
    { NULL, NULL },
};
static const struct data_offer humaneval_targets[] = { { "test", read_check }, { NULL, NULL } };
static const struct data_offer mbpp_inputs[] = {
    { "prompt", read_prompt },
    { "tests", read_tests },
    { NULL, NULL },
};
static const struct data_offer mbpp_targets[] = { { "test_list", read_assertions },
    { NULL, NULL } };

const struct data_format data_format_humaneval = {
    .name = "humaneval",
    .summary = "HumanEval, also as .jsonl.gz",
    .ids = ids,
    .inputs = humaneval_inputs,
    .default_inputs = 1,
    .targets = humaneval_targets,
    .start = start_humaneval,
};

const struct data_format data_format_mbpp = {
    .name = "mbpp",
    .summary = "MBPP, full or sanitized",
    .ids = ids,
    .inputs = mbpp_inputs,
    .default_inputs = 2,
    .targets = mbpp_targets,
    .start = start_mbpp,
};
