#include "call_sections.h"

#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "node_state.h"
#include "view_words.h"

static void add_costs(struct sections *sections, const struct call_view *call, const char *what)
{
    char time[16], cached[48] = "", usd[32] = "";

    if (call->cached_tokens > 0)
        (void)snprintf(
            cached, sizeof cached, " (%llu cached)", (unsigned long long)call->cached_tokens);
    if (call->usd > 0)
        (void)snprintf(usd, sizeof usd, ", $%.4f", call->usd);
    sections_note(sections, what, "%s%s%s%s%llu tokens in%s, %llu out%s, %s, %u attempt%s",
        call->role != NULL ? call->role : "", call->role != NULL ? ", " : "",
        call->model != NULL ? call->model : "", call->model != NULL ? ", " : "",
        (unsigned long long)call->input_tokens, cached, (unsigned long long)call->output_tokens,
        usd, duration_text(call->latency_ms, time), call->attempts, call->attempts == 1 ? "" : "s");
}

static void add_text(
    struct sections *sections, const char *head, enum role role, const char *text, bool owned)
{
    if (text == NULL)
        return;
    if (owned)
        text = sections_print(sections, "%s", text);
    sections_add(sections, head, role, text, strlen(text));
}

/* The messages of a request, one section each; false where it is not what we write. */
static bool add_messages(struct sections *sections, const char *request)
{
    cJSON *json = cJSON_Parse(request);
    const cJSON *message, *messages = cJSON_GetObjectItemCaseSensitive(json, "messages");
    bool any = false;

    cJSON_ArrayForEach(message, messages)
    {
        const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "role"));
        const char *content =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(message, "content"));

        if (role == NULL || content == NULL)
            continue;
        add_text(sections, sections_print(sections, "to the model: %s", role), ROLE_TITLE, content,
            true);
        any = true;
    }
    cJSON_Delete(json);
    return any;
}

static void add_request(struct sections *sections, const struct call_view *call, bool raw)
{
    if (call->request == NULL)
        sections_note(sections, "request", "was not kept");
    else if (raw || !add_messages(sections, call->request))
        add_text(sections, "request", ROLE_TITLE, call->request, false);
}

void call_sections(
    struct sections *sections, struct reader *reader, struct hash key, const char *what, bool raw)
{
    const struct call_view *call = reader_call(reader, key);

    if (call == NULL) {
        sections_add(sections, what, ROLE_TITLE, NULL, 0);
        return;
    }
    if (!call->found) {
        sections_note(sections, what, "it is not in the journal");
        return;
    }
    if (call->failure != NULL)
        sections_add(sections, what, ROLE_ERROR,
            sections_print(sections, "lost: %s", call->failure), strlen(call->failure) + 6);
    else
        add_costs(sections, call, what);
    if (!raw) {
        add_request(sections, call, raw);
        add_text(sections, "reasoning", ROLE_TITLE, call->reasoning, false);
        add_text(sections, "answer", ROLE_TITLE, call->text, false);
        add_text(sections, "tool calls", ROLE_TITLE, call->tool_calls, false);
        return;
    }
    add_text(sections, "reply", ROLE_TITLE, call->reply, false);
    add_request(sections, call, raw);
}
