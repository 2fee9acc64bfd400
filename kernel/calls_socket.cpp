// SPDX-License-Identifier: Apache-2.0
//
// The calls of sockets, for both kinds.
#include <algorithm>

#include "kernel/calls.h"
#include "kernel/codec.h"
#include "kernel/datagram_socket.h"
#include "kernel/kept_file.h"
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
    kDoNotRoute = 5,
    kBroadcast = 6,
    kSendBuffer = 7,
    kReceiveBuffer = 8,
    kKeepAlive = 9,
    kOutOfBandInline = 10,
    kSendPriority = 12,
    kLinger = 13,
    kReusePort = 15,
    kAcceptsConnections = 30,
    kProtocol = 38,
    kDomain = 39,
};

/// The two options of datagrams that receivers may see, in either family.
struct ControlOptions {
    uint32_t level;
    uint32_t hop_limit;
    uint32_t sent_hop_limit;
    uint32_t receives_hop_limit;
    uint32_t traffic_class;
    uint32_t receives_traffic_class;
};
constexpr ControlOptions kInetOptions{
    .level = 0,  // SOL_IP
    .hop_limit = 2,
    .sent_hop_limit = 2,
    .receives_hop_limit = 12,
    .traffic_class = 1,
    .receives_traffic_class = 13,
};
constexpr ControlOptions kInet6Options{
    .level = 41,  // SOL_IPV6
    .hop_limit = 52,
    .sent_hop_limit = 16,
    .receives_hop_limit = 51,
    .traffic_class = 67,
    .receives_traffic_class = 66,
};
constexpr int64_t kHopLimit = 64;

const ControlOptions& controlOptions(Family family) {
    return family == Family::Inet ? kInetOptions : kInet6Options;
}

/// A number that was set, or else what stands for one that was not.
int64_t numberOr(std::optional<int64_t> number, int64_t otherwise) {
    return number && *number >= 0 ? *number : otherwise;
}

Result<void> addNumbers(const DatagramSocket& socket, const std::vector<ControlNumber>& numbers,
                        DatagramExtras& extras) {
    constexpr int64_t kLargest = 255;
    const ControlOptions& options = controlOptions(socket.family());
    extras.hop_limit = numberOr(socket.options.find(options.level, options.sent_hop_limit), kHopLimit);
    extras.traffic_class = numberOr(socket.options.find(options.level, options.traffic_class), 0);
    for (const ControlNumber& number : numbers) {
        // As Linux: what is for another protocol is none of this one's business.
        if (number.level != options.level)
            continue;
        if (number.value < -1 || number.value > kLargest)
            return fail(Errno::Invalid);
        if (number.type == options.hop_limit)
            extras.hop_limit = numberOr(number.value, extras.hop_limit);
        else if (number.type == options.traffic_class)
            extras.traffic_class = numberOr(number.value, extras.traffic_class);
        else
            return fail(Errno::Invalid);
    }
    return {};
}

std::vector<ControlNumber> wantedNumbers(const DatagramSocket& socket, const DatagramExtras& extras) {
    std::vector<ControlNumber> numbers;
    if (socket.family() == Family::Unix)
        return numbers;
    const ControlOptions& options = controlOptions(socket.family());
    const auto add = [&](uint32_t wanted, uint32_t type, int64_t value) {
        if (socket.options.get(options.level, wanted) != 0)
            numbers.push_back({options.level, type, static_cast<int32_t>(value)});
    };
    add(options.receives_hop_limit, options.hop_limit, extras.hop_limit);
    add(options.receives_traffic_class, options.traffic_class, extras.traffic_class);
    return numbers;
}

/// What a message carries becomes the receiver's, as far as there is room for it.
Ancillary takeRights(const Context& context, const RightsRef& rights, size_t room) {
    Ancillary ancillary;
    if (rights == nullptr)
        return ancillary;
    for (const FileRef& file : rights->files()) {
        const Result<Descriptor> added =
            ancillary.received.size() < room ? context.addDescriptor(file, kCloseOnExec) : fail(Errno::Again);
        if (!added) {
            ancillary.truncated = true;
            break;
        }
        ancillary.received.push_back({*added, file->kind(), file->status});
    }
    return ancillary;
}

/// The reply to Receive: what stands in front of the data, and the data.
Answer received(const Receive& request, int64_t value, const Address& from, const Ancillary& ancillary,
                Slice data) {
    if (!request.want_address && !request.rights)
        return Answer{.value = value, .data = std::move(data)};
    Encoder all;
    if (request.want_address)
        all.put(from);
    if (request.rights)
        all.put(ancillary);
    const auto prefix = static_cast<int64_t>(all.size());
    all.put(data);
    return Answer{.value = value, .second = prefix, .data = all.take()};
}

Outcome receiveStream(const Context& context, const std::shared_ptr<StreamSocket>& socket,
                      const Receive& request, bool wait) {
    const size_t count = std::min<size_t>(request.count, context.system.limits.read);
    const bool peek = (request.flags & kPeek) != 0;
    if ((request.flags & kWaitAll) != 0 && wait && !peek && socket->mayFill(count))
        return context.waitOn(socket->queue);
    RightsRef rights;
    Result<Slice> data = socket->receive(count, peek, &rights);
    if (!data && data.error() == Errno::Again && wait)
        return context.waitOn(socket->queue);
    if (!data)
        return fail(data.error());
    const auto size = static_cast<int64_t>(data->size());
    return received(request, size, {}, takeRights(context, rights, request.rights.value_or(0)),
                    std::move(*data));
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
    Ancillary ancillary = takeRights(context, message->extras.rights, request.rights.value_or(0));
    ancillary.numbers = wantedNumbers(*socket, message->extras);
    return received(request, size, message->from, ancillary, std::move(data));
}

/// The files that are to go with a message, as its descriptors meant them when the call came.
Result<void> gatherRights(const Context& context, Family family, const Send& request) {
    // As Linux has it: SCM_MAX_FD.
    constexpr size_t kMost = 253;
    if (request.rights.empty() || context.call.rights != nullptr || context.call.progress > 0)
        return {};
    if (request.rights.size() > kMost)
        return fail(Errno::Invalid);
    std::vector<FileRef> files;
    for (const Descriptor descriptor : request.rights)
        files.push_back(KERNEL_TRY(context.process.descriptors.get(descriptor)));
    // Other families carry none.
    if (family != Family::Unix)
        return {};
    if (!context.system.transit.hasRoom(files.size()))
        return fail(Errno::TooManyReferences);
    context.call.rights = std::make_shared<Rights>(context.system.transit, std::move(files));
    return {};
}

Outcome sendDatagram(const Context& context, const std::shared_ptr<DatagramSocket>& socket, Send& request,
                     bool wait) {
    DatagramExtras extras{.rights = context.call.rights};
    if (socket->family() != Family::Unix)
        KERNEL_CHECK(addNumbers(*socket, request.numbers, extras));
    const Result<size_t> sent = socket->send(request.data, request.to, extras);
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
    KERNEL_CHECK(gatherRights(context, familyOf(socket), request));
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

Outcome handle(Context& context, PassFile& request) {
    System& system = context.system;
    Call& call = context.call;
    if (call.files.empty()) {
        // Nothing is kept that could not be given.
        if (!context.process.descriptors.hasRoom(1))
            return fail(Errno::ProcessFiles);
        FileRef lock;
        if (request.lock)
            lock = KERNEL_TRY(context.process.descriptors.get(*request.lock));
        if (lock != nullptr && lock->kind() != FileKind::Lockable)
            return fail(Errno::Invalid);
        const auto file =
            KERNEL_TRY(system.make<KeptFile>(std::move(request.note), std::move(lock), system.actions));
        call.files.push_back(file);
        if (request.handle) {
            file->ask();
            system.undecided[++system.last_kept] = file;
            system.actions.emplace_back(KeepFile{system.last_kept, *request.handle, request.flags});
        }
    }
    const auto file = as<KeptFile>(call.files.front());
    if (file->undecided())
        return context.waitOn(file->queue);
    if (file->error() != Errno::None)
        return fail(file->error());
    return KERNEL_TRY(context.addDescriptor(file, kCloseOnExec)).value;
}

Outcome handle(Context& context, TakeFile& request) {
    const auto file = KERNEL_TRY(context.fileAs<KeptFile>(request.descriptor, Errno::Invalid));
    Answer answer{.value = -1, .second = -1, .data = file->note()};
    if (file->handle())
        answer.value = file->handle()->value;
    if (file->lock() != nullptr)
        answer.second = KERNEL_TRY(context.addDescriptor(file->lock(), kCloseOnExec)).value;
    return answer;
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
        case kDoNotRoute:
        case kOutOfBandInline:
        case kSendPriority:
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
        case kDoNotRoute:
        case kOutOfBandInline:
        case kSendPriority:
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
