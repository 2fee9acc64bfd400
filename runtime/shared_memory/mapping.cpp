// SPDX-License-Identifier: Apache-2.0
#include "mapping.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <vector>

#include "../changes.h"
#include "../kernel_client.h"
#include "kernel/shared_block.h"

namespace taipan::shared_memory {

namespace {

/// Of what is sent or asked for at once.
constexpr size_t kLargestMessage = size_t{1} << 20;
constexpr size_t kPage = kernel::SharedBlock::kPage;

/// Of an answer to LoadBlock: a number and the pieces, each of one page at least.
constexpr size_t answerSize(size_t count) {
    return sizeof(uint32_t) + std::max(count / kPage, size_t{1}) * (sizeof(kernel::BlockPiece) + kPage);
}

uint32_t numberAt(std::span<const uint8_t> bytes, size_t at) {
    uint32_t number = 0;
    std::memcpy(&number, bytes.data() + at, sizeof(number));
    return number;
}

/// A page, or less.
void merge(std::span<uint8_t> here, std::span<uint8_t> known, std::span<const uint8_t> there) {
    if (areSame(here, known)) {
        std::ranges::copy(there, here.begin());
    } else {
        for (size_t at = 0; at < here.size(); ++at) {
            if (here[at] == known[at])
                here[at] = there[at];
        }
    }
    std::ranges::copy(there, known.begin());
}

}  // namespace

Mapping::Mapping(kernel::Descriptor block, uint32_t offset, std::span<uint8_t> local, bool is_written)
    : block_(block),
      offset_(offset),
      local_(local),
      known_(new(std::nothrow) uint8_t[local.size()]()),
      is_written_(is_written) {}

Mapping::~Mapping() {
    tellKernel(kernel::Close{block_});
}

/// Those bytes alone that are not as they are known, since others may have changed what is between. Gives
/// where to go on.
size_t Mapping::collect(kernel::StoreBlock& request, kernel::Bytes& data, size_t from) const {
    while (from < local_.size() && data.size() < kLargestMessage) {
        const Change change = nextChange(local_, known(), from, kLargestMessage);
        from = change.start + change.size;
        if (change.size == 0)
            break;
        const auto start = local_.begin() + static_cast<ptrdiff_t>(change.start);
        request.pieces.push_back(
            {static_cast<uint32_t>(offset_ + change.start), static_cast<uint32_t>(change.size)});
        data.insert(data.end(), start, start + static_cast<ptrdiff_t>(change.size));
    }
    return from;
}

void Mapping::publish(uint64_t* changes) {
    if (!is_written_)
        return;
    for (size_t at = 0; at < local_.size();) {
        kernel::StoreBlock request{block_, {}, {}};
        kernel::Bytes data;
        at = collect(request, data, at);
        if (request.pieces.empty())
            return;
        // Other threads may go on writing while this one waits: what is known then is what was sent.
        const kernel::Slice sent(std::move(data));
        request.data = sent;
        const KernelReply reply = askKernelAlone(kernel::encodeOne({}, request));
        if (reply.answer.error == EDEADLK)
            return;  // as long as this host cannot wait
        size_t done = 0;
        for (const kernel::BlockPiece& piece : request.pieces) {
            std::ranges::copy(sent.view().subspan(done, piece.size),
                              known().begin() + static_cast<ptrdiff_t>(piece.offset - offset_));
            done += piece.size;
        }
        // Else others, too, have changed something, which is not here yet.
        if (reply.answer.error == 0 && static_cast<uint64_t>(reply.answer.value) == version_ + 1)
            ++version_;
        if (changes != nullptr && reply.shared == *changes + 1)
            *changes = reply.shared;
    }
}

bool Mapping::refresh() {
    const uint64_t known = version_;
    const uint64_t end = uint64_t{offset_} + local_.size();
    std::vector<uint8_t> answered(answerSize(std::min(kLargestMessage, local_.size())));
    for (uint32_t offset = offset_; offset < end;) {
        const auto room = static_cast<uint32_t>(std::min<uint64_t>(kLargestMessage, end - offset));
        const kernel::LoadBlock request{block_, known, offset, room};
        const KernelAnswer answer = askKernelAlone(kernel::encodeOne({}, request), answered).answer;
        if (answer.error != 0)
            return false;
        // What changes while the rest is copied is copied again the next time.
        if (offset == offset_)
            version_ = static_cast<uint64_t>(answer.value);
        takePieces(answered);
        if (answer.second <= offset)
            break;  // the block is shorter than this copy
        offset = static_cast<uint32_t>(answer.second);
    }
    return true;
}

void Mapping::takePieces(std::span<const uint8_t> answer) {
    size_t at = sizeof(uint32_t);
    for (uint32_t left = numberAt(answer, 0); left > 0; --left) {
        const uint32_t offset = numberAt(answer, at);
        const uint32_t size = numberAt(answer, at + sizeof(offset));
        at += sizeof(kernel::BlockPiece);
        take(offset, answer.subspan(at, size));
        at += size;
    }
}

void Mapping::take(uint32_t offset, std::span<const uint8_t> bytes) {
    const uint64_t end = std::min(uint64_t{offset} + bytes.size(), uint64_t{offset_} + local_.size());
    for (uint64_t at = std::max(offset, offset_); at < end;) {
        const auto size = static_cast<size_t>(std::min<uint64_t>(end - at, kPage));
        const auto place = static_cast<size_t>(at - offset_);
        merge(local_.subspan(place, size), known().subspan(place, size),
              bytes.subspan(static_cast<size_t>(at - offset), size));
        at += size;
    }
}

}  // namespace taipan::shared_memory
