#include "tool_call.h"

bool one_tool_try(struct one_tool *one, struct fixture *fixture, const char *type,
    const char *settings, struct err *err)
{
    *one = (struct one_tool){ .fixture = fixture };
    one->tool = (struct task_tool){ .name = (char *)"it", .line = 3 };
    one->tool.type = mem_strdup(type);
    one->tool.settings = mem_strdup(settings);
    one->task = (struct task){ .path = (char *)"task.json", .tools = &one->tool, .tool_count = 1 };
    one->toolbox = fixture_toolbox(fixture, &one->task, err);
    return one->toolbox != NULL;
}

void one_tool_open(
    struct one_tool *one, struct fixture *fixture, const char *type, const char *settings)
{
    struct err err = { 0 };

    if (!one_tool_try(one, fixture, type, settings, &err))
        fail_msg("%s", err.message);
}

void one_tool_close(struct one_tool *one)
{
    fixture_run(one->fixture);
    toolbox_close(one->toolbox);
    fixture_run(one->fixture);
    free(one->tool.type);
    free(one->tool.settings);
}

static void on_done(struct tool_call *call)
{
    struct outcome *outcome = call->data;

    outcome->done++;
    outcome->result = call->result;
    outcome->error = call->error;
    text_unref(call->input);
}

void outcome_start(
    struct one_tool *one, struct outcome *outcome, const char *tool, const char *input)
{
    *outcome = (struct outcome){
        .call = { .tool = tool, .input = text_from(input), .on_done = on_done, .data = outcome }
    };
    toolbox_start(one->toolbox, &outcome->call);
    assert_int_equal(outcome->done, 0);
}

char *one_tool_call(struct one_tool *one, const char *tool, const char *input, struct err *error)
{
    struct outcome outcome;
    char *result;

    outcome_start(one, &outcome, tool, input);
    fixture_run(one->fixture);
    assert_int_equal(outcome.done, 1);
    *error = outcome.error;
    if (outcome.result == NULL)
        return NULL;
    result = mem_strdup(outcome.result->data);
    text_unref(outcome.result);
    return result;
}

void expect_result(struct one_tool *one, const char *tool, const char *input, const char *expected)
{
    struct err error = { 0 };
    char *result = one_tool_call(one, tool, input, &error);

    if (result == NULL)
        fail_msg("%s: %s", input, error.message);
    if (strcmp(result, expected) != 0)
        fail_msg("%s\ngives %s\nnot   %s", input, result, expected);
    free(result);
}

void expect_failure(
    struct one_tool *one, const char *tool, const char *input, enum err_code code, const char *word)
{
    struct err error = { 0 };
    char *result = one_tool_call(one, tool, input, &error);

    if (result != NULL)
        fail_msg("%s gives %s", input, result);
    expect_err(&error, code, word);
}
