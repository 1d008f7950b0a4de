/* IFEval and IFBench: prompts whose instructions a program can check. The target is the list of the
 * instructions and, for each, its arguments; IFBench names every argument there is, unused ones as
 * null, which are dropped. */
#include <string.h>

#include "data_formats.h"
#include "instruction.h"

static void add_arguments(const struct json *arguments, struct str *out)
{
    size_t start = out->len;

    for (size_t i = 0; arguments->type == JSON_OBJECT && i < arguments->count; i++) {
        if (arguments->items[i].type == JSON_NULL)
            continue;
        str_add_char(out, out->len == start ? '{' : ',');
        json_print_string(arguments->keys[i], strlen(arguments->keys[i]), out);
        str_add_char(out, ':');
        json_print(&arguments->items[i], out);
    }
    str_add(out, out->len == start ? "{}" : "}");
}

static bool check_instructions(const struct record *record, struct err *err)
{
    const struct json *list = json_get(record->value, "instruction_id_list");
    const struct json *arguments = json_get(record->value, "kwargs");

    if (list == NULL || list->type != JSON_ARRAY || list->count == 0)
        return record_error(record, err, "\"instruction_id_list\" is no list of instructions");
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type != JSON_STRING)
            return record_error(record, err, "\"instruction_id_list\" is no list of strings");
    if (arguments == NULL || arguments->type != JSON_ARRAY || arguments->count != list->count)
        return record_error(
            record, err, "\"kwargs\" is no list of one object for each of the instructions");
    for (size_t i = 0; i < arguments->count; i++)
        if (arguments->items[i].type != JSON_OBJECT && arguments->items[i].type != JSON_NULL)
            return record_error(record, err, "\"kwargs\" is no list of objects");
    return true;
}

static struct text *read_instructions(
    const struct record *record, const char *name, struct err *err)
{
    const struct json *arguments = json_get(record->value, "kwargs");
    struct str out = STR_INIT;
    struct text *text;

    (void)name;
    if (!check_instructions(record, err))
        return NULL;
    str_add(&out, "{\"instruction_id_list\":");
    json_print(json_get(record->value, "instruction_id_list"), &out);
    str_add(&out, ",\"kwargs\":[");
    for (size_t i = 0; i < arguments->count; i++) {
        if (i > 0)
            str_add_char(&out, ',');
        add_arguments(&arguments->items[i], &out);
    }
    str_add(&out, "]}");
    text = text_new(out.data, out.len);
    str_free(&out);
    return text;
}

static const char *lacks(const char *id)
{
    const struct instruction *instruction = instruction_find(id);

    return instruction != NULL ? instruction_lacks(instruction) : "a verifier that neither set has";
}

static const struct data_start *start_ifbench(const struct json *first)
{
    static const struct data_start following = {
        .task = "Respond to the prompt and follow every one of its instructions exactly.",
        .metric = "\"ifbench\"",
        .comment = "  // \"ifbench\" is the mean share of instructions that are followed (loose); "
                   "\"ifbench_loose\" is 1 where all are\n",
    };

    (void)first;
    return &following;
}

static const struct data_start *start_ifeval(const struct json *first)
{
    static const struct data_start following = {
        .task = "Respond to the prompt and follow every one of its instructions exactly.",
        .metric = "\"ifeval_strict\"",
        .comment = "  // also: \"ifeval_loose\", and \"ifeval_instructions_strict\", "
                   "\"ifeval_instructions_loose\" by instruction\n",
    };

    (void)first;
    return &following;
}

static const char *const ids[] = { "key", "id", NULL };
static const struct data_offer inputs[] = { { "prompt", data_string }, { NULL, NULL } };
static const struct data_offer targets[] = {
    { "instruction_id_list", read_instructions },
    { NULL, NULL },
};

const struct data_format data_format_ifbench = {
    .name = "ifbench",
    .summary = "IFBench, instructions that a program checks",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .checked = "instruction_id_list",
    .lacks = lacks,
    .start = start_ifbench,
};

const struct data_format data_format_ifeval = {
    .name = "ifeval",
    .summary = "IFEval, instructions that a program checks",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .checked = "instruction_id_list",
    .lacks = lacks,
    .start = start_ifeval,
};
