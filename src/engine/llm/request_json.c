#include "request_json.h"

#include <ctype.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { NAME_MAX_LEN = 64 };

void request_json_name(const char *name, struct str *out)
{
    size_t len = name != NULL ? strnlen(name, NAME_MAX_LEN) : 0;

    str_add_char(out, '"');
    for (size_t i = 0; i < len; i++) {
        bool good = isalnum((unsigned char)name[i]) || name[i] == '-';

        str_add_char(out, good ? name[i] : '_');
    }
    str_add(out, len == 0 ? "reply\"" : "\"");
}

static bool is_required(const cJSON *required, const char *key)
{
    const cJSON *item;

    cJSON_ArrayForEach(item,
        required) if (cJSON_IsString(item) && strcmp(item->valuestring, key) == 0) return true;
    return false;
}

static bool is_strict(const cJSON *schema)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *required = cJSON_GetObjectItemCaseSensitive(schema, "required");
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type");
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    const cJSON *member;

    if (!cJSON_IsObject(schema) || type == NULL)
        return false;
    if (cJSON_IsString(type) && strcmp(type->valuestring, "object") == 0 &&
        (properties == NULL ||
            !cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties"))))
        return false;
    cJSON_ArrayForEach(member,
        properties) if (!is_required(required, member->string) || !is_strict(member)) return false;
    return items == NULL || is_strict(items);
}

bool request_json_is_strict(const char *schema)
{
    cJSON *json = cJSON_Parse(schema);
    bool strict = is_strict(json);

    cJSON_Delete(json);
    return strict;
}

bool request_json_is_object(const char *schema)
{
    cJSON *json = cJSON_Parse(schema);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "type"));
    bool is_object = type != NULL && strcmp(type, "object") == 0;

    cJSON_Delete(json);
    return is_object;
}
