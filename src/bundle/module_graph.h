// SPDX-License-Identifier: Apache-2.0
//
// What a program can import, frozen: the C++ side of cpython/tools/module_graph.py.
#pragma once

#include <filesystem>
#include <vector>

#include "bundle/bundle.h"
#include "support/process.h"

namespace taipan::bundle {

struct FrozenModule {
    ModuleRow row;
    std::filesystem::path code;  ///< marshalled; empty if there is none to add
    bool is_package = false;
};

/// Fails as Python does on a syntax error, and with one line on anything else.
Result<std::vector<FrozenModule>> findModules(const Request& request, const interpreter::BundleTools& tools,
                                              const ProcessRunner& runner,
                                              const std::filesystem::path& folder);

}  // namespace taipan::bundle
