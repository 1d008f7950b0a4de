#ifndef ADVISOR_PLAN_H
#define ADVISOR_PLAN_H

/* The sketch as the meta model reads and rewrites it: compact JSON of steps in, sketch_update out.
 */
#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "advisor_message.h"

enum { PLAN_STEPS_MAX = 128, PLAN_NAMES_MAX = 32, PLAN_ID_SIZE = 65 };

struct plan_step {
    char *id, *kind, *description;
    char *inputs[PLAN_NAMES_MAX];
    size_t input_count;
    char *tools[PLAN_NAMES_MAX];
    size_t tool_count;
    char *replaces; /* at most one; NULL */
    bool fresh;     /* new in this update */
    bool removed;
};

struct plan {
    struct plan_step *items; /* in topological order as they came; new ones before their readers */
    size_t count, cap;
    char *question; /* the task field that holds the question; NULL where the task has no fields */
    char **fields;
    size_t field_count;
    char *search_tool; /* name of a search tool on offer; NULL */
};

/* False where the message has no readable <workflow>. Free in either case. */
bool plan_read(struct piece message, struct plan *plan);
void plan_free(struct plan *plan);
cJSON *plan_write(const struct plan *plan); /* the "steps" of sketch_update */

#define PLAN_NONE ((size_t)-1)

size_t plan_find(const struct plan *plan, const char *id); /* PLAN_NONE */
size_t plan_output(const struct plan *plan); /* the step that nobody reads; PLAN_NONE */
size_t plan_reader(const struct plan *plan); /* the output step, or the one before a verification */
bool plan_reads(const struct plan_step *step, const char *name);
bool plan_is_search(const struct plan *plan, size_t step); /* a tool step whose tool searches */
size_t plan_searches(const struct plan *plan);
/* By its description: does it verify an answer (write a query)? */
bool plan_is_task(const struct plan_step *step, unsigned instruction);

/* Appends a step before index `at` with an id of its own made from `base`; returns its id,
 * borrowed. */
const char *plan_insert(
    struct plan *plan, size_t at, const char *base, const char *kind, const char *description);
void plan_add_input(
    struct plan_step *step, const char *name); /* nothing where it is there already */
void plan_replace_input(struct plan_step *step, const char *from, const char *to);
void plan_add_tool(struct plan_step *step, const char *tool);
/* Takes the step out; its readers read what it read. */
void plan_remove(struct plan *plan, size_t at);

#endif
