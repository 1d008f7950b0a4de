#include "advisor_message.h"

#include <string.h>
#include <strings.h>

#include "array.h"
#include "mem.h"

struct piece piece_of(const char *text)
{
    return (struct piece){ text, text != NULL ? strlen(text) : 0 };
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

struct piece piece_trim(struct piece piece)
{
    while (piece.len > 0 && is_blank(piece.at[0])) {
        piece.at++;
        piece.len--;
    }
    while (piece.len > 0 && is_blank(piece.at[piece.len - 1]))
        piece.len--;
    return piece;
}

bool piece_is(struct piece piece, const char *text)
{
    size_t len = strlen(text);

    return piece.at != NULL && piece.len == len && strncasecmp(piece.at, text, len) == 0;
}

static const char *find(struct piece piece, const char *text)
{
    return piece.at == NULL ? NULL : memmem(piece.at, piece.len, text, strlen(text));
}

bool piece_has(struct piece piece, const char *text)
{
    return find(piece, text) != NULL;
}

char *piece_dup(struct piece piece)
{
    return mem_strndup(piece.at != NULL ? piece.at : "", piece.len);
}

static struct piece piece_from(struct piece piece, const char *at)
{
    return (struct piece){ at, piece.len - (size_t)(at - piece.at) };
}

/* The next "<name>" or "<name …>" in `in`; *after is what follows its ">". NULL where there is
 * none. */
static const char *find_opening(
    struct piece in, const char *name, struct piece *tag, struct piece *after)
{
    size_t len = strlen(name);

    while (in.len > len + 1) {
        const char *at = memchr(in.at, '<', in.len);
        const char *end;

        if (at == NULL)
            return NULL;
        in = piece_from(in, at + 1);
        if (in.len <= len || memcmp(in.at, name, len) != 0 ||
            (in.at[len] != '>' && in.at[len] != ' '))
            continue;
        end = memchr(in.at, '>', in.len);
        if (end == NULL)
            return NULL;
        *tag = (struct piece){ in.at, (size_t)(end - in.at) };
        *after = piece_from(in, end + 1);
        return at;
    }
    return NULL;
}

static const char *find_closing(struct piece in, const char *name, bool last)
{
    size_t len = strlen(name);
    const char *found = NULL;

    for (const char *at; (at = find(in, "</")) != NULL;) {
        in = piece_from(in, at + 2);
        if (in.len <= len || memcmp(in.at, name, len) != 0 || in.at[len] != '>')
            continue;
        found = at;
        if (!last)
            break;
    }
    return found;
}

struct piece message_value(struct piece message, const char *name)
{
    struct piece tag, after;
    const char *end;

    if (find_opening(message, name, &tag, &after) == NULL)
        return (struct piece){ 0 };
    end = find_closing(after, name, true);
    if (end == NULL)
        return (struct piece){ 0 };
    return piece_trim((struct piece){ after.at, (size_t)(end - after.at) });
}

/* The value of the first attribute="…" in a tag. */
static struct piece attribute(struct piece tag)
{
    const char *from = find(tag, "=\"");
    const char *end;

    if (from == NULL)
        return (struct piece){ 0 };
    tag = piece_from(tag, from + 2);
    end = memchr(tag.at, '"', tag.len);
    return (struct piece){ tag.at, end != NULL ? (size_t)(end - tag.at) : tag.len };
}

bool message_next(struct piece *rest, const char *name, struct piece *id, struct piece *body)
{
    struct piece tag, after;
    const char *end;

    if (find_opening(*rest, name, &tag, &after) == NULL)
        return false;
    end = find_closing(after, name, false);
    if (end == NULL)
        return false;
    *id = attribute(tag);
    *body = piece_trim((struct piece){ after.at, (size_t)(end - after.at) });
    *rest = piece_from(after, end);
    return true;
}

struct piece message_before(struct piece message, const char *name)
{
    struct piece tag, after;
    const char *at = find_opening(message, name, &tag, &after);

    return at == NULL ? message : (struct piece){ message.at, (size_t)(at - message.at) };
}

static struct piece next_line(struct piece *rest)
{
    const char *end = memchr(rest->at, '\n', rest->len);
    struct piece line = { rest->at, end != NULL ? (size_t)(end - rest->at) : rest->len };

    *rest = piece_from(*rest, end != NULL ? end + 1 : rest->at + rest->len);
    return line;
}

size_t message_parts(struct piece inputs, struct part parts[PARTS_MAX])
{
    struct piece rest = inputs;
    size_t count = 0;

    while (rest.len > 0) {
        struct piece line = next_line(&rest);

        if (line.len > 3 && memcmp(line.at, "## ", 3) == 0 && count < PARTS_MAX)
            parts[count++] = (struct part){ piece_trim((struct piece){ line.at + 3, line.len - 3 }),
                { line.at + line.len, 0 } };
        else if (count > 0)
            parts[count - 1].text.len = (size_t)(line.at + line.len - parts[count - 1].text.at);
    }
    if (count == 0 && piece_trim(inputs).len > 0)
        parts[count++] = (struct part){ { NULL, 0 }, inputs };
    for (size_t i = 0; i < count; i++)
        parts[i].text = piece_trim(parts[i].text);
    return count;
}

const struct part *message_question(const struct part *parts, size_t count)
{
    static const char *const names[] = { "question", "query", "claim", "problem" };

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (piece_is(parts[i].name, names[k]))
                return &parts[i];
    for (size_t i = 0; i < count; i++)
        if (parts[i].text.len > 0 && parts[i].text.at[parts[i].text.len - 1] == '?')
            return &parts[i];
    return NULL;
}

/* "[12] Title | text" */
static bool read_passage(struct piece line, struct source *out)
{
    const char *end = memchr(line.at, ']', line.len);
    const char *bar = memchr(line.at, '|', line.len);

    if (line.len < 4 || line.at[0] != '[' || end == NULL || bar == NULL || bar < end)
        return false;
    for (const char *at = line.at + 1; at < end; at++)
        if (*at < '0' || *at > '9')
            return false;
    out->title = piece_trim((struct piece){ end + 1, (size_t)(bar - end - 1) });
    out->text = piece_trim(piece_from(line, bar + 1));
    return true;
}

void message_sources(struct piece text, size_t origin, struct sources *out)
{
    struct piece rest = text;
    size_t before = out->count;
    struct source source = { .origin = origin };

    while (rest.len > 0 && out->count < SOURCES_MAX) {
        struct piece line = next_line(&rest);

        if (read_passage(piece_trim(line), &source))
            ARRAY_PUSH(out, source);
    }
    if (out->count == before && text.len > 0 && out->count < SOURCES_MAX)
        ARRAY_PUSH(out, ((struct source){ { NULL, 0 }, text, origin }));
}

bool message_has_passages(struct piece text)
{
    struct source passage;

    while (text.len > 0)
        if (read_passage(piece_trim(next_line(&text)), &passage))
            return true;
    return false;
}
