#include "review.h"

#include "nearest.h"
#include "str.h"

static const char *const names[] = {
    [REVIEW_NONE] = "none",
    [REVIEW_STRUCTURE] = "structure",
    [REVIEW_PROMPTS] = "prompts",
    [REVIEW_ALL] = "all",
};

enum { MODE_COUNT = sizeof names / sizeof names[0] };

bool review_mode_parse(const char *text, enum review_mode *out, struct err *err)
{
    const char *near;

    for (size_t i = 0; i < MODE_COUNT; i++)
        if (str_equal(text, names[i])) {
            *out = (enum review_mode)i;
            return true;
        }
    near = nearest_name(text, names, MODE_COUNT);
    return err_set(err, ERR_INPUT,
        "--review %s: unknown mode; known are all, structure, prompts, none%s%s%s", text,
        near != NULL ? " (did you mean " : "", near != NULL ? near : "", near != NULL ? "?)" : "");
}

const char *review_mode_name(enum review_mode mode)
{
    return names[mode];
}
