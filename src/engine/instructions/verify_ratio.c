/* IFBench "ratio": shares and balances. */
#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sentences.h"
#include "utf8.h"
#include "word_lists.h"

enum follow verify_stop_words(struct check *check)
{
    struct str lower = STR_INIT;
    struct excerpts tokens;
    double most;
    size_t count = 0, all;

    if (!argument_number(check, "percentage", 0, &most))
        return FOLLOW_BAD;
    tokens = split_tokens(check->text);
    all = tokens.count;
    for (size_t i = 0; i < all; i++) {
        str_clear(&lower);
        add_lower(tokens.items[i], &lower);
        count += is_one_of(excerpt_of(str_text(&lower)), stop_words);
    }
    excerpts_free(&tokens);
    str_free(&lower);
    str_addf(check->why, "%zu of %zu words are stop words", count, all);
    return follow_if(all > 0 && (double)count / (double)all * 100 <= most);
}

struct kinds {
    size_t declarative, interrogative, exclamatory;
};

static struct kinds count_kinds(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    struct kinds kinds = { 0, 0, 0 };

    for (size_t i = 0; i < sentences.count; i++) {
        uint32_t last = last_of(sentences.items[i]);

        kinds.declarative += last == '.';
        kinds.interrogative += last == '?';
        kinds.exclamatory += last == '!';
    }
    excerpts_free(&sentences);
    str_addf(check->why, "%zu sentences end in a point, %zu in ?, %zu in !", kinds.declarative,
        kinds.interrogative, kinds.exclamatory);
    return kinds;
}

enum follow verify_sentence_type(struct check *check)
{
    struct kinds kinds = count_kinds(check);

    return follow_if(kinds.declarative == 2 * kinds.interrogative);
}

enum follow verify_sentence_balance(struct check *check)
{
    struct kinds kinds = count_kinds(check);

    return follow_if(
        kinds.declarative == kinds.interrogative && kinds.interrogative == kinds.exclamatory);
}

struct trigram {
    uint32_t codes[3];
};

struct trigrams {
    struct trigram *items; /* sorted, each once */
    size_t count;
};

static int compare_trigrams(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct trigram));
}

static struct trigrams trigrams_of(struct excerpt text)
{
    struct trigrams set = { mem_zalloc(text.len + 1, sizeof(struct trigram)), 0 };
    struct trigram window = { { 0, 0, 0 } };
    size_t seen = 0, kept = 0;

    for (size_t i = 0; i < text.len;) {
        window.codes[0] = window.codes[1];
        window.codes[1] = window.codes[2];
        i += utf8_next(text.text + i, text.len - i, &window.codes[2]);
        if (++seen >= 3)
            set.items[set.count++] = window;
    }
    if (set.count > 1)
        qsort(set.items, set.count, sizeof *set.items, compare_trigrams);
    for (size_t i = 0; i < set.count; i++)
        if (kept == 0 || compare_trigrams(&set.items[i], &set.items[kept - 1]) != 0)
            set.items[kept++] = set.items[i];
    set.count = kept;
    return set;
}

/* Sets of three neighbouring characters, within two percent. */
enum follow verify_overlap(struct check *check)
{
    const char *reference;
    struct trigrams a, b;
    double percentage, share;
    size_t shared = 0;

    if (!argument_text(check, "reference_text", &reference) ||
        !argument_number(check, "percentage", 0, &percentage))
        return FOLLOW_BAD;
    a = trigrams_of(check->text);
    b = trigrams_of(excerpt_of(reference));
    for (size_t i = 0; i < a.count && b.count > 0; i++)
        shared += bsearch(&a.items[i], b.items, b.count, sizeof *b.items, compare_trigrams) != NULL;
    share = a.count == 0 ? -1 : (double)shared / (double)a.count * 100;
    str_addf(check->why, "the overlap is %.1f %%", share < 0 ? 0 : share);
    free(a.items);
    free(b.items);
    return follow_if(share >= 0 && percentage - 2 <= share && share <= percentage + 2);
}

enum follow verify_sentence_words(struct check *check)
{
    struct excerpts sentences = split_sentences(check->text);
    bool equal = sentences.count == 3;

    str_addf(check->why, "%zu sentences of", sentences.count);
    for (size_t i = 0; i < sentences.count; i++) {
        size_t len = length_of(trim(sentences.items[i]));

        equal = equal && len == length_of(trim(sentences.items[0]));
        if (i < 4)
            str_addf(check->why, " %zu", len);
    }
    str_add(check->why, " characters");
    excerpts_free(&sentences);
    return follow_if(equal);
}
