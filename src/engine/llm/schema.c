#include "structured.h"

#include <string.h>

#include "str.h"

/* Where in the value we are, for messages: "steps[2].kind". */
struct place {
    const struct place *above;
    const char *key; /* NULL: an item of an array */
    int index;
};

static bool check(
    const cJSON *value, const cJSON *schema, const struct place *place, struct err *err);

static void add_place(const struct place *place, struct str *out)
{
    if (place == NULL)
        return;
    add_place(place->above, out);
    if (place->key == NULL)
        str_addf(out, "[%d]", place->index);
    else
        str_addf(out, "%s%s", out->len > 0 ? "." : "", place->key);
}

static bool fail(const struct place *place, struct err *err, const char *what, const char *detail)
{
    struct str where = STR_INIT;

    add_place(place, &where);
    err_set(err, ERR_INPUT, "%s %s%s", where.len > 0 ? where.data : "the reply", what, detail);
    str_free(&where);
    return false;
}

static bool has_type(const cJSON *value, const char *type)
{
    if (strcmp(type, "object") == 0)
        return cJSON_IsObject(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    if (strcmp(type, "string") == 0)
        return cJSON_IsString(value);
    if (strcmp(type, "number") == 0)
        return cJSON_IsNumber(value);
    if (strcmp(type, "integer") == 0)
        return cJSON_IsNumber(value) && value->valuedouble >= -0x1p53 &&
               value->valuedouble <= 0x1p53 &&
               value->valuedouble == (double)(long long)value->valuedouble;
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    return strcmp(type, "null") == 0 && cJSON_IsNull(value);
}

static bool check_type(
    const cJSON *value, const cJSON *type, const struct place *place, struct err *err)
{
    struct str names = STR_INIT;
    const char *single = cJSON_GetStringValue(type);
    const cJSON *one;
    bool ok = type == NULL;

    if (single != NULL) {
        ok = has_type(value, single);
        str_add(&names, single);
    }
    if (cJSON_IsArray(type)) {
        cJSON_ArrayForEach(one, type)
        {
            const char *name = cJSON_GetStringValue(one);

            ok = ok || (name != NULL && has_type(value, name));
            str_addf(&names, "%s%s", names.len > 0 ? " or " : "", name != NULL ? name : "?");
        }
    }
    if (!ok)
        fail(place, err, "must be of type ", str_text(&names));
    str_free(&names);
    return ok;
}

static bool check_enum(
    const cJSON *value, const cJSON *choices, const struct place *place, struct err *err)
{
    const cJSON *choice;
    char *list;

    if (choices == NULL)
        return true;
    cJSON_ArrayForEach(choice, choices) if (cJSON_Compare(value, choice, true)) return true;
    list = cJSON_PrintUnformatted(choices);
    fail(place, err, "must be one of ", list != NULL ? list : "the list");
    cJSON_free(list);
    return false;
}

static bool check_required(
    const cJSON *value, const cJSON *required, const struct place *place, struct err *err)
{
    const cJSON *key;

    cJSON_ArrayForEach(key, required)
    {
        const char *name = cJSON_GetStringValue(key);

        if (name != NULL && cJSON_GetObjectItemCaseSensitive(value, name) == NULL)
            return fail(place, err, "lacks the key ", name);
    }
    return true;
}

static bool check_object(
    const cJSON *value, const cJSON *schema, const struct place *place, struct err *err)
{
    const cJSON *properties = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    const cJSON *others = cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties");
    const cJSON *member;

    if (!check_required(value, cJSON_GetObjectItemCaseSensitive(schema, "required"), place, err))
        return false;
    cJSON_ArrayForEach(member, value)
    {
        const cJSON *inner = cJSON_GetObjectItemCaseSensitive(properties, member->string);
        struct place below = { .above = place, .key = member->string };

        if (inner == NULL && cJSON_IsFalse(others))
            return fail(place, err, "has a key that is not asked for: ", member->string);
        if (inner != NULL && !check(member, inner, &below, err))
            return false;
    }
    return true;
}

static bool in_bounds(int count, const cJSON *schema, const char *least, const char *most)
{
    const cJSON *min = cJSON_GetObjectItemCaseSensitive(schema, least);
    const cJSON *max = cJSON_GetObjectItemCaseSensitive(schema, most);

    return !(cJSON_IsNumber(min) && count < min->valuedouble) &&
           !(cJSON_IsNumber(max) && count > max->valuedouble);
}

static bool check_array(
    const cJSON *value, const cJSON *schema, const struct place *place, struct err *err)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    struct place below = { .above = place };
    const cJSON *item;

    if (!in_bounds(cJSON_GetArraySize(value), schema, "minItems", "maxItems"))
        return fail(place, err, "has too few or too many items", "");
    if (items == NULL)
        return true;
    cJSON_ArrayForEach(item, value)
    {
        if (!check(item, items, &below, err))
            return false;
        below.index++;
    }
    return true;
}

static bool check(
    const cJSON *value, const cJSON *schema, const struct place *place, struct err *err)
{
    if (!check_type(value, cJSON_GetObjectItemCaseSensitive(schema, "type"), place, err) ||
        !check_enum(value, cJSON_GetObjectItemCaseSensitive(schema, "enum"), place, err))
        return false;
    if (cJSON_IsObject(value))
        return check_object(value, schema, place, err);
    if (cJSON_IsArray(value))
        return check_array(value, schema, place, err);
    if (cJSON_IsString(value) &&
        !in_bounds((int)strlen(value->valuestring), schema, "minLength", "(none)"))
        return fail(place, err, "is too short", "");
    return true;
}

bool structured_check(const cJSON *value, const cJSON *schema, struct err *err)
{
    return check(value, schema, NULL, err);
}
