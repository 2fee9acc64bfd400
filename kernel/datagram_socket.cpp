// SPDX-License-Identifier: Apache-2.0
//
// Each receiver has one queue; senders find it by its address, each time.
#include "kernel/datagram_socket.h"

#include <algorithm>

namespace taipan::kernel {

DatagramSocket::DatagramSocket(FileCount& count, Network& network, Family family, uint32_t flags,
                               size_t buffer)
    : OpenFile(kKind, count, (flags & kNonBlocking) | kReadWrite),
      network_(network),
      family_(family),
      buffer_(buffer) {
    local_.family = family;
}

DatagramSocket::~DatagramSocket() {
    if (bound_)
        network_.release(SocketType::Datagram, local_);
    tellBlocked();
}

void DatagramSocket::addBlocked(const FileRef& sender) {
    std::erase_if(blocked_, [&](const auto& other) { return other.expired() || other.lock() == sender; });
    blocked_.push_back(sender);
}

void DatagramSocket::tellBlocked() {
    for (const auto& sender : std::exchange(blocked_, {})) {
        if (const FileRef file = sender.lock())
            file->queue.notify(kWritable);
    }
}

uint32_t DatagramSocket::events() {
    const uint32_t readable = !queue_.empty() || deaf_ ? kReadable : 0U;
    if (family_ != Family::Unix || !connected())
        return readable | kWritable;
    const auto receiver = target(std::nullopt);
    if (!receiver || !(*receiver)->full())
        return readable | kWritable;
    (*receiver)->addBlocked(shared_from_this());
    return readable;
}

Result<Slice> DatagramSocket::read(size_t count) {
    Slice data = KERNEL_TRY(receive(false)).data;
    return data.takeFront(std::min(count, data.size()));
}

std::vector<const Rights*> DatagramSocket::arriving() const {
    std::vector<const Rights*> list;
    for (const Datagram& one : queue_) {
        if (one.extras.rights != nullptr)
            list.push_back(one.extras.rights.get());
    }
    return list;
}

Result<DatagramSocket::Datagram> DatagramSocket::receive(bool peek) {
    if (queue_.empty())
        return deaf_ ? Result<Datagram>(Datagram{}) : fail(Errno::Again);
    if (peek)
        return queue_.front();
    Datagram first = std::move(queue_.front());
    queue_.pop_front();
    size_ -= first.data.size() + 1;
    tellBlocked();
    return first;
}

Result<std::shared_ptr<DatagramSocket>> DatagramSocket::target(const std::optional<Address>& to) const {
    if (partner_ && !to) {
        if (auto partner = partner_->lock())
            return partner;
        return fail(Errno::ConnectionRefused);
    }
    if (!to && !peer_)
        return fail(Errno::DestinationRequired);
    const Address& address = to ? *to : *peer_;
    if (address.family != family_)
        return fail(Errno::FamilyNotSupported);
    const FileRef found = KERNEL_TRY(network_.find(SocketType::Datagram, address));
    return std::static_pointer_cast<DatagramSocket>(found);
}

bool DatagramSocket::accepts(const DatagramSocket& sender) const {
    return !deaf_ && (!peer_ || *peer_ == sender.local_);
}

Result<size_t> DatagramSocket::write(Slice& data, bool /*whole*/) {
    return send(data, std::nullopt);
}

Result<size_t> DatagramSocket::send(Slice& data, const std::optional<Address>& to,
                                    const DatagramExtras& extras) {
    if (mute_)
        return fail(Errno::BrokenPipe);
    if (data.size() > kLargestDatagram)
        return fail(Errno::MessageSize);
    if (!bound_ && family_ != Family::Unix)
        KERNEL_CHECK(bind(loopback(family_)));
    const auto receiver = target(to);
    const size_t size = data.size();
    const bool reliable = family_ == Family::Unix;
    // UDP does not know whether anybody listens.
    if (!receiver && receiver.error() == Errno::ConnectionRefused && !reliable) {
        data = Slice();
        return size;
    }
    if (!receiver)
        return fail(receiver.error());
    DatagramSocket& other = **receiver;
    if (reliable && !other.accepts(*this))
        return fail(other.deaf_ ? Errno::BrokenPipe : Errno::NotPermitted);
    if (reliable && other.full()) {
        other.addBlocked(shared_from_this());
        return fail(Errno::Again);
    }
    Slice message = std::exchange(data, Slice());
    if (other.full() || !other.accepts(*this))
        return size;
    other.queue_.push_back({local_, std::move(message), extras});
    other.size_ += size + 1;
    other.queue.notify(kReadable);
    return size;
}

Result<void> DatagramSocket::bind(const Address& address) {
    if (address.family != family_)
        return fail(Errno::FamilyNotSupported);
    if (bound_)
        return fail(Errno::Invalid);
    local_ = KERNEL_TRY(network_.claim(SocketType::Datagram, address, shared_from_this()));
    bound_ = true;
    return {};
}

Result<void> DatagramSocket::connect(const Address& address) {
    if (address.family == Family::None) {
        peer_.reset();
        return {};
    }
    if (address.family != family_)
        return fail(Errno::FamilyNotSupported);
    const auto found = network_.find(SocketType::Datagram, address);
    if (!found && (family_ == Family::Unix || found.error() != Errno::ConnectionRefused))
        return fail(found.error());
    if (!bound_ && family_ != Family::Unix)
        KERNEL_CHECK(bind(loopback(family_)));
    peer_ = address;
    if (isWildcard(*peer_))
        peer_->ip = loopback(family_).ip;
    queue.notify(kWritable);
    // They may not be welcome any more.
    tellBlocked();
    return {};
}

void DatagramSocket::setBuffer(size_t size) {
    buffer_ = size;
    tellBlocked();
}

void DatagramSocket::pair(const std::shared_ptr<DatagramSocket>& one,
                          const std::shared_ptr<DatagramSocket>& other) {
    one->partner_ = other;
    other->partner_ = one;
}

void DatagramSocket::shutdown(bool reading, bool writing) {
    deaf_ = deaf_ || reading;
    mute_ = mute_ || writing;
    queue.notify(kAnyEvent);
    if (deaf_)
        tellBlocked();
}

}  // namespace taipan::kernel
