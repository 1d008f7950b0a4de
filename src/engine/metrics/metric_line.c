#include "metric_line.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

static void add_text(const char *text, size_t len, struct str *out)
{
    for (size_t i = 0; i < len;) {
        size_t part = strnlen(text + i, len - i);

        str_add_n(out, text + i, part);
        i += part;
        if (i++ < len)
            str_add(out, "\uFFFD");
    }
}

/* The text of a string, the JSON of anything else but null; *value is the latter. */
static const char *read_side(const struct json *side, struct str *text, const struct json **value)
{
    if (side == NULL)
        return "";
    if (side->type == JSON_STRING) {
        if (strlen(side->text) == side->len)
            return side->text;
        add_text(side->text, side->len, text);
        return str_text(text);
    }
    *value = side;
    if (side->type != JSON_NULL)
        json_print(side, text);
    return str_text(text);
}

static bool read_found(const struct json *found, struct metric_line *out, struct err *err)
{
    if (found == NULL)
        return true;
    if (found->type != JSON_ARRAY)
        return err_set(err, ERR_INPUT, "\"found\" is %s; a list of strings was expected",
            json_type_name(found->type));
    out->found = mem_zalloc(found->count + 1, sizeof *out->found);
    for (size_t i = 0; i < found->count; i++) {
        if (found->items[i].type != JSON_STRING)
            return err_set(err, ERR_INPUT, "\"found\" holds %s; strings were expected",
                json_type_name(found->items[i].type));
        out->found[i] = found->items[i].text;
    }
    out->one.found = out->found;
    out->one.found_count = found->count;
    return true;
}

bool metric_line_read(const struct json *line, struct metric_line *out, struct err *err)
{
    const struct json *prediction;

    *out = (struct metric_line){ .found = NULL };
    if (line->type != JSON_OBJECT)
        return err_set(err, ERR_INPUT,
            "the line is %s; an object with \"prediction\" and \"target\" was expected",
            json_type_name(line->type));
    prediction = json_get(line, "prediction");
    if (prediction == NULL)
        return err_set(err, ERR_INPUT, "the line has no \"prediction\"");
    out->one.prediction = read_side(prediction, &out->prediction, &out->one.prediction_json);
    out->one.target = read_side(json_get(line, "target"), &out->target, &out->one.target_json);
    out->one.settings = line;
    out->one.is_typed = true;
    return read_found(json_get(line, "found"), out, err);
}

void metric_line_free(struct metric_line *line)
{
    str_free(&line->prediction);
    str_free(&line->target);
    free(line->found);
    *line = (struct metric_line){ .found = NULL };
}
