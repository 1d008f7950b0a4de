#include "model_list.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

#include "array.h"
#include "mem.h"

static const char *name_of(const cJSON *entry)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "id"));

    return id != NULL ? id : cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, "name"));
}

/* Most say "data", Ollama's own and Google's "models"; Together's is a bare list. */
static const cJSON *entries_of(const cJSON *root)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "data");

    if (cJSON_IsArray(root))
        return root;
    return list != NULL ? list : cJSON_GetObjectItemCaseSensitive(root, "models");
}

bool model_list_read(struct model_list *list, const char *body, size_t len)
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    const cJSON *entry;

    list->goes_on = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "has_more"));
    cJSON_ArrayForEach(entry, entries_of(root))
    {
        const char *name = name_of(entry);

        if (name != NULL && list->count == MODEL_LIST_MAX)
            list->goes_on = true;
        else if (name != NULL)
            ARRAY_PUSH(list, mem_strdup(name));
    }
    cJSON_Delete(root);
    return list->count > 0;
}

void model_list_free(struct model_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct model_list){ 0 };
}
