# SPDX-License-Identifier: Apache-2.0
# zlib: the whole library, gzip file functions included.
set(zlib_names
    adler32 compress crc32 deflate gzclose gzlib gzread gzwrite infback inffast inflate inftrees trees uncompr zutil)
list(TRANSFORM zlib_names PREPEND "${ZLIB_SOURCE}/" OUTPUT_VARIABLE zlib_sources)
list(TRANSFORM zlib_sources APPEND ".c")

add_library(z STATIC ${zlib_sources})
target_compile_definitions(z PRIVATE HAVE_UNISTD_H)

install(TARGETS z)
install(FILES "${ZLIB_SOURCE}/zlib.h" "${ZLIB_SOURCE}/zconf.h" TYPE INCLUDE)
