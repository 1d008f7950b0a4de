#include "search_corpus.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "corpus_growth.h"
#include "file.h"
#include "json.h"
#include "mem.h"
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

/* One member of a passage's text. */
static bool add_text(const char *path, const struct json *object, const char *name,
    struct str *text, struct err *err)
{
    const struct json *value = json_get(object, name);

    if (value == NULL)
        return json_error(path, object, err, "the passage has no \"%s\"", name);
    if (text->len > 0)
        str_add_char(text, ' ');
    if (value->type == JSON_ARRAY)
        return add_sentences(path, value, text, err);
    return add_string(path, value, name, text, err);
}

/* Title and text of one line's object, into empty strings. */
static bool read_passage(const struct corpus *corpus, const char *path, const struct json *object,
    struct str *title, struct str *text, struct err *err)
{
    const struct json *title_value = json_get(object, corpus->title);

    if (object->type != JSON_OBJECT)
        return json_error(path, object, err,
            "this line is %s: an object {\"%s\": \"…\", \"%s\": \"…\"} was expected",
            json_type_name(object->type), corpus->title, corpus->texts[0]);
    if (title_value != NULL && !add_string(path, title_value, corpus->title, title, err))
        return false;
    for (size_t i = 0; i < corpus->text_count; i++)
        if (!add_text(path, object, corpus->texts[i], text, err))
            return false;
    return true;
}

struct building {
    const struct corpus *corpus;
    struct search_builder *builder;
    const char *path;
    size_t passages;
};

static bool add_line(
    struct building *building, unsigned number, const char *line, size_t len, struct err *err)
{
    struct json_doc *doc = json_parse(building->path, number, line, len, JSON_STRICT, err);
    struct str title = STR_INIT, text = STR_INIT;
    bool ok = doc != NULL &&
              read_passage(building->corpus, building->path, json_root(doc), &title, &text, err) &&
              search_builder_add(building->builder, str_text(&title), str_text(&text), err);

    building->passages += ok;
    str_free(&title);
    str_free(&text);
    json_free(doc);
    return ok;
}

static bool is_blank_line(const char *line, size_t len)
{
    return strspn(line, " \t\r\n") == len;
}

/* The next line with its break, cut after CORPUS_LINE_MAX + 1 bytes. False at the end. */
static bool read_line(FILE *file, struct str *line)
{
    int c = 0;

    str_clear(line);
    while (c != '\n' && line->len <= CORPUS_LINE_MAX && (c = getc_unlocked(file)) != EOF)
        str_add_char(line, (char)c);
    return line->len > 0;
}

static bool add_lines(struct building *building, FILE *file, size_t lines_before, struct err *err)
{
    struct str line = STR_INIT;
    bool ok = true;

    for (unsigned number = (unsigned)lines_before + 1; ok && read_line(file, &line); number++) {
        if (line.len > CORPUS_LINE_MAX)
            ok = err_set(err, ERR_INPUT,
                "%s:%u: the line has more than %d bytes: one passage a line was expected",
                building->path, number, (int)CORPUS_LINE_MAX);
        else if (!is_blank_line(line.data, line.len))
            ok = add_line(building, number, line.data, line.len, err);
    }
    if (ok && ferror(file) != 0)
        ok = err_set(err, ERR_INPUT, "%s: cannot be read: %s", building->path, strerror(errno));
    str_free(&line);
    return ok;
}

/* The index is known by what the file was when it was hashed: it must still be that. */
static bool check_unchanged(const struct corpus_file *of, struct err *err)
{
    struct corpus_file now;

    if (!corpus_file_read(&now, of->path, err))
        return false;
    return (now.bytes == of->bytes && hash_equal(now.hash, of->hash)) ||
           err_set(err, ERR_INPUT,
               "%s: was changed while it was indexed; start again when it is done", of->path);
}

/* What of the file is not in the base. */
static bool add_file(struct building *building, const struct corpus_file *of, struct err *err)
{
    FILE *file = fopen(of->path, "re");
    size_t before = building->passages;
    bool ok;

    building->path = of->path;
    if (file == NULL || fseeko(file, (off_t)of->indexed_bytes, SEEK_SET) != 0) {
        if (file != NULL)
            (void)fclose(file);
        return err_set(err, ERR_INPUT, "%s: cannot be read: %s", of->path, strerror(errno));
    }
    ok = add_lines(building, file, of->indexed_lines, err);
    (void)fclose(file);
    if (ok && of->indexed_bytes == 0 && building->passages == before)
        ok = err_set(err, ERR_INPUT,
            "%s: there is no passage in it: one {\"%s\": \"…\", \"%s\": \"…\"} a line", of->path,
            building->corpus->title, building->corpus->texts[0]);
    return ok && check_unchanged(of, err);
}

static bool finish(struct search_builder *builder, bool is_complete, struct err *err)
{
    if (is_complete)
        return search_builder_commit(builder, err);
    search_builder_drop(builder);
    return false;
}

/* NULL with *is_ready where the index is there, or another process has built it while this one
 * waited for its turn. `base`: NULL, or what to begin with. */
static struct search_builder *start_building(const char *cache_folder, const struct hash *base,
    struct hash content, bool *is_ready, struct err *err)
{
    struct search_builder *builder;

    *is_ready = search_index_is_ready(cache_folder, content);
    if (*is_ready)
        return NULL;
    builder = base != NULL ? search_builder_grow(cache_folder, *base, content, err)
                           : search_builder_open(cache_folder, content, err);
    *is_ready = builder != NULL && search_index_is_ready(cache_folder, content);
    if (!*is_ready)
        return builder;
    search_builder_drop(builder);
    return NULL;
}

/* How the lines are read; the files' paths are no part of it. */
static struct hash hash_form(const struct corpus *corpus)
{
    struct hash form = hash_text("a passage a line");

    if (str_equal(corpus->title, "title") && corpus->text_count == 1 &&
        str_equal(corpus->texts[0], "text"))
        return form;
    form = hash_join(form, hash_text(corpus->title));
    for (size_t i = 0; i < corpus->text_count; i++)
        form = hash_join(form, hash_text(corpus->texts[i]));
    return form;
}

/* Under which the corpus is known from one time to the next: its first file. */
static struct hash name_of(const struct corpus *corpus)
{
    return hash_join(hash_form(corpus), hash_text(corpus->paths[0]));
}

static bool build_files(const struct corpus *corpus, struct corpus_file *files,
    const char *cache_folder, struct hash content, struct err *err)
{
    struct building building = { .corpus = corpus };
    struct hash base;
    bool grows =
        corpus_growth_find(cache_folder, name_of(corpus), files, corpus->path_count, &base) &&
        search_index_is_ready(cache_folder, base);
    bool is_ready, ok = true;

    for (size_t i = 0; i < corpus->path_count && !grows; i++)
        files[i].indexed_bytes = files[i].indexed_lines = 0;
    building.builder = start_building(cache_folder, grows ? &base : NULL, content, &is_ready, err);
    if (building.builder == NULL)
        return is_ready;
    for (size_t i = 0; i < corpus->path_count && ok; i++)
        ok = (files[i].indexed_bytes > 0 && files[i].indexed_bytes == files[i].bytes) ||
             add_file(&building, &files[i], err);
    return finish(building.builder, ok, err);
}

/* Only the hashes of the files are needed where their index is there already. */
static bool index_files(
    const struct corpus *corpus, const char *cache_folder, struct hash *content, struct err *err)
{
    struct corpus_file *files = mem_zalloc(corpus->path_count, sizeof *files);
    bool ok = true;

    *content = hash_form(corpus);
    for (size_t i = 0; i < corpus->path_count && ok; i++) {
        ok = corpus_file_read(&files[i], corpus->paths[i], err);
        *content = hash_join(*content, files[i].hash);
    }
    if (ok && !search_index_is_ready(cache_folder, *content))
        ok = build_files(corpus, files, cache_folder, *content, err);
    if (ok)
        corpus_growth_note(cache_folder, name_of(corpus), files, corpus->path_count, *content);
    free(files);
    return ok;
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
    builder = start_building(cache_folder, NULL, *content, &ok, err);
    if (builder != NULL)
        ok = finish(builder, add_passages(builder, passages, count, err), err);
    task_passages_free(passages, count);
    return ok;
}

bool search_corpus_index(const struct task *task, const struct corpus *corpus,
    const char *cache_folder, struct hash *content, struct err *err)
{
    if (corpus->path_count == 1 && strcmp(corpus->paths[0], "data") == 0)
        return index_data(task, cache_folder, content, err);
    return index_files(corpus, cache_folder, content, err);
}
