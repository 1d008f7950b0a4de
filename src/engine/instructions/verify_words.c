/* IFBench "words": how single words have to be, and where they stand. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sentences.h"
#include "treebank.h"
#include "utf8.h"

struct plain_words {
    struct str text;
    struct excerpts words;
};

/* The words of the text without punctuation, in lower case where asked for. */
static struct plain_words plain_words(struct excerpt text, bool lower)
{
    struct plain_words plain = { STR_INIT, { NULL, 0, 0 } };
    struct str cased = STR_INIT;

    if (lower)
        add_lower(text, &cased);
    add_without_marks(lower ? excerpt_of(str_text(&cased)) : text, &plain.text);
    plain.words = split_words(excerpt_of(str_text(&plain.text)));
    str_free(&cased);
    return plain;
}

static void plain_free(struct plain_words *plain)
{
    excerpts_free(&plain->words);
    str_free(&plain->text);
}

static enum follow tell_word(struct check *check, const char *what, struct excerpt word)
{
    str_addf(check->why, "%s: \"%.*s\"", what, word.len > 40 ? 40 : (int)word.len, word.text);
    return FOLLOW_NO;
}

enum follow verify_alphabet(struct check *check)
{
    struct plain_words plain = plain_words(check->text, true);
    enum follow follow = FOLLOW_YES;
    uint32_t expected = plain.words.count == 0 ? 0 : first_of(plain.words.items[0]);

    if (expected < 'a' || expected > 'z') {
        str_add(check->why, "the first word does not begin with a letter from a to z");
        follow = FOLLOW_NO;
    }
    for (size_t i = 1; i < plain.words.count && follow == FOLLOW_YES; i++) {
        expected = expected == 'z' ? 'a' : expected + 1;
        if (first_of(plain.words.items[i]) != expected)
            follow = tell_word(check, "out of order", plain.words.items[i]);
    }
    plain_free(&plain);
    return follow;
}

enum follow verify_vowel(struct check *check)
{
    static const char vowels[] = "aeiou";
    struct excerpt text = trim(check->text);
    struct str lower = STR_INIT;
    size_t kinds = 0;

    if (excerpt_contains(text, "\n")) {
        str_add(check->why, "it is more than one paragraph");
        return FOLLOW_NO;
    }
    add_lower(text, &lower);
    for (const char *c = vowels; *c != '\0'; c++)
        kinds += strchr(str_text(&lower), *c) != NULL;
    str_free(&lower);
    str_addf(check->why, "%zu different vowels", kinds);
    return follow_if(kinds <= 3);
}

static bool has_cluster(struct excerpt word)
{
    static const char consonants[] = "bcdfghjklmnpqrstvwxyz";

    for (size_t i = 0; i + 1 < word.len; i++)
        if (strchr(consonants, word.text[i]) != NULL &&
            strchr(consonants, word.text[i + 1]) != NULL)
            return true;
    return false;
}

enum follow verify_consonants(struct check *check)
{
    struct str lower = STR_INIT;
    struct excerpts words;
    enum follow follow = FOLLOW_YES;

    add_lower(check->text, &lower);
    words = split_words(excerpt_of(str_text(&lower)));
    for (size_t i = 0; i < words.count && follow == FOLLOW_YES; i++)
        if (!has_cluster(words.items[i]))
            follow = tell_word(check, "no two neighbouring consonants", words.items[i]);
    excerpts_free(&words);
    str_free(&lower);
    return follow;
}

static bool is_palindrome(struct excerpt word)
{
    size_t left = 0, right = word.len;

    while (left < right) {
        uint32_t a, b;

        left += utf8_next(word.text + left, word.len - left, &a);
        right -= step_back(word, right, &b);
        if (a != b)
            return false;
    }
    return true;
}

enum follow verify_palindrome(struct check *check)
{
    struct plain_words plain = plain_words(check->text, true);
    size_t count = 0;

    for (size_t i = 0; i < plain.words.count; i++)
        count += length_of(plain.words.items[i]) >= 5 && is_palindrome(plain.words.items[i]);
    plain_free(&plain);
    return at_least(check, count, 10, "palindromes of five letters or more");
}

static bool is_prime_below_100(size_t number)
{
    if (number < 2 || number >= 100)
        return false;
    for (size_t i = 2; i * i <= number; i++)
        if (number % i == 0)
            return false;
    return true;
}

enum follow verify_prime_lengths(struct check *check)
{
    struct plain_words plain = plain_words(check->text, false);
    enum follow follow = FOLLOW_YES;

    for (size_t i = 0; i < plain.words.count && follow == FOLLOW_YES; i++)
        if (!is_prime_below_100(length_of(plain.words.items[i])))
            follow = tell_word(check, "its length is no prime number", plain.words.items[i]);
    plain_free(&plain);
    return follow;
}

static int compare_excerpts(const void *a, const void *b)
{
    const struct excerpt *x = a;
    const struct excerpt *y = b;
    size_t least = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->text, y->text, least);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

enum follow verify_repeats(struct check *check)
{
    struct plain_words plain;
    enum follow follow = FOLLOW_YES;
    double most;
    size_t run = 0;

    if (!argument_number(check, "small_n", 0, &most))
        return FOLLOW_BAD;
    plain = plain_words(check->text, true);
    if (plain.words.count > 1)
        qsort(plain.words.items, plain.words.count, sizeof(struct excerpt), compare_excerpts);
    for (size_t i = 0; i < plain.words.count && follow == FOLLOW_YES; i++) {
        run = i > 0 && excerpt_equal(plain.words.items[i], plain.words.items[i - 1]) ? run + 1 : 1;
        if ((double)run > most)
            follow = tell_word(check, "repeated too often", plain.words.items[i]);
    }
    plain_free(&plain);
    return follow;
}

static bool equal_lower(struct excerpt a, struct excerpt b)
{
    struct str x = STR_INIT;
    struct str y = STR_INIT;
    bool equal;

    add_lower(a, &x);
    add_lower(b, &y);
    equal = str_equal(str_text(&x), str_text(&y));
    str_free(&x);
    str_free(&y);
    return equal;
}

/* The last word of the one is the first of the other. */
static bool links(struct excerpt sentence, struct excerpt next)
{
    struct excerpts last = split_words(strip_marks(sentence, RIGHT_END));
    struct excerpts first = split_words(strip_marks(next, LEFT_END));
    bool equal = last.count > 0 && first.count > 0 &&
                 equal_lower(last.items[last.count - 1], first.items[0]);

    excerpts_free(&last);
    excerpts_free(&first);
    return equal;
}

enum follow verify_last_first(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    bool all = true;

    for (size_t i = 0; i + 1 < sentences.count && all; i++) {
        all = links(sentences.items[i], sentences.items[i + 1]);
        if (!all)
            str_addf(check->why, "sentence %zu does not begin with the last word before it", i + 2);
    }
    excerpts_free(&sentences);
    return follow_if(all);
}

enum follow verify_paragraph_last_first(struct check *check)
{
    struct str lower = STR_INIT;
    struct excerpts lines;
    enum follow follow = FOLLOW_YES;

    add_lower(check->text, &lower);
    lines = split_at(excerpt_of(str_text(&lower)), "\n");
    for (size_t i = 0; i < lines.count && follow == FOLLOW_YES; i++) {
        struct excerpts words = split_words(strip_marks(trim(lines.items[i]), BOTH_ENDS));

        if (words.count > 0 && !excerpt_equal(words.items[0], words.items[words.count - 1]))
            follow = tell_word(
                check, "the paragraph ends with another word than it began", words.items[0]);
        excerpts_free(&words);
    }
    excerpts_free(&lines);
    str_free(&lower);
    return follow;
}

enum follow verify_no_consecutive(struct check *check)
{
    struct plain_words plain = plain_words(check->text, true);
    enum follow follow = FOLLOW_YES;

    for (size_t i = 0; i + 1 < plain.words.count && follow == FOLLOW_YES; i++)
        if (first_of(plain.words.items[i]) == first_of(plain.words.items[i + 1]))
            follow = tell_word(check, "begins like the word before it", plain.words.items[i + 1]);
    plain_free(&plain);
    return follow;
}

static bool has_letter_or_digit(struct excerpt word)
{
    for (size_t i = 0; i < word.len;) {
        uint32_t code;

        i += utf8_next(word.text + i, word.len - i, &code);
        if (code != '_' && utf8_is_word(code))
            return true;
    }
    return false;
}

/* The place-th (from 1) word with a letter or digit. */
static bool nth_word(struct excerpt sentence, size_t place, const char *keyword)
{
    struct treebank_words words = treebank_words(sentence);
    size_t seen = 0;
    bool is_it = false;

    for (size_t i = 0; i < words.words.count && seen < place; i++) {
        seen += has_letter_or_digit(words.words.items[i]);
        if (seen == place)
            is_it = equal_lower(words.words.items[i], trim(excerpt_of(keyword)));
    }
    treebank_free(&words);
    return is_it;
}

enum follow verify_keywords_specific_position(struct check *check)
{
    const char *keyword;
    double n, m;
    struct excerpts sentences;
    bool is_there;

    if (!argument_text(check, "keyword", &keyword) || !argument_number(check, "n", 1, &n) ||
        !argument_number(check, "m", 1, &m))
        return FOLLOW_BAD;
    sentences = split_sentences(check->text);
    is_there = (double)sentences.count >= n &&
               nth_word(sentences.items[(size_t)n - 1], (size_t)m, keyword);
    str_addf(check->why, "\"%.40s\" is not word %.0f of sentence %.0f (of %zu)", keyword, m, n,
        sentences.count);
    excerpts_free(&sentences);
    return follow_if(is_there);
}

enum follow verify_words_position(struct check *check)
{
    static const char marks[] = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
    const char *keyword;
    struct treebank_words words;
    struct excerpt wanted;
    bool second = false, before_last = false;

    if (!argument_text(check, "keyword", &keyword))
        return FOLLOW_BAD;
    wanted = trim(excerpt_of(keyword));
    words = treebank_words(check->text);
    if (words.words.count >= 2) {
        size_t count = words.words.count;
        char *last =
            mem_strndup(words.words.items[count - 1].text, words.words.items[count - 1].len);
        size_t back = strstr(marks, last) != NULL ? 3 : 2;

        free(last);
        second = equal_lower(words.words.items[1], wanted);
        before_last = count >= back && equal_lower(words.words.items[count - back], wanted);
    }
    str_addf(
        check->why, "\"%.40s\" is not the %s word", keyword, second ? "second to last" : "second");
    treebank_free(&words);
    return follow_if(second && before_last);
}
