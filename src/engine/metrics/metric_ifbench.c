#include "metrics.h"

#include <stdlib.h>

#include "instruction.h"
#include "mem.h"
#include "metric_case.h"

/* Instruction following (IFBench, IFEval). The target, or the case's line, has
 * "instruction_id_list" and "kwargs", one object an instruction. A score that depends on an
 * instruction which this program cannot check is no score at all. */

enum { INSTRUCTIONS_MAX = 100 };

struct outcome {
    size_t followed, broken, unsupported;
    struct err unsupported_why;
};

static void describe(const struct instruction *instruction, const struct json *arguments,
    const struct str *why, struct str *words)
{
    struct str text = STR_INIT;

    str_addf(words, "Not followed: %s", instruction_id(instruction));
    if (arguments != NULL && arguments->count > 0) {
        json_print(arguments, &text);
        str_add_char(words, ' ');
        case_quote(str_text(&text), 160, words);
    }
    if (why->len > 0) {
        str_add(words, ": ");
        case_quote(str_text(why), 200, words);
    }
    str_add(words, ". ");
    str_free(&text);
}

static enum metric_end check_one(const struct metric_case *one, const struct json *id,
    const struct json *arguments, bool loose, struct outcome *outcome, struct str *words,
    struct err *err)
{
    const struct instruction *instruction;
    struct str why = STR_INIT;
    struct err problem = { .code = ERR_NONE };
    enum follow follow;

    if (id->type != JSON_STRING || (instruction = instruction_find(id->text)) == NULL)
        return case_bad(err, "unknown instruction %.80s", id->type == JSON_STRING ? id->text : "");
    follow = loose
                 ? instruction_check_loose(instruction, arguments, one->prediction, &why, &problem)
                 : instruction_check(instruction, arguments, one->prediction, &why, &problem);
    outcome->followed += follow == FOLLOW_YES;
    outcome->broken += follow == FOLLOW_NO;
    outcome->unsupported += follow == FOLLOW_UNSUPPORTED;
    if (follow == FOLLOW_UNSUPPORTED)
        outcome->unsupported_why = problem;
    if (follow == FOLLOW_NO && words != NULL)
        describe(instruction, arguments, &why, words);
    str_free(&why);
    return follow == FOLLOW_BAD ? case_bad(err, "%.400s", problem.message) : METRIC_SCORED;
}

static enum metric_end check_all(const struct metric_case *one, const struct json *target,
    bool loose, struct outcome *outcome, struct str *words, struct err *err)
{
    const struct json *ids = case_member(one, target, "instruction_id_list");
    const struct json *arguments = case_member(one, target, "kwargs");
    enum metric_end end = METRIC_SCORED;

    if (ids == NULL || ids->type != JSON_ARRAY || ids->count == 0 || ids->count > INSTRUCTIONS_MAX)
        return case_bad(
            err, "there is no \"instruction_id_list\" of 1 to %d strings", INSTRUCTIONS_MAX);
    if (arguments == NULL || arguments->type != JSON_ARRAY || arguments->count != ids->count)
        return case_bad(err, "\"kwargs\" is not a list of one object for each instruction");
    for (size_t i = 0; i < ids->count && end == METRIC_SCORED; i++)
        end = check_one(one, &ids->items[i], &arguments->items[i], loose, outcome, words, err);
    return end;
}

static enum metric_end unsupported(const struct outcome *outcome, struct err *err)
{
    return case_unsupported(err, "%.400s", outcome->unsupported_why.message);
}

static enum metric_end with_outcome(const struct metric_case *one, bool loose,
    struct outcome *outcome, struct str *words, struct err *err)
{
    struct case_value target = { NULL, NULL };
    enum metric_end end;

    *outcome = (struct outcome){ 0 };
    if (case_member(one, NULL, "instruction_id_list") == NULL && !case_target(one, &target, err))
        return METRIC_BAD_CASE;
    end = check_all(one, target.value, loose, outcome, words, err);
    case_value_free(&target);
    if (end == METRIC_SCORED && words != NULL && outcome->broken == 0 && outcome->unsupported == 0)
        str_addf(words, "All %zu instructions are followed.", outcome->followed);
    return end;
}

/* One instruction that is broken settles it, whatever the others are. */
static enum metric_end score_all(
    const struct metric_case *one, bool loose, double *score, struct str *words, struct err *err)
{
    struct outcome outcome;
    enum metric_end end = with_outcome(one, loose, &outcome, words, err);

    if (end != METRIC_SCORED)
        return end;
    if (outcome.broken == 0 && outcome.unsupported > 0)
        return unsupported(&outcome, err);
    *score = outcome.broken == 0 ? 1 : 0;
    return METRIC_SCORED;
}

static enum metric_end score_share(
    const struct metric_case *one, bool loose, double *score, struct str *words, struct err *err)
{
    struct outcome outcome;
    enum metric_end end = with_outcome(one, loose, &outcome, words, err);

    if (end != METRIC_SCORED)
        return end;
    if (outcome.unsupported > 0)
        return unsupported(&outcome, err);
    *score = (double)outcome.followed / (double)(outcome.followed + outcome.broken);
    return METRIC_SCORED;
}

static enum metric_end score_strict(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_all(one, false, score, words, err);
}

static enum metric_end score_loose(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_all(one, true, score, words, err);
}

static enum metric_end score_instructions_strict(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_share(one, false, score, words, err);
}

static enum metric_end score_gepa(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    return score_share(one, true, score, words, err);
}

/* Every instruction is known and can be checked. */
static enum metric_end check_instructions(
    const struct metric_case *one, double *score, struct str *words, struct err *err)
{
    struct case_value target;
    const struct json *ids;
    enum metric_end end = METRIC_SCORED;

    (void)words;
    *score = 0;
    if (!case_target(one, &target, err))
        return METRIC_BAD_CASE;
    ids = case_member(one, target.value, "instruction_id_list");
    if (ids == NULL || ids->type != JSON_ARRAY || ids->count == 0)
        end = case_bad(err, "the target has no \"instruction_id_list\"");
    for (size_t i = 0; end == METRIC_SCORED && ids != NULL && i < ids->count; i++) {
        const struct instruction *instruction =
            ids->items[i].type == JSON_STRING ? instruction_find(ids->items[i].text) : NULL;

        if (instruction == NULL)
            end = case_bad(err, "unknown instruction %.80s",
                ids->items[i].type == JSON_STRING ? ids->items[i].text : "");
        else if (instruction_lacks(instruction) != NULL)
            end = case_unsupported(err, "%s needs %s, which this program does not have",
                instruction_id(instruction), instruction_lacks(instruction));
    }
    case_value_free(&target);
    return end;
}

const struct metric metric_ifbench = {
    .name = "ifbench",
    .summary = "mean share of instructions followed, loose (IFBench as GEPA scores it)",
    .reads_structure = true,
    .score = score_gepa,
    .check = check_instructions,
};

const struct metric metric_ifbench_loose = {
    .name = "ifbench_loose",
    .summary = "1 where every instruction is followed, loose (IFBench, IFEval, prompt level)",
    .reads_structure = true,
    .score = score_loose,
    .check = check_instructions,
};

const struct metric metric_ifbench_strict = {
    .name = "ifbench_strict",
    .summary = "1 where every instruction is followed, strict (IFBench, IFEval, prompt level)",
    .reads_structure = true,
    .score = score_strict,
    .check = check_instructions,
};

const struct metric metric_ifeval_instructions_strict = {
    .name = "ifeval_instructions_strict",
    .summary = "share of instructions followed, strict (IFEval, instruction level)",
    .reads_structure = true,
    .score = score_instructions_strict,
    .check = check_instructions,
};
