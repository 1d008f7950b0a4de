#include "traced_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_run.h"
#include "mem.h"
#include "store.h"
#include "workflow.h"

enum { EXAMPLES = 5, HUGE = 70000 };

static const char *const ids[EXAMPLES] = { "ex-01", "ex-02", "5f04d86dd40c8388bc0cbcc1",
    "\xE4\xBE\x8B-4", "ex-05" };
static const char *const questions[EXAMPLES] = { "Which is deeper, Lake Nerimbo or Aellisse Water?",
    "In which year was the town where Ashlar College stands founded?",
    "Who founded the University of New Tololune?",
    "evil \x1B]52;c;aGk=\x07\x1B[2J \xE2\x80\xAE"
    "dedrow ylkcab \xE6\xA4\x9C\xE7\xB4\xA2 e\xCC\x81galite\xCC\x81",
    NULL };
static const char *const targets[EXAMPLES] = { "Aellisse Water", "1068", "Odran Pendindo",
    "\xE6\xA4\x9C\xE7\xB4\xA2\xE3\x82\xB9\xE3\x83\x86\xE3\x83\xA0", "yes" };
static const char *const answers[EXAMPLES] = { "Aellisse Water",
    "The town was founded in the year 1279, as the charter says.", "Odran Pendindo",
    "\x1B[31m\xE6\xA4\x9C\xE7\xB4\xA2\x1B[0m \xE2\x80\xAE\xE2\x81\xA6no", "no" };
static const double scores[EXAMPLES] = { 1, 0, 1, 0.25, NAN };

static void on_put(void *data, const struct err *error)
{
    assert_null(error);
    --*(int *)data;
}

static struct hash put(
    struct traced_run *run, enum store_kind kind, struct hash key, const char *bytes)
{
    struct text *text = text_from(bytes);
    int open = 1;

    if (kind == STORE_TEXT)
        key = hash_bytes(text->data, text->len);
    if (!store_has(run->store, kind, key)) {
        store_put(run->store, kind, key, text, on_put, &open);
        while (open > 0)
            (void)uv_run(&run->loop, UV_RUN_ONCE);
    }
    text_unref(text);
    return key;
}

static void trace(struct traced_run *run, unsigned pass, unsigned example, int node,
    enum trace_what what, const char *text)
{
    struct trace step = { .pass = pass,
        .example = example,
        .node = (int16_t)node,
        .what = what,
        .number = what != TRACE_WORDS      ? 0
                  : isnan(scores[example]) ? -INFINITY
                                           : scores[example],
        .text = put(run, STORE_TEXT, (struct hash){ 0, 0 }, text) };

    store_put_trace(run->store, &step);
}

static void trace_call(
    struct traced_run *run, unsigned pass, unsigned example, int node, const char *said)
{
    char *name = mem_printf("%u %u %d %s", pass, example, node, said);
    struct hash key = hash_text(name);
    struct trace step = {
        .pass = pass, .example = example, .node = (int16_t)node, .what = TRACE_CALL, .text = key
    };
    char *reply = mem_printf("{\"content\":\"%s\",\"calls\":[],\"finish\":\"stop\",\"in\":447,"
                             "\"cached_in\":128,\"out\":10,\"usd\":0.0021,\"latency_ms\":1320,"
                             "\"attempts\":2,\"reasoning\":\"the lake is named first\"}",
        said);

    (void)put(run, STORE_REPLY, key, reply);
    (void)put(run, STORE_REQUEST, key,
        "{\"role\":\"executor\",\"model\":\"small\",\"messages\":[{\"role\":\"system\",\"content\":"
        "\"## Task\\nAnswer the question.\"},{\"role\":\"user\",\"content\":\"## "
        "question\\n\\nWhich "
        "is deeper?\"}]}");
    store_put_trace(run->store, &step);
    free(reply);
    free(name);
}

static void say(struct traced_run *run, const char *json)
{
    made_say(&run->session.view, "%s", json);
}

/* ---- one example of one pass ---- */

static const char *question_of(unsigned example)
{
    static char huge[HUGE + 1];

    if (questions[example] != NULL)
        return questions[example];
    memset(huge, 'x', HUGE);
    for (size_t i = 0; i < HUGE; i += 9)
        huge[i] = ' ';
    return huge;
}

static void trace_example(struct traced_run *run, unsigned pass, unsigned example, int nodes)
{
    char *input = mem_printf(
        "## question\n\n%s\n\n## passages\n\n[1] Lake Nerimbo | a lake\n", question_of(example));
    char *words = mem_printf("Expected: \"%s\". Got: \"%s\". %s", targets[example],
        answers[example], scores[example] >= 1 ? "Right." : "Another answer is right.");

    trace(run, pass, example, -1, TRACE_INPUT, input);
    trace(run, pass, example, -1, TRACE_TARGET, targets[example]);
    for (int node = 0; node + 1 < nodes; node++) {
        trace_call(run, pass, example, node, "a query of few words");
        trace(run, pass, example, node, TRACE_OUTPUT,
            node == 1 ? "[1] Aellisse Water | its depth is 350 m\n[2] Lake Nerimbo | 105 m"
                      : "a query of few words");
    }
    if (!isnan(scores[example])) {
        trace_call(run, pass, example, nodes - 1, "an answer");
        trace(run, pass, example, nodes - 1, TRACE_OUTPUT, answers[example]);
    }
    trace(run, pass, example, -1, TRACE_WORDS, words);
    free(words);
    free(input);
}

static void say_scores(struct str *json)
{
    for (unsigned i = 0; i < EXAMPLES; i++)
        if (isnan(scores[i]))
            str_addf(json, "%s[\"%s\",null]", i > 0 ? "," : "", ids[i]);
        else
            str_addf(json, "%s[\"%s\",%g]", i > 0 ? "," : "", ids[i], scores[i]);
}

static void rollout(
    struct traced_run *run, unsigned pass, unsigned step, const char *workflow, int nodes)
{
    struct str json = STR_INIT;

    str_addf(&json,
        "{\"type\":\"rollout\",\"batch\":1,\"round\":1,\"step\":%u,\"kind\":\"%s\","
        "\"workflow\":\"%s\",\"pass\":%u,\"score\":0.5625,\"failed\":1,\"spoiled\":0,"
        "\"examples\":[",
        step, step == 1 ? "outer" : "inner", workflow, pass);
    say_scores(&json);
    str_add(&json, "]}");
    say(run, str_text(&json));
    str_free(&json);
    for (unsigned i = 0; i < EXAMPLES; i++)
        trace_example(run, pass, i, nodes);
}

/* Returns the id of its text in hex. */
static const char *gradient(struct traced_run *run, unsigned pass, unsigned example,
    const char *node, int at, const char *from, const char *text)
{
    static char hex[2][HASH_HEX_SIZE];
    static int turn;

    turn = !turn;
    hash_hex(put(run, STORE_TEXT, (struct hash){ 0, 0 }, text), hex[turn]);
    trace(run, pass, example, at, TRACE_GRADIENT, text);
    made_say(&run->session.view,
        "{\"type\":\"gradient\",\"node\":\"%s\",\"example\":\"%s\",\"id\":\"%s\",\"from\":[%s%s%s]"
        "}",
        node, ids[example], hex[turn], from != NULL ? "\"" : "", from != NULL ? from : "",
        from != NULL ? "\"" : "");
    return hex[turn];
}

/* ---- the run ---- */

#define FIRST "## Task\\nAnswer the question.\\n\\n## Output\\n- Explain your reasoning."
#define SECOND \
    "## Task\\nAnswer the question.\\n\\n## Output\\n- Explain your reasoning.\\n" \
    "- Answer yes or no when the question asks for it, and with nothing else around it; a date " \
    "is " \
    "given as a year."
#define FOUR_NODES(answer) \
    "{\"nodes\":[" \
    "{\"id\":\"query\",\"kind\":\"llm\",\"description\":\"Writes a search " \
    "query.\",\"prompt\":\"Write a " \
    "query.\",\"inputs\":[\"question\"]}," \
    "{\"id\":\"search\",\"kind\":\"tool\",\"description\":\"Searches the passages.\"," \
    "\"prompt\":\"\",\"inputs\":[\"query\"],\"tools\":[\"search\"]}," \
    "{\"id\":\"draft\",\"kind\":\"agent\",\"description\":\"Drafts, and looks things up.\"," \
    "\"prompt\":\"Draft an answer.\\nLook up what is not known.\",\"inputs\":[\"question\"," \
    "\"search\"],\"tools\":[\"search\"],\"model\":\"big\"}," \
    "{\"id\":\"answer\",\"kind\":\"llm\",\"description\":\"Solves the " \
    "task.\",\"prompt\":\"" answer "\",\"inputs\":[\"question\",\"draft\"]}]}"

static void say_first_step(struct traced_run *run)
{
    const char *id;

    say(run, "{\"type\":\"workflow\",\"id\":\"w0\",\"workflow\":{\"nodes\":[{\"id\":\"answer\","
             "\"kind\":\"llm\",\"description\":\"Solves the task.\",\"prompt\":\"" FIRST
             "\",\"inputs\":[\"question\"]}]}}");
    say(run, "{\"type\":\"baseline\",\"split\":\"validation\",\"workflow\":\"w0\",\"score\":0.25,"
             "\"failed\":0,\"spoiled\":0,\"pass\":0}");
    say(run, "{\"type\":\"batch_started\",\"epoch\":1,\"batch\":1}");
    rollout(run, 1, 2, "w0", 1);
    id = gradient(run, 1, 1, "answer", 0, NULL,
        "Keep: it names the town.\nChange: the year of the founding is asked for, not that of the "
        "charter; give the year alone.");
    made_say(&run->session.view,
        "{\"type\":\"proposal\",\"ordinal\":1,\"batch\":1,\"round\":1,\"step\":2,\"kind\":"
        "\"prompts\",\"before\":\"w0\",\"after\":\"w1\",\"gradients\":[{\"node\":\"answer\","
        "\"example\":\"ex-02\",\"id\":\"%s\"}],\"changes\":[\"answer: added \\\"Answer yes or "
        "no\\\" "
        "because a year was asked for\"],\"evidence\":{\"fixed\":2,\"broken\":1,\"same\":2,"
        "\"missing\":0,\"pass\":2,\"before\":0.25,\"after\":0.5625,\"examples\":[]}}",
        id);
    say(run, "{\"type\":\"decision\",\"proposal\":1,\"what\":\"accept\",\"who\":\"person\","
             "\"reason\":\"short answers matter\"}");
    say(run, "{\"type\":\"workflow\",\"id\":\"w1\",\"workflow\":{\"nodes\":[{\"id\":\"answer\","
             "\"kind\":\"llm\",\"description\":\"Solves the task.\",\"prompt\":\"" SECOND
             "\",\"inputs\":[\"question\"]}]}}");
}

static void say_structure(struct traced_run *run)
{
    say(run, "{\"type\":\"proposal\",\"ordinal\":2,\"batch\":1,\"round\":2,\"step\":1,\"kind\":"
             "\"sketch\",\"before\":\"w1\",\"after\":\"w2\",\"gradients\":[],\"changes\":[\"search "
             "is new\"]}");
    say(run, "{\"type\":\"decision\",\"proposal\":2,\"what\":\"accept\",\"who\":\"schedule\"}");
    say(run, "{\"type\":\"workflow\",\"id\":\"w2\",\"workflow\":" FOUR_NODES(SECOND) "}");
}

#define YEAR \
    "Keep: the form is right.\nChange: the date comes from the draft; give the year of the " \
    "founding."

static void say_chain(struct traced_run *run, unsigned pass, unsigned example)
{
    const char *id = gradient(run, pass, example, "answer", 3, NULL,
        example == 3 ? "\x1B]0;title\x07"
                       "Change: \xE2\x80\xAE"
                       "evil \x1B[2J\xE6\xA4\x9C\xE7\xB4\xA2"
                     : YEAR);

    id = gradient(run, pass, example, "draft", 2, id,
        "Keep: it read the passages.\nChange: take the year of the founding, 1068, not that of the "
        "charter.");
    id = gradient(run, pass, example, "search", 1, id, "Keep: everything.\nChange: nothing");
    (void)gradient(run, pass, example, "query", 0, id,
        "Keep: it names the college.\nChange: ask for the town's founding.");
}

void traced_run_goes_on(struct traced_run *run)
{
    rollout(run, 3, 3, "w2", 4);
    say_chain(run, 3, 1);
    say_chain(run, 3, 3);
    reader_renew(run->session.reader);
}

#define THIRD "## Task\\nAnswer the question.\\n\\n## Output\\n- Answer with one word."

static const char *workflow_id(const char *json)
{
    static char hex[HASH_HEX_SIZE];
    struct err err = { .code = ERR_NONE };
    struct json_doc *doc = json_parse("test", 1, json, strlen(json), JSON_STRICT, &err);
    const struct workflow *workflow = workflow_from_json("test", json_root(doc), NULL, &err);

    assert_non_null(workflow);
    hash_hex(workflow->hash, hex);
    workflow_unref(workflow);
    json_free(doc);
    return hex;
}

void traced_run_proposes(struct traced_run *run)
{
    char behind[HASH_HEX_SIZE];

    hash_hex(hash_bytes(YEAR, sizeof YEAR - 1), behind);
    made_say(&run->session.view,
        "{\"type\":\"proposal\",\"ordinal\":3,\"batch\":1,\"round\":1,\"step\":2,\"kind\":"
        "\"prompts\",\"before\":\"w2\",\"after\":\"%s\",\"gradients\":[{\"node\":\"answer\","
        "\"example\":\"ex-02\",\"id\":\"%s\"}],\"changes\":[],"
        "\"diff\":{\"nodes_added\":[],\"nodes_removed\":[],\"rewired\":[],\"prompts\":[{\"id\":"
        "\"answer\",\"before\":\"\",\"after\":\"" THIRD "\"}]},"
        "\"evidence\":{\"fixed\":1,\"broken\":1,\"same\":0,\"missing\":0,\"pass\":5,"
        "\"before\":0.5,\"after\":0.5,\"examples\":[[\"ex-01\",0,1],[\"ex-02\",1,0]]}}",
        workflow_id(FOUR_NODES(THIRD)), behind);
    trace_example(run, 5, 0, 4);
    trace_example(run, 5, 1, 4);
    reader_renew(run->session.reader);
}

void traced_run_is_under_way(struct traced_run *run, unsigned examples)
{
    say(run, "{\"type\":\"node\",\"passes\":[[\"b1 r1 s3\",0,5]],\"workflow\":\"w2\",\"pass\":3,"
             "\"ids\":[],\"nodes\":[]}");
    for (unsigned i = 0; i < examples; i++)
        trace_example(run, 3, EXAMPLES - 2 - i, 4);
    (void)put(run, STORE_TEXT, (struct hash){ 0, 0 }, examples > 1 ? "through" : "begun");
    reader_renew(run->session.reader);
}

static void say_all(struct traced_run *run)
{
    struct str list = STR_INIT;

    str_add(&list, "[");
    for (unsigned i = 0; i < EXAMPLES; i++)
        str_addf(&list, "%s\"%s\"", i > 0 ? "," : "", ids[i]);
    str_add(&list, "]");
    store_set(run->store, "examples", str_text(&list));
    str_free(&list);
    say_first_step(run);
    say_structure(run);
    rollout(run, 2, 2, "w2", 4);
    say_chain(run, 2, 1);
    say_chain(run, 2, 3);
    say(run, "{\"type\":\"validation\",\"batch\":1,\"workflow\":\"w2\",\"score\":0.5,\"failed\":0,"
             "\"spoiled\":0,\"pass\":4,\"best\":true,\"again\":false}");
    trace_example(run, 4, 0, 4);
    trace_example(run, 4, 1, 4);
}

void traced_run_open(struct traced_run *run)
{
    struct err err = { .code = ERR_NONE };
    char *path;

    *run = (struct traced_run){ .store = NULL };
    (void)snprintf(run->folder, sizeof run->folder, "/tmp/flowbot-traced-XXXXXX");
    assert_non_null(mkdtemp(run->folder));
    assert_int_equal(uv_loop_init(&run->loop), 0);
    fake_session_init(&run->session);
    run->store = store_create(&run->loop, run->folder, "traced", "{}", &err);
    path = mem_printf("%s/traced.flowbot", run->folder);
    if (run->store != NULL)
        run->session.reader = reader_open(&run->loop, path, NULL, NULL, &err);
    free(path);
    if (run->session.reader == NULL)
        fail_msg("%s", err.message);
    say_all(run);
}

void traced_run_close(struct traced_run *run)
{
    char *command = mem_printf("rm -rf '%s'", run->folder);

    reader_close(run->session.reader);
    store_close(run->store);
    (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&run->loop), 0);
    fake_session_free(&run->session);
    assert_int_equal(system(command), 0);
    free(command);
}

void traced_run_wait(struct traced_run *run)
{
    while (reader_is_busy(run->session.reader))
        (void)uv_run(&run->loop, UV_RUN_ONCE);
    assert_null(reader_trouble(run->session.reader));
}
