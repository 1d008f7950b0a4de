#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "nearest.h"
#include "str.h"

static const struct option_spec *find(
    const struct option_spec *specs, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(specs[i].name) == len && memcmp(specs[i].name, name, len) == 0)
            return &specs[i];
    return NULL;
}

static bool unknown_option(
    const struct option_spec *specs, size_t count, const char *name, size_t len, struct err *err)
{
    const char **known = mem_zalloc(count, sizeof *known);
    char *given = mem_strndup(name, len);
    const char *near;

    for (size_t i = 0; i < count; i++)
        known[i] = specs[i].name;
    near = nearest_name(given, known, count);
    if (near != NULL)
        err_set(err, ERR_INPUT, "--%s: unknown option; did you mean --%s?", given, near);
    else
        err_set(err, ERR_INPUT, "--%s: unknown option; --help lists them", given);
    free(given);
    free(known);
    return false;
}

static void add_word(struct options *options, const char *word)
{
    options->words =
        array_grow(options->words, options->word_count, &options->word_cap, sizeof *options->words);
    options->words[options->word_count++] = word;
}

/* One "--name", "--name=value" or "--name value"; *used is how many words it took. */
static bool take_option(struct options *options, const struct option_spec *specs, size_t count,
    int left, char **argv, int *used, struct err *err)
{
    const char *name = argv[0] + 2;
    size_t len = strcspn(name, "=");
    const struct option_spec *spec = find(specs, count, name, len);
    struct option_value value;

    if (spec == NULL)
        return unknown_option(specs, count, name, len, err);
    value = (struct option_value){ spec->name, NULL };
    *used = 1;
    if (name[len] == '=')
        value.value = name + len + 1;
    if (spec->value == NULL && value.value != NULL)
        return err_set(err, ERR_INPUT, "--%s takes no value", spec->name);
    if (spec->value != NULL && value.value == NULL && left > 1) {
        value.value = argv[1];
        *used = 2;
    }
    if (spec->value != NULL && (value.value == NULL || value.value[0] == '\0'))
        return err_set(
            err, ERR_INPUT, "--%s needs a value: --%s %s", spec->name, spec->name, spec->value);
    ARRAY_PUSH(options, value);
    return true;
}

bool options_parse(struct options *options, const struct option_spec *specs, size_t spec_count,
    int argc, char **argv, struct err *err)
{
    bool only_words = false;

    *options = (struct options){ 0 };
    for (int i = 0; i < argc;) {
        int used = 1;

        if (!only_words && str_equal(argv[i], "--"))
            only_words = true;
        else if (only_words || strncmp(argv[i], "--", 2) != 0)
            add_word(options, argv[i]);
        else if (!take_option(options, specs, spec_count, argc - i, argv + i, &used, err))
            return false;
        i += used;
    }
    return true;
}

void options_free(struct options *options)
{
    free(options->items);
    free(options->words);
    *options = (struct options){ 0 };
}

const char *options_get(const struct options *options, const char *name)
{
    for (size_t i = options->count; i > 0; i--)
        if (str_equal(options->items[i - 1].name, name))
            return options->items[i - 1].value;
    return NULL;
}

bool options_has(const struct options *options, const char *name)
{
    for (size_t i = 0; i < options->count; i++)
        if (str_equal(options->items[i].name, name))
            return true;
    return false;
}

const char **options_all(const struct options *options, const char *name, size_t *count)
{
    const char **all = mem_zalloc(options->count, sizeof *all);

    *count = 0;
    for (size_t i = 0; i < options->count; i++)
        if (str_equal(options->items[i].name, name))
            all[(*count)++] = options->items[i].value;
    return all;
}

bool options_number(const struct options *options, const char *name, unsigned long long min,
    unsigned long long max, unsigned long long *out, struct err *err)
{
    const char *text = options_get(options, name);
    unsigned long long value;
    char *end;

    if (text == NULL)
        return true;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < min || value > max)
        return err_set(err, ERR_INPUT, "--%s %s: a whole number from %llu to %llu was expected",
            name, text, min, max);
    *out = value;
    return true;
}
