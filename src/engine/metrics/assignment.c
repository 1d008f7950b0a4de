#include "assignment.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "mem.h"

/* Rows and columns count from 1; 0 is "none". */
struct assignment {
    const double *gains;
    size_t rows, columns;
    double *row_price, *column_price;
    size_t *row_of; /* of a column */
    size_t *came_from;
    double *slack;
    bool *seen;
};

static double cost(const struct assignment *a, size_t row, size_t column)
{
    return -a->gains[(row - 1) * a->columns + column - 1];
}

/* One step of the search from the row of `column`: the unseen column that is nearest. */
static size_t nearest_column(struct assignment *a, size_t column, double *distance)
{
    size_t row = a->row_of[column];
    size_t nearest = 0;

    *distance = (double)INFINITY;
    for (size_t j = 1; j <= a->columns; j++) {
        double reduced;

        if (a->seen[j])
            continue;
        reduced = cost(a, row, j) - a->row_price[row] - a->column_price[j];
        if (reduced < a->slack[j]) {
            a->slack[j] = reduced;
            a->came_from[j] = column;
        }
        if (a->slack[j] < *distance) {
            *distance = a->slack[j];
            nearest = j;
        }
    }
    return nearest;
}

static void shift_prices(struct assignment *a, double distance)
{
    for (size_t j = 0; j <= a->columns; j++) {
        if (a->seen[j]) {
            a->row_price[a->row_of[j]] += distance;
            a->column_price[j] -= distance;
        } else {
            a->slack[j] -= distance;
        }
    }
}

static void assign_row(struct assignment *a, size_t row)
{
    size_t column = 0;

    for (size_t j = 0; j <= a->columns; j++) {
        a->slack[j] = (double)INFINITY;
        a->seen[j] = false;
    }
    a->row_of[0] = row;
    do {
        double distance;
        size_t next;

        a->seen[column] = true;
        next = nearest_column(a, column, &distance);
        shift_prices(a, distance);
        column = next;
    } while (a->row_of[column] != 0);
    while (column != 0) {
        size_t before = a->came_from[column];

        a->row_of[column] = a->row_of[before];
        column = before;
    }
}

static double sum_by_rows(const struct assignment *a)
{
    double *taken = mem_zalloc(a->rows + 1, sizeof *taken);
    double sum = 0;

    for (size_t j = 1; j <= a->columns; j++)
        if (a->row_of[j] != 0)
            taken[a->row_of[j]] = -cost(a, a->row_of[j], j);
    for (size_t i = 1; i <= a->rows; i++)
        sum += taken[i];
    free(taken);
    return sum;
}

double assignment_best(const double *gains, size_t rows, size_t columns)
{
    struct assignment a = { .gains = gains, .rows = rows, .columns = columns };
    double sum;

    a.row_price = mem_zalloc(rows + 1, sizeof *a.row_price);
    a.column_price = mem_zalloc(columns + 1, sizeof *a.column_price);
    a.row_of = mem_zalloc(columns + 1, sizeof *a.row_of);
    a.came_from = mem_zalloc(columns + 1, sizeof *a.came_from);
    a.slack = mem_zalloc(columns + 1, sizeof *a.slack);
    a.seen = mem_zalloc(columns + 1, sizeof *a.seen);
    for (size_t i = 1; i <= rows; i++)
        assign_row(&a, i);
    sum = sum_by_rows(&a);
    free(a.row_price);
    free(a.column_price);
    free(a.row_of);
    free(a.came_from);
    free(a.slack);
    free(a.seen);
    return sum;
}
