#ifndef SETTINGS_H
#define SETTINGS_H

/*
 * What a person sets with `:set` and the keys T, H, c, < and >, kept in
 * $XDG_STATE_HOME/flowbot/ui.json with the last screen. One table (settings.c) has each setting's
 * name, its values and its words.
 */
#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum charts { CHARTS_BRAILLE, CHARTS_BLOCK, CHARTS_ASCII };

struct settings {
    char theme[32], screen[16];
    unsigned fps;
    unsigned charts; /* enum charts */
    unsigned graph;  /* how wide the graph of the screen Run is: 50 as usual, 20 to 80 */
    unsigned nodes, traces, review, history; /* and the first pane of these screens */
    bool hints, mouse, bell;
};

/* Who knows the names that are settings: of themes, of screens. */
struct settings_names {
    /* False: there is no such one, or it cannot be used; *err says so. */
    bool (*is_known)(void *data, const char *setting, const char *value, struct err *err);
    void *data;
};

struct settings settings_default(void);
/* ERR_INPUT: unknown name (what was meant, or what there is) or value (what it may be); "screen" is
 * not for people. */
bool settings_set(struct settings *settings, const char *name, const char *value, struct err *err);
/* "fps 4 · charts braille …" of all but the screen. Returns `text`. */
const char *settings_text(const struct settings *settings, char text[256]);
/* "fps 4: it may be a whole number from 1 to 30". ERR_INPUT: unknown name. */
bool settings_ask(
    const struct settings *settings, const char *name, char text[256], struct err *err);
/* The name of setting i; NULL behind the last. */
const char *settings_name(size_t i);

/* Values may be strings, numbers, true and false. A missing file is no error. What is wrong in a
 * file stays as it was in *settings and is ERR_INPUT with file, line, column, the setting and what
 * it may be; the rest of the file counts. `names` may be NULL: any name is one. */
bool settings_read(struct settings *settings, const char *path, const struct settings_names *names,
    struct err *err);
bool settings_write(const struct settings *settings, const char *path, struct err *err);

#endif
