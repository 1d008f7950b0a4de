#ifndef DATA_FORMATS_H
#define DATA_FORMATS_H

/* Every data format's table. A new one: its file, a line here, a line in data_format.c. Private to
 * this folder. */
#include "data.h"

extern const struct data_format data_format_fields;
extern const struct data_format data_format_hotpotqa;

#endif
