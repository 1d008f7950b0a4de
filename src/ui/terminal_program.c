#include "terminal_program.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "mem.h"
#include "str.h"

struct terminal_program {
    uv_process_t process;
    uv_pipe_t pipe;
    uv_write_t write;
    char *input;
    terminal_program_end *on_end; /* NULL: forgotten */
    void *data;
    int open_handles;
};

static void on_closed(uv_handle_t *handle)
{
    struct terminal_program *child = handle->data;

    if (--child->open_handles > 0)
        return;
    free(child->input);
    free(child);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

static void close_handles(struct terminal_program *child)
{
    if (child->open_handles == 2)
        close_handle((uv_handle_t *)&child->pipe);
    close_handle((uv_handle_t *)&child->process);
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
    struct terminal_program *child = process->data;
    terminal_program_end *on_end = child->on_end;

    child->on_end = NULL;
    close_handles(child);
    if (on_end != NULL)
        on_end(child->data, signal != 0 ? 128 + signal : (int)status);
}

static void on_written(uv_write_t *write, int status)
{
    struct terminal_program *child = write->data;

    (void)status; /* one that did not read says so by its exit status */
    close_handle((uv_handle_t *)&child->pipe);
}

static int start(struct terminal_program *child, uv_loop_t *loop, char **argv)
{
    uv_stdio_container_t streams[3];
    uv_process_options_t options = {
        .file = argv[0],
        .args = argv,
        .exit_cb = on_exit_status,
        .stdio = streams,
        .stdio_count = 3,
    };

    for (int i = 0; i < 3; i++) {
        streams[i].flags = child->input != NULL ? UV_IGNORE : UV_INHERIT_FD;
        streams[i].data.fd = i;
    }
    if (child->input != NULL) {
        (void)uv_pipe_init(loop, &child->pipe, 0);
        streams[0].flags = (uv_stdio_flags)(UV_CREATE_PIPE | UV_READABLE_PIPE);
        streams[0].data.stream = (uv_stream_t *)&child->pipe;
    }
    return uv_spawn(loop, &child->process, &options);
}

struct terminal_program *terminal_program_start(uv_loop_t *loop, char **argv, const char *input,
    size_t len, terminal_program_end *on_end, void *data, struct err *err)
{
    struct terminal_program *child = mem_zalloc(1, sizeof *child);
    int status;

    child->input = input != NULL ? mem_strndup(input, len) : NULL;
    child->open_handles = input != NULL ? 2 : 1;
    child->process.data = child->pipe.data = child->write.data = child;
    status = start(child, loop, argv);
    if (status < 0) {
        err_set(err, ERR_IO, "%.200s cannot be started: %s", argv[0], uv_strerror(status));
        close_handles(child);
        return NULL;
    }
    child->on_end = on_end;
    child->data = data;
    if (child->input != NULL) {
        uv_buf_t text = uv_buf_init(child->input, (unsigned)len);

        (void)uv_write(&child->write, (uv_stream_t *)&child->pipe, &text, 1, on_written);
    }
    return child;
}

void terminal_program_forget(struct terminal_program *child)
{
    if (child == NULL || child->on_end == NULL)
        return;
    child->on_end = NULL;
    close_handles(child);
}

/* ---- words ---- */

struct words {
    char **items;
    size_t count, cap;
};

/* One word from *at on; false: none is left. */
static bool next_word(const char **at, struct str *word)
{
    char quote = '\0';

    *at += strspn(*at, " \t");
    if (**at == '\0')
        return false;
    for (; **at != '\0' && (quote != '\0' || strchr(" \t", **at) == NULL); (*at)++) {
        if (quote == '\0' && (**at == '"' || **at == '\''))
            quote = **at;
        else if (**at == quote)
            quote = '\0';
        else
            str_add_char(word, **at);
    }
    return true;
}

char **terminal_program_words(const char *command, const char *last)
{
    struct words words = { 0 };
    struct str word = STR_INIT;

    while (next_word(&command, &word)) {
        ARRAY_PUSH(&words, mem_strdup(str_text(&word)));
        str_clear(&word);
    }
    str_free(&word);
    if (words.count == 0)
        return NULL;
    if (last != NULL)
        ARRAY_PUSH(&words, mem_strdup(last));
    ARRAY_PUSH(&words, NULL);
    return words.items;
}

void terminal_program_free_words(char **words)
{
    for (size_t i = 0; words != NULL && words[i] != NULL; i++)
        free(words[i]);
    free(words);
}
