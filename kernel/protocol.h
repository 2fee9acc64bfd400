// SPDX-License-Identifier: Apache-2.0
//
// Requests and replies as bytes. A request is its number (u16), two bytes of zero, its ticket (u32) and its
// fields (requests.h, codec.h). A reply is
//
//     ticket u32 | error u16 | again u16 | value i64 | second i64 | shared u64 | data
#pragma once

#include <optional>

#include "kernel/codec.h"
#include "kernel/requests.h"
#include "kernel/result.h"

namespace taipan::kernel {

/// What became of a request. `second` and `data` are as the request's comment says.
struct Answer {
    Errno error = Errno::None;
    /// With Errno::Interrupted: when the handler has run, the same request is to be made again (SA_RESTART).
    bool again = false;
    int64_t value = 0;
    int64_t second = 0;
    Slice data{};
};

struct Reply {
    Pid pid;
    Ticket ticket;
    Answer answer;
    /// How often any shared block had been changed by then: who has another number has to look (LoadBlock).
    uint64_t shared = 0;
};

struct Submission {
    Ticket ticket;
    Request request;
};

inline constexpr size_t kReplyHeader = 32;

template <class T>
Bytes encodeOne(Ticket ticket, const T& request) {
    Encoder encoder;
    encoder.put(kRequestNumber<T>);
    encoder.put(uint16_t{0});
    encoder.put(ticket);
    if constexpr (HasFields<T>)
        encoder.put(request);
    return encoder.take();
}
Bytes encodeRequest(Ticket ticket, const Request& request);
/// Nothing when the bytes are no request.
std::optional<Submission> decodeRequest(Slice message);

Bytes encodeReply(const Reply& reply);
/// The pid is not on the wire.
std::optional<Reply> decodeReply(Slice message);

}  // namespace taipan::kernel
