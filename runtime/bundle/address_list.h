// SPDX-License-Identifier: Apache-2.0
// A list of addresses that is small: it becomes part of a compiled program. Kept are the differences of
// words, seven bits a byte, so that addresses in ascending order take a byte or two each.
#pragma once

#include <Python.h>
#include <stdint.h>

class AddressList {
  public:
    // False when there is no memory. REQUIRES: `address` is that of a word.
    bool add(const void* address) {
        if (!reserve(kLongest))
            return false;
        const auto number = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(address)) / kWord;
        uint32_t difference = number - last_;
        last_ = number;
        for (; difference >= kContinues; difference >>= kBits)
            bytes_[size_++] = static_cast<uint8_t>(difference | kContinues);
        bytes_[size_++] = static_cast<uint8_t>(difference);
        return true;
    }

    // Calls visit(pointer) for each.
    template <typename Visit>
    void forEach(Visit visit) const {
        uint32_t number = 0;
        for (size_t at = 0; at < size_;) {
            uint32_t difference = 0;
            unsigned shift = 0;
            for (; (bytes_[at] & kContinues) != 0; shift += kBits)
                difference |= static_cast<uint32_t>(bytes_[at++] & (kContinues - 1)) << shift;
            difference |= static_cast<uint32_t>(bytes_[at++]) << shift;
            number += difference;
            visit(reinterpret_cast<char*>(static_cast<uintptr_t>(number) * kWord));
        }
    }

  private:
    static constexpr uint32_t kWord = sizeof(void*);
    static constexpr uint32_t kContinues = 0x80;
    static constexpr unsigned kBits = 7;
    static constexpr size_t kLongest = 5;

    bool reserve(size_t more) {
        if (size_ + more <= capacity_)
            return true;
        const size_t wanted = capacity_ == 0 ? 4096 : capacity_ * 2;
        void* const grown = PyMem_RawRealloc(bytes_, wanted);
        if (grown == nullptr)
            return false;
        bytes_ = static_cast<uint8_t*>(grown);
        capacity_ = wanted;
        return true;
    }

    uint8_t* bytes_ = nullptr;
    size_t size_ = 0;
    size_t capacity_ = 0;
    uint32_t last_ = 0;
};
