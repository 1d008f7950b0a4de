#include "reader_calls.h"

#include <string.h>

#include "array.h"
#include "llm.h"
#include "str.h"

struct reading {
    struct feed *feed;
    size_t cap;
    struct arena body; /* of the call that is looked at */
    uint32_t rows;     /* looked at */
};

static double number_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e15
               ? item->valuedouble
               : 0;
}

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static int role_of(const cJSON *body)
{
    const char *name = string_of(body, "role");

    for (int role = 0; name != NULL && role < LLM_ROLES; role++)
        if (str_equal(name, llm_role_name((enum llm_role)role)))
            return role;
    return -1;
}

static bool is_cut(const cJSON *body)
{
    const char *finish = string_of(body, "finish");

    return str_equal(finish, finish_reason_name(FINISH_LENGTH)) ||
           str_equal(finish, finish_reason_name(FINISH_OTHER));
}

static enum call_state state_of(const struct store_call *row, const cJSON *body)
{
    if (row->kind == STORE_FAILURE)
        return CALL_FAILED;
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "reused")) ? CALL_CACHED : CALL_DONE;
}

static const char *keep(struct feed *feed, const char *text)
{
    return text != NULL ? arena_text(&feed->arena, text, strlen(text)) : NULL;
}

static struct journal_call call_of(
    struct feed *feed, const struct store_call *row, const cJSON *body)
{
    return (struct journal_call){
        .row = row->row,
        .key = row->key,
        .at = (int64_t)number_of(body, "at"),
        .role = role_of(body),
        .state = state_of(row, body),
        .input_tokens = (uint64_t)number_of(body, "in"),
        .output_tokens = (uint64_t)number_of(body, "out"),
        .usd = number_of(body, "usd"),
        .latency_ms = (unsigned)number_of(body, "latency_ms"),
        .attempts = (unsigned)number_of(body, "attempts"),
        .is_remote = string_of(body, "served_by") != NULL,
        .is_cut = is_cut(body),
        .node = keep(feed, string_of(body, "node")),
        .example = keep(feed, string_of(body, "example")),
        .why = keep(feed, row->kind == STORE_FAILURE ? string_of(body, "message") : NULL),
    };
}

/* Failures of metrics and tools are in the journal, too: no calls, and they name no role. */
static void on_call(void *data, const struct store_call *row)
{
    struct reading *reading = data;
    struct feed *feed = reading->feed;
    const cJSON *body;

    arena_clear(&reading->body);
    body = json_tree(&reading->body, row->body->data, row->body->len);
    reading->rows++;
    feed->calls = array_grow(feed->calls, feed->count, &reading->cap, sizeof *feed->calls);
    feed->calls[feed->count++] = call_of(feed, row, body);
}

static int64_t created_of(struct store_reader *store, struct err *err)
{
    struct text *snapshot = store_reader_snapshot(store, err);
    cJSON *json = snapshot != NULL ? cJSON_Parse(snapshot->data) : NULL;
    int64_t created_ms = (int64_t)number_of(json, "created_ms");

    cJSON_Delete(json);
    text_unref(snapshot);
    return created_ms;
}

bool feed_load_calls(
    struct store_reader *store, uint32_t row, bool newer, struct feed *feed, struct err *err)
{
    struct reading reading = { .feed = feed };
    bool ok = store_reader_calls(store, row, newer, CALLS_PIECE, on_call, &reading, err);

    arena_free(&reading.body);
    if (ok && row == UINT32_MAX)
        feed->created_ms = created_of(store, err);
    feed->is_last = reading.rows < CALLS_PIECE;
    return ok && err->code == ERR_NONE;
}
