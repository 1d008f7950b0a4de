#include "workflow_edit.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "workflow_sheet.h"

#define NOTE "//! flowbot: " /* begins our own lines in a workflow that is edited again */

/* JSON with comments, as people write it, as plain JSON; NULL where it is none. */
static char *without_comments(const char *text, struct err *err)
{
    struct json_doc *doc = json_parse(WORKFLOW_SHEET, 1, text, strlen(text), JSON_COMMENTS, err);
    struct str plain = STR_INIT;

    if (doc == NULL)
        return NULL;
    json_print(json_root(doc), &plain);
    json_free(doc);
    return str_take(&plain);
}

char *workflow_edit_take(struct session *session, const char *sheet, struct err *err)
{
    char *bare = workflow_edit_note(sheet, NULL);
    char *json = workflow_sheet_json(bare, err);
    char *plain = NULL;

    if (json != NULL && session_check_workflow(session, json, err))
        plain = without_comments(json, err);
    free(json);
    free(bare);
    return plain;
}

/* The line that the message names, "…:LINE:COLUMN: …"; 0: none. */
static unsigned long line_of(const char *message)
{
    for (const char *at = strchr(message, ':'); at != NULL; at = strchr(at + 1, ':')) {
        char *end;
        unsigned long line = strtoul(at + 1, &end, 10);

        if (end > at + 1 && *end == ':')
            return line;
    }
    return 0;
}

char *workflow_edit_note(const char *text, const char *message)
{
    unsigned long line = message != NULL ? line_of(message) : 0, number = 0;
    struct str out = STR_INIT;

    if (message != NULL && line <= 1)
        str_addf(&out, NOTE "%s\n", message);
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");

        len += text[len] == '\n' ? 1 : 0;
        if (!str_starts(text, NOTE)) {
            if (line > 1 && ++number == line)
                str_addf(&out, NOTE "%s\n", message);
            str_add_n(&out, text, len);
        }
        text += len;
    }
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

bool workflow_edit_has_braces(const cJSON *nodes, const char *text)
{
    const cJSON *node, *input;
    bool found = false;

    cJSON_ArrayForEach(node, nodes)
    {
        cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(node, "inputs"))
        {
            const char *name = cJSON_GetStringValue(input);
            char *braced = mem_printf("{%s}", name != NULL ? name : "");

            found |= name != NULL && strstr(text, braced) != NULL;
            free(braced);
        }
    }
    return found;
}
