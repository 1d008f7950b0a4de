/* Code that must pass its tests: one program a case, in the sandbox. */
#include "scorer_type.h"

#include <stdlib.h>
#include <string.h>

#include "code_program.h"
#include "fenced.h"
#include "mem.h"

struct code {
    struct sandbox *sandbox;
    const struct metric_plan *plan;
    double seconds;
    bool strip_fences;
};

struct code_run {
    struct sandbox_run sandbox;
    struct score_run *run;
    struct str completion, mark;
    struct err wrong; /* why no program could be made: nothing runs then */
};

static void *code_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    struct code *code;
    double seconds = metric_plan_number(plan, "timeout_s", 3);

    if (!(seconds > 0 && seconds <= 600)) {
        err_set(err, ERR_INPUT, "%s: timeout_s: seconds above 0, at most 600", setup->where);
        return NULL;
    }
    if (setup->sandbox == NULL) {
        err_set(err, ERR_INPUT, "%s: there is no sandbox to run programs in", setup->where);
        return NULL;
    }
    code = mem_zalloc(1, sizeof *code);
    *code = (struct code){ setup->sandbox, plan, seconds, metric_plan_flag(plan, "strip_fences") };
    return code;
}

static void on_program_end(struct sandbox_run *sandbox)
{
    struct code_run *code = sandbox->data;
    struct score_run *run = code->run;

    run->error = sandbox->error;
    run->end = METRIC_SCORED;
    if (code->wrong.code != ERR_NONE) {
        run->error = code->wrong;
        run->end = METRIC_BAD_CASE;
    } else if (sandbox->error.code == ERR_NONE)
        run->score = code_verdict(
            sandbox->out->data, str_text(&code->mark), str_text(&code->completion), &run->words);
    text_unref(sandbox->out);
    text_unref(sandbox->err_out);
    text_unref(sandbox->program);
    str_free(&code->completion);
    str_free(&code->mark);
    free(code);
    run->done(run);
}

static void add_completion(const struct code *code, const char *prediction, struct str *out)
{
    struct text *answer = text_from(prediction);
    struct text *program = code->strip_fences ? fenced_code(answer) : text_ref(answer);

    str_add_n(out, program->data, program->len);
    text_unref(program);
    text_unref(answer);
}

/* The program of the case; NULL: the record is none, which a task's check has ruled out. */
static struct text *make_program(
    const struct code *code, struct code_run *to, const struct scoring *scoring, struct err *err)
{
    struct scoring_case one;
    struct json_doc *doc = NULL;
    const struct json *record;
    struct text *program = NULL;

    scoring_case_open(&one, scoring, code->plan);
    record = one.one.target_json;
    if (record == NULL)
        doc = json_parse("target", 1, one.one.target, strlen(one.one.target), JSON_STRICT, err);
    if (doc != NULL)
        record = json_root(doc);
    add_completion(code, one.one.prediction, &to->completion);
    code_mark(str_text(&to->completion), &to->mark);
    if (record != NULL)
        program = code_program(
            record, str_text(&to->completion), str_text(&to->mark), code->seconds, err);
    json_free(doc);
    scoring_case_close(&one);
    return program;
}

/* A program that does nothing stands in for one that could not be made, so that the end comes from
 * the loop. */
static void code_start(void *kind, struct score_run *run)
{
    enum { MEMORY_MB = 1024, PROCESSES = 16, OUTPUT_BYTES = 65536 };
    struct code *code = kind;
    struct code_run *to = mem_zalloc(1, sizeof *to);

    to->run = run;
    run->private_state = to;
    to->sandbox = (struct sandbox_run){
        .program = make_program(code, to, run->scoring, &to->wrong),
        .limits = { .wall_s = code->seconds + 1,
            .cpu_s = (unsigned)code->seconds + 2,
            .memory_mb = MEMORY_MB,
            .processes = PROCESSES,
            .output_bytes = OUTPUT_BYTES },
        .on_done = on_program_end,
        .data = to,
    };
    if (to->sandbox.program == NULL)
        to->sandbox.program = text_from("");
    sandbox_start(code->sandbox, &to->sandbox);
}

static void code_cancel(void *kind, struct score_run *run)
{
    struct code *code = kind;
    struct code_run *to = run->private_state;

    sandbox_cancel(code->sandbox, &to->sandbox);
}

const struct scorer_type scorer_code = {
    .kind = METRIC_CODE,
    .journalled = true,
    .open = code_open,
    .close = free,
    .start = code_start,
    .cancel = code_cancel,
};
