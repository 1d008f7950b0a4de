#include "question.h"

#include <stdint.h>
#include <stdlib.h>

static bool is_any(const struct token *token, const char *const *words)
{
    for (; *words != NULL; words++)
        if (token_is_word(token, *words))
            return true;
    return false;
}

static bool is_auxiliary(const struct token *token)
{
    static const char *const words[] = { "is", "are", "was", "were", "do", "does", "did", "has",
        "have", "had", "can", "could", "will", "would", NULL };

    return is_any(token, words);
}

static bool is_article(const struct token *token)
{
    static const char *const words[] = { "the", "a", "an", "this", "that", "their", "his", "her",
        "its", "these", NULL };

    return is_any(token, words);
}

static bool is_wh(const struct token *token)
{
    return (token->classes & WORD_QUESTION) != 0;
}

/* --- the question word --- */

/* The last question word of the kind, SIZE_MAX where there is none. */
static size_t last_of(const struct question *question, const char *const *words)
{
    for (size_t i = question->tokens.count; i > 0; i--)
        if (is_any(&question->tokens.items[i - 1], words))
            return i - 1;
    return SIZE_MAX;
}

/* One of the first two words; else the last "what", "which" … since an earlier "who" is mostly a
 * relative clause. */
static size_t find_wh(const struct question *question)
{
    static const char *const ranks[][4] = { { "what", NULL }, { "which", NULL },
        { "whom", "how", "whose", NULL }, { "who", "where", "when", NULL } };

    for (size_t i = 0; i < 2 && i < question->tokens.count; i++)
        if (is_wh(&question->tokens.items[i]))
            return i;
    for (size_t i = 0; i < sizeof ranks / sizeof *ranks; i++) {
        size_t at = last_of(question, ranks[i]);

        if (at != SIZE_MAX)
            return at;
    }
    return SIZE_MAX;
}

/* --- the noun asked for --- */

static bool has_ending(const struct token *token, const char *ending, size_t len)
{
    return token->len > len + 2 &&
           slice_is((struct slice){ token->at + token->len - len, len }, ending);
}

/* The run of words from `from` on that can be one noun phrase. */
static size_t phrase_end(const struct question *question, size_t from)
{
    const struct token *tokens = question->tokens.items;
    size_t i = from;

    while (i < question->tokens.count && i < from + 10) {
        bool small = (tokens[i].flags & TOKEN_CAPITAL) == 0;

        if (tokens[i].kind == TOKEN_MARK && !token_is_mark(&tokens[i], 's') &&
            !token_is_mark(&tokens[i], '-'))
            break;
        if ((tokens[i].classes & WORD_STOP) && !(tokens[i].classes & WORD_NUMBER))
            break;
        if (i > from && small &&
            (has_ending(&tokens[i], "ed", 2) || has_ending(&tokens[i], "ly", 2)))
            break;
        if (small && token_is_word(&tokens[i], "also"))
            break;
        i++;
    }
    return i;
}

static const uint32_t noun_classes = WORD_PERSON | WORD_PLACE | WORD_ORG | WORD_WORK | WORD_TIME;

static void take_phrase(struct question *question, size_t from)
{
    size_t end = phrase_end(question, from);

    question->asked = (struct token_range){ from, end };
    question->head = SIZE_MAX;
    for (size_t i = from; i < end; i++)
        if ((question->tokens.items[i].classes & noun_classes) &&
            !(question->tokens.items[i].flags & TOKEN_CAPITAL)) {
            question->head = i;
            if (i + 1 >= end || !(question->tokens.items[i + 1].classes & noun_classes))
                break;
        }
    if (question->head == SIZE_MAX && end > from)
        question->head = end - 1;
    if (question->head != SIZE_MAX)
        question->asked.to = question->head + 1;
}

/* "what is the name of the author": goes on to "author". */
static size_t skip_name_of(const struct question *question, size_t i)
{
    static const char *const names[] = { "name", "title", "type", "kind", NULL };
    const struct token *tokens = question->tokens.items;
    size_t count = question->tokens.count;

    if (i + 1 < count && is_any(&tokens[i], names) &&
        (token_is_word(&tokens[i + 1], "of") || token_is_word(&tokens[i + 1], "for"))) {
        i += 2;
        while (i < count && is_article(&tokens[i]))
            i++;
    }
    return i;
}

static void find_head(struct question *question)
{
    const struct token *tokens = question->tokens.items;
    size_t count = question->tokens.count;
    size_t i = question->wh + 1;

    question->head = SIZE_MAX;
    if (question->wh == SIZE_MAX || i >= count)
        return;
    if (!token_is_word(&tokens[question->wh], "what") &&
        !token_is_word(&tokens[question->wh], "which") &&
        !token_is_word(&tokens[question->wh], "whose"))
        return;
    if (is_auxiliary(&tokens[i]) || token_is_mark(&tokens[i], 's'))
        i++;
    while (i < count && is_article(&tokens[i]))
        i++;
    take_phrase(question, skip_name_of(question, i));
}

/* --- what is wanted --- */

static enum wanted wanted_by_noun(const struct token *head)
{
    static const char *const numbers[] = { "population", "number", "amount", "height", "length",
        "depth", "age", "size", "distance", "elevation", "score", "percentage", NULL };
    static const char *const phrases[] = { "genre", "occupation", "occupations", "profession",
        "field", "instrument", "style", "sport", "type", "kind", "material", "color", "colour",
        "language", "position", "role", "job", "career", "species", NULL };
    static const char *const dates[] = { "date", "day", "birthdate", "birthday", NULL };

    if (is_any(head, numbers))
        return WANTED_NUMBER;
    if (is_any(head, phrases))
        return WANTED_PHRASE;
    if (token_is_word(head, "nationality"))
        return WANTED_NATION;
    if (is_any(head, dates))
        return WANTED_DATE;
    if (token_is_word(head, "year"))
        return WANTED_YEAR;
    if (head->classes & WORD_TIME)
        return WANTED_DATE;
    if (head->classes & WORD_PERSON)
        return WANTED_PERSON;
    if (head->classes & WORD_WORK)
        return WANTED_WORK;
    if (head->classes & WORD_ORG)
        return WANTED_ORG;
    return head->classes & WORD_PLACE ? WANTED_PLACE : WANTED_ANY;
}

static enum wanted wanted_by_how(const struct question *question)
{
    static const char *const numbers[] = { "many", "much", "old", "long", "tall", "far", "high",
        "deep", "large", "big", "wide", "heavy", NULL };
    size_t next = question->wh + 1;

    return next < question->tokens.count && is_any(&question->tokens.items[next], numbers)
               ? WANTED_NUMBER
               : WANTED_ANY;
}

static enum wanted find_wanted(const struct question *question)
{
    const struct token *wh;

    if (question->wh == SIZE_MAX)
        return WANTED_ANY;
    wh = &question->tokens.items[question->wh];
    if (token_is_word(wh, "who") || token_is_word(wh, "whom"))
        return WANTED_PERSON;
    if (token_is_word(wh, "when"))
        return WANTED_DATE;
    if (token_is_word(wh, "where"))
        return WANTED_PLACE;
    if (token_is_word(wh, "how"))
        return wanted_by_how(question);
    return question->head != SIZE_MAX ? wanted_by_noun(&question->tokens.items[question->head])
                                      : WANTED_ANY;
}

/* --- comparison --- */

static bool starts_name(const struct token *token)
{
    return token->flags & TOKEN_CAPITAL || token->kind == TOKEN_NUMBER || token_is_mark(token, '"');
}

/* The name that ends before `end`: back to a mark, a small word that no name holds, or `limit`. */
static struct token_range name_before(const struct question *question, size_t end, size_t limit)
{
    const struct token *tokens = question->tokens.items;
    size_t from = end;
    bool quoted = end > 0 && token_is_mark(&tokens[end - 1], '"');

    if (quoted) {
        for (from = end - 1; from > limit && !token_is_mark(&tokens[from - 1], '"'); from--)
            ;
        return (struct token_range){ from, end - 1 };
    }
    while (from > limit) {
        const struct token *token = &tokens[from - 1];
        bool link = (token->classes & WORD_LINK) || token_is_word(token, "in") ||
                    token_is_word(token, "at");
        bool inner = token_is_mark(token, '-') || token_is_mark(token, 's') ||
                     token_is_mark(token, '.') || token_is_mark(token, '&') ||
                     token_is_mark(token, '\'');

        if (!starts_name(token) && !inner && !link)
            break;
        from--;
    }
    while (from < end && !starts_name(&tokens[from]) && !token_is_word(&tokens[from], "the"))
        from++;
    return (struct token_range){ from, end };
}

static struct token_range name_after(const struct question *question, size_t from)
{
    const struct token *tokens = question->tokens.items;
    size_t end = from;
    size_t last;

    if (from < question->tokens.count && token_is_mark(&tokens[from], '"')) {
        for (end = from + 1; end < question->tokens.count && !token_is_mark(&tokens[end], '"');
             end++)
            ;
        return (struct token_range){ from + 1, end };
    }
    last = from;
    while (end < question->tokens.count && end < from + 14) {
        const struct token *token = &tokens[end];
        bool comma = token_is_mark(token, ',') && end + 1 < question->tokens.count &&
                     starts_name(&tokens[end + 1]);
        bool inner = token_is_mark(token, '-') || token_is_mark(token, 's') ||
                     token_is_mark(token, '.') || comma || token_is_mark(token, '&') ||
                     token_is_mark(token, '\'') || token_is_mark(token, ':');

        if (starts_name(token))
            last = end + 1;
        else if (!inner && !(token->classes & WORD_LINK) && !token_is_word(token, "in"))
            break;
        end++;
    }
    return (struct token_range){ from, last };
}

static void take_options(struct question *question, size_t joint)
{
    size_t limit = question->wh < joint ? question->wh + 1 : 0;
    size_t left = joint;
    struct token_range a, b;

    if (left > 0 && token_is_mark(&question->tokens.items[left - 1], ','))
        left--;
    a = name_before(question, left, limit);
    b = name_after(question, joint + 1);
    if (a.from >= a.to || b.from >= b.to)
        return;
    question->options[0] = a;
    question->options[1] = b;
    question->option_count = 2;
}

/* "A or B", or "A and B" after "both", "between", "do", "are" …: the last such place with names on
 * both sides. */
static void find_options(struct question *question)
{
    const struct token *tokens = question->tokens.items;
    bool pair = question->yes_no || question->common;

    for (size_t i = question->tokens.count; i > 0 && question->option_count == 0; i--)
        if (token_is_word(&tokens[i - 1], "or"))
            take_options(question, i - 1);
    for (size_t i = 0; pair && i < question->tokens.count && question->option_count == 0; i++)
        if (token_is_word(&tokens[i], "and") || token_is_mark(&tokens[i], '&'))
            take_options(question, i);
}

static bool has_any(const struct question *question, const char *const *words)
{
    for (size_t i = 0; i < question->tokens.count; i++)
        if (!question_in_option(question, i) && is_any(&question->tokens.items[i], words))
            return true;
    return false;
}

static enum comparison find_comparison(const struct question *question)
{
    static const char *const earlier[] = { "first", "earlier", "older", "oldest", "before",
        "earliest", "elder", "sooner", NULL };
    static const char *const later[] = { "later", "younger", "youngest", "recent", "recently",
        "newer", "newest", "latest", "last", "after", NULL };
    static const char *const more[] = { "more", "most", "larger", "largest", "bigger", "higher",
        "highest", "taller", "tallest", "longer", "longest", "greater", "deeper", "wider",
        "farther", "heavier", "biggest", "greatest", NULL };
    static const char *const less[] = { "less", "fewer", "smaller", "smallest", "shorter",
        "shortest", "lower", "lowest", "least", "fewest", "lighter", NULL };

    if (question->option_count == 0)
        return COMPARE_NONE;
    if (has_any(question, later))
        return COMPARE_LATER;
    if (has_any(question, earlier))
        return COMPARE_EARLIER;
    if (has_any(question, less))
        return COMPARE_LESS;
    return has_any(question, more) ? COMPARE_MORE : COMPARE_DESCRIBED;
}

static void find_kind(struct question *question)
{
    static const char *const common[] = { "common", "share", "shared", "both", "mutual", "alike",
        NULL };
    static const char *const plural[] = { "occupations", "genres", "nationalities", "names",
        "countries", "professions", "films", "both", "two", NULL };
    const struct token *tokens = question->tokens.items;

    /* "Is the band that … what?" is none; a later "who" or "which" is a relative clause */
    question->yes_no = question->tokens.count > 0 && is_auxiliary(&tokens[0]) &&
                       (question->wh == SIZE_MAX || !token_is_word(&tokens[question->wh], "what"));
    if (question->yes_no)
        question->wh = SIZE_MAX;
    question->common = !question->yes_no && has_any(question, common);
    find_options(question);
    if (question->common && question->option_count == 0)
        question->common = false;
    question->comparison = question->common ? COMPARE_NONE : find_comparison(question);
    question->plural = question->head != SIZE_MAX && is_any(&tokens[question->head], plural);
    if (!question->yes_no || question->option_count == 0)
        return;
    /* "Is its base A or B?" wants one of them */
    if (token_is_word(
            &tokens[question->options[1].from > 0 ? question->options[1].from - 1 : 0], "or"))
        question->yes_no = false;
}

/* --- words --- */

static bool can_be_key(const struct question *question, size_t i)
{
    const struct token *token = &question->tokens.items[i];

    return token->kind == TOKEN_WORD && token_is_content(token) &&
           !(token->flags & TOKEN_CAPITAL) &&
           !(i >= question->asked.from && i < question->asked.to);
}

/* After "what year was …" the last word in small letters ("founded"); else the content word next to
 * the question word. */
static size_t find_key(const struct question *question)
{
    size_t wh = question->wh;
    size_t after = question->asked.to > wh ? question->asked.to : wh + 1;
    size_t count = question->tokens.count;
    size_t best = SIZE_MAX;

    if (wh == SIZE_MAX)
        return SIZE_MAX;
    if (wh <= 2 && after < count && is_auxiliary(&question->tokens.items[after]))
        for (size_t i = count; i > after; i--)
            if (can_be_key(question, i - 1))
                return i - 1;
    for (size_t i = 0; i < count; i++) {
        size_t near = i > wh ? i - wh : wh - i;
        size_t nearest = best == SIZE_MAX ? SIZE_MAX : best > wh ? best - wh : wh - best;

        if (can_be_key(question, i) && near < nearest)
            best = i;
    }
    return best;
}

static void add_question_word(struct question *question, size_t i)
{
    const struct token *token = &question->tokens.items[i];
    size_t wh = question->wh != SIZE_MAX ? question->wh : 0;
    size_t near = i > wh ? i - wh : wh - i;
    size_t key = question->key == SIZE_MAX ? SIZE_MAX
                 : i > question->key       ? i - question->key + 1
                                           : question->key - i + 1;
    bool outside = !question_in_option(question, i);

    near = key < near ? key : near;

    for (size_t k = 0; k < question->word_count; k++)
        if (question->words[k].stem == token->stem) {
            if (near < question->words[k].near)
                question->words[k].near = near;
            question->words[k].predicate = question->words[k].predicate || outside;
            return;
        }
    if (question->word_count < QUESTION_WORDS_MAX)
        question->words[question->word_count++] = (struct question_word){ .stem = token->stem,
            .at = i,
            .near = near,
            .content = token_is_content(token),
            .predicate = outside };
}

static void find_words(struct question *question, bool stop_words)
{
    for (size_t i = 0; i < question->tokens.count; i++) {
        const struct token *token = &question->tokens.items[i];

        if (token->kind != TOKEN_MARK && (stop_words || token_is_content(token)))
            add_question_word(question, i);
    }
}

void question_read(
    struct question *question, const struct lexicon *lexicon, struct slice text, bool stop_words)
{
    *question = (struct question){ .wh = SIZE_MAX, .head = SIZE_MAX, .key = SIZE_MAX };
    tokens_add(&question->tokens, lexicon, text, QUESTION_TOKENS_MAX);
    question->wh = find_wh(question);
    find_head(question);
    question->wanted = find_wanted(question);
    find_kind(question);
    question->key = find_key(question);
    find_words(question, stop_words);
}

void question_free(struct question *question)
{
    free(question->tokens.items);
    *question = (struct question){ 0 };
}

bool question_in_option(const struct question *question, size_t i)
{
    for (size_t k = 0; k < question->option_count; k++)
        if (i >= question->options[k].from && i < question->options[k].to)
            return true;
    return false;
}

struct slice question_slice(const struct question *question, struct token_range range)
{
    return range.from < range.to ? tokens_slice(question->tokens.items, range.from, range.to)
                                 : (struct slice){ "", 0 };
}

bool question_has(const struct question *question, uint32_t stem)
{
    for (size_t i = 0; i < question->word_count; i++)
        if (question->words[i].stem == stem)
            return true;
    return false;
}
