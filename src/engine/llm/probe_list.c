#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "mem.h"
#include "model.h"
#include "nearest.h"
#include "probe_state.h"
#include "redact.h"

enum { LIST_MAX = 8 << 20, ERROR_MAX = 65536, PAGE_MAX = 1000 };

/* Anthropic gives 20 models a page unless it is asked for more, others all of them. */
char *probe_list_url(const struct probe *probe)
{
    char *url = endpoint_url(probe->model, probe->endpoint, "models");
    char *paged;

    if (!str_equal(probe->model->api, "anthropic"))
        return url;
    paged = mem_printf("%s?limit=%d", url, PAGE_MAX);
    free(url);
    return paged;
}

bool probe_take_list(struct http_transfer *transfer, const char *bytes, size_t len)
{
    struct probe_state_private *s = transfer->data;

    s->is_too_large = s->body.len + len > LIST_MAX;
    if (!s->is_too_large)
        str_add_n(&s->body, bytes, len);
    return !s->is_too_large;
}

static void look_for_model(struct probe *probe)
{
    const struct model_list *list = &probe->list;
    const char *wanted = probe->model->name;
    const char *near;

    for (size_t i = 0; i < list->count; i++) {
        if (str_equal(list->items[i], wanted)) {
            probe_find(probe, PROBE_MODEL, PROBE_WELL, "\"%.120s\" is one of %zu%s", wanted,
                list->count, list->goes_on ? " and more" : "");
            return;
        }
    }
    near = nearest_name(wanted, (const char *const *)list->items, list->count);
    if (near == NULL)
        near = list->items[0];
    if (list->goes_on)
        probe_find(probe, PROBE_MODEL, PROBE_NOTE,
            "\"%.120s\" is not among the first %zu of its list, which goes on: an answer shows "
            "whether it is known",
            wanted, list->count);
    else
        probe_find(probe, PROBE_MODEL, PROBE_NOTE,
            "\"%.120s\" is not in its list of %zu (there is \"%.120s\"; flowbot models TASK shows "
            "all)",
            wanted, list->count, near);
}

static void hide_key(char **name, const char *key)
{
    struct str text = STR_INIT;

    if (!redact_has(*name, strlen(*name), key))
        return;
    str_add(&text, *name);
    redact(&text, key);
    free(*name);
    *name = str_take(&text);
}

static bool read_list(struct probe *probe)
{
    const struct str *body = &probe->state->body;

    if (!model_list_read(&probe->list, str_text(body), body->len))
        return false;
    for (size_t i = 0; i < probe->list.count; i++)
        hide_key(&probe->list.items[i], probe->model->key);
    return true;
}

/* Of a list that did not come as one; the key is taken out before anything is cut. */
static struct fault fault_of_list(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    str_truncate(&s->body, ERROR_MAX);
    redact(&s->body, probe->model->key);
    return fault_of_reply(s->transfer.status, NULL, str_text(&s->body), s->body.len);
}

static void find_refusal(struct probe *probe)
{
    struct fault fault = fault_of_list(probe);
    long status = probe->state->transfer.status;
    struct str words = STR_INIT;

    str_addf(&words, "HTTP %ld%s%.200s", status, fault.message.len > 0 ? ": " : "",
        str_text(&fault.message));
    if (status == 401 || status == 403) {
        char *refused = mem_printf("refused (%s)", str_text(&words));

        probe_find_fault(probe, PROBE_KEY, PROBE_BAD, FAULT_AUTH, refused);
        free(refused);
    } else if (fault.retryable) {
        probe_find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models cannot be had now (%s)",
            str_text(&words));
    } else {
        probe_find(probe, PROBE_MODEL, PROBE_NOTE, "it has no list of models (HTTP %ld)", status);
    }
    str_free(&words);
    fault_free(&fault);
}

/* Whoever sent it may not even have seen the key. */
static void find_no_list(struct probe *probe)
{
    struct fault fault = fault_of_list(probe);

    if (fault.kind == FAULT_AUTH)
        probe_find_fault(probe, PROBE_KEY, PROBE_BAD, fault.kind, str_text(&fault.message));
    else if (fault.kind != FAULT_NONE)
        probe_find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models cannot be read: %.400s",
            str_text(&fault.message));
    else
        probe_find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models is empty");
    fault_free(&fault);
}

static void find_no_way(struct probe *probe)
{
    const struct http_transfer *transfer = &probe->state->transfer;
    struct fault fault = fault_of_end(transfer);

    if (transfer->end == HTTP_NO_TUNNEL)
        fault.kind = FAULT_NONE; /* the message says what to look at */
    probe_find_fault(probe, PROBE_REACHABLE, PROBE_BAD, fault.kind,
        transfer->message[0] != '\0' ? transfer->message : "no answer");
    fault_free(&fault);
}

/* Goes on where nothing stands against a call. */
void probe_judge_list(struct probe *probe)
{
    struct probe_state_private *s = probe->state;

    if (s->transfer.end != HTTP_WHOLE && !s->is_too_large) {
        find_no_way(probe);
        return;
    }
    probe_find(probe, PROBE_REACHABLE, PROBE_WELL, "HTTP %ld from %.200s", s->transfer.status,
        probe->model->urls[probe->endpoint].base);
    if (s->transfer.status < 200 || s->transfer.status > 299) {
        find_refusal(probe);
    } else if (s->is_too_large) {
        probe_find(probe, PROBE_MODEL, PROBE_NOTE, "its list of models is larger than %d MiB",
            LIST_MAX >> 20);
    } else if (read_list(probe)) {
        probe_find_key(probe);
        look_for_model(probe);
    } else {
        find_no_list(probe);
    }
}
