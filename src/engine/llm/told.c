#include "told.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "http.h"

enum { VALUE_MAX = 128 };

struct head {
    const char *text;
    size_t len;
    int64_t now_ms;
};

static bool find(const struct head *head, const char *name, char value[VALUE_MAX])
{
    return http_head_find(head->text, head->len, name, value, VALUE_MAX);
}

static uint32_t saturate(double ms)
{
    if (!(ms > 0))
        return 0;
    return ms >= UINT32_MAX ? UINT32_MAX : (uint32_t)ceil(ms);
}

/* A whole text that is one number. */
static bool read_number(const char *text, double *number)
{
    char *end;

    *number = strtod(text, &end);
    return end != text && *end == '\0';
}

static uint32_t retry_after(const struct head *head)
{
    char value[VALUE_MAX];
    double number;
    time_t date;

    if (find(head, "retry-after-ms", value) && read_number(value, &number) && isfinite(number) &&
        number > 0)
        return saturate(number);
    if (!find(head, "retry-after", value))
        return 0;
    if (read_number(value, &number))
        return isfinite(number) ? saturate(number * 1000) : 0;
    date = curl_getdate(value, NULL);
    return date < 0 ? 0 : saturate((double)date * 1000 - (double)head->now_ms);
}

/* Milliseconds of a unit of Go's durations at *at, which moves behind it; 0: none. */
static double unit_ms(const char **at)
{
    static const struct {
        const char *name;
        double ms;
    } units[] = { { "ms", 1 }, { "us", 1e-3 }, { "\xc2\xb5s", 1e-3 }, { "ns", 1e-6 },
        { "h", 3600e3 }, { "m", 60e3 }, { "s", 1e3 } };

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t len = strlen(units[i].name);

        if (strncmp(*at, units[i].name, len) == 0) {
            *at += len;
            return units[i].ms;
        }
    }
    return 0;
}

/* "6m0s", "20ms"; a bare number is seconds. 0 where it is neither. */
static uint32_t read_duration(const char *text)
{
    double sum = 0, number, unit;
    char *end;

    if (read_number(text, &number))
        return isfinite(number) ? saturate(number * 1000) : 0;
    for (const char *at = text; *at != '\0';) {
        if (!isdigit((unsigned char)*at))
            return 0;
        number = strtod(at, &end);
        at = end;
        unit = unit_ms(&at);
        if (unit == 0)
            return 0;
        sum += number * unit;
    }
    return saturate(sum);
}

/* Seconds east of UTC of "Z" or "+02:00"; false where it is neither. */
static bool read_zone(const char *text, long *seconds)
{
    unsigned hours, minutes;
    int read = 0;

    *seconds = 0;
    if (strcasecmp(text, "Z") == 0)
        return true;
    if ((*text != '+' && *text != '-') ||
        sscanf(text + 1, "%2u:%2u%n", &hours, &minutes, &read) != 2 || text[1 + read] != '\0')
        return false;
    *seconds = (long)(hours * 3600 + minutes * 60) * (*text == '-' ? -1 : 1);
    return true;
}

/* Milliseconds from now to an RFC 3339 time. */
static uint32_t read_time(const char *text, int64_t now_ms)
{
    struct tm tm = { 0 };
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    double fraction = 0;
    char *end;
    long zone;

    if (rest == NULL)
        return 0;
    if (*rest == '.') {
        fraction = strtod(rest, &end);
        rest = end;
    }
    if (!read_zone(rest, &zone))
        return 0;
    return saturate(((double)(timegm(&tm) - zone) + fraction) * 1000 - (double)now_ms);
}

static bool read_count(const char *text, uint64_t *count)
{
    double number;

    if (!read_number(text, &number) || !(number >= 0 && number < 0x1p53))
        return false;
    *count = (uint64_t)number;
    return true;
}

/* The headers that tell a limit, for the macro's "limit", "remaining" and "reset". */
struct limit_names {
    const char *limit, *remaining, *reset;
};

#define NAMES(prefix, suffix) \
    { \
        prefix "limit" suffix, prefix "remaining" suffix, prefix "reset" suffix \
    }

static const struct limit_names openai_requests = NAMES("x-ratelimit-", "-requests");
static const struct limit_names openai_tokens = NAMES("x-ratelimit-", "-tokens");
static const struct limit_names anthropic_requests = NAMES("anthropic-ratelimit-requests-", "");
static const struct limit_names anthropic_tokens = NAMES("anthropic-ratelimit-tokens-", "");
static const struct limit_names anthropic_input = NAMES("anthropic-ratelimit-input-tokens-", "");

static struct told_limit read_limit(const struct head *head, const struct limit_names *names)
{
    struct told_limit limit = { 0 };
    char value[VALUE_MAX];

    if (!find(head, names->limit, value) || !read_count(value, &limit.limit) || limit.limit == 0)
        return limit;
    if (!find(head, names->remaining, value) || !read_count(value, &limit.remaining))
        return limit;
    limit.known = true;
    if (find(head, names->reset, value))
        limit.reset_ms =
            strchr(value, 'T') != NULL ? read_time(value, head->now_ms) : read_duration(value);
    return limit;
}

static struct told_limit first_known(struct told_limit a, struct told_limit b)
{
    return a.known ? a : b;
}

struct told told_read(const char *text, size_t len, int64_t now_ms)
{
    struct head head = { text, len, now_ms };
    struct told told = { .should_retry = -1 };
    char value[VALUE_MAX];

    told.retry_after_ms = retry_after(&head);
    if (find(&head, "x-should-retry", value) && strcasecmp(value, "true") == 0)
        told.should_retry = 1;
    else if (find(&head, "x-should-retry", value) && strcasecmp(value, "false") == 0)
        told.should_retry = 0;
    told.requests =
        first_known(read_limit(&head, &openai_requests), read_limit(&head, &anthropic_requests));
    told.tokens = first_known(read_limit(&head, &openai_tokens),
        first_known(read_limit(&head, &anthropic_tokens), read_limit(&head, &anthropic_input)));
    return told;
}
