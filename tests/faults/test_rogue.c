#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "mem.h"
#include "rogue.h"
#include "str.h"

enum ending { ENDING_OPEN, ENDING_CLOSED, ENDING_RESET };

enum { PATIENCE_MS = 150, ENOUGH = 3 << 20 };

static int connect_to(const struct rogue *rogue)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_port = htons((uint16_t)rogue_port(rogue)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct timeval patience = { .tv_usec = PATIENCE_MS * 1000 };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    return fd;
}

static void post(int fd, const char *body)
{
    char *text = mem_printf("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            "%zu\r\n\r\n%s",
        strlen(body), body);

    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
    free(text);
}

/* Everything until the end, silence or enough. */
static enum ending receive(int fd, struct str *out)
{
    char buffer[65536];

    while (out->len < ENOUGH) {
        ssize_t n = recv(fd, buffer, sizeof buffer, 0);

        if (n == 0)
            return ENDING_CLOSED;
        if (n < 0)
            return errno == EAGAIN ? ENDING_OPEN : ENDING_RESET;
        str_add_n(out, buffer, (size_t)n);
    }
    return ENDING_OPEN;
}

static enum ending ask(struct rogue *rogue, const char *body, struct str *out)
{
    int fd = connect_to(rogue);
    enum ending ending;

    str_clear(out);
    post(fd, body);
    ending = receive(fd, out);
    assert_int_equal(close(fd), 0);
    return ending;
}

static struct rogue *open_rogue(struct rogue_options options)
{
    struct rogue *rogue = rogue_open(&options);

    assert_non_null(rogue);
    return rogue;
}

static char *chat(const char *words, bool stream)
{
    return mem_printf("{\"model\":\"m\",\"stream\":%s,\"stream_options\":{\"include_usage\":true},"
                      "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}",
        stream ? "true" : "false", words);
}

/* What each fault looks like from outside. */
static const struct {
    const char *name;
    enum ending streamed, whole;
    const char *has, *has_not; /* in the streamed reply */
} looks[] = {
    { "none", ENDING_OPEN, ENDING_OPEN, "[DONE]", NULL },
    { "refuse", ENDING_RESET, ENDING_RESET, NULL, "HTTP" },
    { "reset", ENDING_RESET, ENDING_RESET, NULL, "[DONE]" },
    { "stall-before", ENDING_OPEN, ENDING_OPEN, NULL, "HTTP" },
    { "stall-head", ENDING_OPEN, ENDING_OPEN, "HTTP/1.1 200", "\r\n\r\n" },
    { "stall-body", ENDING_OPEN, ENDING_OPEN, "\r\n\r\n", "[DONE]" },
    { "cut-chunk", ENDING_CLOSED, ENDING_CLOSED, "chunked", "[DONE]" },
    { "cut-utf8", ENDING_CLOSED, ENDING_CLOSED, "chunked", "[DONE]" },
    { "cut-clean", ENDING_CLOSED, ENDING_CLOSED, "data: ", "[DONE]" },
    { "endless", ENDING_OPEN, ENDING_OPEN, "again", "[DONE]" },
    { "huge-header", ENDING_CLOSED, ENDING_CLOSED, "X-Filler-16383", NULL },
    { "long-length", ENDING_CLOSED, ENDING_CLOSED, "Content-Length", NULL },
    { "short-length", ENDING_CLOSED, ENDING_CLOSED, "Content-Length", NULL },
    { "429", ENDING_OPEN, ENDING_OPEN, "Retry-After: 3\r\n", NULL },
    { "429-bare", ENDING_OPEN, ENDING_OPEN, "HTTP/1.1 429", "Retry-After" },
    { "500", ENDING_OPEN, ENDING_OPEN, "HTTP/1.1 500", NULL },
    { "503-html", ENDING_OPEN, ENDING_OPEN, "HTTP/1.1 503", "data:" },
    { "html", ENDING_OPEN, ENDING_OPEN, "<html>", "data:" },
    { "half-tool", ENDING_CLOSED, ENDING_CLOSED, "tool_calls", "finish_reason\":\"" },
    { "stream-error", ENDING_OPEN, ENDING_OPEN, "ran out of memory", "finish_reason\":\"" },
    { "garbage", ENDING_CLOSED, ENDING_CLOSED, "no HTTP at all", "HTTP/1" },
    { "400", ENDING_OPEN, ENDING_OPEN, "HTTP/1.1 400", NULL },
};

static void test_every_fault(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ .retry_after_s = 3 });
    struct str out = STR_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        char *words = mem_printf("[[fault:%s]]", looks[i].name);

        for (int stream = 0; stream < 2; stream++) {
            char *body = chat(words, stream);
            enum ending ending = ask(rogue, body, &out);

            print_message("%s, %s\n", looks[i].name, stream ? "streamed" : "whole");
            /* a reset may overtake the last bytes */
            assert_int_equal(ending, stream ? looks[i].streamed : looks[i].whole);
            if (stream && looks[i].has != NULL)
                assert_non_null(
                    memmem(str_text(&out), out.len, looks[i].has, strlen(looks[i].has)));
            if (stream && looks[i].has_not != NULL)
                assert_null(
                    memmem(str_text(&out), out.len, looks[i].has_not, strlen(looks[i].has_not)));
            free(body);
        }
        assert_int_equal(rogue_counts(rogue).faults[i], 2);
        free(words);
    }
    assert_int_equal(sizeof looks / sizeof looks[0], ROGUE_KINDS);
    assert_int_equal(rogue_counts(rogue).answered, 2);
    str_free(&out);
    rogue_close(rogue);
}

/* The cut lies within a character: the last byte begins one. */
static void test_cut_within_a_character(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ .tokens = 40 });
    struct str out = STR_INIT;
    char *body = chat("[[fault:cut-utf8]]", true);

    (void)state;
    assert_int_equal(ask(rogue, body, &out), ENDING_CLOSED);
    assert_true((unsigned char)out.data[out.len - 1] >= 0xc0);
    free(body);
    str_free(&out);
    rogue_close(rogue);
}

/* By body and occurrence: whatever the order, the same faults. */
static void test_share_by_seed(void **state)
{
    uint64_t faults[2][ROGUE_KINDS];
    struct str out = STR_INIT;

    (void)state;
    for (int turn = 0; turn < 2; turn++) {
        struct rogue *rogue = open_rogue((struct rogue_options){ .seed = 5,
            .share = 0.3,
            .kinds = UINT64_C(1) << ROGUE_500 | UINT64_C(1) << ROGUE_CUT_CLEAN });
        struct rogue_counts counts;

        for (int i = 0; i < 200; i++) {
            char words[32];
            char *body;

            (void)snprintf(words, sizeof words, "ask %d", turn == 0 ? i : 199 - i);
            body = chat(words, true);
            /* only who keeps a connection open is waited for */
            {
                int fd = connect_to(rogue);

                post(fd, body);
                (void)recv(fd, &(char[1]){ 0 }, 1, 0);
                assert_int_equal(close(fd), 0);
            }
            free(body);
        }
        counts = rogue_counts(rogue);
        memcpy(faults[turn], counts.faults, sizeof counts.faults);
        assert_int_equal(counts.requests, 200);
        assert_int_equal(counts.bodies, 200);
        rogue_close(rogue);
    }
    assert_memory_equal(faults[0], faults[1], sizeof faults[0]);
    assert_in_range(faults[0][ROGUE_500] + faults[0][ROGUE_CUT_CLEAN], 40, 80);
    str_free(&out);
}

static void test_on_request_for_some_times(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ 0 });
    struct str out = STR_INIT;
    char *body = chat("[[fault:500*2]]", false);

    (void)state;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(ask(rogue, body, &out), ENDING_OPEN);
        assert_int_equal(str_starts(str_text(&out), "HTTP/1.1 500"), i < 2);
    }
    assert_int_equal(rogue_asked(rogue, body, strlen(body)), 4);
    assert_int_equal(rogue_counts(rogue).most_answers, 2);
    free(body);
    str_free(&out);
    rogue_close(rogue);
}

static void test_storm_and_keep_alive(void **state)
{
    struct rogue *rogue =
        open_rogue((struct rogue_options){ .storm_from = 2, .storm_count = 2, .retry_after_s = 1 });
    struct str out = STR_INIT;
    char *body = chat("hello", false);
    int fd = connect_to(rogue);

    (void)state;
    for (int i = 1; i <= 4; i++) {
        str_clear(&out);
        post(fd, body);
        assert_int_equal(receive(fd, &out), ENDING_OPEN);
        assert_int_equal(str_starts(str_text(&out), "HTTP/1.1 429"), i == 2 || i == 3);
    }
    assert_int_equal(rogue_counts(rogue).connections, 1);
    assert_int_equal(close(fd), 0);
    free(body);
    str_free(&out);
    rogue_close(rogue);
}

static void test_schema_and_tools(void **state)
{
    static const char schema[] = "{\"messages\":[],\"response_format\":{\"type\":\"json_schema\","
                                 "\"json_schema\":{\"schema\":"
                                 "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}"
                                 ",\"l\":{\"type\":\"array\","
                                 "\"minItems\":1,\"items\":{\"enum\":[\"a\"]}}}}}}}";
    static const char tools[] =
        "{\"messages\":[],\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\","
        "\"parameters\":{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"number\"}}}}}]}";
    struct rogue *rogue = open_rogue((struct rogue_options){ .key = NULL });
    struct str out = STR_INIT;

    (void)state;
    assert_int_equal(ask(rogue, schema, &out), ENDING_OPEN);
    assert_non_null(strstr(out.data, "\"content\":\"{\\\"n\\\":1,\\\"l\\\":[\\\"a\\\"]}\""));
    assert_int_equal(ask(rogue, tools, &out), ENDING_OPEN);
    assert_non_null(strstr(out.data, "\"name\":\"look\",\"arguments\":\"{\\\"q\\\":1}\""));
    assert_int_equal(ask(rogue, "no json", &out), ENDING_OPEN);
    assert_true(str_starts(out.data, "HTTP/1.1 400"));
    str_free(&out);
    rogue_close(rogue);
}

static void test_key_and_latency(void **state)
{
    struct rogue *rogue = open_rogue((struct rogue_options){ .key = "k" });
    struct str out = STR_INIT;
    char *body = chat("hello", true);

    (void)state;
    assert_int_equal(ask(rogue, body, &out), ENDING_OPEN);
    assert_true(str_starts(out.data, "HTTP/1.1 401"));
    rogue_close(rogue);
    rogue = open_rogue((struct rogue_options){ .latency_ms = 60, .spread_ms = 60, .pieces = 5 });
    {
        struct timeval start, end;

        assert_int_equal(gettimeofday(&start, NULL), 0);
        assert_int_equal(ask(rogue, body, &out), ENDING_OPEN);
        assert_int_equal(gettimeofday(&end, NULL), 0);
        assert_non_null(strstr(out.data, "[DONE]"));
        /* 120 ms until the last byte, then the silence */
        assert_true((end.tv_sec - start.tv_sec) * 1000 + (end.tv_usec - start.tv_usec) / 1000 >=
                    120 + PATIENCE_MS - 5);
    }
    free(body);
    str_free(&out);
    rogue_close(rogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fault),
        cmocka_unit_test(test_cut_within_a_character),
        cmocka_unit_test(test_share_by_seed),
        cmocka_unit_test(test_on_request_for_some_times),
        cmocka_unit_test(test_storm_and_keep_alive),
        cmocka_unit_test(test_schema_and_tools),
        cmocka_unit_test(test_key_and_latency),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
