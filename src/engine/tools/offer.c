#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"
#include "tool_type.h"
#include "utf8.h"

enum { SUMMARY_MAX = 1000 };

/* One line: every run of blanks and controls is one blank. */
static char *one_line(const char *text)
{
    struct str line = STR_INIT;
    size_t len = strlen(text);

    for (size_t at = 0; at < len && line.len < SUMMARY_MAX;) {
        uint32_t code;

        at += utf8_next(text + at, len - at, &code);
        if (code > ' ' && code != 0x7F && !(code >= 0x80 && code < 0xA0) && !utf8_is_space(code))
            utf8_add(&line, code);
        else if (line.len > 0 && line.data[line.len - 1] != ' ')
            str_add_char(&line, ' ');
    }
    while (line.len > 0 && line.data[line.len - 1] == ' ')
        str_truncate(&line, line.len - 1);
    str_add(&line, "");
    return line.data != NULL ? str_take(&line) : mem_strdup("");
}

void tool_offer_add(struct tool_offers *offers, const char *name, const char *summary,
    const char *argument, const char *parameters)
{
    struct tool_offer offer = {
        .name = mem_strdup(name),
        .summary = one_line(summary),
        .argument = mem_strdup(argument),
        .parameters = mem_strdup(parameters),
    };

    ARRAY_PUSH(offers, offer);
}
