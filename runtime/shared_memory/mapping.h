// SPDX-License-Identifier: Apache-2.0
// This process's copy of a shared block of the kernel's (kernel/shared_block.h), or of a part of one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernel/requests.h"

namespace taipan::shared_memory {

class Mapping {
  public:
    /// Closes `block`, whose bytes from `offset` on `local` is a copy of: zeros, until refresh() is called.
    /// Nothing is sent of one that is only read.
    Mapping(kernel::Descriptor block, uint32_t offset, std::span<uint8_t> local, bool is_written);
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();

    uint8_t* start() const { return local_.data(); }

    /// False when there was not enough memory; it is not to be used then.
    bool isComplete() const { return known_ != nullptr; }

    /// Hands over what has changed here, byte by byte. `changes`, as the kernel counts those of all blocks,
    /// goes on with them while nobody else has changed anything; null when that is not to be.
    void publish(uint64_t* changes);
    /// Takes over what others have changed, unless it was changed here, too, and is still to be handed over.
    /// False when the kernel could not be asked.
    bool refresh();

  private:
    std::span<uint8_t> known() const { return {known_.get(), local_.size()}; }
    size_t collect(kernel::StoreBlock& request, kernel::Bytes& data, size_t from) const;
    void take(uint32_t offset, std::span<const uint8_t> bytes);
    void takePieces(std::span<const uint8_t> answer);

    const kernel::Descriptor block_;
    const uint32_t offset_;
    const std::span<uint8_t> local_;
    /// What the kernel has, as far as is known here.
    const std::unique_ptr<uint8_t[]> known_;  // NOLINT(modernize-avoid-c-arrays): a vector cannot fail
    uint64_t version_ = 0;
    const bool is_written_;
};

}  // namespace taipan::shared_memory
