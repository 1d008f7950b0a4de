/* The tools of a Model Context Protocol server (mcp_client.h). It is asked for them when the task
 * is opened; the process that answers calls is started by the first one. */
#include <string.h>

#include "arguments.h"
#include "mcp_tools.h"
#include "mem.h"
#include "program_identity.h"
#include "str.h"
#include "tool_settings.h"

struct mcp {
    char *name;
    uint64_t limit_ms;
    struct mcp_tools tools;
    struct tool_offers *offers; /* the toolbox's; item i is tool i */
    struct hash identity;
    struct mcp_client *client;
};

struct call {
    struct mcp_request request;
    struct mcp *mcp;
    struct tool_run *run;
};

static bool open_client(struct mcp *mcp, const struct tool_setup *setup, struct err *err)
{
    size_t wanted_count;
    struct line_server_spec spec = { .folder = "" };
    const char **argv = tool_setting_list(setup->settings, "command", &spec.argc);
    const char **env = tool_setting_list(setup->settings, "env", &spec.env_count);
    const char **wanted = tool_setting_list(setup->settings, "tools", &wanted_count);
    bool ok = spec.argc > 0;

    spec.argv = argv;
    spec.env = env;
    ok = ok && mcp_tools_list(&mcp->tools, mcp->offers, "MCP", &spec, wanted, wanted_count, err);
    if (ok)
        mcp->client = mcp_client_open(setup->loop, mcp->name, &spec, err);
    else
        (void)err_prefix(
            err, "%s:%u: tools.%s", setup->task->path, setup->tool->line, setup->tool->name);
    free(argv);
    free(env);
    free(wanted);
    return mcp->client != NULL;
}

static void mcp_close(void *tool)
{
    struct mcp *mcp = tool;

    mcp_client_close(mcp->client);
    mcp_tools_free(&mcp->tools);
    free(mcp->name);
    free(mcp);
}

static void *mcp_open(const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    struct mcp *mcp = mem_zalloc(1, sizeof *mcp);

    mcp->name = mem_strdup(setup->tool->name);
    mcp->limit_ms = (uint64_t)(tool_setting_number(setup->settings, "timeout_s", 60) * 1000);
    mcp->offers = offers;
    mcp->identity = program_identity(setup);
    if (!open_client(mcp, setup, err)) {
        mcp_close(mcp);
        return NULL;
    }
    if (offers->count > 0)
        return mcp;
    (void)err_set(err, ERR_INPUT, "%s:%u: tools.%s: the server has no tools", setup->task->path,
        setup->tool->line, setup->tool->name);
    mcp_close(mcp);
    return NULL;
}

static struct hash mcp_identity(const void *tool)
{
    const struct mcp *mcp = tool;

    return mcp->identity;
}

static void on_answer(struct mcp_request *request)
{
    struct call *call = request->data;
    struct tool_run *run = call->run;
    struct err error = request->error;
    struct text *result = NULL;

    if (request->result != NULL) {
        result = mcp_tools_read_result(request->result, &error);
        if (result == NULL)
            (void)err_prefix(&error, "%s", run->offer->name);
    }
    free(call);
    run->done(run, result, &error);
}

/* The server's own name of the tool. */
static const char *name_of(const struct mcp *mcp, const struct tool_offer *offer)
{
    return mcp->tools.items[offer - mcp->offers->items];
}

static void mcp_start(void *tool, struct tool_run *run)
{
    struct mcp *mcp = tool;
    struct call *call = mem_zalloc(1, sizeof *call);
    cJSON *params = cJSON_CreateObject();
    struct err wrong = { 0 };
    cJSON *arguments = arguments_read(run->offer, run->input->data, &wrong);

    cJSON_AddStringToObject(params, "name", name_of(mcp, run->offer));
    cJSON_AddItemToObject(params, "arguments", arguments);
    call->mcp = mcp;
    call->run = run;
    call->request = (struct mcp_request){
        .method = "tools/call",
        .params = params,
        .limit_ms = mcp->limit_ms,
        .on_done = on_answer,
        .data = call,
    };
    run->private_state = call;
    mcp_client_start(mcp->client, &call->request);
    if (arguments == NULL)
        mcp_client_refuse(mcp->client, &call->request, &wrong);
}

static void mcp_cancel(void *tool, struct tool_run *run)
{
    struct mcp *mcp = tool;
    struct call *call = run->private_state;

    mcp_client_cancel(mcp->client, &call->request);
}

const struct tool_type tool_mcp = {
    .name = "mcp",
    .summary = "a tool of a server", /* each brings its own */
    .open = mcp_open,
    .close = mcp_close,
    .identity = mcp_identity,
    .start = mcp_start,
    .cancel = mcp_cancel,
};
