#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/*
 * What a run was started with, kept in its store: task, data hashes, templates, start workflow,
 * seed, algorithm version. Resume uses this and nothing of today's files but the data, which must
 * hash to the same value.
 */
#include <stdint.h>

#include "err.h"
#include "review.h"
#include "task.h"
#include "templates.h"
#include "workflow.h"

enum { ALGORITHM_VERSION = 3 };

struct snapshot {
    struct task *task; /* read again from its data files */
    struct templates *templates;
    const struct workflow *start; /* a reference; NULL until a caller gives it in snapshot_write */
    char *start_json;
    uint64_t seed;
    enum review_mode review;
    int64_t created_ms;
    char *reuse;      /* id of the run whose replies are taken, in the same store; NULL: none */
    char *tools_hash; /* of the search corpora and tool settings, 32 hex digits */
};

/* As JSON; the caller's. */
char *snapshot_write(const struct snapshot *snapshot);

/* Reads it back and loads the data. `overrides` are "key.path=value" strings for this sitting
 * (sitting_settings.h). ERR_INPUT: one that a sitting may not set; written by another algorithm
 * version, data changed (which file) or gone. The caller frees with snapshot_free in every case. */
bool snapshot_read(struct snapshot *snapshot, const char *json, const char *const *overrides,
    size_t count, struct err *err);
/* The stored start workflow; a reference, the caller's. NULL on error. */
const struct workflow *snapshot_start(
    const struct snapshot *snapshot, const struct workflow_scope *scope, struct err *err);
void snapshot_free(struct snapshot *snapshot);

#endif
