// SPDX-License-Identifier: Apache-2.0
//
// The calls of sockets, for both kinds.
#include <algorithm>

#include "kernel/calls.h"
#include "kernel/codec.h"
#include "kernel/datagram_socket.h"
#include "kernel/stream_socket.h"

namespace taipan::kernel {

namespace {

/// One of the two is null.
struct Socket {
    std::shared_ptr<StreamSocket> stream;
    std::shared_ptr<DatagramSocket> datagram;
};

StoredOptions& optionsOf(const Socket& socket) {
    return socket.stream ? socket.stream->options : socket.datagram->options;
}

Family familyOf(const Socket& socket) {
    return socket.stream ? socket.stream->family() : socket.datagram->family();
}

/// IPPROTO_TCP, IPPROTO_UDP, or none for sockets that have no protocol.
int64_t protocolOf(const Socket& socket) {
    constexpr int64_t kTcp = 6;
    constexpr int64_t kUdp = 17;
    if (familyOf(socket) == Family::Unix)
        return 0;
    return socket.stream ? kTcp : kUdp;
}

Result<Socket> socketOf(const Context& context, Descriptor descriptor) {
    const FileRef file = KERNEL_TRY(context.file(descriptor));
    Socket socket{as<StreamSocket>(file), as<DatagramSocket>(file)};
    if (socket.stream == nullptr && socket.datagram == nullptr)
        return fail(Errno::NotSocket);
    return socket;
}

Result<std::shared_ptr<StreamSocket>> streamOf(const Context& context, Descriptor descriptor) {
    const Socket socket = KERNEL_TRY(socketOf(context, descriptor));
    if (socket.stream == nullptr)
        return fail(Errno::NotSupported);
    return socket.stream;
}

Result<FileRef> makeSocket(System& system, Family family, SocketType type, uint32_t flags) {
    const size_t buffer = system.limits.socket_buffer;
    if (type == SocketType::Stream)
        return KERNEL_TRY(system.make<StreamSocket>(system.network, family, flags, buffer));
    if (type == SocketType::Datagram)
        return KERNEL_TRY(system.make<DatagramSocket>(system.network, family, flags, buffer));
    return fail(Errno::WrongProtocolType);
}

Outcome named(const Address& address) {
    return Answer{.data = encode(address)};
}

// Of Linux.
constexpr uint32_t kSocketLevel = 1;
enum SocketOption : uint32_t {
    kReuseAddress = 2,
    kSocketType = 3,
    kSocketError = 4,
    kBroadcast = 6,
    kSendBuffer = 7,
    kReceiveBuffer = 8,
    kKeepAlive = 9,
    kLinger = 13,
    kReusePort = 15,
    kAcceptsConnections = 30,
    kProtocol = 38,
    kDomain = 39,
};

Outcome receiveStream(const Context& context, const std::shared_ptr<StreamSocket>& socket,
                      const Receive& request, bool wait) {
    const size_t count = std::min<size_t>(request.count, context.system.limits.read);
    const bool peek = (request.flags & kPeek) != 0;
    if ((request.flags & kWaitAll) != 0 && wait && !peek && socket->mayFill(count))
        return context.waitOn(socket->queue);
    Result<Slice> data = socket->receive(count, peek);
    if (!data && data.error() == Errno::Again && wait)
        return context.waitOn(socket->queue);
    if (!data)
        return fail(data.error());
    const auto size = static_cast<int64_t>(data->size());
    if (!request.want_address)
        return Answer{.value = size, .data = std::move(*data)};
    Encoder all;
    all.put(Address{});
    const auto prefix = static_cast<int64_t>(all.size());
    all.put(*data);
    return Answer{.value = size, .second = prefix, .data = all.take()};
}

Outcome receiveDatagram(const Context& context, const std::shared_ptr<DatagramSocket>& socket,
                        const Receive& request, bool wait) {
    Result<DatagramSocket::Datagram> message = socket->receive((request.flags & kPeek) != 0);
    if (!message && message.error() == Errno::Again && wait)
        return context.waitOn(socket->queue);
    if (!message)
        return fail(message.error());
    const size_t whole = message->data.size();
    Slice data = message->data.takeFront(std::min<size_t>(request.count, whole));
    const auto size = static_cast<int64_t>((request.flags & kTruncate) != 0 ? whole : data.size());
    if (!request.want_address)
        return Answer{.value = size, .data = std::move(data)};
    Encoder all;
    all.put(message->from);
    const auto prefix = static_cast<int64_t>(all.size());
    all.put(data);
    return Answer{.value = size, .second = prefix, .data = all.take()};
}

Outcome sendDatagram(const Context& context, const std::shared_ptr<DatagramSocket>& socket, Send& request,
                     bool wait) {
    const Result<size_t> sent = socket->send(request.data, request.to);
    if (sent)
        return static_cast<int64_t>(*sent);
    if (sent.error() == Errno::Again && wait)
        return context.waitOn(socket->queue);
    return fail(sent.error());
}

}  // namespace

Outcome handle(Context& context, MakeSocket& request) {
    if (request.family != Family::Unix && request.family != Family::Inet && request.family != Family::Inet6)
        return fail(Errno::FamilyNotSupported);
    FileRef socket = KERNEL_TRY(makeSocket(context.system, request.family, request.type, request.flags));
    return KERNEL_TRY(context.addDescriptor(std::move(socket), request.flags)).value;
}

Outcome handle(Context& context, MakeSocketPair& request) {
    FileRef one = KERNEL_TRY(makeSocket(context.system, Family::Unix, request.type, request.flags));
    FileRef other = KERNEL_TRY(makeSocket(context.system, Family::Unix, request.type, request.flags));
    if (request.type == SocketType::Stream)
        StreamSocket::pair(*as<StreamSocket>(one), *as<StreamSocket>(other));
    else
        DatagramSocket::pair(as<DatagramSocket>(one), as<DatagramSocket>(other));
    return addTwo(context, std::move(one), std::move(other), request.flags);
}

Outcome handle(Context& context, Bind& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    if (request.address.family == Family::Unix && request.address.path.empty())
        return fail(Errno::Invalid);
    KERNEL_CHECK(socket.stream ? socket.stream->bind(request.address)
                               : socket.datagram->bind(request.address));
    return Outcome::done();
}

Outcome handle(Context& context, Listen& request) {
    const auto socket = KERNEL_TRY(streamOf(context, request.descriptor));
    KERNEL_CHECK(socket->listen(request.backlog));
    return Outcome::done();
}

Outcome handle(Context& context, Accept& request) {
    const auto listener = KERNEL_TRY(streamOf(context, request.descriptor));
    if (listener->state() != StreamSocket::State::Listening)
        return fail(Errno::Invalid);
    if (!listener->hasPending())
        return context.blocking(listener) ? context.waitOn(listener->queue) : Outcome(fail(Errno::Again));
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    const auto socket = KERNEL_TRY(context.system.make<StreamSocket>(
        context.system.network, listener->family(), request.flags, listener->buffer()));
    socket->adopt(listener->takePending());
    const Descriptor descriptor = KERNEL_TRY(context.addDescriptor(socket, request.flags));
    return Answer{.value = descriptor.value, .data = encode(socket->peer())};
}

Outcome handle(Context& context, Connect& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    if (socket.datagram != nullptr) {
        KERNEL_CHECK(socket.datagram->connect(request.address));
        return Outcome::done();
    }
    StreamSocket& stream = *socket.stream;
    // Tried again after having waited, there is only the end to tell.
    const bool first = context.call.progress++ == 0;
    if (!first && stream.state() == StreamSocket::State::Connected)
        return Outcome::done();
    if (!first && stream.state() != StreamSocket::State::Connecting)
        return fail(stream.takeError());
    const Result<void> connected = first ? stream.connect(request.address) : fail(Errno::InProgress);
    if (connected) {
        // Linux is never done at once with these, and programs are made for it.
        const bool later = request.address.family != Family::Unix && !context.blocking(socket.stream);
        return later ? Outcome(fail(Errno::InProgress)) : Outcome::done();
    }
    const bool waits = connected.error() == Errno::InProgress || connected.error() == Errno::Already;
    return waits && context.blocking(socket.stream) ? context.waitOn(stream.queue)
                                                    : Outcome(fail(connected.error()));
}

Outcome handle(Context& context, Send& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    const FileRef file = KERNEL_TRY(context.file(request.descriptor));
    const bool wait = context.blocking(file) && (request.flags & kDontWait) == 0;
    if (socket.datagram != nullptr)
        return sendDatagram(context, socket.datagram, request, wait);
    if (request.to)
        return fail(Errno::IsConnected);
    return writeAll(context, file, request.data, wait, (request.flags & kNoSignal) == 0);
}

Outcome handle(Context& context, Receive& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    const FileRef file = KERNEL_TRY(context.file(request.descriptor));
    const bool wait = context.blocking(file) && (request.flags & kDontWait) == 0;
    return socket.stream ? receiveStream(context, socket.stream, request, wait)
                         : receiveDatagram(context, socket.datagram, request, wait);
}

Outcome handle(Context& context, Shutdown& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    if (request.how > Shutdown::How::Both)
        return fail(Errno::Invalid);
    if (socket.stream != nullptr) {
        KERNEL_CHECK(socket.stream->shutdown(request.how));
        return Outcome::done();
    }
    if (!socket.datagram->connected())
        return fail(Errno::NotConnected);
    socket.datagram->shutdown(request.how != Shutdown::How::Writing, request.how != Shutdown::How::Reading);
    return Outcome::done();
}

Outcome handle(Context& context, GetSocketName& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    return named(socket.stream ? socket.stream->local() : socket.datagram->local());
}

Outcome handle(Context& context, GetPeerName& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    const bool connected = socket.stream ? socket.stream->state() == StreamSocket::State::Connected
                                         : socket.datagram->connected();
    if (!connected)
        return fail(Errno::NotConnected);
    return named(socket.stream ? socket.stream->peer() : socket.datagram->peer());
}

Outcome handle(Context& context, GetOption& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    if (request.level != kSocketLevel)
        return optionsOf(socket).get(request.level, request.option);
    switch (request.option) {
        case kSocketType:
            return static_cast<int64_t>(socket.stream ? SocketType::Stream : SocketType::Datagram);
        case kSocketError:
            return socket.stream ? static_cast<int64_t>(socket.stream->takeError()) : 0;
        case kDomain:
            return static_cast<int64_t>(familyOf(socket));
        case kProtocol:
            return protocolOf(socket);
        case kSendBuffer:
        case kReceiveBuffer:
            return static_cast<int64_t>(socket.stream ? socket.stream->buffer() : socket.datagram->buffer());
        case kAcceptsConnections:
            return socket.stream && socket.stream->state() == StreamSocket::State::Listening ? 1 : 0;
        case kReuseAddress:
        case kBroadcast:
        case kKeepAlive:
        case kLinger:
        case kReusePort:
            return optionsOf(socket).get(request.level, request.option);
        default:
            return fail(Errno::NoProtocolOption);
    }
}

Outcome handle(Context& context, SetOption& request) {
    const Socket socket = KERNEL_TRY(socketOf(context, request.descriptor));
    if (request.level != kSocketLevel) {
        optionsOf(socket).set(request.level, request.option, request.value);
        return Outcome::done();
    }
    constexpr int64_t kSmallest = 4096;
    constexpr int64_t kLargest = int64_t{4} << 20;
    const auto size = static_cast<size_t>(std::clamp(request.value, kSmallest, kLargest));
    switch (request.option) {
        case kSendBuffer:
            if (socket.stream != nullptr)
                socket.stream->setSendBuffer(size);
            return Outcome::done();
        case kReceiveBuffer:
            if (socket.datagram != nullptr)
                socket.datagram->setBuffer(size);
            return Outcome::done();
        case kReuseAddress:
        case kBroadcast:
        case kKeepAlive:
        case kLinger:
        case kReusePort:
            optionsOf(socket).set(request.level, request.option, request.value);
            return Outcome::done();
        default:
            return fail(Errno::NoProtocolOption);
    }
}

}  // namespace taipan::kernel
