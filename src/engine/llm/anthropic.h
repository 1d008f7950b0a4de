#ifndef ANTHROPIC_H
#define ANTHROPIC_H

/* Private to the folder: the parts of Anthropic's messages protocol. */
#include "protocol.h"

void anthropic_write_body(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out);
bool anthropic_on_event(struct partial *partial, const char *name, const char *data, size_t len);
/* The same, always by a tree: what the scan of the usual event (event_scan.h) must agree with. */
bool anthropic_on_event_tree(
    struct partial *partial, const char *name, const char *data, size_t len);
bool anthropic_on_whole(struct partial *partial, const cJSON *json);
bool anthropic_is_complete(const struct partial *partial);
void anthropic_settle(
    struct partial *partial, const struct llm_request *request, const struct model_quirks *quirks);

#endif
