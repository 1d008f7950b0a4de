#ifndef THEME_H
#define THEME_H

/*
 * A theme: what each role looks like. A file (themes/NAME.json, built in; or NAME.json in
 * $XDG_CONFIG_HOME/flowbot/themes) has one line a role:
 *
 *     { "ok": "green", "error": "bold #ff5f5f red", "match": "black on #d7af00 yellow" }
 *
 * Words: bold, dim, underline, reverse; colours #rrggbb, 0 to 255, default, black, red, green,
 * yellow, blue, magenta, cyan, white and bright-red …; behind "on" those of the background. Of
 * several colours the first that the terminal can show is taken; else the nearest. A role that is
 * left out looks like text. "text" itself may have no colour but the terminal's own.
 *
 * What cannot be read is an error: two colours that are too much alike, and one alone that is as
 * good as black or white, unless "ground": "dark" or "light" says that the theme is made for such
 * terminals alone, where it can be read ("any" is the default).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "role.h"

/* What the terminal can show. */
enum depth { DEPTH_NONE, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_TRUE };

enum { COLOUR_DEFAULT = -1, COLOUR_RGB = 1 << 24 };

/* A colour: COLOUR_DEFAULT, 0 to 255 of the palette, or COLOUR_RGB | 0xRRGGBB. */
struct look {
    int32_t fg, bg;
    unsigned attr; /* of enum attr (canvas.h) */
};

struct theme {
    char name[32];
    struct look looks[ROLES]; /* made for one depth: every colour can be shown there */
};

/* By name: the user's file of that name where there is one, else the built-in; with a slash in it
 * or
 * ".json" at its end, a file. DEPTH_NONE keeps the attributes alone. ERR_INPUT with file, line and
 * role; *out is untouched then. `folder`: of the user's themes, may be NULL. */
bool theme_load(
    struct theme *out, const char *name, const char *folder, enum depth depth, struct err *err);
/* The built-in default; cannot fail. */
void theme_default(struct theme *out, enum depth depth);

/* The names in the order of the T key: built-in ones, then those of files in the user's folder (may
 * be NULL) by the alphabet. Free each, and the list, by theme_names_free. */
char **theme_names(const char *folder, size_t *count);
void theme_names_free(char **names, size_t count);

#endif
