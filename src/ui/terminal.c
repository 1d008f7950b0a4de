#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base64.h"
#include "clock.h"
#include "crash.h"
#include "frame.h"
#include "mem.h"

enum { LAST_WORDS_MS = 200, MAX_WIDTH = 2000, MAX_HEIGHT = 1000 };

/* Paste in brackets; mouse by button with SGR coordinates. All of it is left by LEAVE,
 * which also ends a frame that was cut (synchronised output, colours) and shows the cursor. */
#define ENTER "\033[?2004h"
#define MOUSE_ON "\033[?1000h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define LEAVE MOUSE_OFF "\033[?2004l\033[?2026l"
#define CRASH_LEAVE "\033\\" LEAVE "\033[0m\033[?25h\033[?1l\033>\033[?1049l\r\n"
#define FRAME_BEGIN "\033[?2026h"
#define FRAME_END "\033[?2026l"

struct terminal {
    struct terminal_options options;
    int fd; /* of our own: non-blocking, shared with nobody */
    struct termios before, raw;
    struct frame *frame;
    struct decode decode;
    bool is_xterm_like, mouse, suspended, lost;
    struct str out; /* bytes on their way; the first `written` have gone */
    size_t written;
    int width, height;
    uv_poll_t poll;
    uv_timer_t escape; /* ends the wait for the rest of a sequence */
    uv_signal_t resized, continued, stopped;
    int open_handles;
    bool closed;
};

/* ---- what the terminal can ---- */

bool terminal_is_usable(const char **why)
{
    const char *type = getenv("TERM");

    *why = NULL;
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1)
        *why = "standard input and output must be a terminal";
    else if (type == NULL || type[0] == '\0')
        *why = "TERM is not set";
    else if (str_equal(type, "dumb") || str_equal(type, "unknown"))
        *why = "TERM says that the terminal cannot place its cursor";
    else if (!frame_is_able(type))
        *why = "TERM names a kind of terminal that is not known here";
    return *why == NULL;
}

static bool says_utf8(const char *locale)
{
    return locale != NULL && (strstr(locale, "UTF-8") != NULL || strstr(locale, "utf8") != NULL);
}

bool terminal_is_utf8(void)
{
    const char *all = getenv("LC_ALL"), *type = getenv("LC_CTYPE"), *lang = getenv("LANG");
    const char *named = all != NULL && all[0] != '\0'     ? all
                        : type != NULL && type[0] != '\0' ? type
                                                          : lang;

    /* a locale that this machine does not have, as over ssh from one that has it */
    if (setlocale(LC_CTYPE, "") == NULL && says_utf8(named))
        (void)setlocale(LC_CTYPE, "C.UTF-8");
    return str_equal(nl_langinfo(CODESET), "UTF-8");
}

bool terminal_is_console(void)
{
    const char *type = getenv("TERM");

    return type != NULL && str_starts(type, "linux");
}

enum depth terminal_depth(enum colour_choice choice, int colours)
{
    const char *no_color = getenv("NO_COLOR"), *true_colour = getenv("COLORTERM");
    enum depth most = colours >= 256  ? DEPTH_TRUE
                      : colours >= 16 ? DEPTH_16
                      : colours >= 8  ? DEPTH_8
                                      : DEPTH_NONE;
    enum depth wanted = most;

    if (choice == COLOUR_AUTO && no_color != NULL && no_color[0] != '\0')
        return DEPTH_NONE;
    if (choice == COLOUR_NEVER)
        return DEPTH_NONE;
    if (choice >= COLOUR_8)
        wanted = DEPTH_8 + (enum depth)(choice - COLOUR_8);
    else if (most == DEPTH_TRUE && !str_equal(true_colour, "truecolor") &&
             !str_equal(true_colour, "24bit"))
        wanted = DEPTH_256;
    return wanted < most ? wanted : most;
}

/* ---- writing ---- */

static void lose(struct terminal *terminal)
{
    if (terminal->lost)
        return;
    terminal->lost = true;
    str_clear(&terminal->out);
    terminal->written = 0;
    if (!uv_is_closing((uv_handle_t *)&terminal->poll))
        (void)uv_poll_stop(&terminal->poll);
    terminal->options.on_lost(terminal->options.data);
}

static bool is_pending(const struct terminal *terminal)
{
    return terminal->written < terminal->out.len;
}

/* Writes what the terminal takes now. False: it is gone. */
static bool write_some(struct terminal *terminal)
{
    while (is_pending(terminal)) {
        ssize_t wrote = write(terminal->fd, terminal->out.data + terminal->written,
            terminal->out.len - terminal->written);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return errno == EAGAIN;
        terminal->written += (size_t)wrote;
    }
    str_clear(&terminal->out);
    terminal->written = 0;
    return true;
}

static void on_poll(uv_poll_t *poll, int status, int events);

static void watch(struct terminal *terminal)
{
    int events = UV_READABLE | (is_pending(terminal) ? UV_WRITABLE : 0);

    if (!terminal->lost && !terminal->suspended)
        (void)uv_poll_start(&terminal->poll, events, on_poll);
}

/* From inside calls: what is wrong with the terminal is noticed by the poll. */
static void send_out(struct terminal *terminal)
{
    if (terminal->lost || terminal->suspended)
        return;
    (void)write_some(terminal);
    watch(terminal);
}

/* For a moment: the last bytes before somebody else has the terminal. */
static void write_all(struct terminal *terminal)
{
    int64_t ends = clock_us() + LAST_WORDS_MS * INT64_C(1000);

    while (!terminal->lost && write_some(terminal) && is_pending(terminal)) {
        struct pollfd ready = { .fd = terminal->fd, .events = POLLOUT };
        int64_t left = ends - clock_us();

        if (left <= 0 || poll(&ready, 1, (int)(left / 1000) + 1) <= 0)
            break;
    }
    str_clear(&terminal->out);
    terminal->written = 0;
}

/* ---- reading ---- */

/* What was typed behind a key that gave the terminal to another program was meant for that one: it
 * must not decide anything here. */
static void on_input(void *data, const struct input *input)
{
    struct terminal *terminal = data;

    if (!terminal->suspended && !terminal->closed)
        terminal->options.on_input(terminal->options.data, input);
}

static void on_escape_wait(uv_timer_t *timer)
{
    struct terminal *terminal = timer->data;

    decode_flush(&terminal->decode);
}

/* At most a few blocks a turn: a flood of input does not hold up the loop. */
static void read_some(struct terminal *terminal)
{
    char block[4096];
    ssize_t got = read(terminal->fd, block, sizeof block);

    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
        lose(terminal);
        return;
    }
    if (got < 0)
        return;
    (void)uv_timer_stop(&terminal->escape);
    decode_feed(&terminal->decode, block, (size_t)got);
    if (decode_pending(&terminal->decode) && !terminal->closed)
        (void)uv_timer_start(&terminal->escape, on_escape_wait, ESC_WAIT_MS, 0);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct terminal *terminal = poll->data;
    bool was_pending = is_pending(terminal);

    if (status < 0) {
        lose(terminal);
        return;
    }
    if ((events & UV_WRITABLE) != 0 && !write_some(terminal)) {
        lose(terminal);
        return;
    }
    if ((events & UV_READABLE) != 0)
        read_some(terminal);
    if (terminal->closed || terminal->lost)
        return;
    watch(terminal);
    if (was_pending && !is_pending(terminal))
        terminal->options.on_ready(terminal->options.data);
}

/* ---- size, suspension ---- */

static int between(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void take_size(struct terminal *terminal)
{
    struct winsize size = { 0 };
    bool known = ioctl(terminal->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;

    terminal->width = known ? between(size.ws_col, 1, MAX_WIDTH) : 80;
    terminal->height = known ? between(size.ws_row, 1, MAX_HEIGHT) : 24;
    frame_resize(terminal->frame, terminal->width, terminal->height);
}

static void on_resized(uv_signal_t *handle, int number)
{
    struct terminal *terminal = handle->data;

    (void)number;
    if (terminal->suspended)
        return;
    take_size(terminal);
    terminal->options.on_resize(terminal->options.data);
}

static void enter(struct terminal *terminal)
{
    (void)tcsetattr(terminal->fd, TCSANOW, &terminal->raw);
    crash_arm(terminal->fd, &terminal->before, CRASH_LEAVE);
    str_add(&terminal->out, frame_capability(terminal->frame, "smkx"));
    if (terminal->is_xterm_like)
        str_add(&terminal->out, ENTER);
    if (terminal->is_xterm_like && terminal->mouse)
        str_add(&terminal->out, MOUSE_ON);
    take_size(terminal);
}

static void leave(struct terminal *terminal)
{
    if (terminal->is_xterm_like)
        str_add(&terminal->out, LEAVE);
    str_add(&terminal->out, frame_capability(terminal->frame, "rmkx"));
    frame_leave(terminal->frame, &terminal->out);
    write_all(terminal);
    (void)tcsetattr(terminal->fd, TCSANOW, &terminal->before);
    crash_disarm();
}

void terminal_suspend(struct terminal *terminal)
{
    if (terminal->suspended || terminal->lost)
        return;
    (void)uv_poll_stop(&terminal->poll);
    (void)uv_timer_stop(&terminal->escape);
    leave(terminal);
    terminal->suspended = true;
}

void terminal_resume(struct terminal *terminal)
{
    if (!terminal->suspended || terminal->lost)
        return;
    terminal->suspended = false;
    enter(terminal);
    send_out(terminal);
}

static void on_stopped(uv_signal_t *handle, int number)
{
    struct terminal *terminal = handle->data;

    (void)number;
    if (terminal->suspended)
        return;
    terminal_stop(terminal);
    terminal->options.on_resize(terminal->options.data);
}

/* After a stop by SIGSTOP the shell has left its own settings behind. */
static void on_continued(uv_signal_t *handle, int number)
{
    struct terminal *terminal = handle->data;

    (void)number;
    if (terminal->suspended || terminal->lost)
        return;
    (void)tcsetattr(terminal->fd, TCSANOW, &terminal->raw);
    take_size(terminal);
    terminal->options.on_resize(terminal->options.data);
}

void terminal_stop(struct terminal *terminal)
{
    if (terminal->suspended || terminal->lost)
        return;
    terminal_suspend(terminal);
    (void)uv_signal_stop(&terminal->stopped);
    (void)kill(0, SIGTSTP); /* returns when somebody says SIGCONT */
    (void)uv_signal_start(&terminal->stopped, on_stopped, SIGTSTP);
    terminal_resume(terminal);
}

/* ---- life ---- */

static bool open_tty(struct terminal *terminal, struct err *err)
{
    enum { FLAGS = O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK };
    char name[256];

    terminal->fd = ttyname_r(STDOUT_FILENO, name, sizeof name) == 0 ? open(name, FLAGS) : -1;
    if (terminal->fd < 0)
        terminal->fd = open("/dev/tty", FLAGS);
    if (terminal->fd < 0 || tcgetattr(terminal->fd, &terminal->before) != 0)
        return err_set(err, ERR_IO,
            "the terminal cannot be opened: %s; --display=none does not "
            "need it",
            strerror(errno));
    terminal->raw = terminal->before;
    cfmakeraw(&terminal->raw);
    terminal->raw.c_cc[VMIN] = 1;
    terminal->raw.c_cc[VTIME] = 0;
    return true;
}

static void open_signal(
    struct terminal *terminal, uv_signal_t *handle, uv_signal_cb callback, int number)
{
    (void)uv_signal_init(terminal->options.loop, handle);
    handle->data = terminal;
    (void)uv_signal_start(handle, callback, number);
    uv_unref((uv_handle_t *)handle);
    terminal->open_handles++;
}

static bool open_handles(struct terminal *terminal, struct err *err)
{
    uv_loop_t *loop = terminal->options.loop;
    int status = uv_poll_init(loop, &terminal->poll, terminal->fd);

    if (status < 0)
        return err_set(err, ERR_IO, "the terminal cannot be watched: %s", uv_strerror(status));
    terminal->poll.data = terminal->escape.data = terminal;
    (void)uv_timer_init(loop, &terminal->escape);
    terminal->open_handles = 2;
    open_signal(terminal, &terminal->resized, on_resized, SIGWINCH);
    open_signal(terminal, &terminal->continued, on_continued, SIGCONT);
    open_signal(terminal, &terminal->stopped, on_stopped, SIGTSTP);
    return true;
}

static void free_terminal(struct terminal *terminal)
{
    frame_close(terminal->frame);
    decode_free(&terminal->decode);
    str_free(&terminal->out);
    if (terminal->fd >= 0)
        (void)close(terminal->fd);
    free(terminal);
}

struct terminal *terminal_open(const struct terminal_options *options, struct err *err)
{
    struct terminal *terminal = mem_zalloc(1, sizeof *terminal);
    const char *type = getenv("TERM");

    terminal->options = *options;
    terminal->mouse = options->mouse;
    terminal->fd = -1;
    decode_init(&terminal->decode, on_input, terminal);
    /* signals first: what is handled already, ncurses leaves alone */
    if (!open_tty(terminal, err) || !open_handles(terminal, err))
        goto failed;
    terminal->frame = frame_open(type != NULL ? type : "", err);
    if (terminal->frame == NULL) {
        terminal_close(terminal);
        return NULL;
    }
    terminal->is_xterm_like = frame_is_xterm_like(terminal->frame);
    frame_teach(terminal->frame, &terminal->decode);
    enter(terminal);
    send_out(terminal); /* now: a frame waits until all before it was taken */
    return terminal;
failed:
    free_terminal(terminal);
    return NULL;
}

static void on_closed(uv_handle_t *handle)
{
    struct terminal *terminal = handle->data;

    if (--terminal->open_handles == 0)
        free_terminal(terminal);
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL || terminal->closed)
        return;
    terminal->closed = true;
    if (terminal->lost)
        crash_disarm();
    else if (!terminal->suspended && terminal->frame != NULL)
        leave(terminal);
    uv_close((uv_handle_t *)&terminal->poll, on_closed);
    uv_close((uv_handle_t *)&terminal->escape, on_closed);
    uv_close((uv_handle_t *)&terminal->resized, on_closed);
    uv_close((uv_handle_t *)&terminal->continued, on_closed);
    uv_close((uv_handle_t *)&terminal->stopped, on_closed);
}

/* ---- use ---- */

int terminal_colours(const struct terminal *terminal)
{
    return frame_colours(terminal->frame);
}

void terminal_size(const struct terminal *terminal, int *width, int *height)
{
    *width = terminal->width;
    *height = terminal->height;
}

void terminal_set_theme(struct terminal *terminal, const struct theme *theme, enum depth depth)
{
    frame_set_theme(terminal->frame, theme, depth);
}

void terminal_set_mouse(struct terminal *terminal, bool on)
{
    if (terminal->mouse == on)
        return;
    terminal->mouse = on;
    if (terminal->is_xterm_like && !terminal->suspended)
        str_add(&terminal->out, on ? MOUSE_ON : MOUSE_OFF);
    send_out(terminal);
}

bool terminal_is_ready(const struct terminal *terminal)
{
    return !terminal->lost && !terminal->suspended && !terminal->closed && !is_pending(terminal);
}

size_t terminal_draw(struct terminal *terminal, const struct canvas *canvas)
{
    struct str bytes = STR_INIT;
    size_t len;

    if (!terminal_is_ready(terminal))
        return 0;
    frame_draw(terminal->frame, canvas, &bytes);
    len = bytes.len;
    if (len > 0 && terminal->is_xterm_like)
        str_add(&terminal->out, FRAME_BEGIN);
    str_add_n(&terminal->out, str_text(&bytes), bytes.len);
    if (len > 0 && terminal->is_xterm_like)
        str_add(&terminal->out, FRAME_END);
    str_free(&bytes);
    send_out(terminal);
    return len;
}

void terminal_redraw(struct terminal *terminal)
{
    frame_forget(terminal->frame);
}

void terminal_bell(struct terminal *terminal)
{
    if (!terminal_is_ready(terminal))
        return;
    str_add(&terminal->out, "\a");
    send_out(terminal);
}

bool terminal_copy(struct terminal *terminal, const char *bytes, size_t len)
{
    if (!terminal->is_xterm_like || terminal->suspended || terminal->lost ||
        len > TERMINAL_CLIPBOARD)
        return false;
    str_add(&terminal->out, "\033]52;c;");
    base64_add(bytes, len, &terminal->out);
    str_add(&terminal->out, "\a");
    send_out(terminal);
    return true;
}
