// SPDX-License-Identifier: Apache-2.0
//
// A client is connected as soon as the listener's backlog has room, before anybody accepts.
#include "kernel/stream_socket.h"

#include <algorithm>
#include <utility>

namespace taipan::kernel {

StreamSocket::StreamSocket(FileCount& count, Network& network, Family family, uint32_t flags, size_t buffer)
    : OpenFile(kKind, count, (flags & kNonBlocking) | kReadWrite),
      network_(network),
      family_(family),
      buffer_(buffer) {
    local_.family = peer_.family = family;
}

StreamSocket::~StreamSocket() {
    leaveNetwork();
    closeChannels();
    turnAway();
}

void StreamSocket::turnAway() {
    for (const Pending& pending : std::exchange(pending_, {})) {
        pending.in->reset();
        pending.in->closeReader();
        pending.out->closeWriter();
    }
    for (const auto& waiting : std::exchange(waiting_, {})) {
        if (const auto client = waiting.lock())
            client->refuse();
    }
}

void StreamSocket::leaveNetwork() {
    if (std::exchange(bound_, false))
        network_.release(SocketType::Stream, local_);
}

void StreamSocket::closeChannels() {
    if (in_ == nullptr)
        return;
    in_->setReader(nullptr);
    in_->closeReader();
    out_->setWriter(nullptr);
    out_->closeWriter();
}

Errno StreamSocket::takeError() {
    if (out_ != nullptr && out_->takeReset()) {
        knows_end_ = true;
        return Errno::ConnectionReset;
    }
    return std::exchange(error_, Errno::None);
}

uint32_t StreamSocket::events() {
    const uint32_t error = failed() ? kError | kReadable | kWritable | kHangUp : 0U;
    if (state_ == State::Listening)
        return pending_.empty() ? 0U : kReadable;
    if (state_ == State::Connecting)
        return error;
    if (state_ == State::Fresh)
        return error | kWritable | kHangUp;
    const bool over = in_->writerClosed() || in_->readerClosed();
    const bool mute = out_->writerClosed() || out_->readerClosed();
    return error | (in_->readable() ? kReadable : 0U) | (out_->writable() ? kWritable : 0U) |
           (over ? kPeerClosed : 0U) | (over && mute ? kHangUp : 0U);
}

std::vector<const Rights*> StreamSocket::arriving() const {
    std::vector<const Rights*> list;
    if (in_ != nullptr)
        in_->listRights(list);
    for (const Pending& pending : pending_)
        pending.in->listRights(list);
    return list;
}

Result<Slice> StreamSocket::receive(size_t count, bool peek, RightsRef* rights) {
    // What came before the connection broke is still read.
    if (failed() && count > 0 && available() == 0)
        return fail(takeError());
    if (state_ == State::Connecting)
        return fail(Errno::Again);
    if (state_ != State::Connected)
        return fail(Errno::NotConnected);
    return in_->read(count, peek, rights);
}

bool StreamSocket::mayFill(size_t count) const {
    return state_ == State::Connected && !in_->hasRights() &&
           in_->size() < std::min(count, in_->capacity()) && !in_->writerClosed() && !in_->readerClosed();
}

Result<size_t> StreamSocket::write(Slice& data, bool /*whole*/) {
    RightsRef none;
    return send(data, none);
}

Result<size_t> StreamSocket::send(Slice& data, RightsRef& rights) {
    // As with Linux, who writes to a local socket is told of a broken pipe instead.
    if (failed() && (state_ != State::Connected || family_ != Family::Unix))
        return fail(takeError());
    if (state_ == State::Connecting)
        return fail(Errno::Again);
    if (state_ != State::Connected)
        return fail(Errno::NotConnected);
    // TCP learns that nobody reads any more from the answer to what it has sent.
    if (family_ != Family::Unix && out_->readerClosed() && !out_->writerClosed() && !knows_end_) {
        knows_end_ = !data.empty();
        return std::exchange(data, Slice()).size();
    }
    return out_->write(data, false, rights);
}

Result<void> StreamSocket::bind(const Address& address) {
    if (address.family != family_)
        return fail(Errno::FamilyNotSupported);
    if (bound_ || state_ != State::Fresh)
        return fail(Errno::Invalid);
    local_ = KERNEL_TRY(network_.claim(SocketType::Stream, address, shared_from_this()));
    bound_ = true;
    return {};
}

Result<void> StreamSocket::listen(int32_t backlog) {
    if (state_ != State::Fresh && state_ != State::Listening)
        return fail(Errno::Invalid);
    if (!bound_ && family_ == Family::Unix)
        return fail(Errno::Invalid);
    if (!bound_)
        KERNEL_CHECK(bind(Address{.family = family_}));
    constexpr int32_t kLargest = 4096;
    backlog_ = static_cast<size_t>(std::clamp(backlog, 1, kLargest));
    state_ = State::Listening;
    admitWaiting();
    return {};
}

Result<std::shared_ptr<StreamSocket>> StreamSocket::listenerAt(const Address& address) const {
    if (address.family != family_)
        return fail(Errno::FamilyNotSupported);
    const FileRef found = KERNEL_TRY(network_.find(SocketType::Stream, address));
    std::shared_ptr<StreamSocket> listener = as<StreamSocket>(found);
    if (listener == nullptr || listener->state_ != State::Listening)
        return fail(Errno::ConnectionRefused);
    return listener;
}

Result<void> StreamSocket::connect(const Address& address) {
    if (state_ == State::Connected)
        return fail(Errno::IsConnected);
    if (state_ == State::Connecting)
        return fail(Errno::Already);
    if (state_ == State::Listening)
        return fail(Errno::Invalid);
    if (failed())
        return fail(takeError());
    const auto listener = KERNEL_TRY(listenerAt(address));
    if (!bound_ && family_ != Family::Unix)
        KERNEL_CHECK(bind(loopback(family_)));
    if (listener->pending_.size() < listener->backlog_) {
        listener->establish(*this);
        return {};
    }
    if (family_ == Family::Unix && nonBlocking())
        return fail(Errno::Again);
    state_ = State::Connecting;
    std::erase_if(listener->waiting_, [](const auto& client) { return client.expired(); });
    listener->waiting_.push_back(std::static_pointer_cast<StreamSocket>(shared_from_this()));
    return fail(Errno::InProgress);
}

void StreamSocket::establish(StreamSocket& client) {
    const auto up = std::make_shared<Channel>(client.buffer_);
    const auto down = std::make_shared<Channel>(buffer_);
    Address here = local_;
    if (isWildcard(here))
        here.ip = loopback(family_).ip;
    pending_.push_back({up, down, here, client.local_});
    client.adopt({down, up, client.local_, here});
    client.queue.notify(kWritable);
    queue.notify(kReadable);
}

void StreamSocket::adopt(Pending pending) {
    in_ = std::move(pending.in);
    out_ = std::move(pending.out);
    in_->setReader(&queue);
    out_->setWriter(&queue);
    local_ = std::move(pending.local);
    peer_ = std::move(pending.peer);
    state_ = State::Connected;
}

void StreamSocket::admitWaiting() {
    while (!waiting_.empty() && pending_.size() < backlog_) {
        const auto client = waiting_.front().lock();
        waiting_.pop_front();
        if (client != nullptr)
            establish(*client);
    }
}

StreamSocket::Pending StreamSocket::takePending() {
    Pending first = std::move(pending_.front());
    pending_.pop_front();
    admitWaiting();
    return first;
}

void StreamSocket::refuse() {
    state_ = State::Fresh;
    error_ = Errno::ConnectionRefused;
    queue.notify(kAnyEvent);
}

void StreamSocket::pair(StreamSocket& one, StreamSocket& other) {
    const auto there = std::make_shared<Channel>(one.buffer_);
    const auto back = std::make_shared<Channel>(other.buffer_);
    one.adopt({back, there, one.local_, other.local_});
    other.adopt({there, back, other.local_, one.local_});
}

/// Whoever waits to accept hears that there is nobody to come.
void StreamSocket::stopListening() {
    state_ = State::Fresh;
    turnAway();
    queue.notify(kAnyEvent);
}

Result<void> StreamSocket::shutdown(Shutdown::How how) {
    if (how > Shutdown::How::Both)
        return fail(Errno::Invalid);
    if (state_ == State::Listening) {
        if (how != Shutdown::How::Writing)
            stopListening();
        return {};
    }
    if (state_ != State::Connected)
        return fail(Errno::NotConnected);
    if (how != Shutdown::How::Writing)
        in_->stopReader();
    if (how != Shutdown::How::Reading)
        out_->closeWriter();
    queue.notify(kAnyEvent);
    return {};
}

void StreamSocket::setSendBuffer(size_t size) {
    buffer_ = size;
    if (out_ != nullptr)
        out_->setCapacity(size);
}

}  // namespace taipan::kernel
