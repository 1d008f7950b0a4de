#ifndef HTTP_H
#define HTTP_H

/*
 * HTTP transfers on the uv loop: libcurl's multi interface (curl_multi_socket_action + uv_poll).
 * Knows nothing of models. HTTP/1.1 where libcurl is older than 8.1 (its HTTP/2 reported cut bodies
 * as complete), never a redirect, TLS always verified, proxies and SSL_CERT_FILE as libcurl takes
 * them from the environment. How many transfers run at once is the caller's business.
 *
 * A name is looked up once: the first transfer to a host goes alone until its name is known, what
 * is started meanwhile waits for it and then uses the same answer; after a failed connection it is
 * looked up again.
 *
 * Waiting contract (style.md): the caller owns the struct and what it points to until on_done,
 * which fires exactly once, never from http_start, and is the last thing done with it. on_data
 * fires from within libcurl: it may read the outcome so far and call http_expect_end, and start or
 * cancel nothing. A whole HTTP message is not yet a whole answer: that is for the protocol to say.
 * Loop thread only.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "err.h"
#include "str.h"

struct http;

enum http_end {
    HTTP_WHOLE,     /* an HTTP message came to its end, whatever its status */
    HTTP_STOPPED,   /* on_data wanted no more, or the time of http_expect_end is over */
    HTTP_CANCELLED, /* http_cancel */
    HTTP_TIMEOUT_CONNECT,
    HTTP_TIMEOUT_FIRST_BYTE, /* connected, but not a byte of an answer */
    HTTP_TIMEOUT_IDLE,       /* the answer stalled */
    HTTP_TIMEOUT_TOTAL,
    HTTP_NO_HOST,       /* the name, or the proxy's, could not be resolved */
    HTTP_NO_CONNECTION, /* refused, unreachable */
    HTTP_NO_TUNNEL,     /* the proxy refuses the way (4xx): never to be tried again */
    HTTP_BROKEN,        /* the connection was lost before or within the answer */
    HTTP_BAD_TLS,       /* the certificate was refused: never to be tried again */
    HTTP_BAD_HEAD,      /* not HTTP, or headers beyond HTTP_HEAD_MAX */
    HTTP_NO_DESCRIPTOR, /* the process may open no further file */
    HTTP_BAD_REQUEST,   /* libcurl cannot send this: URL, proxy or memory */
};

enum {
    HTTP_HEAD_MAX = 65536,  /* bytes of all headers of one answer */
    HTTP_CONNECT_MS = 10000 /* where connect_ms is 0 */
};

struct http_transfer {
    /* set by the caller, borrowed until on_done */
    const char *url;            /* http or https */
    const char *const *headers; /* "Name: value"; may hold secrets, which are shown nowhere */
    size_t header_count;
    const char *body; /* NULL: GET, else POST */
    size_t body_len;
    bool direct;                                           /* past any proxy: for loopback */
    uint32_t connect_ms, first_byte_ms, idle_ms, total_ms; /* 0: 10 s; the others: none. All but
                                                    connect are watched every HTTP_TICK_MS */
    bool (*on_data)(struct http_transfer *transfer, const char *bytes,
        size_t len); /* of the body; false: enough. NULL: it is dropped */
    void (*on_done)(struct http_transfer *transfer);
    void *data;
    /* the outcome */
    enum http_end end;
    long status;           /* 0: none came */
    struct str head;       /* status line and headers of the last answer as they came; freed by
                              http_free_outcome */
    uint64_t received;     /* bytes of body */
    bool sent;             /* a connection stood: the server may have seen the request */
    int64_t first_byte_us; /* clock_us of the answer's first byte; 0: none */
    char message[600];     /* where the end is an error: in words, without secrets */
    struct http_job *job;  /* private */
};

enum { HTTP_TICK_MS = 100 };

/* `connections`: how many are kept alive when idle. Ignores SIGPIPE for the process (libcurl needs
 * it). NULL and ERR_IO where libcurl cannot be set up. */
struct http *http_open(uv_loop_t *loop, unsigned connections, struct err *err);
void http_start(struct http *http, struct http_transfer *transfer);
/* Idempotent; completes posted, as HTTP_CANCELLED. Nothing before http_start and after on_done. */
void http_cancel(struct http *http, struct http_transfer *transfer);
/* What matters has come: where the end does not follow within `ms`, it ends as HTTP_STOPPED. So
 * that a connection can be used again, and a server that never closes is not waited for. */
void http_expect_end(struct http_transfer *transfer, uint32_t ms);
/* Nothing under way. The loop has to run once more for the close callbacks. NULL is nothing. */
void http_close(struct http *http);

/* The first header of this name (any case), white space around it removed, cut to `size`; false
 * where there is none. */
bool http_header(const struct http_transfer *transfer, const char *name, char *value, size_t size);
/* The same in a head as it came. */
bool http_head_find(const char *head, size_t len, const char *name, char *value, size_t size);
void http_free_outcome(struct http_transfer *transfer);

/* Raises RLIMIT_NOFILE to what so many connections need. ERR_INPUT where the system does not allow
 * it: how many it allows and what to do. */
bool http_allow_connections(unsigned connections, struct err *err);

#endif
