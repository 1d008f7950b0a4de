#ifndef WORKFLOW_EDIT_H
#define WORKFLOW_EDIT_H

/* What a person made of a workflow in an editor (workflow_sheet.h): whether it can be gone on with,
 * and what is wrong at its place when it is edited again. */
#include "session.h"

/* As plain JSON; NULL and ERR_INPUT where JSON, graph or prompts are wrong. The caller's. */
char *workflow_edit_take(struct session *session, const char *sheet, struct err *err);
/* The sheet with the message above the line that it names, in place of an earlier one; NULL:
 * without any. The caller's. */
char *workflow_edit_note(const char *sheet, const char *message);
/* Whether the name of something that a node reads stands in braces, as if it were filled in. */
bool workflow_edit_has_braces(const cJSON *nodes, const char *text);
#define WORKFLOW_EDIT_BRACES "Braces are plain text here: the inputs are given as labelled sections"

#endif
