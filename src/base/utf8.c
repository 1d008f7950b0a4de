#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "mem.h"

enum { REPLACEMENT = 0xFFFD, CAPITAL_I_DOT = 0x130, CAPITAL_SIGMA = 0x3A3, FINAL_SIGMA = 0x3C2 };

/* How many bytes a sequence that begins with this byte has; 0 where none begins so. */
static size_t sequence_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF)
        return 3;
    if (lead >= 0xF0 && lead <= 0xF4)
        return 4;
    return 0;
}

/* Like utf8_next, but 0 for an ill-formed byte. */
static size_t decode(const char *bytes, size_t len, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    static const unsigned char mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
    const unsigned char *b = (const unsigned char *)bytes;
    size_t need = sequence_length(b[0]);

    if (need == 0 || need > len)
        return 0;
    *code = b[0] & mask[need];
    for (size_t i = 1; i < need; i++) {
        if ((b[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (b[i] & 0x3F);
    }
    if (*code < least[need] || *code > 0x10FFFF || (*code >= 0xD800 && *code < 0xE000))
        return 0;
    return need;
}

static bool continues(char c)
{
    return (c & 0xC0) == 0x80;
}

/* Over what is plainly well-formed: most of any text. */
static size_t skip_plain(const char *bytes, size_t i, size_t len)
{
    uint64_t eight;

    for (;;) {
        unsigned char lead;

        for (; len - i >= sizeof eight; i += sizeof eight) {
            memcpy(&eight, bytes + i, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) != 0)
                break;
        }
        if (len - i < sizeof eight)
            return i;
        while ((unsigned char)bytes[i] < 0x80)
            i++;
        lead = (unsigned char)bytes[i];
        if (len - i >= 2 && lead >= 0xC2 && lead <= 0xDF && continues(bytes[i + 1]))
            i += 2;
        else if (len - i >= 3 && lead > 0xE0 && lead < 0xED && continues(bytes[i + 1]) &&
                 continues(bytes[i + 2]))
            i += 3;
        else
            return i;
    }
}

bool utf8_valid(const char *bytes, size_t len, size_t *bad)
{
    for (size_t i = skip_plain(bytes, 0, len); i < len; i = skip_plain(bytes, i, len)) {
        uint32_t code;
        size_t step = decode(bytes + i, len - i, &code);

        if (step == 0) {
            if (bad != NULL)
                *bad = i;
            return false;
        }
        i += step;
    }
    return true;
}

size_t utf8_next(const char *bytes, size_t len, uint32_t *code)
{
    size_t step = decode(bytes, len, code);

    if (step > 0)
        return step;
    *code = REPLACEMENT;
    return 1;
}

void utf8_add(struct str *out, uint32_t code)
{
    char b[4];

    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        code = REPLACEMENT;
    if (code < 0x80) {
        str_add_char(out, (char)code);
    } else if (code < 0x800) {
        b[0] = (char)(0xC0 | code >> 6);
        b[1] = (char)(0x80 | (code & 0x3F));
        str_add_n(out, b, 2);
    } else if (code < 0x10000) {
        b[0] = (char)(0xE0 | code >> 12);
        b[1] = (char)(0x80 | (code >> 6 & 0x3F));
        b[2] = (char)(0x80 | (code & 0x3F));
        str_add_n(out, b, 3);
    } else {
        b[0] = (char)(0xF0 | code >> 18);
        b[1] = (char)(0x80 | (code >> 12 & 0x3F));
        b[2] = (char)(0x80 | (code >> 6 & 0x3F));
        b[3] = (char)(0x80 | (code & 0x3F));
        str_add_n(out, b, 4);
    }
}

void utf8_repair(const char *bytes, size_t len, struct str *out)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(bytes + i, len - i, &code);
        utf8_add(out, code);
    }
}

static utf8proc_category_t category(uint32_t code)
{
    return utf8proc_category((utf8proc_int32_t)code);
}

/* Unicode's Case_Ignorable: marks, formats, modifiers, and the marks that stand inside words. */
static bool is_case_ignorable(uint32_t code)
{
    static const uint32_t inside_words[] = { 0x27, 0x2E, 0x3A, 0xB7, 0x387, 0x55F, 0x5F4, 0x2018,
        0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A };
    utf8proc_category_t kind = category(code);

    if (kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME ||
        kind == UTF8PROC_CATEGORY_CF || kind == UTF8PROC_CATEGORY_LM ||
        kind == UTF8PROC_CATEGORY_SK)
        return true;
    for (size_t i = 0; i < sizeof inside_words / sizeof inside_words[0]; i++)
        if (code == inside_words[i])
            return true;
    return false;
}

/* Unicode's Cased, of characters that are not case-ignorable: letters with case, and what is one by
 * decree (ordinal signs, Roman numerals, letters in circles and squares). */
static bool is_cased(uint32_t code)
{
    utf8proc_category_t kind = category(code);

    return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LL ||
           kind == UTF8PROC_CATEGORY_LT || code == 0xAA || code == 0xBA ||
           (code >= 0x2160 && code <= 0x217F) || (code >= 0x24B6 && code <= 0x24E9) ||
           (code >= 0x1F130 && code <= 0x1F149) || (code >= 0x1F150 && code <= 0x1F169) ||
           (code >= 0x1F170 && code <= 0x1F189);
}

static bool cased_after(const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        if (!is_case_ignorable(code))
            return is_cased(code);
    }
    return false;
}

/* The same for a character of ASCII, which most texts are made of. */
static void lower_ascii(char c, bool *cased_before, struct str *out)
{
    bool is_upper = c >= 'A' && c <= 'Z';

    str_add_char(out, is_upper ? (char)(c + 0x20) : c);
    if (is_upper || (c >= 'a' && c <= 'z'))
        *cased_before = true;
    else if (c == '\0' || strchr("'.:^`", c) == NULL)
        *cased_before = false;
}

void utf8_lower(const char *text, size_t len, struct str *out)
{
    bool cased_before = false; /* the last character that is not case-ignorable is cased */

    for (size_t i = 0; i < len;) {
        uint32_t code;

        if ((unsigned char)text[i] < 0x80) {
            lower_ascii(text[i++], &cased_before, out);
            continue;
        }
        i += utf8_next(text + i, len - i, &code);
        if (code == CAPITAL_I_DOT) {
            str_add(out, "i\u0307");
        } else if (code == CAPITAL_SIGMA) {
            utf8_add(out, cased_before && !cased_after(text + i, len - i) ? FINAL_SIGMA
                                                                          : CAPITAL_SIGMA + 0x20);
        } else {
            utf8_add(out, (uint32_t)utf8proc_tolower((utf8proc_int32_t)code));
        }
        if (!is_case_ignorable(code))
            cased_before = is_cased(code);
    }
}

void utf8_nfd(const char *text, size_t len, struct str *out)
{
    struct str clean = STR_INIT;
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t count;

    utf8_repair(text, len, &clean);
    count = utf8proc_map((const utf8proc_uint8_t *)str_text(&clean), (utf8proc_ssize_t)clean.len,
        &mapped, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    if (count < 0)
        abort(); /* well-formed text: only memory can be missing */
    str_add_n(out, (const char *)mapped, (size_t)count);
    free(mapped);
    str_free(&clean);
}

bool utf8_is_space(uint32_t code)
{
    return (code >= 0x09 && code <= 0x0D) || (code >= 0x1C && code <= 0x20) || code == 0x85 ||
           code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool utf8_is_word(uint32_t code)
{
    utf8proc_category_t kind;

    if (code < 0x80)
        return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') ||
               (code >= 'a' && code <= 'z') || code == '_';
    kind = category(code);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

bool utf8_is_digit(uint32_t code)
{
    return category(code) == UTF8PROC_CATEGORY_ND;
}

bool utf8_is_upper(uint32_t code)
{
    return category(code) == UTF8PROC_CATEGORY_LU;
}

enum shown { SHOWN, SHOWN_BLANK, SHOWN_REPLACED, SHOWN_NOT };

/* Turns the direction of what follows: text may read otherwise than it is. */
static bool is_bidi(uint32_t code)
{
    return code == 0x61C || code == 0x200E || code == 0x200F ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

/* What a terminal may be given for a character: itself, a blank, U+FFFD, or nothing. */
static enum shown how_shown(uint32_t code)
{
    utf8proc_category_t kind = category(code);

    if (code == '\t' || code == '\n' || code == '\r' || utf8_is_space(code))
        return SHOWN_BLANK;
    if ((code >= 0xFE00 && code <= 0xFE0F) || code == 0x34F || (code >= 0xE0000 && code <= 0xE0FFF))
        return SHOWN_NOT; /* variation selectors, grapheme joiner, tags: terminals differ on their
                             width */
    if (is_bidi(code))
        return SHOWN_REPLACED;
    if (kind == UTF8PROC_CATEGORY_CF)
        return SHOWN_NOT;
    if (kind == UTF8PROC_CATEGORY_CC || kind == UTF8PROC_CATEGORY_CS ||
        kind == UTF8PROC_CATEGORY_CN || kind == UTF8PROC_CATEGORY_CO)
        return SHOWN_REPLACED;
    return SHOWN;
}

int utf8_shown(uint32_t *code)
{
    switch (how_shown(*code)) {
    case SHOWN_NOT:
        return -1;
    case SHOWN_BLANK:
        *code = ' ';
        return 1;
    case SHOWN_REPLACED:
        *code = REPLACEMENT;
        return 1;
    case SHOWN:
        break;
    }
    return utf8proc_charwidth((utf8proc_int32_t)*code);
}

void utf8_add_line(const char *text, size_t len, size_t max_cells, struct str *out)
{
    enum { MAX_MARKS = 8 }; /* combining marks on one cell */
    size_t cells = 0, marks = 0;
    size_t fits = out->len; /* the longest prefix that leaves a cell for the ellipsis */

    for (size_t i = 0; i < len;) {
        enum shown shown;
        uint32_t code;
        size_t width;

        i += utf8_next(text + i, len - i, &code);
        shown = how_shown(code);
        if (shown == SHOWN_NOT)
            continue;
        if (shown != SHOWN)
            code = shown == SHOWN_BLANK ? ' ' : REPLACEMENT;
        width = shown == SHOWN ? (size_t)utf8proc_charwidth((utf8proc_int32_t)code) : 1;
        marks = width == 0 ? marks + 1 : 0;
        if (width == 0 && (cells == 0 || marks > MAX_MARKS))
            continue;
        cells += width;
        if (cells > max_cells)
            break;
        utf8_add(out, code);
        if (cells < max_cells)
            fits = out->len;
    }
    if (cells > max_cells) {
        str_truncate(out, fits);
        if (max_cells > 0)
            str_add(out, "…");
    }
}
