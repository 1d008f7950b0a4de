#include "tools_fixture.h"

#include <ftw.h>
#include <unistd.h>

int fixture_open(void **state)
{
    struct fixture *fixture = mem_zalloc(1, sizeof *fixture);
    const char *temporary = getenv("TMPDIR");
    struct err err = { 0 };
    char *cache;

    fixture->folder = mem_printf("%s/flowbot-tools-XXXXXX", temporary != NULL ? temporary : "/tmp");
    assert_non_null(mkdtemp(fixture->folder));
    cache = mem_printf("%s/cache", fixture->folder);
    assert_int_equal(setenv("FLOWBOT_CACHE", cache, 1), 0);
    free(cache);
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
    fixture->workers = workers_open(&fixture->loop, 3);
    fixture->store = store_create(&fixture->loop, fixture->folder, "run", "{}", &err);
    assert_non_null(fixture->store);
    *state = fixture;
    return 0;
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info;
    (void)type;
    (void)place;
    return remove(path);
}

int fixture_close(void **state)
{
    struct fixture *fixture = *state;

    fixture_run(fixture);
    store_close(fixture->store);
    workers_close(fixture->workers);
    fixture_run(fixture);
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    assert_int_equal(nftw(fixture->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
    free(fixture->folder);
    free(fixture);
    return 0;
}

struct toolbox *fixture_toolbox(struct fixture *fixture, const struct task *task, struct err *err)
{
    struct toolbox_options options = {
        .loop = &fixture->loop,
        .task = task,
        .store = fixture->store,
        .workers = fixture->workers,
        .client = fixture->client,
        .models = fixture->models,
        .sandbox = fixture->sandbox,
    };

    return toolbox_open(&options, err);
}

void fixture_run(struct fixture *fixture)
{
    assert_int_equal(uv_run(&fixture->loop, UV_RUN_DEFAULT), 0);
}

void fixture_reopen_store(struct fixture *fixture)
{
    struct err err = { 0 };

    store_close(fixture->store);
    fixture_run(fixture);
    fixture->store = store_open(&fixture->loop, fixture->folder, "run", &err);
    assert_non_null(fixture->store);
}

char *fixture_file(const struct fixture *fixture, const char *name, const char *bytes)
{
    char *path = mem_printf("%s/%s", fixture->folder, name);
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

void expect_err(const struct err *err, enum err_code code, const char *word)
{
    if (strstr(err->message, word) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", word, err->message);
    if (err->code != code)
        fail_msg("code %d instead of %d: %s", (int)err->code, (int)code, err->message);
}
