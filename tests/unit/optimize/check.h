#ifndef CHECK_H
#define CHECK_H

/* What cmocka wants included, in its order, and the run that nearly every test begins with. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "fake.h"

/* Runs to the end, which must be EFFECT_OK with every pass collected. */
static inline struct optimize_result run_ok(struct fake *fake)
{
    struct optimize_result result;
    struct err err = { 0 };
    enum effect_status status = fake_run(fake, &result, &err);

    if (status != EFFECT_OK)
        print_error("%s\n", err.message);
    assert_int_equal(status, EFFECT_OK);
    assert_int_equal(fake->passes_open, 0);
    return result;
}

#endif
