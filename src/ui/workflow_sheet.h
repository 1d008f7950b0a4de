#ifndef WORKFLOW_SHEET_H
#define WORKFLOW_SHEET_H

/*
 * A workflow as a person edits it: its nodes as JSON without the prompts, then each prompt as it
 * is, below a line that names its node:
 *
 *     { "nodes": [ { "id": "answer", … } ] }
 *
 *     == prompt of answer ==
 *     Answer the question.
 *
 * There are as many "=" as it takes for no line of a prompt to look like such a line.
 */
#include <cjson/cJSON.h>

#include "err.h"

#define WORKFLOW_SHEET "the edited workflow" /* heads the messages */

/* Of `{ "nodes": … }`; the caller's. */
char *workflow_sheet(const cJSON *workflow);
/* As JSON (with comments, if there are any) in which a node stands on the line where it does in the
 * sheet; the caller's. NULL and said at which line where prompts and nodes do not belong
 * together. */
char *workflow_sheet_json(const char *sheet, struct err *err);

#endif
