#ifndef HTTP_STATE_H
#define HTTP_STATE_H

/*
 * Private to http*.c: http.c moves transfers from start to end, http_socket.c joins libcurl's
 * sockets and timer to the loop, http_host.c keeps a name from being looked up many times at once.
 */
#include <curl/curl.h>

#include "http.h"
#include "post.h"

struct http_list {
    struct http_job *first, *last;
};

/* libcurl goes through all connections of a multi handle for each transfer that begins or ends:
 * many connections are spread over several. */
enum { POOLS_MAX = 16, POOL_CONNECTIONS = 64 };

struct http_pool {
    struct http *http;
    CURLM *multi;
    uv_timer_t timer; /* libcurl's */
};

/* A transfer's private part. */
struct http_job {
    struct post post; /* a cancel, a failed start */
    struct http *http;
    struct http_transfer *transfer; /* NULL once it is done */
    struct http_list *list;         /* where it is */
    struct http_job *next, *previous;
    struct http_host *host;
    struct http_pool *pool;
    CURLM *multi;
    CURL *easy; /* NULL: libcurl does not have it */
    struct curl_slist *headers, *resolve;
    bool is_posted, is_stopped, is_paused;
    enum http_end posted_end;
    enum http_end fate; /* how one that is let go, has expired or had a bad head ends; HTTP_WHOLE:
                           not at all */
    int socket_errno;
    int64_t started_us, sent_us, last_byte_us, end_by_us; /* clock_us; 0: not yet, or no such */
    char error[CURL_ERROR_SIZE];
};

/* Of one scheme, name and port. */
struct http_host {
    struct post post; /* lets those in `released` go */
    struct http *http;
    struct http_host *next;
    char *origin;                       /* "https://name:443" */
    char *url;                          /* the first one of it */
    char *forget;                       /* CURLOPT_RESOLVE's "-name:443"; NULL: it is an address */
    struct http_job *leader;            /* the one that asks for the name */
    struct http_list waiting, released; /* for it; to begin, or to end as it did */
    unsigned running[POOLS_MAX];        /* transfers in each pool */
    bool is_known, is_posted;
};

enum { SPARE_MAX = 64 };

struct http {
    uv_loop_t *loop;
    struct http_pool pools[POOLS_MAX];
    unsigned pool_count;
    unsigned connections; /* kept alive by each pool */
    CURLSH *names;        /* what all pools know of names */
    uv_timer_t tick;
    struct post_queue posts;
    struct http_list starting; /* wait for a turn of the loop */
    struct http_list running;
    struct http_socket *ready_first, *ready_last; /* so do these, in the order they became it */
    struct http_socket **sockets;                 /* by descriptor: of connections that stood */
    size_t socket_count, socket_cap;
    struct http_host *hosts;
    CURL *spare[SPARE_MAX]; /* easy handles to be used again */
    unsigned spare_count;
    unsigned handles; /* uv handles of its own that are not closed */
    struct post close, resume, turn;
    bool is_resuming, is_turning;
    int64_t turn_us;   /* since when libcurl has the loop to itself */
    size_t turn_bytes; /* of bodies that it handed over since */
    long http_version;
};

void http_list_add(struct http_list *list, struct http_job *job);
void http_list_remove(struct http_job *job); /* from where it is; nothing where it is nowhere */

struct http_job *http_list_take(struct http_list *list); /* the first one; NULL: none */

/* http.c */
void http_run(struct http_job *job); /* gives it to libcurl, as soon as the loop has time for it */
void http_want_turn(struct http *http);
void http_begin_turn(struct http *http); /* before libcurl may call back */
void http_end_job(struct http_job *job, enum http_end end);
void http_drain(struct http_pool *pool);                     /* ends what libcurl is done with */
void http_fail_all(struct http_pool *pool, const char *why); /* libcurl lost itself: begins anew */

/* http_easy.c: what libcurl is told of a transfer, and what it calls back. */
CURL *http_easy_open(struct http *http); /* NULL: out of memory */
bool http_easy_setup(CURL *easy, struct http_job *job);
bool http_easy_forget(CURL *easy); /* the job's memory; the next one sets all that is its own */

/* http_socket.c */
void http_pause(struct http_job *job);                      /* until the others had their turn */
void http_serve_ready(struct http *http, int64_t until_us); /* clock_us */
void http_serve_timeout(struct http_pool *pool);            /* what libcurl wants done by now */
int http_socket_close(void *http, curl_socket_t fd);        /* CURLOPT_CLOSESOCKETFUNCTION */
void http_sockets_free(struct http *http);                  /* libcurl has none any more */
CURLM *http_multi_open(struct http_pool *pool);             /* NULL where it cannot be */

/* http_host.c */
struct http_host *http_host_find(struct http *http, const char *url); /* NULL: no URL */
void http_host_start(struct http_job *job);    /* runs it, now or when the name is known */
void http_host_resolved(struct http_job *job); /* from within libcurl: a socket was opened */
struct http_pool *http_host_pool(
    const struct http_job *job); /* which has the most connections to spare */
void http_host_ended(struct http_job *job, enum http_end end, const char *message);
void http_hosts_free(struct http *http);

#endif
