/* Any records whose fields are the task's inputs and its target: JSON, JSONL, CSV or TSV. */
#include <string.h>

#include "data_formats.h"
#include "utf8.h"

static bool is_blank(const struct text *text)
{
    for (size_t i = 0; i < text->len;) {
        uint32_t code;

        i += utf8_next(text->data + i, text->len - i, &code);
        if (!utf8_is_space(code))
            return false;
    }
    return true;
}

static bool read_target(
    const struct task *task, const struct record *record, struct example *example, struct err *err)
{
    example->target = data_text(record, task->data->target, "target", err);
    if (example->target == NULL)
        return false;
    return !is_blank(example->target) ||
           record_error(record, err,
               "the target (field \"%s\") is empty; fill it or remove the record",
               task->data->target);
}

static bool read_fields(
    const struct task *task, const struct record *record, struct example *example, struct err *err)
{
    for (size_t i = 0; i < task->input_count; i++) {
        example->inputs[i] = data_text(record, task->data->columns[i], "input", err);
        if (example->inputs[i] == NULL)
            return false;
    }
    return read_target(task, record, example, err);
}

static const char *const ids[] = { "id", "_id", NULL };

const struct data_format data_format_fields = {
    .name = "fields",
    .summary = "any records, one field the target: JSON, JSONL, CSV, TSV",
    .ids = ids,
    .read = read_fields,
};
