/* The tool that runs Python programs of a model in a sandbox (process/sandbox.h). What a program
 * does wrong is its result, for the model to read; only a sandbox that fails is a failure. */
#include <string.h>

#include "fenced.h"
#include "mem.h"
#include "tool_settings.h"
#include "tool_type.h"

/* Raise it when the same program gives another result: it is part of every key. */
static const char RESULT_VERSION[] = "python 1";

struct python {
    struct sandbox *sandbox;
    struct sandbox_limits limits;
};

struct program {
    struct sandbox_run run;
    struct tool_run *tool_run;
};

static void *python_open(
    const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    struct python *python;
    double seconds = tool_setting_number(setup->settings, "timeout_s", 10);

    (void)offers;
    if (setup->sandbox == NULL) {
        (void)err_set(err, ERR_INPUT, "%s:%u: tools.%s: there is no sandbox to run programs in",
            setup->task->path, setup->tool->line, setup->tool->name);
        return NULL;
    }
    python = mem_zalloc(1, sizeof *python);
    python->sandbox = setup->sandbox;
    python->limits = sandbox_default_limits;
    python->limits.wall_s = seconds;
    python->limits.cpu_s = (unsigned)seconds + 1;
    python->limits.memory_mb = (unsigned)tool_setting_number(setup->settings, "memory_mb", 512);
    python->limits.processes = (unsigned)tool_setting_number(setup->settings, "processes", 16);
    return python;
}

static void python_close(void *tool)
{
    free(tool);
}

static struct hash python_identity(const void *tool)
{
    const struct python *python = tool;
    char *limits = mem_printf("%u ms, %u MB, %u", (unsigned)(python->limits.wall_s * 1000),
        python->limits.memory_mb, python->limits.processes);
    struct hash identity = hash_join(hash_text(RESULT_VERSION), hash_text(limits));

    free(limits);
    return identity;
}

static void add_part(struct str *out, const char *head, const char *text)
{
    size_t len = strlen(text);

    while (len > 0 && text[len - 1] == '\n')
        len--;
    if (len == 0)
        return;
    str_addf(out, "%s%s", out->len > 0 ? "\n" : "", head);
    str_add_n(out, text, len);
}

static struct text *print_outcome(const struct sandbox_run *run)
{
    struct str out = STR_INIT;
    struct text *text;
    char *verdict = sandbox_verdict(run);

    add_part(&out, "", run->out->data);
    add_part(&out, "[standard error]\n", run->err_out->data);
    if (verdict[0] != '\0')
        str_addf(&out, "%s[%s]", out.len > 0 ? "\n" : "", verdict);
    if (out.len == 0)
        str_add(&out, "(the program printed nothing)");
    free(verdict);
    text = text_new(out.data, out.len);
    str_free(&out);
    return text;
}

static void on_run_done(struct sandbox_run *run)
{
    struct program *program = run->data;
    struct tool_run *tool_run = program->tool_run;
    struct err error = run->error;
    struct text *result = error.code == ERR_NONE ? print_outcome(run) : NULL;

    text_unref(run->out);
    text_unref(run->err_out);
    text_unref(run->program);
    free(program);
    tool_run->done(tool_run, result, &error);
}

static void python_start(void *tool, struct tool_run *tool_run)
{
    struct python *python = tool;
    struct program *program = mem_zalloc(1, sizeof *program);

    program->tool_run = tool_run;
    program->run = (struct sandbox_run){
        .program = fenced_code(tool_run->input),
        .limits = python->limits,
        .on_done = on_run_done,
        .data = program,
    };
    tool_run->private_state = program;
    sandbox_start(python->sandbox, &program->run);
}

static void python_cancel(void *tool, struct tool_run *tool_run)
{
    struct python *python = tool;
    struct program *program = tool_run->private_state;

    sandbox_cancel(python->sandbox, &program->run);
}

const struct tool_type tool_python = {
    .name = "python",
    .summary = "runs a Python 3 program (standard library, no network, no files) and gives what it "
               "prints",
    .argument = "code",
    .parameters = "{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\","
                  "\"description\":\"a whole program; print what you want to see\"}},\"required\":"
                  "[\"code\"],\"additionalProperties\":false}",
    .open = python_open,
    .close = python_close,
    .identity = python_identity,
    .start = python_start,
    .cancel = python_cancel,
};
