#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "endpoint.h"
#include "fault.h"
#include "http.h"
#include "mem.h"
#include "model.h"
#include "nearest.h"
#include "redact.h"
#include "structured.h"

enum { LIST_MAX = 8 << 20, ERROR_MAX = 65536, LIST_MS = 20000, PAGE_MAX = 1000 };

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

/* What to do where that comes in answer to a question; "": the message says it itself. */
static const char *const advice[FAULT_KINDS] = {
    [FAULT_NONE] = "",
    [FAULT_AUTH] = "", /* below */
    [FAULT_QUOTA] = "top up the account, raise its limit, or use the key of another one",
    [FAULT_FORBIDDEN] = "ask for access to this model, or use another model or key",
    [FAULT_NOT_FOUND] = "check model (flowbot models TASK lists them) and base_url",
    [FAULT_BAD_REQUEST] = "change the setting that it names, or check that api and base_url fit",
    [FAULT_CONTEXT_LENGTH] = "lower max_tokens, or use a model with a longer context",
    [FAULT_CONTENT_FILTER] = "nothing was asked that should be filtered: change the endpoint's "
                             "filter, or use another model",
    [FAULT_TOO_LARGE] = "check base_url: no question is smaller",
    [FAULT_RATE_LIMITED] = "try again in a minute, and set rpm and tpm to what the account allows",
    [FAULT_OVERLOADED] = "try again later; runs wait for it",
    [FAULT_SERVER] = "look at the server's log, or try again later",
    [FAULT_TIMEOUT] = "see whether the server is too busy, check base_url, or raise timeout_s",
    [FAULT_NETWORK] = "check base_url and that the server runs",
    [FAULT_TLS] = "",
    [FAULT_TRUNCATED] =
        "look at the server's log; where a proxy cuts streams, set \"stream\": false",
    [FAULT_BAD_RESPONSE] = "check that base_url and api fit",
    [FAULT_LOCAL_RESOURCE] = "",
};

static char *advice_of(const struct probe *probe, enum fault_kind kind)
{
    if (kind != FAULT_AUTH)
        return mem_strdup(advice[kind]);
    if (probe->model->key_env == NULL)
        return mem_strdup("set api_key_env to the variable that holds the key");
    return mem_printf("check the key in the environment variable %.80s, and that it is of this "
                      "endpoint",
        probe->model->key_env);
}

/* One that failed, in the endpoint's words, with what to do. */
static void find_fault(struct probe *probe, enum probe_check check, enum probe_state state,
    enum fault_kind kind, const char *message)
{
    char *what_to_do = advice_of(probe, kind);
    int len = (int)strnlen(message, 400);
    bool asks = len > 0 && message[len - 1] == '?';

    if (len > 0 && message[len - 1] == '.')
        len--;
    find(probe, check, state, "%.*s%s%s", len, message,
        what_to_do[0] == '\0' ? ""
        : asks                ? " "
                              : "; ",
        what_to_do);
    free(what_to_do);
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
        "no answer in the time that was left for it; see whether the server is too busy, or "
        "whether "
        "base_url leads to another one");
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

/* What no run asks of this model is nothing to mend. */
static enum probe_state without_json(const struct probe *probe)
{
    return probe->needs_json ? PROBE_BAD : PROBE_NOTE;
}

static void judge_schema(struct probe *probe, const struct llm_reply *reply)
{
    struct err err = { 0 };
    cJSON *json = structured_parse(reply->content->data, schema, &err);

    if (reply->finish == FINISH_LENGTH)
        find(probe, PROBE_SCHEMA, PROBE_NOTE,
            "taken, but the answer was cut before its end; raise max_tokens (%lu) if that happens "
            "in runs, too",
            (unsigned long)probe->model->max_tokens);
    else if (json == NULL)
        find(probe, PROBE_SCHEMA, without_json(probe), "the answer does not follow it (%.200s); %s",
            err.message,
            probe->needs_json ? "as meta model or judge use one that writes JSON"
                              : "steps with a schema will not work with this model");
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
        find_fault(
            probe, PROBE_SCHEMA, without_json(probe), probe->state->call.fault, error->message);
    else
        judge_schema(probe, take_reply);
    llm_reply_unref(take_reply);
    ask(probe, PROBE_TOOLS, "Add 17 and 25 with the tool.", after_tool);
}

static void judge_streaming(struct probe *probe)
{
    unsigned pieces = probe->state->pieces;

    if (!probe->model->stream)
        find(probe, PROBE_STREAMING, PROBE_NOTE,
            "switched off in the task file (\"stream\": false)");
    else if (probe->model->quirks->no_stream)
        find(probe, PROBE_STREAMING, PROBE_NOTE,
            "none: replies come whole, a stall is noticed only by timeout_s");
    else
        find(probe, PROBE_STREAMING, PROBE_WELL, "the answer came in %u piece%s", pieces,
            pieces == 1 ? "" : "s");
}

static void judge_answer(struct probe *probe, const struct llm_reply *reply)
{
    const char *name = reply->served_by != NULL ? reply->served_by : probe->model->name;
    unsigned long long in = reply->usage.in, out = reply->usage.out;

    judge_streaming(probe);
    if (probe->state->call.usage_known) {
        find(probe, PROBE_ANSWER, PROBE_WELL, "%llu token%s, as \"%.80s\"", out,
            out == 1 ? "" : "s", name);
        find(probe, PROBE_TOKENS, PROBE_WELL, "%llu in, %llu out", in, out);
    } else {
        find(probe, PROBE_ANSWER, PROBE_WELL, "as \"%.80s\"", name);
        find(probe, PROBE_TOKENS, PROBE_NOTE,
            "the endpoint tells no usage: against limits each call counts as what was reserved for "
            "it, its worst case");
    }
}

static void after_answer(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL) {
        enum fault_kind kind = probe->state->call.fault;

        find_fault(
            probe, kind == FAULT_AUTH ? PROBE_KEY : PROBE_ANSWER, PROBE_BAD, kind, error->message);
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

static void look_for_model(struct probe *probe)
{
    const struct model_list *list = &probe->list;
    const char *wanted = probe->model->name;
    const char *near;

    for (size_t i = 0; i < list->count; i++) {
        if (str_equal(list->items[i], wanted)) {
            find(probe, PROBE_MODEL, PROBE_WELL, "\"%.120s\" is one of %zu%s", wanted, list->count,
                list->goes_on ? " and more" : "");
            return;
        }
    }
    near = nearest_name(wanted, (const char *const *)list->items, list->count);
    if (near == NULL)
        near = list->items[0];
    if (list->goes_on)
        find(probe, PROBE_MODEL, PROBE_NOTE,
            "\"%.120s\" is not among the first %zu of its list, which goes on: an answer shows "
            "whether it is known",
            wanted, list->count);
    else
        find(probe, PROBE_MODEL, PROBE_NOTE,
            "\"%.120s\" is not in its list of %zu (there is \"%.120s\"; flowbot models TASK shows "
            "all)",
            wanted, list->count, near);
}

static void hide_key(char **name, const char *key)
{
    struct str text = STR_INIT;

    if (!redact_has(*name, strlen(*name), key))
        return;
    str_add(&text, *name);
    redact(&text, key);
    free(*name);
    *name = str_take(&text);
}

static bool read_list(struct probe *probe)
{
    const struct str *body = &probe->state->body;

    if (!model_list_read(&probe->list, str_text(body), body->len))
        return false;
    for (size_t i = 0; i < probe->list.count; i++)
        hide_key(&probe->list.items[i], probe->model->key);
    return true;
}

/* Of a list that did not come as one; the key is taken out before anything is cut. */
static struct fault fault_of_list(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    str_truncate(&s->body, ERROR_MAX);
    redact(&s->body, probe->model->key);
    return fault_of_reply(s->transfer.status, NULL, str_text(&s->body), s->body.len);
}

static void find_refusal(struct probe *probe)
{
    struct fault fault = fault_of_list(probe);
    long status = probe->state->transfer.status;
    char words[300];

    (void)snprintf(words, sizeof words, "HTTP %ld%s%.200s", status,
        fault.message.len > 0 ? ": " : "", str_text(&fault.message));
    if (status == 401 || status == 403) {
        char refused[320];

        (void)snprintf(refused, sizeof refused, "refused (%s)", words);
        find_fault(probe, PROBE_KEY, PROBE_BAD, FAULT_AUTH, refused);
    } else if (fault.retryable)
        find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models cannot be had now (%s)", words);
    else
        find(probe, PROBE_MODEL, PROBE_NOTE, "it has no list of models (HTTP %ld)", status);
    fault_free(&fault);
}

/* Whoever sent it may not even have seen the key. */
static void find_no_list(struct probe *probe)
{
    struct fault fault = fault_of_list(probe);

    if (fault.kind == FAULT_AUTH)
        find_fault(probe, PROBE_KEY, PROBE_BAD, fault.kind, str_text(&fault.message));
    else if (fault.kind != FAULT_NONE)
        find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models cannot be read: %.400s",
            str_text(&fault.message));
    else
        find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models is empty");
    fault_free(&fault);
}

static void find_no_way(struct probe *probe)
{
    const struct http_transfer *transfer = &probe->state->transfer;
    struct fault fault = fault_of_end(transfer);

    if (transfer->end == HTTP_NO_TUNNEL)
        fault.kind = FAULT_NONE; /* the message says what to look at */
    find_fault(probe, PROBE_REACHABLE, PROBE_BAD, fault.kind,
        transfer->message[0] != '\0' ? transfer->message : "no answer");
    fault_free(&fault);
}

/* Goes on where nothing stands against a call. */
static void judge_list(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    if (s->transfer.end != HTTP_WHOLE && !s->is_too_large) {
        find_no_way(probe);
        return;
    }
    find(probe, PROBE_REACHABLE, PROBE_WELL, "HTTP %ld from %.200s", s->transfer.status,
        base_of(probe));
    if (s->transfer.status < 200 || s->transfer.status > 299) {
        find_refusal(probe);
    } else if (s->is_too_large) {
        find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models is larger than %d MiB",
            LIST_MAX >> 20);
    } else if (read_list(probe)) {
        find(probe, PROBE_KEY, PROBE_WELL, "%s", key_words(probe));
        look_for_model(probe);
    } else {
        find_no_list(probe);
    }
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

/* Anthropic gives 20 models a page unless it is asked for more, others all of them. */
static char *list_url(const struct probe *probe)
{
    char *url = endpoint_url(probe->model, probe->endpoint, "models");
    char *paged;

    if (!str_equal(probe->model->api, "anthropic"))
        return url;
    paged = mem_printf("%s?limit=%d", url, PAGE_MAX);
    free(url);
    return paged;
}

void probe_start(struct probe *probe)
{
    struct probe_state_private *s = mem_zalloc(1, sizeof *s);

    probe->state = s;
    s->probe = probe;
    s->url = list_url(probe);
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
    model_list_free(&probe->list);
}
