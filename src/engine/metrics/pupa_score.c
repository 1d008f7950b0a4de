#include "pupa_score.h"

#include <string.h>

static size_t unit_length(const char *unit)
{
    const char *bars = strstr(unit, "||");

    return bars == NULL ? strlen(unit) : (size_t)(bars - unit);
}

/* The unit stands before this place already. */
static bool stands_before(const char *joined, const char *unit, size_t len)
{
    for (const char *other = joined; other < unit;) {
        size_t other_len = unit_length(other);

        if (other_len == len && memcmp(other, unit, len) == 0)
            return true;
        other += other_len + 2;
    }
    return false;
}

size_t pupa_units(const char *joined)
{
    size_t count = 0;

    for (const char *unit = joined;;) {
        size_t len = unit_length(unit);

        count += !stands_before(joined, unit, len);
        if (unit[len] == '\0')
            return count;
        unit += len + 2;
    }
}

double pupa_quality(bool new_good, bool old_good)
{
    return new_good || new_good == old_good ? 1 : 0;
}

double pupa_leakage(double leaked, size_t units)
{
    double all = (double)units;

    if (!(leaked > 0))
        return 0;
    return leaked > all ? 1 : leaked / all;
}
