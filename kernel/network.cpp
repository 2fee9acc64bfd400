// SPDX-License-Identifier: Apache-2.0
//
// Addresses outside of this machine are refused in one place, find().
#include "kernel/network.h"

#include <algorithm>

namespace taipan::kernel {

namespace {

constexpr uint16_t kFirstPort = 49152;

Address withIp(Address address, const Address& other) {
    address.ip = other.ip;
    return address;
}

}  // namespace

bool isWildcard(const Address& address) {
    return address.family != Family::Unix &&
           std::ranges::all_of(address.ip, [](uint8_t byte) { return byte == 0; });
}

bool isLoopback(const Address& address) {
    if (address.family == Family::Inet)
        return address.ip[0] == 127;
    return address.ip == loopback(Family::Inet6).ip;
}

Address loopback(Family family) {
    Address address{.family = family};
    if (family == Family::Inet) {
        address.ip[0] = 127;
        address.ip[3] = 1;
    } else {
        address.ip[15] = 1;
    }
    return address;
}

bool Network::taken(SocketType type, const Address& address) const {
    if (bound_.contains({type, address}))
        return true;
    if (address.family == Family::Unix)
        return false;
    return std::ranges::any_of(bound_, [&](const auto& entry) {
        const Address& other = entry.first.second;
        return entry.first.first == type && other.family == address.family && other.port == address.port &&
               (isWildcard(other) || isWildcard(address));
    });
}

Result<uint16_t> Network::freePort(SocketType type, Address address) {
    for (int tries = 0; tries <= 0xffff - kFirstPort; ++tries) {
        last_port_ = last_port_ == 0xffff ? kFirstPort : static_cast<uint16_t>(last_port_ + 1);
        address.port = last_port_;
        if (!taken(type, address))
            return last_port_;
    }
    return fail(Errno::AddressInUse);
}

Result<Address> Network::claim(SocketType type, Address address, const FileRef& socket) {
    if (address.family != Family::Unix) {
        if (!isWildcard(address) && !isLoopback(address))
            return fail(Errno::AddressNotAvailable);
        if (address.port == 0)
            address.port = KERNEL_TRY(freePort(type, address));
    }
    if (taken(type, address))
        return fail(Errno::AddressInUse);
    bound_.emplace(Key{type, address}, socket);
    return address;
}

void Network::release(SocketType type, const Address& address) {
    bound_.erase({type, address});
}

Result<FileRef> Network::find(SocketType type, const Address& address) const {
    if (address.family != Family::Unix && !isLoopback(address) && !isWildcard(address))
        return fail(Errno::NetworkUnreachable);  // Here is where the host's network would begin.
    const Address here = isWildcard(address) ? withIp(address, loopback(address.family)) : address;
    auto found = bound_.find({type, here});
    if (found == bound_.end() && address.family != Family::Unix)
        found = bound_.find({type, withIp(address, Address{})});
    FileRef socket = found == bound_.end() ? nullptr : found->second.lock();
    if (socket == nullptr)
        return fail(Errno::ConnectionRefused);
    return socket;
}

}  // namespace taipan::kernel
