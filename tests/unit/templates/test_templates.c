#include "templates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "file.h"
#include "mem.h"

/* Values that name themselves; a brace pair in one of them must come out as it is. */
static const struct template_values values = {
    .task = "v:task {{prompt}}",
    .tools = "v:tools",
    .fields = "v:fields",
    .step = "v:step",
    .prompt = "v:prompt",
    .inputs = "v:inputs",
    .output = "v:output",
    .target = "v:target",
    .loss = "v:loss",
    .successors = "v:successors",
    .gradients = "v:gradients",
    .prompts = "v:prompts",
    .workflow = "v:workflow",
    .trace = "v:trace",
    .samples = "v:samples",
    .declined = "v:declined",
    .refused = "v:refused",
};

/* What each template has, in no particular order: the contract of its readers. */
static const struct {
    const char *name, *reply;
    const char *placeholders[9];
} expected[TEMPLATE_COUNT] = {
    { "grad-loss", "text_gradient",
        { "task", "step", "prompt", "inputs", "output", "target", "loss" } },
    { "grad-call", "text_gradient",
        { "task", "step", "prompt", "inputs", "output", "successors" } },
    { "optim-call", "prompt_update",
        { "task", "step", "prompt", "gradients", "declined", "refused" } },
    { "optim-joint", "joint_update", { "task", "prompts", "declined", "refused" } },
    { "grad-workflow", "text_gradient",
        { "task", "tools", "workflow", "trace", "target", "loss", "inputs" } },
    { "optim-workflow", "sketch_update",
        { "task", "tools", "fields", "workflow", "gradients", "declined", "refused" } },
    { "generate", "executor", { "task", "tools", "workflow", "step", "samples", "refused" } },
};

static char *folder;

static int make_folder(void **state)
{
    char path[] = "/tmp/test_templates.XXXXXX";

    (void)state;
    folder = mem_strdup(mkdtemp(path));
    return 0;
}

static void put(const char *file, const char *text)
{
    char *path = file_join(folder, file);
    struct err err = { 0 };

    assert_true(file_write(path, text, strlen(text), &err));
    free(path);
}

static void take_away(const char *file)
{
    char *path = file_join(folder, file);

    (void)unlink(path);
    free(path);
}

static int remove_folder(void **state)
{
    (void)state;
    take_away("grad-loss.md");
    (void)rmdir(folder);
    free(folder);
    return 0;
}

static void expect_part(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        print_error("in:       %s\nmissing:  %s\n", text, part);
    assert_non_null(strstr(text, part));
}

static size_t count_parts(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

/* Its value stands between its tags, once, and the opening tag occurs nowhere before: whoever looks
 * for it finds it. */
static void check_value(const char *message, const char *name)
{
    char *value = mem_printf("v:%s%s", name, strcmp(name, "task") == 0 ? " {{prompt}}" : "");
    char *whole = mem_printf("<%s>\n%s\n</%s>", name, value, name);
    char *tag = mem_printf("<%s>", name);

    expect_part(message, whole);
    assert_int_equal(count_parts(message, tag), 1);
    assert_int_equal(count_parts(message, value), 1);
    free(value);
    free(whole);
    free(tag);
}

static void test_builtin_set(void **state)
{
    struct err err = { 0 };
    struct templates *templates = templates_open(NULL, &err);

    (void)state;
    if (templates == NULL)
        print_error("%s\n", err.message);
    assert_non_null(templates);
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        enum template_id id = (enum template_id)i;
        struct str out = STR_INIT;
        size_t tags = 0;

        assert_string_equal(templates_name(id), expected[i].name);
        templates_render(templates, id, &values, &out);
        for (; tags < 9 && expected[i].placeholders[tags] != NULL; tags++)
            check_value(str_text(&out), expected[i].placeholders[tags]);
        assert_int_equal(count_parts(str_text(&out), "v:"), tags); /* no other value */
        assert_int_equal(count_parts(str_text(&out), "{{"), 1);    /* the one in the task's value */
        str_free(&out);
    }
    templates_free(templates);
    templates_free(NULL);
}

/* The binary holds what prompts/ holds, byte for byte. */
static void test_builtin_is_the_files(void **state)
{
    const char *source = getenv("FLOWBOT_SOURCE");
    struct err err = { 0 };
    struct templates *templates = templates_open(NULL, &err);
    char *from_files;
    struct templates *files;

    (void)state;
    if (source == NULL) {
        templates_free(templates);
        print_message("skipped: FLOWBOT_SOURCE is not set\n");
        skip();
    }
    from_files = file_join(source, "prompts");
    files = templates_open(from_files, &err);
    assert_non_null(files);
    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        assert_string_equal(templates_source(templates, (enum template_id)i),
            templates_source(files, (enum template_id)i));
    templates_free(files);
    templates_free(templates);
    free(from_files);
}

/* A prompt that describes its reply names every key that the schema demands. */
static void check_keys_named(const cJSON *schema, const char *source)
{
    const cJSON *properties = cJSON_GetObjectItem(schema, "properties");
    const cJSON *items = cJSON_GetObjectItem(schema, "items");
    const cJSON *property;

    cJSON_ArrayForEach(property, properties)
    {
        char *key = mem_printf("\"%s\"", property->string);

        expect_part(source, key);
        free(key);
        check_keys_named(property, source);
    }
    if (items != NULL)
        check_keys_named(items, source);
}

/* Strict subset: every object lists all of its keys as required and allows no others. */
static void check_strict(const cJSON *schema)
{
    const cJSON *properties = cJSON_GetObjectItem(schema, "properties");
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(schema, "type"));
    const cJSON *property;

    assert_non_null(type);
    if (strcmp(type, "array") == 0)
        check_strict(cJSON_GetObjectItem(schema, "items"));
    if (strcmp(type, "object") != 0)
        return;
    assert_true(cJSON_IsFalse(cJSON_GetObjectItem(schema, "additionalProperties")));
    assert_int_equal(cJSON_GetArraySize(properties),
        cJSON_GetArraySize(cJSON_GetObjectItem(schema, "required")));
    cJSON_ArrayForEach(property, properties)
    {
        const cJSON *name;
        bool found = false;

        cJSON_ArrayForEach(name, cJSON_GetObjectItem(schema, "required")) found =
            found || strcmp(name->valuestring, property->string) == 0;
        assert_true(found);
        check_strict(property);
    }
}

static void test_replies(void **state)
{
    struct err err = { 0 };
    struct templates *templates = templates_open(NULL, &err);

    (void)state;
    for (size_t i = 0; i < TEMPLATE_COUNT; i++) {
        const struct reply_schema *reply = templates_reply((enum template_id)i);
        cJSON *schema = cJSON_Parse(reply->json);

        assert_string_equal(reply->name, expected[i].reply);
        assert_non_null(schema);
        assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(schema, "type")), "object");
        check_strict(schema);
        check_keys_named(schema, templates_source(templates, (enum template_id)i));
        cJSON_Delete(schema);
    }
    templates_free(templates);
}

static const char good_override[] =
    "Mine.\n<task>{{task}}</task><step>{{step}}</step> <prompt> {{prompt}} </prompt>\n"
    "<inputs>{{inputs}}</inputs><output>{{output}}</output>\n"
    "<target>{{target}}</target><loss>{{loss}}</loss> {not} {{ a mark }}\n";

static void test_override(void **state)
{
    struct err err = { 0 };
    struct templates *templates;
    struct str out = STR_INIT;

    (void)state;
    put("grad-loss.md", good_override);
    put(".hidden", "not looked at");
    templates = templates_open(folder, &err);
    assert_non_null(templates);
    assert_string_equal(templates_source(templates, TEMPLATE_GRAD_LOSS), good_override);
    templates_render(templates, TEMPLATE_GRAD_LOSS, &values, &out);
    assert_true(str_starts(str_text(&out), "Mine.\n<task>v:task {{prompt}}</task>"));
    expect_part(str_text(&out), "{not} {{ a mark }}");
    expect_part(templates_source(templates, TEMPLATE_GRAD_CALL),
        "inner step"); /* the others are the built-in ones */
    str_free(&out);
    templates_free(templates);
    take_away(".hidden");
}

static void folder_refused(const char *file, const char *text, const char *part)
{
    struct err err = { 0 };

    put(file, text);
    assert_null(templates_open(folder, &err));
    assert_int_equal(err.code, ERR_INPUT);
    expect_part(err.message, file);
    expect_part(err.message, part);
    take_away(file);
}

static void test_bad_overrides(void **state)
{
    struct err err = { 0 };

    (void)state;
    take_away("grad-loss.md");
    folder_refused("grad-loss.md", "", "{{task}} is missing");
    folder_refused("generate.md", "a\nb <samples>{{sampels}}</samples>\n",
        "generate.md:2: unknown placeholder {{sampels}}; the nearest known one is {{samples}}");
    folder_refused("grad-call.md", "{{target}}",
        "unknown placeholder {{target}}"); /* known, but not to this one */
    folder_refused("grad-lsos.md", good_override, "did you mean grad-loss.md?");
    folder_refused("notes.txt", "x", "is no template");
    folder_refused("optim-joint.md",
        "{{task}}</task><prompts>{{prompts}}</prompts>{{declined}}{{refused}}",
        "{{task}} must stand between tags");
    folder_refused("optim-joint.md",
        "{{task}}<prompts>{{prompts}}</prompts>{{declined}}{{refused}}",
        "{{task}} must stand between tags of its own name");
    folder_refused("optim-joint.md",
        "<task>{{task}}</prompts><prompts>{{prompts}}</prompts>{{declined}}{{refused}}",
        "<task>{{task}}</task>");
    folder_refused("grad-loss.md", "\xFF", "UTF-8");
    put("grad-loss.md", good_override); /* a good file after a bad one does not hide it */
    folder_refused("generate.md", "", "{{task}} is missing");
    assert_null(templates_open("/no/such/folder", &err));
    expect_part(err.message, "/no/such/folder");
}

static void test_snapshot(void **state)
{
    const char *sources[TEMPLATE_COUNT];
    struct err err = { 0 };
    struct templates *templates = templates_open(NULL, &err);
    struct templates *again;

    (void)state;
    for (size_t i = 0; i < TEMPLATE_COUNT; i++)
        sources[i] = templates_source(templates, (enum template_id)i);
    again = templates_from_sources(sources, &err);
    assert_non_null(again);
    assert_string_equal(templates_source(again, TEMPLATE_GENERATE), sources[TEMPLATE_GENERATE]);
    sources[TEMPLATE_GENERATE] = "nothing of the kind";
    assert_null(templates_from_sources(sources, &err));
    expect_part(err.message, "stored generate.md");
    templates_free(again);
    templates_free(templates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_builtin_set),
        cmocka_unit_test(test_builtin_is_the_files),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_override),
        cmocka_unit_test(test_bad_overrides),
        cmocka_unit_test(test_snapshot),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
