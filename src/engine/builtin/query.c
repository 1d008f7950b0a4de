#include "query.h"

static void add_token(struct str *out, const struct token *token)
{
    if (out->len > 0)
        str_add_char(out, ' ');
    str_add_n(out, token->at, token->len);
}

void query_write(const struct reading *reading, struct str *out)
{
    const struct question *question = &reading->question;

    for (size_t i = 0; i < question->tokens.count; i++)
        if (token_is_content(&question->tokens.items[i]))
            add_token(out, &question->tokens.items[i]);
    if (out->len == 0)
        str_add_n(out, reading->message.question.at, reading->message.question.len);
}

static bool answers(const struct reading *reading, size_t passage, uint32_t stem)
{
    uint64_t bit = reading_bit(reading, stem);

    return bit != 0 && (reading->passages[passage].words & bit) != 0;
}

void query_write_bridge(const struct reading *reading, const struct bridge *bridge, struct str *out)
{
    const struct question *question = &reading->question;

    str_add_n(out, bridge->name.at, bridge->name.len);
    for (size_t i = 0; i < question->tokens.count; i++) {
        const struct token *token = &question->tokens.items[i];

        if (token_is_content(token) && !token_is_name(token) &&
            !answers(reading, bridge->source, token->stem))
            add_token(out, token);
    }
}
