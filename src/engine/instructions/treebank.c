#include "treebank.h"

#include <stdlib.h>
#include <threads.h>

#include "pattern.h"
#include "sentences.h"

struct step {
    const char *find, *with;
    enum pattern_flags flags;
};

/* In this order; a blank before and after the sentence is put in between (PADDED). */
static const struct step steps[] = {
    /* opening quotes */
    { "[«“‘„]|`+", " $0 ", PATTERN_PLAIN },
    { "^\"", "``", PATTERN_PLAIN },
    { "``", " $0 ", PATTERN_PLAIN },
    { "([ (\\[{<])(?:\"|'')", "$1 `` ", PATTERN_PLAIN },
    { "(')(?!re|ve|ll|m|t|s|d|n)(\\w)\\b", "$1 $2", PATTERN_IGNORE_CASE },
    /* punctuation: the final point, commas and colons unless a digit follows, the rest alone */
    { "([^.])(\\.)([\\])}>\"'»”’ ]*)\\s*$", "$1 $2 $3 ", PATTERN_PLAIN },
    { "([:,])(\\D)", " $1 $2", PATTERN_PLAIN },
    { "[:,]$", " $0 ", PATTERN_PLAIN },
    { "\\.{2,}", " $0 ", PATTERN_PLAIN },
    { "[;@#$%&]", " $0 ", PATTERN_PLAIN },
    { "([^.])(\\.)([\\])}>\"']*)\\s*$", "$1 $2$3 ", PATTERN_PLAIN },
    { "[?!]", " $0 ", PATTERN_PLAIN },
    { "([^'])' ", "$1 ' ", PATTERN_PLAIN },
    { "\\*", " $0 ", PATTERN_PLAIN },
    { "[\\[\\](){}<>]", " $0 ", PATTERN_PLAIN },
    { "--", " -- ", PATTERN_PLAIN },
    /* closing quotes and clitics */
    { "[»”’]", " $0 ", PATTERN_PLAIN },
    { "''", " '' ", PATTERN_PLAIN },
    { "\"", " '' ", PATTERN_PLAIN },
    { "\\s+", " ", PATTERN_PLAIN },
    { "([^' ])('[sSmMdD]|') ", "$1 $2 ", PATTERN_PLAIN },
    { "([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 ", PATTERN_PLAIN },
    /* words that are two */
    { "\\b(can)(not)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(d)('ye)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(gim|lem)(me)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(gon)(na)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(got)(ta)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(more)('n)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
    { "\\b(wan)(na)(?=\\s)", " $1 $2 ", PATTERN_IGNORE_CASE },
    { " ('t)(is|was)\\b", " $1 $2 ", PATTERN_IGNORE_CASE },
};

enum { STEP_COUNT = sizeof steps / sizeof steps[0], PADDED = 16 };

static struct pattern *patterns[STEP_COUNT]; /* compiled once, for all threads, until the end */
static once_flag compiled = ONCE_FLAG_INIT;

static void compile(void)
{
    struct err err;

    for (size_t i = 0; i < STEP_COUNT; i++) {
        patterns[i] = pattern_new(steps[i].find, steps[i].flags, &err);
        if (patterns[i] == NULL)
            abort(); /* the table is ours */
    }
}

static void add_sentence(struct excerpt sentence, struct str *out)
{
    struct str text = STR_INIT;

    str_add_n(&text, sentence.text, sentence.len);
    for (size_t i = 0; i < STEP_COUNT; i++) {
        if (i == PADDED) {
            struct str padded = STR_INIT;

            str_addf(&padded, " %s ", str_text(&text));
            str_free(&text);
            text = padded;
        }
        (void)pattern_replace(patterns[i], steps[i].with, &text);
    }
    str_add_n(out, str_text(&text), text.len);
    str_add_char(out, ' ');
    str_free(&text);
}

struct treebank_words treebank_words(struct excerpt text)
{
    struct treebank_words words = { STR_INIT, { NULL, 0, 0 } };
    struct excerpts sentences = split_sentences(text);

    call_once(&compiled, compile);
    for (size_t i = 0; i < sentences.count; i++)
        add_sentence(sentences.items[i], &words.text);
    words.words = split_words(excerpt_of(str_text(&words.text)));
    excerpts_free(&sentences);
    return words;
}

void treebank_free(struct treebank_words *words)
{
    excerpts_free(&words->words);
    str_free(&words->text);
}
