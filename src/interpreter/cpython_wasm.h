// SPDX-License-Identifier: Apache-2.0
//
// What a compiled CPython consists of, for those who link it.
#pragma once

#include <array>
#include <string_view>

#include "interpreter/wasm_platform.h"
#include "support/environment.h"

namespace taipan::interpreter {

/// Archives, relative to CPython's build folder; in the step's output they lie in lib/.
inline constexpr auto kCpythonArchives = std::to_array<std::string_view>({
    "libpython3.13.a",
    "Modules/_hacl/libHacl_Hash_SHA2.a",
    "Modules/expat/libexpat.a",
    "Modules/_decimal/libmpdec/libmpdec.a",
});

/// Archives of the libraries step and of OpenSSL's, in an order the linker accepts.
inline constexpr auto kLibraryArchives =
    std::to_array<std::string_view>({"libsqlite3.a", "libz.a", "libbz2.a", "liblzma.a"});
inline constexpr auto kOpensslArchives = std::to_array<std::string_view>({"libssl.a", "libcrypto.a"});

/// What links CPython on WASI, behind the archives.
inline constexpr auto kWasiLinkFlags = std::to_array<std::string_view>(
    {"-ldl", "-lwasi-emulated-signal", "-lwasi-emulated-getpid", "-lwasi-emulated-process-clocks",
     "-lwasi-emulated-mman", "-Wl,-z,stack-size=8388608", "-Wl,--stack-first",
     "-Wl,--initial-memory=41943040", "-Wl,--strip-all"});

/// Names a folder: the WASI interpreter is then compiled with counters, which it writes there when it ends.
/// cpython/tools/record_profile.py makes the profile of them that all builds are optimized with.
inline constexpr const char* kRecordProfileVariable = "TAIPAN_RECORD_PROFILE";

bool recordsProfile(const Environment& environment, Platform platform);

#if defined(__x86_64__)
inline constexpr std::string_view kBuildMachine = "x86_64-pc-linux-gnu";
#else
inline constexpr std::string_view kBuildMachine = "aarch64-unknown-linux-gnu";
#endif

}  // namespace taipan::interpreter
