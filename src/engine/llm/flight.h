#ifndef FLIGHT_H
#define FLIGHT_H

/*
 * Private to the folder: one distinct request under way, whoever waits for it. client.c keeps the
 * tickets (who waits), flight.c the journal before and after, admit.c lets flights go when their
 * lane, the concurrency and the limits allow it, attempt.c makes the attempts and the retries.
 */
#include "budget.h"
#include "client.h"
#include "heap.h"
#include "key_map.h"
#include "lane.h"
#include "model.h"
#include "random.h"
#include "retry.h"

enum flight_stage {
    FLIGHT_LOOKUP,   /* the journal was asked */
    FLIGHT_WAITING,  /* in the admission queue */
    FLIGHT_PROVIDER, /* an attempt is under way */
    FLIGHT_BACKOFF,  /* between two attempts */
    FLIGHT_COMMIT,   /* the journal is writing the reply, or the failure */
};

/* One caller's interest in a flight. */
struct ticket {
    struct post post;
    struct client *client;
    struct llm_call *call;
    struct flight *flight; /* NULL once the outcome is posted */
    struct ticket *next;   /* of the flight */
    bool cancelled;
};

struct flight {
    struct heap_item item; /* first: the queue's items are flights */
    struct client *client;
    struct llm_request *request;
    enum flight_stage stage;
    struct ticket *tickets;
    struct flight *next, *previous; /* all of the client's */
    struct lane *lane;
    struct provider_call attempt;
    unsigned endpoint;          /* of the attempt, or of the last one; LANE_ANY: none yet */
    struct gate_pass pass;      /* of the attempt */
    unsigned attempts, limited; /* made; of these, turned away as too much */
    unsigned refused;           /* of these, by endpoints that would refuse any call */
    unsigned learned;           /* not among them: told how the model wants to be asked */
    int64_t began_us;           /* the first attempt */
    bool reserved;              /* `worst` stands in the budget */
    struct cost worst;
    uint64_t likely_tokens; /* for the rates of the gate */
    uv_timer_t timer;       /* of the back-off; open once has_timer */
    bool has_timer;
    struct llm_reply *reply; /* the outcome, and which of the two it is */
    struct err error;
    bool paid;   /* by this process */
    bool is_new; /* its reply is the first one of the run to this request */
    int64_t asked_us;
};

struct client {
    struct client_options options;
    struct retry_policy retry;
    struct post_queue posts;
    struct lanes lanes;
    uv_timer_t wake;        /* when a lane that is closed now opens */
    int64_t wake_us;        /* GATE_NEVER: not set */
    struct key_map flights; /* by request key */
    struct key_map seen;    /* keys of the run's distinct calls */
    struct flight *all;
    struct budget budget;
    struct err stopped; /* ERR_NONE: it runs */
    bool is_paused;
    size_t under_way; /* flights in `all` */
    struct random random;
    struct client_counts counts;
    struct llm_model **models;
    size_t model_count;
    struct http *http; /* NULL until a remote model is opened */
};

/* Makes a flight for the request, for tickets to be hung on; then sends it on its way (journal or
 * queue). */
struct flight *flight_open(struct client *client, struct llm_request *request, unsigned priority);
void flight_send(struct flight *flight);
/* Ends it with this error; only in the stages FLIGHT_WAITING and FLIGHT_BACKOFF. */
void flight_end(struct flight *flight, const struct err *error);
/* flight.c, for attempt.c */
void flight_enqueue(struct flight *flight);
void flight_reserve(struct flight *flight);
void flight_settle(struct flight *flight);
void flight_count_reply(struct flight *flight);
/* Journals the outcome, a JSON object, which is taken, then lands; or lands at once. */
void flight_commit(struct flight *flight, enum store_kind kind, struct str *take_body);
void flight_finish(struct flight *flight);

/* attempt.c: hands it to the provider, through the gate of the endpoint; it waits no more. */
void flight_launch(struct flight *flight, unsigned endpoint, int64_t now_us);

/* unknown_usage.c: what failed attempts may have cost counts against the limits, in later sittings
 * too. */
void unknown_usage_add(struct client *client, const struct llm_usage *worst);
void unknown_usage_restore(struct client *client); /* blocks: before the loop runs */

/* admit.c */
void client_admit_open(struct client *client);
/* Starts what may start: after an arrival, a settlement, a release. */
void client_admit(struct client *client);
/* call_news.c: adds to a reply or a failure for the journal what tables show of the call: when it
 * came, whose it was. */
void flight_annotate(const struct flight *flight, struct str *body);
/* call_news.c: tells options.on_landed of a flight that is about to land. */
void flight_tell(const struct flight *flight);
/* client.c: hands the flight's outcome to its tickets. */
void client_land(struct flight *flight);
/* client.c: completes those who were cancelled while something was under way for the flight; false
 * where nobody is left who waits for it. */
bool client_is_wanted(struct flight *flight);

#endif
