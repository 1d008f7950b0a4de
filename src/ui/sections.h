#ifndef SECTIONS_H
#define SECTIONS_H

/*
 * The sections of a text_view while they are gathered: for drawing (sections_show) and for copying
 * and paging (sections_write), from one description. What has to live as long is kept here. A
 * zeroed struct is empty.
 */
#include "reader.h"
#include "str.h"
#include "text_view.h"

struct sections {
    struct {
        struct text_section *items;
        size_t count, cap;
    } list;
    struct {
        void **items;
        size_t count, cap;
    } kept;
};

void sections_free(struct sections *sections); /* empties it */

/* One more; the texts are borrowed. `text` NULL: on its way. The section is valid until the next
 * one is added. */
struct text_section *sections_add(
    struct sections *sections, const char *head, enum role head_role, const char *text, size_t len);
/* The text of an id; one that is missing is said to be `none`. */
struct text_section *sections_add_id(struct sections *sections, const char *head,
    enum role head_role, struct reader *reader, struct hash id, const char *none);
/* A dim line of ours. */
void sections_note(struct sections *sections, const char *head, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Keeps a block of memory until the end; returns it. */
void *sections_keep(struct sections *sections, void *take_block);
/* printf into memory kept until the end. */
const char *sections_print(struct sections *sections, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void sections_show(const struct sections *sections, struct text_view *view);
/* Appends all as plain text, each head on a line of its own; whole, not the preview. */
void sections_write(const struct sections *sections, struct str *out);

#endif
