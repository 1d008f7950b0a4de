#include "wrap.h"

#include <string.h>

enum { WIDTH = 79 };

static int cells(const char *word, size_t len)
{
    int count = 0;

    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)word[i] & 0xC0) != 0x80;
    return count;
}

void wrap_print(FILE *to, const char *text, int column, int indent)
{
    bool first = true;

    for (const char *word = text + strspn(text, " \n"); *word != '\0';
         word += strspn(word, " \n")) {
        size_t len = strcspn(word, " \n");
        int width = cells(word, len);

        if (!first && column + 1 + width > WIDTH) {
            (void)fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            (void)fputc(' ', to);
            column++;
        }
        (void)fwrite(word, 1, len, to);
        column += width;
        first = false;
        word += len;
    }
    (void)fputc('\n', to);
}

void wrap_paragraphs(FILE *to, const char *text)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t len = end != NULL ? (size_t)(end - text) : strlen(text);
        char paragraph[2048];

        (void)snprintf(paragraph, sizeof paragraph, "%.*s", (int)len, text);
        wrap_print(to, paragraph, 0, 0);
        text += len + strspn(text + len, "\n");
        if (*text != '\0')
            (void)fputc('\n', to);
    }
}
