#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "secret.h"

#define TWENTY "a0b1c2d3e4f5g6h7i8j9"

static void test_keys(void **state)
{
    static const char *const keys[] = { "AIza" TWENTY, "AKIA0123456789ABCDEF", "fw_" TWENTY,
        "ghp_" TWENTY, "github_pat_11_" TWENTY, "gsk_" TWENTY, "hf_" TWENTY, "nvapi-_" TWENTY,
        "sk-" TWENTY, "sk-ant-api03-" TWENTY, "xai-" TWENTY, "a text with gsk_" TWENTY ".",
        "https://a.b/hf_" TWENTY "/v1" };
    static const char *const others[] = { "", "gsk_", "hf_hub", "xai-grok-4-fast-non-reasoning",
        "pplx-7b-online-and-much-more", "sk-learn-based-classification", "ask-" TWENTY TWENTY,
        "disk-" TWENTY, "AIzawa", TWENTY TWENTY };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!secret_has_key(keys[i]))
            fail_msg("%s", keys[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (secret_has_key(others[i]))
            fail_msg("%s", others[i]);
}

static void test_variables(void **state)
{
    static const char *const keys[] = { "gsk_a0b1c2d3e4f5g6h7i8j9", "a0b1c2d3e4f5g6h7i8j9",
        "a_b_c_d_e_f_g_h_012345", "abcdefghijklmnopABCDEFGHIJKLMNOPQ" };
    static const char *const others[] = { "OPENAI_API_KEY", "KEY_2", "my_openai_key_for_all_tests",
        "OPENAI_API_KEY_OF_PROJECT_2", "OpenAiKeyOfMyProject", "" };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (!secret_is_no_variable(keys[i]))
            fail_msg("%s", keys[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (secret_is_no_variable(others[i]))
            fail_msg("%s", others[i]);
}

static void test_names(void **state)
{
    (void)state;
    assert_true(secret_is_name("Authorization"));
    assert_true(secret_is_name("X-Api-Key"));
    assert_false(secret_is_name("api_key_env"));
    assert_false(secret_is_name("max_tokens"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_variables),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
