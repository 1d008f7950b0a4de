#include "canned.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mem.h"
#include "str.h"

enum { CONNECTIONS_MAX = 64 };

struct canned {
    struct canned_options options;
    int listener, wake[2];
    unsigned port;
    atomic_uint requests, connections;
    pthread_t thread;
    int fds[CONNECTIONS_MAX];
    struct str input[CONNECTIONS_MAX];
    size_t count;
};

static void drop(struct canned *server, size_t i)
{
    (void)close(server->fds[i]);
    str_free(&server->input[i]);
    server->count--;
    server->fds[i] = server->fds[server->count];
    server->input[i] = server->input[server->count];
    server->input[server->count] = (struct str)STR_INIT;
}

static bool write_all(int fd, const char *bytes, size_t len, size_t piece)
{
    while (len > 0) {
        size_t want = piece > 0 && piece < len ? piece : len;
        ssize_t done = send(fd, bytes, want, MSG_NOSIGNAL);

        if (done <= 0)
            return false;
        bytes += done;
        len -= (size_t)done;
        if (piece > 0)
            (void)usleep(200);
    }
    return true;
}

static size_t body_length(const char *head)
{
    const char *line = strcasestr(head, "\r\ncontent-length:");

    return line != NULL ? strtoul(line + 17, NULL, 10) : 0;
}

/* Answers the request that stands whole in the input. False: the connection is over. */
static bool answer(struct canned *server, int fd, struct str *input, size_t head_len)
{
    char *head = mem_strndup(input->data, head_len);
    char *body = mem_strdup(input->data + head_len + 4);
    unsigned count = atomic_fetch_add(&server->requests, 1) + 1;
    char *bytes = server->options.answer(server->options.data, count, head, body);
    bool stays = bytes != NULL && strcasestr(bytes, "\r\ncontent-length:") != NULL;

    if (bytes != NULL && !write_all(fd, bytes, strlen(bytes), server->options.piece))
        stays = false;
    free(bytes);
    free(head);
    free(body);
    str_clear(input);
    return stays;
}

static bool read_some(struct canned *server, size_t i)
{
    struct str *input = &server->input[i];
    char buffer[65536];
    ssize_t len = recv(server->fds[i], buffer, sizeof buffer, 0);
    const char *end;
    size_t head_len;

    if (len <= 0)
        return false;
    str_add_n(input, buffer, (size_t)len);
    end = strstr(input->data, "\r\n\r\n");
    if (end == NULL)
        return true;
    head_len = (size_t)(end - input->data);
    if (input->len < head_len + 4 + body_length(input->data))
        return true;
    return answer(server, server->fds[i], input, head_len);
}

static void accept_one(struct canned *server)
{
    int one = 1;
    int fd = accept(server->listener, NULL, NULL);

    if (fd < 0)
        return;
    assert(server->count < CONNECTIONS_MAX);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    atomic_fetch_add(&server->connections, 1);
    server->fds[server->count++] = fd;
}

static void *serve(void *data)
{
    struct canned *server = data;
    struct pollfd polls[CONNECTIONS_MAX + 2];

    for (;;) {
        size_t count = server->count;

        polls[0] = (struct pollfd){ .fd = server->wake[0], .events = POLLIN };
        polls[1] = (struct pollfd){ .fd = server->listener, .events = POLLIN };
        for (size_t i = 0; i < count; i++)
            polls[i + 2] = (struct pollfd){ .fd = server->fds[i], .events = POLLIN };
        if (poll(polls, count + 2, -1) < 0 || polls[0].revents != 0)
            return NULL;
        for (size_t i = count; i-- > 0;)
            if (polls[i + 2].revents != 0 && !read_some(server, i))
                drop(server, i);
        if (polls[1].revents != 0)
            accept_one(server);
    }
}

struct canned *canned_open(const struct canned_options *options)
{
    struct canned *server = mem_zalloc(1, sizeof *server);
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof address;
    bool ok;

    server->options = *options;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ok = bind(server->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
         listen(server->listener, 128) == 0 &&
         getsockname(server->listener, (struct sockaddr *)&address, &len) == 0 &&
         pipe(server->wake) == 0;
    server->port = ntohs(address.sin_port);
    if (!ok || pthread_create(&server->thread, NULL, serve, server) != 0)
        abort();
    return server;
}

unsigned canned_port(const struct canned *server)
{
    return server->port;
}

unsigned canned_requests(struct canned *server)
{
    return atomic_load(&server->requests);
}

unsigned canned_connections(struct canned *server)
{
    return atomic_load(&server->connections);
}

void canned_close(struct canned *server)
{
    if (write(server->wake[1], "x", 1) != 1 || pthread_join(server->thread, NULL) != 0)
        abort();
    while (server->count > 0)
        drop(server, 0);
    (void)close(server->listener);
    (void)close(server->wake[0]);
    (void)close(server->wake[1]);
    free(server);
}

char *canned_with(int status, const char *headers, const char *body)
{
    return mem_printf(
        "HTTP/1.1 %d Word\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body), headers, body);
}

char *canned_json(int status, const char *body)
{
    return canned_with(status, "Content-Type: application/json\r\n", body);
}

char *canned_stream(const char *body)
{
    return canned_with(200, "Content-Type: text/event-stream\r\n", body);
}
