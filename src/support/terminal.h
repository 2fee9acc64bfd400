// SPDX-License-Identifier: Apache-2.0
//
// What a descriptor is connected to.
#pragma once

namespace taipan {

bool isTerminal(int descriptor);

/// Columns of the terminal, 80 where it does not say.
int terminalWidth(int descriptor);

}  // namespace taipan
