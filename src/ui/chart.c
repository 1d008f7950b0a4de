#include "chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart_raster.h"
#include "mem.h"

enum { POINTS_FULL = 3 };
enum { LABELS = 8, TICKS = 12, X_TICKS = 20 };

/* What is laid out before anything is drawn. */
struct frame {
    struct pane plot;
    double x_min, x_max, y_min, y_max; /* y as drawn: its logarithm where log_y */
    double tick;                       /* of the y axis; 0: by decades */
    int decimals;
    int left; /* cells of the numbers of the y axis */
};

/* ---- scales ---- */

static double drawn_y(const struct chart *chart, double y)
{
    if (!chart->log_y)
        return y;
    return y > 0 ? log10(y) : NAN;
}

static void extend(double value, double *low, double *high)
{
    if (isnan(value))
        return;
    *low = isnan(*low) || value < *low ? value : *low;
    *high = isnan(*high) || value > *high ? value : *high;
}

static double nice_step(double step)
{
    double power = pow(10, floor(log10(step)));
    double part = step / power;

    return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

/* Decimals that tell multiples of a step apart. */
static int decimals_of(double step)
{
    int decimals = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9);

    return decimals > 9 ? 9 : decimals;
}

static void scale_x(const struct chart *chart, struct frame *frame)
{
    frame->x_min = chart->x_min;
    frame->x_max = chart->x_max;
    for (size_t s = 0; s < chart->series_count; s++)
        for (size_t i = 0; i < chart->series[s].count; i++) {
            if (isnan(chart->x_min))
                frame->x_min = fmin(frame->x_min, chart->series[s].x[i]);
            if (isnan(chart->x_max))
                frame->x_max = fmax(frame->x_max, chart->series[s].x[i]);
        }
    if (isnan(frame->x_min))
        frame->x_min = isnan(frame->x_max) ? 0 : frame->x_max - 1;
    if (isnan(frame->x_max) || frame->x_max <= frame->x_min)
        frame->x_max = frame->x_min + 1;
}

/* Ticks from the bottom on; returns their number. */
static int y_ticks(const struct frame *frame, double ticks[TICKS])
{
    int count = 0;
    double first = ceil(frame->y_min / frame->tick - 1e-6) * frame->tick;

    while (count < TICKS && first + count * frame->tick <= frame->y_max + frame->tick * 1e-6) {
        ticks[count] = first + count * frame->tick;
        if (fabs(ticks[count]) < frame->tick * 1e-6)
            ticks[count] = 0;
        count++;
    }
    return count;
}

static int row_of(const struct frame *frame, double drawn, int rows)
{
    double share = (drawn - frame->y_min) / (frame->y_max - frame->y_min);

    return (int)lround((1 - share) * (rows - 1));
}

/* How many rows have a number. */
static int numbered_rows(const struct frame *frame, int rows)
{
    double ticks[TICKS];
    int count = y_ticks(frame, ticks), numbered = 0, last = rows;

    for (int i = 0; i < count; i++) {
        int row = row_of(frame, ticks[i], rows);

        numbered += row < last ? 1 : 0;
        last = row;
    }
    return numbered;
}

/* As many as there is room for; two even where there is hardly any. */
static double tick_of(const struct chart *chart, struct frame *frame, int rows)
{
    double range = frame->y_max - frame->y_min;

    if (chart->log_y && range >= 1 && range <= rows / 2.0)
        return 1;
    frame->tick = nice_step(range / (rows > 20 ? 6 : rows > 9 ? 4 : rows > 5 ? 3 : 2));
    for (int i = 0; i < 3 && numbered_rows(frame, rows) < 2; i++)
        frame->tick = nice_step(frame->tick / 2.5);
    return frame->tick;
}

/* The range of what is drawn and the distance of its ticks, `rows` cells high. */
static void scale_y(const struct chart *chart, struct frame *frame, int rows)
{
    double low = NAN, high = NAN, room;

    for (size_t s = 0; s < chart->series_count; s++)
        for (size_t i = 0; i < chart->series[s].count; i++)
            extend(drawn_y(chart, chart->series[s].y[i]), &low, &high);
    extend(drawn_y(chart, chart->reference), &low, &high);
    low = isnan(low) ? 0 : low;
    high = isnan(high) ? low + 1 : high;
    if (high - low < 1e-9 * (1 + fabs(high)))
        room = chart->log_y ? 0.5 : fabs(high) > 0 ? fabs(high) * 0.1 : 0.5;
    else
        room = (high - low) * 0.04;
    frame->y_min = isnan(chart->y_min) ? low - room : drawn_y(chart, chart->y_min);
    frame->y_max = isnan(chart->y_max) ? high + room : drawn_y(chart, chart->y_max);
    frame->tick = tick_of(chart, frame, rows);
    frame->decimals = decimals_of(frame->tick);
}

static const char *number(const struct chart *chart, double value, int decimals, char text[16])
{
    if (chart->format != NULL)
        return chart->format(value, text);
    if (fabs(value) >= 1e7)
        (void)snprintf(text, 16, "%.3g", value);
    else
        (void)snprintf(text, 16, "%.*f", decimals, value);
    return text;
}

static double shown_value(const struct chart *chart, double drawn)
{
    return chart->log_y ? pow(10, drawn) : drawn;
}

static int column_of(const struct frame *frame, double x, int columns)
{
    double share = (x - frame->x_min) / (frame->x_max - frame->x_min);

    return (int)lround(share * (columns - 1));
}

/* ---- axes ---- */

static int tick_decimals(const struct frame *frame, const struct chart *chart, double value)
{
    if (!chart->log_y)
        return frame->decimals;
    return value >= 10 ? 0 : decimals_of(value * 0.11);
}

static int left_cells(const struct chart *chart, const struct frame *frame)
{
    double ticks[TICKS];
    int count = y_ticks(frame, ticks), cells = 0;

    for (int i = 0; i < count; i++) {
        char text[16];
        double value = shown_value(chart, ticks[i]);
        int len = (int)strlen(number(chart, value, tick_decimals(frame, chart, value), text));

        cells = len > cells ? len : cells;
    }
    return cells;
}

static void draw_y_axis(
    const struct chart *chart, const struct frame *frame, const struct pane *pane)
{
    double ticks[TICKS];
    int count = y_ticks(frame, ticks), last = frame->plot.height;

    pane_vline(pane, frame->left, 0, frame->plot.height, ROLE_BORDER);
    for (int i = 0; i < count; i++) {
        int y = row_of(frame, ticks[i], frame->plot.height);
        double value = shown_value(chart, ticks[i]);
        char text[16];

        if (y >= last) /* of two in one row the lower one stands there */
            continue;
        last = y;
        (void)pane_text_right(pane, frame->left, y, ROLE_DIM,
            number(chart, value, tick_decimals(frame, chart, value), text));
        pane_glyph(pane, frame->left, y, ROLE_BORDER, 0x2524, '+');
    }
}

static void draw_x_axis(
    const struct chart *chart, const struct frame *frame, const struct pane *pane)
{
    int y = frame->plot.height, width = frame->plot.width;
    double range = frame->x_max - frame->x_min;
    double step = nice_step(range / (width > 60 ? 6 : width > 24 ? 4 : 2));
    int end = 0;

    step = chart->x_step > 0 ? chart->x_step : step < 1 ? 1 : step;
    pane_glyph(pane, frame->left, y, ROLE_BORDER, 0x2514, '+');
    pane_hline(pane, frame->left + 1, y, width, ROLE_BORDER);
    for (int i = 0; i < X_TICKS; i++) {
        double x = (ceil(frame->x_min / step) + i) * step;
        char text[16];
        int at, len;

        if (x > frame->x_max + step * 1e-6)
            break;
        at = frame->left + 1 + column_of(frame, x, width);
        if (chart->format_x != NULL)
            (void)chart->format_x(x, text);
        else
            (void)snprintf(text, sizeof text, "%.0f", x);
        len = (int)strlen(text);
        pane_glyph(pane, at, y, ROLE_BORDER, 0x252C, '+');
        at = at + len > pane->width ? pane->width - len : at;
        if (at <= end)
            continue;
        (void)pane_text(pane, at, y + 1, ROLE_DIM, text);
        end = at + len;
    }
}

/* ---- curves ---- */

/* For each column of dots the rows that a curve has there; low > high: none. */
struct extent {
    int low, high;
};

static void extend_column(struct extent *extents, int columns, int column, double from, double to)
{
    int low = (int)lround(fmin(from, to)), high = (int)lround(fmax(from, to));

    if (column < 0 || column >= columns)
        return;
    if (low < extents[column].low)
        extents[column].low = low;
    if (high > extents[column].high)
        extents[column].high = high;
}

/* The part of a line from (x0, y0) to (x1, y1) within each column. */
static void extend_line(struct extent *extents, int columns, int x0, double y0, int x1, double y1)
{
    for (int x = x0; x <= x1; x++) {
        double from = x1 > x0 ? fmax(0, (x - x0 - 0.5) / (x1 - x0)) : 0;
        double to = x1 > x0 ? fmin(1, (x - x0 + 0.5) / (x1 - x0)) : 1;

        extend_column(extents, columns, x, y0 + from * (y1 - y0), y0 + to * (y1 - y0));
    }
}

/* Many points in one column: every other dot of them, for what is full is a line's. */
static void fill_points(
    struct raster *raster, int column, const struct extent *extent, enum role role)
{
    for (int row = extent->low; row <= extent->high; row++)
        if (extent->high - extent->low < POINTS_FULL || (row + column) % 2 == 0)
            raster_fill(raster, column, row, row, role, true);
}

static void draw_series(const struct chart *chart, const struct frame *frame,
    const struct chart_series *series, struct raster *raster)
{
    struct extent *extents = mem_alloc(((size_t)raster->columns + 1) * sizeof *extents);
    double last_y = NAN;
    int last_x = 0;

    for (int i = 0; i < raster->columns; i++)
        extents[i] = (struct extent){ raster->rows, -1 };
    for (size_t i = 0; i < series->count; i++) {
        double y = drawn_y(chart, series->y[i]);
        int x;

        if (isnan(y))
            continue;
        y = (1 - (y - frame->y_min) / (frame->y_max - frame->y_min)) * (raster->rows - 1);
        x = column_of(frame, series->x[i], raster->columns);
        if (series->points)
            extend_column(extents, raster->columns, x, y, y + 1);
        else if (isnan(last_y))
            extend_column(extents, raster->columns, x, y, y);
        else
            extend_line(extents, raster->columns, last_x, last_y, x, y);
        last_x = x;
        last_y = y;
    }
    for (int i = 0; i < raster->columns; i++) {
        if (series->points)
            fill_points(raster, i, &extents[i], series->role);
        else
            raster_fill(raster, i, extents[i].low, extents[i].high, series->role, false);
    }
    free(extents);
}

static void draw_reference(const struct chart *chart, const struct frame *frame)
{
    double y = drawn_y(chart, chart->reference);

    if (isnan(y))
        return;
    for (int x = 0; x < frame->plot.width; x++)
        pane_glyph(&frame->plot, x, row_of(frame, y, frame->plot.height), ROLE_DIM, 0x254C,
            x % 2 == 0 ? '-' : ' ');
}

/* ---- labels ---- */

struct label {
    double y; /* as drawn */
    int row;
    enum role role;
    char text[40];
};

static double last_of(const struct chart_series *series)
{
    for (size_t i = series->count; i > 0; i--)
        if (!isnan(series->y[i - 1]))
            return series->y[i - 1];
    return NAN;
}

/* The index of the greatest point; the series' count where there is none. */
static size_t best_of(const struct chart *chart, const struct chart_series *series)
{
    size_t best = series->count;

    for (size_t i = 0; i < series->count; i++)
        if (!isnan(drawn_y(chart, series->y[i])) &&
            (best == series->count || series->y[i] > series->y[best]))
            best = i;
    return best;
}

static void add_label(const struct chart *chart, double value, const char *name, enum role role,
    int decimals, struct label labels[LABELS], int *count)
{
    struct label *label = &labels[*count];
    char text[16];

    if (isnan(drawn_y(chart, value)) || *count == LABELS)
        return;
    *label = (struct label){ .y = drawn_y(chart, value), .role = role };
    (void)snprintf(label->text, sizeof label->text, "%s%s%.20s",
        number(chart, value, decimals, text), name != NULL ? " " : "", name != NULL ? name : "");
    (*count)++;
}

static int make_labels(const struct chart *chart, int decimals, struct label labels[LABELS])
{
    int count = 0;

    if (chart->mark_best && chart->series_count > 0) {
        const struct chart_series *series = &chart->series[0];
        size_t best = best_of(chart, series);

        if (best < series->count)
            add_label(chart, series->y[best], "best", ROLE_BEST, decimals, labels, &count);
    }
    for (size_t s = 0; s < chart->series_count; s++)
        add_label(chart, last_of(&chart->series[s]), chart->series[s].name, chart->series[s].role,
            decimals, labels, &count);
    add_label(chart, chart->reference, chart->reference_name, ROLE_DIM, decimals, labels, &count);
    return count;
}

static int label_cells(const struct label *labels, int count)
{
    int cells = 0;

    for (int i = 0; i < count; i++) {
        int len = text_cells(labels[i].text, strlen(labels[i].text));

        cells = len > cells ? len : cells;
    }
    return cells;
}

/* A row of its own for each label, near its value. Sorted from the top; what does not fit is left
 * out at the end of the series. */
static void draw_labels(
    const struct frame *frame, struct label *labels, int count, const struct pane *pane)
{
    int x = frame->left + 2 + frame->plot.width, next = 0;

    for (int i = 1; i < count; i++)
        for (int j = i; j > 0 && labels[j].y > labels[j - 1].y; j--) {
            struct label label = labels[j];

            labels[j] = labels[j - 1];
            labels[j - 1] = label;
        }
    for (int i = 0; i < count; i++) {
        int row = row_of(frame, labels[i].y, frame->plot.height);
        int most = frame->plot.height - (count - i);

        row = row > most ? most : row;
        row = row < next ? next : row;
        if (row >= frame->plot.height)
            return;
        (void)pane_text(pane, x, row, labels[i].role, labels[i].text);
        next = row + 1;
    }
}

static void mark_best(const struct chart *chart, const struct frame *frame)
{
    const struct chart_series *series = &chart->series[0];
    size_t best = best_of(chart, series);

    if (best == series->count)
        return;
    pane_glyph(&frame->plot, column_of(frame, series->x[best], frame->plot.width),
        row_of(frame, drawn_y(chart, series->y[best]), frame->plot.height), ROLE_BEST, 0x25C6, '@');
}

/* ---- all ---- */

void chart_draw(const struct chart *chart, const struct pane *pane)
{
    bool axes = pane->width >= 12 && pane->height >= 3;
    bool below = axes && pane->height >= 5;
    struct label labels[LABELS];
    struct frame frame = { 0 };
    struct raster raster;
    int count, right;

    if (pane->width < 1 || pane->height < 1)
        return;
    scale_x(chart, &frame);
    scale_y(chart, &frame, pane->height - (below ? 2 : 0));
    count = make_labels(chart, frame.decimals + 1, labels);
    right = label_cells(labels, count);
    right = right > 0 && pane->width >= 3 * right ? right + 1 : 0;
    frame.left = axes ? left_cells(chart, &frame) : -1;
    frame.plot = pane_part(pane, frame.left + 1, 0, pane->width - frame.left - 1 - right,
        pane->height - (below ? 2 : 0));
    if (frame.plot.width < 1)
        return;
    draw_reference(chart, &frame);
    raster_init(&raster, &frame.plot, chart->style);
    for (size_t s = 0; s < chart->series_count; s++)
        draw_series(chart, &frame, &chart->series[s], &raster);
    raster_draw(&raster, &frame.plot);
    raster_free(&raster);
    if (axes)
        draw_y_axis(chart, &frame, pane);
    if (below)
        draw_x_axis(chart, &frame, pane);
    if (axes && chart->mark_best && chart->series_count > 0)
        mark_best(chart, &frame);
    if (right > 0)
        draw_labels(&frame, labels, count, pane);
}

void chart_sparkline(const struct pane *pane, int x, int y, int width, const float *values,
    size_t count, enum role role)
{
    static const char ascii[] = " .:-=+*#";
    size_t shown = width > 0 && count > (size_t)width ? (size_t)width : count;
    float most = 0;

    for (size_t i = count - shown; i < count; i++)
        most = values[i] > most ? values[i] : most;
    for (size_t i = 0; i < shown; i++) {
        float value = values[count - shown + i];
        int level = most > 0 && value > 0 ? (int)lroundf(value / most * 7.0F) : 0;

        /* the console's font has some of the eight heights only */
        pane_glyph(pane, x + width - (int)shown + (int)i, y, role,
            pane->canvas->console ? (uint32_t)ascii[level] : 0x2581 + (uint32_t)level,
            ascii[level]);
    }
}

void chart_bar(const struct pane *pane, int x, int y, int width, double share, enum role role)
{
    int filled = (int)lround((share < 0 ? 0 : share > 1 ? 1 : share) * width);

    for (int i = 0; i < width; i++)
        pane_glyph(pane, x + i, y, i < filled ? role : ROLE_BORDER, i < filled ? 0x2588 : 0x2591,
            i < filled ? '#' : '.');
}
