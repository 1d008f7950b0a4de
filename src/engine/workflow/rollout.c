#include "rollout.h"

#include "mem.h"

struct rollout *rollout_new(
    const struct workflow *workflow, const size_t *examples, size_t count, bool keep_texts)
{
    struct rollout *rollout = mem_zalloc(1, sizeof *rollout);

    rollout->workflow = workflow_ref(workflow);
    rollout->examples = mem_zalloc(count, sizeof *rollout->examples);
    rollout->ends = mem_zalloc(workflow->count, sizeof *rollout->ends);
    rollout->count = count;
    for (size_t i = 0; i < count; i++) {
        rollout->examples[i].example = examples[i];
        if (keep_texts)
            rollout->examples[i].nodes =
                mem_zalloc(workflow->count, sizeof *rollout->examples[i].nodes);
    }
    return rollout;
}

void rollout_summarise(struct rollout *rollout)
{
    double sum = 0;

    rollout->scored = rollout->spoiled = rollout->lost = 0;
    for (size_t i = 0; i < rollout->count; i++) {
        switch (rollout->examples[i].state) {
        case EXAMPLE_SCORED:
            rollout->scored++;
            sum += rollout->examples[i].score;
            break;
        case EXAMPLE_SPOILED:
            rollout->spoiled++;
            break;
        case EXAMPLE_LOST:
            rollout->lost++;
            break;
        }
    }
    rollout->score =
        rollout->count > rollout->lost ? sum / (double)(rollout->count - rollout->lost) : 0;
}

static void example_close(struct example_result *example, size_t nodes)
{
    for (size_t i = 0; example->nodes != NULL && i < nodes; i++) {
        text_unref(example->nodes[i].output);
        text_unref(example->nodes[i].gradient);
        text_unref(example->nodes[i].gradient_error);
    }
    free(example->nodes);
    text_unref(example->words);
    text_unref(example->input);
    text_unref(example->workflow_gradient);
    text_unref(example->workflow_gradient_error);
}

void rollout_free(struct rollout *rollout)
{
    if (rollout == NULL)
        return;
    for (size_t i = 0; i < rollout->count; i++)
        example_close(&rollout->examples[i], rollout->workflow->count);
    free(rollout->examples);
    free(rollout->ends);
    workflow_unref(rollout->workflow);
    free(rollout);
}
