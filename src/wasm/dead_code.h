// SPDX-License-Identifier: Apache-2.0
//
// Functions that nothing can call any more, as when exports have gone.
#pragma once

#include <cstddef>

#include "support/result.h"
#include "wasm/module.h"

namespace taipan::wasm {

/// Takes the bodies of functions that neither exports nor the start function, element segments, globals and
/// tables lead to; numbers stay. Returns how many bytes of code that saves. REQUIRES: a valid module.
Result<size_t> dropDeadCode(Module& module);

}  // namespace taipan::wasm
