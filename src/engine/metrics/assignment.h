#ifndef ASSIGNMENT_H
#define ASSIGNMENT_H

/* The one-to-one assignment of rows to columns with the greatest sum (Hungarian algorithm by
 * shortest augmenting paths, O(rows² · columns)). Pure. */
#include <stddef.h>

/* gains[row * columns + column]; rows ≤ columns. Returns the sum, added in the order of rows. */
double assignment_best(const double *gains, size_t rows, size_t columns);

#endif
