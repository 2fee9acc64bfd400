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

Result<Slice> Channel::read(size_t count, bool peek) {
    if (count == 0)
        return Slice();
    if (bytes_.empty() && !writer_closed_ && !reader_closed_)
        return fail(Errno::Again);
    if (peek)
        return bytes_.peek(count);
    Slice taken = bytes_.take(count);
    if (!taken.empty())
        tell(writer_, kWritable);
    return taken;
}

Result<size_t> Channel::write(Slice& data, bool whole) {
    if (reader_closed_ || writer_closed_)
        return fail(Errno::BrokenPipe);
    const size_t size = data.size();
    if (size == 0)
        return size_t{0};
    if (room() == 0 || (whole && size <= atomic() && room() < size))
        return fail(Errno::Again);
    const size_t count = std::min(room(), size);
    bytes_.push(data.takeFront(count));
    tell(reader_, kReadable);
    return count;
}

void Channel::closeReader() {
    const bool lost = !bytes_.empty();
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
