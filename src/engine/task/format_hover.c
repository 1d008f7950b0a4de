/* HoVer: claims and the documents that hold their evidence. The official array, or the columns in
 * which the data set is carried elsewhere (facts as { "key", "value" }). */
#include "data_formats.h"

static bool is_fact(const struct json *fact)
{
    if (fact->type == JSON_ARRAY)
        return fact->count > 0 && fact->items[0].type == JSON_STRING;
    return fact->type == JSON_OBJECT && json_get(fact, "key") != NULL &&
           json_get(fact, "key")->type == JSON_STRING;
}

/* The list as it stands: the metrics of retrieval read both forms. */
static struct text *read_facts(const struct record *record, const char *name, struct err *err)
{
    const struct json *facts = json_get(record->value, name);
    bool ok = facts != NULL && facts->type == JSON_ARRAY && facts->count > 0;

    if (facts == NULL) {
        record_error(record, err,
            "there is no \"supporting_facts\" (the official test file has none); take a file that "
            "has them");
        return NULL;
    }
    for (size_t i = 0; ok && i < facts->count; i++)
        ok = is_fact(&facts->items[i]);
    if (ok)
        return data_text(record, name, "target", err);
    record_error(record, err, "\"%s\" is no list of [title, sentence]", name);
    return NULL;
}

static const struct data_start *start(const struct json *first)
{
    static const struct data_start searching = {
        .task = "Find the documents that show whether the claim is right: search for each of them, "
                "and list their titles, one a line.",
        .metric = "\"hover_recall\"",
        .comment = "  // \"hover_recall\" is the share of the documents that were found, by the "
                   "answer or by any search on the way;\n"
                   "  // \"hover_retrieval\" is 1 where all were. For claims of three documents "
                   "alone, as GEPA has them,\n"
                   "  // put  \"only\": { \"num_hops\": 3 }  into \"data\"\n",
    };

    (void)first;
    return &searching;
}

static const char *const ids[] = { "uid", "id", NULL };
static const struct data_offer inputs[] = { { "claim", data_string }, { NULL, NULL } };
static const struct data_offer targets[] = {
    { "supporting_facts", read_facts },
    { "label", data_string },
    { NULL, NULL },
};

const struct data_format data_format_hover = {
    .name = "hover",
    .summary = "HoVer, claims and their documents",
    .ids = ids,
    .inputs = inputs,
    .default_inputs = 1,
    .targets = targets,
    .needs_corpus = true,
    .start = start,
};
