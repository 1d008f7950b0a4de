#include "tools.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "flight.h"
#include "mem.h"
#include "nearest.h"
#include "tool_type.h"

/* All types of tools. */
static const struct tool_type *const TYPES[] = { &tool_search };

enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0] };

struct open_tool {
    const char *name; /* the task's */
    const struct tool_type *type;
    void *tool;
    struct hash identity;
};

struct toolbox {
    struct store *store;
    struct flight *flights;
    struct post_queue posts;
    size_t count;
    struct open_tool tools[];
};

static const struct tool_type *find_type(
    const struct task *task, const struct task_tool *tool, struct err *err)
{
    const char *names[TYPE_COUNT];
    const char *nearest;

    for (size_t i = 0; i < TYPE_COUNT; i++) {
        names[i] = TYPES[i]->name;
        if (strcmp(names[i], tool->type) == 0)
            return TYPES[i];
    }
    nearest = nearest_name(tool->type, names, TYPE_COUNT);
    (void)err_set(err, ERR_INPUT,
        "%s:%u: tools.%s.type: there is no type of tool \"%s\"; %s \"%s\"", task->path, tool->line,
        tool->name, tool->type, nearest != NULL ? "did you mean" : "this version knows",
        nearest != NULL ? nearest : names[0]);
    return NULL;
}

static bool open_one(struct toolbox *toolbox, struct tool_setup *setup, struct err *err)
{
    const struct tool_type *type = find_type(setup->task, setup->tool, err);
    struct open_tool *open = &toolbox->tools[toolbox->count];

    if (type == NULL)
        return false;
    open->name = setup->tool->name;
    open->type = type;
    open->tool = type->open(setup, err);
    if (open->tool == NULL)
        return false;
    open->identity = hash_join(hash_text(type->name), type->identity(open->tool));
    toolbox->count++;
    return true;
}

static void close_tools(struct toolbox *toolbox)
{
    for (size_t i = 0; i < toolbox->count; i++)
        toolbox->tools[i].type->close(toolbox->tools[i].tool);
}

struct toolbox *toolbox_open(uv_loop_t *loop, const struct task *task, struct store *store,
    struct workers *workers, struct err *err)
{
    struct toolbox *toolbox =
        mem_zalloc(1, sizeof *toolbox + task->tool_count * sizeof toolbox->tools[0]);
    struct tool_setup setup = { .loop = loop, .workers = workers, .task = task };

    toolbox->store = store;
    for (size_t i = 0; i < task->tool_count; i++) {
        setup.tool = &task->tools[i];
        if (!open_one(toolbox, &setup, err)) {
            close_tools(toolbox);
            free(toolbox);
            return NULL;
        }
    }
    post_queue_open(&toolbox->posts, loop);
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

static const struct open_tool *find_tool(const struct toolbox *toolbox, const char *name)
{
    for (size_t i = 0; i < toolbox->count; i++) {
        if (strcmp(toolbox->tools[i].name, name) == 0)
            return &toolbox->tools[i];
    }
    return NULL;
}

static void fail_unknown(const struct toolbox *toolbox, const char *name, struct err *err)
{
    struct str list = STR_INIT;

    for (size_t i = 0; i < toolbox->count; i++)
        str_addf(&list, "%s%s", i > 0 ? ", " : "", toolbox->tools[i].name);
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

void toolbox_start(struct toolbox *toolbox, struct tool_call *call)
{
    const struct open_tool *open = find_tool(toolbox, call->tool);
    struct ticket *ticket = mem_zalloc(1, sizeof *ticket);
    struct flight *flight;
    struct hash key;

    ticket->call = call;
    call->result = NULL;
    call->private_state = ticket;
    if (open == NULL) {
        fail_unknown(toolbox, call->tool, &ticket->error);
        post_ticket(toolbox, ticket);
        return;
    }
    key = hash_join(open->identity, hash_bytes(call->input->data, call->input->len));
    flight = find_flight(toolbox, key);
    if (flight == NULL)
        flight = flight_start(
            &toolbox->flights, toolbox->store, open->type, open->tool, key, call->input);
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
    const struct open_tool *open = find_tool(toolbox, tool);

    return open != NULL ? open->type->summary : NULL;
}

const char *toolbox_parameters(const struct toolbox *toolbox, const char *tool)
{
    const struct open_tool *open = find_tool(toolbox, tool);

    return open != NULL ? open->type->parameters : NULL;
}

/* The one string of the arguments; anything else is refused with what was expected. */
static char *take_argument(const struct open_tool *open, const cJSON *arguments, struct err *err)
{
    const char *wanted = open->type->argument;
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(arguments, wanted);

    if (!cJSON_IsObject(arguments))
        (void)err_set(err, ERR_INPUT,
            "%s: the arguments are no JSON object: {\"%s\": \"…\"} was expected", open->name,
            wanted);
    else if (!cJSON_IsString(value))
        (void)err_set(err, ERR_INPUT, "%s: the argument \"%s\" is %s: {\"%s\": \"…\"} was expected",
            open->name, wanted, value == NULL ? "missing" : "no string", wanted);
    else if (cJSON_GetArraySize(arguments) != 1)
        (void)err_set(err, ERR_INPUT,
            "%s: there are other arguments than \"%s\": {\"%s\": \"…\"} was expected", open->name,
            wanted, wanted);
    else
        return mem_strdup(value->valuestring);
    return NULL;
}

char *toolbox_input_from_arguments(
    const struct toolbox *toolbox, const char *tool, const char *arguments, struct err *err)
{
    const struct open_tool *open = find_tool(toolbox, tool);
    size_t len = strlen(arguments);
    cJSON *parsed;
    char *input;

    if (open == NULL) {
        fail_unknown(toolbox, tool, err);
        return NULL;
    }
    if (len > TOOL_ARGUMENTS_MAX) {
        (void)err_set(err, ERR_INPUT, "%s: the arguments have %zu bytes; at most %d are allowed",
            open->name, len, (int)TOOL_ARGUMENTS_MAX);
        return NULL;
    }
    parsed =
        cJSON_ParseWithLengthOpts(arguments, len + 1, NULL, true); /* nothing after the object */
    input = take_argument(open, parsed, err);
    cJSON_Delete(parsed);
    return input;
}

struct hash toolbox_identity(const struct toolbox *toolbox)
{
    struct hash identity = hash_text("tools");

    for (size_t i = 0; i < toolbox->count; i++)
        identity = hash_join(
            hash_join(identity, hash_text(toolbox->tools[i].name)), toolbox->tools[i].identity);
    return identity;
}
