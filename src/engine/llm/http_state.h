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

/* A transfer's private part. */
struct http_job {
    struct post post; /* a cancel, a failed start */
    struct http *http;
    struct http_transfer *transfer; /* NULL once it is done */
    struct http_list *list;         /* where it is */
    struct http_job *next, *previous;
    struct http_host *host;
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
    char *forget;                       /* CURLOPT_RESOLVE's "-name:443"; NULL: it is an address */
    struct http_job *leader;            /* the one that asks for the name */
    struct http_list waiting, released; /* for it; to begin, or to end as it did */
    bool is_known, is_posted;
};

enum { SPARE_MAX = 64 };

struct http {
    uv_loop_t *loop;
    CURLM *multi;
    unsigned connections;
    uv_timer_t curl_timer, tick;
    struct post_queue posts;
    struct http_list starting; /* wait for a turn of the loop */
    struct http_list running;
    struct http_socket *ready_first, *ready_last; /* so do these, in the order they became it */
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
void http_drain(struct http *http);                     /* ends what libcurl is done with */
void http_fail_all(struct http *http, const char *why); /* libcurl lost itself: begins anew */

/* http_easy.c: what libcurl is told of a transfer, and what it calls back. */
bool http_easy_setup(CURL *easy, struct http_job *job);

/* http_socket.c */
void http_pause(struct http_job *job);                      /* until the others had their turn */
void http_serve_ready(struct http *http, int64_t until_us); /* clock_us */
void http_serve_timeout(struct http *http);                 /* what libcurl wants done by now */
CURLM *http_multi_open(struct http *http);                  /* NULL where it cannot be */

/* http_host.c */
struct http_host *http_host_find(struct http *http, const char *url); /* NULL: no URL */
void http_host_start(struct http_job *job);    /* runs it, now or when the name is known */
void http_host_resolved(struct http_job *job); /* from within libcurl: a socket was opened */
void http_host_ended(struct http_job *job, enum http_end end, const char *message);
void http_hosts_free(struct http *http);

#endif
