#ifndef GRAPHS_H
#define GRAPHS_H

/* Workflows for tests: short notation for given ones, and random ones that are valid by
 * construction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "random.h"
#include "workflow.h"

/* Fields question, context; tools search, python; models executor, big. */
extern const struct workflow_scope test_scope;

/*
 * From lines "id kind inputs tools" with names joined by commas and "-" for none, e.g.
 * "find tool question search\nanswer llm question,find -\n". Prompts are "Prompt of ID.",
 * descriptions "Does ID.". NULL and *err where it is refused.
 */
struct workflow *graph_try(const char *lines, struct err *err);
struct workflow *graph_make(const char *lines); /* fails the test where it is refused */
void graph_refused(const char *lines,
    const char *part); /* fails unless it is refused with a message holding `part` */

/* A valid workflow of `count` nodes, given in a random order, ids "n0" … or of a random choice
 * among twice as many. */
struct workflow *graph_random(struct random *random, size_t count);

void expect_part(const char *text, const char *part); /* fails with both texts */

#endif
