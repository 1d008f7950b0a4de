#include "bridge.h"

#include <stdint.h>
#include <stdlib.h>

#include "answer.h"
#include "mem.h"

/* A name scores by the passage that names it and the question words around it; what the question
 * says itself is none. */
static double bridge_score(const struct candidate *candidate)
{
    const double *f = candidate->features;

    return f[FEATURE_SENTENCE] + 0.8 * f[FEATURE_PROXIMITY] + 0.8 * f[FEATURE_ASKED] +
           f[FEATURE_CHAIN] + 0.5 * f[FEATURE_OWN] + 0.4 * f[FEATURE_DESCRIBED] +
           0.3 * f[FEATURE_AFTER] - 2.5 * f[FEATURE_IN_QUESTION] - (f[FEATURE_TITLE] > 0 ? 0.2 : 0);
}

static bool can_bridge(const struct candidate *candidate)
{
    enum span_type type = candidate->span.type;

    return (type == SPAN_NAME || type == SPAN_QUOTED || type == SPAN_TITLE) &&
           candidate->features[FEATURE_SELF] <= 0 && candidate->features[FEATURE_IN_QUESTION] < 0.7;
}

bool bridge_find(const struct reading *reading, struct bridge *out)
{
    struct candidate *candidates = mem_zalloc(SPANS_MAX, sizeof *candidates);
    size_t count = answer_candidates(reading, candidates, SPANS_MAX);
    const struct candidate *best = NULL;

    for (size_t i = 0; i < count; i++)
        if (can_bridge(&candidates[i]) &&
            (best == NULL || bridge_score(&candidates[i]) > bridge_score(best)))
            best = &candidates[i];
    if (best != NULL) {
        out->name = span_text(reading, &best->span);
        out->source = best->span.passage;
        out->passage = best->span.type == SPAN_TITLE
                           ? best->span.passage
                           : reading_passage_of(
                                 reading, reading->tokens.items, best->span.from, best->span.to);
    }
    free(candidates);
    return best != NULL;
}
