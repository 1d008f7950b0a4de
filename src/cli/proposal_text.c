#include "proposal_text.h"

#include <stdlib.h>
#include <string.h>

#include "delta.h"
#include "mem.h"
#include "utf8.h"

void proposal_add_text(struct str *out, const char *indent, const char *text)
{
    for (const char *line = text; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        struct str clean = STR_INIT;

        utf8_add_line(line, len, 2000, &clean);
        str_addf(out, "%s%s\n", indent, str_text(&clean));
        str_free(&clean);
        line += len + (line[len] == '\n');
    }
}

static void add_evidence(struct str *out, const cJSON *evidence)
{
    static const char *const names[] = { "fixed", "broken", "same", "missing" };

    if (!cJSON_IsObject(evidence))
        return;
    str_addf(out, "  evidence: batch score %.3f → %.3f",
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, "before")),
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, "after")));
    for (int i = 0; i < 4; i++)
        str_addf(out, ", %.0f %s",
            cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(evidence, names[i])), names[i]);
    str_addf(out, "\n");
}

static const char *string_of(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text != NULL ? text : "";
}

/* True where `text` has this very line. */
static bool has_line(const char *text, const char *line, size_t len)
{
    for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
        if (strcspn(text, "\n") == len && strncmp(text, line, len) == 0)
            return true;
    return false;
}

/* The lines of `text` that `other` lacks, each behind the mark. */
static void add_lines_not_in(struct str *out, const char *mark, const char *text, const char *other)
{
    for (size_t len; *text != '\0'; text += len, text += *text == '\n') {
        len = strcspn(text, "\n");
        if (len > 0 && !has_line(other, text, len)) {
            char *line = mem_strndup(text, len);

            proposal_add_text(out, mark, line);
            free(line);
        }
    }
}

static void add_node(struct str *out, const char *mark, const cJSON *node)
{
    const cJSON *input;

    str_addf(out, "  %s %s (%s) reads", mark, string_of(node, "id"), string_of(node, "kind"));
    cJSON_ArrayForEach(input, cJSON_GetObjectItemCaseSensitive(node, "inputs"))
    {
        str_addf(out, " %s", cJSON_IsString(input) ? input->valuestring : "?");
    }
    str_addf(out, "\n");
    proposal_add_text(out, "      ", string_of(node, "description"));
}

/* Nodes that come, go and are rewired, then each prompt's lines that go and come. */
static void add_diff(struct str *out, const cJSON *diff)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "nodes_added"))
    {
        add_node(out, "+", item);
        add_lines_not_in(out, "      + ", string_of(item, "prompt"), "");
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "nodes_removed"))
    {
        add_node(out, "-", item);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "rewired"))
    {
        add_node(out, "~ before:", cJSON_GetObjectItemCaseSensitive(item, "before"));
        add_node(out, "~ after: ", cJSON_GetObjectItemCaseSensitive(item, "after"));
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(diff, "prompts"))
    {
        str_addf(out, "  prompt of %s\n", string_of(item, "id"));
        add_lines_not_in(out, "    - ", string_of(item, "before"), string_of(item, "after"));
        add_lines_not_in(out, "    + ", string_of(item, "after"), string_of(item, "before"));
    }
}

static void add_calls(struct str *out, const cJSON *pending)
{
    struct delta *delta = delta_of_pending(pending);

    if (delta == NULL)
        return;
    str_add(out, "  ");
    (void)delta_add_calls(delta, "→", out);
    str_add_char(out, '\n');
    delta_free(delta);
}

void proposal_write(const cJSON *pending, struct str *out)
{
    const cJSON *item;

    str_addf(out, "proposal %.0f (%s)\n",
        cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(pending, "proposal")),
        str_equal(string_of(pending, "kind"), "sketch") ? "structure" : "prompts");
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(pending, "changes"))
    {
        if (cJSON_IsString(item))
            proposal_add_text(out, "  * ", item->valuestring);
    }
    add_evidence(out, cJSON_GetObjectItemCaseSensitive(pending, "evidence"));
    add_calls(out, pending);
    str_add(out, "change\n");
    add_diff(out, cJSON_GetObjectItemCaseSensitive(pending, "diff"));
}
