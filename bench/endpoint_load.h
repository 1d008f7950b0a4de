#ifndef ENDPOINT_LOAD_H
#define ENDPOINT_LOAD_H

/*
 * What bench/endpoint's C clients share: what is asked, and how what it took is told. A client is
 * run as
 *
 *     CLIENT PORT CALLS CONCURRENCY FOLDER      of the loopback server; FOLDER is for what it
 * writes
 *
 * and prints one line of JSON: calls answered, bytes of their texts, seconds of wall and of CPU
 * (user and system, all threads, from the first call's start to the last one's end), MiB at the
 * peak.
 */
#include <stddef.h>
#include <stdint.h>

#include "str.h"

enum { LOAD_PROMPT_BYTES = 1500 };

struct load {
    unsigned port, calls, concurrency;
    const char *folder, *variant; /* variant: "" where there is none */
    unsigned answered;
    uint64_t bytes;
    int64_t begun_us;
    double begun_cpu;
};

void load_read(struct load *load, int argc, char **argv); /* exits 2 on wrong arguments */
/* The prompt of call i: no two are alike. Replaces `out`. */
void load_prompt(unsigned i, struct str *out);
void load_begin(struct load *load); /* the clocks */
/* The line, without its end: a client may add members of its own, and closes the brace. */
void load_print(const struct load *load);
_Noreturn void load_die(const char *what);

#endif
