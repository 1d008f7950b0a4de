#include "http_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "clock.h"

/* libcurl's callbacks: they take down what came and decide nothing. */

/* libcurl reads on within one call for as long as a peer sends faster than we read: after so many
 * bytes the transfer is paused, so that one stream cannot keep the loop from all others. */
enum { SLICE_BYTES = 128 << 10 };

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct http_job *job = data;
    struct http_transfer *transfer = job->transfer;
    size_t len = size * count;

    job->last_byte_us = job->http->turn_us;
    if (job->http->turn_bytes > SLICE_BYTES) {
        http_pause(job);
        return CURL_WRITEFUNC_PAUSE;
    }
    job->http->turn_bytes += len;
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

    job->last_byte_us = job->http->turn_us;
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

#define SET(option, value) (ok = ok && curl_easy_setopt(easy, option, value) == CURLE_OK)

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

static bool set_callbacks(CURL *easy, struct http *http)
{
    bool ok = true;

    SET(CURLOPT_WRITEFUNCTION, on_body);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_OPENSOCKETFUNCTION, on_open_socket);
    SET(CURLOPT_CLOSESOCKETFUNCTION, http_socket_close);
    SET(CURLOPT_CLOSESOCKETDATA, http);
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    return ok;
}

/* What is the same for every transfer. CURLOPT_PIPEWAIT is not for us: where a server has HTTP/1.1
 * only, libcurl 8.14 may let those that wait go on waiting until other transfers end. */
static bool set_for_all(CURL *easy, struct http *http)
{
    bool ok = true;

    SET(CURLOPT_PROTOCOLS_STR, "http,https");
    SET(CURLOPT_HTTP_VERSION, http->http_version);
    SET(CURLOPT_USERAGENT, "flowbot");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_SHARE, http->names);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, -1L); /* http_host.c makes it forget */
    return ok && set_trust(easy) && set_callbacks(easy, http);
}

CURL *http_easy_open(struct http *http)
{
    CURL *easy = curl_easy_init();

    if (easy == NULL || set_for_all(easy, http))
        return easy;
    curl_easy_cleanup(easy);
    return NULL;
}

static bool set_body(CURL *easy, const struct http_transfer *transfer)
{
    bool ok = true;

    if (transfer->body == NULL) {
        SET(CURLOPT_HTTPGET, 1L);
        return ok;
    }
    SET(CURLOPT_POST, 1L);
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body_len);
    SET(CURLOPT_POSTFIELDS, transfer->body);
    return ok;
}

bool http_easy_forget(CURL *easy)
{
    bool ok = true;

    SET(CURLOPT_PRIVATE, NULL);
    SET(CURLOPT_ERRORBUFFER, NULL);
    SET(CURLOPT_HTTPHEADER, NULL);
    SET(CURLOPT_RESOLVE, NULL);
    SET(CURLOPT_POSTFIELDS, NULL);
    return ok;
}

bool http_easy_setup(CURL *easy, struct http_job *job)
{
    const struct http_transfer *transfer = job->transfer;
    long connect_ms = transfer->connect_ms > 0 ? (long)transfer->connect_ms : HTTP_CONNECT_MS;
    bool ok = true;

    SET(CURLOPT_URL, transfer->url);
    SET(CURLOPT_HTTPHEADER, job->headers);
    SET(CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    SET(CURLOPT_RESOLVE, job->resolve);
    SET(CURLOPT_PROXY, transfer->direct ? "" : NULL);
    SET(CURLOPT_PRIVATE, (char *)job);
    SET(CURLOPT_ERRORBUFFER, job->error);
    SET(CURLOPT_WRITEDATA, job);
    SET(CURLOPT_HEADERDATA, job);
    SET(CURLOPT_OPENSOCKETDATA, job);
    SET(CURLOPT_PREREQDATA, job);
    return ok && set_body(easy, transfer);
}
