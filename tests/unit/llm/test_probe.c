#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "mem.h"
#include "probe.h"
#include "str.h"
#include "talk.h"

/* What a probe finds out about endpoints of many kinds, and what it says is to be done. */

#define SETTINGS \
    "{\"model\":\"m\",\"api_key_env\":\"PROBE_KEY\",\"base_url\":\"http://127.0.0.1:%u/v1\"}"
#define KEY "a-key-0123456789abcdef"
#define LIST "{\"data\":[{\"id\":\"m\"},{\"id\":\"n\"}]}"
#define PAGE "<html>log in</html>"
#define REPLY(content, usage) \
    "{\"model\":\"m\",\"choices\":[{\"index\":0,\"finish_reason\":\"stop\",\"message\":{" \
    "\"role\":\"assistant\",\"content\":\"" content "\"}}]" usage "}"
#define USAGE ",\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1}"

/* An endpoint that always says the same: to the question for its list, and to every other. */
struct says {
    int list_status, status;
    const char *list, *reply;
};

static char *answer(void *data, unsigned count, const char *head, const char *body)
{
    const struct says *says = data;

    (void)count;
    (void)body;
    if (str_starts(head, "GET /v1/models HTTP/1.1"))
        return canned_json(says->list_status, says->list);
    CANNED_MUST(str_starts(head, "POST "));
    return canned_json(says->status, says->reply);
}

static void on_done(struct probe *probe)
{
    bool *done = probe->data;

    *done = true;
}

static void run_probe(struct probe *probe, struct talk *talk)
{
    bool done = false;

    probe->model = talk->model;
    probe->on_done = on_done;
    probe->data = &done;
    probe_start(probe);
    while (!done)
        (void)uv_run(&talk->loop, UV_RUN_ONCE);
}

/* The caller frees it. */
static struct probe probe_of(struct says says, bool needs_json)
{
    struct probe probe = { .needs_json = needs_json };
    struct talk talk;

    if (says.list == NULL)
        says.list = LIST;
    if (says.list_status == 0)
        says.list_status = 200;
    if (says.status == 0)
        says.status = 200;
    assert_int_equal(setenv("PROBE_KEY", KEY, 1), 0);
    talk_open(&talk, answer, &says, SETTINGS);
    run_probe(&probe, &talk);
    talk_close(&talk);
    return probe;
}

static void expect(
    const struct probe *probe, enum probe_check check, enum probe_state state, const char *words)
{
    const struct probe_finding *finding = &probe->findings[check];

    if (finding->state != state || strstr(finding->words, words) == NULL)
        fail_msg("%s: %d: %s", probe_check_name(check), (int)finding->state, finding->words);
    assert_null(strstr(finding->words, KEY));
}

static void expect_finding(
    const struct says *says, enum probe_check check, enum probe_state state, const char *words)
{
    struct probe probe = probe_of(*says, true);

    expect(&probe, check, state, words);
    probe_free(&probe);
}

static void test_what_to_do(void **state)
{
    static const struct {
        int status;
        const char *reply, *words;
    } cases[] = {
        { 429, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"No money.\"}}",
            "No money; top up the account" },
        { 402, "{\"error\":{\"message\":\"pay\"}}", "top up the account" },
        { 403, "{\"error\":{\"message\":\"no\"}}", "no; ask for access" },
        { 404, "{\"error\":{\"message\":\"no model m\"}}", "no model m; check model (" },
        { 400, "{\"error\":{\"message\":\"bad\"}}", "bad; change the setting" },
        { 400, "{\"error\":{\"code\":\"context_length_exceeded\",\"message\":\"long\"}}",
            "lower max_tokens" },
        { 400, "{\"error\":{\"code\":\"content_filter\",\"message\":\"rude\"}}",
            "use another model" },
        { 413, "{\"error\":{\"message\":\"big\"}}", "check base_url" },
        { 429, "{\"error\":{\"message\":\"slow\"}}", "set rpm and tpm" },
        { 503, "{\"error\":{\"message\":\"full\"}}", "full; try again later" },
        { 500, "boom", "boom; look at the server's log" },
        { 200, "{\"error\":{\"message\":\"upstream\",\"code\":502}}", "look at the server's log" },
        { 504, "late", "late; see whether the server is too busy" },
        { 200, "{\"choices\":[]}", "? check that base_url and api fit" },
        { 200, PAGE, "in the way? check that base_url" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct says says = { .status = cases[i].status, .reply = cases[i].reply };

        expect_finding(&says, PROBE_ANSWER, PROBE_BAD, cases[i].words);
    }
}

/* A list that everybody may read says nothing of the key. */
static void test_key(void **state)
{
    const struct says open_list = { .status = 401,
        .reply = "{\"error\":{\"message\":\"Wrong key " KEY ".\"}}" };
    const struct says closed = { .list_status = 401, .list = "no " KEY };
    const struct says inside = {
        .list = "{\"error\":{\"type\":\"authentication_error\",\"message\":\"bad " KEY "\"}}"
    };

    (void)state;
    expect_finding(&open_list, PROBE_KEY, PROBE_BAD,
        "Wrong key [key]; check the key in the environment variable PROBE_KEY");
    expect_finding(&closed, PROBE_KEY, PROBE_BAD,
        "refused (HTTP 401: no [key]); check the key in the environment variable PROBE_KEY");
    expect_finding(&inside, PROBE_KEY, PROBE_BAD, "bad [key]; check the key");
}

/* What is cut is cut after the key was taken out. */
static void test_long_refusal(void **state)
{
    char *list = mem_printf("%0190d " KEY " and so on", 0);
    const struct says says = { .list_status = 401, .list = list };
    struct probe probe = probe_of(says, true);

    (void)state;
    assert_null(strstr(probe.findings[PROBE_KEY].words, "a-key"));
    expect(&probe, PROBE_KEY, PROBE_BAD, "check the key");
    probe_free(&probe);
    free(list);
}

static void test_page_for_a_list(void **state)
{
    struct says says = { .list = PAGE, .reply = PAGE };
    struct probe probe = probe_of(says, false);

    (void)state;
    expect(&probe, PROBE_KEY, PROBE_SKIPPED, "");
    expect(&probe, PROBE_MODEL, PROBE_NOTE, "an HTML page came");
    expect(&probe, PROBE_MODEL, PROBE_NOTE, "is base_url right, or is a proxy or a log-in page");
    probe_free(&probe);
    says.reply = REPLY("yes", USAGE); /* the answer shows it */
    expect_finding(&says, PROBE_KEY, PROBE_WELL, "sent and taken");
}

static void test_lists(void **state)
{
    struct says says = { .list = "[{\"id\":\"n\"},{\"id\":\"m\"},{}]",
        .reply = REPLY("yes", USAGE) };

    (void)state;
    expect_finding(&says, PROBE_MODEL, PROBE_WELL, "\"m\" is one of 2");
    says.list = "{\"models\":[{\"name\":\"mm\"}]}";
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "is not in its list of 1 (there is \"mm\"");
    says.list = "{\"data\":[]}";
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "its list of models is empty");
    says.list = "{\"data\":[{\"id\":\"n\"}],\"has_more\":true}";
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "the first 1 of its list, which goes on");
    says.list = "{\"data\":[{\"id\":\"n-" KEY "\"}]}";
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "(there is \"n-[key]\"");
    says.list_status = 404;
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "it has no list of models (HTTP 404)");
    says.list_status = 429;
    says.list = "{\"error\":{\"message\":\"slow down\"}}";
    expect_finding(&says, PROBE_MODEL, PROBE_NOTE, "cannot be had now (HTTP 429: slow down)");
}

static void test_usage(void **state)
{
    struct says says = { .reply = REPLY("yes", "") };

    (void)state;
    expect_finding(&says, PROBE_ANSWER, PROBE_WELL, "as \"m\"");
    expect_finding(&says, PROBE_TOKENS, PROBE_NOTE, "tells no usage");
    expect_finding(&says, PROBE_STREAMING, PROBE_WELL, "came in 1 piece");
    says.reply = REPLY("yes", USAGE);
    expect_finding(&says, PROBE_ANSWER, PROBE_WELL, "1 token, as \"m\"");
    expect_finding(&says, PROBE_TOKENS, PROBE_WELL, "5 in, 1 out");
}

/* To mend only where a run asks for it. */
static void test_json(void **state)
{
    const struct says says = { .reply = REPLY("yes", USAGE) };
    struct probe meta = probe_of(says, true), executor = probe_of(says, false);

    (void)state;
    expect(&meta, PROBE_SCHEMA, PROBE_BAD, "use one that writes JSON");
    expect(&executor, PROBE_SCHEMA, PROBE_NOTE, "steps with a schema will not work");
    probe_free(&meta);
    probe_free(&executor);
}

/* Takes neither max_tokens nor schemas nor tools, and says so of one after the other. */
static char *picky(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    if (str_starts(head, "GET "))
        return canned_json(200, LIST);
    if (strstr(body, "\"max_tokens\"") != NULL)
        return canned_json(400, "{\"error\":{\"message\":\"max_tokens is not supported\"}}");
    if (strstr(body, "response_format") != NULL)
        return canned_json(400, "{\"error\":{\"message\":\"response_format is not supported\"}}");
    if (strstr(body, "\"tools\"") != NULL)
        return canned_json(400, "{\"error\":{\"message\":\"no support for tools\"}}");
    return canned_json(200, REPLY("{\\\"answer\\\":\\\"Paris\\\",\\\"sure\\\":true}", USAGE));
}

/* What a run learns the doctor learns, too. */
static void test_quirks(void **state)
{
    struct probe probe = { .needs_json = true };
    struct talk talk;

    (void)state;
    talk_open(&talk, picky, NULL, "{\"model\":\"m\",\"base_url\":\"http://127.0.0.1:%u/v1\"}");
    run_probe(&probe, &talk);
    talk_close(&talk);
    expect(&probe, PROBE_ANSWER, PROBE_WELL, "1 token");
    expect(&probe, PROBE_SCHEMA, PROBE_NOTE, "it was asked for JSON in words");
    expect(&probe, PROBE_TOOLS, PROBE_NOTE, "agent nodes ask for it in words instead");
    probe_free(&probe);
}

static char *claude_list(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)body;
    if (!str_starts(head, "GET /v1/models?limit=1000 HTTP/1.1"))
        return canned_json(400, "{}");
    return canned_json(200, "{\"data\":[{\"id\":\"c-1\"}],\"has_more\":true,\"last_id\":\"c-1\"}");
}

/* A page of Anthropic's list has 20 models where nobody asks for more. */
static void test_pages(void **state)
{
    struct probe probe = { .only_list = true };
    struct talk talk;

    (void)state;
    talk_open(&talk, claude_list, NULL,
        "{\"model\":\"c-2\",\"api\":\"anthropic\",\"base_url\":\"http://127.0.0.1:%u\"}");
    run_probe(&probe, &talk);
    talk_close(&talk);
    assert_int_equal(probe.list.count, 1);
    assert_true(probe.list.goes_on);
    expect(&probe, PROBE_MODEL, PROBE_NOTE, "which goes on");
    probe_free(&probe);
}

static void test_nobody_there(void **state)
{
    struct probe probe = { 0 };
    struct talk talk;

    (void)state;
    talk_open(&talk, claude_list, NULL,
        "{\"model\":\"m\",\"rpm\":%u,\"base_url\":\"http://127.0.0.1:1/v1\"}");
    run_probe(&probe, &talk);
    talk_close(&talk);
    expect(&probe, PROBE_REACHABLE, PROBE_BAD, "; check base_url and that the server runs");
    probe_free(&probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_to_do),
        cmocka_unit_test(test_key),
        cmocka_unit_test(test_long_refusal),
        cmocka_unit_test(test_page_for_a_list),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_quirks),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_nobody_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
