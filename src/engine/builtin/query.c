#include "query.h"

enum { QUERY_MAX = 600 };

/* As much of the text as a query may hold, cut between characters. */
static void add_text(struct str *out, struct slice text)
{
    size_t room = out->len < QUERY_MAX ? QUERY_MAX - out->len : 0;
    size_t len = text.len < room ? text.len : room;

    while (len > 0 && len < text.len && ((unsigned char)text.at[len] & 0xC0) == 0x80)
        len--;
    str_add_n(out, text.at, len);
}

static void add_token(struct str *out, const struct token *token)
{
    if (out->len > 0)
        str_add_char(out, ' ');
    add_text(out, (struct slice){ token->at, token->len });
}

void query_write(const struct reading *reading, struct str *out)
{
    const struct question *question = &reading->question;

    for (size_t i = 0; i < question->tokens.count; i++)
        if (token_is_content(&question->tokens.items[i]))
            add_token(out, &question->tokens.items[i]);
    if (out->len == 0)
        add_text(out, reading->message.question);
}

static bool answers(const struct reading *reading, size_t passage, uint32_t stem)
{
    uint64_t bit = reading_bit(reading, stem);

    return bit != 0 && (reading->passages[passage].words & bit) != 0;
}

void query_write_bridge(const struct reading *reading, const struct bridge *bridge, struct str *out)
{
    const struct question *question = &reading->question;

    add_text(out, bridge->name);
    for (size_t i = 0; i < question->tokens.count; i++) {
        const struct token *token = &question->tokens.items[i];

        if (token_is_content(token) && !token_is_name(token) &&
            !answers(reading, bridge->source, token->stem))
            add_token(out, token);
    }
}
