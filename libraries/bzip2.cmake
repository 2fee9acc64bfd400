# SPDX-License-Identifier: Apache-2.0
# bzip2: the library without its command line programs.
set(bzip2_names blocksort bzlib compress crctable decompress huffman randtable)
list(TRANSFORM bzip2_names PREPEND "${BZIP2_SOURCE}/" OUTPUT_VARIABLE bzip2_sources)
list(TRANSFORM bzip2_sources APPEND ".c")

add_library(bz2 STATIC ${bzip2_sources})
target_compile_definitions(bz2 PRIVATE _FILE_OFFSET_BITS=64)

install(TARGETS bz2)
install(FILES "${BZIP2_SOURCE}/bzlib.h" TYPE INCLUDE)
