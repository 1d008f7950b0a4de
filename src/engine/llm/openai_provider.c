#include "openai.h"

const struct protocol openai_protocol = {
    .path = "chat/completions",
    .write_body = openai_write_body,
    .on_event = openai_on_event,
    .on_whole = openai_on_whole,
    .is_complete = openai_is_complete,
};

static void start(void *http, struct provider_call *call)
{
    exchange_start(&openai_protocol, http, call);
}

static void cancel(void *http, struct provider_call *call)
{
    exchange_cancel(http, call);
}

const struct provider openai_provider = {
    .api = "openai", .is_remote = true, .start = start, .cancel = cancel
};
