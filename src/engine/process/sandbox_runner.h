#ifndef SANDBOX_RUNNER_H
#define SANDBOX_RUNNER_H

/* The text of sandbox_runner.py, put into the binary at build time; ends in a NUL. */
extern const unsigned char sandbox_runner[];

#endif
