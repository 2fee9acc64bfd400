# SPDX-License-Identifier: Apache-2.0
# xz: liblzma by its own CMake build, without programs, threads and translations.
set(BUILD_SHARED_LIBS OFF)
set(BUILD_TESTING OFF)
foreach(option XZ_NLS XZ_DOC XZ_DOXYGEN XZ_TOOL_XZ XZ_TOOL_XZDEC XZ_TOOL_LZMADEC XZ_TOOL_LZMAINFO XZ_TOOL_SCRIPTS)
  set(${option} OFF CACHE BOOL "" FORCE)
endforeach()
set(XZ_THREADS no CACHE STRING "" FORCE)

add_subdirectory("${XZ_SOURCE}" xz EXCLUDE_FROM_ALL)

add_custom_target(xz_library ALL DEPENDS liblzma)
install(FILES "$<TARGET_FILE:liblzma>" TYPE LIB)
install(DIRECTORY "${XZ_SOURCE}/src/liblzma/api/" TYPE INCLUDE FILES_MATCHING PATTERN "*.h")
