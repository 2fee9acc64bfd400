# SPDX-License-Identifier: Apache-2.0
# libffi for wasm32. Upstream's tree has no generated configure script, so the two headers it would write are made here.
# Its backend, src/wasm32/ffi.c, is left out: runtime/ffi.cpp is linked into the interpreter in its place.
set(VERSION 3.4.8)
set(TARGET wasm32)
set(HAVE_LONG_DOUBLE 1)
set(FFI_EXEC_TRAMPOLINE_TABLE 0)
set(FFI_VERSION_STRING "3.4.8")
set(FFI_VERSION_NUMBER 30408)
configure_file("${LIBFFI_SOURCE}/include/ffi.h.in" libffi/ffi.h @ONLY)
configure_file("${LIBFFI_SOURCE}/src/wasm32/ffitarget.h" libffi/ffitarget.h COPYONLY)
file(
  WRITE "${CMAKE_CURRENT_BINARY_DIR}/libffi/fficonfig.h"
  "#define HAVE_LONG_DOUBLE 1
#define HAVE_ALLOCA_H 1
#define HAVE_MEMCPY 1
#define STDC_HEADERS 1
#define FFI_HIDDEN __attribute__((visibility(\"hidden\")))
")

add_library(
  ffi STATIC "${LIBFFI_SOURCE}/src/prep_cif.c" "${LIBFFI_SOURCE}/src/types.c" "${LIBFFI_SOURCE}/src/raw_api.c"
             "${LIBFFI_SOURCE}/src/tramp.c")
target_include_directories(ffi PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/libffi" "${LIBFFI_SOURCE}/include")

install(TARGETS ffi)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/libffi/ffi.h" "${CMAKE_CURRENT_BINARY_DIR}/libffi/ffitarget.h" TYPE INCLUDE)
