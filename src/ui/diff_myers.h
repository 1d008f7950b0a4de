#ifndef DIFF_MYERS_H
#define DIFF_MYERS_H

/* The shortest edit script between two sequences of numbers. Private to text_diff. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Marks with same_a[i], same_b[j] what both have in common, in order. With more than `most`
 * differences only their common beginning and end is. */
void diff_myers(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count, int most,
    bool *same_a, bool *same_b);

#endif
