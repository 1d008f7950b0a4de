#include "advisor_prompt.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mem.h"

static const struct {
    const char *head;  /* as written */
    const char *start; /* how a head that is read begins */
    const char *empty; /* what stands there where there is nothing to say */
} heads[PROMPT_SECTIONS] = {
    [PROMPT_TASK] = { "## Task description", "task", "As the inputs demand." },
    [PROMPT_INPUT] = { "## Input format", "input",
        "Labelled parts, each under the name of the field or step that it is from." },
    [PROMPT_APPROACH] = { "## Approach", "approach", "As the task demands." },
    [PROMPT_OUTPUT] = { "## Output format", "output", "Plain text, nothing around it." },
};

static bool is_head(struct piece line, enum prompt_section *section)
{
    size_t marks = 0;

    while (marks < line.len && (line.at[marks] == '#' || line.at[marks] == ' '))
        marks++;
    if (line.len == 0 || line.at[0] != '#')
        return false;
    for (unsigned i = 0; i < PROMPT_SECTIONS; i++) {
        size_t len = strlen(heads[i].start);

        if (line.len - marks >= len && strncasecmp(line.at + marks, heads[i].start, len) == 0) {
            *section = (enum prompt_section)i;
            return true;
        }
    }
    return false;
}

void prompt_read(struct piece text, struct prompt *out)
{
    enum prompt_section section = PROMPT_TASK;

    *out = (struct prompt){ 0 };
    while (text.len > 0) {
        const char *end = memchr(text.at, '\n', text.len);
        struct piece line = { text.at, end != NULL ? (size_t)(end - text.at) : text.len };
        size_t step = line.len + (end != NULL);

        if (!is_head(line, &section)) {
            if (out->sections[section].len > 0 || piece_trim(line).len > 0)
                str_add_n(&out->sections[section], line.at, line.len);
            if (out->sections[section].len > 0)
                str_add_char(&out->sections[section], '\n');
        }
        text.at += step;
        text.len -= step;
    }
    for (unsigned i = 0; i < PROMPT_SECTIONS; i++) {
        struct str *s = &out->sections[i];

        while (s->len > 0 && strchr(" \n\t\r", s->data[s->len - 1]) != NULL)
            str_truncate(s, s->len - 1);
        if (strcmp(str_text(s), heads[i].empty) == 0)
            str_clear(s);
    }
}

void prompt_write(const struct prompt *prompt, struct str *out)
{
    for (unsigned i = 0; i < PROMPT_SECTIONS; i++) {
        const struct str *s = &prompt->sections[i];

        str_addf(out, "%s%s\n", i > 0 ? "\n\n" : "", heads[i].head);
        str_add(out, s->len > 0 ? str_text(s) : heads[i].empty);
    }
    str_add_char(out, '\n');
}

void prompt_free(struct prompt *prompt)
{
    for (unsigned i = 0; i < PROMPT_SECTIONS; i++)
        str_free(&prompt->sections[i]);
}

void prompt_instructions(const struct prompt *prompt, struct instructions *out)
{
    struct str text = STR_INIT;

    prompt_write(prompt, &text);
    vocabulary_read(str_text(&text), out);
    str_free(&text);
}

/* The end of the sentence that starts at `at`: behind its mark, or the line's end. */
static size_t sentence_end(const char *text, size_t at)
{
    while (text[at] != '\0' && text[at] != '\n') {
        char c = text[at++];

        if ((c == '.' || c == '!' || c == '?' || c == ';') &&
            (text[at] == ' ' || text[at] == '\n' || text[at] == '\0'))
            break;
    }
    return at;
}

static size_t count_on(const struct instructions *instructions)
{
    size_t count = 0;

    for (unsigned i = 1; i < INSTRUCTION_COUNT; i++)
        count += instructions->on[i];
    return count;
}

/* The sentence says this instruction and no other. */
static bool says_only(const char *text, size_t len, enum instruction id)
{
    char *sentence = mem_strndup(text, len);
    struct instructions read;

    vocabulary_read(sentence, &read);
    free(sentence);
    return read.on[id] && count_on(&read) == (id != INSTRUCTION_ANSWER);
}

static bool is_mark_only(const char *text, size_t len)
{
    return strspn(text, " -*\t") >= len;
}

static void drop_sentences(struct str *section, enum instruction id)
{
    struct str kept = STR_INIT;
    const char *text = str_text(section);

    for (size_t at = 0; text[at] != '\0';) {
        size_t end = sentence_end(text, at);

        if (says_only(text + at, end - at, id)) {
            at = end + strspn(text + end, " ");
            if (text[at] == '\n' && (kept.len == 0 || kept.data[kept.len - 1] == '\n'))
                at++;
            continue;
        }
        if (!is_mark_only(text + at, end - at) || end == at)
            str_add_n(&kept, text + at, end - at);
        at = end;
        if (text[at] == '\n' || text[at] == ' ')
            str_add_char(&kept, text[at++]);
    }
    while (kept.len > 0 && (kept.data[kept.len - 1] == '\n' || kept.data[kept.len - 1] == ' '))
        str_truncate(&kept, kept.len - 1);
    str_free(section);
    *section = kept;
}

static void drop_everywhere(struct prompt *prompt, enum instruction id, unsigned from)
{
    for (unsigned i = from; i < PROMPT_SECTIONS; i++)
        drop_sentences(&prompt->sections[i], id);
}

static enum prompt_section section_of(enum instruction id)
{
    switch (vocabulary_entry(id)->class) {
    case INSTRUCTION_TASK:
        return PROMPT_TASK;
    case INSTRUCTION_FORM:
        return PROMPT_OUTPUT;
    case INSTRUCTION_READING:
        return PROMPT_APPROACH;
    case INSTRUCTION_HARMFUL:
        break;
    }
    return vocabulary_entry(id)->group == GROUP_LENGTH ? PROMPT_OUTPUT : PROMPT_APPROACH;
}

static void add_line(struct prompt *prompt, enum prompt_section section, const char *text)
{
    struct str *s = &prompt->sections[section];

    str_addf(s, "%s%s%s", s->len > 0 ? "\n" : "", section == PROMPT_TASK ? "" : "- ", text);
}

void prompt_add(struct prompt *prompt, enum instruction id)
{
    const struct instruction_entry *entry = vocabulary_entry(id);

    for (unsigned i = 1; i < INSTRUCTION_COUNT; i++)
        if (entry->group != GROUP_NONE &&
            vocabulary_entry((enum instruction)i)->group == entry->group && i != id)
            drop_everywhere(prompt, (enum instruction)i, PROMPT_APPROACH);
    add_line(prompt, section_of(id), entry->sentence);
}

bool prompt_remove(struct prompt *prompt, enum instruction id)
{
    struct instructions read;
    struct str opposite = STR_INIT;

    drop_everywhere(prompt, id, PROMPT_TASK);
    prompt_instructions(prompt, &read);
    if (!read.on[id])
        return true;
    str_add(&opposite, "Do not ");
    str_add(&opposite, vocabulary_entry(id)->sentence);
    opposite.data[7] = (char)(opposite.data[7] | 0x20);
    add_line(
        prompt, section_of(id) == PROMPT_TASK ? PROMPT_TASK : PROMPT_OUTPUT, str_text(&opposite));
    str_free(&opposite);
    prompt_instructions(prompt, &read);
    return !read.on[id];
}
