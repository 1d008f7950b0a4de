#include "http_state.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clock.h"
#include "mem.h"

enum { FIRST_GOOD_HTTP2 = 0x080100 };

void http_list_add(struct http_list *list, struct http_job *job)
{
    job->list = list;
    job->next = NULL;
    job->previous = list->last;
    if (list->last != NULL)
        list->last->next = job;
    else
        list->first = job;
    list->last = job;
}

void http_list_remove(struct http_job *job)
{
    struct http_list *list = job->list;

    if (list == NULL)
        return;
    if (job->previous != NULL)
        job->previous->next = job->next;
    else
        list->first = job->next;
    if (job->next != NULL)
        job->next->previous = job->previous;
    else
        list->last = job->previous;
    job->list = NULL;
}

/* libcurl's callbacks: they take down what came and decide nothing. */

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct http_job *job = data;
    struct http_transfer *transfer = job->transfer;
    size_t len = size * count;

    job->last_byte_us = clock_us();
    transfer->received += len;
    if (transfer->on_data == NULL || transfer->on_data(transfer, bytes, len))
        return len;
    job->is_stopped = true;
    return 0;
}

static long status_of(const char *line, size_t len)
{
    const char *at = memchr(line, ' ', len);
    long status = 0;

    for (; at != NULL && ++at < line + len && *at >= '0' && *at <= '9' && status < 1000;)
        status = status * 10 + (*at - '0');
    return status;
}

/* A new status line begins a new head: what came before it was provisional. */
static size_t on_header(char *line, size_t size, size_t count, void *data)
{
    struct http_job *job = data;
    struct http_transfer *transfer = job->transfer;
    size_t len = size * count;

    job->last_byte_us = clock_us();
    if (transfer->first_byte_us == 0)
        transfer->first_byte_us = job->last_byte_us;
    if (len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
        str_clear(&transfer->head);
        transfer->status = status_of(line, len);
    }
    if (transfer->head.len + len > HTTP_HEAD_MAX) {
        job->fate = HTTP_BAD_HEAD;
        return 0;
    }
    str_add_n(&transfer->head, line, len);
    return len;
}

static curl_socket_t on_open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct http_job *job = data;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

    (void)purpose;
    job->socket_errno = fd < 0 ? errno : 0;
    http_host_resolved(job);
    return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int on_connected(void *data, char *to_ip, char *from_ip, int to_port, int from_port)
{
    struct http_job *job = data;

    (void)to_ip;
    (void)from_ip;
    (void)to_port;
    (void)from_port;
    job->sent_us = clock_us();
    job->transfer->sent = true;
    return CURL_PREREQFUNC_OK;
}

/* The end of a transfer. */

static bool is_out_of_descriptors(const struct http_job *job)
{
    return job->socket_errno == EMFILE || job->socket_errno == ENFILE ||
           job->socket_errno == ENOBUFS;
}

static enum http_end end_of(const struct http_job *job, CURLcode result)
{
    static const struct {
        CURLcode code;
        enum http_end end;
    } known[] = {
        { CURLE_OK, HTTP_WHOLE },
        { CURLE_OPERATION_TIMEDOUT, HTTP_TIMEOUT_CONNECT },
        { CURLE_COULDNT_RESOLVE_HOST, HTTP_NO_HOST },
        { CURLE_COULDNT_RESOLVE_PROXY, HTTP_NO_HOST },
        { CURLE_COULDNT_CONNECT, HTTP_NO_CONNECTION },
        { CURLE_PROXY, HTTP_NO_CONNECTION },
        { CURLE_PEER_FAILED_VERIFICATION, HTTP_BAD_TLS },
        { CURLE_SSL_CACERT_BADFILE, HTTP_BAD_TLS },
        { CURLE_SSL_CERTPROBLEM, HTTP_BAD_TLS },
        { CURLE_SSL_ISSUER_ERROR, HTTP_BAD_TLS },
        { CURLE_SSL_INVALIDCERTSTATUS, HTTP_BAD_TLS },
        { CURLE_SSL_ENGINE_NOTFOUND, HTTP_BAD_TLS },
        { CURLE_WEIRD_SERVER_REPLY, HTTP_BAD_HEAD },
        { CURLE_UNSUPPORTED_PROTOCOL, HTTP_BAD_HEAD },
        { CURLE_URL_MALFORMAT, HTTP_BAD_REQUEST },
        { CURLE_FAILED_INIT, HTTP_BAD_REQUEST },
    };

    if (job->is_stopped)
        return HTTP_STOPPED;
    if (job->fate != HTTP_WHOLE)
        return job->fate;
    if (result == CURLE_COULDNT_CONNECT && is_out_of_descriptors(job))
        return HTTP_NO_DESCRIPTOR;
    if (result == CURLE_OUT_OF_MEMORY && job->transfer->sent)
        return HTTP_BAD_HEAD; /* libcurl's own limit of a header line */
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == result)
            return known[i].end;
    return HTTP_BROKEN;
}

static void describe(struct http_job *job, enum http_end end)
{
    struct http_transfer *transfer = job->transfer;
    char *message = transfer->message;
    size_t size = sizeof transfer->message;
    const char *origin = job->host != NULL ? job->host->origin : "the endpoint";

    message[0] = '\0';
    if (end == HTTP_TIMEOUT_FIRST_BYTE)
        (void)snprintf(message, size, "%s took the request and sent nothing for %.1f s", origin,
            transfer->first_byte_ms / 1000.0);
    else if (end == HTTP_TIMEOUT_IDLE)
        (void)snprintf(message, size, "the answer of %s stalled for %.1f s after %llu bytes",
            origin, transfer->idle_ms / 1000.0, (unsigned long long)transfer->received);
    else if (end == HTTP_TIMEOUT_TOTAL)
        (void)snprintf(message, size, "the answer of %s was not complete after %.1f s", origin,
            transfer->total_ms / 1000.0);
    else if (end == HTTP_TIMEOUT_CONNECT)
        (void)snprintf(message, size, "no connection to %s within %.1f s", origin,
            (transfer->connect_ms > 0 ? transfer->connect_ms : HTTP_CONNECT_MS) / 1000.0);
    else if (end == HTTP_NO_DESCRIPTOR)
        (void)snprintf(message, size,
            "this process may open no further file (%s); lower limits.concurrency or raise "
            "`ulimit -n`",
            strerror(job->socket_errno));
    else if (end == HTTP_BAD_HEAD)
        (void)snprintf(message, size,
            "what %.200s answers is not HTTP, or its headers are larger than %d KiB (%s)", origin,
            HTTP_HEAD_MAX / 1024, job->error);
    else if (end != HTTP_WHOLE && end != HTTP_STOPPED)
        (void)snprintf(message, size, "%.250s: %s", origin, job->error);
}

static void free_list(struct curl_slist *list)
{
    for (struct curl_slist *line = list; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data)); /* the key is among them */
    curl_slist_free_all(list);
}

static void recycle(struct http *http, CURL *easy)
{
    if (http->spare_count < SPARE_MAX) {
        curl_easy_reset(easy);
        http->spare[http->spare_count++] = easy;
    } else {
        curl_easy_cleanup(easy);
    }
}

static void take_from_curl(struct http_job *job)
{
    if (job->easy == NULL)
        return;
    (void)curl_multi_remove_handle(job->multi, job->easy);
    recycle(job->http, job->easy);
    job->easy = NULL;
}

void http_end_job(struct http_job *job, enum http_end end)
{
    struct http_transfer *transfer = job->transfer;
    struct http *http = job->http;

    http_list_remove(job);
    if (http->running.first == NULL)
        (void)uv_timer_stop(&http->tick);
    take_from_curl(job);
    free_list(job->headers);
    curl_slist_free_all(job->resolve);
    describe(job, end);
    if (job->host != NULL)
        http_host_ended(job, end, job->error);
    transfer->end = end;
    transfer->job = NULL;
    job->transfer = NULL;
    if (!job->is_posted)
        free(job);
    transfer->on_done(transfer);
}

void http_drain(struct http *http)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
        CURLcode result = message->data.result;
        CURL *easy = message->easy_handle;
        void *data = NULL;
        struct http_job *job;

        if (message->msg != CURLMSG_DONE ||
            curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data) != CURLE_OK || data == NULL)
            continue;
        job = data;
        if (job->error[0] == '\0')
            (void)snprintf(job->error, sizeof job->error, "%s", curl_easy_strerror(result));
        http_end_job(job, end_of(job, result));
    }
}

void http_fail_all(struct http *http, const char *why)
{
    struct http_list lost = http->running;
    CURLM *old = http->multi;
    struct http_job *job;

    http->multi = http_multi_open(http);
    http->running = (struct http_list){ 0 };
    for (job = lost.first; job != NULL; job = job->next)
        job->list = &lost;
    while ((job = lost.first) != NULL) {
        (void)snprintf(job->error, sizeof job->error, "libcurl: %s", why);
        http_end_job(job, HTTP_BROKEN);
    }
    (void)curl_multi_cleanup(old);
}

/* The start of a transfer. */

static struct curl_slist *header_list(const struct http_transfer *transfer)
{
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");

    for (size_t i = 0; i < transfer->header_count && list != NULL; i++) {
        struct curl_slist *longer = curl_slist_append(list, transfer->headers[i]);

        if (longer == NULL)
            free_list(list);
        list = longer;
    }
    return list;
}

#define SET(option, value) (ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK)

static bool set_what(CURL *easy, const struct http_job *job)
{
    const struct http_transfer *transfer = job->transfer;
    bool ok = true;

    SET(CURLOPT_URL, transfer->url);
    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTPHEADER, job->headers);
    SET(CURLOPT_HTTP_VERSION, job->http->http_version);
    SET(CURLOPT_USERAGENT, "flowbot");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    if (transfer->body != NULL) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_len);
        SET(CURLOPT_POSTFIELDS, transfer->body);
    }
    return ok;
}

/* libcurl itself does not read SSL_CERT_FILE. */
static bool set_trust(CURL *easy)
{
    const char *file = getenv("SSL_CERT_FILE");
    const char *folder = getenv("SSL_CERT_DIR");
    bool ok = true;

    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (file != NULL && file[0] != '\0')
        SET(CURLOPT_CAINFO, file);
    if (folder != NULL && folder[0] != '\0')
        SET(CURLOPT_CAPATH, folder);
    return ok;
}

static bool set_way(CURL *easy, const struct http_job *job)
{
    const struct http_transfer *transfer = job->transfer;
    long connect_ms = transfer->connect_ms > 0 ? (long)transfer->connect_ms : HTTP_CONNECT_MS;
    bool ok = true;

    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, -1L); /* http_host.c makes it forget */
    if (job->resolve != NULL)
        SET(CURLOPT_RESOLVE, job->resolve);
    if (transfer->direct)
        SET(CURLOPT_PROXY, "");
    return ok && set_trust(easy);
}

static bool set_callbacks(CURL *easy, struct http_job *job)
{
    bool ok = true;

    SET(CURLOPT_PRIVATE, (char *)job);
    SET(CURLOPT_ERRORBUFFER, job->error);
    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_WRITEDATA, job);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, job);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    SET(CURLOPT_OPENSOCKETDATA, job);
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, job);
    return ok;
}

#undef SET

static void on_post(struct post *post)
{
    struct http_job *job = (struct http_job *)post;

    job->is_posted = false;
    if (job->transfer != NULL)
        http_end_job(job, job->posted_end);
    else
        free(job);
}

/* The first word stays. */
static void post_end(struct http_job *job, enum http_end end)
{
    if (job->is_posted)
        return;
    job->posted_end = end;
    job->is_posted = true;
    job->post.run = on_post;
    post_add(&job->http->posts, &job->post);
}

static void on_tick(uv_timer_t *timer);

void http_run(struct http_job *job)
{
    struct http *http = job->http;
    CURL *easy = http->spare_count > 0 ? http->spare[--http->spare_count] : curl_easy_init();

    http_list_add(&http->running, job);
    if (easy != NULL && set_what(easy, job) && set_way(easy, job) && set_callbacks(easy, job) &&
        http->multi != NULL && curl_multi_add_handle(http->multi, easy) == CURLM_OK) {
        job->easy = easy;
        job->multi = http->multi;
        if (!uv_is_active((uv_handle_t *)&http->tick))
            (void)uv_timer_start(&http->tick, on_tick, HTTP_TICK_MS, HTTP_TICK_MS);
        return;
    }
    curl_easy_cleanup(easy);
    (void)snprintf(job->error, sizeof job->error, "libcurl does not take the request");
    post_end(job, HTTP_BAD_REQUEST);
}

void http_start(struct http *http, struct http_transfer *transfer)
{
    struct http_job *job = mem_zalloc(1, sizeof *job);

    transfer->job = job;
    transfer->status = 0;
    transfer->head = (struct str)STR_INIT;
    transfer->received = 0;
    transfer->sent = false;
    transfer->first_byte_us = 0;
    transfer->message[0] = '\0';
    job->http = http;
    job->transfer = transfer;
    job->started_us = clock_us();
    job->host = http_host_find(http, transfer->url);
    job->headers = header_list(transfer);
    if (job->host != NULL && job->headers != NULL) {
        http_host_start(job);
        return;
    }
    (void)snprintf(job->error, sizeof job->error, "this is no URL that can be asked");
    post_end(job, HTTP_BAD_REQUEST);
}

void http_cancel(struct http *http, struct http_transfer *transfer)
{
    struct http_job *job = transfer->job;

    (void)http;
    if (job == NULL)
        return;
    (void)snprintf(job->error, sizeof job->error, "cancelled");
    post_end(job, HTTP_CANCELLED);
}

void http_expect_end(struct http_transfer *transfer, uint32_t ms)
{
    if (transfer->job != NULL)
        transfer->job->end_by_us = clock_us() + (int64_t)ms * 1000;
}

/* Time-outs of our own: looked at every HTTP_TICK_MS, all at once. */

static bool is_over(int64_t since_us, uint32_t ms, int64_t now_us)
{
    return ms > 0 && since_us > 0 && now_us - since_us >= (int64_t)ms * 1000;
}

/* HTTP_WHOLE: it may go on. */
static enum http_end verdict(const struct http_job *job, int64_t now_us)
{
    const struct http_transfer *transfer = job->transfer;

    if (job->end_by_us > 0 && now_us >= job->end_by_us)
        return HTTP_STOPPED;
    if (is_over(job->started_us, transfer->total_ms, now_us))
        return HTTP_TIMEOUT_TOTAL;
    if (transfer->first_byte_us == 0)
        return is_over(job->sent_us, transfer->first_byte_ms, now_us) ? HTTP_TIMEOUT_FIRST_BYTE
                                                                      : HTTP_WHOLE;
    return is_over(job->last_byte_us, transfer->idle_ms, now_us) ? HTTP_TIMEOUT_IDLE : HTTP_WHOLE;
}

static void on_tick(uv_timer_t *timer)
{
    struct http *http = timer->data;
    struct http_list over = { 0 };
    int64_t now_us = clock_us();
    struct http_job *next, *job;

    for (job = http->running.first; job != NULL; job = next) {
        enum http_end end = verdict(job, now_us);

        next = job->next;
        if (end == HTTP_WHOLE || job->is_posted)
            continue;
        http_list_remove(job);
        http_list_add(&over, job);
        job->fate = end;
    }
    while ((job = over.first) != NULL)
        http_end_job(job, job->fate);
}

/* Opening and closing. */

static bool curl_is_ready(void)
{
    static bool ready;

    ready = ready || curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

struct http *http_open(uv_loop_t *loop, unsigned connections, struct err *err)
{
    struct http *http = mem_zalloc(1, sizeof *http);

    (void)signal(SIGPIPE, SIG_IGN);
    http->loop = loop;
    http->connections = connections > 0 ? connections : 1;
    if (!curl_is_ready() || (http->multi = http_multi_open(http)) == NULL) {
        free(http);
        err_set(err, ERR_IO, "libcurl cannot be set up: out of memory, or its TLS library fails");
        return NULL;
    }
    http->http_version = curl_version_info(CURLVERSION_NOW)->version_num >= FIRST_GOOD_HTTP2
                             ? CURL_HTTP_VERSION_2TLS
                             : CURL_HTTP_VERSION_1_1;
    if (uv_timer_init(loop, &http->curl_timer) != 0 || uv_timer_init(loop, &http->tick) != 0)
        abort();
    post_queue_open(&http->posts, loop);
    http->curl_timer.data = http;
    http->tick.data = http;
    http->posts.idle.data = http;
    http->handles = 3;
    return http;
}

static void on_closed(uv_handle_t *handle)
{
    struct http *http = handle->data;

    if (--http->handles == 0)
        free(http);
}

static void close_now(struct post *post)
{
    struct http *http = (struct http *)((char *)post - offsetof(struct http, close));

    for (unsigned i = 0; i < http->spare_count; i++)
        curl_easy_cleanup(http->spare[i]);
    if (http->multi != NULL)
        (void)curl_multi_cleanup(http->multi);
    http_hosts_free(http);
    uv_close((uv_handle_t *)&http->curl_timer, on_closed);
    uv_close((uv_handle_t *)&http->tick, on_closed);
    post_queue_close(&http->posts, on_closed);
}

/* Behind whatever is posted already. */
void http_close(struct http *http)
{
    if (http == NULL)
        return;
    assert(http->running.first == NULL);
    http->close.run = close_now;
    post_add(&http->posts, &http->close);
}
