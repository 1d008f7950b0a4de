#ifndef FLOWRUN_H
#define FLOWRUN_H

/* The real binary over a scratch folder with a small task whose models are at given base URLs. */
#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

enum { FLOWRUN_PART = 12 }; /* examples of each split */

struct flowrun {
    char *folder;   /* task.json, *.csv, store/, out, err */
    cJSON **events; /* of the last command that was waited for */
    size_t event_count, event_cap;
};

/* `models`: the task file's "models". `mark`: put behind some questions of validation and test
 * (every fourth), NULL: none. */
void flowrun_open(struct flowrun *run, const char *models, const char *mark);
void flowrun_close(struct flowrun *run);

/* flowbot COMMAND WHAT --json …, until its end; its exit code. "task" stands for the task file. */
int flowrun_do(struct flowrun *run, const char *command, const char *what, const char *option);
/* The same, killed (SIGKILL) after so many milliseconds; true where it had not ended by then. */
bool flowrun_kill(struct flowrun *run, const char *command, const char *what, unsigned after_ms);

/* The last event of the type; NULL: none. */
const cJSON *flowrun_event(const struct flowrun *run, const char *type);
double flowrun_number(const cJSON *object, const char *key); /* NAN where it is none */
/* Of all events of the type: the sum of a member that is a number or an array of numbers. */
double flowrun_sum(const struct flowrun *run, const char *type, const char *key);
/* In how many strings of "details" of warnings the word stands. */
size_t flowrun_told(const struct flowrun *run, const char *word);

#endif
