#ifndef MCP_TOOLS_H
#define MCP_TOOLS_H

/* The tools that a server lists, and what its answers to calls say. Private to mcp.c. */
#include "mcp_client.h"
#include "text.h"
#include "tool_type.h"

enum {
    MCP_PAGES_MAX = 1000,
    MCP_TOOLS_MAX = 512,
    MCP_SCHEMA_MAX = 65536, /* bytes of one tool's schema */
};

struct mcp_tools {
    char *
        *items; /* as the server calls them; those of the offers are made of letters, digits, _ and
                   - */
    size_t count, cap;
};

/* Asks for all tools, on a loop of its own and with a process of its own; blocks for as long as the
 * server needs. Those in wanted[0..wanted_count), or all where wanted is NULL, are offered.
 * *revision (may be NULL) is what the server speaks, the caller's. */
bool mcp_tools_list(struct mcp_tools *tools, struct tool_offers *offers, const char *name,
    const struct line_server_spec *spec, const char *const *wanted, size_t wanted_count,
    struct err *err);
void mcp_tools_free(struct mcp_tools *tools);

/* The text of a result of tools/call. NULL and ERR_INPUT: the server calls the call wrong. */
struct text *mcp_tools_read_result(const cJSON *result, struct err *err);

#endif
