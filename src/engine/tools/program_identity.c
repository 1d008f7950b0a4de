#include "program_identity.h"

#include "file.h"
#include "mem.h"
#include "tool_settings.h"

struct hash program_identity(const struct tool_setup *setup)
{
    size_t count;
    const char **words = tool_setting_list(setup->settings, "command", &count);
    struct hash identity = hash_text("command");

    for (size_t i = 0; i < count; i++) {
        struct err missing = { 0 }; /* a folder, or a file that it is to make */
        struct hash content;

        identity = hash_join(identity, hash_text(words[i]));
        if (words[i][0] == '/' && file_hash(words[i], &content, &missing))
            identity = hash_join(identity, content);
    }
    free(words);
    return identity;
}
