#include "llm.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "model.h"

static const char *const role_names[] = {
    [MESSAGE_SYSTEM] = "system",
    [MESSAGE_USER] = "user",
    [MESSAGE_ASSISTANT] = "assistant",
    [MESSAGE_TOOL] = "tool",
};

struct llm_message llm_message_new(enum message_role role, struct text *take_content)
{
    return (struct llm_message){ .role = role, .content = take_content };
}

struct llm_message llm_message_copy(const struct llm_message *message)
{
    struct llm_message copy = *message;

    copy.content = text_ref(message->content);
    copy.call_id = mem_strdup(message->call_id);
    copy.calls = NULL;
    if (message->call_count > 0)
        copy.calls = mem_zalloc(message->call_count, sizeof *copy.calls);
    for (size_t i = 0; i < message->call_count; i++) {
        copy.calls[i].id = mem_strdup(message->calls[i].id);
        copy.calls[i].name = mem_strdup(message->calls[i].name);
        copy.calls[i].arguments = mem_strdup(message->calls[i].arguments);
    }
    return copy;
}

void llm_message_free(struct llm_message *message)
{
    for (size_t i = 0; i < message->call_count; i++) {
        free(message->calls[i].id);
        free(message->calls[i].name);
        free(message->calls[i].arguments);
    }
    free(message->calls);
    free(message->call_id);
    text_unref(message->content);
    *message = (struct llm_message){ 0 };
}

static void add_member(struct str *out, const char *key, const char *value)
{
    str_addf(out, ",\"%s\":", key);
    json_print_string(value, strlen(value), out);
}

static void add_message(struct str *out, const struct llm_message *message)
{
    str_addf(out, "{\"role\":\"%s\",\"content\":", role_names[message->role]);
    json_print_string(message->content->data, message->content->len, out);
    if (message->call_id != NULL)
        add_member(out, "call_id", message->call_id);
    if (message->call_count > 0)
        str_add(out, ",\"calls\":[");
    for (size_t i = 0; i < message->call_count; i++) {
        str_add(out, i > 0 ? ",{\"id\":" : "{\"id\":");
        json_print_string(message->calls[i].id, strlen(message->calls[i].id), out);
        add_member(out, "name", message->calls[i].name);
        add_member(out, "arguments", message->calls[i].arguments);
        str_add_char(out, '}');
    }
    str_add(out, message->call_count > 0 ? "]}" : "}");
}

static void add_tool(struct str *out, const struct llm_tool *tool)
{
    str_add(out, "{\"name\":");
    json_print_string(tool->name, strlen(tool->name), out);
    add_member(out, "description", tool->description);
    add_member(out, "parameters", tool->parameters);
    str_add_char(out, '}');
}

static void add_canonical(const struct llm_request *request, struct str *out)
{
    str_addf(out, "{\"model\":%s,\"messages\":[", request->model->identity);
    for (size_t i = 0; i < request->message_count; i++) {
        str_add(out, i > 0 ? "," : "");
        add_message(out, &request->messages[i]);
    }
    str_add(out, "],\"tools\":[");
    for (size_t i = 0; i < request->tool_count; i++) {
        str_add(out, i > 0 ? "," : "");
        add_tool(out, &request->tools[i]);
    }
    str_add_char(out, ']');
    if (request->schema != NULL) {
        add_member(out, "schema_name", request->schema_name);
        add_member(out, "schema", request->schema);
    }
    str_add_char(out, '}');
}

const char *llm_role_name(enum llm_role role)
{
    static const char *const names[LLM_ROLES] = { "executor", "meta", "judge", "tool" };

    return names[role];
}

/* The key is that of the canonical part; printing it is most of the work, and done once. */
static void add_json(struct llm_request *request)
{
    struct str out = STR_INIT;
    size_t begin;

    str_reserve(&out, llm_request_bytes(request) * 9 / 8 + 512);
    str_addf(&out, "{\"role\":\"%s\",\"model\":", llm_role_name(request->role));
    json_print_string(request->model->name, strlen(request->model->name), &out);
    str_addf(&out, ",\"draw\":%u,\"request\":", (unsigned)request->draw);
    begin = out.len;
    add_canonical(request, &out);
    request->key = hash_bytes(out.data + begin, out.len - begin);
    if (request->draw != 0)
        request->key = hash_join(request->key, (struct hash){ 0, request->draw });
    str_add_char(&out, '}');
    request->json = text_new(out.data, out.len);
    str_free(&out);
}

struct llm_request *llm_request_new(const struct llm_model *model, enum llm_role role,
    const struct llm_message *messages, size_t count, const struct llm_tool *tools,
    size_t tool_count, const char *schema_name, const char *schema, uint32_t draw)
{
    struct llm_request *request = mem_zalloc(1, sizeof *request);

    atomic_init(&request->refs, 1);
    request->model = model;
    request->role = role;
    request->messages = mem_zalloc(count, sizeof *messages);
    request->message_count = count;
    for (size_t i = 0; i < count; i++)
        request->messages[i] = messages[i];
    request->tools = mem_zalloc(tool_count, sizeof *tools);
    request->tool_count = tool_count;
    for (size_t i = 0; i < tool_count; i++)
        request->tools[i] = tools[i];
    request->schema_name = schema_name;
    request->schema = schema;
    request->draw = draw;
    add_json(request);
    return request;
}

struct llm_request *llm_request_ref(struct llm_request *request)
{
    atomic_fetch_add_explicit(&request->refs, 1, memory_order_relaxed);
    return request;
}

void llm_request_unref(struct llm_request *request)
{
    if (request == NULL || atomic_fetch_sub_explicit(&request->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < request->message_count; i++)
        llm_message_free(&request->messages[i]);
    free(request->messages);
    free(request->tools);
    text_unref(request->json);
    free(request);
}

static size_t message_bytes(const struct llm_message *message)
{
    size_t bytes = message->content->len;

    for (size_t i = 0; i < message->call_count; i++)
        bytes += strlen(message->calls[i].name) + strlen(message->calls[i].arguments);
    return bytes;
}

size_t llm_request_bytes(const struct llm_request *request)
{
    size_t bytes = request->schema != NULL ? strlen(request->schema) : 0;

    for (size_t i = 0; i < request->message_count; i++)
        bytes += message_bytes(&request->messages[i]);
    for (size_t i = 0; i < request->tool_count; i++)
        bytes += strlen(request->tools[i].name) + strlen(request->tools[i].description) +
                 strlen(request->tools[i].parameters);
    return bytes;
}
