#ifndef MADE_FILE_H
#define MADE_FILE_H

/* A run's file made by the store's own functions, with a reader on it, for screens that read long
 * texts. What is said goes into the file and into a run_view. */
#include "hash.h"
#include "reader.h"
#include "run_view.h"

struct made_file {
    uv_loop_t *loop;
    struct run_view *view;
    struct store *store;
    char folder[40];
    uint32_t seq;
    int64_t t;
};

void made_file_open(struct made_file *file, uv_loop_t *loop, struct run_view *view);
/* A fact; ' stands for ". Not after made_file_reader. */
void made_file_fact(struct made_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same, for the view alone. */
void made_file_progress(struct made_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A text; its id into `hex`. */
void made_file_text(struct made_file *file, const char *text, char hex[HASH_HEX_SIZE]);
/* The file is complete. The caller closes the reader. */
struct reader *made_file_reader(struct made_file *file, reader_change *on_change, void *data);
void made_file_remove(struct made_file *file);

#endif
