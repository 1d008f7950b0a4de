#include "rogue_chat.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "hash.h"
#include "json.h"
#include "mem.h"

const char *chat_model(const struct rogue_options *options)
{
    return options->model != NULL ? options->model : "loopback";
}

static const char *reason(unsigned status)
{
    return status == 200 ? "OK" : status == 429 ? "Too Many Requests" : "Not So";
}

void chat_add_head(struct str *out, unsigned status, const char *type)
{
    str_addf(out, "HTTP/1.1 %u %s\r\nContent-Type: %s\r\n", status, reason(status), type);
}

void chat_add_length(struct str *out, const char *body, size_t told)
{
    str_addf(out, "Content-Length: %zu\r\n\r\n%s", told, body);
}

void chat_add_quoted(struct str *out, const char *text)
{
    json_print_string(text, strlen(text), out);
}

/* ---- the text of a reply ---- */

static cJSON *value_for(const cJSON *schema, unsigned depth);

static cJSON *object_for(const cJSON *schema, unsigned depth)
{
    cJSON *object = cJSON_CreateObject();
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *property;

    cJSON_ArrayForEach(property, properties)
        cJSON_AddItemToObject(object, property->string, value_for(property, depth + 1));
    return object;
}

static const char *type_of(const cJSON *schema)
{
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");

    if (cJSON_IsArray(type))
        type = type->child;
    return cJSON_IsString(type) ? type->valuestring : "string";
}

/* One value that follows the schema: enough of it for ours. */
static cJSON *value_for(const cJSON *schema, unsigned depth)
{
    const cJSON *choices = cJSON_GetObjectItemCaseSensitive(schema, "enum");
    const cJSON *least = cJSON_GetObjectItemCaseSensitive(schema, "minItems");
    const char *type = type_of(schema);
    cJSON *array;

    if (choices != NULL && choices->child != NULL)
        return cJSON_Duplicate(choices->child, 1);
    if (strcmp(type, "object") == 0 && depth < 16)
        return object_for(schema, depth);
    if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0)
        return cJSON_CreateNumber(1);
    if (strcmp(type, "boolean") == 0)
        return cJSON_CreateBool(1);
    if (strcmp(type, "array") != 0)
        return cJSON_CreateString("Keep: the form.\nChange: name what was asked for, é日本.");
    array = cJSON_CreateArray();
    for (int i = 0; cJSON_IsNumber(least) && i < least->valueint && depth < 16; i++)
        cJSON_AddItemToArray(
            array, value_for(cJSON_GetObjectItemCaseSensitive(schema, "items"), depth + 1));
    return array;
}

static char *print_value(const cJSON *schema)
{
    cJSON *value = value_for(schema, 0);
    char *text = cJSON_PrintUnformatted(value);

    cJSON_Delete(value);
    return text;
}

static char *words_for(const struct rogue_options *options, const char *body, size_t len)
{
    static const char *const words[] = { "river", "Köln", "seven", "東京", "north", "œuvre", "map",
        "Ωmega", "and", "bridge", "naïve", "🙂" };
    unsigned count = options->tokens > 0 ? options->tokens : 12;
    struct str out = STR_INIT;
    uint64_t state = options->same_reply ? 7 : hash_bytes(body, len).low;

    for (unsigned i = 0; i < count; i++) {
        str_addf(&out, "%s%s", i > 0 ? " " : "", words[state % 12]);
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        state ^= state >> 29;
    }
    return str_take(&out);
}

static bool tool_answered(const cJSON *root)
{
    const cJSON *message;

    cJSON_ArrayForEach(message, cJSON_GetObjectItemCaseSensitive(root, "messages"))
    {
        const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "role"));

        if (role != NULL && strcmp(role, "tool") == 0)
            return true;
    }
    return false;
}

static void call_tool(struct question *q, const cJSON *root)
{
    const cJSON *tools = cJSON_GetObjectItemCaseSensitive(root, "tools");
    const cJSON *function =
        tools != NULL ? cJSON_GetObjectItemCaseSensitive(tools->child, "function") : NULL;
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(function, "name"));

    if (name == NULL || tool_answered(root))
        return;
    q->tool = mem_strdup(name);
    q->arguments = print_value(cJSON_GetObjectItemCaseSensitive(function, "parameters"));
}

static void choose_text(struct question *q, const cJSON *root)
{
    const cJSON *format = cJSON_GetObjectItemCaseSensitive(root, "response_format");
    const cJSON *named = cJSON_GetObjectItemCaseSensitive(format, "json_schema");
    const cJSON *schema = cJSON_GetObjectItemCaseSensitive(named, "schema");

    if (q->options->answer != NULL)
        q->text = q->options->answer(q->options->data, q->body, q->len);
    if (q->text == NULL && schema != NULL)
        q->text = print_value(schema);
    if (q->text == NULL)
        call_tool(q, root);
    if (q->text == NULL)
        q->text = q->tool != NULL ? mem_strdup("") : words_for(q->options, q->body, q->len);
}

/* ---- a reply in OpenAI's forms ---- */

static void add_usage(const struct question *q, struct str *out)
{
    size_t in = q->len / 4 + 1, made = (strlen(q->text) + strlen(q->tool ? q->arguments : "")) / 4;

    str_addf(out,
        "\"usage\":{\"prompt_tokens\":%zu,\"completion_tokens\":%zu,\"total_tokens\":%zu}", in,
        made + 1, in + made + 1);
}

void chat_add_event(enum framing framing, const struct str *event, struct str *out)
{
    if (framing == FRAMING_CHUNKED)
        str_addf(out, "%zx\r\n", event->len + 8);
    str_addf(out, "data: %s\n\n%s", str_text(event), framing == FRAMING_CHUNKED ? "\r\n" : "");
}

static void begin_chunk(const struct question *q, struct str *event)
{
    str_clear(event);
    str_add(event, "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":");
    chat_add_quoted(event, chat_model(q->options));
}

static void add_delta(
    const struct question *q, enum framing framing, const char *delta, struct str *out)
{
    struct str event = STR_INIT;

    begin_chunk(q, &event);
    str_addf(&event,
        ",\"choices\":[{\"index\":0,\"delta\":{%s},\"logprobs\":null,\"finish_reason\":null}]}",
        delta);
    chat_add_event(framing, &event, out);
    str_free(&event);
}

/* Up to a space or twelve bytes, whole characters. */
static size_t token_len(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0' && (len == 0 || text[len - 1] != ' ') && len < 12)
        len++;
    while (((unsigned char)text[len] & 0xc0) == 0x80)
        len++;
    return len;
}

void chat_add_tokens(const struct question *q, enum framing framing, const char *before,
    const char *text, const char *after, struct str *out)
{
    struct str delta = STR_INIT;

    for (size_t len; (len = token_len(text)) > 0; text += len) {
        str_clear(&delta);
        str_add(&delta, before);
        json_print_string(text, len, &delta);
        str_add(&delta, after);
        add_delta(q, framing, str_text(&delta), out);
    }
    str_free(&delta);
}

void chat_add_tool_deltas(
    const struct question *q, enum framing framing, const char *arguments, struct str *out)
{
    struct str delta = STR_INIT;

    str_add(&delta, "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\","
                    "\"function\":{\"name\":");
    chat_add_quoted(&delta, q->tool != NULL ? q->tool : "search");
    str_add(&delta, ",\"arguments\":\"\"}}]");
    add_delta(q, framing, str_text(&delta), out);
    str_free(&delta);
    chat_add_tokens(q, framing,
        "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":", arguments, "}}]", out);
}

static void add_finish(const struct question *q, enum framing framing, struct str *out)
{
    struct str event = STR_INIT;

    begin_chunk(q, &event);
    str_addf(&event, ",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]}",
        q->tool != NULL ? "tool_calls" : "stop");
    chat_add_event(framing, &event, out);
    if (q->usage) {
        begin_chunk(q, &event);
        str_add(&event, ",\"choices\":[],");
        add_usage(q, &event);
        str_add_char(&event, '}');
        chat_add_event(framing, &event, out);
    }
    str_clear(&event);
    str_add(&event, "[DONE]");
    chat_add_event(framing, &event, out);
    str_free(&event);
    if (framing == FRAMING_CHUNKED)
        str_add(out, "0\r\n\r\n");
}

void chat_add_stream_head(enum framing framing, struct str *out)
{
    chat_add_head(out, 200, "text/event-stream");
    str_add(out, framing == FRAMING_CHUNKED ? "Transfer-Encoding: chunked\r\n\r\n"
                                            : "Connection: close\r\n\r\n");
}

static void add_stream(const struct question *q, struct str *out)
{
    chat_add_stream_head(FRAMING_CHUNKED, out);
    add_delta(q, FRAMING_CHUNKED, "\"role\":\"assistant\",\"content\":null", out);
    chat_add_tokens(q, FRAMING_CHUNKED, "\"content\":", q->text, "", out);
    if (q->tool != NULL)
        chat_add_tool_deltas(q, FRAMING_CHUNKED, q->arguments, out);
    add_finish(q, FRAMING_CHUNKED, out);
}

char *chat_whole_body(const struct question *q)
{
    struct str out = STR_INIT;

    str_add(&out, "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":");
    chat_add_quoted(&out, chat_model(q->options));
    str_add(&out, ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":");
    chat_add_quoted(&out, q->text);
    if (q->tool != NULL) {
        str_add(&out, ",\"tool_calls\":[{\"id\":\"call_1\",\"type\":\"function\",\"function\":{"
                      "\"name\":");
        chat_add_quoted(&out, q->tool);
        str_add(&out, ",\"arguments\":");
        chat_add_quoted(&out, q->arguments);
        str_add(&out, "}}]");
    }
    str_addf(&out, "},\"finish_reason\":\"%s\"}],", q->tool != NULL ? "tool_calls" : "stop");
    add_usage(q, &out);
    str_add_char(&out, '}');
    return str_take(&out);
}

void chat_add_whole(const struct question *q, long more, struct str *out)
{
    char *body = chat_whole_body(q);

    chat_add_head(out, 200, "application/json");
    chat_add_length(out, body, (size_t)((long)strlen(body) + more));
    free(body);
}

void chat_add_good(const struct question *q, struct str *out)
{
    if (q->stream)
        add_stream(q, out);
    else
        chat_add_whole(q, 0, out);
}

bool chat_ask(struct question *q)
{
    cJSON *root = cJSON_ParseWithLength(q->body, q->len);
    const cJSON *options = cJSON_GetObjectItemCaseSensitive(root, "stream_options");
    bool ok = cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "messages"));

    q->stream = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "stream"));
    q->usage = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(options, "include_usage"));
    if (ok)
        choose_text(q, root);
    cJSON_Delete(root);
    return ok;
}

void chat_free(struct question *q)
{
    free(q->text);
    free(q->tool);
    free(q->arguments);
}
