#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "decode.h"
#include "random.h"

static struct str said;

/* "j Enter M-x [paste] (0 3,4)" */
static void on_input(void *data, const struct input *input)
{
    char text[KEY_NAME_SIZE];

    (void)data;
    if (said.len > 0)
        str_add_char(&said, ' ');
    if (input->kind == INPUT_KEY)
        str_add(&said, key_text(input->key, text));
    else if (input->kind == INPUT_PASTE)
        str_addf(&said, "[%s]", input->paste);
    else
        str_addf(&said, "(%d %d,%d)", (int)input->button, input->x, input->y);
}

/* The same whatever the pieces in which the bytes come. */
static void check_n(const char *bytes, size_t len, const char *expected)
{
    for (size_t piece = 1; piece <= len; piece++) {
        struct decode decode;

        str_clear(&said);
        decode_init(&decode, on_input, NULL);
        decode_learn(&decode, "\x1b[77z", K_F1 + 6);
        for (size_t i = 0; i < len; i += piece)
            decode_feed(&decode, bytes + i, len - i < piece ? len - i : piece);
        decode_flush(&decode);
        decode_free(&decode);
        assert_string_equal(str_text(&said), expected);
    }
    str_free(&said);
}

static void check(const char *bytes, const char *expected)
{
    check_n(bytes, strlen(bytes), expected);
}

static void test_keys(void **state)
{
    (void)state;
    check("jJ 1\r\n\t\x7f\x08", "j J Space 1 Enter Enter Tab Backspace Backspace");
    check("\x04\x1a\x03", "^D ^Z ^C");
    check("ä日😀", "ä 日 😀");
    check("\x1b[A\x1bOB\x1b[1;5C\x1b[Z", "Up Down C-Right S-Tab");
    check("\x1b[5~\x1b[6~\x1b[1~\x1b[F\x1b[3;2~", "PgUp PgDn Home End S-Del");
    check("\x1bOP\x1b[[B\x1b[15~\x1b[24~", "F1 F2 F5 F12");
    check("\x1bx\x1b\x1b[A", "M-x Esc Up");
    check("\x1bä", "M-ä");
    check("\x1b[77z", "F7");
}

static void test_escape_alone(void **state)
{
    (void)state;
    check("\x1b", "Esc");
    check("\x1b\x1b", "Esc Esc");
    check("j\x1b", "j Esc");
    check("\x1b[", "M-[");
}

static void test_what_is_not_known_is_dropped(void **state)
{
    (void)state;
    check("\x1b[99~j", "j");
    check("\x1b[?1;2cj", "j");
    check("\x1b]11;rgb:0000/0000/0000\x07j", "j");
    check("\x1bP1+r436f=38\x1b\\j", "j");
    check("\x1b]0;q;rm -rf\x1b\\j", "j");
    check("\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29yj",
        "j");
    check("\xff\xfej", "j");
}

static void test_paste(void **state)
{
    (void)state;
    check("\x1b[200~q\r:quit\x1b[A\x03\x1b[201~j", "[q\n:quit\x1b[A\x03] j");
    check("\x1b[200~\x1b[201~", "[]");
    check("\x1b[200~a\xff z\x1b[201~", "[a\xEF\xBF\xBD z]");
    check_n("\x1b[200~a\0b\x1b[201~", 15, "[a\nb]");
}

static void test_long_paste(void **state)
{
    enum { LONG = PASTE_MAX + 100000 };
    struct decode decode;
    char block[1000];

    (void)state;
    memset(block, 'x', sizeof block);
    str_clear(&said);
    decode_init(&decode, on_input, NULL);
    decode_feed(&decode, "\x1b[200~", 6);
    for (int i = 0; i < LONG; i += (int)sizeof block)
        decode_feed(&decode, block, sizeof block);
    decode_feed(&decode, "\x1b[201~j", 7);
    decode_free(&decode);
    assert_true(said.len <= PASTE_MAX + 10);
    assert_string_equal(str_text(&said) + said.len - 2, " j");
    str_free(&said);
}

static void test_mouse(void **state)
{
    (void)state;
    check("\x1b[<0;4;5M\x1b[<0;4;5m\x1b[<65;1;1M\x1b[<35;2;2M\x1b[<0;0;0M", "(0 3,4) (4 0,0)");
    check("\x1b[I\x1b[Oj", "j"); /* focus: not asked for */
}

/* Whatever comes: no end, no overrun (the sanitizers look), and the decoder still works. */
static void test_noise(void **state)
{
    static const char some[] = "\x1b[]O;<~0129MmAP\x07\\u\xe6\x97\xff";
    struct random random;

    (void)state;
    random_seed(&random, 7);
    for (int round = 0; round < 3000; round++) {
        struct decode decode;

        decode_init(&decode, on_input, NULL);
        for (int i = 0; i < 100; i++)
            decode_feed(&decode, &some[random_below(&random, sizeof some - 1)], 1);
        decode_flush(&decode);
        if (!decode.pasting) {
            str_clear(&said);
            decode_feed(&decode, "j", 1);
            assert_string_equal(str_text(&said), "j");
        }
        decode_free(&decode);
    }
    str_free(&said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_escape_alone),
        cmocka_unit_test(test_what_is_not_known_is_dropped),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_long_paste),
        cmocka_unit_test(test_mouse),
        cmocka_unit_test(test_noise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
