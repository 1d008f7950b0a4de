#ifndef COMMAND_H
#define COMMAND_H

/* The commands: one file each, with one table, and one line in command.c's list. */
#include "options.h"

struct command {
    const char *name;
    const char *summary; /* one line */
    const char *usage;   /* after "flowbot NAME " */
    const char *help;    /* paragraphs below the options; may be NULL */
    const struct option_spec *options;
    size_t option_count;
    size_t min_words, max_words;
    /* Returns the exit code (design, section 7). A false-like failure sets *err and returns its
     * code by command_fail. */
    int (*run)(const struct options *options, struct err *err);
};

extern const struct command command_init, command_run, command_resume, command_attach,
    command_watch, command_replay, command_runs, command_review, command_eval, command_exec,
    command_score, command_doctor, command_models;

/* The whole program: names the command, parses its options, runs it, prints its error. Returns the
 * exit code. */
int command_main(int argc, char **argv);

/* The exit code of an error. */
int command_fail(const struct err *err);
void command_print_error(
    const struct err *err); /* as command_main does: for who does not return to it */

#endif
