// SPDX-License-Identifier: Apache-2.0
// Control messages of sendmsg and recvmsg: descriptors (SCM_RIGHTS), and the numbers that go with datagrams.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <vector>

#include "kernel/requests.h"

namespace taipan {

/// What is to be sent beside the bytes.
class SentControl {
  public:
    SentControl() = default;
    SentControl(const SentControl&) = delete;
    SentControl& operator=(const SentControl&) = delete;
    ~SentControl();
    /// False with errno for what makes no sense, or cannot be sent.
    bool read(const msghdr& message);

    std::vector<kernel::Descriptor> rights;
    std::vector<kernel::ControlNumber> numbers;

  private:
    bool addDescriptors(const uint8_t* data, size_t size);
    bool addDescriptor(int descriptor);

    // Those of the kernel's that stand for other open files, and are for the length of the call only.
    std::vector<kernel::Descriptor> passed_;
};

/// How many descriptors there is room for.
uint32_t rightsRoom(const msghdr& message);

/// Writes what has come, as far as there is room, and how much that was. `flags` are recvmsg's.
void writeControl(const kernel::Ancillary& ancillary, int flags, msghdr* message);

}  // namespace taipan
