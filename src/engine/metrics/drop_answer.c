#include "drop_answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "assignment.h"
#include "mem.h"
#include "normalize.h"
#include "python_number.h"
#include "utf8.h"

struct drop_word {
    const char *text; /* in the span's `words` */
    bool is_number;
};

struct drop_span {
    char *normal;
    char *words;             /* `normal` cut into words by NULs */
    struct drop_word *items; /* sorted, each once */
    size_t count, cap;
};

static bool is_number(const char *text, size_t len)
{
    double ignored;

    return python_float(text, len, &ignored);
}

/* One piece between blanks and hyphens. */
static void normalize_piece(const char *text, size_t len, struct str *out)
{
    struct str piece = STR_INIT;
    struct str squeezed = STR_INIT;
    double number;

    utf8_lower(text, len, &piece);
    if (!is_number(str_text(&piece), piece.len))
        drop_punctuation(&piece);
    if (python_float(str_text(&piece), piece.len, &number)) {
        str_clear(&piece);
        python_float_print(number, &piece);
    }
    blank_articles(&piece);
    join_words(&piece, &squeezed);
    if (squeezed.len > 0) {
        if (out->len > 0)
            str_add_char(out, ' ');
        str_add_n(out, squeezed.data, squeezed.len);
    }
    str_free(&piece);
    str_free(&squeezed);
}

void drop_normalize(const char *text, struct str *out)
{
    struct str joined = STR_INIT;

    for (;;) {
        size_t len = strcspn(text, " -");

        if (len > 0)
            normalize_piece(text, len, &joined);
        if (text[len] == '\0')
            break;
        text += len + 1;
    }
    str_add_n(out, str_text(&joined), joined.len);
    str_free(&joined);
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(((const struct drop_word *)a)->text, ((const struct drop_word *)b)->text);
}

static void cut_words(struct drop_span *span)
{
    size_t kept = 0;
    char *rest;

    for (char *word = strtok_r(span->words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest))
        ARRAY_PUSH(span, ((struct drop_word){ word, is_number(word, strlen(word)) }));
    if (span->count > 1)
        qsort(span->items, span->count, sizeof *span->items, compare_words);
    for (size_t i = 0; i < span->count; i++)
        if (kept == 0 || strcmp(span->items[i].text, span->items[kept - 1].text) != 0)
            span->items[kept++] = span->items[i];
    span->count = kept;
}

static struct drop_span *last_span(struct drop_answer *answer)
{
    return &answer->spans[answer->count - 1];
}

void drop_answer_add(struct drop_answer *answer, const char *text)
{
    struct str normal = STR_INIT;

    drop_normalize(text, &normal);
    answer->spans = array_grow(answer->spans, answer->count, &answer->cap, sizeof *answer->spans);
    answer->count++;
    *last_span(answer) = (struct drop_span){ .normal = mem_strdup(str_text(&normal)),
        .words = mem_strdup(str_text(&normal)) };
    cut_words(last_span(answer));
    str_free(&normal);
}

void drop_answer_free(struct drop_answer *answer)
{
    for (size_t i = 0; i < answer->count; i++) {
        free(answer->spans[i].normal);
        free(answer->spans[i].words);
        free(answer->spans[i].items);
    }
    free(answer->spans);
    *answer = (struct drop_answer){ NULL, 0, 0 };
}

static bool has_span(const struct drop_answer *answer, const char *normal)
{
    for (size_t i = 0; i < answer->count; i++)
        if (strcmp(answer->spans[i].normal, normal) == 0)
            return true;
    return false;
}

static bool holds_all(const struct drop_answer *answer, const struct drop_answer *these)
{
    for (size_t i = 0; i < these->count; i++)
        if (!has_span(answer, these->spans[i].normal))
            return false;
    return true;
}

bool drop_exact(const struct drop_answer *prediction, const struct drop_answer *gold)
{
    return prediction->count == gold->count && holds_all(prediction, gold) &&
           holds_all(gold, prediction);
}

static double span_f1(const struct drop_span *prediction, const struct drop_span *gold)
{
    size_t shared = 0, i = 0, j = 0;
    bool gold_numbers = false, number_shared = false;
    double precision, recall;

    for (size_t k = 0; k < gold->count; k++)
        gold_numbers = gold_numbers || gold->items[k].is_number;
    while (i < prediction->count && j < gold->count) {
        int order = strcmp(prediction->items[i].text, gold->items[j].text);

        if (order == 0) {
            shared++;
            number_shared = number_shared || gold->items[j].is_number;
        }
        i += order <= 0;
        j += order >= 0;
    }
    if (gold_numbers && !number_shared)
        return 0;
    precision = prediction->count == 0 ? 1 : (double)shared / (double)prediction->count;
    recall = gold->count == 0 ? 1 : (double)shared / (double)gold->count;
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
}

double drop_f1(const struct drop_answer *prediction, const struct drop_answer *gold)
{
    bool gold_is_less = gold->count <= prediction->count;
    const struct drop_answer *rows = gold_is_less ? gold : prediction;
    const struct drop_answer *columns = gold_is_less ? prediction : gold;
    double *gains;
    double sum;

    if (rows->count == 0)
        return 0;
    gains = mem_zalloc(rows->count * columns->count, sizeof *gains);
    for (size_t i = 0; i < rows->count; i++)
        for (size_t j = 0; j < columns->count; j++)
            gains[i * columns->count + j] = gold_is_less
                                                ? span_f1(&columns->spans[j], &rows->spans[i])
                                                : span_f1(&rows->spans[i], &columns->spans[j]);
    sum = assignment_best(gains, rows->count, columns->count);
    free(gains);
    return rint(sum / (double)columns->count * 100) / 100;
}
