// SPDX-License-Identifier: Apache-2.0
//
// The C source that ties a program to the interpreter: its frozen modules and the extension modules that it
// uses.
#pragma once

#include <span>
#include <string>

#include "bundle/module_graph.h"

namespace taipan::bundle {

/// An extension module whose init function is not called PyInit_NAME.
struct InitFunction {
    std::string_view module;
    std::string_view function;  ///< empty: the module is there before any other
};

/// Such ones, all in the interpreter's core.
inline constexpr InitFunction kInitFunctions[] = {
    {"builtins", ""}, {"sys", ""}, {"marshal", "PyMarshal_Init"}, {"_warnings", "_PyWarnings_Init"}};

/// What runtime/bundle and CPython's import.c look for.
std::string programSource(const ProgramGraph& graph);

}  // namespace taipan::bundle
