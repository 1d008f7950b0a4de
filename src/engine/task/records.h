#ifndef RECORDS_H
#define RECORDS_H

/*
 * The records of a data file, one after the other, each a JSON object, in bounded memory whatever
 * the file's size: one JSON array of objects, one object a line, or (named *.csv) CSV after RFC
 * 4180 with a first row of column names, whose values are strings. A record that is not wanted is
 * skipped without being read.
 */
#include "err.h"
#include "json.h"

enum { RECORD_MAX_BYTES = 16 << 20 };

struct records;

struct record {
    const char *path; /* the file's, as opened */
    size_t number;    /* from 1 */
    unsigned line;    /* where it begins */
    const struct json
        *value; /* an object; valid until the next call; NULL where it was not wanted */
};

enum record_result { RECORD_READ, RECORD_END, RECORD_BROKEN };

/* NULL and ERR_INPUT where there is no such file, or where it holds no records at all. */
struct records *records_open(const char *path, struct err *err);
void records_close(struct records *records); /* NULL is nothing */

/* The next record. RECORD_BROKEN sets the error: file, line, record number, what is wrong. */
enum record_result records_next(
    struct records *records, bool wanted, struct record *record, struct err *err);

/* "FILE:LINE: record N: message", ERR_INPUT; returns false. */
bool record_error(const struct record *record, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
