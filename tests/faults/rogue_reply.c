#include "rogue_reply.h"

#include <stdlib.h>
#include <string.h>

#include "rogue_chat.h"

static size_t body_start(const struct str *bytes)
{
    const char *end = strstr(str_text(bytes), "\r\n\r\n");

    return end != NULL ? (size_t)(end - bytes->data) + 4 : 0;
}

/* The first part of a good reply: `tenths` of its body. */
static void cut_body(const struct question *q, unsigned tenths, struct rogue_plan *plan)
{
    size_t start;

    chat_add_good(q, &plan->bytes);
    start = body_start(&plan->bytes);
    str_truncate(&plan->bytes, start + (plan->bytes.len - start) * tenths / 10);
}

/* After the first byte of a character of several, from the middle on; without one, in the middle.
 */
static void cut_character(const struct question *q, struct rogue_plan *plan)
{
    size_t middle, at;

    chat_add_good(q, &plan->bytes);
    middle = body_start(&plan->bytes);
    middle += (plan->bytes.len - middle) / 3;
    for (at = middle; at < plan->bytes.len && (unsigned char)plan->bytes.data[at] < 0xc0; at++)
        ;
    str_truncate(&plan->bytes, at < plan->bytes.len ? at + 1 : middle);
}

static void cut_clean(const struct question *q, struct rogue_plan *plan)
{
    char *body;

    if (q->stream) {
        chat_add_stream_head(FRAMING_CLOSE, &plan->bytes);
        chat_add_tokens(q, FRAMING_CLOSE, "\"content\":", q->text, "", &plan->bytes);
        return;
    }
    body = chat_whole_body(q);
    chat_add_head(&plan->bytes, 200, "application/json");
    str_add(&plan->bytes, "Connection: close\r\n\r\n");
    str_add_n(&plan->bytes, body, strlen(body) / 2);
    free(body);
}

static void go_on_for_ever(const struct question *q, struct rogue_plan *plan)
{
    static const char event[] = "data: {\"id\":\"c1\",\"choices\":[{\"index\":0,\"delta\":{"
                                "\"content\":\"again and again and again and again \"},"
                                "\"finish_reason\":null}]}\n\n";

    plan->end = END_REPEAT;
    if (q->stream) {
        chat_add_stream_head(FRAMING_CLOSE, &plan->bytes);
        plan->repeat = event;
        return;
    }
    chat_add_head(&plan->bytes, 200, "application/json");
    str_add(&plan->bytes, "Connection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"");
    plan->repeat = "again and again and again and again and again and again and again ";
}

static void huge_header(const struct question *q, struct rogue_plan *plan)
{
    chat_add_head(&plan->bytes, 200, "application/json");
    for (unsigned i = 0; i < 16 * 1024; i++)
        str_addf(
            &plan->bytes, "X-Filler-%05u: %s\r\n", i, "0123456789abcdef0123456789abcdef01234567");
    str_add(&plan->bytes, "Content-Length: 2\r\n\r\n{}");
    (void)q;
}

static void page(unsigned status, struct rogue_plan *plan)
{
    static const char html[] = "<!doctype html>\n<html><head><title>Bad gateway</title></head>"
                               "<body><h1>The upstream is away</h1></body></html>\n";

    chat_add_head(&plan->bytes, status, "text/html; charset=utf-8");
    chat_add_length(&plan->bytes, html, sizeof html - 1);
}

static void half_tool_call(const struct question *q, struct rogue_plan *plan)
{
    if (!q->stream) {
        cut_clean(q, plan);
        return;
    }
    chat_add_stream_head(FRAMING_CLOSE, &plan->bytes);
    chat_add_tool_deltas(q, FRAMING_CLOSE, "{\"query\": \"the capital of", &plan->bytes);
}

static void error_within(const struct question *q, struct rogue_plan *plan)
{
    static const char error[] = "{\"error\":{\"message\":\"the worker ran out of memory\","
                                "\"type\":\"server_error\",\"code\":500}}";
    struct str event = STR_INIT;

    if (!q->stream) {
        chat_add_head(&plan->bytes, 200, "application/json");
        chat_add_length(&plan->bytes, error, sizeof error - 1);
        return;
    }
    chat_add_stream_head(FRAMING_CHUNKED, &plan->bytes);
    chat_add_tokens(q, FRAMING_CHUNKED, "\"content\":", "Some first words ", "", &plan->bytes);
    str_add(&event, error);
    chat_add_event(FRAMING_CHUNKED, &event, &plan->bytes);
    str_free(&event);
    str_add(&plan->bytes, "0\r\n\r\n");
}

static void too_many(const struct rogue_options *options, bool told, struct rogue_plan *plan)
{
    static const char body[] = "{\"error\":{\"message\":\"Rate limit reached for requests\","
                               "\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}";

    chat_add_head(&plan->bytes, 429, "application/json");
    if (told)
        str_addf(&plan->bytes, "Retry-After: %u\r\n", options->retry_after_s);
    chat_add_length(&plan->bytes, body, sizeof body - 1);
}

void rogue_plan_error(
    unsigned status, const char *type, const char *message, struct rogue_plan *plan)
{
    struct str body = STR_INIT;

    str_add(&body, "{\"error\":{\"message\":");
    chat_add_quoted(&body, message);
    str_addf(&body, ",\"type\":\"%s\",\"code\":null}}", type);
    chat_add_head(&plan->bytes, status, "application/json");
    chat_add_length(&plan->bytes, str_text(&body), body.len);
    str_free(&body);
}

static void fill(const struct question *q, enum rogue_fault fault, struct rogue_plan *plan)
{
    switch (fault) {
    case ROGUE_NONE:
        chat_add_good(q, &plan->bytes);
        plan->good = true;
        break;
    case ROGUE_REFUSE:
        plan->end = END_RESET;
        break;
    case ROGUE_RESET:
        cut_body(q, 5, plan);
        plan->end = END_RESET;
        break;
    case ROGUE_STALL_BEFORE:
        plan->end = END_HOLD;
        break;
    case ROGUE_STALL_HEAD:
        str_add(&plan->bytes, "HTTP/1.1 200 OK\r\nContent-Ty");
        plan->end = END_HOLD;
        break;
    case ROGUE_STALL_BODY:
        cut_body(q, 5, plan);
        plan->end = END_HOLD;
        break;
    case ROGUE_CUT_CHUNK:
        cut_body(q, 6, plan);
        plan->end = END_CLOSE;
        break;
    case ROGUE_CUT_UTF8:
        cut_character(q, plan);
        plan->end = END_CLOSE;
        break;
    case ROGUE_CUT_CLEAN:
        cut_clean(q, plan);
        plan->end = END_CLOSE;
        break;
    case ROGUE_ENDLESS:
        go_on_for_ever(q, plan);
        break;
    case ROGUE_HUGE_HEADER:
        huge_header(q, plan);
        plan->end = END_CLOSE;
        break;
    case ROGUE_LONG_LENGTH:
        chat_add_whole(q, 100, &plan->bytes);
        plan->end = END_CLOSE;
        break;
    case ROGUE_SHORT_LENGTH:
        chat_add_whole(q, -20, &plan->bytes);
        plan->end = END_CLOSE;
        break;
    case ROGUE_429:
    case ROGUE_429_BARE:
        too_many(q->options, fault == ROGUE_429, plan);
        break;
    case ROGUE_500:
        rogue_plan_error(500, "server_error", "The server had an error", plan);
        break;
    case ROGUE_503_HTML:
        page(503, plan);
        break;
    case ROGUE_HTML:
        page(200, plan);
        break;
    case ROGUE_HALF_TOOL:
        half_tool_call(q, plan);
        plan->end = END_CLOSE;
        break;
    case ROGUE_STREAM_ERROR:
        error_within(q, plan);
        break;
    case ROGUE_GARBAGE:
        str_add_n(&plan->bytes, "\x16\x03\x01\x00\x02\x02\x28 no HTTP at all\r\n\r\n\0\x1b[2J", 31);
        plan->end = END_CLOSE;
        break;
    case ROGUE_400:
        rogue_plan_error(400, "invalid_request_error", "This question is not for me", plan);
        break;
    case ROGUE_KINDS:
        break;
    }
}

void rogue_plan_reply(const struct rogue_options *options, enum rogue_fault fault, const char *body,
    size_t len, struct rogue_plan *plan)
{
    struct question q = { .options = options, .body = body, .len = len };

    if (chat_ask(&q))
        fill(&q, fault, plan);
    else
        rogue_plan_error(400, "invalid_request_error", "the body is no chat completion", plan);
    chat_free(&q);
}

void rogue_plan_models(const struct rogue_options *options, struct rogue_plan *plan)
{
    struct str body = STR_INIT;

    str_add(&body, "{\"object\":\"list\",\"data\":[{\"id\":");
    chat_add_quoted(&body, chat_model(options));
    str_add(&body, ",\"object\":\"model\",\"created\":1,\"owned_by\":\"loopback\"}]}");
    chat_add_head(&plan->bytes, 200, "application/json");
    chat_add_length(&plan->bytes, str_text(&body), body.len);
    str_free(&body);
}
