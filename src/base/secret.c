#include "secret.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "str.h"

enum {
    KEY_MIN = 20, /* no maker's keys are shorter */
    NAME_MOST = 32
};

/* How the keys of known makers begin. `more`: characters besides letters and digits that the rest
 * may have; with a dash among them it may be words as well: then a digit is wanted, too. */
static const struct key_form {
    const char *prefix, *more;
} forms[] = {
    { "AIza", "-_" },       /* Google */
    { "AKIA", "" },         /* AWS */
    { "ASIA", "" },         /* AWS, for a time */
    { "csk-", "" },         /* Cerebras */
    { "fw_", "" },          /* Fireworks */
    { "ghp_", "" },         /* GitHub */
    { "github_pat_", "_" }, /* GitHub */
    { "gsk_", "" },         /* Groq */
    { "hf_", "" },          /* Hugging Face */
    { "nvapi-", "-_" },     /* NVIDIA */
    { "pplx-", "" },        /* Perplexity */
    { "r8_", "" },          /* Replicate */
    { "sk-", "-_" },        /* OpenAI, Anthropic, DeepSeek, OpenRouter … */
    { "tgp_v1_", "-_" },    /* Together */
    { "xai-", "" },         /* xAI */
};

bool secret_is_name(const char *name)
{
    static const char *const names[] = { "api_key", "api-key", "apikey", "key", "secret", "token",
        "access_token", "auth_token", "authorization", "password", "bearer", "x-api-key" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

static bool is_key_of(const struct key_form *form, const char *at)
{
    bool may_be_words = strchr(form->more, '-') != NULL, has_digit = false;
    size_t len = strlen(form->prefix);

    if (!str_starts(at, form->prefix))
        return false;
    for (; at[len] != '\0'; len++) {
        if (!isalnum((unsigned char)at[len]) && strchr(form->more, at[len]) == NULL)
            break;
        has_digit = has_digit || isdigit((unsigned char)at[len]);
    }
    return len >= KEY_MIN && (has_digit || !may_be_words);
}

static bool begins_with_key(const char *at)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (is_key_of(&forms[i], at))
            return true;
    return false;
}

bool secret_has_key(const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        if ((at == text || !isalnum((unsigned char)at[-1])) && begins_with_key(at))
            return true;
    return false;
}

bool secret_is_no_variable(const char *name)
{
    size_t len = strlen(name);
    bool has_digit = strpbrk(name, "0123456789") != NULL;
    bool has_small = strpbrk(name, "abcdefghijklmnopqrstuvwxyz") != NULL;

    if (secret_has_key(name))
        return true;
    if (len < KEY_MIN)
        return false;
    return strchr(name, '_') != NULL ? has_digit && has_small : has_digit || len > NAME_MOST;
}
