#include "sections.h"

#include <string.h>

bool next_line(struct slice *rest, struct slice *line)
{
    const char *end;

    if (rest->len == 0)
        return false;
    end = memchr(rest->at, '\n', rest->len);
    line->at = rest->at;
    line->len = end != NULL ? (size_t)(end - rest->at) : rest->len;
    rest->at += line->len;
    rest->len -= line->len;
    if (end != NULL) {
        rest->at++;
        rest->len--;
    }
    return true;
}

bool passage_line(struct slice line, struct slice *title, struct slice *text)
{
    size_t i = 1;

    if (line.len < 4 || line.at[0] != '[')
        return false;
    while (i < line.len && line.at[i] >= '0' && line.at[i] <= '9')
        i++;
    if (i == 1 || i + 1 >= line.len || line.at[i] != ']')
        return false;
    for (size_t k = i + 1; k + 1 < line.len; k++)
        if (line.at[k] == '|' && line.at[k - 1] == ' ' && line.at[k + 1] == ' ') {
            *title = slice_trim((struct slice){ line.at + i + 1, k - i - 1 });
            *text = slice_trim((struct slice){ line.at + k + 1, line.len - k - 1 });
            return true;
        }
    return false;
}

static void end_section(struct section *section, const char *end)
{
    section->text.len = (size_t)(end - section->text.at);
    section->text = slice_trim(section->text);
}

static struct section *begin_section(struct message *out, struct slice name, const char *start)
{
    struct section *section = &out->sections[out->count++];

    *section = (struct section){ .name = slice_trim(name), .text = { start, 0 } };
    return section;
}

static void find_question(struct message *out, struct slice all)
{
    out->question = all;
    out->question_index = SECTIONS_MAX;
    for (size_t i = 0; i < out->count; i++)
        if (slice_is(out->sections[i].name, "question")) {
            out->question_index = i;
            break;
        }
    for (size_t i = 0; out->question_index == SECTIONS_MAX && i < out->count; i++)
        if (!out->sections[i].has_passages)
            out->question_index = i;
    if (out->question_index < SECTIONS_MAX)
        out->question = out->sections[out->question_index].text;
}

void message_read(const char *text, struct message *out)
{
    struct slice all = { text, strnlen(text, MESSAGE_READ_MAX) };
    struct slice rest, line, title, body;
    struct section *section = NULL;

    /* never cut inside a character */
    while (
        all.len == MESSAGE_READ_MAX && all.len > 0 && ((unsigned char)text[all.len] & 0xC0) == 0x80)
        all.len--;
    rest = all;
    out->count = 0;
    while (next_line(&rest, &line)) {
        bool head = line.len > 3 && memcmp(line.at, "## ", 3) == 0;

        if (head && out->count < SECTIONS_MAX) {
            if (section != NULL)
                end_section(section, line.at);
            section =
                begin_section(out, (struct slice){ line.at + 3, line.len - 3 }, line.at + line.len);
            continue;
        }
        if (section == NULL && slice_trim(line).len > 0)
            section = begin_section(out, (struct slice){ "", 0 }, line.at);
        if (section != NULL && passage_line(line, &title, &body))
            section->has_passages = true;
    }
    if (section != NULL)
        end_section(section, all.at + all.len);
    find_question(out, all);
}

const struct section *message_find(const struct message *message, struct slice name)
{
    for (size_t i = 0; i < message->count; i++)
        if (slice_equal(message->sections[i].name, name))
            return &message->sections[i];
    return NULL;
}
