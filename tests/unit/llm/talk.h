#ifndef TALK_H
#define TALK_H

/* One question to a model at a canned endpoint, start to end, as the client asks it. */
#include "canned.h"
#include "client.h"
#include "model.h"

struct talk {
    uv_loop_t loop;
    struct workers *workers;
    struct client *client;
    struct canned *server;
    const struct llm_model *model;
    struct llm_call call;
    unsigned done;
};

/* `settings`: printf format with one %u for the server's port. */
void talk_open(struct talk *talk, canned_answer *answer, void *data, const char *settings);
void talk_close(struct talk *talk);
/* Asks and runs the loop until it is answered; the outcome stands in talk->call, the talk's. */
void talk_ask(struct talk *talk, const char *question);
void talk_ask_request(struct talk *talk, struct llm_request *take_request);

#endif
