#include "text_view.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "hash.h"
#include "mem.h"
#include "scroll.h"

struct text_kept {
    char *head, *text; /* text NULL: not there yet */
    size_t len;        /* of the preview */
    size_t whole;      /* bytes of the text that was given */
    enum role head_role, role;
    bool numbers;
    struct text_span *spans;
    size_t span_count;
};

enum line_kind { LINE_TEXT, LINE_HEAD, LINE_NOTE, LINE_BLANK };

struct text_line {
    enum line_kind kind;
    uint32_t section;
    uint32_t start, end; /* bytes of the section's text */
    uint32_t number;     /* of the line of the text that begins here; 0: goes on */
};

struct text_match {
    uint32_t section, start, end;
};

static void free_kept(struct text_view *view)
{
    for (size_t i = 0; i < view->kept_count; i++) {
        free(view->kept[i].head);
        free(view->kept[i].text);
        free(view->kept[i].spans);
    }
    free(view->kept);
    view->kept = NULL;
    view->kept_count = 0;
}

void text_view_free(struct text_view *view)
{
    free_kept(view);
    free(view->lines.items);
    free(view->matches.items);
    free(view->needle);
    *view = (struct text_view){ 0 };
}

/* ---- content ---- */

static size_t preview_len(const struct text_section *section)
{
    size_t len = section->len;

    if (section->text == NULL || len <= TEXT_VIEW_PREVIEW)
        return section->text == NULL ? 0 : len;
    len = TEXT_VIEW_PREVIEW;
    while (len > TEXT_VIEW_PREVIEW - 4 && ((unsigned char)section->text[len] & 0xC0) == 0x80)
        len--;
    return len;
}

static uint64_t mix(uint64_t key, const void *bytes, size_t len)
{
    return hash_bytes(bytes, len).low ^ (key * 0x9E3779B97F4A7C15u + len);
}

static uint64_t content_key(const struct text_section *sections, size_t count)
{
    uint64_t key = count + 1;

    for (size_t i = 0; i < count; i++) {
        const struct text_section *s = &sections[i];
        uint64_t parts[] = { (uint64_t)s->head_role, (uint64_t)s->role, s->numbers, s->len,
            s->text == NULL, s->head == NULL };

        key = mix(key, parts, sizeof parts);
        key = mix(key, s->head != NULL ? s->head : "", s->head != NULL ? strlen(s->head) : 0);
        key = mix(key, s->text != NULL ? s->text : "", preview_len(s));
        for (size_t j = 0; j < s->span_count; j++) {
            uint64_t span[] = { s->spans[j].start, s->spans[j].end, (uint64_t)s->spans[j].role,
                s->spans[j].attr };

            key = mix(key, span, sizeof span);
        }
    }
    return key;
}

static void keep(struct text_kept *kept, const struct text_section *section)
{
    *kept = (struct text_kept){ .head = mem_strdup(section->head),
        .len = preview_len(section),
        .whole = section->len,
        .head_role = section->head_role,
        .role = section->role,
        .numbers = section->numbers,
        .span_count = section->span_count };
    if (section->text != NULL)
        kept->text = mem_strndup(section->text, kept->len);
    if (section->span_count > 0) {
        kept->spans = mem_zalloc(section->span_count, sizeof *kept->spans);
        memcpy(kept->spans, section->spans, section->span_count * sizeof *kept->spans);
    }
}

static void find_matches(struct text_view *view);

void text_view_set(struct text_view *view, const struct text_section *sections, size_t count)
{
    uint64_t key;

    if (count > TEXT_VIEW_SECTIONS)
        count = TEXT_VIEW_SECTIONS;
    key = content_key(sections, count);
    if (view->key == key)
        return;
    free_kept(view);
    view->key = key;
    view->kept = mem_zalloc(count + 1, sizeof *view->kept);
    view->kept_count = count;
    for (size_t i = 0; i < count; i++)
        keep(&view->kept[i], &sections[i]);
    view->width = 0;
    find_matches(view);
}

/* ---- lines ---- */

static int number_width(const struct text_kept *kept)
{
    size_t lines = 1;
    int width = 2;

    if (!kept->numbers)
        return 0;
    for (size_t i = 0; i < kept->len; i++)
        lines += kept->text[i] == '\n' ? 1 : 0;
    while (lines >= 10) {
        lines /= 10;
        width++;
    }
    return width + 1;
}

static void add_line(struct text_view *view, enum line_kind kind, size_t section)
{
    struct text_line line = { .kind = kind, .section = (uint32_t)section };

    ARRAY_PUSH(&view->lines, line);
}

static void wrap_text(struct text_view *view, size_t section, int width)
{
    const struct text_kept *kept = &view->kept[section];
    size_t start = 0, end, next;
    uint32_t number = 1;
    bool begins = true;

    width -= number_width(kept);
    if (width < 1)
        width = 1;
    while (text_wrap(kept->text, kept->len, width, start, &end, &next)) {
        struct text_line line = { .section = (uint32_t)section,
            .start = (uint32_t)start,
            .end = (uint32_t)end,
            .number = begins ? number : 0 };

        ARRAY_PUSH(&view->lines, line);
        begins = end < kept->len && kept->text[end] == '\n';
        number += begins ? 1 : 0;
        start = next;
    }
}

static void make_lines(struct text_view *view, int width)
{
    view->lines.count = 0;
    view->width = width;
    for (size_t i = 0; i < view->kept_count; i++) {
        const struct text_kept *kept = &view->kept[i];

        if (kept->head != NULL && view->lines.count > 0)
            add_line(view, LINE_BLANK, i);
        if (kept->head != NULL)
            add_line(view, LINE_HEAD, i);
        if (kept->text == NULL)
            add_line(view, LINE_NOTE, i);
        else
            wrap_text(view, i, width);
        if (kept->text != NULL && kept->len < kept->whole)
            add_line(view, LINE_NOTE, i);
    }
}

/* ---- drawing ---- */

struct style {
    enum role role;
    unsigned attr;
};

/* The style of the byte at `at` of a section and where it ends, at most `end`. */
static struct style style_at(
    const struct text_view *view, size_t section, size_t at, size_t *end, size_t *match)
{
    const struct text_kept *kept = &view->kept[section];
    struct style style = { kept->role, ATTR_NONE };

    for (size_t i = 0; i < kept->span_count; i++) {
        const struct text_span *span = &kept->spans[i];

        if (span->start > at) {
            *end = span->start < *end ? span->start : *end;
            break;
        }
        if (span->end > at) {
            style = (struct style){ span->role, span->attr };
            *end = span->end < *end ? span->end : *end;
            break;
        }
    }
    while (*match < view->matches.count) {
        const struct text_match *found = &view->matches.items[*match];

        if (found->section < section || (found->section == section && found->end <= at)) {
            (*match)++;
            continue;
        }
        if (found->section == section && found->start <= at) {
            style.role = ROLE_MATCH;
            style.attr |= *match == view->match ? ATTR_REVERSE : ATTR_UNDERLINE;
            *end = found->end < *end ? found->end : *end;
        } else if (found->section == section) {
            *end = found->start < *end ? found->start : *end;
        }
        break;
    }
    return style;
}

/* The first match that ends after a byte of a section. */
static size_t match_after(const struct text_view *view, size_t section, size_t at)
{
    size_t low = 0, high = view->matches.count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct text_match *found = &view->matches.items[middle];

        if (found->section < section || (found->section == section && found->end <= at))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void draw_text_line(
    const struct text_view *view, const struct text_line *line, const struct pane *pane, int y)
{
    const struct text_kept *kept = &view->kept[line->section];
    int x = number_width(kept);
    size_t match = match_after(view, line->section, line->start);

    if (kept->numbers && line->number > 0) {
        char number[16];

        (void)snprintf(number, sizeof number, "%u", line->number);
        (void)pane_text_right(pane, x - 1, y, ROLE_DIM, number);
    }
    for (size_t at = line->start; at < line->end;) {
        size_t end = line->end;
        struct style style = style_at(view, line->section, at, &end, &match);

        x += pane_text_n(pane, x, y, -1, style.role, style.attr, kept->text + at, end - at);
        at = end;
    }
}

static void draw_note(const struct text_kept *kept, const struct pane *pane, int y)
{
    if (kept->text == NULL)
        pane_glyph(pane, 0, y, ROLE_DIM, 0x2026, '~');
    else
        (void)pane_print(pane, 0, y, ROLE_WARNING,
            "-- the first %d KiB of %zu KiB; the pager shows all --", TEXT_VIEW_PREVIEW >> 10,
            (kept->whole + 1023) >> 10);
}

static void draw_line(
    const struct text_view *view, const struct text_line *line, const struct pane *pane, int y)
{
    const struct text_kept *kept = &view->kept[line->section];

    switch (line->kind) {
    case LINE_TEXT:
        draw_text_line(view, line, pane, y);
        break;
    case LINE_HEAD:
        (void)pane_text_n(
            pane, 0, y, -1, kept->head_role, ATTR_BOLD, kept->head, strlen(kept->head));
        break;
    case LINE_NOTE:
        draw_note(kept, pane, y);
        break;
    case LINE_BLANK:
        break;
    }
}

static void show_match(struct text_view *view)
{
    const struct text_match *match;

    view->seek = false;
    if (view->match >= view->matches.count)
        return;
    match = &view->matches.items[view->match];
    for (size_t i = 0; i < view->lines.count; i++) {
        const struct text_line *line = &view->lines.items[i];

        if (line->kind != LINE_TEXT || line->section != match->section || match->start >= line->end)
            continue;
        view->top = scroll_into(view->top, i, view->lines.count, view->height);
        return;
    }
}

static void show_section(struct text_view *view)
{
    size_t section = view->seek_section - 1;

    view->seek_section = 0;
    for (size_t i = 0; i < view->lines.count; i++)
        if (view->lines.items[i].section == section && view->lines.items[i].kind != LINE_BLANK) {
            view->top = i;
            return;
        }
}

void text_view_draw(struct text_view *view, const struct pane *pane)
{
    struct pane body;

    if (pane->width < 1 || pane->height < 1)
        return;
    if (view->width != pane->width)
        make_lines(view, pane->width > 2 ? pane->width - 1 : pane->width); /* room for the bar */
    view->width = pane->width;
    view->height = pane->height;
    if (view->seek)
        show_match(view);
    if (view->seek_section > 0)
        show_section(view);
    view->top = scroll_into(view->top, view->top, view->lines.count, pane->height);
    body = scroll_bar(pane, view->top, view->lines.count);
    for (int y = 0; y < body.height && view->top + (size_t)y < view->lines.count; y++)
        draw_line(view, &view->lines.items[view->top + (size_t)y], &body, y);
}

/* ---- searching ---- */

static bool same_caseless(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

static void find_matches(struct text_view *view)
{
    size_t len = view->needle != NULL ? strlen(view->needle) : 0;

    view->matches.count = 0;
    for (size_t s = 0; len > 0 && s < view->kept_count; s++) {
        const struct text_kept *kept = &view->kept[s];

        for (size_t i = 0; i + len <= kept->len; i++) {
            struct text_match match = { (uint32_t)s, (uint32_t)i, (uint32_t)(i + len) };

            if (!same_caseless(kept->text + i, view->needle, len))
                continue;
            ARRAY_PUSH(&view->matches, match);
            i += len - 1;
        }
    }
    if (view->match >= view->matches.count)
        view->match = 0;
}

size_t text_view_search(struct text_view *view, const char *needle)
{
    const struct text_line *top =
        view->top < view->lines.count ? &view->lines.items[view->top] : NULL;

    free(view->needle);
    view->needle = needle != NULL && *needle != '\0' ? mem_strdup(needle) : NULL;
    find_matches(view);
    view->match = top != NULL ? match_after(view, top->section, top->start) : 0;
    if (view->match >= view->matches.count)
        view->match = 0;
    view->seek = view->matches.count > 0;
    return view->matches.count;
}

bool text_view_act(struct text_view *view, enum action action)
{
    size_t count = view->matches.count;
    size_t page = view->height > 0 ? (size_t)view->height : 1;
    size_t tops = view->lines.count > page ? view->lines.count - page + 1 : 1;

    if ((action == ACTION_SEARCH_NEXT || action == ACTION_SEARCH_PREVIOUS) && count > 0) {
        view->match = (view->match + (action == ACTION_SEARCH_NEXT ? 1 : count - 1)) % count;
        view->seek = true;
        return true;
    }
    return scroll_move(action, tops, view->height, &view->top);
}

const char *text_view_place(const struct text_view *view, char text[40])
{
    size_t end = view->top + (size_t)view->height;

    text[0] = '\0';
    if (view->matches.count > 0)
        (void)snprintf(text, 40, "%zu/%zu", view->match + 1, view->matches.count);
    else if (view->lines.count > (size_t)view->height)
        (void)snprintf(text, 40, "%zu-%zu/%zu", view->top + 1,
            end < view->lines.count ? end : view->lines.count, view->lines.count);
    return text;
}

void text_view_show_section(struct text_view *view, size_t section)
{
    view->seek_section = section + 1;
}
