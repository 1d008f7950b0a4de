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
    size_t count; /* so many of them, drawn by the seed; 0: all. Parts that draw from the same
                     records by the same seed never get the same one */
    uint64_t seed;
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
    char *target; /* one that the format offers; format fields: its column */
    /* Objects of field: value or list of values; NULL: none. Records are chosen by them before they
     * are counted or drawn. */
    struct json_doc *only, *without;
    bool drop_overlap; /* an example in two splits stays in the later one alone, instead of being an
                          error */
};

/* Something that a format offers, and how it is made of a record: one reference; NULL and an error.
 */
struct data_offer {
    const char *name; /* NULL ends a list */
    struct text *(*read)(const struct record *record, const char *name, struct err *err);
};

/* What `flowbot init` writes for a format, pieces of a task file. */
struct data_start {
    const char *task;    /* "task" */
    const char *metric;  /* JSON */
    const char *target;  /* "data.target" where it is not the first that is offered */
    const char *tools;   /* lines of members of "tools", comments among them; NULL: none */
    const char *models;  /* lines of further members of "models"; NULL: none */
    const char *comment; /* lines above "metric": what else there is */
};

/* One file a format with one table; a line in data_format.c's list. */
struct data_format {
    const char *name;
    const char *summary;              /* one line for help */
    const char *const *ids;           /* members that may be an example's id; a NULL ends them */
    const struct data_offer *inputs;  /* NULL: any column */
    size_t default_inputs;            /* so many of the first ones */
    const struct data_offer *targets; /* the first is the default; NULL: any column */
    struct record_shape shape;
    bool has_passages;
    bool needs_corpus; /* its metrics ask for documents that are not in the data */
    /* Fills example->inputs and ->target; NULL: by the offers. On failure what was filled is freed
     * by the caller with data_example_free. */
    bool (*read)(const struct task *task, const struct record *record, struct example *example,
        struct err *err);
    /* Appends the record's passages; NULL where has_passages is false. */
    bool (*passages)(const struct record *record,
        bool (*add)(void *data, const char *title, const char *text), void *data, struct err *err);
    /* A member whose values (strings) tell what a metric must be able to check, and what this
     * program lacks for one of them (NULL: nothing). NULL: there is none. */
    const char *checked;
    const char *(*lacks)(const char *value);
    /* How to begin with this record of the data; not for the format fields. */
    const struct data_start *(*start)(const struct json *first);
};

const struct data_format *data_format_find(const char *name);
const struct data_format *const *data_format_list(size_t *count);
const struct data_offer *data_offer_find(const struct data_offer *offers, const char *name);
/* Fills all of an example but its hash. */
bool data_format_read(
    const struct task *task, const struct record *record, struct example *example, struct err *err);

/* Reads the records of the splits, in file order (of three files: train, validation, test), and
 * gives each to `on_record`, which stops the reading by returning false with an error. */
bool data_each(const struct data_spec *spec,
    bool (*on_record)(void *data, enum split split, const struct record *record, struct err *err),
    void *data, struct err *err);

/* How many records of the file the specification's `only` and `without` leave. */
bool data_count(const struct data_spec *spec, const char *path, size_t *count, struct err *err);

/* Fills examples, splits, duplicates_dropped and data_hash of the task from its task->data. */
bool data_load(struct task *task, struct err *err);
void data_example_free(struct example *example, size_t input_count);
void data_spec_free(struct data_spec *spec); /* NULL is nothing */

/* For the formats: the record's value as a text without NUL (numbers as they stand, arrays and
 * objects as compact JSON), one reference; NULL and an error where it is null or missing. `what` is
 * "input" or "target". */
struct text *data_text(
    const struct record *record, const char *field, const char *what, struct err *err);
/* An offer's reader: the member of that name, which must be a string that is not empty. */
struct text *data_string(const struct record *record, const char *name, struct err *err);
/* The named members that the record has (a NULL ends the list), as a compact JSON object. */
struct text *data_members(const struct record *record, const char *const *names);

#endif
