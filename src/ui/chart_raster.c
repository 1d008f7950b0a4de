#include "chart_raster.h"

#include <stdlib.h>

#include "mem.h"

void raster_init(struct raster *raster, const struct pane *pane, enum chart_style style)
{
    size_t cells = (size_t)pane->width * (size_t)pane->height;

    if (pane->canvas->ascii)
        style = CHART_ASCII;
    else if (pane->canvas->console && style == CHART_BRAILLE)
        style = CHART_BLOCK; /* its font has no dots */
    *raster = (struct raster){ .style = style,
        .across = style == CHART_BRAILLE ? 2 : 1,
        .down = style == CHART_BRAILLE ? 4 : 2,
        .dots = mem_zalloc(cells + 1, 1),
        .role = mem_zalloc(cells + 1, 1) };
    raster->columns = pane->width * raster->across;
    raster->rows = pane->height * raster->down;
}

void raster_free(struct raster *raster)
{
    free(raster->dots);
    free(raster->role);
    *raster = (struct raster){ 0 };
}

static void set_dot(struct raster *raster, int x, int y, uint8_t owner)
{
    int cell = y / raster->down * (raster->columns / raster->across) + x / raster->across;
    int bit = x % raster->across * raster->down + y % raster->down;

    if (raster->role[cell] != 0 && raster->role[cell] != owner)
        return;
    raster->role[cell] = owner;
    raster->dots[cell] |= (uint8_t)(1u << bit);
}

void raster_fill(
    struct raster *raster, int column, int low, int high, enum role role, bool is_point)
{
    uint8_t owner = (uint8_t)((role + 1) | (is_point ? RASTER_POINT : 0));

    if (column < 0 || column >= raster->columns)
        return;
    for (int y = low > 0 ? low : 0; y <= high && y < raster->rows; y++)
        set_dot(raster, column, y, owner);
}

static uint32_t braille(unsigned dots)
{
    /* Unicode's order: left column 1 2 3, right 4 5 6, then the bottom ones 7, 8 */
    static const uint8_t order[8] = { 0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80 };
    uint32_t code = 0x2800;

    for (unsigned i = 0; i < 8; i++)
        if ((dots & (1u << i)) != 0)
            code |= order[i];
    return code;
}

void raster_draw(const struct raster *raster, const struct pane *pane)
{
    static const uint32_t blocks[4] = { ' ', 0x2580, 0x2584, 0x2588 };
    static const char ascii[4] = { ' ', '\'', '.', ':' };

    for (int y = 0; y < pane->height; y++)
        for (int x = 0; x < pane->width; x++) {
            int cell = y * pane->width + x;
            unsigned dots = raster->dots[cell], owner = raster->role[cell];
            char sign = (owner & RASTER_POINT) != 0 ? '*' : ascii[dots & 3];

            if (dots == 0)
                continue;
            pane_glyph(pane, x, y, (enum role)((owner & ~(unsigned)RASTER_POINT) - 1),
                raster->style == CHART_BRAILLE ? braille(dots)
                : raster->style == CHART_BLOCK ? blocks[dots & 3]
                                               : (uint32_t)sign,
                sign);
        }
}
