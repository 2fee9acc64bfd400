// SPDX-License-Identifier: Apache-2.0
//
// An instance's state written back into its module, so that new instances start where it stood: memory as
// data segments, globals as their initial values. Tables have no way back, so they must not have changed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/result.h"
#include "wasm/module.h"

namespace taipan::wasm {

struct InstanceState {
    std::vector<uint8_t> memory;    ///< whole pages
    std::vector<uint64_t> globals;  ///< the bits of the mutable ones, in the order of mutableGlobals()
};

/// The module's own globals that can change, by index.
std::vector<uint32_t> mutableGlobals(const Module& module);

/// Exports these globals as PREFIX0, PREFIX1, … and returns the names' number. The names live in the module.
void exportMutableGlobals(Module& module, std::string_view prefix);

/// Takes out exports whose names begin so.
void removeExports(Module& module, std::string_view prefix);

/// Fails if the module has another shape than one memory of its own and numbers in its globals, or
/// instructions that change tables.
Result<void> putState(Module& module, InstanceState state);

/// Where packed memory waits to be unpacked.
struct PackedPlace {
    uint32_t start = 0;  ///< of memory that is not otherwise used then
    uint32_t size = 0;
    uint32_t descriptor = 0;  ///< the variable that says what is where (runtime/bundle/unpacking.cpp)
};

/// The same with the memory as packMemory() leaves it: the module's own code has to unpack it first of all.
/// If it does not fit into its place it is left as it is, and there is nothing to unpack.
Result<void> putPackedState(Module& module, InstanceState state, const PackedPlace& place);

}  // namespace taipan::wasm
