#ifndef MCP_CLIENT_H
#define MCP_CLIENT_H

/*
 * A client of one Model Context Protocol server over stdio: JSON-RPC, one message a line. Speaks
 * the stateless revision 2026-07-28 and, where the server does not know that, the older ones with a
 * handshake (2025-11-25, 2025-06-18, 2025-03-26, 2024-11-05); which one is found out once. Private
 * to engine/tools.
 *
 * The server is started by the first request and again by the next one after its end. What was
 * under way when it ended, stalled or was dropped fails with ERR_ENDPOINT, and is not repeated: it
 * may have had effects. A line that is no JSON is skipped, up to a bound.
 *
 * Loop thread only; waiting as everywhere: the caller owns the request, on_done fires exactly once
 * and never from inside a call of this header.
 */
#include <cjson/cJSON.h>

#include "deadlines.h"
#include "err.h"
#include "line_server.h"

struct mcp_request {
    /* set by the caller */
    const char *method;
    cJSON *params; /* an object; taken */
    uint64_t limit_ms;
    void (*on_done)(struct mcp_request *request);
    void *data;
    /* the outcome, valid in on_done */
    cJSON *result;    /* borrowed; NULL on failure */
    struct err error; /* ERR_ENDPOINT; ERR_INPUT: the server calls the request wrong; ERR_CANCELLED
                       */
    /* private */
    struct mcp_client *client;
    struct mcp_request *next;
    struct deadline deadline;
    unsigned id;    /* 0: not sent yet */
    uint64_t heard; /* lines of the server before it was sent */
};

struct mcp_client;

/* The spec's callbacks are left out: the client's own. `name` heads messages. */
struct mcp_client *mcp_client_open(
    uv_loop_t *loop, const char *name, const struct line_server_spec *spec, struct err *err);
void mcp_client_start(struct mcp_client *client, struct mcp_request *request);
/* Of a request that was just started: it completes with this error and is never sent. */
void mcp_client_refuse(
    struct mcp_client *client, struct mcp_request *request, const struct err *why);
void mcp_client_cancel(struct mcp_client *client, struct mcp_request *request); /* idempotent */
/* What the server speaks, for messages: "2025-06-18"; "" before it is known. */
const char *mcp_client_revision(const struct mcp_client *client);
/* Nothing under way. The loop has to run once more. NULL is nothing. */
void mcp_client_close(struct mcp_client *client);

#endif
