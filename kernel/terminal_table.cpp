// SPDX-License-Identifier: Apache-2.0
//
// Numbers are used again when their terminals are gone.
#include "kernel/terminal_table.h"

#include <algorithm>
#include <utility>

#include "kernel/channel.h"

namespace taipan::kernel {

Result<std::shared_ptr<Terminal>> TerminalTable::add() {
    std::erase_if(terminals_, [](const auto& entry) { return entry.second.expired(); });
    if (terminals_.size() >= limits_.terminals)
        return fail(Errno::SystemFiles);
    uint32_t number = 0;
    while (terminals_.contains(number))
        ++number;
    auto terminal = std::make_shared<Terminal>(number, due_);
    terminals_[number] = terminal;
    return terminal;
}

std::shared_ptr<Terminal> TerminalTable::find(uint32_t number) const {
    const auto found = terminals_.find(number);
    return found == terminals_.end() ? nullptr : found->second.lock();
}

Terminal* TerminalTable::ofSession(Pid session) const {
    for (const auto& [number, weak] : terminals_) {
        const auto terminal = weak.lock();
        if (terminal != nullptr && terminal->session == session)
            return terminal.get();
    }
    return nullptr;
}

void TerminalTable::attach(OutsideHandle handle, std::shared_ptr<Terminal> terminal) {
    hosts_[handle] = {std::move(terminal)};
}

std::shared_ptr<Terminal> TerminalTable::attached(OutsideHandle handle) const {
    const auto found = hosts_.find(handle);
    return found == hosts_.end() ? nullptr : found->second.terminal;
}

void TerminalTable::confirm(OutsideHandle handle, size_t count) {
    if (const auto found = hosts_.find(handle); found != hosts_.end())
        found->second.unconfirmed -= std::min(count, found->second.unconfirmed);
}

void TerminalTable::hangUp(OutsideHandle handle) {
    const auto found = hosts_.find(handle);
    if (found == hosts_.end())
        return;
    found->second.terminal->closeMaster();
    hosts_.erase(found);
}

void TerminalTable::flush(std::deque<Action>& actions) {
    for (auto& [handle, host] : hosts_) {
        while (host.unconfirmed < kPipeCapacity) {
            Result<Slice> output = host.terminal->takeOutput(kPipeCapacity - host.unconfirmed);
            if (!output)
                break;
            host.unconfirmed += output->size();
            actions.emplace_back(WriteOutside{handle, std::move(*output)});
        }
    }
}

}  // namespace taipan::kernel
