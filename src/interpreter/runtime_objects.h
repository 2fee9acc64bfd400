// SPDX-License-Identifier: Apache-2.0
//
// Files of runtime/ compiled for a platform, against the CPython that they will be linked with.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"

namespace taipan::interpreter {

inline constexpr const char* kRuntime = "runtime";
/// Headers of C that a platform's library does not have.
inline constexpr const char* kRuntimeHeaders = "runtime/include";
/// Its requests are made there.
inline constexpr const char* kKernel = "kernel";

/// The object file, in `folder`.
/// REQUIRES: the step needs the CPython, the libraries and the toolchain of the platform.
Result<std::string> compileRuntimeSource(provision::StepContext& context, Platform platform,
                                         std::string_view source, const std::filesystem::path& folder);

}  // namespace taipan::interpreter
