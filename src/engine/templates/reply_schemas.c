/* What the meta model's replies look like: OpenAI's strict subset of JSON schema (every key
 * required, no others). */
#include "templates.h"

#include <assert.h>

#define STRINGS "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"
#define ENUM(choices) "{\"type\":\"string\",\"enum\":[" choices "]}"
#define OBJECT(keys, members) \
    "{\"type\":\"object\",\"properties\":{" members "},\"required\":[" keys \
    "],\"additionalProperties\":false}"
#define ARRAY_OF(items) "{\"type\":\"array\",\"items\":" items "}"
#define TEXT(key) "\"" key "\":{\"type\":\"string\"}"

static const struct reply_schema text_gradient = {
    "text_gradient",
    OBJECT("\"text_gradient\"", TEXT("text_gradient")),
};

static const struct reply_schema prompt_update = {
    "prompt_update",
    OBJECT(
        "\"updated_prompt\",\"changes_made\"", TEXT("updated_prompt") ",\"changes_made\":" STRINGS),
};

static const struct reply_schema joint_update = {
    "joint_update",
    OBJECT("\"prompts\",\"changes_made\"",
        "\"prompts\":" ARRAY_OF(OBJECT("\"id\",\"updated_prompt\"",
            TEXT("id") "," TEXT("updated_prompt"))) ",\"changes_made\":" STRINGS),
};

static const struct reply_schema sketch_update = {
    "sketch_update",
    OBJECT("\"steps\",\"changes_made\"",
        "\"steps\":" ARRAY_OF(OBJECT(
            "\"id\",\"status\",\"kind\",\"description\",\"inputs\",\"tools\",\"replaces\"",
            TEXT("id") ",\"status\":" ENUM("\"reuse\",\"new\"") ",\"kind\":" ENUM(
                "\"llm\","
                "\"agent\","
                "\"tool\"") "," TEXT("description") ",\"inputs\":" STRINGS ",\"tools\":" STRINGS
                                                    ",\"replaces\":" STRINGS)) ",\"changes_"
                                                                               "made\":" STRINGS),
};

static const struct reply_schema executor = {
    "executor",
    OBJECT("\"name\",\"type\",\"description\",\"prompt\"",
        TEXT("name") ",\"type\":" ENUM("\"LLMExecutor\",\"ToolExecutor\"") "," TEXT(
            "description") "," TEXT("prompt")),
};

static const struct reply_schema *const replies[TEMPLATE_COUNT] = {
    [TEMPLATE_GRAD_LOSS] = &text_gradient,
    [TEMPLATE_GRAD_CALL] = &text_gradient,
    [TEMPLATE_OPTIM_CALL] = &prompt_update,
    [TEMPLATE_OPTIM_JOINT] = &joint_update,
    [TEMPLATE_GRAD_WORKFLOW] = &text_gradient,
    [TEMPLATE_OPTIM_WORKFLOW] = &sketch_update,
    [TEMPLATE_GENERATE] = &executor,
};

const struct reply_schema *templates_reply(enum template_id id)
{
    assert(id < TEMPLATE_COUNT);
    return replies[id];
}
