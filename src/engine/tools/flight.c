#include "flight.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "mem.h"
#include "utf8.h"

static struct flight *flight_of(struct tool_run *run)
{
    return (struct flight *)((char *)run - offsetof(struct flight, run));
}

static void leave_list(struct flight *flight)
{
    if (flight->list == NULL)
        return;
    for (struct flight **at = flight->list; *at != NULL; at = &(*at)->next) {
        if (*at == flight) {
            *at = flight->next;
            break;
        }
    }
    flight->list = NULL;
}

static void flight_free(struct flight *flight)
{
    text_unref(flight->input);
    text_unref(flight->result);
    free(flight);
}

/* Hands the outcome out, one call at a time: each may start, cancel and free others. */
static void flight_finish(struct flight *flight)
{
    leave_list(flight);
    while (flight->first != NULL) {
        struct ticket *ticket = flight->first;
        struct tool_call *call = ticket->call;

        flight->first = ticket->next;
        call->result = ticket->is_cancelled ? NULL : text_ref(flight->result);
        call->error = ticket->is_cancelled     ? ticket->error
                      : flight->result == NULL ? flight->error
                                               : (struct err){ 0 };
        call->private_state = NULL;
        free(ticket);
        call->on_done(call);
    }
    flight_free(flight);
}

static void finish_with(struct flight *flight, const struct err *error)
{
    text_unref(flight->result);
    flight->result = NULL;
    flight->error = *error;
    flight_finish(flight);
}

/* The journal's form: {"result": text}, or {"error": message} of a wrong call or, as STORE_FAILURE,
 * a lost one. */
static struct text *to_json(const char *name, const char *value)
{
    cJSON *object = cJSON_CreateObject();
    char *printed;
    struct text *text;

    if (object == NULL || cJSON_AddStringToObject(object, name, value) == NULL)
        abort();
    printed = cJSON_PrintUnformatted(object);
    if (printed == NULL)
        abort();
    text = text_from(printed);
    cJSON_free(printed);
    cJSON_Delete(object);
    return text;
}

static const char *member(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

/* Fills the outcome from the journal's form. */
static void from_json(struct flight *flight, const struct text *body, enum err_code code)
{
    cJSON *object = cJSON_ParseWithLength(body->data, body->len);
    const char *result = member(object, "result"), *message = member(object, "error");

    if (result != NULL)
        flight->result = text_from(result);
    else if (message != NULL)
        (void)err_set(&flight->error, code, "%s", message);
    else
        (void)err_set(&flight->error, ERR_IO,
            "a stored result of the tool cannot be read: the run's file is damaged");
    cJSON_Delete(object);
}

static void on_got(
    struct flight *flight, struct text *body, const struct err *error, enum err_code code)
{
    if (body != NULL)
        from_json(flight, body, code);
    else if (error != NULL)
        flight->error = *error;
    else
        (void)err_set(&flight->error, ERR_IO,
            "a stored result of the tool is missing: the run's file is damaged");
    text_unref(body);
    flight_finish(flight);
}

static void on_got_result(void *data, struct text *body, const struct err *error)
{
    on_got(data, body, error, ERR_INPUT);
}

static void on_got_failure(void *data, struct text *body, const struct err *error)
{
    on_got(data, body, error, ERR_ENDPOINT);
}

static void on_put(void *data, const struct err *error)
{
    if (error != NULL)
        finish_with(data, error);
    else
        flight_finish(data);
}

/* What says something of the call itself is kept; trouble of this machine and a cancel are not. */
static void journal(struct flight *flight)
{
    bool is_lost = flight->result == NULL && flight->error.code == ERR_ENDPOINT;
    bool is_kept = flight->result != NULL || is_lost || flight->error.code == ERR_INPUT;
    struct text *body;

    if (flight->store == NULL || !is_kept) {
        flight_finish(flight);
        return;
    }
    if (flight->result != NULL)
        body = to_json("result", flight->result->data);
    else
        body = to_json("error", flight->error.message);
    store_put(
        flight->store, is_lost ? STORE_FAILURE : STORE_TOOL, flight->key, body, on_put, flight);
    text_unref(body);
}

/* At most TOOL_RESULT_MAX bytes, no character cut in two. */
static size_t bounded(const char *text, size_t len)
{
    size_t end = len < TOOL_RESULT_MAX ? len : TOOL_RESULT_MAX;

    while (end < len && end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    return end;
}

/* Well-formed, without NUL, of bounded length: what any reader of a result may rely on. */
static struct text *tidy(struct text *take_result)
{
    struct str tidy = STR_INIT;
    struct text *text;
    size_t len = strlen(take_result->data);

    if (len == take_result->len && len <= TOOL_RESULT_MAX &&
        utf8_valid(take_result->data, len, NULL))
        return take_result;
    utf8_repair(take_result->data, bounded(take_result->data, len), &tidy);
    if (len > TOOL_RESULT_MAX)
        str_addf(&tidy, "\n(cut after %d of %zu bytes)", (int)TOOL_RESULT_MAX, len);
    text = text_new(str_text(&tidy), tidy.len);
    str_free(&tidy);
    text_unref(take_result);
    return text;
}

static void on_ran(struct tool_run *run, struct text *take_result, const struct err *error)
{
    struct flight *flight = flight_of(run);

    flight->is_running = false;
    if (take_result != NULL)
        flight->result = tidy(take_result);
    else
        flight->error = *error;
    journal(flight);
}

struct flight *flight_start(struct flight **list, struct store *store, const struct flight_of *of,
    struct hash key, struct text *input)
{
    struct flight *flight = mem_zalloc(1, sizeof *flight);

    flight->list = list;
    flight->next = *list;
    *list = flight;
    flight->store = store;
    flight->of = *of;
    flight->key = key;
    flight->input = text_ref(input);
    flight->run = (struct tool_run){ .offer = of->offer, .input = flight->input, .done = on_ran };
    if (store != NULL && store_has(store, STORE_TOOL, key)) {
        store_get(store, STORE_TOOL, key, on_got_result, flight);
    } else if (store != NULL && store_has(store, STORE_FAILURE, key)) {
        store_get(store, STORE_FAILURE, key, on_got_failure, flight);
    } else {
        flight->is_running = true;
        of->type->start(of->tool, &flight->run);
    }
    return flight;
}

void flight_join(struct flight *flight, struct ticket *ticket)
{
    ticket->flight = flight;
    ticket->next = NULL;
    if (flight->first == NULL)
        flight->first = ticket;
    else
        flight->last->next = ticket;
    flight->last = ticket;
}

/* Nobody wants the result any more. */
static void flight_abandon(struct flight *flight)
{
    if (!flight->is_running || flight->is_cancelled || flight->of.type->cancel == NULL)
        return;
    leave_list(flight);
    flight->is_cancelled = true;
    flight->of.type->cancel(flight->of.tool, &flight->run);
}

bool flight_leave(struct flight *flight, struct ticket *ticket)
{
    struct ticket *before = NULL;

    if (flight->first == ticket && ticket->next == NULL) {
        ticket->is_cancelled = true;
        flight_abandon(flight);
        return false;
    }
    for (struct ticket *at = flight->first; at != ticket; at = at->next)
        before = at;
    if (before == NULL)
        flight->first = ticket->next;
    else
        before->next = ticket->next;
    if (flight->last == ticket)
        flight->last = before;
    ticket->flight = NULL;
    return true;
}
