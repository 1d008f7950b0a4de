#include "http_state.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "mem.h"

enum { STARTS_US = 2000, TURN_US = 4000 };

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

struct http_job *http_list_take(struct http_list *list)
{
    struct http_job *job = list->first;

    if (job == NULL)
        return NULL;
    list->first = job->next;
    if (job->next != NULL)
        job->next->previous = NULL;
    else
        list->last = NULL;
    job->list = NULL;
    return job;
}

/* The end of a transfer. */

static bool is_out_of_descriptors(const struct http_job *job)
{
    return job->socket_errno == EMFILE || job->socket_errno == ENFILE ||
           job->socket_errno == ENOBUFS;
}

/* A 5xx of a proxy may heal; that it wants a password or does not let us through does not. */
static bool proxy_refuses(const struct http_job *job, CURLcode result)
{
    long status = 0;

    return result != CURLE_OK &&
           curl_easy_getinfo(job->easy, CURLINFO_HTTP_CONNECTCODE, &status) == CURLE_OK &&
           status >= 400 && status < 500;
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
    if (proxy_refuses(job, result))
        return HTTP_NO_TUNNEL;
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
    else if (end == HTTP_NO_TUNNEL)
        (void)snprintf(message, size,
            "%.200s: the proxy does not let us through (%s); look at https_proxy, the user and "
            "password in it, and no_proxy",
            origin, job->error);
    else if (end == HTTP_BAD_TLS)
        (void)snprintf(message, size,
            "%.100s: %s; every certificate is verified: does base_url have the name that it is "
            "for, and is it signed by a known CA, or by one whose file SSL_CERT_FILE names?",
            origin, job->error);
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
    if (http->spare_count == SPARE_MAX || !http_easy_forget(easy))
        curl_easy_cleanup(easy);
    else
        http->spare[http->spare_count++] = easy;
}

static void take_from_curl(struct http_job *job)
{
    if (job->easy == NULL)
        return;
    (void)curl_multi_remove_handle(job->multi, job->easy);
    job->host->running[job->pool - job->http->pools]--;
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

void http_drain(struct http_pool *pool)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(pool->multi, &left)) != NULL) {
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

void http_fail_all(struct http_pool *pool, const char *why)
{
    struct http_list lost = { 0 };
    CURLM *old = pool->multi;
    struct http_job *next, *job;

    pool->multi = http_multi_open(pool);
    for (job = pool->http->running.first; job != NULL; job = next) {
        next = job->next;
        if (job->pool != pool)
            continue;
        http_list_remove(job);
        http_list_add(&lost, job);
    }
    while ((job = http_list_take(&lost)) != NULL) {
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

static void begin(struct http_job *job)
{
    struct http *http = job->http;
    CURL *easy = http->spare_count > 0 ? http->spare[--http->spare_count] : http_easy_open(http);

    http_list_add(&http->running, job);
    job->pool = http_host_pool(job);
    job->multi = job->pool->multi;
    if (easy != NULL && http_easy_setup(easy, job) && job->multi != NULL &&
        curl_multi_add_handle(job->multi, easy) == CURLM_OK) {
        job->easy = easy;
        job->host->running[job->pool - http->pools]++;
        if (!uv_is_active((uv_handle_t *)&http->tick))
            (void)uv_timer_start(&http->tick, on_tick, HTTP_TICK_MS, HTTP_TICK_MS);
        return;
    }
    curl_easy_cleanup(easy);
    (void)snprintf(job->error, sizeof job->error, "libcurl does not take the request");
    post_end(job, HTTP_BAD_REQUEST);
}

/* What came and what is to be sent is dealt with in slices, first come first served, so that a
 * thousand streams at once do not keep the loop from its timers. */
static void on_turn(struct post *post)
{
    struct http *http = (struct http *)((char *)post - offsetof(struct http, turn));
    int64_t begun_us = clock_us();
    struct http_job *job;

    http->is_turning = false;
    while (clock_us() - begun_us < STARTS_US && (job = http_list_take(&http->starting)) != NULL) {
        begin(job);
        http_serve_timeout(job->pool);
    }
    http_serve_ready(http, begun_us + TURN_US);
    if (http->starting.first != NULL || http->ready_first != NULL)
        http_want_turn(http);
}

void http_want_turn(struct http *http)
{
    if (http->is_turning)
        return;
    http->is_turning = true;
    http->turn.run = on_turn;
    post_add(&http->posts, &http->turn);
}

void http_begin_turn(struct http *http)
{
    http->turn_us = clock_us();
    http->turn_bytes = 0;
}

void http_run(struct http_job *job)
{
    http_list_add(&job->http->starting, job);
    http_want_turn(job->http);
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
    while ((job = http_list_take(&over)) != NULL)
        http_end_job(job, job->fate);
}
