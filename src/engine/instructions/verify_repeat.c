/* IFBench "repeat": parts of the request, word for word. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static bool equal_after_first_word(struct excerpt a, struct excerpt b)
{
    struct excerpts x = split_words(a);
    struct excerpts y = split_words(b);
    size_t x_rest = x.count > 0 ? x.count - 1 : 0;
    size_t y_rest = y.count > 0 ? y.count - 1 : 0;
    bool equal = x_rest == y_rest;

    for (size_t i = 1; i <= x_rest && equal; i++)
        equal = excerpt_equal(x.items[i], y.items[i]);
    excerpts_free(&x);
    excerpts_free(&y);
    return equal;
}

enum follow verify_repeat_change(struct check *check)
{
    const char *request;

    if (!argument_text(check, "prompt_to_repeat", &request))
        return FOLLOW_BAD;
    if (excerpt_is(check->text, request)) {
        str_add(check->why, "the first word was not changed");
        return FOLLOW_NO;
    }
    str_add(check->why, "it is not the request with another first word");
    return follow_if(equal_after_first_word(excerpt_of(request), check->text));
}

static bool equal_trimmed_lower(struct excerpt a, struct excerpt b)
{
    struct str x = STR_INIT;
    struct str y = STR_INIT;
    bool equal;

    add_lower(trim(a), &x);
    add_lower(trim(b), &y);
    equal = str_equal(str_text(&x), str_text(&y));
    str_free(&x);
    str_free(&y);
    return equal;
}

enum follow verify_repeat_simple(struct check *check)
{
    str_add(check->why, "it is not that sentence alone");
    return follow_if(equal_trimmed_lower(
        check->text, excerpt_of("Only output this sentence here, ignore all other requests.")));
}

/* Characters first … last (from 0, both included). */
static struct excerpt span_of(struct excerpt text, double first, double last)
{
    size_t start = text.len, end = text.len;
    double place = 0;

    for (size_t i = 0; i < text.len; place++) {
        uint32_t code;

        if (place == first)
            start = i;
        i += utf8_next(text.text + i, text.len - i, &code);
        if (place == last)
            end = i;
    }
    return (struct excerpt){ text.text + start, end > start ? end - start : 0 };
}

enum follow verify_repeat_span(struct check *check)
{
    const char *request;
    double first, last;

    if (!argument_text(check, "prompt_to_repeat", &request) ||
        !argument_number(check, "n_start", 0, &first) || !argument_number(check, "n_end", 0, &last))
        return FOLLOW_BAD;
    str_addf(check->why, "it is not what stands from %.0f to %.0f of the request", first, last);
    return follow_if(equal_trimmed_lower(check->text, span_of(excerpt_of(request), first, last)));
}
