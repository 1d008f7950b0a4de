#include "store_fixture.h"

#include <ftw.h>
#include <unistd.h>

int fixture_open(void **state)
{
    struct fixture *fixture = mem_zalloc(1, sizeof *fixture);
    const char *temporary = getenv("TMPDIR");

    fixture->folder = mem_printf("%s/flowbot-store-XXXXXX", temporary != NULL ? temporary : "/tmp");
    assert_non_null(mkdtemp(fixture->folder));
    assert_int_equal(uv_loop_init(&fixture->loop), 0);
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
    assert_int_equal(uv_loop_close(&fixture->loop), 0);
    assert_int_equal(nftw(fixture->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
    free(fixture->folder);
    free(fixture);
    return 0;
}

struct store *fixture_create(struct fixture *fixture, const char *id)
{
    struct err err = { 0 };
    struct store *store =
        store_create(&fixture->loop, fixture->folder, id, "{\"task\":\"snapshot\"}", &err);

    if (store == NULL)
        fail_msg("%s", err.message);
    return store;
}

struct store *fixture_reopen(struct fixture *fixture, const char *id)
{
    struct err err = { 0 };
    struct store *store = store_open(&fixture->loop, fixture->folder, id, &err);

    if (store == NULL)
        fail_msg("%s", err.message);
    return store;
}

void fixture_run(struct fixture *fixture)
{
    assert_int_equal(uv_run(&fixture->loop, UV_RUN_DEFAULT), 0);
}

void fixture_shut(struct fixture *fixture, struct store *store)
{
    store_close(store);
    fixture_run(fixture);
}

struct hash key_of(unsigned number)
{
    return hash_bytes(&number, sizeof number);
}

struct text *body_of(unsigned number)
{
    size_t len = number % 97 == 0 ? 20000 : number % 300;
    char *bytes = mem_printf("body %u %0*u", number, (int)len + 1, number);
    struct text *body = text_from(bytes);

    free(bytes);
    return body;
}

void expect_err(const struct err *err, enum err_code code, ...)
{
    va_list words;
    const char *word;

    va_start(words, code);
    while ((word = va_arg(words, const char *)) != NULL) {
        if (strstr(err->message, word) == NULL)
            fail_msg("\"%s\" is not in \"%s\"", word, err->message);
    }
    va_end(words);
    if (err->code != code)
        fail_msg("code %d instead of %d: %s", (int)err->code, (int)code, err->message);
}

void on_answer(void *data, struct text *body, const struct err *error)
{
    struct answer *answer = data;

    assert_false(answer->is_done);
    answer->is_done = true;
    answer->body = body;
    answer->has_error = error != NULL;
    if (error != NULL)
        answer->error = *error;
}

struct answer fixture_get(
    struct fixture *fixture, struct store *store, enum store_kind kind, struct hash key)
{
    struct answer answer = { 0 };

    store_get(store, kind, key, on_answer, &answer);
    assert_false(answer.is_done);
    fixture_run(fixture);
    assert_true(answer.is_done);
    return answer;
}

void on_put(void *tally, const struct err *error)
{
    struct tally *counted = tally;

    if (error == NULL) {
        counted->ok++;
        return;
    }
    counted->failed++;
    counted->error = *error;
}
