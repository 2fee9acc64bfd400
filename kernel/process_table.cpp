// SPDX-License-Identifier: Apache-2.0
//
// There are few processes, so questions about many go through all of them.
#include "kernel/process_table.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace taipan::kernel {

bool ProcessTable::used(Pid pid) const {
    return std::ranges::any_of(processes_ | std::views::values, [&](const auto& process) {
        return process->pid == pid || process->group == pid || process->session == pid;
    });
}

Process* ProcessTable::insert(Pid pid) {
    return processes_.emplace(pid, std::make_unique<Process>(pid, limits_.descriptors)).first->second.get();
}

Result<Process*> ProcessTable::add(std::optional<Pid> wanted) {
    if (processes_.size() >= limits_.processes)
        return fail(Errno::Again);
    if (wanted) {
        if (*wanted <= kInit || used(*wanted))
            return fail(Errno::Exists);
        return insert(*wanted);
    }
    Pid pid = last_;
    do {
        pid = pid >= limits_.largest_pid ? Pid{kInit.value + 1} : Pid{pid.value + 1};
        if (pid == last_)
            return fail(Errno::Again);
    } while (used(pid));
    last_ = pid;
    return insert(pid);
}

void ProcessTable::remove(Pid pid) {
    const auto found = processes_.find(pid);
    if (found == processes_.end())
        return;
    removed_.push_back(std::move(found->second));
    processes_.erase(found);
}

Process* ProcessTable::find(Pid pid) const {
    const auto found = processes_.find(pid);
    return found == processes_.end() ? nullptr : found->second.get();
}

template <class Condition>
std::vector<Process*> ProcessTable::where(Condition condition) const {
    std::vector<Process*> found;
    for (const auto& process : processes_ | std::views::values) {
        if (condition(*process))
            found.push_back(process.get());
    }
    return found;
}

std::vector<Process*> ProcessTable::all() const {
    return where([](const Process&) { return true; });
}

std::vector<Process*> ProcessTable::children(Pid parent) const {
    return where([=](const Process& process) { return process.parent == parent; });
}

std::vector<Process*> ProcessTable::group(Pid group) const {
    return where([=](const Process& process) { return process.group == group; });
}

bool ProcessTable::orphaned(Pid group) const {
    return std::ranges::none_of(processes_ | std::views::values, [&](const auto& member) {
        if (member->group != group || !member->alive())
            return false;
        const Process* parent = find(member->parent);
        return parent != nullptr && parent->group != group && parent->session == member->session;
    });
}

}  // namespace taipan::kernel
