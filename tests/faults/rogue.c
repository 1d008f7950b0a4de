#include "rogue.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "mem.h"
#include "rogue_counts.h"
#include "rogue_reply.h"

enum { READ_SIZE = 65536, REQUEST_MAX = 64 << 20, EVENTS = 256 };

enum connection_state { STATE_READING, STATE_SENDING, STATE_HOLDING, STATE_CLOSED };

struct connection {
    int fd;
    enum connection_state state;
    struct str in;
    size_t head_len, body_len; /* of the request; 0: the head is not there yet */
    struct rogue_plan plan;
    const char *bytes; /* of the plan, or of the server's one reply */
    size_t len, sent;
    int64_t started_us;
    struct hash key;
    bool is_chat, wants_out;
    struct connection *next, *previous;
};

struct rogue {
    struct rogue_options options;
    char *key, *model;
    pthread_t thread;
    int listener, poller, waker;
    unsigned port;
    struct connection *all;    /* the thread's */
    struct connection *closed; /* freed after the events of the turn */
    int64_t next_due_us;
    struct rogue_plan same[2][2]; /* the one reply, by stream and usage */
    pthread_mutex_t lock;
    struct rogue_counts counts; /* under the lock, as the table */
    struct body_table bodies;
};

/* ---- connections ---- */

static void watch(struct rogue *rogue, struct connection *c, bool out)
{
    struct epoll_event event = { .events = EPOLLIN | (out ? EPOLLOUT : 0), .data.ptr = c };

    if (c->wants_out != out && epoll_ctl(rogue->poller, EPOLL_CTL_MOD, c->fd, &event) != 0)
        abort();
    c->wants_out = out;
}

static void drop_plan(struct connection *c)
{
    str_free(&c->plan.bytes);
    c->plan = (struct rogue_plan){ 0 };
}

static void leave_flight(struct rogue *rogue, struct connection *c)
{
    if (!c->is_chat)
        return;
    c->is_chat = false;
    pthread_mutex_lock(&rogue->lock);
    rogue->counts.in_flight--;
    pthread_mutex_unlock(&rogue->lock);
}

static void close_connection(struct rogue *rogue, struct connection *c, bool reset)
{
    struct linger now = { .l_onoff = 1, .l_linger = 0 };

    if (c->state == STATE_CLOSED)
        return;
    if (reset)
        (void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    /* a child that is just being spawned may hold the socket a moment longer: no events for it */
    (void)epoll_ctl(rogue->poller, EPOLL_CTL_DEL, c->fd, NULL);
    (void)close(c->fd);
    c->state = STATE_CLOSED;
    leave_flight(rogue, c);
    if (c->previous != NULL)
        c->previous->next = c->next;
    else
        rogue->all = c->next;
    if (c->next != NULL)
        c->next->previous = c->previous;
    c->next = rogue->closed;
    rogue->closed = c;
}

static void free_closed(struct rogue *rogue)
{
    struct connection *next;

    for (struct connection *c = rogue->closed; c != NULL; c = next) {
        next = c->next;
        drop_plan(c);
        str_free(&c->in);
        free(c);
    }
    rogue->closed = NULL;
}

static void accept_all(struct rogue *rogue)
{
    int fd, on = 1;

    while ((fd = accept4(rogue->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct connection *c = mem_zalloc(1, sizeof *c);
        struct epoll_event event = { .events = EPOLLIN, .data.ptr = c };

        c->fd = fd;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c->next = rogue->all;
        if (c->next != NULL)
            c->next->previous = c;
        rogue->all = c;
        if (epoll_ctl(rogue->poller, EPOLL_CTL_ADD, fd, &event) != 0)
            abort();
        pthread_mutex_lock(&rogue->lock);
        rogue->counts.connections++;
        pthread_mutex_unlock(&rogue->lock);
    }
}

/* ---- sending ---- */

static void try_request(struct rogue *rogue, struct connection *c);

static void count_answer(struct rogue *rogue, const struct connection *c)
{
    struct body_count *row;

    pthread_mutex_lock(&rogue->lock);
    row = body_table_at(&rogue->bodies, c->key);
    rogue->counts.answered++;
    if (++row->answers > rogue->counts.most_answers)
        rogue->counts.most_answers = row->answers;
    pthread_mutex_unlock(&rogue->lock);
}

static void end_plan(struct rogue *rogue, struct connection *c)
{
    size_t used = c->head_len + c->body_len;

    if (c->plan.good && c->is_chat)
        count_answer(rogue, c);
    switch (c->plan.end) {
    case END_CLOSE:
    case END_RESET:
        close_connection(rogue, c, c->plan.end == END_RESET);
        return;
    case END_HOLD:
        c->state = STATE_HOLDING;
        watch(rogue, c, false);
        return;
    case END_REPEAT:
        c->bytes = c->plan.repeat;
        c->len = strlen(c->plan.repeat);
        c->sent = 0;
        c->plan.good = false;
        watch(rogue, c, true); /* one block a turn, so that others are served, too */
        return;
    case END_KEEP:
        break;
    }
    leave_flight(rogue, c);
    drop_plan(c);
    watch(rogue, c, false);
    memmove(c->in.data, c->in.data + used, c->in.len - used);
    str_truncate(&c->in, c->in.len - used);
    c->head_len = c->body_len = 0;
    c->state = STATE_READING;
}

/* How many of the bytes may be on their way by now; *next is when there are more. */
static size_t due_bytes(const struct rogue *rogue, const struct connection *c, int64_t *next)
{
    int64_t first = c->started_us + (int64_t)rogue->options.latency_ms * 1000;
    int64_t spread = (int64_t)rogue->options.spread_ms * 1000, now = clock_us();
    unsigned pieces = rogue->options.pieces > 1 ? rogue->options.pieces : 1;
    int64_t piece;

    *next = 0;
    if (!c->plan.good || (rogue->options.latency_ms == 0 && spread == 0))
        return c->len;
    if (now < first) {
        *next = first;
        return 0;
    }
    if (pieces == 1 || now >= first + spread)
        return c->len;
    piece = (now - first) * (pieces - 1) / spread;
    *next = first + ((piece + 1) * spread + pieces - 2) / (pieces - 1);
    return c->len / pieces * (size_t)(piece + 1);
}

static void note_due(struct rogue *rogue, int64_t due)
{
    if (due > 0 && (rogue->next_due_us == 0 || due < rogue->next_due_us))
        rogue->next_due_us = due;
}

static void send_more(struct rogue *rogue, struct connection *c)
{
    int64_t next;
    size_t due;

    while (c->state == STATE_SENDING && (due = due_bytes(rogue, c, &next)) >= c->sent) {
        ssize_t n = 0;

        if (due > c->sent)
            n = send(c->fd, c->bytes + c->sent, due - c->sent, MSG_NOSIGNAL);
        if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
            watch(rogue, c, true);
            return;
        }
        if (n < 0) {
            close_connection(rogue, c, false);
            return;
        }
        c->sent += (size_t)n;
        if (c->sent == c->len) {
            end_plan(rogue, c);
            if (c->plan.end == END_REPEAT)
                return;
        } else if (c->sent == due) {
            note_due(rogue, next);
            watch(rogue, c, false);
            return;
        }
    }
    if (c->state == STATE_READING)
        try_request(rogue, c);
}

static void send_due(struct rogue *rogue)
{
    struct connection *next;

    rogue->next_due_us = 0;
    for (struct connection *c = rogue->all; c != NULL; c = next) {
        next = c->next;
        if (c->state == STATE_SENDING && !c->wants_out)
            send_more(rogue, c);
    }
}

/* ---- requests ---- */

static bool has(const char *bytes, size_t len, const char *word)
{
    return memmem(bytes, len, word, strlen(word)) != NULL;
}

/* Finds the head's end and the body's length. */
static bool read_head(struct connection *c)
{
    char *end = memmem(str_text(&c->in), c->in.len, "\r\n\r\n", 4);
    const char *length;

    if (end == NULL)
        return false;
    *end = '\0';
    length = strcasestr(c->in.data, "\r\ncontent-length:");
    *end = '\r';
    c->head_len = (size_t)(end - c->in.data) + 4;
    c->body_len = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
    return true;
}

static enum rogue_fault enter_flight(struct rogue *rogue, struct connection *c)
{
    const char *body = c->in.data + c->head_len;
    struct rogue_counts *counts = &rogue->counts;
    struct body_count *row;
    enum rogue_fault fault;

    c->is_chat = true;
    c->key = hash_bytes(body, c->body_len);
    pthread_mutex_lock(&rogue->lock);
    row = body_table_at(&rogue->bodies, c->key);
    row->requests++;
    counts->requests++;
    counts->bodies = rogue->bodies.count;
    fault = rogue_choose(&rogue->options, row, counts->requests, body, c->body_len);
    if (fault == ROGUE_KINDS)
        fault = ROGUE_NONE;
    counts->faults[fault]++;
    if (++counts->in_flight > counts->most_in_flight)
        counts->most_in_flight = counts->in_flight;
    pthread_mutex_unlock(&rogue->lock);
    return fault;
}

static void use_plan(struct connection *c)
{
    c->bytes = str_text(&c->plan.bytes);
    c->len = c->plan.bytes.len;
}

static void plan_same(struct rogue *rogue, struct connection *c)
{
    const char *body = c->in.data + c->head_len;
    bool stream = has(body, c->body_len, "\"stream\":true");
    bool usage = has(body, c->body_len, "\"include_usage\":true");
    struct rogue_plan *same = &rogue->same[stream][usage];

    if (same->bytes.len == 0)
        rogue_plan_reply(&rogue->options, ROGUE_NONE, body, c->body_len, same);
    c->plan.good = true;
    c->bytes = same->bytes.data;
    c->len = same->bytes.len;
}

static bool key_is_right(const struct rogue *rogue, const struct connection *c)
{
    char *line;
    bool ok;

    if (rogue->options.key == NULL)
        return true;
    line = mem_printf("Authorization: Bearer %s\r\n", rogue->options.key);
    ok = has(c->in.data, c->head_len, line);
    free(line);
    return ok;
}

static void plan_answer(struct rogue *rogue, struct connection *c)
{
    bool is_post = str_starts(c->in.data, "POST ");

    if (!key_is_right(rogue, c)) {
        rogue_plan_error(401, "authentication_error", "Incorrect API key provided", &c->plan);
    } else if (is_post && has(c->in.data, c->head_len, "/chat/completions HTTP/")) {
        enum rogue_fault fault = enter_flight(rogue, c);

        if (rogue->options.same_reply && fault == ROGUE_NONE) {
            plan_same(rogue, c);
            return;
        }
        rogue_plan_reply(&rogue->options, fault, c->in.data + c->head_len, c->body_len, &c->plan);
    } else if (!is_post && has(c->in.data, c->head_len, "/models HTTP/")) {
        rogue_plan_models(&rogue->options, &c->plan);
    } else {
        rogue_plan_error(404, "not_found_error", "there is nothing at this path", &c->plan);
    }
    use_plan(c);
}

static void try_request(struct rogue *rogue, struct connection *c)
{
    if (c->state != STATE_READING || (c->head_len == 0 && !read_head(c)))
        return;
    if (c->body_len > REQUEST_MAX) {
        close_connection(rogue, c, true);
        return;
    }
    if (c->in.len < c->head_len + c->body_len)
        return;
    plan_answer(rogue, c);
    c->state = STATE_SENDING;
    c->sent = 0;
    c->started_us = clock_us();
    send_more(rogue, c);
}

static void read_more(struct rogue *rogue, struct connection *c)
{
    char buffer[READ_SIZE];
    ssize_t n = recv(c->fd, buffer, sizeof buffer, 0);

    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0) {
        close_connection(rogue, c, false);
        return;
    }
    str_add_n(&c->in, buffer, (size_t)n);
    try_request(rogue, c);
}

static void on_event(struct rogue *rogue, const struct epoll_event *event)
{
    struct connection *c = event->data.ptr;

    if (c->state == STATE_CLOSED)
        return;
    if (event->events & (EPOLLERR | EPOLLHUP)) {
        close_connection(rogue, c, false);
        return;
    }
    if (event->events & EPOLLIN)
        read_more(rogue, c);
    if (c->state == STATE_SENDING && (event->events & EPOLLOUT))
        send_more(rogue, c);
}

/* ---- the thread ---- */

static int wait_ms(const struct rogue *rogue)
{
    int64_t left = rogue->next_due_us - clock_us();

    if (rogue->next_due_us == 0)
        return -1;
    return left > 0 ? (int)((left + 999) / 1000) : 0;
}

static void *serve(void *data)
{
    struct rogue *rogue = data;
    struct epoll_event events[EVENTS];

    for (;;) {
        int count = epoll_wait(rogue->poller, events, EVENTS, wait_ms(rogue));

        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &rogue->waker)
                return NULL;
            if (events[i].data.ptr == &rogue->listener)
                accept_all(rogue);
            else
                on_event(rogue, &events[i]);
        }
        if (rogue->next_due_us > 0 && clock_us() >= rogue->next_due_us)
            send_due(rogue);
        free_closed(rogue);
    }
}

static bool add_source(const struct rogue *rogue, int *fd)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = fd };

    return epoll_ctl(rogue->poller, EPOLL_CTL_ADD, *fd, &event) == 0;
}

static bool listen_somewhere(struct rogue *rogue)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;

    rogue->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (rogue->listener < 0 ||
        bind(rogue->listener, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(rogue->listener, 4096) != 0 ||
        getsockname(rogue->listener, (struct sockaddr *)&address, &size) != 0)
        return false;
    rogue->port = ntohs(address.sin_port);
    return true;
}

static bool start(struct rogue *rogue)
{
    rogue->poller = epoll_create1(EPOLL_CLOEXEC);
    rogue->waker = eventfd(0, EFD_CLOEXEC);
    return rogue->poller >= 0 && rogue->waker >= 0 && listen_somewhere(rogue) &&
           add_source(rogue, &rogue->listener) && add_source(rogue, &rogue->waker) &&
           pthread_create(&rogue->thread, NULL, serve, rogue) == 0;
}

static void free_all(struct rogue *rogue)
{
    while (rogue->all != NULL)
        close_connection(rogue, rogue->all, true);
    free_closed(rogue);
    for (int i = 0; i < 4; i++)
        str_free(&rogue->same[i / 2][i % 2].bytes);
    body_table_free(&rogue->bodies);
    (void)close(rogue->listener);
    (void)close(rogue->poller);
    (void)close(rogue->waker);
    (void)pthread_mutex_destroy(&rogue->lock);
    free(rogue->key);
    free(rogue->model);
    free(rogue);
}

struct rogue *rogue_open(const struct rogue_options *options)
{
    struct rogue *rogue = mem_zalloc(1, sizeof *rogue);
    int saved;

    rogue->options = *options;
    rogue->options.key = rogue->key = mem_strdup(options->key);
    rogue->options.model = rogue->model = mem_strdup(options->model);
    rogue->listener = rogue->poller = rogue->waker = -1;
    (void)pthread_mutex_init(&rogue->lock, NULL);
    if (start(rogue))
        return rogue;
    saved = errno;
    free_all(rogue);
    errno = saved;
    return NULL;
}

void rogue_close(struct rogue *rogue)
{
    uint64_t one = 1;

    if (rogue == NULL)
        return;
    if (write(rogue->waker, &one, sizeof one) != (ssize_t)sizeof one ||
        pthread_join(rogue->thread, NULL) != 0)
        abort();
    free_all(rogue);
}

unsigned rogue_port(const struct rogue *rogue)
{
    return rogue->port;
}

struct rogue_counts rogue_counts(struct rogue *rogue)
{
    struct rogue_counts counts;

    pthread_mutex_lock(&rogue->lock);
    counts = rogue->counts;
    pthread_mutex_unlock(&rogue->lock);
    return counts;
}

uint64_t rogue_asked(struct rogue *rogue, const char *body, size_t len)
{
    uint64_t requests;

    pthread_mutex_lock(&rogue->lock);
    requests = body_table_at(&rogue->bodies, hash_bytes(body, len))->requests;
    pthread_mutex_unlock(&rogue->lock);
    return requests;
}
