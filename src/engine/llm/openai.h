#ifndef OPENAI_H
#define OPENAI_H

/* Private to the folder: the parts of OpenAI's chat protocol. */
#include "protocol.h"

void openai_write_body(
    const struct llm_request *request, const struct model_quirks *quirks, struct str *out);
bool openai_on_event(struct partial *partial, const char *name, const char *data, size_t len);
/* The same but for the stream's end, always by a tree: what the scan of the usual event
 * (event_scan.h) must agree with. */
bool openai_on_event_tree(struct partial *partial, const char *name, const char *data, size_t len);
bool openai_on_whole(struct partial *partial, const cJSON *json);
bool openai_is_complete(const struct partial *partial);

#endif
