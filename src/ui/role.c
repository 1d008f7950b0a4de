#include "role.h"

static const struct {
    const char *name;
    char letter;
} roles[ROLES] = {
    [ROLE_TEXT] = { "text", '.' },
    [ROLE_DIM] = { "dim", 'd' },
    [ROLE_TITLE] = { "title", 't' },
    [ROLE_BORDER] = { "border", 'b' },
    [ROLE_ACCENT] = { "accent", 'a' },
    [ROLE_KEY] = { "key", 'k' },
    [ROLE_OK] = { "ok", 'o' },
    [ROLE_ERROR] = { "error", 'e' },
    [ROLE_WARNING] = { "warning", 'w' },
    [ROLE_RUNNING] = { "running", 'r' },
    [ROLE_ADDED] = { "added", 'p' },
    [ROLE_REMOVED] = { "removed", 'm' },
    [ROLE_CHANGED] = { "changed", 'c' },
    [ROLE_KEEP] = { "keep", 'y' },
    [ROLE_CHANGE] = { "change", 'g' },
    [ROLE_CHART] = { "chart", 'h' },
    [ROLE_CHART_ALT] = { "chart_alt", 'l' },
    [ROLE_BEST] = { "best", 'n' },
    [ROLE_MATCH] = { "match", 'f' },
    [ROLE_SELECTED] = { "selected", 's' },
};

const char *role_name(enum role role)
{
    return roles[role].name;
}

char role_letter(enum role role)
{
    return roles[role].letter;
}
