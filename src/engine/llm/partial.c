#include "partial.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

static const char escaped_nul[] = "\\u0000";

/* An escape is one only where an even number of backslashes stands before it. */
static bool is_escape(const char *begin, const char *at)
{
    size_t slashes = 0;

    while (at > begin && at[-1] == '\\') {
        slashes++;
        at--;
    }
    return slashes % 2 == 0;
}

static void replace_nuls(char *data, size_t len)
{
    char *at = data;

    while ((at = memmem(at, len - (size_t)(at - data), escaped_nul, sizeof escaped_nul - 1))) {
        if (is_escape(data, at))
            memcpy(at, "\\ufffd", sizeof escaped_nul - 1);
        at++;
    }
}

cJSON *partial_parse(char *data, size_t len)
{
    cJSON *json;

    replace_nuls(data, len);
    json = cJSON_ParseWithLengthOpts(data, len + 1, NULL, 1);
    if (cJSON_IsObject(json))
        return json;
    cJSON_Delete(json);
    return NULL;
}

bool partial_fail(struct partial *partial, enum fault_kind kind, const char *message)
{
    fault_free(&partial->fault);
    partial->fault = fault_make(kind, message);
    return false;
}

bool partial_fail_as(struct partial *partial, const cJSON *error)
{
    fault_free(&partial->fault);
    partial->fault = fault_of_error(error);
    return false;
}

static size_t size_of(const struct partial *partial)
{
    size_t size = partial->content.len + partial->reasoning.len + partial->refusal.len;

    for (size_t i = 0; i < partial->call_count; i++)
        size +=
            partial->calls[i].arguments.len + partial->calls[i].name.len + partial->calls[i].id.len;
    return size;
}

bool partial_add(struct partial *partial, struct str *to, const char *text, size_t len)
{
    if (size_of(partial) + len > (partial->max > 0 ? partial->max : REPLY_MAX))
        return partial_fail(partial, FAULT_BAD_RESPONSE,
            "the reply does not end: it is far longer than max_tokens allows");
    str_add_n(to, text, len);
    if (to == &partial->content && len > 0 && partial->on_text != NULL)
        partial->on_text(partial->ctx, text, len);
    return true;
}

bool partial_add_item(struct partial *partial, struct str *to, const cJSON *text)
{
    return !cJSON_IsString(text) ||
           partial_add(partial, to, text->valuestring, strlen(text->valuestring));
}

bool partial_add_scanned(struct partial *partial, struct str *to, struct scan_text *text)
{
    if (text->at == NULL)
        return true;
    scan_decode(text);
    return partial_add(partial, to, text->at, text->len);
}

void partial_keep_frame(struct partial *partial, struct str *to, const char *data, size_t len,
    const struct scan_text *text)
{
    scan_keep(&partial->frame, data, len, text);
    partial->frame_to = to;
}

bool partial_add_again(struct partial *partial, const char *data, size_t len, bool *ok)
{
    const char *text;
    size_t text_len;

    if (!scan_again(&partial->frame, data, len, &text, &text_len))
        return false;
    *ok = partial_add(partial, partial->frame_to, text, text_len);
    return true;
}

char *partial_copy(struct partial *partial, const char *data, size_t len)
{
    str_clear(&partial->event);
    str_add_n(&partial->event, data, len);
    return partial->event.data;
}

struct partial_call *partial_call(struct partial *partial, uint64_t index)
{
    for (size_t i = partial->call_count; i-- > 0;)
        if (partial->calls[i].index == index)
            return &partial->calls[i];
    if (partial->call_count >= REPLY_CALLS_MAX) {
        partial_fail(partial, FAULT_BAD_RESPONSE, "the reply calls more than 128 tools");
        return NULL;
    }
    partial->calls =
        array_grow(partial->calls, partial->call_count, &partial->call_cap, sizeof *partial->calls);
    partial->calls[partial->call_count] = (struct partial_call){ .index = index };
    return &partial->calls[partial->call_count++];
}

bool partial_count(const cJSON *object, const char *key, uint64_t *count)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, key);

    if (!cJSON_IsNumber(value) || !(value->valuedouble >= 0 && value->valuedouble < 0x1p53))
        return false;
    *count = (uint64_t)value->valuedouble;
    return true;
}

/* Reasoning in the text: from "<think>", or from the beginning, to "</think>"; to the end where the
 * reply was cut within it. */
static void part_reasoning(struct partial *partial)
{
    static const char open[] = "<think>", close[] = "</think>";
    struct str *content = &partial->content;
    const char *text = str_text(content);
    const char *begin = text + strspn(text, " \t\r\n");
    const char *end = strstr(begin, close);
    bool opened = strncmp(begin, open, sizeof open - 1) == 0;
    struct str rest = STR_INIT;

    if (!opened && (end == NULL || strstr(begin, open) != NULL))
        return;
    begin += opened ? sizeof open - 1 : 0;
    str_add_n(&partial->reasoning, begin, end != NULL ? (size_t)(end - begin) : strlen(begin));
    if (end != NULL) {
        end += sizeof close - 1;
        str_add(&rest, end + strspn(end, " \t\r\n"));
    }
    str_free(content);
    *content = rest;
}

/* The reasons are an open set: what is not known is shown as it is, never taken for an end. */
static enum finish_reason finish_of(const struct partial *partial)
{
    static const struct {
        const char *name;
        enum finish_reason finish;
    } known[] = {
        { "stop", FINISH_STOP },
        { "end_turn", FINISH_STOP },
        { "stop_sequence", FINISH_STOP },
        { "length", FINISH_LENGTH },
        { "max_tokens", FINISH_LENGTH },
        { "model_context_window_exceeded", FINISH_LENGTH },
        { "tool_calls", FINISH_TOOL_CALLS },
        { "function_call", FINISH_TOOL_CALLS },
        { "tool_use", FINISH_TOOL_CALLS },
        { "content_filter", FINISH_FILTER },
        { "refusal", FINISH_FILTER },
    };
    enum finish_reason finish = FINISH_OTHER;

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (str_equal(str_text(&partial->finish), known[i].name))
            finish = known[i].finish;
    if (partial->refusal.len > 0 && finish == FINISH_STOP)
        return FINISH_FILTER;
    if (partial->call_count > 0 && finish == FINISH_STOP)
        return FINISH_TOOL_CALLS;
    return finish;
}

static void add_calls(struct llm_reply *reply, const struct partial *partial)
{
    for (size_t i = 0; i < partial->call_count; i++) {
        const struct partial_call *call = &partial->calls[i];
        char *id = call->id.len > 0 ? mem_strdup(call->id.data) : mem_printf("call_%zu", i + 1);

        llm_reply_add_call(reply, id, str_text(&call->name),
            call->arguments.len > 0 ? call->arguments.data : "{}");
        free(id);
    }
}

struct llm_reply *partial_take_reply(struct partial *partial)
{
    struct llm_reply *reply;
    const struct str *words;

    part_reasoning(partial);
    words = partial->content.len > 0 ? &partial->content : &partial->refusal;
    reply = llm_reply_new(text_new(str_text(words), words->len));
    add_calls(reply, partial);
    reply->finish = finish_of(partial);
    reply->usage = partial->usage;
    reply->usage_known = partial->usage_known;
    llm_reply_set_origin(reply, str_text(&partial->reasoning), str_text(&partial->served_by));
    return reply;
}

void partial_free(struct partial *partial)
{
    for (size_t i = 0; i < partial->call_count; i++) {
        str_free(&partial->calls[i].id);
        str_free(&partial->calls[i].name);
        str_free(&partial->calls[i].arguments);
    }
    free(partial->calls);
    str_free(&partial->content);
    str_free(&partial->reasoning);
    str_free(&partial->refusal);
    str_free(&partial->finish);
    str_free(&partial->served_by);
    str_free(&partial->event);
    scan_forget(&partial->frame);
    fault_free(&partial->fault);
    *partial = (struct partial){ 0 };
}
