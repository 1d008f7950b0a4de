/* What a person may do while a run goes on. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "run_progress.h"
#include "run_state.h"
#include "str.h"

/* ---- decisions ---- */

/* The edited text (comments allowed) as machine-written JSON, of which no line is told any more. */
static bool add_workflow(cJSON *entry, const char *text, struct err *err)
{
    struct str strict = STR_INIT;
    struct json_doc *doc =
        json_parse("the edited workflow", 1, text, strlen(text), JSON_COMMENTS, err);

    if (doc == NULL)
        return false;
    json_print(json_root(doc), &strict);
    cJSON_AddItemToObject(entry, "workflow", cJSON_Parse(str_text(&strict)));
    str_free(&strict);
    json_free(doc);
    return true;
}

/* What `review --apply` would read from its file. */
static cJSON *entry_of(const struct run *run, const struct answer *answer, struct err *err)
{
    static const char *const kinds[] = { "accept", "reject", "edit" };
    cJSON *entry = cJSON_CreateObject();

    cJSON_AddNumberToObject(entry, "proposal", answer->proposal);
    cJSON_AddStringToObject(entry, "decision", kinds[answer->kind]);
    if (answer->reason != NULL && answer->reason[0] != '\0')
        cJSON_AddStringToObject(entry, "reason", answer->reason);
    if (answer->kind != ANSWER_EDIT ||
        (decisions_check_workflow(run->decisions, answer->workflow_json, err) &&
            add_workflow(entry, answer->workflow_json, err)))
        return entry;
    cJSON_Delete(entry);
    return NULL;
}

/* The decision is in the journal, or cannot be put there: then the run cannot go on. */
static void on_saved(void *data, struct text *body, const struct err *error)
{
    struct run *run = data;
    const struct err *trouble = error != NULL ? error : store_trouble(run->store);

    text_unref(body);
    run->deciding = false;
    if (run->interrupted)
        return;
    if (trouble != NULL) {
        client_stop(run->engine.client, trouble);
        conductor_cancel(run->conductor);
        return;
    }
    run->waiting = false;
    free(run->waiting_text);
    run->waiting_text = NULL;
    run_set_status(run, "running", NULL);
    run_progress_waiting(run);
    conductor_decided(run->conductor);
}

bool run_decide(struct run *run, const struct answer *answer, struct err *err)
{
    cJSON *pending, *entry;
    bool ok;

    if (!run->waiting || run->deciding || run->interrupted)
        return err_set(err, ERR_INPUT, "no proposal waits for a decision");
    entry = entry_of(run, answer, err);
    if (entry == NULL)
        return false;
    pending = cJSON_Parse(run->waiting_text);
    ok = decisions_answer(run->decisions, pending, entry, err);
    cJSON_Delete(pending);
    cJSON_Delete(entry);
    if (!ok)
        return false;
    run->deciding = true;
    store_get(run->store, STORE_TEXT, (struct hash){ 0, 0 }, on_saved, run);
    return true;
}

bool run_check_workflow(const struct run *run, const char *workflow_json, struct err *err)
{
    return decisions_check_workflow(run->decisions, workflow_json, err);
}

void run_set_review(struct run *run, enum review_mode mode)
{
    decisions_set_mode(run->decisions, mode);
    run_progress_sitting(run);
}

enum review_mode run_review(const struct run *run)
{
    return decisions_mode(run->decisions);
}

bool run_revert(struct run *run, const char *id, struct err *err)
{
    struct hash workflow;

    if (!hash_from_hex(id, &workflow) || !store_has(run->store, STORE_WORKFLOW, workflow))
        return err_set(err, ERR_INPUT,
            "%.40s: no workflow of this run has this id; its `workflow` facts name them", id);
    decisions_want_workflow(run->decisions, workflow);
    run_progress_send(run);
    return true;
}

/* ---- going on, or not ---- */

void run_pause(struct run *run, bool pause)
{
    if (client_is_paused(run->engine.client) == pause)
        return;
    client_pause(run->engine.client, pause);
    run_progress_paused(run);
}

bool run_is_paused(const struct run *run)
{
    return client_is_paused(run->engine.client);
}

bool run_stop(struct run *run, struct err *err)
{
    if (run->conductor == NULL || run->interrupted)
        return err_set(err, ERR_INPUT, "the run has ended");
    run->waiting = false; /* what waits is not asked any more */
    free(run->waiting_text);
    run->waiting_text = NULL;
    run_pause(run, false);
    run->stopping = true;
    conductor_stop(run->conductor);
    run_progress_waiting(run);
    return true;
}

/* ---- looking ---- */

size_t run_calls(
    const struct run *run, size_t from, size_t count, struct call_news *rows, size_t *total)
{
    size_t under_way, written;
    size_t ended = run->calls.rows != NULL ? call_log_kept(&run->calls) : 0;

    written = client_calls(run->engine.client, from, count, rows, &under_way);
    *total = under_way + ended;
    for (size_t at = from + written; written < count && at < *total; at++)
        rows[written++] = *call_log_row(&run->calls, at - under_way);
    return written;
}

uint64_t run_calls_ended(const struct run *run)
{
    return run->calls.count;
}

int64_t run_now_ms(const struct run *run)
{
    return events_now_ms(run->events);
}

const char *run_path(const struct run *run)
{
    return store_path(run->store);
}
