#ifndef REVIEW_H
#define REVIEW_H

/* Who decides on which proposals: the schedule, or a person. */
#include <stdbool.h>

#include "err.h"

enum review_mode {
    REVIEW_NONE,      /* the schedule decides */
    REVIEW_STRUCTURE, /* a person decides on sketch updates */
    REVIEW_PROMPTS,   /* a person decides on prompt updates */
    REVIEW_ALL,       /* a person decides on everything */
};

bool review_mode_parse(const char *text, enum review_mode *out, struct err *err); /* ERR_INPUT */
const char *review_mode_name(enum review_mode mode);

#endif
