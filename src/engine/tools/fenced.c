#include "fenced.h"

#include <stdbool.h>
#include <string.h>

#include "str.h"

static size_t line_length(const char *line)
{
    size_t len = strcspn(line, "\n");

    return line[len] == '\n' ? len + 1 : len;
}

static bool is_blank_to(const char *from, const char *end)
{
    while (from < end && strchr(" \t\r\n", *from) != NULL)
        from++;
    return from >= end;
}

/* A line of three backticks and one of these words. */
static bool is_fence(const char *line, size_t len, bool opens)
{
    static const char *const words[] = { "", "python", "python3", "py", "Python" };

    if (len < 3 || strncmp(line, "```", 3) != 0)
        return false;
    for (size_t i = 0; i < (opens ? sizeof words / sizeof words[0] : 1); i++) {
        size_t word = strlen(words[i]);

        if (len >= 3 + word && strncmp(line + 3, words[i], word) == 0 &&
            is_blank_to(line + 3 + word, line + len))
            return true;
    }
    return false;
}

struct text *fenced_code(struct text *answer)
{
    struct str code = STR_INIT;
    bool is_inside = false, was_inside = false;
    struct text *text;

    for (const char *at = answer->data; *at != '\0';) {
        size_t len = line_length(at);

        if (is_fence(at, len, !is_inside))
            is_inside = !is_inside;
        else if (is_inside)
            str_add_n(&code, at, len);
        was_inside = was_inside || is_inside;
        at += len;
    }
    text = was_inside ? text_new(str_text(&code), code.len) : text_ref(answer);
    str_free(&code);
    return text;
}
