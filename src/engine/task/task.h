#ifndef TASK_H
#define TASK_H

/*
 * A task: what the user brings. Read from a task file (JSON with comments), checked whole before
 * anything is spent: every error is ERR_INPUT with file, line and key (or record number and field),
 * the nearest known name, and how to mend it. Immutable after task_load; any thread may read it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hash.h"
#include "json.h"
#include "metric_plan.h"
#include "text.h"
#include "workflow.h"

enum split { SPLIT_TRAIN, SPLIT_VALIDATION, SPLIT_TEST, SPLIT_COUNT };

struct example {
    char *id; /* the record's own id, or "FILE:RECORD" where it has none or another example has it;
                 unique */
    struct text **inputs; /* one a task input, in the order of task.inputs; no NUL inside */
    struct text *target;  /* never empty */
    struct hash hash;     /* of inputs and target: the same example */
};

struct split_view {
    size_t *items; /* indices into task.examples, in file order (the seed of data.split picks the
                      members) */
    size_t count;
};

/* A model role. `settings` is all of the model's object in the task file, checked by the llm
 * layer's api. */
struct task_model {
    char *name;     /* "executor", "meta", "judge", or any */
    char *settings; /* the object as compact JSON, defaults not filled in: what the llm layer opens
                       a model from */
    char *where;    /* "FILE:LINE:COLUMN: models.NAME", or "--set …", for messages */
    struct task_place *places; /* of its members, "price.in" included */
    size_t place_count;
};

/* Where a setting stands, for messages. */
struct task_place {
    char *key;   /* within the model's object */
    char *where; /* "FILE:LINE:COLUMN: models.NAME.KEY", or "--set …" */
};

struct task_tool {
    char *name;
    char *type;
    char *settings; /* the object as compact JSON, paths made absolute */
    unsigned line;
};

enum inner_mode { INNER_MODULAR, INNER_JOINT, INNER_NONE };
enum gradient_mode { GRADIENT_BACKPROP, GRADIENT_BROADCAST };

/* The optimiser's numbers, the paper's recipe by default (paper.md, "Training recipe"). */
struct optimizer_options {
    char *schedule;       /* "paper" */
    unsigned epochs;      /* 1 */
    unsigned batch;       /* 5 examples */
    unsigned rounds;      /* 2 a batch */
    unsigned inner_steps; /* 5 a round, after its outer step */
    enum inner_mode inner;
    enum gradient_mode gradient;
    bool outer;
};

struct limits {
    uint64_t calls, tokens; /* 0: none */
    double usd;             /* 0: none */
    double wall_s;          /* 0: none */
    unsigned concurrency;   /* calls in flight, default 64 */
};

struct data_spec; /* private: which records of which files, data.h */

struct task {
    char *path;        /* as given; "snapshot" for one from a canonical text */
    char *description; /* "task" */
    char **inputs;
    size_t input_count;
    struct example *examples;
    size_t example_count;
    struct split_view splits[SPLIT_COUNT];
    size_t duplicates_dropped; /* repetitions within a split */
    const struct metric *metric;
    struct metric_plan *metric_plan; /* `metric` with its settings */
    struct task_model *models;
    size_t model_count;
    struct task_tool *tools;
    size_t tool_count;
    struct optimizer_options optimizer;
    struct limits limits;
    uint64_t seed;    /* "seed", of the run: order of training examples and the builtin's advice;
                         --seed, default 0 */
    bool unsafe_exec; /* programs of models run without a sandbox. Never from a task file: set by a
                         command for --unsafe-exec, and kept in the run's snapshot */
    struct data_spec *data;
    struct hash data_hash; /* of all examples in all splits, with their ids and their order */
    char *canonical;       /* the whole checked task as compact JSON (paths, limits, concurrency
                              included), for the snapshot */
};

/* `overrides`: "key.path=value" strings of --set (value JSON, or a plain string), count of them. */
struct task *task_load(
    const char *path, const char *const *overrides, size_t count, struct err *err);
/* As if the file at `path` had these bytes: checked and loaded before it is written. */
struct task *task_from_text(const char *path, const char *bytes, size_t len, struct err *err);
/* The same without reading the data: no examples, data_hash zero. For exec, whose input comes from
 * elsewhere. */
struct task *task_load_settings(
    const char *path, const char *const *overrides, size_t count, struct err *err);
/* From a snapshot's canonical text, with `overrides` put over it: data files are read again and
 * must give the same data_hash (the caller compares). */
struct task *task_from_canonical(
    const char *canonical, const char *const *overrides, size_t count, struct err *err);
/* The same without its examples: models, tools, inputs and where the data is (task_passages), for
 * applying workflows. */
struct task *task_settings_from_canonical(const char *canonical, struct err *err);
void task_free(struct task *task); /* NULL is nothing */

int task_find_model(const struct task *task, const char *name); /* -1: none */
/* The place of a member of the model's object ("base_url", "price.in"); NULL: it is not there. */
const char *task_model_where(const struct task_model *model, const char *key);
int task_find_tool(const struct task *task, const char *name);
/* What a workflow of this task may name; of tools what the task file says (what its servers bring
 * is known to the toolbox alone: `more_tools`). Lives as long as the task and until
 * task_scope_free. */
struct workflow_scope task_scope(const struct task *task);
void task_scope_free(struct workflow_scope *scope);

const char *split_name(enum split split); /* "train", "validation", "test" */

/* The passages of a data set whose questions bring their own paragraphs (hotpotqa), each distinct
 * title and text once, in file order, all splits: for `"corpus": "data"`. The caller frees with
 * task_passages_free. */
struct task_passage {
    char *title, *text;
};
bool task_passages(
    const struct task *task, struct task_passage **passages, size_t *count, struct err *err);
void task_passages_free(struct task_passage *passages, size_t count);

#endif
