#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H

/* Private to the folder: the settings of remote models. Errors are ERR_INPUT, headed by `where`. */
#include "json.h"
#include "model.h"

bool model_read_remote(
    struct llm_model *model, const char *where, const struct json *settings, struct err *err);
/* "api_key" and what else people call a key. */
bool model_is_secret_name(const char *key);
bool model_refuse_secret(const char *where, const char *key, struct err *err); /* false */

#endif
