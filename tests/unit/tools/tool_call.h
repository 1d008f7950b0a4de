#ifndef TOOL_CALL_H
#define TOOL_CALL_H

/* One tool of a hand-made task, called and waited for. */
#include "tools_fixture.h"

struct one_tool {
    struct fixture *fixture;
    struct task task;
    struct task_tool tool;
    struct toolbox *toolbox;
};

/* A task with the one tool "it" of the type; `settings` is its canonical JSON. */
bool one_tool_try(struct one_tool *one, struct fixture *fixture, const char *type,
    const char *settings, struct err *err);
void one_tool_open(
    struct one_tool *one, struct fixture *fixture, const char *type, const char *settings);
void one_tool_close(struct one_tool *one);

struct outcome {
    unsigned done;
    struct text *result;
    struct err error;
    struct tool_call call;
};

void outcome_start(
    struct one_tool *one, struct outcome *outcome, const char *tool, const char *input);
/* Called and waited for: the result, the caller's; NULL and *error. */
char *one_tool_call(struct one_tool *one, const char *tool, const char *input, struct err *error);
void expect_result(struct one_tool *one, const char *tool, const char *input, const char *expected);
void expect_failure(struct one_tool *one, const char *tool, const char *input, enum err_code code,
    const char *word);

#endif
