#ifndef READER_CALL_H
#define READER_CALL_H

/* A call as the journal has it, for reader.h. Private to the reader's files; on its thread, but for
 * reader_call_free. */
#include "reader_load.h"

bool reader_call_load(
    struct store_reader *store, struct hash key, struct loaded *out, struct err *err);
void reader_call_free(struct call_view *call);

#endif
