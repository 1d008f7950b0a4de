#include "search_corpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "search_index.h"
#include "str.h"

static bool add_string(
    const char *path, const struct json *value, const char *key, struct str *out, struct err *err)
{
    if (value->type != JSON_STRING)
        return json_error(path, value, err, "\"%s\" is %s: a string was expected", key,
            json_type_name(value->type));
    for (size_t i = 0; i < value->len; i++) /* the index's texts end at a NUL */
        str_add_char(out, value->text[i] != '\0' ? value->text[i] : ' ');
    return true;
}

/* Sentences bring their own blanks in Wikipedia's abstracts; where neither side has one, one is put
 * between. */
static bool add_sentences(
    const char *path, const struct json *sentences, struct str *out, struct err *err)
{
    for (size_t i = 0; i < sentences->count; i++) {
        const struct json *sentence = &sentences->items[i];
        bool is_blank =
            out->len == 0 || out->data[out->len - 1] == ' ' ||
            (sentence->type == JSON_STRING && (sentence->len == 0 || sentence->text[0] == ' '));

        if (!is_blank)
            str_add_char(out, ' ');
        if (!add_string(path, sentence, "text", out, err))
            return false;
    }
    return true;
}

/* Title and text of one line's object, into empty strings. */
static bool read_passage(const char *path, const struct json *object, struct str *title,
    struct str *text, struct err *err)
{
    const struct json *title_value = json_get(object, "title"),
                      *text_value = json_get(object, "text");

    if (object->type != JSON_OBJECT)
        return json_error(path, object, err,
            "this line is %s: an object {\"title\": \"…\", \"text\": \"…\"} was expected",
            json_type_name(object->type));
    if (text_value == NULL)
        return json_error(path, object, err, "the passage has no \"text\"");
    if (title_value != NULL && !add_string(path, title_value, "title", title, err))
        return false;
    if (text_value->type == JSON_ARRAY)
        return add_sentences(path, text_value, text, err);
    return add_string(path, text_value, "text", text, err);
}

static bool add_line(struct search_builder *builder, const char *path, unsigned number,
    const char *line, size_t len, struct err *err)
{
    struct json_doc *doc = json_parse(path, number, line, len, JSON_STRICT, err);
    struct str title = STR_INIT, text = STR_INIT;
    bool ok = doc != NULL && read_passage(path, json_root(doc), &title, &text, err) &&
              search_builder_add(builder, str_text(&title), str_text(&text), err);

    str_free(&title);
    str_free(&text);
    json_free(doc);
    return ok;
}

static bool is_blank_line(const char *line, size_t len)
{
    return strspn(line, " \t\r\n") == len;
}

static bool add_lines(struct search_builder *builder, const char *path, FILE *file, struct err *err)
{
    char *line = NULL;
    size_t size = 0, passages = 0;
    ssize_t len = 0;
    bool ok = true;

    for (unsigned number = 1; ok && (len = getline(&line, &size, file)) > 0; number++) {
        if (len > CORPUS_LINE_MAX) {
            ok = err_set(err, ERR_INPUT,
                "%s:%u: the line has more than %d bytes: one passage a line was expected", path,
                number, (int)CORPUS_LINE_MAX);
        } else if (!is_blank_line(line, (size_t)len)) {
            ok = add_line(builder, path, number, line, (size_t)len, err);
            passages++;
        }
    }
    if (ok && ferror(file) != 0)
        ok = err_set(err, ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    if (ok && passages == 0)
        ok = err_set(err, ERR_INPUT,
            "%s: there is no passage in it: one {\"title\": \"…\", \"text\": \"…\"} a line", path);
    free(line);
    return ok;
}

static bool add_file(struct search_builder *builder, const char *path, struct err *err)
{
    FILE *file = fopen(path, "re");
    bool ok;

    if (file == NULL)
        return err_set(err, ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    ok = add_lines(builder, path, file, err);
    (void)fclose(file);
    return ok;
}

static bool finish(struct search_builder *builder, bool is_complete, struct err *err)
{
    if (is_complete)
        return search_builder_commit(builder, err);
    search_builder_drop(builder);
    return false;
}

/* NULL with *is_ready where the index is there, or another process has built it while this one
 * waited for its turn. */
static struct search_builder *start_building(
    const char *cache_folder, struct hash content, bool *is_ready, struct err *err)
{
    struct search_builder *builder;

    *is_ready = search_index_is_ready(cache_folder, content);
    if (*is_ready)
        return NULL;
    builder = search_builder_open(cache_folder, content, err);
    *is_ready = builder != NULL && search_index_is_ready(cache_folder, content);
    if (!*is_ready)
        return builder;
    search_builder_drop(builder);
    return NULL;
}

/* Only the hash of the file is needed where its index is there already. */
static bool index_file(
    const char *path, const char *cache_folder, struct hash *content, struct err *err)
{
    struct search_builder *builder;
    struct hash bytes;
    bool is_ready;

    if (!file_hash(path, &bytes, err))
        return false;
    *content = hash_join(hash_text("a passage a line"), bytes);
    builder = start_building(cache_folder, *content, &is_ready, err);
    return is_ready || (builder != NULL && finish(builder, add_file(builder, path, err), err));
}

static struct hash hash_passages(const struct task_passage *passages, size_t count)
{
    struct hash hash = hash_text("title, text");

    for (size_t i = 0; i < count; i++)
        hash =
            hash_join(hash, hash_join(hash_text(passages[i].title), hash_text(passages[i].text)));
    return hash;
}

static bool add_passages(struct search_builder *builder, const struct task_passage *passages,
    size_t count, struct err *err)
{
    bool ok = true;

    for (size_t i = 0; i < count && ok; i++)
        ok = search_builder_add(builder, passages[i].title, passages[i].text, err);
    return ok;
}

static bool index_data(
    const struct task *task, const char *cache_folder, struct hash *content, struct err *err)
{
    struct search_builder *builder;
    struct task_passage *passages;
    size_t count;
    bool ok;

    if (!task_passages(task, &passages, &count, err))
        return false;
    *content = hash_passages(passages, count);
    builder = start_building(cache_folder, *content, &ok, err);
    if (builder != NULL)
        ok = finish(builder, add_passages(builder, passages, count, err), err);
    task_passages_free(passages, count);
    return ok;
}

bool search_corpus_index(const struct task *task, const char *corpus, const char *cache_folder,
    struct hash *content, struct err *err)
{
    if (strcmp(corpus, "data") == 0)
        return index_data(task, cache_folder, content, err);
    return index_file(corpus, cache_folder, content, err);
}
