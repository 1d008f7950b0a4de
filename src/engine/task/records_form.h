#ifndef RECORDS_FORM_H
#define RECORDS_FORM_H

/*
 * How the records of one form of file are read: one file a form, one table each, chosen by
 * records.c. Private to the records' files.
 */
#include "csv.h"
#include "records.h"

/* Where the present record begins. */
struct place {
    unsigned line, column;
};

struct record_form {
    /* To the next record: true with records->number counted up, or with records->ended. Where it is
     * wanted, records->doc holds it, or records->value is set. */
    bool (*next)(struct records *records, struct place *place, bool wanted, struct err *err);
    /* Once, when the file is open; NULL: nothing to do. */
    bool (*open)(struct records *records, struct err *err);
};

struct records {
    const struct record_form *form;
    const char *path;      /* of the file that the present record stands in */
    char *root;            /* as opened */
    struct source *source; /* NULL for a folder */
    size_t number;         /* of the last record */
    bool ended;
    struct str text;           /* of the present record */
    struct json_doc *doc;      /* of the present record, or what it is part of */
    const struct json *value;  /* the present record */
    struct csv_row names, row; /* form_rows */
    char separator;            /* form_rows */
    const char *nested;        /* form_nested */
    size_t next_item;          /* form_nested: of the list of the present doc */
    struct json joined;        /* form_nested: the present record */
    size_t joined_cap;
    struct {
        char **items;
        size_t count, cap;
    } files; /* form_folder */
};

extern const struct record_form form_array, form_lines, form_rows, form_nested, form_folder;

/* Whether the file, which begins with "{", is one object of objects. Reads on in the source. */
bool form_nested_begins(struct source *source);

/* "FILE:LINE:COLUMN: what (after record N)", at the next byte. */
bool records_fail_here(const struct records *records, struct err *err, const char *what);
/* Reads a JSON object whose "{" is the next byte into records->text. */
bool records_read_object(struct records *records, bool wanted, struct err *err);
/* Takes records->text, a JSON object, apart into records->doc; `hint` ends the message of what is
 * not JSON. */
bool records_parse(struct records *records, struct place place, const char *hint, struct err *err);

#endif
