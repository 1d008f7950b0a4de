#include "conductor.h"

#include <stdlib.h>

#include "conductor_command.h"
#include "json.h"
#include "mem.h"
#include "meta_ask.h"
#include "utf8.h"

struct pass_handle {
    struct pass pass;
    struct conductor *conductor;
    struct conductor_command *waiter; /* who collects it; NULL: nobody yet */
    bool is_begun, done;
    struct pass_handle *next;
};

struct conductor {
    struct conductor_options options;
    struct effects table;
    uv_thread_t thread;
    uv_async_t wake;
    uv_mutex_t mutex; /* guards command, command->done, cancelled, ended */
    uv_cond_t answered;
    struct conductor_command *command; /* the mailbox */
    bool cancelled;
    bool ended;
    /* loop thread only */
    struct conductor_command *deciding; /* waits for a person */
    struct conductor_command *asking, *reverting;
    struct meta_ask_batch *asks;
    struct pass_handle *passes; /* oldest first */
    uint32_t pass_count;
    bool has_losses;   /* an example of some pass was lost */
    bool testing;      /* tests_begin was called */
    uint32_t effects;  /* numbered ones that were begun */
    int64_t stop_at;   /* the first of them that is no more performed; DECISIONS_NO_STOP */
    bool repeats_stop; /* the stop is an earlier sitting's */
    bool stop_wanted;
    bool tests_cut; /* a test pass ran into a limit: what is said of it has no number */
    bool leaving;
    /* written by the conductor thread before `ended` */
    enum effect_status status;
    struct optimize_result result;
    struct err err;
};

/* ---- the algorithm's thread ---- */

enum effect_status conductor_perform(
    struct conductor *conductor, struct conductor_command *command, struct err *err)
{
    uv_mutex_lock(&conductor->mutex);
    if (conductor->cancelled) {
        uv_mutex_unlock(&conductor->mutex);
        return EFFECT_CANCELLED;
    }
    conductor->command = command;
    (void)uv_async_send(&conductor->wake);
    while (!command->done)
        uv_cond_wait(&conductor->answered, &conductor->mutex);
    uv_mutex_unlock(&conductor->mutex);
    if (command->status == EFFECT_FAILED)
        *err = command->err;
    return command->status;
}

/* ---- the loop's side ---- */

static void answer(
    struct conductor *conductor, struct conductor_command *command, enum effect_status status)
{
    uv_mutex_lock(&conductor->mutex);
    command->status = status;
    command->done = true;
    uv_cond_signal(&conductor->answered);
    uv_mutex_unlock(&conductor->mutex);
}

static bool is_stopped(const struct conductor *conductor)
{
    return conductor->stop_at != DECISIONS_NO_STOP &&
           (int64_t)conductor->effects > conductor->stop_at && !conductor->testing;
}

/* What a person stopped was cancelled on the way, but that is not what came of it. */
static void answer_error(
    struct conductor *conductor, struct conductor_command *command, const struct err *err)
{
    command->err = *err;
    if (err->code == ERR_CANCELLED && is_stopped(conductor)) {
        command->err = (struct err){ .code = ERR_NONE };
        err_set(&command->err, ERR_LIMIT, "stopped by a person: the best so far is kept");
        err = &command->err;
    }
    answer(conductor, command, err->code == ERR_CANCELLED ? EFFECT_CANCELLED : EFFECT_FAILED);
}

static void forget_pass(struct pass_handle *handle)
{
    struct pass_handle **at = &handle->conductor->passes;

    while (*at != handle)
        at = &(*at)->next;
    *at = handle->next;
    rollout_free(handle->pass.result);
    free(handle);
}

static void prefix_words(struct err *err, const struct text *words)
{
    struct str line = STR_INIT;

    utf8_add_line(words->data, words->len, 320, &line);
    err_prefix(err, "%s", str_text(&line));
    str_free(&line);
}

/* More than half lost for want of the endpoint: nothing can be learned from it (design, section 5).
 */
static bool is_endpoint_gone(const struct rollout *rollout, struct err *err)
{
    if (rollout->lost * 2 <= rollout->count)
        return false;
    err_set(err, ERR_ENDPOINT,
        "%zu of %zu examples were lost for want of the endpoint; mend it, then `flowbot resume` "
        "asks them again",
        rollout->lost, rollout->count);
    for (size_t i = 0; i < rollout->count; i++)
        if (rollout->examples[i].state == EXAMPLE_LOST && rollout->examples[i].words != NULL) {
            prefix_words(err, rollout->examples[i].words);
            break;
        }
    return true;
}

static void hand_over(struct pass_handle *handle)
{
    struct conductor *conductor = handle->conductor;
    struct conductor_command *command = handle->waiter;
    struct err err = { .code = ERR_CANCELLED };

    if (handle->pass.result == NULL && !is_stopped(conductor)) {
        conductor->tests_cut |= conductor->testing && handle->pass.error.code == ERR_LIMIT;
        answer_error(conductor, command, &handle->pass.error);
    } else if (is_stopped(conductor) || is_endpoint_gone(handle->pass.result, &err)) {
        answer_error(conductor, command, &err);
    } else {
        conductor->has_losses = conductor->has_losses || handle->pass.result->lost > 0;
        command->rollout = handle->pass.result;
        handle->pass.result = NULL;
        answer(conductor, command, EFFECT_OK);
    }
    forget_pass(handle);
}

static void finish(struct conductor *conductor)
{
    (void)uv_thread_join(&conductor->thread);
    conductor->options.on_done(
        conductor->options.data, conductor->status, &conductor->result, &conductor->err);
}

static void on_pass_done(struct pass *pass)
{
    struct pass_handle *handle = pass->data;
    struct conductor *conductor = handle->conductor;

    handle->done = true;
    if (pass->result != NULL)
        conductor->options.on_pass(conductor->options.data, pass->result);
    if (handle->waiter != NULL) {
        hand_over(handle);
    } else if (conductor->leaving) {
        forget_pass(handle);
        if (conductor->passes == NULL)
            finish(conductor);
    }
}

static struct pass_handle *new_pass(
    struct conductor *conductor, const struct rollout_request *request)
{
    struct pass_handle *handle = mem_zalloc(1, sizeof *handle);
    struct pass_handle **end = &conductor->passes;

    while (*end != NULL)
        end = &(*end)->next;
    *end = handle;
    handle->conductor = conductor;
    handle->pass.context = &conductor->options.engine->context;
    handle->pass.request = *request;
    handle->pass.ordinal = conductor->pass_count++;
    handle->pass.on_done = on_pass_done;
    handle->pass.data = handle;
    return handle;
}

static void begin_pass(struct pass_handle *handle)
{
    handle->is_begun = true;
    pass_start(&handle->pass);
}

static void do_rollout(struct conductor *conductor, struct conductor_command *command)
{
    struct pass_handle *handle = new_pass(conductor, command->request);

    handle->waiter = command;
    begin_pass(handle);
}

/* Where a stop is repeated, one that the stop cut short would ask what nobody is going to use. */
static void do_pass_start(struct conductor *conductor, struct conductor_command *command)
{
    command->handle = new_pass(conductor, command->request);
    if (!conductor->repeats_stop)
        begin_pass(command->handle);
    answer(conductor, command, EFFECT_OK);
}

static void do_pass_collect(struct conductor *conductor, struct conductor_command *command)
{
    (void)conductor;
    command->handle->waiter = command;
    if (command->handle->done)
        hand_over(command->handle);
    else if (!command->handle->is_begun)
        begin_pass(command->handle);
}

static void on_asked(void *data, const struct err *error)
{
    struct conductor *conductor = data;
    struct conductor_command *command = conductor->asking;

    conductor->asking = NULL;
    conductor->asks = NULL;
    if (is_stopped(conductor))
        answer_error(conductor, command, &(struct err){ .code = ERR_CANCELLED });
    else if (error != NULL)
        answer_error(conductor, command, error);
    else
        answer(conductor, command, EFFECT_OK);
}

static void do_ask(struct conductor *conductor, struct conductor_command *command)
{
    conductor->asking = command;
    conductor->asks = meta_ask_start(conductor->options.engine, command->questions, command->count,
        command->replies, on_asked, conductor);
}

static void do_is_reviewed(struct conductor *conductor, struct conductor_command *command)
{
    command->reviewed = decisions_is_reviewed(conductor->options.decisions, command->proposal_kind);
    answer(conductor, command, EFFECT_OK);
}

/* True where somebody has decided, or the decision cannot be used. */
static bool take_decision(struct conductor *conductor, struct conductor_command *command)
{
    struct err err = { .code = ERR_NONE };

    if (decisions_find(conductor->options.decisions, command->proposal, command->decision, &err)) {
        answer(conductor, command, EFFECT_OK);
        return true;
    }
    if (err.code != ERR_NONE)
        answer_error(conductor, command, &err);
    return err.code != ERR_NONE;
}

static void do_decide(struct conductor *conductor, struct conductor_command *command)
{
    if (take_decision(conductor, command))
        return;
    conductor->deciding = command;
    conductor->options.on_waiting(conductor->options.data, decisions_describe(command->proposal));
}

/* The journal has the barrier's choice before the workflow is there. */
static void on_workflow(void *data, struct text *body, const struct err *error)
{
    struct conductor_command *command = data;
    struct conductor *conductor = command->conductor;
    struct err err = { .code = ERR_NONE };
    struct json_doc *doc = NULL;

    conductor->reverting = NULL;
    if (body == NULL)
        err_set(&err, ERR_IO, "the workflow to go back to cannot be read: %s",
            error != NULL ? error->message : "the run's file does not have it");
    else
        doc = json_parse("the stored workflow", 1, body->data, body->len, JSON_STRICT, &err);
    if (doc != NULL)
        command->workflow = workflow_from_json(
            "the stored workflow", json_root(doc), conductor->options.input.scope, &err);
    json_free(doc);
    text_unref(body);
    if (is_stopped(conductor))
        err.code = ERR_CANCELLED;
    if (err.code != ERR_NONE)
        answer_error(conductor, command, &err);
    else
        answer(conductor, command, EFFECT_OK);
}

static void do_revert(struct conductor *conductor, struct conductor_command *command)
{
    struct hash workflow =
        decisions_revert(conductor->options.decisions, events_replaying(conductor->options.events));

    command->conductor = conductor;
    if (hash_is_zero(workflow)) {
        answer(conductor, command, EFFECT_OK);
        return;
    }
    conductor->reverting = command;
    store_get(
        conductor->options.engine->context.store, STORE_WORKFLOW, workflow, on_workflow, command);
}

/* Each workflow that was the current one can be gone back to. */
static void keep_workflow(const struct conductor *conductor, const cJSON *fact)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(fact, "id");
    const cJSON *workflow = cJSON_GetObjectItemCaseSensitive(fact, "workflow");
    struct hash key;
    struct text *text;
    char *json;

    if (!cJSON_IsObject(workflow) || !hash_from_hex(cJSON_GetStringValue(id), &key))
        return;
    json = cJSON_PrintUnformatted(workflow);
    text = text_from(json);
    store_put(conductor->options.engine->context.store, STORE_WORKFLOW, key, text, NULL, NULL);
    text_unref(text);
    cJSON_free(json);
}

/* A gradient or an answer of the meta model that was lost changes what follows as well. */
static void note_losses(struct conductor *conductor)
{
    if (conductor->has_losses || client_counts(conductor->options.engine->client).failed > 0)
        events_note_loss(conductor->options.events);
}

static void do_state(struct conductor *conductor, struct conductor_command *command)
{
    cJSON *fact = command->fact;

    command->fact = NULL;
    keep_workflow(conductor, fact);
    note_losses(conductor);
    if (*conductor->options.after_limit || conductor->tests_cut) {
        events_progress(conductor->options.events, fact);
        answer(conductor, command, EFFECT_OK);
    } else if (events_state(conductor->options.events, fact, &command->err))
        answer(conductor, command, EFFECT_OK);
    else
        answer(conductor, command, EFFECT_FAILED);
}

static void do_provide(struct conductor *conductor, struct conductor_command *command)
{
    conductor->options.on_provide(conductor->options.data, command->best, command->candidate);
    answer(conductor, command, EFFECT_OK);
}

static void do_tests_begin(struct conductor *conductor, struct conductor_command *command)
{
    conductor->testing = true;
    command->allowed = conductor->options.on_tests_begin(conductor->options.data);
    answer(conductor, command, EFFECT_OK);
}

static void do_phase(struct conductor *conductor, struct conductor_command *command)
{
    conductor->options.on_phase(conductor->options.data, command->phase);
    answer(conductor, command, EFFECT_OK);
}

/* The algorithm has ended. What it left uncollected (it was cancelled) runs down first. */
static void leave(struct conductor *conductor)
{
    struct pass_handle *next;

    conductor->leaving = true;
    for (struct pass_handle *handle = conductor->passes; handle != NULL; handle = next) {
        next = handle->next;
        if (handle->done || !handle->is_begun)
            forget_pass(handle);
        else
            pass_cancel(&handle->pass);
    }
    if (conductor->passes == NULL)
        finish(conductor);
}

/* ---- stopping ---- */

/* All that is under way for the search ends; the effect that waits for it ends with it. */
static void cut_search(struct conductor *conductor)
{
    struct conductor_command *deciding = conductor->deciding;
    struct err cancelled = { .code = ERR_CANCELLED };

    for (struct pass_handle *handle = conductor->passes; handle != NULL; handle = handle->next)
        pass_cancel(&handle->pass);
    if (conductor->asks != NULL)
        meta_ask_cancel(conductor->asks);
    conductor->deciding = NULL;
    if (deciding != NULL)
        answer_error(conductor, deciding, &cancelled);
}

static bool is_under_way(const struct conductor *conductor)
{
    if (conductor->asking != NULL || conductor->deciding != NULL || conductor->reverting != NULL)
        return true;
    for (const struct pass_handle *at = conductor->passes; at != NULL; at = at->next)
        if (at->waiter != NULL)
            return true;
    return false;
}

/* The wish of conductor_stop comes true as soon as nothing stored is left to be repeated. */
static void stop_if_wanted(struct conductor *conductor)
{
    if (!conductor->stop_wanted || conductor->stop_at != DECISIONS_NO_STOP || conductor->testing ||
        events_replaying(conductor->options.events))
        return;
    conductor->stop_at = (int64_t)conductor->effects - is_under_way(conductor);
    decisions_set_stop(conductor->options.decisions, (uint32_t)conductor->stop_at);
    cut_search(conductor);
}

/* An effect after the stop: nothing of it is done but what must be given back. The first one may
 * have been under way when the person stopped it: its pass counts either way. */
static void refuse(struct conductor *conductor, struct conductor_command *command)
{
    struct err cancelled = { .code = ERR_CANCELLED };
    bool is_first = (int64_t)conductor->effects == conductor->stop_at + 1;

    conductor->pass_count +=
        is_first && (command->kind == COMMAND_ROLLOUT || command->kind == COMMAND_PASS_START);
    if (command->handle == NULL) {
        answer_error(conductor, command, &cancelled);
        return;
    }
    command->handle->waiter = command;
    if (command->handle->done || !command->handle->is_begun)
        hand_over(command->handle);
    else
        pass_cancel(&command->handle->pass);
}

/* What each command does, and whether it counts among the effects at which a person may stop. */
static const struct {
    void (*perform)(struct conductor *conductor, struct conductor_command *command);
    bool is_numbered;
} commands[] = {
    [COMMAND_ROLLOUT] = { do_rollout, true },
    [COMMAND_PASS_START] = { do_pass_start, true },
    [COMMAND_PASS_COLLECT] = { do_pass_collect, true },
    [COMMAND_ASK] = { do_ask, true },
    [COMMAND_IS_REVIEWED] = { do_is_reviewed, false },
    [COMMAND_DECIDE] = { do_decide, true },
    [COMMAND_REVERT] = { do_revert, true },
    [COMMAND_STATE] = { do_state, false },
    [COMMAND_PROVIDE] = { do_provide, false },
    [COMMAND_TESTS_BEGIN] = { do_tests_begin, false },
    [COMMAND_PHASE] = { do_phase, false },
};

static void begin(struct conductor *conductor, struct conductor_command *command)
{
    stop_if_wanted(conductor);
    conductor->effects += commands[command->kind].is_numbered && !conductor->testing;
    if (commands[command->kind].is_numbered && is_stopped(conductor))
        refuse(conductor, command);
    else
        commands[command->kind].perform(conductor, command);
}

static void on_wake(uv_async_t *wake)
{
    struct conductor *conductor = wake->data;
    struct conductor_command *command;
    bool ended, cancelled;

    uv_mutex_lock(&conductor->mutex);
    command = conductor->command;
    conductor->command = NULL;
    ended = conductor->ended && !conductor->leaving;
    cancelled = conductor->cancelled;
    uv_mutex_unlock(&conductor->mutex);
    if (command != NULL && cancelled)
        answer(conductor, command, EFFECT_CANCELLED);
    else if (command != NULL)
        begin(conductor, command);
    else if (ended)
        leave(conductor);
}

/* ---- life ---- */

static void conductor_main(void *data)
{
    struct conductor *conductor = data;

    conductor->status = optimize(&conductor->options.input, &conductor->result, &conductor->err);
    uv_mutex_lock(&conductor->mutex);
    conductor->ended = true;
    uv_mutex_unlock(&conductor->mutex);
    (void)uv_async_send(&conductor->wake);
}

struct conductor *conductor_start(const struct conductor_options *options)
{
    struct conductor *conductor = mem_zalloc(1, sizeof *conductor);

    conductor->options = *options;
    conductor->stop_at = decisions_stop(options->decisions);
    conductor->repeats_stop = conductor->stop_at != DECISIONS_NO_STOP;
    conductor->table = conductor_effects(conductor);
    conductor->options.input.effects = &conductor->table;
    conductor->wake.data = conductor;
    if (uv_mutex_init(&conductor->mutex) != 0 || uv_cond_init(&conductor->answered) != 0 ||
        uv_async_init(options->engine->loop, &conductor->wake, on_wake) != 0 ||
        uv_thread_create(&conductor->thread, conductor_main, conductor) != 0)
        abort();
    return conductor;
}

void conductor_cancel(struct conductor *conductor)
{
    struct conductor_command *deciding = conductor->deciding;

    uv_mutex_lock(&conductor->mutex);
    conductor->cancelled = true;
    uv_mutex_unlock(&conductor->mutex);
    for (struct pass_handle *handle = conductor->passes; handle != NULL; handle = handle->next)
        pass_cancel(&handle->pass);
    if (conductor->asks != NULL)
        meta_ask_cancel(conductor->asks);
    conductor->deciding = NULL;
    if (deciding != NULL)
        answer(conductor, deciding, EFFECT_CANCELLED);
}

void conductor_decided(struct conductor *conductor)
{
    struct conductor_command *deciding = conductor->deciding;

    conductor->deciding = NULL;
    if (deciding != NULL && !take_decision(conductor, deciding))
        conductor->deciding = deciding;
}

void conductor_stop(struct conductor *conductor)
{
    conductor->stop_wanted = true;
    stop_if_wanted(conductor);
}

bool conductor_is_stopped(const struct conductor *conductor)
{
    return !conductor->tests_cut && conductor->stop_at != DECISIONS_NO_STOP &&
           (int64_t)conductor->effects > conductor->stop_at;
}

const struct pass *conductor_pass(const struct conductor *conductor, size_t index)
{
    const struct pass_handle *handle = conductor->passes;

    while (handle != NULL && (!handle->is_begun || index-- > 0))
        handle = handle->next;
    return handle != NULL ? &handle->pass : NULL;
}

static void on_closed(uv_handle_t *handle)
{
    struct conductor *conductor = handle->data;

    uv_cond_destroy(&conductor->answered);
    uv_mutex_destroy(&conductor->mutex);
    free(conductor);
}

void conductor_close(struct conductor *conductor)
{
    if (conductor != NULL)
        uv_close((uv_handle_t *)&conductor->wake, on_closed);
}
