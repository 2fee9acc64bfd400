// SPDX-License-Identifier: Apache-2.0
#include "addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>

#include "kernel/codec.h"

namespace taipan {

namespace {

using kernel::Address;
using kernel::Family;

constexpr size_t kInetSize = 4;

std::optional<Address> refused(int error) {
    errno = error;
    return std::nullopt;
}

std::optional<Address> fromInet(const sockaddr* address, socklen_t size) {
    if (size < sizeof(sockaddr_in))
        return refused(EINVAL);
    sockaddr_in inet;
    memcpy(&inet, address, sizeof inet);
    Address result{.family = Family::Inet, .port = ntohs(inet.sin_port)};
    memcpy(result.ip.data(), &inet.sin_addr, kInetSize);
    return result;
}

std::optional<Address> fromInet6(const sockaddr* address, socklen_t size) {
    if (size < sizeof(sockaddr_in6))
        return refused(EINVAL);
    sockaddr_in6 inet;
    memcpy(&inet, address, sizeof inet);
    Address result{.family = Family::Inet6, .port = ntohs(inet.sin6_port)};
    memcpy(result.ip.data(), &inet.sin6_addr, result.ip.size());
    return result;
}

std::optional<Address> fromUnix(const sockaddr* address, socklen_t size) {
    constexpr size_t kStart = offsetof(sockaddr_un, sun_path);
    if (size < kStart || size > sizeof(sockaddr_un))
        return refused(EINVAL);
    std::string_view name(reinterpret_cast<const char*>(address) + kStart, size - kStart);
    // A name that begins with a zero is in no folder, and ends where the address does.
    if (!name.starts_with('\0'))
        name = name.substr(0, name.find('\0'));
    Address result{.family = Family::Unix, .path = std::string(name)};
    if (!name.empty() && name.front() != '\0' && name.front() != '/') {
        std::array<char, PATH_MAX> folder{};
        if (getcwd(folder.data(), folder.size()) == nullptr)
            return std::nullopt;
        result.path = std::string(folder.data()) + "/" + result.path;
    }
    return result;
}

template <class T>
void writeAs(const T& address, size_t length, sockaddr* place, socklen_t* size) {
    memcpy(place, &address, std::min<size_t>(*size, length));
    *size = static_cast<socklen_t>(length);
}

}  // namespace

std::optional<Address> kernelAddress(const sockaddr* address, socklen_t size) {
    if (address == nullptr || size < sizeof(sa_family_t))
        return refused(EINVAL);
    switch (address->sa_family) {
        case AF_INET:
            return fromInet(address, size);
        case AF_INET6:
            return fromInet6(address, size);
        case AF_UNIX:
            return fromUnix(address, size);
        default:
            return refused(EAFNOSUPPORT);
    }
}

void writeAddress(const Address& address, sockaddr* place, socklen_t* size) {
    if (place == nullptr || size == nullptr)
        return;
    switch (address.family) {
        case Family::Inet: {
            sockaddr_in inet{};
            inet.sin_family = AF_INET;
            inet.sin_port = htons(address.port);
            memcpy(&inet.sin_addr, address.ip.data(), kInetSize);
            return writeAs(inet, sizeof inet, place, size);
        }
        case Family::Inet6: {
            sockaddr_in6 inet{};
            inet.sin6_family = AF_INET6;
            inet.sin6_port = htons(address.port);
            memcpy(&inet.sin6_addr, address.ip.data(), address.ip.size());
            return writeAs(inet, sizeof inet, place, size);
        }
        default: {
            sockaddr_un named{};
            named.sun_family = AF_UNIX;
            const size_t length = std::min(address.path.size(), sizeof named.sun_path);
            memcpy(named.sun_path, address.path.data(), length);
            // Names in folders end with a zero; there need not be room for it.
            const bool ends = length > 0 && address.path.front() != '\0' && length < sizeof named.sun_path;
            return writeAs(named, offsetof(sockaddr_un, sun_path) + length + (ends ? 1 : 0), place, size);
        }
    }
}

Address takeAddress(std::span<const uint8_t> data) {
    kernel::Decoder decoder{kernel::Slice(kernel::Bytes(data.begin(), data.end()))};
    Address address;
    decoder.take(address);
    return decoder.failed() ? Address{.family = Family::Unix} : address;
}

}  // namespace taipan
