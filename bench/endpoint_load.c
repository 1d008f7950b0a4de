#include "endpoint_load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"

void load_die(const char *what)
{
    (void)fprintf(stderr, "endpoint bench: %s\n", what);
    exit(1);
}

void load_read(struct load *load, int argc, char **argv)
{
    *load = (struct load){ .variant = argc == 6 ? argv[5] : "" };
    if (argc == 5 || argc == 6) {
        load->port = (unsigned)strtoul(argv[1], NULL, 10);
        load->calls = (unsigned)strtoul(argv[2], NULL, 10);
        load->concurrency = (unsigned)strtoul(argv[3], NULL, 10);
        load->folder = argv[4];
    }
    if (load->port == 0 || load->calls == 0 || load->concurrency == 0) {
        (void)fprintf(stderr, "usage: %s PORT CALLS CONCURRENCY FOLDER [VARIANT]\n", argv[0]);
        exit(2);
    }
}

void load_prompt(unsigned i, struct str *out)
{
    static const char words[] = "the quick brown fox jumps over the lazy dog and ";

    str_clear(out);
    str_addf(out, "Question %u: ", i);
    while (out->len + sizeof words - 1 <= LOAD_PROMPT_BYTES)
        str_add(out, words);
    str_add_n(out, words, LOAD_PROMPT_BYTES - out->len);
}

static double cpu_s(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0)
        load_die("no resource usage");
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void load_begin(struct load *load)
{
    load->begun_us = clock_us();
    load->begun_cpu = cpu_s();
}

/* ru_maxrss is no good: it begins with what the parent had at the fork. */
static double peak_mib(void)
{
    FILE *file = fopen("/proc/self/status", "re");
    char line[256];
    double kib = 0;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmHWM:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (kib <= 0 || fclose(file) != 0)
        load_die("/proc/self/status tells no peak of memory");
    return kib / 1024;
}

void load_print(const struct load *load)
{
    double wall = (double)(clock_us() - load->begun_us) / 1e6;
    double cpu = cpu_s() - load->begun_cpu;

    printf("{\"calls\":%u,\"bytes\":%llu,\"wall\":%.4f,\"cpu\":%.4f,\"mib\":%.1f", load->answered,
        (unsigned long long)load->bytes, wall, cpu, peak_mib());
}
