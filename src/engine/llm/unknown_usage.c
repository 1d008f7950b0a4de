#include <cjson/cJSON.h>
#include <stdlib.h>

#include "flight.h"

/* The name under which the run's store keeps it. */
static const char NAME[] = "unknown_usage";

static void save(const struct client *client)
{
    const struct client_counts *counts = &client->counts;
    cJSON *object = cJSON_CreateObject();
    char *text;

    cJSON_AddNumberToObject(object, "calls", (double)counts->unknown_calls);
    cJSON_AddNumberToObject(object, "in", (double)counts->unknown.in);
    cJSON_AddNumberToObject(object, "out", (double)counts->unknown.out);
    cJSON_AddNumberToObject(object, "usd", counts->unknown.usd);
    text = cJSON_PrintUnformatted(object);
    store_set(client->options.store, NAME, text);
    free(text);
    cJSON_Delete(object);
}

void unknown_usage_add(struct client *client, const struct llm_usage *worst)
{
    struct llm_usage *sum = &client->counts.unknown;

    budget_use(&client->budget, worst);
    client->counts.unknown_calls++;
    sum->in += worst->in;
    sum->out += worst->out;
    sum->usd += worst->usd;
    if (client->options.store != NULL)
        save(client);
}

static double number(const cJSON *object, const char *name)
{
    double value = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return value > 0 && value < 0x1p53 ? value : 0; /* also where it is none */
}

void unknown_usage_restore(struct client *client)
{
    char *text =
        client->options.store != NULL ? store_get_value(client->options.store, NAME) : NULL;
    cJSON *object = text != NULL ? cJSON_Parse(text) : NULL;
    struct client_counts *counts = &client->counts;
    struct cost *used = &client->budget.used;

    counts->unknown_calls = (uint64_t)number(object, "calls");
    counts->unknown.in = (uint64_t)number(object, "in");
    counts->unknown.out = (uint64_t)number(object, "out");
    counts->unknown.usd = number(object, "usd");
    used->calls = counts->unknown_calls;
    used->tokens = counts->unknown.in + counts->unknown.out;
    used->usd = counts->unknown.usd;
    cJSON_Delete(object);
    free(text);
}
