// SPDX-License-Identifier: Apache-2.0
#include "changes.h"

#include <algorithm>
#include <cstring>

namespace taipan {

namespace {

/// What is compared at once, as mostly all of it is the same.
constexpr size_t kPage = 4096;

size_t firstDifference(std::span<const uint8_t> one, std::span<const uint8_t> other, size_t at) {
    while (at < one.size()) {
        const size_t size = std::min(one.size() - at, kPage);
        if (!areSame(one.subspan(at, size), other.subspan(at, size)))
            break;
        at += size;
    }
    while (at < one.size() && one[at] == other[at])
        ++at;
    return at;
}

}  // namespace

bool areSame(std::span<const uint8_t> one, std::span<const uint8_t> other) {
    uint64_t differences = 0;
    size_t at = 0;
    for (; at + sizeof(uint64_t) <= one.size(); at += sizeof(uint64_t)) {
        uint64_t left = 0;
        uint64_t right = 0;
        std::memcpy(&left, one.data() + at, sizeof(left));
        std::memcpy(&right, other.data() + at, sizeof(right));
        differences |= left ^ right;
    }
    for (; at < one.size(); ++at)
        differences |= one[at] ^ other[at];
    return differences == 0;
}

Change nextChange(std::span<const uint8_t> bytes, std::span<const uint8_t> known, size_t from, size_t limit) {
    const size_t start = firstDifference(bytes, known, from);
    const size_t most = std::min(bytes.size(), start + limit);
    size_t end = start;
    while (end < most && bytes[end] != known[end])
        ++end;
    return {start, end - start};
}

}  // namespace taipan
