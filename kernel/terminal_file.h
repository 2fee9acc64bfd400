// SPDX-License-Identifier: Apache-2.0
//
// The two sides of a terminal, as files.
#pragma once

#include "kernel/open_file.h"
#include "kernel/terminal.h"

namespace taipan::kernel {

class TerminalMaster final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Master;
    TerminalMaster(FileCount& count, uint32_t flags, std::shared_ptr<Terminal> terminal);
    ~TerminalMaster() override;
    uint32_t events() override { return terminal_->masterEvents(); }
    Result<Slice> read(size_t count) override { return terminal_->takeOutput(count); }
    Result<size_t> write(Slice& data, bool /*whole*/) override { return terminal_->type(data); }
    Terminal& terminal() { return *terminal_; }

  private:
    std::shared_ptr<Terminal> terminal_;
};

class TerminalSlave final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Slave;
    TerminalSlave(FileCount& count, uint32_t flags, std::shared_ptr<Terminal> terminal);
    ~TerminalSlave() override;
    uint32_t events() override { return terminal_->slaveEvents(); }
    Result<Slice> read(size_t count) override { return terminal_->read(count); }
    Result<size_t> write(Slice& data, bool /*whole*/) override { return terminal_->print(data); }
    size_t available() const override { return terminal_->available(); }
    Terminal& terminal() { return *terminal_; }

  private:
    std::shared_ptr<Terminal> terminal_;
};

}  // namespace taipan::kernel
