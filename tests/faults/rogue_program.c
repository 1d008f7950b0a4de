/*
 * The misbehaving server as a program: prints its port, serves until its standard input ends, then
 * prints what it counted. For trying things out by hand, and for benches that want the server's CPU
 * apart from the client's.
 *
 *     rogue [--NAME VALUE] …     NAME: seed share kinds in-row storm-from storm-count retry-after
 *                                      latency spread pieces tokens same-reply key
 *     kinds: "all" or names with commas ("429,cut-utf8")
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "rogue.h"

static bool read_kinds(const char *list, uint64_t *kinds)
{
    if (strcmp(list, "all") == 0) {
        *kinds = ROGUE_ALL;
        return true;
    }
    for (size_t len; *list != '\0'; list += len + (list[len] == ',')) {
        enum rogue_fault fault;

        len = strcspn(list, ",");
        fault = rogue_from_name(list, len);
        if (fault == ROGUE_KINDS)
            return false;
        *kinds |= UINT64_C(1) << fault;
    }
    return true;
}

static bool read_option(struct rogue_options *o, const char *name, const char *value)
{
    const struct {
        const char *name;
        unsigned *to;
    } counts[] = { { "in-row", &o->in_row }, { "retry-after", &o->retry_after_s },
        { "latency", &o->latency_ms }, { "spread", &o->spread_ms }, { "pieces", &o->pieces },
        { "tokens", &o->tokens } };

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (strcmp(name, counts[i].name) == 0) {
            *counts[i].to = (unsigned)strtoul(value, NULL, 10);
            return true;
        }
    }
    if (strcmp(name, "seed") == 0)
        o->seed = strtoull(value, NULL, 10);
    else if (strcmp(name, "storm-from") == 0)
        o->storm_from = strtoull(value, NULL, 10);
    else if (strcmp(name, "storm-count") == 0)
        o->storm_count = strtoull(value, NULL, 10);
    else if (strcmp(name, "share") == 0)
        o->share = strtod(value, NULL);
    else if (strcmp(name, "same-reply") == 0)
        o->same_reply = strcmp(value, "0") != 0;
    else if (strcmp(name, "key") == 0)
        o->key = value;
    else
        return strcmp(name, "kinds") == 0 && read_kinds(value, &o->kinds);
    return true;
}

static void print_counts(struct rogue *rogue)
{
    struct rogue_counts counts = rogue_counts(rogue);

    printf("requests %llu  answered %llu  bodies %llu  connections %llu  most in flight %u\n",
        (unsigned long long)counts.requests, (unsigned long long)counts.answered,
        (unsigned long long)counts.bodies, (unsigned long long)counts.connections,
        counts.most_in_flight);
    for (unsigned kind = 1; kind < ROGUE_KINDS; kind++)
        if (counts.faults[kind] > 0)
            printf("%s %llu\n", rogue_name((enum rogue_fault)kind),
                (unsigned long long)counts.faults[kind]);
}

static void raise_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

int main(int argc, char **argv)
{
    struct rogue_options options = { 0 };
    struct rogue *rogue;
    char buffer[256];

    for (int i = 1; i < argc; i += 2) {
        if (strncmp(argv[i], "--", 2) != 0 || i + 1 == argc ||
            !read_option(&options, argv[i] + 2, argv[i + 1])) {
            (void)fprintf(stderr, "rogue: %s: not an option with a value\n", argv[i]);
            return 2;
        }
    }
    raise_descriptors();
    (void)signal(SIGPIPE, SIG_IGN);
    rogue = rogue_open(&options);
    if (rogue == NULL) {
        perror("rogue");
        return 1;
    }
    printf("%u\n", rogue_port(rogue));
    (void)fflush(stdout);
    while (read(STDIN_FILENO, buffer, sizeof buffer) > 0)
        ;
    print_counts(rogue);
    rogue_close(rogue);
    return 0;
}
