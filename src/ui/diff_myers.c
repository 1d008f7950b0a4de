#include "diff_myers.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/* What is left between the common beginning and end. */
struct middle {
    const uint64_t *a, *b;
    int a_count, b_count;
    bool *same_a, *same_b;
};

/* Where the furthest path with d differences on diagonal k comes to, from those with d - 1. */
static int furthest(const struct middle *m, const int *v, int d, int k)
{
    int x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;

    while (x < m->a_count && x - k < m->b_count && m->a[x] == m->b[x - k])
        x++;
    return x;
}

/* Walks back from the end over the rows that were kept and marks the diagonals. */
static void mark_same(const struct middle *m, int *const *rows, int d)
{
    int x = m->a_count, y = m->b_count;

    for (; d >= 0; d--) {
        int k = x - y;
        const int *v = d > 0 ? rows[d - 1] + d : NULL; /* of d - 1: diagonals from -d to d */
        bool down = d > 0 && (k == -d || (k != d && v[k - 1] < v[k + 1]));
        int from_k = d == 0 ? 0 : down ? k + 1 : k - 1;
        int from_x = d == 0 ? 0 : v[from_k], start = d == 0 ? 0 : down ? from_x : from_x + 1;

        while (x > start) {
            x--;
            y--;
            m->same_a[x] = m->same_b[y] = true;
        }
        x = from_x;
        y = from_x - from_k;
    }
}

static void free_rows(int **rows, int count)
{
    for (int i = 0; i < count; i++)
        free(rows[i]);
    free(rows);
}

static void myers(const struct middle *m, int most)
{
    int bound = m->a_count + m->b_count < most ? m->a_count + m->b_count : most;
    int *v = mem_zalloc(2 * (size_t)bound + 3, sizeof *v);
    int **rows = mem_zalloc((size_t)bound + 1, sizeof *rows);
    int *zero = v + bound + 1;

    for (int d = 0; d <= bound; d++) {
        for (int k = -d; k <= d; k += 2) {
            int x = furthest(m, zero, d, k);

            zero[k] = x;
            if (x < m->a_count || x - k < m->b_count)
                continue;
            mark_same(m, rows, d);
            free_rows(rows, d);
            free(v);
            return;
        }
        /* kept for the way back: diagonals -d-1 to d+1 */
        rows[d] = mem_alloc((2 * (size_t)d + 3) * sizeof(int));
        memcpy(rows[d], zero - d - 1, (2 * (size_t)d + 3) * sizeof(int));
    }
    free_rows(rows, bound + 1);
    free(v);
}

void diff_myers(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, int most,
    bool *same_a, bool *same_b)
{
    size_t head = 0, tail = 0;
    struct middle m;

    while (head < a_count && head < b_count && a[head] == b[head]) {
        same_a[head] = same_b[head] = true;
        head++;
    }
    while (tail < a_count - head && tail < b_count - head &&
           a[a_count - 1 - tail] == b[b_count - 1 - tail]) {
        same_a[a_count - 1 - tail] = same_b[b_count - 1 - tail] = true;
        tail++;
    }
    m = (struct middle){ .a = a + head,
        .b = b + head,
        .a_count = (int)(a_count - head - tail),
        .b_count = (int)(b_count - head - tail),
        .same_a = same_a + head,
        .same_b = same_b + head };
    if (m.a_count > 0 && m.b_count > 0)
        myers(&m, most);
}
