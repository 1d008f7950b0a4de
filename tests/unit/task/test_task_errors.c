/* Every way in which a task can be wrong: what the user is told. */
#include "task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "fixtures.h"
#include "mem.h"

/* A task that is right, taken apart: a case replaces one section. */
static const char *const sections[] = { "task", "data", "inputs", "metric", "models", "tools",
    "optimizer", "limits", "seed" };

enum { SECTIONS = sizeof sections / sizeof sections[0] };

static const char right_data[] = "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", "
                                 "\"split\": { \"train\": 2, \"validation\": 1, \"test\": 1 } }";
static const char right_models[] = "{ \"executor\": \"builtin\", \"meta\": \"builtin\" }";
static const char *const right[SECTIONS] = { "\"Answer.\"", right_data, "[\"q\"]", "\"f1\"",
    right_models };

struct bad {
    const char *section; /* the line of section i is i + 2 */
    const char *value;   /* NULL: left out */
    const char *message; /* the message begins so, after the folder */
};

/* { line break, sections one a line, } */
static char *compose(const struct bad *bad)
{
    struct str text = STR_INIT;

    str_add(&text, "{");
    for (size_t i = 0; i < SECTIONS; i++) {
        bool own = strcmp(sections[i], bad->section) == 0;
        const char *value = own ? bad->value : right[i];

        str_add(&text, "\n");
        if (value != NULL)
            str_addf(&text, "\"%s\": %s,", sections[i], value);
    }
    str_add(&text, "\n}");
    return str_take(&text);
}

/* The message without the folder's name (it begins with it, or with "--set"). */
static void expect_message(const struct err *err, const char *text, const char *expected)
{
    char *folder = in_folder("");
    const char *at = err->message;

    if (strncmp(at, folder, strlen(folder)) == 0)
        at += strlen(folder);
    if (err->code != ERR_INPUT || strncmp(at, expected, strlen(expected)) != 0)
        fail_msg("%s\n  gave      %s\n  expected  %s", text, at, expected);
    free(folder);
}

static void check(const struct bad *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = { 0 };
        char *text = compose(&cases[i]);
        struct task *task = load_text(text, &err);

        if (task != NULL)
            fail_msg("%s\n  was taken, expected  %s", text, cases[i].message);
        expect_message(&err, text, cases[i].message);
        free(text);
    }
}

static void test_right(void **state)
{
    struct err err = { 0 };
    struct bad none = { "", NULL, "" };
    char *text = compose(&none);
    struct task *task = load_text(text, &err);

    (void)state;
    if (task == NULL)
        fail_msg("%s", err.message);
    task_free(task);
    free(text);
}

static void test_settings(void **state)
{
    static const struct bad cases[] = {
        { "task", NULL, "task.json:1:1: task: missing; say in a sentence" },
        { "task", "3", "task.json:2:9: task: is a number, a string was expected" },
        { "task", "\"  \"", "task.json:2:9: task: is empty" },
        { "task", "\"a\\u0000\"", "task.json:2:9: task: holds the character NUL" },
        { "task", "tru", "task.json:2:9: expected a value" },
        { "seed", "1, \"modles\": {}",
            "task.json:10:22: modles: unknown key; the nearest known one is \"models\"" },
        { "seed", "1, \"seed\": 2", "task.json:10:12: the key \"seed\" stands twice" },
        { "seed", "-1", "task.json:10:9: seed: is -1, a whole number from 0" },
        { "seed", "1.5", "task.json:10:9: seed: is 1.5, a whole number" },
        { "seed", "9007199254740993",
            "task.json:10:9: seed: is 9007199254740993, a whole number from 0 to 9007199254740991 "
            "was" },
        { "seed", "1e400", "task.json:10:9: seed: is 1e400, a whole number" },
        { "seed", "1, \"api_key\": \"x\"",
            "task.json:10:23: api_key: looks like an API key, and no key belongs in a file" },
        { "metric", NULL, "task.json:1:1: metric: missing; name the metric" },
        { "metric", "\"exact\"",
            "task.json:5:11: metric: unknown metric \"exact\"; known are: exact_match" },
        { "metric", "\"f2\"",
            "task.json:5:11: metric: unknown metric \"f2\"; the nearest known one is \"f1\"" },
        { "inputs", NULL, "task.json:1:1: inputs: missing; name the fields" },
        { "inputs", "\"q\"",
            "task.json:4:11: inputs: is a string, an array was expected; for example" },
        { "inputs", "[]", "task.json:4:11: inputs: has 0 names; 1 to 32" },
        { "inputs", "[\"q\", \"q\"]", "task.json:4:17: inputs.1: \"q\" stands twice" },
        { "inputs", "[\"a b\"]", "task.json:4:12: inputs.0: \"a b\" is not a name" },
        { "inputs", "[1]", "task.json:4:12: inputs.0: is a number, a string was expected" },
        { "optimizer", "[]", "task.json:8:14: optimizer: is an array, an object was expected" },
        { "optimizer", "{ \"bach\": 5 }",
            "task.json:8:24: optimizer.bach: unknown key; the nearest known one is \"batch\"" },
        { "optimizer", "{ \"batch\": 0 }",
            "task.json:8:25: optimizer.batch: is 0, a whole number from 1 to 10000" },
        { "optimizer", "{ \"epochs\": \"1\" }",
            "task.json:8:26: optimizer.epochs: is a string, a whole number was expected" },
        { "optimizer", "{ \"rounds\": 2.5 }",
            "task.json:8:26: optimizer.rounds: is 2.5, a whole number" },
        { "optimizer", "{ \"inner_steps\": -1 }",
            "task.json:8:31: optimizer.inner_steps: is -1, a whole number from 0" },
        { "optimizer", "{ \"schedule\": \"papr\" }",
            "task.json:8:28: optimizer.schedule: is \"papr\", \"paper\" was expected; the "
            "nearest" },
        { "optimizer", "{ \"inner\": \"both\" }",
            "task.json:8:25: optimizer.inner: is \"both\", \"modular\", \"joint\" or \"none\" was "
            "expected" },
        { "optimizer", "{ \"gradient\": 1 }",
            "task.json:8:28: optimizer.gradient: is a number, \"backprop\" or \"broadcast\"" },
        { "optimizer", "{ \"outer\": true }",
            "task.json:8:25: optimizer.outer: is true or false, \"on\" or \"off\" was expected" },
        { "limits", "{ \"usd\": -1 }", "task.json:9:20: limits.usd: is -1, a number from 0" },
        { "limits", "{ \"calls\": 0 }",
            "task.json:9:22: limits.calls: is 0, which would allow nothing" },
        { "limits", "{ \"usd\": 0.0 }", "task.json:9:20: limits.usd: is 0, which would allow" },
        { "limits", "{ \"usd\": \"a\" }", "task.json:9:20: limits.usd: is a string, a number" },
        { "limits", "{ \"call\": 1 }",
            "task.json:9:21: limits.call: unknown key; the nearest known one is \"calls\"" },
        { "limits", "{ \"concurrency\": 0 }",
            "task.json:9:28: limits.concurrency: is 0, a whole number from 1 to 4096" },
        { "limits", "{ \"tokens\": 1e300 }",
            "task.json:9:23: limits.tokens: is 1e300, a whole number" },
    };

    (void)state;
    check(cases, sizeof cases / sizeof cases[0]);
}

static void test_models_and_tools(void **state)
{
    static const struct bad cases[] = {
        { "models", NULL, "task.json:1:1: models: missing; give the models of the roles" },
        { "models", "{ \"meta\": \"builtin\" }",
            "task.json:6:11: models.executor: missing; the model that runs" },
        { "models", "{ \"executor\": \"builtin\" }",
            "task.json:6:11: models.meta: missing; the model that writes" },
        { "models", "{ \"executor\": \"gpt-4\", \"meta\": \"builtin\" }",
            "task.json:6:25: models.executor: is the string \"gpt-4\"; a plain string may only "
            "be" },
        { "models", "{ \"executor\": 1, \"meta\": \"builtin\" }",
            "task.json:6:25: models.executor: is a number; \"builtin\" or an object" },
        { "models", "{ \"executor\": {}, \"meta\": \"builtin\" }",
            "task.json:6:25: models.executor.model: missing; name the model" },
        { "models", "{ \"executor\": { \"model\": 1 }, \"meta\": \"builtin\" }",
            "task.json:6:36: models.executor.model: is a number, a string" },
        { "models",
            "{ \"executor\": { \"model\": \"m\", \"api_key\": \"secret!\" }, \"meta\": \"builtin\" "
            "}",
            "task.json:6:52: models.executor.api_key: looks like an API key, and no key belongs in "
            "a file" },
        { "models",
            "{ \"executor\": { \"model\": \"m\", \"headers\": { \"Authorization\": \"secret!\" } "
            "}, \"meta\": \"builtin\" }",
            "task.json:6:71: models.executor.headers.Authorization: looks like an API key" },
        { "models",
            "{ \"executor\": { \"model\": \"m\", \"x\": \"sk-1234567890123-secret!\" }, \"meta\": "
            "\"builtin\" }",
            "task.json:6:46: models.executor.x: looks like an API key" },
        { "models",
            "{ \"executor\": { \"model\": \"m\", \"x\": { \"y\": [\"Token "
            "gsk_0123456789abcdefghij-secret!\"] } }, \"meta\": \"builtin\" }",
            "task.json:6:54: models.executor.x.y.0: looks like an API key" },
        { "models", "{ \"executor\": \"builtin\", \"meta\": \"builtin\", \"a b\": \"builtin\" }",
            "task.json:6:62: models.a b: \"a b\" is not a name" },
        { "tools", "[]", "task.json:7:10: tools: is an array, an object" },
        { "tools", "{ \"s\": 1 }",
            "task.json:7:17: tools.s: is a number; an object with \"type\"" },
        { "tools", "{ \"s\": {} }",
            "task.json:7:17: tools.s.type: missing; name the kind of tool" },
        { "tools", "{ \"s s\": { \"type\": \"search\" } }",
            "task.json:7:19: tools.s s: \"s s\" is not a name" },
        { "tools", "{ \"s\": { \"type\": \"search\" } }",
            "task.json:7:17: tools.s.corpus: missing; give the path" },
        { "tools", "{ \"s\": { \"type\": \"search\", \"corpus\": \"data\" } }",
            "task.json:7:47: tools.s.corpus: is \"data\", but data of the format \"fields\" has no "
            "paragraphs" },
        { "tools", "{ \"s\": { \"type\": \"search\", \"corpus\": \"none.jsonl\" } }",
            "task.json:7:47: tools.s.corpus: there is no file /" },
        { "tools", "{ \"s\": { \"type\": \"search\", \"corpus\": \"qa.jsonl\", \"top_k\": 101 } }",
            "task.json:7:68: tools.s.top_k: is 101, a whole number from 1 to 100" },
        { "tools", "{ \"s\": { \"type\": \"search\", \"corpus\": \"qa.jsonl\", \"topk\": 1 } }",
            "task.json:7:67: tools.s.topk: unknown key; the nearest known one is \"top_k\"" },
        { "tools", "{ \"s\": { \"type\": \"mcp\", \"token\": \"secret!\" } }",
            "task.json:7:43: tools.s.token: looks like an API key" },
        { "tools",
            "{ \"s\": { \"type\": \"command\", \"env\": [\"hf_0123456789abcdefghij-secret!\"] } }",
            "task.json:7:46: tools.s.env.0: looks like an API key" },
        { "tools", "{ \"s\": { \"type\": \"serch\" } }",
            "task.json:7:27: tools.s.type: there is no type of tool \"serch\"; did you mean "
            "\"search\"?" },
        { "tools", "{ \"s\": { \"type\": \"xyzzyx\" } }",
            "task.json:7:27: tools.s.type: there is no type of tool \"xyzzyx\"; there is: search, "
            "python, calc, command, mcp, "
            "model" },
        { "tools", "{ \"s\": { \"type\": \"python\", \"time_s\": 1 } }",
            "task.json:7:47: tools.s.time_s: unknown key; the nearest known one is \"timeout_s\"" },
        { "tools", "{ \"s\": { \"type\": \"python\", \"timeout_s\": 0 } }",
            "task.json:7:50: tools.s.timeout_s: is too short" },
        { "tools", "{ \"s\": { \"type\": \"command\" } }",
            "task.json:7:17: tools.s.command: missing; give the program and its arguments" },
        { "tools", "{ \"s\": { \"type\": \"command\", \"command\": \"ls -l\" } }",
            "task.json:7:49: tools.s.command: the program and its arguments were expected as a "
            "list" },
        { "tools", "{ \"s\": { \"type\": \"mcp\", \"command\": [] } }",
            "task.json:7:45: tools.s.command: the program and its arguments were expected as a "
            "list" },
        { "tools", "{ \"s\": { \"type\": \"command\", \"command\": [\"a\"], \"parameters\": {} } }",
            "task.json:7:70: tools.s.parameters: a JSON schema of an object was expected" },
        { "tools", "{ \"s\": { \"type\": \"mcp\", \"command\": [\"a\"], \"env\": [1] } }",
            "task.json:7:60: tools.s.env.0: is a number" },
        { "tools", "{ \"s\": { \"type\": \"model\", \"model\": \"mete\" } }",
            "task.json:7:45: tools.s.model: there is no model \"mete\" in \"models\"; did you mean "
            "\"meta\"?" },
        { "tools",
            "{ \"s\": { \"type\": \"search\", \"corpus\": [\"qa.jsonl\", \"none.jsonl\"] } }",
            "task.json:7:60: tools.s.corpus.1: there is no file /" },
        { "tools",
            "{ \"s\": { \"type\": \"search\", \"corpus\": \"qa.jsonl\", \"fields\": { \"body\": "
            "\"x\" } } }",
            "task.json:7:79: tools.s.fields.body: unknown key" },
    };

    (void)state;
    check(cases, sizeof cases / sizeof cases[0]);
}

#define SPLIT "\"split\": { \"train\": 2, \"validation\": 1, \"test\": 1 }"

static void test_data_settings(void **state)
{
    static const struct bad cases[] = {
        { "data", NULL, "task.json:1:1: data: missing; say where the examples are" },
        { "data", "{}", "task.json:3:9: data.format: missing; name the format" },
        { "data", "{ \"format\": \"hotpot\" }",
            "task.json:3:21: data.format: is \"hotpot\", \"hotpotqa\", \"hover\", \"drop\", " },
        { "data", "{ \"fromat\": \"fields\" }",
            "task.json:3:21: data.fromat: unknown key; the nearest known one is \"format\"" },
        { "data", "{ \"format\": \"fields\" }", "task.json:3:9: data.train: missing; give a file" },
        { "data", "{ \"format\": \"fields\", " SPLIT " }",
            "task.json:3:9: data.file: missing; give the path" },
        { "data", "{ \"format\": \"fields\", \"file\": \"qa.jsonl\" }",
            "task.json:3:9: data.split: missing; say how many" },
        { "data", "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", \"train\": \"qa.jsonl\" }",
            "task.json:3:60: data.train: stands beside \"file\"; give either" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", \"split\": { \"train\": 0, "
            "\"validation\": 1, \"test\": 1 } }",
            "task.json:3:71: data.split.train: is 0: the split would be empty" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", \"split\": { \"train\": 1, "
            "\"test\": 1 } }",
            "task.json:3:60: data.split.validation: missing" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", \"split\": { \"train\": 1, "
            "\"valid\": 1, \"test\": 1 } }",
            "task.json:3:83: data.split.valid: unknown key" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", \"split\": { \"train\": 9, "
            "\"validation\": 1, \"test\": 1 } }",
            "task.json:3:39: data.file: the splits take 11 records together, but /" },
        { "data", "{ \"format\": \"fields\", \"file\": \"none.jsonl\", " SPLIT " }",
            "task.json:3:39: data.file: /" },
        { "data", "{ \"format\": \"fields\", \"train\": 1 }",
            "task.json:3:40: data.train: is a number; a file name or" },
        { "data", "{ \"format\": \"fields\", \"train\": { \"range\": [0, 1] } }",
            "task.json:3:40: data.train.file: missing" },
        { "data",
            "{ \"format\": \"fields\", \"train\": { \"file\": \"qa.jsonl\", \"rang\": [0, 1] } }",
            "task.json:3:70: data.train.rang: unknown key; the nearest known one is \"range\"" },
        { "data",
            "{ \"format\": \"fields\", \"train\": { \"file\": \"qa.jsonl\", \"range\": [2, 2] } }",
            "task.json:3:71: data.train.range: [2, 2] holds no record: the split is empty" },
        { "data",
            "{ \"format\": \"fields\", \"train\": { \"file\": \"qa.jsonl\", \"range\": [2] } }",
            "task.json:3:71: data.train.range: has 1 numbers" },
        { "data",
            "{ \"format\": \"fields\", \"train\": { \"file\": \"qa.jsonl\", \"range\": [0, \"2\"] "
            "} }",
            "task.json:3:75: data.train.range.1: is a string" },
        { "data",
            "{ \"format\": \"fields\", \"train\": { \"file\": \"qa.jsonl\", \"range\": [2, 9] }, "
            "\"validation\": \"qa.jsonl\", \"test\": \"qa.jsonl\" }",
            "task.json:3:40: data.train: the range [2, 9] goes beyond /" },
        { "data",
            "{ \"format\": \"fields\", \"train\": \"empty.json\", \"validation\": \"qa.jsonl\", "
            "\"test\": \"qa.jsonl\" }",
            "task.json:3:40: data.train: /" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", " SPLIT
            ", \"fields\": { \"inputs\": { \"p\": \"q\" } } }",
            "task.json:3:133: data.fields.inputs.p: unknown key" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", " SPLIT
            ", \"fields\": { \"input\": {} } }",
            "task.json:3:125: data.fields.input: unknown key; the nearest known one is "
            "\"inputs\"" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", " SPLIT
            ", \"fields\": { \"target\": \"a\" }, \"target\": \"b\" }",
            "task.json:3:143: data.target: the target is named twice" },
        { "data",
            "{ \"format\": \"fields\", \"file\": \"qa.jsonl\", " SPLIT ", \"target\": \"q\" }",
            "task.json:3:114: data.target: the column \"q\" is the target and also the input" },
        { "data", "{ \"format\": \"hotpotqa\", \"file\": \"qa.jsonl\", " SPLIT " }",
            "task.json:4:12: inputs.0: the format \"hotpotqa\" has no input \"q\"; it offers "
            "\"question\", \"paragraphs\"" },
    };

    (void)state;
    check(cases, sizeof cases / sizeof cases[0]);
}

struct bad_data {
    const char *name, *text, *message;
};

static void check_data(
    const struct bad_data *cases, size_t count, const char *format, const char *inputs)
{
    for (size_t i = 0; i < count; i++) {
        struct err err = { 0 };
        char *task =
            mem_printf("{ \"task\": \"t\", \"data\": { \"format\": \"%s\", \"file\": \"%s\", "
                       "\"split\": { \"train\": 1, \"validation\": "
                       "1, \"test\": 1 } }, \"inputs\": %s, \"metric\": \"f1\", \"models\": { "
                       "\"executor\": \"builtin\", \"meta\": \"builtin\" } }",
                format, cases[i].name, inputs);

        write_text(cases[i].name, cases[i].text);
        assert_null(load_text(task, &err));
        assert_int_equal(err.code, ERR_INPUT);
        if (strstr(err.message, cases[i].message) == NULL)
            fail_msg(
                "%s\n  gave      %s\n  expected  %s", cases[i].text, err.message, cases[i].message);
        free(task);
    }
}

#define OTHERS "{\"q\":\"1\",\"target\":\"1\"}\n{\"q\":\"2\",\"target\":\"2\"}\n"

static void test_fields_records(void **state)
{
    static const struct bad_data cases[] = {
        { "d.jsonl", OTHERS "{\"q\":\"3\"}",
            "/d.jsonl:3: record 3: there is no field \"target\" for the target; the record has "
            "\"q\"" },
        { "d.jsonl", OTHERS "{\"q\":\"3\",\"Target\":\"\"}",
            "/d.jsonl:3: record 3: there is no field \"target\" for the target; the nearest is "
            "\"Target\"" },
        { "d.jsonl", OTHERS "{\"q\":\"3\",\"target\":null}",
            "/d.jsonl:3: record 3: the field \"target\" (target) is null" },
        { "d.jsonl", OTHERS "{\"q\":\"3\",\"target\":\" \"}",
            "/d.jsonl:3: record 3: the target (field \"target\") is empty" },
        { "d.jsonl", OTHERS "{\"target\":\"3\"}",
            "/d.jsonl:3: record 3: there is no field \"q\" for the input" },
        { "d.jsonl", OTHERS "{\"q\":\"3\",\"target\":3",
            "/d.jsonl:3:20: expected a comma or \"}\", found the end of the text (record 3" },
        { "d.csv", "q,answer\n1,1\n2,2\n3,3\n",
            "record 1: there is no field \"target\" for the target; the record has \"q\", "
            "\"answer\"" },
        { "d.csv", "q,target\n1,1\n2,2\n3,\n",
            "/d.csv:4: record 3: the target (field \"target\") is empty" },
        { "d.csv", "q,target\n1,1\n2,2\n3,3,3\n",
            "/d.csv:4: record 3 has 3 fields, the first row names 2 columns" },
        { "d.json", "[]", "d.json has no records" },
    };

    (void)state;
    check_data(cases, sizeof cases / sizeof cases[0], "fields", "[\"q\"]");
}

static void test_hotpotqa_records(void **state)
{
    static const struct bad_data cases[] = {
        { "h.json", "[{\"_id\":1,\"question\":\"a\",\"context\":[]},{},{}]",
            "record 1: there is no \"answer\" (the official test file has none)" },
        { "h.json", "[{\"question\":\"a\",\"answer\":1,\"context\":[]},{},{}]",
            "record 1: \"answer\" is a number; a string was expected" },
        { "h.json", "[{\"question\":\"\",\"answer\":\"1\",\"context\":[]},{},{}]",
            "record 1: \"question\" is empty" },
        { "h.json", "[{\"answer\":\"1\",\"context\":[]},{},{}]",
            "record 1: \"question\" is missing" },
        { "h.json", "[{\"question\":\"a\",\"answer\":\"1\"},{},{}]",
            "record 1: \"context\" is missing; the paragraphs" },
        { "h.json", "[{\"question\":\"a\",\"answer\":\"1\",\"context\":\"x\"},{},{}]",
            "record 1: \"context\" is a string" },
        { "h.json",
            "[{\"question\":\"a\",\"answer\":\"1\",\"context\":[[\"T\",[]],[\"T\",\"x\"]]},{},{}]",
            "record 1: paragraph 2 of \"context\" is not" },
        { "h.json", "[{\"question\":\"a\",\"answer\":\"1\",\"context\":[[\"T\",[1]]]},{},{}]",
            "record 1: paragraph 1 of \"context\" is not" },
        { "h.json",
            "[{\"question\":\"a\",\"answer\":\"1\",\"context\":{\"title\":[\"T\"],\"sentences\":[]}"
            "},{},{}]",
            "record 1: paragraph 1 of" },
    };

    (void)state;
    check_data(cases, sizeof cases / sizeof cases[0], "hotpotqa", "[\"question\", \"paragraphs\"]");
}

static void test_two_splits(void **state)
{
    struct err err = { 0 };
    struct bad bad = { "data",
        "{ \"format\": \"fields\", \"train\": \"qa.jsonl\", \"validation\": \"v.jsonl\", \"test\": "
        "\"v.jsonl\" }",
        "" };
    char *text = compose(&bad);

    (void)state;
    write_text("v.jsonl", "{\"q\":\"9\",\"target\":\"9\"}\n\n{\"q\":\"3\",\"target\":\"3\"}\n");
    assert_null(load_text(text, &err));
    expect_message(&err, text,
        "v.jsonl:3: record 2: this example of the split \"validation\" is also in the split "
        "\"train\" (");
    assert_non_null(strstr(
        err.message, "/qa.jsonl:3: record 3, same inputs and target); remove one of the two"));
    free(text);
}

static void test_overrides(void **state)
{
    static const struct {
        const char *option, *message;
    } cases[] = {
        { "optimizer.batch=0", "--set optimizer.batch: is 0, a whole number" },
        { "optimizer.batch=five", "--set optimizer.batch: is a string, a whole number" },
        { "optimizer.bach=5",
            "--set optimizer.bach: unknown key; the nearest known one is \"batch\"" },
        { "optimiser={\"a\":1}",
            "--set optimiser: unknown key; the nearest known one is \"optimizer\"" },
        { "limits={\"calls\":-1}", "--set limits: limits.calls: is -1" },
        { "tools.search.top_k=3",
            "--set tools.search.top_k: tools.search.type: missing; name the kind" },
        { "models.executor.api_key=secret!",
            "--set models.executor.api_key: its key goes into something that is not an object" },
        { "models.meta={\"model\":\"m\",\"api_key\":\"secret!\"}",
            "--set models.meta: models.meta.api_key: looks like an API key" },
        { "metric=g1", "--set metric: unknown metric \"g1\"" },
        { "metric={\"name\":\"f1\",\"bogus\":1}", "--set metric: f1: unknown key \"bogus\"" },
        { "batch", "--set batch: there is no \"=\"" },
        { "=5", "--set : write key.path=value" },
        { "a..b=5", "--set a..b: write key.path=value" },
        { "inputs.0=q", "--set inputs.0: its key goes into something that is not an object" },
        { "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q=1",
            "--set a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q: the key has too many parts" },
    };
    struct bad none = { "", NULL, "" };
    char *text = compose(&none);
    char *path = in_folder("task.json");

    (void)state;
    write_text("task.json", text);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = { 0 };

        assert_null(task_load(path, &cases[i].option, 1, &err));
        expect_message(&err, cases[i].option, cases[i].message);
        assert_null(strstr(err.message, "secret!"));
    }
    free(path);
    free(text);
}

/* A key that an option put into an object of the file has no place there. */
static void test_added_key(void **state)
{
    static const char *const option = "metric.bogus=1";
    struct bad named = { "metric", "{ \"name\": \"f1\" }", "" };
    char *text = compose(&named);
    char *path = in_folder("task.json");
    struct err err = { 0 };

    (void)state;
    write_text("task.json", text);
    assert_null(task_load(path, &option, 1, &err));
    expect_message(&err, option, "task.json:5:11: metric: f1: unknown key \"bogus\"");
    free(path);
    free(text);
}

static void test_files(void **state)
{
    struct err err = { 0 };
    char *path = in_folder("none.json");

    (void)state;
    assert_null(task_load(path, NULL, 0, &err));
    assert_non_null(strstr(err.message, "none.json: No such file"));
    free(path);
    assert_null(load_text("", &err));
    expect_message(&err, "", "task.json:1:1: expected a value, found the end of the text");
    assert_null(load_text("[]", &err));
    expect_message(
        &err, "[]", "task.json:1:1: is an array, an object was expected; a task file is");
    assert_null(task_from_canonical("{}", NULL, 0, &err));
    assert_string_equal(err.message,
        "the stored task: task: missing; say in a sentence what the workflow has to do");
}

static int prepare(void **state)
{
    if (folder_make(state) != 0)
        return 1;
    write_text("qa.jsonl", "{\"q\":\"1\",\"target\":\"1\"}\n{\"q\":\"2\",\"target\":\"2\"}\n{\"q\":"
                           "\"3\",\"target\":\"3\"}\n{\"q\":\"4\",\"target\":\"4\"}\n");
    write_text("empty.json", "[]");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_settings),
        cmocka_unit_test(test_models_and_tools),
        cmocka_unit_test(test_data_settings),
        cmocka_unit_test(test_fields_records),
        cmocka_unit_test(test_hotpotqa_records),
        cmocka_unit_test(test_two_splits),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_added_key),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, prepare, folder_remove);
}
