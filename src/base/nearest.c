#include "nearest.h"

#include <string.h>

enum { NAME_MAX_LEN = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* Levenshtein distance of two names of at most NAME_MAX_LEN bytes. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[NAME_MAX_LEN + 1];

    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];

            row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_len];
}

const char *nearest_name(const char *name, const char *const *known, size_t count)
{
    size_t len = strlen(name);
    const char *best = NULL;
    size_t best_distance = 0;

    if (len > NAME_MAX_LEN)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(known[i]);
        size_t longer = len > other ? len : other;
        size_t allowed = longer / 3 > 2 ? longer / 3 : 2;
        size_t d;

        if (other > NAME_MAX_LEN)
            continue;
        d = distance(name, len, known[i], other);
        if (d <= allowed && d < longer && (best == NULL || d < best_distance)) {
            best = known[i];
            best_distance = d;
        }
    }
    return best;
}
