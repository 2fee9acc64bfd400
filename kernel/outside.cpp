// SPDX-License-Identifier: Apache-2.0
//
// Input is asked for when somebody looks for it; output is held back while the host is behind.
#include "kernel/outside.h"

#include <algorithm>

#include "kernel/channel.h"

namespace taipan::kernel {

Outside::Outside(FileCount& count, const OutsideFile& file, std::deque<Action>& actions)
    : OpenFile(kKind, count, file.flags), file_(file), actions_(actions) {}

Outside::~Outside() {
    actions_.emplace_back(CloseOutside{file_.handle});
}

uint32_t Outside::events() {
    if (!file_.stream)
        return kReadable | kWritable;
    const bool readable = canRead() && (ended_ || !input_.empty());
    if (canRead() && !readable)
        askForInput();
    return (readable ? kReadable : 0U) | (canWrite() && unconfirmed_ < kPipeCapacity ? kWritable : 0U);
}

void Outside::askForInput() {
    if (asked_)
        return;
    asked_ = true;
    actions_.emplace_back(ReadOutside{file_.handle});
}

Result<Slice> Outside::read(size_t count) {
    if (!file_.stream)
        return fail(Errno::NotSupported);
    if (!input_.empty() || count == 0 || ended_)
        return input_.take(count);
    askForInput();
    return fail(Errno::Again);
}

Result<size_t> Outside::write(Slice& data, bool /*whole*/) {
    if (!file_.stream)
        return fail(Errno::NotSupported);
    if (data.empty())
        return size_t{0};
    if (unconfirmed_ >= kPipeCapacity)
        return fail(Errno::Again);
    const size_t count = std::min(data.size(), kPipeCapacity - unconfirmed_);
    unconfirmed_ += count;
    actions_.emplace_back(WriteOutside{file_.handle, data.takeFront(count)});
    return count;
}

void Outside::addInput(Slice data) {
    asked_ = false;
    input_.push(std::move(data));
    queue.notify(kReadable);
}

void Outside::end() {
    ended_ = true;
    queue.notify(kReadable | kHangUp);
}

void Outside::confirm(size_t count) {
    unconfirmed_ -= std::min(count, unconfirmed_);
    queue.notify(kWritable);
}

}  // namespace taipan::kernel
