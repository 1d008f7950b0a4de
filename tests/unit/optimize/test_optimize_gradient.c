#include "check.h"
#include "gradient.h"

static void test_wants_change(void **state)
{
    static const struct {
        const char *text;
        bool wants;
    } cases[] = {
        { "Keep: all.\nChange: be brief", true },
        { "Keep: all.\nChange: nothing", false },
        { "Keep: all.\nChange: Nothing.", false },
        { "Keep: all.\nChange:\n  nothing \n", false },
        { "Keep: all.\nchange: none", false },
        { "**Keep:** all.\n**Change:** nothing", false },
        { "**Keep:** all.\n**Change:** nothing about the dates is kept", true },
        { "Keep: all.\nChange:", false },
        { "Keep: all.", false },
        { "Change: be brief\nKeep: the rest", true },
        { "be brief", true },
        { "do not Change: it", true }, /* no head: not at the start of a line */
        { "nothing", false },
        { "", false },
        { "\n\n", false },
        { "Change: nothing else matters", true },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (gradient_wants_change(cases[i].text) != cases[i].wants)
            fail_msg("%s: expected %s", cases[i].text, cases[i].wants ? "a change" : "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wants_change),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
