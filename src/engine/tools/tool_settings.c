#include "tool_settings.h"

#include "mem.h"

double tool_setting_number(const struct json *settings, const char *key, double preset)
{
    const struct json *value = json_get(settings, key);

    return value != NULL && value->type == JSON_NUMBER ? value->number : preset;
}

const char *tool_setting_text(const struct json *settings, const char *key)
{
    const struct json *value = json_get(settings, key);

    return value != NULL && value->type == JSON_STRING ? value->text : NULL;
}

const char **tool_setting_list(const struct json *settings, const char *key, size_t *count)
{
    const struct json *value = json_get(settings, key);
    const struct json *items = value;
    const char **list;

    *count = 0;
    if (value == NULL || (value->type != JSON_ARRAY && value->type != JSON_STRING))
        return NULL;
    if (value->type == JSON_ARRAY)
        items = value->items;
    list = mem_zalloc((value->type == JSON_ARRAY ? value->count : 1) + 1, sizeof *list);
    for (size_t i = 0; i < (value->type == JSON_ARRAY ? value->count : 1); i++)
        if (items[i].type == JSON_STRING)
            list[(*count)++] = items[i].text;
    return list;
}
