#include "tools.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "arguments.h"
#include "array.h"
#include "flight.h"
#include "mem.h"
#include "tool_settings.h"
#include "tool_type.h"

/* All types of tools. */
static const struct tool_type *const TYPES[] = { &tool_search, &tool_python, &tool_calc,
    &tool_command, &tool_mcp, &tool_model };

enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0], TOOLS_MAX = 512 };

/* An entry of the task file. */
struct open_tool {
    const struct tool_type *type;
    void *tool;
    struct tool_offers offers;
};

/* What a workflow names. */
struct named_tool {
    const struct tool_offer *offer;
    size_t from; /* index of its entry */
    struct hash identity;
};

struct toolbox {
    struct store *store;
    struct flight *flights;
    struct post_queue posts;
    struct {
        struct named_tool *items;
        size_t count, cap;
    } named;
    size_t count;
    struct open_tool tools[];
};

static const struct tool_type *find_type(
    const struct task *task, const struct task_tool *tool, struct err *err)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (strcmp(TYPES[i]->name, tool->type) == 0)
            return TYPES[i];
    (void)err_set(err, ERR_INPUT, "%s:%u: tools.%s.type: there is no type of tool \"%s\"",
        task->path, tool->line, tool->name, tool->type);
    return NULL;
}

static const struct named_tool *find_tool(const struct toolbox *toolbox, const char *name)
{
    for (size_t i = 0; i < toolbox->named.count; i++)
        if (strcmp(toolbox->named.items[i].offer->name, name) == 0)
            return &toolbox->named.items[i];
    return NULL;
}

/* The tool of a type that has just one. */
static void offer_itself(struct open_tool *open, const struct tool_setup *setup)
{
    const char *description = tool_setting_text(setup->settings, "description");

    tool_offer_add(&open->offers, setup->tool->name,
        description != NULL ? description : open->type->summary, open->type->argument,
        open->type->parameters);
}

static bool add_names(struct toolbox *toolbox, const struct tool_setup *setup, struct err *err)
{
    size_t from = toolbox->count - 1;
    const struct open_tool *open = &toolbox->tools[from];
    struct hash identity = hash_join(hash_text(open->type->name), open->type->identity(open->tool));

    for (size_t i = 0; i < open->offers.count; i++) {
        const struct tool_offer *offer = &open->offers.items[i];
        const struct named_tool *same = find_tool(toolbox, offer->name);
        struct named_tool named = { .offer = offer, .from = from };

        if (same != NULL)
            return err_set(err, ERR_INPUT,
                "%s:%u: tools.%s: there is another tool with the name \"%s\" (of tools.%s); "
                "\"tools\": "
                "[…] of a server chooses those that are wanted",
                setup->task->path, setup->tool->line, setup->tool->name, offer->name,
                setup->task->tools[same->from].name);
        if (toolbox->named.count >= TOOLS_MAX)
            return err_set(err, ERR_INPUT,
                "%s:%u: tools.%s: more than %d tools in all; \"tools\": […] of a server chooses "
                "those that are wanted",
                setup->task->path, setup->tool->line, setup->tool->name, (int)TOOLS_MAX);
        named.identity = hash_join(identity, hash_text(offer->parameters));
        if (strcmp(offer->name, setup->tool->name) != 0) /* one of several */
            named.identity = hash_join(named.identity, hash_text(offer->name));
        ARRAY_PUSH(&toolbox->named, named);
    }
    return true;
}

static bool open_parsed(struct toolbox *toolbox, struct tool_setup *setup, struct err *err)
{
    const struct tool_type *type = find_type(setup->task, setup->tool, err);
    struct open_tool *open = &toolbox->tools[toolbox->count];

    if (type == NULL)
        return false;
    open->type = type;
    open->tool = type->open(setup, &open->offers, err);
    toolbox->count++; /* its offers are to be freed in any case */
    if (open->tool == NULL)
        return false;
    if (open->offers.count == 0)
        offer_itself(open, setup);
    return add_names(toolbox, setup, err);
}

static bool open_one(struct toolbox *toolbox, struct tool_setup *setup, struct err *err)
{
    const char *settings = setup->tool->settings;
    struct json_doc *doc = json_parse(
        setup->task->path, setup->tool->line, settings, strlen(settings), JSON_STRICT, err);
    bool ok;

    if (doc == NULL)
        return false;
    setup->settings = json_root(doc);
    ok = open_parsed(toolbox, setup, err);
    json_free(doc);
    return ok;
}

static void close_tools(struct toolbox *toolbox)
{
    for (size_t i = 0; i < toolbox->count; i++) {
        struct open_tool *open = &toolbox->tools[i];

        if (open->tool != NULL)
            open->type->close(open->tool);
        for (size_t j = 0; j < open->offers.count; j++) {
            free(open->offers.items[j].name);
            free(open->offers.items[j].summary);
            free(open->offers.items[j].argument);
            free(open->offers.items[j].parameters);
        }
        free(open->offers.items);
        free(open->offers.note);
    }
    free(toolbox->named.items);
}

bool toolbox_needs_sandbox(const struct task *task)
{
    for (size_t i = 0; i < task->tool_count; i++)
        if (strcmp(task->tools[i].type, "python") == 0)
            return true;
    return false;
}

struct toolbox *toolbox_open(const struct toolbox_options *options, struct err *err)
{
    const struct task *task = options->task;
    struct toolbox *toolbox =
        mem_zalloc(1, sizeof *toolbox + task->tool_count * sizeof toolbox->tools[0]);
    struct tool_setup setup = {
        .loop = options->loop,
        .workers = options->workers,
        .task = task,
        .client = options->client,
        .models = options->models,
        .sandbox = options->sandbox,
    };

    toolbox->store = options->store;
    for (size_t i = 0; i < task->tool_count; i++) {
        setup.tool = &task->tools[i];
        if (!open_one(toolbox, &setup, err)) {
            close_tools(toolbox);
            free(toolbox);
            return NULL;
        }
    }
    post_queue_open(&toolbox->posts, options->loop);
    return toolbox;
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void toolbox_close(struct toolbox *toolbox)
{
    if (toolbox == NULL)
        return;
    close_tools(toolbox);
    toolbox->posts.idle.data = toolbox;
    post_queue_close(&toolbox->posts, on_closed);
}

const char **toolbox_names(const struct toolbox *toolbox, size_t *count)
{
    const char **names = mem_zalloc(toolbox->named.count + 1, sizeof *names);

    *count = toolbox->named.count;
    for (size_t i = 0; i < *count; i++)
        names[i] = toolbox->named.items[i].offer->name;
    return names;
}

const char *toolbox_note(const struct toolbox *toolbox, size_t entry)
{
    return entry < toolbox->count ? toolbox->tools[entry].offers.note : NULL;
}

static void fail_unknown(const struct toolbox *toolbox, const char *name, struct err *err)
{
    struct str list = STR_INIT;

    for (size_t i = 0; i < toolbox->named.count; i++)
        str_addf(&list, "%s%s", i > 0 ? ", " : "", toolbox->named.items[i].offer->name);
    (void)err_set(err, ERR_INPUT, "there is no tool \"%.100s\"; there is: %s", name,
        list.len > 0 ? str_text(&list) : "none");
    str_free(&list);
}

static void run_post(struct post *post)
{
    struct ticket *ticket = (struct ticket *)((char *)post - offsetof(struct ticket, post));
    struct tool_call *call = ticket->call;

    call->result = NULL;
    call->error = ticket->error;
    call->private_state = NULL;
    free(ticket);
    call->on_done(call);
}

static void post_ticket(struct toolbox *toolbox, struct ticket *ticket)
{
    ticket->post.run = run_post;
    post_add(&toolbox->posts, &ticket->post);
}

static struct flight *find_flight(const struct toolbox *toolbox, struct hash key)
{
    struct flight *flight = toolbox->flights;

    while (flight != NULL && !hash_equal(flight->key, key))
        flight = flight->next;
    return flight;
}

static struct flight *start_flight(
    struct toolbox *toolbox, const struct named_tool *named, struct hash key, struct text *input)
{
    const struct open_tool *open = &toolbox->tools[named->from];
    struct flight_of of = { open->type, open->tool, named->offer };
    struct store *store = open->type->is_not_journalled ? NULL : toolbox->store;

    return flight_start(&toolbox->flights, store, &of, key, input);
}

void toolbox_start(struct toolbox *toolbox, struct tool_call *call)
{
    const struct named_tool *named = find_tool(toolbox, call->tool);
    struct ticket *ticket = mem_zalloc(1, sizeof *ticket);
    struct flight *flight;
    struct hash key;

    ticket->call = call;
    call->result = NULL;
    call->private_state = ticket;
    if (named == NULL) {
        fail_unknown(toolbox, call->tool, &ticket->error);
        post_ticket(toolbox, ticket);
        return;
    }
    key = hash_join(named->identity, hash_bytes(call->input->data, call->input->len));
    flight = find_flight(toolbox, key);
    if (flight == NULL)
        flight = start_flight(toolbox, named, key, call->input);
    flight_join(flight, ticket);
}

void toolbox_cancel(struct toolbox *toolbox, struct tool_call *call)
{
    struct ticket *ticket = call->private_state;

    if (ticket == NULL || ticket->flight == NULL || ticket->is_cancelled)
        return;
    (void)err_set(&ticket->error, ERR_CANCELLED, "%s: cancelled", call->tool);
    if (flight_leave(ticket->flight, ticket))
        post_ticket(toolbox, ticket);
}

const char *toolbox_summary(const struct toolbox *toolbox, const char *tool)
{
    const struct named_tool *named = find_tool(toolbox, tool);

    return named != NULL ? named->offer->summary : NULL;
}

const char *toolbox_parameters(const struct toolbox *toolbox, const char *tool)
{
    const struct named_tool *named = find_tool(toolbox, tool);

    return named != NULL ? named->offer->parameters : NULL;
}

/* The one string of the arguments; anything else is refused with what was expected. */
static char *take_argument(const struct tool_offer *offer, const cJSON *arguments, struct err *err)
{
    const char *wanted = offer->argument;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(arguments, wanted);

    if (!cJSON_IsObject(arguments))
        (void)err_set(err, ERR_INPUT,
            "%s: the arguments are no JSON object: {\"%s\": \"…\"} was expected", offer->name,
            wanted);
    else if (!cJSON_IsString(value))
        (void)err_set(err, ERR_INPUT, "%s: the argument \"%s\" is %s: {\"%s\": \"…\"} was expected",
            offer->name, wanted, value == NULL ? "missing" : "no string", wanted);
    else if (cJSON_GetArraySize(arguments) != 1)
        (void)err_set(err, ERR_INPUT,
            "%s: there are other arguments than \"%s\": {\"%s\": \"…\"} was expected", offer->name,
            wanted, wanted);
    else
        return mem_strdup(value->valuestring);
    return NULL;
}

/* All of them, checked against the schema. */
static char *take_arguments(const struct tool_offer *offer, const cJSON *arguments, struct err *err)
{
    char *printed, *input;

    if (!arguments_check(offer, arguments, err))
        return NULL;
    printed = cJSON_PrintUnformatted(arguments);
    input = mem_strdup(printed);
    cJSON_free(printed);
    return input;
}

char *toolbox_input_from_arguments(
    const struct toolbox *toolbox, const char *tool, const char *arguments, struct err *err)
{
    const struct named_tool *named = find_tool(toolbox, tool);
    size_t len = strlen(arguments);
    cJSON *parsed;
    char *input;

    if (named == NULL) {
        fail_unknown(toolbox, tool, err);
        return NULL;
    }
    if (len > TOOL_ARGUMENTS_MAX) {
        (void)err_set(err, ERR_INPUT, "%s: the arguments have %zu bytes; at most %d are allowed",
            named->offer->name, len, (int)TOOL_ARGUMENTS_MAX);
        return NULL;
    }
    parsed =
        cJSON_ParseWithLengthOpts(arguments, len + 1, NULL, true); /* nothing after the object */
    input = named->offer->argument != NULL ? take_argument(named->offer, parsed, err)
                                           : take_arguments(named->offer, parsed, err);
    cJSON_Delete(parsed);
    return input;
}

struct hash toolbox_identity(const struct toolbox *toolbox)
{
    struct hash identity = hash_text("tools");

    for (size_t i = 0; i < toolbox->named.count; i++)
        identity = hash_join(hash_join(identity, hash_text(toolbox->named.items[i].offer->name)),
            toolbox->named.items[i].identity);
    return identity;
}
