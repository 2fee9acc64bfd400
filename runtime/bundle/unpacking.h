// SPDX-License-Identifier: Apache-2.0
// The memory of a snapshot lies in the module without its zeros (src/wasm/packed_memory.h).
#pragma once

// Puts it where it belongs. Before anything else: until then there is no static data, not even constants.
void unpackSnapshot();
