#include "scorer_type.h"

#include <stdlib.h>

#include "mem.h"
#include "python_number.h"

/* Raise it when the same case would get another verdict: it is part of every key. */
static const char VERSION[] = "scoring 1";

static const struct scorer_type *const types[] = { &scorer_pure, &scorer_code, &scorer_command,
    &scorer_judge, &scorer_pupa, &scorer_sum };

struct scorer {
    struct store *store; /* NULL: no journal */
    const struct metric_plan *plan;
    const struct scorer_type *type;
    void *kind;
    struct hash identity;
};

/* One case on its way: from the journal, or scored and then journalled. */
struct flight {
    struct scorer *scorer;
    struct scoring *scoring;
    struct score_run run;
    struct hash key;
    bool is_running;
};

const struct scorer_type *scorer_type_of(const struct metric_plan *plan)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i]->kind == plan->metric->kind)
            return types[i];
    abort(); /* every kind has a type */
}

void scoring_case_open(
    struct scoring_case *to, const struct scoring *scoring, const struct metric_plan *plan)
{
    *to = (struct scoring_case){ .found = NULL };
    if (scoring->line != NULL) {
        to->one = *scoring->line;
        if (plan->settings != NULL)
            to->one.settings = plan->settings;
        return;
    }
    to->found = mem_zalloc(scoring->found_count + 1, sizeof *to->found);
    for (size_t i = 0; i < scoring->found_count; i++)
        to->found[i] = scoring->found[i]->data;
    to->one = (struct metric_case){ .prediction = scoring->prediction->data,
        .target = scoring->target->data,
        .settings = plan->settings,
        .found = to->found,
        .found_count = scoring->found_count };
}

void scoring_case_close(struct scoring_case *one)
{
    free(one->found);
}

static bool any_part(const struct metric_plan *plan,
    bool (*holds)(const struct metric_plan *plan)) // NOLINT(misc-no-recursion)
{
    bool any = holds(plan);

    for (size_t i = 0; i < plan->part_count && !any; i++)
        any = any_part(&plan->parts[i], holds);
    return any;
}

static bool is_code(const struct metric_plan *plan)
{
    return plan->metric->kind == METRIC_CODE;
}

static bool is_journalled(const struct metric_plan *plan)
{
    return scorer_type_of(plan)->journalled;
}

bool scorer_needs_sandbox(const struct metric_plan *plan)
{
    return any_part(plan, is_code);
}

struct scorer *scorer_open(
    const struct scorer_setup *setup, const struct metric_plan *plan, struct err *err)
{
    const struct scorer_type *type = scorer_type_of(plan);
    void *kind = type->open(setup, plan, err);
    struct scorer *scorer;

    if (kind == NULL)
        return NULL;
    scorer = mem_zalloc(1, sizeof *scorer);
    scorer->store = any_part(plan, is_journalled) ? setup->store : NULL;
    scorer->plan = plan;
    scorer->type = type;
    scorer->kind = kind;
    scorer->identity = hash_join(
        hash_text(VERSION), hash_text(plan->text != NULL ? plan->text : plan->metric->name));
    return scorer;
}

void scorer_close(struct scorer *scorer)
{
    if (scorer == NULL)
        return;
    scorer->type->close(scorer->kind);
    free(scorer);
}

static struct hash hash_of(const struct text *text)
{
    return text == NULL ? hash_text("") : hash_bytes(text->data, text->len);
}

/* Of all that decides a verdict. */
static struct hash key_of(const struct scorer *scorer, const struct scoring *scoring)
{
    struct hash key = hash_join(scorer->identity, hash_of(scoring->prediction));

    key = hash_join(hash_join(key, hash_of(scoring->target)), hash_of(scoring->input));
    for (size_t i = 0; i < scoring->found_count; i++)
        key = hash_join(key, hash_of(scoring->found[i]));
    for (size_t i = 0; i < scoring->asked_count; i++)
        key = hash_join(key, hash_of(scoring->asked[i]));
    return key;
}

static void finish(struct flight *flight, const struct err *error)
{
    struct scoring *scoring = flight->scoring;
    struct score_run *run = &flight->run;

    scoring->error = error != NULL ? *error : run->error;
    scoring->scored = error == NULL && run->end == METRIC_SCORED && run->error.code == ERR_NONE;
    scoring->unsupported = error == NULL && run->end == METRIC_UNSUPPORTED;
    if (scoring->scored) {
        scoring->error.code = ERR_NONE;
        scoring->score = run->score;
        scoring->words = text_new(str_text(&run->words), run->words.len);
    }
    scoring->private_state = NULL;
    str_free(&run->words);
    free(flight);
    scoring->on_done(scoring);
}

static bool read_verdict(struct flight *flight, const struct text *body, struct err *err)
{
    struct json_doc *doc = json_parse("journal", 1, body->data, body->len, JSON_STRICT, err);
    const struct json *root = doc == NULL ? NULL : json_root(doc);
    const struct json *score =
        root != NULL && root->type == JSON_OBJECT ? json_get(root, "score") : NULL;
    const struct json *words = score == NULL ? NULL : json_get(root, "words");
    bool ok = words != NULL && words->type == JSON_STRING && score->type == JSON_NUMBER;

    if (ok) {
        flight->run.end = METRIC_SCORED;
        flight->run.error.code = ERR_NONE;
        flight->run.score = score->number;
        str_clear(&flight->run.words);
        str_add_n(&flight->run.words, words->text, words->len);
    } else if (doc != NULL) {
        err_set(err, ERR_INPUT, "a verdict in the journal is damaged");
    }
    json_free(doc);
    return ok;
}

static void on_verdict(void *data, struct text *body, const struct err *error)
{
    struct flight *flight = data;
    struct err damaged = { .code = ERR_IO, .message = "a verdict is missing in the journal" };

    if (error != NULL)
        damaged = *error;
    else if (body != NULL && read_verdict(flight, body, &damaged))
        damaged.code = ERR_NONE;
    if (damaged.code == ERR_INPUT)
        damaged.code = ERR_IO;
    text_unref(body);
    finish(flight, damaged.code == ERR_NONE ? NULL : &damaged);
}

static void on_failure(void *data, struct text *body, const struct err *error)
{
    struct err lost = { .code = ERR_ENDPOINT };

    if (error != NULL || body == NULL)
        lost = error != NULL ? *error
                             : (struct err){ .code = ERR_IO,
                                   .message = "a failure is missing in the journal" };
    else
        err_set(&lost, ERR_ENDPOINT, "%s", body->data);
    text_unref(body);
    finish(data, &lost);
}

static void on_put(void *data, const struct err *error)
{
    finish(data, error);
}

static struct text *print_verdict(const struct score_run *run)
{
    struct str out = STR_INIT;
    struct text *text;

    str_add(&out, "{\"score\":");
    python_float_print(run->score, &out);
    str_add(&out, ",\"words\":");
    json_print_string(str_text(&run->words), run->words.len, &out);
    str_add_char(&out, '}');
    text = text_new(out.data, out.len);
    str_free(&out);
    return text;
}

/* The first verdict of a case is its verdict: where another one came meanwhile it is taken. */
static void keep(struct flight *flight)
{
    struct store *store = flight->scorer->store;
    const struct score_run *run = &flight->run;
    struct text *body = NULL;

    if (run->error.code == ERR_ENDPOINT) {
        body = text_from(run->error.message);
        store_put(store, STORE_FAILURE, flight->key, body, on_put, flight);
        flight->run.end = METRIC_BAD_CASE; /* the error stays */
    } else if (run->error.code != ERR_NONE || run->end != METRIC_SCORED) {
        finish(flight, NULL);
    } else if (store_has(store, STORE_METRIC, flight->key)) {
        store_get(store, STORE_METRIC, flight->key, on_verdict, flight);
    } else {
        body = print_verdict(run);
        store_put(store, STORE_METRIC, flight->key, body, on_put, flight);
    }
    text_unref(body);
}

static void on_scored(struct score_run *run)
{
    struct flight *flight = run->data;

    flight->is_running = false;
    if (flight->scorer->store != NULL)
        keep(flight);
    else
        finish(flight, NULL);
}

void scorer_start(struct scorer *scorer, struct scoring *scoring)
{
    struct flight *flight = mem_zalloc(1, sizeof *flight);

    scoring->scored = scoring->unsupported = false;
    scoring->words = NULL;
    scoring->error = (struct err){ .code = ERR_NONE };
    scoring->private_state = flight;
    flight->scorer = scorer;
    flight->scoring = scoring;
    flight->run = (struct score_run){ .scoring = scoring, .done = on_scored, .data = flight };
    if (scorer->store != NULL) {
        flight->key = key_of(scorer, scoring);
        if (store_has(scorer->store, STORE_METRIC, flight->key)) {
            store_get(scorer->store, STORE_METRIC, flight->key, on_verdict, flight);
            return;
        }
        if (store_has(scorer->store, STORE_FAILURE, flight->key)) {
            store_get(scorer->store, STORE_FAILURE, flight->key, on_failure, flight);
            return;
        }
    }
    flight->is_running = true;
    scorer->type->start(scorer->kind, &flight->run);
}

void scorer_cancel(struct scorer *scorer, struct scoring *scoring)
{
    struct flight *flight = scoring->private_state;

    if (flight != NULL && flight->is_running && scorer->type->cancel != NULL)
        scorer->type->cancel(scorer->kind, &flight->run);
}
