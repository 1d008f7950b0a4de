#ifndef ADVISOR_DIAGNOSE_H
#define ADVISOR_DIAGNOSE_H

/* Why is the output of a step that answers not the target? From what the step was given, gave back,
 * and should have. */
#include "advisor_findings.h"
#include "advisor_judge.h"

/* Reads the labelled sections of `inputs`; free with evidence_text_free. */
struct evidence_text diagnose_read(struct piece inputs, struct piece output, struct piece target);

/* Adds the findings; a target that does not fit its question gives FINDING_MISFIT, one of which
 * nothing can be said FINDING_NO_EVIDENCE. `exact`: the metric found nothing wrong. */
void diagnose_answer(const struct evidence_text *text, bool exact, struct findings *out);

/* "score: 0.40 …": 1 where nothing is wrong; -1 where the message gives no score. */
double diagnose_score(struct piece loss);

/* The sources hold what the question names: one's title stands in the question, or one has half of
 * its names. */
bool diagnose_first_hop(const struct evidence_text *text);

#endif
