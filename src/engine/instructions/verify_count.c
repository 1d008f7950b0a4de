/* IFBench "count": how many of something there are. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "treebank.h"
#include "utf8.h"
#include "word_lists.h"

static int compare_excerpts(const void *a, const void *b)
{
    const struct excerpt *x = a;
    const struct excerpt *y = b;
    size_t least = x->len < y->len ? x->len : y->len;
    int order = memcmp(x->text, y->text, least);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static size_t count_distinct(struct excerpts *excerpts)
{
    size_t distinct = 0;

    if (excerpts->count > 1)
        qsort(excerpts->items, excerpts->count, sizeof *excerpts->items, compare_excerpts);
    for (size_t i = 0; i < excerpts->count; i++)
        distinct += i == 0 || !excerpt_equal(excerpts->items[i], excerpts->items[i - 1]);
    return distinct;
}

enum follow verify_word_count_range(struct check *check)
{
    struct excerpts tokens;
    double min, max;
    size_t count;

    if (!argument_number(check, "min_words", 0, &min) ||
        !argument_number(check, "max_words", 0, &max))
        return FOLLOW_BAD;
    tokens = split_tokens(check->text);
    count = tokens.count;
    excerpts_free(&tokens);
    str_addf(check->why, "found %zu words", count);
    return follow_if(min <= (double)count && (double)count <= max);
}

enum follow verify_unique_word_count(struct check *check)
{
    struct str lower = STR_INIT;
    struct excerpts words;
    double wanted;
    size_t count;

    if (!argument_number(check, "N", 0, &wanted))
        return FOLLOW_BAD;
    add_lower(check->text, &lower);
    words = split_words(excerpt_of(str_text(&lower)));
    for (size_t i = 0; i < words.count; i++)
        words.items[i] = strip_marks(words.items[i], BOTH_ENDS);
    count = count_distinct(&words);
    excerpts_free(&words);
    str_free(&lower);
    return at_least(check, count, wanted, "different words");
}

static bool is_conjunction(struct excerpt word)
{
    struct str lower = STR_INIT;
    bool found;

    add_lower(strip_marks(word, BOTH_ENDS), &lower);
    found = is_one_of(excerpt_of(str_text(&lower)), conjunction_words);
    str_free(&lower);
    return found;
}

/* "and" and "And," are two. */
enum follow verify_conjunctions(struct check *check)
{
    struct excerpts words;
    double wanted;
    size_t kept = 0;

    if (!argument_number(check, "small_n", 0, &wanted))
        return FOLLOW_BAD;
    words = split_words(check->text);
    for (size_t i = 0; i < words.count; i++)
        if (is_conjunction(words.items[i]))
            words.items[kept++] = words.items[i];
    words.count = kept;
    kept = count_distinct(&words);
    excerpts_free(&words);
    return at_least(check, kept, wanted, "different coordinating conjunctions");
}

enum follow verify_person_names(struct check *check)
{
    double wanted;
    size_t count = 0;

    if (!argument_number(check, "N", 0, &wanted))
        return FOLLOW_BAD;
    for (const char *const *name = person_names; *name != NULL; name++) {
        char *pattern = mem_printf("\\b%s\\b", *name);

        count += matches(check->text, pattern, 0);
        free(pattern);
    }
    return at_least(check, count, wanted, "different names of the list");
}

static size_t count_digit_runs(struct excerpt text)
{
    size_t runs = 0;
    bool inside = false;

    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        bool is_digit;

        i += utf8_next(text.text + i, text.len - i, &code);
        is_digit = utf8_is_digit(code);
        runs += is_digit && !inside;
        inside = is_digit;
    }
    return runs;
}

enum follow verify_numbers(struct check *check)
{
    struct str plain = STR_INIT;
    double wanted;
    size_t count;

    if (!argument_number(check, "N", 0, &wanted))
        return FOLLOW_BAD;
    add_without_marks(check->text, &plain);
    count = count_digit_runs(excerpt_of(str_text(&plain)));
    str_free(&plain);
    return exactly(check, count, wanted, "numbers");
}

enum follow verify_pronouns(struct check *check)
{
    struct str lower = STR_INIT;
    struct treebank_words words;
    double wanted;
    size_t count = 0;

    if (!argument_number(check, "N", 0, &wanted))
        return FOLLOW_BAD;
    add_lower(check->text, &lower);
    for (size_t i = 0; i < lower.len; i++)
        if (lower.data[i] == '/')
            lower.data[i] = ' ';
    words = treebank_words(excerpt_of(str_text(&lower)));
    for (size_t i = 0; i < words.words.count; i++)
        count += is_one_of(words.words.items[i], pronoun_words);
    treebank_free(&words);
    str_free(&lower);
    return at_least(check, count, wanted, "pronouns");
}

/* Every mark remains somewhere once the interrobang is taken out. */
enum follow verify_punctuation(struct check *check)
{
    static const char marks[] = ".,!?;:";
    const char *text = check->text.text;
    const char *pair = strstr(text, "?!");
    bool seen[sizeof marks] = { false };
    bool all = true;

    if (pair == NULL)
        pair = strstr(text, "!?");
    if (pair == NULL && strstr(text, "‽") == NULL) {
        str_add(check->why, "there is no interrobang, ?! or !?");
        return FOLLOW_NO;
    }
    for (const char *c = text; *c != '\0'; c++) {
        const char *mark = strchr(marks, *c);

        if (pair != NULL && (c == pair || c == pair + 1))
            continue;
        if (mark != NULL)
            seen[mark - marks] = true;
    }
    for (size_t i = 0; i + 1 < sizeof marks; i++)
        if (!seen[i]) {
            str_addf(check->why, "%s%c", all ? "missing: " : " ", marks[i]);
            all = false;
        }
    return follow_if(all);
}

static bool is_japanese(struct excerpt word)
{
    for (size_t i = 0; i < word.len;) {
        uint32_t code;

        i += utf8_next(word.text + i, word.len - i, &code);
        if ((code >= 0x3040 && code <= 0x30FF) || (code >= 0x4E00 && code <= 0x9FFF))
            return true;
    }
    return false;
}

static bool is_all_digits(struct excerpt word)
{
    for (size_t i = 0; i < word.len;) {
        uint32_t code;

        i += utf8_next(word.text + i, word.len - i, &code);
        if (!utf8_is_digit(code) && code != 0xB2 && code != 0xB3 && code != 0xB9 &&
            !(code >= 0x2070 && code <= 0x2089))
            return false;
    }
    return word.len > 0;
}

enum follow verify_words_japanese(struct check *check)
{
    struct excerpts words;
    double every;
    bool all = true;

    if (!argument_number(check, "N", 1, &every))
        return FOLLOW_BAD;
    words = split_words(check->text);
    for (size_t i = 0; i < words.count && all; i++) {
        struct excerpt word = strip_marks(words.items[i], BOTH_ENDS);

        if ((i + 1) % (size_t)every != 0 || word.len == 0 || is_all_digits(word))
            continue;
        all = is_japanese(word);
        if (!all)
            str_addf(check->why, "word %zu is not Japanese", i + 1);
    }
    excerpts_free(&words);
    return follow_if(all);
}

enum follow verify_keywords_multiple(struct check *check)
{
    static const struct {
        const char *name;
        size_t times;
    } keywords[] = { { "keyword1", 1 }, { "keyword2", 2 }, { "keyword3", 3 }, { "keyword4", 5 },
        { "keyword5", 7 } };
    struct str lower = STR_INIT;
    enum follow follow = FOLLOW_YES;

    add_lower(check->text, &lower);
    for (size_t i = 0; i < 5 && follow != FOLLOW_BAD; i++) {
        struct str keyword = STR_INIT;
        const char *text;
        size_t count;

        if (!argument_text(check, keywords[i].name, &text)) {
            follow = FOLLOW_BAD;
            break;
        }
        add_lower(trim(excerpt_of(text)), &keyword);
        count = count_occurrences(excerpt_of(str_text(&lower)), str_text(&keyword));
        if (count != keywords[i].times) {
            str_addf(check->why, "\"%.40s\" stands %zu times instead of %zu. ", text, count,
                keywords[i].times);
            follow = FOLLOW_NO;
        }
        str_free(&keyword);
    }
    str_free(&lower);
    return follow;
}
