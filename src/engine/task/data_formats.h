#ifndef DATA_FORMATS_H
#define DATA_FORMATS_H

/* Every data format's table. A new one: its file, a line here, a line in data_format.c. Private to
 * this folder. */
#include "data.h"

extern const struct data_format data_format_hotpotqa;
extern const struct data_format data_format_hover;
extern const struct data_format data_format_drop;
extern const struct data_format data_format_gsm8k;
extern const struct data_format data_format_math;
extern const struct data_format data_format_humaneval;
extern const struct data_format data_format_mbpp;
extern const struct data_format data_format_ifbench;
extern const struct data_format data_format_ifeval;
extern const struct data_format data_format_pupa;
extern const struct data_format data_format_fields;

#endif
