#ifndef PROBE_STATE_H
#define PROBE_STATE_H

/* Private to probe*.c. */
#include "endpoint.h"
#include "http.h"
#include "probe.h"
#include "str.h"

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
    unsigned learned; /* refusals of this question that told how to ask it */
    unsigned pieces;  /* of visible text that came one after the other */
};

void probe_find(struct probe *probe, enum probe_check check, enum probe_state state,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* One that failed, in the endpoint's words, with what to do. */
void probe_find_fault(struct probe *probe, enum probe_check check, enum probe_state state,
    enum fault_kind kind, const char *message);
/* A list or an answer came: the key was taken. */
void probe_find_key(struct probe *probe);

/* The list of models: where it is, its bytes as they come, and what it tells. */
char *probe_list_url(const struct probe *probe);
bool probe_take_list(struct http_transfer *transfer, const char *bytes, size_t len);
void probe_judge_list(struct probe *probe);

#endif
