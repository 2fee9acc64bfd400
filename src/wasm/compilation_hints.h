// SPDX-License-Identifier: Apache-2.0
//
// Tells engines which functions will be called first, so that they are compiled all at once: the custom
// section of the compilation hints proposal (metadata.code.compilation_priority), which others pass over.
#pragma once

#include <cstdint>
#include <span>

#include "wasm/module.h"

namespace taipan::wasm {

/// `functions`: own ones of the module, by their numbers; unknown ones are passed over.
void addCompilationHints(Module& module, std::span<const uint32_t> functions);

}  // namespace taipan::wasm
