#ifndef MODEL_SECRETS_H
#define MODEL_SECRETS_H

/* Private to the folder: no key stands in a model's settings, which are stored and shown with every
 * run. Errors are ERR_INPUT, headed by the place, and never repeat what looks like a key. */
#include "json.h"
#include "model.h"

/* "api_key" and what else people call a key. */
bool model_is_secret_name(const char *name);
bool model_refuse_secret(
    const struct model_place *place, const char *key, struct err *err); /* false */
/* Of the settings' every value, however deep. */
bool model_check_secrets(
    const struct model_place *place, const struct json *settings, struct err *err);
/* Whether a text holds what begins as keys of a known maker do, and is as long. */
bool model_has_known_key(const char *text);
/* Whether it is a key rather than the name of a variable that somebody could have forgotten to set.
 */
bool model_is_unlikely_name(const char *name);

#endif
