#ifndef FLIGHT_H
#define FLIGHT_H

/*
 * One run of a tool on its way: looked up in the journal, or run and then journalled, then handed
 * to all calls that wait for it. Private to engine/tools.
 */
#include "post.h"
#include "store.h"
#include "tool_type.h"
#include "tools.h"

struct flight;

/* Which tool. */
struct flight_of {
    const struct tool_type *type;
    void *tool;
    const struct tool_offer *offer;
};

/* A waiting call. */
struct ticket {
    struct post post; /* for a completion that must not fire at once */
    struct tool_call *call;
    struct flight *flight; /* NULL: posted */
    struct ticket *next;
    bool is_cancelled; /* and still waits for the end of the run */
    struct err error;  /* of a posted completion, or of a cancelled one */
};

struct flight {
    struct flight *next;  /* the toolbox's list */
    struct flight **list; /* NULL: no longer in it, nobody may join */
    struct store *store;  /* NULL: no journal */
    struct flight_of of;
    struct hash key;
    struct text *input;
    struct tool_run run;
    bool is_running, is_cancelled;
    struct ticket *first, *last; /* who waits, in the order of arrival */
    struct text *result;
    struct err error; /* where there is no result */
};

/* Starts one and puts it into the list; the first call must be joined before the loop turns. */
struct flight *flight_start(struct flight **list, struct store *store, const struct flight_of *of,
    struct hash key, struct text *input);
void flight_join(struct flight *flight, struct ticket *ticket);
/* True: the ticket is out of it. False: nobody else waits, so it stays, marked as cancelled, until
 * the run has ended (nothing of a call may be under way once it is done); the run is cancelled
 * where its type can do that. */
bool flight_leave(struct flight *flight, struct ticket *ticket);

#endif
