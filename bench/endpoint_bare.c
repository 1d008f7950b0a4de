/*
 * bench/endpoint's references: a bare loop of libcurl's multi interface on libuv that sends the
 * same requests, parses the same streams and appends each reply's text to a file. No retries,
 * limits, journal, time-outs or checks. It parses each event into a tree of cJSON, as one does who
 * writes such a loop; as VARIANT "bound" it only looks for the words "content" and "finish_reason"
 * and checks nothing: what no correct client can go below.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <uv.h>

#include "endpoint_load.h"
#include "mem.h"

struct transfer;

struct bare {
    void (*on_event)(struct transfer *transfer, const char *data);
    uv_loop_t loop;
    uv_timer_t timer;
    CURLM *multi;
    struct curl_slist *headers;
    char *url;
    FILE *out;
    struct load load;
    unsigned started;
};

struct transfer {
    struct bare *bare;
    CURL *easy;
    struct str prompt, body, line, text;
    bool finished; /* a finish reason came */
};

static void on_event(struct transfer *transfer, const char *data)
{
    cJSON *json = cJSON_Parse(data);
    const cJSON *choice = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(json, "choices"), 0);
    const cJSON *delta = cJSON_GetObjectItemCaseSensitive(choice, "delta");
    const cJSON *content = cJSON_GetObjectItemCaseSensitive(delta, "content");

    if (cJSON_IsString(content))
        str_add(&transfer->text, content->valuestring);
    if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(choice, "finish_reason")))
        transfer->finished = true;
    cJSON_Delete(json);
}

static char unescaped(char c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

static void look_at_event(struct transfer *transfer, const char *data)
{
    const char *at = strstr(data, "\"content\":\"");

    if (at != NULL) {
        for (at += 11; *at != '\0' && *at != '"'; at++) {
            if (*at == '\\' && at[1] != '\0')
                str_add_char(&transfer->text, unescaped(*++at));
            else
                str_add_char(&transfer->text, *at);
        }
    } else if (strstr(data, "\"finish_reason\":\"") != NULL) {
        transfer->finished = true;
    }
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
    struct transfer *transfer = data;
    const char *at = bytes, *end = bytes + size * count, *stop;

    while ((stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        str_add_n(&transfer->line, at, (size_t)(stop - at));
        if (str_starts(str_text(&transfer->line), "data: {"))
            transfer->bare->on_event(transfer, transfer->line.data + 6);
        str_clear(&transfer->line);
        at = stop + 1;
    }
    str_add_n(&transfer->line, at, (size_t)(end - at));
    return size * count;
}

static void start(struct transfer *transfer)
{
    struct bare *bare = transfer->bare;

    load_prompt(bare->started++, &transfer->prompt);
    str_clear(&transfer->body);
    str_addf(&transfer->body,
        "{\"model\":\"loopback\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}],"
        "\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        str_text(&transfer->prompt));
    str_clear(&transfer->text);
    str_clear(&transfer->line);
    transfer->finished = false;
    (void)curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDSIZE, (long)transfer->body.len);
    (void)curl_easy_setopt(transfer->easy, CURLOPT_POSTFIELDS, transfer->body.data);
    if (curl_multi_add_handle(bare->multi, transfer->easy) != CURLM_OK)
        load_die("libcurl does not take a transfer");
}

static void drain(struct bare *bare)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(bare->multi, &left)) != NULL) {
        CURLcode result = message->data.result;
        struct transfer *transfer = NULL;

        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        if (result != CURLE_OK || !transfer->finished)
            load_die(curl_easy_strerror(result));
        (void)fprintf(bare->out, "%s\n", str_text(&transfer->text));
        bare->load.answered++;
        bare->load.bytes += transfer->text.len;
        (void)curl_multi_remove_handle(bare->multi, transfer->easy);
        if (bare->started < bare->load.calls)
            start(transfer);
    }
}

static void act(struct bare *bare, curl_socket_t fd, int flags)
{
    int running;

    if (curl_multi_socket_action(bare->multi, fd, flags, &running) != CURLM_OK)
        load_die("libcurl failed");
    drain(bare);
}

struct socket_watch {
    uv_poll_t poll;
    struct bare *bare;
    curl_socket_t fd;
};

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct socket_watch *watch = (struct socket_watch *)poll;
    int flags = status < 0 ? CURL_CSELECT_ERR : 0;

    flags |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    flags |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    act(watch->bare, watch->fd, flags);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *of_socket)
{
    struct bare *bare = data;
    struct socket_watch *watch = of_socket;
    int events =
        (what != CURL_POLL_OUT ? UV_READABLE : 0) | (what != CURL_POLL_IN ? UV_WRITABLE : 0);

    (void)easy;
    if (what == CURL_POLL_REMOVE) {
        if (watch != NULL)
            uv_close((uv_handle_t *)&watch->poll, on_closed);
        (void)curl_multi_assign(bare->multi, fd, NULL);
        return 0;
    }
    if (watch == NULL) {
        watch = mem_zalloc(1, sizeof *watch);
        watch->bare = bare;
        watch->fd = fd;
        if (uv_poll_init_socket(&bare->loop, &watch->poll, fd) != 0)
            load_die("no poll");
        (void)curl_multi_assign(bare->multi, fd, watch);
    }
    return uv_poll_start(&watch->poll, events, on_poll);
}

static void on_timeout(uv_timer_t *timer)
{
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer(CURLM *multi, long ms, void *data)
{
    struct bare *bare = data;

    (void)multi;
    if (ms < 0)
        return uv_timer_stop(&bare->timer);
    return uv_timer_start(&bare->timer, on_timeout, (uint64_t)ms, 0);
}

static void open_multi(struct bare *bare)
{
    bare->multi = curl_multi_init();
    if (bare->multi == NULL)
        load_die("no libcurl");
    (void)curl_multi_setopt(bare->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(bare->multi, CURLMOPT_SOCKETDATA, bare);
    (void)curl_multi_setopt(bare->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(bare->multi, CURLMOPT_TIMERDATA, bare);
    (void)curl_multi_setopt(bare->multi, CURLMOPT_MAXCONNECTS, (long)bare->load.concurrency);
    bare->headers = curl_slist_append(NULL, "Content-Type: application/json");
    bare->url = mem_printf("http://127.0.0.1:%u/v1/chat/completions", bare->load.port);
}

static void open_transfer(struct transfer *transfer, struct bare *bare)
{
    CURL *easy = curl_easy_init();

    transfer->bare = bare;
    transfer->easy = easy;
    (void)curl_easy_setopt(easy, CURLOPT_URL, bare->url);
    (void)curl_easy_setopt(easy, CURLOPT_HTTPHEADER, bare->headers);
    (void)curl_easy_setopt(easy, CURLOPT_POST, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    (void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

static void close_transfer(struct transfer *transfer)
{
    curl_easy_cleanup(transfer->easy);
    str_free(&transfer->prompt);
    str_free(&transfer->body);
    str_free(&transfer->line);
    str_free(&transfer->text);
}

int main(int argc, char **argv)
{
    struct bare bare = { 0 };
    struct transfer *transfers;
    char *path;

    load_read(&bare.load, argc, argv);
    bare.on_event = strcmp(bare.load.variant, "bound") == 0 ? look_at_event : on_event;
    if (uv_loop_init(&bare.loop) != 0 || uv_timer_init(&bare.loop, &bare.timer) != 0 ||
        curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        load_die("no loop");
    bare.timer.data = &bare;
    path = mem_printf("%s/bare.txt", bare.load.folder);
    bare.out = fopen(path, "we");
    if (bare.out == NULL)
        load_die("cannot write");
    open_multi(&bare);
    transfers = mem_zalloc(bare.load.concurrency, sizeof *transfers);
    load_begin(&bare.load);
    for (unsigned i = 0; i < bare.load.concurrency && i < bare.load.calls; i++) {
        open_transfer(&transfers[i], &bare);
        start(&transfers[i]);
    }
    while (bare.load.answered < bare.load.calls)
        (void)uv_run(&bare.loop, UV_RUN_ONCE);
    if (fclose(bare.out) != 0)
        load_die("cannot write");
    load_print(&bare.load);
    puts("}");
    for (unsigned i = 0; i < bare.load.concurrency; i++)
        close_transfer(&transfers[i]);
    (void)curl_multi_cleanup(bare.multi);
    curl_slist_free_all(bare.headers);
    free(transfers);
    free(bare.url);
    free(path);
    return 0;
}
