#include "anthropic.h"

const struct protocol anthropic_protocol = {
    .path = "messages",
    .write_body = anthropic_write_body,
    .on_event = anthropic_on_event,
    .on_whole = anthropic_on_whole,
    .is_complete = anthropic_is_complete,
    .settle = anthropic_settle,
};

static void start(void *http, struct provider_call *call)
{
    exchange_start(&anthropic_protocol, http, call);
}

static void cancel(void *http, struct provider_call *call)
{
    exchange_cancel(http, call);
}

const struct provider anthropic_provider = {
    .api = "anthropic", .is_remote = true, .start = start, .cancel = cancel
};
