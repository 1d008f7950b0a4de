#include "reader_call.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "json_pretty.h"
#include "mem.h"

/* All strings of the view are the call's own. */
static const char *string_of(const cJSON *object, const char *name)
{
    return mem_strdup(cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name)));
}

static double number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e15
               ? item->valuedouble
               : 0;
}

static const char *pretty(const cJSON *json)
{
    struct str text = STR_INIT;

    if (json == NULL)
        return NULL;
    json_pretty(json, &text);
    return str_take(&text);
}

static void read_reply(struct call_view *call, const cJSON *reply)
{
    const cJSON *calls = cJSON_GetObjectItemCaseSensitive(reply, "calls");

    call->found = true;
    call->reply = pretty(reply);
    call->text = string_of(reply, "content");
    call->reasoning = string_of(reply, "reasoning");
    call->model = string_of(reply, "served_by");
    call->input_tokens = (uint64_t)number_of(reply, "in");
    call->cached_tokens = (uint64_t)number_of(reply, "cached_in");
    call->output_tokens = (uint64_t)number_of(reply, "out");
    call->usd = number_of(reply, "usd");
    call->latency_ms = (unsigned)number_of(reply, "latency_ms");
    call->attempts = (unsigned)number_of(reply, "attempts");
    if (cJSON_GetArraySize(calls) > 0)
        call->tool_calls = pretty(calls);
}

static void read_request(struct call_view *call, const cJSON *request)
{
    call->request = pretty(request);
    call->role = string_of(request, "role");
    if (call->model == NULL)
        call->model = string_of(request, "model");
}

static void read_failure(struct call_view *call, const cJSON *failure)
{
    call->found = true;
    call->failure = string_of(failure, "message");
}

static bool read_part(struct store_reader *store, enum store_kind kind, struct call_view *call,
    void (*read)(struct call_view *call, const cJSON *json), struct err *err)
{
    struct text *body = store_reader_get(store, kind, call->key, err);
    cJSON *json = body != NULL ? cJSON_Parse(body->data) : NULL;

    if (json != NULL)
        read(call, json);
    cJSON_Delete(json);
    text_unref(body);
    return err->code == ERR_NONE;
}

static size_t size_of(const char *text)
{
    return text != NULL ? strlen(text) : 0;
}

bool reader_call_load(
    struct store_reader *store, struct hash key, struct loaded *out, struct err *err)
{
    struct call_view *call = mem_zalloc(1, sizeof *call);
    bool ok;

    call->key = key;
    ok = read_part(store, STORE_REPLY, call, read_reply, err) &&
         (call->found || read_part(store, STORE_FAILURE, call, read_failure, err)) &&
         read_part(store, STORE_REQUEST, call, read_request, err);
    out->value = call;
    out->bytes = sizeof *call + size_of(call->request) + size_of(call->reply) +
                 size_of(call->text) + size_of(call->reasoning) + size_of(call->tool_calls);
    out->sum = hash_bytes(&out->bytes, sizeof out->bytes);
    return ok;
}

void reader_call_free(struct call_view *call)
{
    const char *texts[] = { call->model, call->role, call->request, call->reply, call->text,
        call->reasoning, call->tool_calls, call->failure };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free((void *)texts[i]);
    free(call);
}
