// SPDX-License-Identifier: Apache-2.0
// Sockets, for Emscripten: all of them are the kernel's. What leads out of this machine it refuses.
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "../kernel_client.h"
#include "addresses.h"
#include "ancillary.h"
#include "kernel/codec.h"

namespace kernel = taipan::kernel;
using taipan::askKernel;
using taipan::callKernel;
using taipan::KernelAnswer;
using taipan::resultOf;

namespace {

// The longest address on the wire: a family, a port, 16 bytes, and a name with its length.
constexpr size_t kAddressRoom = 256;
// A descriptor that has come, and all else of control messages.
constexpr size_t kRightRoom = 9;
constexpr size_t kControlRoom = 64;
constexpr int kTypeFlags = SOCK_CLOEXEC | SOCK_NONBLOCK;

using AddressBytes = std::array<uint8_t, kAddressRoom>;

// Negative with errno.
int handleOf(int descriptor) {
    const int handle = taipan::kernelHandle(descriptor);
    if (handle < 0)
        errno = fcntl(descriptor, F_GETFD) < 0 ? EBADF : ENOTSOCK;
    return handle;
}

// In the numbers of open(2), with what a program that is started must not get.
uint32_t kernelFlags(int flags) {
    return O_RDWR | O_CLOEXEC | ((flags & SOCK_NONBLOCK) != 0 ? O_NONBLOCK : 0U);
}

int openFlags(int flags) {
    return O_RDWR | ((flags & SOCK_CLOEXEC) != 0 ? O_CLOEXEC : 0) |
           ((flags & SOCK_NONBLOCK) != 0 ? O_NONBLOCK : 0);
}

int openSocket(int64_t handle, int flags) {
    return taipan::openKernelDescriptor(handle, openFlags(flags), S_IFSOCK);
}

bool isInFolder(const kernel::Address& address) {
    return address.family == kernel::Family::Unix && !address.path.empty() && address.path.front() != '\0';
}

// A socket in a folder is an entry there: who looks finds it, and who removes it frees the name. It is a file
// with a text by which the host knows it for a socket (web/common/socket-entries.ts). False with errno.
constexpr std::string_view kSocketEntry = "taipan: a socket of a running program\n";

bool enterName(const kernel::Address& address) {
    if (!isInFolder(address))
        return true;
    const int entry = open(address.path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0777);
    if (entry >= 0)
        return write(entry, kSocketEntry.data(), kSocketEntry.size()) >= 0 && close(entry) == 0;
    if (errno == EEXIST)
        errno = EADDRINUSE;
    return false;
}

size_t totalOf(const msghdr& message) {
    size_t total = 0;
    for (int i = 0; i < static_cast<int>(message.msg_iovlen); ++i)
        total += message.msg_iov[i].iov_len;
    return total;
}

ssize_t sendBytes(int descriptor, uint32_t flags, const sockaddr* to, socklen_t to_size, const iovec* parts,
                  int count, const taipan::SentControl& control = {}) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    kernel::Send request{{handle}, flags, {}, {}, control.rights, control.numbers};
    if (to != nullptr && to_size > 0) {
        request.to = taipan::kernelAddress(to, to_size);
        if (!request.to)
            return -1;
    }
    kernel::Bytes message = kernel::encodeOne({}, request);
    for (int i = 0; i < count; ++i) {
        const auto* const bytes = static_cast<const uint8_t*>(parts[i].iov_base);
        message.insert(message.end(), bytes, bytes + parts[i].iov_len);
    }
    return static_cast<ssize_t>(resultOf(taipan::askKernelBytes(message, {}, taipan::kBySignal).answer));
}

struct Received {
    ssize_t size = -1;
    // How long the datagram was.
    size_t whole = 0;
    kernel::Ancillary ancillary{};
};

// What stands in front of the data.
kernel::Ancillary takeAncillary(std::span<const uint8_t> prefix, bool has_address) {
    kernel::Decoder decoder{kernel::Slice(kernel::Bytes(prefix.begin(), prefix.end()))};
    kernel::Address address;
    kernel::Ancillary ancillary;
    if (has_address)
        decoder.take(address);
    decoder.take(ancillary);
    return decoder.done() ? ancillary : kernel::Ancillary{};
}

// `rights`: how many descriptors are taken, when ancillary data is.
Received receiveBytes(int descriptor, uint32_t flags, std::span<uint8_t> into, sockaddr* from,
                      socklen_t* from_size, std::optional<uint32_t> rights = {}) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return {};
    const bool wants_address = from != nullptr;
    const kernel::Receive request{{handle}, flags, static_cast<uint32_t>(into.size()), wants_address, rights};
    if (!wants_address && !rights) {
        const KernelAnswer answer = askKernel(request, into);
        return {static_cast<ssize_t>(resultOf(answer)), static_cast<size_t>(answer.value), {}};
    }
    const size_t control_room = rights ? kControlRoom + *rights * kRightRoom : 0;
    std::vector<uint8_t> data(into.size() + kAddressRoom + control_room);
    const KernelAnswer answer = askKernel(request, data);
    if (resultOf(answer) < 0)
        return {};
    const auto prefix_size = static_cast<size_t>(answer.second);
    const auto prefix = std::span<const uint8_t>(data).first(prefix_size);
    if (wants_address)
        taipan::writeAddress(taipan::takeAddress(prefix), from, from_size);
    const auto whole = static_cast<size_t>(answer.value);
    std::copy_n(data.begin() + static_cast<ptrdiff_t>(prefix_size), std::min(whole, into.size()),
                into.begin());
    return {static_cast<ssize_t>(whole), whole,
            rights ? takeAncillary(prefix, wants_address) : kernel::Ancillary{}};
}

template <class T>
int addressOf(int descriptor, sockaddr* place, socklen_t* size) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    AddressBytes bytes{};
    if (resultOf(askKernel(T{{handle}}, bytes)) < 0)
        return -1;
    taipan::writeAddress(taipan::takeAddress(bytes), place, size);
    return 0;
}

}  // namespace

extern "C" {

int socket(int family, int type, int protocol) {
    const int kind = type & ~kTypeFlags;
    const bool fits = protocol == 0 || (kind == SOCK_STREAM && protocol == IPPROTO_TCP) ||
                      (kind == SOCK_DGRAM && protocol == IPPROTO_UDP);
    if (!fits) {
        errno = EPROTONOSUPPORT;
        return -1;
    }
    const int64_t handle = resultOf(askKernel(kernel::MakeSocket{
        static_cast<kernel::Family>(family), static_cast<kernel::SocketType>(kind), kernelFlags(type)}));
    return handle < 0 ? -1 : openSocket(handle, type);
}

int socketpair(int family, int type, int protocol, int pair[2]) {
    if (family != AF_UNIX || protocol != 0) {
        errno = family != AF_UNIX ? EOPNOTSUPP : EPROTONOSUPPORT;
        return -1;
    }
    const KernelAnswer answer = askKernel(
        kernel::MakeSocketPair{static_cast<kernel::SocketType>(type & ~kTypeFlags), kernelFlags(type)});
    if (resultOf(answer) < 0)
        return -1;
    const int open_flags = openFlags(type);
    return taipan::openKernelPair(answer, {open_flags, open_flags}, S_IFSOCK, pair);
}

int bind(int descriptor, const sockaddr* address, socklen_t size) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    const std::optional<kernel::Address> named = taipan::kernelAddress(address, size);
    if (!named || !enterName(*named))
        return -1;
    const int result = callKernel(kernel::Bind{{handle}, *named});
    if (result < 0 && isInFolder(*named)) {
        const int error = errno;
        unlink(named->path.c_str());
        errno = error;
    }
    return result;
}

int listen(int descriptor, int backlog) {
    const int handle = handleOf(descriptor);
    return handle < 0 ? -1 : callKernel(kernel::Listen{{handle}, backlog});
}

int accept4(int descriptor, sockaddr* address, socklen_t* size, int flags) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    AddressBytes bytes{};
    const int64_t accepted = resultOf(askKernel(kernel::Accept{{handle}, kernelFlags(flags)}, bytes));
    if (accepted < 0)
        return -1;
    const int socket = openSocket(accepted, flags);
    if (socket >= 0)
        taipan::writeAddress(taipan::takeAddress(bytes), address, size);
    return socket;
}

int accept(int descriptor, sockaddr* address, socklen_t* size) {
    return accept4(descriptor, address, size, 0);
}

int connect(int descriptor, const sockaddr* address, socklen_t size) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    const std::optional<kernel::Address> peer = taipan::kernelAddress(address, size);
    if (!peer)
        return -1;
    if (isInFolder(*peer) && access(peer->path.c_str(), F_OK) != 0)
        return -1;
    return callKernel(kernel::Connect{{handle}, *peer});
}

int shutdown(int descriptor, int how) {
    const int handle = handleOf(descriptor);
    return handle < 0 ? -1 : callKernel(kernel::Shutdown{{handle}, static_cast<kernel::Shutdown::How>(how)});
}

int getsockname(int descriptor, sockaddr* address, socklen_t* size) {
    return addressOf<kernel::GetSocketName>(descriptor, address, size);
}

int getpeername(int descriptor, sockaddr* address, socklen_t* size) {
    return addressOf<kernel::GetPeerName>(descriptor, address, size);
}

int getsockopt(int descriptor, int level, int option, void* value, socklen_t* size) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    const int64_t result = resultOf(
        askKernel(kernel::GetOption{{handle}, static_cast<uint32_t>(level), static_cast<uint32_t>(option)}));
    if (result < 0)
        return -1;
    const auto number = static_cast<int>(result);
    *size = std::min<socklen_t>(*size, sizeof number);
    memcpy(value, &number, *size);
    return 0;
}

int setsockopt(int descriptor, int level, int option, const void* value, socklen_t size) {
    const int handle = handleOf(descriptor);
    if (handle < 0)
        return -1;
    int number = 0;
    memcpy(&number, value, std::min<size_t>(size, sizeof number));
    return callKernel(
        kernel::SetOption{{handle}, static_cast<uint32_t>(level), static_cast<uint32_t>(option), number});
}

ssize_t sendto(int descriptor, const void* data, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
    const iovec part{const_cast<void*>(data), size};
    return sendBytes(descriptor, static_cast<uint32_t>(flags), to, to_size, &part, 1);
}

ssize_t send(int descriptor, const void* data, size_t size, int flags) {
    return sendto(descriptor, data, size, flags, nullptr, 0);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    taipan::SentControl control;
    if (!control.read(*message))
        return -1;
    return sendBytes(descriptor, static_cast<uint32_t>(flags), static_cast<sockaddr*>(message->msg_name),
                     message->msg_namelen, message->msg_iov, static_cast<int>(message->msg_iovlen), control);
}

ssize_t recvfrom(int descriptor, void* data, size_t size, int flags, sockaddr* from, socklen_t* from_size) {
    return receiveBytes(descriptor, static_cast<uint32_t>(flags), {static_cast<uint8_t*>(data), size}, from,
                        from_size)
        .size;
}

ssize_t recv(int descriptor, void* data, size_t size, int flags) {
    return recvfrom(descriptor, data, size, flags, nullptr, nullptr);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    std::vector<uint8_t> data(totalOf(*message));
    auto* const from = static_cast<sockaddr*>(message->msg_name);
    const Received received =
        receiveBytes(descriptor, static_cast<uint32_t>(flags) | kernel::kTruncate, data, from,
                     from == nullptr ? nullptr : &message->msg_namelen, taipan::rightsRoom(*message));
    if (received.size < 0)
        return -1;
    message->msg_flags = (received.whole > data.size() ? MSG_TRUNC : 0) | (flags & MSG_CMSG_CLOEXEC);
    taipan::writeControl(received.ancillary, flags, message);
    size_t done = 0;
    const size_t there = std::min(received.whole, data.size());
    for (int i = 0; i < static_cast<int>(message->msg_iovlen) && done < there; ++i) {
        const iovec& part = message->msg_iov[i];
        const size_t count = std::min<size_t>(part.iov_len, there - done);
        memcpy(part.iov_base, data.data() + done, count);
        done += count;
    }
    return static_cast<ssize_t>((flags & MSG_TRUNC) != 0 ? received.whole : there);
}

}  // extern "C"
