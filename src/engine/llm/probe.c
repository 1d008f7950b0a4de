#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "array.h"
#include "endpoint.h"
#include "fault.h"
#include "http.h"
#include "mem.h"
#include "model.h"
#include "nearest.h"
#include "redact.h"
#include "structured.h"

enum { LIST_MAX = 8 << 20, NAMES_MAX = 10000, LIST_MS = 20000 };

static const char schema[] =
    "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\"},"
    "\"sure\":{\"type\":\"boolean\"}},\"required\":[\"answer\",\"sure\"],"
    "\"additionalProperties\":false}";

static const struct llm_tool tool = {
    .name = "add",
    .description = "Adds two whole numbers.",
    .parameters =
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":"
        "\"integer\"}},\"required\":[\"a\",\"b\"],\"additionalProperties\":false}",
};

struct probe_state_private {
    struct probe *probe;
    struct http_transfer transfer;
    struct endpoint_headers headers;
    char *url;
    struct str body;
    bool is_too_large, is_cancelled;
    enum probe_check at; /* what the call under way is for; PROBE_REACHABLE: the list */
    struct provider_call call;
    void (*after)(struct probe *probe, struct llm_reply *reply, const struct err *error);
    unsigned pieces; /* of visible text that came one after the other */
};

static const char *const check_names[PROBE_CHECKS] = {
    [PROBE_REACHABLE] = "reachable",
    [PROBE_KEY] = "key accepted",
    [PROBE_MODEL] = "model known",
    [PROBE_ANSWER] = "answers",
    [PROBE_STREAMING] = "streaming",
    [PROBE_TOKENS] = "tokens counted",
    [PROBE_SCHEMA] = "JSON schema",
    [PROBE_TOOLS] = "tool calling",
};

const char *probe_check_name(enum probe_check check)
{
    return check < PROBE_CHECKS ? check_names[check] : "unknown";
}

static void __attribute__((format(printf, 4, 5)))
find(struct probe *probe, enum probe_check check, enum probe_state state, const char *format, ...)
{
    struct probe_finding *finding = &probe->findings[check];
    va_list args;

    finding->state = state;
    va_start(args, format);
    (void)vsnprintf(finding->words, sizeof finding->words, format, args);
    va_end(args);
}

static const char *base_of(const struct probe *probe)
{
    return probe->model->urls[probe->endpoint].base;
}

static const char *key_words(const struct probe *probe)
{
    return probe->model->key != NULL ? "sent and taken" : "none is set, and none was asked for";
}

static void finish(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    http_free_outcome(&s->transfer);
    endpoint_headers_free(&s->headers);
    str_free(&s->body);
    free(s->url);
    free(s);
    probe->state = NULL;
    probe->on_done(probe);
}

static void finish_late(struct probe *probe)
{
    find(probe, probe->state->at, PROBE_BAD,
        "no answer in the time that was left for it; is the server busy, or is it the wrong one?");
    finish(probe);
}

/* ---- calls ---- */

static void on_text(struct provider_call *call, const char *text, size_t len)
{
    struct probe *probe = call->data;

    (void)text;
    probe->state->pieces += len > 0;
}

static void on_call_done(
    struct provider_call *call, struct llm_reply *take_reply, const struct err *error)
{
    struct probe *probe = call->data;

    llm_request_unref(call->request);
    if (!probe->state->is_cancelled) {
        probe->state->after(probe, take_reply, error);
        return;
    }
    llm_reply_unref(take_reply);
    finish_late(probe);
}

static void ask(struct probe *probe, enum probe_check at, const char *question,
    void (*after)(struct probe *probe, struct llm_reply *take_reply, const struct err *error))
{
    struct probe_state_private *s = probe->state;
    struct llm_message message = llm_message_new(MESSAGE_USER, text_from(question));

    s->at = at;
    s->after = after;
    s->pieces = 0;
    s->call = (struct provider_call){
        .request =
            llm_request_new(probe->model, LLM_EXECUTOR, &message, 1, &tool, at == PROBE_TOOLS,
                at == PROBE_SCHEMA ? "doctor" : NULL, at == PROBE_SCHEMA ? schema : NULL, 0),
        .done = on_call_done,
        .endpoint = probe->endpoint,
        .on_text = on_text,
        .data = probe,
    };
    probe->model->provider->start(probe->model->provider_ctx, &s->call);
}

static void after_tool(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL)
        find(probe, PROBE_TOOLS, PROBE_NOTE,
            "a request with a tool is refused (%.300s); agent nodes will not work with this model",
            error->message);
    else if (probe->model->quirks->tools_in_words)
        find(probe, PROBE_TOOLS, PROBE_NOTE,
            "no function calling; agent nodes ask for it in words instead");
    else if (take_reply->call_count > 0)
        find(probe, PROBE_TOOLS, PROBE_WELL, "it called %s(%.80s)", take_reply->calls[0].name,
            take_reply->calls[0].arguments);
    else
        find(probe, PROBE_TOOLS, PROBE_NOTE,
            "tools are taken, but it answered in words instead of calling one; for agent nodes use "
            "a model that can");
    llm_reply_unref(take_reply);
    finish(probe);
}

static void judge_schema(struct probe *probe, const struct llm_reply *reply)
{
    struct err err = { 0 };
    cJSON *json = structured_parse(reply->content->data, schema, &err);

    if (reply->finish == FINISH_LENGTH)
        find(probe, PROBE_SCHEMA, PROBE_NOTE,
            "taken, but the answer was cut at %llu tokens, before its end; raise max_tokens if "
            "that happens in runs, too",
            (unsigned long long)reply->usage.out);
    else if (json == NULL)
        find(probe, PROBE_SCHEMA, PROBE_BAD,
            "the answer does not follow it (%.200s); as the meta model use one that writes JSON",
            err.message);
    else if (probe->model->quirks->schema == SCHEMA_NATIVE)
        find(probe, PROBE_SCHEMA, PROBE_WELL, "the answer follows it");
    else
        find(probe, PROBE_SCHEMA, PROBE_NOTE,
            "no schemas; it was asked for JSON in words, and the answer follows them");
    cJSON_Delete(json);
}

static void after_schema(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL)
        find(probe, PROBE_SCHEMA, PROBE_BAD, "%.390s", error->message);
    else
        judge_schema(probe, take_reply);
    llm_reply_unref(take_reply);
    ask(probe, PROBE_TOOLS, "Add 17 and 25 with the tool.", after_tool);
}

static void judge_answer(struct probe *probe, const struct llm_reply *reply)
{
    const struct provider_call *call = &probe->state->call;
    bool streams = probe->model->stream && !probe->model->quirks->no_stream;

    find(probe, PROBE_ANSWER, PROBE_WELL, "%llu tokens, as \"%.80s\"",
        (unsigned long long)reply->usage.out,
        reply->served_by != NULL ? reply->served_by : probe->model->name);
    if (!probe->model->stream)
        find(probe, PROBE_STREAMING, PROBE_NOTE,
            "switched off in the task file (\"stream\": false)");
    else if (streams)
        find(probe, PROBE_STREAMING, PROBE_WELL, "the answer came in %u pieces",
            probe->state->pieces);
    else
        find(probe, PROBE_STREAMING, PROBE_NOTE,
            "none: replies come whole, a stall is noticed only by timeout_s");
    if (call->usage_known)
        find(probe, PROBE_TOKENS, PROBE_WELL, "%llu in, %llu out",
            (unsigned long long)reply->usage.in, (unsigned long long)reply->usage.out);
    else
        find(probe, PROBE_TOKENS, PROBE_NOTE,
            "the endpoint does not tell them: each call counts as its worst case against limits");
}

static void after_answer(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL) {
        find(probe, probe->state->call.fault == FAULT_AUTH ? PROBE_KEY : PROBE_ANSWER, PROBE_BAD,
            "%.390s", error->message);
        finish(probe);
        return;
    }
    if (probe->findings[PROBE_KEY].state == PROBE_SKIPPED)
        find(probe, PROBE_KEY, PROBE_WELL, "%s", key_words(probe));
    judge_answer(probe, take_reply);
    llm_reply_unref(take_reply);
    ask(probe, PROBE_SCHEMA, "What is the capital of France? Answer in JSON.", after_schema);
}

/* ---- the list of models ---- */

static bool on_list_data(struct http_transfer *transfer, const char *bytes, size_t len)
{
    struct probe_state_private *s = transfer->data;

    s->is_too_large = s->body.len + len > LIST_MAX;
    if (!s->is_too_large)
        str_add_n(&s->body, bytes, len);
    return !s->is_too_large;
}

static const char *name_of(const cJSON *entry)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "id"));

    return id != NULL ? id : cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "name"));
}

static bool read_names(struct probe *probe)
{
    cJSON *root = cJSON_ParseWithLength(str_text(&probe->state->body), probe->state->body.len);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "data"), *entry;

    if (list == NULL)
        list = cJSON_GetObjectItemCaseSensitive(root, "models");
    cJSON_ArrayForEach(entry, list)
    {
        const char *name = name_of(entry);

        if (name == NULL || probe->name_count == NAMES_MAX)
            continue;
        probe->names =
            array_grow(probe->names, probe->name_count, &probe->name_cap, sizeof(char *));
        probe->names[probe->name_count++] = mem_strdup(name);
    }
    cJSON_Delete(root);
    return probe->name_count > 0;
}

static void look_for_model(struct probe *probe)
{
    const char *wanted = probe->model->name;
    const char *near;

    for (size_t i = 0; i < probe->name_count; i++) {
        if (str_equal(probe->names[i], wanted)) {
            find(probe, PROBE_MODEL, PROBE_WELL, "\"%.120s\" is one of %zu", wanted,
                probe->name_count);
            return;
        }
    }
    near = nearest_name(wanted, (const char *const *)probe->names, probe->name_count);
    if (near == NULL)
        near = probe->names[0];
    find(probe, PROBE_MODEL, PROBE_NOTE,
        "\"%.120s\" is not in its list of %zu (there is \"%.120s\"; flowbot models TASK shows all)",
        wanted, probe->name_count, near);
}

static void find_refusal(struct probe *probe)
{
    struct probe_state_private *s = probe->state;
    struct fault fault = fault_of_reply(s->transfer.status, NULL, str_text(&s->body), s->body.len);
    long status = s->transfer.status;

    redact(&fault.message, probe->model->key);
    if (status == 401 || status == 403)
        find(probe, PROBE_KEY, PROBE_BAD, "refused (HTTP %ld: %.200s); %s%s", status,
            str_text(&fault.message),
            probe->model->key_env != NULL ? "check the key in the environment variable "
                                          : "set api_key_env to the variable that holds the key",
            probe->model->key_env != NULL ? probe->model->key_env : "");
    else
        find(probe, PROBE_MODEL, PROBE_NOTE, "it has no list of models (HTTP %ld)", status);
    fault_free(&fault);
}

/* Goes on where nothing stands against a call. */
static void judge_list(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    if (s->transfer.end != HTTP_WHOLE && !s->is_too_large) {
        find(probe, PROBE_REACHABLE, PROBE_BAD, "%.340s%s",
            s->transfer.message[0] != '\0' ? s->transfer.message : "no answer",
            s->transfer.end == HTTP_BAD_TLS || s->transfer.end == HTTP_NO_TUNNEL
                ? ""
                : "; check base_url and that the server runs");
        return;
    }
    find(probe, PROBE_REACHABLE, PROBE_WELL, "HTTP %ld from %.200s", s->transfer.status,
        base_of(probe));
    if (s->transfer.status < 200 || s->transfer.status > 299) {
        find_refusal(probe);
        return;
    }
    find(probe, PROBE_KEY, PROBE_WELL, "%s", key_words(probe));
    if (s->is_too_large || !read_names(probe))
        find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models cannot be read");
    else
        look_for_model(probe);
}

static void on_list_done(struct http_transfer *transfer)
{
    struct probe *probe = ((struct probe_state_private *)transfer->data)->probe;

    if (probe->state->is_cancelled) {
        finish_late(probe);
        return;
    }
    judge_list(probe);
    if (probe->only_list || probe->findings[PROBE_REACHABLE].state == PROBE_BAD ||
        probe->findings[PROBE_KEY].state == PROBE_BAD)
        finish(probe);
    else
        ask(probe, PROBE_ANSWER, "Say yes.", after_answer);
}

void probe_start(struct probe *probe)
{
    struct probe_state_private *s = mem_zalloc(1, sizeof *s);

    probe->state = s;
    s->probe = probe;
    s->url = endpoint_url(probe->model, probe->endpoint, "models");
    s->headers = endpoint_headers(probe->model);
    s->transfer = (struct http_transfer){
        .url = s->url,
        .headers = (const char *const *)s->headers.lines,
        .header_count = s->headers.count,
        .direct = probe->model->urls[probe->endpoint].is_loopback,
        .first_byte_ms = LIST_MS,
        .idle_ms = LIST_MS,
        .total_ms = 2 * LIST_MS,
        .on_data = on_list_data,
        .on_done = on_list_done,
        .data = s,
    };
    http_start(probe->model->provider_ctx, &s->transfer);
}

void probe_cancel(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    if (s == NULL || s->is_cancelled)
        return;
    s->is_cancelled = true;
    if (s->at == PROBE_REACHABLE)
        http_cancel(probe->model->provider_ctx, &s->transfer);
    else
        probe->model->provider->cancel(probe->model->provider_ctx, &s->call);
}

void probe_free(struct probe *probe)
{
    for (size_t i = 0; i < probe->name_count; i++)
        free(probe->names[i]);
    free(probe->names);
    probe->names = NULL;
    probe->name_count = probe->name_cap = 0;
}
