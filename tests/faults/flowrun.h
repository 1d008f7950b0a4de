#ifndef FLOWRUN_H
#define FLOWRUN_H

/* The real binary over a scratch folder with a small task whose models are at given base URLs,
 * such as a rogue server's. */
#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "rogue.h"
#include "str.h"

enum { FLOWRUN_PART = 12 }; /* examples of each split */

struct flowrun {
    char *folder;   /* task.json, *.csv, store/, out, err */
    cJSON **events; /* of the last command that was waited for */
    size_t event_count, event_cap;
};

/* What stands behind the question of example `i` (from 0, over all splits); NULL: nothing. The
 * caller's. */
typedef char *flowrun_mark(unsigned i);

/* Executor and meta model at `urls`, one in quotes or a JSON list, with `more` settings (", …").
 * `mark` NULL: none. */
void flowrun_open(struct flowrun *run, const char *urls, const char *more, flowrun_mark *mark);
void flowrun_open_at(
    struct flowrun *run, const struct rogue *rogue, const char *more, flowrun_mark *mark);
void flowrun_close(struct flowrun *run);

/* flowbot COMMAND WHAT --json …, until its end; its exit code. "task" stands for the task file. */
int flowrun_do(struct flowrun *run, const char *command, const char *what, const char *option);
/* The summary of the last run, which has finished. */
void flowrun_summary(const struct flowrun *run, struct str *out);
/* The same, killed (SIGKILL) after so many milliseconds; true where it had not ended by then. */
bool flowrun_kill(struct flowrun *run, const char *command, const char *what, unsigned after_ms);

/* The last event of the type; NULL: none. */
const cJSON *flowrun_event(const struct flowrun *run, const char *type);
double flowrun_number(const cJSON *object, const char *key); /* NAN where it is none */
/* Of all events of the type: the sum of a member that is a number or an array of numbers. */
double flowrun_sum(const struct flowrun *run, const char *type, const char *key);
/* It went to its end, with scores. */
void flowrun_expect_finished(const struct flowrun *run);
/* Examples without a score, over all passes. */
double flowrun_lost(const struct flowrun *run);
/* In how many strings of "details" of warnings the word stands. */
size_t flowrun_told(const struct flowrun *run, const char *word);
/* For the reader of a test's output. */
void flowrun_show(const struct flowrun *run, struct rogue *rogue);

struct rogue *flowrun_rogue(struct rogue_options options); /* must be had */

#endif
