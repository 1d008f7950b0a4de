#include "overlap.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"

struct word {
    const char *text;
    size_t len;
    bool shared;
};

struct word_list {
    struct word *items;
    size_t count, cap;
};

static struct word_list split_words(const char *text)
{
    struct word_list list = { NULL, 0, 0 };

    for (;;) {
        size_t len;

        text += strspn(text, " ");
        len = strcspn(text, " ");
        if (len == 0)
            return list;
        ARRAY_PUSH(&list, ((struct word){ text, len, false }));
        text += len;
    }
}

static int compare_words(const struct word *a, const struct word *b)
{
    size_t least = a->len < b->len ? a->len : b->len;
    int order = memcmp(a->text, b->text, least);

    if (order != 0 || a->len == b->len)
        return order;
    return a->len < b->len ? -1 : 1;
}

/* By text, then by place, so that of a repeated word the first ones count as shared. */
static int compare_places(const void *a, const void *b)
{
    const struct word *x = *(struct word *const *)a;
    const struct word *y = *(struct word *const *)b;
    int order = compare_words(x, y);

    if (order != 0)
        return order;
    return x < y ? -1 : x > y;
}

static struct word **sort_words(const struct word_list *list)
{
    struct word **sorted = mem_alloc(list->count * sizeof(struct word *));

    for (size_t i = 0; i < list->count; i++)
        sorted[i] = &list->items[i];
    if (list->count > 1)
        qsort(sorted, list->count, sizeof(struct word *), compare_places);
    return sorted;
}

static size_t mark_shared(const struct word_list *prediction, const struct word_list *expected)
{
    struct word **a = sort_words(prediction);
    struct word **b = sort_words(expected);
    size_t shared = 0;

    for (size_t i = 0, j = 0; i < prediction->count && j < expected->count;) {
        int order = compare_words(a[i], b[j]);

        if (order == 0) {
            b[j]->shared = true;
            shared++;
        }
        i += order <= 0;
        j += order >= 0;
    }
    free(a);
    free(b);
    return shared;
}

static void add_missing(const struct word_list *expected, struct str *missing)
{
    for (size_t i = 0; i < expected->count; i++) {
        if (expected->items[i].shared)
            continue;
        if (missing->len > 0)
            str_add_char(missing, ' ');
        str_add_n(missing, expected->items[i].text, expected->items[i].len);
    }
}

struct overlap overlap_of(const char *prediction, const char *expected, struct str *missing)
{
    struct word_list a = split_words(prediction);
    struct word_list b = split_words(expected);
    struct overlap overlap = { 0, a.count, b.count };

    overlap.shared = mark_shared(&a, &b);
    if (missing != NULL)
        add_missing(&b, missing);
    free(a.items);
    free(b.items);
    return overlap;
}

double overlap_f1(const struct overlap *overlap)
{
    double precision, recall;

    if (overlap->shared == 0)
        return 0;
    precision = (double)overlap->shared / (double)overlap->predicted;
    recall = (double)overlap->shared / (double)overlap->expected;
    return 2 * precision * recall / (precision + recall);
}
