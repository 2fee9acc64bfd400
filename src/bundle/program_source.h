// SPDX-License-Identifier: Apache-2.0
//
// The C source that ties a program to the interpreter: its frozen modules and the extension modules that it
// uses.
#pragma once

#include <span>
#include <string>

#include "bundle/module_graph.h"

namespace taipan::bundle {

/// What runtime/bundle_main.cpp and CPython's import.c look for.
std::string programSource(std::span<const FrozenModule> modules, const std::string& main_file);

}  // namespace taipan::bundle
