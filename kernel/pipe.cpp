// SPDX-License-Identifier: Apache-2.0
//
// What poll says of a pipe's ends, and their closing.
#include "kernel/pipe.h"

#include <utility>

namespace taipan::kernel {

PipeReader::PipeReader(FileCount& count, uint32_t flags, std::shared_ptr<Channel> channel)
    : OpenFile(kKind, count, (flags & kNonBlocking) | kReadOnly), channel_(std::move(channel)) {
    channel_->setReader(&queue);
}

PipeReader::~PipeReader() {
    channel_->setReader(nullptr);
    channel_->closeReader();
}

uint32_t PipeReader::events() {
    return (channel_->size() > 0 ? kReadable : 0U) | (channel_->writerClosed() ? kHangUp : 0U);
}

PipeWriter::PipeWriter(FileCount& count, uint32_t flags, std::shared_ptr<Channel> channel)
    : OpenFile(kKind, count, (flags & kNonBlocking) | kWriteOnly), channel_(std::move(channel)) {
    channel_->setWriter(&queue);
}

PipeWriter::~PipeWriter() {
    channel_->setWriter(nullptr);
    channel_->closeWriter();
}

uint32_t PipeWriter::events() {
    return (channel_->writable() ? kWritable : 0U) | (channel_->readerClosed() ? kError : 0U);
}

}  // namespace taipan::kernel
