#include "protocol.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/*
 * What an api cannot say is said in words: a schema, and tools by a small protocol of texts. A call
 * is a reply that is nothing but {"tool": NAME, "arguments": {…}}; its result comes as a message
 * that begins with "Result of NAME:".
 */

static void add_tools(const struct llm_request *request, struct str *out)
{
    str_add(out, "You can call these tools:\n");
    for (size_t i = 0; i < request->tool_count; i++)
        str_addf(out, "- %s: %s Arguments, as JSON schema: %s\n", request->tools[i].name,
            request->tools[i].description, request->tools[i].parameters);
    str_add(out,
        "To call one, reply with nothing but this JSON object: {\"tool\": \"NAME\", "
        "\"arguments\": {…}}. You are then told its result. When you need no further tool, "
        "reply with the answer itself.");
}

void protocol_words(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    if (request->tool_count > 0 && quirks->tools_in_words)
        add_tools(request, out);
    if (request->schema == NULL || quirks->schema == SCHEMA_NATIVE)
        return;
    if (out->len > 0)
        str_add(out, "\n\n");
    str_addf(out,
        "Reply with one JSON value that follows this JSON schema, and with nothing else:\n%s",
        request->schema);
}

static const char *name_of_call(const struct llm_request *request, size_t before, const char *id)
{
    for (size_t i = before; i-- > 0;) {
        const struct llm_message *message = &request->messages[i];

        for (size_t k = 0; k < message->call_count; k++)
            if (str_equal(message->calls[k].id, id))
                return message->calls[k].name;
    }
    return "the tool";
}

void protocol_tool_words(const struct llm_request *request, size_t index, struct str *out)
{
    const struct llm_message *message = &request->messages[index];

    if (message->role == MESSAGE_TOOL)
        str_addf(out, "Result of %s:\n", name_of_call(request, index, message->call_id));
    str_add_n(out, message->content->data, message->content->len);
    for (size_t i = 0; i < message->call_count; i++) {
        const struct llm_tool_call *call = &message->calls[i];

        str_add(out, out->len > 0 ? "\n{\"tool\":" : "{\"tool\":");
        json_print_string(call->name, strlen(call->name), out);
        str_addf(out, ",\"arguments\":%s}", call->arguments);
    }
}

static bool add_call(struct partial *partial, const cJSON *json)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "tool"));
    const cJSON *arguments = cJSON_GetObjectItemCaseSensitive(json, "arguments");
    struct partial_call *call;
    char *printed;

    if (name == NULL || !cJSON_IsObject(arguments))
        return false;
    call = partial_call(partial, partial->call_count);
    printed = cJSON_PrintUnformatted(arguments);
    if (call != NULL && printed != NULL) {
        str_add(&call->name, name);
        str_add(&call->arguments, printed);
    }
    cJSON_free(printed);
    return call != NULL;
}

/* Only a reply that is whole and well formed calls a tool: arguments are never repaired. What
 * stands around the object (fences, a sentence) is no part of it. */
void protocol_read_tool_words(struct partial *partial)
{
    struct str *content = &partial->content;
    const char *begin = strchr(str_text(content), '{');
    const char *end = strrchr(str_text(content), '}');
    cJSON *json;

    if (partial->call_count > 0 || begin == NULL || end == NULL || end < begin ||
        strstr(begin, "\"tool\"") == NULL)
        return;
    json = cJSON_ParseWithLength(begin, (size_t)(end - begin) + 1);
    if (json != NULL && add_call(partial, json))
        str_clear(content);
    cJSON_Delete(json);
}
