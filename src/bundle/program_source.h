// SPDX-License-Identifier: Apache-2.0
//
// The C source that ties a program to the interpreter: its frozen modules and the extension modules that it
// uses.
#pragma once

#include <span>
#include <string>

#include "bundle/module_graph.h"
#include "bundle/program_files.h"

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
/// Embeds each module's code, and each file as kFilePrefix and its number, which lie beside the source.
std::string programSource(const ProgramGraph& graph, std::span<const ProgramFile> files, int optimize);

inline constexpr std::string_view kFilePrefix = "file";

}  // namespace taipan::bundle
