#ifndef MODEL_SETTINGS_H
#define MODEL_SETTINGS_H

/* Private to the folder: the settings of remote models. Errors are ERR_INPUT, headed by the
 * place of the key. */
#include "json.h"
#include "model.h"

/* "PLACE: message"; false. */
bool model_fail(const struct model_place *place, const char *key, struct err *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Every key of the object is known; `api` is that of the model, NULL: the object is its price. */
bool model_check_keys(const struct model_place *place, const char *api, const struct json *object,
    const char *const *known, size_t count, struct err *err);
bool model_read_remote(struct llm_model *model, const struct model_place *place,
    const struct json *settings, struct err *err);

#endif
