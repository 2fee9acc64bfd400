// SPDX-License-Identifier: Apache-2.0
// Only in an interpreter that records a profile: at its end the compiler's counters are written, one file for
// each process, to the folder that TAIPAN_RECORD_PROFILE names. cpython/tools/record_profile.py reads them.
// LLVM has no profile runtime for WebAssembly.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

extern "C" {

// wasm-ld gathers sections of one name and marks their ends.
extern const char __start___llvm_prf_data[], __stop___llvm_prf_data[];
extern const char __start___llvm_prf_cnts[], __stop___llvm_prf_cnts[];
extern const char __start___llvm_prf_names[], __stop___llvm_prf_names[];

// What instrumented code refers to. The sections tell all that is registered here.
extern int __llvm_profile_runtime;
int __llvm_profile_runtime = 0;
void __llvm_profile_register_function(void*) {}
void __llvm_profile_register_names_function(void*, uint64_t) {}

}  // extern "C"

namespace {

/// The section's address and size, 32 bits each, and its bytes.
bool write_section(FILE* file, const char* start, const char* stop) {
    const size_t size = static_cast<size_t>(stop - start);
    const uint32_t head[] = {static_cast<uint32_t>(reinterpret_cast<uintptr_t>(start)),
                             static_cast<uint32_t>(size)};
    return fwrite(head, sizeof head, 1, file) == 1 && fwrite(start, 1, size, file) == size;
}

__attribute__((destructor)) void write_profile() {
    const char* folder = getenv("TAIPAN_RECORD_PROFILE");
    if (folder == nullptr) {
        return;
    }
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    char name[1024];
    snprintf(name, sizeof name, "%s/%lld-%09ld.counters", folder, static_cast<long long>(now.tv_sec),
             now.tv_nsec);
    FILE* file = fopen(name, "wb");
    const bool written = file != nullptr &&
                         write_section(file, __start___llvm_prf_data, __stop___llvm_prf_data) &&
                         write_section(file, __start___llvm_prf_cnts, __stop___llvm_prf_cnts) &&
                         write_section(file, __start___llvm_prf_names, __stop___llvm_prf_names);
    if (!written || fclose(file) != 0) {
        perror(name);
        _Exit(1);
    }
}

}  // namespace
