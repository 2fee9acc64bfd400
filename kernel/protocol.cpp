// SPDX-License-Identifier: Apache-2.0
//
// The table of requests, read in both directions.
#include "kernel/protocol.h"

#include <utility>

#include "kernel/codec.h"

namespace taipan::kernel {

namespace {

/// False when no request has the number.
bool chooseKind(uint16_t number, Request& request) {
    switch (number) {
#define TAIPAN_KERNEL_CASE(known, Name) \
    case known:                         \
        request.emplace<Name>();        \
        return true;
        TAIPAN_KERNEL_REQUESTS(TAIPAN_KERNEL_CASE)
#undef TAIPAN_KERNEL_CASE
        default:
            return false;
    }
}

template <class T>
void takeFields(Decoder& decoder, T& request) {
    if constexpr (HasFields<T>)
        decoder.take(request);
}

}  // namespace

Bytes encodeRequest(Ticket ticket, const Request& request) {
    return std::visit([&](const auto& one) { return encodeOne(ticket, one); }, request);
}

std::optional<Submission> decodeRequest(Slice message) {
    Decoder decoder(std::move(message));
    uint16_t number = 0;
    uint16_t zero = 0;
    Submission submission;
    decoder.take(number);
    decoder.take(zero);
    decoder.take(submission.ticket);
    if (decoder.failed() || zero != 0 || !chooseKind(number, submission.request))
        return std::nullopt;
    std::visit([&](auto& one) { takeFields(decoder, one); }, submission.request);
    return decoder.done() ? std::optional(std::move(submission)) : std::nullopt;
}

Bytes encodeReply(const Reply& reply) {
    Encoder encoder;
    encoder.reserve(kReplyHeader + reply.answer.data.size());
    encoder.put(reply.ticket);
    encoder.put(reply.answer.error);
    encoder.put(static_cast<uint16_t>(reply.answer.again ? 1 : 0));
    encoder.put(reply.answer.value);
    encoder.put(reply.answer.second);
    encoder.put(reply.shared);
    encoder.put(reply.answer.data);
    return encoder.take();
}

std::optional<Reply> decodeReply(Slice message) {
    Decoder decoder(std::move(message));
    Reply reply;
    uint16_t again = 0;
    decoder.take(reply.ticket);
    decoder.take(reply.answer.error);
    decoder.take(again);
    decoder.take(reply.answer.value);
    decoder.take(reply.answer.second);
    decoder.take(reply.shared);
    decoder.take(reply.answer.data);
    reply.answer.again = again == 1;
    return decoder.failed() || again > 1 ? std::nullopt : std::optional(std::move(reply));
}

}  // namespace taipan::kernel
