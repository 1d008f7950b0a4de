#include "made_run.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "graphs_drawn.h"

static struct drawn drawn;
static int64_t now;

static void apply(struct run_view *view, const char *json)
{
    struct str timed = STR_INIT;
    cJSON *event;

    str_addf(&timed, "{\"t\":%lld,%s", (long long)now, json + 1);
    event = cJSON_Parse(str_text(&timed));
    if (event == NULL) {
        (void)fprintf(stderr, "not JSON: %s\n", json);
        abort();
    }
    run_view_apply(view, event);
    cJSON_Delete(event);
    str_free(&timed);
}

void made_say(struct run_view *view, const char *format, ...)
{
    static char json[20000];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(json, sizeof json, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof json)
        abort();
    apply(view, json);
}

static const char *const hostile[] = { "classify", "evil\\u001b]52;c;aGk=\\u0007\\u001b[2J",
    "\xE6\xA4\x9C\xE7\xB4\xA2\xE3\x82\xB9\xE3\x83\x86\xE3\x83\x83\xE3\x83\x97",
    "e\xCC\x81galite\xCC\x81_de_la_re\xCC\x81ponse", "\\u202egnp.exe",
    "a_name_that_is_longer_than_every_column_that_there_is_for_names", "\\u200b\\u2066zero", "rank",
    "answer" };

static const char *name_of(int node, enum made_size size)
{
    return size == MADE_HOSTILE ? hostile[node % 9] : drawn.names[node];
}

static void add_node(struct str *json, int node, enum made_size size)
{
    str_addf(json,
        "%s{\"id\":\"%s\",\"kind\":\"llm\",\"description\":\"%s\","
        "\"prompt\":\"Do it for {question}.\",\"inputs\":[",
        node > 0 ? "," : "", name_of(node, size),
        size == MADE_HOSTILE ? "\\u001b[31mred\\u001b[0m" : "looks at one side of the question");
    str_add(json, "\"question\"");
    for (int i = 0; i < drawn.nodes[node].input_count; i++)
        str_addf(json, ",\"%s\"", name_of(drawn.inputs[node][i], size));
    str_add(json, node % 5 == 1 ? "],\"tools\":[\"search\"]}" : "]}");
}

static void say_workflow(struct run_view *view, enum made_size size, const char *id)
{
    struct str json = STR_INIT;

    str_addf(&json, "{\"type\":\"workflow\",\"id\":\"%s\",\"workflow\":{\"nodes\":[", id);
    for (int i = 0; i < drawn.graph.count; i++)
        add_node(&json, i, size);
    str_add(&json, "]}}");
    apply(view, str_text(&json));
    str_free(&json);
}

static double score_at(int batch, int batches)
{
    return 0.512 + 0.14 * (1 - exp(-4.0 * batch / batches)) + 0.02 * sin(batch * 1.7);
}

static void say_rollout(struct run_view *view, int batch, int batches, int step)
{
    struct str json = STR_INIT;

    str_addf(&json,
        "{\"type\":\"rollout\",\"batch\":%d,\"round\":1,\"step\":%d,\"kind\":\"%s\","
        "\"workflow\":\"w9\",\"pass\":%d,\"score\":%.4f,\"failed\":0,\"spoiled\":0,\"examples\":[",
        batch, step, step == 1 ? "outer" : "inner", batch * 4 + step,
        score_at(batch, batches) + 0.08 * sin(batch * 2.9 + step));
    for (int i = 0; i < 8; i++)
        str_addf(&json, "%s[\"train-%d\",%s]", i > 0 ? "," : "", batch * 8 + i,
            (batch + i) % 3 == 0 ? "0" : "1");
    str_add(&json, "]}");
    apply(view, str_text(&json));
    str_free(&json);
}

static void say_gradient(
    struct run_view *view, int batch, int node, int number, enum made_size size)
{
    made_say(view,
        "{\"type\":\"gradient\",\"batch\":%d,\"node\":\"%s\",\"example\":\"train-%d\","
        "\"id\":\"%032x\",\"from\":[]}",
        batch, name_of(node, size), batch * 8 + number % 8, (unsigned)(batch * 100 + number + 1));
}

static void say_proposal(struct run_view *view, int ordinal, int batch, bool take)
{
    made_say(view,
        "{\"type\":\"proposal\",\"ordinal\":%d,\"kind\":\"%s\",\"batch\":%d,\"round\":1,\"step\":1,"
        "\"before\":\"w9\",\"changes\":[],\"gradients\":[],\"evidence\":{\"fixed\":3,\"broken\":1,"
        "\"same\":4,\"before\":0.5,\"after\":0.75,\"missing\":0,\"pass\":7}}",
        ordinal, ordinal % 3 == 0 ? "sketch" : "prompts", batch);
    made_say(view, "{\"type\":\"decision\",\"proposal\":%d,\"what\":\"%s\",\"who\":\"schedule\"}",
        ordinal, take ? "accept" : "reject");
}

static void say_batch(struct run_view *view, int batch, int batches, double *best, int last)
{
    double score = score_at(batch, batches);

    now += 97000;
    made_say(view, "{\"type\":\"batch_started\",\"epoch\":%d,\"batch\":%d,\"examples\":[]}",
        1 + (batch - 1) * 3 / batches, batch);
    say_rollout(view, batch, batches, 1);
    if (batch == last)
        return;
    say_proposal(view, batch, batch, batch % 4 != 0);
    say_rollout(view, batch, batches, 2);
    made_say(view,
        "{\"type\":\"validation\",\"batch\":%d,\"workflow\":\"w9\",\"score\":%.4f,\"pass\":%d,"
        "\"best\":%s,\"failed\":0}",
        batch, score, batch * 4 + 3, score > *best ? "true" : "false");
    *best = score > *best ? score : *best;
}

static void say_nodes(struct run_view *view, enum made_size size)
{
    struct str json = STR_INIT;

    str_add(&json, "{\"type\":\"node\",\"workflow\":\"w9\",\"passes\":[[\"validation\",11,150],"
                   "[\"b14 r1 s2\",12,40]],\"ids\":[");
    for (int i = 0; i < drawn.graph.count; i++)
        str_addf(&json, "%s\"%s\"", i > 0 ? "," : "", name_of(i, size));
    str_add(&json, "],\"nodes\":[");
    for (int i = 0; i < drawn.graph.count; i++)
        str_addf(&json, "%s[%d,%d,%d,%d,%d,%d]", i > 0 ? "," : "", i % 4 == 3 ? 20 : 0,
            i % 8 == 2 ? 131 : 0, i % 4 == 2 ? 3 + i : 0, i % 4 < 3 ? 40 - 4 * i % 40 : 0,
            i % 5 == 1 ? 3 : 0, i % 4 == 3 ? 2 : 0);
    str_add(&json, "]}");
    apply(view, str_text(&json));
    str_free(&json);
}

static void say_node_calls(struct run_view *view, enum made_size size)
{
    struct str json = STR_INIT;

    str_add(&json, "{\"type\":\"node_calls\",\"nodes\":{");
    for (int i = 0; i < drawn.graph.count; i++)
        str_addf(&json, "%s\"%s\":[%d,%d,%d,%d,%d]", i > 0 ? "," : "", name_of(i, size),
            i < 12 ? 40 * (14 - i) : 4, i % 5 == 3 ? 0 : 90 + i * 130, 900 + i * 700, 30 * (15 - i),
            i % 5 == 1 ? 20 : 0);
    str_add(&json, "}}");
    apply(view, str_text(&json));
    str_free(&json);
}

static void say_live(struct run_view *view, enum made_size size)
{
    say_nodes(view, size);
    say_node_calls(view, size);
    for (int i = 0; i < 90; i++) {
        now += 1000;
        made_say(view,
            "{\"type\":\"calls\",\"executor\":{\"calls\":%d,\"requests\":%d,\"tokens\":%d,"
            "\"usd\":%.3f},\"meta\":{\"calls\":205,\"requests\":214,\"tokens\":91000,\"usd\":0.4},"
            "\"in_flight\":16,\"waiting\":5,\"calls_per_s\":%.2f,\"p50_ms\":410,\"p95_ms\":1240,"
            "\"since\":1,\"paid\":1,\"failed\":%d,\"retries\":5}",
            4000 + i, 5400 + i * 2, 212000 + i * 100, 0.8, 4 + 3 * sin(i * 0.2),
            size == MADE_HOSTILE ? 1200 : 0);
    }
}

static void say_pending(struct run_view *view)
{
    made_say(view,
        "{\"type\":\"waiting\",\"pending\":{\"proposal\":13,\"kind\":\"prompts\",\"workflow\":"
        "{\"nodes\":[{\"id\":\"classify\",\"prompt\":\"Do it for {question}.\",\"inputs\":"
        "[\"question\"]},{\"id\":\"rank\",\"prompt\":\"Rank anew.\",\"inputs\":[\"question\","
        "\"retrieve\",\"search_web\",\"lookup\"]}]}}}");
}

static const char *graph_of(enum made_size size)
{
    return size == MADE_FIFTEEN ? drawn_fifteen : drawn_nine;
}

void made_run(struct run_view *view, enum made_size size)
{
    int batches = size == MADE_HUNDRED ? 1000 : 40, last = batches * 35 / 100;
    double best = 0.512;

    run_view_init(view);
    now = 0;
    if (size == MADE_EMPTY)
        return;
    drawn_parse(&drawn, graph_of(size));
    if (size == MADE_HUNDRED)
        drawn_random(&drawn, 100, 4, 2, 7);
    made_say(view,
        "{\"type\":\"run_started\",\"run\":\"7f3a9c\",\"task\":\"%s\",\"metric\":\"f1\","
        "\"sizes\":{\"train\":320,\"validation\":150,\"test\":300},\"optimizer\":{\"epochs\":3,"
        "\"batch\":%d,\"rounds\":2,\"inner_steps\":3,\"outer\":true},\"models\":{\"executor\":"
        "{\"model\":\"gpt-4.1-mini\"},\"meta\":{\"model\":\"gpt-4.1\"}}}",
        size == MADE_HOSTILE ? "\\u001b]0;owned\\u0007Answer \\u202ethe question."
                             : "Answer the question with a name, a year or a number.",
        size == MADE_HUNDRED ? 1 : 8);
    view->batches = (unsigned)batches;
    say_workflow(view, size, "w9");
    made_say(view, "{\"type\":\"sitting\",\"limits\":{\"usd\":5,\"calls\":20000},\"review\":"
                   "\"structure\"}");
    made_say(view, "{\"type\":\"baseline\",\"score\":0.512,\"workflow\":\"w9\",\"pass\":1}");
    for (int i = 1; i <= last; i++)
        say_batch(view, i, batches, &best, size == MADE_DONE ? 0 : last);
    for (int i = 0; i < 12; i++)
        say_gradient(view, last, i % 4 == 0 ? 2 : drawn.graph.count - 1 - i % 3, i, size);
    if (size == MADE_HOSTILE)
        made_say(view, "{\"type\":\"warning\",\"message\":\"reply of \\u001b[31mevil\\u001b[0m was "
                       "no JSON: \\u202e\\u0000\\u200b\xE6\x97\xA5\xE6\x9C\xAC\"}");
    say_live(view, size);
    if (size == MADE_FIFTEEN)
        say_pending(view);
    if (size == MADE_DONE)
        made_say(view, "{\"type\":\"run_finished\",\"reason\":\"all batches are through\","
                       "\"start_validation\":0.512,\"validation\":0.6613,\"start_test\":0.402,"
                       "\"test\":0.641,\"workflow\":\"7f3a9c.workflow.json\"}");
}
