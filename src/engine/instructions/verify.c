#include "verify.h"

#include <string.h>

#include "pattern.h"

/* A null argument is no argument: the official files have all of them, most null. */
static const struct json *argument(const struct check *check, const char *name)
{
    const struct json *value = check->arguments != NULL && check->arguments->type == JSON_OBJECT
                                   ? json_get(check->arguments, name)
                                   : NULL;

    return value != NULL && value->type == JSON_NULL ? NULL : value;
}

static bool refuse(struct check *check, const char *name, const char *wanted)
{
    return err_set(check->err, ERR_INPUT, "the argument \"%s\" is missing or not %s", name, wanted);
}

bool argument_number(struct check *check, const char *name, double min, double *out)
{
    const struct json *value = argument(check, name);

    if (value == NULL || value->type != JSON_NUMBER || !(value->number >= min))
        return refuse(check, name, "a number in its range");
    *out = value->number;
    return true;
}

bool argument_text(struct check *check, const char *name, const char **out)
{
    const struct json *value = argument(check, name);

    if (value == NULL || value->type != JSON_STRING)
        return refuse(check, name, "a string");
    *out = value->text;
    return true;
}

bool argument_list(struct check *check, const char *name, const struct json **out)
{
    const struct json *value = argument(check, name);

    if (value == NULL || value->type != JSON_ARRAY)
        return refuse(check, name, "a list of strings");
    for (size_t i = 0; i < value->count; i++)
        if (value->items[i].type != JSON_STRING)
            return refuse(check, name, "a list of strings");
    *out = value;
    return true;
}

bool argument_relation(struct check *check, const char *name, bool *less)
{
    const char *text = "";

    if (!argument_text(check, name, &text))
        return false;
    *less = strcmp(text, "less than") == 0;
    return *less || strcmp(text, "at least") == 0 ||
           refuse(check, name, "\"less than\" or \"at least\"");
}

static void tell(struct check *check, size_t found, const char *what)
{
    str_addf(check->why, "found %zu %s", found, what);
}

enum follow at_least(struct check *check, size_t found, double wanted, const char *what)
{
    tell(check, found, what);
    return follow_if((double)found >= wanted);
}

enum follow exactly(struct check *check, size_t found, double wanted, const char *what)
{
    tell(check, found, what);
    return follow_if((double)found == wanted);
}

enum follow in_relation(
    struct check *check, size_t found, bool less, double wanted, const char *what)
{
    tell(check, found, what);
    return follow_if(less ? (double)found < wanted : (double)found >= wanted);
}

enum follow count_matches(struct check *check, const char *pattern, unsigned flags, size_t *count)
{
    struct pattern *compiled = pattern_new(pattern, (enum pattern_flags)flags, check->err);

    if (compiled == NULL)
        return FOLLOW_BAD;
    *count = pattern_count(compiled, check->text.text, check->text.len);
    pattern_free(compiled);
    return FOLLOW_YES;
}

bool matches(struct excerpt text, const char *pattern, unsigned flags)
{
    struct pattern_span spans[PATTERN_SPANS];
    struct err err;
    struct pattern *compiled = pattern_new(pattern, (enum pattern_flags)flags, &err);
    bool found;

    if (compiled == NULL)
        return false;
    found = pattern_find(compiled, text.text, text.len, 0, spans) > 0;
    pattern_free(compiled);
    return found;
}
