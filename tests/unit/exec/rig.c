#include "rig.h"

#include "hash.h"

static enum metric_end score(
    const struct metric_case *one, double *score_out, struct str *words, struct err *err)
{
    (void)err;
    *score_out = (double)(hash_text(one->prediction).low % 5) / 4;
    str_addf(words, "expected %s, got %s", one->target, one->prediction);
    return METRIC_SCORED;
}

static const struct metric metric = { .name = "scripted", .score = score };

static const char *message_text(const struct llm_request *request, enum message_role role)
{
    for (size_t i = 0; i < request->message_count; i++)
        if (request->messages[i].role == role)
            return request->messages[i].content->data;
    return "";
}

static size_t turns(const struct llm_request *request, enum message_role role)
{
    size_t count = 0;

    for (size_t i = 0; i < request->message_count; i++)
        count += request->messages[i].role == role;
    return count;
}

static char *between(const char *text, const char *open, const char *close)
{
    const char *start = strstr(text, open);
    const char *end;

    if (start == NULL)
        return mem_strdup("");
    start += strlen(open);
    end = strstr(start, close);
    return end != NULL ? mem_strndup(start, (size_t)(end - start)) : mem_strdup("");
}

/* "Change: STEP<-reader,reader #hash" */
static struct llm_reply *gradient(struct rig *rig, const struct llm_request *request)
{
    const char *message = message_text(request, MESSAGE_USER);
    char *step = between(message, "<step>\n", ":");
    struct str text = STR_INIT;
    struct llm_reply *reply;

    str_addf(&rig->seen, "%s\n----\n", message);
    str_addf(&text, "{\"text_gradient\":\"Keep: it.\\nChange: %s<-", step);
    for (const char *at = message; (at = strstr(at, "<successor id=\"")) != NULL; at++) {
        char *id = between(at, "id=\"", "\"");

        str_addf(&text, "%s,", id);
        free(id);
    }
    str_addf(&text, " #%04x\"}", (unsigned)(hash_text(message).low & 0xffff));
    reply = script_reply(
        request, turns(request, MESSAGE_ASSISTANT) < rig->bad_gradients ? "no JSON" : text.data);
    str_free(&text);
    free(step);
    return reply;
}

static struct llm_reply *call_tool(
    const struct llm_request *request, const char *tool, const char *arguments)
{
    struct llm_reply *reply = script_reply(request, "let me look");

    llm_reply_add_call(reply, "c1", tool, arguments);
    reply->finish = FINISH_TOOL_CALLS;
    return reply;
}

/* An agent searches twice (once with a tool that there is not, once without arguments), then
 * answers. "endless" never does. */
static struct llm_reply *agent_turn(const struct llm_request *request)
{
    size_t turn = turns(request, MESSAGE_ASSISTANT);
    const char *user = message_text(request, MESSAGE_USER);

    if (turn == 0 && strstr(user, "endless") == NULL)
        return call_tool(request, "sarch", "{}");
    if (turn == 1 && strstr(user, "endless") == NULL)
        return call_tool(request, "search", "none");
    if (turn == 2 || strstr(user, "endless") != NULL)
        return call_tool(request, "search",
            strstr(user, "down")    ? "{down}"
            : strstr(user, "wrong") ? "{wrong}"
                                    : "{good}");
    return NULL;
}

static struct llm_reply *act(
    struct script *script, const struct llm_request *request, struct err *err, bool *retryable)
{
    const char *system = message_text(request, MESSAGE_SYSTEM);
    const char *user = message_text(request, MESSAGE_USER);
    struct llm_reply *reply = NULL;
    struct str whole = STR_INIT, text = STR_INIT;

    *retryable = false;
    if (request->role == LLM_META)
        return gradient(script->data, request);
    if (strstr(system, "lost") != NULL && strstr(user, "lost") != NULL) {
        err_set(err, ERR_ENDPOINT, "the endpoint is gone");
        return NULL;
    }
    if (request->tool_count > 0 && (reply = agent_turn(request)) != NULL) {
        if (strstr(system, "filtered") != NULL)
            reply->finish = FINISH_FILTER;
        return reply;
    }
    for (size_t i = 0; i < request->message_count; i++)
        str_addf(&whole, "%s|", request->messages[i].content->data);
    if (strstr(system, "garbage") != NULL && strstr(user, "garbage") != NULL)
        str_add(&text, "no JSON here");
    else if (request->schema != NULL)
        str_addf(&text, "```json\n{\"v\": \"%.1s %04x\",}\n```", system,
            (unsigned)(hash_text(whole.data).low & 0xffff));
    else
        str_addf(&text, "%.1s(%04x)", system, (unsigned)(hash_text(whole.data).low & 0xffff));
    reply = script_reply(request, text.data);
    str_free(&whole);
    str_free(&text);
    return reply;
}

static void fill_task(struct rig *rig)
{
    static const char *const trouble[] = { "", "", "lost", "", "garbage", "wrong", "", "down",
        "lost garbage", "endless" };

    rig->task = (struct task){
        .path = (char *)"task.json", .description = (char *)"Answer.", .metric = &metric
    };
    rig->task.inputs = mem_zalloc(1, sizeof(char *));
    rig->task.inputs[0] = mem_strdup("question");
    rig->task.input_count = 1;
    rig->task.examples = mem_zalloc(EXAMPLES_MAX, sizeof *rig->task.examples);
    rig->task.example_count = EXAMPLES_MAX;
    for (size_t i = 0; i < EXAMPLES_MAX; i++) {
        char *question = mem_printf("q%zu %s", i, trouble[i % 10]);

        rig->task.examples[i].inputs = mem_zalloc(1, sizeof(struct text *));
        rig->task.examples[i].inputs[0] = text_from(question);
        rig->task.examples[i].target = text_from("target");
        rig->indices[i] = EXAMPLES_MAX - 1 - i;
        free(question);
    }
    rig->models[0].name = (char *)"executor";
    rig->models[1].name = (char *)"meta";
    rig->task.models = rig->models;
    rig->task.model_count = 2;
}

static void free_task(struct task *task)
{
    for (size_t i = 0; i < task->example_count; i++) {
        text_unref(task->examples[i].inputs[0]);
        text_unref(task->examples[i].target);
        free(task->examples[i].inputs);
    }
    free(task->examples);
    free(task->inputs[0]);
    free(task->inputs);
}

static void open_client(struct rig *rig, const struct rig_options *options)
{
    struct err err = { 0 };
    struct client_options client = {
        .loop = &rig->loop,
        .store = rig->store,
        .workers = rig->workers,
        .concurrency = options->concurrency > 0 ? options->concurrency : 8,
        .limit_calls = options->limit_calls,
        .provider = &scripted_provider,
        .provider_ctx = &rig->script,
        .retry = { .attempts = 2, .first_ms = 1, .max_ms = 1 },
    };

    rig->client = client_open(&client);
    rig->opened[0] = client_open_model(rig->client, "executor", "{\"model\":\"builtin\"}", &err);
    rig->opened[1] =
        client_open_model(rig->client, "meta", "{\"model\":\"builtin\",\"bad_advice\":0}", &err);
}

void rig_open(struct rig *rig, const struct rig_options *options)
{
    struct err err = { 0 };

    *rig = (struct rig){ 0 };
    assert_int_equal(uv_loop_init(&rig->loop), 0);
    rig->script = (struct script){ .loop = &rig->loop,
        .answer = act,
        .data = rig,
        .seed = options->seed,
        .shuffle_ms = options->shuffle_ms };
    script_open(&rig->script);
    random_seed(&fake_tools_random, options->seed);
    fake_tools_shuffle_ms = options->shuffle_ms;
    fake_tools_loop = &rig->loop;
    rig->workers = workers_open(&rig->loop, 2);
    if (options->folder != NULL) {
        rig->store = options->create ? store_create(&rig->loop, options->folder, "r", "{}", &err)
                                     : store_open(&rig->loop, options->folder, "r", &err);
        if (rig->store == NULL)
            fail_msg("%s", err.message);
    }
    open_client(rig, options);
    rig->templates = templates_open(NULL, &err);
    if (rig->templates == NULL)
        fail_msg("%s", err.message);
    fill_task(rig);
    rig->plan.metric = &metric;
    rig->scorer = scorer_open(
        &(struct scorer_setup){ .loop = &rig->loop, .workers = rig->workers, .where = "rig" },
        &rig->plan, &err);
    assert_non_null(rig->scorer);
    rig->context = (struct pass_context){
        .loop = &rig->loop,
        .client = rig->client,
        .workers = rig->workers,
        .scorer = rig->scorer,
        .store = rig->store,
        .task = &rig->task,
        .templates = rig->templates,
        .meta = rig->opened[1],
        .models = rig->opened,
        .tools_text = "search: finds things",
    };
}

void rig_close(struct rig *rig)
{
    assert_int_equal(rig->script.in_flight, 0);
    scorer_close(rig->scorer);
    client_close(rig->client);
    workers_close(rig->workers);
    script_close(&rig->script);
    store_close(rig->store);
    rig_run(rig);
    assert_int_equal(uv_loop_close(&rig->loop), 0);
    templates_free(rig->templates);
    free_task(&rig->task);
    str_free(&rig->seen);
}

void rig_run(struct rig *rig)
{
    assert_int_equal(uv_run(&rig->loop, UV_RUN_DEFAULT), 0);
}

/* One line of rig_workflow's text into a spec; the texts stand in `line`, which is cut up. */
static void read_node(char *line, struct node_spec *spec, const char **inputs)
{
    static const char *const search[] = { "search" };
    static const char schema[] =
        "{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"string\"}},\"required\":[\"v\"]}";
    char *save = NULL, *list;
    const char *kind;

    *spec = (struct node_spec){ .inputs = inputs };
    spec->id = strtok_r(line, " ", &save);
    spec->description = "does it";
    kind = strtok_r(NULL, " ", &save);
    list = strtok_r(NULL, " ", &save);
    spec->prompt = strtok_r(NULL, "", &save);
    spec->kind = strcmp(kind, "llm") == 0     ? NODE_LLM
                 : strcmp(kind, "agent") == 0 ? NODE_AGENT
                                              : NODE_TOOL;
    if (spec->kind != NODE_LLM) {
        spec->tools = search;
        spec->tool_count = 1;
    }
    if (spec->prompt != NULL && strstr(spec->prompt, "json") != NULL)
        spec->schema = schema;
    for (char *name = strtok_r(list, ",", &save); name != NULL; name = strtok_r(NULL, ",", &save))
        inputs[spec->input_count++] = name;
}

struct workflow *rig_workflow(const char *lines)
{
    static const char *const fields[] = { "question" }, *const tools[] = { "search" },
                             *const models[] = { "executor" };
    const struct workflow_scope scope = { .fields = fields,
        .field_count = 1,
        .tools = tools,
        .tool_count = 1,
        .models = models,
        .model_count = 1 };
    char *copy = mem_strdup(lines), *save = NULL;
    struct node_spec specs[16];
    const char *inputs[16][8];
    struct err err = { 0 };
    struct workflow *workflow;
    size_t count = 0;

    for (char *line = strtok_r(copy, "\n", &save); line != NULL;
         line = strtok_r(NULL, "\n", &save), count++)
        read_node(line, &specs[count], inputs[count]);
    workflow = workflow_build(specs, count, &scope, &err);
    if (workflow == NULL)
        fail_msg("%s", err.message);
    free(copy);
    return workflow;
}

static void on_pass_done(struct pass *pass)
{
    struct rig_pass *at = pass->data;

    at->done++;
    assert_null(pass->nodes);
    assert_true((pass->result == NULL) == (pass->error.code != ERR_NONE));
}

void rig_start(struct rig *rig, struct rig_pass *at, const struct workflow *workflow,
    enum backward_mode backward, bool keep_texts)
{
    *at = (struct rig_pass){ .rig = rig };
    at->pass = (struct pass){
        .context = &rig->context,
        .request = { .workflow = workflow,
            .examples = rig->indices,
            .count = 20,
            .backward = backward,
            .keep_texts = keep_texts,
            .label = "test" },
        .on_done = on_pass_done,
        .data = at,
    };
    pass_start(&at->pass);
    assert_int_equal(at->done, 0);
}

static const char *text_or(const struct text *text)
{
    return text != NULL ? text->data : "-";
}

char *rig_describe(const struct rollout *rollout)
{
    struct str out = STR_INIT;

    str_addf(&out, "%zu scored %zu spoiled %zu lost %.6f\n", rollout->scored, rollout->spoiled,
        rollout->lost, rollout->score);
    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *e = &rollout->examples[i];

        str_addf(&out, "#%zu %d %.3f %s | %s | W %s %s\n", e->example, (int)e->state, e->score,
            text_or(e->words), text_or(e->input), text_or(e->workflow_gradient),
            text_or(e->workflow_gradient_error));
        for (size_t k = 0; e->nodes != NULL && k < rollout->workflow->count; k++)
            str_addf(&out, "  %s: %s | %s | %d %s\n", rollout->workflow->nodes[k].id,
                text_or(e->nodes[k].output), text_or(e->nodes[k].gradient),
                e->nodes[k].gradient_failed, text_or(e->nodes[k].gradient_error));
    }
    return str_take(&out);
}

char *rig_once(const struct rig_options *options, const char *lines, enum backward_mode backward)
{
    struct workflow *workflow = rig_workflow(lines);
    struct rig_pass pass;
    struct rig rig;
    char *text;

    rig_open(&rig, options);
    rig_start(&rig, &pass, workflow, backward, true);
    rig_run(&rig);
    assert_int_equal(pass.done, 1);
    if (pass.pass.result == NULL)
        fail_msg("%s", pass.pass.error.message);
    text = rig_describe(pass.pass.result);
    rollout_free(pass.pass.result);
    rig_close(&rig);
    workflow_unref(workflow);
    return text;
}
