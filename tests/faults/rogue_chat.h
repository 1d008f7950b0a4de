#ifndef ROGUE_CHAT_H
#define ROGUE_CHAT_H

/* Private to the folder: good replies in OpenAI's forms, whole and as events, and their parts. */
#include "rogue.h"
#include "str.h"

enum framing { FRAMING_CHUNKED, FRAMING_CLOSE };

/* What a request asks for, and what it gets. */
struct question {
    const struct rogue_options *options;
    const char *body;
    size_t len;
    bool stream, usage;
    char *text;             /* of the reply */
    char *tool, *arguments; /* NULL: no tool is called */
};

/* Reads the request and makes the reply's text. False where it is no chat completion. */
bool chat_ask(struct question *question);
void chat_free(struct question *question);

const char *chat_model(const struct rogue_options *options);
void chat_add_quoted(struct str *out, const char *text);
void chat_add_head(struct str *out, unsigned status, const char *type);
/* The length that is told, the head's end, the body. */
void chat_add_length(struct str *out, const char *body, size_t told);

void chat_add_good(const struct question *question, struct str *out);
/* `more`: how far the told length is from the true one. */
void chat_add_whole(const struct question *question, long more, struct str *out);
char *chat_whole_body(const struct question *question); /* the caller's */

void chat_add_stream_head(enum framing framing, struct str *out);
void chat_add_event(enum framing framing, const struct str *event, struct str *out);
/* One event a token of the text, which stands between `before` and `after` in each delta. */
void chat_add_tokens(const struct question *question, enum framing framing, const char *before,
    const char *text, const char *after, struct str *out);
void chat_add_tool_deltas(
    const struct question *question, enum framing framing, const char *arguments, struct str *out);

#endif
