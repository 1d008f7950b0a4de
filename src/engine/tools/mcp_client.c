#include "mcp_client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "str.h"
#include "utf8.h"

/* Newest first, of each kind. */
static const char STATELESS[] = "2026-07-28";
static const char *const WITH_HANDSHAKE[] = { "2025-11-25", "2025-06-18", "2025-03-26",
    "2024-11-05" };

enum {
    DISCOVER_MS = 5000, /* of silence, before the handshake is tried */
    START_MS = 60000,   /* for a server to be ready: a first start may download it */
    NONSENSE_MAX = 1000,
    MODERN_VERSION_ERROR = -32022,
    INVALID_REQUEST = -32600,
    METHOD_NOT_FOUND = -32601,
    INVALID_PARAMS = -32602,
};

enum era { ERA_UNKNOWN, ERA_HANDSHAKE, ERA_STATELESS };
enum state { STATE_ENDED, STATE_DISCOVERING, STATE_SHAKING, STATE_READY };

struct mcp_client {
    char *name;
    struct line_server *server;
    struct deadlines deadlines;
    struct deadline patience; /* while it starts */
    enum era era;             /* kept over restarts */
    enum state state;
    const char *revision;
    unsigned last_id, discover_id, initialize_id;
    uint64_t heard;            /* lines in all */
    unsigned nonsense;         /* lines without sense of this process */
    struct mcp_request *first; /* waiting to be sent, or for their answer */
};

static struct mcp_client *client_of_patience(struct deadline *deadline)
{
    return (struct mcp_client *)((char *)deadline - offsetof(struct mcp_client, patience));
}

static void take_out(struct mcp_request *request)
{
    for (struct mcp_request **at = &request->client->first; *at != NULL; at = &(*at)->next) {
        if (*at == request) {
            *at = request->next;
            break;
        }
    }
}

static void finish(struct mcp_request *request, cJSON *result)
{
    struct mcp_client *client = request->client;

    take_out(request);
    deadline_clear(&client->deadlines, &request->deadline);
    cJSON_Delete(request->params);
    request->params = NULL;
    request->client = NULL;
    if (client->first == NULL)
        line_server_hold_loop(client->server, false);
    request->result = result;
    request->on_done(request);
}

static void __attribute__((format(printf, 3, 4)))
fail(struct mcp_request *request, enum err_code code, const char *format, ...)
{
    char words[480];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    (void)err_set(&request->error, code, "%s: %s", request->client->name, words);
    finish(request, NULL);
}

/* Everything that is under way or waits; what a callback starts anew is not touched. */
static void fail_all(struct mcp_client *client, const char *why)
{
    struct mcp_request *all = client->first;

    for (struct mcp_request *at = all; at != NULL; at = at->next)
        at->id = at->id != 0 ? at->id : ~0u; /* marks it as one of these */
    for (;;) {
        struct mcp_request *request = client->first;

        while (request != NULL && (request->id == 0 || request->error.code != ERR_NONE))
            request = request->next;
        if (request == NULL)
            return;
        fail(request, ERR_ENDPOINT, "%s", why);
    }
}

static void give_up(struct mcp_client *client, const char *why)
{
    line_server_drop(client->server);
    client->state = STATE_ENDED;
    deadline_clear(&client->deadlines, &client->patience);
    fail_all(client, why);
}

/* ---- writing ---- */

/* False where the server cannot be started. Takes the message. */
static bool send_message(struct mcp_client *client, cJSON *take_message, struct err *err)
{
    char *line = cJSON_PrintUnformatted(take_message);
    bool ok;

    cJSON_Delete(take_message);
    if (line == NULL)
        return err_set(err, ERR_ENDPOINT, "out of memory");
    ok = line_server_send(client->server, line, err);
    cJSON_free(line);
    return ok;
}

static cJSON *message_new(const char *method, cJSON *take_params)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "jsonrpc", "2.0");
    if (method != NULL)
        cJSON_AddStringToObject(message, "method", method);
    if (take_params != NULL)
        cJSON_AddItemToObject(message, "params", take_params);
    return message;
}

static cJSON *add_client_info(cJSON *object, const char *name)
{
    cJSON *info = cJSON_AddObjectToObject(object, name);

    cJSON_AddStringToObject(info, "name", "flowbot");
    cJSON_AddStringToObject(info, "version", "0.1");
    return info;
}

/* What each request of the stateless revision says of the client. */
static void add_meta(cJSON *params)
{
    cJSON *meta = cJSON_AddObjectToObject(params, "_meta");

    cJSON_AddStringToObject(meta, "io.modelcontextprotocol/protocolVersion", STATELESS);
    cJSON_AddObjectToObject(meta, "io.modelcontextprotocol/clientCapabilities");
    (void)add_client_info(meta, "io.modelcontextprotocol/clientInfo");
}

static bool send_request(
    struct mcp_client *client, unsigned id, const char *method, cJSON *take_params, struct err *err)
{
    cJSON *message = message_new(method, take_params);

    cJSON_AddNumberToObject(message, "id", id);
    return send_message(client, message, err);
}

static bool send_discover(struct mcp_client *client, struct err *err)
{
    cJSON *params = cJSON_CreateObject();

    add_meta(params);
    client->state = STATE_DISCOVERING;
    client->discover_id = ++client->last_id;
    return send_request(client, client->discover_id, "server/discover", params, err);
}

static bool send_initialize(struct mcp_client *client, struct err *err)
{
    cJSON *params = cJSON_CreateObject();

    cJSON_AddStringToObject(params, "protocolVersion", WITH_HANDSHAKE[0]);
    cJSON_AddObjectToObject(params, "capabilities");
    (void)add_client_info(params, "clientInfo");
    client->state = STATE_SHAKING;
    client->initialize_id = ++client->last_id;
    return send_request(client, client->initialize_id, "initialize", params, err);
}

static bool send_waiting(struct mcp_client *client, struct mcp_request *request, struct err *err)
{
    cJSON *params = cJSON_Duplicate(request->params, true);

    if (client->era == ERA_STATELESS)
        add_meta(params);
    request->id = ++client->last_id;
    request->heard = client->heard;
    return send_request(client, request->id, request->method, params, err);
}

static void pump(struct mcp_client *client)
{
    for (struct mcp_request *at = client->first; at != NULL && client->state == STATE_READY;) {
        struct err error = { 0 };
        struct mcp_request *next = at->next;

        if (at->id == 0 && !send_waiting(client, at, &error)) {
            give_up(client, error.message);
            return;
        }
        at = next;
    }
    line_server_hold_loop(client->server, client->first != NULL);
}

/* ---- becoming ready ---- */

static void be_ready(struct mcp_client *client, enum era era, const char *revision)
{
    client->era = era;
    client->revision = revision;
    client->state = STATE_READY;
    deadline_clear(&client->deadlines, &client->patience);
    pump(client);
}

static void on_start_time(struct deadline *deadline)
{
    struct mcp_client *client = client_of_patience(deadline);
    char *why = mem_printf("the server was not ready within %d s%s%s", START_MS / 1000,
        line_server_words(client->server)[0] != '\0' ? "; it said: " : "",
        line_server_words(client->server));

    give_up(client, why);
    free(why);
}

static void shake_hands(struct mcp_client *client)
{
    struct err error = { 0 };

    client->patience.run = on_start_time;
    deadline_set(&client->deadlines, &client->patience, START_MS);
    if (!send_initialize(client, &error))
        give_up(client, error.message);
}

static void on_discover_time(struct deadline *deadline)
{
    shake_hands(client_of_patience(deadline));
}

static void start_server(struct mcp_client *client)
{
    struct err error = { 0 };
    bool ok = true;

    client->nonsense = 0;
    client->discover_id = client->initialize_id = 0;
    if (client->era == ERA_STATELESS) { /* the first request starts it */
        client->state = STATE_READY;
        pump(client);
        return;
    }
    if (client->era == ERA_HANDSHAKE) {
        shake_hands(client);
        return;
    }
    client->patience.run = on_discover_time;
    deadline_set(&client->deadlines, &client->patience, DISCOVER_MS);
    ok = send_discover(client, &error);
    if (!ok)
        give_up(client, error.message);
}

static bool lists(const cJSON *versions, const char *wanted)
{
    const cJSON *version;

    cJSON_ArrayForEach(version, versions)
    {
        if (str_equal(cJSON_GetStringValue(version), wanted))
            return true;
    }
    return false;
}

/* A modern server says what it speaks, also in the error of a version that it does not. */
static void on_discovered(struct mcp_client *client, const cJSON *result, const cJSON *error)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(error, "data");
    const cJSON *versions = cJSON_GetObjectItemCaseSensitive(result, "supportedVersions");
    bool is_modern =
        result != NULL || (cJSON_IsNumber(code) && (int)code->valuedouble == MODERN_VERSION_ERROR);

    if (result == NULL)
        versions = cJSON_GetObjectItemCaseSensitive(data, "supported");
    client->discover_id = 0;
    if (client->state == STATE_READY)
        return;
    if (is_modern && lists(versions, STATELESS)) {
        be_ready(client, ERA_STATELESS, STATELESS);
        return;
    }
    for (size_t i = 0; i < sizeof WITH_HANDSHAKE / sizeof WITH_HANDSHAKE[0]; i++)
        is_modern = is_modern && !lists(versions, WITH_HANDSHAKE[i]);
    if (is_modern)
        give_up(client, "the server speaks only revisions of the protocol that this version of "
                        "flowbot does not know");
    else if (client->state == STATE_DISCOVERING)
        shake_hands(client);
}

static const char *known_revision(const char *revision)
{
    for (size_t i = 0; i < sizeof WITH_HANDSHAKE / sizeof WITH_HANDSHAKE[0]; i++)
        if (str_equal(WITH_HANDSHAKE[i], revision))
            return WITH_HANDSHAKE[i];
    return NULL;
}

static void on_initialized(struct mcp_client *client, const cJSON *result, const cJSON *error)
{
    const char *told =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "protocolVersion"));
    const char *revision = known_revision(told);
    struct err failure = { 0 };
    char *why;

    client->initialize_id = 0;
    if (client->state == STATE_READY || (error != NULL && client->discover_id != 0))
        return; /* it has been found out already, or is about to be */
    if (revision != NULL &&
        send_message(client, message_new("notifications/initialized", NULL), &failure)) {
        be_ready(client, ERA_HANDSHAKE, revision);
        return;
    }
    why = told != NULL
              ? mem_printf("the server speaks revision \"%.40s\" of the protocol; known are %s, "
                           "2025-11-25, 2025-06-18, 2025-03-26 and 2024-11-05",
                    told, STATELESS)
              : mem_printf("the server refused the handshake: %.200s",
                    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message")) != NULL
                        ? cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"))
                        : "without a reason");
    give_up(client, why);
    free(why);
}

/* ---- reading ---- */

static void answer_request(struct mcp_client *client, const cJSON *id, const char *method)
{
    cJSON *answer = message_new(NULL, NULL);
    struct err ignored = { 0 }; /* it is gone: its end tells */

    cJSON_AddItemToObject(answer, "id", cJSON_Duplicate(id, true));
    if (strcmp(method, "ping") == 0) {
        cJSON_AddObjectToObject(answer, "result");
    } else {
        cJSON *error = cJSON_AddObjectToObject(answer, "error");

        cJSON_AddNumberToObject(error, "code", METHOD_NOT_FOUND);
        cJSON_AddStringToObject(error, "message", "not supported by this client");
    }
    (void)send_message(client, answer, &ignored);
}

static void fail_with_error(struct mcp_request *request, const cJSON *error)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(error, "message"));
    int number = cJSON_IsNumber(code) && code->valuedouble > -1e6 && code->valuedouble < 1e6
                     ? (int)code->valuedouble
                     : 0;
    bool is_ours =
        number == INVALID_REQUEST || number == METHOD_NOT_FOUND || number == INVALID_PARAMS;
    struct str line = STR_INIT;

    message = message != NULL ? message : "an error without words";
    utf8_add_line(message, strlen(message), 300, &line);
    fail(request, is_ours ? ERR_INPUT : ERR_ENDPOINT, "%s (error %d)", str_text(&line), number);
    str_free(&line);
}

static void on_answer(struct mcp_client *client, unsigned id, cJSON *message)
{
    cJSON *result = cJSON_GetObjectItemCaseSensitive(message, "result");
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(message, "error");
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(result, "resultType"));
    struct mcp_request *request = client->first;

    if (id == client->discover_id) {
        on_discovered(client, result, error);
        return;
    }
    if (id == client->initialize_id) {
        on_initialized(client, result, error);
        return;
    }
    while (request != NULL && request->id != id)
        request = request->next;
    if (request == NULL) /* late, or nobody's */
        return;
    if (error != NULL)
        fail_with_error(request, error);
    else if (!cJSON_IsObject(result))
        fail(request, ERR_ENDPOINT, "the server's answer has neither a result nor an error");
    else if (type != NULL && strcmp(type, "complete") != 0)
        fail(request, ERR_ENDPOINT,
            "the server asks for more input (%.40s), which no tool call can give", type);
    else
        finish(request, result);
}

static void on_message(struct mcp_client *client, cJSON *message)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
    const char *method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "method"));

    if (client->state == STATE_ENDED) /* given up, in the middle of a batch */
        return;
    if (method != NULL && id != NULL && !cJSON_IsNull(id))
        answer_request(client, id, method);
    else if (method == NULL && cJSON_IsNumber(id) && id->valuedouble > 0 && id->valuedouble < 4e9)
        on_answer(client, (unsigned)id->valuedouble, message);
}

static void on_line(void *data, const char *line, size_t len)
{
    struct mcp_client *client = data;
    cJSON *parsed =
        utf8_valid(line, len, NULL) ? cJSON_ParseWithLengthOpts(line, len + 1, NULL, true) : NULL;
    cJSON *item;

    client->heard++;
    if (cJSON_IsObject(parsed)) {
        on_message(client, parsed);
    } else if (cJSON_IsArray(parsed)) { /* a batch, as 2025-03-26 has them */
        cJSON_ArrayForEach(item, parsed) on_message(client, item);
    } else if (len > 0 && ++client->nonsense >= NONSENSE_MAX) {
        give_up(client, "the server's standard output is not the protocol (1000 lines without "
                        "sense)");
    }
    cJSON_Delete(parsed);
}

static void on_end(void *data, const char *why)
{
    struct mcp_client *client = data;
    char *words = mem_printf("the server %s", why);

    client->state = STATE_ENDED;
    deadline_clear(&client->deadlines, &client->patience);
    fail_all(client, words);
    free(words);
}

/* ---- requests ---- */

static void tell_cancelled(struct mcp_client *client, const struct mcp_request *request)
{
    cJSON *params = cJSON_CreateObject();
    struct err ignored = { 0 }; /* it is gone: its end tells */

    cJSON_AddNumberToObject(params, "requestId", request->id);
    cJSON_AddStringToObject(params, "reason", "no longer wanted");
    (void)send_message(client, message_new("notifications/cancelled", params), &ignored);
}

static bool was_sent(const struct mcp_client *client, const struct mcp_request *request)
{
    return request->id != 0 && client->state == STATE_READY &&
           line_server_is_running(client->server);
}

/* One that said nothing at all since then has stalled: the next request gets a fresh one. */
static void on_request_time(struct deadline *deadline)
{
    struct mcp_request *request =
        (struct mcp_request *)((char *)deadline - offsetof(struct mcp_request, deadline));
    struct mcp_client *client = request->client;
    bool is_sent = was_sent(client, request);
    bool is_silent = is_sent && client->heard == request->heard;

    if (request->error.code != ERR_NONE) { /* cancelled */
        finish(request, NULL);
        return;
    }
    if (is_sent && !is_silent)
        tell_cancelled(client, request);
    if (is_silent) {
        char *why = mem_printf("no answer to %s within %g s, nor to anything else: the server is "
                               "started anew",
            request->method, (double)request->limit_ms / 1000);

        give_up(client, why);
        free(why);
        return;
    }
    fail(request, ERR_ENDPOINT, "no answer to %s within %g s", request->method,
        (double)request->limit_ms / 1000);
}

static void on_request_start(struct deadline *deadline)
{
    struct mcp_request *request =
        (struct mcp_request *)((char *)deadline - offsetof(struct mcp_request, deadline));
    struct mcp_client *client = request->client;

    deadline->run = on_request_time;
    if (request->error.code != ERR_NONE) {
        finish(request, NULL);
        return;
    }
    /* the start has a limit of its own */
    deadline_set(&client->deadlines, deadline,
        request->limit_ms + (client->state == STATE_READY ? 0 : DISCOVER_MS + START_MS));
    if (client->state == STATE_ENDED)
        start_server(client);
    else
        pump(client);
}

void mcp_client_start(struct mcp_client *client, struct mcp_request *request)
{
    struct mcp_request **at = &client->first;

    request->client = client;
    request->next = NULL;
    request->id = 0;
    request->result = NULL;
    request->error = (struct err){ 0 };
    request->deadline = (struct deadline){ .run = on_request_start };
    while (*at != NULL)
        at = &(*at)->next;
    *at = request;
    deadline_set(&client->deadlines, &request->deadline, 0);
}

void mcp_client_refuse(
    struct mcp_client *client, struct mcp_request *request, const struct err *why)
{
    request->error = *why;
    request->id = ~0u;
    deadline_set(&client->deadlines, &request->deadline, 0);
}

void mcp_client_cancel(struct mcp_client *client, struct mcp_request *request)
{
    if (request->client == NULL || request->error.code != ERR_NONE)
        return;
    if (was_sent(client, request))
        tell_cancelled(client, request);
    (void)err_set(&request->error, ERR_CANCELLED, "%s: cancelled", client->name);
    request->id = ~0u; /* its answer is nobody's */
    deadline_set(&client->deadlines, &request->deadline, 0);
}

const char *mcp_client_revision(const struct mcp_client *client)
{
    return client->revision != NULL ? client->revision : "";
}

struct mcp_client *mcp_client_open(
    uv_loop_t *loop, const char *name, const struct line_server_spec *spec, struct err *err)
{
    struct mcp_client *client = mem_zalloc(1, sizeof *client);
    struct line_server_spec own = *spec;

    own.on_line = on_line;
    own.on_end = on_end;
    own.data = client;
    client->server = line_server_open(loop, &own, err);
    if (client->server == NULL) {
        free(client);
        return NULL;
    }
    client->name = mem_strdup(name);
    deadlines_open(&client->deadlines, loop);
    return client;
}

static void on_closed(uv_handle_t *timer)
{
    struct mcp_client *client = timer->data;

    free(client->name);
    free(client);
}

void mcp_client_close(struct mcp_client *client)
{
    if (client == NULL)
        return;
    line_server_close(client->server);
    deadline_clear(&client->deadlines, &client->patience);
    client->deadlines.timer.data = client;
    deadlines_close(&client->deadlines, on_closed);
}
