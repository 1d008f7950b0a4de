#include "http.h"

#include <sys/resource.h>

/* Besides one a connection: the store, the loop, tools, look-ups of names. */
enum { OTHER_DESCRIPTORS = 96 };

bool http_allow_connections(unsigned connections, struct err *err)
{
    rlim_t wanted = (rlim_t)connections + OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= wanted)
        return true;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted)
        return err_set(err, ERR_INPUT,
            "%u calls at once need %llu open files, and the system allows this process %llu; set "
            "limits.concurrency to %llu or less, or raise the hard limit (`ulimit -Hn`)",
            connections, (unsigned long long)wanted, (unsigned long long)limit.rlim_max,
            limit.rlim_max > OTHER_DESCRIPTORS + 1
                ? (unsigned long long)limit.rlim_max - OTHER_DESCRIPTORS
                : 1ULL);
    limit.rlim_cur = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        return err_set(err, ERR_INPUT,
            "%u calls at once need %llu open files, which the system refused; lower "
            "limits.concurrency",
            connections, (unsigned long long)wanted);
    return true;
}
