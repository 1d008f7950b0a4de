#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "fault.h"
#include "mem.h"
#include "model.h"
#include "probe_state.h"
#include "structured.h"

enum { LIST_MS = 20000, LEARN_MAX = 8 };

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
    probe_find(probe, probe->state->at, PROBE_BAD,
        "no answer in the time that was left for it; see whether the server is too busy, or "
        "whether base_url leads to another one");
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
    struct provider_call *call, struct llm_reply *take_reply, const struct err *error);

/* The request is the call's until it has an outcome. */
static void start(struct probe *probe, struct llm_request *request)
{
    struct probe_state_private *s = probe->state;

    s->pieces = 0;
    s->call = (struct provider_call){
        .request = request,
        .done = on_call_done,
        .endpoint = probe->endpoint,
        .on_text = on_text,
        .data = probe,
    };
    probe->model->provider->start(probe->model->provider_ctx, &s->call);
}

static void on_call_done(
    struct provider_call *call, struct llm_reply *take_reply, const struct err *error)
{
    struct probe *probe = call->data;
    struct probe_state_private *s = probe->state;

    if (!s->is_cancelled && call->learned && s->learned++ < LEARN_MAX) {
        start(probe, call->request);
        return;
    }
    llm_request_unref(call->request);
    if (!s->is_cancelled) {
        s->after(probe, take_reply, error);
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
    s->learned = 0;
    start(probe, llm_request_new(probe->model, LLM_EXECUTOR, &message, 1, &tool, at == PROBE_TOOLS,
                     at == PROBE_SCHEMA ? "doctor" : NULL, at == PROBE_SCHEMA ? schema : NULL, 0));
}

static void after_tool(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL)
        probe_find(probe, PROBE_TOOLS, PROBE_NOTE,
            "a request with a tool is refused (%.300s); agent nodes will not work with this model",
            error->message);
    else if (probe->model->quirks->tools_in_words)
        probe_find(probe, PROBE_TOOLS, PROBE_NOTE,
            "no function calling; agent nodes ask for it in words instead");
    else if (take_reply->call_count > 0)
        probe_find(probe, PROBE_TOOLS, PROBE_WELL, "it called %s(%.80s)", take_reply->calls[0].name,
            take_reply->calls[0].arguments);
    else
        probe_find(probe, PROBE_TOOLS, PROBE_NOTE,
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
        probe_find(probe, PROBE_SCHEMA, PROBE_NOTE,
            "taken, but the answer was cut before its end; raise max_tokens (%lu) if that happens "
            "in runs, too",
            (unsigned long)probe->model->max_tokens);
    else if (json == NULL)
        probe_find(probe, PROBE_SCHEMA, without_json(probe),
            "the answer does not follow it (%.200s); %s", err.message,
            probe->needs_json ? "as meta model or judge use one that writes JSON"
                              : "steps with a schema will not work with this model");
    else if (probe->model->quirks->schema == SCHEMA_NATIVE)
        probe_find(probe, PROBE_SCHEMA, PROBE_WELL, "the answer follows it");
    else
        probe_find(probe, PROBE_SCHEMA, PROBE_NOTE,
            "no schemas; it was asked for JSON in words, and the answer follows them");
    cJSON_Delete(json);
}

static void after_schema(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL)
        probe_find_fault(
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
        probe_find(probe, PROBE_STREAMING, PROBE_NOTE,
            "switched off in the task file (\"stream\": false)");
    else if (probe->model->quirks->no_stream)
        probe_find(probe, PROBE_STREAMING, PROBE_NOTE,
            "none: replies come whole, a stall is noticed only by timeout_s");
    else
        probe_find(probe, PROBE_STREAMING, PROBE_WELL, "the answer came in %u piece%s", pieces,
            pieces == 1 ? "" : "s");
}

static void judge_answer(struct probe *probe, const struct llm_reply *reply)
{
    const char *name = reply->served_by != NULL ? reply->served_by : probe->model->name;
    unsigned long long in = reply->usage.in, out = reply->usage.out;

    judge_streaming(probe);
    if (probe->state->call.usage_known) {
        probe_find(probe, PROBE_ANSWER, PROBE_WELL, "%llu token%s, as \"%.80s\"", out,
            out == 1 ? "" : "s", name);
        probe_find(probe, PROBE_TOKENS, PROBE_WELL, "%llu in, %llu out", in, out);
    } else {
        probe_find(probe, PROBE_ANSWER, PROBE_WELL, "as \"%.80s\"", name);
        probe_find(probe, PROBE_TOKENS, PROBE_NOTE,
            "the endpoint tells no usage: against limits each call counts as what was reserved for "
            "it, its worst case");
    }
}

static void after_answer(struct probe *probe, struct llm_reply *take_reply, const struct err *error)
{
    if (take_reply == NULL) {
        enum fault_kind kind = probe->state->call.fault;

        probe_find_fault(
            probe, kind == FAULT_AUTH ? PROBE_KEY : PROBE_ANSWER, PROBE_BAD, kind, error->message);
        finish(probe);
        return;
    }
    if (probe->findings[PROBE_KEY].state == PROBE_SKIPPED)
        probe_find_key(probe);
    judge_answer(probe, take_reply);
    llm_reply_unref(take_reply);
    ask(probe, PROBE_SCHEMA, "What is the capital of France? Answer in JSON.", after_schema);
}

/* ---- the list of models ---- */

static void on_list_done(struct http_transfer *transfer)
{
    struct probe *probe = ((struct probe_state_private *)transfer->data)->probe;

    if (probe->state->is_cancelled) {
        finish_late(probe);
        return;
    }
    probe_judge_list(probe);
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
    s->url = probe_list_url(probe);
    s->headers = endpoint_headers(probe->model);
    s->transfer = (struct http_transfer){
        .url = s->url,
        .headers = (const char *const *)s->headers.lines,
        .header_count = s->headers.count,
        .direct = probe->model->urls[probe->endpoint].is_loopback,
        .first_byte_ms = LIST_MS,
        .idle_ms = LIST_MS,
        .total_ms = 2 * LIST_MS,
        .on_data = probe_take_list,
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
