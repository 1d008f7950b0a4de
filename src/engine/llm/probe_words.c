#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mem.h"
#include "model.h"
#include "probe_state.h"

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

void probe_find(
    struct probe *probe, enum probe_check check, enum probe_state state, const char *format, ...)
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
    [FAULT_CONTENT_FILTER] = "change the endpoint's filter, or use another model",
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

static const char *between(const char *message, int len, const char *what_to_do)
{
    if (what_to_do[0] == '\0')
        return "";
    return len > 0 && message[len - 1] == '?' ? " " : "; ";
}

void probe_find_fault(struct probe *probe, enum probe_check check, enum probe_state state,
    enum fault_kind kind, const char *message)
{
    char *what_to_do = advice_of(probe, kind);
    int len = (int)strnlen(message, 400);

    if (len > 0 && message[len - 1] == '.')
        len--;
    probe_find(probe, check, state, "%.*s%s%s", len, message, between(message, len, what_to_do),
        what_to_do);
    free(what_to_do);
}

void probe_find_key(struct probe *probe)
{
    probe_find(probe, PROBE_KEY, PROBE_WELL, "%s",
        probe->model->key != NULL ? "sent and taken" : "none is set, and none was asked for");
}
