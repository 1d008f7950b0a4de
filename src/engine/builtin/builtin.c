#include "builtin.h"

#include <stdlib.h>
#include <string.h>

#include "str.h"

/* A node with a schema of its own is an executor too: only the names of templates.h belong to the
 * meta model. */
static bool is_meta(const char *schema)
{
    static const char *const names[] = { "text_gradient", "prompt_update", "joint_update",
        "sketch_update", "executor", "pupa_comparison", "pupa_leaks" };

    for (size_t i = 0; schema != NULL && i < sizeof names / sizeof *names; i++)
        if (str_equal(schema, names[i]))
            return true;
    return false;
}

struct builtin_reply builtin_answer(const struct builtin_request *request)
{
    return is_meta(request->schema) ? builtin_advise(request) : builtin_execute(request);
}

void builtin_reply_free(struct builtin_reply *reply)
{
    free(reply->text);
    free(reply->tool);
    free(reply->tool_text);
    *reply = (struct builtin_reply){ 0 };
}

size_t builtin_tokens(const char *text)
{
    size_t tokens = (strlen(text) + 3) / 4;

    return tokens > 0 ? tokens : 1;
}
