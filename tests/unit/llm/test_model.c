#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "endpoint.h"
#include "mem.h"
#include "model.h"

static struct llm_model *open_model(const char *settings)
{
    struct err err = { 0 };
    struct llm_model *model = model_open("task.json:7: models.executor", settings, 1, &err);

    if (model == NULL)
        fail_msg("%s: %s", settings, err.message);
    return model;
}

static void expect_refused(const char *settings, const char *part)
{
    struct err err = { 0 };
    struct llm_model *model = model_open("task.json:7: models.executor", settings, 1, &err);

    if (model != NULL)
        fail_msg("taken: %s", settings);
    assert_int_equal(err.code, ERR_INPUT);
    assert_non_null(strstr(err.message, "task.json:7: models.executor"));
    if (strstr(err.message, part) == NULL)
        fail_msg("\"%s\" is not in: %s", part, err.message);
    assert_null(strstr(err.message, "verysecret"));
}

#define LOCAL "\"base_url\":\"http://localhost:1/v1\""

static void test_settings(void **state)
{
    struct llm_model *model =
        open_model("{\"model\":\"m\"," LOCAL
                   ",\"temperature\":0.5,\"top_p\":0.9,\"max_tokens\":100,\"seed\":-3,"
                   "\"timeout_s\":1.5,\"stream\":false,\"extra\":{\"top_k\":5,\"x\":[\"y\"]},"
                   "\"price\":{\"in\":2,\"out\":4},\"rpm\":10,\"tpm\":1000}");
    struct llm_usage usage = { .in = 1000000, .cached_in = 500000, .out = 500000 };

    (void)state;
    assert_string_equal(model->identity,
        "{\"api\":\"openai\",\"model\":\"m\",\"max_tokens\":100,\"temperature\":0.5,\"top_p\":"
        "0.90000000000000002,\"seed\":-3,\"extra\":{\"top_k\":5,\"x\":[\"y\"]}}");
    assert_int_equal(model->timeout_ms, 1500);
    assert_int_equal(model->rpm, 10);
    assert_int_equal(model->tpm, 1000);
    assert_false(model->stream);
    assert_true(model->urls[0].is_loopback);
    assert_true(model_cost(model, &usage) == 4.0); /* no price for cached: as any other */
    model_free(model);
}

static void test_identity(void **state)
{
    struct llm_model *a = open_model("{\"model\":\"m\"," LOCAL "}");
    struct llm_model *b = open_model("{\"model\":\"m\",\"rpm\":5,\"stream\":false,\"timeout_s\":9,"
                                     "\"base_url\":[\"https://a.b/v1\",\"https://c.d\"],"
                                     "\"price\":{\"in\":1,\"out\":1}}");

    (void)state;
    assert_string_equal(a->identity, b->identity);
    assert_int_equal(b->url_count, 2);
    assert_int_equal(a->max_tokens, 4096);
    model_free(a);
    model_free(b);
}

static void test_reasoning_names(void **state)
{
    static const struct {
        const char *name;
        bool tokens, fixed;
    } names[] = { { "o3-mini", true, true }, { "openai/o1", true, true }, { "gpt-5", true, true },
        { "gpt-5.1-mini", true, true }, { "gpt-5-chat-latest", true, false },
        { "gpt-4o", false, false }, { "gpt-oss:20b", false, false }, { "o1x", false, false },
        { "qwen", false, false } };

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *settings = mem_printf("{\"model\":\"%s\"," LOCAL "}", names[i].name);
        struct llm_model *model = open_model(settings);

        assert_int_equal(model->quirks->completion_tokens, names[i].tokens);
        assert_int_equal(model->quirks->no_temperature, names[i].fixed);
        model_free(model);
        free(settings);
    }
}

static void test_refused(void **state)
{
    (void)state;
    expect_refused("{\"model\":\"m\",\"tempature\":1," LOCAL "}",
        "tempature: unknown key; the nearest known one is \"temperature\"");
    expect_refused("{\"model\":\"m\",\"api\":\"open\"," LOCAL "}", "\"openai\"");
    expect_refused(
        "{\"model\":\"m\",\"api_key\":\"verysecret\"," LOCAL "}", "no key belongs in a file");
    expect_refused("{\"model\":\"m\",\"extra\":{\"a\":{\"password\":\"verysecret\"}}," LOCAL "}",
        "password: looks like an API key");
    expect_refused("{\"model\":\"m\",\"extra\":{\"a\":[\"sk-verysecret123456\"]}," LOCAL "}",
        "looks like an API key");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"sk-verysecret1234\"," LOCAL "}",
        "looks like an API key");
    expect_refused(
        "{\"model\":\"m\",\"api_key_env\":\"very.secret\"," LOCAL "}", "not the key itself");
    expect_refused(
        "{\"model\":\"m\",\"api_key_env\":\"TEST_NO_SUCH\"," LOCAL "}", "TEST_NO_SUCH is not set");
    expect_refused("{\"model\":\"m\",\"base_url\":\"http://10.0.0.1/v1\"}", "allow_plain_http");
    expect_refused(
        "{\"model\":\"m\",\"base_url\":\"http://127.evil.example/v1\"}", "allow_plain_http");
    expect_refused(
        "{\"model\":\"m\",\"base_url\":\"http://localhost.evil.example\"}", "allow_plain_http");
    expect_refused("{\"model\":\"m\",\"base_url\":\"https://u:verysecret@h/v1\"}", "password");
    expect_refused("{\"model\":\"m\",\"base_url\":\"https://h/v1?x=y\"}", "query");
    expect_refused("{\"model\":\"m\",\"base_url\":\"ftp://h/v1\"}", "https://");
    expect_refused("{\"model\":\"m\",\"base_url\":\"not a url\"}", "must be a URL");
    expect_refused("{\"model\":\"m\",\"base_url\":[]}", "1 to 64");
    expect_refused("{\"model\":\"m\",\"base_url\":[3]}", "URL");
    expect_refused("{\"model\":\"m\",\"temperature\":3," LOCAL "}", "temperature: must be");
    expect_refused("{\"model\":\"m\",\"max_tokens\":0," LOCAL "}", "max_tokens");
    expect_refused("{\"model\":\"m\",\"max_tokens\":1.5," LOCAL "}", "whole");
    expect_refused("{\"model\":\"m\",\"stream\":1," LOCAL "}", "stream: must be true or false");
    expect_refused("{\"model\":\"m\",\"extra\":{\"max_tokens\":5}," LOCAL "}", "max_tokens");
    expect_refused("{\"model\":\"m\",\"price\":{\"in\":1}," LOCAL "}", "price: needs both");
    expect_refused("{\"model\":\"m\",\"price\":{\"in\":1,\"ot\":2}," LOCAL "}", "ot");
    expect_refused("{\"model\":\"m\",\"timeout_s\":0," LOCAL "}", "timeout_s");
}

#define FORTY "abcdefghij0123456789verysecretABCDEFGHIJ"

/* Whosever key it is, no message repeats it. */
static void test_keys_of_all_makers(void **state)
{
    static const char *const keys[] = { "gsk_" FORTY FORTY, "AIza" FORTY, "hf_" FORTY,
        "xai-" FORTY FORTY, "ghp_" FORTY, "github_pat_11_" FORTY, "nvapi-" FORTY, "pplx-" FORTY,
        "csk-" FORTY, "fw_" FORTY, "r8_" FORTY, "tgp_v1_" FORTY, "sk-ant-api03-" FORTY,
        "sk-or-v1-" FORTY };

    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        static const char *const settings[] = {
            "{\"model\":\"m\",\"api_key_env\":\"%s\"," LOCAL "}",
            "{\"model\":\"m\",\"extra\":{\"x\":\"%s\"}," LOCAL "}",
            "{\"model\":\"m\",\"extra\":{\"x\":[{\"y\":\"Token %s\"}]}," LOCAL "}",
            "{\"model\":\"m\",\"base_url\":\"https://a.b/%s/v1\"}",
        };

        for (size_t k = 0; k < sizeof settings / sizeof *settings; k++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            char *text = mem_printf(settings[k], keys[i]);
#pragma GCC diagnostic pop

            expect_refused(text, "looks like an API key");
            free(text);
        }
    }
    expect_refused(
        "{\"model\":\"m\",\"extra\":{\"x\":\"AKIA0123456789ABCDEF\"}," LOCAL "}", "API key");
}

/* Of a maker that is not known: a name that is not set and that nobody would give. */
static void test_keys_as_names(void **state)
{
    (void)state;
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"verysecret0123456789\"," LOCAL "}",
        "not the key itself");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"d_verysecret_012345Abc\"," LOCAL "}",
        "not the key itself");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"verysecretverysecretVERYSECRETABC\"," LOCAL
                   "}",
        "not the key itself");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"OPENAI_API_KEY_OF_PROJECT_2\"," LOCAL "}",
        "OPENAI_API_KEY_OF_PROJECT_2 is not set");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"my_openai_key_for_all_tests\"," LOCAL "}",
        "my_openai_key_for_all_tests is not set");
    expect_refused("{\"model\":\"m\",\"api_key_env\":\"OpenAiKeyOfMyProject\"," LOCAL "}",
        "OpenAiKeyOfMyProject is not set");
}

/* What only begins like a key is none; a variable that is set may have any name. */
static void test_no_keys(void **state)
{
    struct llm_model *model = open_model(
        "{\"model\":\"xai-grok-4-fast-non-reasoning\",\"extra\":{\"a\":\"hf_hub\",\"b\":\"a "
        "gsk_ and fw_something\",\"c\":\"AIzawa\",\"d\":\"pplx-7b-online-and-much-more\"}," LOCAL
        "}");

    (void)state;
    model_free(model);
    assert_int_equal(setenv("project_number_000000001", "verysecret", 1), 0);
    model = open_model("{\"model\":\"m\",\"api_key_env\":\"project_number_000000001\"," LOCAL "}");
    assert_string_equal(model->key, "verysecret");
    model_free(model);
    assert_int_equal(unsetenv("project_number_000000001"), 0);
}

static void test_plain_http(void **state)
{
    struct llm_model *model = open_model(
        "{\"model\":\"m\",\"allow_plain_http\":true,\"base_url\":[\"http://10.0.0.1:8000/v1/\","
        "\"http://[::1]:8000/v1\",\"http://127.0.0.2\"]}");

    (void)state;
    assert_false(model->urls[0].is_loopback);
    assert_true(model->urls[1].is_loopback);
    assert_true(model->urls[2].is_loopback);
    assert_string_equal(model->urls[0].base, "http://10.0.0.1:8000/v1");
    model_free(model);
}

static void expect_url(const char *api, const char *base, const char *path, const char *expected)
{
    char *settings = mem_printf("{\"model\":\"m\",\"api\":\"%s\",\"base_url\":\"%s\"}", api, base);
    struct llm_model *model = open_model(settings);
    char *url = endpoint_url(model, 0, path);

    assert_string_equal(url, expected);
    free(url);
    model_free(model);
    free(settings);
}

static void test_urls(void **state)
{
    (void)state;
    expect_url("openai", "https://a/v1", "chat/completions", "https://a/v1/chat/completions");
    expect_url("openai", "https://a/x/", "models", "https://a/x/models");
    expect_url("openai", "https://a/v1/chat/completions", "chat/completions",
        "https://a/v1/chat/completions");
    expect_url("openai", "https://a/v1/chat/completions", "models", "https://a/v1/models");
    expect_url("anthropic", "https://a", "messages", "https://a/v1/messages");
    expect_url("anthropic", "https://a/v1", "models", "https://a/v1/models");
}

static void test_keys(void **state)
{
    struct llm_model *model;

    (void)state;
    assert_int_equal(setenv("OPENAI_API_KEY", "verysecret-0123456789", 1), 0);
    model = open_model("{\"model\":\"m\"}"); /* the maker's own endpoint: its own key */
    assert_string_equal(model->key, "verysecret-0123456789");
    assert_null(strstr(model->identity, "verysecret"));
    model_free(model);
    model = open_model("{\"model\":\"m\"," LOCAL "}"); /* another one never gets it unasked */
    assert_null(model->key);
    model_free(model);
    assert_int_equal(setenv("OPENAI_API_KEY", "verysecret\r\nX: y", 1), 0);
    expect_refused("{\"model\":\"m\"}", "is no key");
    assert_int_equal(unsetenv("OPENAI_API_KEY"), 0);
    expect_refused("{\"model\":\"m\"}", "OPENAI_API_KEY is not set");
}

static void test_money(void **state)
{
    struct llm_model *none = open_model("{\"model\":\"m\",\"max_tokens\":5," LOCAL "}");
    struct llm_model *some =
        open_model("{\"model\":\"m\",\"price\":{\"in\":0,\"out\":0}," LOCAL "}");
    struct llm_model *all =
        open_model("{\"model\":\"m\",\"max_tokens\":5,\"price\":{\"in\":0,\"out\":0}," LOCAL "}");
    const struct model_place place = { .where = "x" };
    struct err err = { 0 };

    (void)state;
    assert_false(model_check_money(&place, none, &err));
    assert_non_null(strstr(err.message, "price is missing"));
    assert_false(model_check_money(&place, some, &err));
    assert_non_null(strstr(err.message, "max_tokens is missing"));
    assert_true(model_check_money(&place, all, &err));
    model_free(none);
    model_free(some);
    model_free(all);
}

static const char *place_of(const void *data, const char *key)
{
    (void)data;
    return strcmp(key, "price.in") == 0 ? "task.json:9:3: models.executor.price.in" : NULL;
}

/* The key's own place where it is known, else the entry's. */
static void test_places(void **state)
{
    const struct model_place place = { "task.json:7:1: models.executor", place_of, NULL };
    struct err err = { 0 };

    (void)state;
    assert_null(model_open_at(
        &place, "{\"model\":\"m\",\"price\":{\"in\":-1,\"out\":2}," LOCAL "}", 1, &err));
    assert_ptr_equal(
        strstr(err.message, "task.json:9:3: models.executor.price.in: must be"), err.message);
    assert_null(model_open_at(&place, "{\"model\":\"m\",\"top_p\":2," LOCAL "}", 1, &err));
    assert_ptr_equal(
        strstr(err.message, "task.json:7:1: models.executor: top_p: must be"), err.message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_reasoning_names),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_keys_of_all_makers),
        cmocka_unit_test(test_keys_as_names),
        cmocka_unit_test(test_no_keys),
        cmocka_unit_test(test_plain_http),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_money),
        cmocka_unit_test(test_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
