#ifndef ROLE_H
#define ROLE_H

/* What a piece of text means; a theme gives each role a colour. Meaning is never by colour alone.
 */
enum role {
    ROLE_TEXT,
    ROLE_DIM,     /* less important */
    ROLE_TITLE,   /* heads, the focused pane */
    ROLE_BORDER,  /* frames, axes, edges of graphs */
    ROLE_ACCENT,  /* names that can be opened */
    ROLE_KEY,     /* keys in hints */
    ROLE_OK,      /* done, right, better */
    ROLE_ERROR,   /* failed, wrong, worse */
    ROLE_WARNING, /* needs a look, held */
    ROLE_RUNNING, /* under way */
    ROLE_ADDED,   /* in diffs */
    ROLE_REMOVED,
    ROLE_CHANGED,
    ROLE_KEEP,      /* the Keep half of a gradient */
    ROLE_CHANGE,    /* the Change half */
    ROLE_CHART,     /* the main curve */
    ROLE_CHART_ALT, /* a second curve */
    ROLE_BEST,      /* the best so far */
    ROLE_MATCH,     /* what a search found */
    ROLE_SELECTED,  /* the selected row */
    ROLES
};

const char *role_name(enum role role); /* "text", "dim", … as in theme files */
char role_letter(enum role role);      /* one lower-case letter a role, '.' for text: for dumps */

#endif
