# cmake -DOUTPUT=FILE.c -DFOLDER=DIR -DNAMES=a,b,c -P embed.cmake
# Writes the texts DIR/a.md, DIR/b.md … as C arrays and a list of them, in the order of NAMES. Bytes, not string
# literals: these may be longer than the standard's 4095 characters.
string(REPLACE "," ";" names "${NAMES}")
set(arrays "")
set(list "")
set(number 0)
foreach(name IN LISTS names)
  file(READ ${FOLDER}/${name}.md hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(REGEX REPLACE "(........................................)" "\\1\n    " bytes "${bytes}")
  string(APPEND arrays "static const unsigned char text_${number}[] = { /* ${name}.md */\n    ${bytes}0x00\n};\n\n")
  string(APPEND list "    text_${number},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUTPUT} "/* Written by embed.cmake. */\n#include \"builtin_templates.h\"\n\n${arrays}"
  "const unsigned char *const builtin_templates[] = {\n${list}};\n")
