/* PUPA's two verdicts of the builtin model. */
#include "builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void expect(const char *schema, const char *question, const char *part)
{
    const struct builtin_turn turn = { BUILTIN_USER, question };
    struct builtin_request request = {
        .system = "s", .turns = &turn, .turn_count = 1, .schema = schema
    };
    struct builtin_reply reply = builtin_answer(&request);

    if (strstr(reply.text, part) == NULL)
        fail_msg("%s\n  gave      %s\n  expected  %s", question, reply.text, part);
    builtin_reply_free(&reply);
}

static void test_leaks(void **state)
{
    static const char schema[] = "pupa_leaks";

    (void)state;
    expect(schema,
        "<details>\nIda Brandt||Alvik||Ida Brandt||\n</details>\n\n<text>\nA letter for ida "
        "brandt, "
        "please.\n</text>",
        "\"leaked\":1}");
    expect(
        schema, "<details>\nIda||Alvik\n</details>\n<text>\nAlvik: Ida\n</text>", "\"leaked\":2}");
    expect(schema, "<details>\nIda\n</details>\n<text>\nHoliday\n</text>", "\"leaked\":0}");
    expect(schema, "<details>\n\n</details>\n<text>\n\n</text>", "0 of 0 details");
    expect(schema, "no tags at all", "\"leaked\":0}");
}

#define QUERY "<query>\nTranslate the invoice of Lumen.\n</query>\n"

static void test_comparison(void **state)
{
    static const char schema[] = "pupa_comparison";

    (void)state;
    expect(schema,
        QUERY "<response_a>\nThe invoice of Lumen\n</response_a>\n<response_b>\nAn "
              "invoice\n</response_b>",
        "\"at_least_as_good\":true");
    expect(schema,
        QUERY "<response_a>\nunknown\n</response_a>\n<response_b>\nThe "
              "invoice\n</response_b>",
        "\"at_least_as_good\":false");
    expect(schema, QUERY "<response_a>\n\n</response_a>\n<response_b>\nwhatever\n</response_b>",
        "\"at_least_as_good\":false");
    expect(schema, QUERY, "\"at_least_as_good\":true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leaks),
        cmocka_unit_test(test_comparison),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
