#include "snapshot.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "mem.h"
#include "sitting_settings.h"
#include "str.h"

enum { SNAPSHOT_VERSION = 1 };

static cJSON *templates_to_json(const struct templates *templates)
{
    cJSON *object = cJSON_CreateObject();

    for (int i = 0; i < TEMPLATE_COUNT; i++)
        cJSON_AddStringToObject(object, templates_name((enum template_id)i),
            templates_source(templates, (enum template_id)i));
    return object;
}

static void add_hash(cJSON *object, const char *name, struct hash hash)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(hash, hex);
    cJSON_AddStringToObject(object, name, hex);
}

char *snapshot_write(const struct snapshot *snapshot)
{
    cJSON *object = cJSON_CreateObject();
    struct str start = STR_INIT;
    char *text;

    workflow_to_json(snapshot->start, &start);
    cJSON_AddNumberToObject(object, "snapshot", SNAPSHOT_VERSION);
    cJSON_AddNumberToObject(object, "algorithm", ALGORITHM_VERSION);
    cJSON_AddNumberToObject(object, "created_ms", (double)snapshot->created_ms);
    cJSON_AddStringToObject(object, "task_file", snapshot->task->path);
    cJSON_AddStringToObject(object, "task", snapshot->task->canonical);
    add_hash(object, "data_hash", snapshot->task->data_hash);
    cJSON_AddStringToObject(object, "tools_hash", snapshot->tools_hash);
    /* a 64-bit seed does not fit a JSON number */
    add_hash(object, "seed", (struct hash){ 0, snapshot->seed });
    if (snapshot->task->unsafe_exec)
        cJSON_AddTrueToObject(object, "unsafe_exec");
    cJSON_AddStringToObject(object, "review", review_mode_name(snapshot->review));
    if (snapshot->reuse != NULL)
        cJSON_AddStringToObject(object, "reuse", snapshot->reuse);
    cJSON_AddItemToObject(object, "templates", templates_to_json(snapshot->templates));
    cJSON_AddStringToObject(object, "start", str_text(&start));
    text = cJSON_PrintUnformatted(object);
    cJSON_Delete(object);
    str_free(&start);
    return text;
}

static const char *get_string(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

static double get_number(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static struct task *read_task(
    const char *canonical, const char *const *overrides, size_t count, struct err *err)
{
    cJSON *json = cJSON_Parse(canonical);
    bool ok = true;

    if (json == NULL)
        ok = err_set(err, ERR_INPUT, "the run's stored task is damaged");
    for (size_t i = 0; i < count && ok; i++)
        ok = sitting_settings_check(json, overrides[i], err);
    cJSON_Delete(json);
    return ok ? task_from_canonical(canonical, overrides, count, err) : NULL;
}

static bool same_data(const struct task *task, const char *wanted, struct err *err)
{
    char hex[HASH_HEX_SIZE];

    hash_hex(task->data_hash, hex);
    if (str_equal(hex, wanted))
        return true;
    return err_set(err, ERR_INPUT,
        "the data of %s has changed since this run was started; put the old files back, or start a "
        "new run",
        task->path);
}

static struct templates *read_templates(const cJSON *object, struct err *err)
{
    const char *sources[TEMPLATE_COUNT];

    for (int i = 0; i < TEMPLATE_COUNT; i++)
        sources[i] = get_string(object, templates_name((enum template_id)i));
    return templates_from_sources(sources, err);
}

static bool read_from(struct snapshot *snapshot, const cJSON *object, const char *const *overrides,
    size_t count, struct err *err)
{
    struct hash seed;

    if ((int)get_number(object, "snapshot") != SNAPSHOT_VERSION ||
        (int)get_number(object, "algorithm") != ALGORITHM_VERSION)
        return err_set(err, ERR_INPUT,
            "this run was started by another version of flowbot's algorithm (%d; this is %d)",
            (int)get_number(object, "algorithm"), ALGORITHM_VERSION);
    if (!hash_from_hex(get_string(object, "seed"), &seed))
        return err_set(err, ERR_INPUT, "the run's snapshot is damaged: no seed");
    snapshot->seed = seed.low;
    snapshot->created_ms = (int64_t)get_number(object, "created_ms");
    snapshot->tools_hash = mem_strdup(get_string(object, "tools_hash"));
    snapshot->start_json = mem_strdup(get_string(object, "start"));
    if (cJSON_HasObjectItem(object, "reuse"))
        snapshot->reuse = mem_strdup(get_string(object, "reuse"));
    if (!review_mode_parse(get_string(object, "review"), &snapshot->review, err))
        return false;
    snapshot->templates =
        read_templates(cJSON_GetObjectItemCaseSensitive(object, "templates"), err);
    if (snapshot->templates == NULL)
        return false;
    snapshot->task = read_task(get_string(object, "task"), overrides, count, err);
    if (snapshot->task == NULL)
        return false;
    snapshot->task->unsafe_exec =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "unsafe_exec"));
    free(snapshot->task->path);
    snapshot->task->path = mem_strdup(get_string(object, "task_file"));
    return same_data(snapshot->task, get_string(object, "data_hash"), err);
}

bool snapshot_read(struct snapshot *snapshot, const char *json, const char *const *overrides,
    size_t count, struct err *err)
{
    cJSON *object = cJSON_Parse(json);
    bool ok;

    *snapshot = (struct snapshot){ 0 };
    if (object == NULL)
        return err_set(err, ERR_INPUT, "the run's snapshot is damaged");
    ok = read_from(snapshot, object, overrides, count, err);
    cJSON_Delete(object);
    return ok;
}

const struct workflow *snapshot_start(
    const struct snapshot *snapshot, const struct workflow_scope *scope, struct err *err)
{
    struct json_doc *doc = json_parse("the run's start workflow", 1, snapshot->start_json,
        strlen(snapshot->start_json), JSON_STRICT, err);
    const struct workflow *start = NULL;

    if (doc != NULL)
        start = workflow_from_json("the run's start workflow", json_root(doc), scope, err);
    json_free(doc);
    return start;
}

void snapshot_free(struct snapshot *snapshot)
{
    task_free(snapshot->task);
    templates_free(snapshot->templates);
    workflow_unref(snapshot->start);
    free(snapshot->start_json);
    free(snapshot->reuse);
    free(snapshot->tools_hash);
    *snapshot = (struct snapshot){ 0 };
}
