#include "chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"

enum { BATCHES = 40, MANY = 20000 };

static double xs[MANY], train[MANY], val[MANY];

static const char *score(double value, char text[16])
{
    (void)snprintf(text, 16, "%.3f", value);
    return text[0] == '0' ? text + 1 : text;
}

/* Scores as a run has them: train noisy, validation every batch, one lost. */
static void make_scores(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double part = (double)i / (double)count;

        xs[i] = (double)i + 1;
        val[i] = 0.51 + 0.15 * (1 - exp(-3 * part)) + 0.02 * sin((double)i * 1.7);
        train[i] = val[i] + 0.08 * sin((double)i * 2.9);
    }
    if (count > 5)
        val[5] = NAN;
}

static struct chart_series series[2];

static struct chart scores_chart(size_t count, enum chart_style style)
{
    make_scores(count);
    series[0] = (struct chart_series){ "val", xs, val, count, ROLE_CHART, false };
    series[1] = (struct chart_series){ "train", xs, train, count, ROLE_CHART_ALT, true };
    return (struct chart){ .series = series,
        .series_count = 2,
        .reference = 0.512,
        .reference_name = "start",
        .mark_best = true,
        .x_min = NAN,
        .x_max = NAN,
        .y_min = NAN,
        .y_max = NAN,
        .format = score,
        .style = style };
}

static void draw(void *data, const struct pane *pane)
{
    chart_draw(data, pane);
}

static void test_golden(void **state)
{
    struct chart chart = scores_chart(BATCHES, CHART_BRAILLE);

    (void)state;
    golden_picture("chart", 60, 14, draw, &chart);
    golden_picture("chart", 39, 8, draw, &chart);
    golden_picture("chart", 14, 4, draw, &chart);
    chart.style = CHART_BLOCK;
    golden_picture("chart-block", 60, 14, draw, &chart);
    chart = scores_chart(1, CHART_BRAILLE);
    chart.x_max = BATCHES;
    golden_picture("chart-one", 50, 9, draw, &chart);
    chart = scores_chart(0, CHART_BRAILLE);
    chart.reference = NAN;
    golden_picture("chart-empty", 50, 9, draw, &chart);
    chart = scores_chart(MANY, CHART_BRAILLE);
    golden_picture("chart-many", 60, 14, draw, &chart);
}

static void test_log(void **state)
{
    struct chart chart = scores_chart(BATCHES, CHART_BRAILLE);

    (void)state;
    for (size_t i = 0; i < BATCHES; i++)
        val[i] = i == 3 ? 0 : pow(10, (double)i / 10 - 1);
    chart.series_count = 1;
    chart.log_y = true;
    chart.format = NULL;
    chart.reference = -1;
    chart.mark_best = false;
    golden_picture("chart-log", 50, 12, draw, &chart);
}

/* Whatever two points are drawn, at least two numbers stand at the y axis. */
static void test_numbers(void **state)
{
    struct chart chart = scores_chart(2, CHART_BRAILLE);

    (void)state;
    chart.series_count = 1;
    chart.reference = NAN;
    chart.format = NULL;
    for (int i = 0; i < 400; i++) {
        struct canvas canvas = { 0 };
        struct pane pane;
        int ticks = 0;

        val[0] = 0.21 + 0.003 * i;
        val[1] = val[0] + 0.01 * (i % 13);
        canvas_resize(&canvas, 40, 5 + i % 9);
        pane = canvas_pane(&canvas);
        chart_draw(&chart, &pane);
        for (int at = 0; at < canvas.width * (canvas.height - 2); at++)
            ticks += canvas.cells[at].code[0] == 0x2524 ? 1 : 0;
        assert_true(ticks >= 2);
        canvas_free(&canvas);
    }
}

static void check_dots(const struct canvas *canvas, int column, bool top)
{
    int dots = 0;

    for (int y = 0; y < canvas->height / 2; y++)
        dots += canvas_cell(canvas, column, top ? y : canvas->height - 1 - y)->code[0] != ' ';
    assert_true(dots > 0);
}

/* A single peak among many points is drawn. */
static void test_peak(void **state)
{
    struct chart chart = scores_chart(MANY, CHART_BRAILLE);
    struct canvas canvas = { 0 };
    struct pane pane;

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        val[i] = i == 12345 ? 1 : 0;
    chart.series_count = 1;
    chart.reference = NAN;
    canvas_resize(&canvas, 10, 10); /* too small for axes: the plot is all */
    pane = canvas_pane(&canvas);
    chart_draw(&chart, &pane);
    check_dots(&canvas, 6, true);
    check_dots(&canvas, 2, false);
    canvas_free(&canvas);
}

static void test_any(void **state)
{
    struct chart chart = scores_chart(BATCHES, CHART_BRAILLE);
    static const double odd[] = { 1e300, -1e300, 0, NAN, 5e-324, 7 };

    (void)state;
    for (int width = 1; width < 70; width += 3)
        for (int height = 1; height < 16; height++) {
            struct canvas canvas = { 0 };
            struct pane pane;

            canvas_resize(&canvas, width, height);
            pane = canvas_pane(&canvas);
            chart_draw(&chart, &pane);
            for (size_t i = 0; i < 6; i++) {
                struct chart_series one = { "odd", xs, odd + i, 1, ROLE_CHART, false };
                struct chart strange = chart;

                strange.series = &one;
                strange.series_count = 1;
                strange.format = NULL;
                chart_draw(&strange, &pane);
            }
            canvas_free(&canvas);
        }
}

static void draw_spark(void *data, const struct pane *pane)
{
    static const float rates[] = { 0, 1, 2, 3.5F, 5, 6.1F, 6.1F, 4, 2, 0, 0, 8 };

    (void)data;
    (void)pane_text(pane, 0, 0, ROLE_TEXT, "6.1 calls/s");
    chart_sparkline(pane, 12, 0, 16, rates, 12, ROLE_CHART);
    chart_sparkline(pane, 12, 1, 4, rates, 12, ROLE_CHART);
    chart_sparkline(pane, 12, 2, 4, NULL, 0, ROLE_CHART);
    chart_bar(pane, 0, 3, 20, 0.33, ROLE_OK);
}

static void test_sparkline(void **state)
{
    (void)state;
    golden_picture("spark", 30, 4, draw_spark, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_log),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_peak),
        cmocka_unit_test(test_any),
        cmocka_unit_test(test_sparkline),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
