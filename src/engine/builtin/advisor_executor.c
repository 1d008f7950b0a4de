/* Executors of new steps: a prompt with the instructions that follow from the step's description,
 * and no others. */
#include <stdlib.h>
#include <string.h>

#include "advisor.h"
#include "advisor_plan.h"
#include "advisor_prompt.h"

/* "id: description (kind)" */
struct step_line {
    struct piece id, description, kind;
};

static struct step_line read_step(struct piece step)
{
    struct step_line line = { .id = step, .kind = { "llm", 3 } };
    const char *colon = step.at != NULL ? memchr(step.at, ':', step.len) : NULL;
    struct piece rest = { 0 };

    if (colon != NULL) {
        line.id.len = (size_t)(colon - step.at);
        rest = piece_trim((struct piece){ colon + 1, step.len - line.id.len - 1 });
    }
    if (rest.len > 2 && rest.at[rest.len - 1] == ')') {
        const char *open = memrchr(rest.at, '(', rest.len);

        if (open != NULL) {
            line.kind = (struct piece){ open + 1, rest.len - (size_t)(open + 1 - rest.at) - 1 };
            rest.len = (size_t)(open - rest.at);
        }
    }
    line.description = piece_trim(rest);
    return line;
}

/* The names of the step's inputs: from the workflow; where it is not there, from the first sample.
 */
static void describe_inputs(struct piece message, const char *id, struct str *out)
{
    struct plan plan;
    size_t at;

    (void)plan_read(message, &plan);
    at = plan_find(&plan, id);
    for (size_t i = 0; at != PLAN_NONE && i < plan.items[at].input_count; i++)
        str_addf(out, "%s`%s`", out->len > 0 ? ", " : "", plan.items[at].inputs[i]);
    plan_free(&plan);
    if (out->len == 0) {
        struct part parts[PARTS_MAX];
        size_t count = message_parts(message_value(message, "sample"), parts);

        for (size_t i = 0; i < count && parts[i].name.len > 0 && out->len < 400; i++) {
            str_add(out, out->len > 0 ? ", `" : "`");
            str_add_n(out, parts[i].name.at, parts[i].name.len);
            str_add(out, "`");
        }
    }
}

/* Moves what the description says of form and reading into its own part of the prompt. */
static void fill_prompt(const struct step_line *line, const char *inputs, struct prompt *prompt)
{
    struct instructions read;

    str_add_n(&prompt->sections[PROMPT_TASK], line->description.at, line->description.len);
    prompt_instructions(prompt, &read);
    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        if (read.on[i] && vocabulary_entry((enum instruction)i)->class != INSTRUCTION_TASK)
            prompt_add(prompt, (enum instruction)i);
    if (inputs[0] != '\0')
        str_addf(&prompt->sections[PROMPT_INPUT], "Labelled parts: %s.", inputs);
}

static bool is_agent(struct piece kind)
{
    return piece_is(kind, "agent");
}

cJSON *advise_executor(struct advice *advice)
{
    cJSON *reply = cJSON_CreateObject();
    struct step_line line = read_step(message_value(advice->message, "step"));
    struct prompt prompt = { 0 };
    struct str inputs = STR_INIT, text = STR_INIT;
    char *id = piece_dup(line.id);
    char *description = piece_dup(line.description);

    if (line.description.len == 0)
        line.description =
            piece_of("Answer the question. (The message has no <step> with a description.)");
    describe_inputs(advice->message, id, &inputs);
    fill_prompt(&line, str_text(&inputs), &prompt);
    if (advice->bad)
        prompt_add(&prompt, advise_harmful(advice));
    prompt_write(&prompt, &text);
    cJSON_AddStringToObject(reply, "name", id[0] != '\0' ? id : "step");
    cJSON_AddStringToObject(reply, "type", is_agent(line.kind) ? "ToolExecutor" : "LLMExecutor");
    cJSON_AddStringToObject(
        reply, "description", description[0] != '\0' ? description : "answers the question");
    cJSON_AddStringToObject(reply, "prompt", str_text(&text));
    prompt_free(&prompt);
    str_free(&inputs);
    str_free(&text);
    free(id);
    free(description);
    return reply;
}
