#include "sitting.h"

#include <ftw.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "file.h"

static struct sitting reference;

/* ---- place ---- */

static const char task_format[] =
    "{ \"task\": \"Answer the question.\",\n"
    "  \"data\": { \"format\": \"hotpotqa\",\n"
    "    \"train\": { \"file\": \"%s/atlas.json\", \"range\": [0, 12] },\n"
    "    \"validation\": { \"file\": \"%s/atlas.json\", \"range\": [150, 160] },\n"
    "    \"test\": { \"file\": \"%s/atlas.json\", \"range\": [300, 310] } },\n"
    "  \"inputs\": [\"question\"], \"metric\": \"f1\",\n"
    "  \"models\": { \"executor\": { \"model\": \"builtin\" }, \"meta\": { \"model\": \"builtin\" "
    "} "
    "},\n"
    "  \"tools\": { \"search\": { \"type\": \"search\", \"corpus\": \"%s/corpus.jsonl\" } },\n"
    "  %s }\n";

static const char default_settings[] = "\"optimizer\": { \"rounds\": 2, \"inner_steps\": 2 }, "
                                       "\"limits\": { \"concurrency\": 64 }";

char *place_task(const struct place *place, const char *name, const char *settings)
{
    const char *source = getenv("FLOWBOT_SOURCE");
    char *atlas = mem_printf("%s/examples/atlas", source != NULL ? source : ".");
    char *absolute = file_absolute(atlas);
    char *text = mem_printf(task_format, absolute, absolute, absolute, absolute,
        settings != NULL ? settings : default_settings);
    char *path = file_join(place->folder, name);
    struct err err = { .code = ERR_NONE };

    if (!file_write(path, text, strlen(text), &err))
        fail_msg("%s", err.message);
    free(text);
    free(absolute);
    free(atlas);
    return path;
}

int place_open(void **state)
{
    struct place *place = mem_zalloc(1, sizeof *place);
    const char *temporary = getenv("TMPDIR");

    place->folder = mem_printf("%s/flowbot-run-XXXXXX", temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(place->folder) == NULL)
        return -1;
    place->task = place_task(place, "task.json", NULL);
    place->store = file_join(place->folder, "runs");
    (void)setenv("XDG_CACHE_HOME", place->folder, 1);
    *state = place;
    return 0;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
    (void)info;
    (void)type;
    (void)at;
    return remove(path);
}

int place_close(void **state)
{
    struct place *place = *state;

    sitting_free(&reference);
    (void)nftw(place->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(place->folder);
    free(place->task);
    free(place->store);
    free(place);
    return 0;
}

/* ---- sitting ---- */

static void keep_fact(struct sitting *sitting, const cJSON *event)
{
    cJSON *fact = cJSON_Duplicate(event, true);

    if (number_of(event, "seq") != (double)sitting->fact_count)
        fail_msg("fact %zu has the number %g", sitting->fact_count, number_of(event, "seq"));
    cJSON_DeleteItemFromObjectCaseSensitive(fact, "t");
    cJSON_DeleteItemFromObjectCaseSensitive(fact, "run");
    if (strcmp(string_of(event, "type"), "run_finished") == 0)
        cJSON_DeleteItemFromObjectCaseSensitive(fact, "workflow"); /* a path with the run's id */
    sitting->facts = mem_realloc(sitting->facts, sitting->fact_count + 1, sizeof *sitting->facts);
    sitting->facts[sitting->fact_count++] = cJSON_PrintUnformatted(fact);
    cJSON_Delete(fact);
}

static void on_event(void *data, const cJSON *event, const char *line)
{
    struct sitting *sitting = data;

    (void)line;
    if (cJSON_HasObjectItem(event, "seq"))
        keep_fact(sitting, event);
    if (strcmp(string_of(event, "type"), "run_finished") == 0) {
        cJSON_Delete(sitting->finished);
        sitting->finished = cJSON_Duplicate(event, true);
    }
    if (sitting->on_event != NULL)
        sitting->on_event(sitting, event);
}

static void on_done(void *data, const struct run_outcome *outcome)
{
    struct sitting *sitting = data;

    sitting->outcome = *outcome;
    uv_stop(sitting->flaky.loop);
}

static size_t count_sets(const struct sitting *sitting)
{
    size_t count = 0;

    while (count < SETS_MAX && sitting->sets[count] != NULL)
        count++;
    return count;
}

static struct run *start_new(
    const struct sitting *sitting, const struct run_options *options, struct err *err)
{
    const char *path = sitting->task != NULL ? sitting->task : sitting->place->task;
    struct task *task = task_load(path, sitting->sets, count_sets(sitting), err);
    struct run_plan plan = { 0 };
    struct run *run = NULL;

    if (task != NULL && run_plan_make(&plan, task, NULL, NULL, err))
        run = run_create(options, &plan, sitting->review, err);
    run_plan_free(&plan);
    return run;
}

static void keep_workflow(struct sitting *sitting)
{
    struct str text = STR_INIT;
    struct err err = { .code = ERR_NONE };

    if (sitting->outcome.workflow == NULL)
        return;
    if (!file_read(sitting->outcome.workflow, 1 << 20, &text, &err))
        fail_msg("%s", err.message);
    sitting->workflow = str_take(&text);
    sitting->outcome.workflow = NULL;
}

static void sit(struct sitting *sitting, uv_loop_t *loop, struct run *take_run)
{
    sitting->run = take_run;
    (void)snprintf(sitting->id, sizeof sitting->id, "%s", run_id(take_run));
    run_start(take_run, on_done, sitting);
    (void)uv_run(loop, UV_RUN_DEFAULT);
    keep_workflow(sitting);
    sitting->run = NULL;
    run_close(take_run);
}

void sitting_run(struct sitting *sitting)
{
    uv_loop_t loop;
    struct run *run;
    struct run_options options = {
        .loop = &loop,
        .store_folder = sitting->store != NULL ? sitting->store : sitting->place->store,
        .sink = on_event,
        .sink_data = sitting,
        .provider = &flaky_provider,
        .provider_ctx = &sitting->flaky,
    };
    struct err err = { .code = ERR_NONE };

    assert_int_equal(uv_loop_init(&loop), 0);
    if (!sitting->keep_flaky)
        sitting->flaky.log = -1;
    flaky_open(&sitting->flaky, &loop);
    run = sitting->id[0] == '\0' ? start_new(sitting, &options, &err)
                                 : run_open(&options, sitting->id, sitting->sets,
                                       count_sets(sitting), sitting->retry_failed, &err);
    if (run != NULL)
        sit(sitting, &loop, run);
    else
        sitting->outcome = (struct run_outcome){ .exit_code = -1, .err = err };
    flaky_close(&sitting->flaky);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    assert_int_equal(sitting->flaky.in_flight, 0);
}

void sitting_free(struct sitting *sitting)
{
    for (size_t i = 0; i < sitting->fact_count; i++)
        cJSON_free(sitting->facts[i]);
    free(sitting->facts);
    free(sitting->workflow);
    cJSON_Delete(sitting->finished);
    *sitting = (struct sitting){ 0 };
}

/* ---- checks ---- */

static size_t first_difference(const char *a, const char *b)
{
    size_t same = 0;

    while (a[same] != '\0' && a[same] == b[same])
        same++;
    return same > 40 ? same - 40 : 0;
}

void expect_same(const struct sitting *a, const struct sitting *b)
{
    for (size_t i = 0; i < a->fact_count && i < b->fact_count; i++)
        if (strcmp(a->facts[i], b->facts[i]) != 0) {
            size_t at = first_difference(a->facts[i], b->facts[i]);

            fail_msg("fact %zu: …%.160s… against …%.160s…", i, a->facts[i] + at, b->facts[i] + at);
        }
    assert_int_equal(a->fact_count, b->fact_count);
    assert_non_null(a->workflow);
    assert_non_null(b->workflow);
    assert_string_equal(a->workflow, b->workflow);
}

void expect_outcome(const struct sitting *sitting, int exit_code)
{
    if (sitting->outcome.exit_code != exit_code)
        fail_msg("exit code %d instead of %d: %s", sitting->outcome.exit_code, exit_code,
            sitting->outcome.err.message);
}

void expect_words(const struct sitting *sitting, ...)
{
    va_list words;
    const char *word;

    va_start(words, sitting);
    while ((word = va_arg(words, const char *)) != NULL)
        if (strstr(sitting->outcome.err.message, word) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", word, sitting->outcome.err.message);
    va_end(words);
}

double number_of(const cJSON *event, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(event, name);

    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

const char *string_of(const cJSON *event, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(event, name));

    return text != NULL ? text : "";
}

const struct sitting *undisturbed(const struct place *place)
{
    if (reference.fact_count == 0) {
        reference.place = place;
        sitting_run(&reference);
        expect_outcome(&reference, 0);
    }
    return &reference;
}
