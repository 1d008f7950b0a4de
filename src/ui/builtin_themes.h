#ifndef BUILTIN_THEMES_H
#define BUILTIN_THEMES_H

/* The files of themes/, put into the binary at build time (cmake/embed.cmake), each ending in a
 * NUL; the names end with NULL. */
extern const char *const builtin_theme_names[];
extern const unsigned char *const builtin_themes[];

#endif
