#include "sse.h"

#include <string.h>

static bool tell(struct sse *sse, const char *data, size_t len)
{
    return sse->on_event(sse->ctx, sse->name.len > 0 ? sse->name.data : "message", data, len);
}

static bool dispatch(struct sse *sse)
{
    bool more = !sse->has_data || tell(sse, str_text(&sse->data), sse->data.len);

    sse->has_data = false;
    str_clear(&sse->data);
    str_clear(&sse->name);
    return more;
}

static bool add_data(struct sse *sse, const char *value, size_t len, struct err *err)
{
    if (sse->data.len + len >= SSE_EVENT_MAX)
        return err_set(
            err, ERR_ENDPOINT, "an event of the stream is larger than %d MiB", SSE_EVENT_MAX >> 20);
    if (sse->has_data)
        str_add_char(&sse->data, '\n');
    str_add_n(&sse->data, value, len);
    sse->has_data = true;
    return true;
}

static bool is_field(const char *line, size_t len, const char *field)
{
    return len == strlen(field) && memcmp(line, field, len) == 0;
}

static bool on_line(struct sse *sse, const char *line, size_t len, struct err *err)
{
    const char *colon, *value;
    size_t field;

    if (!sse->begun && len >= 3 && memcmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        len -= 3;
    }
    sse->begun = true;
    if (len == 0)
        return dispatch(sse);
    if (len > 6 && memcmp(line, "data: ", 6) == 0)
        return add_data(sse, line + 6, len - 6, err);
    colon = memchr(line, ':', len);
    field = colon != NULL ? (size_t)(colon - line) : len;
    value = colon != NULL ? colon + 1 : line + len;
    if (value < line + len && *value == ' ')
        value++;
    if (is_field(line, field, "data"))
        return add_data(sse, value, (size_t)(line + len - value), err);
    if (is_field(line, field, "event")) {
        str_clear(&sse->name);
        str_add_n(&sse->name, value, (size_t)(line + len - value));
    }
    return true;
}

/* The first line end in [at, end), or end. `cr` is the next CR, found once for many lines. */
static const char *line_end(const char *at, const char *end, const char **cr)
{
    const char *lf = memchr(at, '\n', (size_t)(end - at));

    if (lf == NULL)
        lf = end;
    if (*cr < at) {
        *cr = memchr(at, '\r', (size_t)(end - at));
        if (*cr == NULL)
            *cr = end;
    }
    return *cr < lf ? *cr : lf;
}

static bool keep(struct sse *sse, const char *bytes, size_t len, struct err *err)
{
    if (sse->line.len + len > SSE_LINE_MAX)
        return err_set(
            err, ERR_ENDPOINT, "a line of the stream is longer than %d MiB", SSE_LINE_MAX >> 20);
    str_add_n(&sse->line, bytes, len);
    return true;
}

/* One whole line: from the chunk alone, or with what the chunks before it left. */
static bool take_line(struct sse *sse, const char *bytes, size_t len, struct err *err)
{
    bool more;

    if (sse->line.len == 0)
        return on_line(sse, bytes, len, err);
    if (!keep(sse, bytes, len, err))
        return false;
    more = on_line(sse, sse->line.data, sse->line.len, err);
    str_clear(&sse->line);
    return more;
}

/* Nearly every event of a stream: one line of data, and a blank one, both in the chunk. */
static bool is_whole_event(const struct sse *sse, const char *at, const char *stop, const char *end)
{
    return end - stop >= 2 && stop[0] == '\n' && stop[1] == '\n' && sse->begun && !sse->has_data &&
           sse->line.len == 0 && stop - at > 6 && stop - at < SSE_EVENT_MAX &&
           memcmp(at, "data: ", 6) == 0;
}

bool sse_feed(struct sse *sse, const char *bytes, size_t len, struct err *err)
{
    const char *at = bytes, *end = bytes + len;
    const char *cr = NULL;

    if (len == 0)
        return true;
    if (sse->after_cr && *at == '\n')
        at++;
    sse->after_cr = false;
    cr = memchr(at, '\r', (size_t)(end - at));
    if (cr == NULL)
        cr = end;
    while (at < end) {
        const char *stop = line_end(at, end, &cr);

        if (stop == end)
            return keep(sse, at, (size_t)(end - at), err);
        if (is_whole_event(sse, at, stop, end)) {
            if (!tell(sse, at + 6, (size_t)(stop - at) - 6))
                return false;
            str_clear(&sse->name);
            at = stop + 2;
            continue;
        }
        if (!take_line(sse, at, (size_t)(stop - at), err))
            return false;
        at = stop + 1;
        if (*stop == '\r' && at == end)
            sse->after_cr = true;
        else if (*stop == '\r' && *at == '\n')
            at++;
    }
    return true;
}

static bool is_done_mark(const struct str *data)
{
    return str_starts(str_text(data), "[DONE]");
}

bool sse_end(struct sse *sse, struct err *err)
{
    if (sse->line.len > 0 && !on_line(sse, sse->line.data, sse->line.len, err))
        return false;
    str_clear(&sse->line);
    return !sse->has_data || !is_done_mark(&sse->data) || dispatch(sse);
}

void sse_free(struct sse *sse)
{
    str_free(&sse->line);
    str_free(&sse->data);
    str_free(&sse->name);
}
