#include "losses.h"

#include <stdlib.h>

#include "facts.h"
#include "str.h"

static bool was_stated(struct optimizer *o, const struct rollout *rollout, size_t example)
{
    struct hash key = hash_join(rollout->workflow->hash, hash_bytes(&example, sizeof example));

    for (size_t i = 0; i < o->losses.count; i++)
        if (hash_equal(o->losses.items[i], key))
            return true;
    ARRAY_PUSH(&o->losses, key);
    return false;
}

static const char *why_of(const struct example_result *result)
{
    return result->words != NULL ? result->words->data : "no reason was given";
}

static cJSON *news(struct optimizer *o, const struct rollout *rollout, const char **first)
{
    cJSON *details = cJSON_CreateArray();

    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *result = &rollout->examples[i];
        struct str line = STR_INIT;

        if (result->state != EXAMPLE_LOST || was_stated(o, rollout, result->example))
            continue;
        if (*first == NULL)
            *first = why_of(result);
        str_addf(&line, "example %s: %s", optimizer_example(o, result->example), why_of(result));
        cJSON_AddItemToArray(details, cJSON_CreateString(str_text(&line)));
        str_free(&line);
    }
    return details;
}

bool losses_state(struct optimizer *o, const char *what, const struct rollout *rollout)
{
    const char *first = NULL;
    cJSON *details = rollout->lost > 0 ? news(o, rollout, &first) : NULL;
    struct str message = STR_INIT;
    bool ok;

    if (first == NULL) {
        cJSON_Delete(details);
        return true;
    }
    str_addf(&message, "%d of %zu examples of %s were lost and have no score: %s",
        cJSON_GetArraySize(details), rollout->count, what, first);
    ok = facts_warning(o, str_text(&message), details);
    str_free(&message);
    return ok;
}

void losses_free(struct optimizer *o)
{
    free(o->losses.items);
}
