// SPDX-License-Identifier: Apache-2.0
//
// Where a socket is to be found.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <tuple>

namespace taipan::kernel {

/// In the numbers of the interpreter's C library.
enum class Family : uint16_t { None = 0, Unix = 1, Inet = 2, Inet6 = 10 };
enum class SocketType : uint16_t { None = 0, Stream = 1, Datagram = 2 };

/// `ip` holds 4 bytes of an Inet address or 16 of an Inet6 one; `path` is a Unix socket's name.
struct Address {
    Family family = Family::None;
    uint16_t port = 0;
    std::array<uint8_t, 16> ip{};
    std::string path{};

    static constexpr auto fields() {
        return std::tuple{&Address::family, &Address::port, &Address::ip, &Address::path};
    }
    friend auto operator<=>(const Address&, const Address&) = default;
};

}  // namespace taipan::kernel
