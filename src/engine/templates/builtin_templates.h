#ifndef BUILTIN_TEMPLATES_H
#define BUILTIN_TEMPLATES_H

/* The texts of prompts/, put into the binary at build time; one for each enum template_id, each
 * ending in a NUL. */
extern const unsigned char *const builtin_templates[];

#endif
