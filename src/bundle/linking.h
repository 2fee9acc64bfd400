// SPDX-License-Identifier: Apache-2.0
//
// The program's own object linked with the kit (src/interpreter/bundle_kit.cpp).
#pragma once

#include <span>
#include <string>

#include "bundle/module_graph.h"
#include "bundle/program_files.h"
#include "bundle/workplace.h"

namespace taipan::bundle {

/// What wasm-ld says of the link, a file of the workplace.
inline constexpr std::string_view kLinkMap = "link.map";

/// Returns the name of the linked file in the workplace.
Result<std::string> link(const Workplace& place, const ProgramGraph& graph,
                         std::span<const ProgramFile> files, int optimize);

}  // namespace taipan::bundle
