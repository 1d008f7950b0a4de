#include "list_filter.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "utf8.h"

enum { FILTER_BYTES = 1000 };

void list_terms_free(struct list_term *terms, int count)
{
    for (int i = 0; i < count; i++)
        free(terms[i].text);
}

static int column_named(const struct list_source *source, const char *name, size_t len)
{
    for (int i = 0; i < source->column_count; i++)
        if (strlen(source->columns[i].name) == len &&
            strncmp(source->columns[i].name, name, len) == 0)
            return i;
    return -1;
}

static bool err_no_column(
    const struct list_source *source, const char *name, size_t len, struct err *err)
{
    struct str names = STR_INIT;

    for (int i = 0; i < source->column_count; i++)
        str_addf(&names, "%s%s", i > 0 ? ", " : "", source->columns[i].name);
    (void)err_set(err, ERR_INPUT,
        "filter: no column \"%.*s\"; there are %s (plain text goes in "
        "\"quotes\")",
        (int)(len < 40 ? len : 40), name, str_text(&names));
    str_free(&names);
    return false;
}

char *list_lower(const char *text, size_t len)
{
    struct str out = STR_INIT;

    utf8_lower(text, len, &out);
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

/* The operator after the name of a column; its length, 0: there is none. */
static size_t operator_at(const char *word, size_t name, char *op)
{
    char c = word[name];

    if (name == 0 || c == '\0' || strchr(":<>=", c) == NULL)
        return 0;
    *op = c;
    if ((c != '<' && c != '>') || word[name + 1] != '=')
        return 1;
    *op = c == '<' ? 'l' : 'g';
    return 2;
}

static bool parse_compared(const struct list_source *source, const char *word, size_t name,
    struct list_term *term, struct err *err)
{
    size_t skip = operator_at(word, name, &term->op);
    const char *value = word + name + skip;
    char *end;

    term->column = column_named(source, word, name);
    if (term->column < 0)
        return err_no_column(source, word, name, err);
    if (term->op == ':' || (term->op == '=' && !source->columns[term->column].number)) {
        term->text = list_lower(value, strlen(value));
        return true;
    }
    term->number = strtod(value, &end);
    if (*value == '\0' || *end != '\0' || !source->columns[term->column].number)
        return err_set(err, ERR_INPUT, "filter: \"%.60s\" compares %s with a number", word,
            source->columns[term->column].number ? "no number" : "a text");
    return true;
}

/* `word` is unquoted and ends in NUL. */
static bool parse_term(const struct list_source *source, const char *word, bool quoted,
    struct list_term *term, struct err *err)
{
    size_t name = 0;

    *term = (struct list_term){ .column = -1, .op = ':' };
    if (!quoted && word[0] == '!' && word[1] != '\0') {
        term->inverse = true;
        word++;
    }
    while (isalnum((unsigned char)word[name]) || word[name] == '_')
        name++;
    if (!quoted && operator_at(word, name, &term->op) > 0)
        return parse_compared(source, word, name, term, err);
    term->op = ':';
    term->text = list_lower(word, strlen(word));
    return true;
}

/* The next word into `word` (of FILTER_BYTES); false at the end. */
static bool next_word(const char **filter, char *word, bool *quoted)
{
    const char *at = *filter + strspn(*filter, " \t");
    size_t len;

    *quoted = *at == '"';
    if (*at == '\0')
        return false;
    at += *quoted ? 1 : 0;
    len = strcspn(at, *quoted ? "\"" : " \t");
    memcpy(word, at, len);
    word[len] = '\0';
    *filter = at + len + (at[len] == '"' && *quoted ? 1 : 0);
    return true;
}

bool list_terms_read(const struct list_source *source, const char *filter, struct list_term *terms,
    int *count, struct err *err)
{
    char word[FILTER_BYTES + 1];
    bool quoted;

    *count = 0;
    if (strlen(filter) > FILTER_BYTES)
        return err_set(err, ERR_INPUT, "filter: more than %d bytes", FILTER_BYTES);
    while (next_word(&filter, word, &quoted)) {
        if (*count == LIST_FILTER_TERMS)
            return err_set(err, ERR_INPUT, "filter: more than %d words", LIST_FILTER_TERMS);
        if (!parse_term(source, word, quoted, &terms[*count], err))
            return false;
        (*count)++;
    }
    return true;
}

/* Whether a column's text, in lower case, has the term's. */
static bool column_has(const struct list_source *source, const void *data, size_t row, int column,
    const char *needle, struct list_scratch *scratch)
{
    str_clear(&scratch->text);
    str_clear(&scratch->lower);
    source->text(data, row, column, &scratch->text);
    utf8_lower(str_text(&scratch->text), scratch->text.len, &scratch->lower);
    return strstr(str_text(&scratch->lower), needle) != NULL;
}

static bool term_matches(const struct list_source *source, const void *data, size_t row,
    const struct list_term *term, struct list_scratch *scratch)
{
    double value;

    if (term->text != NULL) {
        int first = term->column >= 0 ? term->column : 0;
        int last = term->column >= 0 ? term->column : source->column_count - 1;

        for (int i = first; i <= last; i++)
            if (column_has(source, data, row, i, term->text, scratch))
                return true;
        return false;
    }
    value = source->number(data, row, term->column);
    switch (term->op) {
    case '<':
        return value < term->number;
    case '>':
        return value > term->number;
    case 'l':
        return value <= term->number;
    case 'g':
        return value >= term->number;
    default:
        return fabs(value - term->number) < 1e-9;
    }
}

bool list_terms_match(const struct list_term *terms, int count, const struct list_source *source,
    const void *data, size_t row, struct list_scratch *scratch)
{
    for (int i = 0; i < count; i++)
        if (term_matches(source, data, row, &terms[i], scratch) == terms[i].inverse)
            return false;
    return true;
}
