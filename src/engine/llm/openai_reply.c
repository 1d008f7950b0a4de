#include "openai.h"

#include <string.h>

#include "event_scan.h"

/* Reading OpenAI's chat completions, whole and as chunks, from whoever speaks them. */

enum { FINISH_MAX = 64 };

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* A text, or a list of parts; those that are thoughts are reasoning. */
static bool read_content(struct partial *partial, const cJSON *content)
{
    const cJSON *part;

    if (!cJSON_IsArray(content))
        return partial_add_item(partial, &partial->content, content);
    cJSON_ArrayForEach(part, content)
    {
        const cJSON *text = get(part, "text");
        const cJSON *thought = get(part, "thinking");

        if (!partial_add_item(partial, &partial->content, text) ||
            !partial_add_item(partial, &partial->reasoning, thought))
            return false;
    }
    return true;
}

/* Where a piece of a tool call belongs: by index; a piece without one begins a new call if it has
 * an id, else it goes on with the last. Some servers number all calls 0. */
static struct partial_call *find_call(struct partial *partial, const cJSON *piece)
{
    const char *id = cJSON_GetStringValue(get(piece, "id"));
    bool has_id = id != NULL && id[0] != '\0';
    uint64_t index = partial->call_count;
    struct partial_call *call;

    if (!partial_count(piece, "index", &index) && !has_id && partial->call_count > 0)
        index = partial->calls[partial->call_count - 1].index;
    call = partial_call(partial, index);
    if (call != NULL && has_id && call->id.len > 0 && strcmp(call->id.data, id) != 0)
        call = partial_call(partial, UINT64_MAX - partial->call_count);
    return call;
}

static bool read_arguments(
    struct partial *partial, struct partial_call *call, const cJSON *arguments)
{
    char *printed;
    bool ok;

    if (!cJSON_IsObject(arguments))
        return partial_add_item(partial, &call->arguments, arguments);
    printed = cJSON_PrintUnformatted(arguments);
    if (printed == NULL)
        return partial_fail(partial, FAULT_BAD_RESPONSE, "a tool call cannot be read");
    ok = partial_add(partial, &call->arguments, printed, strlen(printed));
    cJSON_free(printed);
    return ok;
}

static bool read_call(struct partial *partial, const cJSON *piece)
{
    const cJSON *function = get(piece, "function");
    struct partial_call *call = find_call(partial, piece);

    if (call == NULL)
        return false;
    if (call->id.len == 0 && !partial_add_item(partial, &call->id, get(piece, "id")))
        return false;
    if (call->name.len == 0 && !partial_add_item(partial, &call->name, get(function, "name")))
        return false;
    return read_arguments(partial, call, get(function, "arguments"));
}

static bool read_calls(struct partial *partial, const cJSON *calls)
{
    const cJSON *piece;

    cJSON_ArrayForEach(piece, calls) if (!read_call(partial, piece)) return false;
    return true;
}

/* A delta of a chunk, or the message of a whole reply. */
static bool read_delta(struct partial *partial, const cJSON *delta)
{
    return read_content(partial, get(delta, "content")) &&
           partial_add_item(partial, &partial->reasoning, get(delta, "reasoning_content")) &&
           partial_add_item(partial, &partial->reasoning, get(delta, "reasoning")) &&
           partial_add_item(partial, &partial->refusal, get(delta, "refusal")) &&
           read_calls(partial, get(delta, "tool_calls"));
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(text, word, len) == 0;
}

static bool read_finish(struct partial *partial, const char *finish, size_t len)
{
    if (is_word(finish, len, "error"))
        return partial_fail(
            partial, FAULT_SERVER, "the endpoint ended the reply with finish_reason \"error\"");
    if (is_word(finish, len, "insufficient_system_resource"))
        return partial_fail(partial, FAULT_OVERLOADED,
            "the endpoint ended the reply: insufficient_system_resource");
    str_clear(&partial->finish);
    str_add_n(&partial->finish, finish, len < FINISH_MAX ? len : FINISH_MAX);
    return true;
}

/* Only the first choice is the reply; the others must be finished, too. */
static bool read_choice(struct partial *partial, const cJSON *choice)
{
    const cJSON *finish = get(choice, "finish_reason");
    const cJSON *delta = get(choice, "delta");
    uint64_t index = 0;
    uint64_t bit;

    (void)partial_count(choice, "index", &index);
    bit = UINT64_C(1) << (index < 63 ? index : 63);
    partial->begun |= bit;
    if (cJSON_IsString(finish) && finish->valuestring[0] != '\0')
        partial->finished |= bit;
    else
        finish = NULL;
    if (index != 0)
        return true;
    if (delta == NULL)
        delta = get(choice, "message");
    return read_delta(partial, delta) &&
           (finish == NULL ||
               read_finish(partial, finish->valuestring, strlen(finish->valuestring)));
}

static void read_usage(struct partial *partial, const cJSON *usage)
{
    struct llm_usage *out = &partial->usage;

    if (!cJSON_IsObject(usage) || !partial_count(usage, "prompt_tokens", &out->in) ||
        !partial_count(usage, "completion_tokens", &out->out))
        return;
    out->cached_in = 0;
    if (!partial_count(get(usage, "prompt_tokens_details"), "cached_tokens", &out->cached_in))
        (void)partial_count(usage, "prompt_cache_hit_tokens", &out->cached_in);
    if (out->cached_in > out->in)
        out->cached_in = out->in;
    partial->usage_known = true;
}

static bool read_object(struct partial *partial, const cJSON *json)
{
    const cJSON *choice;

    if (partial->served_by.len == 0 &&
        !partial_add_item(partial, &partial->served_by, get(json, "model")))
        return false;
    read_usage(partial, get(json, "usage"));
    cJSON_ArrayForEach(
        choice, get(json, "choices")) if (!read_choice(partial, choice)) return false;
    return true;
}

static bool has_error(const cJSON *json)
{
    const cJSON *error = get(json, "error");
    const cJSON *object = get(json, "object");

    return (error != NULL && !cJSON_IsNull(error)) ||
           (cJSON_IsString(object) && strcmp(object->valuestring, "error") == 0);
}

enum slot {
    SLOT_CHOICES,
    SLOT_ERROR,
    SLOT_OBJECT,
    SLOT_MODEL,
    SLOT_USAGE,
    SLOT_INDEX,
    SLOT_DELTA,
    SLOT_FINISH,
    SLOT_CONTENT,
    SLOT_REASONING_CONTENT,
    SLOT_REASONING,
    SLOT_REFUSAL,
    SLOT_TOOL_CALLS,
};

/* A piece of text of the first choice: nearly every event of a stream. */
static const struct scan_shape delta_shape[] = {
    { "content", SCAN_TEXT, SLOT_CONTENT, NULL },
    { "reasoning_content", SCAN_TEXT, SLOT_REASONING_CONTENT, NULL },
    { "reasoning", SCAN_TEXT, SLOT_REASONING, NULL },
    { "refusal", SCAN_NOTHING, SLOT_REFUSAL, NULL },
    { "tool_calls", SCAN_NOTHING, SLOT_TOOL_CALLS, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};
static const struct scan_shape choice_shape[] = {
    { "index", SCAN_ZERO, SLOT_INDEX, NULL },
    { "delta", SCAN_OBJECT, SLOT_DELTA, delta_shape },
    { "finish_reason", SCAN_TEXT, SLOT_FINISH, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};
static const struct scan_shape event_shape[] = {
    { "choices", SCAN_ONE, SLOT_CHOICES, choice_shape },
    { "error", SCAN_TEXT, SLOT_ERROR, NULL },
    { "object", SCAN_TEXT, SLOT_OBJECT, NULL },
    { "model", SCAN_TEXT, SLOT_MODEL, NULL },
    { "usage", SCAN_NOTHING, SLOT_USAGE, NULL },
    { NULL, SCAN_NOTHING, 0, NULL },
};

static bool is_plain(const struct scan *scan)
{
    const unsigned needed = 1U << SLOT_CHOICES | 1U << SLOT_DELTA;

    return (scan->seen & needed) == needed && scan->texts[SLOT_ERROR].at == NULL &&
           !scan->texts[SLOT_OBJECT].is_escaped && !scan_is(&scan->texts[SLOT_OBJECT], "error") &&
           !scan->texts[SLOT_FINISH].is_escaped;
}

/* What read_object does with such an event. */
static bool read_plain(struct partial *partial, struct scan *scan, const char *data, size_t len)
{
    const struct scan_text *content = &scan->texts[SLOT_CONTENT];
    const struct scan_text *finish = &scan->texts[SLOT_FINISH];
    bool has_reasoning =
        scan->texts[SLOT_REASONING_CONTENT].at != NULL || scan->texts[SLOT_REASONING].at != NULL;
    bool is_finished = finish->at != NULL && finish->len > 0;

    if (partial->served_by.len == 0 &&
        !partial_add_scanned(partial, &partial->served_by, &scan->texts[SLOT_MODEL]))
        return false;
    partial->begun |= 1;
    partial->finished |= is_finished;
    if (content->at != NULL && !has_reasoning && !is_finished)
        partial_keep_frame(partial, &partial->content, data, len, content);
    return partial_add_scanned(partial, &partial->content, &scan->texts[SLOT_CONTENT]) &&
           partial_add_scanned(
               partial, &partial->reasoning, &scan->texts[SLOT_REASONING_CONTENT]) &&
           partial_add_scanned(partial, &partial->reasoning, &scan->texts[SLOT_REASONING]) &&
           (!is_finished || read_finish(partial, finish->at, finish->len));
}

bool openai_on_event_tree(struct partial *partial, const char *name, const char *data, size_t len)
{
    cJSON *json = partial_parse(partial_copy(partial, data, len), len);
    bool ok;

    if (json == NULL)
        return partial_fail(partial, FAULT_BAD_RESPONSE, "a piece of the stream is no JSON object");
    if (strcmp(name, "error") == 0 || has_error(json))
        ok = partial_fail_as(partial, json);
    else
        ok = read_object(partial, json);
    cJSON_Delete(json);
    return ok;
}

bool openai_on_event(struct partial *partial, const char *name, const char *data, size_t len)
{
    bool is_error = strcmp(name, "error") == 0;
    struct scan scan;
    char *copy;
    bool ok;

    if (partial->ended)
        return true;
    if (!is_error && partial_add_again(partial, data, len, &ok))
        return ok;
    copy = partial_copy(partial, data, len);
    if (str_starts(copy, "[DONE]")) {
        partial->ended = true;
        return true;
    }
    if (!is_error && scan_event(&scan, event_shape, copy, len) && is_plain(&scan))
        return read_plain(partial, &scan, copy, len);
    return openai_on_event_tree(partial, name, data, len);
}

bool openai_on_whole(struct partial *partial, const cJSON *json)
{
    if (has_error(json))
        return partial_fail_as(partial, json);
    if (!read_object(partial, json))
        return false;
    if (partial->begun == 0)
        return partial_fail(partial, FAULT_BAD_RESPONSE,
            "the reply has no choices: is base_url that of a chat endpoint?");
    partial->finished = partial->begun;
    partial->ended = true;
    return true;
}

/* A finish reason for every choice; the mark of the end is neither needed nor enough. */
bool openai_is_complete(const struct partial *partial)
{
    return partial->begun != 0 && partial->finished == partial->begun;
}
