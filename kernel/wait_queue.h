// SPDX-License-Identifier: Apache-2.0
//
// Who wants to hear of a thing's changes. Either side may go first: each forgets the other.
#pragma once

#include <cstdint>
#include <vector>

namespace taipan::kernel {

/// What poll tells of a thing, in the numbers of poll and epoll.
enum Events : uint32_t {
    kReadable = 0x1,
    kPriority = 0x2,
    kWritable = 0x4,
    kError = 0x8,
    kHangUp = 0x10,
    kNotOpen = 0x20,
    kPeerClosed = 0x2000,
    kAnyEvent = 0xffff'ffff,
};

class WaitQueue;

class Listener {
  public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() { leaveAll(); }
    /// May note and pass on, but neither join nor leave.
    virtual void changed(uint32_t events) = 0;

    /// Once is enough: joining again changes nothing, so that who came first stays first.
    void join(WaitQueue& queue);
    void leaveAll();

  private:
    friend class WaitQueue;
    std::vector<WaitQueue*> queues_;
};

class WaitQueue {
  public:
    WaitQueue() = default;
    WaitQueue(const WaitQueue&) = delete;
    WaitQueue& operator=(const WaitQueue&) = delete;
    ~WaitQueue();
    /// Tells all, in the order they came.
    void notify(uint32_t events);
    bool idle() const { return listeners_.empty(); }

  private:
    friend class Listener;
    std::vector<Listener*> listeners_;
};

}  // namespace taipan::kernel
