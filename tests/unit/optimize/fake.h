#ifndef FAKE_H
#define FAKE_H

/*
 * A scripted world behind the effects table: it answers at once, records every call, and can fail
 * at any of them.
 *
 * By default a prompt scores 0.1 for each '+' in it (sum over the nodes, at most 1), every gradient
 * asks for a change, a prompt update appends one '+', and a sketch update keeps every step. A test
 * replaces single hooks.
 */
#include "optimize.h"
#include "str.h"

enum {
    FAKE_TRAIN = 10,
    FAKE_VALIDATION = 6,
    FAKE_TEST = 8,
    FAKE_EXAMPLES = FAKE_TRAIN + FAKE_VALIDATION + FAKE_TEST
};

struct fake {
    /* the input, ready to be changed */
    struct optimize_options options;
    struct optimize_input input;
    struct effects effects;
    struct templates *templates;
    /* hooks */
    double (*score)(struct fake *fake, const struct workflow *workflow,
        size_t example); /* NAN lost, -1 spoiled */
    const char *(*gradient)(
        struct fake *fake, size_t node, size_t example); /* NULL: it could not be had */
    const char *(*workflow_gradient)(struct fake *fake, size_t example);
    cJSON *(*answer)(
        struct fake *fake, const struct meta_request *request); /* NULL: it could not be had */
    void (*decide)(struct fake *fake, const struct proposal *proposal, struct decision *out);
    bool reviewed[2];
    bool no_reserve;
    const struct workflow *revert_to; /* handed out before batch `revert_batch` */
    unsigned revert_batch;
    void *data; /* the test's */
    /* a fault: call number fault_at (from 1; 0: never) returns this */
    unsigned fault_at;
    enum effect_status fault;
    enum err_code fault_code;
    /* the record */
    unsigned provided; /* times that the best one's tests were */
    unsigned calls, rollouts, asks, questions, decisions, batches, passes_started, passes_open;
    bool ended;           /* a fault was returned: nothing but collecting may follow */
    bool test_unstated;   /* the fault hit the statement of the test itself */
    bool tests_begun;     /* tests_begin was called */
    bool tests_allowed;   /* … and nothing has failed since */
    struct str facts;     /* one short line a fact: see fake_brief in fake.c */
    struct str json;      /* the facts as they are, one a line */
    struct str messages;  /* every question, as "[draw] message\n" */
    struct str validated; /* hashes of validated workflows, one a line */
    struct {
        struct hash *items;
        size_t count, cap;
    } workflows; /* in the order stated: "w0", "w1" … of the short lines */
    struct {
        char **items;
        size_t count, cap;
    } parked; /* strings to be freed with the fake */
};

/* `start` as workflow JSON; NULL: one node "answer" with the prompt "Answer.". The paper's recipe,
 * one epoch. */
void fake_open(struct fake *fake, const char *start);
void fake_close(struct fake *fake);

enum effect_status fake_run(struct fake *fake, struct optimize_result *result, struct err *err);

struct workflow *fake_workflow(
    const char *json); /* in the scope of the fakes: field question, tool search */
cJSON *fake_answer(struct fake *fake, const struct meta_request *request); /* the default hook */
char *fake_tag(const char *message,
    const char *tag); /* the text between a tag's first opening and last closing */
size_t fake_count(const struct str *text, const char *needle);
const char *fake_keep(struct fake *fake, char *take_text); /* until the fake is closed */

#endif
