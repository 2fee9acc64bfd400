// SPDX-License-Identifier: Apache-2.0
//
// Which socket is where. All of it is this machine: the loopback addresses, and names of Unix sockets.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "kernel/address.h"
#include "kernel/open_file.h"

namespace taipan::kernel {

class Network {
  public:
    /// Gives the address with a port of its own where none was asked for. A wildcard takes the port of all
    /// addresses.
    Result<Address> claim(SocketType type, Address address, const FileRef& socket);
    void release(SocketType type, const Address& address);
    /// Whoever is at the address; ConnectionRefused when nobody is, NetworkUnreachable outside of this
    /// machine.
    Result<FileRef> find(SocketType type, const Address& address) const;
    bool empty() const { return bound_.empty(); }

  private:
    using Key = std::pair<SocketType, Address>;
    bool taken(SocketType type, const Address& address) const;
    Result<uint16_t> freePort(SocketType type, Address address);

    std::map<Key, std::weak_ptr<OpenFile>> bound_;
    uint16_t last_port_ = 0xffff;
};

bool isWildcard(const Address& address);
bool isLoopback(const Address& address);
/// 127.0.0.1 or ::1, at port 0.
Address loopback(Family family);

}  // namespace taipan::kernel
