#include "arguments.h"

#include <string.h>

#include "mem.h"
#include "str.h"
#include "structured.h"

bool arguments_check(const struct tool_offer *offer, const cJSON *arguments, struct err *err)
{
    static const char reply[] = "the reply"; /* structured_check's word for the whole */
    cJSON *schema;
    bool ok;

    if (!cJSON_IsObject(arguments))
        return err_set(err, ERR_INPUT, "%s: the arguments are no JSON object", offer->name);
    schema = cJSON_Parse(offer->parameters);
    ok = structured_check(arguments, schema, err);
    cJSON_Delete(schema);
    if (ok)
        return true;
    if (str_starts(err->message, reply)) {
        char *rest = mem_strdup(err->message + sizeof reply - 1);

        (void)err_set(err, ERR_INPUT, "the call%s", rest);
        free(rest);
    }
    return err_prefix(err, "%s", offer->name);
}

/* The property that a plain text can only be meant for: the one required, or the only one. */
static const char *sole_string(const cJSON *schema)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(schema, "required");
    const cJSON *property;
    const char *name = NULL, *type;

    if (cJSON_GetArraySize(required) == 1)
        name = cJSON_GetStringValue(cJSON_GetArrayItem(required, 0));
    else if (cJSON_GetArraySize(required) == 0 && cJSON_GetArraySize(properties) == 1)
        name = properties->child->string;
    if (name == NULL)
        return NULL;
    property = cJSON_GetObjectItemCaseSensitive(properties, name);
    type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(property, "type"));
    return str_equal(type, "string") ? name : NULL;
}

cJSON *arguments_read(const struct tool_offer *offer, const char *input, struct err *err)
{
    cJSON *arguments = cJSON_ParseWithLengthOpts(input, strlen(input) + 1, NULL, true);
    cJSON *schema = cJSON_Parse(offer->parameters);
    const char *sole = sole_string(schema);

    if (!cJSON_IsObject(arguments) && sole != NULL) {
        cJSON_Delete(arguments);
        arguments = cJSON_CreateObject();
        cJSON_AddStringToObject(arguments, sole, input);
    }
    cJSON_Delete(schema);
    if (arguments_check(offer, arguments, err))
        return arguments;
    cJSON_Delete(arguments);
    return NULL;
}
