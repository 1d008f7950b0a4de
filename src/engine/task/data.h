#ifndef DATA_H
#define DATA_H

/*
 * The data of a task: which records of which files make up its splits, and in which format they
 * are. The files are read record by record; only what the splits need is kept.
 */
#include "records.h"
#include "task.h"

/* Three files or stretches of files, one a split. */
struct data_part {
    char *where; /* "FILE:LINE:COLUMN: data.train" of the setting, for messages */
    char *file;  /* absolute */
    bool ranged; /* records from..to of the file, counted from 0, `to` not included */
    size_t from, to;
};

struct data_format;

struct data_spec {
    const struct data_format *format;
    bool one_file; /* parts[0].file alone, split by seed: sizes, seed */
    size_t sizes[SPLIT_COUNT];
    uint64_t seed;
    struct data_part parts[SPLIT_COUNT];
    char **columns; /* format fields: of each task input, in their order */
    size_t column_count;
    char *target; /* format fields: column of the target */
};

/* One file a format with one table; a line in data_format.c's list. */
struct data_format {
    const char *name;
    const char *const *inputs; /* what it offers as inputs; NULL: any column */
    size_t input_count;
    bool has_passages;
    /* Fills example->inputs, ->target and ->id (NULL where the record has none). On failure what
     * was filled is freed by the caller with data_example_free. */
    bool (*read)(const struct task *task, const struct record *record, struct example *example,
        struct err *err);
    /* Appends the record's passages; NULL where has_passages is false. */
    bool (*passages)(const struct record *record,
        bool (*add)(void *data, const char *title, const char *text), void *data, struct err *err);
};

const struct data_format *data_format_find(const char *name);
const char *const *data_format_names(size_t *count);

/* Reads the records of the splits, in file order (of three files: train, validation, test), and
 * gives each to `on_record`, which stops the reading by returning false with an error. */
bool data_each(const struct data_spec *spec,
    bool (*on_record)(void *data, enum split split, const struct record *record, struct err *err),
    void *data, struct err *err);

/* Fills examples, splits, duplicates_dropped and data_hash of the task from its task->data. */
bool data_load(struct task *task, struct err *err);
void data_example_free(struct example *example, size_t input_count);
void data_spec_free(struct data_spec *spec); /* NULL is nothing */

/* For the formats: the record's value as a text without NUL (numbers as they stand, arrays and
 * objects as compact JSON), one reference; NULL and an error where it is null or missing. `what` is
 * "input" or "target". */
struct text *data_text(
    const struct record *record, const char *field, const char *what, struct err *err);
/* The first of the fields that is a non-empty string or a number, as the example's id; the
 * caller's; NULL: none. */
char *data_id(const struct record *record, const char *const *fields, size_t count);

#endif
