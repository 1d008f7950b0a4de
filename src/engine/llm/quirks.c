#include "protocol.h"

#include <ctype.h>
#include <string.h>

/* What servers and models do not take, told by their names or by their refusals. */

static bool is_generation(const char *name, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(name, prefix, len) == 0 && !isalnum((unsigned char)name[len]);
}

/* OpenAI's reasoning models, also behind a router's prefix ("openai/o3-mini"). */
void quirks_of_name(struct model_quirks *quirks, const char *name)
{
    static const char *const reasoning[] = { "o1", "o3", "o4", "o5", "gpt-5" };
    const char *slash = strrchr(name, '/');
    const char *own = slash != NULL ? slash + 1 : name;

    if (strncmp(own, "gpt-5-chat", 10) == 0) {
        quirks->completion_tokens = true;
        return;
    }
    for (size_t i = 0; i < sizeof reasoning / sizeof *reasoning; i++)
        if (is_generation(own, reasoning[i]))
            quirks->completion_tokens = quirks->no_temperature = quirks->no_top_p = true;
}

struct refusal {
    const struct fault *fault;
};

static bool speaks_of(const struct refusal *refusal, const char *word)
{
    return strcasestr(str_text(&refusal->fault->message), word) != NULL ||
           strcasestr(str_text(&refusal->fault->code), word) != NULL;
}

static bool speaks_of_any(const struct refusal *refusal, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (speaks_of(refusal, words[i]))
            return true;
    return false;
}

#define SPEAKS_OF_ANY(refusal, words) speaks_of_any(refusal, words, sizeof(words) / sizeof *(words))

static bool is_unsupported(const struct refusal *refusal)
{
    static const char *const words[] = { "support", "unrecognized", "unknown", "unexpected",
        "not allowed", "not permitted", "extra inputs", "extra_forbidden", "deprecated",
        "unavailable", "not available", "invalid parameter", "only the default" };

    return SPEAKS_OF_ANY(refusal, words);
}

/* The name of the token limit changes once; a second refusal is not about the name. */
static bool learn_token_name(
    struct model_quirks *quirks, const struct model_quirks *sent, const struct refusal *refusal)
{
    if (!speaks_of(refusal, sent->completion_tokens ? "max_completion_tokens" : "max_tokens"))
        return false;
    if (quirks->completion_tokens != sent->completion_tokens)
        return true; /* another call has learned it meanwhile */
    if (quirks->token_name_learned)
        return false;
    quirks->completion_tokens = !sent->completion_tokens;
    quirks->token_name_learned = true;
    return true;
}

static bool learn_flag(bool *flag, bool was_sent, const struct refusal *refusal, const char *word)
{
    if (!was_sent || !speaks_of(refusal, word))
        return false;
    *flag = true;
    return true;
}

static bool learn_parameter(struct model_quirks *quirks, const struct model_quirks *sent,
    const struct llm_model *model, const struct refusal *refusal)
{
    bool streamed = model->stream && !sent->no_stream;

    return learn_token_name(quirks, sent, refusal) ||
           learn_flag(&quirks->no_temperature, model->has_temperature && !sent->no_temperature,
               refusal, "temperature") ||
           learn_flag(&quirks->no_top_p, model->has_top_p && !sent->no_top_p, refusal, "top_p") ||
           learn_flag(&quirks->no_seed, model->has_seed && !sent->no_seed, refusal, "seed") ||
           learn_flag(&quirks->no_stream_options, streamed && !sent->no_stream_options, refusal,
               "stream_options") ||
           learn_flag(&quirks->no_stream, streamed, refusal, "stream");
}

/* From a schema to JSON without one, then to words. */
static bool learn_schema(struct model_quirks *quirks, const struct model_quirks *sent,
    const struct llm_request *request, const struct refusal *refusal)
{
    static const char *const words[] = { "response_format", "json_schema", "json schema",
        "json_object", "schema", "grammar", "guided", "structured", "tool_choice" };

    if (request->schema == NULL || sent->schema == SCHEMA_IN_WORDS ||
        !SPEAKS_OF_ANY(refusal, words))
        return false;
    if (quirks->schema == sent->schema)
        quirks->schema = sent->schema == SCHEMA_NATIVE ? SCHEMA_JSON_OBJECT : SCHEMA_IN_WORDS;
    return true;
}

static bool learn_tools(struct model_quirks *quirks, const struct model_quirks *sent,
    const struct llm_request *request, const struct refusal *refusal)
{
    static const char *const words[] = { "tool", "function call", "jinja" };

    if (request->tool_count == 0 || sent->tools_in_words || !SPEAKS_OF_ANY(refusal, words))
        return false;
    quirks->tools_in_words = true;
    return true;
}

bool quirks_learn(struct model_quirks *quirks, const struct model_quirks *sent,
    const struct llm_request *request, const struct fault *fault, long status)
{
    struct refusal refusal = { .fault = fault };
    bool is_refusal = fault->kind == FAULT_BAD_REQUEST;
    bool unsupported = is_unsupported(&refusal);

    if (is_refusal && unsupported && learn_parameter(quirks, sent, request->model, &refusal))
        return true;
    if ((is_refusal || status == 501) && learn_schema(quirks, sent, request, &refusal))
        return true;
    /* A router says 404 where no endpoint has tools, a server started without them says 500. */
    return (is_refusal || fault->kind == FAULT_NOT_FOUND || status == 500 || status == 501) &&
           learn_tools(quirks, sent, request, &refusal);
}
