// SPDX-License-Identifier: Apache-2.0
//
// SOCK_DGRAM: whole messages, with their sender. What a full Inet socket is sent is lost; senders to a Unix
// one wait.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "kernel/network.h"
#include "kernel/rights.h"
#include "kernel/stored_options.h"

namespace taipan::kernel {

inline constexpr size_t kLargestDatagram = 65507;

/// What goes with the bytes.
struct DatagramExtras {
    RightsRef rights{};
    int64_t hop_limit = 0;
    int64_t traffic_class = 0;
};

class DatagramSocket final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Datagram;

    struct Datagram {
        Address from;
        Slice data;
        DatagramExtras extras;
    };

    DatagramSocket(FileCount& count, Network& network, Family family, uint32_t flags, size_t buffer);
    ~DatagramSocket() override;

    uint32_t events() override;
    Result<Slice> read(size_t count) override;
    Result<size_t> write(Slice& data, bool whole) override;
    size_t available() const override { return queue_.empty() ? 0 : queue_.front().data.size(); }
    std::vector<const Rights*> arriving() const override;

    Result<Datagram> receive(bool peek);
    Result<size_t> send(Slice& data, const std::optional<Address>& to, const DatagramExtras& extras = {});
    Result<void> bind(const Address& address);
    /// An address without a family ends the connection.
    Result<void> connect(const Address& address);
    static void pair(const std::shared_ptr<DatagramSocket>& one,
                     const std::shared_ptr<DatagramSocket>& other);
    void shutdown(bool reading, bool writing);

    Family family() const { return family_; }
    bool connected() const { return peer_.has_value() || partner_.has_value(); }
    const Address& local() const { return local_; }
    Address peer() const { return peer_.value_or(Address{.family = family_}); }
    size_t buffer() const { return buffer_; }
    StoredOptions options;
    void setBuffer(size_t size);

  private:
    Result<std::shared_ptr<DatagramSocket>> target(const std::optional<Address>& to) const;
    bool full() const { return size_ >= buffer_; }
    bool accepts(const DatagramSocket& sender) const;
    void addBlocked(const FileRef& sender);
    void tellBlocked();

    Network& network_;
    const Family family_;
    size_t buffer_;
    Address local_;
    bool bound_ = false;
    bool deaf_ = false;
    bool mute_ = false;
    std::optional<Address> peer_;
    /// Of socketpair, which has no address.
    std::optional<std::weak_ptr<DatagramSocket>> partner_;
    std::deque<Datagram> queue_;
    size_t size_ = 0;
    /// Who found this socket full, to be told when it is not.
    std::vector<std::weak_ptr<OpenFile>> blocked_;
};

}  // namespace taipan::kernel
