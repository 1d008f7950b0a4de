#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_golden(const char *path, const struct str *picture)
{
    FILE *file = fopen(path, "w");

    if (file == NULL)
        fail_msg("cannot write %s", path);
    assert_int_equal(fwrite(str_text(picture), 1, picture->len, file), picture->len);
    assert_int_equal(fclose(file), 0);
}

static void read_golden(const char *path, struct str *picture)
{
    char bytes[4096];
    size_t len;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        fail_msg("no %s: look at the picture that tests/ui/regenerate writes", path);
    while ((len = fread(bytes, 1, sizeof bytes, file)) > 0)
        str_add_n(picture, bytes, len);
    (void)fclose(file);
}

static void compare(const char *name, const char *want, const char *got)
{
    for (int line = 1; *want != '\0' || *got != '\0'; line++) {
        size_t a = strcspn(want, "\n"), b = strcspn(got, "\n");

        if (a != b || strncmp(want, got, a) != 0)
            fail_msg(
                "%s, line %d:\nwant |%.*s|\ngot  |%.*s|", name, line, (int)a, want, (int)b, got);
        want += a + (want[a] != '\0' ? 1 : 0);
        got += b + (got[b] != '\0' ? 1 : 0);
    }
}

void golden_check(const struct canvas *canvas, const char *name)
{
    const char *mode = getenv("FLOWBOT_GOLDEN");
    const char *source = getenv("FLOWBOT_SOURCE");
    struct str picture = STR_INIT, want = STR_INIT;
    char path[1000];

    (void)snprintf(
        path, sizeof path, "%s/tests/ui/golden/%s.txt", source != NULL ? source : ".", name);
    canvas_dump(canvas, true, &picture);
    if (mode != NULL && strcmp(mode, "write") == 0) {
        write_golden(path, &picture);
    } else {
        read_golden(path, &want);
        compare(name, str_text(&want), str_text(&picture));
    }
    str_free(&picture);
    str_free(&want);
}

void golden_picture(const char *name, int width, int height, golden_draw *draw, void *data)
{
    for (int ascii = 0; ascii < 2; ascii++) {
        struct canvas canvas = { .ascii = ascii == 1 };
        struct pane pane;
        char file[200];

        canvas_resize(&canvas, width, height);
        pane = canvas_pane(&canvas);
        draw(data, &pane);
        (void)snprintf(
            file, sizeof file, "%s-%dx%d-%s", name, width, height, ascii ? "ascii" : "utf8");
        golden_check(&canvas, file);
        canvas_free(&canvas);
    }
}
