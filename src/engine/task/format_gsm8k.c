/* GSM8K: word problems; the answer field is a worked solution that ends in "#### NUMBER". */
#include "data_formats.h"

static const struct data_start *start(const struct json *first)
{
    static const struct data_start solving = {
        .task =
            "Solve the word problem step by step. End with a line \"#### \" and the number alone, "
            "in digits, without unit or currency.",
        .metric = "\"gsm8k\"",
        .comment = "  // \"gsm8k\" takes the number after \"#### \", as the official script does; "
                   "\"gsm8k_aflow\" the last one of the text\n",
        .tools = "    \"calc\": { \"type\": \"calc\" }\n",
    };

    (void)first;
    return &solving;
}

static const char *const ids[] = { "id", NULL };
static const struct data_offer inputs[] = { { "question", data_string }, { NULL, NULL } };
static const struct data_offer targets[] = { { "answer", data_string }, { NULL, NULL } };

const struct data_format data_format_gsm8k = {
    .name = "gsm8k",
    .summary = "GSM8K, word problems",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .start = start,
};
