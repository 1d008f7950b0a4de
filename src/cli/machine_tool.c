#include <stdio.h>
#include <stdlib.h>

#include "machine.h"
#include "str.h"
#include "tools.h"
#include "workers.h"

static struct machine_finding describe(const struct task_tool *tool, const struct toolbox *toolbox)
{
    struct machine_finding finding = { .state = MACHINE_WELL };
    const char *note = toolbox_note(toolbox, 0);
    struct str names = STR_INIT;
    const char **list;
    size_t count;

    list = toolbox_names(toolbox, &count);
    for (size_t i = 0; i < count && names.len < 300; i++)
        str_addf(&names, "%s%s", i > 0 ? ", " : "", list[i]);
    if (note != NULL)
        (void)snprintf(finding.words, sizeof finding.words, "%s: %s, %zu tools: %s", tool->name,
            note, count, str_text(&names));
    else
        (void)snprintf(finding.words, sizeof finding.words, "%s (%s)", tool->name, tool->type);
    free(list);
    str_free(&names);
    return finding;
}

struct machine_finding machine_tool(const struct task *task, size_t index)
{
    struct machine_finding finding = { .state = MACHINE_BAD };
    struct task alone = *task;
    struct toolbox_options options = { .task = &alone };
    struct toolbox *toolbox;
    struct err err = { 0 };
    uv_loop_t loop;

    alone.tools = &task->tools[index];
    alone.tool_count = 1;
    if (uv_loop_init(&loop) != 0)
        return finding;
    options.loop = &loop;
    options.workers = workers_open(&loop, 1);
    toolbox = toolbox_open(&options, &err);
    if (toolbox != NULL)
        finding = describe(&task->tools[index], toolbox);
    else
        (void)snprintf(finding.words, sizeof finding.words, "%.490s", err.message);
    toolbox_close(toolbox);
    workers_close(options.workers);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&loop);
    return finding;
}
