// SPDX-License-Identifier: Apache-2.0
//
// Structs as bytes by their `fields()`: numbers little endian in their own width, a bool one byte, texts and
// lists a u32 count and their elements, an optional a bool and the value. A Slice is all that is left, and so
// stands last.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernel/byte_queue.h"
#include "kernel/ids.h"

namespace taipan::kernel {

template <class T>
concept HasFields = requires { T::fields(); };

class Encoder {
  public:
    template <std::integral T>
    void put(T value) {
        for (size_t at = 0; at < sizeof(T); ++at)
            bytes_.push_back(static_cast<uint8_t>(static_cast<std::make_unsigned_t<T>>(value) >> (8 * at)));
    }
    void put(bool value) { bytes_.push_back(value ? 1 : 0); }
    template <class T>
        requires std::is_enum_v<T>
    void put(T value) {
        put(std::to_underlying(value));
    }
    template <class Tag, class Number>
    void put(Id<Tag, Number> id) {
        put(id.value);
    }
    void put(const std::string& text) {
        put(static_cast<uint32_t>(text.size()));
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }
    template <size_t N>
    void put(const std::array<uint8_t, N>& bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    template <class T>
    void put(const std::vector<T>& list) {
        put(static_cast<uint32_t>(list.size()));
        for (const T& element : list)
            put(element);
    }
    template <class T>
    void put(const std::optional<T>& optional) {
        put(optional.has_value());
        if (optional)
            put(*optional);
    }
    void put(const Slice& rest) { bytes_.insert(bytes_.end(), rest.view().begin(), rest.view().end()); }
    template <HasFields T>
    void put(const T& value) {
        std::apply([&](auto... field) { (put(value.*field), ...); }, T::fields());
    }

    size_t size() const { return bytes_.size(); }
    void reserve(size_t size) { bytes_.reserve(size); }
    Bytes take() { return std::move(bytes_); }

  private:
    Bytes bytes_;
};

template <class T>
Bytes encode(const T& value) {
    Encoder encoder;
    encoder.put(value);
    return encoder.take();
}

/// After the first failure every value is empty, and failed() stays.
class Decoder {
  public:
    explicit Decoder(Slice message) : message_(std::move(message)) {}

    template <std::integral T>
    void take(T& value) {
        std::make_unsigned_t<T> bits = 0;
        if (const Slice part = cut(sizeof(T)); !part.empty()) {
            for (size_t at = 0; at < sizeof(T); ++at)
                bits |= static_cast<std::make_unsigned_t<T>>(
                    static_cast<std::make_unsigned_t<T>>(part.view()[at]) << (8 * at));
        }
        value = static_cast<T>(bits);
    }
    void take(bool& value) {
        uint8_t byte = 0;
        take(byte);
        failed_ = failed_ || byte > 1;
        value = byte == 1;
    }
    template <class T>
        requires std::is_enum_v<T>
    void take(T& value) {
        std::underlying_type_t<T> number{};
        take(number);
        value = static_cast<T>(number);
    }
    template <class Tag, class Number>
    void take(Id<Tag, Number>& id) {
        take(id.value);
    }
    void take(std::string& text) { text = cut(count()).text(); }
    template <size_t N>
    void take(std::array<uint8_t, N>& bytes) {
        const Slice part = cut(N);
        std::ranges::copy(part.view(), bytes.begin());
    }
    template <class T>
    void take(std::vector<T>& list) {
        for (uint32_t left = count(); left > 0 && !failed_; --left)
            take(list.emplace_back());
    }
    template <class T>
    void take(std::optional<T>& optional) {
        bool there = false;
        take(there);
        if (there)
            take(optional.emplace());
    }
    void take(Slice& rest) { rest = std::exchange(message_, Slice()); }
    template <HasFields T>
    void take(T& value) {
        std::apply([&](auto... field) { (take(value.*field), ...); }, T::fields());
    }

    bool failed() const { return failed_; }
    /// Nothing failed and nothing is left.
    bool done() const { return !failed_ && message_.empty(); }

  private:
    /// Each element takes a byte at least, so no count is larger than what is left.
    uint32_t count() {
        uint32_t number = 0;
        take(number);
        if (number > message_.size()) {
            failed_ = true;
            return 0;
        }
        return number;
    }
    Slice cut(size_t size) {
        if (failed_ || size > message_.size()) {
            failed_ = true;
            return {};
        }
        return message_.takeFront(size);
    }

    Slice message_;
    bool failed_ = false;
};

template <class T>
std::optional<T> decode(Slice message) {
    Decoder decoder(std::move(message));
    T value;
    decoder.take(value);
    return decoder.done() ? std::optional(std::move(value)) : std::nullopt;
}

}  // namespace taipan::kernel
