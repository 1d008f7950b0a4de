#include "sections.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

void sections_free(struct sections *sections)
{
    for (size_t i = 0; i < sections->kept.count; i++)
        free(sections->kept.items[i]);
    free(sections->kept.items);
    free(sections->list.items);
    *sections = (struct sections){ 0 };
}

struct text_section *sections_add(
    struct sections *sections, const char *head, enum role head_role, const char *text, size_t len)
{
    struct text_section section = {
        .head = head, .head_role = head_role, .text = text, .len = len, .role = ROLE_TEXT
    };

    ARRAY_PUSH(&sections->list, section);
    return &sections->list.items[sections->list.count - 1];
}

struct text_section *sections_add_id(struct sections *sections, const char *head,
    enum role head_role, struct reader *reader, struct hash id, const char *none)
{
    bool missing = false;
    const struct text *text = reader_text(reader, id, &missing);
    struct text_section *section;

    if (text != NULL)
        return sections_add(sections, head, head_role, text->data, text->len);
    section =
        sections_add(sections, head, head_role, missing ? none : NULL, missing ? strlen(none) : 0);
    section->role = ROLE_DIM;
    return section;
}

void *sections_keep(struct sections *sections, void *take_block)
{
    ARRAY_PUSH(&sections->kept, take_block);
    return take_block;
}

static const char *keep_printed(struct sections *sections, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static const char *keep_printed(struct sections *sections, const char *format, va_list args)
{
    char *text = NULL;

    if (vasprintf(&text, format, args) < 0)
        abort();
    return sections_keep(sections, text);
}

const char *sections_print(struct sections *sections, const char *format, ...)
{
    va_list args;
    const char *text;

    va_start(args, format);
    text = keep_printed(sections, format, args);
    va_end(args);
    return text;
}

void sections_note(struct sections *sections, const char *head, const char *format, ...)
{
    va_list args;
    const char *text;

    va_start(args, format);
    text = keep_printed(sections, format, args);
    va_end(args);
    sections_add(sections, head, ROLE_TITLE, text, strlen(text))->role = ROLE_DIM;
}

void sections_show(const struct sections *sections, struct text_view *view)
{
    text_view_set(view, sections->list.items, sections->list.count);
}

void sections_write(const struct sections *sections, struct str *out)
{
    for (size_t i = 0; i < sections->list.count; i++) {
        const struct text_section *section = &sections->list.items[i];

        if (section->head != NULL)
            str_addf(out, "%s%s\n", i > 0 ? "\n" : "", section->head);
        if (section->text != NULL)
            str_add_n(out, section->text, section->len);
        if (out->len > 0 && out->data[out->len - 1] != '\n')
            str_add_char(out, '\n');
    }
}
