#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "canned.h"
#include "clock.h"
#include "http.h"
#include "mem.h"

struct fetch {
    struct http_transfer transfer; /* first */
    struct str body;
    size_t enough; /* 0: all */
    char url[64];
    unsigned done;
    uint32_t expect_end_ms;
};

struct bench {
    uv_loop_t loop;
    struct http *http;
};

static void bench_open(struct bench *bench)
{
    struct err err = { 0 };

    assert_int_equal(uv_loop_init(&bench->loop), 0);
    bench->http = http_open(&bench->loop, 16, &err);
    assert_non_null(bench->http);
}

static void bench_close(struct bench *bench)
{
    http_close(bench->http);
    (void)uv_run(&bench->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench->loop), 0);
}

static bool on_data(struct http_transfer *transfer, const char *bytes, size_t len)
{
    struct fetch *fetch = (struct fetch *)transfer;

    str_add_n(&fetch->body, bytes, len);
    if (fetch->expect_end_ms > 0)
        http_expect_end(transfer, fetch->expect_end_ms);
    return fetch->enough == 0 || fetch->body.len < fetch->enough;
}

static void on_done(struct http_transfer *transfer)
{
    struct fetch *fetch = (struct fetch *)transfer;

    fetch->done++;
}

static void fetch_start(struct fetch *fetch, struct bench *bench, unsigned port)
{
    (void)snprintf(fetch->url, sizeof fetch->url, "http://127.0.0.1:%u/x", port);
    fetch->transfer.url = fetch->url;
    fetch->transfer.direct = true;
    fetch->transfer.on_data = on_data;
    fetch->transfer.on_done = on_done;
    http_start(bench->http, &fetch->transfer);
    assert_int_equal(fetch->done, 0);
}

static void wait_for(struct bench *bench, const struct fetch *fetch)
{
    while (fetch->done == 0)
        (void)uv_run(&bench->loop, UV_RUN_ONCE);
    assert_int_equal(fetch->done, 1);
}

static void fetch_free(struct fetch *fetch)
{
    str_free(&fetch->body);
    http_free_outcome(&fetch->transfer);
}

/* A socket that listens and whose other end is the test itself: nothing is answered by itself. */
struct silent {
    int listener, fd;
    unsigned port;
};

static void silent_open(struct silent *silent)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    silent->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(silent->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(silent->listener, 16), 0);
    assert_int_equal(getsockname(silent->listener, (struct sockaddr *)&address, &len), 0);
    silent->port = ntohs(address.sin_port);
    silent->fd = -1;
}

static void silent_close(struct silent *silent)
{
    (void)close(silent->listener);
    if (silent->fd >= 0)
        (void)close(silent->fd);
}

/* Says some bytes to the client, once it has connected. */
static void say(struct silent *silent, const char *bytes)
{
    char request[4096];

    if (silent->fd < 0) {
        silent->fd = accept(silent->listener, NULL, NULL);
        assert_true(recv(silent->fd, request, sizeof request, 0) > 0);
    }
    assert_int_equal(send(silent->fd, bytes, strlen(bytes), MSG_NOSIGNAL), strlen(bytes));
}

static void run_for(struct bench *bench, unsigned ms)
{
    int64_t end = clock_us() + (int64_t)ms * 1000;

    while (clock_us() < end) {
        (void)uv_run(&bench->loop, UV_RUN_NOWAIT);
        (void)usleep(1000);
    }
}

static void expect_timeout(const char *said, struct http_transfer settings, enum http_end end)
{
    struct silent silent;
    struct bench bench;
    struct fetch fetch = { .transfer = settings };
    int64_t began = clock_us();

    silent_open(&silent);
    bench_open(&bench);
    fetch_start(&fetch, &bench, silent.port);
    run_for(&bench, 30);
    if (said != NULL)
        say(&silent, said);
    wait_for(&bench, &fetch);
    if (fetch.transfer.end != end)
        fail_msg("ended as %d (%s), not %d", fetch.transfer.end, fetch.transfer.message, end);
    assert_true(fetch.transfer.sent);
    assert_true(fetch.transfer.message[0] != '\0');
    assert_true(clock_us() - began < 3000000);
    fetch_free(&fetch);
    bench_close(&bench);
    silent_close(&silent);
}

static void test_timeouts(void **state)
{
    (void)state;
    expect_timeout(NULL, (struct http_transfer){ .first_byte_ms = 100 }, HTTP_TIMEOUT_FIRST_BYTE);
    expect_timeout("HTTP/1.1 200 OK\r\nContent-", (struct http_transfer){ .total_ms = 150 },
        HTTP_TIMEOUT_TOTAL);
    expect_timeout("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        (struct http_transfer){ .idle_ms = 100 }, HTTP_TIMEOUT_IDLE);
}

/* A server that trickles for ever is stopped by the total alone. */
static void test_trickle(void **state)
{
    struct http_transfer settings = { .idle_ms = 200, .total_ms = 500 };
    struct fetch fetch = { .transfer = settings };
    struct silent silent;
    struct bench bench;

    (void)state;
    silent_open(&silent);
    bench_open(&bench);
    fetch_start(&fetch, &bench, silent.port);
    run_for(&bench, 30);
    say(&silent, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 20 && fetch.done == 0; i++) {
        say(&silent, ": alive\n");
        run_for(&bench, 50);
    }
    assert_int_equal(fetch.done, 1);
    assert_int_equal(fetch.transfer.end, HTTP_TIMEOUT_TOTAL);
    fetch_free(&fetch);
    bench_close(&bench);
    silent_close(&silent);
}

static void test_expect_end(void **state)
{
    struct fetch fetch = { .expect_end_ms = 60 };
    struct silent silent;
    struct bench bench;

    (void)state;
    silent_open(&silent);
    bench_open(&bench);
    fetch_start(&fetch, &bench, silent.port);
    run_for(&bench, 30);
    say(&silent, "HTTP/1.1 200 OK\r\n\r\nall of it");
    wait_for(&bench, &fetch);
    assert_int_equal(fetch.transfer.end, HTTP_STOPPED);
    assert_string_equal(str_text(&fetch.body), "all of it");
    fetch_free(&fetch);
    bench_close(&bench);
    silent_close(&silent);
}

static void expect_cut(const char *said, bool reset, enum http_end end, const char *body)
{
    struct linger linger = { .l_onoff = 1 };
    struct silent silent;
    struct bench bench;
    struct fetch fetch = { 0 };

    silent_open(&silent);
    bench_open(&bench);
    fetch_start(&fetch, &bench, silent.port);
    run_for(&bench, 30);
    say(&silent, said);
    if (reset) {
        run_for(&bench, 30);
        assert_int_equal(setsockopt(silent.fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger), 0);
    }
    (void)close(silent.fd);
    silent.fd = -1;
    wait_for(&bench, &fetch);
    if (fetch.transfer.end != end)
        fail_msg("ended as %d (%s), not %d", fetch.transfer.end, fetch.transfer.message, end);
    assert_string_equal(str_text(&fetch.body), body);
    fetch_free(&fetch);
    bench_close(&bench);
    silent_close(&silent);
}

static void test_cuts(void **state)
{
    (void)state;
    expect_cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", false, HTTP_BROKEN, "ab");
    expect_cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", true, HTTP_BROKEN, "ab");
    expect_cut("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n5\r\nc", false,
        HTTP_BROKEN, "abc");
    expect_cut("HTTP/1.1 200 OK\r\n\r\nab", false, HTTP_WHOLE, "ab");
    expect_cut("HTTP/1.1 200 O", false, HTTP_BROKEN, "");
    expect_cut("gibberish\r\n\r\n", false, HTTP_BAD_HEAD, "");
}

static char *big_header(void *data, unsigned count, const char *head, const char *body)
{
    char *value = mem_alloc(90001);
    char *answer;

    (void)data;
    (void)head;
    (void)body;
    memset(value, 'x', 90000);
    value[count == 1 ? 90000 : 30000] = '\0';
    answer = mem_printf("HTTP/1.1 200 OK\r\nA: %s\r\nB: %s\r\nC: %s\r\nContent-Length: 2\r\n\r\nok",
        value, value, value);
    free(value);
    return answer;
}

static void test_huge_head(void **state)
{
    const struct canned_options options = { .answer = big_header };
    struct canned *server = canned_open(&options);
    struct bench bench;

    (void)state;
    bench_open(&bench);
    for (int i = 0; i < 2; i++) {
        struct fetch fetch = { 0 };

        fetch_start(&fetch, &bench, canned_port(server));
        wait_for(&bench, &fetch);
        assert_int_equal(fetch.transfer.end, HTTP_BAD_HEAD);
        assert_true(fetch.transfer.head.len <= HTTP_HEAD_MAX);
        fetch_free(&fetch);
    }
    bench_close(&bench);
    canned_close(server);
}

static char *ok(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    return canned_json(200, body[0] != '\0' ? body : "hello");
}

static void test_many(void **state)
{
    enum { COUNT = 40 };
    const struct canned_options options = { .answer = ok };
    struct canned *server = canned_open(&options);
    struct fetch fetches[COUNT] = { 0 };
    struct bench bench;

    (void)state;
    bench_open(&bench);
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < COUNT; i++) {
            fetches[i] = (struct fetch){ .transfer = { .body = "abc", .body_len = 3 } };
            fetch_start(&fetches[i], &bench, canned_port(server));
        }
        for (size_t i = 0; i < COUNT; i++) {
            wait_for(&bench, &fetches[i]);
            assert_int_equal(fetches[i].transfer.end, HTTP_WHOLE);
            assert_int_equal(fetches[i].transfer.status, 200);
            assert_string_equal(str_text(&fetches[i].body), "abc");
            fetch_free(&fetches[i]);
        }
    }
    /* 16 are kept alive: later rounds open only what is above that. */
    assert_true(canned_connections(server) < 3 * COUNT - 2 * 10);
    bench_close(&bench);
    canned_close(server);
}

static char *closes(void *data, unsigned count, const char *head, const char *body)
{
    (void)data;
    (void)count;
    (void)head;
    (void)body;
    return mem_strdup("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    unsigned *seen = poll->data;

    assert_int_equal(status, 0);
    assert_true((events & UV_READABLE) != 0);
    ++*seen;
    (void)uv_poll_stop(poll);
}

/* A descriptor that was a socket of ours and is somebody else's now keeps its events when we close.
 */
static void test_number_used_again(void **state)
{
    const struct canned_options options = { .answer = closes };
    struct canned *server = canned_open(&options);
    struct fetch fetch = { .enough = 0 };
    unsigned seen = 0;
    struct bench bench;
    uv_poll_t poll = { .data = &seen };
    int ends[2];

    (void)state;
    bench_open(&bench);
    fetch_start(&fetch, &bench, canned_port(server));
    wait_for(&bench, &fetch);
    run_for(&bench, 20);
    assert_int_equal(pipe(ends), 0); /* the lowest free numbers: the socket's among them */
    assert_int_equal(uv_poll_init(&bench.loop, &poll, ends[0]), 0);
    assert_int_equal(uv_poll_start(&poll, UV_READABLE, on_readable), 0);
    run_for(&bench, 5);
    http_close(bench.http);
    run_for(&bench, 20);
    assert_int_equal(write(ends[1], "x", 1), 1);
    run_for(&bench, 20);
    assert_int_equal(seen, 1);
    uv_close((uv_handle_t *)&poll, NULL);
    (void)uv_run(&bench.loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&bench.loop), 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
    fetch_free(&fetch);
    canned_close(server);
}

static void test_cancel(void **state)
{
    enum { COUNT = 12 };
    struct fetch fetches[COUNT] = { 0 };
    struct silent silent;
    struct bench bench;

    (void)state;
    silent_open(&silent);
    bench_open(&bench);
    for (size_t i = 0; i < COUNT; i++)
        fetch_start(&fetches[i], &bench, silent.port);
    http_cancel(bench.http, &fetches[0].transfer); /* the one that looks the name up */
    http_cancel(bench.http, &fetches[5].transfer); /* one that waits for it */
    http_cancel(bench.http, &fetches[5].transfer);
    assert_int_equal(fetches[0].done + fetches[5].done, 0);
    wait_for(&bench, &fetches[0]);
    wait_for(&bench, &fetches[5]);
    assert_int_equal(fetches[0].transfer.end, HTTP_CANCELLED);
    assert_int_equal(fetches[5].transfer.end, HTTP_CANCELLED);
    run_for(&bench, 30);
    for (size_t i = 0; i < COUNT; i++) {
        if (fetches[i].done > 0)
            continue;
        http_cancel(bench.http, &fetches[i].transfer);
        wait_for(&bench, &fetches[i]);
        assert_int_equal(fetches[i].transfer.end, HTTP_CANCELLED);
    }
    for (size_t i = 0; i < COUNT; i++)
        fetch_free(&fetches[i]);
    bench_close(&bench);
    silent_close(&silent);
}

static void test_enough(void **state)
{
    const struct canned_options options = { .answer = ok };
    struct canned *server = canned_open(&options);
    struct fetch fetch = { .enough = 1 };
    struct bench bench;

    (void)state;
    bench_open(&bench);
    fetch_start(&fetch, &bench, canned_port(server));
    wait_for(&bench, &fetch);
    assert_int_equal(fetch.transfer.end, HTTP_STOPPED);
    fetch_free(&fetch);
    bench_close(&bench);
    canned_close(server);
}

static void expect_error(const char *url, enum http_end end)
{
    enum { COUNT = 8 };
    struct fetch fetches[COUNT] = { 0 };
    struct bench bench;

    bench_open(&bench);
    for (size_t i = 0; i < COUNT; i++) {
        fetches[i].transfer = (struct http_transfer){
            .url = url, .direct = true, .on_done = on_done, .connect_ms = 5000
        };
        http_start(bench.http, &fetches[i].transfer);
    }
    for (size_t i = 0; i < COUNT; i++) {
        wait_for(&bench, &fetches[i]);
        if (fetches[i].transfer.end != end)
            fail_msg("%s: %d (%s)", url, fetches[i].transfer.end, fetches[i].transfer.message);
        assert_false(fetches[i].transfer.sent);
        assert_true(fetches[i].transfer.message[0] != '\0');
        fetch_free(&fetches[i]);
    }
    bench_close(&bench);
}

static void test_no_connection(void **state)
{
    (void)state;
    expect_error("http://127.0.0.1:1/", HTTP_NO_CONNECTION);
    expect_error("http://no-such-name.invalid/", HTTP_NO_HOST);
    expect_error("nonsense://x", HTTP_BAD_REQUEST);
    expect_error("http://", HTTP_BAD_REQUEST);
}

static unsigned thread_count(void)
{
    char line[256];
    unsigned count = 0;
    FILE *file = fopen("/proc/self/status", "r");

    while (file != NULL && count == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Threads:", 8) == 0)
            count = (unsigned)strtoul(line + 8, NULL, 10);
    if (file != NULL)
        (void)fclose(file);
    return count;
}

/* libcurl asks for a name on a thread of its own: three hundred transfers ask once. */
static void test_one_look_up(void **state)
{
    enum { COUNT = 300 };
    struct fetch *fetches = mem_zalloc(COUNT, sizeof *fetches);
    unsigned before = thread_count(), most = 0, done = 0;
    struct bench bench;

    (void)state;
    bench_open(&bench);
    for (size_t i = 0; i < COUNT; i++) {
        fetches[i].transfer = (struct http_transfer){
            .url = "http://no-such-name.invalid/", .direct = true, .on_done = on_done
        };
        http_start(bench.http, &fetches[i].transfer);
    }
    while (done < COUNT) {
        unsigned now;

        (void)uv_run(&bench.loop, UV_RUN_ONCE);
        now = thread_count();
        most = now > most ? now : most;
        done = 0;
        for (size_t i = 0; i < COUNT; i++)
            done += fetches[i].done;
    }
    assert_true(most <= before + 2);
    for (size_t i = 0; i < COUNT; i++) {
        assert_int_equal(fetches[i].transfer.end, HTTP_NO_HOST);
        fetch_free(&fetches[i]);
    }
    free(fetches);
    bench_close(&bench);
}

/* A child's hard limit: it cannot be raised again. */
static void expect_descriptors(rlim_t most, unsigned connections, const char *words)
{
    const struct rlimit limit = { .rlim_cur = most, .rlim_max = most };
    struct err err = { 0 };
    int status = -1;
    pid_t child = fork();

    if (child == 0) {
        if (setrlimit(RLIMIT_NOFILE, &limit) != 0 ||
            http_allow_connections(connections, &err) != (words == NULL))
            _exit(1);
        _exit(words != NULL && strstr(err.message, words) == NULL ? 2 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_few_descriptors(void **state)
{
    (void)state;
    expect_descriptors(97, 1, NULL);
    expect_descriptors(97, 2, "set limits.concurrency to 1 or less");
    expect_descriptors(96, 1, "a lower limits.concurrency does not help");
    expect_descriptors(20, 64,
        "allows this process 20 open files, and a single call needs 97; raise the hard limit to "
        "160");
}

static void test_descriptors(void **state)
{
    struct rlimit before, now;
    struct err err = { 0 };
    struct fetch fetch = { 0 };
    const struct canned_options options = { .answer = ok };
    struct canned *server = canned_open(&options);
    struct bench bench;

    (void)state;
    bench_open(&bench);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    now = before;
    now.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    assert_true(http_allow_connections(100, &err));
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &now), 0);
    assert_true(now.rlim_cur >= 164);
    if (before.rlim_max != RLIM_INFINITY) {
        assert_false(http_allow_connections((unsigned)before.rlim_max, &err));
        assert_non_null(strstr(err.message, "set limits.concurrency to "));
    }
    /* None left: told as what it is, not as an endpoint that cannot be reached. */
    now.rlim_cur = 0;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    fetch_start(&fetch, &bench, canned_port(server));
    wait_for(&bench, &fetch);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(fetch.transfer.end, HTTP_NO_DESCRIPTOR);
    assert_non_null(strstr(fetch.transfer.message, "limits.concurrency"));
    fetch_free(&fetch);
    bench_close(&bench);
    canned_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_enough),
        cmocka_unit_test(test_expect_end),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_trickle),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_huge_head),
        cmocka_unit_test(test_number_used_again),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_no_connection),
        cmocka_unit_test(test_one_look_up),
        cmocka_unit_test(test_descriptors),
        cmocka_unit_test(test_few_descriptors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
