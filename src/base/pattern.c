#define PCRE2_CODE_UNIT_WIDTH 8
#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "mem.h"
#include "utf8.h"

enum { MATCH_LIMIT = 1000000, DEPTH_LIMIT = 10000, HEAP_LIMIT_KIB = 20000, PATTERN_MAX = 10000 };

struct pattern {
    pcre2_code *code;
    pcre2_match_context *context;
};

static bool compile(
    struct pattern *pattern, const char *text, enum pattern_flags flags, struct err *err)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C;
    pcre2_compile_context *lines;
    unsigned char words[160];
    PCRE2_SIZE place;
    int code;

    if (strlen(text) > PATTERN_MAX)
        return err_set(err, ERR_INPUT, "the pattern is longer than %d bytes", PATTERN_MAX);
    options |= (flags & PATTERN_IGNORE_CASE) != 0 ? PCRE2_CASELESS : 0;
    options |= (flags & PATTERN_DOT_ALL) != 0 ? PCRE2_DOTALL : 0;
    options |= (flags & PATTERN_LINES) != 0 ? PCRE2_MULTILINE : 0;
    lines = pcre2_compile_context_create(NULL);
    if (lines == NULL)
        abort();
    (void)pcre2_set_newline(lines, PCRE2_NEWLINE_LF);
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &code, &place, lines);
    pcre2_compile_context_free(lines);
    if (pattern->code != NULL)
        return true;
    (void)pcre2_get_error_message(code, words, sizeof words);
    return err_set(err, ERR_INPUT, "the pattern is wrong at character %zu: %s", (size_t)place + 1,
        (const char *)words);
}

struct pattern *pattern_new(const char *text, enum pattern_flags flags, struct err *err)
{
    struct pattern *pattern = mem_zalloc(1, sizeof *pattern);

    if (!compile(pattern, text, flags, err)) {
        free(pattern);
        return NULL;
    }
    pattern->context = pcre2_match_context_create(NULL);
    if (pattern->context == NULL)
        abort();
    (void)pcre2_set_match_limit(pattern->context, MATCH_LIMIT);
    (void)pcre2_set_depth_limit(pattern->context, DEPTH_LIMIT);
    (void)pcre2_set_heap_limit(pattern->context, HEAP_LIMIT_KIB);
    return pattern;
}

void pattern_free(struct pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_match_context_free(pattern->context);
    pcre2_code_free(pattern->code);
    free(pattern);
}

static void copy_spans(
    const PCRE2_SIZE *found, size_t count, struct pattern_span spans[PATTERN_SPANS])
{
    for (size_t i = 0; i < PATTERN_SPANS; i++) {
        bool is_set = i < count && found[2 * i] != PCRE2_UNSET && found[2 * i] <= found[2 * i + 1];

        spans[i] = is_set ? (struct pattern_span){ found[2 * i], found[2 * i + 1] }
                          : (struct pattern_span){ 0, 0 };
    }
}

/* Ill-formed UTF-8 in the text is no match: the caller repairs what comes from outside. */
size_t pattern_find(const struct pattern *pattern, const char *text, size_t len, size_t from,
    struct pattern_span spans[PATTERN_SPANS])
{
    pcre2_match_data *data;
    uint32_t groups = 0;
    size_t count;
    int found;

    if (from > len)
        return 0;
    data = pcre2_match_data_create_from_pattern(pattern->code, NULL);
    if (data == NULL)
        abort();
    (void)pcre2_pattern_info(pattern->code, PCRE2_INFO_CAPTURECOUNT, &groups);
    found = pcre2_match(pattern->code, (PCRE2_SPTR)text, len, from, 0, data, pattern->context);
    count = found > 0 ? (size_t)found : 0;
    copy_spans(pcre2_get_ovector_pointer(data), count, spans);
    pcre2_match_data_free(data);
    if (count == 0)
        return 0;
    return groups + 1 < PATTERN_SPANS ? groups + 1 : PATTERN_SPANS;
}

bool pattern_replace(const struct pattern *pattern, const char *with, struct str *text)
{
    enum { GROWTH = 4 }; /* of a text; it is tried again with what it needs */
    PCRE2_SIZE room = text->len * GROWTH + 64, len = room;
    PCRE2_UCHAR *out = mem_alloc(room);
    uint32_t options = PCRE2_SUBSTITUTE_GLOBAL | PCRE2_SUBSTITUTE_OVERFLOW_LENGTH;
    int count = 0;

    for (int attempt = 0; attempt < 2; attempt++) {
        count = pcre2_substitute(pattern->code, (PCRE2_SPTR)str_text(text), text->len, 0, options,
            NULL, pattern->context, (PCRE2_SPTR)with, PCRE2_ZERO_TERMINATED, out, &len);
        if (count != PCRE2_ERROR_NOMEMORY)
            break;
        out = mem_realloc(out, len + 1, 1);
        len++;
    }
    if (count > 0) {
        str_clear(text);
        str_add_n(text, (const char *)out, len);
    }
    free(out);
    return count >= 0;
}

size_t pattern_count(const struct pattern *pattern, const char *text, size_t len)
{
    struct pattern_span spans[PATTERN_SPANS];
    size_t count = 0, from = 0;

    while (pattern_find(pattern, text, len, from, spans) > 0) {
        uint32_t code;

        count++;
        if (spans[0].end > spans[0].start)
            from = spans[0].end;
        else if (spans[0].end < len)
            from = spans[0].end + utf8_next(text + spans[0].end, len - spans[0].end, &code);
        else
            break;
    }
    return count;
}
