#ifndef TEXT_FILE_H
#define TEXT_FILE_H

/* A text in a file for an editor or a pager, in a folder of its own that only the user can read. */
#include "err.h"

struct text_file {
    char *folder, *path; /* NULL: not made */
    char *given;         /* the text as it was given */
};

/* A text without a line end behind it gets one, as editors do; text_file_read takes it off again.
 * ERR_IO; text_file_remove in every case. */
bool text_file_make(struct text_file *file, const char *suffix, const char *text, struct err *err);
/* What stands there now; NULL where it is the same (err->code ERR_NONE) or is no text (said). The
 * caller's. */
char *text_file_read(const struct text_file *file, struct err *err);
void text_file_remove(struct text_file *file); /* zeroed is nothing */

/* The command of the first of these variables that says something, else `otherwise`; `second` may
 * be NULL. */
const char *text_file_program(const char *variable, const char *second, const char *otherwise);

#endif
