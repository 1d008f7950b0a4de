#include "anthropic.h"

#include <string.h>

#include "event_scan.h"

/* Reading Anthropic's messages, whole and as events. Events and blocks that are not known are
 * skipped: the protocol says that there will be more. */

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is_text(const cJSON *item, const char *text)
{
    return cJSON_IsString(item) && strcmp(item->valuestring, text) == 0;
}

/* input_tokens leaves out what came from the cache or went into it; ours counts it. */
static void read_usage(struct partial *partial, const cJSON *usage)
{
    uint64_t in, read = 0, written = 0, out;

    if (partial_count(usage, "input_tokens", &in)) {
        (void)partial_count(usage, "cache_read_input_tokens", &read);
        (void)partial_count(usage, "cache_creation_input_tokens", &written);
        partial->usage.in = in + read + written;
        partial->usage.cached_in = read;
    }
    if (partial_count(usage, "output_tokens", &out))
        partial->usage.out = out;
}

static bool read_input(struct partial *partial, struct partial_call *call, const cJSON *input)
{
    char *printed;
    bool ok;

    if (!cJSON_IsObject(input) || input->child == NULL)
        return true;
    printed = cJSON_PrintUnformatted(input);
    if (printed == NULL)
        return partial_fail(partial, FAULT_BAD_RESPONSE, "a tool call cannot be read");
    ok = partial_add(partial, &call->arguments, printed, strlen(printed));
    cJSON_free(printed);
    return ok;
}

/* The beginning of a block of a stream, or a whole one. */
static bool read_block(struct partial *partial, const cJSON *block, uint64_t index)
{
    const cJSON *type = get(block, "type");
    struct partial_call *call;

    if (is_text(type, "text"))
        return partial_add_item(partial, &partial->content, get(block, "text"));
    if (is_text(type, "thinking"))
        return partial_add_item(partial, &partial->reasoning, get(block, "thinking"));
    if (!is_text(type, "tool_use"))
        return true;
    call = partial_call(partial, index);
    return call != NULL && partial_add_item(partial, &call->id, get(block, "id")) &&
           partial_add_item(partial, &call->name, get(block, "name")) &&
           read_input(partial, call, get(block, "input"));
}

static bool read_delta(struct partial *partial, const cJSON *delta, uint64_t index)
{
    const cJSON *type = get(delta, "type");
    struct partial_call *call;

    if (is_text(type, "text_delta"))
        return partial_add_item(partial, &partial->content, get(delta, "text"));
    if (is_text(type, "thinking_delta"))
        return partial_add_item(partial, &partial->reasoning, get(delta, "thinking"));
    if (!is_text(type, "input_json_delta"))
        return true;
    call = partial_call(partial, index);
    return call != NULL && partial_add_item(partial, &call->arguments, get(delta, "partial_json"));
}

static void read_stop(struct partial *partial, const cJSON *reason)
{
    if (!cJSON_IsString(reason))
        return;
    str_clear(&partial->finish);
    str_add_n(&partial->finish, reason->valuestring, strnlen(reason->valuestring, 64));
    partial->finished = 1;
}

static bool read_start(struct partial *partial, const cJSON *message)
{
    partial->begun = 1;
    read_usage(partial, get(message, "usage"));
    return partial_add_item(partial, &partial->served_by, get(message, "model"));
}

static bool read_event(struct partial *partial, const char *type, const cJSON *json)
{
    uint64_t index = 0;

    (void)partial_count(json, "index", &index);
    if (strcmp(type, "message_start") == 0)
        return read_start(partial, get(json, "message"));
    if (strcmp(type, "content_block_start") == 0)
        return read_block(partial, get(json, "content_block"), index);
    if (strcmp(type, "content_block_delta") == 0)
        return read_delta(partial, get(json, "delta"), index);
    if (strcmp(type, "message_delta") == 0) {
        const cJSON *usage = get(json, "usage");
        uint64_t out;

        read_usage(partial, usage);
        partial->usage_known = partial->usage_known || partial_count(usage, "output_tokens", &out);
        read_stop(partial, get(get(json, "delta"), "stop_reason"));
    }
    if (strcmp(type, "message_stop") == 0)
        partial->ended = true;
    return true;
}

bool anthropic_on_event_tree(
    struct partial *partial, const char *name, const char *data, size_t len)
{
    cJSON *json = partial_parse(partial_copy(partial, data, len), len);
    const cJSON *error;
    const char *type;
    bool ok;

    if (json == NULL)
        return partial_fail(partial, FAULT_BAD_RESPONSE, "a piece of the stream is no JSON object");
    error = get(json, "error");
    type = cJSON_GetStringValue(get(json, "type"));
    if (type == NULL)
        type = name;
    if (strcmp(type, "error") == 0 || (error != NULL && !cJSON_IsNull(error)))
        ok = partial_fail_as(partial, json);
    else
        ok = read_event(partial, type, json);
    cJSON_Delete(json);
    return ok;
}

enum slot { SLOT_TYPE, SLOT_ERROR, SLOT_DELTA, SLOT_DELTA_TYPE, SLOT_TEXT, SLOT_THINKING };

/* A piece of text or of a thought: nearly every event of a stream. */
static const struct scan_shape delta_shape[] = {
    { "type", SCAN_TEXT, SLOT_DELTA_TYPE, NULL },
    { "text", SCAN_TEXT, SLOT_TEXT, NULL },
    { "thinking", SCAN_TEXT, SLOT_THINKING, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};
static const struct scan_shape event_shape[] = {
    { "type", SCAN_TEXT, SLOT_TYPE, NULL },
    { "error", SCAN_TEXT, SLOT_ERROR, NULL },
    { "delta", SCAN_OBJECT, SLOT_DELTA, delta_shape },
    { NULL, SCAN_NOTHING, 0, NULL },
};

static bool read_text(struct partial *partial, struct scan_text *text, const char *data, size_t len)
{
    if (text->at != NULL)
        partial_keep_frame(partial, &partial->content, data, len, text);
    return partial_add_scanned(partial, &partial->content, text);
}

bool anthropic_on_event(struct partial *partial, const char *name, const char *data, size_t len)
{
    struct scan scan;
    char *copy;
    bool ok;

    if (partial->ended)
        return true;
    if (partial_add_again(partial, data, len, &ok))
        return ok;
    copy = partial_copy(partial, data, len);
    if (scan_event(&scan, event_shape, copy, len) && scan.texts[SLOT_ERROR].at == NULL &&
        scan_is(&scan.texts[SLOT_TYPE], "content_block_delta")) {
        if (scan_is(&scan.texts[SLOT_DELTA_TYPE], "text_delta"))
            return read_text(partial, &scan.texts[SLOT_TEXT], copy, len);
        if (scan_is(&scan.texts[SLOT_DELTA_TYPE], "thinking_delta"))
            return partial_add_scanned(partial, &partial->reasoning, &scan.texts[SLOT_THINKING]);
    }
    return anthropic_on_event_tree(partial, name, data, len);
}

bool anthropic_on_whole(struct partial *partial, const cJSON *json)
{
    const cJSON *content = get(json, "content");
    const cJSON *usage = get(json, "usage");
    const cJSON *block;
    uint64_t index = 0, out;

    if (!cJSON_IsArray(content))
        return partial_fail(partial, FAULT_BAD_RESPONSE,
            "the reply has no content: is base_url that of a messages endpoint?");
    if (!read_start(partial, json))
        return false;
    partial->usage_known = partial_count(usage, "output_tokens", &out);
    cJSON_ArrayForEach(block, content)
    {
        if (!read_block(partial, block, index++))
            return false;
    }
    read_stop(partial, get(json, "stop_reason"));
    partial->finished = 1;
    partial->ended = true;
    return true;
}

/* A reason and the mark of the end: the protocol has both. */
bool anthropic_is_complete(const struct partial *partial)
{
    return partial->finished != 0 && partial->ended;
}
