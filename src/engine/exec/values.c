#include "pass_state.h"

#include <string.h>

#include "mem.h"

/* The first bytes of a value, cut at a line's end where one is near, never within a character; a
 * note says what is left out. */
static void add_capped(struct str *out, const char *text, size_t len)
{
    size_t cut = TEMPLATE_VALUE_MAX;
    const char *line;

    if (len <= TEMPLATE_VALUE_MAX) {
        str_add_n(out, text, len);
        return;
    }
    line = memrchr(text, '\n', cut);
    if (line != NULL && (size_t)(line - text) >= cut / 2)
        cut = (size_t)(line - text);
    while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
        cut--;
    str_add_n(out, text, cut);
    str_addf(out, "\n[… %zu more bytes are left out here]", len - cut);
}

static void add_text(struct str *out, const struct text *text)
{
    if (text != NULL)
        add_capped(out, text->data, text->len);
    else
        str_add(out, "(nothing)");
}

static char *capped(const struct text *text)
{
    struct str out = STR_INIT;

    add_text(&out, text);
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

static char *step_line(const struct slot *slot, size_t node)
{
    const struct node *at = &slot->state->workflow->nodes[node];

    return mem_printf("%s: %s (%s)", at->id, at->description, node_kind_name(at->kind));
}

static char *step_inputs(const struct slot *slot, size_t node)
{
    const struct text *texts[NODE_MAX_INPUTS];
    const char *names[NODE_MAX_INPUTS];
    struct str sections = STR_INIT, out = STR_INIT;

    node_inputs(slot, node, texts, names);
    pass_sections(names, texts, slot->state->workflow->nodes[node].input_count, &sections);
    add_capped(&out, str_text(&sections), sections.len);
    str_free(&sections);
    return str_take(&out);
}

static char *loss_line(const struct slot *slot)
{
    return mem_printf("score: %.2f\n%s", slot->score, slot->words != NULL ? slot->words->data : "");
}

/* Every reader that has a gradient; those without have nothing to hand back. */
static char *successors(const struct slot *slot, size_t node)
{
    const struct workflow *workflow = slot->state->workflow;
    const struct node *at = &workflow->nodes[node];
    struct str out = STR_INIT;

    for (size_t i = 0; i < at->successor_count; i++) {
        const struct node_state *reader = &slot->nodes[at->successors[i]];

        if (reader->gradient == NULL)
            continue;
        str_addf(&out, "%s<successor id=\"%s\"><output>", out.len > 0 ? "\n" : "",
            workflow->nodes[at->successors[i]].id);
        add_text(&out, reader->output);
        str_add(&out, "</output><gradient>");
        add_text(&out, reader->gradient);
        str_add(&out, "</gradient></successor>");
    }
    return out.data != NULL ? str_take(&out) : mem_strdup("");
}

static char *trace_of(const struct slot *slot)
{
    const struct workflow *workflow = slot->state->workflow;
    struct str out = STR_INIT;

    for (size_t i = 0; i < workflow->count; i++) {
        if (slot->nodes[i].output == NULL && slot->nodes[i].end == NODE_ENDED_WELL)
            continue; /* it could not run */
        str_addf(&out, "%s<output step=\"%s\">", out.len > 0 ? "\n" : "", workflow->nodes[i].id);
        add_text(&out, slot->nodes[i].output);
        str_add(&out, "</output>");
    }
    return str_take(&out);
}

static char *sketch(const struct workflow *workflow)
{
    struct str out = STR_INIT;

    workflow_to_sketch(workflow, &out);
    return str_take(&out);
}

static char *render(
    const struct slot *slot, enum template_id id, const struct template_values *values)
{
    struct str out = STR_INIT;

    templates_render(slot->state->context->templates, id, values, &out);
    return str_take(&out);
}

static char *workflow_message(const struct slot *slot)
{
    char *owned[] = { sketch(slot->state->workflow), capped(slot->input), trace_of(slot),
        capped(slot->example->target), loss_line(slot) };
    struct template_values values = {
        .task = slot->state->context->task->description,
        .tools = slot->state->context->tools_text,
        .workflow = owned[0],
        .inputs = owned[1],
        .trace = owned[2],
        .target = owned[3],
        .loss = owned[4],
    };
    char *message = render(slot, TEMPLATE_GRAD_WORKFLOW, &values);

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    return message;
}

static char *step_message(const struct slot *slot, enum template_id id, size_t node)
{
    const struct node *at = &slot->state->workflow->nodes[node];
    char *owned[] = { step_line(slot, node), step_inputs(slot, node),
        capped(slot->nodes[node].output), capped(slot->example->target), loss_line(slot),
        successors(slot, node) };
    struct template_values values = {
        .task = slot->state->context->task->description,
        .step = owned[0],
        .prompt = at->kind == NODE_TOOL ? "(none)" : at->prompt,
        .inputs = owned[1],
        .output = owned[2],
        .target = owned[3],
        .loss = owned[4],
        .successors = owned[5],
    };
    char *message = render(slot, id, &values);

    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
        free(owned[i]);
    return message;
}

char *gradient_message(const struct slot *slot, enum template_id id, size_t node)
{
    return id == TEMPLATE_GRAD_WORKFLOW ? workflow_message(slot) : step_message(slot, id, node);
}
