/* IFBench "custom", the three that ask for CSV. */
#include "verify.h"

#include <string.h>

#include "csv_rows.h"
#include "pattern.h"

static enum follow tell_rows(struct check *check, const struct csv_rows *rows, bool ok)
{
    str_addf(check->why, "%zu rows, the first one with %zu fields", rows->count,
        rows->count > 0 ? rows->items[0].count : 0);
    return follow_if(ok);
}

enum follow verify_csv_city(struct check *check)
{
    static const char *const header[] = { "ID", "Country", "City", "Year", "Count" };
    struct csv_rows rows;
    enum follow follow;
    bool ok = csv_rows_read(check->text.text, ',', &rows) && rows.count == 8;

    for (size_t i = 0; i < rows.count; i++)
        ok = ok && rows.items[i].count == 5;
    for (size_t i = 0; i < 5 && ok; i++)
        ok = str_equal(str_text(&rows.items[0].items[i]), header[i]);
    follow = tell_rows(check, &rows, ok);
    csv_rows_free(&rows);
    return follow;
}

/* The text with each quote tripled, so that the reader keeps one around a field. */
static void triple_quotes(struct excerpt text, struct str *out)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.text[i] == '"')
            str_add(out, "\"\"\"");
        else
            str_add_char(out, text.text[i]);
}

static struct excerpt first_line(struct excerpt text)
{
    const char *end = memchr(text.text, '\n', text.len);

    if (end != NULL)
        text.len = (size_t)(end - text.text);
    return trim(text);
}

/* Rows from the second on, up to the first with a special character in quotes. */
static bool find_special(const struct csv_rows *rows)
{
    for (size_t i = 1; i < rows->count; i++) {
        if (rows->items[i].count != 5)
            return false;
        for (size_t j = 0; j < 5; j++)
            if (matches(
                    excerpt_of(str_text(&rows->items[i].items[j])), "\\A\".*[^\\d\\w\\s].*\"", 0))
                return true;
    }
    return false;
}

enum follow verify_csv_special_character(struct check *check)
{
    static const char header[] =
        "\\A(ProductID|\"ProductID\"),[ \\t]*(Category|\"Category\"),[ \\t]*(Brand|\"Brand\"),[ "
        "\\t]*(Price|\"Price\"),[ \\t]*(Stock|\"Stock\")$";
    struct str tripled = STR_INIT;
    struct csv_rows rows;
    enum follow follow;
    bool ok;

    if (!matches(first_line(check->text), header, 0)) {
        str_add(check->why, "the header is not ProductID,Category,Brand,Price,Stock");
        return FOLLOW_NO;
    }
    triple_quotes(check->text, &tripled);
    ok = csv_rows_read(str_text(&tripled), ',', &rows) && rows.count == 15 && find_special(&rows);
    follow = tell_rows(check, &rows, ok);
    csv_rows_free(&rows);
    str_free(&tripled);
    return follow;
}

static bool is_quoted(const struct str *field)
{
    struct excerpt piece = trim(excerpt_of(str_text(field)));

    return first_of(piece) == '"' && last_of(piece) == '"';
}

enum follow verify_csv_quotes(struct check *check)
{
    static const char header[] =
        "\\A(StudentID|\"StudentID\")\\t *(Subject|\"Subject\")\\t *(Grade|\"Grade\")\\t "
        "*(Semester|\"Semester\")\\t *(Score|\"Score\")$";
    struct str tripled = STR_INIT;
    struct csv_rows rows;
    enum follow follow;
    bool ok;

    if (!matches(first_line(check->text), header, 0)) {
        str_add(
            check->why, "the header is not StudentID, Subject, Grade, Semester, Score, with tabs");
        return FOLLOW_NO;
    }
    triple_quotes(check->text, &tripled);
    ok = csv_rows_read(str_text(&tripled), '\t', &rows) && rows.count == 4;
    for (size_t i = 0; i < rows.count; i++) {
        ok = ok && rows.items[i].count == 5;
        for (size_t j = 0; j < rows.items[i].count; j++)
            ok = ok && is_quoted(&rows.items[i].items[j]);
    }
    follow = tell_rows(check, &rows, ok);
    csv_rows_free(&rows);
    str_free(&tripled);
    return follow;
}
