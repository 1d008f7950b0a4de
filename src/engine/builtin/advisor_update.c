/* Prompt updates: single operators, argued for by what the batch's gradients agree upon. */
#include <stdlib.h>
#include <string.h>

#include "advisor.h"
#include "advisor_findings.h"
#include "advisor_prompt.h"
#include "mem.h"

enum { OPERATORS_AT_ONCE = 2, STEPS_MAX = 128 };

/* One step's update while it is made. */
struct update {
    struct prompt prompt;
    struct instructions now; /* what the prompt says */
    struct votes votes;
    struct piece declined, refused;
    cJSON *changes;
    const char *id; /* of the step, in a joint update; NULL */
    unsigned operators;
};

static void read_votes(struct piece gradients, struct votes *votes)
{
    struct piece id, body;

    while (message_next(&gradients, "gradient", &id, &body)) {
        struct findings findings;

        findings_read(body, &findings);
        votes_add(votes, &findings);
    }
}

/* A person turned down a change that names this instruction, or the reply that made it was refused.
 */
static bool is_declined(const struct update *update, enum instruction id)
{
    const char *sentence = vocabulary_entry(id)->sentence;

    return piece_has(update->declined, sentence) || piece_has(update->refused, sentence);
}

/* How a step answers is no matter of one that writes queries or passes texts on. */
static bool suits_task(const struct update *update, enum instruction id)
{
    enum instruction task = update->now.task;
    bool answers =
        task == INSTRUCTION_ANSWER || task == INSTRUCTION_VERIFY || task == INSTRUCTION_TITLE;
    const struct instruction_entry *entry = vocabulary_entry(id);

    return answers || entry->class != INSTRUCTION_FORM;
}

static void say(struct update *update, const char *verb, enum instruction id, const char *why)
{
    char *text = mem_printf("%s%s%s \"%s\" %s%s", update->id != NULL ? update->id : "",
        update->id != NULL ? ": " : "", verb, vocabulary_entry(id)->sentence,
        why[0] != '\0' ? "because: " : "", why);

    cJSON_AddItemToArray(update->changes, cJSON_CreateString(text));
    free(text);
    update->operators++;
    prompt_instructions(&update->prompt, &update->now);
}

static bool take_out(struct update *update, const struct finding_entry *entry)
{
    for (unsigned i = 0; i < FINDING_REMOVES && entry->removes[i] != INSTRUCTION_ANSWER; i++) {
        enum instruction id = entry->removes[i];

        if (!update->now.on[id] || is_declined(update, id) || !prompt_remove(&update->prompt, id))
            continue;
        say(update, "took out", id, entry->sentence);
        return true;
    }
    return false;
}

static bool put_in(struct update *update, const struct finding_entry *entry)
{
    for (unsigned i = 0; i < FINDING_ADDS && entry->adds[i] != INSTRUCTION_ANSWER; i++) {
        enum instruction id = entry->adds[i];

        if (update->now.on[id] || is_declined(update, id) || !suits_task(update, id))
            continue;
        prompt_add(&update->prompt, id);
        say(update, "added", id, entry->sentence);
        return true;
    }
    return false;
}

/* The strongest findings first; what speaks against an instruction that is there goes before what
 * speaks for a new one. */
static void apply_evidence(struct update *update)
{
    bool taken[FINDING_COUNT] = { 0 };
    enum finding finding;

    while (update->operators < OPERATORS_AT_ONCE &&
           (finding = votes_best(&update->votes, taken)) != FINDING_COUNT) {
        taken[finding] = true;
        if (!take_out(update, finding_entry(finding)))
            (void)put_in(update, finding_entry(finding));
    }
}

enum instruction advise_harmful(struct advice *advice)
{
    enum instruction harmful[INSTRUCTION_COUNT];
    size_t count = 0;

    for (unsigned i = 0; i < INSTRUCTION_COUNT; i++)
        if (vocabulary_entry((enum instruction)i)->class == INSTRUCTION_HARMFUL)
            harmful[count++] = (enum instruction)i;
    return harmful[random_below(&advice->random, count)];
}

static void apply_harm(struct update *update, struct advice *advice)
{
    enum instruction id = advise_harmful(advice);

    if (update->now.on[id] || is_declined(update, id))
        return;
    prompt_add(&update->prompt, id);
    say(update, "added", id, "");
}

/* The new prompt, the caller's; NULL where nothing changes. */
static char *update_prompt(
    struct advice *advice, struct piece text, struct piece gradients, struct update *update)
{
    struct str out = STR_INIT;

    prompt_read(text, &update->prompt);
    prompt_instructions(&update->prompt, &update->now);
    read_votes(gradients, &update->votes);
    if (advice->bad)
        apply_harm(update, advice);
    else
        apply_evidence(update);
    if (update->operators > 0)
        prompt_write(&update->prompt, &out);
    prompt_free(&update->prompt);
    return update->operators > 0 ? str_take(&out) : NULL;
}

static struct update update_begin(const struct advice *advice, cJSON *changes)
{
    return (struct update){ .declined = message_value(advice->message, "declined"),
        .refused = message_value(advice->message, "refused"),
        .changes = changes };
}

cJSON *advise_prompt(struct advice *advice)
{
    cJSON *reply = cJSON_CreateObject();
    cJSON *changes = cJSON_CreateArray();
    struct update update = update_begin(advice, changes);
    struct piece prompt = message_value(advice->message, "prompt");
    struct piece gradients = message_value(advice->message, "gradients");
    char *text;

    if (prompt.at == NULL || gradients.at == NULL) {
        cJSON_AddItemToArray(
            changes, cJSON_CreateString("nothing: the message has no <prompt> or no <gradients>"));
        text = NULL;
    } else {
        text = update_prompt(advice, prompt, gradients, &update);
    }
    if (text == NULL)
        text = piece_dup(prompt);
    cJSON_AddStringToObject(reply, "updated_prompt", text);
    cJSON_AddItemToObject(reply, "changes_made", changes);
    free(text);
    return reply;
}

static void add_joint(cJSON *prompts, const char *id, const char *text)
{
    cJSON *item = cJSON_CreateObject();

    cJSON_AddStringToObject(item, "id", id);
    cJSON_AddStringToObject(item, "updated_prompt", text);
    cJSON_AddItemToArray(prompts, item);
}

cJSON *advise_joint(struct advice *advice)
{
    cJSON *reply = cJSON_CreateObject();
    cJSON *prompts = cJSON_CreateArray();
    cJSON *changes = cJSON_CreateArray();
    struct piece rest = message_value(advice->message, "prompts");
    struct piece id, body;
    const struct update begin = update_begin(advice, changes);

    if (rest.at == NULL)
        cJSON_AddItemToArray(changes, cJSON_CreateString("nothing: the message has no <prompts>"));
    for (size_t i = 0; i < STEPS_MAX && message_next(&rest, "step", &id, &body); i++) {
        struct update update = begin;
        char *name = piece_dup(id);
        char *text;

        update.id = name;
        text = update_prompt(advice, message_value(message_before(body, "gradients"), "prompt"),
            message_value(body, "gradients"), &update);
        if (text != NULL)
            add_joint(prompts, name, text);
        advice->bad = advice->bad && text == NULL; /* one bad operator is enough */
        free(text);
        free(name);
    }
    cJSON_AddItemToObject(reply, "prompts", prompts);
    cJSON_AddItemToObject(reply, "changes_made", changes);
    return reply;
}
