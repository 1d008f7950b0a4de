/* What happened, in short sentences. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "view_fold.h"

enum { LINE_MAX_BYTES = 400, AMEND_BACK = 8 };

void view_log(
    struct run_view *view, enum view_tone tone, struct view_about about, const char *format, ...)
{
    struct view_line line = {
        .t = view->t,
        .tone = tone,
        .rollout = about.rollout,
        .proposal = about.proposal,
        .workflow = about.workflow,
    };
    char text[LINE_MAX_BYTES];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    line.text = mem_strdup(text);
    ARRAY_PUSH(&view->log, line);
}

void view_log_amend(struct run_view *view, int proposal, const char *more)
{
    size_t count = view->log.count;

    for (size_t i = count; i-- > 0 && count - i <= AMEND_BACK;) {
        struct view_line *line = &view->log.items[i];
        char *text;

        if (line->proposal != proposal)
            continue;
        text = mem_printf("%s%s", line->text, more);
        free(line->text);
        line->text = text;
        return;
    }
}
