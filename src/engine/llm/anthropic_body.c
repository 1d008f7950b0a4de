#include "anthropic.h"

#include <string.h>

#include "json.h"
#include "request_json.h"

/* The prompt is a field of its own; user and assistant take turns, results of tools are a part of
 * the user's. Empty texts are refused there, so they are left out. */

static void add_text(const char *text, size_t len, bool *first, struct str *out)
{
    if (len == 0)
        return;
    str_add(out, *first ? "{\"type\":\"text\",\"text\":" : ",{\"type\":\"text\",\"text\":");
    json_print_string(text, len, out);
    str_add_char(out, '}');
    *first = false;
}

static void add_call(const struct llm_tool_call *call, bool *first, struct str *out)
{
    cJSON *input = cJSON_Parse(call->arguments);

    str_add(out, *first ? "{\"type\":\"tool_use\",\"id\":" : ",{\"type\":\"tool_use\",\"id\":");
    json_print_string(call->id, strlen(call->id), out);
    str_add(out, ",\"name\":");
    json_print_string(call->name, strlen(call->name), out);
    str_addf(out, ",\"input\":%s}", cJSON_IsObject(input) ? call->arguments : "{}");
    cJSON_Delete(input);
    *first = false;
}

static void add_result(const struct llm_message *message, bool *first, struct str *out)
{
    const char *id = message->call_id != NULL ? message->call_id : "";

    str_add(out, *first ? "{\"type\":\"tool_result\",\"tool_use_id\":"
                        : ",{\"type\":\"tool_result\",\"tool_use_id\":");
    json_print_string(id, strlen(id), out);
    str_add(out, ",\"content\":");
    json_print_string(message->content->data, message->content->len, out);
    str_add_char(out, '}');
    *first = false;
}

static void add_blocks(const struct llm_request *request, const struct model_quirks *quirks,
    size_t i, bool *first, struct str *out)
{
    const struct llm_message *message = &request->messages[i];
    bool tooled = message->role == MESSAGE_TOOL || message->call_count > 0;

    if (tooled && quirks->tools_in_words) {
        struct str words = STR_INIT;

        protocol_tool_words(request, i, &words);
        add_text(str_text(&words), words.len, first, out);
        str_free(&words);
        return;
    }
    if (message->role == MESSAGE_TOOL) {
        add_result(message, first, out);
        return;
    }
    add_text(message->content->data, message->content->len, first, out);
    for (size_t k = 0; k < message->call_count; k++)
        add_call(&message->calls[k], first, out);
}

static bool is_assistant(const struct llm_message *message)
{
    return message->role == MESSAGE_ASSISTANT;
}

/* One turn: all messages of one side in a row, from `i` on. Returns the first of the next turn. */
static size_t add_turn(const struct llm_request *request, const struct model_quirks *quirks,
    size_t i, bool *first_turn, struct str *out)
{
    bool assistant = is_assistant(&request->messages[i]);
    size_t begin = out->len, blocks;
    bool first = true;

    str_addf(out, "%s{\"role\":\"%s\",\"content\":[", *first_turn ? "" : ",",
        assistant ? "assistant" : "user");
    blocks = out->len;
    for (; i < request->message_count && is_assistant(&request->messages[i]) == assistant; i++)
        if (request->messages[i].role != MESSAGE_SYSTEM)
            add_blocks(request, quirks, i, &first, out);
    if (out->len == blocks) {
        str_truncate(out, begin);
        return i;
    }
    str_add(out, "]}");
    *first_turn = false;
    return i;
}

/* Without a user's turn the prompt itself is one: the api wants one. */
static void add_messages(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    struct str system = STR_INIT;
    bool first_turn = true;
    size_t words;

    for (size_t i = 0; i < request->message_count; i++) {
        const struct llm_message *message = &request->messages[i];

        if (message->role != MESSAGE_SYSTEM || message->content->len == 0)
            continue;
        str_add(&system, system.len > 0 ? "\n\n" : "");
        str_add_n(&system, message->content->data, message->content->len);
    }
    words = system.len;
    str_add(&system, words > 0 ? "\n\n" : "");
    protocol_words(request, quirks, &system);
    if (words > 0 && system.len == words + 2)
        str_truncate(&system, words);
    str_add(out, "\"messages\":[");
    for (size_t i = 0; i < request->message_count;)
        i = add_turn(request, quirks, i, &first_turn, out);
    if (first_turn) {
        str_add(out, "{\"role\":\"user\",\"content\":");
        json_print_string(str_text(&system), system.len, out);
        str_add_char(out, '}');
        str_clear(&system);
    }
    str_add_char(out, ']');
    if (system.len > 0) {
        str_add(out, ",\"system\":");
        json_print_string(system.data, system.len, out);
    }
    str_free(&system);
}

static void add_parameters(
    const struct llm_model *model, const struct model_quirks *quirks, struct str *out)
{
    str_addf(out, ",\"max_tokens\":%lu", (unsigned long)model->max_tokens);
    if (model->has_temperature && !quirks->no_temperature)
        str_addf(out, ",\"temperature\":%.15g", model->temperature);
    if (model->has_top_p && !quirks->no_top_p)
        str_addf(out, ",\"top_p\":%.15g", model->top_p);
    if (model->stream && !quirks->no_stream)
        str_add(out, ",\"stream\":true");
}

/* A schema is that of a tool which must be called, where nothing else has to be: its arguments are
 * the reply. */
static bool is_forced(const struct llm_request *request, const struct model_quirks *quirks)
{
    return request->schema != NULL && request->tool_count == 0 && quirks->schema == SCHEMA_NATIVE &&
           request_json_is_object(request->schema);
}

static void add_forced(const struct llm_request *request, struct str *out)
{
    str_add(out, ",\"tools\":[{\"name\":");
    request_json_name(request->schema_name, out);
    str_addf(out, ",\"description\":\"Takes your reply.\",\"input_schema\":%s}]", request->schema);
    str_add(out, ",\"tool_choice\":{\"type\":\"tool\",\"name\":");
    request_json_name(request->schema_name, out);
    str_add_char(out, '}');
}

void anthropic_settle(
    struct partial *partial, const struct llm_request *request, const struct model_quirks *quirks)
{
    struct partial_call *call;

    if (!is_forced(request, quirks))
        return;
    if (partial->call_count == 0 && str_equal(str_text(&partial->finish), "end_turn"))
        request->model->quirks->schema = SCHEMA_IN_WORDS; /* who does not obey is told in words */
    if (partial->call_count != 1)
        return;
    call = &partial->calls[0];
    str_free(&partial->content);
    partial->content = call->arguments;
    str_free(&call->id);
    str_free(&call->name);
    partial->call_count = 0;
    if (str_equal(str_text(&partial->finish), "tool_use")) {
        str_clear(&partial->finish);
        str_add(&partial->finish, "end_turn");
    }
}

static void add_tools(const struct llm_request *request, struct str *out)
{
    str_add(out, ",\"tools\":[");
    for (size_t i = 0; i < request->tool_count; i++) {
        const struct llm_tool *tool = &request->tools[i];

        str_add(out, i > 0 ? ",{\"name\":" : "{\"name\":");
        json_print_string(tool->name, strlen(tool->name), out);
        str_add(out, ",\"description\":");
        json_print_string(tool->description, strlen(tool->description), out);
        str_addf(out, ",\"input_schema\":%s}", tool->parameters);
    }
    str_add_char(out, ']');
}

void anthropic_write_body(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    const struct llm_model *model = request->model;
    struct model_quirks worded = *quirks;
    bool forced = is_forced(request, quirks);

    if (!forced)
        worded.schema = SCHEMA_IN_WORDS;
    str_add(out, "{\"model\":");
    json_print_string(model->name, strlen(model->name), out);
    str_add_char(out, ',');
    add_messages(request, &worded, out);
    add_parameters(model, quirks, out);
    if (request->tool_count > 0 && !quirks->tools_in_words)
        add_tools(request, out);
    if (forced)
        add_forced(request, out);
    if (model->extra != NULL)
        str_addf(out, ",%s", model->extra);
    str_add_char(out, '}');
}
