#ifndef CHART_RASTER_H
#define CHART_RASTER_H

/* A grid of dots, several a cell, each cell owned by one curve. Private to chart. */
#include "chart.h"

enum { RASTER_POINT = 128 };

struct raster {
    enum chart_style style;
    int across, down;  /* dots a cell */
    int columns, rows; /* in dots */
    uint8_t *dots;     /* a cell: its dots as bits, from top to bottom, left column first */
    uint8_t *role;     /* a cell: 0 free, else role + 1, and RASTER_POINT */
};

/* For a pane's cells. */
void raster_init(struct raster *raster, const struct pane *pane, enum chart_style style);
void raster_free(struct raster *raster);
/* Fills a column of dots from row `low` to row `high` (0 is the top, low <= high). A cell that
 * another curve has stays as it is. `is_point`: of points, which look otherwise in ASCII. */
void raster_fill(
    struct raster *raster, int column, int low, int high, enum role role, bool is_point);
void raster_draw(const struct raster *raster, const struct pane *pane);

#endif
