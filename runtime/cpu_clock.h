// SPDX-License-Identifier: Apache-2.0
// How long the program has computed.
#pragma once

namespace taipan {

/// Milliseconds.
double cpuNow();

}  // namespace taipan
