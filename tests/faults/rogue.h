#ifndef ROGUE_H
#define ROGUE_H

/*
 * A loopback server of chat completions (OpenAI's protocol, streamed and whole) that misbehaves on
 * request: for tests, and for benches as a well-behaved one with set latency and reply length. It
 * runs on a thread of its own, on a port that the system picks, and answers
 *
 *     POST …/chat/completions    a reply made from the request (below)
 *     GET  …/models              one model
 *
 * The reply: `answer`, where it is given; else where the request has a JSON schema, a small value
 * that follows it; else where it has tools and no tool has answered yet, a call of the first one;
 * else some words of several alphabets that depend on the request's bytes.
 *
 * Which fault: "[[fault:NAME]]" anywhere in the request's body asks for it, "[[fault:NAME*2]]" for
 * the first two requests with this body only; else requests `storm_from` … of the server are
 * refused with 429; else a share of the requests, drawn from the seed, the body and how often this
 * body came before: so it does not matter in which order requests arrive.
 *
 * Everything is counted by the hash of the request's body.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rogue_fault {
    ROGUE_NONE,
    ROGUE_REFUSE,       /* reset before a byte of the reply */
    ROGUE_RESET,        /* reset within the body of the reply */
    ROGUE_STALL_BEFORE, /* never a byte */
    ROGUE_STALL_HEAD,   /* half a head, then nothing */
    ROGUE_STALL_BODY,   /* half a reply, then nothing */
    ROGUE_CUT_CHUNK,    /* closed within a chunk (or before the promised length) */
    ROGUE_CUT_UTF8,     /* closed within a character */
    ROGUE_CUT_CLEAN,    /* closed between two events, as if that were the end */
    ROGUE_ENDLESS,      /* a body that never ends */
    ROGUE_HUGE_HEADER,  /* a megabyte of header */
    ROGUE_LONG_LENGTH,  /* Content-Length promises more than comes */
    ROGUE_SHORT_LENGTH, /* Content-Length promises less than comes */
    ROGUE_429,          /* with Retry-After */
    ROGUE_429_BARE,     /* without */
    ROGUE_500,          /* with an error in JSON */
    ROGUE_503_HTML,     /* a proxy's page */
    ROGUE_HTML,         /* status 200 and a page instead of JSON */
    ROGUE_HALF_TOOL,    /* half a tool call, then the end */
    ROGUE_STREAM_ERROR, /* status 200, some tokens, then an error in the stream */
    ROGUE_GARBAGE,      /* bytes that are no HTTP */
    ROGUE_400,          /* a refusal that another attempt does not heal */
    ROGUE_KINDS
};

/* A set of kinds: 1 << ROGUE_X, or-ed. All that another attempt may heal. */
#define ROGUE_ALL (((UINT64_C(1) << ROGUE_400) - 1) & ~UINT64_C(1))

/* The text of a reply to this request, on the server's thread; the caller's (malloc). NULL: the
 * default. */
typedef char *rogue_answer(void *data, const char *body, size_t len);

struct rogue_options {
    uint64_t seed;
    double share;    /* of requests that meet a fault, 0 … 1 */
    uint64_t kinds;  /* which ones, all alike */
    unsigned in_row; /* at most so many faults for one body in a row, by share; 0: no bound */
    uint64_t storm_from, storm_count; /* requests, from 1; 0: no storm */
    unsigned retry_after_s;           /* of ROGUE_429; 0 is "0" */
    unsigned latency_ms;              /* until the first byte */
    unsigned spread_ms;               /* from the first byte to the last */
    unsigned pieces;                  /* writes in that time; 0 is 1 */
    unsigned tokens;                  /* of a reply of words; 0 is 12 */
    bool same_reply;   /* the words do not depend on the request: cheap, for benches */
    const char *key;   /* NULL: none is asked for; else 401 without "Authorization: Bearer KEY" */
    const char *model; /* NULL is "loopback" */
    rogue_answer *answer;
    void *data;
};

struct rogue_counts {
    uint64_t requests;     /* chat completions whose head came */
    uint64_t answered;     /* good replies of which the last byte was sent */
    uint64_t bodies;       /* different ones */
    uint64_t most_answers; /* good replies to one body, at most */
    uint64_t faults[ROGUE_KINDS];
    uint64_t connections;
    unsigned in_flight, most_in_flight; /* requests being answered */
};

struct rogue;

/* NULL where no socket can be had (errno). Strings of the options are copied. */
struct rogue *rogue_open(const struct rogue_options *options);
void rogue_close(struct rogue *server); /* NULL is nothing */
unsigned rogue_port(const struct rogue *server);
struct rogue_counts rogue_counts(struct rogue *server);
/* How often a request with exactly this body came. */
uint64_t rogue_asked(struct rogue *server, const char *body, size_t len);

const char *rogue_name(enum rogue_fault fault);                 /* "cut-chunk" … */
enum rogue_fault rogue_from_name(const char *name, size_t len); /* ROGUE_KINDS: unknown */

#endif
