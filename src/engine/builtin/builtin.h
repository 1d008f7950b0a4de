#ifndef BUILTIN_H
#define BUILTIN_H

/*
 * The builtin model: a deterministic, rule-based reader for machines with no key and no network. It
 * is not a language model and does not pretend to be one. docs/BUILTIN.md is its manual: the
 * instructions that it knows, and its limits.
 *
 * Pure functions: the answer depends on the request alone, nothing is kept between calls, any
 * thread may call. It sees what a real model would see (messages, tools, the schema's name) and
 * nothing else: as an executor never a target.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One turn of the conversation after the system message. */
enum builtin_turn_kind { BUILTIN_USER, BUILTIN_ASSISTANT, BUILTIN_TOOL_RESULT };

struct builtin_turn {
    enum builtin_turn_kind kind;
    const char *text;
};

struct builtin_request {
    const char *system; /* a node's prompt; "" for a meta request */
    const struct builtin_turn *turns;
    size_t turn_count;
    const char *const *tools; /* names of the tools that may be called; usually none */
    size_t tool_count;
    const char *schema; /* name of the reply schema ("text_gradient", …, see templates.h); NULL:
                           free text */
    unsigned draw;      /* +1 when the same meta request follows a rejection */
    /* settings of the model in the task file */
    double bad_advice; /* share of meta advice that is deliberately bad, [0, 1]; the documented
                          default is small */
    uint64_t seed;     /* decides which */
};

struct builtin_reply {
    char *text;      /* the caller's; never NULL */
    char *tool;      /* name of a tool to call, or NULL; the caller's */
    char *tool_text; /* the query for it, or NULL; the caller's */
};

/* Answers in milliseconds. Never fails: what it cannot read it answers as its manual says
 * ("unknown"). */
struct builtin_reply builtin_answer(const struct builtin_request *request);
void builtin_reply_free(struct builtin_reply *reply);

/* The two halves, split by request->schema: reader.c executes nodes, advisor.c is the meta model.
 */
struct builtin_reply builtin_execute(const struct builtin_request *request);
struct builtin_reply builtin_advise(const struct builtin_request *request);

/* A rough count for usage and estimates: one token for every four bytes, at least 1. */
size_t builtin_tokens(const char *text);

#endif
