// SPDX-License-Identifier: Apache-2.0
//
// A descriptor for what the host has: a file, which the kernel only counts, or a stream, whose bytes pass
// through here.
#pragma once

#include <deque>

#include "kernel/actions.h"
#include "kernel/open_file.h"

namespace taipan::kernel {

struct OutsideFile {
    OutsideHandle handle{};
    /// Bytes go through the kernel; else the process asks the host itself.
    bool stream = false;
    uint32_t flags = kReadWrite;
};

class Outside final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Outside;
    Outside(FileCount& count, const OutsideFile& file, std::deque<Action>& actions);
    ~Outside() override;
    uint32_t events() override;
    Result<Slice> read(size_t count) override;
    Result<size_t> write(Slice& data, bool whole) override;
    size_t available() const override { return input_.size(); }
    OutsideHandle handle() const { return file_.handle; }

    // What the host reports.
    void addInput(Slice data);
    void end();
    void confirm(size_t count);

  private:
    void askForInput();

    const OutsideFile file_;
    std::deque<Action>& actions_;
    ByteQueue input_;
    size_t unconfirmed_ = 0;
    bool asked_ = false;
    bool ended_ = false;
};

}  // namespace taipan::kernel
