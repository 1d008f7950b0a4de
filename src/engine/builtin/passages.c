/* From sections to passages, sentences and tokens. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "reading.h"

static void add_sentence(struct reading *reading, size_t passage, size_t from, size_t to)
{
    if (from >= to || reading->sentence_count >= SENTENCES_MAX)
        return;
    reading->sentences[reading->sentence_count++] = (struct sentence){ .passage = passage,
        .from = from,
        .to = to,
        .text = tokens_slice(reading->tokens.items, from, to) };
}

static void split_sentences(struct reading *reading, size_t index)
{
    struct passage *passage = &reading->passages[index];
    size_t from = reading->tokens.count;
    size_t left = from < TOKENS_MAX ? TOKENS_MAX - from : 0;

    passage->first = reading->sentence_count;
    tokens_add(&reading->tokens, &reading->lexicon, passage->text, left);
    for (size_t i = from; i < reading->tokens.count; i++)
        if (reading->tokens.items[i].flags & TOKEN_CLOSES) {
            add_sentence(reading, index, from, i + 1);
            from = i + 1;
        }
    add_sentence(reading, index, from, reading->tokens.count);
    passage->count = reading->sentence_count - passage->first;
}

/* The end of the phrase that begins at `from`: at a relative clause, a preposition, or the
 * sentence's end. */
static size_t about_end(const struct reading *reading, size_t from, size_t to)
{
    static const char *const ends[] = { "of", "in", "by", "from", "that", "who", "which", "for",
        "at", "on", "with", "to", "whose", "where", NULL };

    for (size_t i = from; i < to; i++)
        for (size_t k = 0; ends[k] != NULL; k++)
            if (token_is_word(&reading->tokens.items[i], ends[k]))
                return i;
    return to;
}

/* "X (born …) is an American singer and actor who …": the words from "an" to "who". */
static void find_about(struct reading *reading, struct passage *passage)
{
    const struct token *tokens = reading->tokens.items;
    const struct sentence *first = &reading->sentences[passage->first];
    size_t depth = 0;

    if (passage->count == 0)
        return;
    for (size_t i = first->from; i < first->to; i++) {
        depth += token_is_mark(&tokens[i], '(');
        depth -= depth > 0 && token_is_mark(&tokens[i], ')');
        if (depth > 0 || !(token_is_word(&tokens[i], "is") || token_is_word(&tokens[i], "was") ||
                             token_is_word(&tokens[i], "are") || token_is_word(&tokens[i], "were")))
            continue;
        passage->about_from = i + 1;
        passage->about_to = about_end(reading, i + 1, first->to);
        break;
    }
    for (size_t i = passage->about_from; i < passage->about_to; i++)
        if (!(tokens[i].flags & TOKEN_CAPITAL))
            passage->classes |= tokens[i].classes;
}

/* "Step Up (film)" → "Step Up" */
static struct slice core_of(struct slice title)
{
    for (size_t i = 1; i < title.len; i++)
        if (title.at[i] == '(' && title.at[i - 1] == ' ' && title.at[title.len - 1] == ')')
            return slice_trim((struct slice){ title.at, i });
    return title;
}

static bool is_known(const struct reading *reading, struct slice title, struct slice text)
{
    for (size_t i = 0; i < reading->passage_count; i++)
        if (slice_equal(reading->passages[i].title, title) &&
            slice_equal(reading->passages[i].text, text))
            return true;
    return false;
}

static void add_passage(struct reading *reading, struct slice title, struct slice text, bool note)
{
    struct passage *passage = &reading->passages[reading->passage_count];

    if (text.len == 0 || reading->passage_count >= PASSAGES_MAX ||
        reading->tokens.count >= TOKENS_MAX || is_known(reading, title, text))
        return;
    *passage =
        (struct passage){ .title = title, .core = core_of(title), .text = text, .note = note };
    passage->title_from = reading->tokens.count;
    tokens_add(&reading->tokens, &reading->lexicon, passage->core, 40);
    passage->title_to = reading->tokens.count;
    split_sentences(reading, reading->passage_count++);
    find_about(reading, passage);
}

static size_t attention(const struct instructions *how)
{
    if (how->on[INSTRUCTION_FIRST_PASSAGE])
        return 1;
    return how->on[INSTRUCTION_ALL_PASSAGES] ? PASSAGES_MAX : DEFAULT_ATTENTION;
}

void reading_add(struct reading *reading, struct slice text)
{
    struct slice line, title, body;
    size_t left = attention(reading->how);

    if (reading->how->on[INSTRUCTION_FIRST_PASSAGE] && reading->passage_count > 0)
        return;
    while (left > 0 && next_line(&text, &line))
        if (passage_line(line, &title, &body)) {
            add_passage(reading, title, body, false);
            left--;
        }
}

/* Free text of another node: one untitled passage; a draft to be verified is no evidence for
 * itself. */
static void add_note(struct reading *reading, const struct section *section)
{
    if (!reading->how->on[INSTRUCTION_ONLY_PASSAGES] && reading->how->task != INSTRUCTION_VERIFY)
        add_passage(reading, (struct slice){ "", 0 }, section->text, true);
}

struct reading *reading_new(const struct instructions *how, const char *user)
{
    struct reading *reading = mem_zalloc(1, sizeof *reading);

    reading->how = how;
    reading->sentences = mem_zalloc(SENTENCES_MAX, sizeof *reading->sentences);
    lexicon_build(&reading->lexicon);
    message_read(user, &reading->message);
    question_read(&reading->question, &reading->lexicon, reading->message.question,
        !how->on[INSTRUCTION_RANK_PASSAGES]);
    for (size_t i = 0; i < reading->message.count; i++) {
        const struct section *section = &reading->message.sections[i];

        if (section->has_passages)
            reading_add(reading, section->text);
        else if (i != reading->message.question_index)
            add_note(reading, section);
    }
    return reading;
}

void reading_free(struct reading *reading)
{
    if (reading == NULL)
        return;
    question_free(&reading->question);
    free(reading->tokens.items);
    free(reading->sentences);
    free(reading);
}
