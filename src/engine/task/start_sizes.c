#include "start_sizes.h"

/* As the field draws them. */
static const size_t usual[SPLIT_COUNT] = { 150, 300, 300 };

/* Divides the records of a file among the splits from..to - 1, in the usual proportion. */
static void divide(struct start_sizes *sizes, size_t records, int from, int to)
{
    size_t wanted = 0, left = records;

    for (int i = from; i < to; i++)
        wanted += usual[i];
    for (int i = from; i < to; i++) {
        size_t share = records >= wanted ? usual[i] : records * usual[i] / wanted;

        sizes->splits[i] = share > 0 ? share : 1;
        if (i + 1 == to && records < wanted)
            sizes->splits[i] = left;
        left -= sizes->splits[i];
    }
    sizes->scaled |= records < wanted;
}

bool start_sizes_find(const struct data_spec *spec, const char *const *files, size_t count,
    struct start_sizes *sizes, struct err *err)
{
    static const int first[SPLIT_COUNT + 1][SPLIT_COUNT + 1] = { { 0 }, { 0, SPLIT_COUNT },
        { 0, SPLIT_TEST, SPLIT_COUNT }, { 0, SPLIT_VALIDATION, SPLIT_TEST, SPLIT_COUNT } };

    *sizes = (struct start_sizes){ .scaled = false };
    for (size_t i = 0; i < count; i++) {
        int from = first[count][i], to = first[count][i + 1];

        if (!data_count(spec, files[i], &sizes->records[i], err))
            return false;
        if (sizes->records[i] < (size_t)(to - from))
            return err_set(err, ERR_INPUT, "%s: has %zu records%s; at least %d are needed",
                files[i], sizes->records[i],
                spec->without != NULL ? " that this program can score" : "", to - from);
        divide(sizes, sizes->records[i], from, to);
    }
    return true;
}
