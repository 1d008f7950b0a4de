#ifndef MODEL_SECRETS_H
#define MODEL_SECRETS_H

/* Private to the folder: no key stands in a model's settings, which are stored and shown with every
 * run. Errors are ERR_INPUT, headed by the place, and never repeat what looks like a key. */
#include "json.h"
#include "model.h"

bool model_refuse_secret(
    const struct model_place *place, const char *key, struct err *err); /* false */
/* Of the settings' every value, however deep. */
bool model_check_secrets(
    const struct model_place *place, const struct json *settings, struct err *err);

#endif
