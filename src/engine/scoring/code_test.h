#ifndef CODE_TEST_H
#define CODE_TEST_H

/* The text of code_test.py, put into the binary at build time; ends in a NUL. */
extern const unsigned char code_test[];

#endif
