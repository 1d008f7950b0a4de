#include "openai.h"

#include <string.h>

#include "json.h"
#include "request_json.h"

static void add_calls(const struct llm_message *message, struct str *out)
{
    str_add(out, ",\"tool_calls\":[");
    for (size_t i = 0; i < message->call_count; i++) {
        const struct llm_tool_call *call = &message->calls[i];

        str_add(out, i > 0 ? ",{\"id\":" : "{\"id\":");
        json_print_string(call->id, strlen(call->id), out);
        str_add(out, ",\"type\":\"function\",\"function\":{\"name\":");
        json_print_string(call->name, strlen(call->name), out);
        str_add(out, ",\"arguments\":");
        json_print_string(call->arguments, strlen(call->arguments), out);
        str_add(out, "}}");
    }
    str_add_char(out, ']');
}

static void add_message(const struct llm_message *message, struct str *out)
{
    static const char *const names[] = {
        [MESSAGE_SYSTEM] = "system",
        [MESSAGE_USER] = "user",
        [MESSAGE_ASSISTANT] = "assistant",
        [MESSAGE_TOOL] = "tool",
    };

    str_addf(out, "{\"role\":\"%s\",\"content\":", names[message->role]);
    if (message->call_count > 0 && message->content->len == 0)
        str_add(out, "null");
    else
        json_print_string(message->content->data, message->content->len, out);
    if (message->call_id != NULL) {
        str_add(out, ",\"tool_call_id\":");
        json_print_string(message->call_id, strlen(message->call_id), out);
    }
    if (message->call_count > 0)
        add_calls(message, out);
    str_add_char(out, '}');
}

/* Where tools are in words, so are their calls and results. */
static void add_worded(const struct llm_request *request, size_t i, struct str *out)
{
    const struct llm_message *message = &request->messages[i];
    struct str words = STR_INIT;

    protocol_tool_words(request, i, &words);
    str_addf(out,
        "{\"role\":\"%s\",\"content\":", message->role == MESSAGE_ASSISTANT ? "assistant" : "user");
    json_print_string(str_text(&words), words.len, out);
    str_add_char(out, '}');
    str_free(&words);
}

/* The system message with what the api cannot say; some servers take only one, at the beginning. */
static void add_system(const char *prompt, size_t len, const struct str *words, struct str *out)
{
    struct str text = STR_INIT;

    str_add_n(&text, prompt, len);
    if (len > 0 && words->len > 0)
        str_add(&text, "\n\n");
    str_add_n(&text, str_text(words), words->len);
    str_add(out, "{\"role\":\"system\",\"content\":");
    json_print_string(str_text(&text), text.len, out);
    str_add_char(out, '}');
    str_free(&text);
}

static void add_messages(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    struct str words = STR_INIT;
    size_t first = 0;

    protocol_words(request, quirks, &words);
    str_add(out, "\"messages\":[");
    if (request->message_count > 0 && request->messages[0].role == MESSAGE_SYSTEM) {
        const struct text *prompt = request->messages[0].content;

        add_system(prompt->data, prompt->len, &words, out);
        first = 1;
    } else if (words.len > 0) {
        add_system("", 0, &words, out);
    }
    for (size_t i = first; i < request->message_count; i++) {
        bool tooled =
            request->messages[i].role == MESSAGE_TOOL || request->messages[i].call_count > 0;

        str_add(out, i > 0 || words.len > 0 ? "," : "");
        if (tooled && quirks->tools_in_words)
            add_worded(request, i, out);
        else
            add_message(&request->messages[i], out);
    }
    str_add_char(out, ']');
    str_free(&words);
}

static void add_parameters(
    const struct llm_model *model, const struct model_quirks *quirks, struct str *out)
{
    str_addf(out, ",\"%s\":%lu", quirks->completion_tokens ? "max_completion_tokens" : "max_tokens",
        (unsigned long)model->max_tokens);
    if (model->has_temperature && !quirks->no_temperature)
        str_addf(out, ",\"temperature\":%.15g", model->temperature);
    if (model->has_top_p && !quirks->no_top_p)
        str_addf(out, ",\"top_p\":%.15g", model->top_p);
    if (model->has_seed && !quirks->no_seed)
        str_addf(out, ",\"seed\":%lld", (long long)model->sampling_seed);
    if (model->stream && !quirks->no_stream)
        str_add(out, ",\"stream\":true");
    if (model->stream && !quirks->no_stream && !quirks->no_stream_options)
        str_add(out, ",\"stream_options\":{\"include_usage\":true}");
}

static void add_format(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    if (request->schema == NULL || quirks->schema == SCHEMA_IN_WORDS)
        return;
    if (quirks->schema == SCHEMA_JSON_OBJECT) {
        str_add(out, ",\"response_format\":{\"type\":\"json_object\"}");
        return;
    }
    str_add(out, ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":");
    request_json_name(request->schema_name, out);
    str_addf(out,
        ",\"strict\":%s,\"schema\":", request_json_is_strict(request->schema) ? "true" : "false");
    str_add(out, request->schema);
    str_add(out, "}}");
}

static void add_tools(const struct llm_request *request, struct str *out)
{
    str_add(out, ",\"tools\":[");
    for (size_t i = 0; i < request->tool_count; i++) {
        const struct llm_tool *tool = &request->tools[i];

        str_add(out, i > 0 ? "," : "");
        str_add(out, "{\"type\":\"function\",\"function\":{\"name\":");
        json_print_string(tool->name, strlen(tool->name), out);
        str_add(out, ",\"description\":");
        json_print_string(tool->description, strlen(tool->description), out);
        str_addf(out, ",\"parameters\":%s}}", tool->parameters);
    }
    str_add_char(out, ']');
}

void openai_write_body(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out)
{
    const struct llm_model *model = request->model;

    str_add(out, "{\"model\":");
    json_print_string(model->name, strlen(model->name), out);
    str_add_char(out, ',');
    add_messages(request, quirks, out);
    add_parameters(model, quirks, out);
    add_format(request, quirks, out);
    if (request->tool_count > 0 && !quirks->tools_in_words)
        add_tools(request, out);
    if (model->extra != NULL)
        str_addf(out, ",%s", model->extra);
    str_add_char(out, '}');
}
