#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_us(void);      /* monotonic, microseconds */
int64_t clock_unix_ms(void); /* wall clock, milliseconds since 1970 */

#endif
