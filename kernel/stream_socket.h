// SPDX-License-Identifier: Apache-2.0
//
// SOCK_STREAM, of all families: a connection is two channels.
#pragma once

#include <deque>
#include <optional>

#include "kernel/channel.h"
#include "kernel/network.h"
#include "kernel/requests.h"
#include "kernel/stored_options.h"

namespace taipan::kernel {

class StreamSocket final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Stream;

    //  Fresh -> Listening
    //    |
    //    +-> Connecting -> Connected
    enum class State : uint8_t { Fresh, Listening, Connecting, Connected };

    /// The far end of a connection that nobody has accepted yet.
    struct Pending {
        std::shared_ptr<Channel> in;
        std::shared_ptr<Channel> out;
        Address local;
        Address peer;
    };

    StreamSocket(FileCount& count, Network& network, Family family, uint32_t flags, size_t buffer);
    ~StreamSocket() override;

    uint32_t events() override;
    Result<Slice> read(size_t count) override { return receive(count, false); }
    Result<size_t> write(Slice& data, bool whole) override;
    size_t available() const override { return in_ == nullptr ? 0 : in_->size(); }
    std::vector<const Rights*> arriving() const override;

    Result<Slice> receive(size_t count, bool peek, RightsRef* rights = nullptr);
    /// A write with rights, as Channel's.
    Result<size_t> send(Slice& data, RightsRef& rights);
    /// Whether a read of `count` would have to take less, and more may still come.
    bool mayFill(size_t count) const;
    Result<void> bind(const Address& address);
    Result<void> listen(int32_t backlog);
    /// InProgress: it waits in the listener's queue; its own queue tells the end.
    Result<void> connect(const Address& address);
    bool hasPending() const { return !pending_.empty(); }
    /// The next to be accepted. REQUIRES: hasPending()
    Pending takePending();
    void adopt(Pending pending);
    static void pair(StreamSocket& one, StreamSocket& other);
    Result<void> shutdown(Shutdown::How how);
    void setSendBuffer(size_t size);

    State state() const { return state_; }
    Family family() const { return family_; }
    const Address& local() const { return local_; }
    const Address& peer() const { return peer_; }
    size_t buffer() const { return buffer_; }
    StoredOptions options;
    /// SO_ERROR: told once.
    Errno takeError();

  private:
    Result<std::shared_ptr<StreamSocket>> listenerAt(const Address& address) const;
    void establish(StreamSocket& client);
    void admitWaiting();
    void refuse();
    /// All who were not accepted.
    void turnAway();
    void stopListening();
    bool failed() const { return error_ != Errno::None || (out_ != nullptr && out_->wasReset()); }
    void leaveNetwork();
    void closeChannels();

    Network& network_;
    const Family family_;
    size_t buffer_;
    State state_ = State::Fresh;
    Errno error_ = Errno::None;
    Address local_;
    Address peer_;
    bool bound_ = false;
    /// Of the other side's end, over TCP.
    bool knows_end_ = false;
    std::shared_ptr<Channel> in_;
    std::shared_ptr<Channel> out_;
    size_t backlog_ = 0;
    std::deque<Pending> pending_;
    /// Clients for whom the backlog had no room.
    std::deque<std::weak_ptr<StreamSocket>> waiting_;
};

}  // namespace taipan::kernel
