# cmake -DOUTPUT=FILE.c -DINPUT=FILE -DNAME=name -P embed.cmake: the bytes of a file and a NUL as a C array.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(........................................)" "\\1\n    " bytes "${bytes}")
file(WRITE ${OUTPUT} "/* Written by embed.cmake. */\n#include \"${NAME}.h\"\n\n"
  "const unsigned char ${NAME}[] = {\n    ${bytes}0x00\n};\n")
