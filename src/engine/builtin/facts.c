#include "facts.h"

#include <stdint.h>
#include <stdlib.h>

#include "mem.h"

enum { FACT_SENTENCES = 10 };

static void add_flat(struct str *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        str_add_char(out, text.at[i] == '\n' ? ' ' : text.at[i]);
}

/* One line a passage: those of its sentences that are taken. */
static void add_lines(const struct reading *reading, const bool *taken, struct str *out)
{
    size_t passage = SIZE_MAX;
    size_t number = 0;

    for (size_t i = 0; i < reading->sentence_count; i++) {
        const struct sentence *sentence = &reading->sentences[i];

        if (!taken[i])
            continue;
        if (sentence->passage != passage) {
            struct slice title = reading->passages[sentence->passage].title;

            passage = sentence->passage;
            str_addf(out, number > 0 ? "\n[%zu] " : "[%zu] ", number + 1);
            add_flat(out, title.len > 0 ? title : slice_of("note"));
            str_add(out, " |");
            number++;
        }
        str_add_char(out, ' ');
        add_flat(out, sentence->text);
    }
    if (number > 0)
        str_add_char(out, '\n');
}

static double fact_score(const struct reading *reading, size_t i)
{
    const struct passage *passage = &reading->passages[reading->sentences[i].passage];

    return reading->sentences[i].score + 0.5 * passage->chain + 0.3 * passage->asked +
           (passage->first == i ? 0.1 : 0);
}

/* The sentences that fit best, each with the first one of its passage, which says what it is about.
 */
void facts_extract(const struct reading *reading, struct str *out)
{
    bool *taken = mem_zalloc(reading->sentence_count + 1, sizeof *taken);

    for (size_t n = 0; n < FACT_SENTENCES; n++) {
        size_t best = SIZE_MAX;

        for (size_t i = 0; i < reading->sentence_count; i++)
            if (!taken[i] &&
                (best == SIZE_MAX || fact_score(reading, i) > fact_score(reading, best)))
                best = i;
        if (best != SIZE_MAX)
            taken[best] = true;
    }
    for (size_t i = 0; i < reading->sentence_count; i++)
        if (taken[i])
            taken[reading->passages[reading->sentences[i].passage].first] = true;
    add_lines(reading, taken, out);
    free(taken);
}

void facts_summarise(const struct reading *reading, struct str *out)
{
    bool *taken = mem_zalloc(reading->sentence_count + 1, sizeof *taken);

    for (size_t i = 0; i < reading->passage_count; i++)
        if (reading->passages[i].count > 0)
            taken[reading->passages[i].first] = true;
    add_lines(reading, taken, out);
    free(taken);
}
