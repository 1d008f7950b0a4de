#include "advisor_findings.h"

#include <string.h>

#define I(name) INSTRUCTION_##name

static const struct finding_entry entries[FINDING_COUNT] = {
    [FINDING_GOOD] = { "good", "The output is what was expected.", FAMILY_KEEP, { 0 }, { 0 },
        NULL },
    [FINDING_PASSES_ON] = { "passes-on", "The output holds what the next steps need.", FAMILY_KEEP,
        { 0 }, { 0 }, NULL },
    [FINDING_STRUCTURE] = { "structure",
        "The steps had what they needed: this failure is a matter of their prompts.", FAMILY_KEEP,
        { 0 }, { 0 }, NULL },
    [FINDING_MISFIT] = { "misfit",
        "The target does not fit the question; no advice can be drawn from this example.",
        FAMILY_KEEP, { 0 }, { 0 }, NULL },
    [FINDING_NO_EVIDENCE] = { "no-evidence",
        "Nothing in the message shows how the target follows; no advice can be drawn from this "
        "example.",
        FAMILY_KEEP, { 0 }, { 0 }, NULL },

    [FINDING_TOO_LONG] = { "too-long",
        "The output is longer than the answer: the answer is a short span of it or of the text.",
        FAMILY_FORM, { I(SHORTEST_SPAN), I(ENTITY_TYPE) },
        { I(VERBOSE), I(LONGEST_SPAN), I(HEDGE), I(CITE_SOURCE), I(FULL_SENTENCE), I(SUMMARISE),
            I(EXTRACT_FACTS) },
        NULL },
    [FINDING_TOO_SHORT] = { "too-short",
        "The output is only a part of the answer: a full sentence is expected.", FAMILY_FORM,
        { I(FULL_SENTENCE) }, { I(SHORTEST_SPAN), I(VERBOSE), I(LONGEST_SPAN), I(TITLE) }, NULL },
    [FINDING_WRONG_TYPE] = { "wrong-type",
        "The output is of another kind than the question asks for.", FAMILY_FORM,
        { I(ENTITY_TYPE), I(TYPE_MATCH) }, { I(DROP_NUMBERS), I(TITLE) }, NULL },
    [FINDING_TITLE_EXPECTED] = { "title-expected",
        "The expected output is the title of a passage, whatever the question asks for.",
        FAMILY_FORM, { I(TITLE) }, { 0 }, NULL },
    [FINDING_LIST_EXPECTED] = { "list-expected",
        "Several answers are expected and only some were given.", FAMILY_FORM, { I(LIST) }, { 0 },
        NULL },
    [FINDING_YEAR_EXPECTED] = { "year-expected", "Only the year of the date is expected.",
        FAMILY_FORM, { I(YEAR_ONLY) }, { I(FULL_DATE) }, NULL },
    [FINDING_FULL_DATE_EXPECTED] = { "full-date-expected",
        "The full date is expected and only a part of it was given.", FAMILY_FORM, { I(FULL_DATE) },
        { I(YEAR_ONLY), I(DROP_NUMBERS) }, NULL },
    [FINDING_DIGITS_EXPECTED] = { "digits-expected", "The number alone is expected, in digits.",
        FAMILY_FORM, { I(NUMBER_DIGITS) }, { I(NUMBER_UNIT) }, NULL },
    [FINDING_UNIT_EXPECTED] = { "unit-expected", "The number is expected together with its unit.",
        FAMILY_FORM, { I(NUMBER_UNIT) }, { I(NUMBER_DIGITS) }, NULL },
    [FINDING_LOWER_EXPECTED] = { "lower-expected", "The right answer is expected in lower case.",
        FAMILY_FORM, { I(LOWER_CASE) }, { I(UPPER_CASE) }, NULL },
    [FINDING_UPPER_EXPECTED] = { "upper-expected", "The right answer is expected in upper case.",
        FAMILY_FORM, { I(UPPER_CASE) }, { I(LOWER_CASE) }, NULL },

    [FINDING_YES_NO_EXPECTED] = { "yes-no-expected",
        "The question asks for yes or no and the output is neither.", FAMILY_YES_NO, { I(YES_NO) },
        { I(VERBOSE), I(HEDGE), I(CITE_SOURCE), I(FULL_SENTENCE) }, NULL },
    [FINDING_YES_NO_WRONG] = { "yes-no-wrong",
        "The answer to a yes-or-no question is the wrong one of the two.", FAMILY_YES_NO,
        { I(COMPARE_VALUES), I(ALL_PASSAGES), I(TITLE_SUBJECT), I(ALIASES) }, { I(FIRST_PASSAGE) },
        NULL },
    [FINDING_OPTION_NOT_COMPARED] = { "option-not-compared",
        "The question offers options and the output is not the right one: they were not compared.",
        FAMILY_OPTION, { I(COMPARE_VALUES), I(ALL_PASSAGES), I(TITLE_SUBJECT), I(ALIASES) },
        { I(FIRST_PASSAGE), I(DROP_NUMBERS) }, NULL },

    [FINDING_MISSED] = { "missed",
        "The answer stands in the text that was given, but something else was taken.",
        FAMILY_READING,
        { I(RANK_PASSAGES), I(TYPE_MATCH), I(TITLE_SUBJECT), I(ENTITY_TYPE), I(ALIASES) },
        { I(FIRST_PASSAGE), I(DROP_NUMBERS) }, NULL },
    [FINDING_LATER_PASSAGE] = { "later-passage",
        "The answer stands in a later passage than the one that was read.", FAMILY_READING,
        { I(ALL_PASSAGES), I(RANK_PASSAGES) }, { I(FIRST_PASSAGE) }, NULL },
    [FINDING_SUBJECT_MISSED] = { "subject-missed",
        "The sentence that holds the answer names its subject only in the title of its passage.",
        FAMILY_READING, { I(TITLE_SUBJECT), I(ALIASES) }, { 0 }, NULL },
    [FINDING_BRIDGE_NOT_FOLLOWED] = { "bridge-not-followed",
        "The answer stands in a passage that another passage leads to by name, and that link was "
        "not followed.",
        FAMILY_READING, { I(FOLLOW_BRIDGE), I(ALL_PASSAGES), I(RANK_PASSAGES) },
        { I(FIRST_PASSAGE) }, NULL },
    [FINDING_OUTPUT_UNKNOWN] = { "output-unknown",
        "The step gave up although the text holds the answer.", FAMILY_READING,
        { I(RANK_PASSAGES), I(ALL_PASSAGES), I(FOLLOW_BRIDGE), I(ALIASES) },
        { I(UNKNOWN), I(FIRST_PASSAGE), I(ONLY_PASSAGES) }, NULL },

    [FINDING_NO_PASSAGES] = { "no-passages", "This step was given no passages to read.",
        FAMILY_INPUT, { 0 }, { 0 }, NULL },
    [FINDING_NOT_IN_TEXT] = { "not-in-text", "What the question asks for never reaches this step.",
        FAMILY_INPUT, { 0 }, { 0 }, NULL },
    [FINDING_FIRST_HOP_ONLY] = { "first-hop-only",
        "The passages hold what the question names, but not what those passages lead to.",
        FAMILY_INPUT, { 0 }, { 0 }, NULL },

    [FINDING_FOUND_LACKS] = { "found-lacks",
        "The passages found with this query do not hold the answer.", FAMILY_CHAIN, { 0 }, { 0 },
        NULL },
    [FINDING_DROPS] = { "drops", "This step drops what the next steps need.", FAMILY_CHAIN,
        { I(ALL_PASSAGES), I(RANK_PASSAGES), I(EXTRACT_FACTS), I(COPY) },
        { I(FIRST_PASSAGE), I(SHORTEST_SPAN), I(UNKNOWN), I(DROP_NUMBERS) }, NULL },
    [FINDING_DROPS_NUMBERS] = { "drops-numbers",
        "This step drops dates or numbers that the next steps need.", FAMILY_CHAIN,
        { I(EXTRACT_FACTS), I(COPY) }, { I(DROP_NUMBERS), I(FIRST_PASSAGE), I(SHORTEST_SPAN) },
        NULL },
    [FINDING_QUERY_IS_QUESTION] = { "query-is-question",
        "The query is no query: it repeats the question or is a sentence.", FAMILY_CHAIN,
        { I(WRITE_QUERY) }, { I(VERBOSE), I(LONGEST_SPAN), I(HEDGE), I(CITE_SOURCE) }, NULL },
    [FINDING_QUERY_LACKS_NAMES] = { "query-lacks-names",
        "The query leaves out names or numbers of the question.", FAMILY_CHAIN, { I(WRITE_QUERY) },
        { I(DROP_NUMBERS), I(SHORTEST_SPAN) }, NULL },
    [FINDING_BRIDGE_NOT_NAMED] = { "bridge-not-named",
        "The query names nothing that the passages lead to: it must name the bridge entity.",
        FAMILY_CHAIN, { I(QUERY_BRIDGE), I(NAME_BRIDGE) }, { I(FIRST_PASSAGE) }, NULL },
    [FINDING_BRIDGE_WRONG] = { "bridge-wrong",
        "The entity that the query names did not lead to the answer.", FAMILY_CHAIN,
        { I(QUERY_BRIDGE), I(RANK_PASSAGES), I(TITLE_SUBJECT), I(ALL_PASSAGES), I(TYPE_MATCH) },
        { I(FIRST_PASSAGE) }, NULL },

    [FINDING_NO_SEARCH] = { "no-search",
        "The answer is nowhere in what the steps see, and no step searches for it.",
        FAMILY_WORKFLOW, { 0 }, { 0 }, "insert a search before the reading step" },
    [FINDING_QUERY_POOR] = { "query-poor",
        "The search finds nothing about what the question names.", FAMILY_WORKFLOW, { 0 }, { 0 },
        "insert a query-writing step before the search" },
    [FINDING_SECOND_HOP] = { "second-hop",
        "The search finds what the question names, but not what that leads to.", FAMILY_WORKFLOW,
        { 0 }, { 0 },
        "insert a bridge step and a second search; where both exist, a query-writing step" },
    [FINDING_READER_BLIND] = { "reader-blind",
        "The answer was found by a step that the reading step does not read.", FAMILY_WORKFLOW,
        { 0 }, { 0 }, "give the reading step that input" },
    [FINDING_UNVERIFIED] = { "unverified",
        "A wrong answer of the right kind went out unchecked although the text holds the right "
        "one.",
        FAMILY_WORKFLOW, { 0 }, { 0 }, "add a verification step after the answer" },
    [FINDING_USELESS_STEP] = { "useless-step",
        "A step adds nothing: it gives back what it was given, or nothing.", FAMILY_WORKFLOW, { 0 },
        { 0 }, "remove that step" },
    [FINDING_SAME_STEPS] = { "same-steps", "A step repeats what another step did.", FAMILY_WORKFLOW,
        { 0 }, { 0 }, "merge the two" },
    [FINDING_TWO_JOBS] = { "two-jobs",
        "One step both searches and answers, and it failed at the first.", FAMILY_WORKFLOW, { 0 },
        { 0 }, "split it into a search and a reading step" },

    [FINDING_WEAK] = { "weak", "This is weak evidence: the target fits the question only in part.",
        FAMILY_KEEP, { 0 }, { 0 }, NULL },
    [FINDING_SURE] = { "sure", "The target is one of the options that the question offers.",
        FAMILY_KEEP, { 0 }, { 0 }, NULL },
};

static const char wanted_head[] = "Wanted: \"";
static const char step_head[] = "Step: \"";
enum { QUOTE_MAX = 240 };

const struct finding_entry *finding_entry(enum finding finding)
{
    return &entries[finding];
}

bool findings_ask_change(const struct findings *findings)
{
    for (unsigned i = 0; i < FINDING_COUNT; i++)
        if (findings->on[i] && entries[i].family != FAMILY_KEEP)
            return true;
    return false;
}

/* On one line, quotes inside as they are: the quote ends where its line ends. */
static void write_quote(const char *head, struct piece piece, struct str *out)
{
    size_t len = piece.len < QUOTE_MAX ? piece.len : QUOTE_MAX;

    if (piece.at == NULL || len == 0)
        return;
    while (len < piece.len && len > 0 && (piece.at[len] & 0xC0) == 0x80)
        len--;
    str_add_char(out, '\n');
    str_add(out, head);
    for (size_t i = 0; i < len; i++)
        str_add_char(out, (unsigned char)piece.at[i] < ' ' ? ' ' : piece.at[i]);
    str_add(out, "\"");
}

void findings_write(const struct findings *findings, struct str *out)
{
    bool change = findings_ask_change(findings);
    bool said = false;

    str_add(out, "Keep:");
    for (unsigned i = 0; i < FINDING_COUNT; i++)
        if (findings->on[i] && entries[i].family == FAMILY_KEEP && i != FINDING_WEAK) {
            str_addf(out, " %s", entries[i].sentence);
            said = true;
        }
    if (!said)
        str_add(out, " what the change below does not touch.");
    str_add(out, "\nChange:");
    for (unsigned i = 0; i < FINDING_WEAK; i++)
        if (findings->on[i] && entries[i].family != FAMILY_KEEP)
            str_addf(out, " %s", entries[i].sentence);
    if (!change) {
        str_add(out, " nothing");
        return;
    }
    if (findings->on[FINDING_WEAK])
        str_addf(out, " %s", entries[FINDING_WEAK].sentence);
    write_quote(step_head, findings->step, out);
    write_quote(wanted_head, findings->wanted, out);
}

static struct piece read_quote(struct piece text, const char *head)
{
    const char *at = text.at != NULL ? memmem(text.at, text.len, head, strlen(head)) : NULL;
    const char *end;
    struct piece quote;

    if (at == NULL)
        return (struct piece){ 0 };
    at += strlen(head);
    quote = (struct piece){ at, text.len - (size_t)(at - text.at) };
    end = memchr(quote.at, '\n', quote.len);
    if (end != NULL)
        quote.len = (size_t)(end - quote.at);
    while (quote.len > 0 && quote.at[quote.len - 1] != '"')
        quote.len--;
    quote.len -= quote.len > 0;
    return quote;
}

void findings_read(struct piece gradient, struct findings *out)
{
    const char *head = gradient.at != NULL ? memmem(gradient.at, gradient.len, "Change:", 7) : NULL;
    struct piece change = gradient;

    *out = (struct findings){ 0 };
    if (head != NULL)
        change = (struct piece){ head + 7, gradient.len - (size_t)(head + 7 - gradient.at) };
    for (unsigned i = 0; i < FINDING_COUNT; i++)
        out->on[i] =
            piece_has(entries[i].family == FAMILY_KEEP ? gradient : change, entries[i].sentence);
    out->wanted = read_quote(change, wanted_head);
    out->step = read_quote(change, step_head);
}

static bool is_proven(const struct findings *findings)
{
    bool proven =
        findings->on[FINDING_GOOD] || findings->on[FINDING_STRUCTURE] || findings->on[FINDING_SURE];

    for (unsigned i = 0; i < FINDING_COUNT && !proven; i++)
        proven = findings->on[i] &&
                 (entries[i].family == FAMILY_FORM || entries[i].family == FAMILY_READING);
    return proven;
}

void votes_add(struct votes *votes, const struct findings *findings)
{
    bool seen[FAMILY_COUNT] = { 0 };

    votes->examples++;
    votes->misfits += findings->on[FINDING_MISFIT];
    votes->no_evidence += findings->on[FINDING_NO_EVIDENCE];
    votes->structure += findings->on[FINDING_STRUCTURE];
    votes->proven += is_proven(findings);
    for (unsigned i = 0; i < FINDING_COUNT; i++) {
        if (!findings->on[i])
            continue;
        if (findings->on[FINDING_WEAK])
            votes->weak[i]++;
        else
            votes->strong[i]++;
        votes->sure[i] += findings->on[FINDING_SURE];
        if (!seen[entries[i].family])
            votes->family[entries[i].family]++;
        seen[entries[i].family] = true;
    }
}

static bool is_coherent(const struct votes *votes)
{
    return votes->proven >= 2 && votes->proven > 2 * votes->misfits;
}

/* An instruction on one kind of question changes nothing for the others: in a coherent batch one
 * example of that kind speaks for it. */
static unsigned count_needed(const struct votes *votes, enum finding_family family)
{
    return is_coherent(votes) && (family == FAMILY_YES_NO || family == FAMILY_OPTION) ? 1 : 2;
}

/* Weak evidence counts in full where the rest of the batch proves that targets and questions belong
 * together: solved examples, or targets that the texts lead to. */
static unsigned count_full(const struct votes *votes, enum finding finding)
{
    return votes->strong[finding] + (is_coherent(votes) ? votes->weak[finding] : 0);
}

/* Operators that cost a step, or a call for each example, on evidence that shows a symptom and not
 * its cause: more than half of all examples must have it. */
static bool needs_most(enum finding finding)
{
    return finding == FINDING_USELESS_STEP || finding == FINDING_SAME_STEPS ||
           finding == FINDING_UNVERIFIED;
}

bool votes_carry(const struct votes *votes, enum finding finding)
{
    enum finding_family family = entries[finding].family;
    unsigned against = votes->misfits + (votes->no_evidence + 1) / 2;
    unsigned rivals = votes->family[family] + (family == FAMILY_WORKFLOW ? votes->structure : 0);
    unsigned full = count_full(votes, finding);
    unsigned partial = votes->strong[finding] + votes->weak[finding] - full;

    if (family == FAMILY_KEEP || full < count_needed(votes, family))
        return false;
    if (needs_most(finding))
        return 2 * full > votes->examples;
    return 2 * (full + partial) >= rivals + against && 2 * full + votes->sure[finding] >= partial &&
           full > 2 * votes->misfits;
}

enum finding votes_best(const struct votes *votes, const bool taken[FINDING_COUNT])
{
    enum finding best = FINDING_COUNT;

    for (unsigned i = 0; i < FINDING_COUNT; i++)
        if (!taken[i] && votes_carry(votes, (enum finding)i) &&
            (best == FINDING_COUNT || votes->strong[i] > votes->strong[best]))
            best = (enum finding)i;
    return best;
}
