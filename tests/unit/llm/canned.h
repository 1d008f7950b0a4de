#ifndef CANNED_H
#define CANNED_H

/*
 * A loopback HTTP server for tests: answers each request with the bytes that a function of the test
 * makes, on a thread of its own. One connection serves one request at a time; it stays open where
 * the answer has a Content-Length, else it is closed behind it.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* For the server's thread, where cmocka's asserts must not be used. */
#define CANNED_MUST(condition) \
    do { \
        if (!(condition)) { \
            (void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

struct canned;

/* On the server's thread. `head` and `body` are NUL-terminated; `count` is the request's number,
 * from 1. The whole answer as it goes over the wire (malloc); NULL closes the connection. */
typedef char *canned_answer(void *data, unsigned count, const char *head, const char *body);

struct canned_options {
    canned_answer *answer;
    void *data;
    size_t piece; /* bytes a write; 0: all at once */
};

struct canned *canned_open(const struct canned_options *options);
unsigned canned_port(const struct canned *server);
unsigned canned_requests(struct canned *server);
unsigned canned_connections(struct canned *server);
void canned_close(struct canned *server);

/* A whole answer: status line, type, length, body; the caller's (malloc). */
char *canned_json(int status, const char *body);
char *canned_stream(const char *body);
char *canned_with(int status, const char *headers, const char *body);

#endif
