#include "rogue_counts.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "random.h"

static size_t place_of(const struct body_table *table, struct hash key)
{
    size_t place = key.low & (table->cap - 1);

    while (!hash_is_zero(table->slots[place].key) && !hash_equal(table->slots[place].key, key))
        place = (place + 1) & (table->cap - 1);
    return place;
}

static void grow(struct body_table *table)
{
    struct body_table larger = { .cap = table->cap > 0 ? 2 * table->cap : 64 };

    larger.slots = mem_zalloc(larger.cap, sizeof *larger.slots);
    larger.count = table->count;
    for (size_t i = 0; i < table->cap; i++)
        if (!hash_is_zero(table->slots[i].key))
            larger.slots[place_of(&larger, table->slots[i].key)] = table->slots[i];
    free(table->slots);
    *table = larger;
}

struct body_count *body_table_at(struct body_table *table, struct hash key)
{
    struct body_count *row;

    if (2 * table->count >= table->cap)
        grow(table);
    row = &table->slots[place_of(table, key)];
    table->count += hash_is_zero(row->key);
    row->key = key;
    return row;
}

void body_table_free(struct body_table *table)
{
    free(table->slots);
    *table = (struct body_table){ 0 };
}

static const char *const names[ROGUE_KINDS] = {
    [ROGUE_NONE] = "none",
    [ROGUE_REFUSE] = "refuse",
    [ROGUE_RESET] = "reset",
    [ROGUE_STALL_BEFORE] = "stall-before",
    [ROGUE_STALL_HEAD] = "stall-head",
    [ROGUE_STALL_BODY] = "stall-body",
    [ROGUE_CUT_CHUNK] = "cut-chunk",
    [ROGUE_CUT_UTF8] = "cut-utf8",
    [ROGUE_CUT_CLEAN] = "cut-clean",
    [ROGUE_ENDLESS] = "endless",
    [ROGUE_HUGE_HEADER] = "huge-header",
    [ROGUE_LONG_LENGTH] = "long-length",
    [ROGUE_SHORT_LENGTH] = "short-length",
    [ROGUE_429] = "429",
    [ROGUE_429_BARE] = "429-bare",
    [ROGUE_500] = "500",
    [ROGUE_503_HTML] = "503-html",
    [ROGUE_HTML] = "html",
    [ROGUE_HALF_TOOL] = "half-tool",
    [ROGUE_STREAM_ERROR] = "stream-error",
    [ROGUE_GARBAGE] = "garbage",
    [ROGUE_400] = "400",
};

const char *rogue_name(enum rogue_fault fault)
{
    return fault < ROGUE_KINDS ? names[fault] : "unknown";
}

enum rogue_fault rogue_from_name(const char *name, size_t len)
{
    unsigned kind = 0;

    while (
        kind < ROGUE_KINDS && (strlen(names[kind]) != len || memcmp(names[kind], name, len) != 0))
        kind++;
    return (enum rogue_fault)kind;
}

/* "[[fault:NAME]]" or "[[fault:NAME*TIMES]]" in the body; ROGUE_KINDS where there is none. */
static enum rogue_fault asked_for(const char *body, size_t len, uint64_t request)
{
    static const char mark[] = "[[fault:";
    const char *at = memmem(body, len, mark, sizeof mark - 1);
    const char *end, *star;
    size_t name_len;

    if (at == NULL)
        return ROGUE_KINDS;
    at += sizeof mark - 1;
    end = memchr(at, ']', len - (size_t)(at - body));
    if (end == NULL)
        return ROGUE_KINDS;
    star = memchr(at, '*', (size_t)(end - at));
    name_len = (size_t)((star != NULL ? star : end) - at);
    if (star != NULL && request > strtoull(star + 1, NULL, 10))
        return ROGUE_NONE;
    return rogue_from_name(at, name_len);
}

static enum rogue_fault draw(const struct rogue_options *options, const struct body_count *row)
{
    struct random random;
    enum rogue_fault kinds[ROGUE_KINDS];
    size_t count = 0;

    random_seed(&random, hash_join(row->key, (struct hash){ options->seed, row->requests }).low);
    for (unsigned kind = 1; kind < ROGUE_KINDS; kind++)
        if (options->kinds >> kind & 1)
            kinds[count++] = (enum rogue_fault)kind;
    if (count == 0 || random_unit(&random) >= options->share)
        return ROGUE_NONE;
    return kinds[random_below(&random, count)];
}

enum rogue_fault rogue_choose(const struct rogue_options *options, struct body_count *row,
    uint64_t ordinal, const char *body, size_t len)
{
    enum rogue_fault fault = asked_for(body, len, row->requests);

    if (fault != ROGUE_KINDS)
        return fault;
    if (options->storm_from > 0 && ordinal >= options->storm_from &&
        ordinal < options->storm_from + options->storm_count)
        return options->retry_after_s > 0 ? ROGUE_429 : ROGUE_429_BARE;
    fault = draw(options, row);
    if (fault != ROGUE_NONE && options->in_row > 0 && row->faults_in_row >= options->in_row)
        fault = ROGUE_NONE;
    row->faults_in_row = fault != ROGUE_NONE ? row->faults_in_row + 1 : 0;
    return fault;
}
