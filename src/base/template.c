#include "template.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "nearest.h"

/* A stretch of plain text, then (unless it is the last) the value of a placeholder. */
struct piece {
    const char *text; /* into source */
    size_t len;
    size_t value; /* index of the name; count of names for none */
};

struct template
{
    char *source;
    size_t name_count;
    struct {
        struct piece *items;
        size_t count, cap;
    } pieces;
};

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next "{{name}}" at or after `from`; NULL where there is none. */
static const char *find_mark(const char *from, size_t *name_len)
{
    for (const char *at = strstr(from, "{{"); at != NULL; at = strstr(at + 1, "{{")) {
        size_t len = 0;

        while (is_name_char(at[2 + len]))
            len++;
        if (len > 0 && strncmp(at + 2 + len, "}}", 2) == 0) {
            *name_len = len;
            return at;
        }
    }
    return NULL;
}

static size_t find_name(const char *const *names, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
            return i;
    return count;
}

static size_t line_of(const char *source, const char *at)
{
    size_t line = 1;

    for (const char *p = source; p < at; p++)
        line += *p == '\n';
    return line;
}

static bool unknown(
    const char *title, size_t line, const char *name, const char *near, struct err *err)
{
    return err_set(err, ERR_INPUT, "%s:%zu: unknown placeholder {{%s}}%s%s%s", title, line, name,
        near != NULL ? "; the nearest known one is {{" : "", near != NULL ? near : "",
        near != NULL ? "}}" : "");
}

static bool split(
    struct template *t, const char *title, const char *const *names, bool *seen, struct err *err)
{
    const char *from = t->source;
    const char *mark;
    size_t len;

    while ((mark = find_mark(from, &len)) != NULL) {
        size_t value = find_name(names, t->name_count, mark + 2, len);
        struct piece piece = { from, (size_t)(mark - from), value };

        if (value == t->name_count) {
            char *name = mem_strndup(mark + 2, len);

            unknown(title, line_of(t->source, mark), name, nearest_name(name, names, t->name_count),
                err);
            free(name);
            return false;
        }
        seen[value] = true;
        ARRAY_PUSH(&t->pieces, piece);
        from = mark + len + 4;
    }
    ARRAY_PUSH(&t->pieces, ((struct piece){ from, strlen(from), t->name_count }));
    return true;
}

static bool all_seen(
    const char *title, const char *const *names, size_t count, const bool *seen, struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!seen[i])
            return err_set(err, ERR_INPUT,
                "%s: the placeholder {{%s}} is missing; put it where its text belongs", title,
                names[i]);
    return true;
}

struct template *template_parse(
    const char *title, const char *source, const char *const *names, size_t count, struct err *err)
{
    struct template *t = mem_zalloc(1, sizeof *t);
    bool *seen = mem_zalloc(count, sizeof *seen);

    t->source = mem_strdup(source);
    t->name_count = count;
    if (!split(t, title, names, seen, err) || !all_seen(title, names, count, seen, err)) {
        template_free(t);
        t = NULL;
    }
    free(seen);
    return t;
}

void template_render(const struct template *t, const char *const *values, struct str *out)
{
    for (size_t i = 0; i < t->pieces.count; i++) {
        const struct piece *piece = &t->pieces.items[i];

        str_add_n(out, piece->text, piece->len);
        if (piece->value < t->name_count)
            str_add(out, values[piece->value]);
    }
}

void template_free(struct template *t)
{
    if (t == NULL)
        return;
    free(t->source);
    free(t->pieces.items);
    free(t);
}
