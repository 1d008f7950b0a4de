#include "llm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "utf8.h"

static const char *const finish_names[] = {
    [FINISH_STOP] = "stop",
    [FINISH_LENGTH] = "length",
    [FINISH_TOOL_CALLS] = "tool_calls",
    [FINISH_FILTER] = "filter",
    [FINISH_OTHER] = "other",
};

const char *finish_reason_name(enum finish_reason finish)
{
    return finish_names[finish];
}

static struct text *well_formed(struct text *take)
{
    struct str repaired = STR_INIT;
    struct text *text;

    if (utf8_valid(take->data, take->len, NULL))
        return take;
    utf8_repair(take->data, take->len, &repaired);
    text = text_new(str_text(&repaired), repaired.len);
    str_free(&repaired);
    text_unref(take);
    return text;
}

struct llm_reply *llm_reply_new(struct text *take_content)
{
    struct llm_reply *reply = mem_zalloc(1, sizeof *reply);

    atomic_init(&reply->refs, 1);
    reply->content = well_formed(take_content);
    reply->finish = FINISH_STOP;
    reply->usage_known = true;
    return reply;
}

static char *repaired_copy(const char *text)
{
    struct str out = STR_INIT;

    utf8_repair(text, strlen(text), &out);
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

void llm_reply_add_call(
    struct llm_reply *reply, const char *id, const char *name, const char *arguments)
{
    reply->calls = mem_realloc(reply->calls, reply->call_count + 1, sizeof *reply->calls);
    reply->calls[reply->call_count++] = (struct llm_tool_call){
        .id = repaired_copy(id),
        .name = repaired_copy(name),
        .arguments = repaired_copy(arguments),
    };
}

void llm_reply_set_origin(struct llm_reply *reply, const char *reasoning, const char *served_by)
{
    if (reasoning[0] != '\0')
        reply->reasoning = well_formed(text_from(reasoning));
    if (served_by[0] != '\0')
        reply->served_by = repaired_copy(served_by);
}

struct llm_reply *llm_reply_ref(struct llm_reply *reply)
{
    atomic_fetch_add_explicit(&reply->refs, 1, memory_order_relaxed);
    return reply;
}

void llm_reply_unref(struct llm_reply *reply)
{
    if (reply == NULL || atomic_fetch_sub_explicit(&reply->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < reply->call_count; i++) {
        free(reply->calls[i].id);
        free(reply->calls[i].name);
        free(reply->calls[i].arguments);
    }
    free(reply->calls);
    free(reply->served_by);
    text_unref(reply->reasoning);
    text_unref(reply->content);
    free(reply);
}

static void add_call(struct str *out, const struct llm_tool_call *call)
{
    str_add(out, "{\"id\":");
    json_print_string(call->id, strlen(call->id), out);
    str_add(out, ",\"name\":");
    json_print_string(call->name, strlen(call->name), out);
    str_add(out, ",\"arguments\":");
    json_print_string(call->arguments, strlen(call->arguments), out);
    str_add_char(out, '}');
}

/* What most replies do not have. */
static void add_origin(struct str *out, const struct llm_reply *reply)
{
    if (!reply->usage_known)
        str_add(out, ",\"usage_known\":false");
    if (reply->reused)
        str_add(out, ",\"reused\":true");
    if (reply->served_by != NULL) {
        str_add(out, ",\"served_by\":");
        json_print_string(reply->served_by, strlen(reply->served_by), out);
    }
    if (reply->reasoning != NULL) {
        str_add(out, ",\"reasoning\":");
        json_print_string(reply->reasoning->data, reply->reasoning->len, out);
    }
}

void llm_reply_to_json(const struct llm_reply *reply, struct str *out)
{
    str_reserve(out, reply->content->len * 9 / 8 + 512);
    str_add(out, "{\"content\":");
    json_print_string(reply->content->data, reply->content->len, out);
    str_add(out, ",\"calls\":[");
    for (size_t i = 0; i < reply->call_count; i++) {
        str_add(out, i > 0 ? "," : "");
        add_call(out, &reply->calls[i]);
    }
    str_addf(out, "],\"finish\":\"%s\",\"in\":%llu,\"cached_in\":%llu,\"out\":%llu,\"usd\":%.17g",
        finish_names[reply->finish], (unsigned long long)reply->usage.in,
        (unsigned long long)reply->usage.cached_in, (unsigned long long)reply->usage.out,
        reply->usage.usd);
    str_addf(out, ",\"latency_ms\":%lu,\"attempts\":%u", (unsigned long)reply->latency_ms,
        reply->attempts);
    add_origin(out, reply);
    str_add_char(out, '}');
}

static const char *string_of(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);

    return value != NULL && value->type == JSON_STRING ? value->text : NULL;
}

/* A whole number that a double holds exactly, or anything else: 0. */
static uint64_t count_of(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);

    if (value == NULL || value->type != JSON_NUMBER ||
        !(value->number >= 0 && value->number < 0x1p53))
        return 0;
    return (uint64_t)value->number;
}

static double usd_of(const struct json *object)
{
    const struct json *value = json_get(object, "usd");

    return value != NULL && value->type == JSON_NUMBER && isfinite(value->number) ? value->number
                                                                                  : 0;
}

static enum finish_reason finish_of(const struct json *object)
{
    const char *name = string_of(object, "finish");

    for (enum finish_reason f = FINISH_STOP; f < FINISH_OTHER; f++)
        if (str_equal(name, finish_names[f]))
            return f;
    return FINISH_OTHER;
}

static bool read_calls(const struct json *calls, struct llm_reply *reply)
{
    if (calls == NULL || calls->type != JSON_ARRAY)
        return false;
    for (size_t i = 0; i < calls->count; i++) {
        const struct json *call = &calls->items[i];
        const char *id = string_of(call, "id");
        const char *name = string_of(call, "name");
        const char *arguments = string_of(call, "arguments");

        if (id == NULL || name == NULL || arguments == NULL)
            return false;
        llm_reply_add_call(reply, id, name, arguments);
    }
    return true;
}

static void read_origin(struct llm_reply *reply, const struct json *root)
{
    const struct json *known = json_get(root, "usage_known");
    const struct json *reused = json_get(root, "reused");
    const char *reasoning = string_of(root, "reasoning");
    const char *served_by = string_of(root, "served_by");

    reply->usage_known = known == NULL || known->type != JSON_BOOL || known->boolean;
    reply->reused = reused != NULL && reused->type == JSON_BOOL && reused->boolean;
    llm_reply_set_origin(
        reply, reasoning != NULL ? reasoning : "", served_by != NULL ? served_by : "");
}

static struct llm_reply *read_reply(const struct json *root)
{
    const struct json *content = json_get(root, "content");
    struct llm_reply *reply;

    if (content == NULL || content->type != JSON_STRING)
        return NULL;
    reply = llm_reply_new(text_new(content->text, content->len));
    reply->finish = finish_of(root);
    reply->usage = (struct llm_usage){
        .in = count_of(root, "in"),
        .cached_in = count_of(root, "cached_in"),
        .out = count_of(root, "out"),
        .usd = usd_of(root),
    };
    reply->latency_ms = (uint32_t)count_of(root, "latency_ms");
    reply->attempts = (unsigned)count_of(root, "attempts");
    read_origin(reply, root);
    if (!read_calls(json_get(root, "calls"), reply)) {
        llm_reply_unref(reply);
        return NULL;
    }
    return reply;
}

struct llm_reply *llm_reply_from_json(const char *json, struct err *err)
{
    struct json_doc *doc = json_parse("journalled reply", 1, json, strlen(json), JSON_STRICT, err);
    struct llm_reply *reply = NULL;

    if (doc != NULL && json_root(doc)->type == JSON_OBJECT)
        reply = read_reply(json_root(doc));
    if (reply == NULL)
        err_set(
            err, ERR_IO, "the journal holds a reply that is not one of ours: the file is damaged");
    json_free(doc);
    return reply;
}
