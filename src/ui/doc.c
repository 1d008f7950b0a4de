#include "doc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "array.h"
#include "mem.h"
#include "scroll.h"

enum line_kind { LINE_TEXT, LINE_PAIR, LINE_HEAD, LINE_DRAWN };

struct half {
    uint32_t start, end; /* bytes of doc->text */
    uint32_t first_span, span_count;
    enum role role;
    char mark;
};

struct doc_line {
    enum line_kind kind;
    int item, tag;
    bool is_first; /* of its item: has its state */
    struct half half[2];
};

void doc_free(struct doc *doc)
{
    str_free(&doc->text);
    free(doc->lines.items);
    free(doc->spans.items);
    free(doc->needle);
    *doc = (struct doc){ 0 };
}

/* ---- adding ---- */

bool doc_begin(struct doc *doc, int width, uint64_t stamp)
{
    if (doc->is_begun && doc->stamp == stamp && doc->width == width)
        return false;
    doc->is_begun = true;
    doc->stamp = stamp;
    doc->width = width;
    doc->lines.count = doc->spans.count = 0;
    doc->item = DOC_NO_ITEM;
    doc->items = 0;
    str_clear(&doc->text);
    return true;
}

void doc_item(struct doc *doc, int item)
{
    doc->item = item;
    if (item >= doc->items)
        doc->items = item + 1;
}

static bool is_blank(const struct doc_line *line)
{
    return line->kind != LINE_DRAWN && line->half[0].start == line->half[0].end &&
           line->half[1].start == line->half[1].end;
}

/* An item's state stands where its words begin, not on a blank line before them. */
static void push(struct doc *doc, struct doc_line line)
{
    struct doc_line *last = doc->lines.count > 0 ? &doc->lines.items[doc->lines.count - 1] : NULL;

    line.item = doc->item;
    line.is_first = doc->item != DOC_NO_ITEM && (last == NULL || last->item != doc->item);
    if (!line.is_first && last != NULL && last->item == line.item && last->is_first &&
        is_blank(last)) {
        last->is_first = false;
        line.is_first = true;
    }
    ARRAY_PUSH(&doc->lines, line);
}

/* Copies a text with its spans; its lines are then cut from the copy. */
static struct half keep(struct doc *doc, const struct doc_text *text)
{
    struct half whole = { .role = text->role, .mark = text->mark };

    whole.start = (uint32_t)doc->text.len;
    str_add_n(&doc->text, text->text, text->len);
    whole.end = (uint32_t)doc->text.len;
    str_add_char(&doc->text, '\n'); /* no match goes from one text into another */
    whole.first_span = (uint32_t)doc->spans.count;
    for (size_t i = 0; i < text->span_count; i++) {
        struct doc_span span = text->spans[i];

        span.start += whole.start;
        span.end += whole.start;
        ARRAY_PUSH(&doc->spans, span);
    }
    whole.span_count = (uint32_t)text->span_count;
    return whole;
}

/* The next line of a kept text; false at its end. *at is where it begins. */
static bool next_line(
    const struct doc *doc, const struct half *whole, int width, size_t *at, struct half *line)
{
    const char *text = str_text(&doc->text) + whole->start;
    size_t end, next;

    if (!text_wrap(text, whole->end - whole->start, width > 0 ? width : 1, *at, &end, &next))
        return false;
    *line = *whole;
    line->start = whole->start + (uint32_t)*at;
    line->end = whole->start + (uint32_t)end;
    *at = next;
    return true;
}

void doc_add(struct doc *doc, const struct doc_text *text)
{
    struct half whole = keep(doc, text);
    struct doc_line line = { .kind = LINE_TEXT };
    size_t at = 0;

    while (next_line(doc, &whole, doc->width - DOC_MARGIN, &at, &line.half[0]))
        push(doc, line);
}

void doc_add_plain(struct doc *doc, enum role role, const char *format, ...)
{
    struct doc_text text = { .role = role, .mark = ' ' };
    char line[1000];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    text.text = line;
    text.len = strlen(line);
    doc_add(doc, &text);
}

void doc_add_head(struct doc *doc, enum role role, const char *text)
{
    struct doc_text head = { text, strlen(text), role, ' ', NULL, 0 };
    struct doc_line line = { .kind = LINE_HEAD };

    doc_item(doc, DOC_NO_ITEM);
    if (doc->lines.count > 0)
        push(doc, (struct doc_line){ .kind = LINE_TEXT });
    line.half[0] = keep(doc, &head);
    push(doc, line);
}

/* Cells of each of two texts: margin, text, a line between, mark, text. */
static int half_width(int width)
{
    return (width - DOC_MARGIN - 4) / 2;
}

void doc_add_pair(struct doc *doc, const struct doc_text *left, const struct doc_text *right)
{
    const struct doc_text *texts[2] = { left, right };
    struct half whole[2] = { { 0 }, { 0 } };
    size_t at[2] = { 0, 0 };

    for (int i = 0; i < 2; i++)
        if (texts[i] != NULL)
            whole[i] = keep(doc, texts[i]);
    for (;;) {
        struct doc_line line = { .kind = LINE_PAIR };
        bool any = false;

        for (int i = 0; i < 2; i++)
            any |= texts[i] != NULL &&
                   next_line(doc, &whole[i], half_width(doc->width), &at[i], &line.half[i]);
        if (!any)
            break;
        push(doc, line);
    }
}

void doc_add_drawn(struct doc *doc, int tag)
{
    push(doc, (struct doc_line){ .kind = LINE_DRAWN, .tag = tag });
}

size_t doc_lines(const struct doc *doc)
{
    return doc->lines.count;
}

/* ---- drawing ---- */

static void draw_half(
    const struct doc *doc, const struct half *half, const struct pane *pane, int x, int width)
{
    const char *text = str_text(&doc->text);
    size_t at = half->start;
    int end = x + width;
    char mark[2] = { half->mark, '\0' };

    if (half->mark != ' ' && half->mark != '\0')
        (void)pane_text(pane, x - 2, 0, half->role, mark);
    for (size_t i = 0; at < half->end && x < end; i++) {
        bool is_span = i < half->span_count;
        struct doc_span span = is_span ? doc->spans.items[half->first_span + i]
                                       : (struct doc_span){ half->end, half->end, 0 };

        if (is_span && span.end <= at)
            continue;
        if (span.start > half->end)
            span.start = half->end;
        if (span.end > half->end)
            span.end = half->end;
        if (span.start > at)
            x +=
                pane_text_n(pane, x, 0, end - x, half->role, ATTR_NONE, text + at, span.start - at);
        if (span.start < at)
            span.start = at;
        if (x < end && span.end > span.start)
            x += pane_text_n(pane, x, 0, end - x, half->role, span.attr, text + span.start,
                span.end - span.start);
        at = span.end;
    }
}

/* Where the needle begins in these bytes of the text, its end anywhere; `end` where it does not. */
static size_t match_in(const struct doc *doc, size_t at, size_t end)
{
    size_t len = strlen(doc->needle);

    for (; at < end && at + len <= doc->text.len; at++)
        if (strncasecmp(doc->text.data + at, doc->needle, len) == 0)
            return at;
    return end;
}

static void mark_matches(
    const struct doc *doc, const struct half *half, const struct pane *pane, int x, int width)
{
    size_t len = doc->needle != NULL ? strlen(doc->needle) : 0;
    const char *text = str_text(&doc->text);
    size_t at = half->start;

    while (len > 0 && (at = match_in(doc, at, half->end)) < half->end) {
        size_t end = at + len < half->end ? at + len : half->end;
        int before = text_cells(text + half->start, at - half->start);

        if (before < width)
            (void)pane_text_n(
                pane, x + before, 0, width - before, ROLE_MATCH, ATTR_NONE, text + at, end - at);
        at = end;
    }
}

static void draw_text(
    const struct doc *doc, const struct half *half, const struct pane *pane, int x, int width)
{
    draw_half(doc, half, pane, x, width);
    mark_matches(doc, half, pane, x, width);
}

static void draw_line(const struct doc *doc, const struct doc_source *source, const void *data,
    const struct doc_line *line, const struct pane *pane)
{
    int width = half_width(doc->width);

    switch (line->kind) {
    case LINE_TEXT:
        draw_text(doc, &line->half[0], pane, DOC_MARGIN, pane->width - DOC_MARGIN);
        break;
    case LINE_HEAD:
        draw_text(doc, &line->half[0], pane, 0, pane->width);
        break;
    case LINE_PAIR:
        draw_text(doc, &line->half[0], pane, DOC_MARGIN, width);
        pane_vline(pane, DOC_MARGIN + width, 0, 1, ROLE_BORDER);
        draw_text(doc, &line->half[1], pane, DOC_MARGIN + width + 4, width);
        break;
    case LINE_DRAWN:
        if (source->draw != NULL)
            source->draw(data, line->tag, pane);
        break;
    }
}

static void draw_state(
    const struct doc_source *source, const void *data, int item, const struct pane *line)
{
    struct doc_glyph glyph;

    if (source->glyph == NULL)
        return;
    glyph = source->glyph(data, item);
    if (glyph.code != 0)
        pane_glyph(line, 1, 0, glyph.role, glyph.code, glyph.ascii);
}

void doc_draw(struct doc *doc, const struct doc_source *source, const void *data,
    const struct pane *pane, bool focused)
{
    struct pane rows;

    doc->height = pane->height;
    if (doc->selected >= doc->items)
        doc->selected = doc->items > 0 ? doc->items - 1 : 0;
    doc->top = scroll_into(doc->top, doc->top, doc->lines.count, pane->height);
    if (doc->lines.count == 0 && source->empty != NULL)
        (void)pane_text(pane, 0, 0, ROLE_DIM, source->empty);
    rows = scroll_bar(pane, doc->top, doc->lines.count);
    for (int y = 0; y < rows.height && doc->top + (size_t)y < doc->lines.count; y++) {
        const struct doc_line *line = &doc->lines.items[doc->top + (size_t)y];
        struct pane part = pane_part(&rows, 0, y, rows.width, 1);

        draw_line(doc, source, data, line, &part);
        if (line->is_first)
            draw_state(source, data, line->item, &part);
        if (line->item != DOC_NO_ITEM && line->item == doc->selected)
            pane_glyph(&part, 0, 0, focused ? ROLE_TITLE : ROLE_BORDER, 0x258C, '>');
    }
}

/* ---- moving ---- */

static bool lines_of(const struct doc *doc, int item, size_t *first, size_t *end)
{
    bool found = false;

    for (size_t i = 0; i < doc->lines.count; i++)
        if (doc->lines.items[i].item == item) {
            if (!found)
                *first = i;
            *end = i + 1;
            found = true;
        }
    return found;
}

/* After scrolling: an item that is to be seen is the selected one. */
static void select_visible(struct doc *doc)
{
    size_t end = doc->top + (size_t)(doc->height > 0 ? doc->height : 1);
    size_t first = 0, last = 0;

    if (lines_of(doc, doc->selected, &first, &last) && last > doc->top && first < end)
        return;
    for (size_t i = doc->top; i < end && i < doc->lines.count; i++)
        if (doc->lines.items[i].item != DOC_NO_ITEM) {
            doc->selected = doc->lines.items[i].item;
            return;
        }
}

void doc_select(struct doc *doc, int item)
{
    size_t height = (size_t)(doc->height > 2 ? doc->height : 2);
    size_t first, end;

    doc->selected = item;
    if (!lines_of(doc, item, &first, &end))
        return;
    if (first < doc->top)
        doc->top = first > 0 ? first - 1 : 0;
    else if (end > doc->top + height)
        doc->top = end - first < height ? end - height + (end < doc->lines.count ? 1 : 0) : first;
}

/* ---- searching ---- */

static bool has_match(const struct doc *doc, const struct doc_line *line)
{
    for (int i = 0; i < 2; i++)
        if (match_in(doc, line->half[i].start, line->half[i].end) < line->half[i].end)
            return true;
    return false;
}

/* Shows the next line with a match, on from the one found last, around the end. */
static bool seek(struct doc *doc, bool forward)
{
    size_t count = doc->lines.count, at = doc->found;

    for (size_t i = 0; i < count; i++) {
        at = forward ? (at + 1 < count ? at + 1 : 0) : (at > 0 && at <= count ? at : count) - 1;
        if (!has_match(doc, &doc->lines.items[at]))
            continue;
        doc->found = at;
        doc->top = scroll_into(doc->top, at, count, doc->height);
        if (doc->lines.items[at].item != DOC_NO_ITEM)
            doc->selected = doc->lines.items[at].item;
        return true;
    }
    return false;
}

bool doc_search(struct doc *doc, const char *needle)
{
    free(doc->needle);
    doc->needle = needle[0] != '\0' ? mem_strdup(needle) : NULL;
    doc->found = doc->top > 0 ? doc->top - 1 : SIZE_MAX;
    return doc->needle == NULL || seek(doc, true);
}

bool doc_act(struct doc *doc, enum action action)
{
    size_t height = (size_t)(doc->height > 0 ? doc->height : 0);
    size_t tops = doc->lines.count > height ? doc->lines.count - height + 1 : 1;

    if (action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS)
        return doc->needle != NULL && seek(doc, action == ACTION_SEARCH_NEXT);

    if (action == ACTION_NEXT || action == ACTION_PREVIOUS) {
        int to = doc->selected + (action == ACTION_NEXT ? 1 : -1);

        if (to >= 0 && to < doc->items)
            doc_select(doc, to);
        return true;
    }
    if (doc->top >= tops)
        doc->top = tops - 1;
    if (tops == 1 && (action == ACTION_DOWN || action == ACTION_UP)) /* nothing to scroll */
        return doc_act(doc, action == ACTION_DOWN ? ACTION_NEXT : ACTION_PREVIOUS);
    if (!scroll_move(action, tops, doc->height, &doc->top))
        return false;
    select_visible(doc);
    return true;
}

bool doc_click(struct doc *doc, int y)
{
    size_t at = doc->top + (size_t)(y > 0 ? y : 0);

    if (y < 0 || y >= doc->height || at >= doc->lines.count ||
        doc->lines.items[at].item == DOC_NO_ITEM)
        return false;
    doc->selected = doc->lines.items[at].item;
    return true;
}
