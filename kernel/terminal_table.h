// SPDX-License-Identifier: Apache-2.0
//
// All terminals by number. The host may itself sit at a terminal's master.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "kernel/actions.h"
#include "kernel/limits.h"
#include "kernel/terminal.h"

namespace taipan::kernel {

class TerminalTable {
  public:
    explicit TerminalTable(const Limits& limits) : limits_(limits) {}

    Result<std::shared_ptr<Terminal>> add();
    std::shared_ptr<Terminal> find(uint32_t number) const;
    Terminal* ofSession(Pid session) const;

    /// The terminal's output becomes the host's stream, until the host hangs up.
    void attach(OutsideHandle handle, std::shared_ptr<Terminal> terminal);
    std::shared_ptr<Terminal> attached(OutsideHandle handle) const;
    void confirm(OutsideHandle handle, size_t count);
    void hangUp(OutsideHandle handle);

    /// Sends the output of attached terminals on.
    void flush(std::deque<Action>& actions);
    std::vector<Terminal::DueSignal> takeSignals() { return std::exchange(due_, {}); }

  private:
    struct Host {
        std::shared_ptr<Terminal> terminal;
        size_t unconfirmed = 0;
    };

    const Limits& limits_;
    std::vector<Terminal::DueSignal> due_;
    std::map<uint32_t, std::weak_ptr<Terminal>> terminals_;
    std::map<OutsideHandle, Host> hosts_;
};

}  // namespace taipan::kernel
