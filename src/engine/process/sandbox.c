#include "sandbox.h"

#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "mem.h"
#include "program.h"
#include "sandbox_program.h"
#include "str.h"
#include "utf8.h"

/* SPARE: sandboxes that wait for a program, or start, for each run under way at most; a start
 * mostly waits for the kernel, so that several at once keep the cores busy. */
enum { READY_MS = 10000, TROUBLE_BYTES = 4096, SPARE = 2 };

const struct sandbox_limits sandbox_default_limits = { 10, 10, 512, 16, 64 << 10 };

enum cell_state { CELL_STARTING, CELL_READY, CELL_RUNNING };

/* One sandbox, from its start to its end. */
struct cell {
    struct cell *next;
    struct sandbox *sandbox;
    enum cell_state state;
    struct process *child;
    struct sandbox_run *run; /* CELL_RUNNING */
    bool is_full;            /* more output than allowed */
    struct str out, err;
};

/* A run in line, or under way. */
struct ticket {
    struct ticket *next;
    struct sandbox_run *run;
    struct cell *cell; /* NULL: in line */
    bool is_cancelled;
    struct err error;
};

struct sandbox {
    uv_loop_t *loop;
    uv_timer_t pump; /* everything happens in it, nothing within a call of the owner's */
    struct sandbox_program program;
    char *scratch; /* unsafe: the folder that the programs' own are made in */
    char **env;    /* unsafe */
    struct cell *cells;
    struct ticket *first, *last; /* in line */
    unsigned most;               /* runs under way at one time */
    unsigned waiting, running;   /* cells: starting or ready; running */
    bool is_unsafe, is_closing;
};

static void kick(struct sandbox *sandbox);

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

static void on_pump_closed(uv_handle_t *handle)
{
    struct sandbox *sandbox = handle->data;

    if (sandbox->scratch != NULL)
        (void)nftw(sandbox->scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    sandbox_program_free(&sandbox->program);
    program_environment_free(sandbox->env);
    free(sandbox->scratch);
    free(sandbox);
}

/* The last cell's end closes the rest. */
static void close_if_idle(struct sandbox *sandbox)
{
    if (sandbox->is_closing && sandbox->cells == NULL)
        uv_close((uv_handle_t *)&sandbox->pump, on_pump_closed);
}

static void remove_cell(struct cell *cell)
{
    for (struct cell **at = &cell->sandbox->cells; *at != NULL; at = &(*at)->next) {
        if (*at == cell) {
            *at = cell->next;
            break;
        }
    }
    str_free(&cell->out);
    str_free(&cell->err);
    free(cell);
}

/* ---- what came of a run ---- */

static bool ends_with_words(const struct str *text, const char *words)
{
    const char *at = str_text(text), *last = at;

    for (size_t i = 0; i + 1 < text->len; i++)
        if (at[i] == '\n')
            last = at + i + 1;
    return strstr(last, words) != NULL;
}

static enum sandbox_stop why_stopped(const struct cell *cell, const struct process_end *end)
{
    const struct sandbox_run *run = cell->run;

    if (cell->is_full)
        return SANDBOX_OUTPUT;
    if (end->timed_out)
        return SANDBOX_WALL;
    if (run->signal == SIGXCPU)
        return SANDBOX_CPU;
    if (run->status != 0 && ends_with_words(&cell->err, "MemoryError"))
        return SANDBOX_MEMORY;
    /* where many processes speak at once the last line may be any one's */
    if (run->status != 0 && (strstr(str_text(&cell->err), "BlockingIOError: [Errno 11]") != NULL ||
                                ends_with_words(&cell->err, "can't start new thread")))
        return SANDBOX_PROCESSES;
    return SANDBOX_ENDED;
}

/* At most max bytes of it, well-formed, NUL shown as U+FFFD. */
static struct text *tidy(const struct str *bytes, size_t max)
{
    struct str repaired = STR_INIT, out = STR_INIT;
    struct text *text;
    size_t len = bytes->len < max ? bytes->len : max;

    while (len < bytes->len && len > 0 && ((unsigned char)bytes->data[len] & 0xC0) == 0x80)
        len--;
    utf8_repair(str_text(bytes), len, &repaired);
    for (size_t i = 0; i < repaired.len; i++) {
        if (repaired.data[i] != '\0')
            str_add_char(&out, repaired.data[i]);
        else
            utf8_add(&out, 0xFFFD);
    }
    text = text_new(str_text(&out), out.len);
    str_free(&repaired);
    str_free(&out);
    return text;
}

static void finish(struct ticket *ticket)
{
    struct sandbox_run *run = ticket->run;

    run->error = ticket->error;
    run->private_state = NULL;
    free(ticket);
    run->on_done(run);
}

static void take_outcome(struct cell *cell, const struct process_end *end)
{
    struct sandbox_run *run = cell->run;
    size_t max = run->limits.output_bytes, of_out;

    run->status = end->status;
    run->signal = end->signal;
    if (!cell->sandbox->is_unsafe && end->status > 128 && end->status <= 128 + SIGRTMAX)
        run->signal = end->status - 128; /* as bubblewrap hands it on */
    run->stop = why_stopped(cell, end);
    run->out = tidy(&cell->out, max);
    of_out = run->out->len < max ? run->out->len : max;
    run->err_out = tidy(&cell->err, max - of_out);
}

static void on_cell_ended(void *data, const struct process_end *end)
{
    struct cell *cell = data;
    struct sandbox *sandbox = cell->sandbox;
    struct ticket *ticket = cell->run != NULL ? cell->run->private_state : NULL;

    if (cell->state == CELL_RUNNING)
        sandbox->running--;
    else
        sandbox->waiting--;
    if (ticket != NULL && !ticket->is_cancelled)
        take_outcome(cell, end);
    /* Who came to nothing takes the first in line with it: a machine where no sandbox starts must
     * not try for ever. */
    if (ticket == NULL && cell->state == CELL_STARTING && !sandbox->is_closing &&
        sandbox->first != NULL) {
        ticket = sandbox->first;
        sandbox->first = ticket->next;
        if (!ticket->is_cancelled)
            (void)err_set(&ticket->error, ERR_ENDPOINT, "no sandbox could be made: %s%.200s",
                end->timed_out ? "it was not ready in time. " : "", str_text(&cell->err));
    }
    remove_cell(cell);
    close_if_idle(sandbox);
    kick(sandbox);
    if (ticket != NULL)
        finish(ticket);
}

static void collect(struct cell *cell, struct str *into, const char *bytes, size_t len)
{
    size_t max = cell->run != NULL ? cell->run->limits.output_bytes : TROUBLE_BYTES;
    size_t room = max - (cell->out.len + cell->err.len < max ? cell->out.len + cell->err.len : max);

    if (len > room) {
        cell->is_full = true;
        len = room;
        process_kill(cell->child, SIGKILL);
    }
    str_add_n(into, bytes, len);
}

static void on_cell_bytes(void *data, enum process_stream stream, const char *bytes, size_t len)
{
    struct cell *cell = data;

    if (cell->state == CELL_STARTING && stream == PROCESS_OUT && bytes[0] == 'R') {
        cell->state = CELL_READY;
        process_kill_after(cell->child, 0);
        process_hold_loop(cell->child, cell->sandbox->is_closing);
        kick(cell->sandbox);
        bytes++;
        len--;
    }
    collect(cell, stream == PROCESS_OUT ? &cell->out : &cell->err, bytes, len);
}

/* ---- handing runs to sandboxes ---- */

static void add_cell(struct sandbox *sandbox)
{
    struct cell *cell = mem_zalloc(1, sizeof *cell);
    static const char *const nothing[] = { NULL };
    struct process_spec spec = {
        .argv = sandbox->program.argv,
        .env = sandbox->is_unsafe ? (const char *const *)sandbox->env : nothing,
        .folder = sandbox->is_unsafe ? sandbox->scratch : "/",
        .as_nobody = !sandbox->is_unsafe && geteuid() == 0,
        .on_bytes = on_cell_bytes,
        .on_end = on_cell_ended,
        .data = cell,
    };
    struct err error = { 0 };
    struct ticket *ticket = sandbox->first;

    cell->sandbox = sandbox;
    cell->child = process_start(sandbox->loop, &spec, &error);
    if (cell->child != NULL) {
        cell->next = sandbox->cells;
        sandbox->cells = cell;
        sandbox->waiting++;
        process_kill_after(cell->child, READY_MS);
        return;
    }
    free(cell);
    if (ticket == NULL)
        return;
    sandbox->first = ticket->next;
    ticket->error = error;
    ticket->error.code = ERR_ENDPOINT;
    kick(sandbox);
    finish(ticket);
}

static struct cell *find_ready(const struct sandbox *sandbox)
{
    struct cell *cell = sandbox->cells;

    while (cell != NULL && cell->state != CELL_READY)
        cell = cell->next;
    return cell;
}

/* What sandbox_runner.py reads. */
static struct text *print_job(const struct sandbox *sandbox, const struct sandbox_run *run)
{
    struct str args = STR_INIT, job = STR_INIT;
    struct text *text;

    for (size_t i = 0; i < run->arg_count; i++)
        str_add_n(&args, run->args[i], strlen(run->args[i]) + 1);
    str_addf(&job, "%d %u %zu %u %d %zu %zu %zu\n", sandbox->is_unsafe ? 0 : 1, run->limits.cpu_s,
        (size_t)run->limits.memory_mb << 20, run->limits.processes, (int)SANDBOX_TMP_BYTES,
        run->program->len, run->input != NULL ? run->input->len : 0, args.len);
    str_add_n(&job, run->program->data, run->program->len);
    if (run->input != NULL)
        str_add_n(&job, run->input->data, run->input->len);
    str_add_n(&job, str_text(&args), args.len);
    text = text_new(job.data, job.len);
    str_free(&args);
    str_free(&job);
    return text;
}

static void hand_over(struct cell *cell, struct ticket *ticket)
{
    struct sandbox *sandbox = cell->sandbox;
    struct text *job = print_job(sandbox, ticket->run);

    ticket->cell = cell;
    cell->run = ticket->run;
    cell->state = CELL_RUNNING;
    str_clear(&cell->out);
    str_clear(&cell->err);
    sandbox->waiting--;
    sandbox->running++;
    process_hold_loop(cell->child, true);
    process_write(cell->child, job);
    process_kill_after(cell->child, (uint64_t)(ticket->run->limits.wall_s * 1000));
    text_unref(job);
}

static struct ticket *take_first(struct sandbox *sandbox)
{
    struct ticket *ticket = sandbox->first;

    sandbox->first = ticket->next;
    ticket->next = NULL;
    return ticket;
}

/* Those in line that need no sandbox any more. */
static bool finish_first_if_over(struct sandbox *sandbox)
{
    if (sandbox->first == NULL || sandbox->first->error.code == ERR_NONE)
        return false;
    finish(take_first(sandbox));
    return true;
}

static void on_pump(uv_timer_t *timer)
{
    struct sandbox *sandbox = timer->data;
    struct cell *ready;

    while (finish_first_if_over(sandbox))
        ;
    while (sandbox->first != NULL && sandbox->first->error.code == ERR_NONE &&
           sandbox->running < sandbox->most && (ready = find_ready(sandbox)) != NULL)
        hand_over(ready, take_first(sandbox));
    if (sandbox->first == NULL && sandbox->running == 0)
        return;
    while (!sandbox->is_closing && sandbox->waiting < SPARE * sandbox->most) {
        unsigned before = sandbox->waiting;

        add_cell(sandbox);
        if (sandbox->waiting == before)
            break;
    }
}

static void kick(struct sandbox *sandbox)
{
    if (!sandbox->is_closing)
        (void)uv_timer_start(&sandbox->pump, on_pump, 0, 0);
}

static void add_ticket(struct sandbox *sandbox, struct ticket *ticket)
{
    if (sandbox->first == NULL)
        sandbox->first = ticket;
    else
        sandbox->last->next = ticket;
    sandbox->last = ticket;
}

static bool fits(const struct sandbox_run *run, struct err *err)
{
    size_t args = 0;

    for (size_t i = 0; i < run->arg_count; i++)
        args += strlen(run->args[i]) + 1;
    if (run->program->len > SANDBOX_PROGRAM_MAX ||
        (run->input != NULL && run->input->len > SANDBOX_PROGRAM_MAX) || args > SANDBOX_PROGRAM_MAX)
        return err_set(err, ERR_INPUT,
            "the program, its input or its arguments have more than %d bytes",
            (int)SANDBOX_PROGRAM_MAX);
    return true;
}

void sandbox_start(struct sandbox *sandbox, struct sandbox_run *run)
{
    struct ticket *ticket = mem_zalloc(1, sizeof *ticket);

    ticket->run = run;
    run->stop = SANDBOX_ENDED;
    run->status = run->signal = 0;
    run->out = run->err_out = NULL;
    run->private_state = ticket;
    (void)fits(run, &ticket->error);
    add_ticket(sandbox, ticket);
    kick(sandbox);
}

void sandbox_cancel(struct sandbox *sandbox, struct sandbox_run *run)
{
    struct ticket *ticket = run->private_state;

    if (ticket == NULL || ticket->is_cancelled)
        return;
    ticket->is_cancelled = true;
    (void)err_set(&ticket->error, ERR_CANCELLED, "the program was cancelled");
    if (ticket->cell != NULL) {
        process_kill(ticket->cell->child, SIGKILL);
        return;
    }
    /* to the front: it has nothing to wait for */
    for (struct ticket **at = &sandbox->first; *at != NULL; at = &(*at)->next) {
        if (*at == ticket) {
            *at = ticket->next;
            break;
        }
    }
    sandbox->last = NULL;
    ticket->next = sandbox->first;
    sandbox->first = ticket;
    for (struct ticket *at = ticket; at != NULL; at = at->next)
        sandbox->last = at;
    kick(sandbox);
}

/* ---- life ---- */

static bool make_scratch(struct sandbox *sandbox, struct err *err)
{
    const char *temporary = getenv("TMPDIR");

    sandbox->scratch = mem_printf(
        "%s/flowbot-python-XXXXXX", temporary != NULL && temporary[0] == '/' ? temporary : "/tmp");
    if (mkdtemp(sandbox->scratch) != NULL)
        return true;
    (void)err_set(err, ERR_INPUT, "%s: no folder for programs can be made there; set TMPDIR",
        sandbox->scratch);
    free(sandbox->scratch);
    sandbox->scratch = NULL;
    return false;
}

static unsigned core_count(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    return cores < 1 ? 1 : cores > 64 ? 64 : (unsigned)cores;
}

struct sandbox *sandbox_open(uv_loop_t *loop, bool unsafe, struct err *err)
{
    struct sandbox *sandbox = mem_zalloc(1, sizeof *sandbox);

    sandbox->loop = loop;
    sandbox->is_unsafe = unsafe;
    sandbox->most = core_count();
    if (!sandbox_program_make(&sandbox->program, unsafe, err) ||
        (unsafe && !make_scratch(sandbox, err))) {
        sandbox_program_free(&sandbox->program);
        free(sandbox);
        return NULL;
    }
    sandbox->env = program_environment(NULL, 0);
    (void)uv_timer_init(loop, &sandbox->pump);
    sandbox->pump.data = sandbox;
    return sandbox;
}

bool sandbox_is_unsafe(const struct sandbox *sandbox)
{
    return sandbox->is_unsafe;
}

void sandbox_close(struct sandbox *sandbox)
{
    if (sandbox == NULL)
        return;
    sandbox->is_closing = true;
    (void)uv_timer_stop(&sandbox->pump);
    for (struct cell *cell = sandbox->cells; cell != NULL; cell = cell->next) {
        process_hold_loop(cell->child, true);
        process_kill(cell->child, SIGKILL);
    }
    close_if_idle(sandbox);
}
