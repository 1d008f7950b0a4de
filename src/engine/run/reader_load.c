#include "reader_load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "array.h"
#include "hash_map.h"
#include "mem.h"
#include "reader_call.h"
#include "reader_calls.h"
#include "reader_feed.h"

struct loader {
    struct store_reader *store;
    char **ids; /* of the task's examples, by index; NULL: not read yet */
    size_t id_count;
    struct hash_map by_id;
};

struct loader *loader_open(struct store_reader *take_store)
{
    struct loader *loader = mem_zalloc(1, sizeof *loader);

    loader->store = take_store;
    return loader;
}

void loader_close(struct loader *loader)
{
    for (size_t i = 0; i < loader->id_count; i++)
        free(loader->ids[i]);
    free(loader->ids);
    hash_map_free(&loader->by_id);
    store_reader_close(loader->store);
    free(loader);
}

/* ---- examples ---- */

static void read_ids(struct loader *loader)
{
    char *value = loader->ids == NULL ? store_reader_value(loader->store, "examples") : NULL;
    cJSON *list = value != NULL ? cJSON_Parse(value) : NULL;
    const cJSON *item;

    free(value);
    if (cJSON_GetArraySize(list) > 0) {
        loader->ids = mem_zalloc((size_t)cJSON_GetArraySize(list), sizeof *loader->ids);
        cJSON_ArrayForEach(item, list)
        {
            bool fresh;

            loader->ids[loader->id_count] =
                mem_strdup(cJSON_IsString(item) ? item->valuestring : "");
            (void)hash_map_put(
                &loader->by_id, hash_text(loader->ids[loader->id_count]), loader->id_count, &fresh);
            loader->id_count++;
        }
    }
    cJSON_Delete(list);
}

static const char *id_of(const struct loader *loader, uint32_t example)
{
    return example < loader->id_count ? loader->ids[example] : "?";
}

/* ---- one example of a pass ---- */

struct tracing {
    struct trace_view *view;
    size_t cap;
};

static void reach_node(struct trace_view *view, size_t node)
{
    if (node < view->node_count)
        return;
    view->outputs = mem_realloc(view->outputs, node + 1, sizeof *view->outputs);
    view->gradients = mem_realloc(view->gradients, node + 1, sizeof *view->gradients);
    memset(
        view->outputs + view->node_count, 0, (node + 1 - view->node_count) * sizeof *view->outputs);
    memset(view->gradients + view->node_count, 0,
        (node + 1 - view->node_count) * sizeof *view->gradients);
    view->node_count = node + 1;
}

static void add_call(struct tracing *tracing, const struct trace *step)
{
    struct trace_view *view = tracing->view;
    struct trace_call call = { step->text, step->node };

    view->calls = array_grow(view->calls, view->call_count, &tracing->cap, sizeof call);
    view->calls[view->call_count++] = call;
}

static void on_step(void *data, const struct trace *step)
{
    struct tracing *tracing = data;
    struct trace_view *view = tracing->view;

    view->found = true;
    if (step->node >= 0)
        reach_node(view, (size_t)step->node);
    switch (step->what) {
    case TRACE_INPUT:
        view->input = step->text;
        break;
    case TRACE_WORDS:
        view->words = step->text;
        view->score = isfinite(step->number) ? step->number : NAN;
        break;
    case TRACE_WORKFLOW_GRADIENT:
        view->workflow_gradient = step->text;
        break;
    case TRACE_OUTPUT:
        if (step->node >= 0)
            view->outputs[step->node] = step->text;
        break;
    case TRACE_GRADIENT:
        if (step->node >= 0)
            view->gradients[step->node] = step->text;
        break;
    case TRACE_CALL:
        add_call(tracing, step);
        break;
    case TRACE_TARGET:
        view->target = step->text;
        break;
    }
}

static struct hash sum_trace(const struct trace_view *view)
{
    struct hash sum = hash_bytes(view->outputs, view->node_count * sizeof *view->outputs);

    sum = hash_join(sum, hash_bytes(view->gradients, view->node_count * sizeof *view->gradients));
    sum = hash_join(sum, hash_join(view->input, hash_join(view->words, view->workflow_gradient)));
    return hash_join(sum, hash_bytes(&view->call_count, sizeof view->call_count));
}

static bool load_trace(
    struct loader *loader, const struct load *load, struct loaded *out, struct err *err)
{
    struct trace_view *view = mem_zalloc(1, sizeof *view);
    struct tracing tracing = { view, 0 };
    bool ok = true;
    size_t example;

    view->pass = load->number;
    view->score = NAN;
    read_ids(loader);
    if (hash_map_get(&loader->by_id, hash_text(load->name), &example)) {
        ok = store_reader_traces(
            loader->store, load->number, (uint32_t)example, on_step, &tracing, err);
        view->example = loader->ids[example];
    } else {
        view->example = "";
    }
    out->value = view;
    out->bytes = sizeof *view + view->node_count * 2 * sizeof(struct hash) +
                 view->call_count * sizeof *view->calls;
    out->sum = sum_trace(view);
    return ok;
}

/* ---- a pass ---- */

struct passing {
    const struct loader *loader;
    struct pass_view *view;
    size_t cap;
    struct hash sum;
};

static void on_pass_step(void *data, const struct trace *step)
{
    struct passing *passing = data;
    struct pass_view *view = passing->view;
    struct pass_example example = { id_of(passing->loader, step->example),
        isfinite(step->number) ? step->number : NAN };

    if (step->what != TRACE_WORDS)
        return;
    view->examples = array_grow(view->examples, view->count, &passing->cap, sizeof example);
    view->examples[view->count++] = example;
    passing->sum = hash_join(passing->sum, hash_bytes(&step->number, sizeof step->number));
}

static bool load_pass(
    struct loader *loader, const struct load *load, struct loaded *out, struct err *err)
{
    struct passing passing = { .loader = loader, .view = mem_zalloc(1, sizeof *passing.view) };

    passing.view->pass = load->number;
    read_ids(loader);
    out->value = passing.view;
    if (loader->id_count > 0 &&
        !store_reader_traces(loader->store, load->number, STORE_ALL, on_pass_step, &passing, err))
        return false;
    out->bytes = sizeof *passing.view + passing.cap * sizeof *passing.view->examples;
    out->sum = passing.sum;
    return true;
}

/* ---- a search ---- */

struct finding {
    struct {
        struct trace *items;
        size_t count, cap;
    } steps;
};

static void on_find_step(void *data, const struct trace *step)
{
    struct finding *finding = data;

    if (step->what != TRACE_CALL && step->what != TRACE_TARGET)
        ARRAY_PUSH(&finding->steps, *step);
}

/* Length and NUL-terminated texts: ours may hold NULs, a needle does not. */
static bool contains(const struct text *text, const char *needle, size_t len)
{
    for (size_t i = 0; i + len <= text->len; i++)
        if (strncasecmp(text->data + i, needle, len) == 0)
            return true;
    return false;
}

static bool text_matches(struct loader *loader, struct hash id, const char *needle, struct err *err)
{
    struct text *text = store_reader_get(loader->store, STORE_TEXT, id, err);
    bool found = text != NULL && contains(text, needle, strlen(needle));

    text_unref(text);
    return found;
}

static bool find_in(struct loader *loader, const struct finding *finding, const struct load *load,
    const atomic_bool *give_up, struct loaded *out, struct err *err)
{
    struct reader_matches *matches = mem_zalloc(1, sizeof *matches);
    uint32_t last = STORE_ALL;
    size_t cap = 0;

    out->value = matches;
    for (size_t i = 0; i < finding->steps.count; i++) {
        const struct trace *step = &finding->steps.items[i];

        if (give_up != NULL && atomic_load(give_up))
            return true;
        if (step->example == last || !text_matches(loader, step->text, load->name, err))
            continue;
        last = step->example;
        matches->examples =
            array_grow(matches->examples, matches->count, &cap, sizeof *matches->examples);
        matches->examples[matches->count++] = id_of(loader, last);
    }
    out->bytes = sizeof *matches + cap * sizeof *matches->examples;
    return err->code == ERR_NONE;
}

static bool load_find(struct loader *loader, const struct load *load, const atomic_bool *give_up,
    struct loaded *out, struct err *err)
{
    struct finding finding = { { NULL, 0, 0 } };
    bool ok;

    read_ids(loader);
    ok = store_reader_traces(loader->store, load->number, STORE_ALL, on_find_step, &finding, err) &&
         find_in(loader, &finding, load, give_up, out, err);
    free(finding.steps.items);
    return ok;
}

/* ---- texts and facts ---- */

static void keep_text(struct text *take_text, struct loaded *out)
{
    out->value = take_text;
    if (take_text == NULL)
        return;
    out->bytes = take_text->len;
    out->sum = hash_bytes(take_text->data, take_text->len);
}

static void on_fact(void *data, uint32_t seq, const struct text *json)
{
    (void)seq;
    keep_text(text_new(json->data, json->len), data);
}

bool loader_load(struct loader *loader, const struct load *load, const atomic_bool *give_up,
    struct loaded *out, struct err *err)
{
    *out = (struct loaded){ .what = load->what };
    err->code = ERR_NONE;
    switch (load->what) {
    case LOAD_TEXT:
        keep_text(store_reader_get(loader->store, STORE_TEXT, load->key, err), out);
        return err->code == ERR_NONE;
    case LOAD_FACT:
        return store_reader_facts(loader->store, load->number, 1, on_fact, out, err);
    case LOAD_TRACE:
        return load_trace(loader, load, out, err);
    case LOAD_PASS:
        return load_pass(loader, load, out, err);
    case LOAD_CALL:
        return reader_call_load(loader->store, load->key, out, err);
    case LOAD_FIND:
        return load_find(loader, load, give_up, out, err);
    case LOAD_FEED:
        out->value = mem_zalloc(1, sizeof(struct feed));
        return feed_load(loader->store, load->number, load->max, out->value, err);
    case LOAD_CALLS:
        out->value = mem_zalloc(1, sizeof(struct feed));
        return feed_load_calls(loader->store, load->number, load->newer, out->value, err);
    case LOAD_TIMES:
        break;
    }
    out->value = mem_zalloc(1, sizeof(struct feed));
    return feed_load_times(loader->store, load->number, out->value, err);
}

void loaded_free(struct loaded *loaded)
{
    struct trace_view *trace = loaded->value;
    struct pass_view *pass = loaded->value;
    struct reader_matches *matches = loaded->value;

    if (loaded->value == NULL)
        return;
    switch (loaded->what) {
    case LOAD_TEXT:
    case LOAD_FACT:
        text_unref(loaded->value);
        break;
    case LOAD_TRACE:
        free(trace->outputs);
        free(trace->gradients);
        free(trace->calls);
        free(trace);
        break;
    case LOAD_PASS:
        free(pass->examples);
        free(pass);
        break;
    case LOAD_CALL:
        reader_call_free(loaded->value);
        break;
    case LOAD_FIND:
        free(matches->examples);
        free(matches);
        break;
    case LOAD_FEED:
    case LOAD_TIMES:
    case LOAD_CALLS:
        feed_free(loaded->value);
        break;
    }
    loaded->value = NULL;
}
