/* MATH: problems whose answer stands in the solution's last \boxed{…}. A folder of one-problem
 * files, or one problem a line (MATH-500 has the answer besides). */
#include "data_formats.h"

#include "math_answer.h"

/* The bare answer. */
static struct text *read_answer(const struct record *record, const char *name, struct err *err)
{
    struct text *solution;
    struct text *text = NULL;
    struct str answer = STR_INIT;

    if (json_get(record->value, name) != NULL)
        return data_string(record, name, err);
    solution = data_string(record, "solution", err);
    if (solution != NULL && math_boxed(solution->data, &answer) && answer.len > 0)
        text = text_new(answer.data, answer.len);
    else if (solution != NULL)
        record_error(record, err, "the solution has no closed \\boxed{…} to take the answer from");
    text_unref(solution);
    str_free(&answer);
    return text;
}

static const struct data_start *start(const struct json *first)
{
    static const struct data_start solving = {
        .task = "Solve the problem step by step. End with the answer in \\boxed{}.",
        .metric = "\"math\"",
        .comment =
            "  // \"math\" compares the last \\\\boxed{…} as the official script does; "
            "\"math_aflow\" as workflow papers do.\n"
            "  // level 5 alone: put  \"only\": { \"level\": \"Level 5\" }  into \"data\" (of "
            "MATH-500: \"level\": 5)\n",
        .tools = "    \"calc\": { \"type\": \"calc\" }\n",
    };

    (void)first;
    return &solving;
}

static const char *const ids[] = { "unique_id", "id", NULL };
static const struct data_offer inputs[] = { { "problem", data_string }, { NULL, NULL } };
static const struct data_offer targets[] = {
    { "solution", data_string },
    { "answer", read_answer },
    { NULL, NULL },
};

const struct data_format data_format_math = {
    .name = "math",
    .summary = "MATH, a folder of one-problem files or one a line",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .shape = { .folder = true },
    .start = start,
};
