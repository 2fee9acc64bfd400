// SPDX-License-Identifier: Apache-2.0
// How deep the interpreter may recurse in C (see the patch "recursion-limit-of-the-host").
#include <Python.h>

#include <algorithm>

#include "host_imports.h"
#include "threads/thread.h"

namespace {

// Measured with deep calls and deep deallocations of every kind, in V8's baseline code: the most that a level
// of one unit takes is 520 bytes, the end of a closure in a closure.
constexpr int kBytesPerUnit = 576;

// For what runs at the limit: building the exception, and the host's own frames.
constexpr int kReserve = 64 * 1024;

// The same for C's stack in memory, where the compiler takes most.
constexpr int kMemoryPerUnit = 1640;

}  // namespace

extern "C" int _Py_HostRecursionLimit() {
    const int host_units = (taipan_stack_size() - kReserve) / kBytesPerUnit;
    const int memory = static_cast<int>(taipan::stackSizeOf(taipan::currentThread()));
    const int units = std::min(host_units, (memory - kReserve) / kMemoryPerUnit);
    return std::clamp(units, 0, Py_C_RECURSION_LIMIT);
}
