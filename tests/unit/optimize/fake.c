#include "fake.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "array.h"
#include "mem.h"

/* Like assert, but also in builds without asserts: this is a test. */
#define must(condition) must_(condition, #condition, __LINE__)

static void must_(bool condition, const char *words, int line)
{
    if (condition)
        return;
    (void)fprintf(stderr, "fake.c:%d: %s\n", line, words);
    abort();
}

struct pass_handle {
    struct rollout *result;
};

static const char *const fields[] = { "question" };
static const char *const tools[] = { "search" };
static const struct workflow_scope scope = { .fields = fields,
    .field_count = 1,
    .tools = tools,
    .tool_count = 1,
    .models = NULL,
    .model_count = 0 };

static const char plain[] = "{\"nodes\": [{\"id\": \"answer\", \"kind\": \"llm\", \"description\": "
                            "\"answers\", \"prompt\": \"Answer.\", "
                            "\"inputs\": [\"question\"]}]}";

/* ---- templates: the values between their tags, nothing else ---- */

static struct templates *open_templates(void)
{
    static const char *const sources[TEMPLATE_COUNT] = {
        [TEMPLATE_GRAD_LOSS] =
            "<task>{{task}}</task><step>{{step}}</step><prompt>{{prompt}}</prompt>"
            "<inputs>{{inputs}}</inputs><output>{{output}}</output><target>{{target}}</target>"
            "<loss>{{loss}}</loss>",
        [TEMPLATE_GRAD_CALL] =
            "<task>{{task}}</task><step>{{step}}</step><prompt>{{prompt}}</prompt>"
            "<inputs>{{inputs}}</inputs><output>{{output}}</output>"
            "<successors>{{successors}}</successors>",
        [TEMPLATE_OPTIM_CALL] =
            "optim-call <task>{{task}}</task><step>{{step}}</step><prompt>{{prompt}}</prompt>"
            "<gradients>{{gradients}}</gradients><declined>{{declined}}</declined>"
            "<refused>{{refused}}</refused>",
        [TEMPLATE_OPTIM_JOINT] = "optim-joint <task>{{task}}</task><prompts>{{prompts}}</prompts>"
                                 "<declined>{{declined}}</declined><refused>{{refused}}</refused>",
        [TEMPLATE_GRAD_WORKFLOW] =
            "<task>{{task}}</task><tools>{{tools}}</tools><inputs>{{inputs}}</inputs>"
            "<workflow>{{workflow}}</workflow><trace>{{trace}}</trace>"
            "<target>{{target}}</target><loss>{{loss}}</loss>",
        [TEMPLATE_OPTIM_WORKFLOW] =
            "optim-workflow <task>{{task}}</task><tools>{{tools}}</tools>"
            "<fields>{{fields}}</fields><workflow>{{workflow}}</workflow>"
            "<gradients>{{gradients}}</gradients><declined>{{declined}}</declined>"
            "<refused>{{refused}}</refused>",
        [TEMPLATE_GENERATE] = "generate <task>{{task}}</task><tools>{{tools}}</tools>"
                              "<workflow>{{workflow}}</workflow><step>{{step}}</step>"
                              "<samples>{{samples}}</samples><refused>{{refused}}</refused>",
    };
    struct err err = { 0 };
    struct templates *templates = templates_from_sources(sources, &err);

    if (templates == NULL)
        (void)fprintf(stderr, "fake templates: %s\n", err.message);
    must(templates != NULL);
    return templates;
}

/* ---- default hooks ---- */

static double score_pluses(struct fake *fake, const struct workflow *workflow, size_t example)
{
    unsigned count = 0;

    (void)fake;
    (void)example;
    for (size_t i = 0; i < workflow->count; i++)
        for (const char *p = workflow->nodes[i].prompt; *p != '\0'; p++)
            count += *p == '+';
    return count < 10 ? count / 10.0 : 1;
}

static const char *gradient_change(struct fake *fake, size_t node, size_t example)
{
    return fake_keep(fake,
        mem_printf("Keep: the tone.\nChange: add a plus (node %zu, example %zu).", node, example));
}

static const char *workflow_gradient_change(struct fake *fake, size_t example)
{
    return fake_keep(
        fake, mem_printf("Keep: all.\nChange: a step is missing (example %zu).", example));
}

static void accept_all(struct fake *fake, const struct proposal *proposal, struct decision *out)
{
    (void)fake;
    (void)proposal;
    out->verdict = VERDICT_ACCEPT;
    (void)snprintf(out->who, sizeof out->who, "person");
}

char *fake_tag(const char *message, const char *tag)
{
    char *open = mem_printf("<%s>", tag);
    char *close = mem_printf("</%s>", tag);
    const char *from = strstr(message, open);
    const char *to = NULL;
    char *found = NULL;

    for (const char *p = from; p != NULL && (p = strstr(p, close)) != NULL; p++)
        to = p;
    if (from != NULL && to != NULL)
        found = mem_strndup(from + strlen(open), (size_t)(to - from) - strlen(open));
    free(open);
    free(close);
    return found;
}

static cJSON *answer_prompt(const struct meta_request *request)
{
    char *prompt = fake_tag(request->message, "prompt");
    char *updated = mem_printf("%s+", prompt);
    cJSON *reply = cJSON_CreateObject();

    cJSON_AddStringToObject(reply, "updated_prompt", updated);
    cJSON_AddItemToArray(
        cJSON_AddArrayToObject(reply, "changes_made"), cJSON_CreateString("added a plus"));
    free(prompt);
    free(updated);
    return reply;
}

/* One more '+' for each step of the <prompts> part. */
static cJSON *answer_joint(const struct meta_request *request)
{
    cJSON *reply = cJSON_CreateObject();
    cJSON *prompts = cJSON_AddArrayToObject(reply, "prompts");

    for (const char *at = strstr(request->message, "<step id=\""); at != NULL;
         at = strstr(at + 1, "<step id=\"")) {
        char *id = mem_strndup(at + 10, strcspn(at + 10, "\""));
        char *prompt = fake_tag(at, "prompt");
        char *cut = strstr(prompt, "</prompt>"); /* fake_tag took the last closing tag */
        char *updated =
            mem_printf("%.*s+", (int)(cut != NULL ? cut - prompt : (long)strlen(prompt)), prompt);
        cJSON *item = cJSON_CreateObject();

        cJSON_AddStringToObject(item, "id", id);
        cJSON_AddStringToObject(item, "updated_prompt", updated);
        cJSON_AddItemToArray(prompts, item);
        free(id);
        free(prompt);
        free(updated);
    }
    cJSON_AddItemToArray(
        cJSON_AddArrayToObject(reply, "changes_made"), cJSON_CreateString("a plus everywhere"));
    return reply;
}

/* Keeps every step of the sketch that it is shown. */
static cJSON *answer_sketch(const struct meta_request *request)
{
    char *sketch = fake_tag(request->message, "workflow");
    cJSON *steps = cJSON_Parse(sketch);
    cJSON *reply = cJSON_CreateObject();
    cJSON *step;

    must(cJSON_IsArray(steps));
    cJSON_ArrayForEach(step, steps)
    {
        cJSON_AddStringToObject(step, "status", "reuse");
        cJSON_AddArrayToObject(step, "replaces");
    }
    cJSON_AddItemToObject(reply, "steps", steps);
    cJSON_AddArrayToObject(reply, "changes_made");
    free(sketch);
    return reply;
}

static cJSON *answer_executor(const struct meta_request *request)
{
    char *step = fake_tag(request->message, "step");
    cJSON *reply = cJSON_CreateObject();

    cJSON_AddStringToObject(reply, "name", "executor");
    cJSON_AddStringToObject(
        reply, "type", strstr(step, "(agent)") != NULL ? "ToolExecutor" : "LLMExecutor");
    cJSON_AddStringToObject(reply, "description", "does its step");
    cJSON_AddStringToObject(reply, "prompt", "Do it.");
    free(step);
    return reply;
}

cJSON *fake_answer(struct fake *fake, const struct meta_request *request)
{
    (void)fake;
    switch (request->template) {
    case TEMPLATE_OPTIM_CALL:
        return answer_prompt(request);
    case TEMPLATE_OPTIM_JOINT:
        return answer_joint(request);
    case TEMPLATE_OPTIM_WORKFLOW:
        return answer_sketch(request);
    case TEMPLATE_GENERATE:
        return answer_executor(request);
    case TEMPLATE_GRAD_LOSS:
    case TEMPLATE_GRAD_CALL:
    case TEMPLATE_GRAD_WORKFLOW:
    case TEMPLATE_COUNT:
        break;
    }
    must(false);
    return NULL;
}

/* ---- effects ---- */

/* Counts the call; true where it is to fail. After a fault nothing may be called any more but what
 * closes up. */
static bool faulty(struct fake *fake, struct err *err, enum effect_status *status)
{
    *status = fake->fault;
    if (fake->ended) {
        if (fake->fault == EFFECT_CANCELLED || !fake->tests_allowed) {
            (void)fprintf(stderr, "an effect was called after the end\n");
            abort();
        }
    }
    if (++fake->calls != fake->fault_at)
        return false;
    fake->ended = true;
    fake->tests_allowed = false;
    if (fake->fault == EFFECT_FAILED)
        err_set(err, fake->fault_code, "the scripted fault");
    return true;
}

static void set_gradients(
    struct fake *fake, const struct rollout_request *request, struct example_result *example)
{
    const char *text;

    if (request->backward == BACKWARD_WORKFLOW) {
        text = fake->workflow_gradient(fake, example->example);
        example->workflow_gradient = text != NULL ? text_from(text) : NULL;
        example->workflow_gradient_error = text == NULL ? text_from("the reply was no JSON") : NULL;
        return;
    }
    for (size_t i = 0; request->backward != BACKWARD_NONE && i < request->workflow->count; i++) {
        struct node_result *node = &example->nodes[i];

        if (!workflow_wants_gradient(request->workflow, i))
            continue;
        text = fake->gradient(fake,
            request->backward == BACKWARD_BROADCAST ? request->workflow->output : i,
            example->example);
        node->gradient = text != NULL ? text_from(text) : NULL;
        node->gradient_failed = text == NULL;
        node->gradient_error = text == NULL ? text_from("the reply was no JSON") : NULL;
    }
}

static struct rollout *make_rollout(struct fake *fake, const struct rollout_request *request)
{
    struct rollout *rollout =
        rollout_new(request->workflow, request->examples, request->count, request->keep_texts);

    for (size_t i = 0; i < rollout->count; i++) {
        struct example_result *example = &rollout->examples[i];
        double score = fake->score(fake, request->workflow, example->example);

        example->state = isnan(score) ? EXAMPLE_LOST : score < 0 ? EXAMPLE_SPOILED : EXAMPLE_SCORED;
        example->score = example->state == EXAMPLE_SCORED ? score : 0;
        if (request->keep_texts)
            example->input = text_from("## question\n\nWho?\n");
        if (example->state != EXAMPLE_LOST)
            set_gradients(fake, request, example);
    }
    rollout_summarise(rollout);
    return rollout;
}

static enum effect_status on_rollout(
    void *ctx, const struct rollout_request *request, struct rollout **out, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;

    if (faulty(fake, err, &status))
        return status;
    fake->rollouts++;
    *out = make_rollout(fake, request);
    return EFFECT_OK;
}

static enum effect_status on_pass_start(
    void *ctx, const struct rollout_request *request, struct pass_handle **out, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;
    char hex[HASH_HEX_SIZE];

    if (faulty(fake, err, &status))
        return status;
    must(!request->keep_texts && request->backward == BACKWARD_NONE);
    *out = mem_zalloc(1, sizeof **out);
    (*out)->result = make_rollout(fake, request);
    fake->passes_started++;
    fake->passes_open++;
    hash_hex(request->workflow->hash, hex);
    if (strcmp(request->label, "validation") == 0)
        str_addf(&fake->validated, "%s\n", hex);
    return EFFECT_OK;
}

static enum effect_status on_pass_collect(
    void *ctx, struct pass_handle *handle, struct rollout **out, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status = EFFECT_OK;
    struct rollout *result = handle->result;
    bool failed;

    must(fake->passes_open > 0);
    fake->passes_open--;
    free(handle);
    failed = fake->ended && !fake->tests_allowed; /* a pass that was cut with the rest */
    if (failed) {
        status = fake->fault;
        err_set(err, fake->fault_code, "cut");
    } else {
        failed = faulty(fake, err, &status);
    }
    if (failed) {
        rollout_free(result);
        return status;
    }
    *out = result;
    return EFFECT_OK;
}

static enum effect_status on_ask(void *ctx, const struct meta_request *requests, size_t count,
    struct meta_reply *replies, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;

    if (faulty(fake, err, &status))
        return status;
    must(count > 0);
    fake->asks++;
    for (size_t i = 0; i < count; i++) {
        fake->questions++;
        str_addf(&fake->messages, "[%u] ", requests[i].draw);
        str_add(&fake->messages, requests[i].message);
        str_add(&fake->messages, "\n");
        replies[i].json = fake->answer(fake, &requests[i]);
        if (replies[i].json == NULL)
            err_set(&replies[i].error, ERR_ENDPOINT, "the endpoint gave up");
    }
    return EFFECT_OK;
}

static bool on_is_reviewed(void *ctx, enum proposal_kind kind)
{
    return ((struct fake *)ctx)->reviewed[kind];
}

static enum effect_status on_decide(
    void *ctx, const struct proposal *proposal, struct decision *out, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;

    if (faulty(fake, err, &status))
        return status;
    must(proposal->evidence.run && proposal->scores_before != NULL &&
         proposal->scores_after != NULL);
    fake->decisions++;
    fake->decide(fake, proposal, out);
    return EFFECT_OK;
}

static enum effect_status on_revert(void *ctx, const struct workflow **out, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;

    if (faulty(fake, err, &status))
        return status;
    if (++fake->batches == fake->revert_batch)
        *out = workflow_ref(fake->revert_to);
    return EFFECT_OK;
}

/* What is provided for is never less than what is best, and nothing after the tests began. */
static void on_provide(void *ctx, const struct workflow *best, const struct workflow *candidate)
{
    struct fake *fake = ctx;

    must(best != NULL && !fake->tests_begun);
    fake->provided += candidate == NULL;
}

static bool on_tests_begin(void *ctx)
{
    struct fake *fake = ctx;

    if (fake->ended && (fake->fault != EFFECT_FAILED || fake->fault_code != ERR_LIMIT)) {
        (void)fprintf(stderr, "tests_begin after an end that is no limit\n");
        abort();
    }
    fake->tests_begun = true;
    fake->tests_allowed = true; /* stating that there are none is allowed, too */
    return !fake->no_reserve;
}

static void on_phase(void *ctx, const char *text)
{
    (void)ctx;
    (void)text;
}

/* ---- facts in short ---- */

static size_t workflow_number(struct fake *fake, const char *hex, bool add)
{
    struct hash hash;
    bool ok = hash_from_hex(hex, &hash);
    size_t i = 0;

    must(ok);
    while (i < fake->workflows.count && !hash_equal(fake->workflows.items[i], hash))
        i++;
    if (i == fake->workflows.count && add)
        ARRAY_PUSH(&fake->workflows, hash);
    return i;
}

static const cJSON *get(const cJSON *fact, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(fact, key);
}

static void brief_value(struct fake *fake, const char *key, const cJSON *value, struct str *out)
{
    if (value == NULL)
        return;
    if (cJSON_IsString(value) && strlen(value->valuestring) == 32)
        str_addf(out, " %s=w%zu", key, workflow_number(fake, value->valuestring, false));
    else if (cJSON_IsString(value))
        str_addf(out, " %s", value->valuestring);
    else if (cJSON_IsNull(value))
        str_addf(out, " %s=null", key);
    else if (cJSON_IsBool(value) && cJSON_IsTrue(value))
        str_addf(out, " %s", key);
    else if (cJSON_IsNumber(value))
        str_addf(out, " %s=%.3g", key, value->valuedouble);
    else if (cJSON_IsObject(value))
        str_addf(out, " %s=+%.0f-%.0f=%.0f?%.0f", key, get(value, "fixed")->valuedouble,
            get(value, "broken")->valuedouble, get(value, "same")->valuedouble,
            get(value, "missing")->valuedouble);
}

/* The telling members in a fixed order; lists and texts are looked at in fake->json where a test
 * wants them. */
static void fake_brief(struct fake *fake, const cJSON *fact, struct str *out)
{
    static const char *const keys[] = { "ordinal", "epoch", "batch", "round", "step", "kind",
        "node", "example", "split", "proposal", "what", "who", "reason", "before", "after",
        "evidence", "score", "failed", "spoiled", "best", "again", "start", "message",
        "after_limit" };

    str_add(out, get(fact, "type")->valuestring);
    if (strcmp(get(fact, "type")->valuestring, "workflow") == 0) {
        str_addf(out, " w%zu\n", workflow_number(fake, get(fact, "id")->valuestring, true));
        return;
    }
    brief_value(fake, "workflow", get(fact, "workflow"), out);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        brief_value(fake, keys[i], get(fact, keys[i]), out);
    str_add(out, "\n");
}

/* The one fact that may follow a fault: that a limit left the test without scores. */
static bool is_last_word(const struct fake *fake, const cJSON *fact)
{
    return fake->ended && fake->tests_begun && fake->fault_code == ERR_LIMIT &&
           strcmp(get(fact, "type")->valuestring, "test") == 0 && cJSON_IsNull(get(fact, "best"));
}

static enum effect_status on_state(void *ctx, cJSON *take_fact, struct err *err)
{
    struct fake *fake = ctx;
    enum effect_status status;
    char *json;

    if (!is_last_word(fake, take_fact) && faulty(fake, err, &status)) {
        fake->test_unstated |= strcmp(get(take_fact, "type")->valuestring, "test") == 0;
        cJSON_Delete(take_fact);
        return status;
    }
    must(strcmp(take_fact->child->string, "type") == 0);
    json = cJSON_PrintUnformatted(take_fact);
    str_addf(&fake->json, "%s\n", json);
    cJSON_free(json);
    fake_brief(fake, take_fact, &fake->facts);
    cJSON_Delete(take_fact);
    return EFFECT_OK;
}

/* ---- life ---- */

struct workflow *fake_workflow(const char *json)
{
    struct err err = { 0 };
    struct json_doc *doc = json_parse("fake", 1, json, strlen(json), JSON_STRICT, &err);
    struct workflow *workflow =
        doc != NULL ? workflow_from_json("fake", json_root(doc), &scope, &err) : NULL;

    if (workflow == NULL)
        (void)fprintf(stderr, "fake workflow: %s\n", err.message);
    must(workflow != NULL);
    json_free(doc);
    return workflow;
}

static const size_t *indices(void)
{
    static size_t all[FAKE_EXAMPLES];

    for (size_t i = 0; i < FAKE_EXAMPLES; i++)
        all[i] = i;
    return all;
}

static const char *const *names(void)
{
    static char texts[FAKE_EXAMPLES][8];
    static const char *all[FAKE_EXAMPLES];

    for (size_t i = 0; i < FAKE_EXAMPLES; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "e%zu", i);
        all[i] = texts[i];
    }
    return all;
}

void fake_open(struct fake *fake, const char *start)
{
    *fake = (struct fake){
        .options = { .description = "Say it.",
            .epochs = 1,
            .batch = 5,
            .rounds = 2,
            .inner_steps = 5,
            .inner = true,
            .outer = true,
            .seed = 7 },
        .effects = { .rollout = on_rollout,
            .pass_start = on_pass_start,
            .pass_collect = on_pass_collect,
            .ask = on_ask,
            .is_reviewed = on_is_reviewed,
            .decide = on_decide,
            .revert = on_revert,
            .state = on_state,
            .provide = on_provide,
            .tests_begin = on_tests_begin,
            .phase = on_phase },
        .templates = open_templates(),
        .score = score_pluses,
        .gradient = gradient_change,
        .workflow_gradient = workflow_gradient_change,
        .answer = fake_answer,
        .decide = accept_all,
    };
    fake->effects.ctx = fake;
    fake->input = (struct optimize_input){
        .options = &fake->options,
        .effects = &fake->effects,
        .templates = fake->templates,
        .start = fake_workflow(start != NULL ? start : plain),
        .scope = &scope,
        .tools_text = "search: finds passages",
        .example_ids = names(),
        .train = indices(),
        .validation = indices() + FAKE_TRAIN,
        .test = indices() + FAKE_TRAIN + FAKE_VALIDATION,
        .train_count = FAKE_TRAIN,
        .validation_count = FAKE_VALIDATION,
        .test_count = FAKE_TEST,
    };
}

void fake_close(struct fake *fake)
{
    workflow_unref(fake->input.start);
    templates_free(fake->templates);
    str_free(&fake->facts);
    str_free(&fake->json);
    str_free(&fake->messages);
    str_free(&fake->validated);
    free(fake->workflows.items);
    for (size_t i = 0; i < fake->parked.count; i++)
        free(fake->parked.items[i]);
    free(fake->parked.items);
}

enum effect_status fake_run(struct fake *fake, struct optimize_result *result, struct err *err)
{
    return optimize(&fake->input, result, err);
}

size_t fake_count(const struct str *text, const char *needle)
{
    size_t count = 0;

    for (const char *at = str_text(text); (at = strstr(at, needle)) != NULL; at++)
        count++;
    return count;
}

const char *fake_keep(struct fake *fake, char *take_text)
{
    ARRAY_PUSH(&fake->parked, take_text);
    return take_text;
}
