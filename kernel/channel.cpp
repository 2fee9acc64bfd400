// SPDX-License-Identifier: Apache-2.0
//
// What is written is read once, in order; each change is told to the side that waits for it.
#include "kernel/channel.h"

#include <algorithm>

namespace taipan::kernel {

void Channel::tell(WaitQueue* queue, uint32_t events) {
    if (queue != nullptr)
        queue->notify(events);
}

void Channel::listRights(std::vector<const Rights*>& list) const {
    for (const Carried& one : carried_)
        list.push_back(one.rights.get());
}

RightsRef Channel::rightsWithin(size_t count) const {
    return !carried_.empty() && carried_.front().start < taken_ + count ? carried_.front().rights : nullptr;
}

void Channel::moved(size_t count) {
    taken_ += count;
    while (!carried_.empty() && carried_.front().start < taken_)
        carried_.pop_front();
}

Result<Slice> Channel::read(size_t count, bool peek, RightsRef* rights) {
    if (count == 0)
        return Slice();
    if (bytes_.empty() && !writer_closed_ && !reader_closed_)
        return fail(Errno::Again);
    if (!carried_.empty())
        count = static_cast<size_t>(std::min<uint64_t>(count, carried_.front().end - taken_));
    if (rights != nullptr)
        *rights = rightsWithin(count);
    if (peek)
        return bytes_.peek(count);
    Slice taken = bytes_.take(count);
    moved(taken.size());
    if (!taken.empty())
        tell(writer_, kWritable);
    return taken;
}

Result<size_t> Channel::write(Slice& data, bool whole) {
    RightsRef none;
    return write(data, whole, none);
}

Result<size_t> Channel::write(Slice& data, bool whole, RightsRef& rights) {
    if (reader_closed_ || writer_closed_)
        return fail(Errno::BrokenPipe);
    const size_t size = data.size();
    if (size == 0)
        return size_t{0};
    if (room() == 0 || (whole && size <= atomic() && room() < size))
        return fail(Errno::Again);
    const size_t count = std::min(room(), size);
    if (rights != nullptr) {
        const uint64_t start = taken_ + bytes_.size();
        carried_.push_back({start, start + count, std::exchange(rights, nullptr)});
    }
    bytes_.push(data.takeFront(count));
    tell(reader_, kReadable);
    return count;
}

void Channel::closeReader() {
    const bool lost = !bytes_.empty();
    moved(bytes_.size());
    bytes_.clear();
    reset_ = reset_ || lost;
    if (!std::exchange(reader_closed_, true) || lost)
        tell(writer_, kWritable | kError | kHangUp);
}

void Channel::stopReader() {
    if (!std::exchange(reader_closed_, true))
        tell(writer_, kWritable | kError | kHangUp);
}

void Channel::closeWriter() {
    if (writer_closed_)
        return;
    writer_closed_ = true;
    tell(reader_, kReadable | kHangUp | kPeerClosed);
}

void Channel::setCapacity(size_t capacity) {
    capacity_ = capacity;
    tell(writer_, kWritable);
}

}  // namespace taipan::kernel
