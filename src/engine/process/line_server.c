#include "line_server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "process.h"
#include "mem.h"
#include "program.h"
#include "str.h"
#include "utf8.h"

/* One process, from its start to its end. */
struct session {
    struct line_server *server; /* NULL: dropped */
    struct process *child;
    struct str line;
    struct str words; /* of standard error, the last bytes */
    bool is_flooded;
};

struct line_server {
    uv_loop_t *loop;
    char **argv; /* ends in NULL */
    char **env;
    struct str words; /* tidied, for the caller */
    struct session *session;
    void (*on_line)(void *data, const char *line, size_t len);
    void (*on_end)(void *data, const char *why);
    void *data;
};

static void tidy_words(const struct session *session, struct str *out)
{
    const char *words = str_text(&session->words);
    size_t len = session->words.len;
    size_t from = len > LINE_SERVER_WORDS_MAX ? len - LINE_SERVER_WORDS_MAX : 0;

    while (len > from && (words[len - 1] == '\n' || words[len - 1] == '\r'))
        len--;
    str_clear(out);
    if (from > 0)
        str_add(out, "…");
    utf8_add_line(words + from, len - from, LINE_SERVER_WORDS_MAX, out);
}

static void keep_words(struct session *session, const char *bytes, size_t len)
{
    enum { KEPT = 4 * LINE_SERVER_WORDS_MAX };

    if (len > KEPT) {
        bytes += len - KEPT;
        len = KEPT;
    }
    str_add_n(&session->words, bytes, len);
    if (session->words.len / 2 > KEPT) {
        struct str last = STR_INIT;

        str_add_n(&last, session->words.data + session->words.len - KEPT, KEPT);
        str_free(&session->words);
        session->words = last;
    }
}

/* The callback may drop the session, which lives on until its process has ended. */
static void hand_over(struct session *session)
{
    struct str line = session->line;

    session->line = (struct str)STR_INIT;
    if (line.len > 0 && line.data[line.len - 1] == '\r')
        str_truncate(&line, line.len - 1);
    session->server->on_line(session->server->data, str_text(&line), line.len);
    str_free(&line);
}

static void on_bytes(void *data, enum process_stream stream, const char *bytes, size_t len)
{
    struct session *session = data;

    if (session->server == NULL)
        return;
    if (stream == PROCESS_ERR) {
        keep_words(session, bytes, len);
        return;
    }
    while (len > 0 && session->server != NULL && !session->is_flooded) {
        const char *end = memchr(bytes, '\n', len);
        size_t part = end != NULL ? (size_t)(end - bytes) : len;

        if (session->line.len + part > LINE_SERVER_LINE_MAX) {
            session->is_flooded = true;
            process_kill(session->child, SIGKILL);
            return;
        }
        str_add_n(&session->line, bytes, part);
        if (end != NULL)
            hand_over(session);
        part += end != NULL;
        bytes += part;
        len -= part;
    }
}

static char *why_ended(const struct session *session, const struct process_end *end)
{
    struct str words = STR_INIT;
    char *why;

    tidy_words(session, &words);
    if (session->is_flooded)
        why = mem_printf("sent a line of more than %d bytes", (int)LINE_SERVER_LINE_MAX);
    else if (end->signal != 0)
        why = mem_printf("was ended by signal %d (%s)%s%s", end->signal, strsignal(end->signal),
            words.len > 0 ? ": " : "", str_text(&words));
    else
        why = mem_printf(
            "ended with status %d%s%s", end->status, words.len > 0 ? ": " : "", str_text(&words));
    str_free(&words);
    return why;
}

static void on_end(void *data, const struct process_end *end)
{
    struct session *session = data;
    struct line_server *server = session->server;
    char *why = why_ended(session, end);

    str_free(&session->line);
    str_free(&session->words);
    free(session);
    if (server != NULL) {
        server->session = NULL;
        server->on_end(server->data, why);
    }
    free(why);
}

static bool start(struct line_server *server, struct err *err)
{
    struct session *session = mem_zalloc(1, sizeof *session);
    struct process_spec spec = {
        .argv = (const char *const *)server->argv,
        .env = (const char *const *)server->env,
        .on_bytes = on_bytes,
        .on_end = on_end,
        .data = session,
    };

    session->server = server;
    session->child = process_start(server->loop, &spec, err);
    if (session->child == NULL) {
        err->code = ERR_ENDPOINT;
        free(session);
        return false;
    }
    server->session = session;
    return true;
}

struct line_server *line_server_open(
    uv_loop_t *loop, const struct line_server_spec *spec, struct err *err)
{
    char *program = program_find(spec->argv[0], spec->folder != NULL ? spec->folder : "", err);
    struct line_server *server;

    if (program == NULL)
        return NULL;
    server = mem_zalloc(1, sizeof *server);
    server->loop = loop;
    server->argv = mem_zalloc(spec->argc + 1, sizeof(char *));
    server->argv[0] = program;
    for (size_t i = 1; i < spec->argc; i++)
        server->argv[i] = mem_strdup(spec->argv[i]);
    server->env = program_environment(spec->env, spec->env_count);
    server->on_line = spec->on_line;
    server->on_end = spec->on_end;
    server->data = spec->data;
    return server;
}

bool line_server_send(struct line_server *server, const char *line, struct err *err)
{
    struct str bytes = STR_INIT;
    struct text *text;

    if (server->session == NULL && !start(server, err))
        return false;
    str_add(&bytes, line);
    str_add_char(&bytes, '\n');
    text = text_new(bytes.data, bytes.len);
    process_write(server->session->child, text);
    text_unref(text);
    str_free(&bytes);
    return true;
}

bool line_server_is_running(const struct line_server *server)
{
    return server->session != NULL;
}

void line_server_drop(struct line_server *server)
{
    if (server->session == NULL)
        return;
    server->session->server = NULL;
    process_hold_loop(server->session->child, true);
    process_kill(server->session->child, SIGKILL);
    server->session = NULL;
}

void line_server_hold_loop(struct line_server *server, bool holds)
{
    if (server->session != NULL)
        process_hold_loop(server->session->child, holds);
}

const char *line_server_words(struct line_server *server)
{
    if (server->session != NULL)
        tidy_words(server->session, &server->words);
    return str_text(&server->words);
}

void line_server_close(struct line_server *server)
{
    if (server == NULL)
        return;
    if (server->session != NULL) {
        server->session->server = NULL;
        process_hold_loop(server->session->child, true);
        process_end_kindly(server->session->child);
    }
    for (size_t i = 0; server->argv[i] != NULL; i++)
        free(server->argv[i]);
    free(server->argv);
    program_environment_free(server->env);
    str_free(&server->words);
    free(server);
}
