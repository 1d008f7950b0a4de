#include "json_pretty.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static bool is_nested(const cJSON *value)
{
    return cJSON_IsObject(value) || cJSON_IsArray(value);
}

static bool has_nested(const cJSON *array)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, array)
    {
        if (is_nested(item))
            return true;
    }
    return false;
}

static void add_scalar(const cJSON *value, struct str *out)
{
    char *text;

    if (cJSON_IsString(value)) {
        json_print_string(value->valuestring, strlen(value->valuestring), out);
        return;
    }
    text = cJSON_PrintUnformatted(value);
    str_add(out, text != NULL ? text : "null");
    cJSON_free(text);
}

static void start_line(int depth, struct str *out)
{
    str_addf(out, "\n%*s", 2 * depth, "");
}

static void add_value(const cJSON *value, int depth, struct str *out);

static void add_members(const cJSON *value, int depth, struct str *out)
{
    bool spread = cJSON_IsObject(value) || has_nested(value);
    const cJSON *item;

    cJSON_ArrayForEach(item, value)
    {
        if (spread)
            start_line(depth + 1, out);
        if (cJSON_IsObject(value)) {
            json_print_string(item->string, strlen(item->string), out);
            str_add(out, ": ");
        }
        add_value(item, depth + 1, out);
        if (item->next != NULL)
            str_add(out, spread ? "," : ", ");
    }
    if (spread && value->child != NULL)
        start_line(depth, out);
}

static void add_value(const cJSON *value, int depth, struct str *out)
{
    if (!is_nested(value)) {
        add_scalar(value, out);
        return;
    }
    str_add_char(out, cJSON_IsObject(value) ? '{' : '[');
    add_members(value, depth, out);
    str_add_char(out, cJSON_IsObject(value) ? '}' : ']');
}

void json_pretty(const cJSON *value, struct str *out)
{
    add_value(value, 0, out);
}
