#ifndef TEXT_FILE_H
#define TEXT_FILE_H

/* A text in a file for an editor or a pager, in a folder of its own that only the user can read. */
#include "err.h"

struct text_file {
    char *folder, *path; /* NULL: not made */
    char *given;         /* the text as it was given */
};

/* A text without a line end behind it gets one, as editors do; it is taken off again. ERR_IO; one
 * of the next three in every case. */
bool text_file_make(struct text_file *file, const char *suffix, const char *text, struct err *err);
/* What an editor that ended with this status has made of it; the caller's. NULL where nothing was
 * changed (err->code ERR_NONE), or where it cannot be taken: what was written is never lost then,
 * the message says in which file it stays. */
char *text_file_take(struct text_file *file, int status, struct err *err);
/* Nobody waits for it any more: removed, but for what was written there; its path then, the
 * caller's, else NULL. */
char *text_file_give_up(struct text_file *file);
void text_file_remove(struct text_file *file); /* zeroed is nothing */

/* Puts a text where it outlives the program. Its path, the caller's; NULL and ERR_IO. */
char *text_file_keep(const char *suffix, const char *text, struct err *err);

/* The command of the first of these variables that says something, else `otherwise`; `second` may
 * be NULL. */
const char *text_file_program(const char *variable, const char *second, const char *otherwise);

#endif
