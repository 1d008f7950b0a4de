#include "http_state.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * libcurl asks for a name once for each transfer that does not find it in the cache, each on a
 * thread of its own. So one transfer goes first; those that come meanwhile wait until it has opened
 * a socket. The cache does not forget by itself: a failed connection makes it.
 */

static char *url_part(CURLU *url, CURLUPart part, unsigned flags)
{
    char *text = NULL;
    char *copy;

    if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
        return NULL;
    copy = mem_strdup(text);
    curl_free(text);
    return copy;
}

static bool is_address(const char *host)
{
    struct in_addr four;

    return host[0] == '[' || inet_pton(AF_INET, host, &four) == 1;
}

static struct http_host *host_new(
    struct http *http, const char *url, char *take_origin, const char *name, const char *port)
{
    struct http_host *host = mem_zalloc(1, sizeof *host);

    host->http = http;
    host->origin = take_origin;
    host->url = mem_strdup(url);
    if (!is_address(name))
        host->forget = mem_printf("-%s:%s", name, port);
    host->next = http->hosts;
    http->hosts = host;
    return host;
}

static struct http_host *find_or_make(
    struct http *http, const char *url, const char *scheme, const char *name, const char *port)
{
    char *origin = mem_printf("%s://%s:%s", scheme, name, port);

    for (struct http_host *host = http->hosts; host != NULL; host = host->next) {
        if (strcmp(host->origin, origin) == 0) {
            free(origin);
            return host;
        }
    }
    return host_new(http, url, origin, name, port);
}

static struct http_host *parse(struct http *http, const char *text)
{
    CURLU *url = curl_url();
    struct http_host *host = NULL;

    if (url != NULL && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK) {
        char *scheme = url_part(url, CURLUPART_SCHEME, 0);
        char *name = url_part(url, CURLUPART_HOST, 0);
        char *port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);

        if (scheme != NULL && name != NULL && port != NULL)
            host = find_or_make(http, text, scheme, name, port);
        free(scheme);
        free(name);
        free(port);
    }
    curl_url_cleanup(url);
    return host;
}

struct http_host *http_host_find(struct http *http, const char *url)
{
    struct http_host *host = http->hosts;

    while (host != NULL && strcmp(host->url, url) != 0)
        host = host->next;
    return host != NULL ? host : parse(http, url);
}

struct http_pool *http_host_pool(const struct http_job *job)
{
    const unsigned *running = job->host->running;
    unsigned least = 0;

    for (unsigned i = 1; i < job->http->pool_count; i++)
        if (running[i] < running[least])
            least = i;
    return &job->http->pools[least];
}

void http_host_start(struct http_job *job)
{
    struct http_host *host = job->host;

    if (host->is_known) {
        http_run(job);
    } else if (host->leader == NULL) {
        host->leader = job;
        if (host->forget != NULL)
            job->resolve = curl_slist_append(NULL, host->forget);
        http_run(job);
    } else {
        http_list_add(&host->waiting, job);
    }
}

static void let_go(struct post *post)
{
    struct http_host *host = (struct http_host *)post;
    struct http_list all = host->released;
    struct http_job *job;

    host->is_posted = false;
    host->released = (struct http_list){ 0 };
    for (job = all.first; job != NULL; job = job->next)
        job->list = &all;
    while ((job = http_list_take(&all)) != NULL) {
        if (job->fate == HTTP_WHOLE)
            http_host_start(job);
        else
            http_end_job(job, job->fate);
    }
}

static void release(struct http_host *host, enum http_end fate, const char *message)
{
    struct http_job *job;

    while ((job = http_list_take(&host->waiting)) != NULL) {
        job->fate = fate;
        (void)snprintf(job->error, sizeof job->error, "%s", message);
        http_list_add(&host->released, job);
    }
    if (host->released.first == NULL || host->is_posted)
        return;
    host->post.run = let_go;
    host->is_posted = true;
    post_add(&host->http->posts, &host->post);
}

void http_host_resolved(struct http_job *job)
{
    struct http_host *host = job->host;

    if (host->is_known)
        return;
    host->is_known = true;
    host->leader = NULL;
    release(host, HTTP_WHOLE, "");
}

/* The leader takes those that wait with it where the name is what failed; else another one leads.
 */
void http_host_ended(struct http_job *job, enum http_end end, const char *message)
{
    struct http_host *host = job->host;
    bool led = host->leader == job;

    if (end == HTTP_NO_CONNECTION || end == HTTP_TIMEOUT_CONNECT || end == HTTP_NO_HOST)
        host->is_known = false;
    else if (end == HTTP_WHOLE)
        host->is_known = true;
    if (!led)
        return;
    host->leader = NULL;
    if (end == HTTP_NO_HOST || end == HTTP_TIMEOUT_CONNECT)
        release(host, end, message);
    else
        release(host, HTTP_WHOLE, "");
}

void http_hosts_free(struct http *http)
{
    struct http_host *next;

    for (struct http_host *host = http->hosts; host != NULL; host = next) {
        next = host->next;
        free(host->origin);
        free(host->url);
        free(host->forget);
        free(host);
    }
    http->hosts = NULL;
}
