#include "scroll.h"

static size_t back(size_t at, size_t rows)
{
    return at > rows ? at - rows : 0;
}

static size_t forth(size_t at, size_t rows, size_t count)
{
    return at + rows < count ? at + rows : count - 1;
}

bool scroll_move(enum action action, size_t count, int page, size_t *at)
{
    static const struct {
        enum action action;
        bool down;
        int rows, halves; /* halves of a page */
    } moves[] = {
        { ACTION_DOWN, true, 1, 0 },
        { ACTION_UP, false, 1, 0 },
        { ACTION_HALF_DOWN, true, 0, 1 },
        { ACTION_HALF_UP, false, 0, 1 },
        { ACTION_PAGE_DOWN, true, 0, 2 },
        { ACTION_PAGE_UP, false, 0, 2 },
    };

    if (count == 0)
        return false;
    if (action == ACTION_FIRST || action == ACTION_LAST) {
        *at = action == ACTION_FIRST ? 0 : count - 1;
        return true;
    }
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        int rows = moves[i].rows + moves[i].halves * (page > 2 ? page - 1 : 2) / 2;

        if (moves[i].action != action)
            continue;
        *at = moves[i].down ? forth(*at, (size_t)rows, count) : back(*at, (size_t)rows);
        return true;
    }
    return false;
}

size_t scroll_into(size_t top, size_t at, size_t count, int height)
{
    size_t rows = height > 0 ? (size_t)height : 1;

    if (at < top)
        top = at;
    if (at >= top + rows)
        top = at - rows + 1;
    if (top + rows > count)
        top = count > rows ? count - rows : 0;
    return top;
}

struct pane scroll_bar(const struct pane *pane, size_t top, size_t count)
{
    size_t height = (size_t)pane->height;
    size_t length, first;

    if (count <= height || height == 0 || pane->width < 2)
        return *pane;
    length = height * height / count;
    length = length > 0 ? length : 1;
    first = (height - length) * top / (count - height);
    if (first + length > height)
        first = height - length;
    for (size_t y = 0; y < length; y++)
        pane_glyph(pane, pane->width - 1, (int)(first + y), ROLE_BORDER, 0x2503, '#');
    return pane_part(pane, 0, 0, pane->width - 1, pane->height);
}
