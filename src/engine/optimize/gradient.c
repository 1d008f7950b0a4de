#include "gradient.h"

#include <string.h>
#include <strings.h>

/* The first line that begins with the head; NULL where there is none. Returns the text after it. */
static const char *after_head(const char *text, const char *head)
{
    size_t len = strlen(head);

    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += strspn(line, " \t\r\n*#");
        if (strncasecmp(line, head, len) == 0)
            return line + len;
    }
    return NULL;
}

static bool says_nothing(const char *part, size_t len)
{
    static const char *const words[] = { "", "nothing", "nothing to change", "none", "no change",
        "no changes" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strlen(words[i]) == len && strncasecmp(part, words[i], len) == 0)
            return true;
    return false;
}

bool gradient_wants_change(const char *text)
{
    const char *change = after_head(text, "Change:");
    size_t len;

    if (change == NULL && after_head(text, "Keep:") != NULL)
        return false;
    if (change == NULL)
        change = text;
    change += strspn(change, " \t\r\n*");
    len = strlen(change);
    while (len > 0 && strchr(" \t\r\n.*", change[len - 1]) != NULL)
        len--;
    return !says_nothing(change, len);
}

bool gradient_node_is_criticised(const struct rollout *rollout, size_t node)
{
    for (size_t i = 0; i < rollout->count; i++) {
        const struct node_result *nodes = rollout->examples[i].nodes;

        if (nodes != NULL && nodes[node].gradient != NULL &&
            gradient_wants_change(nodes[node].gradient->data))
            return true;
    }
    return false;
}

bool gradient_workflow_is_criticised(const struct rollout *rollout)
{
    for (size_t i = 0; i < rollout->count; i++) {
        const struct text *gradient = rollout->examples[i].workflow_gradient;

        if (gradient != NULL && gradient_wants_change(gradient->data))
            return true;
    }
    return false;
}

void gradient_id(const struct text *gradient, char hex[HASH_HEX_SIZE])
{
    hash_hex(hash_bytes(gradient->data, gradient->len), hex);
}

static void list_one(
    cJSON *array, const char *node, const char *example, const struct text *gradient)
{
    cJSON *item = cJSON_CreateObject();
    char id[HASH_HEX_SIZE];

    gradient_id(gradient, id);
    if (node != NULL)
        cJSON_AddStringToObject(item, "node", node);
    cJSON_AddStringToObject(item, "example", example);
    cJSON_AddStringToObject(item, "id", id);
    cJSON_AddItemToArray(array, item);
}

void gradient_list_node(
    const struct optimizer *o, const struct rollout *rollout, size_t node, cJSON *array)
{
    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *example = &rollout->examples[i];

        if (example->nodes != NULL && example->nodes[node].gradient != NULL)
            list_one(array, rollout->workflow->nodes[node].id,
                optimizer_example(o, example->example), example->nodes[node].gradient);
    }
}

void gradient_list_workflow(const struct optimizer *o, const struct rollout *rollout, cJSON *array)
{
    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *example = &rollout->examples[i];

        if (example->workflow_gradient != NULL)
            list_one(
                array, NULL, optimizer_example(o, example->example), example->workflow_gradient);
    }
}
