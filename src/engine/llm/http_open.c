#include "http_state.h"

#include <assert.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>

#include "mem.h"

/* Opening and closing: pools, timers, what all transfers share. */

enum { FIRST_GOOD_HTTP2 = 0x080100 };

static bool curl_is_ready(void)
{
    static bool ready;

    ready = ready || curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    return ready;
}

static bool open_pools(struct http *http)
{
    bool ok = curl_is_ready() && (http->names = curl_share_init()) != NULL &&
              curl_share_setopt(http->names, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) == CURLSHE_OK;

    for (unsigned i = 0; i < http->pool_count; i++) {
        http->pools[i].http = http;
        ok = ok && (http->pools[i].multi = http_multi_open(&http->pools[i])) != NULL;
    }
    return ok;
}

static void close_pools(struct http *http)
{
    for (unsigned i = 0; i < http->pool_count; i++)
        if (http->pools[i].multi != NULL)
            (void)curl_multi_cleanup(http->pools[i].multi);
    (void)curl_share_cleanup(http->names);
}

static void open_timer(struct http *http, uv_timer_t *timer, void *data)
{
    if (uv_timer_init(http->loop, timer) != 0)
        abort();
    timer->data = data;
    http->handles++;
}

struct http *http_open(uv_loop_t *loop, unsigned connections, struct err *err)
{
    struct http *http = mem_zalloc(1, sizeof *http);

    (void)signal(SIGPIPE, SIG_IGN);
    http->loop = loop;
    http->pool_count = connections / POOL_CONNECTIONS + 1;
    if (http->pool_count > POOLS_MAX)
        http->pool_count = POOLS_MAX;
    http->connections = connections / http->pool_count + 1;
    if (!open_pools(http)) {
        close_pools(http);
        free(http);
        err_set(err, ERR_IO, "libcurl cannot be set up: out of memory, or its TLS library fails");
        return NULL;
    }
    http->http_version = curl_version_info(CURLVERSION_NOW)->version_num >= FIRST_GOOD_HTTP2
                             ? CURL_HTTP_VERSION_2TLS
                             : CURL_HTTP_VERSION_1_1;
    for (unsigned i = 0; i < http->pool_count; i++)
        open_timer(http, &http->pools[i].timer, &http->pools[i]);
    open_timer(http, &http->tick, http);
    post_queue_open(&http->posts, loop);
    http->posts.idle.data = http;
    http->handles++;
    return http;
}

static void handle_closed(struct http *http)
{
    if (--http->handles == 0)
        free(http);
}

static void on_closed(uv_handle_t *handle)
{
    handle_closed(handle->data);
}

static void on_pool_closed(uv_handle_t *handle)
{
    struct http_pool *pool = handle->data;

    handle_closed(pool->http);
}

static void close_now(struct post *post)
{
    struct http *http = (struct http *)((char *)post - offsetof(struct http, close));

    for (unsigned i = 0; i < http->spare_count; i++)
        curl_easy_cleanup(http->spare[i]);
    close_pools(http);
    http_sockets_free(http);
    http_hosts_free(http);
    for (unsigned i = 0; i < http->pool_count; i++)
        uv_close((uv_handle_t *)&http->pools[i].timer, on_pool_closed);
    uv_close((uv_handle_t *)&http->tick, on_closed);
    post_queue_close(&http->posts, on_closed);
}

/* Behind whatever is posted already. */
void http_close(struct http *http)
{
    if (http == NULL)
        return;
    assert(http->running.first == NULL && http->starting.first == NULL);
    http->close.run = close_now;
    post_add(&http->posts, &http->close);
}
