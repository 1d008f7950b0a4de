#include "values.h"

#include <string.h>

enum { SAMPLE_MAX = 16 * 1024, SAMPLES_MAX = 64 * 1024, REFUSED_REPLY_MAX = 4 * 1024 };

/* At most max bytes of the text, never half a character, with a note where it was cut. */
static void add_cut(struct str *out, const char *text, size_t len, size_t max)
{
    size_t keep = len;

    if (len > max) {
        keep = max;
        while (keep > 0 && ((unsigned char)text[keep] & 0xC0) == 0x80)
            keep--;
    }
    str_add_n(out, text, keep);
    if (keep < len)
        str_addf(out, "\n[cut: %zu bytes more]", len - keep);
}

void values_fields(const struct workflow_scope *scope, struct str *out)
{
    for (size_t i = 0; i < scope->field_count; i++)
        str_addf(out, "%s%s", i > 0 ? ", " : "", scope->fields[i]);
}

void values_step(const char *id, const char *description, enum node_kind kind, struct str *out)
{
    str_addf(out, "%s: ", id);
    str_add(out, description);
    str_addf(out, " (%s)", node_kind_name(kind));
}

static void add_gradient(const struct optimizer *o, const struct example_result *example,
    const struct text *gradient, struct str *out)
{
    if (gradient == NULL)
        return;
    str_addf(out, "%s<gradient example=\"", out->len > 0 ? "\n" : "");
    str_add(out, optimizer_example(o, example->example));
    str_add(out, "\">");
    str_add_n(out, gradient->data, gradient->len);
    str_add(out, "</gradient>");
}

void values_node_gradients(
    const struct optimizer *o, const struct rollout *rollout, size_t node, struct str *out)
{
    for (size_t i = 0; i < rollout->count; i++) {
        const struct example_result *example = &rollout->examples[i];

        add_gradient(
            o, example, example->nodes != NULL ? example->nodes[node].gradient : NULL, out);
    }
}

void values_workflow_gradients(
    const struct optimizer *o, const struct rollout *rollout, struct str *out)
{
    for (size_t i = 0; i < rollout->count; i++)
        add_gradient(o, &rollout->examples[i], rollout->examples[i].workflow_gradient, out);
}

void values_prompts(const struct optimizer *o, const struct rollout *rollout, struct str *out)
{
    for (size_t i = 0; i < rollout->workflow->count; i++) {
        const struct node *node = &rollout->workflow->nodes[i];
        struct str gradients = STR_INIT;

        if (node->kind == NODE_TOOL)
            continue;
        values_node_gradients(o, rollout, i, &gradients);
        str_addf(out, "%s<step id=\"%s\"><prompt>", out->len > 0 ? "\n" : "", node->id);
        str_add(out, node->prompt);
        str_add(out, "</prompt><gradients>");
        str_add(out, str_text(&gradients));
        str_add(out, "</gradients></step>");
        str_free(&gradients);
    }
}

void values_samples(const struct rollout *rollout, struct str *out)
{
    for (size_t i = 0; i < rollout->count && out->len < SAMPLES_MAX; i++) {
        const struct text *input = rollout->examples[i].input;

        if (input == NULL)
            continue;
        str_addf(out, "%s<sample>", out->len > 0 ? "\n" : "");
        add_cut(out, input->data, input->len, SAMPLE_MAX);
        str_add(out, "</sample>");
    }
}

void values_declined(const struct optimizer *o, enum proposal_kind kind, struct str *out)
{
    for (size_t i = 0; i < DECLINED_MAX && o->declined[kind][i] != NULL; i++) {
        str_add(out, i > 0 ? "\n- " : "- ");
        str_add(out, o->declined[kind][i]);
    }
    if (out->len == 0)
        str_add(out, "(nothing)");
}

void values_refused(const char *why, const cJSON *reply, struct str *out)
{
    char *text = cJSON_PrintUnformatted(reply);

    str_add(out, why);
    if (text != NULL) {
        str_add(out, "\nThe refused reply: ");
        add_cut(out, text, strlen(text), REFUSED_REPLY_MAX);
    }
    cJSON_free(text);
}
