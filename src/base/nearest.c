#include "nearest.h"

#include <stdbool.h>
#include <string.h>

enum { NAME_MAX_LEN = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;

    return least < c ? least : c;
}

/* How many letters are to be changed, added, left out, or swapped with their neighbour, to make one
 * name the other; both of at most NAME_MAX_LEN bytes. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][NAME_MAX_LEN + 1];

    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < row[j])
                row[j] = before[j - 2] + 1;
        }
    }
    return rows[a_len % 3][b_len];
}

/* All its letters are there in this order, the first one first: "mdl" for "model". */
static bool is_short_for(const char *name, const char *known)
{
    if (name[0] == '\0' || name[0] != known[0])
        return false;
    for (; *known != '\0' && *name != '\0'; known++)
        name += *name == *known;
    return *name == '\0';
}

/* So many changes of a letter may lead to it. */
static size_t most_changes(const char *name, const char *known, size_t longer)
{
    if (is_short_for(name, known))
        return longer / 2;
    return longer / 3 > 1 ? longer / 3 : 1;
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
        size_t d;

        if (other > NAME_MAX_LEN)
            continue;
        d = distance(name, len, known[i], other);
        if (d <= most_changes(name, known[i], longer) && d < longer &&
            (best == NULL || d < best_distance)) {
            best = known[i];
            best_distance = d;
        }
    }
    return best;
}

void nearest_add(struct str *out, const char *name, const char *const *known, size_t count)
{
    const char *near = nearest_name(name, known, count);

    if (near != NULL) {
        str_addf(out, "; did you mean %s?", near);
        return;
    }
    for (size_t i = 0; i < count; i++)
        str_addf(out, "%s%s", i == 0 ? "; known are " : i + 1 < count ? ", " : " and ", known[i]);
}
