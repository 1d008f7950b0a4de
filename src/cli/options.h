#ifndef OPTIONS_H
#define OPTIONS_H

/* The command line of one command, by a table: long options (--name VALUE, --name=VALUE, flags),
 * then positional words. */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct option_spec {
    const char *name;  /* without the dashes */
    const char *value; /* what stands for the value in the help; NULL: a flag */
    const char *help;
};

struct option_value {
    const char *name, *value; /* borrowed from the specs and from argv */
};

struct options {
    struct option_value *items;
    size_t count, cap;
    const char **words; /* positional */
    size_t word_count, word_cap;
};

/* ERR_INPUT: an unknown option (nearest known one), a missing, empty or unexpected value. "--" ends
 * the options. */
bool options_parse(struct options *options, const struct option_spec *specs, size_t spec_count,
    int argc, char **argv, struct err *err);
void options_free(struct options *options);

bool options_has(const struct options *options, const char *name);
const char *options_get(
    const struct options *options, const char *name); /* the last one; NULL: not given */
/* All values of an option in order; the array is the caller's, the strings are not. */
const char **options_all(const struct options *options, const char *name, size_t *count);

/* A whole number in [min, max]; *out stays as it is where the option is not given. */
bool options_number(const struct options *options, const char *name, unsigned long long min,
    unsigned long long max, unsigned long long *out, struct err *err);

#endif
