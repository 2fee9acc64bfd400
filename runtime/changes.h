// SPDX-License-Identifier: Apache-2.0
// Where a copy of some bytes is not any more as it was: what is to be written back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace taipan {

/// Whether both are the same. REQUIRES: both have the same size. The C library's memcmp goes byte by byte.
bool areSame(std::span<const uint8_t> one, std::span<const uint8_t> other);

struct Change {
    size_t start = 0;
    size_t size = 0;
};

/// The first bytes from `from` on that are not as they are known, up to `limit` of them; of size 0 when all
/// are. REQUIRES: both have the same size.
Change nextChange(std::span<const uint8_t> bytes, std::span<const uint8_t> known, size_t from, size_t limit);

}  // namespace taipan
