// SPDX-License-Identifier: Apache-2.0
//
// What a machine may bring along instead of what we would fetch: environment variables and a Node on PATH.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "provision/file_facts.h"
#include "support/environment.h"
#include "support/result.h"

namespace taipan::provision {

inline constexpr int kOldestNode = 25;

/// The Node to use that the machine brings: $TAIPAN_NODE (an error if that is too old), or one on PATH that
/// is new enough, or none.
Result<std::optional<std::filesystem::path>> machineNode(const Environment& environment, FileFacts& facts);

/// "v26.1.0" -> 26.
std::optional<int> nodeMajor(std::string_view version);

/// The folder that the variable (TAIPAN_CPYTHON_SOURCE, EMSDK, WASI_SDK_PATH) names, or none if it is unset;
/// an error if `expected`, a file relative to it, is not there.
Result<std::optional<std::filesystem::path>> folderOverride(const Environment& environment,
                                                            std::string_view variable,
                                                            const std::filesystem::path& expected);

}  // namespace taipan::provision
