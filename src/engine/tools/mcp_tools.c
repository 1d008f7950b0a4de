#include "mcp_tools.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"
#include "utf8.h"

enum { LIST_MS = 30000, NAME_MAX_BYTES = 64 };

struct listing {
    struct mcp_tools *tools;
    struct tool_offers *offers;
    const char *name;
    const char *const *wanted;
    size_t wanted_count;
    struct mcp_client *client;
    struct mcp_request request;
    struct str all; /* the names of all its tools, for a message */
    char *cursor;
    unsigned pages;
    bool is_done;
    struct err error;
};

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* A name that a model's interface takes; anything else in it becomes "_". */
static bool make_name(const char *told, char name[NAME_MAX_BYTES + 1])
{
    size_t len = told != NULL ? strlen(told) : 0;

    if (len == 0 || len > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i <= len; i++) {
        char c = told[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '\0';

        name[i] = (char)(is_plain ? c : '_');
    }
    return true;
}

static bool is_wanted(const struct listing *listing, const char *told, const char *name)
{
    if (listing->wanted == NULL)
        return true;
    for (size_t i = 0; i < listing->wanted_count; i++)
        if (strcmp(listing->wanted[i], told) == 0 || strcmp(listing->wanted[i], name) == 0)
            return true;
    return false;
}

/* The schema as it came, where it is one of an object. */
static bool add_tool(struct listing *listing, const char *told, const char *name, const cJSON *tool)
{
    const cJSON *schema = cJSON_GetObjectItemCaseSensitive(tool, "inputSchema");
    const char *description = string_of(tool, "description");
    char *printed;

    if (!str_equal(string_of(schema, "type"), "object"))
        return err_set(&listing->error, ERR_INPUT,
            "%s: the tool \"%s\" has no input schema of an object", listing->name, name);
    printed = cJSON_PrintUnformatted(schema);
    if (printed == NULL || strlen(printed) > MCP_SCHEMA_MAX) {
        cJSON_free(printed);
        return err_set(&listing->error, ERR_INPUT,
            "%s: the schema of the tool \"%s\" has more than %d bytes", listing->name, name,
            (int)MCP_SCHEMA_MAX);
    }
    tool_offer_add(listing->offers, name, description != NULL ? description : name, NULL, printed);
    ARRAY_PUSH(listing->tools, mem_strdup(told));
    cJSON_free(printed);
    return true;
}

static bool add_tools(struct listing *listing, const cJSON *list)
{
    const cJSON *tool;

    if (!cJSON_IsArray(list))
        return err_set(
            &listing->error, ERR_INPUT, "%s: the server's list of tools is none", listing->name);
    cJSON_ArrayForEach(tool, list)
    {
        const char *told = string_of(tool, "name");
        char name[NAME_MAX_BYTES + 1];

        if (!make_name(told, name))
            return err_set(&listing->error, ERR_INPUT,
                "%s: a tool's name is missing or has more than %d bytes", listing->name,
                (int)NAME_MAX_BYTES);
        if (listing->all.len < 300)
            str_addf(&listing->all, "%s%s", listing->all.len > 0 ? ", " : "", name);
        if (!is_wanted(listing, told, name))
            continue;
        if (listing->tools->count >= MCP_TOOLS_MAX)
            return err_set(&listing->error, ERR_INPUT,
                "%s: the server has more than %d tools; \"tools\": […] chooses those that are "
                "wanted",
                listing->name, (int)MCP_TOOLS_MAX);
        if (!add_tool(listing, told, name, tool))
            return false;
    }
    return true;
}

static void on_page(struct mcp_request *request);

static void ask_page(struct listing *listing)
{
    cJSON *params = cJSON_CreateObject();

    if (listing->cursor != NULL)
        cJSON_AddStringToObject(params, "cursor", listing->cursor);
    listing->request = (struct mcp_request){
        .method = "tools/list",
        .params = params,
        .limit_ms = LIST_MS,
        .on_done = on_page,
        .data = listing,
    };
    mcp_client_start(listing->client, &listing->request);
}

static void on_page(struct mcp_request *request)
{
    struct listing *listing = request->data;
    const char *next = string_of(request->result, "nextCursor");

    if (request->result == NULL) {
        listing->error = request->error;
    } else if (add_tools(listing, cJSON_GetObjectItemCaseSensitive(request->result, "tools")) &&
               next != NULL) {
        bool is_same = str_equal(next, listing->cursor);

        free(listing->cursor);
        listing->cursor = mem_strdup(next);
        if (!is_same && ++listing->pages < MCP_PAGES_MAX) {
            ask_page(listing);
            return;
        }
        (void)err_set(
            &listing->error, ERR_INPUT, "%s: the server's list of tools has no end", listing->name);
    }
    listing->is_done = true;
}

static bool check_wanted(const struct listing *listing, struct err *err)
{
    for (size_t i = 0; i < listing->wanted_count && listing->wanted != NULL; i++) {
        const char *wanted = listing->wanted[i];
        bool is_there = false;

        for (size_t j = 0; j < listing->tools->count; j++)
            is_there = is_there || strcmp(listing->tools->items[j], wanted) == 0 ||
                       strcmp(listing->offers->items[j].name, wanted) == 0;
        if (is_there)
            continue;
        return err_set(err, ERR_INPUT, "%s: there is no tool \"%.60s\"; there is: %s",
            listing->name, wanted, str_text(&listing->all));
    }
    return true;
}

static bool list_on(
    struct listing *listing, uv_loop_t *loop, const struct line_server_spec *spec, struct err *err)
{
    listing->client = mcp_client_open(loop, listing->name, spec, err);
    if (listing->client == NULL)
        return false;
    ask_page(listing);
    while (!listing->is_done)
        (void)uv_run(loop, UV_RUN_ONCE);
    listing->offers->note = mem_printf("MCP %s", mcp_client_revision(listing->client));
    mcp_client_close(listing->client);
    (void)uv_run(loop, UV_RUN_DEFAULT);
    free(listing->cursor);
    if (listing->error.code == ERR_NONE)
        return check_wanted(listing, err);
    *err = listing->error;
    err->code = ERR_INPUT; /* found before anything runs: the task file names a server that does not
                              do */
    return false;
}

bool mcp_tools_list(struct mcp_tools *tools, struct tool_offers *offers, const char *name,
    const struct line_server_spec *spec, const char *const *wanted, size_t wanted_count,
    struct err *err)
{
    struct listing listing = {
        .tools = tools,
        .offers = offers,
        .name = name,
        .wanted = wanted,
        .wanted_count = wanted_count,
    };
    uv_loop_t loop;
    bool ok;

    if (uv_loop_init(&loop) != 0)
        return err_set(err, ERR_IO, "no event loop can be made");
    ok = list_on(&listing, &loop, spec, err);
    str_free(&listing.all);
    (void)uv_loop_close(&loop);
    return ok;
}

void mcp_tools_free(struct mcp_tools *tools)
{
    for (size_t i = 0; i < tools->count; i++)
        free(tools->items[i]);
    free(tools->items);
    *tools = (struct mcp_tools){ 0 };
}

/* ---- results ---- */

/* Text as it is; of what is no text its kind. */
static void add_content(const cJSON *item, struct str *out)
{
    const char *type = string_of(item, "type"), *text = string_of(item, "text");
    const cJSON *resource = cJSON_GetObjectItemCaseSensitive(item, "resource");
    const char *kind = string_of(item, "mimeType");

    if (out->len > 0)
        str_add_char(out, '\n');
    if (text == NULL)
        text = string_of(resource, "text");
    if (text != NULL)
        str_add(out, text);
    else if (string_of(item, "uri") != NULL)
        str_add(out, string_of(item, "uri"));
    else
        str_addf(out, "(%.40s%s%.60s)", type != NULL ? type : "content of an unknown kind",
            kind != NULL ? ", " : "", kind != NULL ? kind : "");
}

struct text *mcp_tools_read_result(const cJSON *result, struct err *err)
{
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(result, "content");
    const cJSON *structured = cJSON_GetObjectItemCaseSensitive(result, "structuredContent");
    struct str out = STR_INIT;
    struct text *text = NULL;
    const cJSON *item;

    cJSON_ArrayForEach(item, content) add_content(item, &out);
    if (out.len == 0 && structured != NULL) {
        char *printed = cJSON_PrintUnformatted(structured);

        str_add(&out, printed != NULL ? printed : "");
        cJSON_free(printed);
    }
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "isError")))
        (void)err_set(err, ERR_INPUT, "%s", out.len > 0 ? str_text(&out) : "the tool failed");
    else if (content == NULL && structured == NULL)
        (void)err_set(err, ERR_ENDPOINT, "the server's result has no content");
    else
        text = text_new(str_text(&out), out.len);
    str_free(&out);
    return text;
}
