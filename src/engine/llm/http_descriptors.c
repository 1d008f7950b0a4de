#include "http.h"

#include <sys/resource.h>

/* Besides one a connection: the store, the loop, tools, look-ups of names. */
enum { OTHER_DESCRIPTORS = 96 };

static bool refuse(rlim_t connections, rlim_t most, struct err *err)
{
    unsigned long long wanted = connections + OTHER_DESCRIPTORS;

    if (most <= OTHER_DESCRIPTORS)
        return err_set(err, ERR_INPUT,
            "the system allows this process %llu open files, and a single call needs %d; raise the "
            "hard limit to %llu (`ulimit -Hn`): a lower limits.concurrency does not help",
            (unsigned long long)most, OTHER_DESCRIPTORS + 1, wanted);
    return err_set(err, ERR_INPUT,
        "%llu calls at once need %llu open files, and the system allows this process %llu; set "
        "limits.concurrency to %llu or less, or raise the hard limit (`ulimit -Hn`)",
        (unsigned long long)connections, wanted, (unsigned long long)most,
        (unsigned long long)(most - OTHER_DESCRIPTORS));
}

bool http_allow_connections(unsigned connections, struct err *err)
{
    rlim_t wanted = (rlim_t)connections + OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= wanted)
        return true;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted)
        return refuse(connections, limit.rlim_max, err);
    limit.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return err_set(err, ERR_INPUT,
            "%u calls at once need %llu open files, which the system refused; lower "
            "limits.concurrency",
            connections, (unsigned long long)wanted);
    return true;
}
