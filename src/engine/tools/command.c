/*
 * The tool that is any program of the user's. It reads one JSON object a line, {"input": "…"}, or
 * {"arguments": {…}} where the task file says its parameters, and answers each with one line:
 * {"result": …} or {"error": "what was wrong with the call"}. One call at a time for each of its
 * processes; one that dies, says nonsense or does not answer in time fails that call and is started
 * anew for the next.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "arguments.h"
#include "deadlines.h"
#include "line_server.h"
#include "mem.h"
#include "program_identity.h"
#include "str.h"
#include "tool_settings.h"
#include "tool_type.h"

struct call {
    struct call *next;
    struct tool_run *run;
    struct slot *slot; /* NULL: in line */
    cJSON *arguments;  /* NULL: the input is a text */
    struct err error;  /* it is over before it began, or was cancelled */
};

/* A process, or the place for one. */
struct slot {
    struct command *command;
    struct line_server *server;
    struct call *call; /* NULL: idle */
    struct deadline deadline;
};

struct command {
    char *name;
    uint64_t limit_ms;
    bool has_parameters;
    struct hash identity;
    struct deadlines deadlines;
    struct deadline pump;
    struct call *first, *last; /* in line */
    size_t count;
    struct slot *slots;
};

static void pump_soon(struct command *command)
{
    deadline_set(&command->deadlines, &command->pump, 0);
}

static void finish(
    struct command *command, struct call *call, struct text *take_result, const struct err *error)
{
    struct tool_run *run = call->run;

    if (call->slot != NULL) {
        deadline_clear(&command->deadlines, &call->slot->deadline);
        line_server_hold_loop(call->slot->server, false);
        call->slot->call = NULL;
    }
    cJSON_Delete(call->arguments);
    free(call);
    pump_soon(command);
    run->done(run, take_result, error);
}

static void __attribute__((format(printf, 4, 5)))
fail(struct command *command, struct call *call, enum err_code code, const char *format, ...)
{
    struct err error = { 0 };
    char words[480];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    (void)err_set(&error, code, "%s: %s", command->name, words);
    finish(command, call, NULL, &error);
}

/* A program that is out of step must not answer the next call. */
static void drop(struct slot *slot)
{
    line_server_drop(slot->server);
}

static void on_time(struct deadline *deadline)
{
    struct slot *slot = (struct slot *)((char *)deadline - offsetof(struct slot, deadline));
    const char *words = line_server_words(slot->server);
    char *last = mem_strdup(words);

    drop(slot);
    fail(slot->command, slot->call, ERR_ENDPOINT, "no answer within %g s%s%s",
        (double)slot->command->limit_ms / 1000, last[0] != '\0' ? "; it said: " : "", last);
    free(last);
}

static struct text *result_of(const cJSON *result)
{
    char *printed;
    struct text *text;

    if (cJSON_IsString(result))
        return text_from(result->valuestring);
    printed = cJSON_PrintUnformatted(result);
    text = text_from(printed != NULL ? printed : "");
    cJSON_free(printed);
    return text;
}

static void on_line(void *data, const char *line, size_t len)
{
    struct slot *slot = data;
    struct call *call = slot->call;
    cJSON *answer;
    const cJSON *result, *error;

    if (call == NULL) { /* nobody asked */
        drop(slot);
        return;
    }
    answer = cJSON_ParseWithLengthOpts(line, len + 1, NULL, true);
    result = cJSON_GetObjectItemCaseSensitive(answer, "result");
    error = cJSON_GetObjectItemCaseSensitive(answer, "error");
    if (cJSON_IsString(error)) {
        fail(slot->command, call, ERR_INPUT, "%.400s", error->valuestring);
    } else if (result != NULL) {
        finish(slot->command, call, result_of(result), NULL);
    } else {
        drop(slot);
        fail(slot->command, call, ERR_ENDPOINT,
            "answered \"%.100s\"; {\"result\": …} or {\"error\": \"…\"} on one line was expected",
            line);
    }
    cJSON_Delete(answer);
}

static void on_end(void *data, const char *why)
{
    struct slot *slot = data;

    if (slot->call != NULL)
        fail(slot->command, slot->call, ERR_ENDPOINT, "the program %.400s", why);
}

/* ---- handing calls over ---- */

static char *print_request(const struct call *call)
{
    cJSON *request = cJSON_CreateObject();
    char *printed, *line;

    if (call->arguments != NULL)
        cJSON_AddItemReferenceToObject(request, "arguments", call->arguments);
    else
        cJSON_AddStringToObject(request, "input", call->run->input->data);
    printed = cJSON_PrintUnformatted(request);
    line = mem_strdup(printed);
    cJSON_free(printed);
    cJSON_Delete(request);
    return line;
}

static void hand_over(struct slot *slot, struct call *call)
{
    struct command *command = slot->command;
    struct err error = { 0 };
    char *line = print_request(call);

    call->slot = slot;
    slot->call = call;
    if (line_server_send(slot->server, line, &error)) {
        line_server_hold_loop(slot->server, true);
        slot->deadline.run = on_time;
        deadline_set(&command->deadlines, &slot->deadline, command->limit_ms);
    } else {
        fail(command, call, ERR_ENDPOINT, "%s", error.message);
    }
    free(line);
}

static struct call *take_first(struct command *command)
{
    struct call *call = command->first;

    command->first = call->next;
    if (command->first == NULL)
        command->last = NULL;
    return call;
}

static void on_pump(struct deadline *deadline)
{
    struct command *command = (struct command *)((char *)deadline - offsetof(struct command, pump));

    while (command->first != NULL && command->first->error.code != ERR_NONE) {
        struct call *call = take_first(command);
        struct err error = call->error;

        finish(command, call, NULL, &error);
    }
    for (size_t i = 0; i < command->count && command->first != NULL; i++)
        if (command->slots[i].call == NULL && command->first->error.code == ERR_NONE)
            hand_over(&command->slots[i], take_first(command));
}

static void command_start(void *tool, struct tool_run *run)
{
    struct command *command = tool;
    struct call *call = mem_zalloc(1, sizeof *call);

    call->run = run;
    run->private_state = call;
    if (command->has_parameters)
        call->arguments = arguments_read(run->offer, run->input->data, &call->error);
    if (command->first == NULL)
        command->first = call;
    else
        command->last->next = call;
    command->last = call;
    pump_soon(command);
}

static void command_cancel(void *tool, struct tool_run *run)
{
    struct command *command = tool;
    struct call *call = run->private_state;

    if (call->error.code == ERR_CANCELLED)
        return;
    (void)err_set(&call->error, ERR_CANCELLED, "%s: cancelled", command->name);
    if (call->slot != NULL) {
        drop(call->slot);
        deadline_clear(&command->deadlines, &call->slot->deadline);
        call->slot->call = NULL;
        call->slot = NULL;
    } else {
        struct call **at = &command->first;

        while (*at != call)
            at = &(*at)->next;
        *at = call->next;
    }
    call->next = command->first; /* to the front: it has nothing to wait for */
    command->first = call;
    command->last = call;
    while (command->last->next != NULL)
        command->last = command->last->next;
    pump_soon(command);
}

/* ---- life ---- */

static void on_closed(uv_handle_t *timer)
{
    struct command *command = timer->data;

    free(command->slots);
    free(command->name);
    free(command);
}

static void command_close(void *tool)
{
    struct command *command = tool;

    for (size_t i = 0; i < command->count; i++)
        line_server_close(command->slots[i].server);
    deadline_clear(&command->deadlines, &command->pump);
    command->deadlines.timer.data = command;
    deadlines_close(&command->deadlines, on_closed);
}

static bool open_slots(struct command *command, const struct tool_setup *setup, struct err *err)
{
    size_t argc, env_count;
    const char **argv = tool_setting_list(setup->settings, "command", &argc);
    const char **env = tool_setting_list(setup->settings, "env", &env_count);
    size_t wanted = (size_t)tool_setting_number(setup->settings, "processes", 1);
    struct line_server_spec spec = {
        .argv = argv,
        .argc = argc,
        .folder = "",
        .env = env,
        .env_count = env_count,
        .on_line = on_line,
        .on_end = on_end,
    };
    bool ok = argc > 0;

    command->slots = mem_zalloc(wanted, sizeof *command->slots);
    for (; ok && command->count < wanted; command->count += ok) {
        struct slot *slot = &command->slots[command->count];

        spec.data = slot;
        slot->command = command;
        slot->server = line_server_open(setup->loop, &spec, err);
        ok = slot->server != NULL;
    }
    if (!ok)
        (void)err_prefix(err, "%s:%u: tools.%s.command", setup->task->path, setup->tool->line,
            setup->tool->name);
    free(argv);
    free(env);
    return ok;
}

static void *command_open(
    const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    struct command *command = mem_zalloc(1, sizeof *command);
    const struct json *parameters = json_get(setup->settings, "parameters");
    const char *description = tool_setting_text(setup->settings, "description");

    command->name = mem_strdup(setup->tool->name);
    command->limit_ms = (uint64_t)(tool_setting_number(setup->settings, "timeout_s", 30) * 1000);
    command->pump.run = on_pump;
    deadlines_open(&command->deadlines, setup->loop);
    if (parameters != NULL) {
        struct str schema = STR_INIT;

        command->has_parameters = true;
        json_print(parameters, &schema);
        tool_offer_add(offers, setup->tool->name,
            description != NULL ? description : tool_command.summary, NULL, str_text(&schema));
        str_free(&schema);
    }
    if (!open_slots(command, setup, err)) {
        command_close(command);
        return NULL;
    }
    command->identity = program_identity(setup);
    return command;
}

static struct hash command_identity(const void *tool)
{
    const struct command *command = tool;

    return command->identity;
}

const struct tool_type tool_command = {
    .name = "command",
    .summary = "a program of the user's",
    .argument = "input",
    .parameters = "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},"
                  "\"required\":[\"input\"],\"additionalProperties\":false}",
    .open = command_open,
    .close = command_close,
    .identity = command_identity,
    .start = command_start,
    .cancel = command_cancel,
};
