// SPDX-License-Identifier: Apache-2.0
//
// Numbers that name things, each a type of its own, so that a pid can never be taken for a descriptor.
#pragma once

#include <compare>
#include <cstdint>

namespace taipan::kernel {

template <class Tag, class NumberType>
struct Id {
    using Number = NumberType;
    Number value{};
    friend constexpr auto operator<=>(const Id&, const Id&) = default;
};

using Pid = Id<struct PidTag, int32_t>;
using Descriptor = Id<struct DescriptorTag, int32_t>;
/// Chosen by the process; its reply carries it back.
using Ticket = Id<struct TicketTag, uint32_t>;
/// A file or stream of the host, by the number the host gave it.
using OutsideHandle = Id<struct OutsideHandleTag, uint32_t>;
using CallId = Id<struct CallIdTag, uint64_t>;

/// Nanoseconds since a moment of the host's choice.
using Time = int64_t;

/// Who adopts orphans: no process, but the kernel itself, which reaps at once.
inline constexpr Pid kInit{1};

/// Which file locks are about: as stat names it, and whose it is when a process has files of its own.
struct FileId {
    uint64_t device = 0;
    uint64_t inode = 0;
    Pid owner{};
    auto operator<=>(const FileId&) const = default;
};

}  // namespace taipan::kernel
