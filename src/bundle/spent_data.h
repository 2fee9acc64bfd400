// SPDX-License-Identifier: Apache-2.0
//
// What a snapshot has in its memory and nobody reads any more, found by the names that the linker gives it.
// The rest of that kind is cleared from inside (runtime/bundle/shedding.cpp).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace taipan::bundle {

enum class Documentation { Kept, Shed };

/// Clears it. `link_map` is what wasm-ld writes with --Map.
void clearSpentData(std::span<uint8_t> memory, std::string_view link_map, Documentation documentation);

}  // namespace taipan::bundle
