#include "fault.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MESSAGE_MAX = 2000 };

static const struct {
    const char *name;
    bool retryable;
} kinds[FAULT_KINDS] = {
    [FAULT_NONE] = { "none", false },
    [FAULT_AUTH] = { "auth", false },
    [FAULT_QUOTA] = { "quota", false },
    [FAULT_FORBIDDEN] = { "forbidden", false },
    [FAULT_NOT_FOUND] = { "not_found", false },
    [FAULT_BAD_REQUEST] = { "bad_request", false },
    [FAULT_CONTEXT_LENGTH] = { "context_length", false },
    [FAULT_CONTENT_FILTER] = { "content_filter", false },
    [FAULT_TOO_LARGE] = { "too_large", false },
    [FAULT_RATE_LIMITED] = { "rate_limited", true },
    [FAULT_OVERLOADED] = { "overloaded", true },
    [FAULT_SERVER] = { "server", true },
    [FAULT_TIMEOUT] = { "timeout", true },
    [FAULT_NETWORK] = { "network", true },
    [FAULT_TLS] = { "tls", false },
    [FAULT_TRUNCATED] = { "truncated", true },
    [FAULT_BAD_RESPONSE] = { "bad_response", true },
    [FAULT_LOCAL_RESOURCE] = { "local_resource", false },
};

const char *fault_name(enum fault_kind kind)
{
    return kinds[kind].name;
}

struct fault fault_make(enum fault_kind kind, const char *message)
{
    struct fault fault = { .kind = kind, .retryable = kinds[kind].retryable };

    str_add(&fault.message, message);
    return fault;
}

void fault_free(struct fault *fault)
{
    str_free(&fault->message);
    str_free(&fault->code);
}

static enum fault_kind kind_of_status(long status)
{
    static const struct {
        long status;
        enum fault_kind kind;
    } known[] = {
        { 401, FAULT_AUTH },
        { 402, FAULT_QUOTA },
        { 403, FAULT_FORBIDDEN },
        { 404, FAULT_NOT_FOUND },
        { 408, FAULT_TIMEOUT },
        { 409, FAULT_SERVER },
        { 413, FAULT_TOO_LARGE },
        { 429, FAULT_RATE_LIMITED },
        { 503, FAULT_OVERLOADED },
        { 504, FAULT_TIMEOUT },
        { 524, FAULT_TIMEOUT },
        { 529, FAULT_OVERLOADED },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status)
            return known[i].kind;
    return status >= 500 ? FAULT_SERVER : FAULT_BAD_REQUEST;
}

/* What a word among the error's type and codes means, whatever the status. `overrides`: it tells
 * more than a status does. */
static const struct word {
    const char *word;
    enum fault_kind kind;
    bool overrides;
} words[] = {
    { "insufficient_quota", FAULT_QUOTA, true },
    { "billing_hard_limit_reached", FAULT_QUOTA, true },
    { "enforced_spend_limit_reached", FAULT_QUOTA, true },
    { "billing_error", FAULT_QUOTA, true },
    { "context_length_exceeded", FAULT_CONTEXT_LENGTH, true },
    { "exceed_context_size_error", FAULT_CONTEXT_LENGTH, true },
    { "content_policy_violation", FAULT_CONTENT_FILTER, true },
    { "content_filter", FAULT_CONTENT_FILTER, true },
    { "rate_limit_exceeded", FAULT_RATE_LIMITED, false },
    { "rate_limit_error", FAULT_RATE_LIMITED, false },
    { "overloaded_error", FAULT_OVERLOADED, false },
    { "timeout_error", FAULT_TIMEOUT, false },
    { "authentication_error", FAULT_AUTH, false },
    { "invalid_api_key", FAULT_AUTH, false },
    { "permission_error", FAULT_FORBIDDEN, false },
    { "model_not_found", FAULT_NOT_FOUND, false },
    { "not_found_error", FAULT_NOT_FOUND, false },
    { "request_too_large", FAULT_TOO_LARGE, false },
    { "invalid_request_error", FAULT_BAD_REQUEST, false },
    { "BadRequestError", FAULT_BAD_REQUEST, false },
};

/* Servers that have no code for it say it in words. */
static const struct word phrases[] = {
    { "exceeded your current quota", FAULT_QUOTA, true },
    { "maximum context length", FAULT_CONTEXT_LENGTH, true },
    { "prompt is too long", FAULT_CONTEXT_LENGTH, true },
    { "exceeds the available context size", FAULT_CONTEXT_LENGTH, true },
    { "longer than the model's context length", FAULT_CONTEXT_LENGTH, true },
};

static void add_code(struct fault *fault, const cJSON *code)
{
    if (!cJSON_IsString(code) || code->valuestring[0] == '\0')
        return;
    if (fault->code.len > 0)
        str_add_char(&fault->code, ' ');
    str_add_n(&fault->code, code->valuestring, strnlen(code->valuestring, 100));
}

static void add_words(struct fault *fault, const char *text)
{
    str_add_n(&fault->message, text, strnlen(text, MESSAGE_MAX));
}

/* The error's own words, wherever this server puts them. */
static void read_words(struct fault *fault, const cJSON *holder, const cJSON *error)
{
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(error, "message");
    const cJSON *detail = cJSON_GetObjectItemCaseSensitive(holder, "detail");

    if (cJSON_IsString(error))
        message = error;
    if (cJSON_IsArray(detail) && detail->child != NULL)
        detail = cJSON_GetObjectItemCaseSensitive(detail->child, "msg");
    if (!cJSON_IsString(message))
        message = cJSON_GetObjectItemCaseSensitive(holder, "message");
    if (cJSON_GetStringValue(message) != NULL)
        add_words(fault, cJSON_GetStringValue(message));
    else if (cJSON_GetStringValue(detail) != NULL)
        add_words(fault, cJSON_GetStringValue(detail));
    add_code(fault, cJSON_GetObjectItemCaseSensitive(error, "type"));
    add_code(fault, cJSON_GetObjectItemCaseSensitive(error, "code"));
    add_code(fault, cJSON_GetObjectItemCaseSensitive(
                        cJSON_GetObjectItemCaseSensitive(error, "details"), "error_code"));
    add_code(fault, cJSON_GetObjectItemCaseSensitive(error, "param"));
}

/* A code that is an HTTP status, as a number or as digits; 0: none. */
static long status_of(const cJSON *error)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    double number = 0;

    if (cJSON_IsNumber(code))
        number = code->valuedouble;
    else if (cJSON_IsString(code))
        number = strtod(code->valuestring, NULL);
    return number >= 400 && number < 600 ? (long)number : 0;
}

static const struct word *find_word(const struct fault *fault)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *hit = strstr(str_text(&fault->code), words[i].word);
        size_t len = strlen(words[i].word);

        if (hit != NULL && (hit == fault->code.data || hit[-1] == ' ') &&
            (hit[len] == '\0' || hit[len] == ' '))
            return &words[i];
    }
    return NULL;
}

static const struct word *find_phrase(const struct fault *fault)
{
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (strcasestr(str_text(&fault->message), phrases[i].word) != NULL)
            return &phrases[i];
    return NULL;
}

static void decide(struct fault *fault, long status)
{
    const struct word *word = find_word(fault);
    const struct word *phrase = find_phrase(fault);

    if (word != NULL && word->overrides)
        fault->kind = word->kind;
    else if (phrase != NULL)
        fault->kind = phrase->kind;
    else if (status > 0)
        fault->kind = kind_of_status(status);
    else
        fault->kind = word != NULL ? word->kind : FAULT_SERVER;
    fault->retryable = kinds[fault->kind].retryable && status != 501;
}

/* The member that holds the error; NULL where the object is none. */
static const cJSON *error_in(const cJSON *object)
{
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, "error");
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(object, "object");

    if (error != NULL && !cJSON_IsNull(error))
        return error;
    return cJSON_IsString(kind) && strcmp(kind->valuestring, "error") == 0 ? object : NULL;
}

struct fault fault_of_error(const cJSON *object)
{
    struct fault fault = { 0 };
    const cJSON *error = error_in(object);

    if (error == NULL)
        error = object;
    read_words(&fault, object, error);
    decide(&fault, status_of(error));
    return fault;
}

static bool is_page(const char *body, size_t len)
{
    while (len > 0 && strchr(" \t\r\n", *body) != NULL) {
        body++;
        len--;
    }
    return len > 0 && *body == '<';
}

static struct fault of_success(const cJSON *json, const char *body, size_t len)
{
    if (cJSON_IsObject(json))
        return error_in(json) != NULL ? fault_of_error(json) : (struct fault){ 0 };
    if (is_page(body, len))
        return fault_make(FAULT_BAD_RESPONSE,
            "an HTML page came instead of a reply; is base_url right, or is a proxy or a log-in "
            "page in the way?");
    return fault_make(FAULT_BAD_RESPONSE,
        len == 0 ? "the reply is empty" : "the reply is no JSON object; is base_url right?");
}

static struct fault of_failure(long status, const cJSON *json, const char *body, size_t len)
{
    struct fault fault = { 0 };
    const cJSON *error = error_in(json);

    if (cJSON_IsObject(json))
        read_words(&fault, json, error != NULL ? error : json);
    else if (is_page(body, len))
        str_add(&fault.message, "(an HTML page)");
    else
        str_add_n(&fault.message, body, len < 300 ? len : 300);
    decide(&fault, status);
    return fault;
}

static void obey(struct fault *fault, const struct told *told)
{
    bool is_final = fault->kind == FAULT_AUTH || fault->kind == FAULT_QUOTA;

    if (told->retry_after_ms > TOLD_LONGEST_WAIT_MS || told->should_retry == 0)
        fault->retryable = false;
    else if (told->should_retry == 1 && !is_final)
        fault->retryable = true;
}

struct fault fault_of_reply(long status, const struct told *told, const char *body, size_t len)
{
    cJSON *json = cJSON_ParseWithLength(body, len);
    struct fault fault;

    if (status >= 200 && status < 300)
        fault = of_success(json, body, len);
    else
        fault = of_failure(status, json, body, len);
    if (fault.kind != FAULT_NONE && told != NULL)
        obey(&fault, told);
    cJSON_Delete(json);
    return fault;
}

struct fault fault_of_end(const struct http_transfer *transfer)
{
    static const enum fault_kind of[] = {
        [HTTP_WHOLE] = FAULT_NONE,
        [HTTP_STOPPED] = FAULT_NONE,
        [HTTP_CANCELLED] = FAULT_NONE,
        [HTTP_TIMEOUT_CONNECT] = FAULT_TIMEOUT,
        [HTTP_TIMEOUT_FIRST_BYTE] = FAULT_TIMEOUT,
        [HTTP_TIMEOUT_IDLE] = FAULT_TIMEOUT,
        [HTTP_TIMEOUT_TOTAL] = FAULT_TIMEOUT,
        [HTTP_NO_HOST] = FAULT_NETWORK,
        [HTTP_NO_CONNECTION] = FAULT_NETWORK,
        [HTTP_NO_TUNNEL] = FAULT_FORBIDDEN,
        [HTTP_BROKEN] = FAULT_NETWORK,
        [HTTP_BAD_TLS] = FAULT_TLS,
        [HTTP_BAD_HEAD] = FAULT_BAD_RESPONSE,
        [HTTP_NO_DESCRIPTOR] = FAULT_LOCAL_RESOURCE,
        [HTTP_BAD_REQUEST] = FAULT_BAD_REQUEST,
    };
    enum fault_kind kind = of[transfer->end];

    if (transfer->end == HTTP_BROKEN && transfer->received > 0)
        kind = FAULT_TRUNCATED;
    return kind == FAULT_NONE ? (struct fault){ 0 } : fault_make(kind, transfer->message);
}
