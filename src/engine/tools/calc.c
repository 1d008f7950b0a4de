/* The tool that calculates: exactly, with fractions of any size (rational.h). */
#include "mem.h"
#include "rational.h"
#include "tool_type.h"

static const char RESULT_VERSION[] = "calc 1";

struct calc {
    struct workers *workers;
};

struct sum {
    struct work work;
    struct tool_run *run;
    struct text *result;
    struct err error;
};

static void *calc_open(const struct tool_setup *setup, struct tool_offers *offers, struct err *err)
{
    struct calc *calc = mem_zalloc(1, sizeof *calc);

    (void)offers;
    (void)err;
    calc->workers = setup->workers;
    return calc;
}

static void calc_close(void *tool)
{
    free(tool);
}

static struct hash calc_identity(const void *tool)
{
    (void)tool;
    return hash_text(RESULT_VERSION);
}

static void calculate(struct work *work, unsigned worker)
{
    struct sum *sum = (struct sum *)work;
    char *value = rational_evaluate(sum->run->input->data, &sum->error);

    (void)worker;
    sum->result = value != NULL ? text_from(value) : NULL;
    free(value);
}

static void on_calculated(struct work *work)
{
    struct sum *sum = (struct sum *)work;
    struct tool_run *run = sum->run;
    struct text *result = sum->result;
    struct err error = sum->error;

    free(sum);
    run->done(run, result, &error);
}

static void calc_start(void *tool, struct tool_run *run)
{
    struct calc *calc = tool;
    struct sum *sum = mem_zalloc(1, sizeof *sum);

    sum->work = (struct work){ .run = calculate, .on_done = on_calculated };
    sum->run = run;
    workers_submit(calc->workers, &sum->work);
}

const struct tool_type tool_calc = {
    .name = "calc",
    .summary = "calculates one expression exactly: + - * / ^ ( ), decimals, fractions, percentages "
               "(15% of 80), abs, round(x, places), floor, ceil, min, max, mod, gcd, lcm, sqrt",
    .argument = "expression",
    .parameters = "{\"type\":\"object\",\"properties\":{\"expression\":{\"type\":\"string\","
                  "\"description\":\"for example (3/4 + 1.5) * 12%\"}},\"required\":"
                  "[\"expression\"],\"additionalProperties\":false}",
    .open = calc_open,
    .close = calc_close,
    .identity = calc_identity,
    .start = calc_start,
};
