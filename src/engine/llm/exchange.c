#include "protocol.h"

#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "endpoint.h"
#include "mem.h"
#include "redact.h"
#include "sse.h"
#include "utf8.h"

/*
 * One attempt at one endpoint: request out, answer in, as a stream or whole, whichever comes. An
 * answer is complete when the protocol says so; the transport's word is not enough, nor needed.
 * A refusal that tells how to ask better is learned from: the client asks again, in that form.
 */
enum {
    ERROR_BODY_MAX = 65536,
    STREAM_BYTES_MAX = 64 << 20,
    IDLE_MS = 60000,
    FIRST_BYTE_MS = 300000,
    AFTER_END_MS = 1000,    /* for the body's end, so that the connection can be used again */
    AFTER_FINISH_MS = 5000, /* for the usage and the mark of the end */
    BYTES_BASE = 256 << 10, /* of a reply, and for each of max_tokens: no token is that long */
    BYTES_A_TOKEN = 64,
    CONTENT_KEY_MIN = 16, /* shorter keys ("EMPTY") may be ordinary words of a reply */
};

enum form { FORM_UNKNOWN, FORM_STREAM, FORM_WHOLE, FORM_ERROR };

struct exchange {
    struct http_transfer transfer; /* first */
    struct http *http;
    struct provider_call *call;
    const struct protocol *protocol;
    char *url;
    struct endpoint_headers headers;
    struct str body, whole; /* sent; come */
    enum form form;
    struct sse sse;
    struct partial partial;
    struct model_quirks sent;
    struct told told;
    bool is_cancelled, expects_end, expects_mark;
};

static void on_text(void *ctx, const char *text, size_t len)
{
    struct exchange *x = ctx;

    x->call->on_text(x->call, text, len);
}

static bool on_event(void *ctx, const char *name, const char *data, size_t len)
{
    struct exchange *x = ctx;

    return x->protocol->on_event(&x->partial, name, data, len);
}

/* An endless reply is known by its length long before it fills the memory. */
static size_t reply_max(const struct llm_model *model)
{
    size_t max = BYTES_BASE + (size_t)model->max_tokens * BYTES_A_TOKEN;

    return max < REPLY_MAX ? max : REPLY_MAX;
}

static void reset(struct exchange *x)
{
    http_free_outcome(&x->transfer);
    sse_free(&x->sse);
    partial_free(&x->partial);
    endpoint_headers_free(&x->headers);
    str_free(&x->body);
    str_free(&x->whole);
    free(x->url);
    x->url = NULL;
    x->form = FORM_UNKNOWN;
    x->expects_end = x->expects_mark = false;
    x->sse = (struct sse){ .on_event = on_event, .ctx = x };
    x->partial.on_text = x->call->on_text != NULL ? on_text : NULL;
    x->partial.ctx = x;
    x->partial.max = reply_max(x->call->request->model);
}

static void exchange_free(struct exchange *x)
{
    reset(x);
    free(x);
}

/* What comes. */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* By the content type, else by the first character; FORM_UNKNOWN while only blanks came. */
static enum form form_of(const struct exchange *x, const char *bytes, size_t len)
{
    char type[128];

    if (x->transfer.status < 200 || x->transfer.status > 299)
        return FORM_ERROR;
    if (http_header(&x->transfer, "content-type", type, sizeof type)) {
        if (strcasestr(type, "event-stream") != NULL)
            return FORM_STREAM;
        if (strcasestr(type, "json") != NULL || strcasestr(type, "html") != NULL)
            return FORM_WHOLE;
    }
    while (len > 0 && is_blank(*bytes)) {
        bytes++;
        len--;
    }
    if (len == 0)
        return FORM_UNKNOWN;
    return strchr("{[<", *bytes) != NULL ? FORM_WHOLE : FORM_STREAM;
}

/* For every piece of every stream: nothing that grows with what came before. */
static bool take_stream(struct exchange *x, const char *bytes, size_t len)
{
    struct err err;

    err.code = ERR_NONE;
    if (x->transfer.received > STREAM_BYTES_MAX)
        return partial_fail(&x->partial, FAULT_BAD_RESPONSE, "the stream is larger than 64 MiB");
    if (!sse_feed(&x->sse, bytes, len, &err)) {
        if (err.code != ERR_NONE)
            partial_fail(&x->partial, FAULT_BAD_RESPONSE, err.message);
        return false;
    }
    if (x->partial.ended && !x->expects_end) {
        http_expect_end(&x->transfer, AFTER_END_MS);
        x->expects_end = x->expects_mark = true;
    } else if (!x->expects_mark && x->protocol->is_complete(&x->partial)) {
        http_expect_end(&x->transfer, AFTER_FINISH_MS);
        x->expects_mark = true;
    }
    return true;
}

static bool on_data(struct http_transfer *transfer, const char *bytes, size_t len)
{
    struct exchange *x = (struct exchange *)transfer;
    size_t max;

    if (x->form == FORM_UNKNOWN) {
        x->form = form_of(x, bytes, len);
        str_reserve(x->form == FORM_STREAM ? &x->partial.content : &x->whole, 1000);
    }
    if (x->form == FORM_STREAM)
        return take_stream(x, bytes, len);
    max = x->form == FORM_WHOLE ? REPLY_MAX : ERROR_BODY_MAX;
    if (x->whole.len + len <= max) {
        str_add_n(&x->whole, bytes, len);
        return true;
    }
    if (x->form == FORM_WHOLE)
        partial_fail(&x->partial, FAULT_BAD_RESPONSE, "the reply is larger than 16 MiB");
    return false;
}

/* The outcome. */

static struct fault take_fault(struct fault *from)
{
    struct fault fault = *from;

    *from = (struct fault){ 0 };
    return fault;
}

static struct fault cut_short(const struct exchange *x)
{
    struct fault fault = fault_of_end(&x->transfer);

    if (fault.kind != FAULT_NONE)
        return fault;
    return fault_make(FAULT_TRUNCATED, x->partial.begun == 0 && x->partial.content.len == 0
                                           ? "the stream ended without a reply"
                                           : "the stream ended before the reply was complete (no "
                                             "finish reason)");
}

static struct fault end_stream(struct exchange *x)
{
    struct err err = { 0 };

    if (x->partial.fault.kind == FAULT_NONE && !sse_end(&x->sse, &err) && err.code != ERR_NONE)
        partial_fail(&x->partial, FAULT_BAD_RESPONSE, err.message);
    if (x->partial.fault.kind != FAULT_NONE)
        return take_fault(&x->partial.fault);
    return x->protocol->is_complete(&x->partial) ? (struct fault){ 0 } : cut_short(x);
}

static struct fault end_whole(struct exchange *x)
{
    struct fault fault = take_fault(&x->partial.fault);
    cJSON *json;

    if (fault.kind == FAULT_NONE)
        fault = fault_of_end(&x->transfer);
    if (fault.kind == FAULT_NONE)
        fault = fault_of_reply(x->transfer.status, &x->told, str_text(&x->whole), x->whole.len);
    if (fault.kind != FAULT_NONE)
        return fault;
    json = partial_parse(x->whole.data, x->whole.len);
    if (json == NULL)
        return fault_make(FAULT_BAD_RESPONSE, "the reply is no JSON object");
    x->protocol->on_whole(&x->partial, json);
    cJSON_Delete(json);
    return take_fault(&x->partial.fault);
}

static struct fault end_error(const struct exchange *x)
{
    char location[4096]; /* whole, so that a key in it is found before it is cut */
    struct fault fault =
        fault_of_reply(x->transfer.status, &x->told, str_text(&x->whole), x->whole.len);

    if (x->transfer.status >= 300 && x->transfer.status < 400 &&
        http_header(&x->transfer, "location", location, sizeof location)) {
        str_clear(&fault.message);
        str_addf(&fault.message,
            "it redirects to %s, which is not followed with a key; set base_url to where it is",
            location);
    }
    return fault;
}

static struct fault outcome(struct exchange *x)
{
    struct fault fault;

    if (x->form == FORM_ERROR) /* before anything is cut out of it: half a key is a secret, too */
        redact(&x->whole, x->call->request->model->key);
    if (x->transfer.status >= 300 || (x->transfer.status > 0 && x->transfer.status < 200))
        return end_error(x);
    if (x->form == FORM_STREAM)
        return end_stream(x);
    if (x->form == FORM_WHOLE)
        return end_whole(x);
    fault = fault_of_end(&x->transfer);
    return fault.kind != FAULT_NONE ? fault : fault_make(FAULT_BAD_RESPONSE, "the reply is empty");
}

/* What is told to the client. */

static void tell(struct exchange *x)
{
    struct provider_call *call = x->call;

    call->status = x->transfer.status;
    call->first_byte_us = x->transfer.first_byte_us;
    call->limit_requests = x->told.requests;
    call->limit_tokens = x->told.tokens;
    call->retry_after_ms = x->told.retry_after_ms;
}

static bool is_too_much(const struct fault *fault)
{
    return fault->kind == FAULT_RATE_LIMITED || fault->kind == FAULT_OVERLOADED;
}

/* One line, without the key, fit for a terminal. */
static void describe(const struct exchange *x, const struct fault *fault, struct err *err)
{
    const struct llm_model *model = x->call->request->model;
    struct str words = STR_INIT, line = STR_INIT;

    str_add_n(&words, str_text(&fault->message), fault->message.len);
    redact(&words, model->key);
    utf8_add_line(str_text(&words), words.len, 320, &line);
    str_clear(&words);
    str_addf(&words, "model \"%.60s\" at %.90s: %s", model->name,
        model->urls[x->call->endpoint].base, fault_name(fault->kind));
    if (x->transfer.status >= 300)
        str_addf(&words, " (HTTP %ld)", x->transfer.status);
    str_addf(&words, "%s%s", line.len > 0 ? ": " : "", str_text(&line));
    err_set(err, ERR_ENDPOINT, "%s", str_text(&words));
    str_free(&words);
    str_free(&line);
}

static void finish_failed(struct exchange *x, const struct fault *fault)
{
    struct provider_call *call = x->call;
    struct err err = { 0 };

    tell(x);
    call->fault = fault->kind;
    call->retryable = fault->retryable;
    call->rate_limited = is_too_much(fault);
    call->maybe_billed = x->transfer.sent && x->transfer.status < 300;
    if (x->is_cancelled)
        err_set(&err, ERR_CANCELLED, "the call was cancelled");
    else
        describe(x, fault, &err);
    exchange_free(x);
    call->done(call, NULL, &err);
}

static void hide_key(struct str *text, const char *key)
{
    if (key != NULL && strlen(key) >= CONTENT_KEY_MIN && redact_has(str_text(text), text->len, key))
        redact(text, key);
}

/* Wherever a server may have put what it was sent. */
static void hide_keys(struct partial *partial, const char *key)
{
    hide_key(&partial->content, key);
    hide_key(&partial->reasoning, key);
    hide_key(&partial->refusal, key);
    hide_key(&partial->finish, key);
    hide_key(&partial->served_by, key);
    for (size_t i = 0; i < partial->call_count; i++) {
        hide_key(&partial->calls[i].id, key);
        hide_key(&partial->calls[i].name, key);
        hide_key(&partial->calls[i].arguments, key);
    }
}

static void finish_well(struct exchange *x)
{
    struct provider_call *call = x->call;
    const struct llm_model *model = call->request->model;
    struct llm_reply *reply;

    if (x->sent.tools_in_words && call->request->tool_count > 0)
        protocol_read_tool_words(&x->partial);
    if (x->protocol->settle != NULL)
        x->protocol->settle(&x->partial, call->request, &x->sent);
    hide_keys(&x->partial, model->key);
    reply = partial_take_reply(&x->partial);
    reply->usage.usd = model_cost(model, &reply->usage);
    tell(x);
    call->fault = FAULT_NONE;
    call->usage_known = reply->usage_known;
    exchange_free(x);
    call->done(call, reply, NULL);
}

static void on_done(struct http_transfer *transfer)
{
    struct exchange *x = (struct exchange *)transfer;
    const struct llm_request *request = x->call->request;
    struct fault fault;

    x->told = told_read(str_text(&transfer->head), transfer->head.len, clock_unix_ms());
    fault = outcome(x);
    if (!x->is_cancelled && fault.kind == FAULT_NONE) {
        finish_well(x);
    } else {
        x->call->learned = !x->is_cancelled && quirks_learn(request->model->quirks, &x->sent,
                                                   request, &fault, transfer->status);
        finish_failed(x, &fault);
    }
    fault_free(&fault);
}

static uint32_t at_most(uint32_t ms, uint32_t most)
{
    return ms < most ? ms : most;
}

static void send_request(struct exchange *x)
{
    const struct llm_request *request = x->call->request;
    const struct llm_model *model = request->model;
    bool streams = model->stream && !model->quirks->no_stream;

    x->sent = *model->quirks;
    x->url = endpoint_url(model, x->call->endpoint, x->protocol->path);
    x->headers = endpoint_headers(model);
    str_reserve(&x->body, llm_request_bytes(request) * 9 / 8 + 512);
    x->protocol->write_body(request, &x->sent, &x->body);
    x->transfer = (struct http_transfer){
        .url = x->url,
        .headers = (const char *const *)x->headers.lines,
        .header_count = x->headers.count,
        .body = str_text(&x->body),
        .body_len = x->body.len,
        .direct = model->urls[x->call->endpoint].is_loopback,
        .connect_ms = at_most(model->timeout_ms, HTTP_CONNECT_MS),
        .first_byte_ms = at_most(model->timeout_ms, streams ? FIRST_BYTE_MS : UINT32_MAX),
        .idle_ms = at_most(model->timeout_ms, IDLE_MS),
        .total_ms = model->timeout_ms,
        .on_data = on_data,
        .on_done = on_done,
    };
    http_start(x->http, &x->transfer);
}

void exchange_start(const struct protocol *protocol, struct http *http, struct provider_call *call)
{
    struct exchange *x = mem_zalloc(1, sizeof *x);

    x->http = http;
    x->call = call;
    x->protocol = protocol;
    call->private_state = x;
    reset(x);
    send_request(x);
}

void exchange_cancel(struct http *http, struct provider_call *call)
{
    struct exchange *x = call->private_state;

    x->is_cancelled = true;
    http_cancel(http, &x->transfer);
}
