#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "mem.h"
#include "nearest.h"
#include "run.h"
#include "str.h"
#include "terminal.h"
#include "utf8.h"
#include "wrap.h"

#ifndef FLOWBOT_VERSION
#error "FLOWBOT_VERSION comes from the build"
#endif

static const struct command *const commands[] = {
    &command_init,
    &command_run,
    &command_resume,
    &command_attach,
    &command_watch,
    &command_replay,
    &command_runs,
    &command_review,
    &command_eval,
    &command_exec,
    &command_score,
    &command_doctor,
    &command_models,
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_overview(FILE *to)
{
    (void)fprintf(to,
        "flowbot: induces LLM workflows from examples\n\nusage: flowbot COMMAND [OPTIONS] …\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(to, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    (void)fprintf(
        to, "\nflowbot COMMAND --help explains a command; flowbot --version tells the version.\n");
}

static void print_help(const struct command *command)
{
    printf("flowbot %s: %s\n\nusage: flowbot %s %s\n", command->name, command->summary,
        command->name, command->usage);
    if (command->option_count > 0)
        printf("\n");
    for (size_t i = 0; i < command->option_count; i++) {
        const struct option_spec *option = &command->options[i];
        char head[64];

        (void)snprintf(head, sizeof head, "--%s%s%s", option->name,
            option->value != NULL ? " " : "", option->value != NULL ? option->value : "");
        printf("  %-20s ", head);
        wrap_print(stdout, option->help, 23, 23);
    }
    if (command->help != NULL) {
        printf("\n");
        wrap_paragraphs(stdout, command->help);
    }
}

/* The command's place in the list; COMMAND_COUNT where there is none. */
static size_t find(const char *name)
{
    size_t i = 0;

    while (i < COMMAND_COUNT && !str_equal(commands[i]->name, name))
        i++;
    return i;
}

static int unknown_command(const char *name)
{
    const char *names[COMMAND_COUNT];
    const char *near;

    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = commands[i]->name;
    near = nearest_name(name, names, COMMAND_COUNT);
    if (near != NULL)
        (void)fprintf(stderr, "flowbot: %s: unknown command; did you mean %s?\n", name, near);
    else
        (void)fprintf(stderr, "flowbot: %s: unknown command; flowbot --help lists them\n", name);
    return 2;
}

int command_fail(const struct err *err)
{
    return run_exit_code(err);
}

/* Messages quote files and models: nothing of theirs may act on the terminal. */
void command_print_error(const struct err *err)
{
    struct str line = STR_INIT;

    utf8_add_line(err->message, strlen(err->message), sizeof err->message, &line);
    (void)fprintf(stderr, "flowbot: %s\n", str_text(&line));
    str_free(&line);
}

/* The word of a usage at this place: what stands for the positional word that is missing. */
static const char *word_at(const char *usage, size_t at, size_t *len)
{
    for (; at > 0; at--) {
        usage += strcspn(usage, " ");
        usage += strspn(usage, " ");
    }
    *len = strcspn(usage, " ");
    return usage;
}

static bool check_words(
    const struct command *command, const struct options *options, struct err *err)
{
    size_t len;
    const char *missing = word_at(command->usage, options->word_count, &len);

    if (options->word_count < command->min_words)
        return err_set(err, ERR_INPUT, "%s: %.*s is missing; usage: flowbot %s %s", command->name,
            (int)len, missing, command->name, command->usage);
    if (options->word_count > command->max_words)
        return err_set(err, ERR_INPUT, "%s: \"%s\" is one word too many; usage: flowbot %s %s",
            command->name, options->words[command->max_words], command->name, command->usage);
    return true;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 0; i < argc && !str_equal(argv[i], "--"); i++)
        if (str_equal(argv[i], "--help") || str_equal(argv[i], "-h"))
            return true;
    return false;
}

static int run_command(const struct command *command, int argc, char **argv)
{
    struct err err = { .code = ERR_NONE };
    struct options options = { 0 };
    int code;

    if (wants_help(argc, argv)) {
        print_help(command);
        return 0;
    }
    if (options_parse(&options, command->options, command->option_count, argc, argv, &err) &&
        check_words(command, &options, &err))
        code = command->run(&options, &err);
    else
        code = command_fail(&err);
    if (err.code != ERR_NONE)
        command_print_error(&err);
    options_free(&options);
    return code;
}

/* `flowbot help run` is `flowbot run --help`. */
static int help(const char *name)
{
    size_t found = name != NULL ? find(name) : COMMAND_COUNT;

    if (name != NULL && found == COMMAND_COUNT)
        return unknown_command(name);
    if (name != NULL)
        print_help(commands[found]);
    else
        print_overview(stdout);
    return 0;
}

static int dispatch(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    size_t found;

    if (name == NULL) {
        print_overview(stderr);
        return 2;
    }
    if (str_equal(name, "--help") || str_equal(name, "-h") || str_equal(name, "help"))
        return help(argc > 2 ? argv[2] : NULL);
    if (str_equal(name, "--version")) {
        printf("flowbot %s\n", FLOWBOT_VERSION);
        return 0;
    }
    found = find(name);
    return found < COMMAND_COUNT ? run_command(commands[found], argc - 2, argv + 2)
                                 : unknown_command(name);
}

/* What was said on standard output must have got there, or the exit code tells. */
static int check_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return code;
    (void)fprintf(stderr,
        "flowbot: standard output could not be written%s%s; what was there of it is cut short, "
        "stored runs are whole\n",
        errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
    return code == 0 ? 1 : code;
}

/* A standard stream that came closed would become the next file that is opened, the run's store for
 * one. It is taken by a stand-in that fails in the same way: reading the one, writing the others.
 */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            abort();
}

int command_main(int argc, char **argv)
{
    cJSON_Hooks hooks = { mem_alloc, free }; /* out of memory ends the program in one place */

    hold_standard_streams();
    cJSON_InitHooks(&hooks);
    /* a closed pipe is an error of writing, not the end of a run that is paid for */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* and so is a file that may not grow */
    (void)terminal_is_utf8();       /* takes the locale of the environment */
    return check_output(dispatch(argc, argv));
}
