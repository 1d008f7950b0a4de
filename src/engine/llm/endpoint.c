#include "endpoint.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#include "mem.h"
#include "redact.h"

static bool is_anthropic(const struct llm_model *model)
{
    return model->provider == &anthropic_provider || strcmp(model->api, "anthropic") == 0;
}

/* A base URL that names the path already is taken as it is; Anthropic's may leave out the version.
 */
char *endpoint_url(const struct llm_model *model, unsigned index, const char *path)
{
    const char *base = model->urls[index].base;
    bool versioned = str_ends(base, "/v1") || !is_anthropic(model);
    const char *chat = "/chat/completions";
    size_t len = strlen(base);

    if (str_ends(base, path) && len > strlen(path) && base[len - strlen(path) - 1] == '/')
        return mem_strdup(base);
    if (str_ends(base, chat))
        return mem_printf("%.*s/%s", (int)(len - strlen(chat)), base, path);
    return mem_printf("%s/%s%s", base, versioned ? "" : "v1/", path);
}

static void add_line(struct endpoint_headers *headers, char *take_line)
{
    headers->lines[headers->count++] = take_line;
}

struct endpoint_headers endpoint_headers(const struct llm_model *model)
{
    struct endpoint_headers headers = { 0 };

    add_line(&headers, mem_strdup("Content-Type: application/json"));
    if (is_anthropic(model))
        add_line(&headers, mem_strdup("anthropic-version: 2023-06-01"));
    if (model->key != NULL)
        add_line(
            &headers, mem_printf(is_anthropic(model) ? "x-api-key: %s" : "Authorization: Bearer %s",
                          model->key));
    return headers;
}

void endpoint_headers_free(struct endpoint_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        redact_wipe(headers->lines[i]);
    *headers = (struct endpoint_headers){ 0 };
}

static bool is_loopback_name(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    char inner[64];
    size_t len = strlen(host);

    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    if (host[0] != '[' || len < 3 || len - 2 >= sizeof inner)
        return false;
    memcpy(inner, host + 1, len - 2);
    inner[len - 2] = '\0';
    return inet_pton(AF_INET6, inner, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    bool has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return has;
}

static bool check_parts(CURLU *url, bool allow_plain_http, bool *is_loopback, struct err *err)
{
    char *scheme = NULL, *host = NULL;
    bool is_plain, known;

    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
        return err_set(err, ERR_INPUT,
            "has a user or a password in it, and no secret belongs in a file; put the key into an "
            "environment variable and name that: api_key_env");
    if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
        return err_set(err, ERR_INPUT, "must not have a query (?…) or a fragment (#…)");
    if (curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
        curl_url_get(url, CURLUPART_HOST, &host, 0) != CURLUE_OK) {
        curl_free(scheme);
        return err_set(err, ERR_INPUT, "must be a URL such as https://api.openai.com/v1");
    }
    is_plain = strcasecmp(scheme, "http") == 0;
    known = is_plain || strcasecmp(scheme, "https") == 0;
    *is_loopback = is_loopback_name(host);
    curl_free(scheme);
    curl_free(host);
    if (!known)
        return err_set(err, ERR_INPUT, "must begin with https:// (or http:// on this machine)");
    if (is_plain && !*is_loopback && !allow_plain_http)
        return err_set(err, ERR_INPUT,
            "is plain http to another machine: prompts and key could be read on the way; use "
            "https, or say \"allow_plain_http\": true where the network is your own");
    return true;
}

bool endpoint_check_url(const char *text, bool allow_plain_http, bool *is_loopback, struct err *err)
{
    CURLU *url = curl_url();
    bool ok;

    if (url == NULL ||
        curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        ok = err_set(err, ERR_INPUT, "must be a URL such as https://api.openai.com/v1");
    else
        ok = check_parts(url, allow_plain_http, is_loopback, err);
    curl_url_cleanup(url);
    return ok;
}
