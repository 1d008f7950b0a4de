#ifndef CHART_H
#define CHART_H

/*
 * Line charts and sparklines. A chart has its scale at the left, numbers of its x axis below, and
 * names each curve with its last value at the right; the best point of the first series is marked.
 * Where there are more points than columns each column shows the range from least to greatest, so
 * no peak is lost. Curves in front (earlier series) hide those behind.
 */
#include "canvas.h"

enum chart_style {
    CHART_BRAILLE, /* 2 x 4 dots a cell */
    CHART_BLOCK,   /* half blocks: every font has them */
    CHART_ASCII,   /* ' and .; points are * */
};

struct chart_series {
    const char *name;
    const double *x, *y; /* x increasing; y NAN: no point */
    size_t count;
    enum role role;
    bool points; /* by themselves, not joined by lines; many in one column are half full */
};

struct chart {
    const struct chart_series *series; /* the first is in front */
    size_t series_count;
    double reference; /* a level drawn across; NAN: none */
    const char *reference_name;
    bool mark_best;      /* the greatest point of the first series, with its value */
    bool log_y;          /* what is not positive is left out */
    double x_min, x_max; /* NAN: of the points */
    double y_min, y_max; /* NAN: of the points, with some room */
    /* Writes a value, e.g. ".642" or "1.2 k"; NULL: as few decimals as the scale needs. */
    const char *(*format)(double value, char text[16]);
    const char *(*format_x)(double x, char text[16]); /* NULL: as a whole number */
    double x_step; /* from one number of the x axis to the next; 0: as fits */
    enum chart_style style;
};

/* On an ASCII canvas the style is ASCII. Works at any size; below 12 x 3 only the curve is drawn.
 */
void chart_draw(const struct chart *chart, const struct pane *pane);

/* One line, `width` cells: a bar a value, the last ones; from 0 to the
 * greatest. */
void chart_sparkline(const struct pane *pane, int x, int y, int width, const float *values,
    size_t count, enum role role);

/* A bar of `width` cells, filled to `share` in [0, 1]. */
void chart_bar(const struct pane *pane, int x, int y, int width, double share, enum role role);

#endif
