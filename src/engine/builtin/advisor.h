#ifndef ADVISOR_H
#define ADVISOR_H

/*
 * The meta model's replies, one function a reply schema (templates.h). Each reads the rendered
 * template and returns the reply's JSON, the caller's. What it cannot find in the message it says
 * so in words in the same form.
 */
#include <cjson/cJSON.h>

#include "advisor_message.h"
#include "random.h"
#include "str.h"
#include "vocabulary.h"

struct advice {
    struct piece message;
    bool bad; /* the documented share: the operator of this reply shall be one that does not help */
    struct random random; /* seeded by request and seed: chooses among bad advice */
};

cJSON *advise_gradient(struct advice *advice); /* text_gradient: loss, chain rule or workflow */
void advise_workflow_gradient(struct piece message, struct str *out); /* its third kind, as text */
cJSON *advise_prompt(struct advice *advice);                          /* prompt_update */
cJSON *advise_joint(struct advice *advice);                           /* joint_update */
cJSON *advise_sketch(struct advice *advice);                          /* sketch_update */
cJSON *advise_executor(struct advice *advice);                        /* executor */
cJSON *advise_comparison(struct advice *advice);                      /* pupa_comparison */
cJSON *advise_leaks(struct advice *advice);                           /* pupa_leaks */

/* Seeded, so that the same advice gives the same harm. */
enum instruction advise_harmful(struct advice *advice);

#endif
