#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "mem.h"
#include "search_corpus.h"
#include "search_index.h"
#include "str.h"
#include "tool_settings.h"
#include "tool_type.h"

enum { TOP_K_DEFAULT = 5 };

/* Raise it when the same words over the same passages give another result: it is part of every key.
 */
static const char RESULT_VERSION[] = "search 2";

struct search {
    struct workers *workers;
    size_t top_k;
    struct hash content;
    unsigned count; /* of connections: one a worker */
    struct search_index **indexes;
};

static char *cache_folder(struct err *err)
{
    const char *chosen = getenv("FLOWBOT_CACHE");

    return chosen != NULL && chosen[0] != '\0' ? file_absolute(chosen) : file_cache_folder(err);
}

static bool open_indexes(struct search *search, const char *cache, struct err *err)
{
    search->indexes = mem_zalloc(search->count, sizeof(void *));
    for (unsigned i = 0; i < search->count; i++) {
        search->indexes[i] = search_index_open(cache, search->content, err);
        if (search->indexes[i] == NULL)
            return false;
    }
    return true;
}

static void search_close(void *tool)
{
    struct search *search = tool;

    for (unsigned i = 0; i < search->count && search->indexes != NULL; i++)
        search_index_close(search->indexes[i]);
    free(search->indexes);
    free(search);
}

/* Reads which corpus it is and sees to its index. */
static bool index_corpus(
    struct search *search, const struct tool_setup *setup, const char *cache, struct err *err)
{
    static const char *const usual[] = { "text" };
    const struct json *fields = json_get(setup->settings, "fields");
    const char *title = fields != NULL ? tool_setting_text(fields, "title") : NULL;
    struct corpus corpus = {
        .title = title != NULL ? title : "title", .texts = usual, .text_count = 1
    };
    const char **paths = tool_setting_list(setup->settings, "corpus", &corpus.path_count);
    size_t count = 0;
    const char **texts = fields != NULL ? tool_setting_list(fields, "text", &count) : NULL;
    bool ok;

    corpus.paths = paths;
    if (count > 0) {
        corpus.texts = texts;
        corpus.text_count = count;
    }
    if (corpus.path_count == 0)
        ok = json_error(setup->task->path, setup->settings, err,
            "corpus: the path of a JSONL file of passages, or \"data\", was expected");
    else
        ok = search_corpus_index(setup->task, &corpus, cache, &search->content, err);
    free(paths);
    free(texts);
    return ok;
}

static void *search_open(
    const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    struct search *search = mem_zalloc(1, sizeof *search);
    char *cache = cache_folder(err);
    bool ok;

    (void)offers;
    search->workers = setup->workers;
    search->count = workers_count(setup->workers);
    search->top_k = (size_t)tool_setting_number(setup->settings, "top_k", TOP_K_DEFAULT);
    ok = cache != NULL && index_corpus(search, setup, cache, err) &&
         open_indexes(search, cache, err);
    free(cache);
    if (ok)
        return search;
    search_close(search);
    return NULL;
}

static struct hash search_identity(const void *tool)
{
    const struct search *search = tool;

    return hash_join(hash_join(hash_text(RESULT_VERSION), search->content),
        hash_bytes(&search->top_k, sizeof search->top_k));
}

struct query {
    struct work work;
    struct search *search;
    struct tool_run *run;
    struct text *result;
    struct err error;
};

/* One passage is one line, whatever breaks its text has. */
static void add_on_line(struct str *out, const char *text)
{
    size_t from = out->len;

    str_add(out, text);
    for (size_t i = from; i < out->len; i++) {
        if (out->data[i] == '\n' || out->data[i] == '\r')
            out->data[i] = ' ';
    }
}

static struct text *print_hits(const struct passage_hit *hits, size_t count)
{
    struct str out = STR_INIT;
    struct text *text;

    for (size_t i = 0; i < count; i++) {
        str_addf(&out, "%s[%zu] ", i > 0 ? "\n" : "", i + 1);
        add_on_line(&out, hits[i].title);
        str_add(&out, " | ");
        add_on_line(&out, hits[i].text);
    }
    if (count == 0)
        str_add(&out, "(no passages found)");
    text = text_new(str_text(&out), out.len);
    str_free(&out);
    return text;
}

static void run_query(struct work *work, unsigned worker)
{
    struct query *query = (struct query *)work;
    struct search *search = query->search;
    struct passage_hit *hits;
    size_t count;

    if (!search_index_query(search->indexes[worker], query->run->input->data, search->top_k, &hits,
            &count, &query->error))
        return;
    query->result = print_hits(hits, count);
    passage_hits_free(hits, count);
}

static void on_query_done(struct work *work)
{
    struct query *query = (struct query *)work;
    struct tool_run *run = query->run;
    struct text *result = query->result;
    struct err error = query->error;

    free(query);
    run->done(run, result, &error);
}

static void search_start(void *tool, struct tool_run *run)
{
    struct search *search = tool;
    struct query *query = mem_zalloc(1, sizeof *query);

    query->work = (struct work){ .run = run_query, .on_done = on_query_done };
    query->search = search;
    query->run = run;
    workers_submit(search->workers, &query->work);
}

const struct tool_type tool_search = {
    .name = "search",
    .summary = "finds the passages of the corpus that share the most telling words with the query, "
               "best first",
    .argument = "query",
    .parameters = "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\","
                  "\"description\":\"words to look "
                  "for\"}},\"required\":[\"query\"],\"additionalProperties\":false}",
    .open = search_open,
    .close = search_close,
    .identity = search_identity,
    .start = search_start,
};
