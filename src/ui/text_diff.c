#include "text_diff.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "diff_myers.h"
#include "hash.h"
#include "mem.h"
#include "utf8.h"

enum { WORD_MOST = 400 };

/* A text cut into pieces that together are the text. */
struct pieces {
    struct diff_range *items;
    size_t count, cap;
    uint64_t *keys; /* equal where the bytes are */
    bool *same;     /* is on the other side too */
};

static void pieces_free(struct pieces *pieces)
{
    free(pieces->items);
    free(pieces->keys);
    free(pieces->same);
}

/* ---- cutting ---- */

static bool ends_sentence(char c)
{
    return c == '.' || c == '!' || c == '?' || c == ':' || c == ';';
}

/* The end of the sentence or line that begins at `at`, the blanks and the line end after it
 * included. */
static size_t sentence_end(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] != '\n') {
        bool ends = ends_sentence(text[at]);

        at++;
        if (!ends || at >= len || text[at] != ' ')
            continue;
        while (at < len && text[at] == ' ')
            at++;
        return at < len && text[at] == '\n' ? at + 1 : at;
    }
    return at < len ? at + 1 : at;
}

/* A word, a run of blanks, or another character by itself. */
static size_t word_end(const char *text, size_t len, size_t at)
{
    uint32_t code;
    size_t end = at + utf8_next(text + at, len - at, &code);
    bool word = utf8_is_word(code);

    if (!word && code != ' ')
        return end;
    while (end < len) {
        size_t read = utf8_next(text + end, len - end, &code);

        if (word ? !utf8_is_word(code) : code != ' ')
            break;
        end += read;
    }
    return end;
}

static void cut(const char *text, struct diff_range range,
    size_t (*end_of)(const char *text, size_t len, size_t at), struct pieces *pieces)
{
    *pieces = (struct pieces){ 0 };
    for (size_t at = range.start; at < range.end;) {
        struct diff_range piece = { at, end_of(text, range.end, at) };

        ARRAY_PUSH(pieces, piece);
        at = piece.end;
    }
    pieces->keys = mem_zalloc(pieces->count + 1, sizeof *pieces->keys);
    pieces->same = mem_zalloc(pieces->count + 1, sizeof *pieces->same);
    for (size_t i = 0; i < pieces->count; i++)
        pieces->keys[i] =
            hash_bytes(text + pieces->items[i].start, pieces->items[i].end - pieces->items[i].start)
                .low;
}

static void compare(struct pieces *old_pieces, struct pieces *new_pieces, int most)
{
    diff_myers(old_pieces->keys, old_pieces->count, new_pieces->keys, new_pieces->count, most,
        old_pieces->same, new_pieces->same);
}

/* ---- words ---- */

/* Ranges that are not on the other side; those with only a blank between are one. Returns the bytes
 * that are, blanks left out. */
static size_t changed_words(
    const char *text, const struct pieces *pieces, struct diff_range **words, size_t *count)
{
    struct {
        struct diff_range *items;
        size_t count, cap;
    } found = { 0 };
    size_t same = 0;

    for (size_t i = 0; i < pieces->count; i++) {
        struct diff_range *last = found.count > 0 ? &found.items[found.count - 1] : NULL;
        struct diff_range piece = pieces->items[i];

        if (pieces->same[i])
            same += text[piece.start] != ' ' ? piece.end - piece.start : 0;
        else if (last != NULL &&
                 (last->end == piece.start ||
                     (i > 0 && last->end == pieces->items[i - 1].start && text[last->end] == ' ')))
            last->end = piece.end;
        else
            ARRAY_PUSH(&found, piece);
    }
    *words = found.items;
    *count = found.count;
    return same;
}

static void mark_words(
    const char *old_text, const char *new_text, struct diff_hunk *hunk, bool always)
{
    struct pieces old_pieces, new_pieces;
    size_t same, old_len = hunk->old_range.end - hunk->old_range.start;
    size_t new_len = hunk->new_range.end - hunk->new_range.start;

    free(hunk->old_words);
    free(hunk->new_words);
    cut(old_text, hunk->old_range, word_end, &old_pieces);
    cut(new_text, hunk->new_range, word_end, &new_pieces);
    compare(&old_pieces, &new_pieces, WORD_MOST);
    same = changed_words(old_text, &old_pieces, &hunk->old_words, &hunk->old_count);
    (void)changed_words(new_text, &new_pieces, &hunk->new_words, &hunk->new_count);
    if (!always && same * 4 < (old_len < new_len ? old_len : new_len)) {
        free(hunk->old_words);
        free(hunk->new_words);
        hunk->old_words = hunk->new_words = NULL;
        hunk->old_count = hunk->new_count = 0;
    }
    pieces_free(&old_pieces);
    pieces_free(&new_pieces);
}

void text_diff_words(const char *old_text, size_t old_len, const char *new_text, size_t new_len,
    struct diff_hunk *words)
{
    *words = (struct diff_hunk){ .old_range = { 0, old_len }, .new_range = { 0, new_len } };
    mark_words(old_text, new_text, words, true);
}

/* ---- hunks ---- */

static size_t start_of(const struct pieces *pieces, size_t i, size_t len)
{
    return i < pieces->count ? pieces->items[i].start : len;
}

static void make_hunks(
    struct text_diff *diff, const struct pieces *old_pieces, const struct pieces *new_pieces)
{
    size_t i = 0, j = 0, cap = 0;

    while (i < old_pieces->count || j < new_pieces->count) {
        size_t old_first = i, new_first = j;

        while (i < old_pieces->count && !old_pieces->same[i])
            i++;
        while (j < new_pieces->count && !new_pieces->same[j])
            j++;
        if (i == old_first && j == new_first) {
            i++;
            j++;
            continue;
        }
        diff->hunks = array_grow(diff->hunks, diff->count, &cap, sizeof *diff->hunks);
        diff->hunks[diff->count] = (struct diff_hunk){
            .old_range = { start_of(old_pieces, old_first, diff->old_len),
                start_of(old_pieces, i, diff->old_len) },
            .new_range = { start_of(new_pieces, new_first, diff->new_len),
                start_of(new_pieces, j, diff->new_len) },
        };
        mark_words(diff->old_text, diff->new_text, &diff->hunks[diff->count], false);
        diff->count++;
    }
}

static bool is_blank(const char *text, size_t start, size_t end)
{
    while (start < end && (text[start] == ' ' || text[start] == '\n'))
        start++;
    return start == end;
}

/* Adds what is to stand behind the text's last sentence: what does where it stands on the other
 * side with more behind it, else a line end. */
static void add_pad(const char *text, const struct pieces *pieces, const char *other,
    const struct pieces *others, struct str *out)
{
    struct diff_range last;
    size_t len;

    if (pieces->count == 0)
        return;
    last = pieces->items[pieces->count - 1];
    len = last.end - last.start;
    for (size_t i = 0; i + 1 < others->count; i++) {
        size_t start = others->items[i].start, end = others->items[i].end;

        if (end - start < len || memcmp(other + start, text + last.start, len) != 0 ||
            !is_blank(other, start + len, end))
            continue;
        str_add_n(out, other + start + len, end - start - len);
        return;
    }
    if (text[last.end - 1] != '\n')
        str_add(out, "\n");
}

static void pad_texts(
    struct text_diff *diff, const struct pieces *old_pieces, const struct pieces *new_pieces)
{
    struct str old_text = STR_INIT, new_text = STR_INIT;

    str_add_n(&old_text, diff->old_text, diff->old_len);
    str_add_n(&new_text, diff->new_text, diff->new_len);
    add_pad(diff->old_text, old_pieces, diff->new_text, new_pieces, &old_text);
    add_pad(diff->new_text, new_pieces, diff->old_text, old_pieces, &new_text);
    diff->old_pad = old_text.len - diff->old_len;
    diff->new_pad = new_text.len - diff->new_len;
    diff->old_len = old_text.len;
    diff->new_len = new_text.len;
    free(diff->old_text);
    free(diff->new_text);
    diff->old_text = mem_strndup(str_text(&old_text), old_text.len);
    diff->new_text = mem_strndup(str_text(&new_text), new_text.len);
    str_free(&old_text);
    str_free(&new_text);
}

static void cut_both(
    const struct text_diff *diff, struct pieces *old_pieces, struct pieces *new_pieces)
{
    cut(diff->old_text, (struct diff_range){ 0, diff->old_len }, sentence_end, old_pieces);
    cut(diff->new_text, (struct diff_range){ 0, diff->new_len }, sentence_end, new_pieces);
}

struct text_diff *text_diff_new(
    const char *old_text, size_t old_len, const char *new_text, size_t new_len)
{
    struct text_diff *diff = mem_zalloc(1, sizeof *diff);
    struct pieces old_pieces, new_pieces;

    diff->old_text = mem_strndup(old_text, old_len);
    diff->new_text = mem_strndup(new_text, new_len);
    diff->old_len = old_len;
    diff->new_len = new_len;
    cut_both(diff, &old_pieces, &new_pieces);
    pad_texts(diff, &old_pieces, &new_pieces);
    pieces_free(&old_pieces);
    pieces_free(&new_pieces);
    cut_both(diff, &old_pieces, &new_pieces);
    compare(&old_pieces, &new_pieces, DIFF_MOST);
    make_hunks(diff, &old_pieces, &new_pieces);
    pieces_free(&old_pieces);
    pieces_free(&new_pieces);
    return diff;
}

void text_diff_free(struct text_diff *diff)
{
    if (diff == NULL)
        return;
    for (size_t i = 0; i < diff->count; i++) {
        free(diff->hunks[i].old_words);
        free(diff->hunks[i].new_words);
    }
    free(diff->hunks);
    free(diff->old_text);
    free(diff->new_text);
    free(diff);
}

/* Takes the pad off the end of what was added to `out`. */
static void take_off(const struct text_diff *diff, bool is_new, size_t from, struct str *out)
{
    size_t pad = is_new ? diff->new_pad : diff->old_pad;
    const char *end = is_new ? diff->new_text + diff->new_len : diff->old_text + diff->old_len;

    if (pad > 0 && out->len >= from + pad &&
        memcmp(out->data + out->len - pad, end - pad, pad) == 0)
        str_truncate(out, out->len - pad);
}

void text_diff_apply(const struct text_diff *diff, const bool *accept, struct str *out)
{
    size_t at = 0, from = out->len;

    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_hunk *hunk = &diff->hunks[i];

        str_add_n(out, diff->old_text + at, hunk->old_range.start - at);
        if (accept[i])
            str_add_n(out, diff->new_text + hunk->new_range.start,
                hunk->new_range.end - hunk->new_range.start);
        else
            str_add_n(out, diff->old_text + hunk->old_range.start,
                hunk->old_range.end - hunk->old_range.start);
        at = hunk->old_range.end;
    }
    str_add_n(out, diff->old_text + at, diff->old_len - at);
    take_off(diff, diff->count > 0 && accept[diff->count - 1], from, out);
}

/* Piece i of a side for part i of `parts`; the last part has what is left. */
static struct diff_range part_of(const struct pieces *pieces, size_t i, struct diff_range whole)
{
    struct diff_range part;

    part.start = i < pieces->count ? pieces->items[i].start : whole.end;
    part.end = i + 1 < pieces->count ? pieces->items[i + 1].start : whole.end;
    return part;
}

/* Blank lines become a part of the piece before them, at the beginning of the one behind. */
static void join_blanks(const char *text, struct pieces *pieces)
{
    size_t count = 0;

    for (size_t i = 0; i < pieces->count; i++) {
        struct diff_range piece = pieces->items[i];
        struct diff_range *last = count > 0 ? &pieces->items[count - 1] : NULL;

        if (last != NULL &&
            (is_blank(text, piece.start, piece.end) || is_blank(text, last->start, last->end)))
            last->end = piece.end;
        else
            pieces->items[count++] = piece;
    }
    pieces->count = count;
}

bool text_diff_split(struct text_diff *diff, size_t index)
{
    struct diff_hunk whole = diff->hunks[index];
    struct pieces old_pieces, new_pieces;
    size_t parts;

    cut(diff->old_text, whole.old_range, sentence_end, &old_pieces);
    cut(diff->new_text, whole.new_range, sentence_end, &new_pieces);
    join_blanks(diff->old_text, &old_pieces);
    join_blanks(diff->new_text, &new_pieces);
    parts = old_pieces.count > new_pieces.count ? old_pieces.count : new_pieces.count;
    if (parts > 1) {
        diff->hunks = mem_realloc(diff->hunks, diff->count + parts - 1, sizeof *diff->hunks);
        memmove(diff->hunks + index + parts, diff->hunks + index + 1,
            (diff->count - index - 1) * sizeof *diff->hunks);
        for (size_t i = 0; i < parts; i++) {
            diff->hunks[index + i] =
                (struct diff_hunk){ .old_range = part_of(&old_pieces, i, whole.old_range),
                    .new_range = part_of(&new_pieces, i, whole.new_range) };
            mark_words(diff->old_text, diff->new_text, &diff->hunks[index + i], false);
        }
        diff->count += parts - 1;
        free(whole.old_words);
        free(whole.new_words);
    }
    pieces_free(&old_pieces);
    pieces_free(&new_pieces);
    return parts > 1;
}

/* ---- editing ---- */

static void add_with(const struct text_diff *diff, size_t hunk, const char *text, struct str *out)
{
    struct diff_range range = diff->hunks[hunk].new_range;

    str_add_n(out, diff->new_text, range.start);
    str_add(out, text);
    str_add_n(out, diff->new_text + range.end, diff->new_len - range.end);
}

void text_diff_with(const struct text_diff *diff, size_t hunk, const char *text, struct str *out)
{
    size_t from = out->len;

    add_with(diff, hunk, text, out);
    take_off(diff, true, from, out);
}

static void move_hunk(struct diff_hunk *hunk, size_t by)
{
    hunk->new_range.start += by;
    hunk->new_range.end += by;
    for (size_t i = 0; i < hunk->new_count; i++) {
        hunk->new_words[i].start += by;
        hunk->new_words[i].end += by;
    }
}

void text_diff_set(struct text_diff *diff, size_t index, const char *text)
{
    struct diff_hunk *hunk = &diff->hunks[index];
    size_t len = strlen(text), by = len - (hunk->new_range.end - hunk->new_range.start);
    bool has_pad = index + 1 == diff->count && hunk->new_range.end == diff->new_len;
    struct str out = STR_INIT;

    add_with(diff, index, text, &out);
    if (has_pad && (out.len < diff->new_pad ||
                       memcmp(str_text(&out) + out.len - diff->new_pad,
                           diff->new_text + diff->new_len - diff->new_pad, diff->new_pad) != 0))
        diff->new_pad = 0;
    free(diff->new_text);
    diff->new_len = out.len;
    diff->new_text = out.data != NULL ? str_take(&out) : mem_strdup("");
    hunk->new_range.end = hunk->new_range.start + len;
    mark_words(diff->old_text, diff->new_text, hunk, false);
    for (size_t i = index + 1; i < diff->count; i++)
        move_hunk(&diff->hunks[i], by); /* unsigned: down, too */
}
