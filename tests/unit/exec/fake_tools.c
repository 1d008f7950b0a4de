/* The toolbox's functions, scripted: "search" answers "found(INPUT)"; an input with "wrong" is
 * refused, one with "down" cannot be reached. They stand in for the real ones, which are then not
 * linked. */
#include "rig.h"

struct random fake_tools_random;
unsigned fake_tools_shuffle_ms;
uv_loop_t *fake_tools_loop;
size_t fake_tools_calls;

struct fake_call {
    uv_timer_t timer;
    struct tool_call *call;
    bool cancelled;
};

static void answer(struct fake_call *at)
{
    struct tool_call *call = at->call;
    char *result;

    call->private_state = NULL;
    call->result = NULL;
    call->error = (struct err){ 0 };
    if (at->cancelled) {
        err_set(&call->error, ERR_CANCELLED, "cancelled");
    } else if (strstr(call->input->data, "wrong") != NULL) {
        err_set(&call->error, ERR_INPUT, "the query is wrong");
    } else if (strstr(call->input->data, "down") != NULL) {
        err_set(&call->error, ERR_ENDPOINT, "the tool is down");
    } else {
        result = mem_printf("found(%s)", call->input->data);
        call->result = text_from(result);
        free(result);
    }
    call->on_done(call);
}

static void on_closed(uv_handle_t *timer)
{
    free(timer->data);
}

static void on_timer(uv_timer_t *timer)
{
    answer(timer->data);
    uv_close((uv_handle_t *)timer, on_closed);
}

void toolbox_start(struct toolbox *toolbox, struct tool_call *call)
{
    struct fake_call *at = mem_zalloc(1, sizeof *at);

    (void)toolbox;
    fake_tools_calls++;
    at->call = call;
    at->timer.data = at;
    call->private_state = at;
    uv_timer_init(fake_tools_loop, &at->timer);
    uv_timer_start(
        &at->timer, on_timer, random_below(&fake_tools_random, fake_tools_shuffle_ms + 1), 0);
}

void toolbox_cancel(struct toolbox *toolbox, struct tool_call *call)
{
    struct fake_call *at = call->private_state;

    (void)toolbox;
    if (at == NULL)
        return;
    at->cancelled = true;
    uv_timer_start(&at->timer, on_timer, 0, 0);
}

const char *toolbox_summary(const struct toolbox *toolbox, const char *tool)
{
    (void)toolbox;
    (void)tool;
    return "finds things";
}

const char *toolbox_parameters(const struct toolbox *toolbox, const char *tool)
{
    (void)toolbox;
    (void)tool;
    return "{\"type\":\"object\",\"properties\":{\"query\":{\"type\":\"string\"}}}";
}

char *toolbox_input_from_arguments(
    const struct toolbox *toolbox, const char *tool, const char *arguments, struct err *err)
{
    (void)toolbox;
    (void)tool;
    if (arguments[0] == '{')
        return mem_strdup(arguments);
    err_set(err, ERR_INPUT, "the arguments are no object");
    return NULL;
}
