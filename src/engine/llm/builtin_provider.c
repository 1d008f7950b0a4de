#include "model.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "builtin.h"
#include "json.h"
#include "mem.h"

/* One answer on a worker thread. The request is immutable and stays alive until done. */
struct piece {
    struct work work;
    struct provider_call *call;
    struct builtin_request request;
    struct builtin_turn *turns;
    const char **tools;
    struct builtin_reply reply;
};

static enum builtin_turn_kind turn_kind(enum message_role role)
{
    if (role == MESSAGE_ASSISTANT)
        return BUILTIN_ASSISTANT;
    return role == MESSAGE_TOOL ? BUILTIN_TOOL_RESULT : BUILTIN_USER;
}

static void translate(struct piece *piece)
{
    const struct llm_request *from = piece->call->request;
    struct builtin_request *to = &piece->request;

    piece->turns = mem_zalloc(from->message_count, sizeof *piece->turns);
    piece->tools = mem_zalloc(from->tool_count, sizeof(const char *));
    *to = (struct builtin_request){
        .system = "",
        .turns = piece->turns,
        .tools = piece->tools,
        .tool_count = from->tool_count,
        .schema = from->schema_name,
        .draw = from->draw,
        .bad_advice = from->model->bad_advice,
        .seed = from->model->seed,
    };
    for (size_t i = 0; i < from->message_count; i++) {
        const struct llm_message *message = &from->messages[i];

        if (message->role == MESSAGE_SYSTEM)
            to->system = message->content->data;
        else
            piece->turns[to->turn_count++] =
                (struct builtin_turn){ turn_kind(message->role), message->content->data };
    }
    for (size_t i = 0; i < from->tool_count; i++)
        piece->tools[i] = from->tools[i].name;
}

static void run(struct work *work, unsigned worker)
{
    struct piece *piece = (struct piece *)work;

    (void)worker;
    piece->reply = builtin_answer(&piece->request);
}

/* The name of the tool's first argument; the caller's. */
static char *first_argument(const struct llm_request *request, const char *tool)
{
    char *name = NULL;

    for (size_t i = 0; i < request->tool_count && name == NULL; i++) {
        if (strcmp(request->tools[i].name, tool) == 0) {
            cJSON *schema = cJSON_Parse(request->tools[i].parameters);
            const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");

            if (properties != NULL && properties->child != NULL)
                name = mem_strdup(properties->child->string);
            cJSON_Delete(schema);
        }
    }
    return name != NULL ? name : mem_strdup("query");
}

static size_t turns_of(const struct llm_request *request, enum message_role role)
{
    size_t count = 0;

    for (size_t i = 0; i < request->message_count; i++)
        count += request->messages[i].role == role;
    return count;
}

static void add_tool_call(struct llm_reply *reply, const struct piece *piece)
{
    const struct llm_request *request = piece->call->request;
    const char *query = piece->reply.tool_text != NULL ? piece->reply.tool_text : "";
    char *argument = first_argument(request, piece->reply.tool);
    char *id = mem_printf("call_%zu", turns_of(request, MESSAGE_ASSISTANT) + 1);
    struct str arguments = STR_INIT;

    str_add_char(&arguments, '{');
    json_print_string(argument, strlen(argument), &arguments);
    str_add_char(&arguments, ':');
    json_print_string(query, strlen(query), &arguments);
    str_add_char(&arguments, '}');
    llm_reply_add_call(reply, id, piece->reply.tool, str_text(&arguments));
    reply->finish = FINISH_TOOL_CALLS;
    reply->usage.out += builtin_tokens(query);
    str_free(&arguments);
    free(argument);
    free(id);
}

static struct llm_reply *reply_of(const struct piece *piece)
{
    const struct llm_request *request = piece->call->request;
    struct llm_reply *reply = llm_reply_new(text_from(piece->reply.text));

    for (size_t i = 0; i < request->message_count; i++)
        reply->usage.in += builtin_tokens(request->messages[i].content->data);
    reply->usage.out = builtin_tokens(piece->reply.text);
    if (piece->reply.tool != NULL)
        add_tool_call(reply, piece);
    return reply;
}

static void on_done(struct work *work)
{
    struct piece *piece = (struct piece *)work;
    struct provider_call *call = piece->call;
    struct llm_reply *reply = reply_of(piece);

    builtin_reply_free(&piece->reply);
    free(piece->turns);
    free(piece->tools);
    free(piece);
    call->done(call, reply, NULL);
}

static void start(void *workers, struct provider_call *call)
{
    struct piece *piece = mem_zalloc(1, sizeof *piece);

    piece->work = (struct work){ .run = run, .on_done = on_done };
    piece->call = call;
    call->private_state = piece;
    translate(piece);
    workers_submit(workers, &piece->work);
}

/* A piece takes milliseconds: it is let end. */
static void cancel(void *workers, struct provider_call *call)
{
    (void)workers;
    (void)call;
}

const struct provider builtin_provider = { .api = "builtin", .start = start, .cancel = cancel };
