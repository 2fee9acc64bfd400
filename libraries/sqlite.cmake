# SPDX-License-Identifier: Apache-2.0
# SQLite from its amalgamation (sqlite3.c, made with tclsh from the upstream tree beforehand).
add_library(sqlite3 STATIC "${SQLITE_SOURCE}/sqlite3.c")
target_compile_definitions(
  sqlite3
  PRIVATE SQLITE_OMIT_LOAD_EXTENSION
          SQLITE_OMIT_WAL # needs shared memory between processes, which there is not
          SQLITE_ENABLE_FTS4
          SQLITE_ENABLE_FTS5
          SQLITE_ENABLE_RTREE
          SQLITE_ENABLE_MATH_FUNCTIONS
          SQLITE_ENABLE_COLUMN_METADATA
          HAVE_LOCALTIME_R)

if(TAIPAN_TARGET_FLAGS MATCHES "--target=wasm32-wasi")
  target_compile_definitions(
    sqlite3
    PRIVATE SQLITE_THREADSAFE=0 # there are none
            SQLITE_TEMP_STORE=3) # temporary tables and sorts stay in memory: their files need fchmod(), which WASI has not
else()
  # Other threads run while one waits for a lock of a file. Between tries it sleeps, and not for whole seconds.
  target_compile_definitions(sqlite3 PRIVATE SQLITE_THREADSAFE=1 HAVE_USLEEP)
endif()

install(TARGETS sqlite3)
install(FILES "${SQLITE_SOURCE}/sqlite3.h" "${SQLITE_SOURCE}/sqlite3ext.h" TYPE INCLUDE)
