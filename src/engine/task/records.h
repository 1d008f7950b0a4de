#ifndef RECORDS_H
#define RECORDS_H

/*
 * The records of a data file, one after the other, each a JSON object, in bounded memory whatever
 * the file's size: one JSON array of objects, one object a line, or (named *.csv, *.tsv) a table
 * with a first row of column names, whose values are strings; packed by gzip or not. A record that
 * is not wanted is skipped without being read.
 */
#include "err.h"
#include "json.h"

enum { RECORD_MAX_BYTES = 16 << 20 };

struct records;

/* What the files of a format may be besides that. */
struct record_shape {
    const char *nested; /* one JSON object of objects, each of which lists its records in this
                           member, beside what they share; NULL: no */
    bool folder;        /* a folder of *.json files, one record each */
};

struct record {
    const char *path; /* of its file */
    const char *root; /* what was opened: the file, or the folder above it */
    size_t number;    /* from 1 */
    unsigned line;    /* where it begins */
    const struct json
        *value; /* an object (of form nested its members may stand twice: the first one counts);
                   valid until the next call; NULL where it was not wanted */
};

enum record_result { RECORD_READ, RECORD_END, RECORD_BROKEN };

/* NULL and ERR_INPUT where there is no such file, or where it holds no records at all. `shape` is
 * borrowed; NULL: none of it. */
struct records *records_open(const char *path, const struct record_shape *shape, struct err *err);
void records_close(struct records *records); /* NULL is nothing */

/* The next record. RECORD_BROKEN sets the error: file, line, record number, what is wrong. */
enum record_result records_next(
    struct records *records, bool wanted, struct record *record, struct err *err);

/* "FILE:LINE: record N: message", ERR_INPUT; returns false. */
bool record_error(const struct record *record, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
