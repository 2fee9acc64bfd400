// SPDX-License-Identifier: Apache-2.0
//
// Whether a module may be instantiated: the specification's validation, for everything that the reader can
// read.
#pragma once

#include "support/result.h"
#include "wasm/module.h"

namespace taipan::wasm {

/// Fails with the first thing that is wrong, and where it stands.
Result<void> validate(const Module& module);

}  // namespace taipan::wasm
