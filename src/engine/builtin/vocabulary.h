#ifndef VOCABULARY_H
#define VOCABULARY_H

/*
 * The instructions that the builtin reader knows: one const table. A prompt is read sentence by
 * sentence; a sentence that no pattern fits has no effect. A negation before an instruction in the
 * same clause ("do not", "never", "without", "rather than" …) switches it off. Of two that exclude
 * each other (same group) the last one in the prompt wins; within one sentence the first task wins,
 * so "write a search query that helps to answer the question" asks for a query.
 *
 * The canonical sentence of an instruction is what the meta model writes into a prompt: it always
 * reads back as exactly that instruction.
 */
#include <stdbool.h>
#include <stddef.h>

enum instruction {
    /* what to do: one of them, ANSWER without any */
    INSTRUCTION_ANSWER,
    INSTRUCTION_WRITE_QUERY,
    INSTRUCTION_QUERY_BRIDGE,
    INSTRUCTION_NAME_BRIDGE,
    INSTRUCTION_VERIFY,
    INSTRUCTION_COMPARE_OPTIONS,
    INSTRUCTION_EXTRACT_FACTS,
    INSTRUCTION_SUMMARISE,
    INSTRUCTION_COPY,
    INSTRUCTION_TITLE,
    /* the form of the output */
    INSTRUCTION_SHORTEST_SPAN,
    INSTRUCTION_FULL_SENTENCE,
    INSTRUCTION_YES_NO,
    INSTRUCTION_ENTITY_TYPE,
    INSTRUCTION_NUMBER_DIGITS,
    INSTRUCTION_NUMBER_UNIT,
    INSTRUCTION_YEAR_ONLY,
    INSTRUCTION_FULL_DATE,
    INSTRUCTION_LOWER_CASE,
    INSTRUCTION_UPPER_CASE,
    INSTRUCTION_CASE_AS_FOUND,
    INSTRUCTION_UNKNOWN,
    INSTRUCTION_LIST,
    /* how to read */
    INSTRUCTION_ONLY_PASSAGES,
    INSTRUCTION_ALL_PASSAGES,
    INSTRUCTION_RANK_PASSAGES,
    INSTRUCTION_TITLE_SUBJECT,
    INSTRUCTION_FOLLOW_BRIDGE,
    INSTRUCTION_TYPE_MATCH,
    INSTRUCTION_COMPARE_VALUES,
    INSTRUCTION_ALIASES,
    /* what does harm: the documented bad advice is drawn from these */
    INSTRUCTION_VERBOSE,
    INSTRUCTION_FIRST_PASSAGE,
    INSTRUCTION_HEDGE,
    INSTRUCTION_CITE_SOURCE,
    INSTRUCTION_DROP_NUMBERS,
    INSTRUCTION_LONGEST_SPAN,
    INSTRUCTION_COUNT
};

enum instruction_class {
    INSTRUCTION_TASK,
    INSTRUCTION_FORM,
    INSTRUCTION_READING,
    INSTRUCTION_HARMFUL
};

/* Instructions of one group exclude each other. */
enum instruction_group {
    GROUP_NONE,
    GROUP_TASK,
    GROUP_LENGTH,
    GROUP_DATE,
    GROUP_CASE,
    GROUP_SCOPE,
};

enum { INSTRUCTION_MAX_PATTERNS = 10, INSTRUCTION_SECTION_MAX = 64 };

struct instruction_entry {
    const char *name;     /* for programs and benches: "shortest-span" */
    const char *sentence; /* canonical */
    const char *note;     /* what it does, for the manual */
    enum instruction_class class;
    enum instruction_group group;
    /* words by blanks; "a|b" either; "word*" a prefix; "~" up to 4 words between; NULL ends the
     * list */
    const char *patterns[INSTRUCTION_MAX_PATTERNS];
};

/* What a prompt asks for. */
struct instructions {
    bool on[INSTRUCTION_COUNT];            /* of a group at most one; of GROUP_TASK exactly one */
    enum instruction task;                 /* the one of GROUP_TASK that is on */
    char section[INSTRUCTION_SECTION_MAX]; /* COPY: the section named ("pass on the section NAME");
                                              "" where none is */
};

const struct instruction_entry *vocabulary_entry(enum instruction id);
enum instruction vocabulary_find(const char *name); /* INSTRUCTION_COUNT where there is none */

/* Reads a prompt; only its first 64 KiB are looked at. */
void vocabulary_read(const char *prompt, struct instructions *out);

#endif
