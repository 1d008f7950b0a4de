#ifndef ADVISOR_FINDINGS_H
#define ADVISOR_FINDINGS_H

/*
 * What the meta model can find out about a step or a workflow: one const table. Each finding is one
 * fixed sentence, so that later requests, which see only text, recognise it; and it names the
 * single operators that it argues for, in the order in which they are tried. docs/BUILTIN.md lists
 * the table.
 */
#include <stdbool.h>
#include <stddef.h>

#include "advisor_message.h"
#include "str.h"
#include "vocabulary.h"

enum finding {
    /* keep */
    FINDING_GOOD,
    FINDING_PASSES_ON,
    FINDING_STRUCTURE,
    FINDING_MISFIT,
    FINDING_NO_EVIDENCE,
    /* the form of the output */
    FINDING_TOO_LONG,
    FINDING_TOO_SHORT,
    FINDING_WRONG_TYPE,
    FINDING_TITLE_EXPECTED,
    FINDING_LIST_EXPECTED,
    FINDING_YEAR_EXPECTED,
    FINDING_FULL_DATE_EXPECTED,
    FINDING_DIGITS_EXPECTED,
    FINDING_UNIT_EXPECTED,
    FINDING_LOWER_EXPECTED,
    FINDING_UPPER_EXPECTED,
    /* questions of two kinds */
    FINDING_YES_NO_EXPECTED,
    FINDING_YES_NO_WRONG,
    FINDING_OPTION_NOT_COMPARED,
    /* how the step reads */
    FINDING_MISSED,
    FINDING_LATER_PASSAGE,
    FINDING_SUBJECT_MISSED,
    FINDING_BRIDGE_NOT_FOLLOWED,
    FINDING_OUTPUT_UNKNOWN,
    /* what the step is given */
    FINDING_NO_PASSAGES,
    FINDING_NOT_IN_TEXT,
    FINDING_FIRST_HOP_ONLY,
    /* steps before the last: told by the step after them */
    FINDING_FOUND_LACKS,
    FINDING_DROPS,
    FINDING_DROPS_NUMBERS,
    FINDING_QUERY_IS_QUESTION,
    FINDING_QUERY_LACKS_NAMES,
    FINDING_BRIDGE_NOT_NAMED,
    FINDING_BRIDGE_WRONG,
    /* the workflow */
    FINDING_NO_SEARCH,
    FINDING_QUERY_POOR,
    FINDING_SECOND_HOP,
    FINDING_READER_BLIND,
    FINDING_UNVERIFIED,
    FINDING_USELESS_STEP,
    FINDING_SAME_STEPS,
    FINDING_TWO_JOBS,
    /* beside another finding */
    FINDING_WEAK,
    FINDING_SURE,
    FINDING_COUNT
};

/* Findings of one family compete: a majority is one among them. */
enum finding_family {
    FAMILY_KEEP,
    FAMILY_FORM,
    FAMILY_YES_NO,
    FAMILY_OPTION,
    FAMILY_READING,
    FAMILY_INPUT,
    FAMILY_CHAIN,
    FAMILY_WORKFLOW,
    FAMILY_COUNT
};

enum { FINDING_ADDS = 6, FINDING_REMOVES = 7 };

struct finding_entry {
    const char *name;     /* for the manual: "too-long" */
    const char *sentence; /* fixed */
    enum finding_family family;
    /* tried in this order, those against which it speaks first; ANSWER (0) ends a list */
    enum instruction adds[FINDING_ADDS];
    enum instruction removes[FINDING_REMOVES];
    const char *operator; /* FAMILY_WORKFLOW: what it argues for, for the manual */
};

const struct finding_entry *finding_entry(enum finding finding);

/* One diagnosis: a set of findings, and what they are about. */
struct findings {
    bool on[FINDING_COUNT];
    struct piece wanted; /* the text that was expected, quoted in the gradient; may be absent */
    struct piece step;   /* workflow: the step that it is about; may be absent */
};

/* A gradient's text: "Keep: …\nChange: …". */
void findings_write(const struct findings *findings, struct str *out);

/* The other way round, from the text of a gradient, a person's too: without heads all is Change.
 * `wanted` and `step` are borrowed from the text. Findings of FAMILY_KEEP count wherever they
 * stand, the others only under Change. */
void findings_read(struct piece gradient, struct findings *out);
bool findings_ask_change(const struct findings *findings);

/* Votes over a batch. */
struct votes {
    unsigned strong[FINDING_COUNT], weak[FINDING_COUNT],
        sure[FINDING_COUNT];       /* sure: of the strong ones */
    unsigned family[FAMILY_COUNT]; /* examples with a finding of the family */
    unsigned examples, misfits, no_evidence, structure;
    unsigned proven; /* examples whose target surely fits: solved, or the texts lead to it */
};

void votes_add(struct votes *votes, const struct findings *findings);

/* Evidence that carries an operator: at least two examples, more than twice those whose target does
 * not fit, at least half of those that failed in the same way. docs/BUILTIN.md has the whole rule.
 */
bool votes_carry(const struct votes *votes, enum finding finding);
/* The carried finding with the most votes among those for which `taken` is false (ties: table
 * order); FINDING_COUNT. */
enum finding votes_best(const struct votes *votes, const bool taken[FINDING_COUNT]);

#endif
