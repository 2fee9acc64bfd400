// SPDX-License-Identifier: Apache-2.0
//
// The two ends of a pipe; each closes its side of the channel when its last descriptor goes.
#pragma once

#include "kernel/channel.h"
#include "kernel/open_file.h"

namespace taipan::kernel {

class PipeReader final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::PipeReader;
    PipeReader(FileCount& count, uint32_t flags, std::shared_ptr<Channel> channel);
    ~PipeReader() override;
    uint32_t events() override;
    Result<Slice> read(size_t count) override { return channel_->read(count, false); }
    size_t available() const override { return channel_->size(); }
    Channel* pipe() override { return channel_.get(); }

  private:
    std::shared_ptr<Channel> channel_;
};

class PipeWriter final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::PipeWriter;
    PipeWriter(FileCount& count, uint32_t flags, std::shared_ptr<Channel> channel);
    ~PipeWriter() override;
    uint32_t events() override;
    Result<size_t> write(Slice& data, bool whole) override { return channel_->write(data, whole); }
    Channel* pipe() override { return channel_.get(); }

  private:
    std::shared_ptr<Channel> channel_;
};

}  // namespace taipan::kernel
