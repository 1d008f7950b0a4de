#include "decisions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "diff.h"
#include "file.h"
#include "json.h"
#include "mem.h"
#include "nearest.h"

enum { DECISION_FILE_MAX = 4 * 1024 * 1024 };

/* Values of the store. */
static const char SETTING_REVIEW[] = "review", SETTING_WANTED[] = "revert";
static const char STOP[] = "stop"; /* names the record of where the search was stopped */

struct stored_decision {
    struct hash key;
    char *body;
};

struct decisions {
    struct store *store;
    const struct workflow_scope *scope;
    enum review_mode mode;
    uint32_t questions; /* how often decisions_is_reviewed was asked */
    uint32_t barriers;  /* and decisions_revert */
    struct hash wanted; /* zero: nothing */
    struct {
        struct stored_decision *items;
        size_t count, cap;
    } stored;
};

static void keep(void *data, struct hash key, const char *body)
{
    struct decisions *decisions = data;
    struct stored_decision decision = { key, mem_strdup(body) };

    ARRAY_PUSH(&decisions->stored, decision);
}

/* What was set in an earlier sitting. */
static bool read_wishes(struct decisions *decisions, struct err *err)
{
    char *mode = store_get_value(decisions->store, SETTING_REVIEW);
    char *wanted = store_get_value(decisions->store, SETTING_WANTED);
    bool ok = mode == NULL || review_mode_parse(mode, &decisions->mode, err);

    if (wanted != NULL)
        (void)hash_from_hex(wanted, &decisions->wanted);
    free(mode);
    free(wanted);
    return ok;
}

struct decisions *decisions_open(
    struct store *store, const struct workflow_scope *scope, enum review_mode mode, struct err *err)
{
    struct decisions *decisions = mem_zalloc(1, sizeof *decisions);

    decisions->store = store;
    decisions->scope = scope;
    decisions->mode = mode;
    if (!store_records(store, STORE_DECISION, keep, decisions, err) ||
        !read_wishes(decisions, err)) {
        decisions_close(decisions);
        return NULL;
    }
    return decisions;
}

void decisions_close(struct decisions *decisions)
{
    if (decisions == NULL)
        return;
    for (size_t i = 0; i < decisions->stored.count; i++)
        free(decisions->stored.items[i].body);
    free(decisions->stored.items);
    free(decisions);
}

void decisions_set_mode(struct decisions *decisions, enum review_mode mode)
{
    decisions->mode = mode;
    store_set(decisions->store, SETTING_REVIEW, review_mode_name(mode));
}

enum review_mode decisions_mode(const struct decisions *decisions)
{
    return decisions->mode;
}

static const char *find(const struct decisions *decisions, struct hash key)
{
    for (size_t i = 0; i < decisions->stored.count; i++)
        if (hash_equal(decisions->stored.items[i].key, key))
            return decisions->stored.items[i].body;
    return NULL;
}

static void store_body(struct store *store, struct hash key, const char *body)
{
    struct text *text = text_from(body);

    store_put(store, STORE_DECISION, key, text, NULL, NULL);
    text_unref(text);
}

/* Stored, and found in this sitting, too. */
static void add_body(struct decisions *decisions, struct hash key, const char *body)
{
    store_body(decisions->store, key, body);
    keep(decisions, key, body);
}

static bool mode_reviews(enum review_mode mode, enum proposal_kind kind)
{
    return mode == REVIEW_ALL ||
           mode == (kind == PROPOSAL_SKETCH ? REVIEW_STRUCTURE : REVIEW_PROMPTS);
}

bool decisions_is_reviewed(struct decisions *decisions, enum proposal_kind kind)
{
    char name[32];
    struct hash key;
    const char *stored;
    bool reviewed = mode_reviews(decisions->mode, kind);

    (void)snprintf(name, sizeof name, "reviewed %u", decisions->questions++);
    key = hash_text(name);
    stored = find(decisions, key);
    if (stored != NULL)
        return str_equal(stored, "person");
    store_body(decisions->store, key, reviewed ? "person" : "schedule");
    return reviewed;
}

struct hash decisions_key(struct hash proposal, unsigned ordinal)
{
    return hash_join(proposal, hash_bytes(&ordinal, sizeof ordinal));
}

static const char *string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool verdict_parse(const char *text, enum verdict *out)
{
    static const char *const names[] = { "accept", "reject", "edit" };

    for (int i = 0; i < 3; i++)
        if (str_equal(text, names[i])) {
            *out = (enum verdict)i;
            return true;
        }
    return false;
}

/* Lines and columns of an error are those of the text. */
static const struct workflow *read_workflow(
    const struct workflow_scope *scope, const char *text, enum json_flags flags, struct err *err)
{
    const struct workflow *workflow = NULL;
    struct json_doc *doc = json_parse("the edited workflow", 1, text, strlen(text), flags, err);

    if (doc != NULL)
        workflow = workflow_from_json("the edited workflow", json_root(doc), scope, err);
    json_free(doc);
    return workflow;
}

static const struct workflow *edited_workflow(
    const struct workflow_scope *scope, const cJSON *json, struct err *err)
{
    char *text = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(json, "workflow"));
    const struct workflow *workflow = NULL;

    if (text == NULL)
        err_set(err, ERR_INPUT, "the decision is \"edit\" but has no \"workflow\"");
    else
        workflow = read_workflow(scope, text, JSON_STRICT, err);
    free(text);
    return workflow;
}

bool decisions_check_workflow(
    const struct decisions *decisions, const char *workflow_json, struct err *err)
{
    const struct workflow *workflow;

    if (strlen(workflow_json) > DECISION_FILE_MAX)
        return err_set(err, ERR_INPUT, "the edited workflow has more than %d MiB",
            DECISION_FILE_MAX / (1024 * 1024));
    workflow = read_workflow(decisions->scope, workflow_json, JSON_COMMENTS, err);
    workflow_unref(workflow);
    return workflow != NULL;
}

bool decisions_find(struct decisions *decisions, const struct proposal *proposal,
    struct decision *out, struct err *err)
{
    const char *body = find(decisions, decisions_key(proposal->key, proposal->ordinal));
    cJSON *json;
    bool ok = true;

    if (body == NULL)
        return false;
    json = cJSON_Parse(body);
    *out = (struct decision){ 0 };
    (void)snprintf(out->who, sizeof out->who, "person");
    out->reason = mem_strdup(string_of(json, "reason"));
    if (!verdict_parse(string_of(json, "decision"), &out->verdict))
        ok = err_set(
            err, ERR_IO, "the stored decision on proposal %u is damaged", proposal->ordinal);
    else if (out->verdict == VERDICT_EDIT)
        ok = (out->workflow = edited_workflow(decisions->scope, json, err)) != NULL;
    cJSON_Delete(json);
    if (!ok)
        free(out->reason);
    return ok;
}

/* ---- going back, and stopping ---- */

static struct hash barrier_key(uint32_t barrier)
{
    char name[32];

    (void)snprintf(name, sizeof name, "revert %u", barrier);
    return hash_text(name);
}

void decisions_want_workflow(struct decisions *decisions, struct hash workflow)
{
    char hex[HASH_HEX_SIZE] = "";

    decisions->wanted = workflow;
    if (!hash_is_zero(workflow))
        hash_hex(workflow, hex);
    store_set(decisions->store, SETTING_WANTED, hex);
}

struct hash decisions_wanted(const struct decisions *decisions)
{
    return decisions->wanted;
}

struct hash decisions_revert(struct decisions *decisions, bool replaying)
{
    struct hash key = barrier_key(decisions->barriers++);
    const char *stored = find(decisions, key);
    struct hash workflow = { 0, 0 };
    char hex[HASH_HEX_SIZE];

    if (stored != NULL) {
        (void)hash_from_hex(stored, &workflow);
    } else if (!replaying && !hash_is_zero(decisions->wanted)) {
        workflow = decisions->wanted;
        hash_hex(workflow, hex);
        add_body(decisions, key, hex);
        decisions_want_workflow(decisions, (struct hash){ 0, 0 });
    }
    return workflow;
}

int64_t decisions_stop(const struct decisions *decisions)
{
    const char *stored = find(decisions, hash_text(STOP));

    return stored != NULL ? strtoll(stored, NULL, 10) : DECISIONS_NO_STOP;
}

void decisions_set_stop(struct decisions *decisions, uint32_t effect)
{
    char number[16];

    (void)snprintf(number, sizeof number, "%u", effect);
    add_body(decisions, hash_text(STOP), number);
}

/* ---- as JSON ---- */

static cJSON *parsed(struct str *text)
{
    cJSON *json = cJSON_Parse(str_text(text));

    str_free(text);
    return json;
}

static cJSON *evidence_to_json(const struct evidence *evidence)
{
    cJSON *object;

    if (!evidence->run)
        return cJSON_CreateNull();
    object = cJSON_CreateObject();
    cJSON_AddNumberToObject(object, "fixed", (double)evidence->fixed);
    cJSON_AddNumberToObject(object, "broken", (double)evidence->broken);
    cJSON_AddNumberToObject(object, "same", (double)evidence->same);
    cJSON_AddNumberToObject(object, "before", evidence->before);
    cJSON_AddNumberToObject(object, "after", evidence->after);
    cJSON_AddNumberToObject(object, "missing", (double)evidence->missing);
    cJSON_AddNumberToObject(object, "pass", evidence->pass);
    return object;
}

cJSON *decisions_describe(const struct proposal *proposal)
{
    cJSON *object = cJSON_CreateObject();
    struct str text = STR_INIT;
    char hex[HASH_HEX_SIZE];

    hash_hex(decisions_key(proposal->key, proposal->ordinal), hex);
    cJSON_AddNumberToObject(object, "proposal", proposal->ordinal);
    cJSON_AddStringToObject(
        object, "kind", proposal->kind == PROPOSAL_SKETCH ? "sketch" : "prompts");
    cJSON_AddStringToObject(object, "key", hex);
    cJSON_AddItemToObject(object, "changes", cJSON_Duplicate(proposal->changes, true));
    cJSON_AddItemToObject(object, "evidence", evidence_to_json(&proposal->evidence));
    cJSON_AddItemToObject(object, "gradients", cJSON_Duplicate(proposal->gradients, true));
    diff_to_json(proposal->before, proposal->after, &text);
    cJSON_AddItemToObject(object, "diff", parsed(&text));
    workflow_to_json(proposal->after, &text);
    cJSON_AddItemToObject(object, "workflow", parsed(&text));
    return object;
}

static bool check_names(const cJSON *entry, const char *path, struct err *err)
{
    static const char *const known[] = { "proposal", "decision", "reason", "workflow" };
    enum { KNOWN = sizeof known / sizeof known[0] };
    const cJSON *member;

    cJSON_ArrayForEach(member, entry)
    {
        const char *name = member->string != NULL ? member->string : "";
        const char *near = nearest_name(name, known, KNOWN);
        bool is_known = false;

        for (size_t i = 0; i < KNOWN; i++)
            is_known = is_known || str_equal(name, known[i]);
        if (!is_known)
            return err_set(err, ERR_INPUT, "%s: unknown key \"%s\"; %s \"%s\"", path, name,
                near != NULL ? "did you mean" : "known are proposal, decision, reason and",
                near != NULL ? near : "workflow");
    }
    return true;
}

static bool has_reason(const cJSON *entry)
{
    const char *reason = string_of(entry, "reason");

    return reason != NULL && reason[strspn(reason, " \t\r\n")] != '\0';
}

/* One entry of the file, against the proposal that waits. */
static bool check_entry(const struct workflow_scope *scope, const cJSON *entry,
    const cJSON *pending, const char *path, struct err *err)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(entry, "proposal");
    double wanted = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(pending, "proposal"));
    enum verdict verdict;

    if (!check_names(entry, path, err))
        return false;
    if (!cJSON_IsNumber(number))
        return err_set(err, ERR_INPUT, "%s: an entry has no \"proposal\" (a number)", path);
    if (number->valuedouble != wanted)
        return err_set(err, ERR_INPUT,
            "%s: proposal %.0f does not wait for a decision; proposal %.0f does", path,
            number->valuedouble, wanted);
    if (!verdict_parse(string_of(entry, "decision"), &verdict))
        return err_set(err, ERR_INPUT,
            "%s: proposal %.0f: \"decision\" must be accept, reject or edit", path, wanted);
    if (verdict == VERDICT_REJECT && !has_reason(entry))
        return err_set(err, ERR_INPUT,
            "%s: proposal %.0f: a rejection needs a \"reason\": the meta model is shown it", path,
            wanted);
    if (verdict == VERDICT_EDIT &&
        !cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(entry, "workflow")))
        return err_set(err, ERR_INPUT, "%s: proposal %.0f: an edit needs the whole \"workflow\"",
            path, wanted);
    if (verdict == VERDICT_EDIT) {
        const struct workflow *edited = edited_workflow(scope, entry, err);

        if (edited == NULL)
            return err_prefix(err, "%s: proposal %.0f", path, wanted);
        workflow_unref(edited);
    }
    return true;
}

/* Whether this entry may decide; *key is then what it is stored under. */
static bool may_decide(struct store *store, const struct workflow_scope *scope,
    const cJSON *pending, const cJSON *entry, const char *path, struct hash *key, struct err *err)
{
    const char *hex = string_of(pending, "key");

    if (!check_entry(scope, entry, pending, path, err))
        return false;
    if (hex == NULL || !hash_from_hex(hex, key))
        return err_set(err, ERR_IO, "the run's note of its waiting proposal is damaged");
    return !store_has(store, STORE_DECISION, *key) ||
           err_set(err, ERR_INPUT,
               "%s: proposal %.0f was decided already; flowbot resume goes on with that", path,
               cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(pending, "proposal")));
}

static bool apply(struct store *store, const struct workflow_scope *scope, const cJSON *pending,
    const cJSON *file, const char *path, struct err *err)
{
    const cJSON *entry = cJSON_IsArray(file) ? cJSON_GetArrayItem(file, 0) : file;
    struct hash key = { 0, 0 };
    char *body;

    if (cJSON_IsArray(file) && cJSON_GetArraySize(file) != 1)
        return err_set(err, ERR_INPUT,
            "%s: one proposal waits at a time, so one entry is expected, not %d", path,
            cJSON_GetArraySize(file));
    if (!may_decide(store, scope, pending, entry, path, &key, err))
        return false;
    body = cJSON_PrintUnformatted(entry);
    store_body(store, key, body);
    free(body);
    return true;
}

bool decisions_answer(
    struct decisions *decisions, const cJSON *pending, const cJSON *entry, struct err *err)
{
    struct hash key = { 0, 0 };
    char *body;

    if (!may_decide(decisions->store, decisions->scope, pending, entry, "the decision", &key, err))
        return false;
    body = cJSON_PrintUnformatted(entry);
    add_body(decisions, key, body);
    free(body);
    return true;
}

bool decisions_apply_file(struct store *store, const struct workflow_scope *scope,
    const cJSON *pending, const char *path, struct err *err)
{
    struct str bytes = STR_INIT;
    struct json_doc *doc = NULL;
    cJSON *file = NULL;
    struct str strict = STR_INIT;
    bool ok = false;

    if (!file_read(path, DECISION_FILE_MAX, &bytes, err))
        goto out;
    /* the strict reader finds the line of an error; what it accepts goes on as machine-written JSON
     */
    doc = json_parse(path, 1, str_text(&bytes), bytes.len, JSON_COMMENTS, err);
    if (doc == NULL)
        goto out;
    json_print(json_root(doc), &strict);
    file = cJSON_Parse(str_text(&strict));
    ok = apply(store, scope, pending, file, path, err);
out:
    cJSON_Delete(file);
    json_free(doc);
    str_free(&strict);
    str_free(&bytes);
    return ok;
}
