#include "reader.h"

#include <stdlib.h>
#include <string.h>

#include "key_map.h"
#include "mem.h"
#include "reader_feed.h"
#include "reader_load.h"

/* What was asked for: on its way, or there. In the order of asking, newest first. */
struct entry {
    struct entry *newer, *older;
    struct hash id;
    struct load load;
    struct loaded loaded;
    bool is_loading, is_there; /* may be both: the old answer while a new one is on its way */
    uint32_t age;              /* of the file when it was asked for: reader.age */
    struct job *job;           /* while it is loading */
};

/* One question on its way to the thread and back. */
struct job {
    struct job *next;
    struct entry *entry; /* the loop's alone; NULL: nobody wants the answer */
    struct load load;    /* its own copy */
    reader_fed *on_fed;  /* of a feed; entry is NULL then */
    void *fed_data;
    atomic_bool give_up;
    struct loaded loaded;
    struct err err; /* ERR_NONE: it went well */
};

struct jobs {
    struct job *first, *last;
};

struct reader {
    reader_change *on_change;
    void *data;
    /* the loop thread's */
    struct key_map entries;
    struct entry *newest, *oldest;
    struct entry *search; /* the one search under way, or the last one */
    size_t bytes, under_way;
    uint32_t age;
    struct err trouble;
    uv_async_t wake; /* keeps the loop alive only while something is under way */
    uv_thread_t thread;
    uv_mutex_t mutex; /* guards todo, done, is_closing */
    uv_cond_t more;
    struct jobs todo, done;
    bool is_closing;
    struct loader *loader; /* the thread's */
};

/* ---- the thread ---- */

static void jobs_push(struct jobs *jobs, struct job *job)
{
    job->next = NULL;
    if (jobs->last != NULL)
        jobs->last->next = job;
    else
        jobs->first = job;
    jobs->last = job;
}

static struct job *jobs_pop(struct jobs *jobs)
{
    struct job *job = jobs->first;

    if (job == NULL)
        return NULL;
    jobs->first = job->next;
    if (jobs->first == NULL)
        jobs->last = NULL;
    return job;
}

/* The next job, waited for; NULL: it is over. */
static struct job *next_job(struct reader *reader)
{
    struct job *job = NULL;

    uv_mutex_lock(&reader->mutex);
    while (!reader->is_closing && (job = jobs_pop(&reader->todo)) == NULL)
        uv_cond_wait(&reader->more, &reader->mutex);
    uv_mutex_unlock(&reader->mutex);
    return job;
}

static void run_thread(void *data)
{
    struct reader *reader = data;
    struct job *job;

    while ((job = next_job(reader)) != NULL) {
        if (!loader_load(reader->loader, &job->load, &job->give_up, &job->loaded, &job->err))
            loaded_free(&job->loaded);
        uv_mutex_lock(&reader->mutex);
        jobs_push(&reader->done, job);
        uv_mutex_unlock(&reader->mutex);
        (void)uv_async_send(&reader->wake);
    }
}

/* ---- entries ---- */

static void unlink_entry(struct reader *reader, struct entry *entry)
{
    *(entry->newer != NULL ? &entry->newer->older : &reader->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &reader->oldest) = entry->newer;
    entry->newer = entry->older = NULL;
}

static void link_newest(struct reader *reader, struct entry *entry)
{
    entry->older = reader->newest;
    if (reader->newest != NULL)
        reader->newest->newer = entry;
    else
        reader->oldest = entry;
    reader->newest = entry;
}

static void drop_entry(struct reader *reader, struct entry *entry)
{
    unlink_entry(reader, entry);
    key_map_remove(&reader->entries, entry->id);
    if (entry->job != NULL) {
        entry->job->entry = NULL;
        atomic_store(&entry->job->give_up, true);
    }
    if (reader->search == entry)
        reader->search = NULL;
    reader->bytes -= entry->loaded.bytes;
    loaded_free(&entry->loaded);
    free((void *)entry->load.name);
    free(entry);
}

/* An answer counts with what it takes beside its texts. */
static void drop_old(struct reader *reader)
{
    struct entry *entry = reader->oldest;

    while (reader->bytes > READER_BYTES && entry != NULL && entry != reader->newest) {
        struct entry *newer = entry->newer;

        if (!entry->is_loading)
            drop_entry(reader, entry);
        entry = newer;
    }
}

static void free_job(struct job *job)
{
    loaded_free(&job->loaded);
    free((void *)job->load.name);
    free(job);
}

/* True where the screen has something new to draw. */
static bool take_answer(struct reader *reader, struct job *job)
{
    struct entry *entry = job->entry;
    bool is_news;

    if (job->err.code != ERR_NONE)
        reader->trouble = job->err;
    if (job->on_fed != NULL)
        job->on_fed(job->fed_data, job->loaded.value, job->err.code != ERR_NONE ? &job->err : NULL);
    if (entry == NULL)
        return false;
    is_news = !entry->is_there || !hash_equal(entry->loaded.sum, job->loaded.sum) ||
              (entry->loaded.value == NULL) != (job->loaded.value == NULL);
    entry->job = NULL;
    entry->is_loading = false;
    entry->is_there = true;
    reader->bytes -= entry->loaded.bytes;
    loaded_free(&entry->loaded);
    entry->loaded = job->loaded;
    job->loaded.value = NULL;
    entry->loaded.bytes += sizeof *entry + 64;
    reader->bytes += entry->loaded.bytes;
    return is_news;
}

static void on_wake(uv_async_t *wake)
{
    struct reader *reader = wake->data;
    struct jobs done;
    struct job *job;
    bool is_news = false;

    uv_mutex_lock(&reader->mutex);
    done = reader->done;
    reader->done = (struct jobs){ NULL, NULL };
    uv_mutex_unlock(&reader->mutex);
    while ((job = jobs_pop(&done)) != NULL) {
        if (--reader->under_way == 0)
            uv_unref((uv_handle_t *)&reader->wake);
        is_news = take_answer(reader, job) || is_news;
        free_job(job);
    }
    drop_old(reader);
    if (is_news && reader->on_change != NULL)
        reader->on_change(reader->data);
}

/* ---- asking ---- */

static struct hash id_of(const struct load *load)
{
    struct hash id = hash_bytes(&load->what, sizeof load->what);

    id = hash_join(id, load->key);
    id = hash_join(id, hash_bytes(&load->number, sizeof load->number));
    return load->name != NULL ? hash_join(id, hash_text(load->name)) : id;
}

static void submit(struct reader *reader, struct job *job)
{
    atomic_init(&job->give_up, false);
    if (reader->under_way++ == 0)
        uv_ref((uv_handle_t *)&reader->wake);
    uv_mutex_lock(&reader->mutex);
    jobs_push(&reader->todo, job);
    uv_cond_signal(&reader->more);
    uv_mutex_unlock(&reader->mutex);
}

static void send_job(struct reader *reader, struct entry *entry)
{
    struct job *job = mem_zalloc(1, sizeof *job);

    job->entry = entry;
    job->load = entry->load;
    job->load.name = mem_strdup(entry->load.name);
    entry->job = job;
    entry->is_loading = true;
    entry->age = reader->age;
    submit(reader, job);
}

static struct entry *new_entry(struct reader *reader, const struct load *load, struct hash id)
{
    struct entry *entry = mem_zalloc(1, sizeof *entry);

    entry->id = id;
    entry->load = *load;
    entry->load.name = mem_strdup(load->name);
    key_map_put(&reader->entries, id, entry);
    link_newest(reader, entry);
    return entry;
}

/* What may be another one now. A search stays as it was found. */
static bool may_have_changed(const struct entry *entry)
{
    const struct call_view *call = entry->loaded.value;

    switch (entry->load.what) {
    case LOAD_TRACE:
    case LOAD_PASS:
        return true;
    case LOAD_TEXT:
    case LOAD_FACT:
        return entry->loaded.value == NULL;
    case LOAD_CALL:
        return call == NULL || !call->found;
    case LOAD_FIND:
    case LOAD_FEED:
    case LOAD_TIMES:
    case LOAD_CALLS:
        break;
    }
    return false;
}

/* The answer, or NULL while it is on its way. */
static struct entry *ask(struct reader *reader, const struct load *load)
{
    struct hash id = id_of(load);
    struct entry *entry = key_map_get(&reader->entries, id);

    if (entry == NULL) {
        entry = new_entry(reader, load, id);
        send_job(reader, entry);
    } else {
        unlink_entry(reader, entry);
        link_newest(reader, entry);
        if (!entry->is_loading && entry->age != reader->age && may_have_changed(entry))
            send_job(reader, entry);
    }
    return entry->is_there ? entry : NULL;
}

static const void *value_of(struct reader *reader, const struct load *load)
{
    const struct entry *entry = ask(reader, load);

    return entry != NULL ? entry->loaded.value : NULL;
}

/* ---- public ---- */

struct reader *reader_open(
    uv_loop_t *loop, const char *path, reader_change *on_change, void *data, struct err *err)
{
    struct store_reader *store = store_reader_open(path, err);
    struct reader *reader;

    if (store == NULL)
        return NULL;
    reader = mem_zalloc(1, sizeof *reader);
    reader->on_change = on_change;
    reader->data = data;
    reader->loader = loader_open(store);
    reader->wake.data = reader;
    if (uv_mutex_init(&reader->mutex) != 0 || uv_cond_init(&reader->more) != 0 ||
        uv_async_init(loop, &reader->wake, on_wake) != 0 ||
        uv_thread_create(&reader->thread, run_thread, reader) != 0)
        abort();
    uv_unref((uv_handle_t *)&reader->wake);
    return reader;
}

static void on_closed(uv_handle_t *wake)
{
    struct reader *reader = wake->data;

    uv_cond_destroy(&reader->more);
    uv_mutex_destroy(&reader->mutex);
    free(reader);
}

void reader_close(struct reader *reader)
{
    struct job *job;

    if (reader == NULL)
        return;
    while (reader->newest != NULL)
        drop_entry(reader, reader->newest);
    key_map_free(&reader->entries);
    uv_mutex_lock(&reader->mutex);
    reader->is_closing = true;
    uv_cond_signal(&reader->more);
    uv_mutex_unlock(&reader->mutex);
    (void)uv_thread_join(&reader->thread);
    while ((job = jobs_pop(&reader->todo)) != NULL || (job = jobs_pop(&reader->done)) != NULL)
        free_job(job);
    loader_close(reader->loader);
    uv_close((uv_handle_t *)&reader->wake, on_closed);
}

bool reader_is_busy(const struct reader *reader)
{
    return reader->under_way > 0;
}

void reader_renew(struct reader *reader)
{
    reader->age++;
}

const struct err *reader_trouble(const struct reader *reader)
{
    return reader->trouble.code != ERR_NONE ? &reader->trouble : NULL;
}

const struct text *reader_text(struct reader *reader, struct hash id, bool *missing)
{
    struct load load = { .what = LOAD_TEXT, .key = id };
    const struct entry *entry = hash_is_zero(id) ? NULL : ask(reader, &load);

    if (missing != NULL)
        *missing = hash_is_zero(id) || (entry != NULL && entry->loaded.value == NULL);
    return entry != NULL ? entry->loaded.value : NULL;
}

const struct text *reader_fact(struct reader *reader, uint32_t seq)
{
    return value_of(reader, &(struct load){ .what = LOAD_FACT, .number = seq });
}

/* The name is copied where it is kept. */
static struct load named_load(enum load_what what, unsigned pass, const char *name)
{
    return (struct load){ .what = what, .number = pass, .name = name };
}

const struct trace_view *reader_trace(struct reader *reader, unsigned pass, const char *example)
{
    struct load load = named_load(LOAD_TRACE, pass, example);

    return value_of(reader, &load);
}

const struct pass_view *reader_pass(struct reader *reader, unsigned pass)
{
    return value_of(reader, &(struct load){ .what = LOAD_PASS, .number = pass });
}

const struct call_view *reader_call(struct reader *reader, struct hash key)
{
    return value_of(reader, &(struct load){ .what = LOAD_CALL, .key = key });
}

const struct reader_matches *reader_find(struct reader *reader, unsigned pass, const char *needle)
{
    struct load load = named_load(LOAD_FIND, pass, needle);
    struct hash id = id_of(&load);

    if (reader->search != NULL && !hash_equal(reader->search->id, id))
        drop_entry(reader, reader->search);
    (void)ask(reader, &load);
    reader->search = key_map_get(&reader->entries, id);
    return reader->search->is_there ? reader->search->loaded.value : NULL;
}

static void start_feed(
    struct reader *reader, const struct load *load, reader_fed *on_fed, void *data)
{
    struct job *job = mem_zalloc(1, sizeof *job);

    job->load = *load;
    job->on_fed = on_fed;
    job->fed_data = data;
    submit(reader, job);
}

void reader_feed(struct reader *reader, uint32_t from, uint32_t max, reader_fed *on_fed, void *data)
{
    struct load load = { .what = LOAD_FEED, .number = from, .max = max };

    start_feed(reader, &load, on_fed, data);
}

void reader_feed_times(struct reader *reader, uint32_t from, reader_fed *on_fed, void *data)
{
    start_feed(reader, &(struct load){ .what = LOAD_TIMES, .number = from }, on_fed, data);
}

void reader_feed_calls(
    struct reader *reader, uint32_t row, bool newer, reader_fed *on_fed, void *data)
{
    struct load load = { .what = LOAD_CALLS, .number = row, .newer = newer };

    start_feed(reader, &load, on_fed, data);
}
