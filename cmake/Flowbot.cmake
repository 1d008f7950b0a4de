# What every target of the project shares: packages, warnings, sanitizers, and one library a folder.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(CJSON REQUIRED IMPORTED_TARGET libcjson)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(GMP REQUIRED IMPORTED_TARGET gmp)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncursesw)

add_library(flowbot_flags INTERFACE)
target_compile_definitions(flowbot_flags INTERFACE _GNU_SOURCE)
target_compile_options(flowbot_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes
  -Wmissing-prototypes -Wformat=2 -Wvla -Wswitch-enum -Wnull-dereference
  $<$<BOOL:${FLOWBOT_WERROR}>:-Werror> -fno-omit-frame-pointer)
if(FLOWBOT_SANITIZE)
  target_compile_options(flowbot_flags INTERFACE -fsanitize=${FLOWBOT_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(flowbot_flags INTERFACE -fsanitize=${FLOWBOT_SANITIZE})
  # gcc's flow warnings see paths that only the sanitizers' own checks make.
  target_compile_options(flowbot_flags INTERFACE -Wno-null-dereference
    $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# flowbot_library(NAME SOURCES… [USES …] [HIDES …])
# One library for the calling folder. Its headers are seen, by "quotes", by the targets that name it in USES
# and by those that use these; what stands in HIDES is linked but its headers are not passed on. A header of a
# folder that is not named cannot be found, so an include that points up does not compile.
function(flowbot_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;HIDES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_compile_options(${name} PUBLIC "-iquote${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${ARG_USES} PRIVATE ${ARG_HIDES} flowbot_flags)
endfunction()

# flowbot_embed(OUTPUT.c HEADER FILE.h LIST NAME [TITLES NAME] FOLDER DIR FILES …): files as C arrays (embed.cmake), written
# into the calling folder's build folder.
function(flowbot_embed output)
  cmake_parse_arguments(ARG "" "HEADER;LIST;TITLES;FOLDER" "FILES" ${ARGN})
  list(TRANSFORM ARG_FILES PREPEND ${ARG_FOLDER}/ OUTPUT_VARIABLE paths)
  string(REPLACE ";" "," files "${ARG_FILES}")
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/${output} -DHEADER=${ARG_HEADER} -DFOLDER=${ARG_FOLDER}
            -DFILES=${files} -DLIST=${ARG_LIST} -DTITLES=${ARG_TITLES} -P ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${paths} ${CMAKE_SOURCE_DIR}/cmake/embed.cmake
    VERBATIM)
endfunction()

# flowbot_test(NAME SOURCES… USES … [LABELS …]): one cmocka program under ctest.
# All tests with the label "threads".
add_custom_target(thread_tests)

function(flowbot_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;USES;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_USES} flowbot_flags PkgConfig::CMOCKA)
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(thread_tests ${name})
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    SKIP_REGULAR_EXPRESSION "ALL SKIPPED"
    ENVIRONMENT "FLOWBOT_SOURCE=${CMAKE_SOURCE_DIR};ASAN_OPTIONS=detect_stack_use_after_return=1;UBSAN_OPTIONS=print_stacktrace=1")
endfunction()
