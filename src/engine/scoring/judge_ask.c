#include "judge_ask.h"

#include <string.h>

#include "model.h"
#include "utf8.h"

enum { SECTION_MAX = 65536 };

bool judge_model_find(const struct scorer_setup *setup, const struct metric_plan *plan,
    struct judge_model *out, struct err *err)
{
    const char *name = metric_plan_text(plan, "model");

    if (name == NULL)
        name = "judge";
    out->client = setup->client;
    out->model = setup->find_model == NULL ? NULL : setup->find_model(setup->data, name);
    if (out->client == NULL || out->model == NULL)
        return err_set(err, ERR_INPUT,
            "%s: the metric %s asks the model \"%.60s\", which the task's models do not have",
            setup->where, plan->metric->name, name);
    if (strcmp(out->model->api, "builtin") == 0 && plan->metric->kind != METRIC_PUPA)
        return err_set(err, ERR_INPUT,
            "%s: the builtin model is no language model and cannot judge; give models.%.60s a real "
            "one",
            setup->where, name);
    return true;
}

void judge_section(const char *name, const char *text, struct str *out)
{
    size_t len = strlen(text);
    size_t kept = len > SECTION_MAX ? SECTION_MAX : len;

    while (kept > 0 && kept < len && ((unsigned char)text[kept] & 0xC0) == 0x80)
        kept--;
    str_addf(out, "<%s>\n%.*s\n%s</%s>\n\n", name, (int)kept, text,
        kept < len ? "(cut here)\n" : "", name);
}

void judge_ask(const struct judge_model *judge, struct ask *ask, unsigned priority,
    const char *system, const struct str *question)
{
    const struct llm_message messages[] = {
        llm_message_new(MESSAGE_SYSTEM, text_from(system)),
        llm_message_new(MESSAGE_USER, text_new(question->data, question->len)),
    };

    ask->client = judge->client;
    ask->model = judge->model;
    ask->role = LLM_JUDGE;
    ask->priority = priority;
    ask_start(ask, messages, 2);
}

bool judge_took(const struct ask *ask, struct score_run *run)
{
    run->end = METRIC_SCORED;
    if (ask->json != NULL)
        return true;
    run->error = ask->error;
    if (run->error.code == ERR_INPUT)
        run->error.code = ERR_ENDPOINT;
    (void)err_prefix(&run->error, "judge");
    return false;
}

void judge_words(const cJSON *feedback, struct str *words)
{
    const char *text = cJSON_GetStringValue(feedback);
    size_t len = text == NULL ? 0 : strlen(text);

    for (size_t i = 0; i < len && words->len < METRIC_WORDS_MAX;) {
        uint32_t code;

        i += utf8_next(text + i, len - i, &code);
        utf8_add(words, code);
    }
}
