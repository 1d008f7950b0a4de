#include "http_state.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "array.h"
#include "clock.h"
#include "mem.h"

/*
 * What watches a descriptor. That of a connection that stood stays, watching nothing between two
 * transfers, until libcurl closes it through us; any other (a connection that failed, libcurl's own
 * wake-ups) goes when it is not to be watched any more. In both cases before the descriptor does,
 * whose number may be anybody's the next moment: a handle that is closed then would take that one's
 * events away.
 */
struct http_socket {
    uv_poll_t poll;
    struct http_pool *pool;
    CURLM *multi;
    curl_socket_t fd;
    int events; /* what libcurl wants to know: UV_READABLE, UV_WRITABLE */
    int flags;  /* what it is ready for */
    bool is_ready, is_muted;
    struct http_socket *next, *previous; /* of those that are ready */
};

/* What is held back is told from within curl_easy_pause; the rest follows with the socket. */
static void resume(struct post *post)
{
    struct http *http = (struct http *)((char *)post - offsetof(struct http, resume));
    struct http_job *next;

    http->is_resuming = false;
    for (struct http_job *job = http->running.first; job != NULL; job = next) {
        next = job->next;
        if (!job->is_paused || job->easy == NULL)
            continue;
        job->is_paused = false;
        http_begin_turn(http);
        if (curl_easy_pause(job->easy, CURLPAUSE_CONT) != CURLE_OK)
            http_end_job(job, job->is_stopped ? HTTP_STOPPED : HTTP_BROKEN);
    }
}

void http_pause(struct http_job *job)
{
    struct http *http = job->http;

    job->is_paused = true;
    if (http->is_resuming)
        return;
    http->is_resuming = true;
    http->resume.run = resume;
    post_add(&http->posts, &http->resume);
}

static void act(struct http_pool *pool, CURLM *multi, curl_socket_t fd, int flags)
{
    int running;
    CURLMcode code;

    http_begin_turn(pool->http);
    code = curl_multi_socket_action(multi, fd, flags, &running);

    if (code != CURLM_OK)
        http_fail_all(pool, curl_multi_strerror(code));
    else
        http_drain(pool);
}

static void add_ready(struct http_socket *socket)
{
    struct http *http = socket->pool->http;

    if (socket->is_ready)
        return;
    socket->is_ready = true;
    socket->next = NULL;
    socket->previous = http->ready_last;
    if (http->ready_last != NULL)
        http->ready_last->next = socket;
    else
        http->ready_first = socket;
    http->ready_last = socket;
    http_want_turn(http);
}

static void remove_ready(struct http_socket *socket)
{
    struct http *http;

    if (!socket->is_ready)
        return;
    http = socket->pool->http;
    socket->is_ready = false;
    if (socket->previous != NULL)
        socket->previous->next = socket->next;
    else
        http->ready_first = socket->next;
    if (socket->next != NULL)
        socket->next->previous = socket->previous;
    else
        http->ready_last = socket->previous;
}

/* On an error libuv has stopped the handle itself; without flags libcurl looks at the socket and
 * reads what had come before the error. */
static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct http_socket *socket = (struct http_socket *)poll;

    if (status == 0 && (events & UV_READABLE) != 0)
        socket->flags |= CURL_CSELECT_IN;
    if (status == 0 && (events & UV_WRITABLE) != 0)
        socket->flags |= CURL_CSELECT_OUT;
    add_ready(socket);
}

/* That they are ready is known of those that wait for the next turn: epoll would report each of
 * them again in every turn until then. The last ones are those that came since. */
static void mute(struct http *http)
{
    struct http_socket *socket = http->ready_last;

    for (; socket != NULL && !socket->is_muted; socket = socket->previous) {
        (void)uv_poll_stop(&socket->poll);
        socket->is_muted = true;
    }
}

static bool listen_to(struct http_socket *socket)
{
    socket->is_muted = false;
    return uv_poll_start(&socket->poll, socket->events, on_poll) == 0;
}

/* The handle is there after it, even where libcurl has closed the socket: see on_closed. */
static void serve(struct http_socket *socket)
{
    int flags = socket->flags;

    remove_ready(socket);
    socket->flags = 0;
    act(socket->pool, socket->multi, socket->fd, flags);
    if (socket->is_muted && !listen_to(socket))
        act(socket->pool, socket->multi, socket->fd, CURL_CSELECT_ERR);
}

void http_serve_ready(struct http *http, int64_t until_us)
{
    while (http->ready_first != NULL && clock_us() < until_us)
        serve(http->ready_first);
    mute(http);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static void stop(struct http_socket *socket)
{
    remove_ready(socket);
    socket->flags = 0;
    socket->is_muted = false;
    if (uv_is_active((uv_handle_t *)&socket->poll))
        (void)uv_poll_stop(&socket->poll);
    (void)curl_multi_assign(socket->multi, socket->fd, NULL);
}

/* NULL: none is kept for it. */
static struct http_socket **kept(struct http *http, curl_socket_t fd)
{
    bool is_known = (size_t)fd < http->socket_count && http->sockets[fd] != NULL;

    return is_known ? &http->sockets[fd] : NULL;
}

static void keep(struct http *http, struct http_socket *socket)
{
    size_t at = (size_t)socket->fd;

    while (http->socket_count <= at) {
        http->sockets = array_grow(
            http->sockets, http->socket_count, &http->socket_cap, sizeof(struct http_socket *));
        http->sockets[http->socket_count++] = NULL;
    }
    http->sockets[at] = socket;
}

static void forget(struct http *http, struct http_socket *socket)
{
    struct http_socket **at = kept(http, socket->fd);

    if (at != NULL)
        *at = NULL;
    uv_close((uv_handle_t *)&socket->poll, on_closed);
}

static void unwatch(struct http *http, struct http_socket *socket, bool is_connected)
{
    stop(socket);
    if (is_connected)
        keep(http, socket);
    else
        forget(http, socket);
}

int http_socket_close(void *data, curl_socket_t fd)
{
    struct http_socket **at = kept(data, fd);

    if (at != NULL) {
        stop(*at);
        forget(data, *at);
    }
    return close(fd);
}

static struct http_socket *socket_new(struct http *http, curl_socket_t fd)
{
    struct http_socket *socket = mem_zalloc(1, sizeof *socket);

    socket->fd = fd;
    if (uv_poll_init_socket(http->loop, &socket->poll, fd) == 0)
        return socket;
    free(socket);
    return NULL;
}

static struct http_socket *watch(struct http_pool *pool, curl_socket_t fd)
{
    struct http_socket **at = kept(pool->http, fd);
    struct http_socket *socket = at != NULL ? *at : socket_new(pool->http, fd);

    if (socket == NULL)
        return NULL;
    socket->pool = pool;
    socket->multi = pool->multi;
    (void)curl_multi_assign(socket->multi, fd, socket);
    return socket;
}

/* libcurl has closed all that it had. */
void http_sockets_free(struct http *http)
{
    for (size_t i = 0; i < http->socket_count; i++)
        if (http->sockets[i] != NULL)
            forget(http, http->sockets[i]);
    free(http->sockets);
}

static bool is_connected(CURL *easy)
{
    void *data = NULL;
    const struct http_job *job;

    if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &data) != CURLE_OK || data == NULL)
        return false;
    job = data;
    return job->transfer != NULL && job->transfer->sent;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *pool, void *of_socket)
{
    struct http_socket *socket = of_socket;

    if (what == CURL_POLL_REMOVE) {
        if (socket != NULL)
            unwatch(socket->pool->http, socket, is_connected(easy));
        return 0;
    }
    if (socket == NULL)
        socket = watch(pool, fd);
    if (socket == NULL)
        return -1;
    socket->events =
        (what != CURL_POLL_OUT ? UV_READABLE : 0) | (what != CURL_POLL_IN ? UV_WRITABLE : 0);
    return listen_to(socket) ? 0 : -1;
}

void http_serve_timeout(struct http_pool *pool)
{
    act(pool, pool->multi, CURL_SOCKET_TIMEOUT, 0);
}

static void on_timeout(uv_timer_t *timer)
{
    http_serve_timeout(timer->data);
}

/* libcurl must not be called from in here. */
static int on_timer(CURLM *multi, long ms, void *data)
{
    struct http_pool *pool = data;

    (void)multi;
    if (ms < 0)
        return uv_timer_stop(&pool->timer) == 0 ? 0 : -1;
    uv_update_time(pool->http->loop);
    return uv_timer_start(&pool->timer, on_timeout, (uint64_t)ms, 0) == 0 ? 0 : -1;
}

CURLM *http_multi_open(struct http_pool *pool)
{
    CURLM *multi = curl_multi_init();
    long connections = (long)pool->http->connections;
    bool ok = multi != NULL;

    ok = ok && curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK;
    ok = ok && curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, pool) == CURLM_OK;
    ok = ok && curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) == CURLM_OK;
    ok = ok && curl_multi_setopt(multi, CURLMOPT_TIMERDATA, pool) == CURLM_OK;
    ok = ok && curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections) == CURLM_OK;
    if (!ok && multi != NULL)
        (void)curl_multi_cleanup(multi);
    return ok ? multi : NULL;
}
