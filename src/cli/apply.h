#ifndef APPLY_H
#define APPLY_H

/* Passes of a finished workflow without a run: for eval and exec. Turns its own loop. Ctrl-C and
 * SIGTERM end a pass at once, requests in flight included: without a journal nothing of them could
 * be kept; between passes they end the process, and once more while it ends nothing else. */
#include "engine.h"

struct apply {
    uv_loop_t loop;
    struct engine engine;
    struct pass pass;
    uv_signal_t interrupt, terminate;
    bool under_way, is_interrupted;
};

/* `task` is borrowed until apply_close, which is called in every case. */
bool apply_open(struct apply *apply, const struct task *task, struct err *err);

/* One pass over `count` examples; blocks until it is done. The rollout is the caller's; NULL on
 * error. */
struct rollout *apply_pass(struct apply *apply, const struct workflow *workflow,
    const size_t *examples, size_t count, bool keep_texts, struct err *err);
void apply_close(struct apply *apply);

#endif
